"""Readings into the lake: nothing lost, nothing counted twice, whatever comes late, twice, broken or cut off."""

from __future__ import annotations

import csv
import json
import os
import threading
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tuwei.core.errors import ConflictError, InputError
from tuwei.potato import IngestReport, ingest
from tuwei.potato.lake import _roll as _ingest_roll
from tuwei.potato.lake._known import known_rows
from tuwei.potato.lake._lake import Lake

HEAD = "sensor,variable,time,value,unit\n"


def written(folder: Path, name: str, *rows: str, head: str = HEAD) -> Path:
    path = folder / name
    path.write_text(head + "".join(row + "\n" for row in rows), "utf-8")
    return path


def daily(lake: Path) -> dict[tuple[str, str, str], tuple[float, ...]]:
    rows = duckdb.execute("SELECT sensor, variable, strftime(day, '%m-%d'), n, mean, least, most, total, duplicates, conflicts "
                          "FROM read_parquet(?)", [f"{lake}/daily/*/daily.parquet"]).fetchall()  # fmt: skip
    return {row[:3]: row[3:] for row in rows}


def stored(lake: Path) -> int:
    found = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [f"{lake}/rows/*/*.parquet"]).fetchone()
    return int(found[0]) if found else 0


def test_units_spellings_and_times_become_one(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "A1,墒情,2024-07-01 08:00,20,%", "A1,soil_moisture,2024-07-01T09:00:00,0.30,m3/m3",
                   " A1 ,Soil_Moisture,2024-07-01T02:00:00Z,0.40,M3/M3", "A1,soil_moisture,2024-07-01T20:00:00+03:00,0.1,m3/m3",
                   "T1,temperature,2024-07-31 23:59:59,50,°F", '"T,1",降水,2024/8/1 00:00,1,in')  # fmt: skip
    report = ingest([path], tmp_path / "lake")
    assert (report.accepted, report.rejected, report.months) == (6, 0, ["2024-07", "2024-08"])
    found = daily(tmp_path / "lake")
    assert found["A1", "soil_moisture", "07-01"][:4] == pytest.approx((3, 0.3, 0.2, 0.4))  # 8, 9 and 10 h
    assert found["A1", "soil_moisture", "07-02"][:2] == pytest.approx(
        (1, 0.1)
    )  # 17 h UTC is 1 h of the next day
    assert found["T1", "air_temperature", "07-31"][1] == pytest.approx(10.0)
    assert found["T,1", "rain", "08-01"][4] == pytest.approx(25.4)


