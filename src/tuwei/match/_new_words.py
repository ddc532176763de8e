"""New words in a heap of Chinese texts: what holds together inside and stands in many surroundings.

A run of 2 to 8 characters is a candidate where it is frequent, its halves go together more than by chance
(pointwise mutual information, Church and Hanks 1990, the lowest over all places where it may be parted, as Sproat and
Shih 1990 part Chinese words) and its neighbours on both sides vary (branching entropy, Jin and Tanaka-Ishii 2006).
Of the candidates those go that the dictionary has as one word, those that begin or end as no name of a thing does,
and those whose ends are mostly no ends of words where the dictionary cuts the text around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.match._words import GENERIC, STOP

LONGEST = 8  # characters of a candidate
MOST_READ = 4_000_000  # characters in all
LEAST_COUNT = 5  # occurrences; more in a large heap
COHESION = 3.5  # nats, least pointwise mutual information
BRANCHING = 1.1  # nats, least entropy of the neighbours on either side
LOOKED_AT = 5  # places of a candidate where the text around is cut
AROUND = 8  # characters on either side that are cut with it

_FIRST, _LAST = 0x4E00, 0xA000  # the characters counted; all others part runs
# Kinds of words (the dictionary's tags) that a name of a thing neither begins nor ends with, and further ones that
# it does not begin or does not end with.
_NEITHER = frozenset(("p", "c", "u", "d", "r", "y", "e", "o", "w", "m", "q", "t", "z"))
_NOT_LAST = frozenset(("f", "ns", "nr", "a", "b"))
_EDGES = frozenset(
    "的了和与及或在是把被对等之其为以于由从并而但也都不中上将该各所有可能较更最则且即且至到用个种次年月日"
)
_NOWHERE = frozenset("的了该其此呈")  # stand in no name at all
_ACTS = frozenset(
    "呈现 属 属于 例 无 购自 剧烈 表明 显示 证实 证明 发现 激发 做出 作出 剖析 深入 实验 结果 双方 "
    "研究 提出 建立 构建 探讨 探究 揭示 讨论 阐述 综述 促进 推动 加强 增强 实施 给予 引入 考虑 保障 提供".split()
)

Codes = NDArray[np.integer[Any]]


def new_words(texts: Iterable[str]) -> dict[str, int]:
    """Return the new words of texts that are folded, with how often they occur, the commonest first.

    Parameters
    ----------
    texts
        Read to `MOST_READ` characters in all.

    Returns
    -------
    dict
        Word and occurrences [1]. The same texts give the same words, in whatever order they come.

    Examples
    --------
    >>> new_words(["膜下滴灌"])
    {}
    """
    codes = _codes(texts)
    least = max(LEAST_COUNT, len(codes) // 500_000)
    found = {
        word: count
        for word, count, around in _candidates(codes, least)
        if _is_name(word) and 2 * sum(_ends(word, *place) for place in around) > len(around)
    }
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _codes(texts: Iterable[str]) -> Codes:
    """Return the texts as one row of numbers, 0 for all that parts words."""
    kept, left = [], MOST_READ
    for text in texts:
        kept.append(text[:left])
        left -= len(kept[-1]) + 1
        if left <= 0:
            break
    flat = np.frombuffer("\n".join([*kept, ""]).encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    return np.where((flat >= _FIRST) & (flat < _LAST), flat - _FIRST + 1, 0)


def _candidates(codes: Codes, least: int) -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
    """Yield the runs that pass all three bounds, their counts, and what stands before and after at some places."""
    total = max(int((codes > 0).sum()), 1)
    levels = [_level(codes, np.ones(len(codes), np.int64), codes, least)]
    for length in range(2, LONGEST + 1):
        numbers, _ = levels[-1]
        if len(numbers) < 2:
            return
        level = _level(numbers[:-1], numbers[1:], codes[length - 1 :], least)
        levels.append(level)
        for places, count in _kept(levels, codes, total):
            around = [
                (_read(codes[max(at - AROUND, 0) : at]), _read(codes[at + length : at + length + AROUND]))
                for at in places
            ]
            yield _read(codes[places[0] : places[0] + length]), count, around


def _read(codes: Codes) -> str:
    return "".join(chr(code + _FIRST - 1) if code else "\n" for code in codes.tolist())


def _level(before: Codes, after: Codes, last: Codes, least: int) -> tuple[Codes, Codes]:
    """Return the number of the frequent run that begins at each place (0: none) and the count of each number.

    ``before`` and ``after`` number the runs one shorter that it begins and ends with, ``last`` its last characters.
    """
    numbers = np.zeros(len(before), np.int32)
    at = np.flatnonzero((before > 0) & (after > 0) & (last[: len(before)] > 0))
    _, inverse, counts = np.unique(
        before[at].astype(np.int64) << 16 | last[at], return_inverse=True, return_counts=True
    )
    frequent = counts >= least
    new = np.where(frequent, np.cumsum(frequent), 0)
    numbers[at] = new[inverse]
    return numbers, np.concatenate([[0], counts[frequent]])


def _kept(levels: Sequence[tuple[Codes, Codes]], codes: Codes, total: int) -> Iterator[tuple[list[int], int]]:
    """Yield some places of each kept run of the last level, and its count."""
    numbers, counts = levels[-1]
    length = len(levels)
    at = np.flatnonzero(numbers)
    if not len(at):
        return
    at = at[np.argsort(numbers[at], kind="stable")]
    starts = np.cumsum(counts) - counts
    cohesion = _cohesion(levels, at[starts[1:]], total)
    before = np.where(at > 0, codes[at - 1], 0)
    after = np.where(at + length < len(codes), codes[np.minimum(at + length, len(codes) - 1)], 0)
    varied = np.minimum(_entropy(numbers[at], before, counts), _entropy(numbers[at], after, counts))
    for number in (np.flatnonzero((cohesion >= COHESION) & (varied[1:] >= BRANCHING)) + 1).tolist():
        count = int(counts[number])
        steps = starts[number] + np.arange(LOOKED_AT) * count // LOOKED_AT
        yield at[steps].tolist(), count


def _cohesion(levels: Sequence[tuple[Codes, Codes]], first: Codes, total: int) -> NDArray[np.float64]:
    """Return the lowest pointwise mutual information over all places where a run may be parted [nats]."""
    counts, length = levels[-1][1][1:], len(levels)
    lowest = np.full(len(first), np.inf)
    for part in range(1, length):
        (left, left_counts), (right, right_counts) = levels[part - 1], levels[length - part - 1]
        product = left_counts[left[first]] * right_counts[right[first + part]]
        lowest = np.minimum(lowest, np.log(counts * total / product))
    return lowest


def _entropy(numbers: Codes, beside: Codes, counts: Codes) -> NDArray[np.float64]:
    """Return the entropy of the characters beside each run [nats]; each end of a text counts as another one."""
    pairs, times = np.unique(numbers.astype(np.int64) << 16 | beside, return_counts=True)
    run, character = pairs >> 16, pairs & 0xFFFF
    share = times / counts[run]
    log_share = np.where(character > 0, np.log(share), -np.log(counts[run]))
    return np.asarray(np.bincount(run, -share * log_share, len(counts)), np.float64)


def _is_name(word: str) -> bool:
    """Tell whether the dictionary has not this word yet, and it begins and ends as the name of a thing."""
    import rjieba  # the dictionary takes a moment: load it when first needed

    if word[0] in _EDGES or word[-1] in _EDGES or _NOWHERE & set(word):
        return False
    tagged = rjieba.tag(word)
    (first, first_tag), (last, last_tag) = tagged[0], tagged[-1]
    if len(tagged) == 1 or first_tag[0] in _NEITHER or last_tag[0] in _NEITHER or last_tag in _NOT_LAST:
        return False
    if any(len(piece) == 1 and tag[0] in "pcu" for piece, tag in tagged):  # 值与实测值
        return False
    if first in STOP or last in STOP or first in _ACTS or last in _ACTS:
        return False
    if first in GENERIC and first_tag[0] in "va":
        return False
    return not all(
        piece in GENERIC or piece in STOP or len(piece) == 1 and tag[0] != "n" for piece, tag in tagged
    )


def _ends(word: str, before: str, after: str) -> bool:
    """Tell whether words begin and end where this one does, as the dictionary cuts the text around it."""
    import rjieba  # the dictionary takes a moment: load it when first needed

    ends, at = {0}, 0
    for piece in rjieba.cut(before + word + after):
        at += len(piece)
        ends.add(at)
    return len(before) in ends and len(before) + len(word) in ends
