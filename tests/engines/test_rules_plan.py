"""All rungs at once: where an enterprise stands, what comes next, by when, and what it is worth."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tuwei.core.errors import InputError, MissingError
from tuwei.packs.loader import overlays_of
from tuwei.rules import Plan, Statutes, assess, load, plan, plan_faults

WAN = 10_000
ON = "2026-05-20"
Facts = dict[str, Any]
# One file for all rules: three years where one rule asks for three, of which another takes the last.
FIRM: Facts = {
    "name": "甲公司", "registered_in_mainland": True, "products_allowed": True, "clean_record": True,
    "employees": 100, "tech_staff": 30, "sales": [900 * WAN, 1000 * WAN, 1000 * WAN], "total_assets": 2000 * WAN,
    "rd_expense": [50 * WAN, 50 * WAN, 60 * WAN], "rd_mainland": [50 * WAN, 50 * WAN, 60 * WAN], "ip_class1": 1,
    "cost_expense": 900 * WAN, "founded": "2019-04-01", "core_ip_owned": True, "field_in_catalogue": True,
    "net_assets": [1000 * WAN] * 3, "total_income": 1000 * WAN, "high_tech_income": 500 * WAN, "ip_class2": 0,
    "non_taxable_income": 0, "conversions": 15,
    "expert": {"advancement": 8, "core_support": 8, "source": 6, "standards": 2, "rd_organisation": 20},
}  # fmt: skip
TAX: Facts = {
    "taxable_income_before_losses": 100 * WAN, "losses": [0], "people": 301, "assets": 6000 * WAN, "industrial": True,
    "restricted_industry": False, "high_tech_certificate": True, "western_encouraged": False, "western_main_income": 0,
    "total_income": 1000 * WAN,
}  # fmt: skip
OVERLAY = """\
overlay: somewhere
zh: 某地政策
en: Policies of a place
documents:
  list: {number: 某政发〔2026〕6号, zh: 政策清单, en: List of policies}
programmes:
  - {id: small, zh: 小奖, en: Small award, kind: reward, valid_from: 2026-01-01, valid_to: 2026-12-31, document: list,
     requires: {rule: tech_sme}, amount: {fixed: 5万元}}
  - {id: large, zh: 大奖, en: Large award, kind: reward, valid_from: 2026-01-01, document: list, requires: {rule: tech_sme}, amount: {fixed: 20万元}}
  - {id: barred, zh: 不能, en: Barred award, kind: reward, valid_from: 2026-01-01, document: list, requires: {rule: high_tech}, amount: {fixed: 90万元}}
