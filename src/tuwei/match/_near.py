"""Two listings held against each other: how alike, in what way, and who was first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tuwei.core.text import normalise
from tuwei.match._minhash import FEWEST, Codes, Folded, refolded, shingles
from tuwei.match._passages import Figures, figures, numbers, passages
from tuwei.match._records import Record

Kind = Literal["same", "near", "figures", "contained"]
Flag = Literal["", "copied", "unknown_holder"]
KINDS: dict[str, tuple[str, str]] = {
    "same": ("文字相同", "same text"),
    "near": ("文字近似", "nearly the same text"),
    "figures": ("文字相同、数字不同", "same text, other figures"),
    "contained": ("整段收入", "taken over whole into a longer text"),
}
SHORTEST_INNER = 30  # signs; a shorter text is found in many others by chance
DATES = ("date", "published", "created", "year")  # when a listing came out, the first that is given
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")


class Listing(NamedTuple):
    """What is kept of a record: its id, its text in one spelling, who holds it, and since when (or ``""``)."""

    id: str
    text: str
    holders: tuple[str, ...]
    day: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two listings with near-duplicate texts.

    Parameters
    ----------
    one, other
        Ids. ``other`` is the later of the two where dates tell, else the one given later. Of ``contained``
        pairs ``inner`` names the shorter.
    kind
        ``same``: the same signs and figures; ``near``: resemblance reaches the threshold; ``figures``: so too, but
        figures differ where the words around them are the same, so it may be an honest variant;
        ``contained``: nearly all of one stands in the other.
    jaccard, contained
        Resemblance of the two, and share of the shorter one's shingles that the other has, both exact, 0-1.
    flag
        ``copied``: different organisations (or owners) hold the two; ``unknown_holder``: that cannot be told.
    first
        Id of the earlier one by date, ``""`` where the dates do not tell.
    passages, share
        What of ``other`` stands word for word in ``one``, at most three, and the share of ``other``, 0-1.
    figures
        Differing figures: the words before, the value of ``one`` and of ``other``.
    """

    one: str
    other: str
    kind: Kind
    jaccard: float
    contained: float
    inner: str = ""
    flag: Flag = ""
    first: str = ""
    passages: list[str] = field(default_factory=list)
    share: float = 0.0
    figures: list[Figures] = field(default_factory=list)

    @property
    def likeness(self) -> float:
        """What pairs are put in order by."""
        return self.contained if self.kind == "contained" else self.jaccard

    def said(self, language: str) -> str:
        """Return the finding in one sentence, ``"zh"`` or ``"en"``."""
        return _zh(self) if language == "zh" else _en(self)

    def as_dict(self) -> dict[str, Any]:
        """Return what the output file holds of the pair."""
        return {
            **{
                name: getattr(self, name)
                for name in ("one", "other", "kind", "jaccard", "contained", "inner")
            },
            "flag": self.flag,
            "first": self.first,
            "share": self.share,
            "passages": self.passages,
            "figures": [one._asdict() for one in self.figures],
            "zh": self.said("zh"),
            "en": self.said("en"),
        }


class Side:
    """One listing with what comparing needs, worked out once."""

    def __init__(self, listing: Listing, common: NDArray[np.bool_] | None = None) -> None:
        self.listing, self._common = listing, common

    @cached_property
    def folded(self) -> Folded:
        """Its text as signs."""
        return refolded(self.listing.text)

    @cached_property
    def hashes(self) -> Codes:
        """Its shingles, sorted, without those that very many records have (boilerplate)."""
        found = np.unique(shingles(self.folded.codes))
        if self._common is None:
            return found
        telling: Codes = found[~self._common[found & np.uint32(len(self._common) - 1)]]
        return telling


def listing(record: Record) -> Listing:
    """Return what is kept of a record: title and body, the organisation or else the owner, the date."""
    data = record.data
    return Listing(record.id, normalise(f"{record.title}\n{record.body}"), _holders(data), _day(data))


