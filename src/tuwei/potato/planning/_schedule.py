"""The schedule of a plan: every step with its 90 % interval, and what it is worth by leaving it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from tuwei.potato.crop._layout import FIELD_AT as _F
from tuwei.potato.crop._layout import MANAGEMENT_AT as _M
from tuwei.potato.field._field import supplies
from tuwei.potato.planning._rules import Action, Setting
from tuwei.potato.planning._search import Chances, Outcome, outcome_of, play
from tuwei.potato.season._layout import ACTS_AT as _A
from tuwei.potato.season._layout import RULES_AT as _Q
from tuwei.potato.storage._prices import Fen, Price
from tuwei.potato.weather._evapotranspiration import Floats

RARE = 0.05  # a step made in fewer of the seasons is not listed


@dataclass(frozen=True)
class Range:
    """A mean over the seasons with the 5 % and 95 % quantiles."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Worth:
    """Profit with a step less profit without it [fen/ha]: the mean and 90 % of the seasons."""

    value: int
    low: int
    high: int


@dataclass(frozen=True)
class Step:
    """One piece of work: ``what``, the ``number``-th of its kind, on ``day`` (median) between ``earliest`` and ``latest`` (90 %).

    ``amount`` in ``unit``; ``share`` of the seasons that have it; ``worth`` is None where it cannot be left out.
    """

    what: str
    number: int
    day: date
    earliest: date
    latest: date
    amount: Range
    unit: str
    share: float
    worth: Worth | None


@dataclass(frozen=True)
class Played:
    """A plan in all seasons with its own work of each, so that it can be replayed without a step."""

    setting: Setting
    action: Action
    chances: Chances
    prices: dict[str, Price]
    outcome: Outcome
    management: Floats
    sprays: Floats


def played_of(setting: Setting, action: Action, chances: Chances, prices: dict[str, Price]) -> Played:
    """Play the rules in every season and keep what was done."""
    outcome = outcome_of(action, chances, prices, play(setting, [action], chances, acts=True))
    work = np.repeat(action.management[None], chances.count, axis=0)
    water = outcome.acts[:, :, _A["water"]]
    work[:, :, _M["irrigation"]] = water
    for name in ("efficiency", "wetted"):
        work[:, :, _M[name]] = np.where(water > 0, action.rules[_Q[name]], 1.0)
    return Played(setting, action, chances, prices, outcome, work, outcome.acts[:, :, _A["spray"]].copy())


def replayed(
    one: Played, action: Action | None = None, management: Floats | None = None, sprays: Floats | None = None, irrigations: Floats | None = None
) -> Outcome:  # fmt: skip
    """Return the seasons with the work that was done, but for what is given; no rule answers to the change."""
    action = action or one.action
    still = replace(action, rules=action.rules.copy())
    still.rules[_Q["active"]] = 0.0
    script = one.sprays if sprays is None else sprays
    found = play(
        one.setting,
        [still],
        one.chances,
        management=one.management if management is None else management,
        script=script,
    )
    wet = one.outcome.counts[:, 0] if irrigations is None else irrigations
    return outcome_of(still, one.chances, one.prices, found, script.sum(axis=1), wet)


def steps_of(one: Played) -> list[Step]:
    """Return the steps in the order of their days.

    Without a soil test the model does not answer to P and K, so what they are worth is not told.
    """
    found = [*_fixed(one), *_dressings(one), *_irrigations(one), *_sprays(one)]
    return sorted(found, key=lambda step: step.day)


def worth_of(one: Played, without: Outcome) -> Worth:
    """Return what was lost without a step."""
    return worth(one.outcome.profit - without.profit)


def worth(difference: Fen) -> Worth:
    """Return mean and 90 % of differences of profit, integer fen."""
    low, high = np.quantile(difference, [0.05, 0.95])
    return Worth(round(float(difference.mean())), round(float(low)), round(float(high)))


def spread(values: Floats) -> Range:
    """Return the mean and 90 % of values."""
    low, high = np.quantile(values, [0.05, 0.95])
    return Range(float(values.mean()), float(low), float(high))


