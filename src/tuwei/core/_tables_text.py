"""CSV and JSON Lines as streams of numbered rows."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Generator
from typing import Any, BinaryIO

from tuwei.core._tables_cells import shorten
from tuwei.core._tables_spec import Limits
from tuwei.core.errors import InputError, TooLargeError

Rows = Generator[tuple[int, Any], None, None]
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def encoding_of(stream: BinaryIO, file: str) -> str:
    """Return the encoding the whole file decodes in: by its mark, else UTF-8, else GB18030."""
    stream.seek(0)
    start = stream.read(3)
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return _decodes(stream, name) or _refuse_encoding(file)
    return _decodes(stream, "utf-8") or _decodes(stream, "gb18030") or _refuse_encoding(file)


def _decodes(stream: BinaryIO, name: str) -> str:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while block := stream.read(1 << 20):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return ""
    return name


def _refuse_encoding(file: str) -> str:
    raise InputError(
        "table.bad_encoding",
        "{file} 的文字编码无法识别，请另存为 UTF-8 编码的 CSV 或 xlsx。",
        "The text encoding of {file} is not known; save it as CSV in UTF-8 or as xlsx.",
        file=file,
    )


def _text_of(stream: BinaryIO, file: str) -> io.TextIOWrapper:
    encoding = encoding_of(stream, file)
    stream.seek(0)
    return io.TextIOWrapper(stream, encoding=encoding, newline="")


def _let_go(text: io.TextIOWrapper) -> None:
    """The stream is the caller's: it stays open."""
    if not text.closed:
        text.detach()


def csv_rows(stream: BinaryIO, file: str, limits: Limits, delimiter: str) -> Rows:
    """Yield (record number from 1, cells as text). A cell of several lines counts as one record."""
    csv.field_size_limit(max(csv.field_size_limit(), limits.cell))
    text = _text_of(stream, file)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
            yield number, list(cells)
    except csv.Error as error:
        raise _bad_csv(error, file, number + 1, limits) from error
    finally:
        _let_go(text)


def _bad_csv(error: csv.Error, file: str, row: int, limits: Limits) -> InputError | TooLargeError:
    if "field limit" in str(error):
        return TooLargeError(
            "table.cell_too_large", "{file} 第 {row} 行有超过 {expected} 字的单元格(也可能是引号没有成对)。",
            "{file}, row {row} holds a cell of over {expected} characters (or a quote that is not closed).",
            file=file, row=row, expected=limits.cell)  # fmt: skip
    return InputError("table.bad_csv", "{file} 第 {row} 行的引号没有成对，无法分成单元格。",
                      "{file}, row {row}: the quotes are not closed, so its cells cannot be told apart.",
                      file=file, row=row)  # fmt: skip


def json_rows(stream: BinaryIO, file: str, limits: Limits) -> Rows:
    """Yield (line number, object, or the line itself where it holds none); blank lines yield None."""
    text = _text_of(stream, file)
    number = 0
    try:
        while line := text.readline(limits.cell + 1):
            number += 1
            if len(line) > limits.cell:
                raise _long_line(file, number, limits)
            yield number, _object(line)
    finally:
        _let_go(text)


def _object(line: str) -> Any:
    if not line.strip():
        return None
    try:
        value = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return line.rstrip("\r\n")
    return value if isinstance(value, dict) else line.rstrip("\r\n")


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _long_line(file: str, row: int, limits: Limits) -> TooLargeError:
    return TooLargeError("table.cell_too_large", "{file} 第 {row} 行超过 {expected} 字。",
                         "{file}, row {row} is longer than {expected} characters.",
                         file=file, row=row, expected=limits.cell)  # fmt: skip


def bad_json_line(line: str, *, file: str, row: int) -> InputError:
    """Return the error for a line that is not one JSON object."""
    return InputError("table.bad_json", "{file} 第 {row} 行应为一个 JSON 对象，现为“{got}”。",
                      "{file}, row {row}: expected one JSON object, got “{got}”.",
                      file=file, row=row, expected='{"…": …}', got=shorten(line))  # fmt: skip
