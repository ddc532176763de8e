"""Programmes of a region in YAML: certain, possible or blocked; the money to the 分; every fault in one line."""

from __future__ import annotations

import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.packs.loader import overlays_of
from tuwei.rules import Statutes, assess, load
from tuwei.rules._programmes import (
    ProgrammeResult,
    programme_amounts,
    programme_facts,
    programme_results,
    programmes,
)

HEAD = """\
overlay: somewhere
zh: 某地政策
en: Policies of a place
documents:
  list: {number: 某政发〔2024〕6号, zh: 政策清单, en: List of policies}
programmes:
"""
ROW = """\
  - id: one
    zh: 一项奖励
    en: An award
    kind: reward
    valid_from: 2024-01-01
    document: list
"""
YES = dict.fromkeys(("high_tech", "tech_sme"), "yes")


def statutes(tmp_path: Path, *pieces: str) -> Statutes:
    path = tmp_path / "somewhere.yaml"
    path.write_text(HEAD + "".join(pieces), "utf-8")
    return load([path])


def one(
    tmp_path: Path, piece: str, facts: dict[str, Any] | None = None, on: str = "2024-06-01", **verdicts: str
) -> ProgrammeResult:
    known = YES | verdicts
    (found,) = programme_results(statutes(tmp_path, ROW, piece), facts or {}, on, known.__getitem__)
    return found


# --- amounts: bands, ties, caps ------------------------------------------------------------------------

TRADE = """\
    facts: [{name: paid, zh: 实际支付额, en: amount paid, kind: money}]
    amount: {bands: [{up_to: 100万元, gives: 10%}, {up_to: 500万元, gives: 5%}, {gives: 3%}], of: paid, up_to: 200万元}
"""


@pytest.mark.parametrize(
    ("paid", "fen"),
    [
        (0, 0),
        ("1000000", 100_000_00),  # exactly the first edge: 10 %
        ("1000000.01", 100_000_00),  # 5 % of one 分 rounds to nothing
        ("1000000.10", 100_000_01),  # 5 % of ten 分 is half a 分, rounded up
        ("5000000", 300_000_00),  # 10 + 20
        ("5000001", 300_000_03),
        ("10000000", 450_000_00),  # 10 + 20 + 15
        ("61666666.66", 2_000_000_00),  # half a 分 below the cap and up
        ("61666666.67", 2_000_000_00),
        ("999999999", 2_000_000_00),
    ],
)  # fmt: skip
def test_marginal_bands_are_exact_and_capped(tmp_path: Path, paid: Any, fen: int) -> None:
    assert one(tmp_path, TRADE, {"paid": paid}).amount_fen == fen


SHARE = """\
    facts: [{name: investment, zh: 投资, en: investment, kind: money}]
    amount: {share: 20%, of: investment, up_to: 500万元}
"""


@pytest.mark.parametrize(
    ("investment", "fen"),
    [("24999999.99", 5_000_000_00), ("24999999.97", 4_999_999_99), ("25000000", 5_000_000_00),
     ("25000000.01", 5_000_000_00), ("0.02", 0), ("0.03", 1)],
)  # fmt: skip
def test_a_share_is_capped_and_rounded_half_up(tmp_path: Path, investment: str, fen: int) -> None:
    assert one(tmp_path, SHARE, {"investment": investment}).amount_fen == fen


def test_a_sum_for_each(tmp_path: Path) -> None:
    piece = """\
    facts: [{name: excellent, zh: 优秀特派员, en: excellent commissioners, kind: count, unit: people}]
    amount: {each: 3万元, of: excellent, up_to: 20万元}
"""
    assert [one(tmp_path, piece, {"excellent": n}).amount_fen for n in (0, 1, 6, 7)] == [
        0, 30_000_00, 180_000_00, 200_000_00,
    ]  # fmt: skip


