"""Addresses of the lists, the search over both, the region, organisations, saved searches."""

from __future__ import annotations

from django.urls import path

from ..views import lists, organisations, region, saved

urlpatterns = [
    path("needs/", lists.needs, name="needs"),
    path("achievements/", lists.achievements, name="achievements"),
    path("search/", lists.search, name="search"),
    path("region/", region.region_page, name="region"),
    path("organisations/<int:pk>/", organisations.organisation_page, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/verify/", organisations.organisation_verified, name="organisation-verify"),
    path("saved/", saved.saved_list, name="saved"),
    path("saved/new/", saved.saved_new, name="saved-new"),
    path("saved/<int:pk>/", saved.saved_change, name="saved-change"),
    path("saved/<int:pk>/delete/", saved.saved_delete, name="saved-delete"),
]
