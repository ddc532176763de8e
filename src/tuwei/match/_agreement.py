"""How well the levels of a run agree with the experts': error, accuracy, weighted kappa, confusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuwei.match._bootstrap import Statistic
from tuwei.match._pairs import NAMES

COUNT = len(NAMES)
DISTANCE = np.abs(np.subtract.outer(np.arange(COUNT), np.arange(COUNT))).astype(np.float64).ravel()

Floats = NDArray[np.float64]
Levels = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Levels of judged pairs beside the experts'.

    Parameters
    ----------
    needs
        With at least one judged pair that has a level in the run.
    tables
        For each of them how often the experts' level met the run's, shape (needs, 4, 4): the row is the
        experts' level, the column the run's, both from none to strong.
    without
        Judged pairs without a level in the run; they are left out.
    """

    needs: list[str]
    tables: Floats
    without: int

    @property
    def pairs(self) -> int:
        """Pairs that have both levels."""
        return int(self.tables.sum())

    @property
    def confusion(self) -> list[list[int]]:
        """Rows: the experts' level; columns: the run's."""
        table: list[list[int]] = self.tables.sum(axis=0).astype(int).tolist()
        return table

    def statistics(self) -> list[Statistic]:
        """Return mean absolute error, score, accuracy and kappa as statistics over needs."""
        cells = self.tables.reshape(len(self.needs), COUNT * COUNT)
        return [
            Statistic("mae", cells, mae, less_is_better=True),
            Statistic("score", cells, score),
            Statistic("accuracy", cells, accuracy),
            Statistic("kappa", cells, kappa),
        ]


def agreement(grades: Levels, levels: Levels, only: set[tuple[str, str]] | None = None) -> Agreement:
    """Hold the levels of a run against grades 0-3, which are levels less 1.

    Parameters
    ----------
    grades
        Of the judged pairs.
    levels
        Of the run, 1-4.
    only
        Pairs to look at, where not at all: those that two runs have levels of.
    """
    tables: dict[str, Floats] = {}
    without = 0
    for need, found in grades.items():
        for achievement, grade in found.items():
            level = levels.get(need, {}).get(achievement, 0)
            if only is not None and (need, achievement) not in only:
                continue
            if not level:
                without += 1
                continue
            tables.setdefault(need, np.zeros((COUNT, COUNT)))[grade, level - 1] += 1
    return Agreement(list(tables), np.array(list(tables.values())).reshape(-1, COUNT, COUNT), without)


def mae(cells: Floats) -> Floats:
    """Return the mean absolute error in levels, 0-3, from counts of shape (..., 16).

    Examples
    --------
    >>> table = np.zeros((4, 4)); table[3, 3], table[3, 1] = 1, 1
    >>> float(mae(table.ravel()))
    1.0
    """
    return _over(cells @ DISTANCE, cells.sum(axis=-1))


def score(cells: Floats) -> Floats:
    """Return 1 / (1 + mean absolute error), 0.25-1: the measure of a public contest of 2019."""
    found: Floats = 1 / (1 + mae(cells))
    return found


def accuracy(cells: Floats) -> Floats:
    """Return the share of pairs with exactly the experts' level, 0-1."""
    return _over(cells @ (DISTANCE == 0), cells.sum(axis=-1))


def kappa(cells: Floats) -> Floats:
    """Return Cohen's kappa with quadratic weights (Cohen 1968), -1 to 1.

    1 less the mean squared distance of the levels over the one that chance would give with the same
    frequencies; NaN where both give all pairs one and the same level.

    Examples
    --------
    >>> float(kappa(np.eye(4).ravel())), float(kappa(np.ones(16)))
    (1.0, 0.0)
    """
    table = cells.reshape(*cells.shape[:-1], COUNT, COUNT)
    chance = table.sum(axis=-1)[..., :, None] * table.sum(axis=-2)[..., None, :]
    total = cells.sum(axis=-1)
    expected = chance.reshape(cells.shape) @ DISTANCE**2
    return 1 - _over(cells @ DISTANCE**2 * total, expected)


def constant(confusion: Sequence[Sequence[int]]) -> tuple[int, float]:
    """Return the one level that, given to all pairs, has the least mean absolute error, and that error.

    Examples
    --------
    >>> constant([[5, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])[0]
    1
    """
    judged = np.array(confusion, np.float64).sum(axis=1)
    errors = DISTANCE.reshape(COUNT, COUNT) @ judged / max(judged.sum(), 1)
    best = int(errors.argmin())
    return best + 1, float(errors[best])


def _over(part: Floats, whole: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.asarray(part / whole, np.float64)
    return found
