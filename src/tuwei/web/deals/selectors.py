"""What the desk shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tuwei.web.base import access, search
from tuwei.web.base.models import Job
from tuwei.web.market.models import Achievement, Need
from tuwei.web.market.selectors import grading, indexed, queues
from tuwei.web.market.selectors.disclosure import annotate_grade
from tuwei.web.market.selectors.needs import title_at
from tuwei.web.market.selectors.records_need import need_record

from .models import Candidate, Case

OPEN = (Case.State.OPEN, Case.State.TALKING)
MOST_WAITING = 10  # on the desk itself; all of them have a page of their own
FIGURES = 2  # the grade that opens what reasons quote
OPENED = 1  # the highest grade that is open to everybody
TRAIN = "grader.train"  # the kind of job
MOST_BESIDE = 2_000  # needs, and achievements, read beside those that were judged


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


@dataclass(frozen=True)
class Lessons:
    """What a grader learns from: judgements and the records they are about, some of others beside them."""

    pairs: list[dict[str, Any]]
    needs: list[dict[str, Any]]
    achievements: list[dict[str, Any]]


def teaching() -> QuerySet[Candidate]:
    """The verdicts that may be learned from: on needs and achievements whose text everybody may read.

    What is learned answers everybody's questions. Had it read what a need keeps back, anybody could ask it for words.
    """
    everybody = AnonymousUser()
    needs = access.scope(everybody, "need.see_abstract", Need.objects.all())
    found = access.scope(everybody, "achievement.view", Achievement.objects.all())
    judged = Candidate.objects.filter(verdict__isnull=False)
    return judged.filter(case__need__in=needs, achievement__in=found).order_by("judged_at", "id")


def lessons() -> Lessons:
    """The verdicts that may be learned from, with what everybody may read of the needs and achievements."""
    rows = teaching().values_list("case__need_id", "achievement_id", "verdict")
    pairs = [
        {"need": str(need), "achievement": str(found), "level": verdict + 1}
        for need, found, verdict in rows
        if verdict is not None
    ]
    everybody = AnonymousUser()
    needs = access.scope(everybody, "need.see_abstract", Need.objects.select_related("organisation"))
    found = access.scope(everybody, "achievement.view", Achievement.objects.select_related("organisation"))
    return Lessons(
        pairs,
        [open_record(need) for need in _with_others(needs, "case__need_id", "indicators")],
        [indexed.record(one) for one in _with_others(found, "achievement_id", "claims", "people")],
    )


def open_record(need: Need) -> dict[str, Any]:
    """A need as the engine reads it, with only what everybody may read."""
    return indexed.need_query(need_record(need, grade=OPENED), need.pk)


def _with_others(rows: QuerySet[Any], judged: str, *children: str) -> QuerySet[Any]:
    """The rows that were judged, and of the others the latest: which words are rare is learned from them too."""
    ours = teaching().order_by().values(judged)
    others = rows.exclude(pk__in=ours).order_by("-pk")[:MOST_BESIDE].values("pk")
    return rows.filter(Q(pk__in=ours) | Q(pk__in=others)).order_by("pk").prefetch_related(*children)


def last_training() -> Job | None:
    """The training asked for last, whatever became of it."""
    return Job.objects.filter(kind=TRAIN).order_by("-id").first()


def new_verdicts() -> int:
    """How many verdicts that may be learned from came since a training was last asked for."""
    last = last_training()
    return (teaching() if last is None else teaching().filter(judged_at__gt=last.created)).count()


def versions() -> list[dict[str, Any]]:
    """The grader's versions, the latest first: when, from how much, and how they fared on the verdicts kept out."""
    from tuwei.match import Grader

    if not grading.version():
        return []
    return [_version(one) for one in reversed(Grader.versions(grading.folder()))]


def _version(one: Any) -> dict[str, Any]:
    card = one.card
    kept, compared = card.get("kept_out", {}), card.get("compared", {})
    return {
        "number": one.number,
        "in_force": one.in_force,
        "created": parse_datetime(card.get("created", "")),
        "pairs": card.get("pairs"),
        "needs": card.get("judged_needs"),
        "kept": kept.get("all", {}),
        "error": compared.get("new", kept.get("all", {}).get("mae")),
        "before": compared.get("old"),
        "words": card.get("words", {}).get("mae"),
        "table": reliability_rows(kept.get("reliability", [])),
    }


def reliability_rows(cells: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reliability table by tenths of the probability, in each the three questions (None: none fell there), in %."""
    found = {
        (cell["bin"], cell["level"]): {
            "pairs": cell["pairs"], "said": cell["said"] * 100, "came_true": cell["came_true"] * 100,
        }
        for cell in cells
    }  # fmt: skip
    return [
        {"low": at * 10, "high": at * 10 + 10, "cells": [found.get((at, level)) for level in (2, 3, 4)]}
        for at in sorted({at for at, _ in found})
    ]
