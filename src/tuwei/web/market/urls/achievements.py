"""Addresses of achievements: one achievement, its form, steps and files, the queues."""

from __future__ import annotations

from django.urls import path

from ..views import achievements as views
from ..views import files, queues

urlpatterns = [
    path("achievements/new/", views.achievement_edit, name="achievement-new"),
    path("achievements/mine/", views.my_achievements, name="my-achievements"),
    path("achievements/reviewing/", queues.reviewing, name="reviewing"),
    path("achievements/claim-row/", views.claim_row, name="claim-row"),
    path("achievements/<int:pk>/", views.achievement_page, name="achievement"),
    path("achievements/<int:pk>/edit/", views.achievement_edit, name="achievement-edit"),
    path("achievements/<int:pk>/step/<slug:verb>/", views.achievement_step, name="achievement-step"),
    path("achievements/<int:pk>/files/", files.achievement_file, name="achievement-file"),
]