def test_late_repeated_and_contradicting_readings(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    first = written(
        tmp_path,
        "a.csv",
        "A,rain,2024-07-01 08:00,1,mm",
        "A,rain,2024-07-01 09:00,2,mm",
        "A,rain,2024-07-01 09:00,2,mm",
    )
    late = written(
        tmp_path,
        "b.csv",
        "A,rain,2024-07-01 07:00,4,mm",
        "A,rain,2024-07-01 08:00,10,mm",
        "A,rain,2024-06-30 08:00,3,mm",
    )
    ingest([first], lake)
    assert daily(lake)["A", "rain", "07-01"] == (2, 1.5, 1, 2, 3, 1, 0)
    report = ingest([late], lake)
    assert report.months == ["2024-06", "2024-07"]
    assert daily(lake)["A", "rain", "07-01"] == pytest.approx(
        (3, 16 / 3, 2, 10, 16, 2, 1)
    )  # the correction holds
    assert stored(lake) == 6  # and the corrected reading is still there
    before = {path: path.stat().st_mtime_ns for path in lake.rglob("*.parquet")}
    again = ingest(
        [first, late, written(tmp_path, "copy.csv", *first.read_text("utf-8").splitlines()[1:])], lake
    )
    assert (again.files, len(again.known), again.accepted, again.months) == (0, 3, 0, [])
    assert before == {path: path.stat().st_mtime_ns for path in lake.rglob("*.parquet")}


def test_the_order_of_arrival_decides_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = written(
        tmp_path,
        "1.csv",
        *(
            f"S{index % 7},rain,2024-07-0{1 + index % 3} {index % 24:02}:00,{index % 5},mm"
            for index in range(200)
        ),
    )
    two = written(
        tmp_path,
        "2.csv",
        *(
            f"S{index % 5},rain,2024-07-0{1 + index % 4} {index % 24:02}:00,{index % 3},mm"
            for index in range(200)
        ),
    )
    ingest([one, two], tmp_path / "both")
    monkeypatch.setattr("tuwei.potato.lake._roll.SLICE", 150)  # a month in pieces of a day or more
    ingest([one], tmp_path / "apart")
    ingest([two], tmp_path / "apart", threads=1, memory="300MB")
    assert daily(tmp_path / "both") == daily(tmp_path / "apart")


BAD = [
    (",rain,2024-07-01,1,mm", "sensor"), ("A,rain,yesterday,1,mm", "time"), ("A,rain,0012-07-01,1,mm", "time"), ("A,rian,2024-07-01,1,mm", "variable"),
    ("A,rain,2024-07-01,1,furlong", "unit"), ("A,rain,2024-07-01,1,", "unit"), ("A,rain,2024-07-01,wet,mm", "value"), ("A,rain,2024-07-01,nan,mm", "value"),
    ("A,rain,2024-07-01,-1,mm", "range"), ("A,气温,2024-07-01,72,℃", "range"),
]  # fmt: skip


def test_what_cannot_be_taken_is_set_aside_with_its_line(tmp_path: Path) -> None:
    rows = ["A,rain,2024-07-02 01:00,1,mm", "", '"A\nB",rain,2024-07-02 02:00,1,mm', *(row for row, _ in BAD), "short,rain", "A,rain,2024-07-02,1,mm,more",
            "A,rain,2024-07-02 03:00,x,mm", "A,rain,2024-07-02 04:00,1,mm"]  # fmt: skip
    path = written(tmp_path, "bad.csv", *rows)
    report = ingest([path], tmp_path / "lake")
    assert (report.accepted, report.rejected) == (3, len(BAD) + 3)
    with open(report.rejects[0], encoding="utf-8", newline="") as file:
        found = {int(row["row"]): row for row in csv.DictReader(file)}
    assert [found[6 + index]["field"] for index in range(len(BAD))] == [field for _, field in BAD]
    assert found[6 + 3]["variable"] == "rian"
    assert found[16]["field"] == "missing columns"
    assert found[17]["field"] == "too many columns"
    assert (found[18]["field"], found[18]["value"], found[18]["file"]) == ("value", "x", "bad.csv")
    assert stored(tmp_path / "lake") == 3


def test_a_line_that_is_not_utf8_is_set_aside_and_the_others_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        (HEAD + "A,rain,2024-07-01,1,mm\n").encode() + b"\xff,rain,2024-07-01,1,mm\nA,rain,2024-07-02,x,mm"
    )
    report = ingest([path], tmp_path / "lake")
    assert (report.accepted, report.rejected) == (1, 2)
    with open(report.rejects[0], encoding="utf-8", newline="") as file:
        assert [(row["row"], row["field"]) for row in csv.DictReader(file)] == [
            ("3", "invalid encoding"),
            ("4", "value"),
        ]


