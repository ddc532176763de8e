"""Hostile files, judged by DuckDB and row by row in Python: the same rows set aside, with the same lines, and the same days."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from tuwei.potato import ingest

SENSORS = ["A", " A ", "b", "", "   ", 'q"q', "x,y", "two\nlines", "探头 1", '["A"]', "back\\slash", "null"]
VARIABLES = {"rain": ("rain", 0, 1825), " RAIN ": ("rain", 0, 1825), "降水": ("rain", 0, 1825), "rian": None, "": None, "humidity": ("humidity", 0, 105),
             "Air_Temperature": ("air_temperature", -89.2, 56.7), "气温": ("air_temperature", -89.2, 56.7)}  # fmt: skip
UNITS = {"rain": {"mm": (1, 0), "in": (25.4, 0), " CM": (10, 0)}, "humidity": {"%": (1, 0), "1": (100, 0)},
         "air_temperature": {"°C": (1, 0), "℃": (1, 0), "k": (1, -273.15), "°F": (0.5555555555555556, -17.77777777777778)}}  # fmt: skip
ALL_UNITS = ["", "furlong", *(unit for units in UNITS.values() for unit in units)]
TIMES = {"2024-07-01 08:00": "2024-07-01T08:00", "2024-07-01T08:00:00": "2024-07-01T08:00", "2024-07-01 08:00:30": "2024-07-01T08:00:30", "2024-07-02": "2024-07-02",
         "2024/7/1 08:00": "2024-07-01T08:00", "2024-07-01T20:30:00Z": "2024-07-02T04:30", "2024-07-01 08:00:00+03:00": "2024-07-01T13:00", "     2024-07-31 ": "2024-07-31", " 2024-07-31 23:59 ": "2024-07-31T23:59",
         "2024-07-31 23:00-03:00": "2024-08-01T10:00", "2024-07-01 08:00+08": "2024-07-01T08:00", "2024-07-01 08:00:00.5": "2024-07-01T08:00:00.500", "1900-01-01": "1900-01-01",
         "2024-02-30": None, "2024-07-01 25:00": None, "yesterday": None, "": None, "1899-12-31 23:59": None, "2201-01-01": None, "infinity": None, "2024-07-01 08:-1": None}  # fmt: skip
VALUES = {"1": 1.0, "1.50": 1.5, " 2 ": 2.0, "2e1": 20.0, "0": 0.0, "300": 300.0, "-5": -5.0, "9999": 9999.0, "nan": None, "inf": None, "wet": None, "": None, "1,5": None}  # fmt: skip
Reading = tuple[str, str, datetime, float]


def judged(sensor: str, variable: str, time: str, value: str, unit: str) -> Reading | str:
    """Return the reading of a row, or its fault, by the rules of the how-to page."""
    known = VARIABLES[variable]
    pair = (
        {name.strip().lower(): pair for name, pair in UNITS[known[0]].items()}.get(unit.strip().lower())
        if known
        else None
    )
    when, number = TIMES[time], VALUES[value]
    if not sensor.strip():
        return "sensor"
    if when is None:
        return "time"
    if known is None or pair is None:
        return "variable" if known is None else "unit"
    if number is None:
        return "value"
    converted = number * pair[0] + pair[1]
    return (
        (sensor.strip(), known[0], datetime.fromisoformat(when), converted)
        if known[1] <= converted <= known[2]
        else "range"
    )


def hostile(seed: int) -> tuple[bytes, list[Reading], list[tuple[int, str]]]:
    """Return a file, its good readings, and the line and fault of each bad row."""
    dice = random.Random(seed)
    end, quoting = dice.choice(["\n", "\r\n"]), dice.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
    odd = dice.random() < 0.7  # otherwise every row is a line, and rows are found by their number
    text, good, bad = io.StringIO(newline=""), [], []
    writer = csv.writer(text, lineterminator=end, quoting=quoting)
    writer.writerow(["Sensor", "变量", "note", "time", "value", "单位"])
    for _ in range(dice.randrange(1, 150)):
        line = text.getvalue().count("\n") + 1
        if odd and dice.random() < 0.1:
            broken = dice.choice(["", "short,rain", "a,rain,n,2024-07-01,1,mm,more"])
            text.write(broken + end)
            bad += [(line, "too many columns" if "more" in broken else "missing columns")] if broken else []
            continue
        row = [
            dice.choice(SENSORS if odd else SENSORS[:7]),
            dice.choice(list(VARIABLES)),
            dice.choice(list(TIMES)),
            dice.choice(list(VALUES)),
            dice.choice(ALL_UNITS),
        ]
        if dice.random() < 0.6:  # one that may well be good
            row = [
                dice.choice("AB"),
                "rain",
                dice.choice(list(TIMES)[:10]),
                dice.choice(["1", "1.50", "0"]),
                dice.choice(["mm", "in"]),
            ]
        found = judged(*row)
        if isinstance(found, str):
            bad.append((line, found))
        else:
            good.append(found)
        writer.writerow([*row[:2], "note", *row[2:]])
    whole = text.getvalue() if dice.random() < 0.7 else text.getvalue().removesuffix(end)
    return dice.choice([b"", b"\xef\xbb\xbf"]) + whole.encode(), good, bad


def days_of(files: list[list[Reading]]) -> dict[tuple[str, str, str], tuple[float, ...]]:
    """Return the roll-up: n, mean, least, most, duplicates, conflicts, the last file and its greatest value winning."""
    instants: dict[tuple[str, str, datetime], list[float]] = {}
    latest: dict[tuple[str, str, datetime], float] = {}
    for readings in files:
        for sensor, variable, time, value in sorted(readings):
            instants.setdefault((sensor, variable, time), []).append(value)
            latest[sensor, variable, time] = value
    days: dict[tuple[str, str, str], list[tuple[str, str, datetime]]] = {}
    for key in instants:
        days.setdefault((key[0], key[1], key[2].date().isoformat()), []).append(key)
    return {day: (len(keys), sum(latest[key] for key in keys) / len(keys), min(latest[key] for key in keys), max(latest[key] for key in keys),
                  sum(len(instants[key]) - 1 for key in keys), sum(len(set(instants[key])) > 1 for key in keys)) for day, keys in days.items()}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_hostile_files_are_judged_as_row_by_row(seed: int, tmp_path: Path) -> None:
    made = [hostile(seed * 10 + index) for index in range(3)]
    paths = []
    for index, (content, _, _) in enumerate(made):
        paths.append(tmp_path / f"{index}.csv")
        paths[-1].write_bytes(content)
    lake = tmp_path / "lake"
    ingest(paths[:1], lake)
    ingest(paths[1:], lake, threads=2, memory="400MB")
    for path, (_, _, bad) in zip(paths, made, strict=True):
        found = [one for rejects in (lake / "rejects").glob(f"{path.stem}-*.csv")
                 for one in csv.DictReader(io.StringIO(rejects.read_bytes().decode(), newline=""))]  # fmt: skip
        assert [(int(one["row"]), one["field"]) for one in found] == bad
    stored = duckdb.execute(
        "SELECT sensor, variable, time, value FROM read_parquet(?)", [f"{lake}/rows/*/*.parquet"]
    ).fetchall()
    assert Counter((*row[:3], round(row[3], 9)) for row in stored) == Counter(
        (*row[:3], round(row[3], 9)) for _, good, _ in made for row in good
    )
    found_days = {tuple(row[:3]): row[3:] for row in duckdb.execute(
        "SELECT sensor, variable, strftime(day, '%Y-%m-%d'), n, mean, least, most, duplicates, conflicts FROM read_parquet(?)", [f"{lake}/daily/*/daily.parquet"]).fetchall()}  # fmt: skip
    wanted = days_of([good for _, good, _ in made])
    assert found_days.keys() == wanted.keys()
    for day, figures in wanted.items():
        assert found_days[day] == pytest.approx(figures), day
