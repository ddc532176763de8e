"""A static embedding: a vector for each word and bigram, and a text as their weighted sum.

How the table is learned from the collection itself: see `_learn`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tuwei.core.text import bigrams, normalise, words

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]


def terms_of(text: str) -> list[str]:
    """Return the terms that have a vector: bigrams as they are, words marked by a leading ``_``."""
    clean = normalise(text)
    return bigrams(clean) + ["_" + word for word in words(clean)]


class Embedding:
    """A table of term vectors and how to add them up.

    Parameters
    ----------
    terms
        The vocabulary, one row each.
    weights
        Inverse document frequency of each term, shape (terms,), positive.
    table
        Term vectors, shape (terms, dimensions), float32.
    """

    def __init__(self, terms: list[str], weights: Floats, table: Floats) -> None:
        self.terms, self.weights, self.table = terms, weights, table
        self._row = {term: row for row, term in enumerate(terms)}
        self._row_of_word = {term[1:]: row for row, term in enumerate(terms) if term.startswith("_")}

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.table.shape[1])

    def encode(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Return unit vectors of texts given as terms, shape (texts, dimensions); zero where nothing is known."""
        return unit(np.asarray(self.matrix(texts) @ self.table, np.float32))

    def numbers(self, pairs: Sequence[str], words: Sequence[str]) -> Numbers:
        """Return the rows of bigrams and of unmarked words, -1 for terms without one; see `encode_numbers`."""
        rows = chain(map(self._row.get, pairs, repeat(-1)), map(self._row_of_word.get, words, repeat(-1)))
        return np.fromiter(rows, np.int32, len(pairs) + len(words))

    def encode_numbers(self, texts: Sequence[Numbers]) -> Floats:
        """Return what `encode` does, of texts given as `numbers`."""
        rows = np.concatenate([np.zeros(0, np.int32), *texts])
        found = _weighed(rows, [len(text) for text in texts], self.weights)
        return unit(np.asarray(found @ self.table, np.float32))

    def matrix(self, texts: Sequence[Sequence[str]]) -> sparse.csr_array:
        """Return the weights of texts given as terms; see `weighed`."""
        sizes = [len(text) for text in texts]
        rows = np.fromiter(map(self._row.get, chain.from_iterable(texts), repeat(-1)), np.int32, sum(sizes))
        return _weighed(rows, sizes, self.weights)

    def vector(self, term: str) -> Floats | None:
        """Return the vector of one term, or None where it has none."""
        row = self._row.get(term)
        return None if row is None else self.table[row]

    def write(self, folder: Path) -> None:
        """Write the table into a folder."""
        np.savez(folder / "embedding.npz", weights=self.weights, table=self.table.astype(np.float16))
        (folder / "terms.json").write_text(json.dumps(self.terms, ensure_ascii=False), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Embedding:
        """Read what `write` wrote."""
        terms = json.loads((folder / "terms.json").read_text("utf-8"))
        with (folder / "embedding.npz").open("rb") as file, np.load(file) as kept:
            return cls(terms, kept["weights"], kept["table"].astype(np.float32))


def weighed(texts: Sequence[Numbers], row: NDArray[np.int32], weights: Floats) -> sparse.csr_array:
    """Return the TF-IDF weights of texts given as numbers of terms, rows at unit length.

    Parameters
    ----------
    texts
        Each an array of numbers of terms, repeated as often as the term occurs.
    row
        The vocabulary's row of each number, -1 where it has none.
    weights
        Inverse document frequency of each row.

    Returns
    -------
    sparse.csr_array
        Shape (texts, rows), float32: (1 + ln count) x inverse document frequency, divided by the length.
    """
    rows = row[np.concatenate([np.zeros(0, np.int32), *texts])]
    return _weighed(rows, [len(text) for text in texts], weights)


def _weighed(rows: Numbers, sizes: Sequence[int], weights: Floats) -> sparse.csr_array:
    """Return the weights of texts whose rows lie one after another; all are counted in one sort."""
    known = rows >= 0
    of = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)[known]
    cells, counts = np.unique(of * len(weights) + rows[known], return_counts=True)
    of, columns = np.divmod(cells, max(len(weights), 1))
    ends = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(sizes)))])
    values = np.asarray((1 + np.log(counts)) * weights[columns], np.float32)
    found = sparse.csr_array(
        (values, columns.astype(np.int32), ends.astype(np.int32)), shape=(len(sizes), len(weights))
    )
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1))).ravel()
    found.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(ends)).astype(np.float32)
    return found


def unit(rows: Floats) -> Floats:
    """Return rows at unit length; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)
