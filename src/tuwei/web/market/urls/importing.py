"""Addresses of import and export."""

from __future__ import annotations

from django.urls import path

from ..views import importing as views

urlpatterns = [
    path("import/", views.import_page, name="import"),
    path("import/template/<str:kind>.<str:ending>", views.template, name="template"),
    path("import/<int:pk>/rejects/", views.rejects, name="rejects"),
    path("export/<str:kind>.<str:ending>", views.export, name="export"),
]
