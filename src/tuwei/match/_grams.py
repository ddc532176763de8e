"""Character pairs and runs of many texts at once, as arrays: `core.text.bigrams` a hundred times over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tuwei.core.text import CHINESE, LONGEST_TERM

RUN = 4  # characters of a run
BREAK = "\0"  # between texts; a text in its normal form has none
_CHINESE, _LETTER = 1, 2
_BITS = np.uint64(21)  # of a code point
_MASK = 0xFFFF
_LAST = 0x32400  # code points from here on are neither letters nor digits
_CJK = "".join(f"{chr(first)}-{chr(last)}" for first, last in CHINESE)
_LATIN = re.compile(rf"\d+(?:\.\d+)+|[^\W_{_CJK}]+")

Keys = NDArray[np.uint64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts one behind the other.

    Parameters
    ----------
    joined
        The texts with `BREAK` between them, each in the normal form, in lower case and folded.
    codes, kinds, at
        Of each character its code point, what it is, and the text that it stands in.
    count
        Of the texts.
    """

    joined: str
    codes: Keys
    kinds: NDArray[np.uint8]
    at: NDArray[np.int64]
    count: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Lay texts out."""
        joined = BREAK.join(texts)
        codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
        at = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])
        kinds = _kinds()[np.minimum(codes, _LAST)]
        return cls(joined, codes.astype(np.uint64), kinds, at[: len(codes)], len(texts))

    def pairs(self) -> tuple[Keys, NDArray[np.int64]]:
        """Return the keys of the Chinese pairs, and of characters that stand alone, and where each begins."""
        chinese = self.kinds & _CHINESE > 0
        after = np.append(chinese[1:], False)
        before = np.append(False, chinese[:-1])
        first = np.flatnonzero(chinese & after)
        alone = np.flatnonzero(chinese & ~after & ~before)
        keys = np.concatenate([_joined(self.codes[first], self.codes[first + 1]), self.codes[alone]])
        return keys, np.concatenate([first, alone])

    def latin(self) -> Iterator[tuple[int, str]]:
        """Yield the words of letters and digits, and where each begins."""
        letters = self.kinds == _LETTER
        end = 0
        for start in np.flatnonzero(letters & ~np.append(False, letters[:-1])).tolist():
            end = max(end, start)
            while run := _LATIN.match(self.joined, end):  # 5.2m2 is two
                yield end, run.group()
                end = run.end()

    def runs(self, known: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the runs of `RUN` letters, digits and characters whose halves are known pairs.

        Each as the places of its halves in ``known``, first * len(known) + second, and its text; marks are
        left out and texts do not run into each other.
        """
        kept = np.flatnonzero(self.kinds & _LETTER)
        codes, at = self.codes[kept], self.at[kept]
        halves = places(_joined(codes[:-1], codes[1:]), known)
        first, second = halves[:-2], halves[2:]
        found = np.flatnonzero((first >= 0) & (second >= 0) & (at[: len(first)] == at[3:]))
        return first[found] * len(known) + second[found], at[found]

    def letter_pairs(self) -> Keys:
        """Return the keys of all pairs of letters, digits and characters, marks left out, in order of key."""
        codes = self.codes[np.flatnonzero(self.kinds & _LETTER)]
        return np.unique(_joined(codes[:-1], codes[1:]))


def held(texts: Texts, row: Mapping[str, int], heads: Sequence[int]) -> tuple[Doubles, Doubles, Doubles]:
    """Count known terms in texts as `core.text.bigrams` cuts them.

    Parameters
    ----------
    row
        The known terms, pairs and Latin words, each with its column.
    heads
        How many characters of each text are its title.

    Returns
    -------
    counts, lengths, titles
        How often each text has each term, shape (texts, terms); how many terms each has in all, known or not;
        and which share of the title's terms is known, each of shape (texts,).
    """
    names = {_key(term): at for term, at in row.items() if _chinese(term)}
    known = np.array(sorted(names), np.uint64)
    columns = np.array([names[int(key)] for key in known], np.int64)
    keys, start = texts.pairs()
    found = places(keys, known)
    column = np.where(found >= 0, columns[found], -1) if len(known) else found
    latin = [(at, row.get(word[:LONGEST_TERM], -1)) for at, word in texts.latin()]
    if latin:
        more = np.array(latin, np.int64)
        start, column = np.concatenate([start, more[:, 0]]), np.concatenate([column, more[:, 1]])
    return _counted(texts, start, column, len(row), heads)


def _counted(
    texts: Texts, start: NDArray[np.int64], column: NDArray[np.int64], width: int, heads: Sequence[int]
) -> tuple[Doubles, Doubles, Doubles]:
    at, there = texts.at[start], column >= 0
    counts = np.bincount(at[there] * width + column[there], minlength=texts.count * width)
    begins = np.searchsorted(texts.at, np.arange(texts.count))
    titled = start < (begins + np.asarray(heads))[at]
    own, known = (
        np.bincount(at[which], minlength=texts.count).astype(np.float64) for which in (titled, titled & there)
    )
    lengths = np.bincount(at, minlength=texts.count).astype(np.float64)
    return counts.reshape(texts.count, width).astype(np.float64), lengths, known / np.maximum(own, 1)


def runs_in_common(text: str, texts: Texts) -> NDArray[np.int64]:
    """Return how many different runs of `RUN` characters each text shares with one, shape (texts,).

    Marks do not interrupt a run.

    Examples
    --------
    >>> runs_in_common("干燥塔余热", Texts.of(["干燥塔、余热", "余热"]))
    array([2, 0])
    """
    own = Texts.of([text])
    known = own.letter_pairs()
    wanted, _ = own.runs(known)
    found, at = texts.runs(known)
    there = np.isin(found, wanted)
    many = np.unique(at[there] * max(len(known), 1) ** 2 + found[there])
    return np.bincount(many // max(len(known), 1) ** 2, minlength=texts.count)


def places(keys: Keys, known: Keys) -> NDArray[np.int64]:
    """Return where each key stands among known ones, which are in order; -1 where it does not.

    Examples
    --------
    >>> places(np.array([7, 5, 3], np.uint64), np.array([3, 5], np.uint64))
    array([-1,  1,  0])
    """
    found = np.full(len(keys), -1)
    if len(known):
        seen = np.zeros(_MASK + 1, bool)  # most keys are told apart by a few bits, without a search
        seen[_bits(known)] = True
        likely = np.flatnonzero(seen[_bits(keys)])
        at = np.minimum(np.searchsorted(known, keys[likely]), len(known) - 1)
        same = known[at] == keys[likely]
        found[likely[same]] = at[same]
    return found


def _bits(keys: Keys) -> Keys:
    return (keys ^ (keys >> _BITS)) & np.uint64(_MASK)


def _joined(first: Keys, second: Keys) -> Keys:
    return (first << _BITS) | second


def _key(term: str) -> int:
    return ord(term[0]) << int(_BITS) | ord(term[1]) if len(term) > 1 else ord(term)


def _chinese(term: str) -> bool:
    return any(first <= ord(term[0]) <= last for first, last in CHINESE)


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return what each code point is: in a Chinese text a character, a letter or digit of any script, a mark."""
    found = np.array([_LETTER * chr(code).isalnum() for code in range(_LAST + 1)], np.uint8)
    for first, last in CHINESE:
        found[first : last + 1] |= _CHINESE
    return found
