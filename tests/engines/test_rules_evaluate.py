"""The evaluator of statutes: one enterprise, columns in floats and columns in whole numbers say the same.

They are held to a fourth reading of the same formula, written here with `Fraction` and nothing of the engine's
arithmetic. Amounts go up to 10¹⁷ 分, where a 64-bit float no longer tells neighbouring whole numbers apart.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tuwei.rules import _expression as x
from tuwei.rules._evaluate import Columns, Evaluator, Scalars

MOST = 10**17
NO, UNKNOWN, YES = 0, 1, 2
OPERATORS = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "eq": operator.eq,
}
Row = dict[str, Any]
PLAIN, SIGNED, FLAGS = ("a", "b", "c"), ("s", "t"), ("f", "g")


# --- the fourth reading ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """A quantity that is no number: unknown, or undefined."""

    why: str


UNKNOWN_QUANTITY, UNDEFINED = Missing("unknown"), Missing("undefined")
Number = Fraction | Missing


def quantity(node: x.Quantity, row: Row) -> Number:
    if isinstance(node, x.Number):
        return node.value
    if isinstance(node, x.Figure):
        return UNKNOWN_QUANTITY if row[node.fact] is None else Fraction(row[node.fact])
    if isinstance(node, x.Chosen):
        for test, option in node.cases:
            found = verdict(test, row)
            if found != NO:
                return quantity(option, row) if found == YES else UNKNOWN_QUANTITY
        return quantity(node.otherwise, row)
    if isinstance(node, x.Extreme):
        return extreme(node, row)
    assert isinstance(node, x.Sum | x.Difference | x.Product | x.Ratio)
    return pair(node, quantity(node.left, row), quantity(node.right, row))


def pair(node: x.Quantity, a: Number, b: Number) -> Number:
    if UNKNOWN_QUANTITY in (a, b):
        return UNKNOWN_QUANTITY
    if isinstance(a, Missing) or isinstance(b, Missing) or (isinstance(node, x.Ratio) and b == 0):
        return UNDEFINED
    if isinstance(node, x.Sum):
        return a + b
    if isinstance(node, x.Difference):
        return a - b
    return a * b if isinstance(node, x.Product) else a / b


def extreme(node: x.Extreme, row: Row) -> Number:
    a, b = quantity(node.left, row), quantity(node.right, row)
    if UNKNOWN_QUANTITY in (a, b):
        return UNKNOWN_QUANTITY
    if isinstance(a, Missing) or isinstance(b, Missing):
        return b if isinstance(a, Missing) else a
    return max(a, b) if node.ahead.operator == "gt" else min(a, b)


def points(node: x.Points, row: Row) -> tuple[int, int]:
    if isinstance(node, x.PointsConstant):
        return node.lo, node.hi
    if isinstance(node, x.PointsFigure):
        return row[node.fact] or (node.lo, node.hi)
    if isinstance(node, x.PointsCap):
        lo, hi = points(node.term, row)
        return min(lo, node.most), min(hi, node.most)
    if isinstance(node, x.PointsChosen):
        return chosen_points(node, row)
    terms = node.terms if isinstance(node, x.PointsSum) else tuple(node.options.values())  # type: ignore[attr-defined]
    join = sum if isinstance(node, x.PointsSum) else max
    ends = [points(term, row) for term in terms]
    return join(lo for lo, _ in ends), join(hi for _, hi in ends)


def chosen_points(node: x.PointsChosen, row: Row) -> tuple[int, int]:
    """All that is possible: every case that may hold, up to the first that surely does."""
    possible = []
    for test, option in node.cases:
        found = verdict(test, row)
        if found != NO:
            possible.append(points(option, row))
        if found == YES:
            break
    else:
        possible.append(points(node.otherwise, row))
    return min(lo for lo, _ in possible), max(hi for _, hi in possible)


def verdict(node: x.Verdict, row: Row) -> int:
    if isinstance(node, x.Fixed):
        return node.verdict
    if isinstance(node, x.Flag):
        return int(row[node.fact])
    if isinstance(node, x.Is):
        return UNKNOWN if row[node.fact] is None else YES if row[node.fact] in node.values else NO
    if isinstance(node, x.Not):
        return {NO: YES, UNKNOWN: UNKNOWN, YES: NO}[verdict(node.test, row)]
    if isinstance(node, x.AllOf | x.AnyOf):
        return (min if isinstance(node, x.AllOf) else max)(verdict(test, row) for test in node.tests)
    if isinstance(node, x.Reaches):
        lo, hi = (OPERATORS[node.operator](end, node.mark.value) for end in points(node.points, row))
        return YES if lo else UNKNOWN if hi else NO
    assert isinstance(node, x.Compare)
    a, b = quantity(node.left, row), quantity(node.right, row)
    if UNKNOWN_QUANTITY in (a, b):
        return UNKNOWN
    if isinstance(a, Missing) or isinstance(b, Missing):
        return NO
    return YES if OPERATORS[node.operator](a, b) else NO


# --- random rows and formulas ---------------------------------------------------------------------------

small = st.integers(0, 6)
huge = st.one_of(
    st.integers(MOST - 40, MOST),
    st.integers(2**53 - 4, 2**53 + 40),
    st.integers(0, MOST),
    st.sampled_from([10**8, 10**8 + 1, 94906265, 94906266, 94906267]),
)
amount = st.one_of(st.none(), small, huge)
signed = st.one_of(st.none(), small, huge, small.map(operator.neg), huge.map(operator.neg))
flag = st.sampled_from([NO, UNKNOWN, YES])
interval = st.one_of(
    st.none(), st.tuples(st.integers(0, 8), st.integers(0, 8)).map(lambda ends: tuple(sorted(ends)))
)
rows = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(PLAIN, amount)
        | dict.fromkeys(SIGNED, signed)
        | dict.fromkeys(FLAGS, flag)
        | {"k": st.sampled_from([None, "one", "two"]), "p": interval}
    ),
    min_size=1,
    max_size=5,
)
FIGURES = [x.Figure(name) for name in PLAIN] + [x.Figure(name, signed=True) for name in SIGNED]
leaves = st.one_of(
    st.sampled_from(FIGURES),
    st.sampled_from(FIGURES),
    st.fractions(-3, 3, max_denominator=7).map(x.number),
    st.integers(MOST - 3, MOST).map(x.number),
)


def formulas(depth: int) -> st.SearchStrategy[x.Quantity]:
    if depth == 0:
        return leaves
    below = formulas(depth - 1)
    pairs = st.tuples(
        st.sampled_from([x.Sum, x.Difference, x.Product, x.Ratio, x.Difference, x.Ratio]), below, below
    )
    joined = pairs.map(lambda drawn: drawn[0](drawn[1], drawn[2]))
    best = st.tuples(st.sampled_from([x.largest, x.smallest]), below, below).map(
        lambda drawn: drawn[0](*drawn[1:])
    )
    cases = st.tuples(verdicts(depth - 1), below, below).map(
        lambda drawn: x.chosen((drawn[0], drawn[1]), otherwise=drawn[2])
    )
    return st.one_of(leaves, joined, joined, joined, best, cases)


def verdicts(depth: int) -> st.SearchStrategy[x.Verdict]:
    plain = st.one_of(
        st.sampled_from([x.Flag("f"), x.Flag("g"), x.Is("k", ("one",)), x.Fixed(0), x.Fixed(1), x.Fixed(2)]),
        st.tuples(st.sampled_from(sorted(OPERATORS)), formulas(depth), formulas(depth)).map(
            lambda drawn: x.Compare(*drawn)
        ),
        st.tuples(st.sampled_from(["ge", "gt"]), scores(depth), st.integers(0, 30).map(x.number)).map(
            lambda drawn: x.Reaches(*drawn)
        ),
    )
    if depth == 0:
        return plain
    below = verdicts(depth - 1)
    joined = st.tuples(st.sampled_from([x.AllOf, x.AnyOf]), st.lists(below, min_size=2, max_size=3)).map(
        lambda drawn: drawn[0](tuple(drawn[1]))
    )
    return st.one_of(plain, plain, joined, below.map(x.Not))


def scores(depth: int) -> st.SearchStrategy[x.Points]:
    ends = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(sorted)
    plain = st.one_of(ends.map(lambda ends: x.PointsConstant(*ends)), st.just(x.PointsFigure("p", 0, 8)))
    if depth == 0:
        return plain
    below = scores(depth - 1)
    chosen = st.tuples(verdicts(depth - 1), below, below).map(
        lambda drawn: x.points_if((drawn[0], drawn[1]), otherwise=drawn[2])
    )
    return st.one_of(
        plain,
        chosen,
        st.lists(below, min_size=1, max_size=3).map(lambda terms: x.PointsSum(tuple(terms))),
        st.tuples(below, st.integers(0, 12)).map(lambda drawn: x.PointsCap(*drawn)),
        st.tuples(below, below).map(lambda drawn: x.best(one=drawn[0], two=drawn[1])),
    )


# --- the engine's three ---------------------------------------------------------------------------------


def columns(given: list[Row]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name in (*PLAIN, *SIGNED):
        listed = [row[name] for row in given]
        known = np.array([value is not None for value in listed])
        facts[name] = np.array([value or 0 for value in listed], np.int64), True if known.all() else known
    for name in FLAGS:
        facts[name] = np.array([row[name] for row in given], np.int8)
    facts["k"] = np.array([row["k"] or "" for row in given])
    ends = [row["p"] or (0, 8) for row in given]
    facts["p"] = np.array([lo for lo, _ in ends], np.int64), np.array([hi for _, hi in ends], np.int64)
    return facts


def three_ways(node: x.Verdict, given: list[Row]) -> list[list[int]]:
    facts = columns(given)
    in_floats = Evaluator(Columns(facts, len(given)))(node)
    in_integers = Evaluator(Columns(facts, len(given), np.arange(len(given))))(node)
    one_by_one = [int(Evaluator(Scalars(row))(node)) for row in given]
    spread = [np.broadcast_to(found, len(given)).tolist() for found in (in_floats, in_integers)]
    return [one_by_one, *spread]


def check(node: x.Verdict, given: list[Row]) -> None:
    expected = [verdict(node, row) for row in given]
    assert three_ways(node, given) == [expected] * 3


many = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@many
@given(node=verdicts(2), given=rows)
def test_random_formulas_come_out_alike(node: x.Verdict, given: list[Row]) -> None:
    check(node, given)


@many
@given(
    formula=formulas(3),
    given=rows,
    sign=st.sampled_from(sorted(OPERATORS)),
    off=st.sampled_from([0, 0, 1, -1]),
    swapped=st.booleans(),
)
def test_near_and_exact_ties_come_out_alike(
    formula: x.Quantity, given: list[Row], sign: Any, off: int, swapped: bool
) -> None:
    """The formula against the very value it has in the first row, or the closest one beside it."""
    value = quantity(formula, given[0])
    assume(not isinstance(value, Missing))
    assert isinstance(value, Fraction)
    beside = x.number(value + Fraction(off, value.denominator))
    check(x.Compare(sign, beside, formula) if swapped else x.Compare(sign, formula, beside), given)


@many
@given(
    products=st.tuples(*[huge] * 4),
    over=huge,
    sign=st.sampled_from(sorted(OPERATORS)),
    threshold=st.fractions(-5, 5, max_denominator=9),
)
@example(products=(10**9 + 1, 10**9 + 1, 10**9, 10**9 + 2), over=10**17, sign="ge", threshold=Fraction(1))
@example(products=(10**9, 10**9 + 2, 10**9 + 1, 10**9 + 1), over=10**17, sign="ge", threshold=Fraction(-1))
@example(products=(10**9 + 1, 10**9 + 1, 10**9 + 1, 10**9 + 1), over=5, sign="le", threshold=Fraction(1))
def test_a_denominator_that_all_but_cancels_is_told_apart(
    products: tuple[int, ...], over: int, sign: Any, threshold: Fraction
) -> None:
    """(1/c) ÷ (a·b − s·t): sign, zero and size of the denominator lie below what a float can say."""
    a, b, s, t = products
    row = {"a": a, "b": b, "s": s, "t": t, "c": over, "f": YES, "g": NO, "k": None, "p": None}
    rest = x.Figure("a") * x.Figure("b") - x.Figure("s", signed=True) * x.Figure("t", signed=True)
    ratio = (x.number(1) / x.Figure("c")) / rest
    exact = quantity(ratio, row)
    for mark in (threshold, exact if isinstance(exact, Fraction) else Fraction(0)):
        check(x.Compare(sign, ratio, x.number(mark)), [row, row | {"c": None}])


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (x.Figure("a") / x.Figure("b") >= 0, NO),
        (x.Figure("a") / x.Figure("b") <= 0, NO),
        (~(x.Figure("a") / x.Figure("b") >= 0), YES),
        (x.largest(x.Figure("a") / x.Figure("b"), x.Figure("a")).equals(5), YES),
        (x.smallest(x.Figure("a") / x.Figure("b"), x.Figure("a")).equals(5), YES),
        (x.largest(x.Figure("a"), x.Figure("c")).equals(5), UNKNOWN),
        (x.Flag("f") | (x.Figure("c") >= 1), YES),
        (x.Flag("g") & (x.Figure("c") >= 1), NO),
        (x.Flag("f") & (x.Figure("c") >= 1), UNKNOWN),
        (x.Figure("c") / x.Figure("b") >= 1, UNKNOWN),
    ],
)  # fmt: skip
def test_zero_denominators_and_unknowns(test: x.Verdict, expected: int) -> None:
    """a = 5, b = 0, c unknown, f yes, g no: Kleene's tables, and no verdict out of a division by zero."""
    row = {"a": 5, "b": 0, "c": None, "s": 0, "t": 0, "f": YES, "g": NO, "k": None, "p": None}
    assert three_ways(test, [row]) == [[expected]] * 3


@settings(max_examples=100, deadline=None)
@given(given=rows, edge=st.integers(-MOST, MOST))
def test_known_or_takes_the_default_only_where_nothing_is_known(given: list[Row], edge: int) -> None:
    """One enterprise, columns in floats and in whole numbers; of a quantity that may be negative too."""
    for name in ("a", "s"):
        node = x.known_or(x.Figure(name, signed=name == "s"), 12)
        said = [int((12 if row[name] is None else row[name]) >= edge) * YES for row in given]
        assert three_ways(node >= edge, given) == [said] * 3


def test_known_or_of_what_is_undefined_takes_the_default() -> None:
    node = x.known_or(x.Figure("a") / x.Figure("b"), 3)
    assert [Evaluator(Scalars({"a": 5, "b": b}))(node).num for b in (0, None)] == [3, 3]
