"""What statutes are written in: quantities, points and verdicts that stay formulas until they meet facts.

A statute builds one graph of these nodes. The same graph is then evaluated for one enterprise or for columns of
many (`tuwei.rules._evaluate`), explained (`_explain`) and solved for what would turn it (`_flips`).

Examples
--------
>>> share = Figure("tech_staff") / Figure("employees")
>>> type((share >= number("10%")) & Flag("clean_record")).__name__
'AllOf'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Union

if TYPE_CHECKING:
    from tuwei.rules._parameters import Citation

Operator = Literal["ge", "gt", "le", "lt", "eq"]
Numeric = Union["Quantity", int, Fraction]
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)(%?)")


class Node:
    """One node; two nodes are the same only when they are one object."""

    def parts(self) -> tuple[Node, ...]:
        """Return the nodes this one is made of."""
        return ()


class Quantity(Node):
    """An exact number: money in 分, people, days, or a ratio of them."""

    def __add__(self, other: Numeric) -> Quantity:
        return Sum(self, quantity(other))

    def __sub__(self, other: Numeric) -> Quantity:
        return Difference(self, quantity(other))

    def __mul__(self, other: Numeric) -> Quantity:
        return Product(self, quantity(other))

    def __truediv__(self, other: Numeric) -> Quantity:
        return Ratio(self, quantity(other))

    def __ge__(self, other: Numeric) -> Verdict:
        return Compare("ge", self, quantity(other))

    def __gt__(self, other: Numeric) -> Verdict:
        return Compare("gt", self, quantity(other))

    def __le__(self, other: Numeric) -> Verdict:
        return Compare("le", self, quantity(other))

    def __lt__(self, other: Numeric) -> Verdict:
        return Compare("lt", self, quantity(other))

    def equals(self, other: Numeric) -> Verdict:
        """Return the verdict on equality; ``==`` stays Python's identity, nodes being keys of dicts."""
        return Compare("eq", self, quantity(other))


class Points(Node):
    """Whole points of a score, as an interval ``[lo, hi]``."""

    def __add__(self, other: Points) -> Points:
        return PointsSum((self, other))

    def __ge__(self, other: Number) -> Verdict:
        return Reaches("ge", self, other)

    def __gt__(self, other: Number) -> Verdict:
        return Reaches("gt", self, other)


class Verdict(Node):
    """Yes, no or unknown."""

    def __and__(self, other: Verdict) -> Verdict:
        return AllOf((*_flat(self, AllOf), *_flat(other, AllOf)))

    def __or__(self, other: Verdict) -> Verdict:
        return AnyOf((*_flat(self, AnyOf), *_flat(other, AnyOf)))

    def __invert__(self) -> Verdict:
        return Not(self)


def _flat(node: Verdict, kind: type[AllOf] | type[AnyOf]) -> tuple[Verdict, ...]:
    return node.tests if isinstance(node, kind) else (node,)


@dataclass(frozen=True, eq=False)
class Number(Quantity):
    """A constant, with where it stands in law when it is a parameter."""

    value: Fraction
    source: Citation | None = None


@dataclass(frozen=True, eq=False)
class Figure(Quantity):
    """A figure of the enterprise. ``signed`` when it may be below zero."""

    fact: str
    signed: bool = False


@dataclass(frozen=True, eq=False)
class _Pair(Quantity):
    left: Quantity
    right: Quantity

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


class Sum(_Pair):
    """``left + right``."""


class Difference(_Pair):
    """``left − right``."""


class Product(_Pair):
    """``left · right``."""


class Ratio(_Pair):
    """``left / right``; undefined where right is zero: then every comparison fails."""


@dataclass(frozen=True, eq=False)
class Chosen(Quantity):
    """The quantity of the first case that holds, else ``otherwise``; unknown while a case before is."""

    cases: tuple[tuple[Verdict, Quantity], ...]
    otherwise: Quantity

    def parts(self) -> tuple[Node, ...]:
        return (*(node for case in self.cases for node in case), self.otherwise)


@dataclass(frozen=True, eq=False)
class Extreme(Quantity):
    """``right`` where ``ahead`` holds, or where ``left`` is undefined; else ``left``. Unknown while one is."""

    left: Quantity
    right: Quantity
    ahead: Compare

    def parts(self) -> tuple[Node, ...]:
        return (self.ahead,)


@dataclass(frozen=True, eq=False)
class Choice(Quantity):
    """The best of named options, which the law lets the enterprise choose from; the one taken is reported."""

    id: str
    options: Mapping[str, Quantity]
    inner: Quantity

    def parts(self) -> tuple[Node, ...]:
        return (self.inner,)


