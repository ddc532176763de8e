"""Readings at scale: CSV files made, ingested, rolled up to days; rows a second and the peak of memory, beside the floor.

    python benchmarks/potato_scale.py --rows 100000000 --folder /big/disk --workers 2 --floor

Makes CSV files of five million rows in a process of its own (not counted), as many at a time as there are threads, and
deletes each when it is taken. Rows that cannot be, rows that come twice and rows that contradict are planted and
counted by the maker; the run fails unless the lake counts the same. Then the months are rolled up, a file comes again,
a million rows come late, and Dask workers run the same query text (``--workers``). ``--floor`` times, on one of the
files, DuckDB's own COPY of CSV to Parquet, which checks nothing, and pandas where it is installed. Prints JSON lines.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

CHUNK = 5_000_000
SENSORS = 2_000  # a reading every ten minutes of four variables each
STEP = timedelta(minutes=10)
STEP_ROWS = SENSORS * 4
PATTERNS = 97  # steps made anew; the time alone differs between a step and the 97th after it
BEGIN = datetime(2024, 5, 1)
HEAD = b"sensor,variable,time,value,unit\n"
KINDS = (("soil_moisture", "m3/m3", 0.05, 0.45, 3), ("soil_temperature", "°C", 2, 28, 1),
         ("air_temperature", "°C", -5, 36, 1), ("humidity", "%", 15, 100, 0))  # fmt: skip
Counts = dict[str, int]


def pattern(index: int) -> tuple[bytes, Counts]:
    """Return the rows of a step, with ``@`` for the time, and what is planted in them."""
    dice, rows = random.Random(index), []
    for sensor in range(SENSORS):
        for name, unit, low, high, places in KINDS:
            rows.append((f"S{sensor:04}", name, f"{dice.uniform(low, high):.{places}f}", unit))
    for place in range(999, STEP_ROWS, 1000):  # eight rows give way to the one before them, come again
        rows[place] = rows[place - 1]
    planted = {"rows": STEP_ROWS, "wrong": 0, "duplicates": STEP_ROWS // 1000, "conflicts": 0}
    if index % 12 == 5:
        rows[5] = (*rows[5][:2], "999", rows[5][3])
        planted["wrong"] = 1
    if index % 2:  # one that comes again contradicts
        rows[999] = (*rows[999][:2], f"{float(rows[999][2]) + 1:g}", rows[999][3])
        planted["conflicts"] = 1
    return "".join(
        f"{sensor},{name},@,{value},{unit}\n" for sensor, name, value, unit in rows
    ).encode(), planted


def make(files: list[tuple[str, int, int]], told: str) -> None:
    """Write files of the steps from and until, and what was planted."""
    total: Counts = {}
    patterns = [pattern(index) for index in range(PATTERNS)]
    for path, first, last in files:
        with open(path, "wb") as file:
            file.write(HEAD)
            for step in range(first, last):
                text, planted = patterns[step % PATTERNS]
                file.write(text.replace(b"@", str(BEGIN + step * STEP).encode()))
                total = {name: total.get(name, 0) + count for name, count in planted.items()}
    Path(told).write_text(json.dumps(total))


def make_late(path: str, rows: int) -> None:
    """Write rows of the first days: half are readings already there, half come five minutes after one."""
    texts = [pattern(index)[0].split(b"\n")[:500] for index in range(PATTERNS)]
    with open(path, "wb") as file:
        file.write(HEAD)
        for number in range(rows):
            step, late = number // 2 // 400, number % 2
            when = str(BEGIN + step * STEP + late * timedelta(minutes=5)).encode()
            file.write(texts[step % PATTERNS][number // 2 % 400 + 8].replace(b"@", when) + b"\n")


def apart(work: Callable[..., None], *args: object) -> None:
    """Do work in a process of its own, so that its memory is not counted."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=args)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{work.__name__} failed")


def say(**found: object) -> None:
    print(json.dumps(found, ensure_ascii=False), flush=True)


def peak() -> float:
    """Return the most this process has held, GiB."""
    held = (
        Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
    )  # ru_maxrss starts at the parent's
    return round(int(held) / 2**20, 3)


