"""Pairs of related words, named only where the collection gives plain evidence for them.

Nearness of two vectors alone is none: in a small collection every word is near those that happened to stand
beside it. A pair must be near both ways round, and many records must name both.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import expm1

import numpy as np

from tuwei.match._embedding import Embedding, Floats, unit
from tuwei.match._store import Store
from tuwei.match._words import telling

FEWEST_RECORDS = 2_000  # in the collection; under this the evidence is thin and no pair is named
FEWEST_TEXTS = 20  # that name each of the two words
MOST_TEXTS = 0.05  # share of the records: a commoner word goes with everything
FEWEST_TOGETHER = 8  # records that name both
SHARE_TOGETHER = 0.25  # of the records of the rarer word that name both
NEAREST = 0.5  # least cosine
NEIGHBOURS = 3  # each must be among so many nearest of the other


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of the need, one of the record, their cosine, and how many records name both."""

    ours: str
    theirs: str
    cosine: float
    together: int


class Alike:
    """The words that a collection uses alike."""

    def __init__(self, store: Store, embedding: Embedding) -> None:
        self._store, self._embedding = store, embedding
        self._enough = len(store) >= FEWEST_RECORDS
        self.near = lru_cache(maxsize=100_000)(self._near)

    def pairs(self, ours: Sequence[str], theirs: Collection[str]) -> list[Pair]:
        """Return the pairs between two lists of words, the surest first; none where the evidence is thin."""
        there = set(theirs)
        found = [
            Pair(one, other, cosine, together)
            for one in dict.fromkeys(ours)
            for other, cosine in self.near(one)
            if other in there and (together := self._together(one, other))
        ]
        return sorted(found, key=lambda pair: (-pair.cosine, pair.ours, pair.theirs))

    def _near(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return the nearest content words that have the word among their nearest too, with the cosines."""
        if not self._enough:
            return ()
        return tuple(
            (other, cosine)
            for other, cosine in self._nearest(word)
            if cosine >= NEAREST
            and not overlap(word, other)
            and any(back == word for back, _ in self._nearest(other))
        )

    def _nearest(self, word: str) -> list[tuple[str, float]]:
        names, rows, table = self._content
        at = rows.get(word)
        if at is None or len(names) <= NEIGHBOURS:
            return []
        cosines = table @ table[at]
        cosines[at] = -1
        best = np.argpartition(-cosines, NEIGHBOURS)[:NEIGHBOURS]
        return [(names[row], float(cosines[row])) for row in best]

    @cached_property
    def _content(self) -> tuple[list[str], dict[str, int], Floats]:
        """The words that name something and are neither too rare nor too common, and their unit vectors."""
        count = len(self._store)
        names = [
            (row, term[1:])
            for row, term in enumerate(self._embedding.terms)
            if term.startswith("_") and telling(term[1:]) and not term[1:].isascii()
            if 1 / expm1(float(self._embedding.weights[row])) <= MOST_TEXTS
            if FEWEST_TEXTS <= self._store.frequency(term[1:]) <= MOST_TEXTS * count
        ]
        table = unit(self._embedding.table[[row for row, _ in names]])
        return [name for _, name in names], {name: at for at, (_, name) in enumerate(names)}, table

    def _together(self, one: str, other: str) -> int:
        """Return how many records name both, 0 where they are too few to say anything."""
        both = self._store.together(one, other)
        rarer = min(self._store.frequency(one), self._store.frequency(other))
        return both if both >= max(FEWEST_TOGETHER, SHARE_TOGETHER * rarer) else 0


def overlap(one: str, other: str) -> bool:
    """Tell whether one word holds the other, or ends as the other begins: two cuts through one longer word.

    Examples
    --------
    >>> overlap("二氧化", "氧化碳"), overlap("灌溉", "喷灌"), overlap("灌溉", "节水")
    (True, True, False)
    """
    if one in other or other in one:
        return True
    return any(
        left[-size:] == right[:size]
        for left, right in ((one, other), (other, one))
        for size in range(1, min(len(one), len(other)))
    )
