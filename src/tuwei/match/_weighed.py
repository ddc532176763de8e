"""What all the evidence on one candidate comes to: a score, and with the others a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from tuwei.match._first import Candidate
from tuwei.match._hit import Level
from tuwei.match._measures import Measured
from tuwei.match._records import Record

# What speaks for a record beside the learned ranker, in log-odds as that is.
WEIGHTS = {
    "quantities": 3.0,  # (met - not met) / asked for
    "field": 2.2,  # same +1, other -1, unstated 0; likewise the next
    "industry": 2.5,
    "trl": 1.0,  # as ripe as asked +1, less -1
    "budget": 1.0,  # within +1, above -1
    "region": 0.5,  # same county 1, city 0.7, province 0.3
    "inquiries": 0.5,  # the source answers inquiries 1, leaves them -1
    "fresh": 0.3,  # the newest 1, half for every three years
}
GRADED = 12.0  # of a level expected by a grader, in log-odds: where experts have graded, they decide
# The level: a logistic function of evidence that does not depend on the other candidates. The first
# line holds where an embedding was learned, the second where there are words alone.
LEVEL = {"": -4.2, "cosine": 4.0, "coverage": 4.0, "quantities": 1.5, "field": 0.3, "industry": 0.6}
LEVEL_BY_WORDS = {"": -2.2, "coverage": 6.0, "quantities": 0.8, "field": 0.6, "industry": 1.0}
ORDER: tuple[Level, ...] = ("none", "weak", "fair", "strong")
BOUNDS = (0.12, 0.3, 0.6)  # evidence from which on a level is weak, fair, strong


@dataclass(frozen=True, slots=True)
class Weighed:
    """One candidate with its evidence.

    Parameters
    ----------
    graded
        The probabilities that a grader gives to the four levels, lowest first; empty without one.
    """

    candidate: Candidate
    record: Record
    measures: list[Measured]
    parts: dict[str, float]
    dense: bool
    second: float = 1.0
    graded: tuple[float, ...] = ()

    @property
    def score(self) -> float:
        """What the ranking is by."""
        stated = sum(weight * self.parts[name] for name, weight in WEIGHTS.items())
        expected = sum(at * chance for at, chance in enumerate(self.graded))
        return self.candidate.fused + self.second * (self.parts["text"] + stated) + GRADED * expected

    @property
    def evidence(self) -> float:
        """How well the two fit by themselves, 0-1."""
        table = LEVEL if self.dense else LEVEL_BY_WORDS
        known = sum(table.get(name, 0.0) * part for name, part in self.parts.items())
        return 1 / (1 + exp(-table[""] - known))


def levels(weighed: Sequence[Weighed]) -> list[tuple[Level, dict[str, float]]]:
    """Return the level of each, and with a grader the probabilities of the four levels, best first.

    No level is above that of a better one: where the evidence rises from one to the next, which the ranking
    has reasons to overrule, both get the mean (`falling`). With a grader a level is the median.
    """
    if not weighed or not weighed[0].graded:
        evidence = falling([one.evidence for one in weighed])
        return [(ORDER[int(np.searchsorted(BOUNDS, value, side="right"))], {}) for value in evidence]
    least = np.cumsum([one.graded for one in weighed], axis=1)  # of level none, of none or weak, ...
    pooled = 1 - np.array([falling((1 - column).tolist()) for column in least.T[:-1]])
    edges = np.vstack([np.zeros(len(weighed)), pooled, np.ones(len(weighed))])
    medians = (pooled < 0.5 - 1e-9).sum(axis=0)
    chances = np.diff(edges, axis=0).T.tolist()
    return [(ORDER[at], dict(zip(ORDER, row, strict=True))) for at, row in zip(medians, chances, strict=True)]


def falling(values: Sequence[float]) -> list[float]:
    """Return the numbers nearest to some that do not rise (isotonic regression, pooled by neighbours).

    Examples
    --------
    >>> falling([0.9, 0.2, 0.4, 0.1])
    [0.9, 0.30000000000000004, 0.30000000000000004, 0.1]
    """
    pools: list[tuple[float, int]] = []
    for value in values:
        pools.append((value, 1))
        while len(pools) > 1 and pools[-1][0] > pools[-2][0]:
            (later, few), (earlier, many) = pools.pop(), pools.pop()
            pools.append(((later * few + earlier * many) / (few + many), few + many))
    return [mean for mean, count in pools for _ in range(count)]
