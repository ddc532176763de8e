"""Whole trials of others: DSSAT's own files without tables, odd parts, and faults that stop one treatment and no other."""

from __future__ import annotations

import json
import runpy
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tuwei.core.errors import TuweiError
from tuwei.potato.calibration._cultivars import cultivar_values
from tuwei.potato.cli import app
from tuwei.potato.crop._parameters import positions
from tuwei.potato.trials._dssat_table import dssat_day, tables
from tuwei.potato.trials._trials import Filling, Folder, Trial, read_folder, read_trials

GOLDEN = Path(__file__).parents[1] / "golden" / "potato_trials"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "potato" / "dssat_experiments"


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place: Path = tmp_path_factory.mktemp("others") / "trials"
    runpy.run_path(str(GOLDEN / "others.py"))["write"](place)
    return place


def named(found: Folder) -> dict[str, Trial]:
    return {one.case.name: one for one in found.trials}


def test_a_season_over_the_new_year_in_days_after_planting(others: Path) -> None:
    trial = named(read_folder(others))["HLPE1301 1"]
    case, crop = trial.case, trial.case.crop
    assert (crop.planting, crop.harvest, crop.emergence) == (date(2013, 10, 15), date(2014, 3, 1), date(2013, 11, 11))  # fmt: skip
    assert (trial.name, trial.cultivar, crop.density, crop.depth) == ("I1 T 1 with 2 numbers", "russet_burbanc", 3.3, 8.0)  # fmt: skip
    assert [(one.day, one.amount, one.efficiency) for one in case.irrigation] == [(date(2013, 11, 14), 20.0, 0.8)]  # fmt: skip
    solution, other, manure = case.fertiliser
    assert (solution.nitrate, solution.ammonium, solution.urea, solution.incorporated) == (20, 20, 40, 1)
    assert (other.day, other.nitrate, other.ammonium, other.incorporated) == (date(2013, 11, 29), 20, 20, 0)
    assert manure.ammonium == pytest.approx(5000 * 0.03 * 0.6 * (1 - 1 / 3))  # the N beyond a C/N of 40
    assert case.weather.site.altitude == 3300  # of the field, the station's is missing
    assert (case.weather.start, case.weather.end) == (date(2013, 10, 15), date(2014, 3, 1))
    assert [(day, name) for day, name, _ in trial.course] == [(date(2014, 1, 20), "UWAD"), (date(2014, 2, 19), "UWAD"), (date(2014, 2, 19), "LAID")]  # fmt: skip


def test_the_environment_is_changed_and_what_cannot_be_is_told(others: Path) -> None:
    found = named(read_folder(others))
    changed, plain = found["HLPE1301 1"].case.weather, found["HLPE1301 2"].case.weather
    place = plain.day(date(2013, 12, 1))
    assert changed.srad[place] == pytest.approx(0.8 * plain.srad[place])
    assert changed.tmax[place] == pytest.approx(plain.tmax[place] + 2)
    assert changed.srad[0] == plain.srad[0]  # from its day on
    assert changed.co2 == 550
    notes = "\n".join(found["HLPE1301 1"].notes)
    assert "daylength A -2" in notes
    assert "dew M 0.5" in notes
    assert "FE099" in notes


def test_automatic_irrigation_soils_and_transplants(others: Path) -> None:
    found = named(read_folder(others))
    assert found["HLPE1301 2"].case.crop.automatic == (0.6, 300.0, 1.0)
    assert found["HLPE1301 2"].case.crop.harvest == date(2014, 2, 27)  # of HDAT, for the PTX has none
    assert found["HLPE1301 1"].case.crop.automatic is None
    [first, second, *_] = found["HLPE1301 1"].case.soil.horizons
    assert (first.bottom, first.water, first.wilting, first.nitrate, second.nitrate) == (30, 0.25, 0.12, 5, 6.8)  # fmt: skip
    slips = found["SLIP2001 1"]
    assert slips.case.crop.emergence == slips.case.crop.planting
    assert slips.case.crop.harvest == date(2020, 8, 27)
    assert any("transplanted" in note for note in slips.notes)
    assert slips.tuber != slips.tuber


def test_what_is_wrong_stops_itself_alone(others: Path) -> None:
    found = read_folder(others)
    assert set(named(found)) == {"GOOD2001 1", "HLPE1301 1", "HLPE1301 2", "SLIP2001 1"}
    assert {(one.experiment, one.error.code) for one in found.rejected} == {
        ("COLD2001", "potato.weather_tmin_above_tmax"), ("DATE2001", "potato.trials"), ("GAPS2001", "potato.weather_gap"),
        ("NOWH2001", "potato.trials"), ("RUIN2001", "potato.experiment_file"), ("SOIL2001", "potato.soil"),
        ("SOIL2002", "potato.trials"), ("VOID2001", "potato.experiment_file"),
    }  # fmt: skip
    assert any(
        "HLPE1301" in note and "9" in note for note in found.notes
    )  # an observation without a treatment
    filled = read_folder(others, filling=Filling(("linear",)))
    assert "linear" in named(filled)["GAPS2001 1"].case.weather.origin


