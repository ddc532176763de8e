"""One enterprise and columns of many say the same of quality SMEs, benchmark enterprises, gazelles and 清零.

Rows are drawn from figures at the edges of the statutes, one 分 and one person beside them, zero and unknown.
"""

from __future__ import annotations

import datetime
import random
from typing import Any

import numpy as np
import pytest

from tuwei.rules import Fact, facts_of
from tuwei.rules._assess import prepare
from tuwei.rules._evaluate import NAMES, Columns, Evaluator
from tuwei.rules._statutes import load

ROWS = 300
MONEY = ["0", "0.01", "999999.99", "1000000", "10000000", "9999999.99", "12000000", "14999999.99", "15000000", "17280000",
         "20000000", "33333333.33", "50000000", "49999999.99", "60000000", "100000000", "500000000.01"]  # fmt: skip
COUNTS = [0, 1, 2, 3, 4, 5, 9, 10, 29, 30, 50, 60, 100, 101, 130, 220, 500]
DATES = ["2011-05-10", "2012-02-29", "2016-05-09", "2016-05-10", "2021-05-10", "2025-12-31"]
CASES = [
    ("innovative_sme", "2024-03-01"), ("innovative_sme", "2026-05-10"),
    ("specialised_sme", "2024-03-01"), ("specialised_sme", "2026-05-10"), ("specialised_sme", "2027-03-01"),
    ("little_giant", "2024-03-01"), ("little_giant", "2026-05-10"), ("little_giant", "2027-03-01"),
    ("benchmark_enterprise", "2026-05-10"), ("gazelle", "2026-05-10"), ("rd_zero", "2026-05-10"),
]  # fmt: skip


def value(fact: Fact, draw: random.Random, years: int) -> Any:
    if draw.random() < 0.08:
        return None
    if fact.series:
        return [single(fact, draw) for _ in range(min(years, fact.series))]
    return single(fact, draw)


def single(fact: Fact, draw: random.Random) -> Any:
    if fact.kind == "points":
        return {item: draw.randint(low, high) for item, (low, high) in fact.items.items()}
    if fact.kind == "flag":
        return draw.random() < 0.8
    if fact.kind in ("money", "count") and draw.random() < 0.35:
        return 0
    if fact.kind == "money":
        return ("-" if fact.low is None and draw.random() < 0.3 else "") + draw.choice(MONEY)
    if fact.kind == "ratio":
        return draw.choice(["0", "9.99%", "10%", "10.01%", "1"])
    if fact.kind == "choice":
        return draw.choice(list(fact.choices))
    if fact.kind == "date":
        return draw.choice(DATES)
    return draw.choice([count for count in COUNTS if fact.high is None or count <= fact.high])


def columns(facts: tuple[Fact, ...], flats: list[dict[str, Any]], day: datetime.date) -> Columns:
    """Lay the values of all rows side by side as `Columns` takes them."""
    laid: dict[str, Any] = {"on": (np.full(len(flats), day.toordinal(), np.int64), True)}
    for fact in facts:
        for slot in fact.slots():
            cells = [flat[slot] for flat in flats]
            laid[slot] = column(fact, cells)
    return Columns(laid, len(flats))


def column(fact: Fact, cells: list[Any]) -> Any:
    if fact.kind == "flag":
        return np.array(cells, np.int8)
    if fact.kind == "choice":
        return np.array([cell or "" for cell in cells], dtype=str)
    if fact.kind == "points":
        low, high = next(iter(fact.items.values()))
        ends = [cell or (low, high) for cell in cells]
        return np.array([end[0] for end in ends], np.int64), np.array([end[1] for end in ends], np.int64)
    known = np.array([cell is not None for cell in cells])
    kind = object if fact.kind == "ratio" else np.int64
    return np.array([cell or 0 for cell in cells], kind), known


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_one_and_many_agree(rule: str, on: str) -> None:
    draw, day, facts = random.Random(f"{rule} {on}"), datetime.date.fromisoformat(on), facts_of(rule, on)
    rows = [
        {fact.name: value(fact, draw, years) for fact in facts}
        for years in (draw.choice([1, 2, 3, 3]) for _ in range(ROWS))
    ]
    one = [prepare(rule, row, on, None, "")[0] for row in rows]
    decision = load().decision(rule, day)
    assert decision is not None
    many = Evaluator(columns(facts, [found.flat for found in one], day))
    whole = np.broadcast_to(many(decision.verdict), ROWS)
    assert [NAMES[int(code)] for code in whole] == [found.verdict for found in one]
    for condition in decision.conditions:
        codes = np.broadcast_to(many(condition.test), ROWS).tolist()
        assert codes == [found.value_of(condition.test) for found in one], condition.id
        assert len(set(codes)) > 1, f"{condition.id}: every row alike, nothing compared"
    if decision.score is not None:
        score = many(decision.score)
        ends = zip(
            np.broadcast_to(score.lo, ROWS).tolist(), np.broadcast_to(score.hi, ROWS).tolist(), strict=True
        )
        assert list(ends) == [(found.score.lo, found.score.hi) for found in one if found.score]
