"""Years as lists and points as mappings, in columns and in files: row by row what `assess` says of them."""

from __future__ import annotations

import json
import random
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from tests.engines.rules_random import RULES, Firms, windows
from tests.engines.test_rules_bulk import agree, table
from tests.engines.test_rules_bulk_files import _out
from tuwei.core.errors import InputError
from tuwei.core.tables import Column, Table, read, write_rows
from tuwei.rules import assess, bulk, bulk_file, check
from tuwei.rules._columns import names_of
from tuwei.rules._population import chunks

ON = "2026-05-01"
CASES = [(rule, on) for rule in RULES for on in windows(rule)]
SOUND: dict[str, Any] = {
    "founded": "2015-01-01", "core_ip_owned": True, "field_in_catalogue": True, "employees": 100, "tech_staff": 30,
    "sales": [60_000_000, 70_000_000, "80000000.10"], "rd_expense": [4_000_000, 4_000_000, 4_000_000],
    "rd_mainland": [4_000_000, 4_000_000, 4_000_000], "net_assets": [1_000_000, 2_000_000, 3_000_000],
    "total_income": 90_000_000, "high_tech_income": 80_000_000, "clean_record": True, "ip_class1": 1, "ip_class2": 2,
    "conversions": 15, "expert": {"source": 5, "rd_organisation": [14, 16]},
}  # fmt: skip
"""A high-tech enterprise whose other points are not given."""
CHANGES: list[dict[str, Any]] = [
    {}, {"sales": [80_000_000]}, {"sales": [None, 70_000_000, 80_000_000]}, {"sales": None}, {"sales": [None, None]},
    {"sales": [60_000_000, None, 80_000_000], "rd_expense": [1]}, {"net_assets": [-5, -6.5, 7]},
    {"expert": None}, {"expert": {}}, {"expert": {"source": None, "standards": [0, 1], "advancement": 8}},
    # wrong
    {"sales": []}, {"sales": [1, 2, 3, 4]}, {"sales": 5}, {"sales": "x"}, {"sales": {"2025": 1}}, {"sales": [1, "many"]},
    {"sales": [1, -1]}, {"sales": [1, ""]}, {"sales": [1.005]}, {"sales": [True]}, {"sales": [[1], 2]},
    {"rd_mainland": [5_000_000, 4, 4]}, {"expert": 5}, {"expert": {"sorce": 5}}, {"expert": {"source": 7}},
    {"expert": {"source": [5, 3]}}, {"expert": [5]},
]  # fmt: skip
ROWS = [SOUND | change for change in CHANGES]
WRONG = [number for number, facts in enumerate(ROWS) if check("high_tech", facts, ON)]


def objects(cells: list[Any]) -> Any:
    found = np.empty(len(cells), object)
    found[:] = cells
    return found


def columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: objects([row.get(name) for row in rows]) for name in {name for row in rows for name in row}}


# --- columns ---


@pytest.mark.parametrize(("rule", "on"), CASES)
def test_one_definition(rule: str, on: str) -> None:
    """Every rule, every window: lists and mappings, unknown years in them, enterprises younger than the years asked for."""
    draw, firms = random.Random(f"lists {rule} {on}"), Firms(rule, on)
    facts = [fact for fact in firms.decision.facts if fact.series or fact.kind == "points"]
    rows = [draw.choice((firms.one, firms.sound))(draw) for _ in range(40)]
    given = table(firms.decision.facts, rows)
    for fact in facts:
        given = {name: column for name, column in given.items() if name not in names_of(fact)}
        for row in rows:
            if isinstance(row[fact.name], list) and fact.series and draw.random() < 0.3:
                row[fact.name][draw.randrange(len(row[fact.name]))] = None
        given[fact.name] = objects([row[fact.name] for row in rows])
    agree(rule, on, rows, bulk(rule, given, on))


def test_what_is_wrong_in_a_list_is_the_fault_of_its_row() -> None:
    assert 17 <= len(WRONG) < len(ROWS) - 5
    found = bulk("high_tech", columns(ROWS), ON)
    agree("high_tech", ON, ROWS, found)
    assert sorted(found.faults) == WRONG
    for row in WRONG:
        told = [fault.sentence("en") for fault in check("high_tech", ROWS[row], ON)]
        assert [fault.sentence("en") for fault in found.faults[row]] == told


