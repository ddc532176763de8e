"""A month of readings rolled up to days, whole or not at all; of a month rolled up before, the days that are new."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tuwei.core.errors import ConflictError
from tuwei.potato.lake._sql import DAYS, KEPT, ROLL_ON, ROLLED
from tuwei.potato.lake._take import row_count

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SLICE = 4_000_000  # rows that one roll-up query groups at most, unless one day has more


def rolled_month(
    base: DuckDBPyConnection, parts: list[str], fresh: list[str], target: Path
) -> dict[str, int]:
    """Write one month's roll-up; return readings, duplicates and conflicts.

    Parameters
    ----------
    parts
        Of the month, all.
    fresh
        Those that ``target`` does not know: their days are summed anew from all parts, the others are taken over.
    target
        The roll-up, replaced at the end.

    Raises
    ------
    ConflictError
        ``potato.lake_unbalanced``: the days do not hold every row; ``target`` stays as it was.

    Notes
    -----
    The query runs over as many days at once as hold about ``SLICE`` rows, so that memory does not grow with the month.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    base.execute(ROLLED, {"parts": parts, "since": date.min, "until": date.min})
    for since, until in _slices(base, parts, fresh):
        base.execute(ROLL_ON, {"parts": parts, "since": since, "until": until})
    if fresh != parts:
        base.execute(KEPT, {"old": str(target), "fresh": fresh})
    found = base.execute("SELECT sum(n), sum(duplicates), sum(conflicts) FROM rolled").fetchone()
    counts = [int(value or 0) for value in found] if found else [0, 0, 0]
    if counts[0] + counts[1] != row_count(base, parts):
        if fresh != parts:  # what was there is not what its parts give
            return rolled_month(base, parts, parts, target)
        raise ConflictError("potato.lake_unbalanced", "{file} 汇总 {got} 行，存有 {expected} 行，未写出。", "{file} sums {got} rows where {expected} are kept; not written.",
                            file=str(target), got=counts[0] + counts[1], expected=row_count(base, parts))  # fmt: skip
    written = target.with_suffix(".part")
    base.sql("SELECT * FROM rolled ORDER BY sensor, variable, day").write_parquet(
        str(written), compression="zstd"
    )
    os.replace(written, target)
    return dict(zip(("readings", "duplicates", "conflicts"), counts, strict=True))


def _slices(base: DuckDBPyConnection, parts: list[str], fresh: list[str]) -> Iterator[tuple[date, date]]:
    """Return runs of the days of the fresh parts, from and until, that hold about ``SLICE`` rows of all parts each."""
    since, until, rows = date.min, date.min, 0
    for day, count in base.execute(DAYS, {"parts": parts, "fresh": fresh}).fetchall():
        if rows and (rows + count > SLICE or day != until):
            yield since, until
            rows = 0
        since, until, rows = since if rows else day, day + timedelta(days=1), rows + count
    if rows:
        yield since, until
