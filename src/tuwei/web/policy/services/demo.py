"""Something to see on the first run: three years of an invented enterprise, its commissioner, two visits; flagged."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tuwei.web.accounts.models import Organisation, User
from tuwei.web.base import events

from ..models import Assignment, Visit, YearFacts
from ..selectors import engine

TEXT = ("kind", "seen", "advice", "follow_up", "outcome")
DAYS = ("on", "follow_up_on", "done_on")  # in days from today
FILE = Path(__file__).resolve().parent.parent / "samples" / "facts.json"


def demo_add(people: dict[str, User]) -> None:
    """Facts for the demo enterprise and a few sample firms; the demo commissioner serves the first. Once."""
    owner, commissioner = people.get("enterprise"), people.get("commissioner")
    if owner is None or commissioner is None or owner.organisation is None:
        return
    told = json.loads(FILE.read_text(encoding="utf-8"))
    _years(owner.organisation, told["demo"])
    firms = Organisation.objects.filter(is_sample=True, kind=Organisation.Kind.ENTERPRISE)
    for place, years in zip(
        firms.exclude(pk=owner.organisation.pk).order_by("id"), told["firms"], strict=False
    ):
        _years(place, years)
    _visits(owner.organisation, commissioner, told["visits"])


def demo_remove() -> None:
    """Take the sample visits away with the demo accounts that made them; the sample facts stay until purged."""
    Assignment.objects.filter(is_sample=True, commissioner__is_sample=True).delete()


def _years(place: Organisation, years: dict[str, Any]) -> None:
    for year, values in years.items():
        exact = engine.checked_year(int(year), engine.known(values))
        YearFacts.objects.get_or_create(
            organisation=place, year=int(year),
            defaults={"values": exact, "source": YearFacts.Source.SAMPLE, "is_sample": True},
        )  # fmt: skip


def _visits(place: Organisation, commissioner: User, visits: list[dict[str, Any]]) -> None:
    today = timezone.localdate()
    assignment, made = Assignment.objects.get_or_create(
        organisation=place, commissioner=commissioner, state=Assignment.State.ACTIVE,
        defaults={"since": today - timedelta(days=90), "is_sample": True},
    )  # fmt: skip
    if not made:
        return
    for visit in visits:
        values: dict[str, Any] = {name: visit.get(name, "") for name in TEXT}
        values |= {name: today + timedelta(days=visit[name]) for name in DAYS if name in visit}
        Visit.objects.create(assignment=assignment, author=commissioner, **values)
    events.record(
        actor=None, verb="assignment.given", obj=assignment, label=str(place),
        after={"commissioner": str(commissioner), "sample": True},
    )  # fmt: skip
