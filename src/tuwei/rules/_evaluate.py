"""The one evaluator: the same nodes for one enterprise (Python integers) and for columns of many (numpy).

Nothing is ever rounded. A quantity is a fraction ``num / den`` of whole numbers; two are compared by
cross-multiplication. For columns the products are first formed in 64-bit floats beside a bound on their error
(a floating-point filter: Shewchuk, Discrete & Computational Geometry 18, 1997, section 3); the rows whose
difference lies within the bound, the near and exact ties, are formed again in Python's integers.
Verdicts follow Kleene's strong three-valued logic, coded 0 no, 1 unknown, 2 yes: *and* is the minimum.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import reduce
from typing import Any, cast

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
    """Evaluates nodes over one algebra; what was computed once is kept, or of it only the ``shared`` nodes.

    Columns that one node alone needs are let go at once: their memory, still in the cache, serves the next.

    Examples
    --------
    >>> share = x.Figure("tech_staff") / x.Figure("employees")
    >>> Evaluator(Scalars({"tech_staff": 10, "employees": 100}))(share >= x.number("10%"))
    2
    """

    def __init__(
        self,
        algebra: Scalars | Columns,
        kept: dict[int, Any] | None = None,
        shared: frozenset[int] | None = None,
    ) -> None:
        self.algebra, self.shared = algebra, shared
        self.kept: dict[int, Any] = {} if kept is None else kept

    def __call__(self, node: x.Node) -> Any:
        """Return a `Value`, an `Interval` or a verdict (0, 1, 2; or an array of them)."""
        found = self.kept.get(id(node))
        if found is None:
            found = _METHODS[type(node)](self, node)
            if self.shared is None or id(node) in self.shared:
                self.kept[id(node)] = found
        return found

    # --- quantities ---

    def _number(self, node: x.Number) -> Value:
        num, den = node.value.numerator, node.value.denominator
        return Value(num, den, size=_mark(node.value), top=float(abs(num)), den_top=float(den))

    def _figure(self, node: x.Figure) -> Value:
        found: Value = self.algebra.figure(node.fact, node.signed)
        return found

    def _sum(self, node: x.Sum) -> Value:
        return self._added(self(node.left), self(node.right), operator.add)

    def _difference(self, node: x.Difference) -> Value:
        return self._added(self(node.left), self(node.right), operator.sub)

    def _added(self, a: Value, b: Value, add: Callable[[Any, Any], Any]) -> Value:
        same = a.den is b.den
        num = add(a.num, b.num) if same else add(_times(a.num, b.den), _times(b.num, a.den))
        size: Any = None
        if not (a.size is None and b.size is None and add is operator.add):  # it may be negative
            one, two = _size(a), _size(b)
            size = 0 if self.algebra.exact else one + two if same else _times(one, b.den) + _times(two, a.den)
        result = _joined(a, b, num, a.den if same else _times(a.den, b.den), size)
        result.top = a.top + b.top if same else a.top * b.den_top + b.top * a.den_top
        result.den_top = a.den_top if same else a.den_top * b.den_top
        return result

    def _product(self, node: x.Product) -> Value:
        a, b = self(node.left), self(node.right)
        size = None if a.size is None and b.size is None else _size(a) * _size(b)
        result = _joined(a, b, a.num * b.num, _times(a.den, b.den), size)
        result.top, result.den_top = a.top * b.top, a.den_top * b.den_top
        return result

    def _ratio(self, node: x.Ratio) -> Value:
        a, b, o = self(node.left), self(node.right), self.algebra
        num, den = _times(a.num, b.den), _times(b.num, a.den)
        result = _joined(a, b, num, den, None if a.size is None else _times(_size(a), b.den))
        result.top, result.den_top = a.top * b.den_top, a.den_top * b.top
        if b.size is not None:  # the denominator may be negative
            sign = o.sign(den)
            result.num, den = num * sign, den * sign
            result.size = _times(_size(a), b.den)
        zero = den == 0
        if not o.exact and isinstance(b.num, np.ndarray):
            zero, unsure = self._zero(node.right, b, zero)
            result.unsure = result.unsure | unsure
        if o.some(zero):
            result.defined = result.defined & o.opposite(zero)
            den = den + (den == 0)
        result.den = den
        return result

    def _zero(self, node: x.Quantity, value: Value, zero: Any) -> tuple[Any, Any]:
        """Return where a denominator is zero, and where cancellation took more of it than a float can spare.

        There the sign, the zero and the size of the float tell nothing: the zero is formed in whole numbers, and
        so is every comparison that rests on it.
        """
        unsure = value.unsure
        if unsure is False and (value.size is None or value.top <= EXACT):
            return zero, False
        if value.size is not None:
            unsure = unsure | (np.abs(value.num) * CANCELLED <= value.size) & (value.size > EXACT)
        rows = np.flatnonzero(np.broadcast_to(unsure, value.num.shape))
        if not len(rows):
            return zero, False
        zero = np.array(np.broadcast_to(zero, value.num.shape))
        zero[rows] = Evaluator(self.algebra.take(rows))(node).num == 0  # type: ignore[union-attr]
        return zero, unsure

    def _chosen(self, node: x.Chosen) -> Value:
        result: Value = self(node.otherwise)
        for test, quantity in reversed(node.cases):
            verdict = self(test)
            yes, unknown = verdict == YES, verdict == UNKNOWN
            result = self(quantity) if self.algebra.every(yes) else self._picked(yes, self(quantity), result)
            if self.algebra.some(unknown):
                result.known = result.known & self.algebra.opposite(unknown)
        return result

    def _picked(self, mask: Any, a: Value, b: Value) -> Value:
        o, pick = self.algebra, self.algebra.picker(mask)

        def of(one: Any, other: Any) -> Any:
            return one if one is other else o.either(mask, one, other)

        size = None if a.size is None and b.size is None else pick(_size(a), _size(b))
        den = a.den if a.den is b.den else pick(a.den, b.den)
        num, known = pick(a.num, b.num), of(a.known, b.known)
        tops = max(a.top, b.top), max(a.den_top, b.den_top)
        return Value(num, den, known, of(a.defined, b.defined), size, of(a.unsure, b.unsure), *tops)

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
        given = [
            self.algebra.picker(known)(value.num, 1) for value in values
        ]  # 1: any day the function takes
        return Value(self.algebra.call(node.function, *given), known=known, top=math.inf)

    # --- points ---

    def _points_constant(self, node: x.PointsConstant) -> Interval:
        lo = self.algebra.point(node.lo)
        return Interval(lo, lo if node.lo == node.hi else self.algebra.point(node.hi))

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
        if node.nested and isinstance(self.algebra, Columns):
            return self._looked_up(node)
        result: Interval = self(node.otherwise)
        for test, points in reversed(node.cases):
            result = self._points_picked(self(test), self(points), result)
        return result

    def _looked_up(self, node: x.PointsChosen) -> Interval:
        """Look points up by the number of edges passed: of nested cases each holds where the one before does."""
        rows = [self(points) for points in (node.otherwise, *(points for _, points in reversed(node.cases)))]
        lo, hi = np.array([row.lo for row in rows]), np.array([row.hi for row in rows])
        tests = [test for test, _ in node.cases if isinstance(test, x.Compare)]
        value = self(tests[0].left)
        masks = [mask.view(np.int8) for mask in self._passed(tests, value)][::-1]
        low = _steps(lo, masks)
        found = Interval(low, low if (lo == hi).all() else _steps(hi, masks))
        if value.known is True:
            return found
        return Interval(np.where(value.known, found.lo, lo.min()), np.where(value.known, found.hi, hi.max()))

    def _passed(self, tests: list[x.Compare], value: Value) -> Iterator[Any]:
        """Yield for each edge where the quantity passes it; the quotient is formed once, with its error."""
        edges = [cast(x.Number, test.right).value for test in tests]
        small = all(
            value.top * edge.denominator + value.den_top * abs(edge.numerator) <= EXACT for edge in edges
        )
        if (small and value.unsure is False) or self.algebra.exact or not isinstance(value.num, np.ndarray):
            holds = iter([self._holds(test, value, self(test.right)) for test in tests])
        else:
            holds = self._between(tests, value)
        shape = (cast(Columns, self.algebra).rows,)
        yield from (np.array(np.broadcast_to(one & value.defined, shape)) for one in holds)

    def _between(self, tests: list[x.Compare], value: Value) -> Iterator[Any]:
        quotient = value.num / value.den
        error = 2 * ROUNDING * (_size(value) / value.den)
        low, high = quotient - error, quotient + error
        for test in tests:
            edge = float(cast(x.Number, test.right).value)
            surely, maybe = _TESTS[test.operator](low, edge), _TESTS[test.operator](high, edge)
            if value.unsure is not False or np.count_nonzero(surely) != np.count_nonzero(maybe):
                rows = np.flatnonzero((surely != maybe) | value.unsure)
                surely = self._settled(test, surely, rows) if len(rows) else surely
            yield surely

    def _points_picked(self, verdict: Any, option: Interval, result: Interval) -> Interval:
        o, yes, unknown = self.algebra, verdict == YES, verdict == UNKNOWN
        single = option.lo is option.hi and result.lo is result.hi
        lo = o.where(yes, option.lo, result.lo)
        hi = lo if single else o.where(yes, option.hi, result.hi)
        if o.some(unknown):  # all that is still possible
            lo, hi = (
                o.where(unknown, o.least(option.lo, result.lo), lo),
                o.where(unknown, o.most(option.hi, result.hi), hi),
            )
        return Interval(lo, hi)

    # --- verdicts ---

    def _fixed(self, node: x.Fixed) -> Any:
        return node.verdict

    def _flag(self, node: x.Flag) -> Any:
        return self.algebra.flag(node.fact)

    def _is(self, node: x.Is) -> Any:
        return self.algebra.among(node.fact, node.values)

    def _compare(self, node: x.Compare) -> Any:
        a, b, o = self(node.left), self(node.right), self.algebra
        defined, known = a.defined & b.defined, a.known & b.known
        holds = self._holds(node, a, b)
        verdict = o.verdict(holds if defined is True else holds & defined)
        return verdict if known is True else o.where(known, verdict, o.unknown)

    def _holds(self, node: x.Compare, a: Value, b: Value) -> Any:
        """Return where the comparison holds, never mind what is unknown or undefined."""
        left, right = _times(a.num, b.den), _times(b.num, a.den)
        holds = _TESTS[node.operator](left, right)
        if self.algebra.exact or not isinstance(holds, np.ndarray):  # constants are Python's integers
            return holds
        near = self._near(left, right, a, b)
        return self._settled(node, holds, np.flatnonzero(near)) if self.algebra.some(near) else holds

    @staticmethod
    def _near(left: Any, right: Any, a: Value, b: Value) -> Any:
        """Return the rows a float cannot decide: large numbers closer than their rounding, doubtful denominators."""
        unsure = a.unsure | b.unsure
        if a.top * b.den_top + b.top * a.den_top <= EXACT:
            return unsure
        one = left if a.size is None else _times(a.size, b.den)
        other = right if b.size is None else _times(b.size, a.den)
        size = one + other
        return (np.abs(left - right) <= ROUNDING * size) & (size > EXACT) | unsure

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
        low, high = (test(_times(end, mark.denominator), mark.numerator) for end in (points.lo, points.hi))
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


def _steps(points: Any, masks: list[Any]) -> Any:
    """Return the points of a table from where each edge is passed, the outermost first: a sum of steps."""
    kind = np.int8 if np.abs(points).max() < 64 else np.int32
    steps = (mask * kind(step) for mask, step in zip(masks, np.diff(points), strict=True))
    return reduce(operator.add, steps, kind(points[0]))


def _times(number: Any, den: Any) -> Any:
    """Return the product; a denominator of 1 costs no pass over a column."""
    return number if isinstance(den, int) and den == 1 else number * den


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
