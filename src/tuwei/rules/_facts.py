"""Facts of an enterprise: declared once by each statute, read and checked exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tuwei.rules import _expression as x

FactKind = Literal["money", "count", "ratio", "flag", "date", "choice", "points", "records"]
Turn = Literal["", "up", "down", "both"]
LARGEST = 10**17  # 分, as in tuwei.core.money; far above any head-count


@dataclass(frozen=True)
class Fact:
    """One declared fact.

    Parameters
    ----------
    name, zh, en
        Stable name, labels.
    kind
        ``money`` (元 as number or decimal text; 分 inside), ``count`` (whole number), ``ratio`` (``"12%"`` or
        0.12), ``flag`` (true/false), ``date`` (ISO), ``choice`` (a code of `choices`), ``points`` (a map of
        `items` to a number or ``[lo, hi]``), ``records`` (a list of objects; only their sums count).
    series
        Longest list, oldest year first; 0: a single value.
    low, high
        Inclusive bounds in the kind's inner unit (分, people …); `low` None allows below zero.
    turn
        Which way the enterprise itself can move it: what flips are sought for.
    choices, aliases
        Of ``choice``: code → (Chinese label, English label); other words taken → code. Labels are taken too.
    items
        Of ``points``: item → (lo, hi) possible.
    item_names
        Of ``points``: item → labels in Chinese and English.
    totals
        Of ``records``: name of a total → (field summed, which records), the latter as terms that must all hold:
        ``eligible`` (true), ``!related`` (not true), ``mode=licence|transfer`` (one of these); ``""``: all.
    fields
        Of ``records``: field → its kind: ``money``, ``count`` (missing: the total is unknown), ``money?`` (missing:
        nothing), ``flag`` (missing: true), ``flag?`` (missing: false), ``choice a b`` (missing: the first), ``text``.
    alone
        Of ``records``: the field that a bare amount in place of the list stands for.
    derived
        Of ``records``: name → what it comes to for one record, a whole number or None; a total may sum it.
    """

    name: str
    zh: str
    en: str
    kind: FactKind = "count"
    unit: str = ""
    series: int = 0
    low: int | None = 0
    high: int | None = LARGEST
    turn: Turn = ""
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    item_names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    totals: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    alone: str = ""
    derived: Mapping[str, Callable[[Mapping[str, Any]], int | None]] = field(default_factory=dict)
    help_zh: str = ""
    help_en: str = ""

    @property
    def shown_unit(self) -> str:
        """The unit for people: a key of `tuwei.rules._values.UNITS`."""
        kinds = {"money": "yuan", "ratio": "ratio", "flag": "flag", "date": "date", "points": "points"}
        return self.unit or kinds.get(self.kind, "count")

    def code_of(self, word: str) -> str | None:
        """Return the code of a choice by its code, label or alias, None where there is none.

        Examples
        --------
        >>> Fact("type", "类型", "Type", "choice", choices={"sale": ("销售", "sale of goods")}).code_of("销售")
        'sale'
        """
        if word in self.choices:
            return word
        wanted = word.strip().casefold()
        labels = ((code, label) for code, pair in self.choices.items() for label in pair)
        found = next((code for code, label in labels if label.casefold() == wanted), None)
        return found or self.aliases.get(wanted)

    def slots(self) -> list[str]:
        """Return the names under which its values stand when facts are laid flat."""
        if self.series:
            return [*(f"{self.name}[{at}]" for at in range(-self.series, 0)), f"{self.name}.count"]
        if self.kind == "points":
            return [f"{self.name}.{item}" for item in self.items]
        if self.kind == "records":
            return [f"{self.name}.{total}" for total in self.totals]
        return [self.name]


class Series:
    """The years of a fact: ``[-1]`` is the last one; a year that does not exist counts nothing."""

    def __init__(self, view: View, fact: Fact) -> None:
        self._view, self._fact = view, fact

    def __getitem__(self, at: int) -> x.Figure:
        if not -self._fact.series <= at < 0:
            raise IndexError(at)
        return self._view.figure(f"{self._fact.name}[{at}]", self._fact.low is None)

    def total(self) -> x.Quantity:
        """Return the sum of all years there are."""
        return x.total([self[at] for at in range(-self._fact.series, 0)])

    @property
    def count(self) -> x.Figure:
        """The number of years there are."""
        return self._view.figure(f"{self._fact.name}.count", False)


class View:
    """The facts as a statute writes with them.

    Examples
    --------
    >>> f = View([Fact("employees", "职工", "Employees"), Fact("clean", "无失信", "Clean record", "flag")])
    >>> type(f.number("employees")).__name__, type(f.flag("clean")).__name__
    ('Figure', 'Flag')
    """

    def __init__(self, facts: Sequence[Fact]) -> None:
        self._facts = {fact.name: fact for fact in facts}
        self._kept: dict[str, x.Figure] = {}

    def figure(self, slot: str, signed: bool) -> x.Figure:
        """Return the one node of a slot, so that what is built of it is computed once."""
        return self._kept.setdefault(slot, x.Figure(slot, signed))

    def number(self, name: str) -> x.Figure:
        """Return a single number, date or ratio."""
        fact = self._facts[name]
        if fact.series or fact.kind not in ("money", "count", "ratio", "date"):
            raise TypeError(f"{name} is no single number")
        return self.figure(name, fact.low is None)

    def series(self, name: str) -> Series:
        """Return the years of a fact."""
        if not self._facts[name].series:
            raise TypeError(f"{name} is no series")
        return Series(self, self._facts[name])

    def flag(self, name: str) -> x.Flag:
        """Return a yes-or-no fact."""
        if self._facts[name].kind != "flag":
            raise TypeError(f"{name} is no flag")
        return x.Flag(name)

    def among(self, name: str, *values: str) -> x.Is:
        """Return whether a fact of a closed list is one of ``values``."""
        if not set(values) <= set(self._facts[name].choices):
            raise ValueError(f"{name}: {values}")
        return x.Is(name, values)

    def points(self, name: str, item: str) -> x.PointsFigure:
        """Return the points somebody gives to an item."""
        return x.PointsFigure(f"{name}.{item}", *self._facts[name].items[item])

    def total(self, name: str, total: str) -> x.Figure:
        """Return a total of records."""
        if total not in self._facts[name].totals:
            raise KeyError(f"{name}: {total}")
        return self.figure(f"{name}.{total}", False)
