"""What a plan sells when: how long the crop is kept, what is left of it, and what the waiting is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from tuwei.potato.planning._schedule import Played, Range, Step, Worth, spread, worth
from tuwei.potato.planning._search import Outcome, outcome_of
from tuwei.potato.storage._selling import Selling
from tuwei.potato.weather._evapotranspiration import Floats


@dataclass(frozen=True)
class Sale:
    """The store of a plan: ``days`` kept of at most ``last``, sold on ``day``; ``mass`` and ``dry_matter`` left of 1.

    ``sprouted`` the day of sprouts, -1 none; t/ha ``stored``, sold at harvest (``at_once``) and ``later``; ``price`` of a tonne
    of tubers on the day, ``price_at_harvest`` and ``cost`` [fen/t]; ``worth`` of waiting, the same seasons sold at harvest.
    """

    day: date
    days: int
    last: int
    sprouted: int
    mass: float
    dry_matter: float
    stored: Range
    at_once: Range
    later: Range
    price: Worth
    price_at_harvest: int
    cost: int
    worth: Worth


def sale_of(one: Played) -> Sale | None:
    """Return what is sold when, None where there is no store."""
    selling, days = one.action.work.selling, one.outcome.days
    if selling is None:
        return None
    harvest = one.setting.start + timedelta(days=int(one.action.named["harvest"]))
    fresh, tubers = one.outcome.fresh, one.prices["tubers"].fen
    held = np.minimum(fresh, selling.capacity) if days else np.zeros(len(fresh))
    price = np.rint(
        tubers * selling.price[days] * selling.factors(one.chances.market, days) * np.ones(len(fresh))
    )
    return Sale(
        harvest + timedelta(days=days), days, selling.last, selling.sprouted, float(selling.mass[days]), float(selling.dry_matter[days]),
        spread(held), spread(fresh - held), spread(held * selling.mass[days]), worth(price.astype(np.int64)),
        round(tubers * float(selling.price[0])), round(float(selling.cost[days])), worth(one.outcome.profit - _kept(one, 0).profit),
    )  # fmt: skip


def _kept(one: Played, days: int) -> Outcome:
    """Return the same seasons kept for other days; nothing in the field changes, so nothing is simulated."""
    found, selling = one.outcome, one.action.work.selling
    work = replace(one.action.work, selling=selling and selling.kept(days))
    return outcome_of(
        replace(one.action, work=work), one.chances, one.prices, (found.results, found.counts, found.acts)
    )


def sales(one: Played, found: Sale | None) -> Iterator[Step]:
    """Yield the sales of :func:`sale_of` as steps; waiting is worth what the same seasons lose when all is sold at harvest."""
    if found is None:
        return
    at_once = (
        one.outcome.fresh
        if found.days == 0
        else one.outcome.fresh - np.minimum(one.outcome.fresh, _capacity(one))
    )
    harvest, number = found.day - timedelta(days=found.days), 1
    if (at_once > 0).any():
        yield _sale(harvest, number, at_once, None)
        number += 1
    if found.days:
        held = np.minimum(one.outcome.fresh, _capacity(one)) * found.mass
        yield _sale(found.day, number, held, found.worth)


def _capacity(one: Played) -> float:
    selling: Selling | None = one.action.work.selling
    return selling.capacity if selling else 0.0


def _sale(day: date, number: int, tonnes: Floats, gain: Worth | None) -> Step:
    return Step("sale", number, day, day, day, spread(tonnes), "t/ha", float((tonnes > 0).mean()), gain)
