"""``tuwei potato simulate | validate | calibrate``, the files they read and what they refuse."""

from __future__ import annotations

import csv
import json
import shutil
import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tuwei.core.errors import InputError, TuweiError
from tuwei.potato.calibration._calibrate import SHARED, fit, prior, values_of
from tuwei.potato.calibration._cultivars import cultivar_sets, cultivar_values
from tuwei.potato.calibration._scores import scores
from tuwei.potato.cli import app
from tuwei.potato.crop._parameters import parameters, positions
from tuwei.potato.crop._season import simulate
from tuwei.potato.field._field import checked_field, read_field, supplies
from tuwei.potato.trials._trials import read_trials
from tuwei.potato.trials._weather import Filling
from tuwei.potato.weather._evapotranspiration import Floats

EXAMPLE = files("tuwei.potato") / "data" / "FIELD.toml"
TRIALS = Path(__file__).parents[1] / "golden" / "potato_trials" / "trials"
LINEAR = Filling(("linear",))


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def example(**changes: Any) -> dict[str, Any]:
    given = tomllib.loads(EXAMPLE.read_text("utf-8"))
    for name, value in changes.items():
        section, _, key = name.partition("__")
        given.setdefault(section, {})[key] = value
    return given


def test_the_example_is_simulated_with_intervals_and_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "FIELD.toml"
    path.write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    done = call("simulate", path, "--json", "--members", 20, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found == json.loads((tmp_path / "out" / "season.json").read_text("utf-8"))
    assert found["about"]["weather"] == "generator ulanqab, seed 7"
    tuber = found["results"]["tuber"]
    assert tuber["low"] < tuber["value"] < tuber["high"]
    assert found["results"]["total_irrigation"]["value"] == 120.0
    assert max(found["results"][f"balance_{name}"]["high"] for name in ("water", "nitrogen", "matter")) < 1e-6
    with (tmp_path / "out" / "daily.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert rows[-1]["date"] == "2025-09-22"
    assert float(rows[-1]["tuber [kg DM ha-1]"]) == pytest.approx(tuber["value"], rel=1e-4)
    again = call("simulate", path, "--out", tmp_path / "out")
    assert (again.exit_code, "potato.out_exists" in again.stderr) == (2, True)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []


def test_a_weather_file_goes_before_the_field(tmp_path: Path) -> None:
    path = tmp_path / "FIELD.toml"
    path.write_text(EXAMPLE.read_text("utf-8").replace("2025-", "2020-"), "utf-8")
    refused = call("simulate", path, "--weather", TRIALS / "raw" / "YSFA2001.WTH")
    assert (refused.exit_code, len(refused.stderr.strip().splitlines())) == (2, 1)  # it has gaps and no wind
    text = path.read_text("utf-8").replace('place = "ulanqab"', 'gaps = "linear"\nabsent = "fao56"')
    path.write_text(text, "utf-8")
    wth = tmp_path / "YSFA2001.WTH"
    wth.write_text(
        (TRIALS / "raw" / "YSFA2001.WTH").read_text("utf-8").replace("113.000   -99", "113.000  1400"),
        "utf-8",
    )
    done = call("simulate", path, "--weather", wth, "--members", 5, "--language", "en")
    assert done.exit_code == 0, done.output
    assert "weather: YSFA2001.WTH (dssat)" in done.stdout


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"crop__planting": "May"}, "potato.field_value", "crop.planting"),
        ({"crop__density": 40}, "potato.field_value", "crop.density"),
        ({"crop__desnity": 5}, "potato.field_key", "crop.desnity"),
        ({"site__latitude": True}, "potato.field_value", "site.latitude"),
        ({"irrigation__method": "hose"}, "potato.field_value", "irrigation.method"),
        ({"soil__horizon": [{"bottom_cm": 90, "sand": 60}]}, "potato.field_key", "soil.horizon[1].wilting"),
        ({"soil__horizon": []}, "potato.field_key", "[[soil.horizon]]"),
        ({"parameters__light_use": 99}, "potato.parameter_range", "light_use"),
        ({"parameters__luck": 1}, "potato.parameter_unknown", "luck"),
        ({"wether__file": "x"}, "potato.field_key", "wether"),
        ({"crop__cultivar": "russet_burbnk"}, "potato.cultivar", "crop.cultivar"),
        ({"weather__place": "ulanqap"}, "potato.weather_place", "weather.place"),
    ],
)
def test_a_fault_in_a_field_is_named(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(InputError) as told:
        checked_field(example(**changes), "FIELD.toml")
    assert (told.value.code, told.value.where["field"]) == (code, field)
    if code in ("potato.cultivar", "potato.weather_place"):
        near = {"potato.cultivar": "russet_burbank", "potato.weather_place": "ulanqab"}[code]
        assert all(word in told.value.sentence("en") for word in ("FIELD.toml", field, near))


def test_faults_that_come_later_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "FIELD.toml"
    for text, code in (
        ("x = [", "potato.field_file"),
        (EXAMPLE.read_text("utf-8").replace('"generic" ', '"russet_burbnak" '), "potato.cultivar"),
        (EXAMPLE.read_text("utf-8").replace("harvest = 2025-09-22", "harvest = 2025-05-01"), "potato."),
    ):
        path.write_text(text, "utf-8")
        done = call("simulate", path)
        assert (done.exit_code, code in done.stderr, len(done.stderr.strip().splitlines())) == (2, True, 1)
    assert "potato.field_file" in call("simulate", tmp_path / "none.toml").stderr
    for command in (("simulate", EXAMPLE), ("plan", EXAMPLE), ("blight", "--weather", EXAMPLE)):
        done = call(*command, "--language", "fr")
        assert (done.exit_code, "potato.language" in done.stderr) == (2, True)


def test_soil_tests_feed_quefts() -> None:
    assert supplies(checked_field(example())) == (-1.0, -1.0)
    phosphorus, potassium = supplies(
        checked_field(example(soil__olsen_p=20, soil__exchangeable_k=150, soil__ph=6.5))
    )
    carbon = 18 / 1.724
    assert phosphorus == pytest.approx(0.35 * 0.875 * carbon + 10)
    assert potassium == pytest.approx(250 * 0.8 * 150 / 39.1 / (2 + 0.9 * carbon))


def test_trials_are_read_as_they_were_done() -> None:
    wet, dry, shade, automatic = read_trials(TRIALS, filling=LINEAR)
    assert (wet.case.crop.emergence, dry.case.crop.emergence) == (date(2020, 6, 1), None)
    assert read_trials(TRIALS, emergence="simulated", filling=LINEAR)[0].case.crop.emergence is None
    assert (len(wet.case.irrigation), wet.tuber, automatic.tuber) == (8, 10200.0, 9900.0)
    assert [(one.nitrate, one.urea, one.incorporated) for one in wet.case.fertiliser] == [
        (45.0, 0.0, 1.0),
        (0.0, 60.0, 0.0),
    ]
    open_, dim = wet.case.weather, shade.case.weather
    assert "srad M 0.6" in dim.origin
    assert "tmax" not in dim.origin.split("waived")[-1]  # a Celsius value is not multiplied
    assert open_.srad.mean() > 1.4 * dim.srad.mean()
    assert automatic.case.crop.automatic == (0.6, 400.0, 1.0)
    top = shade.case.soil.horizons[0]
    assert (top.bottom, top.water, top.nitrate) == (20.0, 0.12, 6.0)
    assert shade.case.start == date(2021, 4, 30)


def test_validate_prints_every_treatment_and_the_scores() -> None:
    done = call("validate", TRIALS, "--gaps", "linear", "--json", "--members", 20)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [row["parameters"] for row in found["rows"]] == ["generic", "generic", "generic", "russet_burbank"]
    observed, simulated = (
        np.array([row[name] for row in found["rows"]]) for name in ("observed", "simulated")
    )
    assert found["scores"]["rmse"] == pytest.approx(float(np.sqrt(((observed - simulated) ** 2).mean())))
    assert found["scores"]["n"] == 4
    assert {name: one["n"] for name, one in found["courses"].items()} == {"LAID": 1, "UWAD": 3}
    assert simulated[0] > simulated[1] > simulated[2]  # watered, dry, shaded and poor
    spoken = call("validate", TRIALS, "--gaps", "linear", "--members", 20, "--language", "en").stdout
    assert "YSFB2001" in spoken
    assert "coverage=" in spoken


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("treatments.csv", "potato.experiment_file"),
        ("raw/MADE.SOL", "potato.trials"),
        ("raw/YSFB2001.WTH", "potato.trials"),
    ],
)
def test_a_folder_that_lacks_a_part_is_refused(fault: str, code: str, tmp_path: Path) -> None:
    folder = tmp_path / "trials"
    shutil.copytree(TRIALS, folder)
    (folder / fault).unlink()
    with pytest.raises(TuweiError) as told:
        read_trials(folder, filling=LINEAR)
    assert told.value.code == code


