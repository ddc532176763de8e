"""Templates, exports and rejects: what is written reads back exactly, and cannot run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuwei.core.errors import InputError, TooLargeError
from tuwei.core.money import yuan_text
from tuwei.core.tables import Column, Rejects, Table, read, write_rows, write_template

CHOICES = {"it": ("电子信息", "IT"), "bio": ("生物、医药", "Bio; medicine")}
EVERY = Table(
    "every",
    "各类",
    "Every kind",
    (
        Column("title", "名称", "Title", required=True),
        Column("note", "备注", "Note", "long_text", help_zh="写清楚", help_en="Be clear"),
        Column("count", "数量", "Count", "integer"),
        Column("rate", "比例", "Rate", "decimal"),
        Column("budget", "预算", "Budget", "yuan", unit="元", low="-100000000000"),
        Column("day", "日期", "Day", "date"),
        Column("month", "年月", "Month", "month"),
        Column("open", "公开", "Open", "boolean"),
        Column("field", "领域", "Field", "choice", choices=CHOICES),
        Column("fields", "多领域", "Fields", "multi_choice", choices=CHOICES),
        Column("keywords", "关键词", "Keywords", "list"),
        Column("extra", "附加", "Extra", "json"),
    ),
)
FORMATS = ("xlsx", "csv", "jsonl")


def _texts(alphabet: Any) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=1, max_size=30).map(str.strip).filter(bool)


def _decimals(number: Any) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


PRINTED = st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\t\r'=+-@[")
TEXTS = st.one_of(_texts(PRINTED), _texts("=+-@'\t_x0D[]\"、,;{}"))
DATES = st.dates().map(lambda day: day.isoformat())
RECORDS = st.fixed_dictionaries(
    {
        "title": TEXTS.filter(lambda text: not text.startswith(("【示例】", "[Example]"))),
        "note": st.none() | TEXTS,
        "count": st.none() | st.integers(-(10**25), 10**25),
        "rate": st.none() | st.decimals(-(10**12), 10**12, allow_nan=False, places=9).map(_decimals).filter(lambda t: t != "-0"),
        "budget": st.none() | st.integers(-(10**12), 10**12).map(yuan_text),
        "day": st.none() | DATES,
        "month": st.none() | DATES.map(lambda day: day[:7]),
        "open": st.none() | st.booleans(),
        "field": st.none() | st.sampled_from(sorted(CHOICES)),
        "fields": st.lists(st.sampled_from(sorted(CHOICES)), unique=True),
        "keywords": st.lists(TEXTS, max_size=4),
        "extra": st.none() | st.dictionaries(st.text("ab", max_size=3), st.integers() | st.floats(allow_nan=False, allow_infinity=False)),
    }
)  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("language", ["zh", "en"])
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(records=st.lists(RECORDS, min_size=1, max_size=2))
def test_what_is_written_reads_back_exactly(
    tmp_path: Path, kind: Any, language: str, records: list[dict[str, Any]]
) -> None:
    path = tmp_path / f"a.{kind}"
    assert write_rows(path, EVERY, records, language=language) == len(records)
    rows = list(read(path, EVERY))
    assert [row.errors for row in rows] == [[]] * len(records)
    assert [row.values for row in rows] == records


@pytest.mark.parametrize(
    "attack", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=1", "'=1", "=cmd|'/C calc'!A0"]
)
def test_exports_cannot_run(tmp_path: Path, attack: str) -> None:
    record = {"title": f"x{attack}", "note": attack, "keywords": [attack], "count": -5}
    write_rows(tmp_path / "a.csv", EVERY, [record])
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.reader(file))[1]
    assert not [cell for cell in cells if cell[:1] in "=+@\t\r\uff1d" and cell]
    assert cells[2] == "-5"
    write_rows(tmp_path / "a.xlsx", EVERY, [record])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert {cell.data_type for cell in sheet[2] if cell.value is not None} == {"s", "n"}
    assert sheet["B2"].value.startswith("'")
    assert sheet["C2"].value == -5


def test_csv_opens_in_excel_with_its_chinese(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", EVERY, [{"title": "甲"}])
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_failed_write_leaves_nothing_and_keeps_the_old_file(tmp_path: Path) -> None:
    for kind in FORMATS:
        path = tmp_path / f"a.{kind}"
        path.write_text("old")

        def rows() -> Any:
            yield {"title": "甲"}
            raise RuntimeError("stop")

        with pytest.raises(RuntimeError):
            write_rows(path, EVERY, rows())
        assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 3
    with pytest.raises(TooLargeError):
        write_rows(tmp_path / "b.xlsx", EVERY, [{"title": "长" * 40_000}])
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_reads_as_empty_until_filled_in(tmp_path: Path, kind: str, language: str) -> None:
    path = tmp_path / f"t.{kind}"
    write_template(path, EVERY, language)
    reading = read(path, EVERY)
    assert list(reading) == []
    assert (reading.total, reading.empty) == (1, 1)


def test_a_template_explains_itself(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", EVERY)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet, text = book["数据"], str(list(book["填写说明"].values))
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == [
        "'选项'!$A$2:$A$3",
        "'选项'!$B$2:$B$3",
        "'选项'!$C$2:$C$3",
    ]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == [
        "H3:H5000", "I3:I5000", "J3:J5000",
    ]  # fmt: skip
    assert [cell.value for cell in book["选项"]["A"]] == ["公开", "是", "否"]
    assert [cell.value for cell in book["选项"]["B"]] == ["领域", "电子信息", "生物、医药"]
    assert book["选项"].sheet_state == "visible"
    assert all(word in text for word in ("写清楚", "Be clear", "名称 / Title", "budget"))


def test_the_example_row_says_what_the_columns_say_in_each_language(tmp_path: Path) -> None:
    table = Table("t", "表", "T", (
        Column("title", "名称", "Title", example="烘干", example_en="Drying"),
        Column("field", "领域", "Field", "choice", choices=CHOICES, example="bio"),
        Column("place", "地点", "Place", "choice", choices=CHOICES, example="gone"),
    ))  # fmt: skip
    shown = {}
    for language in ("zh", "en"):
        write_template(tmp_path / "t.xlsx", table, language)
        shown[language] = [
            cell.value for cell in openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0][2]
        ]
        assert list(read(tmp_path / "t.xlsx", table)) == []
    assert shown == {
        "zh": ["【示例】烘干", "生物、医药", "电子信息"],
        "en": ["[Example]Drying", "Bio; medicine", "IT"],
    }


def test_a_formula_without_a_value_comes_back_as_it_was_written_and_cannot_run(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["名称", "备注", "数量"], ["甲", "=烘干机太费气", "x"], ["乙", "=1/0", 2]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with Rejects(tmp_path / "r.xlsx", EVERY) as rejects:
        for row in read(tmp_path / "a.xlsx", EVERY):
            assert "table.formula" in [error.code for error in row.errors]
            assert row.partial["title"] in ("甲", "乙")
            rejects.add(row)
    back = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert [(cell.value, cell.data_type) for cell in back["B"][1:]] == [
        ("'=烘干机太费气", "s"),
        ("'=1/0", "s"),
    ]
    first, second = read(tmp_path / "r.xlsx", EVERY)
    assert (first.partial["note"], [error.code for error in first.errors]) == (
        "=烘干机太费气",
        ["table.bad_number"],
    )
    assert second.values is not None
    assert second.values["note"] == "=1/0"


def test_a_template_filled_in_is_read_and_an_edited_example_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, EVERY)
    book = openpyxl.load_workbook(path)
    book["数据"]["A3"], book["数据"]["E3"] = "甲", "12.5万"
    book.save(path)
    (row,) = read(path, EVERY)
    assert row.values is not None
    assert (row.number, row.values["budget"]) == (3, "125000")
    book["数据"]["C2"] = 77
    book.save(path)
    first, _ = read(path, EVERY)
    assert [error.code for error in first.errors] == ["table.example"]


def _file(kind: str, path: Path) -> None:
    rows = [["名称", "数量", "备注"], ["甲", "3", "好"], ["", "x", "=1+1"], ["'=丙", "y", "尾  "]]
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.active["C3"].data_type = "s"
        book.save(path)
    elif kind == "csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows(rows)
    else:
        path.write_text("".join(json.dumps(dict(zip(rows[0], row, strict=True))) + "\n" for row in rows[1:]))


@pytest.mark.parametrize("kind", FORMATS)
def test_rejects_keep_the_cells_say_why_and_read_again_once_mended(tmp_path: Path, kind: str) -> None:
    _file(kind, tmp_path / f"a.{kind}")
    reading = read(tmp_path / f"a.{kind}", EVERY)
    with Rejects(tmp_path / f"r.{reading.format}", EVERY) as rejects:
        bad = [row for row in reading if row.errors]
        for row in bad:
            rejects.add(row)
    assert (rejects.count, reading.accepted) == (2, 1)
    again = list(read(tmp_path / f"r.{kind}", EVERY))
    assert [row.raw.keys() for row in again] == [row.raw.keys() for row in bad]
    assert [[e.code for e in row.errors] for row in again] == [[e.code for e in row.errors] for row in bad]
    whole = (
        (tmp_path / f"r.{kind}").read_bytes()
        if kind != "xlsx"
        else str(list(openpyxl.load_workbook(tmp_path / "r.xlsx").active.values)).encode()
    )
    assert "第 3 行“数量”应为数字" in whole.decode() or kind == "jsonl"
    assert "expected a number" in whole.decode()
    _mend(kind, tmp_path / f"r.{kind}")
    mended = [row.values for row in read(tmp_path / f"r.{kind}", EVERY)]
    quote = "'" if kind == "jsonl" else ""  # no quote is taken off where nothing can run
    assert mended == [
        {"title": "乙", "count": 8, "note": "=1+1"},
        {"title": f"{quote}=丙", "count": 9, "note": "尾"},
    ]


def _mend(kind: str, path: Path) -> None:
    if kind == "xlsx":
        book = openpyxl.load_workbook(path)
        sheet = book.active
        sheet["A2"], sheet["B2"], sheet["B3"] = "乙", 8, 9
        book.save(path)
        return
    text = path.read_text(encoding="utf-8-sig")
    for old, new in (("x", "8"), ("y", "9")):
        text = text.replace(f'"{old}"', f'"{new}"').replace(f",{old},", f",{new},")
    text = text.replace('"名称": ""', '"名称": "乙"').replace("\n,8", "\n乙,8")
    path.write_text(text, encoding="utf-8")


def test_rejects_make_no_file_for_nothing_and_none_on_a_crash(tmp_path: Path) -> None:
    with Rejects(tmp_path / "r.csv", EVERY):
        pass
    (row,) = read(io.BytesIO("名称\n".encode() + b'"",1\n'), EVERY, file_name="a.csv")

    def crash() -> None:
        with Rejects(tmp_path / "r.csv", EVERY) as rejects:
            rejects.add(row, [InputError("x", "库中已有。", "Already there.")])
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        crash()
    assert list(tmp_path.iterdir()) == []


def test_rejects_of_a_sheet_say_when_a_cell_did_not_fit(tmp_path: Path) -> None:
    from tuwei.core.tables import Row

    with Rejects(tmp_path / "r.xlsx", EVERY) as rejects:
        rejects.add(Row(2, None, [InputError("x", "太长。", "Too long.")], {"名称": "长" * 100_000}))
    title, number, zh, en = list(openpyxl.load_workbook(tmp_path / "r.xlsx").active.values)[1]
    assert (len(title), number, zh.endswith("太长。"), "cut to" in en) == (4095, 2, True, True)
