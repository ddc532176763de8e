"""Readings of sensors, plots and stations into a lake of Parquet, and its daily roll-ups by DuckDB."""

from __future__ import annotations

import csv
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuwei.core.errors import ConflictError, InputError
from tuwei.potato._ingest_known import COLUMNS, known_rows
from tuwei.potato._ingest_lake import Batch, Lake
from tuwei.potato._ingest_read import SUFFIXES, Source, fingerprint, input_query, lines_of
from tuwei.potato._ingest_sql import ACCEPTED, REJECTED, ROLL_ON, ROLLED
from tuwei.potato._ingest_weather import is_weather, weather_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "2GB"
SLICE = 4_000_000  # rows that one roll-up query groups at most, unless one day has more
Progress = Callable[[str], None]


@dataclass
class IngestReport:
    """What a run did: rows by what became of them, files that were in already, and the months rolled up."""

    files: int = 0
    known: list[str] = field(default_factory=list)
    accepted: int = 0
    rejected: int = 0
    rejects: list[str] = field(default_factory=list)
    months: list[str] = field(default_factory=list)
    readings: int = 0
    duplicates: int = 0
    conflicts: int = 0
    seconds: float = 0.0

    def add(self, month: str, facts: dict[str, int]) -> None:
        """Count a month that was rolled up."""
        self.months.append(month)
        self.readings += facts["readings"]
        self.duplicates += facts["duplicates"]
        self.conflicts += facts["conflicts"]

    def as_dict(self) -> dict[str, Any]:
        """Return the report, ready for JSON."""
        return asdict(self)


def ingest(
    paths: Iterable[Path | str], lake: Path | str, *, utc_offset: float = 8.0, memory: str = MEMORY, threads: int = 0,
    gaps: str = "", absent: str = "", roll: bool = True, progress: Progress | None = None,
) -> IngestReport:  # fmt: skip
    """Take files of readings into a lake, and roll up the months they touch.

    Parameters
    ----------
    paths
        CSV or Parquet with the columns ``sensor, variable, time, value, unit``; weather of NASA POWER, ERA5 or
        DSSAT; or folders of these.
    lake
        A folder, made if it is not there. See ``_ingest_lake`` for what is in it.
    utc_offset
        Hours ahead of universal time of the site: a time with an offset or ``Z`` is moved there (China 8).
    memory
        What DuckDB may take, as ``2GB``; beyond it, it spills into the lake's folder.
    threads
        Of DuckDB; as many as there are processors unless given.
    gaps, absent
        Methods for weather files, as of :func:`read_weather`.
    roll
        Whether to roll up here; otherwise :func:`roll_up_cluster` does.
    progress
        Called with a line of text for each file and month.

    Returns
    -------
    IngestReport
        Duplicates and conflicts are of the months rolled up.

    Raises
    ------
    InputError
        ``potato.ingest_file``, ``potato.ingest_columns``, ``potato.lake_folder``, ``potato.ingest_memory``; of
        weather files the faults of :func:`read_weather`.
    ConflictError
        ``potato.lake_busy``; ``potato.lake_unbalanced``: a roll-up does not hold every row (never seen).

    Notes
    -----
    A file is known by its bytes, so to ingest it again changes nothing. A run that breaks off loses nothing: what
    was not finished is done again by the next run. Rows that cannot be taken lie in ``rejects/`` with file, row and
    field. A reading that comes again is kept in the rows and counted; the daily roll-up takes the last to arrive.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.csv")
    ...     _ = path.write_text("sensor,variable,time,value,unit\\nA1,墒情,2024-07-01 08:00,21,%\\n", "utf-8")
    ...     report = ingest([path], Path(folder, "lake"))
    >>> report.accepted, report.rejected, report.months
    (1, 0, ['2024-07'])
    """
    began, report, tell = time.perf_counter(), IngestReport(), progress or (lambda text: None)
    files = _files(paths)
    home = Lake(Path(lake))
    with home.writing(), _base(home, memory, threads) as base:
        for path in files:
            _take(home, base, path, round(utc_offset * 3_600_000_000), gaps, absent, report, tell)
        if roll:
            roll_up(home, base, report, tell)
    report.seconds = round(time.perf_counter() - began, 3)
    return report