@dataclass(frozen=True, eq=False)
class Called(Quantity):
    """A function of whole numbers that is no formula: calendar arithmetic on day numbers."""

    function: Callable[..., int]
    arguments: tuple[Quantity, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(frozen=True, eq=False)
class Named(Quantity):
    """A quantity with a name, shown to people under it."""

    id: str
    inner: Quantity

    def parts(self) -> tuple[Node, ...]:
        return (self.inner,)


@dataclass(frozen=True, eq=False)
class Text(Node):
    """A word: that of the first case that holds, else ``otherwise``; unknown while a case before is."""

    cases: tuple[tuple[Verdict, str], ...]
    otherwise: str

    def parts(self) -> tuple[Node, ...]:
        return tuple(test for test, _ in self.cases)


@dataclass(frozen=True, eq=False)
class PointsConstant(Points):
    """A fixed interval."""

    lo: int
    hi: int


@dataclass(frozen=True, eq=False)
class PointsFigure(Points):
    """Points somebody gives: ``[lo, hi]`` while unknown."""

    fact: str
    lo: int
    hi: int


@dataclass(frozen=True, eq=False)
class PointsSum(Points):
    """The sum."""

    terms: tuple[Points, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.terms


@dataclass(frozen=True, eq=False)
class PointsCap(Points):
    """At most ``most``."""

    term: Points
    most: int

    def parts(self) -> tuple[Node, ...]:
        return (self.term,)


@dataclass(frozen=True, eq=False)
class PointsBest(Points):
    """The best of named options; with ``id`` it is a choice the law gives, and is reported."""

    options: Mapping[str, Points]
    id: str = ""

    def parts(self) -> tuple[Node, ...]:
        return tuple(self.options.values())


@dataclass(frozen=True, eq=False)
class PointsChosen(Points):
    """The points of the first case that holds; all that are still possible while a case is unknown.

    ``nested``: constants by rising or falling edges of one quantity, so that each case holds where the one before does.
    """

    cases: tuple[tuple[Verdict, Points], ...]
    otherwise: Points
    nested: bool = False

    def parts(self) -> tuple[Node, ...]:
        return (*(node for case in self.cases for node in case), self.otherwise)


@dataclass(frozen=True, eq=False)
class PointsNamed(Points):
    """Points with a name."""

    id: str
    inner: Points

    def parts(self) -> tuple[Node, ...]:
        return (self.inner,)


@dataclass(frozen=True, eq=False)
class Fixed(Verdict):
    """Always the same: 0 no, 1 unknown, 2 yes."""

    verdict: int


@dataclass(frozen=True, eq=False)
class Flag(Verdict):
    """A yes-or-no fact."""

    fact: str


@dataclass(frozen=True, eq=False)
class Is(Verdict):
    """A fact of a closed list is one of ``values``."""

    fact: str
    values: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Compare(Verdict):
    """Two quantities compared, by cross-multiplication."""

    operator: Operator
    left: Quantity
    right: Quantity

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, eq=False)
class Reaches(Verdict):
    """Points against a mark: yes when ``lo`` passes, no when not even ``hi`` does."""

    operator: Literal["ge", "gt"]
    points: Points
    mark: Number

    def parts(self) -> tuple[Node, ...]:
        return (self.points, self.mark)


@dataclass(frozen=True, eq=False)
class AllOf(Verdict):
    """Kleene's and."""

    tests: tuple[Verdict, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.tests


@dataclass(frozen=True, eq=False)
class AnyOf(Verdict):
    """Kleene's or."""

    tests: tuple[Verdict, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.tests


@dataclass(frozen=True, eq=False)
class _One(Verdict):
    test: Verdict

    def parts(self) -> tuple[Node, ...]:
        return (self.test,)


class Not(_One):
    """Kleene's not."""


class Possible(_One):
    """Yes unless the test is no: for amounts that hold good if what is open turns out well."""


@dataclass(frozen=True, eq=False)
class Part(Verdict):
    """A verdict with a name, shown to people under it."""

    id: str
    test: Verdict

    def parts(self) -> tuple[Node, ...]:
        return (self.test,)


def number(value: str | int | Fraction) -> Number:
    """Return a constant from ``10``, ``"2.5"`` or ``"10%"``, exactly.

    Examples
    --------
    >>> number("2.5%").value
    Fraction(1, 40)
    """
    if isinstance(value, str):
        found = _PERCENT.fullmatch(value)
        if found is None:
            raise ValueError(f"not a number: {value}")
        return Number(Fraction(found[1]) / (100 if found[2] else 1))
    return Number(Fraction(value))


def quantity(value: Numeric) -> Quantity:
    """Return the value itself, or a constant made of it."""
    return value if isinstance(value, Quantity) else number(value)
