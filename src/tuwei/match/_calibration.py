"""Whether the probabilities that a run gives to the levels come true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from tuwei.match._bootstrap import Statistic, ratio
from tuwei.match._pairs import NAMES
from tuwei.match._runs import Chances

BINS = 10
IMAGINED = 1_000  # sets of outcomes drawn from the forecasts themselves; fewer of very many pairs
FEWEST_IMAGINED = 100
MOST_DRAWN = 30_000_000
THRESHOLDS = NAMES[1:]  # weak or better, fair or better, strong
WIDTH = 1.959963984540054  # of a 95 % interval, in standard deviations

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of one tenth of 0-1: how many, their mean, how often they came true, with a 95 % interval.

    The interval is Wilson's (1927).
    """

    count: int
    forecast: float
    came_true: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How forecasts of one event fared.

    Parameters
    ----------
    ece
        Expected calibration error over ten bins of equal width (Naeini et al. 2015; Guo et al. 2017, eq. 3):
        the mean distance of forecast and frequency, weighted by the bins' counts; 0-1.
    ece_by_chance
        What forecasts that are exactly right reach in 19 of 20 samples of this size, by outcomes drawn from
        the forecasts (after Bröcker and Smith 2007); an ``ece`` above it is more than chance.
    brier
        The mean squared difference of forecast and outcome (Brier 1950, for one event), 0-1.
    bins
        Those with a forecast, lowest first.
    """

    ece: float
    ece_by_chance: float
    brier: float
    bins: list[Bin]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Reliability of the four levels' probabilities over judged pairs.

    Parameters
    ----------
    pairs
        Judged pairs with probabilities in the run.
    thresholds
        For ``weak``, ``fair`` and ``strong``: of the event that the level is this or a better one.
    top_level
        Of the event that the likeliest level is the experts'.
    ece
        The mean over the three thresholds.
    brier
        The mean over the three thresholds: a third of the ranked probability score (Epstein 1969).
    """

    pairs: int
    thresholds: dict[str, Reliability]
    top_level: Reliability
    ece: float
    brier: float


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Probabilities of judged pairs, shape (pairs, 4), with the experts' grades 0-3 and the needs' numbers."""

    chances: Floats
    grades: Numbers
    need: Numbers
    needs: list[str]

    def event(self, threshold: int) -> tuple[Floats, Floats]:
        """Return the forecast and the outcome of a grade of at least ``threshold``, 1-3."""
        forecast = np.minimum(self.chances[:, threshold:].sum(axis=1), 1.0)
        return forecast, (self.grades >= threshold).astype(np.float64)

    def statistic(self) -> Statistic:
        """Return the mean Brier score of the thresholds as a statistic over needs."""
        losses = np.zeros(len(self.grades))
        for threshold in range(1, len(NAMES)):
            forecast, outcome = self.event(threshold)
            losses += (forecast - outcome) ** 2 / len(THRESHOLDS)
        sums = [np.bincount(self.need, each, len(self.needs)) for each in (losses, np.ones(len(losses)))]
        return Statistic("brier", np.column_stack(sums), ratio, less_is_better=True)


def forecasts(
    grades: Mapping[str, Mapping[str, int]],
    chances: Mapping[str, Mapping[str, Chances]],
    only: set[tuple[str, str]] | None = None,
) -> Forecasts:
    """Gather the probabilities of the judged pairs that have some (of ``only`` those, where given)."""
    rows: list[tuple[Chances, int, int]] = []
    needs: list[str] = []
    for need, found in grades.items():
        given = chances.get(need, {})
        judged = [
            (given[achievement], grade)
            for achievement, grade in found.items()
            if achievement in given and (only is None or (need, achievement) in only)
        ]
        rows += [(each, grade, len(needs)) for each, grade in judged]
        needs += [need] if judged else []
    return Forecasts(
        np.array([row[0] for row in rows], np.float64).reshape(-1, len(NAMES)),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.int64),
        needs,
    )


def calibration(found: Forecasts, *, seed: int = 0) -> Calibration | None:
    """Return how reliable forecasts are, None where there are none."""
    if not len(found.grades):
        return None
    random = np.random.default_rng([seed, 3])
    thresholds: dict[str, Reliability] = {
        name: reliability(*found.event(at), random=random) for at, name in enumerate(THRESHOLDS, start=1)
    }
    likeliest = found.chances.argmax(axis=1)
    hit = (likeliest == found.grades).astype(np.float64)
    return Calibration(
        pairs=len(found.grades),
        thresholds=thresholds,
        top_level=reliability(np.minimum(found.chances.max(axis=1), 1.0), hit, random=random),
        ece=sum(one.ece for one in thresholds.values()) / len(thresholds),
        brier=sum(one.brier for one in thresholds.values()) / len(thresholds),
    )


def reliability(forecast: Floats, outcome: Floats, *, random: np.random.Generator) -> Reliability:
    """Return how forecasts of one event fared.

    Parameters
    ----------
    forecast
        Probabilities, shape (pairs,), at least one.
    outcome
        1 where the event happened, 0 where not, shape (pairs,).
    random
        Draws the outcomes behind ``ece_by_chance``.

    Examples
    --------
    >>> found = reliability(np.array([0.9, 0.9]), np.array([1.0, 0.0]), random=np.random.default_rng(0))
    >>> round(found.ece, 2), round(found.brier, 2), found.bins[0].count
    (0.4, 0.41, 2)
    """
    place = np.minimum((forecast * BINS).astype(np.int64), BINS - 1)
    times = min(IMAGINED, max(FEWEST_IMAGINED, MOST_DRAWN // len(forecast)))
    imagined = (_ece(place, forecast, _drawn(forecast, random)) for _ in range(times))
    return Reliability(
        ece=_ece(place, forecast, outcome),
        ece_by_chance=float(np.quantile(np.fromiter(imagined, np.float64), 0.95)),
        brier=float(((forecast - outcome) ** 2).mean()),
        bins=[_bin(forecast[place == at], outcome[place == at]) for at in range(BINS) if (place == at).any()],
    )


def _drawn(forecast: Floats, random: np.random.Generator) -> Floats:
    return (random.random(len(forecast)) < forecast).astype(np.float64)


def _ece(place: Numbers, forecast: Floats, outcome: Floats) -> float:
    return float(np.abs(np.bincount(place, forecast - outcome, BINS)).sum() / len(forecast))


def _bin(forecast: Floats, outcome: Floats) -> Bin:
    count, share = len(outcome), float(outcome.mean())
    middle = (share + WIDTH**2 / (2 * count)) / (1 + WIDTH**2 / count)
    half = WIDTH * sqrt(share * (1 - share) / count + WIDTH**2 / (4 * count**2)) / (1 + WIDTH**2 / count)
    return Bin(count, float(forecast.mean()), share, max(0.0, middle - half), min(1.0, middle + half))
