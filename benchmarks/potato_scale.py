"""Readings at scale: rows made in chunks, ingested, rolled up to days; rows a second and the peak of memory.

    python benchmarks/potato_scale.py --rows 100000000 --folder /big/disk

Makes Parquet files of five million rows in a process of its own (not counted), ingests them one by one, rolls the
months up, ingests one file again, and checks that nothing was lost: accepted and rejected rows and the readings of the
days add up. Prints JSON lines; the last projects the time for 600 million rows in proportion to the rows.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import tempfile
import time
from pathlib import Path

CHUNK = 5_000_000
SENSORS = 2_000  # a reading every ten minutes of four variables each
SECONDS = 600
VARIABLES = ("soil_moisture", "soil_temperature", "air_temperature", "humidity")
EVERY_WRONG, EVERY_TWICE = (
    100_000,
    1_000,
)  # rows out of range, and rows that repeat the one of a sensor before

MADE = """
WITH numbered AS (SELECT CASE WHEN i % $twice = 0 THEN greatest(i - 1, $first) ELSE i END AS k, i FROM range($first, $last) t(i))
SELECT 'S' || (k % $sensors) AS sensor, ['soil_moisture', 'soil_temperature', 'air_temperature', 'humidity'][1 + (k // $sensors) % 4] AS variable,
       TIMESTAMP '2024-05-01' + to_seconds(CAST(k // ($sensors * 4) AS BIGINT) * $seconds) AS time,
       CASE WHEN i % $wrong = 7 THEN 1e6 ELSE 0.2 + (hash(k) % 1000) / 10000.0 END AS value,
       ['m3/m3', '°C', '°C', '%'][1 + (k // $sensors) % 4] AS unit
FROM numbered
"""


def make(path: str, first: int, last: int) -> None:
    import duckdb

    with duckdb.connect(config={"threads": 2}) as base:
        base.sql(MADE, params={"first": first, "last": last, "sensors": SENSORS, "seconds": SECONDS, "twice": EVERY_TWICE, "wrong": EVERY_WRONG}).write_parquet(path)  # fmt: skip


def say(**found: object) -> None:
    print(json.dumps(found, ensure_ascii=False), flush=True)


def peak() -> float:
    """Return the most this process has held, GiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 3)


def cpu() -> float:
    """Return the processor seconds of this process and its threads, seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(rows: int, folder: Path, memory: str, threads: int) -> None:
    import duckdb

    from tuwei.potato import ingest

    taken, accepted, rejected, used = 0.0, 0, 0, cpu()
    for first in range(0, rows, CHUNK):
        path = folder / f"chunk-{first // CHUNK:04}.parquet"
        maker = multiprocessing.get_context("spawn").Process(
            target=make, args=(str(path), first, min(first + CHUNK, rows))
        )
        maker.start()
        maker.join()
        report = ingest([path], folder / "lake", memory=memory, threads=threads, roll=False)
        taken += report.seconds
        accepted, rejected = accepted + report.accepted, rejected + report.rejected
        if first + CHUNK < rows:
            path.unlink()
    say(step="ingest", rows=rows, accepted=accepted, rejected=rejected, seconds=round(taken, 1), cpu_seconds=round(cpu() - used, 1), rows_per_second=round(rows / taken), peak_gib=peak())  # fmt: skip
    rolled = ingest([path], folder / "lake", memory=memory, threads=threads)
    kept = rolled.readings + rolled.duplicates
    days = duckdb.execute(
        "SELECT count(*), sum(n) FROM read_parquet(?)", [str(folder / "lake/daily/*/daily.parquet")]
    ).fetchone()
    say(step="roll up", known=rolled.known, months=rolled.months, days=days and days[0], readings=rolled.readings, duplicates=rolled.duplicates,
        seconds=rolled.seconds, rows_per_second=round(rows / rolled.seconds), peak_gib=peak())  # fmt: skip
    if (accepted + rejected, kept, days and days[1]) != (rows, accepted, rolled.readings):
        raise SystemExit(
            f"lost: {rows} rows, {accepted} + {rejected} taken or rejected, {kept} in the roll-up"
        )
    whole = taken + rolled.seconds
    say(step="whole", rows=rows, seconds=round(whole, 1), cpu_seconds=round(cpu() - used, 1), rows_per_second=round(rows / whole), peak_gib=peak(), lake_gib=round(sum(part.stat().st_size for part in (folder / "lake").rglob("*.parquet")) / 2**30, 3),
        projected_minutes_for_600_million=round(whole / rows * 6e8 / 60, 1))  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path, help="where there is room; a temporary folder unless given")
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    began = time.strftime("%Y-%m-%d")
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    say(step="start", date=began, rows=given.rows, memory=given.memory, threads=given.threads)
    try:
        run(given.rows, folder, given.memory, given.threads)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
