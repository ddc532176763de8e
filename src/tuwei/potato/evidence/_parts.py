"""What the gain is made of, and what it hangs on: one element swapped at a time, one figure of a practice changed at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tuwei.potato.evidence._claims import TARGETS, Change, change_of
from tuwei.potato.evidence._evidence import Evidence, Planned
from tuwei.potato.evidence._side import ELEMENTS, play_sides, side_of_practice
from tuwei.potato.weather._evapotranspiration import Floats


@dataclass(frozen=True)
class Part:
    """An element of the plan put into a practice alone (``first``), or taken out of the plan last (``last``).

    Shares of the practice's mean fresh yield and t/ha of nothing else; ``water`` mm and ``nitrogen`` kg/ha likewise by ``first``.
    """

    practice: str
    element: str
    first: float
    last: float
    water: float


@dataclass(frozen=True)
class Tried:
    """A figure of a practice changed: the changes by what is claimed, by our model, the plan being the same."""

    practice: str
    key: str
    value: float
    usual: float
    changes: dict[str, Change]


def parts_of(case: Evidence) -> list[Part]:
    """Return the decomposition of both gains by our model.

    The elements work together, so the parts need not add up to the whole: ``first`` and ``last`` bound each of them
    where they only help or only hinder each other.
    """
    return [part for name, plan in case.plans.items() for part in _parts(case, name, plan)]


def _parts(case: Evidence, name: str, plan: Planned) -> Iterator[Part]:
    practice, planned = case.sides[name], case.sides[f"plan_{name}"]
    with_one = [practice.taking(planned, element) for element in ELEMENTS]
    without = [planned.taking(practice, element) for element in ELEMENTS]
    played = play_sides(plan.setting, plan.action, [*with_one, *without], case.chances)
    base, whole = case.seasons[name], case.seasons[f"plan_{name}"]
    usual = base.column("fresh").mean()
    for place, element in enumerate(ELEMENTS):
        alone, lacking = played[place], played[place + len(ELEMENTS)]
        yield Part(
            name, element, float(alone.column("fresh").mean() / usual - 1), float((whole.column("fresh").mean() - lacking.column("fresh").mean()) / usual),
            float((alone.column("total_irrigation") - base.column("total_irrigation")).mean()),
        )  # fmt: skip


def tried_of(case: Evidence) -> list[Tried]:
    """Return the sensitivity: each practice's assumed figures changed one at a time, the plan being the same."""
    return [one for name, plan in case.plans.items() for one in _tried(case, name, plan)]


def _tried(case: Evidence, name: str, plan: Planned) -> Iterator[Tried]:
    practice = case.practices[name]
    every = [(key, value) for key, figure in sorted(practice.figures.items()) for value in figure.tried]
    sides = [side_of_practice(plan.setting, practice.changed(key, value)) for key, value in every]
    if not sides:
        return
    played, mine = play_sides(plan.setting, plan.action, sides, case.chances), case.seasons[f"plan_{name}"]
    nitrogen = case.sides[f"plan_{name}"].nitrogen_total
    for (key, value), side, one in zip(every, sides, played, strict=True):
        pairs = {
            "water": (mine.column("total_irrigation"), one.column("total_irrigation")),
            "nitrogen": (
                np.full(case.chances.count, nitrogen),
                np.full(case.chances.count, side.nitrogen_total),
            ),
            "yield": (mine.column("fresh"), one.column("fresh")),
        }
        yield Tried(name, key, float(value), float(practice[key]), changes_of(name, pairs, case.seed))


def changes_of(practice: str, pairs: dict[str, tuple[Floats, Floats]], seed: int) -> dict[str, Change]:
    """Return the change of everything that is claimed against a practice."""
    return {
        target.what: change_of(*pairs[target.what], target, seed)
        for target in TARGETS
        if target.practice == practice
    }
