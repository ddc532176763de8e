"""The technical terms of a collection: its own keywords, new words of its texts, and words given from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import add
from pathlib import Path

from tuwei.core.errors import InputError
from tuwei.core.text import fold, normalise, words
from tuwei.match._new_words import new_words
from tuwei.match._records import Record
from tuwei.match._words import GENERIC, STOP

MOST_TERMS = 50_000
LONGEST = 32  # characters of a term
MOST_READ = 1_000  # characters of a title, of a body and of a keyword that are learned from
FILE = "terminology.txt"


class Terminology:
    """Technical terms, and where they stand in a text.

    Parameters
    ----------
    terms
        In any spelling; each is kept once, folded. Those of one character, of more than 32, or without a letter
        are left out, and so are all beyond the first 50,000.

    Examples
    --------
    >>> Terminology(["膜下滴灌", "滴灌", "PM2.5"]).find("膜下滴灌降低PM2.5,滴灌節水")
    ['膜下滴灌', 'pm2.5', '滴灌']
    """

    def __init__(self, terms: Iterable[str] = ()) -> None:
        kept: dict[str, None] = {}
        for term in terms:
            plain = _plain(term[: 4 * LONGEST])
            if 1 < len(plain) <= LONGEST and any(character.isalpha() for character in plain):
                kept[plain] = None
            if len(kept) == MOST_TERMS:
                break
        self.terms = tuple(kept)
        self._known = frozenset(kept)
        lengths: dict[str, set[int]] = {}
        for term in kept:
            lengths.setdefault(term[:2], set()).add(len(term))
        self._lengths = {start: sorted(found, reverse=True) for start, found in lengths.items()}

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, term: object) -> bool:
        return term in self._known

    @classmethod
    def learn(cls, records: Iterable[Record], *, seeds: Iterable[str] = ()) -> Terminology:
        """Return the terms of records, and those given.

        Parameters
        ----------
        records
            Checked records, such as the sample that an embedding is learned from; of title and body the first 1,000
            characters are read.
        seeds
            Terms known from elsewhere, such as the words of a region pack. They come first.

        Returns
        -------
        Terminology
            The seeds; keywords of two records, or of one and in the text of another; new words of the texts
            (`_new_words`). None of the last two is one word of the general dictionary. The same records in any
            order give the same terms.
        """
        texts: list[str] = []
        named: list[set[str]] = []
        for record in records:
            texts.append(_plain(f"{record.title[:MOST_READ]}\n{record.body[:MOST_READ]}"))
            named.append({plain for word in record.keywords if _is_term(plain := _plain(word[:MOST_READ]))})
        heap = sorted(texts) + sorted(word for own in named for word in own)
        return cls([*seeds, *_keywords(texts, named), *new_words(heap)])

    @classmethod
    def read(cls, folder: Path) -> Terminology:
        """Return the terms that `write` left in a folder; none where there is no file.

        Raises
        ------
        InputError
            ``match.bad_terminology``: the file is not UTF-8.
        """
        path = folder / FILE
        try:
            return cls(path.read_text("utf-8").split("\n")) if path.exists() else cls()
        except UnicodeDecodeError:
            raise InputError(
                "match.bad_terminology",
                "{file} 不是 UTF-8 编码的术语表,请重建索引。",
                "{file} is no list of terms in UTF-8; build the index anew.",
                file=str(path),
            ) from None

    def write(self, folder: Path) -> None:
        """Write the terms into a folder, one a line."""
        (folder / FILE).write_bytes(self._bytes())

    def same(self, folder: Path) -> bool:
        """Tell whether a folder holds just these terms."""
        path = folder / FILE
        return path.exists() and path.read_bytes() == self._bytes()

    def _bytes(self) -> bytes:
        return "\n".join(self.terms).encode("utf-8")

    def find(self, text: str) -> list[str]:
        """Return the terms that stand in a text, in order, the longest at each place, none overlapping.

        Latin letters and digits at the end of a term must be those of a whole word. The cost is linear in the text.

        Examples
        --------
        >>> Terminology(["ZSM-5", "离子电池", "鈉離子電池"]).find("钠离子电池 ZSM-5 xZSM-5 离子电池")
        ['钠离子电池', 'zsm-5', '离子电池']
        """
        return list(self._found(_plain(text)))

    def _found(self, text: str) -> Iterator[str]:
        lengths, end = self._lengths, 0
        for at, start in enumerate(map(add, text, text[1:])):
            if at < end or start not in lengths:
                continue
            for length in lengths[start]:
                term = text[at : at + length]
                if term in self._known and _whole(text, at, at + length):
                    yield term
                    end = at + length
                    break


def _plain(text: str) -> str:
    return fold(normalise(text).lower())


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether no Latin word or number is cut at either side."""
    return not (_inside(text[start - 1 : start + 1]) or _inside(text[end - 1 : end + 1]))


def _inside(pair: str) -> bool:
    return len(pair) == 2 and pair.isascii() and pair.isalnum()


def _is_term(word: str) -> bool:
    """Tell whether a keyword is more than one word of the dictionary and more than words that stand anywhere."""
    import rjieba  # the dictionary takes a moment: load it when first needed

    if not 1 < len(word) <= LONGEST or word in STOP or word in GENERIC:
        return False
    pieces = [piece for piece in rjieba.cut(word) if piece.strip()]
    return (
        len(pieces) > 1
        and not all(piece in STOP or piece in GENERIC for piece in pieces)
        and bool(words(word))
    )


def _keywords(texts: Sequence[str], named: Sequence[set[str]]) -> list[str]:
    """Return the keywords of two records, or of one and in another's text, the commonest first."""
    counts = Counter(word for found in named for word in found)
    once = Terminology(sorted(word for word, count in counts.items() if count == 1))
    for text, own in zip(texts, named, strict=True):
        counts.update(set(once.find(text)) - own)
    return sorted(
        (word for word, count in counts.items() if count > 1), key=lambda word: (-counts[word], word)
    )
