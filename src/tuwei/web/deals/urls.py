"""Addresses of the deals pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "deals"
urlpatterns: list[URLPattern | URLResolver] = []
