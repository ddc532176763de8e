"""What the desk shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tuwei.web.base import access, search
from tuwei.web.market.models import Achievement, Need
from tuwei.web.market.selectors import queues
from tuwei.web.market.selectors.disclosure import annotate_grade
from tuwei.web.market.selectors.needs import title_at

from .models import Candidate, Case

OPEN = (Case.State.OPEN, Case.State.TALKING)
MOST_WAITING = 10  # on the desk itself; all of them have a page of their own
FIGURES = 2  # the grade that opens what reasons quote


def open_cases(user: Any) -> QuerySet[Case]:
    """The open cases this person may see."""
    return access.scope(user, "case.view", Case.objects.filter(state__in=OPEN))


def queue(user: Any) -> QuerySet[Case]:
    """Open cases, the most urgent first; those without a date come after those that are late."""
    return open_cases(user).select_related("need__organisation", "broker").annotate(
        judged=Count("candidates", filter=Q(candidates__verdict__isnull=False)),
        contacted=Count("candidates", filter=Q(candidates__contacted_at__isnull=False)),
        proposed=Count("candidates"),
    ).order_by(F("next_date").asc(nulls_last=True), "id")  # fmt: skip


def closed(user: Any) -> QuerySet[Case]:
    """Cases that came to an end, the latest first."""
    cases = access.scope(user, "case.view", Case.objects.exclude(state__in=OPEN))
    return cases.select_related("need__organisation", "broker").order_by("-updated")


def late(cases: QuerySet[Case], today: date | None = None) -> QuerySet[Case]:
    """The cases whose next date has passed."""
    return cases.filter(next_date__lt=today or timezone.localdate())


def waiting(user: Any, asked: queues.Asked | None = None) -> QuerySet[Need]:
    """Published needs this broker has not taken up, real ones before samples, the longest published first.

    Words are looked up in what everyone may read. By deadline (a figure) only those are listed whose figures this
    broker may see.
    """
    asked = asked or queues.Asked()
    mine = Case.objects.filter(need=OuterRef("pk"), broker=user)
    needs = access.scope(user, "need.take", Need.objects.filter(~Exists(mine)))
    if asked.sort == "deadline":
        needs = access.scope(user, "need.see_figures", needs.filter(deadline__gte=timezone.localdate()))
    found = search.matching(queues.narrowed(needs, asked), asked.q)
    taken = Case.objects.filter(need=OuterRef("pk")).order_by().values("need").annotate(n=Count("pk"))
    return (
        annotate_grade(user, found)
        .annotate(brokers=Subquery(taken.values("n")))
        .order_by(*WAITING[asked.sort])
    )


WAITING: dict[str, tuple[Any, ...]] = {
    "oldest": ("is_sample", "published_at", "id"),
    "newest": ("is_sample", "-published_at", "-id"),
    "completeness": ("is_sample", "-completeness", "published_at", "id"),
    "deadline": ("is_sample", "deadline", "id"),
}


def graded(user: Any, cases: Iterable[Case]) -> list[Case]:
    """The cases, each need with ``shown_grade`` and ``shown_title``: a case outlives the leave to read its need."""
    rows = list(cases)
    needs = annotate_grade(user, Need.objects.filter(pk__in=[case.need_id for case in rows]))
    grades = dict(needs.values_list("pk", "shown_grade"))
    for case in rows:
        need: Any = case.need
        need.shown_grade = grades[need.pk]
        need.shown_title = title_at(need, need.shown_grade)
    return rows


def candidates(case: Case, pks: Iterable[int] | None = None) -> list[Candidate]:
    """The candidates of a `graded` case: proposed ones by rank, those added by hand after them.

    Reasons quote the need's figures, so they go to who may read those (L2).
    """
    rows = case.candidates.select_related("achievement__organisation").prefetch_related("achievement__claims")
    found = list(
        (rows if pks is None else rows.filter(pk__in=pks)).order_by(F("rank").asc(nulls_last=True), "id")
    )
    if case.need.shown_grade < FIGURES:  # type: ignore[attr-defined]
        for candidate in found:
            candidate.why = []
    return found


def with_contacts(user: Any, rows: list[Candidate]) -> list[Candidate]:
    """The candidates, each with ``contact``: the account that entered the achievement, where this person may see it."""
    ids = [row.achievement_id for row in rows]
    seen = access.scope(
        user, "achievement.see_contact", Achievement.objects.filter(pk__in=ids, owner__is_active=True)
    )
    contacts = {one.pk: one.owner for one in seen.select_related("owner")}
    for row in rows:
        row.contact = contacts.get(row.achievement_id)  # type: ignore[attr-defined]
    return rows


def verdicts(user: Any) -> Iterator[dict[str, Any]]:
    """Every verdict as a line of training data (see ``tuwei match``)."""
    access.require(user, "verdict.export")
    judged = Candidate.objects.filter(verdict__isnull=False).order_by("judged_at", "id")
    fields = ("case__need_id", "achievement_id", "verdict", "judged_at", "index_version")
    for need, achievement, verdict, at, version in judged.values_list(*fields).iterator():
        yield {
            "need": str(need),
            "achievement": str(achievement),
            "level": verdict,
            "judged_at": at.isoformat(),
            "index_version": version,
        }