def compared(one: Side, other: Side, *, threshold: float) -> Pair | None:
    """Compare two listings exactly; None where they are no near-duplicates."""
    first, second = (one, other) if _in_order(one.listing, other.listing) else (other, one)
    mine, theirs = first.hashes, second.hashes
    same = np.array_equal(first.folded.codes, second.folded.codes)
    if not len(first.folded.codes) or (not same and min(len(mine), len(theirs)) < FEWEST):
        return None
    both = len(np.intersect1d(mine, theirs, assume_unique=True))
    jaccard = 1.0 if same else both / (len(mine) + len(theirs) - both)
    contained = 1.0 if same else both / min(len(mine), len(theirs))
    inner = second if len(theirs) <= len(mine) else first
    if jaccard < threshold and (contained < threshold or len(inner.folded.codes) < SHORTEST_INNER):
        return None
    return _described(
        first, second, jaccard, contained, inner.listing.id if jaccard < threshold else "", same
    )


def _described(one: Side, other: Side, jaccard: float, contained: float, inner: str, same: bool) -> Pair:
    changed = figures(one.listing.text, other.listing.text)
    other_figures = bool(changed) or (same and numbers(one.listing.text) != numbers(other.listing.text))
    kind: Kind = "contained" if inner else "figures" if other_figures else "same" if same else "near"
    quoted, share = passages(other.folded, one.folded)
    return Pair(
        one.listing.id, other.listing.id, kind, round(jaccard, 4), round(contained, 4), inner,
        _flag(one.listing, other.listing), _first(one.listing, other.listing), quoted, share, changed,
    )  # fmt: skip


def _flag(one: Listing, other: Listing) -> Flag:
    if not one.holders or not other.holders:
        return "unknown_holder"
    return "" if {*one.holders} & {*other.holders} else "copied"


def _first(one: Listing, other: Listing) -> str:
    """The id of the earlier one, as far as both dates are known to the same precision."""
    length = min(len(one.day), len(other.day))
    days = one.day[:length], other.day[:length]
    if not length or days[0] == days[1]:
        return ""
    return one.id if days[0] < days[1] else other.id


def _in_order(one: Listing, other: Listing) -> bool:
    return _first(one, other) in ("", one.id)


def _holders(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The organisations that hold a record, or else its owners; names of one spelling, marked by which they are."""
    for name in ("organisation", "owner"):
        value = data.get(name)
        given = value if isinstance(value, list | tuple) else [value]
        names = [_name(one) for one in given if isinstance(one, str | int) and str(one).strip()]
        if names:
            return tuple(sorted({f"{name}:{one}" for one in names}))
    return ()


def _name(value: Any) -> str:
    return re.sub(r"\s+", "", normalise(str(value))).lower()


def _day(data: Mapping[str, Any]) -> str:
    for name in DATES:
        if found := _DAY.match(str(data.get(name) or "")):
            return found.group()
    return ""


def _zh(pair: Pair) -> str:
    said = [KINDS[pair.kind][0] + f"（相似度 {pair.likeness:.0%}）"]
    if pair.figures:
        said.append("数字不同：" + "、".join(f"{at}{one}→{other}" for at, one, other in pair.figures))
    if pair.flag == "copied":
        said.append("持有单位不同，疑似抄录")
    elif pair.flag:
        said.append("至少一方未写明持有单位，无法判断是否抄录")
    said.append(f"“{pair.first}”在先" if pair.first else "先后不明")
    return "；".join(said) + "。"


def _en(pair: Pair) -> str:
    said = [KINDS[pair.kind][1] + f" ({pair.likeness:.0%} alike)"]
    if pair.figures:
        said.append(
            "figures differ: " + ", ".join(f"{at} {one} → {other}" for at, one, other in pair.figures)
        )
    if pair.flag == "copied":
        said.append("held by different organisations, perhaps copied")
    elif pair.flag:
        said.append("at least one states no holder, so copying cannot be told")
    said.append(f"“{pair.first}” came first" if pair.first else "which came first is not known")
    told = "; ".join(said) + "."
    return told[0].upper() + told[1:]
