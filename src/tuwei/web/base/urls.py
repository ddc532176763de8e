"""Addresses of the pages that belong to no app."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("health", views.health, name="health"),
    path("events/", views.event_list, name="events"),
    path("notifications/", views.notification_list, name="notifications"),
    path("notifications/read/", views.notifications_read, name="notifications-read"),
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/<int:pk>/", views.job_detail, name="job"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job-cancel"),
]