def test_parquet_and_weather_files(tmp_path: Path) -> None:
    table = str(tmp_path / "p.parquet")
    duckdb.sql("SELECT 'A' AS 传感器, 'rain' AS 变量, TIMESTAMP '2024-07-01 08:00' + INTERVAL (i) HOUR AS 时间, CASE WHEN i = 2 THEN -1.0 ELSE 1.5 END AS 数值, "
               "'mm' AS 单位, i AS extra FROM range(4) t(i)").write_parquet(table)  # fmt: skip
    power = tmp_path / "power.csv"
    power.write_text(
        "-BEGIN HEADER-\nLocation: Latitude 41.0 Longitude 112.0\nElevation from MERRA-2: Average = 1400.0 meters\n"
        + "".join(f"{name} something ({unit})\n" for name, unit in (("T2M_MIN", "C"), ("T2M_MAX", "C"), ("PRECTOTCORR", "mm/day"),
                  ("ALLSKY_SFC_SW_DWN", "MJ/m^2/day"), ("WS2M", "m/s"), ("T2MDEW", "C")))
        + "-END HEADER-\nYEAR,DOY,T2M_MIN,T2M_MAX,PRECTOTCORR,ALLSKY_SFC_SW_DWN,WS2M,T2MDEW\n2024,183,12,26,3.5,24,2.5,10\n", "utf-8")  # fmt: skip
    report = ingest([Path(table), power], tmp_path / "lake")
    assert (report.accepted, report.rejected) == (3 + 6, 1)
    with open(report.rejects[0], encoding="utf-8") as file:
        assert [row["row"] for row in csv.DictReader(file)] == ["3"]
    found = daily(tmp_path / "lake")
    assert found["A", "rain", "07-01"][0] == 3
    assert found["power", "air_temperature_max", "07-01"][1] == 26


def test_a_run_that_breaks_off_is_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = tmp_path / "lake"
    files = [
        written(tmp_path, f"{day}.csv", f"A,rain,2024-0{day}-01,1,mm", f"A,rain,2024-0{day}-02,x,mm")
        for day in (5, 6, 7)
    ]
    whole = tmp_path / "whole"
    ingest(files, whole)
    for stop_at in (1, 2, 4, 7, 11):
        calls, replace = [0], os.replace

        def failing(
            one: Path, other: Path, stop_at: int = stop_at, calls: list[int] = calls, replace=replace
        ) -> None:  # type: ignore[no-untyped-def]
            calls[0] += 1
            if calls[0] == stop_at:
                raise KeyboardInterrupt
            replace(one, other)

        monkeypatch.setattr(os, "replace", failing)
        target = lake / str(stop_at)
        try:
            ingest(files, target)
        except KeyboardInterrupt:
            monkeypatch.setattr(os, "replace", replace)
            with (target / "journal.jsonl").open("a") as journal:
                journal.write('{"id": "cut')  # and the line being written was cut
            ingest(files, target)
        monkeypatch.setattr(os, "replace", replace)
        assert daily(target) == daily(whole)
        assert stored(target) == 3
        assert len(list((target / "rejects").glob("*.csv"))) == 3
        assert not (target / ".work").exists()


def test_faults_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        ingest([written(tmp_path, "a.csv", "A,1", head="sensor,value\n")], tmp_path / "lake")
    assert (caught.value.code, caught.value.where["field"]) == (
        "potato.ingest_columns",
        "variable, time, unit",
    )
    with pytest.raises(InputError) as caught:
        ingest([tmp_path / "none.csv"], tmp_path / "lake")
    assert caught.value.code == "potato.ingest_file"
    (tmp_path / "b.parquet").write_bytes(b"no parquet")
    with pytest.raises(InputError) as caught:
        ingest([tmp_path / "b.parquet"], tmp_path / "lake")
    assert caught.value.where["file"] == "b.parquet"
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.doc").write_text("precious", "utf-8")
    with pytest.raises(InputError) as caught:
        ingest([], other)
    assert caught.value.code == "potato.lake_folder"
    with pytest.raises(InputError, match="2GB"):
        ingest([], tmp_path / "lake", memory="much")