def _files(paths: Iterable[Path | str]) -> list[Path]:
    found: list[Path] = []
    for path in map(Path, paths):
        inside = (
            sorted(one for one in path.rglob("*") if one.suffix.lower() in (*SUFFIXES, ".wth"))
            if path.is_dir()
            else [path]
        )
        if not inside or not all(one.is_file() for one in inside):
            raise InputError("potato.ingest_file", "无法读取 {file}：{got}", "{file} cannot be read: {got}",
                             file=str(path), got="没有文件 no such file, or no CSV or Parquet in it")  # fmt: skip
        found += inside
    return found


def _base(home: Lake, memory: str, threads: int) -> DuckDBPyConnection:
    import duckdb

    if not re.fullmatch(r"\d+(\.\d+)?\s*(MB|GB|MiB|GiB)", memory):
        raise InputError("potato.ingest_memory", "内存上限应如 {expected}，现为“{got}”。", "The memory limit is written as {expected}, got “{got}”.",
                         field="memory", expected="2GB", got=memory[:20])  # fmt: skip
    base = duckdb.connect(config={"memory_limit": memory, "temp_directory": str(home.work), "threads": threads or os.cpu_count() or 1,
                                  "partitioned_write_max_open_files": 24})  # fmt: skip
    base.execute(
        "CREATE TABLE known (alias TEXT, unit TEXT, name TEXT, factor DOUBLE, shift DOUBLE, low DOUBLE, high DOUBLE)"
    )
    table = home.work / "known.csv"  # DuckDB binds values one by one, and slowly
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(known_rows())
    base.execute(
        "INSERT INTO known SELECT * FROM read_csv(?, header = false, all_varchar = true, quote = '\"')",
        [str(table)],
    )
    return base


def _take(
    home: Lake, base: DuckDBPyConnection, path: Path, offset: int, gaps: str, absent: str, report: IngestReport, tell: Progress
) -> None:  # fmt: skip
    """Ingest one file, unless its bytes are known."""
    id = fingerprint(path)
    done = home.batches()
    if any(batch.id == id for batch in done):
        report.known.append(path.name)
        tell(f"{path.name}: 已有 known already")
        return
    table = weather_table(path, home.work, gaps, absent) if is_weather(path) else path
    source, arrival = Source(path, table, id), len(done) + 1
    parts, accepted, faulty = _accepted(home, base, source, offset, arrival)
    broken = _broken(base)
    rejects = home.rejects / f"{path.stem}-{id}.csv"
    rejected = _write_rejects(base, source, offset, broken, rejects) if faulty or broken else 0
    home.finish(Batch(id, arrival, path.name, accepted, rejected, sorted(parts)), parts)
    report.files, report.accepted, report.rejected = (
        report.files + 1,
        report.accepted + accepted,
        report.rejected + rejected,
    )
    report.rejects += [str(rejects)] if rejected else []
    tell(f"{path.name}: {accepted:,} 行 rows, {rejected:,} 拒收 rejected")


def _accepted(
    home: Lake, base: DuckDBPyConnection, source: Source, offset: int, arrival: int
) -> tuple[dict[str, list[Path]], int, int]:
    """Write the accepted rows as parts by month; return them, how many rows they are, and how many had a fault."""
    folder = home.work / source.id
    query = input_query(source.table, numbered=False)
    base.execute("SET preserve_insertion_order = false")
    _refused(source, lambda: base.sql("WITH input AS (" + query + ") " + ACCEPTED, params={"path": str(source.table), "offset": offset, "arrival": arrival})
             .write_parquet(str(folder), partition_by=["month"], compression="zstd"))  # fmt: skip
    parts: dict[str, list[Path]] = {}
    counts = {"accepted": 0, "rejected": 0}
    for part in sorted(folder.glob("month=*/*.parquet")):
        month = part.parent.name.removeprefix("month=")
        counts["rejected" if month == "rejected" else "accepted"] += _row_count(base, [str(part)])
        if month != "rejected":
            parts.setdefault(month, []).append(part)
    return parts, counts["accepted"], counts["rejected"]


def _refused(source: Source, work: Callable[[], object]) -> None:
    import duckdb

    try:
        work()
    except duckdb.Error as error:
        raise InputError("potato.ingest_file", "无法读取 {file}：{got}", "{file} cannot be read: {got}",
                         file=source.path.name, got=str(error).splitlines()[0][:300]) from None  # fmt: skip


