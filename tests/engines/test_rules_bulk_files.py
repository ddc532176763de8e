"""Tables of enterprises in, results out: every row judged or rejected, the same in every format."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.tables import read, write_rows
from tuwei.rules import _run as run_module
from tuwei.rules import assess, bulk_file
from tuwei.rules._population import asked_columns

ON = "2026-05-01"
HEAD = ["name", "registered_in_mainland", "employees", "tech_staff", "sales", "total_assets", "rd_expense",
        "cost_expense", "ip_class1", "ip_class2", "products_allowed", "clean_record"]  # fmt: skip
ROWS: list[list[Any]] = [
    ["甲", True, 100, 30, "10000000", "20000000", "600000", "9000000", 1, 0, True, True],
    ["乙", True, 501, 30, "10000000", "20000000", "600000", "9000000", 1, 0, True, True],
    ["丙", True, 100, None, "10000000.10", "20000000", "600000", None, None, None, True, True],
    ["丁", None, 500, 200, "200000000", "200000000", "20000000.01", "9000000", 0, 9, True, None],
]


def _write(path: Path, rows: list[list[Any]] = ROWS, head: list[str] = HEAD) -> Path:
    if path.suffix == ".parquet":
        return _parquet(path, rows, head)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *[["" if c is None else {True: "是", False: "否"}.get(c, c) if isinstance(c, bool) else c for c in row] for row in rows]])  # fmt: skip
        return path
    table = asked_columns("tech_sme", ON).table
    write_rows(path, table, [dict(zip(head, row, strict=True)) for row in rows])
    return path


def _parquet(path: Path, rows: list[list[Any]], head: list[str]) -> Path:
    money, flags = {"sales", "total_assets", "rd_expense", "cost_expense"}, {"registered_in_mainland", "products_allowed", "clean_record"}  # fmt: skip
    kinds = ["DECIMAL(18,2)" if h in money else "BOOLEAN" if h in flags else "VARCHAR" if h == "name" else "BIGINT" for h in head]  # fmt: skip
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE t ({', '.join(f'{h} {k}' for h, k in zip(head, kinds, strict=True))})")
    connection.executemany("INSERT INTO t VALUES (" + ", ".join("?" * len(head)) + ")", rows)  # noqa: S608 - marks only
    connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


def _out(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]
    if path.suffix == ".xlsx":
        head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in rows]
    found = duckdb.connect().execute("SELECT * FROM read_parquet(?) ORDER BY row", [str(path)])
    head = [column[0] for column in found.description]
    return [dict(zip(head, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("given", ["given.csv", "given.xlsx", "given.jsonl", "given.parquet"])
@pytest.mark.parametrize("out", ["found.csv", "found.xlsx", "found.parquet"])
def test_every_format_says_what_assess_says(given: str, out: str, tmp_path: Path) -> None:
    run = bulk_file("tech_sme", _write(tmp_path / given), ON, tmp_path / out)
    assert (run.judged, run.rejected, run.rejects) == (4, 0, None)
    for row, cells in zip(_out(tmp_path / out), ROWS, strict=True):
        facts = {name: value for name, value in zip(HEAD[1:], cells[1:], strict=True) if value is not None}
        alone = assess("tech_sme", facts, ON)
        assert row["name"] == cells[0]
        assert (row["verdict"], row["branch"]) == (alone.verdict, alone.branch)
        assert (row["missing"] or "").split(";") == (alone.missing or [""])
        assert alone.score is not None
        assert (int(row["score_lo"]), int(row["score_hi"])) == (alone.score.lo, alone.score.hi)
        for one in alone.as_dict()["conditions"]:
            assert row[one["id"]] == one["verdict"]


def test_money_is_exact_in_every_format(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text(
        "name,year,industry,items_1_to_5,other_related,entrusted_domestic,entrusted_overseas,negative_income,"
        "total_income,non_taxable_income,investment_income\n甲,2025,ordinary,9007199254740.93,0,0,0,0,99999999999999.99,0,0\n",
        "utf-8",
    )
    alone = assess("super_deduction", {
        "year": 2025, "industry": "ordinary", "items_1_to_5": "9007199254740.93", "other_related": 0, "entrusted_domestic": 0,
        "entrusted_overseas": 0, "negative_income": 0, "total_income": "99999999999999.99", "non_taxable_income": 0,
        "investment_income": 0}, "2025-12-31").as_dict()["values"]  # fmt: skip
    for out in ("found.csv", "found.parquet"):
        bulk_file("super_deduction", path, "2025-12-31", tmp_path / out)
        [row] = _out(tmp_path / out)
        assert str(row["base_yuan"]) == alone["base_yuan"]


BAD = [
    (["甲", True, "many", 3, "1", "1", "1", "1", 0, 0, True, True], "数字", "a number"),
    (["乙", True, 10, 3, "一千", "1", "1", "1", 0, 0, True, True], "以元为单位的金额", "an amount in yuan"),
    (["丙", True, 10, 3, "-5", "1", "1", "1", 0, 0, True, True], "不为负", "not below zero"),
    (
        ["丁", True, 10, 11, "1", "1", "1", "1", 0, 0, True, True],
        "科技人员多于职工总数",
        "more S&T staff than employees",
    ),
    (["戊", True, 10.5, 3, "1", "1", "1", "1", 0, 0, True, True], "整数", "a whole number"),
    (["己", True, 10, 3, "1.005", "1", "1", "1", 0, 0, True, True], "最多两位小数", "at most two decimals"),
]


def test_bad_rows_lie_beside_with_their_reasons_and_none_is_lost(tmp_path: Path) -> None:
    rows = [ROWS[0], *[row for row, _, _ in BAD], ROWS[1]]
    run = bulk_file("tech_sme", _write(tmp_path / "given.csv", rows), ON, tmp_path / "found.csv")
    assert (run.judged, run.rejected) == (2, len(BAD))
    assert run.rejects == tmp_path / "found-rejects.csv"
    rejected = _out(run.rejects)
    assert [row["行号"] for row in rejected] == ["3", "4", "5", "6", "7", "8"]
    for row, (cells, zh, en) in zip(rejected, BAD, strict=True):
        assert row["name"] == cells[0]
        assert zh in str(row["原因"])
        assert en in str(row["Reason"])
    assert [row["row"] for row in _out(tmp_path / "found.csv")] == ["2", "9"]


def test_mended_rejects_are_read_again(tmp_path: Path) -> None:
    run = bulk_file(
        "tech_sme", _write(tmp_path / "given.csv", [BAD[0][0], ROWS[0]]), ON, tmp_path / "found.csv"
    )
    assert run.rejects is not None
    run.rejects.write_text(run.rejects.read_text("utf-8-sig").replace("many", "12"), "utf-8")
    again = bulk_file("tech_sme", run.rejects, ON, tmp_path / "again.csv")
    assert (again.judged, again.rejected) == (1, 0)


def test_a_merged_sheet_and_text_in_number_columns_are_told(tmp_path: Path) -> None:
    path = _write(tmp_path / "given.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    at = next(index for index, head in enumerate(heads, 1) if head == "职工总数")
    sheet.merge_cells(start_row=2, end_row=3, start_column=at, end_column=at)
    sheet.cell(4, at, "约一百")
    book.save(path)
    run = bulk_file("tech_sme", path, ON, tmp_path / "found.csv")
    assert (run.judged, run.rejected) == (1, 3)
    assert run.rejects is not None
    assert run.rejects.name == "found-rejects.xlsx"
    reasons = [row["原因"] for row in _out(run.rejects)]
    assert "合并单元格" in reasons[0]
    assert "合并单元格" in reasons[1]
    assert "约一百" in reasons[2]


def test_all_rows_bad_still_gives_both_files(tmp_path: Path) -> None:
    run = bulk_file("tech_sme", _write(tmp_path / "given.csv", [BAD[3][0]]), ON, tmp_path / "found.csv")
    assert (run.judged, run.rejected) == (0, 1)
    assert "verdict" in (tmp_path / "found.csv").read_text("utf-8-sig")


def test_faults_of_columns_of_other_rules_do_not_matter(tmp_path: Path) -> None:
    path = _write(tmp_path / "given.csv", [[*ROWS[0], "nonsense"]], [*HEAD, "conversions"])
    assert bulk_file("tech_sme", path, ON, tmp_path / "found.csv").judged == 1


def test_a_table_of_three_years_serves_a_rule_of_one(tmp_path: Path) -> None:
    head = [*(name for name in HEAD if name != "sales"), "sales_1", "sales_2", "sales_3"]
    row = [cell for name, cell in zip(HEAD, ROWS[0], strict=True) if name != "sales"]
    for given in ("given.csv", "given.parquet"):
        path = _write(tmp_path / given, [[*row, 1, 2, 300_000_000]], head)
        bulk_file("tech_sme", path, ON, tmp_path / "found.csv")
        assert _out(tmp_path / "found.csv")[0]["size"] == "no"


def test_no_rule_in_force_is_an_answer(tmp_path: Path) -> None:
    run = bulk_file("tech_sme", _write(tmp_path / "given.csv"), "2001-01-01", tmp_path / "found.csv")
    assert run.verdicts == {"no_rule_in_force": 4}


def test_an_interrupted_run_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path / "given.csv", [BAD[3][0], *ROWS])
    for name in ("found.csv", "found.xlsx", "found.parquet"):
        (tmp_path / name).write_text("as before", "utf-8")

        def stop(done: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            bulk_file("tech_sme", path, ON, tmp_path / name, progress=stop)
        assert (tmp_path / name).read_text("utf-8") == "as before"
    assert {one.name for one in tmp_path.iterdir()} == {
        "given.csv",
        "found.csv",
        "found.xlsx",
        "found.parquet",
    }


def test_lost_rows_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run_module.chunks

    def losing(*given: Any, **more: Any) -> Any:
        for chunk in whole(*given, **more):
            chunk.rejects.append(chunk.rejects[0]) if chunk.rejects else None
            chunk.__class__.rows = property(lambda self: len(self.numbers) + len(self.rejects) + 1)
            yield chunk

    kept = run_module.Chunk.rows
    monkeypatch.setattr(run_module, "chunks", losing)
    try:
        with pytest.raises(TuweiError) as caught:
            bulk_file("tech_sme", _write(tmp_path / "given.csv"), ON, tmp_path / "found.csv")
    finally:
        run_module.Chunk.rows = kept  # type: ignore[method-assign]
    assert caught.value.code == "rules.unbalanced"
    assert not (tmp_path / "found.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("given.csv", "", "table.empty_file"),
        ("given.csv", "name,employees\n", "rules.no_rows"),
        ("given.csv", "name,emploees\n甲,3\n", "table.unknown_column"),
        ("given.parquet", "PAR1 no", "rules.bad_parquet"),
        ("none.parquet", None, "rules.no_file"),
        ("none.csv", None, "table.no_file"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_line(
    name: str, content: str | None, code: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(TuweiError) as caught:
        bulk_file("tech_sme", tmp_path / name, ON, tmp_path / "found.csv")
    assert caught.value.code == code
    assert not (tmp_path / "found.csv").exists()


def test_the_output_is_not_the_input_and_ends_as_known(tmp_path: Path) -> None:
    path = _write(tmp_path / "given.csv")
    with pytest.raises(InputError) as caught:
        bulk_file("tech_sme", path, ON, path)
    assert caught.value.code == "rules.same_file"
    with pytest.raises(InputError) as caught:
        bulk_file("tech_sme", path, ON, tmp_path / "found.json")
    assert caught.value.code == "rules.unknown_format"


def test_parquet_columns_nobody_knows_or_of_lists_are_refused(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute(f"COPY (SELECT 3 AS emploees) TO '{tmp_path}/a.parquet' (FORMAT parquet)")
    connection.execute(f"COPY (SELECT [1, 2, 3] AS sales_1) TO '{tmp_path}/b.parquet' (FORMAT parquet)")
    for name, code in (("a", "rules.unknown_fact"), ("b", "rules.bad_column")):
        with pytest.raises(InputError) as caught:
            bulk_file("high_tech", tmp_path / f"{name}.parquet", ON, tmp_path / "found.csv")
        assert caught.value.code == code


def test_amounts_beyond_what_a_float_keeps_stay_exact(tmp_path: Path) -> None:
    """99,999,999,999,999.99 元 and one 分 less differ in the last bit of a float, and in the verdict."""
    edge = "99999999999999.99"
    rows = [["甲", True, 100, 30, edge, "1", "600000", "9000000", 1, 0, True, True]]
    for given in ("given.csv", "given.parquet"):
        bulk_file("tech_sme", _write(tmp_path / given, rows), ON, tmp_path / "found.csv")
        assert _out(tmp_path / "found.csv")[0]["size"] == "no"


def test_records_are_read_from_json_lines_and_from_parquet(tmp_path: Path) -> None:
    facts = {
        "type": "development",
        "total_amount": "1000000",
        "non_technical": [{"what": "设备", "amount": "200000.10"}],
    }
    (tmp_path / "given.jsonl").write_text(json.dumps(facts) + "\n", "utf-8")
    alone = assess("tech_contract", facts, ON).as_dict()["values"]
    bulk_file("tech_contract", tmp_path / "given.jsonl", ON, tmp_path / "found.csv")
    assert _out(tmp_path / "found.csv")[0]["technical_amount_yuan"] == alone["technical_amount_yuan"]


def test_names_that_a_spreadsheet_would_run_are_made_safe(tmp_path: Path) -> None:
    path = _write(tmp_path / "given.jsonl", [["=1+1", *ROWS[0][1:]]])
    for out in ("found.csv", "found.xlsx"):
        bulk_file("tech_sme", path, ON, tmp_path / out)
        assert _out(tmp_path / out)[0]["name"] == "'=1+1"


def test_the_template_of_a_rule_is_what_bulk_reads(tmp_path: Path) -> None:
    from tuwei.core.tables import write_template
    from tuwei.rules._population import template_table

    path = tmp_path / "high_tech.xlsx"
    write_template(path, template_table("high_tech", ON))
    book = openpyxl.load_workbook(path)
    heads = {str(cell.value).rstrip("*"): cell.column for cell in book["数据"][1]}
    for head, value in {
        "企业名称": "甲",
        "销售收入 第1年(最早)(元)": 100,
        "销售收入 第3年(最近)(元)": 300.5,
        "职工总数": 9,
    }.items():
        book["数据"].cell(3, heads[head], value)
    book.save(path)
    [row] = read(path, asked_columns("high_tech", ON).table)
    assert row.values is not None
    assert (row.values["sales_1"], row.values["sales_3"], row.values["employees"]) == ("100", "300.50", 9)
    assert bulk_file("high_tech", path, ON, tmp_path / "found.csv").judged == 1
