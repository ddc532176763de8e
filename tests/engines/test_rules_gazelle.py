"""瞪羚: the practice of the high-tech zones; compound growth by whole powers, age to the day."""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.rules import assess

WAN, YI = 10_000, 100_000_000
ON = "2026-05-10"
REVENUE = {
    "founded": "2011-05-10",  # fifteen years to the day
    "sales_base": "10000000.01",
    "sales": [12_000_000, 17_280_000, "17280000.02"],  # 1.2³ = 1.728
    "rd_expense": [0, 0, "432000.01"],
    "employees": 100,
    "employees_previous": 100,
    "employees_base": 100,
}
"""1.728 × 10,000,000.01 = 17,280,000.01728, so 17,280,000.02 is the least; 2.5 % of it is 432,000.0005."""
STAFF = REVENUE | {
    "sales_base": 10_000_000,
    "employees_base": 1_000,
    "employees_previous": 2_196,
    "employees": 2_197,
}
"""1.3³ = 2.197."""


def judged(facts: dict[str, Any], on: str = ON, **changed: Any) -> Any:
    return assess("gazelle", facts | changed, on)


def test_each_way_at_its_limit() -> None:
    assert (judged(REVENUE).verdict, judged(REVENUE).branch) == ("yes", "revenue_growth")
    assert (judged(STAFF).verdict, judged(STAFF).branch) == ("yes", "staff_growth")


def test_growth_of_exactly_a_fifth_a_year() -> None:
    exact = REVENUE | {
        "sales_base": 20_000_000,
        "sales": [24_000_000, 30_000_000, 34_560_000],
        "rd_expense": [0, 0, 900_000],
    }
    assert judged(exact).branch == "revenue_growth"
    assert judged(exact, sales=[24_000_000, 30_000_000, "34559999.99"]).verdict == "no"


@pytest.mark.parametrize(
    "changed",
    [
        {"founded": "2011-05-09"},
        {"sales_base": 10_000_000},
        {"sales": [12_000_000, 17_280_000, "17280000.01"]},
        {"sales": [12_000_000, "17280000.02", "17280000.02"]},
        {"sales": [12_000_000, 18_000_000, "17280000.02"]},
        {"rd_expense": [0, 0, "432000.00"]},
    ],
)
def test_just_short_by_revenue(changed: dict[str, Any]) -> None:
    assert judged(REVENUE, **changed).verdict == "no"


@pytest.mark.parametrize(
    "changed",
    [
        {"founded": "2011-05-09"},
        {"employees": 2_196, "employees_previous": 2_000},
        {"employees_previous": 2_197},
        {"employees_previous": 2_198},
        {"employees_base": 100, "employees": 100},
    ],
)
def test_just_short_by_staff(changed: dict[str, Any]) -> None:
    assert judged(STAFF, **changed).verdict == "no"


@pytest.mark.parametrize(("base", "last", "verdict"), [(100, 220, "no"), (101, 222, "yes"), (101, 221, "no")])
def test_more_than_a_hundred_in_the_base_year(base: int, last: int, verdict: str) -> None:
    assert judged(STAFF, employees_base=base, employees=last, employees_previous=150).verdict == verdict


LARGE = REVENUE | {"sales_base": 5 * YI, "sales": [5 * YI, 5 * YI, 5 * YI], "rd_expense": [0, 0, YI]}


@pytest.mark.parametrize(
    ("founded", "sales", "branch"),
    [
        ("2016-05-10", "1000000000.01", "large_ten"),
        ("2016-05-10", 10 * YI, None),
        ("2016-05-09", "1000000000.01", None),
        ("2021-05-10", "500000000.01", "large_five"),
        ("2021-05-10", 5 * YI, None),
        ("2021-05-09", "500000000.01", None),
        ("2021-05-09", 10 * YI, None),
        ("2021-05-09", "1000000000.01", "large_ten"),
    ],
)
def test_large_early(founded: str, sales: Any, branch: str | None) -> None:
    found = judged(LARGE, founded=founded, sales=[11 * YI, 11 * YI, sales])
    assert (found.verdict, found.branch) == ("yes" if branch else "no", branch)


@pytest.mark.parametrize(("rd", "verdict"), [("500000.01", "yes"), (500_000, "no"), ("499999.99", "no")])
def test_more_than_two_and_a_half_percent_of_rd(rd: Any, verdict: str) -> None:
    facts = REVENUE | {"sales_base": "10000000.01", "sales": [1, 2, 20_000_000]}
    assert judged(facts, rd_expense=[0, 0, rd]).verdict == verdict


def test_an_enterprise_without_a_base_year_grows_by_no_rate() -> None:
    assert judged(REVENUE, sales_base=0, employees_base=0).verdict == "no"


def test_unknown_until_told() -> None:
    found = judged(REVENUE, sales_base=None, employees_base=50)
    assert (found.verdict, found.missing) == ("unknown", ["sales_base"])
    assert judged(REVENUE, founded=None, employees_base=50).missing == ["founded"]


def test_founded_on_29_february() -> None:
    assert judged(REVENUE, "2027-02-28", founded="2012-02-29").verdict == "yes"
    assert judged(REVENUE, "2027-03-01", founded="2012-02-29").verdict == "no"


def test_window_and_what_is_to_verify() -> None:
    assert judged(REVENUE, "2022-10-31").verdict == "no_rule_in_force"
    found = judged(REVENUE, "2022-11-01")
    assert found.verdict == "yes"
    assert {"gazelle", "gazelle.rd_intensity", "gazelle.sales_growth"} <= set(found.to_verify)
