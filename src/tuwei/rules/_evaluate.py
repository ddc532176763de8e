"""The one evaluator: the same nodes for one enterprise (Python integers) and for columns of many (numpy).

Nothing is ever rounded. A quantity is a fraction ``num / den`` of whole numbers; two are compared by
cross-multiplication. For columns the products are first formed in 64-bit floats beside a bound on their error
(a floating-point filter: Shewchuk, Discrete & Computational Geometry 18, 1997, section 3); the rows whose
difference lies within the bound, the near and exact ties, are formed again in Python's integers.
Verdicts follow Kleene's strong three-valued logic, coded 0 no, 1 unknown, 2 yes: *and* is the minimum.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from tuwei.rules import _expression as x
from tuwei.rules._algebra import NO, UNKNOWN, YES, Columns, Interval, Scalars, Value

__all__ = ["NAMES", "NO", "UNKNOWN", "YES", "Columns", "Evaluator", "Interval", "Scalars", "Value"]

NAMES = {NO: "no", UNKNOWN: "unknown", YES: "yes"}
EXACT = 2.0**53
"""Whole numbers up to here are exact in a 64-bit float."""
ROUNDING = 256 * 2.0**-53
"""More than the roundings of any comparison here can add up to, relative to the size of its terms."""
CANCELLED = 4
"""A denominator is taken as a float only while its terms leave at least one part in so many of their size."""
_TESTS: dict[str, Callable[[Any, Any], Any]] = {
    "ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt, "eq": operator.eq,
}  # fmt: skip


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
        zero = den == 0
        if o.some(zero):
            den = o.pick(zero, 1, den)
        if not o.exact and isinstance(b.num, np.ndarray):
            zero, unsure = self._zero(node.right, b, zero)
            result.unsure = result.unsure | unsure
        if o.some(zero):
            result.defined = result.defined & o.opposite(zero)
        result.den = den
        return result

    def _zero(self, node: x.Quantity, value: Value, zero: Any) -> tuple[Any, Any]:
        """Return where a denominator is zero, and where cancellation took more of it than a float can spare.

        There the sign, the zero and the size of the float tell nothing: the zero is formed in whole numbers, and
        so is every comparison that rests on it.
        """
        unsure = value.unsure
        if value.size is None and unsure is False:
            return zero, False
        if value.size is not None:
            unsure = unsure | (np.abs(value.num) * CANCELLED <= value.size) & (value.size > EXACT)
        rows = np.flatnonzero(np.broadcast_to(unsure, value.num.shape))
        if len(rows):
            zero = np.array(np.broadcast_to(zero, value.num.shape))
            zero[rows] = Evaluator(self.algebra.take(rows))(node).num == 0  # type: ignore[union-attr]
        return zero, unsure

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
        if self.algebra.exact or not isinstance(holds, np.ndarray):  # constants are Python's integers
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
