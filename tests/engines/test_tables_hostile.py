"""Files meant to harm, or merely broken: one sentence, never a traceback, never the machine's memory."""

from __future__ import annotations

import io
import itertools
import random
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuwei.core.errors import TooLargeError, TuweiError
from tuwei.core.tables import Column, Limits, Table, read, write_rows

TABLE = Table(
    "t",
    "表",
    "Table",
    (Column("title", "名称", "Title", required=True), Column("count", "数量", "Count", "integer")),
)
SHEET = "xl/worksheets/sheet1.xml"


def workbook() -> io.BytesIO:
    book = openpyxl.Workbook()
    for row in (["名称", "数量"], ["甲", 1], ["乙", 2]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream


def repacked(*, change: dict[str, Any] | None = None, add: dict[str, bytes] | None = None) -> io.BytesIO:
    """The workbook with parts changed (by a function of their bytes) or added."""
    source, target = zipfile.ZipFile(workbook()), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for item in source.infolist():
            data = source.read(item)
            archive.writestr(item.filename, (change or {}).get(item.filename, lambda d: d)(data))
        for name, data in (add or {}).items():
            archive.writestr(name, data)
    return target


def code_of(stream: Any, name: str = "a.xlsx", **options: Any) -> str:
    with pytest.raises(TuweiError) as caught:
        list(read(stream, TABLE, file_name=name, **options))
    assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")
    return caught.value.code


def titles(stream: io.BytesIO, name: str = "a.xlsx") -> list[Any]:
    return [row.values and row.values["title"] for row in read(stream, TABLE, file_name=name)]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(add={"xl/media/image1.bin": bytes(60 * 2**20)})
    tracemalloc.start()
    assert code_of(bomb) == "table.zip_bomb"
    assert tracemalloc.get_traced_memory()[1] < 5 * 2**20
    tracemalloc.stop()
    assert code_of(workbook(), limits=Limits(unpacked=1000)) == "table.zip_bomb"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"%PDF-1.7 \xff", "unknown_format"),
        (b"\x89PNG\r\n\x1a\n", "unknown_format"),
        (b"\xff\xff\xff\xff", "bad_encoding"),
        (b"", "empty_file"),
        (b"\0\0\0\0\n\0", "no_header"),
        (b'"' * 1_000_001, "bad_csv"),
    ],
)
def test_what_is_no_table_is_told(data: bytes, code: str) -> None:
    assert code_of(io.BytesIO(data)) == f"table.{code}"


def test_macros_are_refused() -> None:
    assert code_of(repacked(add={"xl/vbaProject.bin": b"x"})) == "table.macros"


def test_external_links_are_never_followed() -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    assert titles(repacked(add={"xl/externalLinks/externalLink1.xml": link})) == ["甲", "乙"]


def test_entities_in_the_xml_are_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    for part in (SHEET, "xl/workbook.xml"):
        attack = repacked(
            change={part: lambda data: laughs + data[data.index(b"<", 2 if data[:2] == b"<?" else 0) :]}
        )
        assert code_of(attack) == "table.damaged"


def test_a_false_dimension_costs_nothing() -> None:
    wide = repacked(change={SHEET: lambda data: data.replace(b'ref="A1:B3"', b'ref="A1:XFD1048576"')})
    assert titles(wide) == ["甲", "乙"]


def test_a_stray_cell_far_away_is_an_error_not_a_loop() -> None:
    far = repacked(
        change={
            SHEET: lambda data: data.replace(
                b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
            )
        }
    )
    reading = read(far, TABLE, file_name="a.xlsx")
    assert [row.number for row in reading] == [2, 3, 1048576]
    assert reading.total == reading.accepted + reading.empty == 1048575
    wide = repacked(
        change={
            SHEET: lambda data: data.replace(
                b"</sheetData>", b'<row r="4"><c r="XFD4"><v>1</v></c></row></sheetData>'
            )
        }
    )
    assert code_of(wide) == "table.too_many_columns"


