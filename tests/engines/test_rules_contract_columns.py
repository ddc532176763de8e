"""The three contract rules over columns give what they give one by one."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from tuwei.rules import load
from tuwei.rules._assess import prepare
from tuwei.rules._evaluate import Columns, Evaluator, Interval, Value
from tuwei.rules._facts import Fact

ROWS = 300
FALSE = (
    "registered_before",
    "mixed_contract",
    "foreign_text",
    "technology_import",
    "ip_moves",
    "cross_border",
)
CASES = [
    ("tech_contract", "2010-05-01"),
    ("tech_contract", "2024-05-01"),
    ("tech_contract", "2026-05-01"),
    ("contract_vat", "2020-05-01"),
    ("contract_vat", "2026-05-01"),
    ("contract_income_tax", "2012-12-31"),
    ("contract_income_tax", "2026-12-31"),
]


def record(fact: Fact, draw: random.Random) -> dict[str, Any]:
    """Return a random record; amounts of the like size as the limits."""
    made: dict[str, Any] = {}
    for name, kind in fact.fields.items():
        if kind.startswith("money"):
            made[name] = draw.choice([0, 1, 500_000, 5_000_000, draw.randrange(10**9) / 100, None])
        elif kind.startswith("choice"):
            made[name] = draw.choice(kind.split()[1:])
        elif kind.startswith("flag"):
            made[name] = draw.random() < (0.9 if kind == "flag" else 0.1)
    return made


def drawn(fact: Fact, on: str, draw: random.Random, fit: bool) -> Any:
    """Return a random value of a fact, sometimes unknown; of a fit contract mostly the one that the rule asks for."""
    if fact.name == "year":
        return int(on[:4])
    if draw.random() < (0.005 if fit else 0.1):
        return None
    if fact.kind == "flag":
        good = fact.name not in FALSE and (fact.name != "already_mastered" or draw.random() < 0.5)
        return good if fit and draw.random() < 0.98 else draw.random() < 0.7
    if fact.kind == "choice":
        codes = list(fact.choices)
        return codes[0] if fit and fact.name != "type" else draw.choice(codes)
    if fact.kind == "date":
        return f"{on[:4]}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
    if fact.kind == "records":
        return [record(fact, draw) for _ in range(draw.randrange(3))]
    return draw.choice([0, 5_000_000, "5000000.01", 12_345_678_901, draw.randrange(10**10) / 100])


def columns_of(flats: list[dict[str, Any]], facts: tuple[Fact, ...]) -> dict[str, Any]:
    """Return flat facts as columns."""
    kinds = {slot: fact.kind for fact in facts for slot in fact.slots()}
    columns: dict[str, Any] = {}
    for slot in flats[0]:
        given = [flat[slot] for flat in flats]
        if kinds.get(slot) == "flag":
            columns[slot] = np.array(given, np.int8)
        elif kinds.get(slot) == "choice":
            columns[slot] = np.array([value or "" for value in given])
        else:
            known = np.array([value is not None for value in given])
            columns[slot] = np.array([value or 0 for value in given], np.int64), known
    return columns


def same(many: Any, at: int, one: Any) -> bool:
    """Whether a row of what a node comes to is what it comes to alone."""

    def cell(value: Any) -> Any:
        return value[at] if isinstance(value, np.ndarray) else value

    if isinstance(one, Interval):
        return bool(cell(many.lo) == one.lo and cell(many.hi) == one.hi)
    if not isinstance(one, Value):
        return bool(cell(many) == one)
    known = bool(one.known and one.defined)
    if bool(cell(many.known) and cell(many.defined)) != known:
        return False
    return not known or int(cell(many.num)) * one.den == one.num * int(cell(many.den))


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_columns_agree(rule: str, on: str) -> None:
    """Verdicts, conditions and values of random contracts, unknown and contradictory ones among them."""
    draw = random.Random(f"{rule} {on}")
    decision = load().decision(rule, prepare(rule, {}, on, None, "")[0].on)
    assert decision is not None
    made = [
        {fact.name: drawn(fact, on, draw, row % 2 == 0) for fact in decision.facts} for row in range(ROWS)
    ]
    found = [prepare(rule, facts, on, None, "")[0] for facts in made]
    algebra = Columns(columns_of([one.flat for one in found], decision.facts), ROWS)
    many, exact = Evaluator(algebra), Evaluator(algebra.take(np.arange(ROWS)))
    tests = [decision.verdict, *decision.ways.values(), *(one.test for one in decision.conditions)]
    for at, one in enumerate(found):
        assert all(same(many(test), at, one.value_of(test)) for test in tests)
        assert all(same(many(two.test), at, one.value_of(two.test)) for two in decision.consistency)
        wrong = [id for id, node in decision.values.items() if not same(exact(node), at, one.value_of(node))]
        assert wrong == [], made[at]
    assert {one.verdict for one in found} == {"yes", "no", "unknown"}
