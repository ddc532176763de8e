"""How near simulated values lie to observed ones: RMSE, nRMSE, Willmott's d, bias, and how many intervals hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats


@dataclass(frozen=True)
class Scores:
    """``rmse`` and ``bias`` in the unit of the values, ``nrmse`` in % of the observed mean, ``d`` 0..1, ``coverage`` 0..1."""

    n: int
    rmse: float
    nrmse: float
    d: float
    bias: float
    coverage: float | None = None


def scores(
    observed: Floats, simulated: Floats, low: Floats | None = None, high: Floats | None = None
) -> Scores:
    """Return the scores of simulated against observed values, all of shape (n,).

    Raises
    ------
    InputError
        ``potato.scores``: no value, or arrays of different length.

    Notes
    -----
    d is the index of agreement of Willmott 1981 (Phys. Geogr. 2:184), 1 - sum (s - o)^2 / sum (|s - o'| + |o - o'|)^2
    with o' the observed mean; nan where nothing varies.

    Examples
    --------
    >>> found = scores(np.array([10.0, 12.0]), np.array([11.0, 12.0]), np.array([9.0, 9.0]), np.array([12.0, 11.0]))
    >>> round(found.rmse, 3), round(found.nrmse, 1), found.coverage
    (0.707, 6.4, 0.5)
    """
    o, s = np.asarray(observed, float), np.asarray(simulated, float)
    if not len(o) or o.shape != s.shape:
        raise InputError(
            "potato.scores",
            "没有可比较的观测值。",
            "There is no observation to compare with.",
            got=str(o.shape),
        )
    apart = ((np.abs(s - o.mean()) + np.abs(o - o.mean())) ** 2).sum()
    rmse = float(np.sqrt(((s - o) ** 2).mean()))
    coverage = None if low is None or high is None else float(((o >= low) & (o <= high)).mean())
    agreement = float(1 - ((s - o) ** 2).sum() / apart) if apart > 0 else float("nan")
    return Scores(len(o), rmse, 100 * rmse / float(o.mean()), agreement, float((s - o).mean()), coverage)
