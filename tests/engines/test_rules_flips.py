"""The smallest change that turns a verdict: worked out by hand from the statutes' tables, to the 分, the person, the day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tuwei.rules import assess, load
from tuwei.rules._assess import Assessment

WAN = 10_000
Facts = dict[str, Any]
# 20/100 staff: 12 points; R&D 2 % of sales: 10; nothing else: 22 of 60.
SME: Facts = {
    "registered_in_mainland": True, "employees": 100, "tech_staff": 20, "sales": 1_000_000, "total_assets": 500_000,
    "rd_expense": 20_000, "cost_expense": 20_000_000, "ip_class1": 0, "ip_class2": 0, "products_allowed": True,
    "clean_record": True, "high_tech_certificate": False, "national_award_top3": False,
    "provincial_rd_institution": False, "leading_standard_drafter": False,
}  # fmt: skip
# 30 + [25, 30] + 20 + 0 (nothing grows) = [75, 80], more than 70.
HIGH_TECH: Facts = {
    "founded": "2019-04-01", "core_ip_owned": True, "field_in_catalogue": True, "employees": 100, "tech_staff": 10,
    "sales": [1000 * WAN] * 3, "rd_expense": [50 * WAN] * 3, "rd_mainland": [30 * WAN] * 3,
    "net_assets": [1000 * WAN] * 3, "total_income": 1000 * WAN, "non_taxable_income": 0, "high_tech_income": 600 * WAN, "clean_record": True,
    "ip_class1": 1, "ip_class2": 0, "conversions": 15,
    "expert": {"advancement": 8, "core_support": 8, "source": 6, "standards": 2, "rd_organisation": 20},
}  # fmt: skip
SPECIALISED: Facts = {
    "registered_in_mainland": True, "sme_size": True, "products_allowed": True, "clean_record": True, "review": False,
    "tech_sme_valid": True, "innovative_sme_valid": False, "years_in_segment": 3, "sales": [1500 * WAN] * 3,
    "main_business_income": [1200 * WAN] * 3, "rd_expense": [100 * WAN] * 3, "equity_financing_two_years": 0,
    "total_assets": 1000 * WAN, "liabilities": 800 * WAN, "ip_class1_own_in_use": 1, "national_award_rank": 0,
    "provincial_award_rank": 0, "provincial_rd_institution": False, "market_position_high": True,
    "development_score": [50],
}  # fmt: skip
GAZELLE: Facts = {
    "founded": "2011-05-10", "sales_base": "10000000.01", "sales": [1200 * WAN, 1728 * WAN, "17280000.02"],
    "rd_expense": [0, 0, 0], "employees": 100, "employees_previous": 100, "employees_base": 100,
}  # fmt: skip


def told(found: Assessment) -> dict[str, Any]:
    """Return slot → the figure with which the verdict turns, slot/condition → that with which a condition does."""
    rows = {}
    for flip in found.flips:
        row = flip.as_dict()
        key = flip.slot + (f"/{row['condition']}" if row["condition"] else "")
        ends = [row.get(f"{end}_yuan", row.get(end)) for end in ("to", "until")]
        rows[key] = ends[0] if flip.before is not None or flip.unit in ("flag", "points") else tuple(ends)
    return rows


# --- 科技型中小企业 ---


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # 38 short: 24 by class II, 30 by class I, 8 more by staff are too little; 12 + 50 by R&D of 6 %
        ({}, {"rd_expense": "60000"}),
        ({"sales": "999999.99"}, {"rd_expense": "60000"}),  # 6 % is 59,999.9994
        ({"sales": "1000000.01"}, {"rd_expense": "60000.01"}),  # 6 % is 60,000.0006
        # 20 + 10 + 30: staff at 30 %; R&D 4 % is 12 + 30 + 30
        ({"ip_class1": 1}, {"tech_staff": 30, "rd_expense": "30000"}),
        ({"ip_class1": 1, "employees": 101}, {"tech_staff": 31, "rd_expense": "40000"}),  # 20/101: 8 points
        ({"ip_class1": 1, "employees": 99}, {"tech_staff": 30, "rd_expense": "30000"}),
        # 12 + 30 + 18: class II at 3; staff alone can bring 8
        ({"rd_expense": 40_000}, {"ip_class1": 1, "ip_class2": 3, "rd_expense": "60000"}),
        # 40 and 30 by a class I right would be 70, but staff points of zero fail by themselves
        ({"rd_expense": 50_000, "tech_staff": 9}, {"tech_staff": 30}),
        # 50 + 30 with nobody fails, one person in ten is enough
        ({"rd_expense": 60_000, "ip_class1": 1, "tech_staff": 0}, {"tech_staff": 10}),
        # the other indicator: 20 % of 100,000 gives 30, as 4 % of a million would; 15,000 is 15 %
        ({"ip_class1": 1, "sales": 10_000_000, "cost_expense": 100_000, "rd_expense": 15_000, "tech_staff": 10},
         {"tech_staff": 20, "rd_expense": "20000"}),
    ],
)  # fmt: skip
def test_tech_sme(changes: Facts, expected: dict[str, Any]) -> None:
    found = assess("tech_sme", SME | changes, "2024-03-01")
    assert found.verdict == "no"
    assert told(found) == expected


def test_what_an_enterprise_cannot_move_is_not_asked_of_it() -> None:
    many = {"rd_expense": 50_000, "ip_class1": 1, "employees": 501, "tech_staff": 51}
    found = assess("tech_sme", SME | many, "2024-03-01")
    assert (found.verdict, found.flips) == ("no", [])


def test_of_two_failing_conditions_each_is_told_by_itself() -> None:
    """Too many employees, and 16 + 30: 18 more by class II, 30 by class I, 20 by R&D, but 4 by staff."""
    many = {"employees": 501, "tech_staff": 126, "rd_expense": 40_000}
    found = assess("tech_sme", SME | many, "2024-03-01")
    assert told(found) == {"rd_expense/score": "60000", "ip_class1/score": 1, "ip_class2/score": 3}


def test_an_unknown_figure_has_a_first_and_a_last_value() -> None:
    """12 + 30 + 20 by R&D of 15 % of the costs: up to 133,333.33; without any costs there is no such share."""
    found = assess("tech_sme", SME | {"ip_class1": 1, "cost_expense": None}, "2024-03-01")
    assert (found.verdict, told(found)["cost_expense"]) == ("unknown", ("0.01", "133333.33"))


def test_an_unknown_head_count() -> None:
    """12 + 50 with 20 of at most 100 people; each of the 20 is one of them."""
    found = assess("tech_sme", SME | {"rd_expense": 60_000, "employees": None}, "2024-03-01")
    assert told(found) == {"employees": (20, 100)}


def test_an_unknown_figure_without_an_upper_end() -> None:
    found = assess(
        "tech_sme", SME | {"rd_expense": 60_000, "ip_class1": None, "tech_staff": 10}, "2024-03-01"
    )
    assert told(found)["ip_class1"] == (1, None)


# --- 高新技术企业 ---


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tech_staff": 9}, {"tech_staff": 10}),
        ({"employees": 101}, {"tech_staff": 11}),
        # 5 % of 3,000 万 is 150 万; mainland 90 万 is 60 % of it
        ({"rd_expense": [50 * WAN, 50 * WAN, 40 * WAN]}, {"rd_expense[-1]": "500000"}),
        ({"rd_expense": [50 * WAN, 50 * WAN, "499999.99"]}, {"rd_expense[-1]": "500000"}),
        ({"rd_expense": [50 * WAN, 50 * WAN, 40 * WAN], "sales": [1000 * WAN, 1000 * WAN, "10000000.01"]},
         {"rd_expense[-1]/rd_intensity": "500000.01"}),  # 5 % needs 1,500,000.0005, whose 60 % is more than 90 万
        ({"rd_mainland": [30 * WAN, 30 * WAN, "299999.99"]}, {"rd_mainland[-1]": "300000"}),
        ({"rd_mainland": [0, 0, 0]}, {"rd_mainland[-1]": "900000"}),
        # above 5,000 万 of the last year 4 % is enough, above 2 亿 3 %
        ({"sales": [0, 0, 5000 * WAN]}, {"rd_expense[-1]/rd_intensity": "1500000"}),
        ({"sales": [0, 0, "50000000.01"]}, {"rd_expense[-1]/rd_intensity": "1000000.01"}),
        ({"sales": [0, 0, "200000000.01"]}, {"rd_expense[-1]/rd_intensity": "5000000.01"}),
        ({"high_tech_income": "5999999.99"}, {"high_tech_income": "6000000"}),
        ({"total_income": "10000000.01"}, {"high_tech_income": "6000000.01"}),
        ({"high_tech_income": 500 * WAN, "non_taxable_income": 100 * WAN}, {"high_tech_income": "5400000"}),
    ],
)  # fmt: skip
def test_high_tech(changes: Facts, expected: dict[str, Any]) -> None:
    found = assess("high_tech", HIGH_TECH | changes, "2026-05-20")
    assert found.verdict == "no"
    assert told(found) == expected


def test_no_single_item_of_the_experts_is_enough() -> None:
    """[15, 16] + [25, 30] + 20: what a single item can still bring, 8 or 6 or 2, leaves it at 70 or below for sure."""
    poor = {"advancement": 8, "core_support": 0, "source": 0, "standards": 0, "rd_organisation": 20}
    found = assess("high_tech", HIGH_TECH | {"conversions": 15, "expert": poor}, "2026-05-20")
    assert (found.score.lo, found.score.hi, found.verdict) == (60, 66, "no")  # type: ignore[union-attr]
    assert told(found) == {}


def test_one_item_of_the_experts() -> None:
    """[15 + core_support …]: 63 + core_support > 70 at 8."""
    given = {"advancement": 8, "core_support": 0, "source": 3, "standards": 0, "rd_organisation": 20}
    found = assess("high_tech", HIGH_TECH | {"expert": given}, "2026-05-20")
    assert (found.score.lo, found.score.hi, found.verdict) == (63, 69, "no")  # type: ignore[union-attr]
    assert told(found) == {"expert.core_support": 8}
    whole = found.flips[0].as_dict()["set"]["expert"]
    assert whole == {name: [points] * 2 for name, points in (given | {"core_support": 8}).items()}


def test_conversions_by_the_year() -> None:
    """30 + 20 and four a year [19, 24]: 69; five a year, fifteen in three years, give [25, 30]: 75."""
    found = assess("high_tech", HIGH_TECH | {"conversions": 14}, "2026-05-20")
    assert (found.score.lo, found.verdict) == (69, "unknown")  # type: ignore[union-attr]
    assert told(found) == {"conversions": 15}


def test_unknown_total_income_lies_between_two_ends() -> None:
    """Hi-tech income of 600 万 is part of it, and 60 % of 1,000 万."""
    found = assess("high_tech", HIGH_TECH | {"total_income": None}, "2026-05-20")
    assert told(found) == {"total_income": ("6000000", "10000000")}


def test_what_leaves_nothing_open_is_not_asked_for() -> None:
    """Income that is not taxed counts as none unless stated: it is not missing, so no change of it is proposed."""
    changes = {"high_tech_income": "5999999.99", "non_taxable_income": None}
    assert told(assess("high_tech", HIGH_TECH | changes, "2026-05-20")) == {"high_tech_income": "6000000"}


@pytest.mark.parametrize(("on", "to"), [("2019-12-01", "2020-03-31"), ("2020-03-30", "2020-03-31")])
def test_waiting_days(on: str, to: str) -> None:
    """365 days after 2019-04-01 is 2020-03-31, 2020 being a leap year."""
    found = assess("high_tech", HIGH_TECH, on)
    assert (found.verdict, told(found)) == ("no", {"on": to})
    assert assess("high_tech", HIGH_TECH, to).verdict == "yes"


def test_no_waiting_into_another_rule() -> None:
    """Registered one year on 2016-05-31, when 172号 is no longer in force: its conditions say nothing then."""
    firm = HIGH_TECH | {
        "founded": "2015-06-01", "rd_expense": [60 * WAN] * 3, "rd_mainland": [40 * WAN] * 3, "college_staff": 40,
        "rd_staff": 20, "expert": {"ip": 30, "conversion": 30, "organisation": 10, "growth": 10},
    }  # fmt: skip
    assert told(assess("high_tech", firm, "2015-08-01")) == {}
    assert told(assess("high_tech", firm | {"founded": "2014-12-31"}, "2015-08-01")) == {"on": "2015-12-31"}
    assert told(assess("high_tech", firm | {"founded": "2015-01-01"}, "2015-08-01")) == {}


@pytest.mark.parametrize(("value", "expected"), [(3, {"on": "2020-03-31"}), (4, {})])
def test_waiting_across_a_row_that_changes_nothing(value: int, expected: Facts, tmp_path: Path) -> None:
    """A new row with the old figure, such as one to verify, is no other rule; one with another figure is."""
    path = tmp_path / "row.yaml"
    path.write_text(
        "overlay: row\nzh: 一行\nen: a row\ndocuments:\n  d: {number: 某发〔2020〕1号, zh: 某文, en: Some paper}\n"
        "parameters:\n  high_tech.certificate_years:\n    unit: years\n    rows:\n"
        f"      - {{value: {value}, valid_from: 2020-01-01, document: d, article: 一, status: to_verify}}\n",
        "utf-8",
    )
    assert told(assess("high_tech", HIGH_TECH, "2019-12-01", load([path]))) == expected


# --- 专精特新, 瞪羚 ---


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"liabilities": "8000000.01"}, {"liabilities": "8000000"}),
        ({"total_assets": "9999999.99"}, {"liabilities": "7999999.99"}),  # 80 % is 7,999,999.992
        ({"ip_class1_own_in_use": 0}, {"ip_class1_own_in_use": 1}),
        ({"rd_expense": [0, 100 * WAN, 40 * WAN]}, {"rd_expense[-1]": "1000000"}),
        ({"rd_expense": [0, "999999.99", 100 * WAN]}, {}),  # the year before cannot be moved any more
        ({"sales": [1500 * WAN, 1500 * WAN, 1400 * WAN]}, {"equity_financing_two_years": "20000000"}),
    ],
)  # fmt: skip
def test_specialised_sme(changes: Facts, expected: dict[str, Any]) -> None:
    found = assess("specialised_sme", SPECIALISED | changes, "2027-03-01")
    assert found.verdict == "no"
    assert told(found) == expected


def test_the_least_share_above_a_share_that_is_no_whole_fen() -> None:
    """2.5 % of 17,280,000.02 is 432,000.0005."""
    assert told(assess("gazelle", GAZELLE, "2026-05-10")) == {"rd_expense[-1]": "432000.01"}


# --- how it is said ---


def test_each_flip_says_itself_in_both_languages() -> None:
    flip = assess("high_tech", HIGH_TECH | {"tech_staff": 9}, "2026-05-20").flips[0]
    assert flip.sentence("zh") == "科技人员由 9 人 变为 10 人(增 1 人)，结论即变为符合。"
    assert (
        flip.sentence("en") == "S&T staff from 9 people to 10 people (+1 people): the verdict turns to yes."
    )
    assert flip.as_dict() == {
        "fact": "tech_staff", "from": 9, "to": 10, "change": 1, "unit": "people", "flips": "verdict",
        "condition": None, "set": {"tech_staff": 10}, "zh": flip.sentence("zh"), "en": flip.sentence("en"),
    }  # fmt: skip


def test_of_several_years_the_whole_list_is_set() -> None:
    facts = HIGH_TECH | {"rd_expense": [50 * WAN, 50 * WAN, 40 * WAN]}
    row = assess("high_tech", facts, "2026-05-20").flips[0].as_dict()
    assert row["set"] == {"rd_expense": ["500000"] * 3}
    assert (row["from_yuan"], row["to_yuan"], row["change"], row["change_yuan"]) == (
        "400000", "500000", 10_000_000, "100000",
    )  # fmt: skip


def test_where_any_figure_will_do_it_is_said_so() -> None:
    """A loss makes the tax known too: no least amount is named."""
    facts = {
        "year": 2018, "taxable_income_before_losses": None, "losses": [0], "prior_status": [1, 1], "people": 6,
        "assets": 100, "restricted_industry": False, "high_tech_certificate": True, "tech_sme": True,
        "western_encouraged": False, "western_main_income": 0, "total_income": 1, "industrial": True,
    }  # fmt: skip
    flip = assess("income_tax", facts, "2018-12-31").flips[0]
    assert (flip.fact, flip.until) == ("taxable_income_before_losses", None)
    assert flip.sentence("zh").endswith("尚未填写，无论多少，结论即变为符合。")
    assert flip.sentence("en").endswith("unknown so far, whatever it is: the verdict turns to yes.")


def test_what_holds_needs_no_change() -> None:
    assert assess("high_tech", HIGH_TECH, "2026-05-20").flips == []
    assert assess("high_tech", HIGH_TECH, "2007-01-01").flips == []