def test_the_exact_amount_is_kept_unrounded(tmp_path: Path) -> None:
    assert one(tmp_path, SHARE, {"investment": "0.01"}).amount == Fraction(1, 5)


def test_of_several_years_the_last_counts(tmp_path: Path) -> None:
    piece = "    amount: {share: 10%, of: rd_expense}\n"
    assert one(tmp_path, piece, {"rd_expense": [100, 200, 300]}).amount_fen == 30_00
    assert one(tmp_path, piece, {"rd_expense": 300}).amount_fen == 30_00


# --- states --------------------------------------------------------------------------------------------

FIRST = """\
    facts: [{name: first_time, zh: 首次认定, en: first recognised, kind: flag}]
    requires: [{rule: high_tech, verdict: yes}, {fact: first_time, is: true}]
    amount: {fixed: 30万元}
"""


@pytest.mark.parametrize(
    ("verdict", "first", "state"),
    [("yes", True, "certain"), ("yes", None, "possible"), ("unknown", True, "possible"), ("unknown", None, "possible"),
     ("no", None, "blocked"), ("no_rule_in_force", True, "blocked"), ("yes", False, "blocked"), ("unknown", False, "blocked")],
)  # fmt: skip
def test_the_state_follows_kleene(tmp_path: Path, verdict: str, first: bool | None, state: str) -> None:
    found = one(tmp_path, FIRST, {"first_time": first}, high_tech=verdict)
    assert (found.state, found.amount_fen) == (state, 300_000_00)


def test_what_is_missing_is_the_facts_and_those_of_the_rule(tmp_path: Path) -> None:
    over = statutes(tmp_path, ROW, FIRST)
    (found,) = programme_results(over, {}, "2024-06-01", lambda rule: assess(rule, {}, "2024-06-01", over))
    assert found.missing[-1] == "first_time"
    assert {"founded", "employees"} < set(found.missing)


def test_nothing_is_missing_once_it_is_blocked(tmp_path: Path) -> None:
    assert one(tmp_path, FIRST, {"first_time": False}, high_tech="unknown").missing == []


def test_a_blocked_one_says_what_fails_and_nothing_else(tmp_path: Path) -> None:
    found = one(tmp_path, FIRST, {"first_time": True}, high_tech="no")
    assert found.why("en").startswith("Not met: High-tech enterprise must be yes, is no.")
    assert found.why("zh").startswith("不符合：高新技术企业须为“符合”，现为“不符合”。")


def test_an_unknown_amount_is_possible_with_its_range(tmp_path: Path) -> None:
    found = one(tmp_path, SHARE)
    told = found.as_dict()
    assert (found.state, found.missing) == ("possible", ["investment"])
    assert (told["amount_fen"], told["amount_low_fen"], told["amount_high_fen"]) == (None, 0, 5_000_000_00)
    assert (told["amount_text_zh"], told["amount_text_en"]) == ("不超过 500万元", "up to CNY 5,000,000")


def test_one_without_a_sum_is_possible_at_most(tmp_path: Path) -> None:
    found = one(tmp_path, "    requires: {rule: high_tech}\n")
    assert (found.state, found.amount_text("zh"), found.range_fen) == ("possible", "", None)


def test_the_dict_holds_what_the_plan_shows(tmp_path: Path) -> None:
    told = one(tmp_path, FIRST, {"first_time": True}).as_dict()
    assert (told["id"], told["state"], told["amount_fen"], told["amount_yuan"]) == (
        "one",
        "certain",
        300_000_00,
        "300000",
    )
    assert (told["document"], told["status"], told["valid_to"]) == ("某政发〔2024〕6号", "to_verify", None)
    assert "still to be verified" in told["why_en"]
    assert [part["verdict"] for part in told["tree"]["parts"]] == ["yes", "yes"]