def test_a_row_of_a_million_cells_is_refused_while_it_is_read() -> None:
    row = b'<row r="4">' + b"<c/>" * 1_000_000 + b"</row></sheetData>"
    assert (
        code_of(repacked(change={SHEET: lambda data: data.replace(b"</sheetData>", row)}))
        == "table.too_many_columns"
    )


def test_rows_out_of_order_are_damage() -> None:
    again = repacked(change={SHEET: lambda data: data.replace(b"</sheetData>", b'<row r="2"/></sheetData>')})
    assert code_of(again) == "table.row_order"


def test_a_cell_of_a_million_characters_is_an_error_of_its_row() -> None:
    first, second = read(io.BytesIO(b"Title\n" + b"x" * 1_000_000 + b"\ny\n"), TABLE, file_name="a.csv")
    assert [error.code for error in first.errors] == ["table.too_long"]
    assert second.values == {"title": "y"}
    assert code_of(io.BytesIO(b"Title\n" + b"x" * 5_000_000), "a.csv") == "table.cell_too_large"
    assert code_of(io.BytesIO(b'{"title": "' + b"x" * 5_000_000), "a.jsonl") == "table.cell_too_large"


def test_control_characters_are_refused() -> None:
    for name, data in (("a.csv", b"Title\na\0b\n"), ("a.jsonl", b'{"title": "\\ud800"}\n')):
        (row,) = read(io.BytesIO(data), TABLE, file_name=name)
        assert [error.code for error in row.errors] == ["table.control_character"]
        row.errors[0].sentence().encode()


def test_the_content_says_the_format_not_the_name() -> None:
    assert titles(workbook(), "a.csv") == ["甲", "乙"]
    assert titles(io.BytesIO("名称\n甲\n".encode()), "a.xlsx") == ["甲"]
    assert titles(io.BytesIO('{"title": "甲"}'.encode()), "a.txt") == ["甲"]


def test_a_stream_that_cannot_seek() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert titles(Pipe("名称\n甲\n".encode())) == ["甲"]
    with pytest.raises(TooLargeError):
        read(Pipe(b"x" * 100), TABLE, limits=Limits(bytes=10))


@given(
    st.binary(max_size=300),
    st.sampled_from(["a.csv", "a.xlsx", "a.jsonl"]),
    st.sampled_from([b"", b"Title\n", b"PK\x03\x04", b"{"]),
)
@settings(deadline=None, derandomize=True)
def test_random_bytes_raise_nothing_but_our_errors(data: bytes, name: str, start: bytes) -> None:
    try:
        list(read(io.BytesIO(start + data), TABLE, file_name=name))
    except TuweiError as error:
        str(error).encode()  # what people see can be written down


def test_a_workbook_with_flipped_bytes_raises_nothing_but_our_errors() -> None:
    whole, chance = workbook().getvalue(), random.Random(7)
    refused = 0
    for _ in range(150):
        broken = bytearray(whole)
        for _ in range(chance.choice([1, 4, 30])):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            list(read(io.BytesIO(bytes(broken)), TABLE, file_name="a.xlsx"))
        except TuweiError:
            refused += 1
    assert refused > 50


def test_reading_many_rows_takes_little_memory(tmp_path: Path) -> None:
    for kind in ("csv", "xlsx"):
        path = tmp_path / f"a.{kind}"
        write_rows(path, TABLE, ({"title": f"需求{n}", "count": n} for n in range(4000)))
        tracemalloc.start()
        with read(path, TABLE) as reading:
            next(reading)
            tracemalloc.reset_peak()
            base = tracemalloc.get_traced_memory()[0]
            assert sum(1 for _ in itertools.islice(reading, 3999)) == 3999
        assert tracemalloc.get_traced_memory()[1] - base < 4 * 2**20
        tracemalloc.stop()
