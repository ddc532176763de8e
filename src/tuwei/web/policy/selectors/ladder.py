"""What the engine says of one enterprise on one day, arranged for a page; nothing of it is worked out here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tuwei.core.errors import TuweiError
from tuwei.web.accounts.models import Organisation

from . import engine, facts

STATES = ("certain", "possible", "blocked")
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Ladder:
    """The rungs from low to high, where the enterprise stands, what comes next, what each policy is worth."""

    rungs: list[Entry] = field(default_factory=list)
    standing: Entry | None = None  # the highest rung that is reached
    following: Entry | None = None  # the next rung, as the engine names it
    policies: dict[str, list[Entry]] = field(default_factory=dict)  # by state, the most money first
    past: list[Entry] = field(default_factory=list)  # whose last known window does not hold that day
    dates: list[Entry] = field(default_factory=list)
    fault: str = ""  # why nothing could be worked out

    @property
    def known_fen(self) -> int:
        """What the certain policies that name an amount are worth together, in 分."""
        return sum(one["amount_fen"] or 0 for one in self.policies.get("certain", ()))

    @property
    def best(self) -> list[Entry]:
        """The policies worth most that are not blocked."""
        open_ones = [*self.policies.get("certain", ()), *self.policies.get("possible", ())]
        return sorted(open_ones, key=_most, reverse=True)[:5]


def ladder(place: Organisation, on: datetime.date) -> Ladder:
    """The ladder of an enterprise that came through `facts.organisation`."""
    yearly = facts.yearly(place)
    if not yearly:
        return Ladder()
    try:
        told = engine.plan(yearly, on).as_dict()
    except TuweiError as error:  # facts of several years that cannot all be right
        return Ladder(fault=engine.fault(error))
    return arranged(told)


def arranged(told: Mapping[str, Any]) -> Ladder:
    """A plan of the engine as the page shows it."""
    rungs = list(told["rungs"])
    reached = [rung for rung in rungs if rung["verdict"] == "yes"]
    following = told.get("next") or {}
    return Ladder(
        rungs=rungs,
        standing=reached[-1] if reached else None,
        following=next((rung for rung in rungs if rung["rule"] == following.get("rule")), None),
        policies=by_state([one for one in told["programmes"] if one.get("in_force", True)]),
        past=[one for one in told["programmes"] if not one.get("in_force", True)],
        dates=list(told["dates"]),
    )


def by_state(programmes: list[Entry]) -> dict[str, list[Entry]]:
    """Policies apart by state, each in the engine's order: the most money first."""
    return {state: [one for one in programmes if one["state"] == state] for state in STATES}


def _most(one: Entry) -> int:
    """The sum, or the most it can be, in 分; nothing where no sum is named."""
    return one["amount_fen"] or one.get("amount_high_fen") or 0
