"""From the outside: the stable names of the rules, the shape of `--json`, the switch dates, as another tool meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from tuwei.core.errors import TuweiError
from tuwei.rules import assess, bulk, bulk_file, plan
from tuwei.rules.cli import app

TECH_SME: dict[str, Any] = {
    "registered_in_mainland": True, "employees": 100, "tech_staff": 30, "sales": 10000000, "total_assets": "12000000.00",
    "rd_expense": "600000", "cost_expense": 9000000, "ip_class1": 0, "ip_class2": 2, "products_allowed": True,
    "clean_record": True, "founded": "2018-03-01", "submitted": "2024-03-01", "high_tech_certificate": False,
    "national_award_top3": False, "provincial_rd_institution": False, "leading_standard_drafter": False,
}  # fmt: skip
HIGH_TECH: dict[str, Any] = {
    "founded": "2010-01-01", "core_ip_owned": True, "field_in_catalogue": True, "employees": 100, "tech_staff": 10,
    "sales": [60000000, 70000000, 80000000], "rd_expense": [2600000, 2800000, 3000000],
    "rd_mainland": [2600000, 2800000, 3000000], "net_assets": [15000000, 16500000, 19800000],
    "total_income": 80000000, "high_tech_income": 48000000, "clean_record": True, "ip_class1": 1, "ip_class2": 0,
    "conversions": 15,
    "expert": {"advancement": 8, "core_support": [7, 8], "source": 6, "standards": 2, "rd_organisation": [15, 18]},
}  # fmt: skip
DEDUCTION: dict[str, Any] = {
    "industry": "ordinary", "tech_sme": False, "items_1_to_5": 4500000, "other_related": 800000, "entrusted_domestic": 0,
    "entrusted_overseas": 0, "negative_income": 0, "total_income": 10000000, "non_taxable_income": 0,
    "investment_income": 0,
}  # fmt: skip
CONTRACT: dict[str, Any] = {
    "type": "development", "total_amount": 1000000, "non_technical": [{"what": "设备", "amount": "250000.50"}],
    "carriers": [{"what": "光盘", "amount": 1000}], "signed": "2025-03-01", "accepted": "2025-03-10",
}  # fmt: skip
INCOMES: dict[str, Any] = {
    "year": 2025,
    "incomes": [{"income": 10000000, "cost": 2500000, "taxes": 300000}],
}
KEYS = {"rule", "on", "verdict", "branch", "values", "score", "conditions", "missing", "flips"}
PARTS = {"id", "verdict", "value", "threshold", "margin", "document", "article", "status"}


@pytest.mark.parametrize(
    ("rule", "facts", "on", "conditions", "values"),
    [
        ("tech_sme", TECH_SME, "2024-03-01", "resident size products record score", "staff_points rd_points ip_points"),
        ("high_tech", HIGH_TECH, "2024-06-01",
         "registered_one_year core_ip field tech_staff_share rd_intensity mainland_rd_share high_tech_income_share"
         " innovation_score record",
         "growth_net_assets growth_sales growth_points ip_points conversion_points"),
        ("super_deduction", DEDUCTION | {"year": 2026}, "2026-12-31", "", "base rate extra"),
        ("tech_contract", CONTRACT, "2025-03-10", "", "deal_amount technical_amount due"),
        ("contract_income_tax", INCOMES, "2025-12-31", "", "tax"),
    ],
)  # fmt: skip
def test_stable_names(rule: str, facts: dict[str, Any], on: str, conditions: str, values: str) -> None:
    found = assess(rule, facts, on).as_dict()
    assert found.keys() >= KEYS
    assert all(one.keys() >= PARTS for one in found["conditions"])
    assert {one["id"] for one in found["conditions"]} >= set(conditions.split())
    assert found["values"].keys() >= set(values.split())
    assert {one["status"] for one in found["conditions"]} <= {"confirmed", "to_verify"}
    assert json.loads(json.dumps(found)) == found


def test_amounts_in_fen_and_in_yuan_beside() -> None:
    deduction = assess("super_deduction", DEDUCTION | {"year": 2026}, "2026-12-31").as_dict()["values"]
    assert (deduction["base"], deduction["base_yuan"], deduction["extra"]) == (
        500000000,
        "5000000",
        500000000,
    )
    contract = assess("tech_contract", CONTRACT, "2025-03-10").as_dict()["values"]
    assert (contract["deal_amount"], contract["technical_amount"]) == (100000000, 74999950)
    assert (contract["technical_amount_yuan"], contract["due"]) == ("749999.50", "2025-04-09")
    tax = assess("contract_income_tax", INCOMES, "2025-12-31").as_dict()["values"]
    assert (tax["tax"], tax["tax_yuan"]) == (27500000, "275000")


def test_worked_example_of_the_reference() -> None:
    found = assess("high_tech", HIGH_TECH, "2024-06-01").as_dict()
    intensity = next(one for one in found["conditions"] if one["id"] == "rd_intensity")
    assert (intensity["value_exact"], intensity["threshold_exact"], intensity["verdict"]) == (
        "1/25",
        "1/25",
        "yes",
    )
    assert found["values"]["growth_net_assets_exact"] == "3/20"
    assert (found["verdict"], found["score"]) == ("yes", {"lo": 80, "hi": 90})


@pytest.mark.parametrize(
    ("rule", "facts", "on", "verdict"),
    [
        ("tech_sme", TECH_SME, "2017-05-02", "no_rule_in_force"),
        ("tech_sme", TECH_SME, "2017-05-03", "yes"),
        ("high_tech", HIGH_TECH, "2007-12-31", "no_rule_in_force"),
        ("contract_vat", {"type": "transfer"}, "2016-04-30", "no_rule_in_force"),
        ("contract_vat", {"type": "service"}, "2027-12-31", "no"),
        ("contract_vat", {"type": "service"}, "2028-01-01", "no_rule_in_force"),
    ],
)
def test_outside_every_window_no_rule_is_in_force(
    rule: str, facts: dict[str, Any], on: str, verdict: str
) -> None:
    assert assess(rule, facts, on).verdict == verdict


def test_a_date_outside_all_windows_says_what_they_are() -> None:
    assert "2017-05-03" in " ".join(assess("tech_sme", TECH_SME, "2016-01-01").sentences("zh"))
    ended = assess("contract_vat", {"type": "transfer"}, "2028-01-01").sentences("en")
    assert "2016-05-01 to 2027-12-31" in " ".join(ended)


def test_facts_of_the_present_law_are_no_fault_under_the_former() -> None:
    """The same file on both sides of 2016-01-01: 4.000% passes the band of either law."""
    before, since = assess("high_tech", HIGH_TECH, "2015-12-31"), assess("high_tech", HIGH_TECH, "2016-01-01")
    for found in (before, since):
        (intensity,) = (one for one in found.as_dict()["conditions"] if one["id"] == "rd_intensity")
        assert intensity["verdict"] == "yes"
    assert (before.verdict, since.verdict) == ("unknown", "yes")
    assert "expert" in " ".join(before.missing)
    flat = {"founded": [HIGH_TECH["founded"]], "expert.advancement": [8]}
    assert bulk("high_tech", flat, "2015-12-31").verdict.tolist() == ["unknown"]


@pytest.mark.parametrize("item", ["advancment", "score"])
def test_an_item_no_version_knows_stays_a_fault(item: str) -> None:
    for on in ("2015-12-31", "2024-06-01"):
        with pytest.raises(TuweiError, match="expert"):
            assess("high_tech", {"expert": {item: 3}}, on)


def test_one_file_of_any_rule_is_enough_for_the_plan() -> None:
    """Facts of `tech_sme` name one year; high-tech asks for three, so two are missing and nothing is a fault."""
    rungs = {found.rule: found for found in plan(TECH_SME, "2026-06-01").rungs}
    assert rungs["tech_sme"].verdict == "yes"
    assert {"sales", "rd_expense"} <= set(rungs["high_tech"].missing)
    assert {found.rule: found.verdict for found in plan(HIGH_TECH, "2026-06-01").rungs}["high_tech"] == "yes"
    with pytest.raises(TuweiError, match="sales"):  # judged alone, three years are asked for
        assess("high_tech", {"sales": 10000000}, "2026-06-01")


@pytest.mark.parametrize(("on", "ends"), [("2025-06-01", "2025-12-31"), ("2026-06-01", "2027-12-31")])
def test_the_plan_takes_vat_on_the_day_and_income_tax_by_the_year(on: str, ends: str) -> None:
    found = plan(TECH_SME, on)
    vat = next(one for one in found.as_dict()["programmes"] if one["id"] == "contract_vat")
    tax = next(one for one in found.as_dict()["programmes"] if one["id"] == "income_tax")
    assert (vat["on"], vat["valid_to"]) == (on, ends)
    assert tax["on"] == f"{int(on[:4]) - 1}-12-31"
    assert all(day.isoformat() >= on for day, _, _ in found.dates)


def test_a_parquet_file_of_text_is_read_as_a_table_of_text(tmp_path: Path) -> None:
    texts = {name: str(value).lower() for name, value in TECH_SME.items()}
    source = tmp_path / "firms.parquet"
    chosen = ", ".join(f"'{value}' AS {name}" for name, value in texts.items())
    duckdb.sql(f"COPY (SELECT {chosen} UNION ALL SELECT {chosen.replace('true', '也许')}) TO '{source}'")
    run = bulk_file("tech_sme", source, "2024-03-01", tmp_path / "found.csv")
    assert (run.judged, run.rejected, dict(run.verdicts)) == (1, 1, {"yes": 1})


@pytest.mark.parametrize("setting", ["pass_mark=65", "high_tech.pass_mark=65"])
def test_what_if_takes_a_parameter_of_the_rule_by_its_own_name(tmp_path: Path, setting: str) -> None:
    table = tmp_path / "firms.csv"
    table.write_text("name,core_ip_owned\n甲,否\n", "utf-8")
    done = CliRunner().invoke(app, ["whatif", "high_tech", "--facts", str(table), "--on", "2024-06-01", "--set", setting, "--json"])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["after"] == {"no": 1}


def test_an_unknown_column_is_told_the_name_of_the_nearest(tmp_path: Path) -> None:
    table = tmp_path / "firms.csv"
    table.write_text("name,tech_staf\n甲,3\n", "utf-8")
    with pytest.raises(TuweiError, match=r"firms.csv.*tech_staf.*tech_staff"):
        bulk_file("tech_sme", table, "2024-03-01", tmp_path / "found.csv")


@pytest.mark.parametrize("kind", ["json", "yaml", "toml"])
def test_one_enterprise_reads_alike_from_every_format(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"firm.{kind}"
    words = {"json": "{}", "yaml": "", "toml": ""}[kind]
    if kind == "json":
        words = json.dumps(TECH_SME)
    else:
        sign = ": " if kind == "yaml" else " = "
        bare = {"founded": "2018-03-01", "submitted": "2024-03-01"}  # native dates
        words = "\n".join(
            f"{name}{sign}{bare.get(name) or json.dumps(value)}" for name, value in TECH_SME.items()
        )
    file.write_text(words, "utf-8")
    done = CliRunner().invoke(
        app, ["assess", "tech_sme", "--facts", str(file), "--on", "2024-03-01", "--json"]
    )
    assert json.loads(done.stdout) == assess("tech_sme", TECH_SME, "2024-03-01").as_dict()


def test_a_year_stated_decides_whatever_the_day_of_filing() -> None:
    """A settlement filed in May is judged by the law of the year it settles."""
    filed = assess("contract_income_tax", {"year": 2024, "incomes": []}, "2025-05-31")
    assert (filed.on.isoformat(), filed.window.article) == (
        "2024-12-31",
        assess("contract_income_tax", {}, "2024-12-31").window.article,
    )
    table = bulk("contract_income_tax", {"year": [2024, 2025]}, "2025-12-31")
    assert [fault.code for fault in table.faults[0]] == ["rules.contradiction"]
    assert list(table.faults) == [0]
