"""Short signatures of texts by which near-duplicates are found: MinHash, and fingerprints for passages.

A text is read as its letters, Chinese characters and figures alone: full and half width, letter case, marks, spaces and
traditional forms do not count, and every run of figures counts as one sign, so that "180 元/吨" and "200 元/吨" read alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from tuwei.core.text import fold, normalise

SHINGLE = 3  # characters of the shingles that resemblance counts
PASSAGE = 8  # characters of the shingles that passages are found by
WINDOW = 12  # of consecutive passage shingles one fingerprint is kept: any 19 shared characters leave one
HASHES = 126  # of a signature: divides into many numbers of bands
FEWEST = 12  # shingles; texts with fewer are compared for identity alone
MASK = ord("0")  # stands for any run of figures
SURE = 0.995  # least probability that a pair at the threshold becomes a candidate
_TABLE = 0x20000  # code points that are folded by a table; beyond lie rare Chinese characters and emoji

Codes = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared.

    Parameters
    ----------
    text
        The text in one spelling (`tuwei.core.text.normalise`).
    codes
        Code points of its signs, figures masked.
    at
        Where each sign stands in ``text``; as long as ``codes``.
    """

    text: str
    codes: Codes
    at: NDArray[np.intp]

    @property
    def digest(self) -> int:
        """Equal for texts that differ in figures, marks and spaces at most."""
        return int.from_bytes(blake2b(self.codes.tobytes(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Sketches:
    """Of a batch of texts: shingles, signatures (texts, `HASHES`), fingerprints and the text of each."""

    sets: list[Codes]
    signatures: Codes
    prints: Codes
    owners: NDArray[np.int32]


def folded(text: str) -> Folded:
    """Read a text as its signs.

    Examples
    --------
    >>> "".join(map(chr, folded("Ｐｕｍｐ，噸水 180.5 元!").codes))
    'pump吨水0元'
    """
    return refolded(normalise(text))


def refolded(spelled: str) -> Folded:
    """Read a text that is in one spelling already."""
    points = np.frombuffer(spelled.encode("utf-32-le"), np.uint32)
    table = _table()
    if len(points) and points.max() >= _TABLE:
        signs = np.where(points < _TABLE, table[np.minimum(points, _TABLE - 1)], points)
    else:
        signs = table[points]
    at = np.flatnonzero(signs)
    codes = signs[at]
    figure = (codes >= ord("0")) & (codes <= ord("9"))
    first = figure.copy()
    first[1:] &= ~figure[:-1]
    codes = np.where(figure, np.uint32(MASK), codes)[~figure | first]
    return Folded(spelled, codes.astype(np.uint32), at[~figure | first])


def shingles(codes: Codes, length: int = SHINGLE) -> Codes:
    """Return the hash of every run of ``length`` signs, in order; empty where the text is shorter."""
    count = len(codes) - length + 1
    if count < 1:
        return np.zeros(0, np.uint32)
    mixed = np.zeros(count, np.uint64)
    for step in range(length):
        mixed = (mixed ^ codes[step : step + count]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    found: Codes = (mixed >> np.uint64(32)).astype(np.uint32)
    return found


def fingerprints(hashes: Codes) -> Codes:
    """Return the fingerprints of a text by winnowing (Schleimer, Wilkerson and Aiken 2003).

    Two texts that share ``PASSAGE + WINDOW - 1`` signs in a row share a fingerprint.

    Parameters
    ----------
    hashes
        Of its shingles of `PASSAGE` signs.
    """
    if len(hashes) <= WINDOW:
        return np.sort(hashes)[:1]
    least, width = hashes, 1
    while width < WINDOW:
        step = min(width, WINDOW - width)
        least = np.minimum(least[:-step], least[step:])
        width += step
    changed = np.flatnonzero(least[1:] != least[:-1]) + 1
    kept: Codes = least[np.concatenate([[0], changed])]
    return kept


def signatures(sets: Sequence[Codes], *, seed: int = 0) -> Codes:
    """Return the MinHash signature of each set of hashes, shape (sets, `HASHES`) (Broder 1997).

    The share of places at which two signatures agree estimates the Jaccard similarity of the sets. An
    empty set gets the signature of no other text: zeros.

    Examples
    --------
    >>> one, other = (shingles(folded(text).codes) for text in ("挤奶厅清洗水循环利用", "挤奶厅清洗水回收利用"))
    >>> found = signatures([one, other])
    >>> 0.2 < float((found[0] == found[1]).mean()) < 0.7
    True
    """
    made = np.zeros((len(sets), HASHES), np.uint32)
    filled = [at for at, one in enumerate(sets) if len(one)]
    if not filled:
        return made
    hashes = np.concatenate([sets[at] for at in filled])
    lengths = [len(sets[at]) for at in filled]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    factors, terms = _permutations(seed)
    work, found = np.empty_like(hashes), np.empty((HASHES, len(filled)), np.uint32)
    for row in range(HASHES):
        np.multiply(hashes, factors[row], out=work)
        np.add(work, terms[row], out=work)
        found[row] = np.minimum.reduceat(work, starts)
    made[filled] = found.T
    return made


def sketches(codes: Sequence[Codes], *, seed: int = 0) -> Sketches:
    """Return signatures and fingerprints of a batch of texts."""
    sets = _of_each(codes, SHINGLE)
    told = [hashes if len(hashes) >= FEWEST else hashes[:0] for hashes in sets]
    longer = _of_each(codes, PASSAGE)
    prints = [fingerprints(one) if len(own) else one[:0] for one, own in zip(longer, told, strict=True)]
    owners = np.repeat(np.arange(len(codes), dtype=np.int32), [len(one) for one in prints])
    joined = np.concatenate([*prints, np.zeros(0, np.uint32)])
    return Sketches(sets, signatures(told, seed=seed), joined, owners)


def _of_each(codes: Sequence[Codes], length: int) -> list[Codes]:
    """The shingles of each text, hashed in one go over all of them in a row."""
    hashes = shingles(np.concatenate([*codes, np.zeros(length, np.uint32)]), length)
    starts = np.cumsum([0, *(len(one) for one in codes)]).tolist()
    return [
        hashes[start : max(start, start + len(one) - length + 1)]
        for start, one in zip(starts[:-1], codes, strict=True)
    ]


def rows_a_band(threshold: float) -> int:
    """Return how many places of a signature make a band, so that a pair at the threshold is not missed.

    With ``b`` bands of ``r`` rows a pair of similarity ``s`` becomes a candidate with probability
    ``1 - (1 - s^r)^b`` (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4.2).

    Examples
    --------
    >>> rows_a_band(0.8), rows_a_band(0.5)
    (6, 3)
    """
    for rows in range(min(14, HASHES), 1, -1):
        if 1 - (1 - threshold**rows) ** (HASHES // rows) >= SURE:
            return rows
    return 1


@cache
def _permutations(seed: int) -> tuple[Codes, Codes]:
    """Odd factors and terms: ``x -> factor * x + term`` permutes the numbers of 32 bits."""
    chance = np.random.default_rng(seed)
    drawn = chance.integers(0, 2**32, (2, HASHES), dtype=np.uint32)
    return drawn[0] | np.uint32(1), drawn[1]


@cache
def _table() -> Codes:
    """What each code point counts as: in lower case and simplified, or 0 where it is no letter and no figure."""
    signs = [chr(point) for point in range(_TABLE)]
    lower = [sign.lower() if len(sign.lower()) == 1 else sign for sign in signs]
    told = fold("".join(one if sign.isalnum() else "\0" for sign, one in zip(signs, lower, strict=True)))
    return np.frombuffer(told.encode("utf-32-le", "surrogatepass"), np.uint32)
