"""``tuwei potato replan --forecast``: the coming days as they are forecast, in every season; and what is refused."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tuwei.core.errors import InputError
from tuwei.potato import Weather, generate_weather, read_observed, replan_field
from tuwei.potato.cli import app
from tuwei.potato.crop._layout import WEATHER_AT as _W
from tuwei.potato.field._field import read_field
from tuwei.potato.planning._rules import action_of, span_of
from tuwei.potato.planning._schedule import _A
from tuwei.potato.planning._search import middle, play
from tuwei.potato.planning._years import Years, generated
from tuwei.potato.replanning._draws import first_draws
from tuwei.potato.replanning._past import rest_of
from tuwei.potato.replanning._replan import chances_from
from tuwei.potato.replanning._years import Forecast, doubt_of_rain, read_forecast, spliced, with_forecast
from tuwei.potato.reports._replan import replan_lines

DATA = files("tuwei.potato") / "data"
TODAY = date(2025, 7, 14)
FIELD, SEEN = read_field(str(DATA / "FIELD.toml")), read_observed(str(DATA / "observed.csv"))
SPAN = span_of(FIELD)
INDEX = (TODAY - SPAN[0]).days
COLUMNS = {"tmin": "°C", "tmax": "°C", "rain": "mm", "srad": "MJ m-2 d-1", "wind": "m/s", "vapour": "kPa"}


def written(path: Path, start: date, days: int, rain: float) -> Path:
    """Write mild weather of so many days, each with this rain [mm]."""
    row = f"12,24,{rain:g},14,1.5,1.4"
    head = "# latitude = 41.0\n# longitude = 113.1\n# altitude = 1400\ndate," + ",".join(
        f"{name} [{unit}]" for name, unit in COLUMNS.items()
    )
    path.write_text("\n".join([head, *(f"{start + timedelta(days=day)},{row}" for day in range(days))]) + "\n", "utf-8")  # fmt: skip
    return path


@cache
def years() -> Years:
    [ahead, _] = generated("ulanqab", SPAN, (20, 1), 3)
    behind: Weather = generate_weather("ulanqab", *SPAN, seed=7).between(SPAN[0], TODAY - timedelta(days=1))
    return spliced(behind, ahead)


def foretold(path: Path, today: date = TODAY) -> Years:
    return with_forecast(years(), read_forecast(path, FIELD, SPAN, today), today)


def test_a_wet_forecast_puts_off_the_irrigation_that_a_dry_one_brings(tmp_path: Path) -> None:
    setting = rest_of(FIELD, years().first, SEEN, TODAY)
    action, draws = action_of(setting, middle(setting)), first_draws(FIELD, 1)
    share, first = {}, {}
    for rain in (0.0, 18.0):
        ahead = foretold(written(tmp_path / f"{rain:g}.csv", TODAY, 7, rain))
        chances = chances_from(setting, draws, ahead, (40, 1), 1.0)
        water = play(setting, [action], chances, acts=True)[2][:, INDEX:, _A["water"]] > 0
        share[rain], first[rain] = water[:, :7].any(axis=1).mean(), np.argmax(water, axis=1).mean()
    assert share[0.0] > share[18.0] + 0.4
    assert first[18.0] > first[0.0] + 4


def test_every_season_has_the_forecast_and_then_its_own_year(tmp_path: Path) -> None:
    ahead = foretold(written(tmp_path / "w.csv", TODAY - timedelta(days=3), 8, 4.0))
    plain, end = years(), INDEX + 5
    assert ahead.foretold == (INDEX, end)
    for name in ("weather", "hours", "signs"):
        mine, theirs = getattr(ahead, name), getattr(plain, name)
        assert np.array_equal(mine[:, :INDEX], theirs[:, :INDEX])
        assert np.array_equal(mine[:, end:], theirs[:, end:])
        assert (mine[:, INDEX:end] == mine[:1, INDEX:end]).all()
    assert (ahead.weather[:, INDEX:end, _W["rain"]] == 4.0).all()
    assert ahead.hours[0, INDEX, 0].max() == pytest.approx(24, abs=0.5)


def test_rain_is_in_doubt_the_more_the_later_and_right_in_the_mean() -> None:
    weather = np.full((4000, 20, len(_W)), 2.0)
    weather[:, 4, _W["rain"]] = 0.0
    found = doubt_of_rain(weather, (2, 18), 1)[:, :, _W["rain"]]
    assert np.array_equal(found, doubt_of_rain(weather, (2, 18), 1)[:, :, _W["rain"]])
    assert (found[:, 4] == 0).all()
    wide = np.log(found[:, [2, 17]] / 2).std(axis=0)
    assert wide == pytest.approx([0.2, 0.8], rel=0.05)
    assert found[:, [2, 10, 17]].mean(axis=0) == pytest.approx([2.0, 2.0, 2.0], rel=0.05)
    assert (found[:, [0, 1, 18, 19]] == 2).all()
    assert (weather[:, 5] == 2).all()  # what was given is left
    assert np.array_equal(doubt_of_rain(weather, (0, 0), 1), weather)
    early = doubt_of_rain(weather, (-5, 2), 1)[:, :, _W["rain"]]  # five days before the season
    assert np.log(early[:, 0] / 2).std() == pytest.approx(0.4, rel=0.05)


@pytest.mark.parametrize(
    ("start", "days", "words"),
    [(1, 7, "begins after today"), (-9, 9, "does not reach today"), (-2, 19, "more than 16 days")],
)
def test_a_forecast_that_cannot_be_is_one_line(tmp_path: Path, start: int, days: int, words: str) -> None:
    path = written(tmp_path / "w.csv", TODAY + timedelta(days=start), days, 1.0)
    with pytest.raises(InputError, match="forecast_span") as refused:
        read_forecast(path, FIELD, SPAN, TODAY)
    told = str(refused.value.where)
    assert "w.csv" in told
    result = CliRunner().invoke(app, ["replan", str(DATA / "FIELD.toml"), "--observed", str(DATA / "observed.csv"), "--forecast", str(path)])  # fmt: skip
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert words in result.stderr
    assert "预报" in result.stderr


def test_sixteen_days_are_taken_before_the_season_too_and_a_bad_row_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "w.csv", TODAY, 16, 1.0)
    assert read_forecast(path, FIELD, SPAN, TODAY).weather.days == 16
    early = SPAN[0] - timedelta(days=3)
    found = read_forecast(written(path, early, 10, 1.0), FIELD, SPAN, early)
    assert isinstance(found, Forecast)
    assert (found.weather.start, found.weather.days, found.before) == (SPAN[0], 7, 3)
    late = SPAN[1] - timedelta(days=1)
    assert read_forecast(written(path, late, 9, 1.0), FIELD, SPAN, late).weather.days == 2
    path.write_text(path.read_text("utf-8").replace("12,24", "24,12", 1), "utf-8")
    with pytest.raises(InputError) as refused:
        read_forecast(path, FIELD, SPAN, late)
    assert refused.value.where["file"] == "w.csv"


def test_the_command_says_which_days_are_forecast(tmp_path: Path) -> None:
    path = written(tmp_path / "next.csv", TODAY - timedelta(days=2), 9, 25.0)
    call = ["replan", str(DATA / "FIELD.toml"), "--observed", str(DATA / "observed.csv"), "--forecast", str(path),
            "--seasons=1000", "--scenarios=6", "--judged=20"]  # fmt: skip
    found = CliRunner().invoke(app, [*call, "--json"])
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["about"]["weather_forecast"] == {
        "file": "next.csv (csv)", "start": "2025-07-14", "end": "2025-07-20", "days": 7, "rows_before_today": 2,
    }  # fmt: skip
    english, chinese = ("\n".join(replan_lines(told, language)) for language in (True, False))
    assert "forecast: next.csv (csv), 2025-07-14 – 2025-07-20 (7 days)" in english
    assert "2 rows before today ignored" in english
    assert "天气预报：next.csv (csv)，2025-07-14 – 2025-07-20(7 天)" in chinese
    assert "今天以前的 2 行未用" in chinese


def test_a_day_after_the_harvest_is_refused_before_any_weather_is_laid(tmp_path: Path) -> None:
    weather = written(tmp_path / "w.csv", SPAN[0], 190, 1.0)
    with pytest.raises(InputError, match="forecast_span"):
        replan_field(str(DATA / "FIELD.toml"), SEEN, forecast=weather, today=TODAY)
    with pytest.raises(InputError, match="replan_day"):
        replan_field(str(DATA / "FIELD.toml"), SEEN, weather, today=SPAN[1] + timedelta(days=20))
