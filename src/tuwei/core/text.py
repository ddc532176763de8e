"""Text as the engines read it: cleaned once, then cut into words or character bigrams."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from operator import add

__all__ = ["CHINESE", "LONGEST_TERM", "bigrams", "cut", "fold", "normalise", "words"]

LONGEST_TERM = 64  # characters; a longer "word" is noise, and search engines refuse terms of 64 KiB

# Unicode categories Cc, Cf and Cs, written out: scanning all code points at import takes 0.3 s.
# Tab to carriage return, 0x1C-0x1F and 0x85 are left to the whitespace pattern, which folds them.
_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f]"
)
CHINESE = (  # first and last code points of what is cut by characters: kana and Hangul too
    (0x3005, 0x3005), (0x3007, 0x3007), (0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF),
    (0xAC00, 0xD7AF), (0xF900, 0xFAFF), (0x20000, 0x323AF),
)  # fmt: skip
_CJK = "".join(f"{chr(first)}-{chr(last)}" for first, last in CHINESE)
_RUN = re.compile(rf"(?P<cjk>[{_CJK}]+)|\d+(?:\.\d+)+|[^\W_{_CJK}]+")
_JOINTS = frozenset("-/.+·")  # marks inside a name: ZSM-5, C/C, PM2.5
_NAME = re.compile(r"\d?[^\W\d_]")  # how a compound begins; 30mg and 2019-12 are no names
_LONGEST_NAME = 32  # characters of a compound
_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000))  # beyond the first plane the pattern would be slow, texts rare
_LATIN = ((0xDF, 0x250), (0x1E00, 0x1F00))

# A piece between marks, whether it is Chinese, and what joins it to the piece before: a mark, nothing, or None.
_Run = tuple[str, bool, str | None]


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


def fold(text: str) -> str:
    """Return ``text`` with traditional characters simplified and accents taken off Latin small letters.

    Parameters
    ----------
    text
        Normalised, in lower case.

    Returns
    -------
    str
        Of the same length, character for character: what stands at a place here stands there in ``text``.

    Notes
    -----
    One character for one, as OpenCC's table "t2s" has it for single characters (Apache-2.0), within the first
    plane of Unicode. A character that has several simplified forms gets the commonest. Words that differ between
    regions (軟體, 软件) stay apart.

    Examples
    --------
    >>> fold("鈉離子電池 · café")
    '钠离子电池 · cafe'
    """
    return text if text.isascii() else _folding()(text)


def words(text: str, *, clean: bool = False) -> list[str]:
    """Return the words of ``text`` in order, folded and in lower case, cut for search.

    Long words also yield their parts (``"盐碱地"`` and ``"盐碱"``), as rjieba's search mode does, and so do names
    of several pieces (``"pm2.5"``, ``"3d打印"``). Other marks and spaces are left out; a term is at most
    `LONGEST_TERM` characters.

    Parameters
    ----------
    text
        Any string.
    clean
        Whether it is normalised, in lower case and folded already, which is then not done again.

    Examples
    --------
    >>> words("膜法淡化 LiFePO4")
    ['膜法', '淡化', 'lifepo4']
    >>> words("α-淀粉酶與PM2.5")
    ['α', '淀粉', '淀粉酶', '与', 'α-淀粉酶', 'pm2', '5', 'pm2.5']
    """
    return _words(_runs(text, clean=clean))


def bigrams(text: str, *, clean: bool = False) -> list[str]:
    """Return the character bigrams of the Chinese parts and the whole Latin words and numbers.

    They are folded, in lower case. A Chinese run of one character yields that character.

    Parameters
    ----------
    text
        Any string.
    clean
        Whether it is normalised, in lower case and folded already, which is then not done again.

    Examples
    --------
    >>> bigrams("吨水成本 ≤ 3.5 元, pH 7")
    ['吨水', '水成', '成本', '3.5', '元', 'ph', '7']
    """
    if clean:
        return _bigrams(
            [
                (run.group()[: None if run.lastgroup else LONGEST_TERM], bool(run.lastgroup), None)
                for run in _RUN.finditer(text)
            ]
        )
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


def _runs(text: str, *, clean: bool = False) -> list[_Run]:
    """Return the pieces between marks, in order."""
    flat = text if clean else fold(normalise(text).lower())
    found: list[_Run] = []
    end = -2
    for run in _RUN.finditer(flat):
        start = run.start()
        mark = flat[end:start] if 0 <= start - end < 2 else None
        joint = mark if mark == "" or mark in _JOINTS else None
        end = run.end()
        found.append(
            (run.group(), True, joint) if run.lastgroup else (run.group()[:LONGEST_TERM], False, joint)
        )
    return found


def _bigrams(runs: list[_Run]) -> list[str]:
    found: list[str] = []
    for piece, chinese, _ in runs:
        if chinese and len(piece) > 1:
            found += map(add, piece, piece[1:])
        else:
            found.append(piece)
    return found


def _words(runs: list[_Run]) -> list[str]:
    import rjieba  # the dictionary takes a moment: load it when first needed

    # One call for all Chinese runs: it cuts them apart at the line breaks as it would one by one.
    together = [*rjieba.cut_for_search("\n".join(piece for piece, chinese, _ in runs if chinese)), "\n"]
    found: list[str] = []
    at, name = 0, ""
    for piece, chinese, joint in runs:
        if not chinese:
            name = _joined(name, piece, joint, found)
            continue
        end = together.index("\n", at)
        part = together[at:end]
        _close(name, found)
        found += part if len(piece) <= LONGEST_TERM else [word[:LONGEST_TERM] for word in part]
        if name and joint is not None and joint in "-":
            _mixed(name + joint, piece, part, found)
        at, name = end + 1, ""
    _close(name, found)
    return found


def _joined(name: str, piece: str, joint: str | None, found: list[str]) -> str:
    """Add a Latin piece and return the name that it goes on with or begins."""
    if joint and name and len(name) < _LONGEST_NAME:
        found.append(piece)
        return name + joint + piece
    _close(name, found)
    found.append(piece)
    return piece


def _close(name: str, found: list[str]) -> None:
    """Add a name of several pieces that ends here."""
    if not name.isalnum() and len(name) <= _LONGEST_NAME and _NAME.match(name):
        found.append(name)


def _mixed(before: str, piece: str, cut_there: list[str], found: list[str]) -> None:
    """Add a Latin name with the Chinese word that it leads: 3D打印, C/C复合材料."""
    first = ""
    for word in cut_there[:4]:
        if len(word) > len(first) and piece.startswith(word):
            first = word
    if 1 < len(first) <= _LONGEST_NAME - len(before) and _NAME.match(before):
        found.append(before + first)


@cache
def _folding() -> Callable[[str], str]:
    """Return what folds: a pattern passes over a text with nothing to fold in 2 µs for 300 characters."""
    from opencc import OpenCC  # its tables take a moment: load them when first needed

    told = "\n".join(chr(code) for span in _HAN for code in range(*span))
    table = dict(zip(told, OpenCC("t2s").convert(told), strict=True))
    table |= {
        chr(code): unicodedata.normalize("NFKD", chr(code))[0] for span in _LATIN for code in range(*span)
    }
    changed = {old: new for old, new in table.items() if new != old and old == old.lower()}
    pattern = re.compile(f"[{''.join(changed)}]")
    return lambda text: pattern.sub(lambda match: changed[match.group()], text)
