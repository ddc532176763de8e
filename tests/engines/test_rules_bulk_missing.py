"""Columns of enterprises find missing what one enterprise finds missing, and the same values."""

from __future__ import annotations

import datetime
import random
from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.rules import assess, bulk, facts_of, listed, load
from tuwei.rules._facts import Fact
from tuwei.rules._outcome import outcome

ON = "2026-05-01"


def _drawn(fact: Fact, chance: random.Random) -> Any:
    if chance.random() < 0.35:
        return None
    if fact.name == "year":
        return int(ON[:4])
    if fact.kind == "flag":
        return chance.random() < 0.7
    if fact.kind in ("money", "count"):
        low, high = (
            fact.low or 0,
            min(10**12 if fact.high is None else fact.high, 10 ** chance.choice([2, 5, 9, 12])),
        )
        value = chance.randint(low, max(low, high))
        return f"{value // 100}.{value % 100:02d}" if fact.kind == "money" else value
    if fact.kind == "date":
        return datetime.date.fromordinal(chance.randint(730_000, 739_500)).isoformat()
    if fact.kind == "choice":
        return chance.choice(list(fact.choices))
    return chance.choice(["12%", "25%"]) if fact.kind == "ratio" else None


def _firm(facts: tuple[Fact, ...], chance: random.Random) -> dict[str, Any]:
    firm: dict[str, Any] = {}
    for fact in facts:
        if fact.series:
            years = [_drawn(fact, chance) for _ in range(chance.randint(0, fact.series))]
            while years and years[0] is None:
                years = years[1:]
            firm[fact.name] = years or None
        elif fact.kind == "points":
            ends = {
                item: chance.choice([low, high, [low, high - 1]]) for item, (low, high) in fact.items.items()
            }
            firm[fact.name] = {item: one for item, one in ends.items() if chance.random() < 0.7} or None
        elif fact.kind != "records":
            firm[fact.name] = _drawn(fact, chance)
    return firm


def _columns(facts: tuple[Fact, ...], firms: list[dict[str, Any]]) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {"id": list(range(len(firms)))}
    for fact in facts:
        for firm in firms:
            value = firm.get(fact.name)
            if fact.series:
                years = [None] * (fact.series - len(value or [])) + (value or [])
                for at, year in enumerate(years, 1):
                    columns.setdefault(f"{fact.name}_{at}", []).append(year)
            elif fact.kind == "points":
                for item in fact.items:
                    ends = (value or {}).get(item)
                    low, high = ends if isinstance(ends, list) else (ends, ends)
                    columns.setdefault(f"{fact.name}.{item}", []).append(low)
                    columns.setdefault(f"{fact.name}.{item}_hi", []).append(high)
            elif fact.kind != "records":
                columns.setdefault(fact.name, []).append(value)
    return {name: np.array(cells, dtype=object) for name, cells in columns.items()}


@pytest.mark.parametrize("rule", [one.id for one in listed()])
def test_columns_and_one_agree(rule: str) -> None:
    chance, facts = random.Random(rule), facts_of(rule, ON)
    firms = [_firm(facts, chance) for _ in range(60)]
    found = bulk(rule, _columns(facts, firms), ON)
    columns = {one.name: one.cells() for one in outcome(found, load())}
    for at, firm in enumerate(firms):
        try:
            alone = assess(rule, firm, ON)
        except InputError:
            assert found.verdict[at] == ""
            continue
        assert found.verdict[at] == alone.verdict
        assert columns["missing"][at] == (";".join(alone.missing) or None)
        for id, value in alone.as_dict()["values"].items():
            name = f"{id}_value" if f"{id}_value" in columns else id
            if name in columns and not isinstance(value, bool | dict) and name not in found.conditions:
                assert columns[name][at] == value, (name, firm)


def test_a_series_without_any_year_is_unknown() -> None:
    found = bulk("high_tech", {"sales_1": [None], "sales_2": [None], "sales_3": [None], "id": [1]}, ON)
    assert found.conditions["rd_intensity"].tolist() == [1]
