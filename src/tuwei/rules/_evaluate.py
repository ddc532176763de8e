"""The one evaluator: the same nodes for one enterprise (Python integers) and for columns of many (numpy).

Nothing is ever rounded. A quantity is a fraction ``num / den`` of whole numbers; two are compared by
cross-multiplication. For columns the products are first formed in 64-bit floats beside a bound on their error
(a floating-point filter: Shewchuk, Discrete & Computational Geometry 18, 1997, section 3); the rows whose
difference lies within the bound, the near and exact ties, are formed again in Python's integers.
Verdicts follow Kleene's strong three-valued logic, coded 0 no, 1 unknown, 2 yes: *and* is the minimum.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from tuwei.rules import _expression as x

NO, UNKNOWN, YES = 0, 1, 2
NAMES = {NO: "no", UNKNOWN: "unknown", YES: "yes"}
EXACT = 2.0**53
"""Whole numbers up to here are exact in a 64-bit float."""
ROUNDING = 256 * 2.0**-53
"""More than the roundings of any comparison here can add up to, relative to the size of its terms."""
_TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt, "eq": operator.eq,
}  # fmt: skip


@dataclass(slots=True)
class Value:
    """A quantity: ``num / den`` with ``den > 0``; ``size`` is ``num`` with every term taken positive.

    ``unsure`` marks rows of a float column whose sign of the denominator only exact numbers can tell.
    """

    num: Any
    den: Any = 1
    known: Any = True
    defined: Any = True
    size: Any = None
    unsure: Any = False


@dataclass(slots=True)
class Interval:
    """Whole points, ``lo ≤ hi``."""

    lo: Any
    hi: Any


class Scalars:
    """The algebra of one enterprise: plain Python.

    Parameters
    ----------
    facts
        Name → whole number, verdict, code of a closed list or ``(lo, hi)``; None is unknown, but for verdicts.
    """

    exact = True
    no, unknown, yes = NO, UNKNOWN, YES
    least, most, opposite = staticmethod(min), staticmethod(max), staticmethod(operator.not_)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts

    def figure(self, fact: str, signed: bool) -> Value:
        """Return a number."""
        value = self.facts[fact]
        return Value(0, known=False) if value is None else Value(value, size=0 if signed else None)

    def interval(self, fact: str, lo: int, hi: int) -> Interval:
        """Return given points, all that are possible while unknown."""
        value = self.facts[fact]
        return Interval(lo, hi) if value is None else Interval(*value)

    def flag(self, fact: str) -> Any:
        """Return the verdict of a yes-or-no fact."""
        return self.facts[fact]

    def among(self, fact: str, values: tuple[str, ...]) -> Any:
        """Return whether a fact of a closed list is one of these."""
        value = self.facts[fact]
        return UNKNOWN if value is None else YES if value in values else NO

    @staticmethod
    def where(mask: Any, yes: Any, no: Any) -> Any:
        """Return ``yes`` where the mask holds, else ``no``."""
        return yes if mask else no

    pick = where

    @staticmethod
    def call(function: Callable[..., int], *values: Any) -> Any:
        """Call a function of whole numbers."""
        return function(*values)

    @staticmethod
    def some(mask: Any) -> bool:
        """Whether the mask holds anywhere."""
        return bool(mask)


class Columns:
    """The algebra of many enterprises: numpy, in floats, or exact in Python's integers.

    Parameters
    ----------
    facts
        Name → column: numbers ``(int64 values, mask of the known rows or True)``; points ``(int64 lo, int64
        hi)``; verdicts int8; codes of a closed list as str, ``""`` unknown.
    rows
        Number of rows.
    index
        The rows of the columns this is about, all where None; with it quantities are formed in integers.
    """

    no, unknown, yes = np.int8(NO), np.int8(UNKNOWN), np.int8(YES)
    least, most, opposite = staticmethod(np.minimum), staticmethod(np.maximum), staticmethod(np.logical_not)

    def __init__(self, facts: Mapping[str, Any], rows: int, index: Any = None) -> None:
        self.facts, self.rows, self.index = facts, rows, index
        self.exact = index is not None
        self._kind: Any = object if self.exact else np.float64

    def take(self, rows: Any) -> Columns:
        """Return the same facts of some rows, to be evaluated exactly."""
        return Columns(self.facts, len(rows), rows if self.index is None else self.index[rows])

    def _cut(self, column: Any) -> Any:
        return column[self.index] if self.exact and isinstance(column, np.ndarray) else column

    def figure(self, fact: str, signed: bool) -> Value:
        values, known = self.facts[fact]
        num = self._cut(values).astype(self._kind)
        return Value(num, known=self._cut(known), size=np.abs(num) if signed else None)

    def interval(self, fact: str, lo: int, hi: int) -> Interval:
        low, high = self.facts[fact]
        return Interval(self._cut(low), self._cut(high))

    def flag(self, fact: str) -> Any:
        return self._cut(self.facts[fact])

    def among(self, fact: str, values: tuple[str, ...]) -> Any:
        given = self._cut(self.facts[fact])
        return np.where(given == "", self.unknown, np.where(np.isin(given, values), self.yes, self.no))

    @staticmethod
    def where(mask: Any, yes: Any, no: Any) -> Any:
        if isinstance(mask, np.ndarray):
            return np.where(mask, yes, no)
        return yes if mask else no

    def pick(self, mask: Any, yes: Any, no: Any) -> Any:
        """As `where`, for the numbers of quantities: they keep their kind."""
        if not isinstance(mask, np.ndarray):
            return yes if mask else no
        if not self.exact:
            return np.where(mask, np.float64(yes) if isinstance(yes, int) else yes, no)
        chosen = np.empty(self.rows, object)
        chosen[:] = no
        chosen[mask] = yes[mask] if isinstance(yes, np.ndarray) else yes
        return chosen

    def call(self, function: Callable[..., int], *values: Any) -> Any:
        results = np.frompyfunc(lambda *given: function(*map(int, given)), len(values), 1)(*values)
        return results.astype(self._kind) if isinstance(results, np.ndarray) else results

    @staticmethod
    def some(mask: Any) -> bool:
        return bool(np.any(mask))


class Evaluator:
    """Evaluates nodes over one algebra; what was computed once is kept.

    Examples
    --------
    >>> share = x.Figure("tech_staff") / x.Figure("employees")
    >>> Evaluator(Scalars({"tech_staff": 10, "employees": 100}))(share >= x.number("10%"))
    2
    """

    def __init__(self, algebra: Scalars | Columns, kept: dict[int, Any] | None = None) -> None:
        self.algebra = algebra
        self.kept: dict[int, Any] = {} if kept is None else kept

    def __call__(self, node: x.Node) -> Any:
        """Return a `Value`, an `Interval` or a verdict (0, 1, 2; or an array of them)."""
        found = self.kept.get(id(node))
        if found is None:
            found = self.kept[id(node)] = _METHODS[type(node)](self, node)
        return found

    # --- quantities ---

    def _number(self, node: x.Number) -> Value:
        return Value(node.value.numerator, node.value.denominator, size=_mark(node.value))

    def _figure(self, node: x.Figure) -> Value:
        found: Value = self.algebra.figure(node.fact, node.signed)
        return found

    def _sum(self, node: x.Sum) -> Value:
        return self._added(self(node.left), self(node.right), operator.add)

    def _difference(self, node: x.Difference) -> Value:
        return self._added(self(node.left), self(node.right), operator.sub)

    def _added(self, a: Value, b: Value, add: Callable[[Any, Any], Any]) -> Value:
        same = a.den is b.den
        num = add(a.num, b.num) if same else add(a.num * b.den, b.num * a.den)
        size: Any = None
        if not (a.size is None and b.size is None and add is operator.add):  # it may be negative
            one, two = _size(a), _size(b)
            size = 0 if self.algebra.exact else one + two if same else one * b.den + two * a.den
        return _joined(a, b, num, a.den if same else a.den * b.den, size)

    def _product(self, node: x.Product) -> Value:
        a, b = self(node.left), self(node.right)
        size = None if a.size is None and b.size is None else _size(a) * _size(b)
        return _joined(a, b, a.num * b.num, a.den * b.den, size)

    def _ratio(self, node: x.Ratio) -> Value:
        a, b, o = self(node.left), self(node.right), self.algebra
        num, den = a.num * b.den, a.den * b.num
        result = _joined(a, b, num, den, None if a.size is None else _size(a) * b.den)
        if b.size is not None:  # the denominator may be negative
            minus = den < 0
            result.num, den = o.pick(minus, -num, num), o.pick(minus, -den, den)
            result.size = _size(a) * b.den
            if not o.exact:
                result.unsure = result.unsure | ((den <= ROUNDING * b.size) & (b.size > EXACT))
        zero = den == 0
        if o.some(zero):
            result.defined = result.defined & o.opposite(zero)
            den = o.pick(zero, 1, den)
        result.den = den
        return result

    def _chosen(self, node: x.Chosen) -> Value:
        result: Value = self(node.otherwise)
        for test, quantity in reversed(node.cases):
            verdict = self(test)
            result = self._picked(verdict == YES, self(quantity), result)
            result.known = result.known & (verdict != UNKNOWN)
        return result

    def _picked(self, mask: Any, a: Value, b: Value) -> Value:
        o = self.algebra
        size = None if a.size is None and b.size is None else o.pick(mask, _size(a), _size(b))
        return Value(
            o.pick(mask, a.num, b.num),
            a.den if a.den is b.den else o.pick(mask, a.den, b.den),
            o.where(mask, a.known, b.known),
            o.where(mask, a.defined, b.defined),
            size,
            o.where(mask, a.unsure, b.unsure),
        )

    def _extreme(self, node: x.Extreme) -> Value:
        """An undefined option is no option; unknown while either is."""
        a, b = self(node.left), self(node.right)
        ahead = self._holds(node.ahead, b, a)
        result = self._picked((ahead & b.defined) | self.algebra.opposite(a.defined), b, a)
        result.known = a.known & b.known
        return result

    def _called(self, node: x.Called) -> Value:
        values = [self(argument) for argument in node.arguments]
        known = reduce(operator.and_, (value.known for value in values))
        given = [self.algebra.pick(known, value.num, 1) for value in values]  # 1: any day the function takes
        return Value(self.algebra.call(node.function, *given), known=known)

    # --- points ---

    def _points_constant(self, node: x.PointsConstant) -> Interval:
        return Interval(node.lo, node.hi)

    def _points_figure(self, node: x.PointsFigure) -> Interval:
        found: Interval = self.algebra.interval(node.fact, node.lo, node.hi)
        return found

    def _points_sum(self, node: x.PointsSum) -> Interval:
        terms = [self(term) for term in node.terms]
        return Interval(
            reduce(operator.add, (term.lo for term in terms)),
            reduce(operator.add, (term.hi for term in terms)),
        )

    def _points_cap(self, node: x.PointsCap) -> Interval:
        term = self(node.term)
        return Interval(self.algebra.least(term.lo, node.most), self.algebra.least(term.hi, node.most))

    def _points_best(self, node: x.PointsBest) -> Interval:
        options = [self(option) for option in node.options.values()]
        return Interval(
            reduce(self.algebra.most, (option.lo for option in options)),
            reduce(self.algebra.most, (option.hi for option in options)),
        )

    def _points_chosen(self, node: x.PointsChosen) -> Interval:
        o = self.algebra
        result: Interval = self(node.otherwise)
        for test, points in reversed(node.cases):
            verdict, option = self(test), self(points)
            yes, unknown = verdict == YES, verdict == UNKNOWN
            lo = o.where(yes, option.lo, result.lo)
            hi = o.where(yes, option.hi, result.hi)
            result = Interval(
                o.where(unknown, o.least(option.lo, result.lo), lo),
                o.where(unknown, o.most(option.hi, result.hi), hi),
            )
        return result

    # --- verdicts ---

    def _fixed(self, node: x.Fixed) -> Any:
        return node.verdict

    def _flag(self, node: x.Flag) -> Any:
        return self.algebra.flag(node.fact)

    def _is(self, node: x.Is) -> Any:
        return self.algebra.among(node.fact, node.values)

    def _compare(self, node: x.Compare) -> Any:
        a, b, o = self(node.left), self(node.right), self.algebra
        verdict = o.where(self._holds(node, a, b) & a.defined & b.defined, o.yes, o.no)
        known = a.known & b.known
        return verdict if known is True else o.where(known, verdict, o.unknown)

    def _holds(self, node: x.Compare, a: Value, b: Value) -> Any:
        """Return where the comparison holds, never mind what is unknown or undefined."""
        left, right = a.num * b.den, b.num * a.den
        holds = _TESTS[node.operator](left, right)
        if self.algebra.exact:
            return holds
        size = _size(a) * b.den + _size(b) * a.den
        near = (np.abs(left - right) <= ROUNDING * size) & (size > EXACT) | a.unsure | b.unsure
        return self._settled(node, holds, np.flatnonzero(near)) if np.any(near) else holds

    def _settled(self, node: x.Compare, holds: Any, rows: Any) -> Any:
        """Form the undecided rows again, in whole numbers."""
        exact = Evaluator(self.algebra.take(rows))  # type: ignore[union-attr]
        a, b = exact(node.left), exact(node.right)
        settled: Any = np.array(holds)
        settled[rows] = _TESTS[node.operator](a.num * b.den, b.num * a.den)
        return settled

    def _reaches(self, node: x.Reaches) -> Any:
        points, o = self(node.points), self.algebra
        mark, test = node.mark.value, _TESTS[node.operator]
        low, high = (test(end * mark.denominator, mark.numerator) for end in (points.lo, points.hi))
        return o.where(low, o.yes, o.where(high, o.unknown, o.no))

    def _all(self, node: x.AllOf) -> Any:
        return reduce(self.algebra.least, (self(test) for test in node.tests))

    def _any(self, node: x.AnyOf) -> Any:
        return reduce(self.algebra.most, (self(test) for test in node.tests))

    def _not(self, node: x.Not) -> Any:
        return 2 - self(node.test)

    def _possible(self, node: x.Possible) -> Any:
        return self.algebra.where(self(node.test) == NO, self.algebra.no, self.algebra.yes)

    def _text(self, node: x.Text) -> Any:
        """Return a word, ``""`` where it is unknown."""
        o, result = self.algebra, node.otherwise
        for test, word in reversed(node.cases):
            verdict = self(test)
            result = o.where(verdict == YES, word, o.where(verdict == UNKNOWN, "", result))
        return result

    def _inner(self, node: x.Named | x.PointsNamed | x.Choice) -> Any:
        return self(node.inner)

    def _part(self, node: x.Part) -> Any:
        return self(node.test)


def _mark(value: Fraction) -> int | None:
    return -value.numerator if value < 0 else None


def _size(value: Value) -> Any:
    return value.num if value.size is None else value.size


def _joined(a: Value, b: Value, num: Any, den: Any, size: Any) -> Value:
    return Value(num, den, a.known & b.known, a.defined & b.defined, size, a.unsure | b.unsure)


_METHODS: dict[type[x.Node], Callable[[Evaluator, Any], Any]] = {
    x.Number: Evaluator._number, x.Figure: Evaluator._figure, x.Sum: Evaluator._sum,
    x.Difference: Evaluator._difference, x.Product: Evaluator._product, x.Ratio: Evaluator._ratio,
    x.Chosen: Evaluator._chosen, x.Extreme: Evaluator._extreme, x.Called: Evaluator._called,
    x.Named: Evaluator._inner, x.Choice: Evaluator._inner,
    x.PointsConstant: Evaluator._points_constant, x.PointsFigure: Evaluator._points_figure,
    x.PointsSum: Evaluator._points_sum, x.PointsCap: Evaluator._points_cap,
    x.PointsBest: Evaluator._points_best, x.PointsChosen: Evaluator._points_chosen,
    x.PointsNamed: Evaluator._inner,
    x.Fixed: Evaluator._fixed, x.Flag: Evaluator._flag, x.Is: Evaluator._is, x.Compare: Evaluator._compare,
    x.Reaches: Evaluator._reaches, x.AllOf: Evaluator._all, x.AnyOf: Evaluator._any, x.Not: Evaluator._not,
    x.Possible: Evaluator._possible, x.Part: Evaluator._part, x.Text: Evaluator._text,
}  # fmt: skip
