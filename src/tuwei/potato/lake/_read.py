"""A file of readings as DuckDB sees it: its columns by the engine's names, everything text, nothing judged yet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from tuwei.core.errors import InputError
from tuwei.potato.lake._known import COLUMNS, canonical
from tuwei.potato.lake._sql import CSV_INPUT, PARQUET_INPUT

SUFFIXES = (".csv", ".parquet")
CHUNK = 1 << 22


@dataclass(frozen=True)
class Source:
    """A file to be ingested, and the readable file behind it (of weather: the table made of it)."""

    path: Path
    table: Path
    id: str


def fingerprint(path: Path) -> str:
    """Return what names a file by its bytes: 16 hexadecimal digits of BLAKE2b."""
    found = blake2b(digest_size=8)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


def input_query(table: Path) -> str:
    """Return the query that reads a file, its rows numbered.

    Raises
    ------
    InputError
        ``potato.ingest_columns``: a needed column is missing or comes twice; ``potato.ingest_file``: not readable.
    """
    header = _header(table)
    names = canonical(header)
    lacking = [name for name in COLUMNS if names.count(name) != 1]
    if lacking:
        raise InputError("potato.ingest_columns", "{file} 第 1 行：{field} 列应恰有一个。", "{file} row 1: there must be one {field} column.",
                         file=table.name, row=1, field=", ".join(lacking), expected=", ".join(COLUMNS), got=", ".join(header)[:200])  # fmt: skip
    if table.suffix == ".csv":
        typed = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in names) + "}"
        return CSV_INPUT.format(columns=", ".join(COLUMNS), names=typed)
    cast = [
        f'CAST("{header[names.index(name)].replace(chr(34), chr(34) * 2)}" AS VARCHAR) AS {name}'
        for name in COLUMNS
    ]
    return PARQUET_INPUT.format(columns=", ".join(cast))


def _header(table: Path) -> list[str]:
    try:
        if table.suffix == ".parquet":
            import duckdb

            with duckdb.connect() as base:
                return [
                    str(row[0])
                    for row in base.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(table)]).fetchall()
                ]
        with table.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            header = next(csv.reader(file), [])
        if any("\ufffd" in cell for cell in header):
            raise OSError("第 1 行不是 UTF-8 row 1 is not UTF-8")
        return header
    except (OSError, csv.Error, RuntimeError, _duckdb_error()) as error:
        raise InputError("potato.ingest_file", "无法读取 {file}：{got}", "{file} cannot be read: {got}",
                         file=table.name, got=str(error).splitlines()[0][:200]) from None  # fmt: skip


def _duckdb_error() -> type[Exception]:
    import duckdb

    return duckdb.Error


def one_line_each(table: Path, rows: int) -> bool:
    """Return whether each row of a CSV is one line, so that row ``n`` is on line ``n + 1``.

    A row has a line or more, unless a bare return ends it; so the numbers are equal only if each has one.
    """
    if table.suffix != ".csv":
        return False
    ends, bare, last = 0, 0, b""
    with table.open("rb") as file:
        while chunk := file.read(CHUNK) + file.readline():
            ends, last = ends + chunk.count(b"\n"), chunk[-1:]
            bare += chunk.count(b"\r") - chunk.count(b"\r\n") if b"\r" in chunk else 0
    return not bare and ends + (last not in (b"", b"\n")) == rows + 1


def lines_of(
    table: Path, rows: Iterator[tuple[Any, ...]], broken: dict[int, tuple[str, str]], plain: bool
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Return each row that was set aside with the line of the file it begins on.

    Parameters
    ----------
    table
        A CSV; of a Parquet file the row's number is given back.
    rows
        From ``SET_ASIDE``: the row's number among the readable ones, its fault, its texts; in order.
    broken
        What DuckDB could not read as rows, so did not number: by the place among all records, blank lines counted.
    plain
        Whether each row is one line, as :func:`one_line_each` found.
    """
    if plain:
        yield from ((row[0] + 1, row) for row in rows)
    wanted = next(rows, None)
    if table.suffix == ".csv" and not plain:
        left = dict(broken)
        with table.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            reader, number, begins = csv.reader(file), 0, 1
            for place, cells in enumerate(reader, 1):
                if place in left:
                    kind, text = left.pop(place)
                    yield begins, (0, kind.lower(), text.rstrip("\r\n"), "", "", "", "")
                elif cells and place > 1:
                    number += 1
                    while wanted is not None and wanted[0] == number:
                        yield begins, wanted
                        wanted = next(rows, None)
                begins = reader.line_num + 1
        yield from (
            (place, (0, kind.lower(), text.rstrip("\r\n"), "", "", "", ""))
            for place, (kind, text) in left.items()
        )
    while wanted is not None:
        yield int(wanted[0]), wanted
        wanted = next(rows, None)
