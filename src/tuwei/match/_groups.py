"""Pairs of near-duplicates put together into groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tuwei.match._near import Flag, Listing, Pair

GroupKind = Literal["duplicates", "figures", "contained"]
KINDS: tuple[GroupKind, ...] = ("duplicates", "figures", "contained")
NAMES: dict[str, tuple[str, str]] = {
    "duplicates": ("近似重复", "near-duplicates"),
    "figures": ("文字相同、数字不同", "same text, other figures"),
    "contained": ("短文整段收入长文", "texts taken over into longer ones"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Records that are near each other.

    Parameters
    ----------
    kind
        ``duplicates``; ``figures`` (same text, other figures); ``contained``.
    records
        Ids, in the order given.
    pairs
        The most alike pairs that hold the group together, one fewer than records (of ``contained``: every pair
        found). Two records of a group may be less alike than the threshold when others link them.
    flag
        ``copied`` where one of the pairs is.
    first
        Id of the earliest record, ``""`` where the dates do not tell.
    """

    kind: GroupKind
    records: list[str]
    pairs: list[Pair] = field(default_factory=list)
    flag: Flag = ""
    first: str = ""

    @property
    def zh(self) -> str:
        """The finding in one Chinese sentence."""
        copied = "；持有单位不同，疑似抄录" if self.flag == "copied" else ""
        first = f"；“{self.first}”在先" if self.first else "；先后不明"
        return f"{len(self.records)} 条{NAMES[self.kind][0]}{copied}{first}。"

    @property
    def en(self) -> str:
        """The finding in one English sentence."""
        copied = "; held by different organisations, perhaps copied" if self.flag == "copied" else ""
        first = f"; “{self.first}” came first" if self.first else "; which came first is not known"
        return f"{len(self.records)} records: {NAMES[self.kind][1]}{copied}{first}."

    def as_dict(self) -> dict[str, Any]:
        """Return the line of the output file."""
        return {
            **{name: getattr(self, name) for name in ("kind", "records", "flag", "first", "zh", "en")},
            "pairs": [pair.as_dict() for pair in self.pairs],
        }


def grouped(listings: Sequence[Listing], pairs: Iterable[Pair]) -> list[Group]:
    """Put pairs together, the most alike first (Kruskal 1956): duplicates, then figures, then contained."""
    place = {one.id: at for at, one in enumerate(listings)}
    ordered = sorted(pairs, key=lambda pair: (-pair.likeness, place[pair.one], place[pair.other]))
    sets = _Sets()
    tree = [pair for pair in ordered if pair.kind in ("same", "near") and sets.join(pair.one, pair.other)]
    found = _told("duplicates", tree, listings, place)
    variants = [pair for pair in ordered if pair.kind == "figures" and sets.join(pair.one, pair.other)]
    found += _told("figures", variants, listings, place)
    parts = [
        pair for pair in ordered if pair.kind == "contained" and sets.find(pair.one) != sets.find(pair.other)
    ]
    return found + _told("contained", parts, listings, place)


class _Sets:
    """Union-find with path halving."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def find(self, one: str) -> str:
        while (above := self._above.get(one, one)) != one:
            self._above[one] = self._above.get(above, above)
            one = above
        return one

    def join(self, one: str, other: str) -> bool:
        """Unite two sets; False where they were one already."""
        mine, theirs = self.find(one), self.find(other)
        self._above[max(mine, theirs)] = min(mine, theirs)
        return mine != theirs


def _told(
    kind: GroupKind, pairs: Sequence[Pair], listings: Sequence[Listing], place: dict[str, int]
) -> list[Group]:
    sets = _Sets()
    for pair in pairs:
        sets.join(pair.one, pair.other)
    held: dict[str, list[Pair]] = {}
    for pair in pairs:
        held.setdefault(sets.find(pair.one), []).append(pair)
    found = [_group(kind, some, listings, place) for some in held.values()]
    return sorted(found, key=lambda group: place[group.records[0]])


def _group(kind: GroupKind, pairs: list[Pair], listings: Sequence[Listing], place: dict[str, int]) -> Group:
    records = sorted({name for pair in pairs for name in (pair.one, pair.other)}, key=place.__getitem__)
    flags = {pair.flag for pair in pairs}
    flag: Flag = "copied" if "copied" in flags else "unknown_holder" if "unknown_holder" in flags else ""
    return Group(kind, records, pairs, flag, _earliest([listings[place[name]] for name in records]))


def _earliest(members: Sequence[Listing]) -> str:
    """The id of the one earlier than all others; unknown where one has no date or dates do not tell."""
    if not all(one.day for one in members):
        return ""
    best = min(members, key=lambda one: one.day)
    ties = [one for one in members if one.day[: len(best.day)] == best.day[: len(one.day)]]
    return best.id if len(ties) == 1 else ""
