"""Reading: rows one by one, each with its values or with every error it holds; nothing lost."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Self

from tuwei.core._tables_cells import BadCell, cell_error, convert, is_empty, shorten
from tuwei.core._tables_header import nearest
from tuwei.core._tables_source import Format, PathOrFile, Source, open_source, open_stream
from tuwei.core._tables_spec import EXAMPLE_MARKS, REJECT_HEADERS, Column, Limits, Table, fold
from tuwei.core._tables_text import bad_json_line
from tuwei.core._tables_write import example_cells, plain_cell
from tuwei.core.errors import InputError, TooLargeError, TuweiError

_IGNORED = {fold(header) for header in REJECT_HEADERS}


@dataclass(frozen=True)
class Row:
    """One row with content.

    ``number`` counts from 1 with the header (in JSON Lines: the line); ``values`` is the record, ready
    for JSON, or None where ``errors`` is not empty; ``raw`` the cells as they came, by header; ``partial``
    what could be read of a row with errors, for who wants to look for more of them.
    """

    number: int
    values: dict[str, Any] | None
    errors: list[InputError] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)
    partial: dict[str, Any] = field(default_factory=dict)


class Reading(Iterator[Row]):
    """The rows of an open file, and their count so far.

    ``total`` rows below the header = ``accepted`` + ``rejected`` + ``empty`` (nothing written, or the
    template's own example) + ``passed`` (before ``start``): checked at the end, an error if not.
    """

    def __init__(
        self, source: Source, table: Table, limits: Limits, start: int, stream: BinaryIO | None
    ) -> None:
        self.file, self.format, self.table = source.file, source.format, table
        self.total = self.accepted = self.rejected = self.empty = self.passed = 0
        self._source, self._limits, self._start, self._stream = source, limits, start, stream
        self._above = self._last = source.header.row if source.header else 0
        self._merged, self._merged_to = iter(source.merged), 0
        self._next_merged = next(self._merged, None)
        self._examples = [example_cells(table, language) for language in EXAMPLE_MARKS]
        self._keys: dict[str, int] = {}
        self._rows: Generator[Row, None, None] = self._read()

    def __next__(self) -> Row:
        try:
            return next(self._rows)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file: done by itself at its end and on an error."""
        self._rows.close()
        self._source.rows.close()
        if self._stream:
            self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> Generator[Row, None, None]:
        for number, cells in self._source.rows:
            self._count(number)
            merged = self._is_merged(number)
            if not merged and (_is_blank(cells) or self._is_example(cells)):
                self.empty += 1
            elif number < self._start:
                self.passed += 1
                self._remember_key(number, cells)
            else:
                yield self._row(number, cells, merged)
        self._balance()

    def _count(self, number: int) -> None:
        if number <= self._last:
            raise InputError("table.row_order", "{file} 的行号次序有误(第 {row} 行)，请另存后重试。",
                             "{file} holds its rows out of order (row {row}); save it again.",
                             file=self.file, row=number)  # fmt: skip
        self.empty += number - self._last - 1  # rows the file leaves out
        self._last = number
        self.total = number - self._above
        if self.total - self.empty > self._limits.rows:
            raise TooLargeError("table.too_many_rows", "{file} 超过 {expected} 行，请分成几个文件。",
                                "{file} has more than {expected} rows; split it.",
                                file=self.file, expected=self._limits.rows)  # fmt: skip

    def _balance(self) -> None:
        if self.total != self.accepted + self.rejected + self.empty + self.passed:
            raise TuweiError("table.unbalanced", "{file} 的行数对不上：应有 {expected} 行。",
                             "The rows of {file} do not add up to {expected}.",
                             file=self.file, expected=self.total)  # fmt: skip

    def _is_merged(self, number: int) -> bool:
        while self._next_merged and self._next_merged[0] <= number:
            self._merged_to = max(self._merged_to, self._next_merged[1])
            self._next_merged = next(self._merged, None)
        return number <= self._merged_to

    def _is_example(self, cells: Any) -> bool:
        """Only the example as shipped is passed over: one filled in, its mark left standing, is an error."""
        if self._source.header is None or not _is_marked(cells):
            return False
        given = {column.name: plain_cell(cell)
                 for column, cell in zip(self._source.header.columns, cells, strict=False) if column}  # fmt: skip
        return any(all(example[name] == cell for name, cell in given.items()) for example in self._examples)

    def _row(self, number: int, cells: Any, merged: bool) -> Row:
        parse = self._parse_record if self._source.header is None else self._parse_cells
        values, errors, raw = parse(number, cells)
        if merged:
            errors.insert(
                0,
                self._fault(
                    "merged",
                    number,
                    "{file} 第 {row} 行有合并单元格，请取消合并并逐行填写。",
                    "{file}, row {row} has merged cells; unmerge them and fill in each row.",
                ),
            )
        errors += self._double_key(number, values)
        self.accepted, self.rejected = self.accepted + (not errors), self.rejected + bool(errors)
        return Row(number, None if errors else values, errors, raw, values if errors else {})

    def _fault(self, code: str, row: int, zh: str, en: str, **where: Any) -> InputError:
        return InputError(f"table.{code}", zh, en, file=self.file, row=row, **where)

    def _parse_cells(
        self, number: int, cells: list[Any]
    ) -> tuple[dict[str, Any], list[InputError], dict[str, Any]]:
        header = self._source.header
        assert header is not None  # narrows the type: `_row` chose this method by it
        width, given = len(header.labels), len(cells)
        values: dict[str, Any] = {}
        errors: list[InputError] = []
        raw: dict[str, Any] = {}
        for index, (label, column) in enumerate(zip(header.labels, header.columns, strict=True)):
            cell = cells[index] if index < given else None
            if column:
                raw[label] = cell
                if isinstance(cell, str) and cell.startswith("'"):
                    cell = plain_cell(cell)
                values[column.name] = self._convert(column, cell, number, errors)
            elif not label and not is_empty(cell):
                errors.append(self._unnamed(number, index, cell))
                raw[f"({index + 1})"] = cell
        for index in range(width, len(cells)):
            if not is_empty(cells[index]):
                errors.append(self._unnamed(number, index, cells[index]))
                raw[f"({index + 1})"] = cells[index]
        if _is_marked(cells):
            errors.insert(
                0,
                self._fault(
                    "example",
                    number,
                    "{file} 第 {row} 行仍带有示例标记，请删除标记或整行。",
                    "{file}, row {row} still bears the mark of the example; delete it or the row.",
                ),
            )
        return values, errors, raw

    def _unnamed(self, row: int, index: int, cell: Any) -> InputError:
        return self._fault("unnamed_column", row, "{file} 第 {row} 行第 {column} 列有内容“{got}”，但该列没有表头。",
                           "{file}, row {row}: column {column} holds “{got}” but has no header.",
                           column=index + 1, got=shorten(cell))  # fmt: skip

    def _parse_record(
        self, number: int, record: Any
    ) -> tuple[dict[str, Any], list[InputError], dict[str, Any]]:
        if not isinstance(record, dict):
            return {}, [bad_json_line(record, file=self.file, row=number)], {"": record}
        values: dict[str, Any] = {}
        errors: list[InputError] = []
        raw = {
            key: value for key, value in record.items() if self.table.column(key) or fold(key) not in _IGNORED
        }
        for key, cell in raw.items():
            column = self.table.column(key)
            if column is None or column.name in values:
                errors.append(self._bad_field(number, key, column))
            else:
                values[column.name] = self._convert(column, cell, number, errors)
        for column in self.table.columns:
            if column.required and column.name not in values:
                self._convert(column, None, number, errors)
        return values, errors, raw

    def _bad_field(self, row: int, key: str, column: Column | None) -> InputError:
        if column:
            return self._fault("double_column", row, "{file} 第 {row} 行的“{field}”出现两次。",
                               "{file}, row {row}: “{field}” is given twice.", field=column.name)  # fmt: skip
        near = nearest(key, self.table)
        return self._fault("unknown_column", row, "{file} 第 {row} 行的字段“{got}”不认识" + ("，是否应为“{expected}”？" if near else "。"),
                           "{file}, row {row}: the field “{got}” is not known" + ("; is “{expected}” meant?" if near else "."),
                           got=shorten(key), expected=near.name if near else "")  # fmt: skip

    def _convert(self, column: Column, cell: Any, row: int, errors: list[InputError]) -> Any:
        try:
            return convert(column, cell)
        except BadCell as problem:
            errors.append(cell_error(problem, column, cell, file=self.file, row=row))
            return None

    def _double_key(self, number: int, values: dict[str, Any]) -> list[InputError]:
        key = values.get(self.table.key)
        if not key:
            return []
        first = self._keys.setdefault(str(key), number)
        if first == number:
            return []
        column = next(column for column in self.table.columns if column.name == self.table.key)
        return [
            self._fault(
                "double_key",
                number,
                "{file} 第 {row} 行的“{field}”“{got}”与第 {first} 行重复。",
                "{file}, row {row}: “{field_en}” “{got}” is already in row {first}.",
                got=shorten(key),
                field=column.label("zh"),
                field_en=column.label("en"),
                name=column.name,
                first=first,
            )
        ]

    def _remember_key(self, number: int, cells: Any) -> None:
        """A row before ``start`` is not parsed, but its key is taken."""
        pairs: Iterable[tuple[Any, Any]] = cells.items() if isinstance(cells, dict) else ()
        if self._source.header is not None:
            pairs = zip(self._source.header.labels, map(plain_cell, cells), strict=False)
        for label, cell in pairs:
            column = self.table.column(label) if self.table.key and label else None
            if column and column.name == self.table.key:
                self._double_key(number, {column.name: self._convert(column, cell, number, [])})


def _is_blank(cells: Any) -> bool:
    return cells is None or (isinstance(cells, list) and all(map(is_empty, cells)))


def _is_marked(cells: Any) -> bool:
    first = next((cell for cell in cells if not is_empty(cell)), None)
    return isinstance(first, str) and first.strip().startswith(tuple(EXAMPLE_MARKS.values()))


def read(
    path_or_file: PathOrFile,
    table: Table,
    *,
    file_name: str | None = None,
    start: int = 0,
    limits: Limits | None = None,
) -> Reading:
    """Open a file of rows; see `tuwei.core.tables` for formats and errors.

    Parameters
    ----------
    path_or_file
        A path, or a binary file (read from its beginning; left open).
    table
        What the columns are.
    file_name
        The name to show in errors, where it is not the path's own.
    start
        The first row number to give again: earlier rows are counted as ``passed``.
    limits
        What is taken at most.

    Returns
    -------
    Reading
        An iterator of `Row`, in the order of the file; a context manager for who stops before the end.

    Raises
    ------
    InputError, TooLargeError, MissingError
        On opening, for a file that cannot be read as this table (`HeaderError` names every fault of the
        header); while iterating, for damage or a limit met further down.
    """
    limits = limits or Limits()
    stream, name, ours = open_stream(path_or_file, file_name, limits)
    try:
        source = open_source(stream, name, table, limits)
    except BaseException:
        if ours:
            stream.close()
        raise
    return Reading(source, table, limits, start, stream if ours else None)


def count_rows(
    path_or_file: PathOrFile, table: Table, *, file_name: str | None = None, limits: Limits | None = None
) -> int:
    """Return how many rows lie below the header, empty ones included, for a progress bar.

    Exact for CSV and JSON Lines; for xlsx the rows the file stores, found without parsing them.
    Raises the errors of `read` on opening.
    """
    limits = limits or Limits()
    stream, name, ours = open_stream(path_or_file, file_name, limits)
    try:
        source = open_source(stream, name, table, limits)
        if source.format == "xlsx":
            return max(source.stored - (source.header.row if source.header else 0), 0)
        with closing(source.rows) as rows:
            return sum(1 for _ in rows)
    finally:
        if ours:
            stream.close()


__all__ = ["Format", "Reading", "Row", "count_rows", "read"]
