"""Addresses of the ranked matches."""

from __future__ import annotations

from django.urls import path

from ..views import matching as views

urlpatterns = [
    path("needs/<int:pk>/matches/", views.need_matches, name="need-matches"),
    path("needs/<int:pk>/teams/", views.need_teams, name="need-teams"),
    path("achievements/<int:pk>/matches/", views.achievement_matches, name="achievement-matches"),
    path("matching/reindex/", views.reindex, name="reindex"),
]
