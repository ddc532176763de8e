"""Text as the engines read it: cleaned once, then cut into words or character bigrams."""

from __future__ import annotations

import re
import unicodedata
from operator import add

__all__ = ["LONGEST_TERM", "bigrams", "cut", "normalise", "words"]

LONGEST_TERM = 64  # characters; a longer "word" is noise, and search engines refuse terms of 64 KiB

# Unicode categories Cc, Cf and Cs, written out: scanning all code points at import takes 0.3 s.
# Tab to carriage return, 0x1C-0x1F and 0x85 are left to the whitespace pattern, which folds them.
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
_CJK = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|\d+(?:\.\d+)+|[^\W_{_CJK}]+")


def normalise(text: str) -> str:
    """Return ``text`` in one spelling: NFKC, no control characters, single spaces.

    Parameters
    ----------
    text
        Any string, lone surrogates included (they are dropped, as UTF-8 cannot hold them).

    Returns
    -------
    str
        Applying the function again changes nothing. Letter case is kept.

    Examples
    --------
    >>> normalise("ＡＢＣ　１２３\\u200b\\n 度 ")
    'ABC 123 度'
    """
    if not text.replace("\n", " ").isprintable():  # else there is nothing to drop: most texts
        text = _CONTROL.sub("", text)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def words(text: str) -> list[str]:
    """Return the words of ``text`` in order, lower case, cut for search.

    Long words also yield their parts (``"盐碱地"`` and ``"盐碱"``), as rjieba's search mode does.
    Marks and spaces are left out; a term is at most `LONGEST_TERM` characters.

    Examples
    --------
    >>> words("膜法淡化 LiFePO4")
    ['膜法', '淡化', 'lifepo4']
    """
    return _words(_runs(text))


def bigrams(text: str) -> list[str]:
    """Return the character bigrams of the Chinese parts and the whole Latin words and numbers.

    A Chinese run of one character yields that character.

    Examples
    --------
    >>> bigrams("吨水成本 ≤ 3.5 元, pH 7")
    ['吨水', '水成', '成本', '3.5', '元', 'ph', '7']
    """
    return _bigrams(_runs(text))


def cut(text: str) -> tuple[list[str], list[str]]:
    """Return what `bigrams` and `words` do, from one reading of the text.

    Examples
    --------
    >>> cut("膜法淡化, pH")
    (['膜法', '法淡', '淡化', 'ph'], ['膜法', '淡化', 'ph'])
    """
    runs = _runs(text)
    return _bigrams(runs), _words(runs)


def _runs(text: str) -> list[tuple[str, bool]]:
    """Return the pieces between marks, in order, and whether each is Chinese."""
    found = _RUN.finditer(normalise(text).lower())
    return [(run.group(), True) if run.lastgroup else (run.group()[:LONGEST_TERM], False) for run in found]


def _bigrams(runs: list[tuple[str, bool]]) -> list[str]:
    found: list[str] = []
    for piece, chinese in runs:
        if chinese and len(piece) > 1:
            found += map(add, piece, piece[1:])
        else:
            found.append(piece)
    return found


def _words(runs: list[tuple[str, bool]]) -> list[str]:
    import rjieba  # the dictionary takes a moment: load it when first needed

    # One call for all Chinese runs: it cuts them apart at the line breaks as it would one by one.
    together = [*rjieba.cut_for_search("\n".join(piece for piece, chinese in runs if chinese)), "\n"]
    found: list[str] = []
    at = 0
    for piece, chinese in runs:
        if not chinese:
            found.append(piece)
            continue
        end = together.index("\n", at)
        part = together[at:end]
        found += part if len(piece) <= LONGEST_TERM else [word[:LONGEST_TERM] for word in part]
        at = end + 1
    return found
