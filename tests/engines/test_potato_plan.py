"""``tuwei potato plan``: the rules keep their limits, a step's worth is what leaving it out costs, and a seed is a plan."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from tuwei.core.errors import InputError
from tuwei.potato import generate_weather, price_table
from tuwei.potato.calibration._cultivars import cultivar_values
from tuwei.potato.cli import app
from tuwei.potato.commands._told import search_told
from tuwei.potato.crop._layout import RESULT
from tuwei.potato.crop._season import simulate_many
from tuwei.potato.field._field import Field, checked_field
from tuwei.potato.planning._plan import practice_of
from tuwei.potato.planning._rules import Setting, action_of, named_action, setting_of, span_of
from tuwei.potato.planning._schedule import played_of, replayed, steps_of
from tuwei.potato.planning._search import (
    Chances,
    chances_of,
    loss_of,
    middle,
    outcome_of,
    play,
    search,
    with_nutrients,
)
from tuwei.potato.planning._years import Years, years_of
from tuwei.potato.storage._prices import Work, items_of, price_names, profit_of

EXAMPLE = files("tuwei.potato") / "data" / "FIELD.toml"
SIZE = {"seasons": 1000, "scenarios": 8, "judged": 20}


def call(*arguments: Any) -> Result:
    return CliRunner().invoke(
        app, ["plan", *map(str, arguments), *(f"--{name}={value}" for name, value in SIZE.items())]
    )


def field_of(**changes: Any) -> Field:
    given = tomllib.loads(EXAMPLE.read_text("utf-8"))
    given.pop("leaf_loss")
    plan = given.setdefault("plan", {})
    for name, value in changes.items():
        section, _, key = name.partition("__")
        (
            plan
            if section == "plan"
            else plan.setdefault(section, {})
            if section in ("limits", "prices")
            else given[section]
        )[key] = value
    return checked_field(given, "FIELD.toml")


@cache
def years() -> Years:
    return years_of(field_of(), Path(), None, span_of(field_of()), (6, 1), 3)[0]


def made(**changes: Any) -> tuple[Setting, Chances]:
    field = field_of(**changes)
    return setting_of(field, years().first), chances_of(years(), cultivar_values("generic", 6), 6, 0.1, 1)


def test_the_field_as_written_is_the_season_that_simulate_gives() -> None:
    setting, chances = made(plan__blight=False)
    practice = practice_of(setting, chances, price_table()).outcome
    case = setting.field.case(generate_weather("ulanqab", *span_of(setting.field), seed=7 + 3000))
    theirs = simulate_many([replace(case, start=setting.start)], chances.values)[0, 0]
    assert practice.results[0] == pytest.approx(theirs, rel=1e-12, abs=1e-12)
    assert practice.counts[:, 0].tolist() == [5.0] * 6


def test_replayed_work_gives_the_season_that_the_rules_gave_and_worth_is_the_difference() -> None:
    setting, chances = made()
    one = played_of(setting, action_of(setting, middle(setting)), chances, price_table())
    again = replayed(one)
    assert np.array_equal(again.results, one.outcome.results)
    assert np.array_equal(again.profit, one.outcome.profit)
    steps = {(step.what, step.number): step for step in steps_of(one)}
    dressed = replace(one.action, dressings=one.action.dressings[1:], work=replace(one.action.work, nitrogen=one.action.work.nitrogen - one.action.dressings[0][1], dressings=2))  # fmt: skip
    bare = one.management.copy()
    bare[:, one.action.dressings[0][0], 5] = 0.0
    gain = steps["dressing", 1].worth
    assert gain is not None
    assert gain.value == round(float((one.outcome.profit - replayed(one, dressed, bare).profit).mean()))
    first = steps["irrigation", 1]
    assert first.earliest <= first.day <= first.latest
    assert first.worth is not None
    assert first.worth.low <= first.worth.value <= first.worth.high
    assert all(type(one) is int for one in (first.worth.value, first.worth.low, first.worth.high))
    assert steps["phosphate", 1].worth is None  # no soil test: the model does not answer to it


def test_every_limit_is_kept() -> None:
    setting, chances = made(limits__pump_mm_day=5, limits__quota_mm=90, limits__irrigations=6, limits__irrigation_interval_days=4,
                            limits__last_irrigation_days=20, limits__dressing_kg_ha=20, limits__sprays=3, limits__spray_interval_days=9,
                            limits__labour_hours_ha=11, limits__dressing_hours_ha=1)  # fmt: skip
    chances = replace(chances, years=humid(chances.years))
    points = np.random.default_rng(1).random((20, len(setting.knobs)))
    for point in points:
        action = action_of(setting, point)
        _, counts, acts = play(setting, [action], chances, acts=True)
        water, spray = acts[:, :, 0], acts[:, :, 2]
        assert water.max() <= 5
        assert water.sum(axis=1).max() <= 90 + 1e-9
        assert counts[:, 0].max() <= 6
        assert counts[:, 1].max() <= 3
        assert (counts[:, 0] + counts[:, 1]).max() + len(action.dressings) <= 11
        assert all(dose <= 20 for _, dose in action.dressings)
        end = action.named["harvest"] - (action.named["vine_kill_lead"] if action.work.vine_kill else 0)
        assert not water[:, int(end) - 19 :].any()
        for row, number in zip(water, acts[:, :, 1], strict=True):
            begun = [
                np.flatnonzero((number == event) & (row > 0)) for event in range(1, int(number.max()) + 1)
            ]
            assert all(after[0] - before[-1] >= 4 for before, after in pairwise(begun))
        assert all(np.diff(np.flatnonzero(row)).min(initial=99) >= 9 for row in spray)
    assert counts.any()


def test_no_rule_lets_the_soil_dry_beyond_the_driest_allowed() -> None:
    setting, _ = made(limits__driest=0.45)
    names = {f"trigger_{stage}" for stage in ("young", "bulking", "late")}
    for point in np.random.default_rng(2).random((20, len(setting.knobs))):
        named = action_of(setting, point).named
        assert min(named[name] for name in names) >= 0.45


def humid(given: Years) -> Years:
    hours = given.hours.copy()
    hours[:, :, 0], hours[:, :, 1] = 16.0, 95.0
    return replace(given, hours=hours, signs=np.full_like(given.signs, 3.0))


def test_sprays_follow_the_trigger_and_save_leaf() -> None:
    setting, chances = made(limits__sprays=20)
    chances = replace(chances, years=humid(chances.years))
    named = dict(action_of(setting, middle(setting)).named)
    found = {}
    for trigger in (6.0, 60.0):
        one = outcome_of(
            action := named_action(setting, named | {"spray_trigger": trigger}),
            chances,
            price_table(),
            play(setting, [action], chances),
        )
        found[trigger] = one.counts[:, 1].mean(), one.counts[:, 2].mean(), one.fresh.mean()
    assert found[6.0][0] > found[60.0][0]
    assert found[6.0][1] < found[60.0][1]
    assert found[6.0][2] > found[60.0][2]


def test_the_search_is_told_by_its_seed_and_beats_where_it_began() -> None:
    setting, chances = made()
    prices = price_table()
    (best, done), (again, _) = (search(setting, chances, prices, seasons=800, seed=4) for _ in range(2))
    assert best.named == again.named
    assert done >= 800
    start = action_of(setting, middle(setting))
    losses = [
        loss_of(setting, outcome_of(one, chances, prices, play(setting, [one], chances)))
        for one in (best, start)
    ]
    assert losses[0] < losses[1]


def test_an_aim_of_water_at_a_floor_takes_less_than_one_of_yield() -> None:
    used = {}
    for aim, floor in (("yield", 0.0), ("water", 45.0)):
        setting, chances = made(plan__objective=aim, plan__floor_t_ha=floor)
        action, _ = search(setting, chances, price_table(), seasons=1200, seed=1)
        one = outcome_of(action, chances, price_table(), play(setting, [action], chances))
        used[aim] = one.column("total_irrigation").mean(), one.fresh.mean()
    assert used["water"][0] < 0.7 * used["yield"][0]
    assert used["water"][1] >= 44.9
    assert used["yield"][1] > used["water"][1]


def test_phosphate_and_potash_go_up_to_what_the_supply_lacks() -> None:
    most = {}
    for p, k in ((2, 30), (60, 900)):
        setting = with_nutrients(*made(soil__olsen_p=p, soil__exchangeable_k=k, limits__potash_kg_ha=800))
        most[p] = {knob.name: knob.high for knob in setting.knobs if knob.name in ("phosphate", "potash")}
        action = action_of(setting, np.ones(len(setting.knobs)))
        assert {"phosphate": action.work.phosphate, "potash": action.work.potash} == most[p]
        assert action.management[:, 8].sum() == pytest.approx(0.8302 * most[p]["potash"])
    assert most[2]["phosphate"] > most[60]["phosphate"]
    assert most[2]["potash"] > most[60]["potash"]
    untested = with_nutrients(*made())
    action = action_of(untested, middle(untested))
    assert (action.work.phosphate, action.work.potash) == (120, 150)


def test_income_and_costs_by_hand_and_their_sum() -> None:
    seasons = np.zeros((1, len(RESULT)))
    at = {name: place for place, name in enumerate(RESULT)}
    for name, value in {"fresh": 40.0, "small": 0.25, "skin_set": 0.5, "total_irrigation": 200.0}.items():
        seasons[0, at[name]] = value
    own = dict.fromkeys(price_names(), 0) | {"tubers": 100000, "small_tubers": 20000, "unset_skin_loss": 8000, "harvest": 6000, "water": 30,
                                             "labour": 3000, "spray": 9000, "nitrogen": 500, "film": 180000, "other": 1000000}  # fmt: skip
    work = Work(2500, 150, 0, 0, 2, True, 0.6, (2.0, 1.0, 0.5))
    items, days = items_of(
        price_table(own), seasons, np.array([0.9]), np.array([10.0]), np.array([3.0]), work
    )
    assert {name: fen.tolist() for name, fen in items.items() if fen.any()} == {
        "tubers": [36 * 75000], "small_tubers": [36 * 5000], "unset_skin_loss": [-36 * 4000], "nitrogen": [-150 * 500], "dressing": [-2 * 1500],
        "water": [-30 * 2000], "irrigation": [-10 * 6000], "spray": [-3 * 12000], "film": [-108000], "harvest": [-36 * 6000], "other": [-1000000]}  # fmt: skip
    found = profit_of(items)
    assert (found.tolist(), days) == ([36 * (80000 - 4000 - 6000) - 1342000], 0)
    assert found.dtype == np.int64
    assert all(
        price.source and (price.assumed or not price.source.startswith("assumed"))
        for price in price_table().values()
    )


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"plan__objectiv": "profit"}, "potato.field_key", "plan.objectiv"),
        ({"plan__blight": "yes"}, "potato.field_value", "plan.blight"),
        ({"limits__sprays": 2.5}, "potato.field_value", "plan.limits.sprays"),
        ({"limits__pump": 3}, "potato.field_key", "plan.limits.pump"),
        ({"prices__tubers": 1200.5}, "potato.field_value", "plan.prices.tubers"),
        ({"prices__tuber": 1200}, "potato.field_key", "plan.prices.tuber"),
        ({"plan__planting_earliest": date(2025, 8, 1)}, "potato.plan_window", "plan"),
    ],
)
def test_what_a_plan_refuses(changes: dict[str, Any], code: str, where: str) -> None:
    with pytest.raises(InputError) as refused:
        span_of(field_of(**changes))
    assert (refused.value.code, refused.value.where["field"]) == (code, where)


def test_the_command_writes_what_it_prints_and_its_progress_apart(tmp_path: Path) -> None:
    path = tmp_path / "FIELD.toml"
    path.write_text(EXAMPLE.read_text("utf-8") + "\n[plan.prices]\ntubers = 150000\n", "utf-8")
    done = call(path, "--json", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found == json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))
    assert (found["prices"]["tubers"]["fen"], found["prices"]["nitrogen"]["assumed"]) == (150000, True)
    assert "seasons" in done.stderr or "季" in done.stderr
    with (tmp_path / "out" / "schedule.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [(row["what"], row["day"]) for row in rows] == [
        (step["what"], step["day"]) for step in found["steps"]
    ]
    again = call(path, "--out", tmp_path / "out")
    assert (again.exit_code, "potato.out_exists" in again.stderr, again.stdout) == (2, True, "")


def test_progress_is_a_line_a_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    tell = search_told(True)
    for done in range(0, 2001, 16):
        tell(done, 2000, 0.0)
    lines = capsys.readouterr().err.splitlines()
    assert (len(lines), lines[0], lines[-1]) == (
        10,
        "seasons simulated: 208 / 2,000",
        "seasons simulated: 2,000 / 2,000",
    )


def test_a_weather_file_of_years_and_one_too_short(tmp_path: Path) -> None:
    (tmp_path / "FIELD.toml").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    weather = generate_weather("hohhot", date(2010, 1, 1), date(2017, 12, 31), seed=1)
    columns = ("tmin", "tmax", "rain", "srad", "wind", "vapour")
    units = ("°C", "°C", "mm", "MJ m-2 d-1", "m/s", "kPa")
    lines = ["date," + ",".join(f"{name} [{unit}]" for name, unit in zip(columns, units, strict=True))]
    lines += [
        f"{np.datetime64(weather.start) + day},"
        + ",".join(f"{getattr(weather, name)[day]:.3f}" for name in columns)
        for day in range(weather.days)
    ]
    head = "# latitude = 40.8\n# longitude = 111.7\n# altitude = 1063\n"
    (tmp_path / "years.csv").write_text(head + "\n".join(lines) + "\n", "utf-8")
    (tmp_path / "short.csv").write_text(head + "\n".join([lines[0], *lines[150:200]]) + "\n", "utf-8")
    field = field_of()
    planned, judged = years_of(field, tmp_path, tmp_path / "years.csv", span_of(field), (8, 8), 1)
    assert (len(planned.weather), len(judged.weather)) == (4, 4)
    assert "years.csv" in planned.origin
    assert not np.array_equal(planned.weather[0], judged.weather[0])
    refused = call(tmp_path / "FIELD.toml", "--weather", tmp_path / "short.csv")
    assert (refused.exit_code, refused.stderr.count("\n"), "potato.plan_weather" in refused.stderr) == (
        2,
        1,
        True,
    )


def test_nothing_of_plots_is_said_and_nothing_heavy_is_imported() -> None:
    script = "import sys, tuwei.potato.planning._plan, tuwei.potato.cli as c; assert not {'numba', 'cma'} & set(sys.modules)\nfrom tuwei.potato.planning._search import _quiet\nwith _quiet() as cma: cma.CMAEvolutionStrategy([0.5, 0.5], 0.2, {'verbose': -9, 'seed': 1}).ask()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