# --- the language of conditions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "facts", "state"),
    [
        ("{fact: employees, at_least: 10}", {"employees": 10}, "certain"),
        ("{fact: employees, at_least: 10}", {"employees": 9}, "blocked"),
        ("{fact: employees, above: 10}", {"employees": 10}, "blocked"),
        ("{fact: employees, at_most: 10}", {"employees": 10}, "certain"),
        ("{fact: employees, below: 10}", {"employees": 10}, "blocked"),
        ("{fact: employees, at_least: 5, below: 10}", {"employees": 4}, "blocked"),
        ("{fact: sales, at_least: 2000万元}", {"sales": "19999999.99"}, "blocked"),
        ("{fact: sales, at_least: 2000万元}", {"sales": "20000000"}, "certain"),
        ("{fact: founded, at_most: 2020-01-01}", {"founded": "2020-01-01"}, "certain"),
        ("{fact: rd_expense, share_of: sales, at_least: 3%}", {"rd_expense": "3", "sales": "100"}, "certain"),
        ("{fact: rd_expense, share_of: sales, at_least: 3%}", {"rd_expense": "2.99", "sales": "100"}, "blocked"),
        ("{fact: rd_expense, share_of: sales, at_least: 3%}", {"rd_expense": "2.99", "sales": 0}, "blocked"),
        ("{rule: high_tech, verdict: no}", {}, "blocked"),
        ("{not: {rule: tech_sme}}", {}, "blocked"),
        ("{any: [{rule: high_tech, verdict: no}, {fact: employees, at_least: 1}]}", {}, "possible"),
        ("{any: [{rule: high_tech}, {fact: employees, at_least: 1}]}", {}, "certain"),
        ("{not: {any: [{fact: employees, at_least: 10}, {fact: clean_record, is: false}]}}", {"employees": 3}, "possible"),
        ("{not: {all: [{fact: employees, at_least: 10}, {fact: clean_record, is: true}]}}", {"employees": 3}, "certain"),
        ("{fact: clean_record, is: false}", {"clean_record": True}, "blocked"),
    ],
)  # fmt: skip
def test_conditions(tmp_path: Path, condition: str, facts: dict[str, Any], state: str) -> None:
    assert one(tmp_path, f"    requires: {condition}\n    amount: {{fixed: 1万元}}\n", facts).state == state


def test_a_closed_list(tmp_path: Path) -> None:
    piece = """\
    facts:
      - {name: level, zh: 级别, en: level, kind: choice, choices: {nation: {zh: 国家级, en: national}, region: {zh: 自治区级, en: regional}}}
    requires: {fact: level, is: [nation]}
    amount: {fixed: 800万元}
"""
    assert one(tmp_path, piece, {"level": "nation"}).state == "certain"
    assert (
        one(tmp_path, piece, {"level": "region"})
        .why("en")
        .startswith("Not met: level must be national, is regional.")
    )
    with pytest.raises(InputError, match="level"):
        one(tmp_path, piece, {"level": "city"})


def test_names_given_to_conditions_are_told(tmp_path: Path) -> None:
    piece = "    requires: {any: [{fact: employees, above: 9}, {rule: high_tech, verdict: no}], zh: 规模, en: Size}\n"
    said = one(tmp_path, piece, {"employees": 3})
    assert said.why("en").startswith(
        "Not met: Size (Employees 3 people, must be > 9 people (short by 6 people) or High-tech"
    )
    assert said.why("zh").startswith(
        "不符合：规模(职工总数 3 人，要求 > 9 人(差 6 人)或高新技术企业须为“不符合”"
    )


# --- windows -------------------------------------------------------------------------------------------