def cpu() -> float:
    """Return the processor seconds of this process and its threads, seconds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


class Clock:
    """Seconds and processor seconds of what is timed, added up."""

    def __init__(self) -> None:
        self.seconds = self.processor = 0.0

    def __enter__(self) -> None:
        self.began, self.used = time.perf_counter(), cpu()

    def __exit__(self, *exc: object) -> None:
        self.seconds += time.perf_counter() - self.began
        self.processor += cpu() - self.used

    def facts(self, rows: int) -> dict[str, object]:
        """Return what to print."""
        return {"seconds": round(self.seconds, 1), "cpu_seconds": round(self.processor, 1), "rows_per_second": round(rows / self.seconds),
                "rows_per_cpu_second": round(rows / self.processor), "peak_gib": peak(), "load": round(os.getloadavg()[0], 1)}  # fmt: skip


def floor_duckdb(path: str, target: str, rows: int, threads: int) -> None:
    """Time DuckDB's own COPY, columns typed and nothing checked, and its grouping by day with nothing found twice."""
    import duckdb

    clock, grouped = Clock(), Clock()
    with duckdb.connect(
        config={"threads": threads, "memory_limit": "2GB", "preserve_insertion_order": "false"}
    ) as base:
        with clock:
            base.read_csv(path).write_parquet(target, compression="zstd")
        with grouped:
            base.execute("CREATE TABLE d AS SELECT sensor, variable, CAST(time AS DATE) AS day, count(*), avg(value), min(value), max(value) "
                         "FROM read_parquet(?) GROUP BY ALL", [target])  # fmt: skip
    say(step="floor: DuckDB COPY", rows=rows, **clock.facts(rows))
    say(step="floor: DuckDB GROUP BY day", rows=rows, **grouped.facts(rows))


def floor_pandas(path: str, rows: int) -> None:
    """Time pandas with the same checks of range and repeats, in memory, nothing written."""
    try:
        import pandas
    except ImportError:
        say(step="peer: pandas", missing=True)
        return
    clock = Clock()
    with clock:
        table = pandas.read_csv(
            path,
            dtype={"sensor": "category", "variable": "category", "unit": "category"},
            parse_dates=["time"],
        )
        table = table[table["value"].between(-90, 105)].drop_duplicates(
            ["sensor", "variable", "time"], keep="last"
        )
        table.groupby(["sensor", "variable", table["time"].dt.date], observed=True)["value"].agg(
            ["count", "mean", "min", "max", "sum"]
        )
    say(step="peer: pandas", rows=rows, **clock.facts(rows))


def take_all(given: argparse.Namespace, folder: Path, threads: int) -> tuple[Counts, Counts, Clock, Path]:
    """Make and take files until the rows or the minutes are over; return what was planted and found, the time, and the last file."""
    from tuwei.potato import ingest

    clock, found = Clock(), {"accepted": 0, "rejected": 0}
    planted: Counts = {}
    files: list[tuple[str, int, int]] = []
    end, many, until = given.rows // STEP_ROWS, CHUNK // STEP_ROWS, time.perf_counter() + given.minutes * 60
    steps = [(first, min(first + many, end)) for first in range(0, end, many)]
    for some in (steps[index : index + threads] for index in range(0, len(steps), threads)):
        for path, _, _ in files:
            os.unlink(path)
        files = [(str(folder / f"{first:07}.csv"), first, last) for first, last in some]
        apart(make, files, str(folder / "planted"))
        told: Counts = json.loads((folder / "planted").read_text())
        planted = {name: planted.get(name, 0) + count for name, count in told.items()}
        if given.floor and some[0][0] == 0:
            count = (some[0][1] - some[0][0]) * STEP_ROWS
            say(step="made", bytes_per_row=round(os.path.getsize(files[0][0]) / count, 1))
            apart(floor_duckdb, files[0][0], str(folder / "floor.parquet"), count, threads)
            apart(floor_pandas, files[0][0], count)
            (folder / "floor.parquet").unlink()
        with clock:
            report = ingest(
                [path for path, _, _ in files],
                folder / "lake",
                memory=given.memory,
                threads=threads,
                roll=False,
            )
        found = {
            "accepted": found["accepted"] + report.accepted,
            "rejected": found["rejected"] + report.rejected,
        }
        if planted["rows"] % 50_000_000 < CHUNK * threads:
            say(step="so far", rows=planted["rows"], **clock.facts(planted["rows"]))
        if time.perf_counter() > until:
            break
    return planted, found, clock, Path(files[-1][0])


def size(lake: Path, part: str) -> float:
    """Return what Parquet files hold, GiB."""
    return round(sum(one.stat().st_size for one in (lake / part).rglob("*.parquet")) / 2**30, 3)


def check(step: str, **pairs: tuple[object, object]) -> None:
    """Stop where what was found is not what was planted."""
    for name, (found, planted) in pairs.items():
        if found != planted:
            raise SystemExit(f"{step}: {name} {found}, planted {planted}")


def daily_query(lake: Path) -> None:
    """Time a question asked of the roll-ups: each variable's mean and readings day by day."""
    import duckdb

    clock = Clock()
    with clock:
        rows = duckdb.execute("SELECT variable, day, sum(total) / sum(n), sum(n) FROM read_parquet(?) GROUP BY ALL ORDER BY ALL",
                              [str(lake / "daily/*/daily.parquet")]).fetchall()  # fmt: skip
    say(
        step="query of the days",
        variable_days=len(rows),
        readings=sum(row[3] for row in rows),
        seconds=round(clock.seconds, 2),
    )


