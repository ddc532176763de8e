"""From the kernel's values to levels: probabilities by isotonic regression, the level by their median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
LEVELS = 4
CUTS = LEVELS - 1
BINS = 10


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising broken line from the kernel's value to a probability."""

    values: list[float]
    chances: list[float]

    @classmethod
    def fit(cls, values: Doubles, happened: Doubles) -> Curve:
        """Fit by isotonic regression; each block stands at the mean of its values.

        Blocks of fewer than a hundredth of the pairs are drawn together, so that the line has no stairs.
        """
        from scipy.optimize import isotonic_regression

        order = np.argsort(values, kind="stable")
        pieces = np.array_split(order, max(2, min(100, len(order) // 10)))
        pieces = [piece for piece in pieces if len(piece)]
        sizes = np.array([len(piece) for piece in pieces], np.float64)
        means = np.array([happened[piece].mean() for piece in pieces])
        rising = isotonic_regression(means, weights=sizes)
        ends = rising.blocks[:-1]
        blocks = np.add.reduceat(sizes, ends)
        centres = np.add.reduceat(np.array([values[piece].sum() for piece in pieces]), ends) / blocks
        # One more pair either way keeps the ends from certainty.
        chances = (rising.x[ends] * blocks + 0.5) / (blocks + 1)
        return cls(centres.tolist(), np.maximum.accumulate(chances).tolist())

    def at(self, values: Doubles) -> Doubles:
        """Return probabilities, beyond the ends a little further on, so that order is kept."""
        found = np.interp(values, self.values, self.chances)
        below, above = self.values[0] - values, values - self.values[-1]
        found = np.where(below > 0, self.chances[0] / (1 + np.maximum(below, 0)), found)
        return np.where(above > 0, 1 - (1 - self.chances[-1]) / (1 + np.maximum(above, 0)), found)


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


def _gap(chances: Doubles, happened: Doubles) -> float:
    bins = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    sums = np.bincount(bins, chances - happened, minlength=BINS)
    return float(np.abs(sums).sum() / len(chances))
