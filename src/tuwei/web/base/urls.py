"""Addresses of the pages that belong to no app."""

from __future__ import annotations

from django.urls import path

from tuwei.web.accounts.views.entry import set_language

from . import views

urlpatterns = [
    path("health", views.health, name="health"),
    path("about/", views.about, name="about"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("events/", views.event_list, name="events"),
    path("events/verify/", views.events_verify, name="events-verify"),
    path("notifications/", views.notification_list, name="notifications"),
    path("notifications/<int:pk>/", views.notification_open, name="notification-open"),
    path("notifications/read/", views.notifications_read, name="notifications-read"),
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/<int:pk>/", views.job_detail, name="job"),
    path("jobs/<int:pk>/cancel/", views.job_cancel, name="job-cancel"),
]
