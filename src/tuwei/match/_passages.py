"""What exactly two texts share: passages word for word, and figures that differ at the same place."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuwei.core.text import fold
from tuwei.match._minhash import PASSAGE, Folded, shingles

LONGEST_QUOTED = 120  # characters of one passage that are quoted
MOST_PASSAGES, MOST_FIGURES = 3, 8
SHORTEST_PASSAGE = 12  # signs; shorter agreement is idiom
BEFORE, AFTER = 4, 2  # signs around a figure by which its place is known again
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)*")
_CALL = re.compile(
    r"\d{3,4}-\d{3,8}(?:-\d{2,8})?|\d{7,}"
)  # telephone and account numbers: no figures of content
_SIGN = re.compile(r"[\W_]+")


class Figures(NamedTuple):
    """A figure that stands at the same place of both texts with different values."""

    place: str
    one: str
    other: str


def passages(text: Folded, source: Folded) -> tuple[list[str], float]:
    """Return what of a text stands in another word for word, the longest first, and the share of the text.

    Figures, marks and spaces do not interrupt a passage. The share is of the text's signs, 0-1.

    Examples
    --------
    >>> from tuwei.match._minhash import folded
    >>> passages(folded("欢迎咨询。挤奶厅的清洗水经沉淀过滤后循环利用。"), folded("挤奶厅的清洗水经沉淀、过滤后循环利用"))
    (['挤奶厅的清洗水经沉淀过滤后循环利用'], 0.81)
    """
    runs = _runs(np.isin(shingles(text.codes, PASSAGE), shingles(source.codes, PASSAGE)))
    kept = [(start, end) for start, end in runs if end - start >= SHORTEST_PASSAGE]
    share = sum(end - start for start, end in kept) / max(len(text.codes), 1)
    kept.sort(key=lambda run: (run[0] - run[1], run[0]))
    return [_quoted(text, start, end) for start, end in kept[:MOST_PASSAGES]], round(share, 3)


def _runs(covered: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """From which to which sign the shingles that are covered reach; runs that touch are one."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], covered, [False]]).astype(np.int8)))
    found: list[tuple[int, int]] = []
    for start, end in zip(steps[::2].tolist(), (steps[1::2] + PASSAGE - 1).tolist(), strict=True):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _quoted(text: Folded, start: int, end: int) -> str:
    first, last = int(text.at[start]), int(text.at[end - 1]) + 1
    said = text.text[first:last]
    return said if len(said) <= LONGEST_QUOTED else said[: LONGEST_QUOTED - 1] + "…"


def figures(one: str, other: str) -> list[Figures]:
    """Return the figures that differ where the words around them are the same.

    Telephone numbers and the like are left out, and so are figures that only one of the texts has.

    Parameters
    ----------
    one, other
        In one spelling (`Folded.text`).

    Examples
    --------
    >>> figures("吨水成本180元，节水率35%", "吨水成本200元，节水率35%")
    [Figures(place='吨水成本', one='180', other='200')]
    """
    mine, theirs = _placed(one), _placed(other)
    found = [
        Figures(place[0], *values)
        for place, given in mine.items()
        if place in theirs and len(given) == len(theirs[place])
        for values in zip(given, theirs[place], strict=True)
        if _number(values[0]) != _number(values[1])
    ]
    return found[:MOST_FIGURES]


def numbers(text: str) -> str:
    """Return the figures of a text in a row, telephone numbers and the like left out.

    Examples
    --------
    >>> numbers("1,800元，电话0471-5550001，降35.0%")
    '180035'
    """
    return "".join(_number(figure) for figure in _FIGURE.findall(_CALL.sub(" ", text)))


def _placed(text: str) -> dict[tuple[str, str], list[str]]:
    """The figures of a text by the signs before and after them."""
    found: dict[tuple[str, str], list[str]] = {}
    text = _CALL.sub(" ", fold(text))
    for figure in _FIGURE.finditer(text):
        start, end = figure.span()
        before = _SIGN.sub("", _FIGURE.sub("", text[max(0, start - 12) : start]))[-BEFORE:]
        after = _SIGN.sub("", _FIGURE.sub("", text[end : end + 8]))[:AFTER]
        if before or after:
            found.setdefault((before, after), []).append(figure.group())
    return found


def _number(figure: str) -> str:
    """A figure without grouping commas and idle zeros."""
    plain = figure.replace(",", "")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
