"""A season with its uncertainty: the draws of the parameters, and what the model leaves unexplained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuwei.potato.crop._layout import RESULT
from tuwei.potato.crop._season import Case, batch_of, run_batch
from tuwei.potato.weather._evapotranspiration import Floats

MEMBERS = 200
UNEXPLAINED = ("tuber", "fresh")  # results that get the residual of the trials


@dataclass(frozen=True)
class Interval:
    """A value of the best parameters, and the 5 % and 95 % quantiles of the ensemble."""

    value: float
    low: float
    high: float


def ensemble(
    cases: Sequence[Case], values: Sequence[Floats], *, residual: float, seed: int
) -> list[Mapping[str, Interval]]:
    """Return every result of every case with its 90 % interval.

    Parameters
    ----------
    cases
        The seasons.
    values
        For each case its draws, (members, parameters), the best first.
    residual
        Standard deviation of ln(observed / simulated) of tuber yield, 0 or more; it widens tuber and fresh yield.
    seed
        Of the residual's draws; every case takes the same (common random numbers).

    Raises
    ------
    InputError, BalanceError
        As :func:`simulate`.
    """
    batch = batch_of(cases)
    outcome: list[Mapping[str, Interval]] = []
    for place, (_, mine) in enumerate(zip(cases, values, strict=True)):
        outcome.append(intervals_of(run_batch(batch.only(place), mine)[0], residual=residual, seed=seed))
    return outcome


def intervals_of(results: Floats, *, residual: float, seed: int) -> Mapping[str, Interval]:
    """Return the intervals of the results (members, ``_layout.RESULT``) of one season, the best first."""
    noise = np.exp(residual * np.random.default_rng(seed).standard_normal(len(results)))
    return {name: interval(results[:, column], noise if name in UNEXPLAINED else None) for column, name in enumerate(RESULT)}  # fmt: skip


def interval(values: Floats, noise: Floats | None = None) -> Interval:
    """Return the first value with the 5 % and 95 % quantiles of all, each times its noise."""
    low, high = np.quantile(values if noise is None else values * noise, [0.05, 0.95])
    return Interval(float(values[0]), float(low), float(high))
