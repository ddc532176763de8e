"""What turns a verdict, beside a search that tries every figure: for random enterprises of every rule, for random formulas."""

from __future__ import annotations

import datetime
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.rules_random import RULES, Firms, windows
from tuwei.rules import Fact, assess, facts_of, load
from tuwei.rules import _expression as x
from tuwei.rules._assess import Assessment
from tuwei.rules._evaluate import NO, YES, Columns, Evaluator, Scalars
from tuwei.rules._flips import _ON, _slots, flips_of
from tuwei.rules._polynomial import Poly, floors_of_roots, multiply, value
from tuwei.rules._rule import Condition, Consistency, Decision
from tuwei.rules._tree import Labels

WIDTH = 2000
"""Figures tried on either side, among them every 分 of the amounts of a small enterprise."""
CASES = [
    (rule, on) for rule in RULES for on in windows(rule) if any(fact.turn for fact in facts_of(rule, on))
]
Turned = dict[str | None, int]


# --- the search ---


def tried(fact: Fact, slot: str, now: Any) -> list[int]:
    """Return the figures a fact can take, nearest first."""
    if fact.kind == "flag":
        return [YES]
    if fact.kind == "points":
        low, high = fact.items[slot.partition(".")[2]]
        return list(range(low if now is None else now[0] + 1, high + 1))
    low, high = -WIDTH if fact.low is None else fact.low, WIDTH if fact.high is None else fact.high
    if now is None:
        return list(range(low, min(high, WIDTH) + 1))
    up = range(now + 1, min(high, now + WIDTH) + 1) if fact.turn in ("up", "both") else ()
    down = range(now - 1, max(low, now - WIDTH) - 1, -1) if fact.turn in ("down", "both") else ()
    return sorted([*up, *down], key=lambda figure: abs(figure - now))


def all_at_once(found: Assessment, slot: str, figures: list[int]) -> Evaluator:
    """Return what evaluates the rule with each of the figures in turn, all other facts as they are."""
    assert found.decision is not None
    facts = {name: fact for fact in found.decision.facts for name in fact.slots()} | {"on": _ON}
    columns = {name: _column(facts[name], name, [now] * len(figures)) for name, now in found.flat.items()}
    moved = [(one, one) for one in figures] if facts[slot].kind == "points" else figures
    columns[slot] = _column(facts[slot], slot, moved)
    return Evaluator(Columns(columns, len(figures)))


def _column(fact: Fact, slot: str, values: list[Any]) -> Any:
    if fact.kind == "flag":
        return np.array(values, np.int8)
    if fact.kind == "choice":
        return np.array([value or "" for value in values])
    if fact.kind == "points":
        ends = [value or fact.items[slot.partition(".")[2]] for value in values]
        return np.array([low for low, _ in ends]), np.array([high for _, high in ends])
    kind = object if fact.kind == "ratio" else np.int64
    return np.array([value or 0 for value in values], kind), np.array([value is not None for value in values])


def searched(found: Assessment, slot: str, figures: list[int]) -> Turned:
    """Return None → the nearest figure that turns the verdict, else condition → the nearest that turns it."""
    assert found.decision is not None
    evaluator, rows = all_at_once(found, slot, figures), len(figures)
    sound = np.ones(rows, bool)
    for one in found.decision.consistency:
        sound &= np.broadcast_to(evaluator(one.test) != NO, rows)

    def nearest(test: x.Verdict) -> int | None:
        hits = np.flatnonzero(np.broadcast_to(evaluator(test) == YES, rows) & sound)
        return figures[hits[0]] if len(hits) else None

    turned = nearest(found.decision.verdict)
    if turned is not None:
        return {None: turned}
    failing = {
        one.condition.id: nearest(one.condition.test) for one in found.conditions if one.verdict != YES
    }
    return {id: figure for id, figure in failing.items() if figure is not None}


def movable(found: Assessment) -> Iterator[tuple[Fact, str]]:
    """Yield what may be moved: what the enterprise controls, and single figures nobody knows yet."""
    assert found.decision is not None
    on = replace(_ON, high=min(_ON.high or 0, found.until.toordinal()))
    for fact in (*found.decision.facts, on):
        for slot in _slots(fact):
            open_figure = fact.kind in ("money", "count") and not fact.series and found.flat[slot] is None
            if fact.series and found.flat[f"{fact.name}.count"] is None:
                continue
            if fact.turn or open_figure:
                yield fact, slot


def compared(found: Assessment) -> int:
    """Hold every flip against the search; return how many there were."""
    if found.verdict == "yes":
        assert found.flips == []
        return 0
    flips: dict[str, Turned] = {}
    for flip in found.flips:
        condition = flip.condition.id.partition(".")[2] if flip.condition else None
        flips.setdefault(flip.slot, {})[condition] = flip.after
    for fact, slot in movable(found):
        figures = tried(fact, slot, found.flat[slot])
        told = flips.get(slot, {})
        if not figures:
            assert not told
        elif all(figure in figures for figure in told.values()):
            assert searched(found, slot, figures) == told, slot
        else:  # beyond what is tried there is one, so there is none within
            near = searched(found, slot, figures)
            assert near.items() <= told.items() or None in told, slot
            assert None not in near or fact.low is None, slot
    return sum(len(told) for told in flips.values())


