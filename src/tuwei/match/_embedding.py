"""A static embedding: a vector for each word and bigram, and a text as their weighted sum.

How the table is learned from the collection itself: see `_learn`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tuwei.core.text import bigrams, normalise, words

Floats = NDArray[np.float32]


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

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.table.shape[1])

    def encode(self, texts: Sequence[Sequence[str]]) -> Floats:
        """Return unit vectors of texts given as terms, shape (texts, dimensions); zero where nothing is known."""
        return unit(np.asarray(self.matrix(texts) @ self.table, np.float32))

    def matrix(self, texts: Sequence[Sequence[str]]) -> sparse.csr_array:
        """Return the TF-IDF weights of texts given as terms, shape (texts, terms), rows at unit length."""
        rows: list[int] = []
        counts: list[int] = []
        ends = [0]
        for text in texts:
            counted = Counter(self._row[term] for term in text if term in self._row)
            rows += counted.keys()
            counts += counted.values()
            ends.append(len(rows))
        columns = np.array(rows, np.int32)
        values: Floats = (1 + np.log(np.array(counts, np.float32))) * self.weights[columns]
        found = sparse.csr_array((values, columns, np.array(ends)), shape=(len(texts), len(self.terms)))
        lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1))).ravel()
        found.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(found.indptr)).astype(np.float32)
        return found

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


def unit(rows: Floats) -> Floats:
    """Return rows at unit length; zero rows stay zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)