def test_validate_lists_the_rejected_and_says_what_was_assumed(others: Path) -> None:
    done = call("validate", others, "--json", "--members", 20)
    found = json.loads(done.stdout)
    assert done.exit_code == 1
    rows = {(row["experiment"], row["treatment"]): row for row in found["rows"]}
    assert found["scores"]["n"] == 2
    assert rows["HLPE1301", 2]["observed"] is None
    assert {row["parameters"] for row in rows.values()} == {"generic", "russet_burbank"}
    assert all(row["low"] < row["simulated"] < row["high"] and row["simulated"] > 2000 for row in rows.values())  # fmt: skip
    assert any(note.startswith("russet_burbanc") and note.endswith("russet_burbank") for note in found["notes"])  # fmt: skip
    assert {one["code"] for one in found["rejected"]} >= {"potato.soil", "potato.weather_gap"}
    spoken = call("validate", others, "--members", 5, "--gaps", "linear", "--language", "en")
    assert spoken.exit_code == 1
    *_, head, first = spoken.stdout[: spoken.stdout.index("DATE2001")].splitlines()
    assert (head, first.startswith("COLD2001 1: ")) == ("not simulated: 7", True)
    assert "Traceback" not in spoken.output


def test_tables_alone_run_nothing_and_one_missing_is_made_from_the_experiment(
    others: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    for path in (GOLDEN / "trials").glob("*.csv"):
        shutil.copy(path, alone)
    done = call("validate", alone, "--language", "en")
    assert done.exit_code == 2
    assert "not simulated: 4" in done.stdout
    part = tmp_path / "part"
    shutil.copytree(others, part)
    (part / "treatments.csv").write_text(
        "exp,trt,name,cultivar_code,cultivar,weather_station,soil_id,planting,emergence_obs,plants_per_m2,row_spacing_cm,depth_cm,harvest\n"
        "GOOD2001,1,a,XX,Other,YSFA,ODD0000002,2020-05-05,,5,80,10,2020-09-16\n", "utf-8")  # fmt: skip
    found = read_folder(part)
    [trial] = found.trials
    assert not found.rejected
    assert (len(trial.case.irrigation), trial.case.fertiliser[0].urea, trial.tuber) == (1, 120, 9000)
    assert any("HLPE1301.PTX" in note for note in found.notes)  # not in treatments.csv


def test_a_cultivar_never_fitted_is_less_sure() -> None:
    light = positions()["light_use"]
    generic, other = cultivar_values("generic", 200), cultivar_values("yungay", 200, known=False)
    assert (generic[0] == other[0]).all()
    assert other[:, light].std() > 1.2 * generic[:, light].std()


def test_rows_are_cut_where_a_cell_is_blank() -> None:
    lines = ["@TRNO   UWAD  LAID  NAME..", "     1          2.1  x", "     2   1500  2.2  two words"]
    assert list(tables(lines)) == [
        {"TRNO": "1", "UWAD": "", "LAID": "2.1", "NAME": "x"},
        {"TRNO": "2", "UWAD": "1500", "LAID": "2.2", "NAME": "two words"},
    ]
    with pytest.raises(ValueError, match="yyddd"):
        dssat_day("2020400")


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared, which is not here")
def test_the_tables_of_real_trials_and_their_own_files_say_the_same(tmp_path: Path) -> None:
    shutil.copytree(SHARED / "raw", tmp_path / "raw")
    filling = Filling(("linear-dry",))
    ours, theirs = read_trials(tmp_path, filling=filling), read_trials(SHARED, filling=filling)
    assert len(ours) == len(theirs) == 36
    for one, other in zip(sorted(ours, key=lambda t: t.case.name), sorted(theirs, key=lambda t: t.case.name), strict=True):  # fmt: skip
        assert (one.case.crop, one.case.soil, one.case.irrigation, one.case.fertiliser) == (other.case.crop, other.case.soil, other.case.irrigation, other.case.fertiliser)  # fmt: skip
        assert (one.cultivar, one.course) == (other.cultivar, other.course)
        assert other.harvest.items() <= one.harvest.items()
    with pytest.raises(TuweiError) as told:
        read_trials(SHARED)
    assert told.value.code == "potato.weather_gap"
