"""A record as the servers keep it: its terms with their counts, and its data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuwei.match._embedding import Floats
from tuwei.match._filters import region_terms
from tuwei.match._records import Record
from tuwei.match._store import Cut, normalise_id

FIELDS = ("bigrams", "words", "title")
MARKS = {"bigrams": "b", "words": "w", "title": "t"}  # before a term: which field it stands in
BATCH_BITS = 32
DIGITS = 6  # of a vector's components


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records, and terms in each field, a batch adds."""

    records: int
    terms: tuple[int, int, int]

    @classmethod
    def of(cls, cuts: Sequence[Cut]) -> Sizes:
        """Count some records."""
        first, second, third = (sum(len(getattr(cut, name)) for cut in cuts) for name in FIELDS)
        return cls(len(cuts), (first, second, third))

    def __add__(self, other: Sizes) -> Sizes:
        first, second, third = (one + more for one, more in zip(self.terms, other.terms, strict=True))
        return Sizes(self.records + other.records, (first, second, third))

    def __neg__(self) -> Sizes:
        first, second, third = (-one for one in self.terms)
        return Sizes(-self.records, (first, second, third))


NOTHING = Sizes(0, (0, 0, 0))


def key_of(batch: int, ordinal: int) -> int:
    """Return the key of the record number ``ordinal`` of a batch: never used twice, in order of coming."""
    return batch << BATCH_BITS | ordinal


def counted(cut: Cut) -> dict[str, int]:
    """Return how often each marked term stands in a record."""
    return {
        MARKS[name] + normalise_id(term): count
        for name in FIELDS
        for term, count in Counter(getattr(cut, name)).items()
    }


def row(key: int, record: Record, cut: Cut, vector: Floats | None) -> dict[str, Any]:
    """Return what is written of one record."""
    terms = counted(cut)
    return {
        "key": key,
        "id": normalise_id(record.id),
        "data": json.dumps(record.data, default=str),  # in ASCII: a half surrogate stays what it is
        "regions": [normalise_id(prefix) for prefix in region_terms(record.region)],
        "field": normalise_id(record.field),
        "industry": normalise_id(record.industry),
        "trl": record.trl,
        "price": record.price,
        "vector": [] if vector is None else np.round(vector.astype(float), DIGITS).tolist(),
        "lengths": [rounded(len(getattr(cut, name))) for name in FIELDS],
        "terms": list(terms),
        "counts": list(terms.values()),
    }


def body(rows: Sequence[dict[str, Any]]) -> bytes:
    """Return rows as they are sent."""
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in rows).encode()


def parts(data: bytes, size: int) -> Iterator[bytes]:
    """Return data in pieces."""
    return (data[at : at + size] for at in range(0, max(len(data), 1), size))


def rounded(length: int) -> int:
    """Return a field's length as tantivy and Lucene keep it, in one byte: exact to 40, then to 3 bits.

    Their scores rest on lengths rounded down so; the same rounding gives the same ranking.

    Source: Lucene, ``SmallFloat.intToByte4``.

    Examples
    --------
    >>> [rounded(length) for length in (0, 40, 41, 57, 100, 1_000_000)]
    [0, 40, 40, 56, 96, 983064]
    """
    free = 24
    if length < free:
        return length
    above = length - free
    shift = max(above.bit_length() - 4, 0)
    return free + ((above >> shift) << shift)
