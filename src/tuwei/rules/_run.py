"""``bulk`` from file to file: every row of the table is in the output or among the rejects."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.tables import Rejects, Row
from tuwei.rules._assess import legal_date
from tuwei.rules._bulk import bulk, columns_of
from tuwei.rules._lists import objects
from tuwei.rules._outcome import Out, outcome
from tuwei.rules._parquet import holds_whole
from tuwei.rules._population import PARQUET, Chunk, asked_columns, chunks
from tuwei.rules._sinks import Sink, sink_for
from tuwei.rules._statutes import Statutes, load

Progress = Callable[[int], None]


@dataclass
class BulkRun:
    """What `bulk_file` did: rows judged and rejected, verdict → rows, where the rejects lie (None: there are none)."""

    out: Path
    judged: int = 0
    rejected: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    rejects: Path | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON."""
        return {
            "out": str(self.out),
            "rows": self.judged + self.rejected,
            "judged": self.judged,
            "rejected": self.rejected,
            "rejects": str(self.rejects) if self.rejects else None,
            "verdicts": self.verdicts,
        }


def bulk_file(
    rule: str,
    table: str | Path,
    on: datetime.date | str,
    out: str | Path,
    statutes: Statutes | None = None,
    progress: Progress = lambda done: None,
) -> BulkRun:
    """Judge the enterprises of a table by one rule and write what was found.

    Parameters
    ----------
    rule, on, statutes
        As for `tuwei.rules.bulk`.
    table
        CSV, xlsx, JSON Lines or Parquet with the columns that ``tuwei rules template`` shows.
    out
        CSV, xlsx or Parquet by its ending. Rows with a fault lie beside it, ``OUT-rejects.csv`` or ``.xlsx``, as
        they came, with row number and reasons. Both appear only when all is done.
    progress
        Called with the number of rows done.

    Raises
    ------
    TuweiError
        The table as a whole cannot be read, or no row of it is usable (``rules.no_rows``); nothing is written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     given = Path(folder, "firms.csv")
    ...     _ = given.write_text("name,employees\\n甲,501\\n乙,many\\n", "utf-8")
    ...     run = bulk_file("tech_sme", given, "2024-03-01", Path(folder, "found.csv"))
    ...     run.judged, run.rejected, run.verdicts, run.rejects.name
    (1, 1, {'no': 1}, 'found-rejects.csv')
    """
    table, out, statutes, day = Path(table), Path(out), statutes or load(), legal_date(on)
    asked, refused = asked_columns(rule, day, statutes), rejects_path(table, out)
    if table.resolve() in (out.resolve(), refused.resolve()):
        raise InputError("rules.same_file", "输出文件不能是输入文件 {file}。", "The output cannot be the input {file}.",
                         file=table.name)  # fmt: skip
    run = _Run(rule, day, statutes, table.name, BulkRun(out))
    with Rejects(refused, asked.nested) as rejects, sink_for(out) as sink:
        for chunk in chunks(table, asked, progress):
            run.judge(chunk, sink, rejects)
        run.balance(sink, rejects)
    if run.done.rejected:
        run.done.rejects = refused
    else:
        refused.unlink(missing_ok=True)  # of an earlier run
    return run.done


def rejects_path(table: Path, out: Path) -> Path:
    """In the format of what was read, so that it can be mended and read again."""
    endings = {".xlsx": ".xlsx", ".jsonl": ".jsonl", ".ndjson": ".jsonl", ".json": ".jsonl"}
    if table.suffix.lower() in PARQUET and holds_whole(table):
        endings[table.suffix.lower()] = ".jsonl"
    return out.with_name(f"{out.stem}-rejects{endings.get(table.suffix.lower(), '.csv')}")


class _Run:
    """The state of one run."""

    def __init__(self, rule: str, day: datetime.date, statutes: Statutes, file: str, done: BulkRun) -> None:
        self.rule, self.day, self.statutes, self.file, self.done = rule, day, statutes, file, done
        self.own = {one for name, fact in columns_of(rule, day, statutes) for one in (name, fact.name)}
        self.read = 0

    def judge(self, chunk: Chunk, sink: Sink, rejects: Rejects) -> None:
        """Judge some rows and write each to where it belongs."""
        rows = len(chunk.numbers)
        columns = {name: column for name, column in chunk.columns.items() if name in self.own}
        found = bulk(self.rule, {**columns, "id": np.zeros(rows, np.int8)}, self.day, self.statutes)
        good = np.ones(rows, bool)
        good[list(found.faults)] = False
        sink.write([one.take(good) for one in [*whose(chunk), *outcome(found, self.statutes)]])
        for row in refused_rows(chunk, found.faults, self.file):
            rejects.add(row)
        names, counts = np.unique(found.verdict[good].astype(str), return_counts=True)
        for name, count in zip(names.tolist(), counts.tolist(), strict=True):
            self.done.verdicts[name] = self.done.verdicts.get(name, 0) + count
        self.read += chunk.rows

    def balance(self, sink: Sink, rejects: Rejects) -> None:
        """Count that no row was lost."""
        self.done.judged, self.done.rejected = sink.rows, rejects.count
        refuse_empty(self.read, self.file)
        if self.done.judged + self.done.rejected != self.read:
            raise TuweiError("rules.unbalanced", "{file} 的行数对不上：读入 {expected} 行，写出 {got} 行。",
                             "The rows of {file} do not add up: {expected} read, {got} written.", file=self.file,
                             expected=self.read, got=self.done.judged + self.done.rejected)  # fmt: skip


def whose(chunk: Chunk) -> list[Out]:
    """Return the columns that say whose row it is: its number in the file, and what stands beside the facts."""
    beside = (Out(name, "text", objects(cells)) for name, cells in chunk.beside.items())
    return [Out("row", "whole", np.array(chunk.numbers, np.int64)), *beside]


def refused_rows(chunk: Chunk, faults: Mapping[int, list[InputError]], file: str) -> list[Row]:
    """Return the rows of a chunk that were not read or not judged, in order, their faults placed in the file."""
    refused = [Row(chunk.numbers[at], None, found, chunk.raw(at)) for at, found in faults.items()]
    rows = sorted([*chunk.rejects, *refused], key=lambda row: row.number)
    for row in rows:
        for fault in row.errors:
            fault.where |= {"file": file, "row": row.number}
    return rows


def refuse_empty(rows: int, file: str) -> None:
    """Raise where a table held no row."""
    if not rows:
        raise InputError("rules.no_rows", "{file} 中没有数据行。", "{file} holds no rows.", file=file)
