"""Results to CSV, xlsx or Parquet: written beside, put in place only when whole."""

from __future__ import annotations

import csv
import datetime
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from tuwei.core._tables_write import neutralise
from tuwei.core._tables_xlsx import escape
from tuwei.core.errors import InputError, TooLargeError
from tuwei.rules._lists import objects
from tuwei.rules._outcome import NONE, Out, OutKind

ENDINGS = (".csv", ".xlsx", ".parquet")
MOST_ROWS = 1_048_575
"""Rows below the header that an xlsx sheet holds."""
_EXACT_DIGITS = 15
_EPOCH = datetime.date(1970, 1, 1).toordinal()


class Sink(ABC):
    """A table being written; a context manager: an error leaves nothing behind, no error puts it in place."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows, self._begun = path, 0, False
        path.parent.mkdir(parents=True, exist_ok=True)
        self.part = path.with_name(f".{path.name}.part")
        self.part.unlink(missing_ok=True)

    def write(self, columns: Sequence[Out]) -> None:
        """Write some rows, column by column; the columns are the same each time."""
        if not self._begun:
            self.begin(columns)
            self._begun = True
        if rows := len(columns[0].values):
            self.rows += rows
            self.add(columns)

    @abstractmethod
    def begin(self, columns: Sequence[Out]) -> None:
        """Write the header."""

    @abstractmethod
    def add(self, columns: Sequence[Out]) -> None:
        """Write some rows."""

    @abstractmethod
    def finish(self) -> None:
        """Complete the file."""

    @abstractmethod
    def release(self) -> None:
        """Let go of what is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.finish()
            self.release()
            if kind is None:
                os.replace(self.part, self.path)
        finally:
            self.part.unlink(missing_ok=True)


def sink_for(path: Path) -> Sink:
    """Return the sink a file name asks for.

    Raises
    ------
    InputError
        ``rules.unknown_format``.
    """
    kinds: dict[str, type[Sink]] = {".csv": CsvSink, ".xlsx": XlsxSink, ".parquet": ParquetSink}
    if path.suffix.lower() not in kinds:
        raise InputError("rules.unknown_format", "{file} 的扩展名应为 {expected}。", "{file} must end in {expected}.",
                         file=path.name, expected=" | ".join(ENDINGS))  # fmt: skip
    return kinds[path.suffix.lower()](path)


def _texts(cells: list[Any]) -> list[Any]:
    return [neutralise(cell) if isinstance(cell, str) else cell for cell in cells]


class CsvSink(Sink):
    """CSV in UTF-8 with a mark, so that Excel reads the Chinese."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file = self.part.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._file)

    def begin(self, columns: Sequence[Out]) -> None:
        self._writer.writerow([column.name for column in columns])

    def add(self, columns: Sequence[Out]) -> None:
        lists = [_texts(column.cells()) if column.kind == "text" else column.cells() for column in columns]
        self._writer.writerows(zip(*lists, strict=True))

    def finish(self) -> None:
        self._file.flush()

    def release(self) -> None:
        self._file.close()


class XlsxSink(Sink):
    """One sheet, streamed; money as numbers where a spreadsheet keeps all digits."""

    def __init__(self, path: Path) -> None:
        from openpyxl import Workbook

        super().__init__(path)
        self._book, self._saved = Workbook(write_only=True), False
        self._sheet = self._book.create_sheet("结果 results")
        self._sheet.freeze_panes = "A2"

    def begin(self, columns: Sequence[Out]) -> None:
        self._sheet.append([column.name for column in columns])

    def add(self, columns: Sequence[Out]) -> None:
        if self.rows > MOST_ROWS:
            raise TooLargeError("table.too_many_rows", "{file} 超过 {expected} 行，请改用 CSV 或 Parquet。",
                                "{file} has more than {expected} rows; use CSV or Parquet.",
                                file=self.path.name, expected=MOST_ROWS)  # fmt: skip
        for cells in zip(*map(_sheet_cells, columns), strict=True):
            self._sheet.append(cells)

    def finish(self) -> None:
        self._book.save(self.part)
        self._saved = True

    def release(self) -> None:
        if not self._saved:
            self._book.save(self.part)  # the one way in which it lets go of its files


def _sheet_cells(column: Out) -> list[Any]:
    cells = column.cells()
    if column.kind == "money":
        return [cell if cell is None or len(cell) > _EXACT_DIGITS else Decimal(cell) for cell in cells]
    return [escape(neutralise(cell)) if isinstance(cell, str) else cell for cell in cells]


class ParquetSink(Sink):
    """Parquet through a database beside, so that rows do not lie in memory; money as DECIMAL."""

    _TYPES: dict[OutKind, str] = {
        "text": "VARCHAR", "money": "DECIMAL(20, 2)", "whole": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN", "date": "DATE",
    }  # fmt: skip

    def __init__(self, path: Path) -> None:
        import duckdb

        super().__init__(path)
        self._base = path.with_name(f".{path.name}.work")
        self._base.unlink(missing_ok=True)
        self._connection = duckdb.connect(str(self._base), config={"threads": 1})

    def begin(self, columns: Sequence[Out]) -> None:
        listed = ", ".join(f"{_quoted(one.name)} {self._TYPES[one.kind]}" for one in columns)
        self._connection.execute(f"CREATE TABLE found ({listed})")

    def add(self, columns: Sequence[Out]) -> None:
        given = {f"c{at}": _plain(column) for at, column in enumerate(columns)}
        listed = ", ".join(_expression(f"c{at}", column.kind) for at, column in enumerate(columns))
        self._connection.register("given", given)
        self._connection.execute(f"INSERT INTO found SELECT {listed} FROM given")  # noqa: S608 - names of our own
        self._connection.unregister("given")

    def finish(self) -> None:
        literal = str(self.part).replace("'", "''")
        self._connection.execute(f"COPY found TO '{literal}' (FORMAT parquet, COMPRESSION zstd)")

    def release(self) -> None:
        self._connection.close()
        for left in (self._base, self._base.with_name(self._base.name + ".wal")):
            left.unlink(missing_ok=True)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_SHORT = 300  # texts that an array of fixed width holds well; objects are scanned fifty times slower
_NO_TEXT = "\x01"
"""Stands for no text: the database looks for the first text of a column and knows no None there."""


def _plain(column: Out) -> Any:
    """Return an array the database takes."""
    if column.kind == "text":
        cells = [_NO_TEXT if cell is None else str(cell) for cell in column.values]
        return np.array(cells) if max(map(len, cells)) <= _SHORT else objects(cells)
    if column.kind == "date":
        absent = column.values == NONE
        days = np.where(absent, 0, column.values - _EPOCH).astype("datetime64[D]").astype("datetime64[s]")
        days[absent] = np.datetime64("NaT")
        return days
    return np.ascontiguousarray(column.values)


def _expression(name: str, kind: OutKind) -> str:
    if kind == "text":
        return f"NULLIF({name}, chr(1))"
    if kind == "date":
        return f"CAST({name} AS DATE)"
    if kind == "money":
        return f"CAST(NULLIF({name}, {NONE + 1} - 1) AS DECIMAL(18, 0)) * CAST(0.01 AS DECIMAL(3, 2))"
    if kind == "whole":
        return f"NULLIF({name}, {NONE + 1} - 1)"
    if kind == "number":
        return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END"
    if kind == "flag":
        return f"CASE WHEN {name} < 0 THEN NULL ELSE {name} = 1 END"
    return name
