"""What a commissioner's worksheet shows: enterprises served, the most urgent follow-up first, visits and advice."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone

from tuwei.web.accounts.models import Organisation, Role, User
from tuwei.web.base import access

from ..models import Assignment, Visit

OPEN_FOLLOW_UP = Q(visits__done_on=None) & ~Q(visits__follow_up="")


def assignments(user: Any, verb: str = "assignment.view") -> QuerySet[Assignment]:
    """The assignments this person may do ``verb`` to."""
    found = Assignment.objects.select_related("organisation", "commissioner", "decided_by")
    return access.scope(user, verb, found)


def assignment(user: Any, pk: int, verb: str = "assignment.view") -> Assignment:
    found = Assignment.objects.select_related("organisation", "commissioner", "decided_by")
    return access.get(user, verb, found, pk=pk)


def queue(user: Any) -> QuerySet[Assignment]:
    """The enterprises a commissioner serves: the earliest open follow-up first, then those never visited."""
    mine = assignments(user, "assignment.work").filter(state=Assignment.State.ACTIVE)
    return mine.annotate(
        next_on=Min("visits__follow_up_on", filter=OPEN_FOLLOW_UP),
        open_count=Count("visits", filter=OPEN_FOLLOW_UP, distinct=True),
        visit_count=Count("visits", distinct=True),
        last_on=Max("visits__on"),
    ).order_by(F("next_on").asc(nulls_last=True), F("last_on").asc(nulls_first=True), "id")


def with_next(rows: list[Assignment]) -> list[Assignment]:
    """The rows of a `queue`, each with ``next``: the open follow-up that is due first."""
    due = Visit.objects.filter(assignment__in=rows, done_on=None).exclude(follow_up="")
    first: dict[int, Visit] = {}
    for visit in due.order_by(F("follow_up_on").asc(nulls_last=True), "id"):
        first.setdefault(visit.assignment_id, visit)
    for row in rows:
        row.next = first.get(row.pk)  # type: ignore[attr-defined]
    return rows


def late(user: Any, today: date | None = None) -> QuerySet[Visit]:
    """Follow-ups of this commissioner whose date has passed."""
    mine = assignments(user, "assignment.work").filter(state=Assignment.State.ACTIVE)
    due = Visit.objects.filter(assignment__in=mine, follow_up_on__lt=today or timezone.localdate())
    return due.filter(done_on=None).exclude(follow_up="")


def asked(user: Any) -> QuerySet[Assignment]:
    """Commissioners who ask to serve an enterprise, the longest waiting first."""
    waiting = assignments(user, "assignment.accept").filter(state=Assignment.State.ASKED)
    return waiting.order_by("is_sample", "created", "id")


def visits(user: Any, assignment: Assignment) -> list[Visit]:
    """The visits of an assignment; what was seen stays with the commissioner and the office."""
    rows = Visit.objects.filter(assignment=assignment).select_related("author")
    whole = set(access.scope(user, "visit.view", rows).values_list("pk", flat=True))
    shown = list(access.scope(user, "visit.see_advice", rows))
    for visit in shown:
        if visit.pk not in whole:
            visit.seen = ""
    return shown


def advice_for(user: Any, organisation: Organisation, most: int = 10) -> list[Visit]:
    """The advice given to an enterprise, the latest first, without what commissioners noted for themselves."""
    rows = Visit.objects.filter(assignment__organisation=organisation).select_related("author", "assignment")
    shown = access.scope(user, "visit.see_advice", rows).exclude(Q(advice="") & Q(follow_up=""))
    return list(shown[:most])


def serving(user: Any, organisation: Organisation) -> list[Assignment]:
    """Who serves an enterprise, or asks to."""
    open_ones = assignments(user).filter(organisation=organisation)
    return list(open_ones.filter(state__in=[Assignment.State.ACTIVE, Assignment.State.ASKED]).order_by("id"))


def commissioners() -> QuerySet[User]:
    """Everyone who can be assigned."""
    return User.objects.filter(role=Role.COMMISSIONER, is_active=True).order_by("name", "id")


def enterprises(words: str = "") -> QuerySet[Organisation]:
    """Enterprises by name, real ones before samples."""
    found = Organisation.objects.filter(kind=Organisation.Kind.ENTERPRISE)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(credit_code=words))
    return found.order_by("is_sample", "name")
