"""Facts as people give them wrongly: each gives one clear line in Chinese and in English that names the field."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import InputError, MissingError, TuweiError
from tuwei.rules import assess, check

ON = "2026-05-20"
SOUND: dict[str, Any] = {"employees": 100, "tech_staff": 30}


def fault(rule: str = "tech_sme", on: Any = ON, file: str = "", **facts: Any) -> TuweiError:
    with pytest.raises(TuweiError) as caught:
        assess(rule, facts, on, file=file)
    error = caught.value
    for sentence in (error.sentence("zh"), error.sentence("en")):
        assert sentence.isprintable(), sentence  # one line, no controls
        assert 8 < len(sentence) < 400
        assert "{" not in sentence.replace(str(error.where.get("got")), "")
    return error


NAN, INFINITE = float("nan"), float("inf")
WRONG: list[tuple[str, Any, str, str]] = [
    # wrong type
    ("employees", "many", "rules.bad_fact", "whole number"), ("employees", True, "rules.bad_fact", "whole number"),
    ("employees", {"n": 1}, "rules.bad_fact", "whole number"), ("employees", 10.5, "rules.bad_fact", "whole number"),
    ("employees", "", "rules.bad_fact", "whole number"), ("employees", "1_000", "rules.bad_fact", "whole number"),
    ("employees", "12万", "rules.bad_fact", "whole number"), ("employees", "50人", "rules.bad_fact", "whole number"),
    ("employees", [], "rules.bad_fact", "whole number"), ("employees", b"5", "rules.bad_fact", "whole number"),
    ("clean_record", 1, "rules.bad_fact", "true or false"), ("clean_record", "yes", "rules.bad_fact", "true or false"),
    ("clean_record", "是", "rules.bad_fact", "true or false"), ("clean_record", [True], "rules.bad_fact", "true or false"),
    ("founded", "2019-4-1", "rules.bad_fact", "date"), ("founded", "2019/04/01", "rules.bad_fact", "date"),
    ("founded", "2019-02-30", "rules.bad_fact", "date"), ("founded", 20190401, "rules.bad_fact", "date"),
    ("founded", "0000-01-01", "rules.bad_fact", "date"), ("founded", datetime.datetime(2019, 4, 1, 8), "rules.bad_fact", "date"),
    # money: wrong unit, too fine, no amount
    ("sales", "12人", "rules.bad_fact", "amount in yuan"), ("sales", "12.345", "rules.bad_fact", "two decimals"),
    ("sales", 12.345, "rules.bad_fact", "two decimals"), ("sales", Decimal("0.001"), "rules.bad_fact", "two decimals"),
    ("sales", Decimal("100." + "0" * 31 + "1"), "rules.bad_fact", "two decimals"), ("sales", 0.1 + 0.2, "rules.bad_fact", "two decimals"),
    ("sales", "面议", "rules.bad_fact", "amount in yuan"), ("sales", "约200万元", "rules.bad_fact", "amount in yuan"),
    ("sales", "6%", "rules.bad_fact", "amount in yuan"), ("sales", "1e6", "rules.bad_fact", "amount in yuan"),
    ("sales", "USD 5", "rules.bad_fact", "amount in yuan"), ("sales", False, "rules.bad_fact", "amount in yuan"),
    ("sales", "100\x00", "rules.bad_fact", "amount in yuan"), ("sales", "1\n2", "rules.bad_fact", "amount in yuan"),
    ("sales", "\x1b[31m5", "rules.bad_fact", "amount in yuan"), ("sales", "\u202e5", "rules.bad_fact", "amount in yuan"),
    # not a number at all
    ("employees", NAN, "rules.bad_fact", "whole number"), ("sales", NAN, "rules.bad_fact", "amount in yuan"),
    ("sales", INFINITE, "rules.bad_fact", "amount in yuan"), ("sales", "NaN", "rules.bad_fact", "amount in yuan"),
    ("employees", Decimal("sNaN"), "rules.bad_fact", "whole number"), ("employees", "Infinity", "rules.bad_fact", "whole number"),
    # sign
    ("employees", -1, "rules.bad_sign", "at least 0"), ("sales", "-0.01", "rules.bad_sign", "at least CNY 0"),
    ("sales", -1, "rules.bad_sign", "at least CNY 0"), ("ip_class1", "-3", "rules.bad_sign", "at least 0"),
    # too large
    ("sales", "1000000000000000.01", "rules.too_large", "at most"), ("sales", 10**16, "rules.too_large", "at most"),
    ("sales", "99999999亿", "rules.too_large", "at most"), ("employees", 10**18, "rules.too_large", "at most"),
    ("sales", "9" * 5000, "rules.bad_fact", "amount in yuan"), ("employees", 1e300, "rules.bad_fact", "whole number"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "given", "code", "expected"), WRONG)
def test_a_wrong_value_is_named(field: str, given: Any, code: str, expected: str) -> None:
    error = fault(**{field: given})
    assert isinstance(error, InputError)
    assert (error.code, error.where["field"]) == (code, field)
    assert expected in error.sentence("en")
    assert len(error.where["got"]) <= 60
    json.dumps(error.as_dict())


@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_too_long_to_write_out_is_named(sign: int) -> None:
    error = fault(employees=sign * 10**6000)
    assert (error.code, error.where["field"]) == ("rules.bad_fact", "employees")
    assert "1e6000" in error.sentence("en")


@pytest.mark.parametrize(
    ("given", "meant"),
    [("500万元", 5_000_000_00), ("1,200.50", 1_200_50), (1200.5, 1_200_50), ("0.05亿", 5_000_000_00), (7, 7_00),
     (Decimal("7.10"), 7_10), ("１２", 12_00), ("1000000000000000", 10**17), (10**15, 10**17), (0.29, 29), (np.float64(2.5), 2_50)],
)  # fmt: skip
def test_money_is_read_exactly(given: Any, meant: int) -> None:
    """万元 is said, so it is meant; what is said without a unit is 元."""
    found = assess("tech_sme", {"sales": given}, ON)
    assert found.flat["sales"] == meant


@pytest.mark.parametrize(
    ("given", "nearest"),
    [("employes", "employees"), ("Sales", "sales"), ("tech-staff", "tech_staff"), ("ip_class_1", "ip_class1"),
     ("clean_records", "clean_record"), ("total_asset", "total_assets")],
)  # fmt: skip
def test_an_unknown_field_comes_with_the_nearest(given: str, nearest: str) -> None:
    error = fault(**{given: 1})
    assert (error.code, error.where["field"], error.where["expected"]) == (
        "rules.unknown_fact",
        given,
        nearest,
    )
    assert nearest in error.sentence("zh")
    assert nearest in error.sentence("en")


@pytest.mark.parametrize("name", ["zzzz", "", "职工\n人数", "\x00", "x" * 500, "{field}", 5, None, ("a",)])
def test_an_unknown_field_like_nothing_is_named_too(name: Any) -> None:
    with pytest.raises(InputError) as caught:
        assess("tech_sme", {name: 1}, ON)
    assert caught.value.code == "rules.unknown_fact"
    assert caught.value.sentence("zh").isprintable()
    assert len(caught.value.sentence("en")) < 200


def test_facts_of_other_rules_and_names_of_the_enterprise_are_passed_over() -> None:
    known = {
        "conversions": 3,
        "expert": {"source": 9},
        "name": "某公司",
        "credit_code": "91150100MA0N",
        "note": "",
    }
    assert assess("tech_sme", SOUND | known, ON).verdict == "unknown"


@pytest.mark.parametrize(
    ("rule", "on", "facts", "fields"),
    [("tech_sme", ON, {"employees": 10, "tech_staff": 11}, {"tech_staff", "employees"}),
     ("tech_sme", ON, {"founded": "2026-05-21", "submitted": "2026-05-20"}, {"submitted", "founded"}),
     ("high_tech", ON, {"employees": 10, "tech_staff": 11}, {"tech_staff", "employees"}),
     ("high_tech", ON, {"rd_expense": ["1", "1"], "rd_mainland": ["1", "1.01"]}, {"rd_mainland", "rd_expense"}),
     ("high_tech", ON, {"sales": ["1", "1"], "rd_expense": ["1"]}, {"rd_expense", "sales"}),
     ("high_tech", ON, {"sales": ["1", "1"], "rd_mainland": ["1", "0", "0"]}, {"rd_mainland", "sales"}),
     ("high_tech", ON, {"sales": ["1", "1"], "net_assets": ["1"]}, {"net_assets", "sales"}),
     ("high_tech", ON, {"total_income": "1", "high_tech_income": "1.01"}, {"high_tech_income", "total_income"}),
     ("high_tech", "2015-12-31", {"employees": 10, "college_staff": 11}, {"college_staff", "employees"}),
     ("high_tech", "2015-12-31", {"employees": 10, "rd_staff": 11}, {"rd_staff", "employees"})],
)  # fmt: skip
def test_figures_that_cannot_both_be_right(
    rule: str, on: str, facts: dict[str, Any], fields: set[str]
) -> None:
    error = fault(rule, on, **facts)
    assert error.code == "rules.contradiction"
    assert set(error.where["fields"].split(", ")) == fields


def test_equal_figures_contradict_nothing() -> None:
    assert check("tech_sme", {"employees": 10, "tech_staff": 10, "founded": ON, "submitted": ON}, ON) == []
    assert check("high_tech", {"rd_expense": ["5"], "rd_mainland": ["5"], "sales": ["1"]}, ON) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [([], "1–3"), (["1", "2", "3", "4"], "1–3"), ("5", "1–3"), (5, "1–3"), ({"2025": 5}, "1–3"),
     (["1", "2", "x"], "amount in yuan"), ([["1"]], "amount in yuan"), (["1", "-1"], "at least"), ([True], "amount in yuan")],
)  # fmt: skip
def test_a_list_of_years(given: Any, expected: str) -> None:
    error = fault("high_tech", sales=given)
    assert error.where["field"] == "sales"
    assert expected in error.sentence("en")


@pytest.mark.parametrize(
    ("given", "expected"),
    [({"source": 7}, "0–6"), ({"source": -1}, "0–6"), ({"source": [4, 2]}, "0–6"), ({"source": [1, 2, 3]}, "0–6"),
     ({"source": True}, "0–6"), ({"source": 1.5}, "0–6"), ({"source": "5"}, "0–6"), ({"source": [0, NAN]}, "0–6"),
     ({"rd_organisation": 21}, "0–20"), ({"advancement": 9}, "0–8"), ({"standards": 3}, "0–2"),
     ({"sourze": 3}, "source"), (15, "mapping"), ([1, 2], "mapping")],
)  # fmt: skip
def test_points_of_experts(given: Any, expected: str) -> None:
    error = fault("high_tech", expert=given)
    assert error.where["field"] == "expert"
    assert expected in error.sentence("en")


@pytest.mark.parametrize("on", ["2026-13-01", "20260520", "", "yesterday", "2026-5-2", None, 20260520, 46000.0, "2026-05-20\n"])  # fmt: skip
def test_a_day_that_is_none(on: Any) -> None:
    error = fault(on=on, **SOUND)
    assert (error.code, error.where["field"]) == ("rules.bad_date", "on")


@pytest.mark.parametrize(
    "on", [datetime.date(2026, 5, 20), datetime.datetime(2026, 5, 20, 23, 59), "2026-05-20"]
)
def test_days_are_taken_as_dates_too(on: Any) -> None:
    assert assess("tech_sme", SOUND, on).on == datetime.date(2026, 5, 20)


@pytest.mark.parametrize(("rule", "on"), [("tech_sme", "2017-05-02"), ("high_tech", "2007-12-31"), ("high_tech", "0001-01-01")])  # fmt: skip
def test_a_day_outside_every_window(rule: str, on: str) -> None:
    found = assess(rule, SOUND, on)
    assert found.verdict == "no_rule_in_force"
    assert found.as_dict()["conditions"] == []
    assert found.sentences("zh")
    assert found.sentences("en")


@pytest.mark.parametrize("rule", ["tech_sme", "high_tech"])
def test_the_last_day_there_is_breaks_nothing(rule: str) -> None:
    found = assess(rule, {"founded": "9999-12-31", "submitted": "9999-12-31"}, "9999-12-31")
    assert found.as_dict()["expires"].startswith("9999-")


def test_an_unknown_rule_comes_with_the_nearest() -> None:
    with pytest.raises(MissingError) as caught:
        assess("high_teck", {}, ON)
    assert (caught.value.code, caught.value.where["expected"]) == ("rules.no_rule", "high_tech")


def test_every_fault_is_found_and_the_file_is_named() -> None:
    faults = check("tech_sme", {"employees": -1, "sales": "x", "foundet": 1}, ON, file="厂.json")
    assert [error.where["field"] for error in faults] == ["foundet", "employees", "sales"]
    assert all(error.sentence("zh").startswith("厂.json：") for error in faults)
    assert all(error.sentence("en").startswith("厂.json: ") for error in faults)


@pytest.mark.parametrize("facts", [None, [], "employees", 5])
def test_facts_are_a_mapping(facts: Any) -> None:
    with pytest.raises(InputError) as caught:
        assess("tech_sme", facts, ON)
    assert caught.value.code == "rules.bad_facts"