def test_windows(tmp_path: Path) -> None:
    later = ROW.replace("2024-01-01", "2025-01-01\n    valid_to: 2025-12-31") + "    amount: {fixed: 2万元}\n"
    over = statutes(tmp_path, ROW.replace("2024-01-01", "2024-01-01\n    valid_to: 2024-12-31"),
                    "    amount: {fixed: 1万元}\n", later)  # fmt: skip
    found = {
        on: [(one.state, one.amount_fen) for one in programme_results(over, {}, on, YES.__getitem__)]
        for on in ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01")
    }
    assert found == {
        "2023-12-31": [],
        "2024-01-01": [("certain", 1000000)],
        "2024-12-31": [("certain", 1000000)],
        "2025-01-01": [("certain", 2000000)],
        "2025-12-31": [("certain", 2000000)],
        "2026-01-01": [("blocked", 2000000)],
    }
    (last,) = programme_results(over, {}, "2026-01-01", YES.__getitem__)
    assert not last.in_force
    assert last.why("en").startswith("In force until 2025-12-31 as far as known")


def test_a_later_overlay_lies_on_top(tmp_path: Path) -> None:
    below = statutes(tmp_path, ROW, "    amount: {fixed: 1万元}\n")
    path = tmp_path / "above.yaml"
    path.write_text((HEAD + ROW + "    amount: {fixed: 3万元}\n").replace("somewhere", "above"), "utf-8")
    over = Statutes((*below.layers, *load([path]).layers[-1:]))
    assert [one.amount_fen for one in programme_results(over, {}, "2024-06-01", YES.__getitem__)] == [3000000]


def test_the_next_deadline(tmp_path: Path) -> None:
    piece = "    applies: {deadline: 05-31}\n    valid_to: 2025-12-31\n    amount: {fixed: 1万元}\n"
    days = {on: one(tmp_path, piece, on=on).deadline for on in ("2024-05-31", "2024-06-01", "2025-06-01")}
    assert days == {
        "2024-05-31": datetime.date(2024, 5, 31),
        "2024-06-01": datetime.date(2025, 5, 31),
        "2025-06-01": None,
    }


def test_the_most_money_first(tmp_path: Path) -> None:
    second = ROW.replace("one", "two") + "    amount: {fixed: 2万元}\n"
    third = (
        ROW.replace("one", "three")
        + "    requires: {rule: high_tech, verdict: no}\n    amount: {fixed: 9万元}\n"
    )
    over = statutes(tmp_path, ROW, "    amount: {fixed: 1万元}\n", second, third)
    found = programme_results(over, {}, "2024-06-01", YES.__getitem__)
    assert [one.programme.id for one in found] == ["two", "one", "three"]


# --- facts of programmes -------------------------------------------------------------------------------


def test_rules_pass_over_the_facts_of_programmes(tmp_path: Path) -> None:
    over = statutes(tmp_path, ROW, FIRST)
    assert assess("tech_sme", {"first_time": True}, "2024-06-01", over).verdict == "unknown"
    assert [fact.name for fact in programme_facts(over)] == ["first_time"]


def test_a_wrong_fact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        one(tmp_path, SHARE, {"investment": -5})
    assert (caught.value.code, caught.value.where["field"]) == ("rules.bad_sign", "investment")
    with pytest.raises(InputError) as caught:
        one(tmp_path, SHARE, {"investmint": 5})
    assert caught.value.where["expected"] == "investment"


# --- columns -------------------------------------------------------------------------------------------


def test_columns_give_the_same_as_one_at_a_time(tmp_path: Path) -> None:
    piece = TRADE + "    requires: [{rule: high_tech}, {fact: employees, at_most: 500}]\n"
    over = statutes(tmp_path, ROW, piece)
    paid, staff = [0, 100_000_010, 6_166_666_666, 99, 10**12], [500, 501, 3, 4, 1]
    words = ["yes", "yes", "no", "", "yes"]
    known = np.array([True, True, True, False, True])
    columns = {
        "paid": (np.array(paid), known),
        "employees": (np.array(staff), True),
        "rule:high_tech": np.array(words),
    }
    verdicts, fen = programme_amounts(programmes(over)["one"][0], columns, len(paid))
    for at in range(len(paid)):
        facts = {
            "paid": f"{paid[at] // 100}.{paid[at] % 100:02d}" if known[at] else None,
            "employees": staff[at],
        }
        (alone,) = programme_results(over, facts, "2024-06-01", lambda rule, at=at: words[at] or "unknown")
        assert (verdicts[at], fen[at]) == (
            alone.verdict,
            -1 if alone.amount_fen is None else alone.amount_fen,
        )