def test_of_a_month_rolled_up_before_only_the_new_days_are_summed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = written(tmp_path, "a.csv", *(f"A,rain,2024-07-{day:02} 08:00,{day},mm" for day in range(1, 11)))
    late = written(tmp_path, "b.csv", "A,rain,2024-07-09 08:00,1,mm", "A,rain,2024-07-02 09:00,1,mm", "A,rain,2024-07-03 08:00,1,mm")  # fmt: skip
    ingest([first, late], tmp_path / "once")
    summed: list[tuple[date, date]] = []
    slices = _ingest_roll._slices

    def seen(*given):  # type: ignore[no-untyped-def]
        for run in slices(*given):
            summed.append(run)
            yield run

    monkeypatch.setattr(_ingest_roll, "_slices", seen)
    lake = tmp_path / "apart"
    ingest([first], lake)
    ingest([late], lake)
    assert summed == [(date(2024, 7, 1), date(2024, 7, 11)), (date(2024, 7, 2), date(2024, 7, 4)), (date(2024, 7, 9), date(2024, 7, 10))]  # fmt: skip
    assert daily(lake) == daily(tmp_path / "once")
    [rolled] = lake.rglob("daily.parquet")
    kept = duckdb.read_parquet(str(rolled), hive_partitioning=False).filter("day <> DATE '2024-07-05'")
    kept.write_parquet(str(tmp_path / "kept.parquet"))
    os.replace(tmp_path / "kept.parquet", rolled)  # a day is lost
    report = ingest([written(tmp_path, "c.csv", "A,rain,2024-07-01 09:00,1,mm")], lake)
    assert (report.readings, report.duplicates) == (12, 2)  # noticed, and all made anew


def test_a_roll_up_that_lost_rows_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.csv", "A,rain,2024-07-01 08:00,1,mm", "A,rain,2024-07-02 08:00,1,mm")
    monkeypatch.setattr(
        "tuwei.potato.lake._roll._slices", lambda base, parts, fresh: [(date(2024, 7, 1), date(2024, 7, 2))]
    )
    with pytest.raises(ConflictError) as caught:
        ingest([path], tmp_path / "lake")
    assert (caught.value.code, caught.value.where["got"], caught.value.where["expected"]) == (
        "potato.lake_unbalanced",
        1,
        2,
    )
    assert not list((tmp_path / "lake").rglob("daily.parquet"))


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    with Lake(tmp_path / "lake").writing():
        faults: list[Exception] = []

        def second() -> None:
            try:
                ingest([], tmp_path / "lake")
            except ConflictError as error:
                faults.append(error)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert str(faults[0]).endswith("[potato.lake_busy]")


def test_every_spelling_names_one_variable_and_is_lower_case() -> None:
    rows = known_rows()
    assert len({row[:2] for row in rows}) == len(rows)
    assert all(row[0] == row[0].lower() and row[1] == row[1].lower() for row in rows)
    assert all(low < high for *_, low, high in rows)


@pytest.fixture
def cluster():  # type: ignore[no-untyped-def]
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        silence_logs=50,
        memory_limit=0,
    ) as found:
        yield found.scheduler_address


@pytest.mark.filterwarnings("default")
def test_two_workers_give_the_same_rows_as_one_machine(tmp_path: Path, cluster: str) -> None:
    from tuwei.potato import roll_up_cluster

    rows = [
        f"S{index % 9},soil_moisture,2024-0{1 + index % 8}-0{1 + index % 4} {index % 24:02}:00,{(index % 37) / 100},m3/m3"
        for index in range(5000)
    ]
    path = written(tmp_path, "a.csv", *rows)
    alone = ingest([path], tmp_path / "one")
    report = ingest([path], tmp_path / "two", roll=False)
    assert report.months == []
    report = roll_up_cluster(tmp_path / "two", cluster, report=report)
    assert daily(tmp_path / "two") == daily(tmp_path / "one")
    assert len(report.months) == 8
    assert (report.readings, report.duplicates, report.conflicts) == (
        alone.readings,
        alone.duplicates,
        alone.conflicts,
    )
    assert roll_up_cluster(tmp_path / "two", cluster).months == []
    assert len(roll_up_cluster(tmp_path / "two", cluster, again=True).months) == 8


def test_report_is_json(tmp_path: Path) -> None:
    found = json.loads(json.dumps(IngestReport().as_dict()))
    assert set(found) == {
        "files",
        "known",
        "accepted",
        "rejected",
        "rejects",
        "months",
        "readings",
        "duplicates",
        "conflicts",
        "seconds",
    }
