"""What two texts both say: the longest phrases that stand in both, rarest first, without common words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Other:
    """A record's whole text, read once.

    Parameters
    ----------
    there
        Normalised, in lower case.
    text
        The same folded, character for character.
    words
        Its words in order.
    """

    there: str
    text: str
    words: Sequence[str]

    @classmethod
    def of(cls, record: str) -> Other:
        """Read a record's text."""
        there = normalise(record).lower()
        text = fold(there)
        return cls(there, text, words(text, clean=True))


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


@dataclass(frozen=True, slots=True)
class Told:
    """What a need says, worked out once for all records that it is held against.

    Parameters
    ----------
    pieces
        The need, as `cut` gives it.
    rarity
        Its words that count, with their rarities; all others are left out.
    terms
        The technical terms in it, which are named whole where a word that counts is in them.
    """

    pieces: Sequence[str]
    rarity: Mapping[str, float]
    terms: Sequence[str] = ()

    @classmethod
    def of(cls, text: str, rarity: Mapping[str, float], terms: Terminology | None = None) -> Told:
        """Cut a need; ``text`` as for `cut`."""
        pieces = cut(text)
        return cls(pieces, rarity, terms.find("".join(pieces)) if terms and rarity else ())


def shared(told: Told, record: Other) -> list[str]:
    """Return what stands in both texts, the most telling first.

    Returns
    -------
    list of str
        Each stands in both texts, quoted as it stands in the record, in lower case; none is part of another.

    Examples
    --------
    >>> need, record = "回收干燥塔排风余热", Other.of("乾燥塔排风的余热")
    >>> shared(Told.of(need, {"干燥塔": 3.0, "排风": 2.0, "余热": 2.5, "干燥": 2.0}), record)
    ['乾燥塔排风', '余热']
    >>> need, record = "推广膜下滴灌设备", Other.of("研究膜下滴灌的管网")
    >>> [shared(Told.of(need, {"滴灌": 3.0}, terms), record) for terms in (None, Terminology(["膜下滴灌"]))]
    [['滴灌'], ['膜下滴灌']]
    """
    text, cut_there = record.text, set(record.words)
    known = {
        word: weight
        for word, weight in told.rarity.items()
        if word in cut_there and position(word, text) >= 0
    }
    weights: dict[str, float] = {}
    for run in _runs(told.pieces, known, text):
        weights["".join(run)] = sum(known.get(piece, 0.0) for piece in run)
    for term in told.terms if known else ():
        weight = _inside(term, known)
        if weight and position(term, text) >= 0:
            weights.setdefault(term, weight)
    for word, weight in known.items():
        weights.setdefault(word, weight)
    longest = [one for one in weights if not any(one != other and one in other for other in weights)]
    longest.sort(key=lambda one: (-weights[one], one))
    return [_quoted(one, text, record.there) for one in longest]


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
    found, end = [], 0
    for start, piece in enumerate(pieces):
        if start < end or piece not in known:
            continue
        run, whole = [piece], piece
        for more in pieces[start + 1 : start + LONGEST]:
            whole += more
            if not _goes_on(more, whole, text):
                break
            run.append(more)
        while run[-1] not in known and not (run[-1] in _THINGS and run[-2] in known):
            run.pop()
        end = start + len(run)
        found.append(run)
    return found


def _goes_on(piece: str, whole: str, text: str) -> bool:
    return len(whole) <= LONGEST and piece.isalnum() and not piece.isascii() and whole in text
