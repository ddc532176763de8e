"""Addresses of the policy pages."""

from __future__ import annotations

from django.urls import path

from .views import facts, importing, ladder, worksheet, zero

app_name = "policy"
urlpatterns = [
    path("", ladder.index, name="index"),
    path("<int:pk>/", ladder.ladder, name="ladder"),
    path("<int:pk>/report/", ladder.report, name="report"),
    path("<int:pk>/finder/", ladder.finder, name="finder"),
    path("<int:pk>/facts/", facts.years, name="facts"),
    path("<int:pk>/facts/<int:year>/", facts.edit, name="facts-edit"),
    path("<int:pk>/facts/<int:year>/remove/", facts.remove, name="facts-remove"),
    path("<int:pk>/facts/<int:year>/history/", facts.history, name="facts-history"),
    path("<int:pk>/serve/", worksheet.serve, name="serve"),
    path("enterprises/", worksheet.enterprises, name="enterprises"),
    path("worksheet/", worksheet.desk, name="worksheet"),
    path("worksheet/asked/", worksheet.asked, name="asked"),
    path("worksheet/<int:pk>/", worksheet.assignment, name="assignment"),
    path("worksheet/<int:pk>/visit/", worksheet.visit, name="visit"),
    path("worksheet/<int:pk>/step/<str:verb>/", worksheet.move, name="move"),
    path("visits/<int:pk>/done/", worksheet.done, name="done"),
    path("zero/", zero.worklist, name="zero"),
    path("import/", importing.import_page, name="import"),
    path("import/template.<str:ending>", importing.template, name="template"),
    path("import/<int:pk>/rejects/", importing.rejects, name="rejects"),
]
