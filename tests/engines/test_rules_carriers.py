"""Stations, maker spaces, incubators and unveiling projects: every edge on both sides, every switch date.

Written from: 内科发高字〔2021〕14号 (station), 国家众创空间备案暂行规定, 国科发区〔2018〕300号 arts. 8–9, the Inner
Mongolia rules on unveiling projects of 2021 and 2025.
"""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.core.errors import InputError
from tuwei.rules import Assessment, assess


def changed(rule: str, base: dict[str, Any], on: str, **facts: Any) -> Assessment:
    return assess(rule, base | facts, on)


def verdicts(found: Assessment) -> dict[str, str]:
    return {row["id"]: row["verdict"] for row in found.as_dict()["conditions"]}


# --- 企业科技特派员工作站 --------------------------------------------------------------------------------

STATION = {
    "station_tech_staff": 5,
    "commissioners": 10,
    "station_is_company": True,
    "service_since": "2022-06-01",
    "station_grade": "excellent",
    "excellent_commissioners": 4,
}


@pytest.mark.parametrize(
    ("facts", "failing"),
    [
        ({}, []),
        ({"station_tech_staff": 4}, ["tech_staff"]),
        ({"commissioners": 9}, ["commissioners"]),
        ({"service_since": "2022-06-02"}, ["service"]),  # two years are full the day after
        ({"service_since": "2022-06-02", "station_is_company": False}, []),  # asked of companies alone
        ({"service_since": None, "station_is_company": False}, []),
    ],
)
def test_a_station_needs_staff_commissioners_and_years(facts: dict[str, Any], failing: list[str]) -> None:
    found = changed("station", STATION, "2024-06-01", **facts)
    assert [id for id, verdict in verdicts(found).items() if verdict == "no"] == failing
    assert found.verdict == ("no" if failing else "yes")


@pytest.mark.parametrize(
    ("on", "grade", "excellent", "award"),
    [
        ("2024-01-01", "excellent", 4, 32_0000_00),  # 4 × 3 + 20 万元
        ("2024-12-31", "excellent", 0, 20_0000_00),
        ("2024-06-01", "qualified", 4, 12_0000_00),
        ("2024-06-01", "unqualified", 0, 0),
        ("2023-12-31", "excellent", 4, None),  # other years: no amounts known
        ("2025-01-01", "excellent", 4, None),
    ],
)
def test_the_awards_are_those_of_2024(on: str, grade: str, excellent: int, award: int | None) -> None:
    found = changed("station", STATION, on, station_grade=grade, excellent_commissioners=excellent)
    assert found.as_dict()["values"]["award"] == award


def test_the_awards_are_to_be_verified() -> None:
    assert {"station.award_person", "station.award_station"} <= set(
        assess("station", STATION, "2024-06-01").to_verify
    )


def test_a_station_without_a_rule_in_force() -> None:
    assert assess("station", STATION, "2020-12-31").verdict == "no_rule_in_force"


def test_more_excellent_commissioners_than_there_are() -> None:
    with pytest.raises(InputError, match="excellent_commissioners"):
        changed("station", STATION, "2024-06-01", excellent_commissioners=11)


# --- 国家备案众创空间 -----------------------------------------------------------------------------------

MAKER = {
    "operating_since": "2024-07-01",
    "space_area": 500,
    "tenant_area": 375,
    "seats": 0,
    "teams": 20,
    "new_firms": 10,
    "financed_teams": 0,
    "typical_cases": 3,
    "carrier_staff": 3,
    "mentors": 3,
    "events": 10,
    "statistics_reported": True,
}


@pytest.mark.parametrize(
    ("facts", "failing"),
    [
        ({}, []),
        ({"operating_since": "2024-07-02"}, ["months"]),  # 18 months are full on 2026-01-02
        ({"space_area": 499, "tenant_area": 499}, ["space"]),
        ({"space_area": 499, "tenant_area": 499, "seats": 30}, []),
        ({"space_area": 499, "tenant_area": 499, "seats": 29}, ["space"]),
        ({"tenant_area": 374}, ["used_share"]),
        ({"teams": 19}, ["teams"]),
        ({"new_firms": 9}, ["growth"]),
        ({"new_firms": 9, "financed_teams": 5}, []),
        ({"new_firms": 9, "financed_teams": 4}, ["growth"]),
        ({"typical_cases": 2}, ["cases"]),
        ({"carrier_staff": 2}, ["staff"]),
        ({"mentors": 2}, ["mentors"]),
        ({"events": 9}, ["events"]),
        ({"statistics_reported": False}, ["statistics"]),
    ],
)
def test_each_condition_of_a_maker_space(facts: dict[str, Any], failing: list[str]) -> None:
    found = changed("maker_space", MAKER, "2026-01-01", **facts)
    assert [id for id, verdict in verdicts(found).items() if verdict == "no"] == failing
    assert found.verdict == ("no" if failing else "yes")


