"""Reading tables: what people really send, and every error named."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tuwei.core.errors import InputError, MissingError, TooLargeError
from tuwei.core.tables import Column, HeaderError, Limits, Row, Table, count_rows, read

NEEDS = Table(
    "needs",
    "技术需求",
    "Needs",
    (
        Column("title", "需求名称", "Title", required=True, max_length=20),
        Column("problem", "问题描述", "Problem", "long_text"),
        Column("trl", "成熟度", "TRL", "integer", low=1, high=9),
        Column("saving", "节约比例", "Saving", "decimal", unit="%"),
        Column("budget", "预算", "Budget", "yuan", unit="元", aliases=("经费预算",)),
        Column("deadline", "截止日期", "Deadline", "date"),
        Column("start", "开始年月", "Start", "month"),
        Column("consent", "同意公开", "Consent", "boolean"),
        Column("field", "技术领域", "Field", "choice", choices={"it": ("电子信息", "IT"), "bio": ("生物医药", "Biology")}),
        Column("ways", "合作方式", "Ways", "multi_choice", choices={"license": ("许可", "License"), "invest": ("入股", "Invest")}),
        Column("keywords", "关键词", "Keywords", "list", max_length=10),
        Column("email", "邮箱", "E-mail", "email"),
        Column("phone", "电话", "Phone", "phone"),
        Column("extra", "附加", "Extra", "json"),
    ),
    key="title",
)  # fmt: skip


def csv_of(*lines: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode(encoding))


def xlsx_of(*rows: list[Any], name: str = "Sheet1") -> io.BytesIO:
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> io.BytesIO:
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def rows_of(stream: io.BytesIO, name: str = "需求.csv", **options: Any) -> list[Row]:
    return list(read(stream, NEEDS, file_name=name, **options))


def value_of(header: str, text: Any) -> Any:
    """The value of one cell, through a sheet of its own."""
    (row,) = rows_of(xlsx_of(["需求名称", header], ["甲", text]))
    assert not row.errors, row.errors
    assert row.values is not None
    return next(value for name, value in row.values.items() if name != "title")


def error_of(header: str, cell: Any) -> InputError:
    (row,) = rows_of(xlsx_of(["需求名称", header], ["甲", cell]))
    assert row.values is None
    (error,) = row.errors
    return error


@pytest.mark.parametrize(
    ("header", "cell", "value"),
    [
        ("问题描述", "  多 空格  ", "多 空格"),
        ("问题描述", 13800000000, "13800000000"),
        ("问题描述", 12.50, "12.5"),
        ("成熟度", "7", 7),
        ("成熟度", 7.0, 7),
        ("成熟度", "\uff17", 7),
        ("节约比例", "30%", "30"),
        ("节约比例", 0.1 + 0.2, "0.3"),
        ("节约比例", "-1,234.50", "-1234.5"),
        ("预算", "12.5万", "125000"),
        ("预算(元)", 1200.5, "1200.50"),
        ("经费预算", "3亿元", "300000000"),
        ("截止日期", "2026-03-01", "2026-03-01"),
        ("截止日期", "2026/3/1", "2026-03-01"),
        ("截止日期", "2026年3月1日", "2026-03-01"),
        ("截止日期", "2026-03-01 00:00:00", "2026-03-01"),
        ("截止日期", datetime.date(2026, 3, 1), "2026-03-01"),
        ("开始年月", "2026-3", "2026-03"),
        ("开始年月", "2026年03月", "2026-03"),
        ("开始年月", datetime.date(2026, 3, 1), "2026-03"),
        ("同意公开", "是", True),
        ("同意公开", "no", False),
        ("同意公开", 1, True),
        ("同意公开", False, False),
        ("技术领域", "bio", "bio"),
        ("技术领域", "电子信息", "it"),
        ("技术领域", "biology", "bio"),
        ("合作方式", "许可、invest", ["license", "invest"]),
        ("关键词", "节水;滴灌\uff0c土豆、 \uff1b旱作", ["节水", "滴灌", "土豆", "旱作"]),
        ("关键词", '["a,b", "c"]', ["a,b", "c"]),
        ("关键词", None, []),
        ("邮箱", "a.b@example.com", "a.b@example.com"),
        ("电话", "0471-1234567", "0471-1234567"),
        ("电话", 13800000000, "13800000000"),
        ("附加", '{"a": [1, 0.5]}', {"a": [1, 0.5]}),
        ("TRL", None, None),
    ],
)
def test_a_cell_as_people_write_it(header: str, cell: Any, value: Any) -> None:
    assert value_of(header, cell) == value


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("成熟度", "七", "bad_number"),
        ("成熟度", "7.5", "bad_integer"),
        ("成熟度", 12, "out_of_range"),
        ("成熟度", True, "bad_number"),
        ("节约比例", "1.2.3", "bad_number"),
        ("节约比例", "1e999999999", "bad_number"),
        ("节约比例", "NaN", "bad_number"),
        ("预算", "面议", "bad_amount"),
        ("预算", "1.234", "too_precise"),
        ("预算", -5, "out_of_range"),
        ("截止日期", "2026-02-30", "bad_date"),
        ("截止日期", 46082, "bad_date"),
        ("截止日期", datetime.datetime(2026, 3, 1, 8, 30), "bad_date"),
        ("开始年月", "2026-13", "bad_month"),
        ("同意公开", "大概", "bad_boolean"),
        ("技术领域", "生物", "bad_choice"),
        ("合作方式", "许可、转让", "bad_choice"),
        ("关键词", "很长很长很长很长很长很长", "too_long"),
        ("邮箱", "a@b", "bad_email"),
        ("电话", "小王", "bad_phone"),
        ("附加", "{", "bad_json"),
        ("问题描述", datetime.date(2026, 3, 1), "date_in_text"),
        ("问题描述", 110101199003071234, "digits_lost"),
        ("问题描述", True, "bad_text"),
    ],
)
def test_a_bad_cell_is_named_whole(header: str, cell: Any, code: str) -> None:
    error = error_of(header, cell)
    assert error.code == f"table.{code}"
    assert {"file", "row", "field", "expected", "got"} <= set(error.where)
    assert (error.where["file"], error.where["row"]) == ("需求.csv", 2)
    assert error.where["field"].startswith(header)
    for language in ("zh", "en"):
        assert error.where["got"] in error.sentence(language)
        assert "{" not in error.sentence(language).replace(error.where["got"], "")


def test_every_error_of_a_row_is_told_and_the_next_row_is_read() -> None:
    bad, good = rows_of(csv_of("需求名称,成熟度,邮箱", ",十,x", "甲,3,"))
    assert [error.code for error in bad.errors] == ["table.required", "table.bad_number", "table.bad_email"]
    assert bad.raw == {"需求名称": "", "成熟度": "十", "邮箱": "x"}
    assert good.values == {"title": "甲", "trl": 3, "email": None}


def test_a_long_cell_is_shortened_in_the_sentence() -> None:
    (row,) = rows_of(csv_of("需求名称", "长" * 1000))
    assert row.errors[0].code == "table.too_long"
    assert len(row.errors[0].sentence()) < 150
    assert row.raw["需求名称"] == "长" * 1000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_of_every_encoding_and_delimiter(encoding: str, mark: str) -> None:
    stream = csv_of(
        mark.join(["需求名称", "成熟度"]), mark.join(['"节水\n灌溉, 旱作;"', "3"]), encoding=encoding
    )
    (row,) = rows_of(stream)
    assert row.values == {"title": "节水\n灌溉, 旱作;", "trl": 3}
    assert not stream.closed


def test_headers_in_any_language_below_title_rows() -> None:
    stream = xlsx_of(["呼和浩特市技术需求征集表"], [], ["*Title", "trl", "技术领域 "], ["甲", 3, "IT"])
    (row,) = rows_of(stream, "a.xlsx")
    assert row.number == 4
    assert row.values == {"title": "甲", "trl": 3, "field": "it"}


def test_every_fault_of_the_header_is_told_at_once() -> None:
    with pytest.raises(HeaderError) as caught:
        read(csv_of("成熟度,TRL,预算(万元),问题", "1,2,3,4"), NEEDS, file_name="{需求}.csv")
    codes = [error.code for error in caught.value.errors]
    assert codes == [
        "table.unknown_column",
        "table.unknown_column",
        "table.double_column",
        "table.missing_column",
    ]
    assert "是否应为“预算(元)”" in caught.value.sentence("zh")
    assert "“Problem” meant" in caught.value.sentence("en")
    assert "{需求}.csv" in caught.value.sentence("zh")


def test_a_file_without_a_header() -> None:
    for stream in (csv_of("1,2", "3,4"), xlsx_of([1, 2])):
        with pytest.raises(InputError) as caught:
            read(stream, NEEDS, file_name="a")
        assert caught.value.code == "table.no_header"


def test_empty_rows_are_counted_and_nothing_is_lost() -> None:
    for stream in (
        csv_of("需求名称,成熟度", "甲,1", "", ",", "乙,x"),
        xlsx_of(["Title", "TRL"], ["甲", 1], [], [" "], ["乙", "x"]),
    ):
        reading = read(stream, NEEDS, file_name="a")
        assert [row.number for row in reading] == [2, 5]
        assert (reading.total, reading.accepted, reading.rejected, reading.empty) == (4, 1, 1, 2)


def test_content_outside_the_header_is_an_error() -> None:
    rows = rows_of(csv_of("需求名称,,成熟度", "甲,x,1", "乙,,2,越界", "丙,,3"))
    assert [[error.code for error in row.errors] for row in rows] == [
        ["table.unnamed_column"], ["table.unnamed_column"], []]  # fmt: skip
    assert "越界" in rows[1].raw.values()


def test_merged_cells_are_refused_row_by_row() -> None:
    book = openpyxl.load_workbook(
        xlsx_of(["需求名称", "成熟度"], ["甲", 1], ["乙", 2], [None, 3], ["丙", 4], [None, None])
    )
    book.active.merge_cells("A3:A4")
    rows = rows_of(saved(book), "a.xlsx")
    assert [row.number for row in rows if row.errors] == [3, 4]
    assert rows[1].errors[0].code == "table.merged"


def test_a_formula_without_result_is_an_error_and_a_cached_one_is_its_value() -> None:
    book = openpyxl.load_workbook(xlsx_of(["需求名称", "成熟度"], ["甲", "=1+2"], ["乙", "#DIV/0!"]))
    rows = rows_of(saved(book), "a.xlsx")
    assert [row.errors[0].code for row in rows] == ["table.formula", "table.formula"]
    cached = patched(saved(book), "xl/worksheets/sheet1.xml", b"<v />", b"<v>3</v>")
    assert rows_of(cached, "a.xlsx")[0].values == {"title": "甲", "trl": 3}


def patched(stream: io.BytesIO, part: str, old: bytes, new: bytes) -> io.BytesIO:
    import zipfile

    source, target = zipfile.ZipFile(stream), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == part:
                assert old in data
                data = data.replace(old, new)
            archive.writestr(item.filename, data)
    target.seek(0)
    return target


def test_a_percent_cell_reads_as_it_is_seen() -> None:
    book = openpyxl.load_workbook(xlsx_of(["需求名称", "节约比例", "成熟度"], ["甲", 0.07, 0.03]))
    book.active["B2"].number_format = book.active["C2"].number_format = "0.0%"
    (row,) = rows_of(saved(book), "a.xlsx")
    assert [error.where["got"] for error in row.errors] == ["3%"]
    book.active["C2"] = None
    assert rows_of(saved(book), "a.xlsx")[0].values == {"title": "甲", "saving": "7", "trl": None}


def test_two_sheets_with_a_header_are_refused_and_other_sheets_ignored() -> None:
    book = openpyxl.load_workbook(xlsx_of(["需求名称"], ["甲"]))
    book.create_sheet("备注").append(["随便写写"])
    assert len(rows_of(saved(book))) == 1
    book.create_sheet("更多").append(["需求名称"])
    with pytest.raises(InputError) as caught:
        rows_of(saved(book))
    assert caught.value.code == "table.several_sheets"


def test_json_lines() -> None:
    good = {
        "title": "甲",
        "trl": 3,
        "keywords": ["a,b"],
        "extra": {"low": 0.1},
        "consent": True,
        "saving": 0.5,
    }
    lines = [json.dumps(good), "", "[1]", '{"title": NaN}', '{"titel": "乙"}', '{"trl": "x"}', "[" * 100_000]
    reading = read(csv_of(*lines), NEEDS, file_name="a.jsonl")
    rows = list(reading)
    assert rows[0].values == good | {"saving": "0.5"}
    assert [row.number for row in rows] == [1, 3, 4, 5, 6, 7]
    codes = [[error.code.removeprefix("table.") for error in row.errors] for row in rows[1:]]
    assert codes == [
        ["bad_json"],
        ["bad_json"],
        ["unknown_column", "required"],
        ["bad_number", "required"],
        ["bad_json"],
    ]
    assert rows[3].errors[0].where["expected"] == "title"
    assert reading.empty == 1


def test_a_key_given_twice_is_refused_also_after_a_restart() -> None:
    lines = ("需求名称,TRL", "甲,1", "乙,2", "甲,3")
    for start in (0, 3, 4):
        reading = read(csv_of(*lines), NEEDS, file_name="a", start=start)
        rows = list(reading)
        assert rows[-1].errors[0].code == "table.double_key"
        assert rows[-1].errors[0].where["first"] == 2
        assert (reading.passed, len(rows)) == (max(start - 2, 0), 3 - max(start - 2, 0))


def test_rows_are_counted_for_progress(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('需求名称\n甲\n"乙\n丙"\n', encoding="utf-8")
    assert count_rows(path, NEEDS) == 2
    assert count_rows(xlsx_of(["title"], *(["甲"] for _ in range(1000))), NEEDS, file_name="a") == 1000
    assert count_rows(csv_of('{"title": "甲"}', "{}"), NEEDS, file_name="a.jsonl") == 2


def test_limits_are_told_in_numbers(tmp_path: Path) -> None:
    with pytest.raises(TooLargeError, match=r"超过 2 行"):
        rows_of(csv_of("需求名称", "甲", "乙", "丙"), limits=Limits(rows=2))
    with pytest.raises(TooLargeError) as caught:
        rows_of(csv_of("需求名称", "甲" * 100), limits=Limits(bytes=50))
    assert caught.value.code == "table.file_too_large"
    with pytest.raises(InputError) as empty:
        rows_of(io.BytesIO())
    assert empty.value.code == "table.empty_file"
    with pytest.raises(MissingError):
        read(tmp_path / "none.csv", NEEDS)


def test_a_broken_quote_names_its_row() -> None:
    with pytest.raises(InputError) as caught:
        rows_of(csv_of("需求名称,TRL", "甲,1", '"乙,2', "丙,3"))
    assert (caught.value.code, caught.value.where["row"]) == ("table.bad_csv", 3)


def test_the_file_of_a_path_is_closed_whenever_reading_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("需求名称\n甲\n乙\n", encoding="utf-8")
    with read(path, NEEDS) as reading:
        assert next(reading).values == {"title": "甲"}
    assert reading._stream is not None
    assert reading._stream.closed