# --- every rule ---


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_no_smaller_change_and_none_passed_over(rule: str, on: str) -> None:
    draw, firms = random.Random(f"{rule} {on}"), Firms(rule, on, unknown=0.03, small=True)
    for _ in range(3):
        compared(firms.near(draw)[1])


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_set_makes_it_so_and_one_unit_less_does_not(rule: str, on: str) -> None:
    draw, firms = random.Random(f"{on} {rule}"), Firms(rule, on, unknown=0.03)
    for _ in range(6):
        facts, found = firms.near(draw)
        for row in [flip.as_dict() | {"flip": flip} for flip in found.flips]:
            assert holds(rule, facts | row["set"], on, row["condition"]), row
            flip = row["flip"]
            before, step = flip.before, 1 if flip.before is None or flip.after > flip.before else -1
            if flip.unit != "flag" and flip.after - step != before and flip.after > -(10**17):
                assert not turned(found, flip, flip.after - step), row
            if flip.until is not None:
                assert turned(found, flip, flip.until), row
                assert not turned(found, flip, flip.until + 1), row


def holds(rule: str, facts: dict[str, Any], on: str, condition: str | None) -> bool:
    """Whether the rule, or one condition, is met by facts as people give them."""
    found = assess(rule, facts, facts.pop("on", on))
    if condition is None:
        return found.verdict == "yes"
    return any(one.condition.id == condition and one.verdict == YES for one in found.conditions)


def turned(found: Assessment, flip: Any, figure: int) -> bool:
    """Whether what the flip turns holds with another figure, and nothing contradicts itself."""
    assert found.decision is not None
    facts = {fact_slot: fact for fact in found.decision.facts for fact_slot in fact.slots()}
    inner = (figure, figure) if flip.unit == "points" and facts[flip.slot].kind == "points" else figure
    fact = facts.get(flip.slot, _ON)
    if fact.low is not None and fact.kind != "points" and figure < fact.low:
        return False
    if fact.kind == "points" and not fact.items[flip.slot.partition(".")[2]][0] <= figure:
        return False
    evaluator = Evaluator(Scalars(found.flat | {flip.slot: inner}))
    tests = {f"{found.rule}.{one.id}": one.test for one in found.decision.conditions}
    test = tests[flip.condition.id] if flip.condition else found.decision.verdict
    return bool(evaluator(test) == YES) and all(
        evaluator(one.test) != NO for one in found.decision.consistency
    )


@pytest.mark.parametrize("rule", sorted({rule for rule, _ in CASES}))
def test_quick_and_without_fault_on_many_enterprises(rule: str) -> None:
    """At most 200 ms; no machine that is busy elsewhere may fail it, so the best of three counts."""
    draw, days = random.Random(rule), windows(rule)
    firms = {on: Firms(rule, on) for on in days}
    for number in range(60):
        found = assess(rule, firms[days[number % len(days)]].sound(draw), days[number % len(days)])
        spent: list[float] = []
        while not spent or (min(spent) > 0.2 and len(spent) < 3):
            start = time.perf_counter()
            flips_of(found)
            spent.append(time.perf_counter() - start)
        assert min(spent) <= 0.2
        found.as_dict()


# --- random formulas: fractions of polynomials, tables, extremes ---

DAY = datetime.date(2024, 3, 1)
Z = x.Figure("z", True)


PAIRS: list[Callable[[x.Quantity, x.Quantity], x.Quantity]] = [
    x.Sum, x.Difference, x.Product, x.Ratio, x.largest, x.smallest,
]  # fmt: skip


def joined(inner: st.SearchStrategy[x.Quantity]) -> st.SearchStrategy[x.Quantity]:
    """Return sums, products and quotients of quantities, the larger of two, tables."""
    pairs = st.tuples(st.sampled_from(PAIRS), inner, inner)
    tables = st.tuples(inner, inner, inner, inner)
    return pairs.map(lambda t: t[0](t[1], t[2])) | tables.map(
        lambda t: x.chosen((t[0] > t[1], t[2]), otherwise=t[3])
    )


QUANTITIES = st.recursive(
    st.just(Z) | st.integers(-9, 9).map(x.number) | st.fractions(-3, 3, max_denominator=7).map(x.number),
    joined,
    max_leaves=6,
)
COMPARISONS = st.tuples(st.sampled_from(["ge", "gt", "le", "lt", "eq"]), QUANTITIES, QUANTITIES).map(
    lambda t: x.Compare(*t)  # type: ignore[arg-type]
)