def test_a_fit_finds_what_made_the_observations() -> None:
    """Trials whose observations the model itself made, with light use moved off its default: the fit moves there."""
    from dataclasses import replace

    place, one = positions()["light_use"], parameters()[positions()["light_use"]]
    truth = cultivar_values("generic")[0] * 0 + np.array([row.default for row in parameters()])
    truth[place] = 4.2
    made = []
    for trial in read_trials(TRIALS, filling=LINEAR):
        season = simulate(trial.case, truth)
        days = [season.start.fromordinal(season.start.toordinal() + day) for day in range(70, 130, 10)]
        course = tuple(
            (day, variable, season.on(day, name))
            for day in days
            for variable, name in (("UWAD", "tuber"), ("LAID", "lai"))
        )
        made.append(replace(trial, harvest={"UWAH": season.result["tuber"]}, course=course))
    found = fit(made, rounds=3)
    near = found.best[SHARED.index("light_use")]
    start = (one.default - one.low) / (one.high - one.low)
    assert near > start + 0.02
    seen = np.array([trial.tuber for trial in made])

    def apart(scaled: Floats) -> float:
        tubers = [
            simulate(trial.case, values_of(found.names, scaled, trial.cultivar)).result["tuber"]
            for trial in made
        ]
        return scores(seen, np.array(tubers)).nrmse

    assert apart(found.best) < 0.7 * apart(prior(found.names)[0])  # the prior is narrow: part of the way
    assert np.linalg.eigvalsh(found.covariance).min() > 0


def test_the_shipped_cultivars_tell_where_they_are_from() -> None:
    about = cultivar_sets()["calibration"]
    assert {"source", "made", "experiments", "left_out", "residual"} <= set(about)
    for name in cultivar_sets()["sets"]:
        values = cultivar_values(name, 30)
        assert np.ptp(values[:, positions()["light_use"]]) > 0
        for place, one in enumerate(parameters()):
            assert (values[:, place] >= one.low).all()
            assert (values[:, place] <= one.high).all()


def test_read_field_takes_a_path(tmp_path: Path) -> None:
    path = tmp_path / "FIELD.toml"
    path.write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    assert read_field(path).parts["crop"]["harvest"] == date(2025, 9, 22)
