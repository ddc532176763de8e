"""The days of judged seasons: each is played again by the kernel that writes its days, with the work it had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from tuwei.potato._evapotranspiration import Floats
from tuwei.potato._layout import DAILY, FIELD, MANAGEMENT, RESULT
from tuwei.potato._plan_layout import ACTS, RULES
from tuwei.potato._plan_schedule import Played
from tuwei.potato._plan_search import Chances, play
from tuwei.potato._season import refuse

MOST = 100  # seasons whose days are kept; enough for 5 % and 95 % by day
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Days:
    """Days of seasons: ``values`` by name, (seasons, days) from ``start``; beside ``_layout.DAILY`` also ``blight``, the share of leaf
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
    from tuwei.potato import _kernel

    picked = np.unique(np.linspace(0, one.chances.count - 1, min(most, one.chances.count)).astype(int))
    chances = replace(
        one.chances,
        values=one.chances.values[picked],
        year=one.chances.year[picked],
        noise=one.chances.noise[picked],
    )
    work = one.management[picked].copy()
    work[:, :, list(MANAGEMENT).index("leaf_loss")] = _leaf_loss(one, chances, work, one.sprays[picked])
    row, end = one.action.field, int(one.action.field[list(FIELD).index("harvest")]) + 1
    daily, results = np.zeros((len(picked), end, len(DAILY))), np.zeros((len(picked), len(RESULT)))
    for place in range(len(picked)):
        weather = chances.years.weather[chances.year[place]]
        code = _kernel.season(
            chances.values[place],
            one.setting.soil,
            row,
            weather,
            work[place],
            daily[place],
            results[place],
        )
        refuse(code, one.setting.field.file)
    return Days(one.setting.start, _named(daily, chances, work), results)


def _leaf_loss(one: Played, chances: Chances, work: Floats, sprays: Floats) -> Floats:
    """Return what late blight takes of the green leaf each day under the sprays that were given."""
    still = replace(one.action, rules=one.action.rules.copy())
    still.rules[list(RULES).index("active")] = 0.0
    acts = play(one.setting, [still], chances, acts=True, management=work, script=sprays)[2]
    return acts[:, :, list(ACTS).index("leaf_loss")]


def _named(daily: Floats, chances: Chances, work: Floats) -> dict[str, Floats]:
    end = daily.shape[1]
    found = {name: daily[:, :, place] for place, name in enumerate(DAILY)}
    lost = work[:, :end, list(MANAGEMENT).index("leaf_loss")]
    up = (found["stage"] >= 1) & (found["stage"] < 3)
    signs = np.where(up, chances.years.signs[chances.year][:, :end], 0.0)
    mineral = found["nitrate"] + found["ammonium"]
    return {
        **found,
        "blight": 1 - np.cumprod(1 - lost, axis=1),
        "signs": signs.cumsum(axis=1),
        "mineral": mineral,
        "leached_sum": found["leached"].cumsum(axis=1),
    }
