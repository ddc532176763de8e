"""高新技术企业 since 2016: 国科发火〔2016〕32号 art. 11 and guide 195号 part 三, worked out from their text."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines.rules_support import conditions
from tuwei.rules import assess
from tuwei.rules._assess import Assessment

ON = "2026-05-20"
BEST = {"advancement": 8, "core_support": 8, "source": 6, "standards": 2, "rd_organisation": 20}
# The worked example: R&D 840 of sales 21,000 (4.000 %), net assets growing by 15.0 %; the rest on the edge.
SOUND: dict[str, Any] = {
    "founded": "2019-04-01",
    "core_ip_owned": True,
    "field_in_catalogue": True,
    "employees": 100,
    "tech_staff": 10,
    "sales": ["60000000", "70000000", "80000000"],
    "rd_expense": ["2600000", "2800000", "3000000"],
    "rd_mainland": ["1500000", "1700000", "1840000"],
    "net_assets": ["15000000", "16500000", "19800000"],
    "total_income": "90000000",
    "high_tech_income": "54000000",
    "clean_record": True,
    "ip_class1": 1,
    "ip_class2": 0,
    "conversions": 15,
    "expert": BEST,
}
ITEMS = ("一", "二", "三", "四", "五", "五", "六", "七", "八")
IDS = ("registered_one_year", "core_ip", "field", "tech_staff_share", "rd_intensity", "mainland_rd_share",
       "high_tech_income_share", "innovation_score", "record")  # fmt: skip
FLAT = ["1000000", "1000000", "1000000"]


def judge(on: str = ON, **changes: Any) -> Assessment:
    return assess("high_tech", SOUND | changes, on)


def value(found: Assessment, name: str) -> Any:
    return found.as_dict()["values"][name]


def band(low: int, high: int) -> dict[str, int]:
    return {"lo": low, "hi": high}


def test_the_worked_example_passes_at_the_tie() -> None:
    """840/21,000 = 4.000 % in the 4 % band; net assets ½(1.1 + 1.2) − 1 = 15.0 %: 5–6; sales 13/84: 5–6."""
    found = judge()
    assert (found.verdict, found.missing) == ("yes", [])
    assert set(conditions(found).values()) == {"yes"}
    assert value(found, "growth_net_assets_exact") == "3/20"
    assert value(found, "growth_sales_exact") == "13/84"
    assert value(found, "growth_points") == band(10, 12)
    assert value(found, "ip_points") == band(30, 30)
    assert value(found, "conversion_points") == band(25, 30)
    assert found.as_dict()["score"] == band(30 + 25 + 20 + 10, 30 + 30 + 20 + 12)
    intensity = next(row for row in found.as_dict()["conditions"] if row["id"] == "rd_intensity")
    assert (intensity["value_exact"], intensity["threshold_exact"], intensity["margin"]) == (
        "1/25",
        "1/25",
        0,
    )


def test_every_condition_says_where_it_stands() -> None:
    rows = judge().as_dict()["conditions"]
    assert [row["id"] for row in rows] == list(IDS)
    assert {row["document"] for row in rows} == {"国科发火〔2016〕32号"}
    assert [row["article"].removesuffix("末段") for row in rows] == [
        f"第十一条第({item})项" for item in ITEMS
    ]


# --- art. 11, condition by condition ---


@pytest.mark.parametrize(
    ("on", "founded", "verdict"),
    [("2026-05-20", "2025-05-20", "yes"), ("2026-05-20", "2025-05-21", "no"), ("2024-05-20", "2023-05-20", "yes"),
     ("2024-05-20", "2023-05-21", "yes"), ("2024-05-20", "2023-05-22", "no"), ("2026-05-20", "2026-05-20", "no")],
)  # fmt: skip
def test_365_days_registered(on: str, founded: str, verdict: str) -> None:
    """195号 三(一): 365 calendar days; a leap year holds one day more than a year needs."""
    found = judge(on, founded=founded)
    assert (conditions(found)["registered_one_year"], found.verdict) == (verdict, verdict)


@pytest.mark.parametrize(
    ("flag", "condition"), [("core_ip_owned", "core_ip"), ("field_in_catalogue", "field"), ("clean_record", "record")]
)  # fmt: skip
def test_each_flag_alone_refuses(flag: str, condition: str) -> None:
    found = judge(**{flag: False})
    assert (found.verdict, conditions(found)[condition]) == ("no", "no")


@pytest.mark.parametrize(
    ("staff", "employees", "verdict"),
    [(10, 100, "yes"), (9, 100, "no"), (10, 101, "no"), (11, 110, "yes"), (11, 111, "no"), (1, 10, "yes"), (0, 0, "no")],
)  # fmt: skip
def test_a_tenth_of_the_staff(staff: int, employees: int, verdict: str) -> None:
    assert conditions(judge(tech_staff=staff, employees=employees))["tech_staff_share"] == verdict


@pytest.mark.parametrize(
    ("latest", "rd", "verdict"),
    [("50000000.00", "2500000.00", "yes"), ("50000000.00", "2499999.99", "no"), ("49999999.99", "2500000.00", "yes"),
     ("50000000.01", "2000000.01", "yes"), ("50000000.01", "2000000.00", "no"), ("50000100.00", "2000004.00", "yes"),
     ("50000100.00", "2000003.99", "no"), ("200000000.00", "8000000.00", "yes"), ("200000000.00", "7999999.99", "no"),
     ("200000000.01", "6000000.01", "yes"), ("200000000.01", "6000000.00", "no"), ("200000100.00", "6000003.00", "yes"),
     ("200000100.00", "6000002.99", "no"), ("0.01", "0.01", "yes"), ("0", "0", "no"), ("0", "5000000", "no")],
)  # fmt: skip
def test_rd_intensity_of_one_year(latest: str, rd: str, verdict: str) -> None:
    """To 5,000 万元 5 %, above to 20,000 万元 4 %, above that 3 %; without sales there is no share."""
    found = judge(sales=[latest], rd_expense=[rd], rd_mainland=[rd], net_assets=["1"])
    assert conditions(found)["rd_intensity"] == verdict


@pytest.mark.parametrize(
    ("sales", "rd", "verdict"),
    [(["1", "1", "50000000"], ["0", "0", "2500000.10"], "yes"), (["1", "1", "50000000"], ["0", "0", "2500000.09"], "no"),
     (["300000000", "300000000", "50000000"], ["0", "0", "32500000"], "yes"),
     (["300000000", "300000000", "50000000"], ["0", "0", "32499999.99"], "no"),
     (["10000000", "10000000", "200000000.01"], ["2000000", "2000000", "2600000.01"], "yes"),
     (["10000000", "10000000", "200000000.01"], ["2000000", "2000000", "2600000.00"], "no"),
     (["60000000", "70000000", "80000000"], ["2600000", "2800000", "3000000"], "yes"),
     (["60000000", "70000000", "80000000"], ["2600000", "2800000", "2999999.99"], "no"),
     (["70000000", "80000000"], ["3000000", "3000000"], "yes"), (["70000000", "80000000"], ["3000000", "2999999.99"], "no"),
     (["0", "0", "80000000"], ["0", "0", "3200000"], "yes"), (["0", "0", "80000000"], ["1", "0", "3199998.99"], "no")],
)  # fmt: skip
def test_rd_intensity_is_over_all_years_and_banded_by_the_last(
    sales: list[str], rd: list[str], verdict: str
) -> None:
    found = judge(sales=sales, rd_expense=rd, rd_mainland=rd, net_assets=FLAT[: len(sales)])
    assert conditions(found)["rd_intensity"] == verdict


@pytest.mark.parametrize(
    ("mainland", "verdict"),
    [(["1500000", "1700000", "1840000"], "yes"), (["1500000", "1700000", "1839999.99"], "no"),
     (["0", "0", "5040000"], "yes"), (["2600000", "2800000", "3000000"], "yes"), (["0", "0", "0"], "no")],
)  # fmt: skip
def test_60_percent_of_rd_in_the_mainland(mainland: list[str], verdict: str) -> None:
    """Of 8,400,000 that is 5,040,000 over the three years together."""
    assert conditions(judge(rd_mainland=mainland))["mainland_rd_share"] == verdict


@pytest.mark.parametrize(
    ("income", "total", "verdict"),
    [("54000000.00", "90000000", "yes"), ("53999999.99", "90000000", "no"), ("54000000.00", "90000000.01", "no"),
     ("90000000", "90000000", "yes"), ("0", "90000000", "no"), ("0", "0", "no"), ("0.03", "0.05", "yes")],
)  # fmt: skip
def test_60_percent_of_income_is_high_tech(income: str, total: str, verdict: str) -> None:
    assert conditions(judge(high_tech_income=income, total_income=total))["high_tech_income_share"] == verdict


# --- 195号 三(七): the four blocks ---

NOBODY = {"advancement": 0, "core_support": 0, "source": 0, "standards": 0, "rd_organisation": 0}


@pytest.mark.parametrize(
    ("class1", "class2", "low", "high"),
    [(1, 0, 7, 8), (3, 9, 7, 8), (0, 9, 5, 6), (0, 5, 5, 6), (0, 4, 3, 4), (0, 3, 3, 4), (0, 2, 1, 2), (0, 1, 1, 2),
     (0, 0, 0, 0)],
)  # fmt: skip
def test_number_of_ip_rights(class1: int, class2: int, low: int, high: int) -> None:
    found = judge(ip_class1=class1, ip_class2=class2, expert=NOBODY)
    assert value(found, "ip_points") == band(low, high)


def test_the_ip_block_ends_at_30() -> None:
    """7–8 + 8 + 8 + 6 + 2 = 31–32; without the bonus 29–30."""
    assert value(judge(), "ip_points") == band(30, 30)
    assert value(judge(expert=BEST | {"standards": 0}), "ip_points") == band(29, 30)
    assert value(judge(expert=BEST | {"standards": 1}), "ip_points") == band(30, 30)


@pytest.mark.parametrize(
    ("total", "low", "high"),
    [(99, 25, 30), (15, 25, 30), (14, 19, 24), (12, 19, 24), (11, 13, 18), (9, 13, 18), (8, 7, 12), (6, 7, 12), (5, 1, 6),
     (3, 1, 6), (2, 0, 0), (1, 0, 0), (0, 0, 0)],
)  # fmt: skip
def test_conversions_in_three_years(total: int, low: int, high: int) -> None:
    """≥ 5, 4, 3, 2, 1 a year; the table prints no band below one a year but none: 0 points."""
    assert value(judge(conversions=total), "conversion_points") == band(low, high)


@pytest.mark.parametrize(
    ("years", "low", "high"),
    [(["1000000", "1350000", "1822500.00"], 9, 10), (["1000000", "1350000", "1822499.99"], 7, 8),
     (["1000000", "1350000", "1822500.01"], 9, 10), (["1000000", "1250000", "1562500.00"], 7, 8),
     (["1000000", "1250000", "1562499.99"], 5, 6), (["1000000", "1150000", "1322500.00"], 5, 6),
     (["1000000", "1150000", "1322499.99"], 3, 4), (["1000000", "1050000", "1102500.00"], 3, 4),
     (["1000000", "1050000", "1102499.99"], 1, 2), (["1000000", "1000000", "1000000.01"], 1, 2),
     (["1000000", "1000000", "1000000.00"], 0, 0), (["1000000", "1000000", "999999.99"], 0, 0),
     (["1000000", "500000", "750000"], 0, 0), (["500000", "1000000", "1000000"], 9, 10),
     (["0", "1000000", "1350000.00"], 9, 10), (["0", "1000000", "1349999.99"], 7, 8), (["0", "1000000", "0"], 0, 0),
     (["1000000", "0", "9000000"], 0, 0), (["0", "0", "9000000"], 0, 0), (["1000000", "1250000"], 7, 8),
     (["1000000", "1249999.99"], 5, 6), (["0", "1000000"], 0, 0), (["1000000"], 0, 0)],
)  # fmt: skip
@pytest.mark.parametrize("figure", ["net_assets", "sales"])
def test_growth(figure: str, years: list[str], low: int, high: int) -> None:
    """½(y₂/y₁ + y₃/y₂) − 1 against 35, 25, 15, 5 and 0 %; y₁ = 0: the last two; y₂ = 0: nothing."""
    level = FLAT[: len(years)]
    both = {"sales": level, "net_assets": level, figure: years}
    found = judge(**both, rd_expense=["0"] * len(years), rd_mainland=["0"] * len(years))
    assert value(found, "growth_points") == band(low, high)


@pytest.mark.parametrize(
    ("years", "low", "high"),
    [(["-1000000", "1000000", "1350000"], 9, 10), (["1000000", "-1", "9000000"], 0, 0), (["-3", "-2", "-1"], 0, 0),
     (["1000000", "1500000", "-1"], 0, 0), (["1000000", "1500000", "0"], 0, 0), (["-5", "1000000"], 0, 0)],
)  # fmt: skip
def test_net_assets_below_zero(years: list[str], low: int, high: int) -> None:
    """No rate can be told from a base below zero: it is read as a base of zero is."""
    level = FLAT[: len(years)]
    nothing = ["0"] * len(years)
    found = judge(net_assets=years, sales=level, rd_expense=nothing, rd_mainland=nothing)
    assert value(found, "growth_points") == band(low, high)


# --- art. 11 (7): more than 70 ---


def scored(ip_experts: int, organisation: Any) -> Assessment:
    """Ⅰ类 7–8, conversions 25–30, no growth: 32–38 with nothing from the experts."""
    eight = min(8, ip_experts)
    shared = {"advancement": eight, "core_support": min(8, ip_experts - eight), "standards": 0}
    shared["source"] = ip_experts - eight - shared["core_support"]
    level = {
        "sales": [str(80_000_000)] * 3,
        "net_assets": FLAT,
        "rd_expense": ["3200000"] * 3,
        "rd_mainland": ["3200000"] * 3,
    }
    return judge(**level, expert=shared | {"rd_organisation": organisation})  # fmt: skip


@pytest.mark.parametrize(
    ("ip_experts", "organisation", "low", "high", "verdict"),
    [(19, 20, 71, 77, "yes"), (18, 20, 70, 76, "unknown"), (22, 20, 74, 80, "yes"), (12, 20, 64, 70, "no"),
     (13, 20, 65, 71, "unknown"), (12, 19, 63, 69, "no"), (19, [20, 20], 71, 77, "yes"),
     (19, [19, 20], 70, 77, "unknown"), (12, [0, 20], 44, 70, "no"), (13, [0, 20], 45, 71, "unknown"), (0, 0, 32, 38, "no")],
)  # fmt: skip
def test_more_than_70_points(ip_experts: int, organisation: Any, low: int, high: int, verdict: str) -> None:
    """lo > 70: yes; hi ≤ 70: no; between: unknown. Points are whole, so 71 passes."""
    found = scored(ip_experts, organisation)
    assert found.as_dict()["score"] == band(low, high)
    assert (conditions(found)["innovation_score"], found.verdict) == (verdict, verdict)


def test_an_open_score_says_which_points_are_missing() -> None:
    assert scored(18, 20).missing == []  # all is known: the experts have yet to choose within the bands
    assert scored(19, None).missing == ["expert.rd_organisation"]
    assert judge(expert=None).missing == ["expert"]


# --- unknown facts ---


@pytest.mark.parametrize(
    ("absent", "verdict"),
    [("founded", "unknown"), ("core_ip_owned", "unknown"), ("field_in_catalogue", "unknown"), ("employees", "unknown"),
     ("tech_staff", "unknown"), ("sales", "unknown"), ("rd_expense", "unknown"), ("rd_mainland", "unknown"),
     ("total_income", "unknown"), ("high_tech_income", "unknown"), ("clean_record", "unknown"),
     ("conversions", "unknown"), ("expert", "unknown"), ("net_assets", "yes"), ("ip_class1", "yes"), ("ip_class2", "yes")],
)  # fmt: skip
def test_each_fact_taken_away(absent: str, verdict: str) -> None:
    """85 points at least; without net assets 80, without the number of IP rights 79, without conversions 60."""
    left = {name: given for name, given in SOUND.items() if name != absent}
    for facts in (left, left | {absent: None}):
        found = assess("high_tech", facts, ON)
        assert (found.verdict, found.missing) == (verdict, [absent] if verdict == "unknown" else [])


def test_a_failing_condition_refuses_whatever_is_unknown() -> None:
    assert assess("high_tech", {"clean_record": False}, ON).verdict == "no"
    assert assess("high_tech", {"employees": 100, "tech_staff": 9}, ON).verdict == "no"


def test_an_unknown_year_leaves_the_sum_open() -> None:
    found = judge(sales=["60000000", None, "80000000"])
    assert (conditions(found)["rd_intensity"], found.missing) == ("unknown", ["sales"])


def test_nothing_known_is_unknown() -> None:
    found = assess("high_tech", {}, ON)
    assert (found.verdict, found.as_dict()["score"]) == ("unknown", band(0, 100))
    assert set(found.missing) == set(SOUND)


@pytest.mark.parametrize(("on", "end"), [("2026-05-20", "2029-05-20"), ("2024-02-29", "2027-02-28")])
def test_a_certificate_lasts_three_years(on: str, end: str) -> None:
    assert judge(on).as_dict()["expires"] == end
