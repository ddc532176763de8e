"""高新技术企业 2008–2015 (国科发火〔2008〕172号 art. 10, guide 362号), and the two days on which the rule changed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines.rules_support import conditions
from tuwei.rules import assess
from tuwei.rules._assess import Assessment

ON = "2015-12-31"
SOUND: dict[str, Any] = {
    "founded": "2010-06-01",
    "core_ip_owned": True,
    "field_in_catalogue": True,
    "employees": 100,
    "college_staff": 30,
    "rd_staff": 10,
    "sales": ["20000000", "30000000", "40000000"],
    "rd_expense": ["1500000", "1800000", "2100000"],
    "rd_mainland": ["1000000", "1000000", "1240000"],
    "total_income": "50000000",
    "high_tech_income": "30000000",
    "clean_record": True,
    "expert": {"ip": 25, "conversion": 20, "organisation": 16, "growth": 10},
}


def judge(on: str = ON, **changes: Any) -> Assessment:
    return assess("high_tech", SOUND | changes, on)


def test_a_sound_enterprise_passes_on_every_edge() -> None:
    """R&D 5.4 of 90 million is 6 %, 3.24 of it inside 60 %; 30 % and 10 % of the staff; 71 points."""
    found = judge()
    assert (found.verdict, found.missing, found.as_dict()["score"]) == ("yes", [], {"lo": 71, "hi": 71})


@pytest.mark.parametrize(
    ("latest", "rd", "verdict"),
    [("49999999.99", "3000000.00", "yes"), ("49999999.99", "2999999.99", "no"), ("50000000.00", "2000000.00", "yes"),
     ("50000000.00", "1999999.99", "no"), ("50000000.01", "2000000.01", "yes"), ("50000000.01", "2000000.00", "no"),
     ("199999999.99", "8000000.00", "yes"), ("199999999.99", "7999999.99", "no"), ("200000000.00", "6000000.00", "yes"),
     ("200000000.00", "5999999.99", "no"), ("200000000.01", "6000000.01", "yes"), ("0", "0", "no")],
)  # fmt: skip
def test_rd_intensity(latest: str, rd: str, verdict: str) -> None:
    """Under 5,000 万元 6 %, from 5,000 to under 20,000 万元 4 %, from 20,000 万元 3 %."""
    found = judge(sales=[latest], rd_expense=[rd], rd_mainland=[rd])
    assert conditions(found)["rd_intensity"] == verdict


@pytest.mark.parametrize(
    ("college", "rd_staff", "employees", "verdict"),
    [(30, 10, 100, "yes"), (29, 10, 100, "no"), (30, 9, 100, "no"), (30, 10, 101, "no"), (31, 11, 103, "yes"),
     (100, 9, 100, "no"), (0, 0, 0, "no"), (None, 9, 100, "no"), (None, 10, 100, "unknown"), (30, None, 100, "unknown")],
)  # fmt: skip
def test_30_percent_college_and_10_percent_rd_staff(
    college: int | None, rd_staff: int | None, employees: int, verdict: str
) -> None:
    found = judge(college_staff=college, rd_staff=rd_staff, employees=employees)
    assert conditions(found)["tech_staff_share"] == verdict


@pytest.mark.parametrize(
    ("condition", "changes", "verdict"),
    [("mainland_rd_share", {"rd_mainland": ["1000000", "1000000", "1239999.99"]}, "no"),
     ("high_tech_income_share", {"high_tech_income": "29999999.99"}, "no"),
     ("registered_one_year", {"founded": "2014-12-31"}, "yes"), ("registered_one_year", {"founded": "2015-01-01"}, "no"),
     ("core_ip", {"core_ip_owned": False}, "no"), ("field", {"field_in_catalogue": False}, "no"),
     ("record", {"clean_record": False}, "no")],
)  # fmt: skip
def test_each_other_condition(condition: str, changes: dict[str, Any], verdict: str) -> None:
    found = judge(**changes)
    assert (conditions(found)[condition], found.verdict) == (verdict, verdict)


@pytest.mark.parametrize(
    ("growth", "verdict"), [(9, "no"), (10, "yes"), ([9, 10], "unknown"), ([10, 20], "yes"), ([0, 9], "no"), (None, "unknown")]
)  # fmt: skip
def test_more_than_70_points(growth: Any, verdict: str) -> None:
    """61 from the other three blocks."""
    assert judge(expert=SOUND["expert"] | {"growth": growth}).verdict == verdict


def test_unknown_facts_one_by_one() -> None:
    for absent in SOUND:
        found = judge(**{absent: None})
        assert (found.verdict, found.missing) == ("unknown", [absent])


def test_what_is_still_to_be_verified_is_said() -> None:
    """A year of registration and the clean record stand in no copy read; the shares of staff in one, not the official."""
    found = judge()
    assert set(found.to_verify) == {f"high_tech.{id}" for id in (
        "registered_one_year", "core_ip", "record", "registered_days", "tech_staff_share", "college_staff_share",
        "rd_staff_share", "certificate_years", "total_income_without_non_taxable",
    )}  # fmt: skip
    status = {row["id"]: row["status"] for row in found.as_dict()["conditions"]}
    assert (status["record"], status["tech_staff_share"], status["rd_intensity"]) == ("to_verify", "to_verify", "confirmed")  # fmt: skip
    assert any("待核实" in text for text in found.sentences("zh"))
    assert any("to be verified" in text for text in found.sentences("en"))


# --- the days of change ---

BOTH: dict[str, Any] = SOUND | {
    "tech_staff": 60,
    "net_assets": ["1000000", "1500000", "2000000"],
    "ip_class1": 1,
    "conversions": 15,
}
BY_2008 = SOUND["expert"]
BY_2016 = {"advancement": 8, "core_support": 8, "source": 6, "standards": 2, "rd_organisation": 20}


@pytest.mark.parametrize(
    ("on", "verdict", "document"),
    [("2007-12-31", "no_rule_in_force", None), ("2008-01-01", "yes", "国科发火〔2008〕172号"),
     ("2015-12-31", "yes", "国科发火〔2008〕172号"), ("2016-01-01", "yes", "国科发火〔2016〕32号"),
     ("2026-11-28", "yes", "国科发火〔2016〕32号")],
)  # fmt: skip
def test_the_rule_of_the_day(on: str, verdict: str, document: str | None) -> None:
    facts = BOTH | {"expert": BY_2016 if on >= "2016" else BY_2008, "founded": "2001-06-01"}
    found = assess("high_tech", facts, on)
    assert found.verdict == verdict
    assert {row["document"] for row in found.as_dict()["conditions"]} == ({document} if document else set())


@pytest.mark.parametrize(
    ("latest", "rd", "old", "new"),
    [("50000000", "2400000", "yes", "no"), ("49999999.99", "2600000", "no", "yes"), ("200000000", "7000000", "yes", "no"),
     ("200000000.01", "6000000.01", "yes", "yes"), ("120000000", "4800000", "yes", "yes")],
)  # fmt: skip
def test_the_bands_change_sides_on_1_january_2016(latest: str, rd: str, old: str, new: str) -> None:
    facts = BOTH | {"sales": [latest], "rd_expense": [rd], "rd_mainland": [rd], "net_assets": ["1"]}
    for on, expert, verdict in (("2015-12-31", BY_2008, old), ("2016-01-01", BY_2016, new)):
        found = assess("high_tech", facts | {"expert": expert}, on)
        assert conditions(found)["rd_intensity"] == verdict


def test_a_certificate_lasts_three_years() -> None:
    assert judge("2015-12-31").as_dict()["expires"] == "2018-12-31"
