"""What the next seven days most likely bring: how often each piece of work is made in the seasons ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tuwei.potato.crop._layout import FIELD_AT as _F
from tuwei.potato.planning._schedule import Played, Range, spread
from tuwei.potato.season._layout import ACTS_AT as _A
from tuwei.potato.weather._evapotranspiration import Floats

DAYS = 7


@dataclass(frozen=True)
class Act:
    """Work of the week: ``share`` of the seasons that have it, its first ``day`` (median of those), ``amount`` of those."""

    what: str
    share: float
    day: date | None
    amount: Range | None
    unit: str


@dataclass(frozen=True)
class Week:
    """The days from ``start`` to ``end``, both included: the work, and by day the share of seasons that irrigate or spray."""

    start: date
    end: date
    acts: tuple[Act, ...]
    irrigate: tuple[float, ...]
    spray: tuple[float, ...]


def week_of(one: Played, today: date) -> Week:
    """Return the week that begins ``today`` of a plan in all seasons."""
    start, first = one.setting.start, max(0, (today - one.setting.start).days)
    last = min(one.setting.days, first + DAYS)
    acts = one.outcome.acts[:, first:last]
    water, spray = acts[:, :, _A["water"]], acts[:, :, _A["spray"]]
    begun = start + timedelta(days=first)
    found = [_moving("irrigation", water, begun, "mm"), _moving("spray", spray, begun, "")]
    fixed = {"planting": int(one.action.field[_F["planting"]]), "vine_kill": int(one.action.field[_F["vine_kill"]]),
             "harvest": int(one.action.field[_F["harvest"]])}  # fmt: skip
    dressings = [("dressing", day, dose) for day, dose in one.action.dressings]
    for what, day, dose in [*dressings, *((what, day, 0.0) for what, day in fixed.items())]:
        if first <= day < last:
            amount = Range(dose, dose, dose) if dose else None
            found.append(Act(what, 1.0, start + timedelta(days=day), amount, "kg/ha" if dose else ""))
    share = ((water > 0).mean(axis=0), (spray > 0).mean(axis=0))
    return Week(begun, start + timedelta(days=last - 1), tuple(found), *(tuple(map(float, part)) for part in share))  # fmt: skip


def _moving(what: str, table: Floats, begun: date, unit: str) -> Act:
    made = (table > 0).any(axis=1)
    if not made.any():
        return Act(what, 0.0, None, None, unit)
    days = np.argmax(table[made] > 0, axis=1)
    middle = begun + timedelta(days=int(np.quantile(days, 0.5, method="nearest")))
    amount = spread(table[made].sum(axis=1)) if unit else None
    return Act(what, float(made.mean()), middle, amount, unit)
