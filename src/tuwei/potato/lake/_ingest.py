"""Readings of sensors, plots and stations into a lake of Parquet, and its daily roll-ups by DuckDB."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuwei.core.errors import InputError
from tuwei.potato.lake._lake import Batch, Lake
from tuwei.potato.lake._read import SUFFIXES
from tuwei.potato.lake._roll import rolled_month
from tuwei.potato.lake._take import How, Taken, shares, small_base, take

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "2GB"
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
        A folder, made if it is not there. See ``lake._lake`` for what is in it.
    utc_offset
        Hours ahead of universal time of the site: a time with an offset or ``Z`` is moved there (China 8).
    memory
        What DuckDB may take, as ``2GB``; beyond it, it spills into the lake's folder.
    threads
        Files taken at once (no more than there is 500 MB of ``memory`` for each), and threads of the roll-up; as many
        as there are processors unless given.
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
    files, home, threads = _files(paths), Lake(Path(lake)), threads or os.cpu_count() or 1
    at_once, share = shares(memory, min(threads, max(1, len(files))))
    how = How(utc_offset, gaps, absent, share)
    with home.writing():
        done = home.batches()
        ids, first = {batch.id for batch in done}, 1 + max((batch.arrival for batch in done), default=0)
        for arrival, taken in _takes(files, home.work, first, frozenset(ids), how, at_once):
            _put(home, taken, arrival, ids, report, tell)
            shutil.rmtree(home.work / str(arrival), ignore_errors=True)
        if roll:
            with small_base(home.work, memory, threads) as base:
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


def _takes(
    files: list[Path], work: Path, first: int, known: frozenset[str], how: How, at_once: int
) -> Iterator[tuple[int, Taken]]:
    """Judge files, several at once; return each with its arrival, in the order given."""
    pool = ThreadPoolExecutor(at_once)
    try:
        tasks = [
            (arrival, pool.submit(take, path, work / str(arrival), arrival, known, how))
            for arrival, path in enumerate(files, first)
        ]
        for arrival, task in tasks:
            yield arrival, task.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _put(home: Lake, taken: Taken, arrival: int, ids: set[str], report: IngestReport, tell: Progress) -> None:
    """Put what was taken of a file in place."""
    name = taken.path.name
    if taken.id in ids:  # also the same bytes twice in one run
        report.known.append(name)
        tell(f"{name}: 已有 known already")
        return
    if taken.rejects:
        rejects = home.rejects / taken.rejects.name
        os.replace(taken.rejects, rejects)
        report.rejects.append(str(rejects))
    home.finish(
        Batch(taken.id, arrival, name, taken.accepted, taken.rejected, sorted(taken.parts)), taken.parts
    )
    ids.add(taken.id)
    report.files += 1
    report.accepted += taken.accepted
    report.rejected += taken.rejected
    tell(f"{name}: {taken.accepted:,} 行 rows, {taken.rejected:,} 拒收 rejected")


def roll_up(home: Lake, base: DuckDBPyConnection, report: IngestReport, tell: Progress) -> None:
    """Roll up the months that have new parts."""
    base.execute("SET preserve_insertion_order = false")
    for month, parts in sorted(home.due().items()):
        facts = rolled_month(base, home.row_files(month), home.fresh_files(month), home.daily_file(month))
        home.note_rolled(month, {"parts": parts, **facts})
        report.add(month, facts)
        tell(f"{month}: {facts['readings']:,} 个读数 readings, {facts['duplicates']:,} 个重复 duplicates")
