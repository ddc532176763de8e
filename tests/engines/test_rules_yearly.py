"""Facts by year: the table people fill in, and what the years say on a legal date."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from tuwei.core.errors import InputError
from tuwei.core.tables import read, write_template
from tuwei.rules import assemble, assess, yearly_table
from tuwei.rules._facts import Fact
from tuwei.rules._rule import registered

COLUMNS = {column.name: column for column in yearly_table().columns}


def test_whose_year_it_is_comes_first_and_only_the_year_is_required() -> None:
    assert list(COLUMNS)[:3] == ["enterprise", "credit_code", "year"]
    assert [name for name, column in COLUMNS.items() if column.required] == ["year"]


def test_the_ladder_asks_and_contracts_do_not() -> None:
    assert {"sales", "rd_expense", "employees", "expert.source", "founded", "clean_record"} <= COLUMNS.keys()
    assert not {"total_amount", "sales_1", "incomes", "carriers"} & COLUMNS.keys()
    assert (COLUMNS["sales"].kind, COLUMNS["sales"].label(), COLUMNS["sales"].en) == (
        "yuan",
        "销售收入(元)",
        "Sales",
    )
    assert (COLUMNS["net_assets"].low or 0) < 0  # may be below zero
    assert COLUMNS["expert.source"].high == 6


def test_a_later_statute_adds_its_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    from tuwei.rules import _yearly

    made = registered()["tech_sme", "points"]
    own = Fact("patents_sold", "专利转让数", "Patents sold", series=2)
    monkeypatch.setitem(
        registered(),
        ("tech_sme", "points"),
        type(made)(made.rule, made.version, (*made.facts, own), made.build),
    )  # type: ignore[index]
    for kept in (_yearly._facts, _yearly._table, _yearly._singles):
        kept.cache_clear()
    try:
        assert "patents_sold" in {column.name for column in yearly_table().columns}
        given = {2024: {"patents_sold": 1}, 2025: {"patents_sold": 4}}
        assert assemble(given, "2026-05-01")["patents_sold"] == [1, 4]
    finally:
        for kept in (_yearly._facts, _yearly._table, _yearly._singles):
            kept.cache_clear()


def test_the_template_comes_back_as_it_was_filled_in(tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "yearly.xlsx"
    write_template(path, yearly_table())
    book = openpyxl.load_workbook(path)
    sheet = book["数据"]
    heads = [cell.value.rstrip("*") for cell in sheet[1]]
    for label, value in {
        "企业名称": "甲公司",
        "年度": 2025,
        "销售收入(元)": 1200.5,
        "职工总数": 80,
        "无重大事故、严重违法失信": "是",
    }.items():
        sheet.cell(3, heads.index(label) + 1, value)
    book.save(path)
    [row] = read(path, yearly_table())
    assert not row.errors
    said = {name: value for name, value in (row.values or {}).items() if value is not None}
    assert said == {
        "enterprise": "甲公司",
        "year": 2025,
        "sales": "1200.50",
        "employees": 80,
        "clean_record": True,
    }


YEARS: dict[int, dict[str, Any]] = {
    2022: {"sales": "1.10", "founded": "2010-05-01"},
    2023: {"sales": "2.20", "employees": 10},
    2024: {"sales": "3.30", "employees": 20, "expert.source": 3},
    2025: {"sales": "4.40", "employees": 30},
}


def test_series_are_the_last_three_years_and_single_facts_the_last() -> None:
    found = assemble(YEARS, "2026-05-01")
    assert found == {"sales": ["2.20", "3.30", "4.40"], "employees": 30, "founded": "2010-05-01"}


@pytest.mark.parametrize(("on", "last"), [("2025-12-30", 20), ("2025-12-31", 30), ("2026-01-01", 30)])
def test_a_year_counts_when_it_has_ended(on: str, last: int) -> None:
    assert assemble(YEARS, on)["employees"] == last


def test_a_year_without_a_row_is_unknown_not_skipped() -> None:
    given = {2023: {"sales": "2"}, 2025: {"sales": "4"}}
    assert assemble(given, "2026-05-01")["sales"] == ["2", None, "4"]


def test_years_before_the_founding_do_not_exist() -> None:
    given = {2025: {"sales": "4", "founded": "2024-07-01"}}
    assert assemble(given, "2026-05-01")["sales"] == [None, "4"]
    young = assess("high_tech", {"sales": ["4"]}, "2026-05-01")
    assert young.flat["sales.count"] == 1


def test_nothing_is_known_before_the_first_year() -> None:
    assert assemble(YEARS, "2022-05-01") == {}
    assert assemble({}, datetime.date(2026, 5, 1)) == {}


def test_items_of_points_come_together() -> None:
    assert assemble({2025: {"expert.source": 3, "expert.standards": 1}}, "2026-05-01")["expert"] == {
        "source": 3,
        "standards": 1,
    }


def test_every_fault_is_told_with_its_year() -> None:
    with pytest.raises(InputError) as caught:
        assemble(
            {2024: {"employees": -1}, 2025: {"sles": 3, "expert.source": 9, "sales": "1.005"}}, "2026-05-01"
        )
    told = caught.value.where["errors"]
    assert {(one["year"], one["field"]) for one in told} == {
        (2024, "employees"), (2025, "sles"), (2025, "sales"), (2025, "expert.source"),
    }  # fmt: skip
    assert caught.value.where["year"] == 2024


def test_the_assembled_facts_are_taken_by_assess() -> None:
    found = assess("tech_sme", assemble(YEARS, "2026-05-01"), "2026-05-01")
    assert found.flat["sales"] == 440
    assert "employees" not in found.missing
