"""Opening a file of any of the three formats: what it is by its content, its header, its rows."""

from __future__ import annotations

import os
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from tuwei.core import _tables_header as header_of
from tuwei.core._tables_header import Header
from tuwei.core._tables_spec import Limits, Table
from tuwei.core._tables_text import Rows, csv_rows, json_rows
from tuwei.core._tables_xlsx import Sheet, Workbook, encrypted
from tuwei.core.errors import InputError, MissingError, TooLargeError, TuweiError

Format = Literal["xlsx", "csv", "jsonl"]
PathOrFile = str | os.PathLike[str] | BinaryIO


@dataclass
class Source:
    """An opened file: ``rows`` (number, cells or JSON object) from just below the header, which is None in JSONL."""

    file: str
    format: Format
    header: Header | None
    rows: Rows
    stored: int = 0
    merged: list[tuple[int, int]] = field(default_factory=list)


def open_source(stream: BinaryIO, file: str, table: Table, limits: Limits) -> Source:
    """Return the rows of a file, or raise the one error that says why it is not taken."""
    kind = _format(stream, file)
    if kind == "jsonl":
        return Source(file, kind, None, json_rows(stream, file, limits))
    return _xlsx(stream, file, table, limits) if kind == "xlsx" else _csv(stream, file, table, limits)


def _csv(stream: BinaryIO, file: str, table: Table, limits: Limits) -> Source:
    """Cut by the delimiter under which the header names most columns."""
    headers, refused = {}, None
    for mark in ",;\t":
        try:
            with closing(csv_rows(stream, file, limits, mark)) as rows:  # lets go of the stream for the next
                found = header_of.find_header(rows, table)
        except TuweiError as error:
            refused = refused or error
            continue
        if found:
            headers[mark] = found
    if not headers:
        raise refused or header_of.no_header(table, file)
    mark = max(headers, key=lambda mark: header_of.named_cells(headers[mark][1], table))
    header = header_of.read_header(*headers[mark], table, file)
    return Source(file, "csv", header, _below(csv_rows(stream, file, limits, mark), header.row))


def _below(rows: Rows, header: int) -> Rows:
    with closing(rows):
        yield from (row for row in rows if row[0] > header)


def _xlsx(stream: BinaryIO, file: str, table: Table, limits: Limits) -> Source:
    book = Workbook(stream, file, limits)
    found = [(sheet, row) for sheet in book.sheets if (row := _header_row(book, sheet, table))]
    if not found:
        raise header_of.no_header(table, file)
    if len(found) > 1:
        names = "、".join(sheet.title for sheet, _ in found)
        raise InputError(
            "table.several_sheets",
            "{file} 有多个带表头的工作表({got})，请只留一个。",
            "{file} has several sheets with a header ({got}); keep one.",
            file=file,
            got=names,
        )
    sheet, row = found[0]
    header = header_of.read_header(*row, table, file)
    stored, merged = book.scan(sheet)
    return Source(file, "xlsx", header, _below(book.rows(sheet), header.row), stored, merged)


def _header_row(book: Workbook, sheet: Sheet, table: Table) -> tuple[int, list[Any]] | None:
    with closing(book.rows(sheet)) as rows:
        return header_of.find_header(rows, table)


def open_stream(
    path_or_file: PathOrFile, file_name: str | None, limits: Limits
) -> tuple[BinaryIO, str, bool]:
    """Return (seekable stream, name to show, whether it is ours to close), its size checked."""
    if isinstance(path_or_file, (str, os.PathLike)):
        path = Path(path_or_file)
        if not path.is_file():
            raise MissingError(
                "table.no_file", "找不到文件 {file}。", "There is no file {file}.", file=path.name
            )
        stream, name, ours = cast(BinaryIO, path.open("rb")), file_name or path.name, True
    else:
        name = file_name or os.path.basename(str(getattr(path_or_file, "name", "") or "")) or "上传的文件"
        stream, ours = _seekable(path_or_file, limits)
    try:
        _check_size(stream, name, limits)
    except Exception:
        if ours:
            stream.close()
        raise
    return stream, name, ours


def _seekable(stream: BinaryIO, limits: Limits) -> tuple[BinaryIO, bool]:
    if stream.seekable():
        return stream, False
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever closes the rows
    while copy.tell() <= limits.bytes and (block := stream.read(1 << 20)):
        copy.write(block)
    return cast(BinaryIO, copy), True


def _check_size(stream: BinaryIO, file: str, limits: Limits) -> None:
    size = stream.seek(0, os.SEEK_END)
    if size == 0:
        raise InputError("table.empty_file", "{file} 是空文件。", "{file} is empty.", file=file)
    if size > limits.bytes:
        raise TooLargeError("table.file_too_large", "{file} 超过 {expected} MB。", "{file} is over {expected} MB.",
                            file=file, expected=f"{limits.bytes / 2**20:g}", got=size)  # fmt: skip


def _format(stream: BinaryIO, file: str) -> Format:
    """Tell the format by the content; the extension only decides between two kinds of text."""
    stream.seek(0)
    start = stream.read(8)
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):  # an OLE container: encrypted, or Excel 97
        stream.seek(0)
        raise encrypted(file) if _holds(stream, "EncryptedPackage".encode("utf-16-le")) else _old_excel(file)
    if start.startswith((b"%PDF", b"PK", b"\x1f\x8b", b"\x89PNG", b"Rar!", b"7z\xbc\xaf")):
        raise _unknown(file)
    return _text_format(stream, file)


def _text_format(stream: BinaryIO, file: str) -> Format:
    stream.seek(0)
    opening = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    named = os.path.splitext(file)[1].lower()
    if named in (".jsonl", ".ndjson", ".json") or (opening[:1] == b"{" and named != ".csv"):
        return "jsonl"
    return "csv"


def _holds(stream: BinaryIO, wanted: bytes) -> bool:
    tail = b""
    while block := stream.read(1 << 20):
        if wanted in tail + block:
            return True
        tail = block[-len(wanted) :]
    return False


def _old_excel(file: str) -> InputError:
    return InputError(
        "table.old_excel",
        "{file} 是旧版 xls 文件，请另存为 xlsx。",
        "{file} is an old xls file; save it as xlsx.",
        file=file,
    )


def _unknown(file: str) -> InputError:
    return InputError(
        "table.unknown_format",
        "{file} 不是 xlsx、CSV 或 JSON Lines 文件。",
        "{file} is no xlsx, CSV or JSON Lines file.",
        file=file,
    )
