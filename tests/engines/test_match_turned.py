"""Needs ranked for an achievement: the same facts as the other way round, said from the other side."""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.match import Hit, MatchIndex

OFFER: dict[str, Any] = {
    "id": "a1", "title": "苦咸水膜法淡化装置", "text": "反渗透膜淡化井水，吨水成本180元/吨，产水量20吨/天，回收率75%。",
    "trl": 8, "price_min": "300000", "region": "150103",
}  # fmt: skip
ASKING = "井水又苦又咸，想要淡化装置。"
CLAIMED = {
    "quantity": "吨水成本",
    "comparator": "le",
    "high": "180",
    "unit": "元/吨",
    "evidence_state": "documented",
}


def need(name: str, asked: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": "井水淡化", "text": ASKING + asked, **more}


def both(one: dict[str, Any], offer: dict[str, Any]) -> tuple[Hit, Hit]:
    """The pair as the need finds it and as the achievement finds it."""
    [forth] = MatchIndex.build([offer]).rank(one)
    [back] = MatchIndex.build([one]).rank(offer, found="need")
    return forth, back


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ("吨水成本不超过200元/吨", "met"),
        ("吨水成本不超过100元/吨", "not_met"),
        ("产水量不低于10吨/天", "met"),
        ("产水量不低于30吨/天", "not_met"),
        ("回收率达到70%以上", "met"),
        ("能耗不超过3千瓦时/吨", "unstated"),
    ],
)
def test_figures_are_judged_alike_in_both_directions(asked: str, verdict: str) -> None:
    forth, back = both(need("n1", asked), OFFER)
    assert [one["verdict"] for one in forth.quantities] == [verdict]
    assert back.quantities == forth.quantities


def test_claims_and_indicators_are_judged_alike_in_both_directions() -> None:
    indicator = {"name": "吨水成本", "comparator": "le", "high": "150", "unit": "元/吨"}
    offer = {**OFFER, "text": "反渗透膜淡化井水。", "claims": [CLAIMED]}
    forth, back = both(need("n1", "", indicators=[indicator]), offer)
    assert back.quantities == forth.quantities
    assert back.quantities[0]["verdict"] == "not_met"
    [why] = [one for one in back.why if one["kind"] == "claim"]
    assert why["evidence_state"] == "documented"
    assert why["zh"].startswith("对方要求")


def test_needs_whose_figures_are_met_come_before_those_whose_are_not() -> None:
    needs = [need(f"n{at}", f"吨水成本不超过{most}元/吨") for at, most in enumerate((100, 250, 120, 190))]
    order = [hit.achievement for hit in MatchIndex.build(needs).rank(OFFER, found="need")]
    assert {*order[:2]} == {"n1", "n3"}


def test_readiness_and_price_are_held_against_what_each_need_asks() -> None:
    needs = [need("low", "", trl=9, budget_max="100000"), need("high", "", trl=7, budget_max="500000")]
    first, second = MatchIndex.build(needs).rank(OFFER, found="need")
    assert (first.achievement, second.achievement) == ("high", "low")
    verdicts = {one["kind"]: one["verdict"] for one in second.why if one["kind"] in ("trl", "budget")}
    assert verdicts == {"trl": "not_met", "budget": "not_met"}


def test_filters_keep_needs_in_their_place() -> None:
    needs = [need("here", "", region="150102"), need("there", "", region="320500")]
    index = MatchIndex.build(needs)
    found = index.rank(OFFER, found="need", filters={"region": "150100"})
    assert [hit.achievement for hit in found] == ["here"]


def test_explaining_chosen_needs_says_what_ranking_says() -> None:
    index = MatchIndex.build([need("n1", "吨水成本不超过200元/吨")])
    [ranked], [explained] = index.rank(OFFER, found="need"), index.explain(OFFER, ["n1"], found="need")
    assert (explained.why, explained.quantities) == (ranked.why, ranked.quantities)


def test_without_saying_so_figures_would_be_turned() -> None:
    """What `found` is for: an achievement taken for a need asks for its own figures."""
    index = MatchIndex.build([need("n1", "吨水成本不超过100元/吨")])
    assert index.rank(OFFER, found="need")[0].quantities[0]["verdict"] == "not_met"
    wrong = index.rank(OFFER)[0].quantities
    assert [one["required"] for one in wrong] != ["不超过100元/吨"]
