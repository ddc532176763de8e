"""A learned ranker: one weight for each piece of evidence, in units of log-odds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.match._features import NAMES, Doubles

LIMIT = 6.0  # standard deviations to which a feature is held: one odd text must not decide
PULL = 0.02  # towards the shipped weights, divided by the number of needs in hundreds
FREE = frozenset({"cosine_z", "length"})  # may speak for or against a record
LOCAL = frozenset({"local"})  # among few candidates rarity means nothing


@dataclass(frozen=True, slots=True)
class Ranker:
    """Weights of the features, and the mean and spread that bring them to one scale.

    Parameters
    ----------
    mean, spread, weights
        Each of shape (`NAMES`,); the spread is positive.
    about
        What it was learned from: ``needs`` (how many), ``source``, and what else is known.
    """

    mean: Doubles
    spread: Doubles
    weights: Doubles
    about: Mapping[str, Any]

    def scaled(self, features: Doubles) -> Doubles:
        """Return features at mean 0 and spread 1, held within `LIMIT`."""
        found: Doubles = np.clip((features - self.mean) / self.spread, -LIMIT, LIMIT)
        return found

    def score(self, features: Doubles) -> Doubles:
        """Return the log-odds of each candidate up to a constant, shape (candidates,)."""
        found: Doubles = self.scaled(features) @ self.weights
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return what `of` reads, for JSON."""
        rows = zip(NAMES, self.mean, self.spread, self.weights, strict=True)
        table = {name: [round(float(number), 6) for number in row] for name, *row in rows}
        return {"about": dict(self.about), "features": table}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Ranker:
        """Return the ranker that `as_dict` described.

        Raises
        ------
        ValueError, KeyError, TypeError
            The features are not those of this version, or a number is missing.
        """
        if set(data["features"]) != set(NAMES):
            raise ValueError("features of another version")
        rows = np.array([data["features"][name] for name in NAMES], np.float64)
        if rows.shape != (len(NAMES), 3) or not np.isfinite(rows).all() or (rows[:, 1] <= 0).any():
            raise ValueError("three finite numbers a feature, the spread positive")
        return cls(rows[:, 0], rows[:, 1], rows[:, 2], data["about"])

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Ranker:
        """Read what `write` wrote; see `of` for what it raises."""
        return cls.of(json.loads(path.read_text("utf-8")))


@lru_cache(maxsize=1)
def shipped() -> Ranker:
    """Return the ranker that comes with the package, for collections too small to learn from."""
    return Ranker.of(json.loads((files("tuwei.match") / "data" / "ranker.json").read_text("utf-8")))


def fit(
    lists: Sequence[Doubles],
    right: Sequence[NDArray[np.bool_]],
    offsets: Sequence[Doubles],
    *,
    start: Ranker,
    about: Mapping[str, Any],
    cautious: bool = False,
) -> Ranker:
    """Learn weights that put the right candidates of each list first.

    The likelihood is that of choosing a right one out of the list (the top-one probability of ListNet,
    Cao et al. 2007, eq. 3, as a conditional logit), with a ridge towards the weights of ``start``.

    Parameters
    ----------
    lists
        For each need the features of its candidates, shape (candidates, `NAMES`).
    right
        For each need which candidates are right, at least one.
    offsets
        For each need the scores that the candidates have without these features.
    start
        Gives the scale of the features and the weights from which to depart.
    cautious
        Let nothing that a record has in common with the need count against it (weights of all but `FREE`
        are not negative), nor that others are like it, and leave out what needs many candidates
        (`LOCAL`): for weights that must hold in collections of any size and for needs with many answers,
        though each need learned from has one.
    """
    from scipy.optimize import minimize

    rows = [start.scaled(one) for one in lists]
    loss = _loss(rows, right, offsets, start.weights, PULL * 100 / max(len(rows), 1))
    found = minimize(
        loss,
        start.weights,
        jac=True,
        method="L-BFGS-B",
        bounds=[_bounds(name) for name in NAMES] if cautious else None,
        options={"maxiter": 200},
    )
    return Ranker(start.mean, start.spread, np.asarray(found.x, np.float64), about)


def _bounds(name: str) -> tuple[float | None, float | None]:
    return (0.0, 0.0) if name in LOCAL else (None, None) if name in FREE else (0.0, None)


def _loss(
    rows: Sequence[Doubles],
    right: Sequence[NDArray[np.bool_]],
    offsets: Sequence[Doubles],
    centre: Doubles,
    pull: float,
) -> Callable[[Doubles], tuple[float, Doubles]]:
    def loss(weights: Doubles) -> tuple[float, Doubles]:
        total, slope = 0.0, np.zeros(len(weights))
        for one, wanted, offset in zip(rows, right, offsets, strict=True):
            chance = _softmax(one @ weights + offset)
            both = chance[wanted].sum() + 1e-12
            total -= float(np.log(both))
            slope += one.T @ chance - one[wanted].T @ (chance[wanted] / both)
        away = weights - centre
        return total / len(rows) + pull * float(away @ away), slope / len(rows) + 2 * pull * away

    return loss


def _softmax(scores: Doubles) -> Doubles:
    grown = np.exp(scores - scores.max())
    found: Doubles = grown / grown.sum()
    return found
