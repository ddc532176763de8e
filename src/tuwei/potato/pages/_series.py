"""The days of judged seasons: each is played again with the work it had, and its days are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from tuwei.potato.crop._layout import DAILY, FIELD, RESULT
from tuwei.potato.crop._season import refuse
from tuwei.potato.field._blight import blight_values_of
from tuwei.potato.planning._schedule import Played
from tuwei.potato.season._layout import ACTS, BLIGHTED, COUNTS, RULES
from tuwei.potato.weather._evapotranspiration import Floats

MOST = 100  # seasons whose days are kept; enough for 5 % and 95 % by day
COLUMNS = (*DAILY, *BLIGHTED)
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Days:
    """Days of seasons: ``values`` by name, (seasons, days) from ``start``; beside ``DAILY`` and ``BLIGHTED`` also ``blight``, the share of leaf
    that late blight has taken, and ``signs``, severity values since emergence. ``results`` (seasons, ``_layout.RESULT``)."""

    start: date
    values: Mapping[str, Floats]
    results: Floats

    @property
    def count(self) -> int:
        """How many days."""
        return int(self.values["rain"].shape[1])

    def band(self, name: str) -> Floats:
        """Return 5 %, 50 % and 95 % of the seasons by day, shape (3, days)."""
        return np.asarray(np.quantile(self.values[name], QUANTILES, axis=0))

    def summed(self, name: str) -> Floats:
        """Return the mean of the seasons, summed from the first day on."""
        return np.asarray(self.values[name].mean(axis=0).cumsum())

    def weekly(self, name: str) -> Floats:
        """Return the mean of the seasons by week from the first day on; the last week may be short."""
        mean = self.values[name].mean(axis=0)
        return np.add.reduceat(mean, np.arange(0, len(mean), 7))

    def after(self, name: str, value: float) -> float:
        """Return the median day on which a series first reaches ``value``; the last day where it does not."""
        met = self.values[name] >= value
        return float(np.median(np.where(met.any(axis=1), met.argmax(axis=1), self.count - 1)))


def days_of(one: Played, most: int = MOST) -> Days:
    """Return the days of at most ``most`` of the seasons in which a plan was played, evenly chosen.

    Parameters
    ----------
    one
        A plan or a practice in its seasons.
    most
        2 or more.

    Raises
    ------
    BalanceError
        ``potato.balance``.
    """
    picked = np.unique(np.linspace(0, one.chances.count - 1, min(most, one.chances.count)).astype(int))
    end = int(one.action.field[list(FIELD).index("harvest")]) + 1
    daily, results = np.zeros((len(picked), end, len(COLUMNS))), np.zeros((len(picked), len(RESULT)))
    rules = one.action.rules.copy()
    rules[list(RULES).index("active")] = 0.0  # what the rules did is in the work already
    for place, season in enumerate(picked):
        _play(one, int(season), rules, results[place], daily[place])
    signs = one.chances.years.signs[one.chances.year[picked]][:, :end]
    return Days(one.setting.start, _named(daily, signs), results)


def _play(one: Played, season: int, rules: Floats, result: Floats, daily: Floats) -> None:
    """Play a season again with the work it had and write its days."""
    from tuwei.potato.season._kernel import led_season

    chances, part = one.chances, one.setting.field.parts["plan"]
    year = chances.year[season]
    soil = one.setting.soil if chances.soil is None else chances.soil[season]
    blight = blight_values_of(one.setting.field, part["resistance"])
    code = led_season(chances.values[season], blight, soil, one.action.field, chances.years.weather[year], chances.years.hours[year], chances.years.signs[year],
                      one.management[season], one.sprays[season], rules, result, np.zeros(len(COUNTS)), np.zeros((0, len(ACTS))), daily)  # fmt: skip
    refuse(code, one.setting.field.file)


def _named(daily: Floats, signs: Floats) -> dict[str, Floats]:
    found = {name: daily[:, :, place] for place, name in enumerate(COLUMNS)}
    up = (found["stage"] >= 1) & (found["stage"] < 3)
    return {
        **found,
        "blight": 1 - np.cumprod(1 - np.minimum(1.0, found["blight_lost"]), axis=1),
        "signs": np.where(up, signs, 0.0).cumsum(axis=1),
        "mineral": found["nitrate"] + found["ammonium"],
        "leached_sum": found["leached"].cumsum(axis=1),
    }
