"""One file of readings judged in one pass by a DuckDB of its own: parts by month, and the rows set aside with their lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tuwei.core.errors import InputError
from tuwei.potato.lake._known import COLUMNS, known_rows
from tuwei.potato.lake._read import Source, fingerprint, input_query, lines_of, one_line_each
from tuwei.potato.lake._sql import JUDGED, SET_ASIDE
from tuwei.potato.lake._weather import is_weather, weather_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Value = TypeVar("Value")
LEAST = 500  # MB that judging a file takes, whatever DuckDB is allowed (measured: 0.24 to 0.46 GB)
ASIDE = "__HIVE_DEFAULT_PARTITION__"  # where DuckDB puts rows of no month


@dataclass(frozen=True)
class How:
    """How files are taken: hours ahead of universal time, methods for weather, and what one DuckDB may use."""

    utc_offset: float
    gaps: str
    absent: str
    memory: str


@dataclass(frozen=True)
class Taken:
    """A file judged, its parts not yet in place; without parts and rows where its bytes were known."""

    path: Path
    id: str
    parts: dict[str, list[Path]]
    accepted: int = 0
    rejected: int = 0
    rejects: Path | None = None


def take(path: Path, folder: Path, arrival: int, known: frozenset[str], how: How) -> Taken:
    """Judge a file into ``folder``, a new one of its own; nothing outside of it is touched."""
    id = fingerprint(path)
    if id in known:
        return Taken(path, id, {})
    folder.mkdir()
    table = weather_table(path, folder, how.gaps, how.absent) if is_weather(path) else path
    source = Source(path, table, id)
    with small_base(folder, how.memory) as base:
        parts = _judged(base, source, folder, arrival, round(how.utc_offset * 3_600_000_000))
        aside = parts.pop(ASIDE, [])
        broken, accepted = (
            _broken(base),
            sum(row_count(base, [str(one) for one in some]) for some in parts.values()),
        )
        if not aside and not broken:
            return Taken(path, id, parts, accepted)
        rejects = folder / f"{path.stem}-{id}.csv"
        rejected = _refused(source, lambda: _write_rejects(base, source, aside, accepted, broken, rejects))
        return Taken(path, id, parts, accepted, rejected, rejects)


def shares(memory: str, wanted: int) -> tuple[int, str]:
    """Return how many files may be judged at once under a memory limit, and what each may take of it.

    Raises
    ------
    InputError
        ``potato.ingest_memory``: not written as ``2GB``.

    Examples
    --------
    >>> shares("2GB", 2), shares("2 GB", 64), shares("100MB", 2)
    ((2, '1000MB'), (4, '500MB'), (1, '100MB'))
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([MG])(i?)B", memory)
    if not found:
        raise InputError("potato.ingest_memory", "内存上限应如 {expected}，现为“{got}”。", "The memory limit is written as {expected}, got “{got}”.",
                         field="memory", expected="2GB", got=memory[:20])  # fmt: skip
    whole = float(found[1]) * {"M": 1, "G": 1024 if found[3] else 1000}[found[2]]
    count = max(1, min(wanted, int(whole // LEAST)))
    return count, f"{whole / count:g}M{found[3]}B"


def small_base(folder: Path, memory: str, threads: int = 1) -> DuckDBPyConnection:
    """Return a DuckDB that spills into ``folder``. Its plans keep the given order of joins: a file is never the side held."""
    import duckdb

    return duckdb.connect(config={"memory_limit": memory, "temp_directory": str(folder), "threads": threads,
                                  "partitioned_write_max_open_files": 24, "disabled_optimizers": "join_order,build_side_probe_side"})  # fmt: skip


def row_count(base: DuckDBPyConnection, parts: list[str]) -> int:
    """Return how many rows Parquet files hold, by their own account."""
    found = base.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [parts]).fetchone()
    return int(found[0] or 0) if found else 0


def _judged(
    base: DuckDBPyConnection, source: Source, folder: Path, arrival: int, offset: int
) -> dict[str, list[Path]]:
    """Write the rows as parts, by month or ``ASIDE``."""
    table = folder / "known.csv"  # DuckDB binds values one by one, and slowly
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(known_rows())
    base.execute("CREATE TABLE known (alias TEXT, unit TEXT, name TEXT, factor DOUBLE, shift DOUBLE, low DOUBLE, high DOUBLE)")  # fmt: skip
    base.execute("INSERT INTO known SELECT * FROM read_csv(?, header = false, all_varchar = true, quote = '\"')", [str(table)])  # fmt: skip
    query = "WITH input AS (" + input_query(source.table) + ") " + JUDGED
    params = {"path": str(source.table), "offset": offset, "arrival": arrival}
    _refused(source, lambda: base.sql(query, params=params)
             .write_parquet(str(folder / "rows"), partition_by=["month"], compression="zstd"))  # fmt: skip
    parts: dict[str, list[Path]] = {}
    for part in sorted((folder / "rows").glob("month=*/*.parquet")):
        month = part.parent.name.removeprefix("month=")
        parts.setdefault(month if month == ASIDE else month[:7], []).append(part)
    return parts


def _refused(source: Source, work: Callable[[], Value]) -> Value:
    import duckdb

    try:
        return work()
    except (duckdb.Error, csv.Error) as error:
        raise InputError("potato.ingest_file", "无法读取 {file}：{got}", "{file} cannot be read: {got}",
                         file=source.path.name, got=str(error).splitlines()[0][:300]) from None  # fmt: skip


def _broken(base: DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """Return the lines that are no rows at all, with what is wrong and their text."""
    try:
        found = base.execute("SELECT DISTINCT line, error_type, csv_line FROM reject_errors").fetchall()
    except Exception as error:  # no CSV was read, so there is no such table
        if "reject_errors" not in str(error):
            raise
        return {}
    return {int(line): (str(kind), str(text)) for line, kind, text in found}


def _write_rejects(
    base: DuckDBPyConnection, source: Source, aside: list[Path], accepted: int, broken: dict[int, tuple[str, str]], path: Path
) -> int:  # fmt: skip
    """Write the rows that were set aside, with the line each is on; return how many they are."""
    count, parts = 0, [str(part) for part in aside]
    plain = not broken and one_line_each(source.table, accepted + row_count(base, parts))
    if parts:
        base.execute(SET_ASIDE, {"parts": parts})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "row", "field", *COLUMNS))
        for line, row in lines_of(source.table, _rows(base) if parts else iter(()), broken, plain):
            writer.writerow((source.path.name, line, row[1], *row[2:]))
            count += 1
    return count


def _rows(base: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := base.fetchmany(10_000):
        yield from rows
