"""Addresses of the broker's desk."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "deals"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("waiting/", views.waiting, name="waiting"),
    path("closed/", views.closed, name="closed"),
    path("take/<int:pk>/", views.take, name="take"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/compare/", views.compare, name="compare"),
    path("cases/<int:pk>/refresh/", views.refresh, name="refresh"),
    path("cases/<int:pk>/add/", views.add, name="add"),
    path("cases/<int:pk>/note/", views.note, name="note"),
    path("cases/<int:pk>/next/", views.next_step, name="next-step"),
    path("cases/<int:pk>/talk/", views.talk, name="talk"),
    path("cases/<int:pk>/win/", views.win, name="win"),
    path("cases/<int:pk>/lose/", views.lose, name="lose"),
    path("candidates/<int:pk>/verdict/", views.verdict, name="verdict"),
    path("candidates/<int:pk>/contact/", views.contact, name="contact"),
    path("grader/", views.grader, name="grader"),
    path("grader/train/", views.grader_train, name="grader-train"),
    path("grader/rollback/", views.grader_rollback, name="grader-rollback"),
    path("verdicts.jsonl", views.verdicts, name="verdicts"),
]
