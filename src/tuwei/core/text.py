"""Text as the engines read it: cleaned once, then cut into words or character bigrams."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["LONGEST_TERM", "bigrams", "normalise", "words"]

LONGEST_TERM = 64  # characters; a longer "word" is noise, and search engines refuse terms of 64 KiB

# Unicode categories Cc, Cf and Cs, written out: scanning all code points at import takes 0.3 s.
# Tab to carriage return, 0x1C-0x1F and 0x85 are left to the whitespace pattern, which folds them.
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
_SPACE = re.compile(r"\s+")
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
    composed = unicodedata.normalize("NFKC", _CONTROL.sub("", text))
    return _SPACE.sub(" ", composed).strip()


def words(text: str) -> list[str]:
    """Return the words of ``text`` in order, lower case, cut for search.

    Long words also yield their parts (``"盐碱地"`` and ``"盐碱"``), as rjieba's search mode does.
    Marks and spaces are left out; a term is at most `LONGEST_TERM` characters.

    Examples
    --------
    >>> words("膜法淡化 LiFePO4")
    ['膜法', '淡化', 'lifepo4']
    """
    import rjieba  # the dictionary takes a moment: load it when first needed

    found: list[str] = []
    for run in _RUN.finditer(normalise(text).lower()):
        piece = run.group()
        found += rjieba.cut_for_search(piece) if run.lastgroup else [piece[:LONGEST_TERM]]
    return [word[:LONGEST_TERM] for word in found]


def bigrams(text: str) -> list[str]:
    """Return the character bigrams of the Chinese parts and the whole Latin words and numbers.

    A Chinese run of one character yields that character.

    Examples
    --------
    >>> bigrams("吨水成本 ≤ 3.5 元, pH 7")
    ['吨水', '水成', '成本', '3.5', '元', 'ph', '7']
    """
    found: list[str] = []
    for run in _RUN.finditer(normalise(text).lower()):
        piece = run.group()
        if run.lastgroup and len(piece) > 1:
            found += [piece[at : at + 2] for at in range(len(piece) - 1)]
        else:
            found.append(piece[:LONGEST_TERM])
    return found
