"""Columns of a Parquet file, typed as they are, straight to arrays: chunk by chunk, nothing rounded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core._tables_cells import TRUTHS
from tuwei.core._tables_spec import Column, fold
from tuwei.core.errors import InputError, MissingError
from tuwei.rules._facts import Fact
from tuwei.rules._lists import objects, parts_of, two_forms
from tuwei.rules._population import BESIDE, Asked, Chunk, array_of, exact_below, numbers
from tuwei.rules._whole import whole_facts

_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,2})?", re.ASCII)
_SHOWN = 15  # digits that a 64-bit float shows
_WHOLE = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})


def parquet_rows(path: Path) -> int:
    """Return the number of rows of a Parquet file."""
    with closing(_opened(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM given").fetchone()[0])


def parquet_chunks(path: Path, asked: Asked, progress: Callable[[int], None], size: int) -> Iterator[Chunk]:
    """Yield the rows of a Parquet file in chunks.

    Raises
    ------
    MissingError
        ``rules.no_file``.
    InputError
        ``rules.bad_parquet``: no Parquet file; ``rules.unknown_fact``: a column nobody knows; ``rules.bad_column``:
        of a type that cannot hold the fact, or standing twice.
    """
    with closing(_opened(path)) as connection:
        taken = _taken(connection, asked, path.name)
        total = int(connection.execute("SELECT count(*) FROM given").fetchone()[0])
        parts = [_selected(connection, name, source, kind, asked) for name, (source, kind) in taken.items()]
        query = f"SELECT {', '.join(['file_row_number', *parts])} FROM given WHERE file_row_number BETWEEN ? AND ? ORDER BY 1"  # noqa: S608 - quoted
        for first in range(0, total, size):
            found = connection.execute(query, [first, first + size - 1]).fetchnumpy()
            yield _chunk(found, {name: kind for name, (_, kind) in taken.items()}, asked)
            progress(min(first + size, total))


def holds_whole(path: Path) -> bool:
    """Tell whether a column holds years as lists or points as mappings: its rows fit no table of text."""
    with closing(_opened(path)) as connection:
        rows = connection.execute("DESCRIBE given").fetchall()
    return any(_is_list(kind) != kind.startswith(("STRUCT", "MAP")) for _, kind, *_ in rows)


def _is_list(kind: str) -> bool:
    return kind.endswith("]")


def _is_nested(kind: str) -> bool:
    return _is_list(kind) or kind.startswith(("STRUCT", "MAP"))


def _opened(path: Path) -> Any:
    import duckdb

    if not path.is_file():
        raise MissingError("rules.no_file", "读不了 {file}：{got}", "Cannot read {file}: {got}", file=str(path),
                           got="No such file")  # fmt: skip
    connection = duckdb.connect(config={"threads": 1})
    try:
        literal = str(path).replace("'", "''")
        connection.execute(
            f"CREATE VIEW given AS SELECT * FROM read_parquet('{literal}', file_row_number=true)"  # noqa: S608 - quoted
        )
    except duckdb.Error as error:
        connection.close()
        raise InputError("rules.bad_parquet", "{file} 不是可读的 Parquet 文件：{got}",
                         "{file} is no readable Parquet file: {got}", file=path.name,
                         got=" ".join(str(error).split())[:120]) from None  # fmt: skip
    return connection


def _taken(connection: Any, asked: Asked, file: str) -> dict[str, tuple[str, str]]:
    """Return name → (column of the file, its type)."""
    found: dict[str, tuple[str, str]] = {}
    for source, kind, *_ in connection.execute("DESCRIBE given").fetchall():
        if source == "file_row_number":
            continue
        column = (asked.nested if _is_nested(kind) else asked.table).column(source)
        if column is None:
            raise _unknown(source, asked, file)
        if column.name in found:
            raise _bad_column(
                "有两列“{field}”，请只留一列。", "two columns “{field}”; keep one.", file, column.name, ""
            )
        if _is_nested(kind) and not _may_nest(column, kind):
            raise _bad_column("列“{field}”为 {got}，应为单个的值；几年的数成列表的，列名不带年份。",
                              "the column “{field}” is {got}, a single value belongs there; a list of years stands "
                              "under the name without a year.", file, column.name, kind)  # fmt: skip
        found[column.name] = source, kind
    for name, (_, kind) in found.items():
        if _is_whole(name, kind) and (parts := parts_of(name, found)):
            raise two_forms(name, parts[0], file)
    wanted = asked.cells.keys() | set(asked.last.values()) | {column.name for column in BESIDE}
    return {name: (source, kind) for name, (source, kind) in found.items()
            if name in (asked.whole if _is_whole(name, kind) else wanted)}  # fmt: skip


def _may_nest(column: Column, kind: str) -> bool:
    """Lists hold years or records, structures points."""
    fact = whole_facts().get(column.name)
    if fact is None:
        return column.kind == "json" and _is_list(kind)
    return _is_list(kind) == (fact.kind != "points")


def _is_whole(name: str, kind: str) -> bool:
    return name in whole_facts() and _is_nested(kind)


def _unknown(source: str, asked: Asked, file: str) -> InputError:
    near = get_close_matches(source, [column.name for column in asked.table.columns], 1, 0.5)
    return InputError(
        "rules.unknown_fact",
        "{file}：没有“{field}”这一列" + ("，是否为“{expected}”？" if near else "。"),
        "{file}: there is no column “{field}”" + ("; do you mean “{expected}”?" if near else "."),
        file=file, field=source[:60], expected=near[0] if near else "",
    )  # fmt: skip


def _bad_column(zh: str, en: str, file: str, name: str, got: str) -> InputError:
    return InputError("rules.bad_column", "{file}：" + zh, "{file}: " + en, file=file, field=name, got=got)


def _selected(connection: Any, name: str, source: str, kind: str, asked: Asked) -> str:
    """Return the expression that gives a column without loss."""
    quoted = '"' + source.replace('"', '""') + '"'
    fact = asked.cells.get(name) or asked.cells.get(_single(name, asked))
    numeric = fact is not None and fact.kind in ("money", "count", "points")
    given = quoted
    if _is_list(kind) and _is_whole(name, kind):
        given = f"CAST(to_json({_exact_list(quoted, kind)}) AS VARCHAR)"
    elif kind == "FLOAT":  # as it is shown, 0.1 and not 0.10000000149
        given = f"CAST(CAST({quoted} AS VARCHAR) AS DOUBLE)"
    elif numeric and (kind.startswith("DECIMAL") or kind in ("HUGEINT", "UBIGINT", "UHUGEINT")):
        most = connection.execute(f"SELECT max(abs({quoted})) FROM given").fetchone()[0] or 0  # noqa: S608 - quoted
        fits = fact is not None and most < exact_below(fact)
        given = f"CAST({quoted} AS {'DOUBLE' if fits else 'VARCHAR'})"
    elif kind.startswith(("STRUCT", "MAP")) or kind.endswith("[]"):
        given = f"CAST(to_json({quoted}) AS VARCHAR)"
    elif fact is None and kind not in _WHOLE:
        given = f"CAST({quoted} AS VARCHAR)"
    return f'{given} AS "{name}"'


def _exact_list(quoted: str, kind: str) -> str:
    """Return the expression of a list whose numbers pass through JSON as they are shown."""
    if kind == "FLOAT[]":
        quoted = f"CAST(CAST({quoted} AS VARCHAR[]) AS DOUBLE[])"
    if kind in ("FLOAT[]", "DOUBLE[]"):  # JSON knows no NaN: it is unknown, as in a column
        return f"list_transform({quoted}, one -> CASE WHEN isnan(one) THEN NULL ELSE one END)"
    digits = re.match(r"DECIMAL\((\d+),", kind)
    if digits is None:
        return quoted
    return f"CAST({quoted} AS {'DOUBLE' if int(digits[1]) <= _SHOWN else 'VARCHAR'}[])"


def _single(name: str, asked: Asked) -> str:
    return next((fact for fact, column in asked.last.items() if column == name), "")


def _chunk(found: Mapping[str, Any], kinds: Mapping[str, str], asked: Asked) -> Chunk:
    names = list(kinds)
    wholes = {name: objects([_parsed(cell, float) for cell in _listed(found[name])])
              for name in names if _is_whole(name, kinds[name])}  # fmt: skip
    cells = {name: wholes.get(name, found[name]) for name in names}
    columns = {name: _array(asked.cells[name], cells[name])
               for name in names if name in asked.cells and name not in wholes} | wholes  # fmt: skip
    for name, column in asked.last.items():
        if name not in columns and column in cells:
            columns[name] = _array(asked.cells[name], cells[column])
    beside = {column.name: _listed(cells[column.name]) for column in BESIDE if column.name in cells}
    numbers = [int(number) + 1 for number in found["file_row_number"]]
    return Chunk(numbers, columns, beside, lambda at: {name: _plain(cells[name], at) for name in names})


def _array(fact: Fact, column: Any) -> Any:
    """Return a column as `bulk` takes it, whole where its type allows."""
    absent = np.ma.getmaskarray(column) if np.ma.isMaskedArray(column) else None
    plain = column.data if absent is not None else column
    if absent is not None and not absent.any():
        absent = None
    if plain.dtype.kind == "f" or absent is None and plain.dtype.kind in "iub":
        return plain if absent is None else np.where(absent, np.nan, plain)
    if plain.dtype.kind == "M" and fact.kind == "date":
        return _days(plain, absent)
    cells = _listed(column)
    if fact.kind in ("money", "count", "points"):
        whole = all(cell is None or isinstance(cell, int) or (isinstance(cell, str) and _PLAIN.fullmatch(cell)) for cell in cells)  # fmt: skip
        return numbers(fact, cells) if whole else objects(cells)
    if fact.kind == "records":
        return objects([_parsed(cell) for cell in cells])
    if fact.kind == "flag":  # in words, as in a table of text
        return objects([TRUTHS.get(fold(cell), cell) if isinstance(cell, str) else cell for cell in cells])
    return array_of(fact, cells) if fact.kind == "choice" and _texts(cells) else objects(cells)


def _texts(cells: list[Any]) -> bool:
    return all(cell is None or isinstance(cell, str) for cell in cells)


def _days(plain: Any, absent: Any) -> Any:
    days = plain.astype("datetime64[D]")
    if absent is not None:
        days[absent] = np.datetime64("NaT")
    exact = (days.astype(plain.dtype) == plain) | np.isnat(days)
    if exact.all():
        return days
    return objects([None if np.isnat(day) else str(given) for day, given in zip(days, plain, strict=True)])


def _parsed(cell: Any, number: Callable[[str], Any] = Decimal) -> Any:
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(cell, parse_float=number)
    except (ValueError, RecursionError):
        return cell  # told as no list of objects


def _listed(column: Any) -> list[Any]:
    cells: list[Any] = column.tolist()
    if column.dtype.kind == "M":
        return [None if cell is None else str(cell)[:10] for cell in cells]
    return [None if cell is None or cell != cell else cell for cell in cells]


def _plain(column: Any, at: int) -> Any:
    return _listed(column[at : at + 1])[0]
