"""What two texts both say: the longest phrases that stand in both, rarest first, without common words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

from tuwei.core.text import fold, normalise, words
from tuwei.match._lexicon import Terminology
from tuwei.match._words import position

LONGEST = 16  # characters of a phrase
COMMON = 0.10  # share of the collection's records from which on a word says little
FEW = 10  # records that may name a word however small the collection
MOST_READ = 5_000  # characters of a need that are searched for phrases
# Single characters that may end a phrase, since with them it names a thing: 干燥塔, 青贮窖.
_THINGS = frozenset("塔炉泵罐池棚窖厂站网机器剂膜菌酶苗种车船箱柜仓库渠井阀管板粉液油气盐酸碱率")


def cut(text: str) -> list[str]:
    """Return a text in consecutive pieces that do not overlap: words, single characters, marks, spaces.

    Parameters
    ----------
    text
        Normalised, in lower case. The pieces are folded.

    Examples
    --------
    >>> cut("回收乾燥塔余热")
    ['回收', '干燥塔', '余热']
    """
    import rjieba  # the dictionary takes a moment: load it when first needed

    return list(rjieba.cut(fold(text[:MOST_READ])))


def common_from(count: int) -> float:
    """Return the rarity under which a word is common in a collection of so many records.

    A rarity is ln(1 + records / (1 + records with the word)), as `_second.rarities` gives it.
    """
    return log(1 + count / (1 + max(FEW, COMMON * count)))


def shared(
    pieces: Sequence[str], rarity: Mapping[str, float], record: str, terms: Terminology | None = None
) -> list[str]:
    """Return what stands in both texts, the most telling first.

    Parameters
    ----------
    pieces
        The need, as `cut` gives it.
    rarity
        The need's words that count, with their rarities; all others are left out.
    record
        The record's whole text.
    terms
        Technical terms that are named whole where both texts have them and a word that counts is in them.

    Returns
    -------
    list of str
        Each stands in both texts, quoted as it stands in the record, in lower case; none is part of another.

    Examples
    --------
    >>> need, record = "回收干燥塔排风余热", "乾燥塔排风的余热"
    >>> shared(cut(need), {"干燥塔": 3.0, "排风": 2.0, "余热": 2.5, "干燥": 2.0}, record)
    ['乾燥塔排风', '余热']
    >>> need, record = "推广膜下滴灌设备", "研究膜下滴灌的管网"
    >>> shared(cut(need), {"滴灌": 3.0}, record), shared(cut(need), {"滴灌": 3.0}, record, Terminology(["膜下滴灌"]))
    (['滴灌'], ['膜下滴灌'])
    """
    there = normalise(record).lower()
    text, cut_there = fold(there), set(words(there))
    known = {
        word: weight for word, weight in rarity.items() if word in cut_there and position(word, text) >= 0
    }
    weights: dict[str, float] = {}
    for run in _runs(pieces, known, text):
        weights["".join(run)] = sum(known.get(piece, 0.0) for piece in run)
    for term in terms.find("".join(pieces)) if terms and known else ():
        weight = _inside(term, known)
        if weight and position(term, text) >= 0:
            weights.setdefault(term, weight)
    for word, weight in known.items():
        weights.setdefault(word, weight)
    longest = [one for one in weights if not any(one != other and one in other for other in weights)]
    longest.sort(key=lambda one: (-weights[one], one))
    return [_quoted(one, text, there) for one in longest]


def _inside(term: str, known: Mapping[str, float]) -> float:
    """Return the weight of the longest words of a term that count, those within another of them left out."""
    found = [word for word in known if word in term]
    return sum(known[word] for word in found if not any(word != other and word in other for other in found))


def _quoted(phrase: str, text: str, there: str) -> str:
    """Return a phrase of the folded text as the text itself has it: folding keeps every place."""
    at = position(phrase, text)
    return there[at : at + len(phrase)] if at >= 0 else phrase


def _runs(pieces: Sequence[str], known: Mapping[str, float], text: str) -> list[list[str]]:
    """Return the longest runs of pieces that stand in the text, from a word that counts to one that counts."""
    found = []
    at = 0
    while at < len(pieces):
        run = [pieces[at]]
        if run[0] in known:
            while at + len(run) < len(pieces) and _goes_on(run, pieces[at + len(run)], text):
                run.append(pieces[at + len(run)])
            while run[-1] not in known and not (run[-1] in _THINGS and run[-2] in known):
                run.pop()
            found.append(run)
        at += len(run)
    return found


def _goes_on(run: Sequence[str], piece: str, text: str) -> bool:
    whole = "".join(run) + piece
    return piece.isalnum() and not piece.isascii() and len(whole) <= LONGEST and whole in text