def test_a_maker_space_that_does_not_know_its_events() -> None:
    found = changed("maker_space", MAKER, "2026-01-01", events=None)
    assert (found.verdict, found.missing) == ("unknown", ["events"])


def test_a_maker_space_before_the_rules() -> None:
    assert assess("maker_space", MAKER, "2016-12-31").verdict == "no_rule_in_force"
    assert "maker_space" in assess("maker_space", MAKER, "2017-01-01").to_verify


# --- 国家级科技企业孵化器 -------------------------------------------------------------------------------

INCUBATOR = {
    "operating_since": "2021-05-31",
    "statistics_years": 2,
    "space_area": 10000,
    "tenant_area": 7500,
    "incubation_fund": "5000000",
    "tenants": 50,
    "financed_tenants": 5,
    "fund_cases": 3,
    "carrier_staff": 10,
    "professional_staff": 8,
    "mentors": 5,
    "ip_applied_tenants": 25,
    "ip_owned_tenants": 0,
    "same_field_tenants": 0,
    "graduates": 20,
}


@pytest.mark.parametrize(
    ("facts", "failing"),
    [
        ({}, []),
        ({"operating_since": "2021-06-01"}, ["years"]),
        ({"statistics_years": 1}, ["years"]),
        ({"tenant_area": 7499}, ["area"]),
        ({"space_area": 9999, "tenant_area": 9999}, ["area"]),
        ({"incubation_fund": "4999999.99"}, ["fund"]),
        ({"financed_tenants": 4}, ["fund"]),
        ({"fund_cases": 2}, ["fund"]),
        ({"professional_staff": 7}, ["staff"]),  # 70 %
        ({"carrier_staff": 5, "professional_staff": 4}, ["staff"]),  # 80 %, but 4 stand for 40 tenants
        ({"carrier_staff": 5, "professional_staff": 5}, []),
        ({"mentors": 4}, ["staff"]),
        ({"ip_applied_tenants": 24}, ["ip"]),
        ({"ip_applied_tenants": 24, "ip_owned_tenants": 15}, []),
        ({"ip_applied_tenants": 24, "ip_owned_tenants": 14}, ["ip"]),
    ],
)
def test_what_every_incubator_needs(facts: dict[str, Any], failing: list[str]) -> None:
    found = changed("incubator", INCUBATOR, "2024-05-31", **facts)
    failed = [row["id"] for row in found.as_dict()["conditions"] if row["verdict"] == "no" and not row["way"]]
    assert failed == failing
    assert found.verdict == ("no" if failing else "yes")


@pytest.mark.parametrize(
    ("facts", "branch"),
    [
        ({}, "comprehensive"),
        ({"tenants": 49}, None),
        ({"graduates": 19}, None),
        ({"space_area": 16666, "tenant_area": 16666}, "comprehensive"),  # 50 tenants, above 3 per 1,000 m²
        ({"space_area": 16667, "tenant_area": 16667}, None),  # just under
        ({"graduates": 19, "same_field_tenants": 38}, "specialised"),  # 76 %
        ({"graduates": 19, "same_field_tenants": 37}, None),  # 74 %
        ({"tenants": 40, "same_field_tenants": 30, "graduates": 15}, "specialised"),  # exactly 75 %
        ({"tenants": 40, "same_field_tenants": 29, "graduates": 15}, None),
        ({"tenants": 30, "same_field_tenants": 30, "graduates": 15}, "specialised"),
        ({"tenants": 29, "same_field_tenants": 29, "graduates": 15}, None),
        ({"tenants": 30, "same_field_tenants": 30, "graduates": 14}, None),
        ({"tenants": 30, "same_field_tenants": 30, "graduates": 15, "space_area": 15000, "tenant_area": 15000}, "specialised"),  # 2 per 1,000 m²
        ({"tenants": 30, "same_field_tenants": 30, "graduates": 15, "space_area": 15001, "tenant_area": 15001}, None),
    ],
)  # fmt: skip
def test_a_comprehensive_and_a_specialised_incubator(facts: dict[str, Any], branch: str | None) -> None:
    found = changed("incubator", INCUBATOR, "2024-05-31", **facts)
    assert (found.branch, found.verdict) == (branch, "yes" if branch else "no")


