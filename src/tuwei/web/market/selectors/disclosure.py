"""How much of a need a person may see: one answer for pages, lists, API, export and matches."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from tuwei.web.base import access

from ..models import Need

VERBS = {3: "need.see_documents", 2: "need.see_figures", 1: "need.see_abstract"}


def grade_for(user: Any, need: Need) -> int:
    """Return the grade (0–3) at which this person sees this need."""
    shown = (
        annotate_grade(user, Need.objects.filter(pk=need.pk)).values_list("shown_grade", flat=True).first()
    )
    return shown or 0


def annotate_grade(user: Any, queryset: QuerySet[Need]) -> QuerySet[Any]:
    """Add ``shown_grade`` to each need of a list, in the same query."""
    conditions = [(grade, access.condition(user, verb, Need)) for grade, verb in VERBS.items()]
    whens = [When(condition, then=Value(grade)) for grade, condition in conditions if condition is not None]
    return queryset.annotate(shown_grade=Case(*whens, default=Value(0), output_field=IntegerField()))