def test_a_rule_of_one_year_takes_the_last() -> None:
    rows = [{"sales": sales, "employees": 10, "products_allowed": True} for sales in
            ([1, 2, 200_000_001], [1, 200_000_001, 2], [2], 2, None, [None], [3, None], [1, 2, 3, 4], [], ["x", 1], [1, "x"])]  # fmt: skip
    found = bulk("tech_sme", columns(rows), ON)
    agree("tech_sme", ON, rows, found)
    assert [found.conditions["size"][row] for row in (0, 1)] == [0, 1]
    assert sorted(found.faults) == [7, 8, 10]


def test_lists_of_a_longer_rule_give_their_last_years() -> None:
    rows = [{"losses": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10][:years]} for years in range(1, 11)]
    for on in windows("income_tax"):
        agree("income_tax", on, rows, bulk("income_tax", columns(rows), on))


@pytest.mark.parametrize(
    "given", [[[1, 2, 3], [4, 5, 6]], [[None, 2, 3], [4, 5, 6]], [[1], [4, 5]], [[1], None]]
)
def test_a_plain_list_of_lists_means_the_same_of_whatever_length(given: list[Any]) -> None:
    agree("high_tech", ON, [{"sales": sales} for sales in given], bulk("high_tech", {"sales": given}, ON))


def test_an_array_of_arrays_is_lists_and_one_of_two_dimensions_is_columns() -> None:
    ragged = objects([np.array([1.5, np.nan]), np.array([1, 2, 3])])
    agree(
        "high_tech",
        ON,
        [{"sales": [1.5, None]}, {"sales": [1, 2, 3]}],
        bulk("high_tech", {"sales": ragged}, ON),
    )
    flat = bulk("high_tech", {"sales": np.array([[np.nan, 1, 2], [1, 2, 3]])}, ON)
    agree("high_tech", ON, [{"sales": [1, 2]}, {"sales": [1, 2, 3]}], flat)


def test_records_of_one_length_are_lists_too() -> None:
    rows = [
        {"type": "development", "total_amount": 9, "non_technical": [{"what": "x", "amount": n}]}
        for n in (1, 2)
    ]
    given = {name: [row[name] for row in rows] for name in rows[0]}
    agree("tech_contract", ON, rows, bulk("tech_contract", given, ON))


def test_the_figure_of_one_year_stands_beside_those_of_several() -> None:
    """A table for a rule of the last year and one of three gives both."""
    years = {f"sales_{year}": [year] for year in (1, 2, 3)}
    found = bulk("high_tech", {"sales": ["7"], **years}, ON)
    agree("high_tech", ON, [{"sales": [1, 2, 3]}], found)


