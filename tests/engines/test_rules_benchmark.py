"""内蒙古科技标杆企业 (measures of 2025-04-24): 引领型 and 成长型, every figure at its limit and just short of it."""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.rules import assess

YI = 100_000_000
ON = "2026-05-10"
LEADING = {
    "registered_in_inner_mongolia": True,
    "clean_record": True,
    "sales": [4 * YI, "499999999.99", "500000000.01"],
    "rd_expense": [18_666_666, 18_666_666, 18_666_668],  # 4 % of 14亿, exactly
    "ip_class1": 30,
    "high_level_platform": True,
    "stable_team_platform": False,
    "strong_product": False,
}
GROWING = LEADING | {
    "sales": [YI, YI, YI],
    "rd_expense": [600_0000, 600_0000, 600_0000],
    "ip_class1": 10,
    "high_level_platform": False,
    "stable_team_platform": True,
    "strong_product": True,
}


def judged(facts: dict[str, Any], **changed: Any) -> Any:
    return assess("benchmark_enterprise", facts | changed, ON)


def test_both_kinds_at_their_limits() -> None:
    assert (judged(LEADING).verdict, judged(LEADING).branch) == ("yes", "leading")
    assert (judged(GROWING).verdict, judged(GROWING).branch) == ("yes", "growing")
    assert str(judged(LEADING).as_dict()["values"]["rd_intensity_exact"]) == "1/25"


@pytest.mark.parametrize(
    ("facts", "changed", "condition"),
    [
        (LEADING, {"sales": [4 * YI, 5 * YI, 5 * YI]}, "leading_sales"),  # more than 5亿 is asked for
        (LEADING, {"rd_expense": [18_666_666, 18_666_666, "18666667.99"]}, "leading_rd"),
        (LEADING, {"ip_class1": 29}, "leading_ip"),
        (LEADING, {"high_level_platform": False}, "leading_platform"),
        (GROWING, {"rd_expense": [600_0000, 600_0000, "5999999.99"]}, "growing_rd"),
        (GROWING, {"ip_class1": 9}, "growing_ip"),
        (GROWING, {"stable_team_platform": False}, "growing_platform"),
        (GROWING, {"strong_product": False}, "growing_product"),
    ],
)
def test_just_short(facts: dict[str, Any], changed: dict[str, Any], condition: str) -> None:
    found = judged(facts, **changed)
    way = condition.split("_")[0]
    failing = [one.condition.id for one in found.conditions if one.verdict == 0 and one.condition.way == way]
    assert (found.verdict, failing) == ("no", [condition])


@pytest.mark.parametrize("name", ["registered_in_inner_mongolia", "clean_record"])
def test_what_both_kinds_need(name: str) -> None:
    assert judged(LEADING, **{name: False}).verdict == "no"
    assert judged(LEADING, **{name: None}).missing == [name]


def test_one_kind_is_enough_though_the_other_is_unknown() -> None:
    found = judged(GROWING, sales=[YI] * 3, high_level_platform=None)
    assert (found.verdict, found.branch, found.missing) == ("yes", "growing", [])


def test_unknown_until_told() -> None:
    found = judged(LEADING, ip_class1=None)
    assert (found.verdict, found.branch, found.missing) == ("unknown", None, ["ip_class1"])


def test_younger_than_three_years_counts_the_years_there_are() -> None:
    assert judged(GROWING, sales=[YI, YI], rd_expense=[600_0000, 600_0000]).branch == "growing"


def test_window() -> None:
    assert assess("benchmark_enterprise", LEADING, "2025-04-23").verdict == "no_rule_in_force"
    assert assess("benchmark_enterprise", LEADING, "2025-04-24").verdict == "yes"


def test_what_is_to_verify() -> None:
    assert judged(LEADING).to_verify == [
        "benchmark_enterprise.region",
        "benchmark_enterprise.leading_sales",
        "benchmark_enterprise.leading_sales_inclusive",
    ]