def test_the_index_is_told_by_relative_weights_that_are_to_be_verified() -> None:
    found = changed(
        "incubator", INCUBATOR, "2024-05-31", index_service=80, index_results=60, index_sustainability=100
    )
    assert found.as_dict()["values"]["index_comprehensive"] == 72  # (30·80 + 55·60 + 15·100) / 100
    assert "incubator.weight_results" in found.to_verify


@pytest.mark.parametrize(
    ("on", "verdict"),
    [
        ("2018-12-31", "no_rule_in_force"),
        ("2019-01-01", "no"),
        ("2025-05-31", "yes"),
        ("2025-06-01", "unknown"),
    ],
)
def test_the_switch_dates_of_incubators(on: str, verdict: str) -> None:
    assert assess("incubator", INCUBATOR, on).verdict == verdict  # in 2019 it had not opened


@pytest.mark.parametrize(
    ("grade", "verdict", "branch"),
    [
        (None, "unknown", None),
        ("none", "no", None),
        ("standard", "yes", "standard"),
        ("outstanding", "yes", "outstanding"),
    ],
)
def test_of_2025_only_the_recognition_is_asked(grade: str | None, verdict: str, branch: str | None) -> None:
    found = assess("incubator", {"incubator_grade": grade}, "2025-06-01")
    assert (found.verdict, found.branch) == (verdict, branch)
    assert {"incubator.standard", "incubator.outstanding"} & set(found.to_verify)


def test_more_financed_tenants_than_tenants() -> None:
    with pytest.raises(InputError, match="financed_tenants"):
        changed("incubator", INCUBATOR, "2024-05-31", financed_tenants=51)


# --- 揭榜挂帅 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "spent", "award"),
    [
        ("poster_breakthrough", "10000000", 300_0000_00),  # 30 %
        ("poster_breakthrough", "33333333.33", 9_999_999_99 + 1),  # 9,999,999.999 元 rounds to the cap
        ("poster_breakthrough", "33333333.30", 9_999_999_99),
        ("poster_breakthrough", "33333334", 1000_0000_00),
        ("poster_breakthrough", "100000000", 1000_0000_00),
        ("solver_conversion", "16666666.60", 4_999_999_98),
        ("solver_conversion", "16666667", 500_0000_00),
        ("solver_conversion", "100000000", 500_0000_00),
        ("other", "10000000", 0),
    ],
)
def test_the_share_of_2021_is_capped_by_role(role: str, spent: str, award: int) -> None:
    found = assess(
        "unveiling", {"unveiling_listed": True, "unveiling_role": role, "project_rd": spent}, "2021-07-01"
    )
    assert found.as_dict()["values"]["award"] == award
    assert found.verdict == ("no" if role == "other" else "yes")


OPEN_CALL = {
    "enterprise_lead": True,
    "matching_funds": 2_000_000,
    "fiscal_funds": 1_000_000,
    "partners": 5,
    "regional_partners": 3,
    "regional_institutes": 1,
}


@pytest.mark.parametrize(
    ("facts", "failing"),
    [
        ({}, []),
        ({"enterprise_lead": False}, ["enterprise_lead"]),
        ({"matching_funds": "1999999.99"}, ["matching"]),
        ({"fiscal_funds": "1000000.01"}, ["matching"]),
        ({"regional_partners": 2}, ["regional_partners"]),
        ({"regional_institutes": 0}, ["regional_institute"]),
    ],
)
def test_the_conditions_of_2025(facts: dict[str, Any], failing: list[str]) -> None:
    found = changed("unveiling", OPEN_CALL, "2025-07-01", **facts)
    assert [id for id, verdict in verdicts(found).items() if verdict == "no"] == failing


def test_the_fiscal_funds_that_matching_funds_allow() -> None:
    assert assess("unveiling", OPEN_CALL, "2025-07-01").as_dict()["values"]["fiscal_most"] == 1_000_000_00


@pytest.mark.parametrize(
    ("on", "in_force"),
    [("2020-12-31", False), ("2021-01-01", True), ("2021-12-31", True), ("2022-01-01", False), ("2024-12-31", False),
     ("2025-01-01", True), ("2025-12-31", True), ("2026-01-01", False)],
)  # fmt: skip
def test_each_call_ends_with_its_year(on: str, in_force: bool) -> None:
    assert (assess("unveiling", {}, on).verdict == "unknown") == in_force
    assert (assess("unveiling", {}, on).verdict == "no_rule_in_force") == (not in_force)