def _broken(base: DuckDBPyConnection) -> dict[int, tuple[str, str]]:
    """Return the lines that are no rows at all, with what is wrong and their text, and forget them."""
    try:
        found = base.execute("SELECT DISTINCT line, error_type, csv_line FROM reject_errors").fetchall()
        base.execute("DROP TABLE reject_errors; DROP TABLE reject_scans")
    except Exception as error:  # no CSV was read, so there is no such table
        if "reject_errors" not in str(error):
            raise
        return {}
    return {int(line): (str(kind), str(text)) for line, kind, text in found}


def _write_rejects(
    base: DuckDBPyConnection, source: Source, offset: int, broken: dict[int, tuple[str, str]], path: Path
) -> int:
    """Write the rows that were set aside, with the line each is on; return how many they are."""
    base.execute("SET preserve_insertion_order = true")
    query = "WITH input AS (" + input_query(source.table, numbered=True) + ") " + REJECTED
    base.execute(query, {"path": str(source.table), "offset": offset})
    fresh, count = path.with_suffix(".part"), 0
    with fresh.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "row", "field", *COLUMNS))
        for line, row in lines_of(source.table, _rows(base), broken):
            writer.writerow((source.path.name, line, row[1], *row[2:]))
            count += 1
    os.replace(fresh, path)
    _broken(base)
    return count


def _rows(base: DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := base.fetchmany(10_000):
        yield from rows


def roll_up(home: Lake, base: DuckDBPyConnection, report: IngestReport, tell: Progress) -> None:
    """Roll up the months that have new parts."""
    base.execute("SET preserve_insertion_order = false")
    for month, parts in sorted(home.due().items()):
        facts = rolled_month(base, home.row_files(month), home.daily_file(month))
        home.note_rolled(month, {"parts": parts, **facts})
        report.add(month, facts)
        tell(f"{month}: {facts['readings']:,} 个读数 readings, {facts['duplicates']:,} 个重复 duplicates")


def rolled_month(base: DuckDBPyConnection, parts: list[str], target: Path) -> dict[str, int]:
    """Write one month's roll-up whole or not at all; return readings, duplicates and conflicts.

    The query runs over as many days at once as hold about ``SLICE`` rows, so that memory does not grow with the month.
    """
    fresh = target.with_suffix(".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    base.execute(ROLLED, {"parts": parts, "since": date.min, "until": date.min})
    for since, until in _slices(base, parts):
        base.execute(ROLL_ON, {"parts": parts, "since": since, "until": until})
    base.sql("SELECT * FROM rolled ORDER BY sensor, variable, day").write_parquet(
        str(fresh), compression="zstd"
    )
    found = base.execute("SELECT sum(n), sum(duplicates), sum(conflicts) FROM rolled").fetchone()
    counts = [int(value or 0) for value in found] if found else [0, 0, 0]
    if counts[0] + counts[1] != _row_count(base, parts):
        raise ConflictError("potato.lake_unbalanced", "{file} 汇总 {got} 行，存有 {expected} 行，未写出。", "{file} sums {got} rows where {expected} are kept; not written.",
                            file=str(target), got=counts[0] + counts[1], expected=_row_count(base, parts))  # fmt: skip
    os.replace(fresh, target)
    return dict(zip(("readings", "duplicates", "conflicts"), counts, strict=True))


def _row_count(base: DuckDBPyConnection, parts: list[str]) -> int:
    """Return how many rows Parquet files hold, by their own account."""
    found = base.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [parts]).fetchone()
    return int(found[0] or 0) if found else 0


def _slices(base: DuckDBPyConnection, parts: list[str]) -> Iterator[tuple[date, date]]:
    """Return runs of days, from and until, that hold about ``SLICE`` rows each."""
    days = base.execute(
        "SELECT CAST(time AS DATE) AS day, count(*) FROM read_parquet(?) GROUP BY day ORDER BY day", [parts]
    ).fetchall()
    since, rows = None, 0
    for day, count in days:
        if since is not None and rows + count > SLICE:
            yield since, day
            since, rows = None, 0
        since, rows = since or day, rows + count
    if since is not None:
        yield since, days[-1][0] + timedelta(days=1)
