"""``tuwei potato replan``: the past stays as it was and counts, readings move what is ahead, and a seed is an answer."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tuwei.core.errors import InputError
from tuwei.potato import Replan, generate_weather, price_table, read_observed, replan_field
from tuwei.potato.calibration._cultivars import cultivar_values
from tuwei.potato.cli import app
from tuwei.potato.field._field import Field, checked_field
from tuwei.potato.planning._rules import Action, Setting, action_of, named_action, setting_of, span_of
from tuwei.potato.planning._schedule import _A, _M, _Q, played_of
from tuwei.potato.planning._search import chances_of, middle, play
from tuwei.potato.planning._years import Years, generated, years_of
from tuwei.potato.replanning._draws import UNSURE, Draws, first_draws, moved_draws, so_far
from tuwei.potato.replanning._observed import WHATS, Observed, Row
from tuwei.potato.replanning._past import Used, rest_of
from tuwei.potato.replanning._replan import chances_from, incumbent_point
from tuwei.potato.replanning._years import rest_years, spliced
from tuwei.potato.reports._replan import replan_dict, season_rules

DATA = files("tuwei.potato") / "data"
TODAY = date(2025, 7, 14)
SIZE = {"seasons": 1000, "scenarios": 6, "judged": 20}


def field_of(**limits: Any) -> Field:
    given = tomllib.loads((DATA / "FIELD.toml").read_text("utf-8"))
    given["plan"] = {"limits": limits}
    return checked_field(given, "FIELD.toml")


def seen_of(*rows: Row, works: bool = True) -> Observed:
    own = read_observed(str(DATA / "observed.csv")).rows
    return Observed("seen", (*(one for one in own if works and not WHATS[one.what].reading), *rows))


@cache
def years() -> Years:
    span = span_of(field_of())
    [ahead, _] = generated("ulanqab", span, (6, 1), 3)
    return spliced(
        generate_weather("ulanqab", *span, seed=7).between(span[0], TODAY - timedelta(days=1)), ahead
    )


def rest(seen: Observed | None = None, today: date = TODAY, **limits: Any) -> Setting:
    return rest_of(field_of(**limits), years().first, seen_of() if seen is None else seen, today)


def test_a_season_replayed_to_a_day_and_led_from_it_is_the_season_led_throughout() -> None:
    field = field_of(sprays=20, pump_mm_day=9)
    hours = years().hours.copy()
    hours[:, :, 0], hours[:, :, 1] = 16.0, 95.0  # humid: sprays and blight
    humid = replace(years(), hours=hours, signs=np.full_like(years().signs, 3.0))
    setting = setting_of(field, humid.first)
    action = named_action(setting, dict(action_of(setting, middle(setting)).named) | {"spray_trigger": 20})
    chances = chances_of(humid, cultivar_values("generic", 4), 4, 0.1, 1)
    whole = played_of(setting, action, chances, price_table())
    halves = 0
    for season in range(4):
        alone = replace(chances, values=chances.values[[season]], year=chances.year[[season]], noise=chances.noise[[season]])  # fmt: skip
        acts = whole.outcome.acts[season]
        for after in (75, 85, 95):
            day = next(day for day in range(after, setting.days) if acts[day - 1, _A["water"]] == 0)
            work, sprays = whole.management[[season]].copy(), whole.sprays[[season]].copy()
            work[:, day:, _M["irrigation"]] = sprays[:, day:] = 0.0
            rules = action.rules.copy()
            rules[_Q["from_day"]] = day
            found = play(setting, [replace(action, rules=rules)], alone, acts=True, management=work, script=sprays)  # fmt: skip
            for mine, theirs in zip(
                found, (whole.outcome.results, whole.outcome.counts, whole.outcome.acts), strict=True
            ):
                assert np.array_equal(mine[0], theirs[season])
            halves += bool(acts[day:, _A["water"]].any() and acts[day:, _A["spray"]].any() and acts[:day, _A["spray"]].any())  # fmt: skip
    assert halves >= 6  # else nothing was led


def test_the_past_is_as_observed_whatever_the_rules() -> None:
    setting, seen = rest(), seen_of()
    chances = chances_from(setting, first_draws(setting.field, 1), years(), (6, 1), 1.0)
    index = (TODAY - setting.start).days
    told = np.zeros(index)
    for one in seen.of("irrigation"):
        told[(one.day - setting.start).days] = one.value
    for point in np.random.default_rng(2).random((8, len(setting.knobs))):
        action = action_of(setting, point)
        acts = play(setting, [action], chances, acts=True)[2]
        assert np.array_equal(acts[:, :index, _A["water"]], np.repeat(told[None], 6, axis=0))
        assert acts[:, :index, _A["spray"]].sum() == 6
        assert (action.named["planting"], action.named["density"]) == (7, 5.2)
        assert action.named["harvest"] >= index
        assert action.management[:index, [_M["nitrate"], _M["ammonium"], _M["urea"]]].sum() == pytest.approx(150)  # fmt: skip
        assert all(day >= index for day, _ in action.dressings)
        assert action.work.nitrogen == pytest.approx(150 + sum(dose for _, dose in action.dressings))
        assert (action.work.phosphate, action.work.potash) == (120, 150)
    assert not {"planting", "density", "basal_share"} & {knob.name for knob in setting.knobs}


def test_what_was_used_counts_against_the_limits() -> None:
    setting = rest(quota_mm=100, irrigations=5, sprays=2, nitrogen_kg_ha=160, spray_interval_days=7, labour_hours_ha=30)  # fmt: skip
    hours = years().hours.copy()
    hours[:, :, 0], hours[:, :, 1] = 16.0, 95.0
    humid = replace(years(), hours=hours, signs=np.full_like(years().signs, 3.0))
    chances = chances_from(setting, first_draws(setting.field, 1), humid, (6, 1), 1.0)
    index, most = (TODAY - setting.start).days, np.zeros(3)
    for point in np.random.default_rng(3).random((8, len(setting.knobs))):
        action = action_of(setting, point)
        _, counts, acts = play(setting, [action], chances, acts=True)
        water = acts[:, index:, _A["water"]].sum(axis=1)
        most = np.maximum(most, [water.max(), counts[:, 0].max(), counts[:, 1].max()])
        assert action.work.nitrogen <= 160
    assert most[0] == pytest.approx(100 - 70.5)
    assert most[1] <= 5
    assert most[2] == 2
    tight = rest(labour_hours_ha=7, dressing_hours_ha=1)  # five hours are spent, a dressing takes the sixth
    action = action_of(tight, middle(tight))
    counts = play(tight, [action], chances)[1]
    assert counts[:, 0].max() + counts[:, 1].max() + action.work.dressings <= 7
    assert counts[:, 0].max() > 3


def test_without_a_past_or_readings_it_is_the_plans_setting() -> None:
    field, nothing = field_of(), Observed("none")
    start = span_of(field)[0]
    setting, plain = rest_of(field, years().first, nothing, start), setting_of(field, years().first)
    assert setting.knobs == plain.knobs
    for point in np.random.default_rng(4).random((4, len(plain.knobs))):
        mine, theirs = action_of(setting, point), action_of(plain, point)
        assert (mine.named, mine.dressings, mine.work) == (theirs.named, theirs.dressings, theirs.work)
        for name in ("field", "rules", "management"):
            assert np.array_equal(getattr(mine, name), getattr(theirs, name))
    found = rest_years(field, Path(), (None, None), span_of(field), start, (2, 2), 1)
    for mine, theirs in zip(found[:2], years_of(field, Path(), None, span_of(field), (2, 2), 1), strict=True):
        assert np.array_equal(mine.weather, theirs.weather)


def test_a_dry_probe_brings_more_water_and_sooner_than_a_wet_one() -> None:
    found = {}
    wet = [Row(date(2025, 6, 8) + timedelta(days=4 * number), "irrigation", 25.0) for number in range(8)]
    for value in (0.11, 0.17):
        probe = [
            Row(TODAY - timedelta(days=1), "soil_moisture", value, 0.02, depth) for depth in (20.0, 40.0)
        ]
        seen = Observed("x", (Row(date(2025, 5, 6), "planting"), Row(date(2025, 5, 6), "nitrogen", 90.0), *wet, *probe))  # fmt: skip
        setting = rest(seen)
        draws = moved_draws(setting, first_draws(setting.field, 1), seen, years()).draws
        chances = chances_from(setting, draws, years(), (40, 1), 1.0)
        acts = play(setting, [action_of(setting, middle(setting))], chances, acts=True)[2]
        ahead = acts[:, (TODAY - setting.start).days :, _A["water"]]
        found[value] = ahead[:, :7].sum(axis=1).mean(), np.argmax(ahead > 0, axis=1).mean()
    assert found[0.11][0] > found[0.17][0] + 3
    assert found[0.11][1] < found[0.17][1] - 1


def test_the_doubt_of_the_weather_behind_is_in_what_a_reading_is_compared_with() -> None:
    setting, first = rest(), first_draws(field_of(), 1)
    water = {}
    for name in ("rain", "et0"):
        unsure = np.zeros_like(first.unsure[:2])
        unsure[1, list(UNSURE).index(name)] = 2.0
        same = np.repeat(first.values[:1], 2, axis=0)
        acts = so_far(setting, Draws(same, unsure), years())
        water[name] = np.diff(acts[:, -1, _A["layer_0"] : _A["layer_0"] + 8].sum(axis=1))[0]
    assert water["rain"] > 0.1
    assert water["et0"] < -0.1


def test_readings_narrow_what_is_ahead_and_are_met() -> None:
    setting = rest()
    first = first_draws(setting.field, 1)
    hidden = first.rows(np.array([150]))
    true = so_far(setting, hidden, years())[0]
    rows = []
    for after, what in ((60, "lai"), (70, "lai"), (72, "tuber"), (75, "tuber")):
        read = float(true[after, _A[what]])
        rows.append(
            Row(
                setting.start + timedelta(days=after), what, read, 0.15 if what == "lai" else 0.05 * read + 20
            )
        )
    seen = seen_of(*rows)
    moved = moved_draws(rest(seen), first, seen, years())
    width = {}
    for name, draws in (("before", first), ("after", moved.draws)):
        chances = chances_from(setting, draws, years(), (100, 1), 1.0)
        chances = replace(chances, noise=np.ones(100))
        fresh = played_of(setting, action_of(setting, middle(setting)), chances, price_table()).outcome.fresh
        width[name] = np.diff(np.quantile(fresh, [0.05, 0.95]))[0]
    assert width["after"] < 0.9 * width["before"]
    for one in moved.read:
        assert one.after.high - one.after.low < one.before.high - one.before.low
        assert abs(one.after.value - (one.row.value or 0)) < 2 * one.deviation
    assert moved_draws(setting, first, seen_of(), years()).draws is first


def test_a_dressing_that_is_overdue_comes_today_and_one_made_does_not() -> None:
    def ahead(*days: int, today: int) -> tuple[int, ...]:
        start = date(2025, 4, 29)
        rows = [Row(start + timedelta(days=7), "planting"), *(Row(start + timedelta(days=day), "nitrogen", 30.0) for day in days)]  # fmt: skip
        past = rest(Observed("x", tuple(rows)), start + timedelta(days=today)).past
        assert past is not None
        return past.ahead

    assert ahead(7, today=20) == (
        42,
        65,
        87,
    )  # 35 to 80 days after planting on day 7; the planting's own is none
    assert ahead(42, today=45) == (65, 87)
    assert ahead(today=45) == (45, 65, 87)
    assert ahead(42, 60, today=66) == (87,)
    assert ahead(42, today=75) == (87,)  # ten days late: not made up for


@cache
def once() -> Replan:
    return replan_field(str(DATA / "FIELD.toml"), str(DATA / "observed.csv"), seed=1, **SIZE)


def test_a_plans_rules_are_its_own_incumbent_and_the_nitrogen_left_is_less_what_is_given() -> None:
    found = once()
    setting = found.setting
    action = action_of(setting, np.full(len(setting.knobs), 0.7))
    rules = season_rules(replace(found, action=action), action)
    again = action_of(setting, incumbent_point(setting, found.used, {**rules, "harvest": date.fromisoformat(rules["harvest"])}))  # fmt: skip
    named = dict(action.named)
    named["tilt"] = again.named["tilt"]  # one dressing is left: no tilt
    assert again.named == pytest.approx(named)
    assert rules["nitrogen"] == pytest.approx(150 + action.named["nitrogen"])
    assert found.used == Used(70.5, 3, 150.0, 120.0, 150.0, 1, 1, 5.0)
    told = replan_dict(found)
    assert all(step["latest"] >= "2025-07-14" for step in told["steps"])
    assert {one["what"] for one in told["week"]["acts"]} >= {"irrigation", "spray"}
    assert told["limits"]["water"] == {"used": 70.5, "limit": 450.0, "left": 379.5, "unit": "mm"}
    gain = found.gain.value - (found.profit.value - found.incumbent_profit.value)
    assert abs(gain) <= 1  # the same seasons, rounded
    assert found.kept == (found.action is found.incumbent)


def test_dressings_never_add_up_to_more_than_what_is_left_of_the_rate() -> None:
    start = date(2025, 4, 29)
    seen = Observed("x", (Row(start + timedelta(days=7), "planting"), Row(start + timedelta(days=7), "nitrogen", 90.0)))  # fmt: skip
    setting = rest(seen, start + timedelta(days=20))
    past, most = setting.past, 0.0
    assert past is not None
    assert len(past.ahead) == 3
    for rate in range(20, 120, 7):
        for tilt in (-1.7, -0.4, 0.0, 0.9):
            named = dict(action_of(setting, middle(setting)).named) | {"nitrogen": float(rate), "tilt": tilt}
            action = named_action(setting, named)
            given = sum(dose for _, dose in action.dressings)
            limit = setting.field.parts["plan.limits"]["dressing_kg_ha"]
            assert given <= rate
            assert (
                given == rate
                or len(action.dressings) < 3
                or max(dose for _, dose in action.dressings) == limit
            )
            assert action.work.nitrogen == pytest.approx(90 + given)
            most = max(most, given / rate)
    assert most == 1


def test_before_planting_the_planting_is_still_open() -> None:
    seen = Observed("x", (Row(date(2025, 5, 1), "soil_moisture", 0.15, 0.02, 20.0),))
    setting = rest(seen, date(2025, 5, 5))
    low = {knob.name: knob.low for knob in setting.knobs}
    assert low["planting"] == 6
    assert {"density", "basal_share"} <= set(low)
    action: Action = action_of(setting, middle(setting))
    assert action.management[:6].sum(axis=0)[[_M["nitrate"], _M["irrigation"]]].tolist() == [0.0, 0.0]
    assert action.rules[_Q["from_day"]] == 6


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        ("2025-07-01,rain,3,,,,", "potato.observed_what", "what"),
        ("2025-07-01,irigation,3,,,,", "potato.observed_what", "what"),
        ("07-01,irrigation,3,,,,", "potato.observed_date", "date"),
        ("2025-07-01,irrigation,,,,,", "potato.observed_value", "value"),
        ("2025-07-01,irrigation,nan,,,,", "potato.observed_value", "value"),
        ("2025-07-01,cover,35,,,,", "potato.observed_value", "value"),
        ("2025-07-01,irrigation,20,inch,,,", "potato.observed_unit", "unit"),
        ("2025-07-01,soil_moisture,20,%,,,", "potato.observed_value", "depth_cm"),
        ("2025-07-01,irrigation,20,,,30,", "potato.observed_value", "depth_cm"),
        ("2025-07-01,irrigation,20,,2,,", "potato.observed_value", "deviation"),
        ("2025-07-01,nitrogen,20,,,,dung", "potato.observed_value", "material"),
        ("2025-07-01,lai,2,,-1,,", "potato.observed_value", "deviation"),
        ("2025-07-01,irrigation", "potato.observed_column", "2"),
        ("2025-05-07,planting,5,,,,", "potato.observed_twice", "what"),
        ("2025-06-28,irrigation,25,mm,,,", "potato.observed_twice", "what"),
    ],
)
def test_a_bad_row_is_told_with_file_row_and_field(tmp_path: Path, line: str, code: str, field: str) -> None:
    path = tmp_path / "seen.csv"
    text = (DATA / "observed.csv").read_text("utf-8")
    path.write_text(text + line + "\n", "utf-8")
    with pytest.raises(InputError) as refused:
        read_observed(path)
    where = refused.value.where
    assert (refused.value.code, where["file"], where["field"]) == (code, "seen.csv", field)
    assert where["row"] == len(text.splitlines()) + 1


@pytest.mark.parametrize(
    ("rows", "today", "code"),
    [
        ([Row(date(2025, 4, 1), "irrigation", 5.0)], TODAY, "potato.observed_day"),
        ([Row(TODAY, "irrigation", 5.0)], TODAY, "potato.observed_day"),
        ([Row(date(2025, 5, 2), "emergence")], TODAY, "potato.observed_day"),
        ([], date(2025, 10, 10), "potato.replan_day"),
    ],
)
def test_rows_that_cannot_be(rows: list[Row], today: date, code: str) -> None:
    with pytest.raises(InputError) as refused:
        rest(Observed("x", (Row(date(2025, 5, 6), "planting"), *rows)), today)
    assert refused.value.code == code


def test_a_planting_that_nobody_told_and_an_index_of_a_dying_canopy() -> None:
    with pytest.raises(InputError, match="replan_planting"):
        rest(seen_of(works=False))
    late = date(2025, 9, 10)
    seen = seen_of(Row(date(2025, 9, 5), "vine_kill"), Row(date(2025, 9, 8), "ndvi", 0.3, row=9))
    span = span_of(field_of())
    behind = generate_weather("ulanqab", *span, seed=7).between(span[0], late - timedelta(days=1))
    with pytest.raises(InputError, match="observed_dying") as refused:
        moved_draws(rest(seen, late), first_draws(field_of(), 1), seen, spliced(behind, years()))
    assert (refused.value.where["row"], refused.value.where["file"]) == (9, "seen")


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(
        app, ["replan", *map(str, arguments), *(f"--{name}={value}" for name, value in SIZE.items())]
    )


def test_the_command_twice_is_one_answer_and_the_second_week_goes_on_from_the_first(tmp_path: Path) -> None:
    field, seen = DATA / "FIELD.toml", DATA / "observed.csv"
    first = call(field, "--observed", seen, "--json", "--out", tmp_path / "one")
    assert first.exit_code == 0, first.output
    found = json.loads(first.stdout)
    assert found == json.loads((tmp_path / "one" / "replan.json").read_text("utf-8"))
    assert found == json.loads(json.dumps(replan_dict(once())))  # the same seed, another run
    assert (found["schema"], found["about"]["today"]) == ("tuwei.potato.replan/1", "2025-07-14")
    assert "stands in" in found["about"]["weather_measured"]
    next_week = call(field, "--observed", seen, "--plan", tmp_path / "one" / "replan.json", "--today", "2025-07-21", "--language", "en")  # fmt: skip
    assert next_week.exit_code == 0, next_week.output
    assert "the earlier plan: replan.json" in next_week.stdout
    assert "this week 2025-07-21" in next_week.stdout
    bad = call(field, "--observed", seen, "--plan", seen)
    assert (bad.exit_code, bad.stdout, bad.stderr.count("\n")) == (2, "", 1)
    assert "potato.replan_plan" in bad.stderr


def test_measured_weather_ends_today_and_other_years_go_on(tmp_path: Path) -> None:
    weather = generate_weather("hohhot", date(2018, 1, 1), date(2025, 7, 20), seed=1)
    columns = {"tmin": "°C", "tmax": "°C", "rain": "mm", "srad": "MJ m-2 d-1", "wind": "m/s", "vapour": "kPa"}
    lines = ["date," + ",".join(f"{name} [{unit}]" for name, unit in columns.items())]
    lines += [f"{np.datetime64(weather.start) + day}," + ",".join(f"{getattr(weather, name)[day]:.3f}" for name in columns) for day in range(weather.days)]  # fmt: skip
    head = "# latitude = 40.8\n# longitude = 111.7\n# altitude = 1063\n"
    (tmp_path / "w.csv").write_text(head + "\n".join(lines) + "\n", "utf-8")
    field = field_of()
    span = span_of(field)
    planned, judging, told = rest_years(field, tmp_path, (tmp_path / "w.csv", None), span, TODAY, (4, 4), 1)
    assert (len(planned.weather), len(judging.weather)) == (4, 3)  # 2018 to 2024
    assert "w.csv" in told
    index = (TODAY - span[0]).days
    for one in (planned, judging):
        assert (one.weather[:, :index] == one.weather[0, :index]).all()
        assert (one.weather[0, index:] != one.weather[1, index:]).any()
    assert np.array_equal(planned.weather[:1, :index], judging.weather[:1, :index])
    with pytest.raises(InputError, match="weather_span"):
        rest_years(field, tmp_path, (tmp_path / "w.csv", None), span, date(2025, 8, 1), (4, 4), 1)
