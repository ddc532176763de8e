"""Files out: exports and rejects, each written beside its place and moved there when whole."""

from __future__ import annotations

import csv
import datetime
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tuwei.core._tables_read import Row
from tuwei.core._tables_source import Format
from tuwei.core._tables_spec import REJECT_HEADERS, Table
from tuwei.core._tables_write import raw_cell, sheet_cell
from tuwei.core._tables_xlsx import escape
from tuwei.core.errors import InputError, TooLargeError, TuweiError

LONGEST_CELL, MOST_ROWS = 32_767, 1_048_576  # of an xlsx sheet


def format_of(path: Path) -> Format:
    """Return the format a file name asks for."""
    formats: dict[str, Format] = {".xlsx": "xlsx", ".csv": "csv", ".jsonl": "jsonl"}
    if path.suffix.lower() not in formats:
        raise InputError(
            "table.unknown_format",
            "{file} 的扩展名应为 .xlsx、.csv 或 .jsonl。",
            "{file} must end in .xlsx, .csv or .jsonl.",
            file=path.name,
        )
    return formats[path.suffix.lower()]


class Sink:
    """A file being written under a name of its own; `close` puts it in its place, `drop` removes it."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(f".{path.name}.part")

    def write(self, cells: Sequence[Any]) -> None:
        """Write one row of cells."""
        raise NotImplementedError

    def finish(self) -> None:
        """Complete and close the file."""
        raise NotImplementedError

    def close(self) -> None:
        """Complete the file and put it in its place."""
        self.finish()
        os.replace(self.part, self.path)

    def drop(self) -> None:
        """Leave nothing behind."""
        self.finish()
        self.part.unlink(missing_ok=True)


class CsvSink(Sink):
    """CSV in UTF-8 with a mark, so that Excel reads the Chinese."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file = self.part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._file)

    def write(self, cells: Sequence[Any]) -> None:
        self._writer.writerow([format(cell, "f") if isinstance(cell, Decimal) else cell for cell in cells])

    def finish(self) -> None:
        self._file.close()


