"""Finding the header row and saying, all at once, what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tuwei.core._tables_cells import is_empty, shorten
from tuwei.core._tables_spec import REJECT_HEADERS, Column, Table, fold
from tuwei.core.errors import InputError

SEARCHED = 20
"""Rows searched for the header: titles and remarks may stand above it."""
_IGNORED = {fold(header) for header in REJECT_HEADERS}


class HeaderError(InputError):
    """The header does not fit the table; ``errors`` holds each fault, the sentence names them all."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        sentences = {language: "".join(e.sentence(language) for e in errors) for language in ("zh", "en")}
        safe = {language: text.replace("{", "{{").replace("}", "}}") for language, text in sentences.items()}
        super().__init__(errors[0].code, safe["zh"], safe["en"], **errors[0].where)
        self.errors = list(errors)


@dataclass(frozen=True)
class Header:
    """The header row: its number, the headers as written, and the column each stands for (None: ignored)."""

    row: int
    labels: tuple[str, ...]
    columns: tuple[Column | None, ...]


def find_header(rows: Iterable[tuple[int, list[Any]]], table: Table) -> tuple[int, list[Any]] | None:
    """Return the first row, of the first few, that names most columns; None where none names any."""
    best, score = None, 0
    for number, cells in rows:
        if number > SEARCHED:
            break
        named = named_cells(cells, table)
        filled = sum(not is_empty(cell) for cell in cells)
        if named > score and (named > 1 or named * 2 >= filled):
            best, score = (number, cells), named
    return best


def named_cells(cells: list[Any], table: Table) -> int:
    """Return how many cells of a row name a column."""
    return sum(_column(table, cell) is not None for cell in cells)


def _column(table: Table, cell: Any) -> Column | None:
    return None if is_empty(cell) else table.column(cell)


def read_header(number: int, cells: list[Any], table: Table, file: str) -> Header:
    """Return the header, or raise `HeaderError` with every unknown, double or missing column."""
    columns = tuple(_column(table, cell) for cell in cells)
    errors = [_unknown(cell, table, file, number) for cell, column in zip(cells, columns, strict=True)
              if column is None and not is_empty(cell) and fold(cell) not in _IGNORED]  # fmt: skip
    named = [column.name for column in columns if column]
    errors += [_doubled(column, file, number) for column in table.columns if named.count(column.name) > 1]
    missing = [column for column in table.columns if column.required and column.name not in named]
    errors += [_missing(missing, file, number)] if missing else []
    if errors:
        raise HeaderError(errors)
    return Header(number, tuple("" if is_empty(cell) else str(cell).strip() for cell in cells), columns)


def nearest(header: str, table: Table) -> Column | None:
    """Return the column whose header is most like the one given, if any is."""
    likely = difflib.get_close_matches(fold(header)[:200], table.by_header, n=1, cutoff=0.5)
    return table.by_header[likely[0]] if likely else None


def _unknown(cell: Any, table: Table, file: str, row: int) -> InputError:
    column = nearest(str(cell), table)
    name = f"({column.name})" if column and str(cell).isascii() else ""  # who writes names is told the name
    zh = f"，是否应为“{column.label('zh')}”{name}？" if column else "；可用的列见模板。"
    en = (
        f"; is “{column.label('en')}”{' ' * bool(name)}{name} meant?"
        if column
        else "; the template shows the columns."
    )
    return InputError(
        "table.unknown_column",
        "{file} 第 {row} 行的列“{got}”不认识" + _plain(zh),
        "{file}, row {row}: the column “{got}” is not known" + _plain(en),
        file=file, row=row, got=shorten(cell), expected=column.label("zh") if column else "",
    )  # fmt: skip


def _plain(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _doubled(column: Column, file: str, row: int) -> InputError:
    return InputError("table.double_column", "{file} 第 {row} 行有两列“{field}”，请只留一列。",
                      "{file}, row {row}: two columns “{field_en}”; keep one.", file=file, row=row,
                      field=column.label("zh"), field_en=column.label("en"), name=column.name)  # fmt: skip


def _missing(columns: list[Column], file: str, row: int) -> InputError:
    return InputError("table.missing_column", "{file} 第 {row} 行缺少必填的列：{expected}。",
                      "{file}, row {row} lacks the required columns: {expected_en}.", file=file, row=row,
                      expected="、".join(column.label("zh") for column in columns),
                      expected_en=", ".join(column.label("en") for column in columns))  # fmt: skip


def no_header(table: Table, file: str) -> InputError:
    """Return the error for a file in which no row names the columns."""
    wanted = [column for column in table.columns if column.required] or list(table.columns[:5])
    return InputError("table.no_header", "{file} 中找不到表头行(应含：{expected})。",
                      "{file} has no header row (expected: {expected_en}).", file=file, row=1,
                      expected="、".join(column.label("zh") for column in wanted),
                      expected_en=", ".join(column.label("en") for column in wanted))  # fmt: skip
