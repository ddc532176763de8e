"""Facts of enterprises by year, through the door of the enterprise they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access
from tuwei.web.base.models import Event

from ..models import OPEN, Assignment, YearFacts


def organisation(user: Any, pk: int, verb: str = "ladder.view") -> Organisation:
    """An enterprise whose facts this person may see (``ladder.view``) or enter (``ladder.enter``)."""
    return access.get(user, verb, Organisation.objects.all(), pk=pk)


def rows(user: Any, verb: str = "ladder.view") -> QuerySet[YearFacts]:
    """The facts of every enterprise this person may do ``verb`` to."""
    seen = access.scope(user, verb, Organisation.objects.all())
    return YearFacts.objects.filter(organisation__in=seen).select_related("organisation", "changed_by")


def of(organisation: Organisation) -> list[YearFacts]:
    """The years of an enterprise that came through `organisation`, the latest first."""
    return list(organisation.year_facts.select_related("changed_by").order_by("-year"))


def one(organisation: Organisation, year: int) -> YearFacts | None:
    return organisation.year_facts.select_related("changed_by").filter(year=year).first()


def yearly(organisation: Organisation) -> dict[int, Mapping[str, Any]]:
    """Year → facts, as the engine takes them."""
    return dict(organisation.year_facts.order_by("year").values_list("year", "values"))


def years(organisation: Organisation) -> list[int]:
    """The years there are facts of, the latest first."""
    return list(organisation.year_facts.order_by("-year").values_list("year", flat=True))


def with_years(assignments: list[Assignment]) -> list[Assignment]:
    """The assignments, each with ``years``: those there are facts of."""
    found = _years_of(one.organisation_id for one in assignments)
    for one in assignments:
        one.years = found[one.organisation_id]  # type: ignore[attr-defined]
    return assignments


def _years_of(organisations: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    known = YearFacts.objects.filter(organisation__in=list(organisations)).order_by("-year")
    for pk, year in known.values_list("organisation", "year"):
        found[pk].append(year)
    return found


@dataclass
class Enterprise:
    """An enterprise in a list: what this person may know of it."""

    organisation: Organisation
    sees: bool
    years: list[int] = field(default_factory=list)
    served_by: list[str] = field(default_factory=list)
    mine: Assignment | None = None


def of_enterprises(user: Any, organisations: list[Organisation]) -> list[Enterprise]:
    """The enterprises, each with its years where this person may see its facts, and who serves it."""
    pks = [one.pk for one in organisations]
    seen = set(
        access.scope(user, "ladder.view", Organisation.objects.filter(pk__in=pks)).values_list(
            "pk", flat=True
        )
    )
    found = _years_of(seen)
    shown = {one.pk: Enterprise(one, one.pk in seen, found[one.pk]) for one in organisations}
    serving = Assignment.objects.filter(organisation__in=pks, state__in=OPEN).select_related("commissioner")
    for assignment in serving.order_by("id"):
        entry = shown[assignment.organisation_id]
        if assignment.state == Assignment.State.ACTIVE:
            entry.served_by.append(str(assignment.commissioner))
        if assignment.commissioner_id == user.pk:
            entry.mine = assignment
    return list(shown.values())


def history(organisation: Organisation, year: int) -> list[Event]:
    """What was entered and changed of one year, the latest first."""
    label = f"{organisation} {year}"
    told = Event.objects.filter(object_type="yearfacts", label=label[:200]).select_related("actor")
    return [event for event in told if event.after.get("organisation") == organisation.pk]