def _on(
    one: Played, what: str, day: int, amount: float, unit: str, gain: Worth | None, number: int = 1
) -> Step:
    when = one.setting.start + timedelta(days=day)
    return Step(what, number, when, when, when, Range(amount, amount, amount), unit, 1.0, gain)


def _fixed(one: Played) -> Iterator[Step]:
    named, work, action = one.action.named, one.action.work, one.action
    planting, harvest, kill = (
        int(named["planting"]),
        int(named["harvest"]),
        int(action.field[_F["vine_kill"]]),
    )
    yield _on(one, "planting", planting, named["density"], "plants m-2", None)
    supply = dict(
        zip(("phosphate", "potash"), supplies(one.setting.field), strict=True), nitrogen_at_planting=0.0
    )
    basal = round(work.nitrogen - sum(dose for _, dose in action.dressings))
    for what, dose, names in (("nitrogen_at_planting", basal, ("nitrate", "ammonium", "urea")), ("phosphate", work.phosphate, ("phosphorus",)),
                              ("potash", work.potash, ("potassium",))):  # fmt: skip
        if dose > 0:
            management = one.management.copy()
            management[:, planting, [_M[name] for name in names]] = 0.0
            if supply[what] < 0:
                yield _on(one, what, planting, dose, "kg/ha", None)
                continue
            spared = {"nitrogen": work.nitrogen - basal} if what == "nitrogen_at_planting" else {what: 0.0}
            without = replayed(one, replace(action, work=replace(work, **spared)), management)  # type: ignore[arg-type]
            yield _on(one, what, planting, dose, "kg/ha", worth_of(one, without))
    if kill >= 0:
        row = action.field.copy()
        row[_F["vine_kill"]] = -1.0
        yield _on(
            one,
            "vine_kill",
            kill,
            1.0,
            "",
            worth_of(one, replayed(one, replace(action, field=row, work=replace(work, vine_kill=False)))),
        )
    yield _on(one, "harvest", harvest, float(one.outcome.fresh.mean()), "t/ha", None)


def _dressings(one: Played) -> Iterator[Step]:
    work = one.action.work
    for number, (day, dose) in enumerate(one.action.dressings, 1):
        management = one.management.copy()
        management[:, day, _M["urea"]] = 0.0
        less = replace(work, nitrogen=work.nitrogen - dose, dressings=work.dressings - 1)
        yield _on(
            one,
            "dressing",
            day,
            dose,
            "kg/ha",
            worth_of(one, replayed(one, replace(one.action, work=less), management)),
            number,
        )


def _irrigations(one: Played) -> Iterator[Step]:
    water, number = one.outcome.acts[:, :, _A["water"]], one.outcome.acts[:, :, _A["number"]]
    for event in range(1, int(number.max(initial=0)) + 1):
        mine = (water > 0) & (number == event)
        made = mine.any(axis=1)
        if made.mean() < RARE:
            break
        management = one.management.copy()
        management[:, :, _M["irrigation"]][mine] = 0.0
        without = replayed(one, management=management, irrigations=one.outcome.counts[:, 0] - made)
        yield _moving(
            one, "irrigation", event, mine, (water * mine).sum(axis=1)[made], "mm", worth_of(one, without)
        )


def _sprays(one: Played) -> Iterator[Step]:
    order = np.cumsum(one.sprays, axis=1)
    for event in range(1, int(order.max(initial=0)) + 1):
        mine = (one.sprays > 0) & (order == event)
        made = mine.any(axis=1)
        if made.mean() < RARE:
            break
        without = replayed(one, sprays=one.sprays * ~mine)
        yield _moving(one, "spray", event, mine, np.ones(int(made.sum())), "", worth_of(one, without))


def _moving(
    one: Played, what: str, number: int, mine: Floats, amounts: Floats, unit: str, gain: Worth
) -> Step:
    made = mine.any(axis=1)
    days = np.argmax(mine[made], axis=1)
    low, middle, high = (
        one.setting.start + timedelta(days=int(day))
        for day in np.quantile(days, [0.05, 0.5, 0.95], method="nearest")
    )
    return Step(what, number, middle, low, high, spread(amounts), unit, float(made.mean()), gain)
