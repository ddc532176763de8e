"""The 清零 worklist: firms by district with three flags — zero, not reported, fine — and what to do next at each.

Whether a flag is raised is the engine's answer; here firms are gathered, counted and given their next step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.utils import timezone

from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access

from ..models import Assignment, Visit, YearFacts
from . import engine

ZERO, MISSING, FINE, NOTHING = "zero", "missing", "fine", "nothing"
SHOWN = ("open", ZERO, MISSING, NOTHING, FINE, "all")


@dataclass
class Firm:
    """One enterprise in one year."""

    organisation: Organisation
    reported: bool
    flags: dict[str, str] = field(default_factory=dict)  # flag → zero, missing or fine
    inside: str = "unknown"  # whether it belongs to the firms that are counted: yes, no, unknown
    assignment: Assignment | None = None
    follow_up: Visit | None = None

    @property
    def state(self) -> str:
        """The flag that matters most: a zero before what is missing before fine; nothing where no fact is there."""
        if not self.reported:
            return NOTHING
        return next((code for code in (ZERO, MISSING) if code in self.flags.values()), FINE)

    @property
    def zeros(self) -> int:
        return list(self.flags.values()).count(ZERO)

    @property
    def missing(self) -> list[str]:
        return [flag for flag, code in self.flags.items() if code == MISSING]

    @property
    def step(self) -> str:
        """What to do next: a code that the page says in words."""
        if self.state == FINE:
            return "none"
        if self.follow_up is not None:
            return "follow_up"
        if self.state in (MISSING, NOTHING):
            return "report" if self.reported else "report_all"
        return "visit" if self.assignment is not None else "assign"


@dataclass
class District:
    """How many firms of a district stand how."""

    code: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((ZERO, MISSING, NOTHING, FINE), 0))

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass
class Worklist:
    year: int
    firms: list[Firm]
    districts: list[District]
    nothing: int  # firms of the region asked for that have reported nothing at all


def years(user: Any) -> list[int]:
    """The years some enterprise has reported, the latest first; last year where none has."""
    access.require(user, "zero.view")
    found = YearFacts.objects.order_by("-year").values_list("year", flat=True).distinct()
    return list(found) or [timezone.localdate().year - 1]


def worklist(user: Any, year: int, region: str = "", show: str = "open") -> Worklist:
    """The firms of a year: all districts counted, those asked for listed, the most pressing first."""
    access.require(user, "zero.view")
    counted = [firm for firm in _firms(user, year) if firm.inside != "no"]
    listed = [firm for firm in counted if region in ("", firm.organisation.region) and _asked(firm, show)]
    order = [ZERO, MISSING, NOTHING, FINE]
    listed.sort(key=lambda firm: (order.index(firm.state), -firm.zeros, firm.organisation.name))
    silent = [firm for firm in counted if not firm.reported and region in ("", firm.organisation.region)]
    return Worklist(year, listed, _districts(counted), len(silent))


def _asked(firm: Firm, show: str) -> bool:
    return show == "all" or (firm.state in (ZERO, MISSING) if show == "open" else firm.state == show)


def _districts(firms: Iterable[Firm]) -> list[District]:
    found: dict[str, District] = {}
    for firm in firms:
        code = firm.organisation.region
        found.setdefault(code, District(code)).counts[firm.state] += 1
    return sorted(found.values(), key=lambda one: (-one.counts[ZERO], -one.counts[MISSING], one.code))


def _firms(user: Any, year: int) -> list[Firm]:
    places = access.scope(user, "ladder.view", Organisation.objects.filter(kind=Organisation.Kind.ENTERPRISE))
    reported = {row.organisation_id: row.values for row in YearFacts.objects.filter(year=year)}
    firms = [Firm(place, place.pk in reported) for place in places.order_by("name")]
    for firm, told in zip(
        firms, engine.zero([reported.get(one.organisation.pk, {}) for one in firms], year), strict=True
    ):
        firm.inside, firm.flags = told
    return firms


def with_steps(firms: Sequence[Firm]) -> list[Firm]:
    """The firms of one page, each with who serves it and the follow-up that is due first."""
    shown = {firm.organisation.pk: firm for firm in firms}
    serving = Assignment.objects.filter(organisation__in=list(shown), state=Assignment.State.ACTIVE)
    for assignment in serving.select_related("commissioner").order_by("-id"):
        shown[assignment.organisation_id].assignment = assignment
    due = Visit.objects.filter(assignment__in=serving, done_on=None).exclude(follow_up="")
    for visit in due.select_related("assignment").order_by(F("follow_up_on").desc(nulls_first=True), "-id"):
        shown[visit.assignment.organisation_id].follow_up = visit
    return list(firms)