# --- bad YAML: one line, with file, line and key -------------------------------------------------------


@pytest.mark.parametrize(
    ("piece", "line", "field", "expected"),
    [
        ("    requires: high_tech\n", 13, "requires", "{rule: high_tech, verdict: yes}"),
        ("    requires: {rule: hightech}\n", 13, "rule", "high_tech"),
        ("    requires: {rule: high_tech, verdict: maybe}\n", 13, "verdict", "yes | no"),
        ("    requires: {rule: high_tech, fact: sales}\n", 13, "requires", "all | any | not | rule | fact"),
        ("    requires:\n      - {rule: high_tech}\n      - {fact: employes, at_least: 5}\n", 15, "fact", "employees"),
        ("    requires: {fact: employees, at_least: 5万元}\n", 13, "at_least", "30"),
        ("    requires: {fact: sales, at_least: 5%}\n", 13, "at_least", "500万元"),
        ("    requires: {fact: sales, atleast: 5%}\n", 13, "atleast", "at_least"),
        ("    requires: {fact: sales}\n", 13, "fact", "at_least"),
        ("    requires: {fact: clean_record, at_least: 1}\n", 13, "fact", "is: true"),
        ("    requires: {fact: clean_record, is: 1}\n", 13, "is", "true | false"),
        ("    requires: {fact: sales, share_of: employees, above: 1%}\n", 13, "share_of", "amount"),
        ("    requires: {any: {rule: high_tech}}\n", 13, "any", "list"),
        ("    amount: 30万元\n", 13, "amount", "fixed | share | each | bands"),
        ("    amount: {fixed: 30%}\n", 13, "fixed", "500万元"),
        ("    amount: {fixed: 0}\n", 13, "fixed", "above zero"),
        ("    amount: {share: 20%}\n", 13, "of", "required"),
        ("    amount: {share: 20%, of: employees}\n", 13, "of", "amount of money"),
        ("    amount: {each: 3万元, of: sales}\n", 13, "of", "count"),
        ("    amount: {bands: [{up_to: 5万元, gives: 9%}, {up_to: 1万元, gives: 9%}, {gives: 3%}], of: sales}\n", 13, "bands", "rising"),
        ("    amount: {bands: [{up_to: 5万元, gives: 9%}], of: sales}\n", 13, "bands", "last band"),
        ("    applies: in May\n", 13, "applies", "deadline"),
        ("    applies: {deadline: 31-05}\n", 13, "deadline", "05-31"),
        ("    applies: {zh: 五月}\n", 13, "en", "required"),
        ("    kind: gift\n", 13, "kind", "twice"),
        ("    document: other\n", 13, "document", "twice"),
        ("    valid_to: 2023-12-31\n", 13, "valid_to", "before"),
        ("    status: sure\n", 13, "status", "to_verify"),
        ("    requirement: {}\n", 13, "requirement", "requires"),
        ("    facts: [{name: Big, zh: 大, en: big, kind: flag}]\n", 13, "name", "lower-case"),
        ("    facts: [{name: big, zh: 大, en: big, kind: bool}]\n", 13, "kind", "flag"),
        ("    facts: [{name: big, zh: 大, en: big, kind: flag, unit: people}]\n", 13, "unit", "count"),
        ("    facts: [{name: big, zh: 大, en: big, kind: choice}]\n", 13, "choices", "kind: choice"),
        ("    facts: [{name: employees, zh: 人, en: people, kind: money}]\n", 13, "facts", "count"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_that_says_where(
    tmp_path: Path, piece: str, line: int, field: str, expected: str
) -> None:
    with pytest.raises(InputError) as caught:
        programmes(statutes(tmp_path, ROW, piece))
    sentence = caught.value.sentence("en")
    assert sentence.startswith(f"somewhere.yaml, line {line}, “{field}”: ")
    assert expected in sentence
    assert "\n" not in sentence
    assert caught.value.sentence("zh").startswith(f"somewhere.yaml 第 {line} 行“{field}”：")


def test_windows_of_one_programme_may_not_overlap(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="overlap"):
        programmes(statutes(tmp_path, ROW, ROW))


# --- programmes worth a value of a rule ----------------------------------------------------------------

STATION = """\
    requires: {rule: station}
    amount: {rule: station, value: award, up_to: 30万元}
"""
REVIEWED = {
    "station_tech_staff": 5,
    "commissioners": 10,
    "station_is_company": False,
    "station_grade": "excellent",
    "excellent_commissioners": 2,
}


@pytest.mark.parametrize(
    ("facts", "state", "fen", "missing"),
    [
        ({}, "certain", 26_0000_00, []),  # 2 × 3 + 20 万元
        ({"excellent_commissioners": 9}, "certain", 30_0000_00, []),
        ({"excellent_commissioners": None}, "possible", None, ["excellent_commissioners"]),
        ({"commissioners": 9}, "blocked", 26_0000_00, []),
    ],
)
def test_the_amount_may_be_a_value_of_a_rule(
    tmp_path: Path, facts: dict[str, Any], state: str, fen: int | None, missing: list[str]
) -> None:
    over, given = statutes(tmp_path, ROW, STATION), REVIEWED | facts
    (found,) = programme_results(
        over, given, "2024-06-01", lambda rule: assess(rule, given, "2024-06-01", over)
    )
    assert (found.state, found.amount_fen, found.missing) == (state, fen, missing)
    assert found.as_dict()["rules"] == ["station"]


@pytest.mark.parametrize(
    ("amount", "field", "expected"),
    [
        ("{rule: stations, value: award}", "rule", "station"),
        ("{rule: station, value: awards}", "value", "award"),
        ("{rule: tech_sme, value: score}", "value", "there is no"),  # points are no money
    ],
)
def test_a_value_that_is_not_there(tmp_path: Path, amount: str, field: str, expected: str) -> None:
    with pytest.raises(InputError) as caught:
        programmes(statutes(tmp_path, ROW, f"    amount: {amount}\n"))
    assert (caught.value.where["field"], caught.value.where["row"]) == (field, 13)
    assert expected in caught.value.sentence("en")


# --- Inner Mongolia and Hohhot: amounts as the lists have them ------------------------------------------

ALL_YES = {
    "first_high_tech": True,
    "first_leading_enterprise": True,
    "new_technology_project": True,
    "new_technology_investment": 25_000_001,
    "results_contract_registered": True,
    "results_paid": 6_000_000,
    "super_deducted_rd": 10_000_000,
    "regional_high_tech_award": True,
    "first_recommended_high_tech": True,
    "manufacturing_innovation_centre": "national",
    "demonstration_enterprise": True,
    "industrialisation_project": True,
    "industrialisation_investment": 1_000_000,
    "relocated_here": True,
    "little_giant_title": True,
    "single_champion": True,
    "unveiling_list_sme": True,
    "first_above_scale": True,
}
WAN = 1_0000_00  # 分
LIST_2024 = {
    "nm_first_high_tech": 30,
    "nm_first_leading": 300,
    "nm_innovative_sme": 20,
    "nm_specialised_sme": 50,
    "nm_little_giant": 100,
    "nm_new_technology": 500,
}
FUND = {"nm_trade_subsidy": 33}  # 100 × 10 % + 400 × 5 % + 100 × 3 %
FUND_2021 = FUND | {"nm_rd_post_subsidy": 10}
HOHHOT_2021 = {"hohhot_high_tech": 10, "hohhot_first_recommended": 3}
HOHHOT_2024 = {
    "hohhot_centre_national": 800,
    "hohhot_demonstration": 50,
    "hohhot_industrialisation": 20,
    "hohhot_relocated_little_giant": 50,
    "hohhot_relocated_champion": 100,
    "hohhot_unveiling_sme": 10,
    "hohhot_above_scale": 60,
}


@pytest.fixture(scope="module")
def hohhot() -> Statutes:
    return load(overlays_of("hohhot"))


def certain(over: Statutes, on: str, facts: dict[str, Any] = ALL_YES) -> dict[str, Fraction]:
    found = programme_results(over, facts, on, lambda rule: "yes")
    return {one.programme.id: Fraction(one.amount_fen or 0, WAN) for one in found if one.state == "certain"}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2017-12-31", {}),
        ("2018-01-01", FUND),
        ("2021-05-11", FUND),
        ("2021-05-12", FUND | HOHHOT_2021),
        ("2021-11-16", FUND | HOHHOT_2021),
        ("2021-11-17", FUND_2021 | HOHHOT_2021),
        ("2022-01-01", FUND_2021),
        ("2024-01-20", FUND_2021),
        ("2024-01-21", FUND_2021 | LIST_2024),
        ("2024-03-04", FUND_2021 | LIST_2024),
        ("2024-03-05", FUND_2021 | LIST_2024 | HOHHOT_2024),
        ("2024-12-31", FUND_2021 | LIST_2024 | HOHHOT_2024),
        ("2025-01-01", FUND_2021 | HOHHOT_2024),
        ("2025-12-31", FUND_2021 | HOHHOT_2024),
        ("2026-01-01", FUND_2021),
    ],
)  # fmt: skip
def test_the_amounts_of_the_region_in_ten_thousand_yuan(
    hohhot: Statutes, on: str, expected: dict[str, int]
) -> None:
    assert certain(hohhot, on) == expected


def test_a_regional_centre_gets_the_smaller_award(hohhot: Statutes) -> None:
    facts = ALL_YES | {"manufacturing_innovation_centre": "regional"}
    found = certain(hohhot, "2024-06-01", facts)
    assert (found["hohhot_centre_regional"], "hohhot_centre_national" in found) == (300, False)


def test_what_is_not_confirmed_says_so(hohhot: Statutes) -> None:
    confirmed = {
        one.id
        for windows in programmes(hohhot).values()
        for one in windows
        if one.citation.status == "confirmed"
    }
    assert confirmed == set(LIST_2024)
    assert all(one.citation.note for windows in programmes(hohhot).values() for one in windows)


def test_ended_lists_are_shown_as_ended(hohhot: Statutes) -> None:
    found = programme_results(hohhot, ALL_YES, "2026-11-28", lambda rule: "yes")
    ended = {one.programme.id: one for one in found if not one.in_force}
    assert set(LIST_2024) | set(HOHHOT_2024) <= set(ended)
    assert {one.state for one in ended.values()} == {"blocked"}
    assert ended["nm_first_high_tech"].why("zh").startswith("已知有效期至 2024-12-31")


@pytest.mark.parametrize(("on", "fen"), [("2021-06-01", 500_0000_00), ("2025-06-01", None)])
def test_unveiling_projects_through_their_rule(hohhot: Statutes, on: str, fen: int | None) -> None:
    facts = {
        "unveiling_listed": True, "unveiling_role": "solver_conversion", "project_rd": 20_000_000,
        "enterprise_lead": True, "matching_funds": 2, "fiscal_funds": 1, "partners": 1, "regional_partners": 1,
        "regional_institutes": 1,
    }  # fmt: skip
    found = programme_results(hohhot, facts, on, lambda rule: assess(rule, facts, on, hohhot))
    (one,) = [one for one in found if one.programme.id == "nm_unveiling"]
    assert (one.state, one.amount_fen) == ("certain" if fen else "possible", fen)
