"""清零: the population and three zeros; a figure that was not reported is unknown and never a zero."""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.rules import assess

FACTS = {
    "industrial": True,
    "main_business_income": 20_000_000,
    "reported_rd_spending": 1,
    "rd_institutions": 1,
    "ip_applications": 1,
    "ip_grants": 0,
    "new_product_sales": 0,
}
FLAGS = ("no_rd", "no_institution", "no_output")


def judged(on: str = "2026-05-10", **changed: Any) -> Any:
    return assess("rd_zero", FACTS | changed, on)


def flags(found: Any) -> list[Any]:
    values = found.as_dict()["values"]
    return [values[flag] for flag in FLAGS]


def test_nothing_is_zero() -> None:
    found = judged()
    assert (found.verdict, found.branch, flags(found)) == ("no", None, [False, False, False])
    assert found.as_dict()["values"]["zeros"] == 0


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"reported_rd_spending": 0}, [True, False, False]),
        ({"reported_rd_spending": "0.01"}, [False, False, False]),
        ({"rd_institutions": 0}, [False, True, False]),
        ({"ip_applications": 0}, [False, False, True]),
        ({"ip_applications": 0, "ip_grants": 1}, [False, False, False]),
        ({"ip_applications": 0, "new_product_sales": "0.01"}, [False, False, False]),
        ({"reported_rd_spending": 0, "rd_institutions": 0, "ip_applications": 0}, [True, True, True]),
    ],
)
def test_each_zero(changed: dict[str, Any], expected: list[bool]) -> None:
    found = judged(**changed)
    assert flags(found) == expected
    assert found.verdict == ("yes" if any(expected) else "no")
    assert found.as_dict()["values"]["zeros"] == sum(expected)
    assert [one.verdict == 2 for one in found.conditions[1:]] == expected
    assert all(one.needed for one in found.conditions)


@pytest.mark.parametrize("name", list(FACTS)[2:4])
def test_not_reported_is_not_zero(name: str) -> None:
    found = judged(**{name: None})
    assert (found.verdict, found.missing) == ("unknown", [name])
    assert None in flags(found)
    assert found.as_dict()["values"]["zeros"] == {"lo": 0, "hi": 1}


def test_output_is_told_by_one_and_open_without_it() -> None:
    assert flags(judged(ip_grants=None, new_product_sales=None)) == [False, False, False]
    assert flags(judged(ip_applications=0, ip_grants=None)) == [False, False, None]
    assert flags(judged(ip_applications=0)) == [False, False, True]


def test_nothing_reported_at_all() -> None:
    found = judged(**dict.fromkeys(list(FACTS)[2:]))
    assert (found.verdict, flags(found)) == ("unknown", [None, None, None])
    assert found.missing == list(FACTS)[2:]
    assert found.as_dict()["values"]["zeros"] == {"lo": 0, "hi": 3}


def test_one_zero_is_enough_though_the_rest_is_not_reported() -> None:
    found = judged(reported_rd_spending=0, rd_institutions=None)
    assert (found.verdict, found.missing) == ("yes", ["rd_institutions"])
    assert found.as_dict()["values"]["zeros"] == {"lo": 1, "hi": 2}


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, "yes"),
        ({"main_business_income": "19999999.99"}, "no"),
        ({"main_business_income": [30_000_000, 20_000_000]}, "yes"),
        ({"industrial": False}, "no"),
        ({"industrial": None}, "unknown"),
        ({"main_business_income": None}, "unknown"),
    ],
)
def test_population(changed: dict[str, Any], verdict: str) -> None:
    found = judged(reported_rd_spending=0, **changed)
    assert found.verdict == verdict
    assert found.as_dict()["values"]["population"] == {"yes": True, "no": False, "unknown": None}[verdict]


def test_outside_the_population_no_zero_counts_though_nothing_is_reported() -> None:
    assert judged(industrial=False, **dict.fromkeys(list(FACTS)[2:])).verdict == "no"


def test_it_says_that_the_definition_is_a_working_one() -> None:
    assert "rd_zero" in judged().to_verify
    assert "工作定义" in judged().sentences("zh")[1]
    assert judged("2010-12-31").verdict == "no_rule_in_force"
    assert judged("2011-01-01").verdict == "no"
