"""The texts of needs and achievements as the grader sees them: terms by rarity, latent and learned vectors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tuwei.core.text import cut, normalise
from tuwei.match._embedding import Embedding, terms_of, unit
from tuwei.match._records import Record, read_query, read_record

Floats = NDArray[np.float32]
LONGEST_READ = 2_000  # characters of a whole text that are weighed
LONGEST_TITLE = 64  # characters of a title searched for the longest common run
DIMENSIONS = 150  # of the latent vectors
SHARE_OF_BODIES = 0.2  # of the records with more than a title, from which on whole texts are a view


CUTS = ("chars", "bigrams", "words")


def pieces(texts: Iterable[str]) -> dict[str, list[list[str]]]:
    """Return texts cut into letters and Chinese characters, into bigrams, and into words.

    Examples
    --------
    >>> pieces(["节水 pH"])["bigrams"]
    [['节水', 'ph']]
    """
    found: dict[str, list[list[str]]] = {name: [] for name in CUTS}
    for text in texts:
        pairs, whole = cut(text)
        found["chars"].append([one for one in text if one.isalnum()])
        found["bigrams"].append(pairs)
        found["words"].append(whole)
    return found


@dataclass(frozen=True, slots=True)
class Text:
    """What is read of one record, in one spelling and lower case."""

    title: str
    whole: str

    @property
    def key(self) -> str:
        """The same for records that say the same."""
        return self.whole


def text_of(record: Mapping[str, Any] | Record) -> Text:
    """Read a record; one without a title is known by the start of its text.

    Raises
    ------
    InputError
        ``match.bad_field``.
    """
    read = record if isinstance(record, Record) else read_query(record)
    whole = normalise(read.whole[: 2 * LONGEST_READ]).lower()[:LONGEST_READ]
    title = normalise(read.title[: 2 * LONGEST_READ]).lower()[:LONGEST_READ]
    return Text(title or whole[:LONGEST_TITLE], whole)


def texts_of(records: Iterable[Mapping[str, Any]]) -> dict[str, Text]:
    """Read records by id.

    Raises
    ------
    InputError
        ``match.bad_field``: a record without an id, or without a title and a text.
    """
    found: dict[str, Text] = {}
    for row, data in enumerate(records, start=1):
        record = read_query(data, row=row)
        identity = data.get("id") if isinstance(data, Mapping) else None
        if not isinstance(identity, str) or not identity.strip():
            read_record({"title": "-", "text": "", "id": identity}, row=row)  # says what is wrong with it
        found[record.id.strip()] = text_of(record)
    return found


class Terms:
    """A vocabulary with rarities; what is not in it counts for the length alone.

    Parameters
    ----------
    terms
        The vocabulary, one column each.
    weights
        Inverse document frequency of each, shape (terms,).
    unknown
        That of a term never met.
    """

    def __init__(self, terms: list[str], weights: Floats, unknown: float) -> None:
        self.terms, self.weights, self.unknown = terms, weights, unknown
        self._column = {term: column for column, term in enumerate(terms)}

    @classmethod
    def learn(cls, texts: Iterable[Sequence[str]]) -> Terms:
        """Count in how many texts each term stands."""
        counts: dict[str, int] = {}
        total = 0
        for text in texts:
            total += 1
            for term in dict.fromkeys(text):
                counts[term] = counts.get(term, 0) + 1
        rarity = np.log(1 + total / np.array([*counts.values(), 1.0]))
        return cls(list(counts), rarity[:-1].astype(np.float32), float(rarity[-1]))

    def matrix(self, texts: Sequence[Sequence[str]]) -> sparse.csr_array:
        """Return (1 + ln count) x rarity, rows at unit length, shape (texts, terms)."""
        known = len(self.terms)
        strange: dict[str, int] = {}
        column = self._column
        flat = np.array(
            [
                at if (at := column.get(term, -1)) >= 0 else known + strange.setdefault(term, len(strange))
                for text in texts
                for term in text
            ],
            np.int64,
        )
        rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        width = known + len(strange) + 1
        cells, counts = np.unique(rows * width + flat, return_counts=True)
        rows, columns = np.divmod(cells, width)
        rarity = np.append(self.weights, np.full(len(strange) + 1, self.unknown, np.float32))
        values = (1 + np.log(counts)) * rarity[columns]
        lengths = np.sqrt(np.bincount(rows, values**2, minlength=len(texts)))
        kept = columns < known
        rows, columns = rows[kept], columns[kept]
        data = (values[kept] / lengths[rows]).astype(np.float32)
        ends = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=len(texts)))])
        return sparse.csr_array((data, columns.astype(np.int32), ends), shape=(len(texts), known))


@dataclass(frozen=True, slots=True)
class Side:
    """Texts in all views, one row each.

    ``terms`` holds matrices by (cut, part), ``dense`` unit vectors by name, ``letters`` the code points of
    the titles (0 beyond their end), ``keys`` what tells texts that say the same.
    """

    terms: dict[str, sparse.csr_array]
    dense: dict[str, Floats]
    letters: NDArray[np.int32]
    keys: list[str]

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, rows: NDArray[np.int64]) -> Side:
        """Return some of the rows."""
        return Side(
            {name: one[rows] for name, one in self.terms.items()},
            {name: one[rows] for name, one in self.dense.items()},
            self.letters[rows],
            [self.keys[row] for row in rows],
        )


class Views:
    """How texts become rows: vocabularies and tables learned from all texts at hand, labelled or not."""

    def __init__(
        self,
        terms: dict[str, Terms],
        mixed: Terms,
        table: Floats,
        *,
        bodies: bool,
        learned: Embedding | None = None,
    ) -> None:
        self.terms, self.mixed, self.table = terms, mixed, table
        self.bodies, self.learned = bodies, learned

    @classmethod
    def learn(cls, texts: Sequence[Text], *, seed: int, learned: Embedding | None = None) -> Views:
        """Learn rarities and latent vectors."""
        longer = sum(len(text.whole) > len(text.title) for text in texts)
        bodies = longer > SHARE_OF_BODIES * len(texts)
        read = [text.whole if bodies else text.title for text in texts]
        found = pieces(read)
        terms = {name: Terms.learn(found[name]) for name in CUTS}
        both = _mixed(found)
        mixed = Terms.learn(both)
        table = latent(mixed.matrix(both), seed)
        return cls(terms, mixed, table, bodies=bodies, learned=learned)

    @property
    def dense_names(self) -> list[str]:
        """Names of the vectors that `side` makes."""
        whole = ["whole_latent"] if self.bodies else []
        return ["latent", *whole, *(["learned"] if self.learned else [])]

    @property
    def term_names(self) -> list[str]:
        """Names of the matrices of terms that `side` makes."""
        return [*CUTS, *(["whole_bigrams", "whole_words"] if self.bodies else [])]

    def side(self, texts: Sequence[Text]) -> Side:
        """Return texts in all views."""
        titles, wholes = [text.title for text in texts], [text.whole for text in texts]
        found = pieces(titles)
        terms = {name: self.terms[name].matrix(found[name]) for name in CUTS}
        dense = {"latent": self._latent(found)}
        if self.bodies:
            whole = pieces(wholes)
            terms |= {f"whole_{name}": self.terms[name].matrix(whole[name]) for name in CUTS[1:]}
            dense["whole_latent"] = self._latent(whole)
        if self.learned:
            dense["learned"] = self.learned.encode([terms_of(one) for one in wholes])
        return Side(terms, dense, letters(titles), [text.key for text in texts])

    def _latent(self, found: Mapping[str, list[list[str]]]) -> Floats:
        return unit(np.asarray(self.mixed.matrix(_mixed(found)) @ self.table, np.float32))


def _mixed(found: Mapping[str, list[list[str]]]) -> list[list[str]]:
    """Return bigrams and words as terms of one vocabulary, words marked."""
    both = zip(found["bigrams"], found["words"], strict=True)
    return [pairs + ["_" + word for word in whole] for pairs, whole in both]


def joined(sides: Sequence[Side]) -> Side:
    """Return the rows of several sides, one after another."""
    return Side(
        {name: sparse.vstack([side.terms[name] for side in sides], format="csr") for name in sides[0].terms},
        {name: np.concatenate([side.dense[name] for side in sides]) for name in sides[0].dense},
        np.concatenate([side.letters for side in sides]),
        [key for side in sides for key in side.keys],
    )


def latent(matrix: sparse.csr_array, seed: int) -> Floats:
    """Return term vectors: right singular vectors over the square root of their singular values.

    By randomised decomposition (Halko et al. 2011, algorithm 5.1). The root keeps the first few directions,
    which all texts share, from drowning the others.
    """
    wide = min(DIMENSIONS, matrix.shape[0] // 4 + 1, matrix.shape[1])
    random = np.random.default_rng(seed)
    sketch = np.asarray(matrix.T @ random.standard_normal((matrix.shape[0], wide)).astype(np.float32))
    for _ in range(3):
        sketch, _ = np.linalg.qr(np.asarray(matrix.T @ np.asarray(matrix @ sketch)))
    _, values, turn = np.linalg.svd(np.asarray(matrix @ sketch), full_matrices=False)
    scale = np.where(values > 1e-6 * values[:1].sum(), np.maximum(values, 1e-9) ** -0.5, 0.0)
    return np.asarray((sketch @ turn.T) * scale, np.float32)


def letters(titles: Sequence[str]) -> NDArray[np.int32]:
    """Return code points of titles without their spaces, cut at `LONGEST_TITLE`, 0 beyond the end."""
    found = np.zeros((len(titles), LONGEST_TITLE), np.int32)
    for row, title in enumerate(titles):
        codes = [ord(one) for one in title if not one.isspace()][:LONGEST_TITLE]
        found[row, : len(codes)] = codes
    return found