@pytest.mark.parametrize("given", [
    {"sales": [[1, 2]], "sales_3": [5]}, {"sales": np.ones((1, 3)), "sales_3": [5]},
    {"expert": [{"source": 5}], "expert.source": [5]}, {"expert": [5], "expert.source_hi": [5]},
])  # fmt: skip
@pytest.mark.parametrize("rule", ["high_tech", "tech_sme"])
def test_two_forms_in_one_table_are_refused(rule: str, given: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        bulk(rule, given, ON)
    assert caught.value.code == "rules.two_forms"
    assert caught.value.where["field"] in ("sales", "expert")


# --- files ---


def _jsonl(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def _same(rule: str, rows: list[dict[str, Any]], out: list[dict[str, Any]], first: int = 1) -> None:
    """Every row judged as it is alone, the wrong ones missing."""
    assert [int(row["row"]) for row in out] == [
        n for n, facts in enumerate(rows, first) if not check(rule, facts, ON)
    ]
    for row in out:
        alone = assess(rule, rows[int(row["row"]) - first], ON)
        assert (row["verdict"], row["branch"]) == (alone.verdict, alone.branch)
        assert (row["missing"] or "").split(";") == (alone.missing or [""])
        assert all(row[one["id"]] == one["verdict"] for one in alone.as_dict()["conditions"])
        if alone.score:
            assert (int(row["score_lo"]), int(row["score_hi"])) == (alone.score.lo, alone.score.hi)


@pytest.mark.parametrize("rule", ["high_tech", "tech_sme"])
def test_json_lines_say_what_assess_says(rule: str, tmp_path: Path) -> None:
    path = _jsonl(tmp_path / "given.jsonl", ROWS)
    run = bulk_file(rule, path, ON, tmp_path / "found.csv")
    _same(rule, ROWS, _out(tmp_path / "found.csv"))
    wrong = [number for number, facts in enumerate(ROWS) if check(rule, facts, ON)]
    assert (run.judged, run.rejected) == (len(ROWS) - len(wrong), len(wrong))
    assert run.rejects is not None
    refused = [json.loads(line) for line in run.rejects.read_text("utf-8").splitlines()]
    assert [row["行号"] for row in refused] == [number + 1 for number in wrong]
    for row, number in zip(refused, wrong, strict=True):
        assert {name: row[name] for name in ROWS[number]} == ROWS[number]


def test_a_row_does_not_depend_on_those_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuwei.rules._run.chunks", partial(chunks, size=1))
    bulk_file("high_tech", _jsonl(tmp_path / "given.jsonl", ROWS), ON, tmp_path / "found.csv")
    _same("high_tech", ROWS, _out(tmp_path / "found.csv"))


def test_json_lines_with_the_figure_of_one_year_beside_several(tmp_path: Path) -> None:
    given = {"sales": "12.5万", "sales_1": 1, "sales_2": 2, "sales_3": 3}
    bulk_file("high_tech", _jsonl(tmp_path / "given.jsonl", [given]), ON, tmp_path / "found.csv")
    _same("high_tech", [{"sales": [1, 2, 3]}], _out(tmp_path / "found.csv"))
    bulk_file(
        "tech_sme",
        _jsonl(tmp_path / "given.jsonl", [{"sales": "12.5万"}, {"sales": [1, 9e8]}]),
        ON,
        tmp_path / "a.csv",
    )
    _same("tech_sme", [{"sales": "12.5万"}, {"sales": [1, 9e8]}], _out(tmp_path / "a.csv"))


def test_amounts_whose_last_digits_json_loses_are_told(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"sales": [1, 99999999999999.99]}, {"sales": [1, "99999999999999.99"]}]
    run = bulk_file("tech_sme", _jsonl(tmp_path / "given.jsonl", rows), ON, tmp_path / "found.csv")
    assert (run.judged, run.rejected) == (1, 1)
    assert run.rejects is not None
    assert "太大" in run.rejects.read_text("utf-8")


def test_an_empty_list_of_records_is_none_and_not_unknown(tmp_path: Path) -> None:
    facts: dict[str, Any] = {"type": "development", "total_amount": 9, "non_technical": []}
    bulk_file("tech_contract", _jsonl(tmp_path / "given.jsonl", [facts]), ON, tmp_path / "found.csv")
    assert _out(tmp_path / "found.csv")[0]["technical_amount_yuan"] == "9"
    assert assess("tech_contract", facts, ON).as_dict()["values"]["technical_amount_yuan"] == "9"
    some = Table("t", "表", "Table", (Column("name", "名", "Name"), Column("more", "更多", "More", "json")))
    write_rows(tmp_path / "t.jsonl", some, [{"name": "a", "more": []}, {"name": "b", "more": None}])
    assert [row.values for row in read(tmp_path / "t.jsonl", some)] == [
        {"name": "a", "more": []},
        {"name": "b", "more": None},
    ]


@pytest.mark.parametrize("rows", [
    [{"sales": [1, 2], "sales_1": 3}], [{"sales_1": 3}, {"sales": [1, 2]}], [{"sales": [1, 2]}, {"sales_1": 3}],
    [{"expert": {"source": 1}}, {"expert.source": 3}],
])  # fmt: skip
@pytest.mark.parametrize("rule", ["high_tech", "tech_sme"])
def test_two_forms_in_json_lines_are_one_clear_error(
    rule: str, rows: list[dict[str, Any]], tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        bulk_file(rule, _jsonl(tmp_path / "given.jsonl", rows), ON, tmp_path / "found.csv")
    assert caught.value.code == "rules.two_forms"
    assert (caught.value.where["file"], caught.value.where["row"]) == ("given.jsonl", len(rows))
    assert not (tmp_path / "found.csv").exists()


KINDS: dict[str, list[Any]] = {"BIGINT": [60, None, 80], "DECIMAL(9,2)": ["60.10", "70.00"], "DECIMAL(18,2)": ["9007199254740.93", "1"],
         "DOUBLE": [6.01, "nan", 8], "FLOAT": [0.1], "VARCHAR": ["60.10", "12.5万"], "HUGEINT": [5, 6, 7]}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule", ["high_tech", "tech_sme"])
def test_parquet_lists_say_what_assess_says(rule: str, kind: str, tmp_path: Path) -> None:
    """Nothing is rounded on the way, whatever the type; NaN is unknown, as in a column of numbers."""
    lists: list[Any] = [KINDS[kind], KINDS[kind][:1], None, [KINDS[kind][0]] * 4, [], KINDS[kind][::-1]]
    rows = [{"sales": cells and [None if one == "nan" else one for one in cells]} for cells in lists]
    connection = duckdb.connect()
    connection.execute(
        f"CREATE TABLE t (name VARCHAR, sales {kind}[], net_assets {kind}[], employees BIGINT)"
    )
    for cells in lists:
        connection.execute("INSERT INTO t VALUES ('甲', ?, ?, 9)", [cells, cells])
    connection.execute(f"COPY t TO '{tmp_path}/given.parquet' (FORMAT parquet)")
    run = bulk_file(rule, tmp_path / "given.parquet", ON, tmp_path / "found.csv")
    facts = [row | {"net_assets": row["sales"], "employees": 9} for row in rows]
    _same(rule, facts, _out(tmp_path / "found.csv"))
    assert (run.judged, run.rejected) == (4, 2)
    assert run.rejects == tmp_path / "found-rejects.jsonl"
    refused = [json.loads(line) for line in run.rejects.read_text("utf-8").splitlines()]
    assert [(row["行号"], len(row["sales"])) for row in refused] == [(4, 4), (5, 0)]
    again = bulk_file(rule, run.rejects, ON, tmp_path / "again.csv") if rule == "high_tech" else run
    assert again.rejected == 2


def test_parquet_structures_are_points(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute(f"""COPY (SELECT {{'source': 5, 'standards': NULL, 'rd_organisation': 14}} AS expert, [1, 2, 3] AS sales)
        TO '{tmp_path}/given.parquet' (FORMAT parquet)""")  # fmt: skip
    bulk_file("high_tech", tmp_path / "given.parquet", ON, tmp_path / "found.csv")
    facts = {"expert": {"source": 5, "standards": None, "rd_organisation": 14}, "sales": [1, 2, 3]}
    _same("high_tech", [facts], _out(tmp_path / "found.csv"))


@pytest.mark.parametrize(("select", "code"), [
    ("[1] AS sales, 5 AS sales_1", "rules.two_forms"), ("{'source': 1} AS expert, 1 AS \"expert.source\"", "rules.two_forms"),
    ("[1] AS sales_1", "rules.bad_column"), ("{'a': 1} AS sales", "rules.bad_column"), ("[1] AS expert", "rules.bad_column"),
    ("[1] AS employees", "rules.bad_column"), ("5 AS net_assets", "rules.unknown_fact"),
])  # fmt: skip
@pytest.mark.parametrize("rule", ["high_tech", "tech_sme"])
def test_parquet_columns_that_hold_something_else(rule: str, select: str, code: str, tmp_path: Path) -> None:
    duckdb.connect().execute(f"COPY (SELECT {select}) TO '{tmp_path}/given.parquet' (FORMAT parquet)")
    with pytest.raises(InputError) as caught:
        bulk_file(rule, tmp_path / "given.parquet", ON, tmp_path / "found.csv")
    assert caught.value.code == code
    assert "given.parquet" in caught.value.sentence("en")
