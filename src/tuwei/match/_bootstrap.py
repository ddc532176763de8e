"""How sure a measure is, and a difference between two runs: needs drawn again, and runs exchanged.

A measure is a function of sums over needs: a mean is a sum over a count, an agreement over graded pairs is
worked out from summed tables. So that drawing needs again is one product of matrices, and pairs of one need
stay together (a cluster bootstrap).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLES = 10_000
MOST_SAMPLES = 1_000_000
COVERAGE = 0.95
CELLS = 4_000_000  # of the table of draws held at a time
SAME = 1e-12  # differences closer than this are the same

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Statistic:
    """One measure.

    Parameters
    ----------
    name
        Of the measure.
    totals
        What each need adds to the sums, shape (needs, parts).
    of
        The measure from sums, shape (..., parts) to (...); NaN where it is not defined.
    less_is_better
        Whether a smaller value is the better one.
    """

    name: str
    totals: Floats
    of: Callable[[Floats], Floats]
    less_is_better: bool = False

    @property
    def value(self) -> float:
        """The measure over all needs."""
        return float(self.of(self.totals.sum(axis=0)))

    def by_need(self) -> Floats:
        """Return the measure of each need alone, shape (needs,)."""
        return self.of(self.totals)


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of two runs over the same needs, and how sure the difference is.

    Parameters
    ----------
    value, baseline
        The measure of the run and of what it is held against.
    low, high
        The 95 % interval of the difference (percentiles of the paired bootstrap).
    bootstrap_p
        Two-sided, under no difference: the draws moved so that their centre is 0.
    randomisation_p
        Two-sided, from exchanging the runs at random need by need.
    better, worse, same
        In how many needs the run is.
    """

    value: float
    baseline: float
    low: float
    high: float
    bootstrap_p: float
    randomisation_p: float
    better: int
    worse: int
    same: int

    @property
    def difference(self) -> float:
        """The run less the baseline."""
        return self.value - self.baseline


def mean_statistic(name: str, values: Floats) -> Statistic:
    """Return the mean over needs as a statistic."""
    return Statistic(name, np.column_stack([values, np.ones(len(values))]), ratio)


def ratio(sums: Floats) -> Floats:
    """Return the first part over the second, NaN where that is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = sums[..., 0] / sums[..., 1]
    return found


def intervals(
    statistics: Sequence[Statistic], *, samples: int, seed: int
) -> dict[str, tuple[float, float] | None]:
    """Return the 95 % interval of each measure by percentiles (Efron and Tibshirani 1993, ch. 13).

    Parameters
    ----------
    statistics
        Over the same needs, at least one.
    samples
        How often as many needs as there are get drawn with replacement.
    seed
        Fixes the draws.

    Returns
    -------
    dict
        None for a measure of fewer than two needs, or one that no draw defines.
    """
    drawn = _redrawn(statistics, samples, seed)
    return {one.name: _percentiles(one.of(sums)) for one, sums in zip(statistics, drawn, strict=True)}


def compared(
    run: Sequence[Statistic], baseline: Sequence[Statistic], *, samples: int, seed: int
) -> dict[str, Difference | None]:
    """Return how the measures of two runs differ, the needs drawn in pairs.

    Parameters
    ----------
    run, baseline
        The same measures over the same needs, row for row.
    samples, seed
        As in `intervals`, for the draws and for the exchanges.

    Returns
    -------
    dict
        None as in `intervals`.

    Notes
    -----
    ``bootstrap_p`` is the share of draws whose difference lies at least as far from the observed one as that
    lies from 0 (the shift method of Noreen 1989; in retrieval Sakai 2006, Smucker et al. 2007, section 2.3);
    ``randomisation_p`` that of exchanges with a difference at least as large (Fisher's randomisation test;
    Smucker et al. 2007, section 2.1). Both count the observed one, so that none is ever 0.
    """
    halves = _redrawn([*run, *baseline], samples, seed)
    exchanged = _exchanged(run, baseline, samples, seed)
    found: dict[str, Difference | None] = {}
    for at, (one, other) in enumerate(zip(run, baseline, strict=True)):
        drawn = one.of(halves[at]) - other.of(halves[len(run) + at])
        found[one.name] = _difference(one, other, drawn, exchanged[at])
    return found


def _difference(one: Statistic, other: Statistic, drawn: Floats, exchanged: Floats) -> Difference | None:
    observed = one.value - other.value
    limits = _percentiles(drawn)
    if limits is None or not np.isfinite(observed):
        return None
    apart = (one.by_need() - other.by_need()) * (-1 if one.less_is_better else 1)
    apart = apart[np.isfinite(apart)]
    better, worse = int((apart > SAME).sum()), int((apart < -SAME).sum())
    return Difference(
        value=one.value,
        baseline=other.value,
        low=limits[0],
        high=limits[1],
        bootstrap_p=_share(drawn - observed, observed),
        randomisation_p=_share(exchanged, observed),
        better=better,
        worse=worse,
        same=len(apart) - better - worse,
    )


def _share(differences: Floats, observed: float) -> float:
    """Return the share of differences at least as large as the observed one, that one counted in."""
    known = differences[np.isfinite(differences)]
    return float((1 + (np.abs(known) >= abs(observed) - SAME).sum()) / (1 + len(known)))


def _percentiles(values: Floats) -> tuple[float, float] | None:
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]).tolist()
    return low, high


def _redrawn(statistics: Sequence[Statistic], samples: int, seed: int) -> list[Floats]:
    """Return the sums of each statistic over needs drawn with replacement, shape (samples, parts) each."""
    table = np.hstack([one.totals for one in statistics])
    random = np.random.default_rng([seed, 1])
    count = len(table)
    if count < 2:
        return [np.full((1, one.totals.shape[1]), np.nan) for one in statistics]
    sums = [_draws(random, size, count) @ table for size in _sizes(samples, count)]
    return _apart(np.vstack(sums), statistics)


def _draws(random: np.random.Generator, size: int, count: int) -> Floats:
    """Return how often each need is drawn when as many as there are get drawn, shape (size, needs)."""
    drawn = random.integers(count, size=(size, count))
    drawn += np.arange(size)[:, None] * count
    return np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count).astype(np.float64)


def _exchanged(
    run: Sequence[Statistic], baseline: Sequence[Statistic], samples: int, seed: int
) -> list[Floats]:
    """Return the difference of each measure after exchanging the runs in half of the needs, at random."""
    one, other = (np.hstack([each.totals for each in side]) for side in (run, baseline))
    random = np.random.default_rng([seed, 2])
    gain = other - one
    moved = np.vstack(
        [random.integers(2, size=(size, len(one))) @ gain for size in _sizes(samples, len(one))]
    )
    left, right = _apart(one.sum(axis=0) + moved, run), _apart(other.sum(axis=0) - moved, run)
    return [each.of(ours) - each.of(theirs) for each, ours, theirs in zip(run, left, right, strict=True)]


def _sizes(samples: int, count: int) -> Iterator[int]:
    """Yield how many draws to make at a time."""
    size = max(1, CELLS // max(count, 1))
    for start in range(0, samples, size):
        yield min(size, samples - start)


def _apart(table: Floats, statistics: Sequence[Statistic]) -> list[Floats]:
    """Return the columns of each statistic."""
    ends = np.cumsum([one.totals.shape[1] for one in statistics])[:-1]
    return np.split(table, ends, axis=1)