"""


@pytest.fixture
def place(tmp_path: Path) -> Statutes:
    path = tmp_path / "somewhere.yaml"
    path.write_text(OVERLAY, "utf-8")
    return load([path])


def rungs(found: Plan) -> dict[str, str]:
    return {one.rule: one.verdict for one in found.rungs}


# --- rungs ---


def test_the_ladder_in_order_and_where_the_enterprise_stands() -> None:
    found = plan(FIRM, ON)
    assert [one.info.rung for one in found.rungs] == sorted(one.info.rung for one in found.rungs)
    assert list(rungs(found))[:2] == ["tech_sme", "high_tech"]
    assert (rungs(found)["tech_sme"], rungs(found)["high_tech"]) == ("yes", "no")
    assert found.reached is not None
    assert found.reached.rule == "tech_sme"
    assert found.next is not None
    assert found.next.rule == "high_tech"


def test_the_distance_to_the_next_rung() -> None:
    """Hi-tech income 500 of 1,000 万; 60 % are asked."""
    coming = plan(FIRM, ON).as_dict()["next"]
    assert (coming["rule"], coming["failing"], coming["missing"]) == (
        "high_tech",
        ["high_tech_income_share"],
        [],
    )
    assert [(flip["fact"], flip["to_yuan"]) for flip in coming["flips"]] == [("high_tech_income", "6000000")]


@pytest.mark.parametrize(
    "rule", ["tech_sme", "high_tech", "innovative_sme", "specialised_sme", "little_giant"]
)
def test_each_rung_is_what_assess_says(rule: str) -> None:
    rows = {row["rule"]: row for row in plan(FIRM, ON).as_dict()["rungs"]}
    assert rows[rule] == {"rung": rows[rule]["rung"], **assess(rule, FIRM, ON).as_dict()}


def test_nothing_known_nothing_reached() -> None:
    found = plan({}, ON)
    shown = found.as_dict()
    assert (shown["reached"], shown["next"]["rule"]) == (None, "tech_sme")
    assert set(rungs(found).values()) <= {"unknown", "no"}


def test_what_lies_below_a_rung_reached_is_not_next() -> None:
    """High-tech, and too large for an SME for technology: next is the first rung of the other ladder."""
    found = plan(FIRM | {"employees": 501, "tech_staff": 150, "high_tech_income": 600 * WAN}, ON)
    assert (rungs(found)["tech_sme"], rungs(found)["high_tech"]) == ("no", "yes")
    assert found.reached is not None
    assert found.reached.info.rung >= 2
    open_rungs = [rung.rule for rung in found.rungs if rung.verdict != "yes" and rung.rule != "tech_sme"]
    assert found.next is not None
    assert found.next.rule == open_rungs[0]


def test_rungs_that_are_not_in_force_are_passed_over() -> None:
    found = plan({"employees": 10}, "2010-06-01")
    assert rungs(found)["tech_sme"] == "no_rule_in_force"
    assert found.next is not None
    assert found.next.rule == "high_tech"


def test_sentences_in_both_languages() -> None:
    zh, en = plan(FIRM, ON).sentences("zh"), plan(FIRM, ON).sentences("en")
    assert zh[0] == "1. 科技型中小企业：符合"
    assert en[0] == "1. Technology-based small or medium-sized enterprise: yes"
    assert "下一级：高新技术企业" in zh
    assert "Next: High-tech enterprise" in en


# --- facts of one year and of three ---


def test_one_file_for_rules_of_one_year_and_of_three() -> None:
    by_itself = FIRM | {"sales": 1000 * WAN, "rd_expense": 60 * WAN}
    one = {name: value for name, value in by_itself.items() if name not in ("rd_mainland", "net_assets")}
    assert assess("tech_sme", FIRM, ON).as_dict() == assess("tech_sme", one, ON).as_dict()
    assert plan_faults(FIRM, ON) == []


def test_every_fault_once() -> None:
    """The head-count is read by several rules, and named once; what only one rule asks for is named too."""
    wrong = FIRM | {"employees": -3, "conversions": "many", "year": "x", "stuff_of_no_rule": 1}
    faults = plan_faults(wrong, ON, file="firm.json")
    named = [fault.where["field"] for fault in faults]
    assert sorted(named) == ["conversions", "employees", "stuff_of_no_rule", "year"]
    assert all(fault.sentence("en").startswith("firm.json: ") for fault in faults)
    with pytest.raises(InputError) as raised:
        plan(wrong, ON)
    assert raised.value.where["field"] in named


def test_a_contradiction_once() -> None:
    faults = plan_faults(FIRM | {"tech_staff": 101}, ON)
    assert [(fault.code, fault.where["field"]) for fault in faults] == [("rules.contradiction", "tech_staff")]


# --- dates ---


def test_dates_soonest_first(place: Statutes) -> None:
    found = plan(FIRM, ON, place)
    days = [day for day, _, _ in found.dates]
    assert days == sorted(days)
    listed = {en: day.isoformat() for day, _, en in found.dates}
    sme = "Technology-based small or medium-sized enterprise: valid to this day if gained on 2026-05-20"
    assert listed[sme] == "2027-03-31"
    assert listed["Small award: ends"] == "2026-12-31"
    assert listed.keys().isdisjoint({"Barred award: ends", "Large award: ends"})


# --- money ---


def ranks(found: Plan) -> Iterator[tuple[int, Fraction]]:
    for one in found.as_dict()["programmes"]:
        state = ["certain", "possible", "blocked"].index(one["state"])
        yield state, -Fraction(one["amount_high_fen"] or 0)


def test_certain_then_possible_then_blocked_the_most_money_first(place: Statutes) -> None:
    for facts in (FIRM, FIRM | TAX, {}, {"employees": 3}):
        listed = list(ranks(plan(facts, ON, place)))
        assert listed == sorted(listed)
    shown = [
        (one["id"], one["state"], one["amount_fen"]) for one in plan(FIRM, ON, place).as_dict()["programmes"]
    ]
    certain = [row for row in shown if row[1] == "certain"]
    assert certain == [("large", "certain", 200_000_00), ("small", "certain", 50_000_00)]
    assert [row[:2] for row in shown if row[1] == "blocked"] == [("barred", "blocked")]


def test_without_the_overlay_there_are_only_taxes() -> None:
    assert {one["kind"] for one in plan(FIRM, ON).as_dict()["programmes"]} == {"tax"}


def test_the_programmes_of_the_shipped_region() -> None:
    hohhot = load(overlays_of("hohhot"))
    found = plan(FIRM, ON, hohhot).as_dict()
    assert len(found["programmes"]) > len(plan(FIRM, ON).as_dict()["programmes"])
    assert all(one["why_zh"] and one["why_en"] for one in found["programmes"])


@pytest.mark.parametrize(
    ("certificate", "people", "worth"),
    [(True, 301, 150_000_00), (False, 301, 250_000_00), (False, 300, 50_000_00)],
)
def test_what_a_deduction_saves_depends_on_the_rate(certificate: bool, people: int, worth: int) -> None:
    """100 万 of extra deduction at 15 %, at 25 %; a small low-profit enterprise pays 20 % of a quarter: 5 %."""
    facts = TAX | {
        "year": 2025, "high_tech_certificate": certificate, "people": people, "assets": 5000 * WAN,
        "items_1_to_5": 100 * WAN, "other_related": 0, "entrusted_domestic": 0, "entrusted_overseas": 0,
        "negative_income": 0, "industry": "ordinary", "tech_sme": False,
    }  # fmt: skip
    taxes = {one["id"]: one for one in plan(facts, ON).as_dict()["programmes"]}
    assert (taxes["super_deduction"]["state"], taxes["super_deduction"]["amount_fen"]) == ("certain", worth)
    own = {one["id"]: one for one in plan(facts | {"tax_rate": "10%"}, ON).as_dict()["programmes"]}
    assert own["super_deduction"]["amount_fen"] == 100_000_00


@pytest.mark.parametrize(("year", "day"), [(2024, "2024-12-31"), (None, "2025-12-31")])
def test_taxes_of_the_year_named_or_of_the_last_full_one(year: int | None, day: str) -> None:
    found = plan({} if year is None else {"year": year}, ON).as_dict()
    days = {one["id"]: one["on"] for one in found["programmes"]}
    assert (days["income_tax"], days["super_deduction"], days["contract_income_tax"]) == (day, day, day)
    assert days["contract_vat"] == ON  # a contract is a matter of its day


def test_no_plan_on_a_day_that_is_none_or_with_an_overlay_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError) as day:
        plan({}, "2026-02-30")
    with pytest.raises(MissingError) as overlay:
        load([tmp_path / "nowhere.yaml"])
    assert (day.value.code, overlay.value.code) == ("rules.bad_date", "rules.no_overlay")


def test_an_overlay_changes_the_rungs(tmp_path: Path) -> None:
    """50 % of hi-tech income are enough where an overlay says so, from its day on."""
    path = tmp_path / "half.yaml"
    path.write_text(
        "overlay: half\nzh: 假设\nen: assumption\ndocuments:\n  d: {number: 某发〔2026〕1号, zh: 某文, en: Some paper}\n"
        "parameters:\n  high_tech.high_tech_income_share:\n    unit: ratio\n    rows:\n"
        "      - {value: 50%, valid_from: 2026-05-20, document: d, article: 一, status: to_verify}\n",
        "utf-8",
    )
    half = load([path])
    assert rungs(plan(FIRM, ON, half))["high_tech"] == "yes"
    assert rungs(plan(FIRM, datetime.date(2026, 5, 19), half))["high_tech"] == "no"
    rung = plan(FIRM, ON, half).rungs[1]
    assert "high_tech.high_tech_income_share" in rung.to_verify
    assert "high_tech.high_tech_income_share" not in plan(FIRM, ON).rungs[1].to_verify
