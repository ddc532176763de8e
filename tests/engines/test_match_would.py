"""Levels that do not rise along a ranking, and what would lift a record: held against asking again."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuwei.match import MatchIndex
from tuwei.match._weighed import ORDER, falling

NEED = {"title": "奶牛场挤奶厅节水", "text": "清洗用水不超过 30 吨/天", "trl": 7, "budget_max": "50000"}
RECORDS = [
    {
        "id": f"a{number}",
        "title": "挤奶厅清洗水循环",
        "text": f"奶牛场挤奶厅清洗水循环利用,清洗用水 {water} 吨/天。",
        "trl": trl,
        **({"price_min": price} if price else {}),
    }
    for number, (water, trl, price) in enumerate(
        [
            (25, 7, ""),
            (25, 8, "40000"),
            (25, 5, "40000"),
            (45, 8, "40000"),
            (25, 8, "90000"),
            (45, 5, "90000"),
        ]
    )
]


def _index(changed: dict[str, dict[str, Any]] | None = None) -> MatchIndex:
    return MatchIndex.build([{**record, **(changed or {}).get(record["id"], {})} for record in RECORDS])


@pytest.mark.parametrize(
    ("identity", "kind", "stated"),
    [("a2", "trl", {"trl": 7}), ("a4", "budget", {"price_min": "50000"}), ("a0", "budget", {"price_min": "50000"})],
)  # fmt: skip
def test_what_would_lift_a_record_does(identity: str, kind: str, stated: dict[str, Any]) -> None:
    hit = next(hit for hit in _index().rank(NEED) if hit.achievement == identity)
    lifting = next(one for one in hit.would if one["kind"] == kind)
    again = next(hit for hit in _index({identity: stated}).rank(NEED) if hit.achievement == identity)
    assert again.rank == lifting["rank"] < hit.rank
    assert f"可排第 {again.rank}" in hit.zh
    assert (
        "would rank first" if again.rank == 1 else f"Would rank {again.rank} if"
    ).lower() in hit.en.lower()


def test_a_quantity_not_met_is_told_with_both_texts() -> None:
    hit = next(hit for hit in _index().rank(NEED) if hit.achievement == "a3")
    lifting = next(one for one in hit.would if one["kind"] == "quantity")
    assert "不超过 30 吨/天" in lifting["zh"]
    assert "45 吨/天" in lifting["zh"]
    assert lifting["rank"] < hit.rank


def test_all_that_is_wrong_with_a_record_is_told_together() -> None:
    hit = next(hit for hit in _index().rank(NEED) if hit.achievement == "a5")
    assert [one["kind"] for one in hit.would][-1] == "together"
    assert all(word in hit.would[-1]["en"] for word in ("TRL ≥ 7", "CNY 50,000", "meeting"))
    json.dumps(hit.line("n1"), ensure_ascii=False)


def test_the_best_needs_nothing_and_no_change_that_lifts_nothing_is_told() -> None:
    hits = _index().rank(NEED)
    assert hits[0].would == []
    assert all(one["rank"] < hit.rank for hit in hits for one in hit.would)
    plain = _index().rank({"title": NEED["title"], "text": ""})
    assert all(hit.would == [] for hit in plain)  # nothing was asked that a record could fail


def test_where_an_achievement_asks_or_records_are_chosen_nothing_would_lift() -> None:
    needs = MatchIndex.build([{**NEED, "id": "n1"}, {**NEED, "id": "n2", "trl": 3}])
    assert all(hit.would == [] for hit in needs.rank(RECORDS[2], found="need"))
    assert all(hit.would == [] for hit in _index().explain(NEED, ["a2", "a3"]))


def test_levels_do_not_rise_along_a_ranking() -> None:
    found = [ORDER.index(hit.level) for hit in _index().rank(NEED)]
    assert found == sorted(found, reverse=True)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_falling_is_the_isotonic_regression(values: list[float]) -> None:
    from scipy.optimize import isotonic_regression

    found = falling(values)
    assert all(one >= other - 1e-12 for one, other in pairwise(found))
    if values:
        assert found == pytest.approx(isotonic_regression(values, increasing=False).x.tolist())