class JsonSink(Sink):
    """JSON Lines; `write` takes the one object of a line."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file = self.part.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")

    def write(self, cells: Sequence[Any]) -> None:
        self._file.write(json.dumps(cells[0], ensure_ascii=False, default=str) + "\n")

    def finish(self) -> None:
        self._file.close()


class XlsxSink(Sink):
    """One sheet, streamed: 100,000 rows do not lie in memory."""

    def __init__(self, path: Path, title: str) -> None:
        from openpyxl import Workbook

        super().__init__(path)
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(title)
        self._sheet.freeze_panes = "A2"
        self._rows = 0

    def write(self, cells: Sequence[Any]) -> None:
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise TooLargeError("table.too_many_rows", "{file} 超过 {expected} 行，请改用 CSV。",
                                "{file} has more than {expected} rows; use CSV.",
                                file=self.path.name, expected=MOST_ROWS)  # fmt: skip
        self._sheet.append([self._cell(cell) for cell in cells])

    def _cell(self, value: Any) -> Any:
        from openpyxl.cell import WriteOnlyCell

        if isinstance(value, str):
            text = escape(value)
            if len(text) > LONGEST_CELL:
                raise TooLargeError("table.cell_too_long", "{file} 第 {row} 行有超过 {expected} 字的内容，请改用 CSV。",
                                    "{file}, row {row} holds over {expected} characters in a cell; use CSV.",
                                    file=self.path.name, row=self._rows, expected=LONGEST_CELL)  # fmt: skip
            cell = WriteOnlyCell(self._sheet, text)
            cell.data_type = "s"  # whatever it begins with: never a formula
            return cell
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            cell = WriteOnlyCell(self._sheet, value)
            cell.number_format = "yyyy-mm-dd"
            return cell
        return value

    def finish(self) -> None:
        self._book.save(self.part)


def _sink(path: Path, kind: Format, title: str) -> Sink:
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "xlsx":
        return XlsxSink(path, title)
    return CsvSink(path) if kind == "csv" else JsonSink(path)


def write_rows(
    path: str | os.PathLike[str],
    table: Table,
    rows: Iterable[Mapping[str, Any]],
    format: Format | None = None,
    *,
    language: str = "zh",
) -> int:
    """Write records to a file that `read` gives back exactly.

    Parameters
    ----------
    path
        Where to; taken only when all is written.
    rows
        Records by field name, as `Row.values`; a field left out is an empty cell (absent in JSON Lines).
    format
        ``"xlsx"``, ``"csv"`` or ``"jsonl"``; from the file name unless said.
    language
        Of headers and labels, ``"zh"`` or ``"en"``.

    Returns
    -------
    int
        The number of records written.

    Raises
    ------
    TooLargeError
        ``table.too_many_rows``, ``table.cell_too_long``: more than an xlsx sheet holds. No file is left.
    """
    path = Path(path)
    kind = format or format_of(path)
    sink, count = _sink(path, kind, "Data" if language == "en" else "数据"), 0
    try:
        if kind != "jsonl":
            sink.write([column.label(language) for column in table.columns])
        for record in rows:
            count += 1
            sink.write(_cells(table, record, kind, language))
    except BaseException:
        sink.drop()
        raise
    sink.close()
    return count


def _cells(table: Table, record: Mapping[str, Any], kind: Format, language: str) -> list[Any]:
    if kind == "jsonl":
        return [{column.name: record[column.name] for column in table.columns if column.name in record}]
    return [sheet_cell(column, record.get(column.name), language) for column in table.columns]


class Rejects:
    """The rows that were not taken, in a file beside, to be mended and read again.

    The cells stand as they came; 行号, 原因 and Reason are added, and ignored on reading. No file is made
    where nothing is rejected; use as a context manager. An error inside it leaves no file.

    Parameters
    ----------
    path
        Where to; its ending says the format (take the format of what was read: `Reading.format`).
    table
        What the rows were read as.
    """

    def __init__(self, path: str | os.PathLike[str], table: Table) -> None:
        self.path, self.table, self.count = Path(path), table, 0
        self._kind = format_of(self.path)
        self._sink: Sink | None = None
        self._labels: list[str] = []

    def add(self, row: Row, errors: Sequence[TuweiError] | None = None) -> None:
        """Write a row with its errors, or with those given (say, from the database)."""
        errors = row.errors if errors is None else errors
        zh, en = "".join(e.sentence("zh") for e in errors), " ".join(e.sentence("en") for e in errors)
        added = dict(zip(REJECT_HEADERS, (row.number, zh, en), strict=True))
        sink = self._open(row)
        sink.write([added | row.raw] if self._kind == "jsonl" else self._row(row, added))
        self.count += 1

    def _open(self, row: Row) -> Sink:
        if self._sink is None:
            self._sink = _sink(self.path, self._kind, "数据")
            self._labels = [label for label in row.raw if self.table.column(label)]
            if self._kind != "jsonl":
                self._sink.write([*self._labels, *REJECT_HEADERS])
        return self._sink

    def _row(self, row: Row, added: Mapping[str, Any]) -> list[Any]:
        """The cells under their headers; what stood under none stays without one, at the end."""
        stray = [cell for label, cell in row.raw.items() if label not in self._labels]
        cells = [
            raw_cell(cell)
            for cell in (*(row.raw.get(label) for label in self._labels), *added.values(), *stray)
        ]
        if self._kind != "xlsx" or not any(
            isinstance(cell, str) and len(escape(cell)) > LONGEST_CELL for cell in cells
        ):
            return cells
        reason = len(self._labels) + 1  # an xlsx cell cannot hold it: said, never cut in silence
        cells = [_cut(cell) for cell in cells]
        cells[reason] = f"过长的内容只保留前 {LONGEST_CELL // 8} 字。{cells[reason]}"
        cells[reason + 1] = f"Longer text is cut to {LONGEST_CELL // 8} characters. {cells[reason + 1]}"
        return cells

    def close(self) -> None:
        """Put the file in its place."""
        if self._sink:
            self._sink.close()
            self._sink = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        elif self._sink:
            self._sink.drop()


def _cut(cell: Any) -> Any:
    return cell[: LONGEST_CELL // 8] if isinstance(cell, str) and len(escape(cell)) > LONGEST_CELL else cell
