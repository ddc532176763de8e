"""From the kernel's values to levels: calibrated probabilities, the level by their median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
LEVELS = 4
CUTS = LEVELS - 1
BINS = 10
BLOCKS = 25  # of the broken line


@dataclass(frozen=True, slots=True)
class Curve:
    """From the kernel's value to a probability: the mean of a rising broken line and a logistic curve.

    The line (isotonic regression) follows what is seen, the curve (Platt 1999) smooths it and keeps the order
    of values between which the line is level.
    """

    values: list[float]
    chances: list[float]
    start: float
    slope: float

    @classmethod
    def fit(cls, values: Doubles, happened: Doubles) -> Curve:
        """Fit both to values and to what happened (0 or 1)."""
        order = np.argsort(values, kind="stable")
        pieces = np.array_split(order, min(BLOCKS, max(2, len(order) // 10)))
        pieces = [piece for piece in pieces if len(piece)]
        return cls(*_line(values, happened, pieces), *_logistic(values, happened))

    def at(self, values: Doubles) -> Doubles:
        """Return probabilities, strictly between 0 and 1."""
        line = np.interp(values, self.values, self.chances)
        curve = 1 / (1 + np.exp(-np.clip(self.start + self.slope * values, -30, 30)))
        return np.asarray((line + curve) / 2)


def _line(
    values: Doubles, happened: Doubles, pieces: list[NDArray[np.intp]]
) -> tuple[list[float], list[float]]:
    """Return the centres of blocks of equal size and their rising shares, one pair more kept from certainty."""
    from scipy.optimize import isotonic_regression

    sizes = np.array([len(piece) for piece in pieces], np.float64)
    shares = np.array([(happened[piece].sum() + 0.5) / (len(piece) + 1) for piece in pieces])
    rising = isotonic_regression(shares, weights=sizes).x
    return [float(values[piece].mean()) for piece in pieces], rising.tolist()


def _logistic(values: Doubles, happened: Doubles) -> tuple[float, float]:
    """Return start and slope of a rising logistic curve, with Platt's softened targets."""
    from scipy.optimize import minimize

    yes, no = happened.sum(), (1 - happened).sum()
    aims = np.where(happened > 0, (yes + 1) / (yes + 2), 1 / (no + 2))

    def cost(both: Doubles) -> tuple[float, Doubles]:
        logits = both[0] + both[1] * values
        over = 1 / (1 + np.exp(-np.clip(logits, -500, 500))) - aims
        return float((np.logaddexp(0, logits) - aims * logits).sum()), np.array([over.sum(), over @ values])

    bounds = [(-30, 30), (0.1, 30)]
    found = minimize(cost, np.array([-2.0, 4.0]), jac=True, method="L-BFGS-B", bounds=bounds)
    return float(found.x[0]), float(found.x[1])


@dataclass(frozen=True, slots=True)
class Scale:
    """The three curves of level >= 2, 3, 4."""

    curves: tuple[Curve, ...]

    @classmethod
    def fit(cls, values: Doubles, levels: NDArray[np.int64]) -> Scale:
        """Fit to out-of-fold values, shape (pairs, 3), and the levels given."""
        reached = indicators(levels)
        return cls(tuple(Curve.fit(values[:, at], reached[:, at]) for at in range(CUTS)))

    def reached(self, values: Doubles) -> Doubles:
        """Return the probabilities of level >= 2, 3, 4, falling from left to right."""
        found = np.stack([curve.at(values[:, at]) for at, curve in enumerate(self.curves)], axis=1)
        up, down = np.minimum.accumulate(found, axis=1), np.maximum.accumulate(found[:, ::-1], axis=1)
        return np.asarray((up + down[:, ::-1]) / 2)


def indicators(levels: NDArray[np.int64]) -> Doubles:
    """Return whether each level is at least 2, 3, 4, shape (levels, 3)."""
    return (levels[:, None] >= np.arange(2, LEVELS + 1)).astype(np.float64)


def probabilities(reached: Doubles) -> Doubles:
    """Return the probabilities of the four levels.

    Examples
    --------
    >>> probabilities(np.array([[0.75, 0.5, 0.25]])).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    edge = np.ones((len(reached), 1))
    steps = np.concatenate([edge, reached, 0 * edge], axis=1)
    return np.asarray(np.maximum(steps[:, :-1] - steps[:, 1:], 0))


def median(reached: Doubles) -> NDArray[np.int64]:
    """Return the median level, which makes the mean absolute error least.

    Examples
    --------
    >>> median(np.array([[0.9, 0.6, 0.2]])).tolist()
    [3]
    """
    return np.asarray(1 + (reached >= 0.5).sum(axis=1))


def measures(reached: Doubles, levels: NDArray[np.int64]) -> dict[str, float]:
    """Return pairs, MAE, 1/(1+MAE), accuracy and the expected calibration error.

    The last is the mean over level >= 2, 3, 4 of the gap between the mean probability and the share that
    reached the level, in ten bins of equal width weighted by their pairs (Naeini et al. 2015).
    """
    away = np.abs(median(reached) - levels)
    error = float(away.mean())
    gaps = [_gap(reached[:, at], happened) for at, happened in enumerate(indicators(levels).T)]
    return {
        "pairs": len(levels),
        "mae": error,
        "score": 1 / (1 + error),
        "accuracy": float((away == 0).mean()),
        "ece": float(np.mean(gaps)),
    }


def reliability(reached: Doubles, levels: NDArray[np.int64]) -> list[dict[str, float]]:
    """Return how often what was given a probability came true: a row for each bin that the ECE weighs.

    Each has ``level`` (2-4, of the event that a pair reaches it), ``bin`` (0-9, tenths of the probability),
    ``pairs``, and as means over them ``said`` and ``came_true``.

    Examples
    --------
    >>> reliability(np.array([[0.9, 0.1, 0.1], [0.9, 0.1, 0.1]]), np.array([2, 1]))[0]
    {'level': 2, 'bin': 9, 'pairs': 2, 'said': 0.9, 'came_true': 0.5}
    """
    rows = []
    for at, happened in enumerate(indicators(levels).T):
        bins = _bins(reached[:, at])
        for number in np.unique(bins).tolist():
            ours = bins == number
            said, came_true = (round(float(each[ours].mean()), 6) for each in (reached[:, at], happened))
            rows.append(
                {
                    "level": at + 2,
                    "bin": number,
                    "pairs": int(ours.sum()),
                    "said": said,
                    "came_true": came_true,
                }
            )
    return rows


def _gap(chances: Doubles, happened: Doubles) -> float:
    sums = np.bincount(_bins(chances), chances - happened, minlength=BINS)
    return float(np.abs(sums).sum() / len(chances))


def _bins(chances: Doubles) -> NDArray[np.int64]:
    return np.minimum((chances * BINS).astype(np.int64), BINS - 1)
