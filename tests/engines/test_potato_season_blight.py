"""Late blight inside ``simulate``: the planner's own kernel, and to the bit the old season where there is none."""

from __future__ import annotations

import csv
import json
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from tuwei.core.errors import InputError
from tuwei.potato import Case, LateBlight, cultivar_values, price_table, simulate, simulate_blighted
from tuwei.potato.cli import app
from tuwei.potato.crop._layout import DAILY, RESULT
from tuwei.potato.field._field import Field, checked_field
from tuwei.potato.planning._plan import practice_of
from tuwei.potato.planning._rules import setting_of, span_of
from tuwei.potato.planning._search import chances_of
from tuwei.potato.planning._years import years_of
from tuwei.potato.season._blight import simulate_blighted_many
from tuwei.potato.season._layout import BLIGHTED
from tuwei.potato.weather._weather import Hourly

EXAMPLE = files("tuwei.potato") / "data" / "FIELD.toml"
JULY = date(2025, 7, 1)


def field_of(text: str = "") -> Field:
    return checked_field(tomllib.loads(EXAMPLE.read_text("utf-8").replace("[blight]", "[blight]\n" + text)), "FIELD.toml")  # fmt: skip


def humid(case: Case) -> Case:
    """Return the case in the same weather, with nights that are wet and of the right warmth."""
    hours = (case.weather.days, 24)
    wet = np.where(np.arange(24) < 16, 95.0, 60.0) * np.ones(hours)
    return replace(case, weather=replace(case.weather, hourly=Hourly(np.full(hours, 17.0), wet, np.zeros(hours), "made")))  # fmt: skip


def test_without_disease_the_season_is_to_the_bit_what_it_was() -> None:
    field, values = field_of(), cultivar_values("generic")[0]
    case = field.case(field.weather(Path()))
    one, other = (
        simulate(case, values),
        simulate_blighted(case, values, LateBlight(parameters={"inflow": 0.0})),
    )
    assert all(np.array_equal(one.daily[name], other.daily[name]) for name in DAILY)
    assert all(one.result[name] == other.result[name] for name in RESULT)
    assert not any(other.daily[name].any() for name in BLIGHTED)


def test_the_season_is_the_one_that_the_plan_reckons_for_the_field_as_written() -> None:
    field = field_of('''on = true
resistance = "MS"
lesions = 200
first = 2025-07-01
parameters = { inflow = 50.0, latent_period = 2.0 }
[[spray]]
date = 2025-07-20
[[spray]]
date = 2025-08-02''')  # fmt: skip
    field.parts["leaf_loss"].clear()  # the plan's practice has none
    years = years_of(field, Path(), None, span_of(field), (2, 1), 3)[0]
    setting, values = setting_of(field, years.first), cultivar_values("generic", 2)
    practice = practice_of(setting, chances_of(years, values, 2, 0.1, 1), price_table()).outcome
    found = field.late_blight()
    assert found is not None
    mine = simulate_blighted_many(replace(field.case(years.first), start=setting.start), values, found)
    assert np.array_equal(mine.results[0], practice.results[0])
    assert mine.blight[0, 0] == practice.counts[0, 2] > 0
    assert mine.blight[0, 2] == practice.counts[0, 1] == 2


def test_disease_takes_leaf_and_yield_and_a_spray_spares_some() -> None:
    field, values = field_of(), cultivar_values("generic")[0]
    case = humid(field.case(field.weather(Path())))
    weekly = tuple(JULY + timedelta(days=day) for day in range(0, 63, 7))
    bare, sprayed = (simulate_blighted(case, values, LateBlight(lesions=1.0, first=JULY, sprays=sprays, parameters={"inflow": 0.0})) for sprays in ((), weekly))  # fmt: skip
    sound = simulate(case, values)
    assert bare.result["fresh"] < sprayed.result["fresh"] < sound.result["fresh"]
    assert 0.5 < bare.result["leaf_lost"] <= 1
    assert bare.result["leaf_lost"] > sprayed.result["leaf_lost"] > 0
    assert sprayed.result["sprays"] == 9
    for season in (bare, sprayed):
        alive = season.daily["blight_severity"][: int(season.result["vines_dead"])]
        assert ((alive >= 0) & (alive <= 1)).all()
        assert (np.diff(season.daily["blight_leaf"]) >= 0).all()
        assert max(season.result[f"balance_{name}"] for name in ("water", "nitrogen", "matter")) < 1e-6
    before = (JULY - bare.start).days
    assert bare.daily["blight_leaf"][:before].max() == 0 < bare.daily["blight_leaf"][-1]
    assert sprayed.on(JULY, "fungicide") == 1.0
    assert 1 - np.prod(1 - bare.daily["blight_lost"]) == pytest.approx(bare.result["leaf_lost"])


def test_the_command_tells_the_disease_day_by_day_and_where_the_hours_are_from(tmp_path: Path) -> None:
    path, done = tmp_path / "FIELD.toml", {}
    for name, text in (("off", ""), ("on", "on = true\nlesions = 5\n")):
        path.write_text(EXAMPLE.read_text("utf-8").replace("[blight]", "[blight]\n" + text), "utf-8")
        call = ["simulate", str(path), "--members", "5", "--json", "--out", str(tmp_path / name)]
        result = CliRunner().invoke(app, call)
        assert result.exit_code == 0, result.output
        done[name] = json.loads(result.stdout)
    assert set(done["on"]) - set(done["off"]) == {"blight"}
    found: dict[str, Any] = done["on"]["blight"]
    assert "parton-logan" in found["hours"]
    with (tmp_path / "on" / "daily.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    [severity] = [name for name in rows[0] if name.startswith("blight_severity")]
    for row, day in zip(rows, found["days"], strict=True):
        assert row["date"] == day["date"]
        assert float(row[severity]) == pytest.approx(day["severity"]["value"], abs=1e-5)
    assert found["results"]["blight_severity"]["value"] > 0
    [header, *_] = csv.reader((tmp_path / "off" / "daily.csv").read_text("utf-8").splitlines())
    assert header == ["date", *(f"{name} [{unit}]" for name, unit in DAILY.items())]


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("[[spray]]\ndate = 2025-10-20", "potato.field_value", "spray[1].date"),
        ("first = 2025-04-01", "potato.field_value", "blight.first"),
        ("parameters = { inflw = 1.0 }", "potato.unknown_parameter", "inflw"),
        ("parameters = { inflow = -1.0 }", "potato.parameter_range", "inflow"),
        ('resistance = "R"', "potato.field_value", "blight.resistance"),
    ],
)
def test_what_a_field_may_not_say_of_blight(text: str, code: str, field: str) -> None:
    with pytest.raises(InputError) as told:
        field_of(text)
    assert (told.value.code, told.value.where["field"], told.value.where["file"]) == (code, field, "FIELD.toml")  # fmt: skip