def combined(inner: st.SearchStrategy[x.Verdict]) -> st.SearchStrategy[x.Verdict]:
    """Return *and*, *or* and *not* of tests."""
    pairs = st.tuples(inner, inner)
    return pairs.map(lambda t: t[0] & t[1]) | pairs.map(lambda t: t[0] | t[1]) | inner.map(lambda one: ~one)


TESTS = st.recursive(COMPARISONS, combined, max_leaves=3)


@settings(max_examples=150, deadline=None)
@given(test=TESTS, sound=st.none() | COMPARISONS, now=st.none() | st.integers(-60, 60), turn=st.sampled_from(["up", "down", "both"]))  # fmt: skip
def test_random_formulas(test: x.Verdict, sound: x.Verdict | None, now: int | None, turn: Any) -> None:
    fact = Fact("z", "某数", "Some figure", low=-60, high=60, turn=turn)
    found = of_formula(test, fact, now, sound)
    figures = tried(fact, "z", now)
    moved = found.verdict != "yes" and figures and "z" in found.decision.below(test)  # type: ignore[union-attr]
    best = searched(found, "z", figures) if moved else {}
    assert {flip.after for flip in found.flips} == set(best.values())


def of_formula(test: x.Verdict, fact: Fact, now: int | None, sound: x.Verdict | None = None) -> Assessment:
    """Return the judgement of a rule of one condition over one figure."""
    citation = load().parameter("conditions", "tech_sme", "resident", DAY)
    wrong = (Consistency(sound, "矛盾", "contradiction", ("z",)),) if sound else ()
    decision = Decision((fact,), (Condition("resident", test, citation),), consistency=wrong)
    flat, labels = {"z": now, "on": DAY.toordinal()}, Labels(decision.facts, {}, decision.sources)
    return Assessment(load().info("tech_sme"), DAY, None, decision, flat, labels, Evaluator(Scalars(flat)))


@pytest.mark.parametrize(
    ("now", "turn", "operator", "mark", "after"),
    [
        # 60 %: z² − 128z + 3600, zero at 41.7 and 86.3
        (50, "both", "ge", "60%", 41), (50, "up", "ge", "60%", 87), (80, "both", "ge", "60%", 87),
        (30, "up", "le", "60%", 42), (100, "down", "le", "60%", 86), (100, "up", "le", "60%", None),
        # 50 %: (z − 60)², zero at 60 alone
        (60, "up", "gt", "50%", 61), (60, "down", "gt", "50%", 59), (20, "up", "le", "50%", 60),
        # 40 %: no zero, always above
        (90, "down", "le", "40%", None),
    ],
)  # fmt: skip
def test_the_borders_of_a_growth_rate(
    now: int, turn: Any, operator: Any, mark: str, after: int | None
) -> None:
    """½(z/40 + 90/z) − 1, of years 40, z, 90."""
    growth = (Z / 40 + x.quantity(90) / Z) / 2 - 1
    test = x.Compare(operator, growth, x.number(mark))
    fact = Fact("z", "中间年", "Middle year", low=1, high=500, turn=turn)
    assert [flip.after for flip in of_formula(test, fact, now).flips] == ([] if after is None else [after])


# --- polynomials ---

COEFFICIENTS = st.lists(st.integers(-30, 30), min_size=1, max_size=6).map(
    lambda listed: tuple(listed) if listed[-1] else (*listed, 1)
)


@given(COEFFICIENTS)
def test_between_the_points_nothing_changes(poly: Poly) -> None:
    """Whatever sign a polynomial has at one whole number it has at the next, but beside a point told."""
    points = {floor + step for floor in floors_of_roots(poly) for step in (-1, 0, 1)}
    signs = [(at, np.sign(value(poly, at))) for at in range(-80, 81)]
    for (at, sign), (following, other) in pairwise(signs):
        assert sign == other or {at, following} <= points


@given(st.lists(st.tuples(st.integers(-500, 500), st.integers(1, 12)), min_size=1, max_size=4), st.booleans())
def test_every_root_is_found(roots: list[tuple[int, int]], rootless: bool) -> None:
    """Π (bᵢz − aᵢ), times z² + 1 which has none: ⌊aᵢ/bᵢ⌋ of each, double ones too."""
    poly: Poly = (1, 0, 1) if rootless else (1,)
    for top, below in roots:
        poly = multiply(poly, (-top, below))
    floors = floors_of_roots(poly)
    assert {top // below for top, below in roots} <= set(floors)
    assert floors == sorted(set(floors))


@given(st.integers(-(10**17), 10**17), st.integers(1, 10**6), st.integers(1, 10**17))
def test_large_figures(root: int, scale: int, other: int) -> None:
    """Of the size of the largest amounts nothing is rounded."""
    poly = multiply((-root * scale, scale), (other, 0, 1))
    assert root in floors_of_roots(poly)


def test_constants_have_no_roots() -> None:
    assert floors_of_roots(()) == floors_of_roots((5,)) == []