def late(folder: Path, rows: int, memory: str, threads: int) -> None:
    """A file of late and repeated rows comes; say what it takes and what it rewrites."""
    from tuwei.potato import ingest

    lake, path, clock = folder / "lake", folder / "late.csv", Clock()
    apart(make_late, str(path), rows)
    before = {one: one.stat().st_mtime_ns for one in lake.rglob("*.parquet")}
    with clock:
        report = ingest([path], lake, memory=memory, threads=threads)
    after = {one: one.stat().st_mtime_ns for one in lake.rglob("*.parquet")}
    check("late", taken=(report.accepted + report.rejected, rows))
    say(step="late rows", rows=rows, months=report.months, parts_before=len(before), parts_added=len(after) - len(before),
        parts_rewritten=[str(one.relative_to(lake)) for one in before if after[one] != before[one]], duplicates_of_the_months=report.duplicates, **clock.facts(rows))  # fmt: skip


def checksum(lake: Path) -> list[tuple[object, ...]]:
    """Return sums over the roll-ups that differ if a row does."""
    import duckdb

    return duckdb.execute("SELECT count(*), sum(n), sum(duplicates), sum(conflicts), bit_xor(hash(sensor, variable, day, n, least, most, duplicates, conflicts)), round(sum(total), 1) "
                          "FROM read_parquet(?)", [str(lake / "daily/*/daily.parquet")]).fetchall()  # fmt: skip


def on_dask(lake: Path, rows: int, workers: int) -> None:
    """Roll every month up again on Dask workers, a process and a thread each; the days must be the same."""
    import distributed

    from tuwei.potato import roll_up_cluster

    before, clock = checksum(lake), Clock()
    with distributed.LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", memory_limit=0, silence_logs=50) as cluster:  # fmt: skip
        with clock:
            report = roll_up_cluster(lake, cluster.scheduler_address, memory="1GB", again=True)
        with distributed.Client(cluster) as client:
            peaks = client.run(peak)
    check("dask", days=(checksum(lake), before))
    say(step="the same roll-up on Dask", workers=workers, months=len(report.months), rows=rows, seconds=round(clock.seconds, 1),
        rows_per_second=round(rows / clock.seconds), peak_gib_of_each_worker=sorted(peaks.values()), load=round(os.getloadavg()[0], 1))  # fmt: skip


def run(given: argparse.Namespace, folder: Path, threads: int) -> None:
    from tuwei.potato import ingest

    lake = folder / "lake"
    planted, found, taking, last = take_all(given, folder, threads)
    rows = planted["rows"]
    check(
        "ingest",
        rejected=(found["rejected"], planted["wrong"]),
        accepted=(found["accepted"], rows - planted["wrong"]),
    )
    say(step="ingest", rows=rows, **found, **taking.facts(rows))
    rolling = Clock()
    with rolling:
        rolled = ingest([last], lake, memory=given.memory, threads=threads)
    check("roll up", known=(rolled.known, [last.name]), duplicates=(rolled.duplicates, planted["duplicates"]), conflicts=(rolled.conflicts, planted["conflicts"]),
          readings=(rolled.readings, found["accepted"] - planted["duplicates"]))  # fmt: skip
    say(
        step="roll up",
        months=len(rolled.months),
        readings=rolled.readings,
        duplicates=rolled.duplicates,
        conflicts=rolled.conflicts,
        **rolling.facts(rows),
    )
    whole = taking.seconds + rolling.seconds
    say(step="whole", rows=rows, seconds=round(whole, 1), cpu_seconds=round(taking.processor + rolling.processor, 1), rows_per_second=round(rows / whole), peak_gib=peak(),
        rows_gib=size(lake, "rows"), daily_gib=size(lake, "daily"), projected_minutes_for_600_million=round(whole / rows * 6e8 / 60, 1))  # fmt: skip
    daily_query(lake)
    if given.late:
        late(folder, given.late, given.memory, threads)
    if given.workers:
        on_dask(lake, rows, given.workers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path, help="where there is room; a temporary folder unless given")
    parser.add_argument("--memory", default="2GB")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--late", type=int, default=1_000_000)
    parser.add_argument(
        "--minutes",
        type=float,
        default=1e6,
        help="take no further files after so many; what was taken is gone on with",
    )
    parser.add_argument("--workers", type=int, default=0, help="of Dask; none unless given")
    parser.add_argument("--floor", action="store_true")
    given = parser.parse_args()
    threads = given.threads or os.cpu_count() or 1
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    say(
        step="start",
        date=time.strftime("%Y-%m-%d %H:%M"),
        rows=given.rows,
        memory=given.memory,
        threads=threads,
    )
    try:
        run(given, folder, threads)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
