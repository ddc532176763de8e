"""The first stage: two searches behind one port, and their scores added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tuwei.match._filters import Filters
from tuwei.match._records import Record
from tuwei.match._settings import DEFAULT, Settings
from tuwei.match._store import Cut, Found
from tuwei.match._view import standing_out

Floats = NDArray[np.float32]
NOTHING: Floats = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, cut and encoded once.

    Parameters
    ----------
    turned
        Whether an achievement looks for needs.
    encoded
        Its vector by a language model of one's own, shape (dimensions,); empty without one.
    """

    record: Record
    cut: Cut
    vector: Floats
    filters: Filters
    turned: bool = False
    settings: Settings = DEFAULT
    encoded: Floats = field(default_factory=lambda: NOTHING)

    def sides(self, found: Record) -> tuple[Record, Record]:
        """Return the need and the achievement of the two."""
        return (found, self.record) if self.turned else (self.record, found)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record that the first stage found.

    Parameters
    ----------
    lexical
        BM25 score over the query's best, 0-1.
    cosine
        Of the two texts' vectors, -1 to 1; 0 where no embedding was learned.
    fused
        ``lexical`` + ``dense_weight`` * cosine over the query's best, and likewise what a language model of
        one's own adds.
    """

    key: int
    lexical: float
    cosine: float
    fused: float


class FirstStage(Protocol):
    """What another search engine must offer to take the place of tantivy and the vectors beside it."""

    def lexical(self, query: Query, k: int) -> Found:
        """Return up to ``k`` keys that pass the filters, by a score > 0, best first."""

    def vectors(self, query: Query, k: int) -> Found:
        """Return up to ``k`` keys that pass the filters, by cosine, best first."""

    def cosines(self, query: Query, keys: Sequence[int]) -> Floats:
        """Return the cosines of given keys, shape (keys,)."""

    def rows(self, keys: Sequence[int]) -> Floats:
        """Return the unit vectors of given keys, shape (keys, dimensions); no columns where there are none."""

    def view(self, query: Query, k: int) -> Found:
        """Return up to ``k`` keys that pass the filters, by the cosine of ``encoded``; none without a model."""

    def view_cosines(self, query: Query, keys: Sequence[int]) -> Floats:
        """Return these cosines of given keys, shape (keys,)."""


def candidates(stage: FirstStage, query: Query, *, most: int) -> list[Candidate]:
    """Return the best records by the sum of both scores, each over the query's best.

    Ranks are not fused: with a weak second search that does harm (0.664 to 0.490 nDCG@10 on
    introductions of papers), while a weighted sum of scores gains.
    """
    depth = max(query.settings.depth, most)
    lexical, dense = dict(stage.lexical(query, depth)), dict(stage.vectors(query, depth))
    own = dict(stage.view(query, depth)) if query.encoded.size else {}
    keys = sorted({*lexical, *dense, *own})
    if not keys:
        return []
    words = np.array([lexical.get(key, 0.0) for key in keys])
    cosines = np.asarray(stage.cosines(query, keys), np.float64) if dense else np.zeros(len(keys))
    best = max(float(words.max()), 1e-9)
    nearest = max(float(cosines.max()), 1e-9)
    fused = words / best + query.settings.dense_weight * np.maximum(cosines, 0) / nearest
    if own:
        fused += query.settings.encoder_weight * standing_out(stage.view_cosines(query, keys))
    order = sorted(range(len(keys)), key=lambda at: (-fused[at], keys[at]))[:most]
    return [
        Candidate(keys[at], float(words[at] / best), float(cosines[at]), float(fused[at])) for at in order
    ]
