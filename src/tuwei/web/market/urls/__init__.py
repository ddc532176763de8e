"""Addresses of the registry's pages, a module a subject."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from . import achievements, importing, lists, matching, needs

app_name = "market"
urlpatterns: list[URLPattern | URLResolver] = [
    *lists.urlpatterns,
    *needs.urlpatterns,
    *achievements.urlpatterns,
    *matching.urlpatterns,
    *importing.urlpatterns,
]
