"""When to sell what is in store: the course of the store, the price of the day, and the best day by trying them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.potato.storage._storage import store
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._generate import MID_MONTH
from tuwei.potato.weather._weather import days_of_year

Fen = NDArray[np.int64]


@dataclass(frozen=True)
class Selling:
    """A store from the day it is filled, arrays of shape (days,), day 0 the harvest; money in fen a tonne put in.

    ``mass`` and ``dry_matter`` left of 1; ``price`` over that of tubers in ``prices.toml``; ``cost`` of keeping it that long;
    ``spread`` standard deviation of ln(price) as seen from the harvest; ``sprouted`` the day of sprouts, -1 none; ``last``
    the last day that may be sold on; ``capacity`` t/ha; ``days`` how long it is kept, None to take the best.
    """

    mass: Floats
    dry_matter: Floats
    price: Floats
    cost: Floats
    spread: Floats
    sprouted: int
    last: int
    capacity: float = np.inf
    days: int | None = None

    def kept(self, days: int | None) -> Selling:
        """Return the store kept for so many days."""
        return replace(self, days=days)

    def factors(self, market: Floats | None, days: int) -> Floats | float:
        """Return the uncertain part of the price of that day: log-normal in ``market``, of mean 1 over its draws."""
        if market is None:
            return 1.0
        drawn = np.exp(self.spread[days] * market)
        return np.asarray(drawn / drawn.mean(), float)

    def best(self, tonnes: Floats, gross: Floats) -> int:
        """Return the day of the highest mean income, the earliest of equals.

        Exact: the mean income of a day needs only the means of tonnes and of tonnes x price, so every day is tried. Income
        is linear in the tonnes kept, so keeping all that fits for one day is as good as any split over days.
        """
        held = np.minimum(tonnes, self.capacity)
        income = (held * gross).mean() * (self.mass * self.price - self.price[0]) - held.mean() * self.cost
        return int(np.argmax(income[: self.last + 1]))

    def income(self, tonnes: Floats, gross: Floats, market: Floats | None = None) -> tuple[Floats, int]:
        """Return what selling so brings beyond selling all at harvest at the price of tubers [fen/ha], and the day.

        ``tonnes`` t/ha and ``gross`` fen/t of each season; what does not fit is sold at harvest.
        """
        day = self.best(tonnes, gross) if self.days is None else self.days
        held = np.minimum(tonnes, self.capacity)
        later = (
            gross * (self.mass[day] * self.price[day] * self.factors(market, day) - self.price[0])
            - self.cost[day]
        )
        return tonnes * gross * (self.price[0] - 1) + held * later, day


def selling_of(part: Mapping[str, Any], filled: date) -> Selling:
    """Return the store of a filled ``[store]`` section.

    Parameters
    ----------
    part
        From :func:`filled_store`.
    filled
        Day 0.

    Raises
    ------
    InputError
        ``potato.store``.

    Notes
    -----
    The store is :func:`store` at a steady temperature and humidity. The price is linear between the middles of the months.
    What has sprouted is not sold as ware: the day before is the last. A skin that is not set does not add to the losses: that
    young skin lets through many times the vapour is measured (Lulai and Orr 1994, Am. Potato J. 71:489), but not what of it
    is left after curing.

    Examples
    --------
    >>> from tuwei.potato.field._store import STORE, filled_store
    >>> part = filled_store({name: key.default for name, key in STORE["store"].items()})
    >>> found = selling_of(part, date(2025, 9, 20))
    >>> found.best(np.array([40.0]), np.array([120000.0])), found.last, round(float(found.mass[200]), 3)
    (238, 240, 0.947)
    """
    days = part["limit_days"] + 1
    kept = store(np.full(days, part["celsius"]), np.full(days, part["humidity"]), dormancy=part["dormancy_days"],
                 inhibitor=part["inhibitor"], rot=part["rot"])  # fmt: skip
    day, one = np.arange(days), np.ones(1)
    percent = np.array(part["price_percent"], float)
    price = np.interp(days_of_year(filled, days), MID_MONTH, percent, period=365) / 100
    cost = np.where(day > 0, part["handling_fen_t"] + part["cost_fen_t_day"] * day, 0.0)
    sprouted = kept.sprouted + 1 if kept.sprouted >= 0 else -1
    last = part["limit_days"] if sprouted < 0 else min(part["limit_days"], sprouted - 1)
    capacity = np.inf if part["capacity_t_ha"] is None else part["capacity_t_ha"]
    return Selling(np.concatenate([one, kept.mass])[:days], np.concatenate([one, kept.dry_matter])[:days], price, cost,
                   part["price_spread"] * np.sqrt(day / 365), sprouted, last, capacity)  # fmt: skip
