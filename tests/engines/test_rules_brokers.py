"""Grades of technology brokers, and the yearly score of agencies with weights a region may set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tuwei.core.errors import InputError
from tuwei.rules import Statutes, assess, load

MODULES = ("common", "policy", "practice", "advanced")


def broker(**facts: Any) -> tuple[str, str | None, Any]:
    found = assess("broker_grade", facts, "2026-01-01")
    return found.verdict, found.branch, found.as_dict()["values"]["grade"]


@pytest.mark.parametrize(
    ("training", "exam", "verdict", "grade"),
    [
        ("senior", "senior", "yes", "senior"),
        ("senior", "intermediate", "yes", "intermediate"),
        ("intermediate", "senior", "yes", "intermediate"),
        ("intermediate", "junior", "yes", "junior"),
        ("none", "senior", "no", "none"),
        ("junior", "none", "no", "none"),
    ],
)
def test_a_grade_needs_its_training_and_its_examination(
    training: str, exam: str, verdict: str, grade: str
) -> None:
    branch = None if verdict == "no" else grade
    assert broker(training_level=training, exam_level=exam) == (verdict, branch, grade)


def test_without_training_nothing_is_said() -> None:
    found = assess("broker_grade", {"exam_level": "junior"}, "2026-01-01")
    assert found.verdict == "unknown"
    assert "training_level" in found.missing
    assert {"broker_grade", "broker_grade.junior_hours"} <= set(found.to_verify)


def test_the_outline_is_of_march_2020() -> None:
    assert assess("broker_grade", {}, "2020-02-29").verdict == "no_rule_in_force"
    assert assess("broker_grade", {}, "2020-03-01").verdict == "unknown"


@pytest.fixture
def hours(tmp_path: Path) -> Statutes:
    """An overlay that fills in hours: 4 of each module for junior, 8 and 12 for the others (made up)."""
    lines = ["overlay: hours", "zh: 学时", "en: Hours", "parameters:",
             "  broker_grade.hours_known: {unit: flag, rows: [{value: yes, valid_from: 2020-03-01}]}"]  # fmt: skip
    for level, count in (("junior", 4), ("intermediate", 8), ("senior", 12)):
        for module in MODULES:
            rows = f"rows: [{{value: {count}, valid_from: 2020-03-01}}]"
            lines.append(f"  broker_grade.{level}_{module}: {{unit: number, {rows}}}")
    path = tmp_path / "hours.yaml"
    path.write_text("\n".join(lines), "utf-8")
    return load([path])


@pytest.mark.parametrize(
    ("common", "others", "grade"), [(12, 12, "senior"), (11, 12, "intermediate"), (8, 8, "intermediate"),
                                    (8, 7, "junior"), (4, 4, "junior"), (3, 90, "none")],
)  # fmt: skip
def test_hours_that_a_region_fills_in(hours: Statutes, common: int, others: int, grade: str) -> None:
    given = {f"hours_{module}": others for module in MODULES} | {
        "hours_common": common,
        "exam_level": "senior",
    }
    found = assess("broker_grade", given, "2026-01-01", hours).as_dict()
    assert found["values"]["grade"] == grade
    assert found["values"]["hours"] == common + 3 * others


# --- 技术转移服务机构 -----------------------------------------------------------------------------------

AGENCY = {
    "agency_filed": True,
    "agency_base": 60,
    "agency_results": 60,
    "agency_capacity": 60,
    "agency_management": 60,
    "agency_reputation": 60,
}


@pytest.mark.parametrize(
    ("facts", "performance", "grade", "verdict"),
    [
        ({}, 60, "qualified", "yes"),
        ({"agency_base": 59}, 59.9, "unqualified", "no"),  # weight 10 of 100
        ({"agency_results": 59}, 59.7, "unqualified", "no"),  # weight 30
        ({"agency_capacity": 61}, 60.3, "qualified", "yes"),  # weight 30
        ({"agency_management": 61}, 60.2, "qualified", "yes"),  # weight 20
        ({"agency_reputation": 61}, 60.1, "qualified", "yes"),  # weight 10
        (dict.fromkeys(AGENCY, 80) | {"agency_filed": True}, 80, "good", "yes"),
        (dict.fromkeys(AGENCY, 80) | {"agency_filed": True, "agency_base": 79}, 79.9, "qualified", "yes"),
        (dict.fromkeys(AGENCY, 90) | {"agency_filed": True}, 90, "excellent", "yes"),
        (dict.fromkeys(AGENCY, 90) | {"agency_filed": True, "agency_base": 89}, 89.9, "good", "yes"),
        ({"agency_filed": False}, 60, "qualified", "no"),
    ],
)
def test_the_score_of_an_agency(facts: dict[str, Any], performance: float, grade: str, verdict: str) -> None:
    found = assess("transfer_agency", AGENCY | facts, "2024-12-31")
    values = found.as_dict()["values"]
    assert (values["performance"], values["grade"], found.verdict) == (performance, grade, verdict)


def test_the_weights_are_defaults_to_be_verified() -> None:
    assert "transfer_agency.weight_results" in assess("transfer_agency", AGENCY, "2024-12-31").to_verify


def test_a_region_sets_other_weights(tmp_path: Path) -> None:
    path = tmp_path / "weights.yaml"
    path.write_text(
        "overlay: weights\nzh: 权重\nen: Weights\nparameters:\n"
        "  transfer_agency.weight_results: {unit: number, rows: [{value: 130, valid_from: 2024-01-01}]}\n",
        "utf-8",
    )
    over = load([path])
    facts = AGENCY | {"agency_results": 100}
    before, after = (
        assess("transfer_agency", facts, on, over).as_dict() for on in ("2023-12-31", "2024-01-01")
    )
    assert (before["values"]["performance"], after["values"]["performance"]) == (
        72,
        86,
    )  # 60 + 40·30/100, 60 + 40·130/200


@pytest.mark.parametrize(
    ("on", "to_verify"),
    [("2020-03-23", False), ("2022-05-27", False), ("2025-08-27", False), ("2025-08-28", True)],
)
def test_the_windows_of_the_measures(on: str, to_verify: bool) -> None:
    assert ("transfer_agency" in assess("transfer_agency", AGENCY, on).to_verify) == to_verify


def test_before_the_measures() -> None:
    assert assess("transfer_agency", AGENCY, "2020-03-22").verdict == "no_rule_in_force"


def test_points_lie_within_a_hundred() -> None:
    with pytest.raises(InputError) as caught:
        assess("transfer_agency", AGENCY | {"agency_base": 101}, "2024-12-31")
    assert caught.value.where["field"] == "agency_base"
