"""Readings of late blight's severity move its inoculum and its speed as Bayes' rule does, those that found none too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import LateBlight, cultivar_values, generate_weather, read_observed, simulate_blighted
from tuwei.potato.field._field import Field, read_field
from tuwei.potato.planning._rules import Setting, action_of, span_of
from tuwei.potato.planning._schedule import _A
from tuwei.potato.planning._search import middle, play
from tuwei.potato.planning._years import Years, generated
from tuwei.potato.replanning._draws import UNSURE, Draws, first_draws, moved_draws, so_far
from tuwei.potato.replanning._observed import WHATS, Observed, Row
from tuwei.potato.replanning._past import rest_of
from tuwei.potato.replanning._replan import chances_from
from tuwei.potato.replanning._shown import expected_of, scaled, shown_of
from tuwei.potato.replanning._years import spliced
from tuwei.potato.season._layout import COUNTS_AT

DATA = files("tuwei.potato") / "data"
TODAY = date(2025, 8, 5)
FIELD = read_field(str(DATA / "FIELD.toml"))
SPAN = span_of(FIELD)
WORKS = tuple(one for one in read_observed(str(DATA / "observed.csv")).rows
              if not WHATS[one.what].reading and one.what != "spray")  # fmt: skip
INOCULUM, SPORULATION = (list(UNSURE).index(name) for name in ("inoculum", "sporulation"))


@cache
def humid() -> Years:
    """Return years of eight humid hours a day at 16 °C: an epidemic, late or early by its inoculum."""
    [ahead, _] = generated("ulanqab", SPAN, (6, 1), 3)
    years = spliced(
        generate_weather("ulanqab", *SPAN, seed=7).between(SPAN[0], TODAY - timedelta(days=1)), ahead
    )
    hours = years.hours.copy()
    hours[:, :, 0], hours[:, :, 1], hours[:, :, 1, :8] = 16.0, 80.0, 95.0
    return replace(years, hours=hours)


def seen(*rows: tuple[int, int, float], deviation: float | None = None) -> Observed:
    read = (Row(date(2025, month, day), "severity", value, deviation) for month, day, value in rows)
    return Observed("x", tuple(sorted((*WORKS, *read), key=lambda one: one.day)))


def setting() -> Setting:
    return rest_of(FIELD, humid().first, seen(), TODAY)


@cache
def many() -> tuple[Draws, Any]:
    """Return two thousand draws before any reading, and their season so far."""
    chance, first = np.random.default_rng(5), first_draws(FIELD, 1)
    values = np.ascontiguousarray(first.values[chance.integers(len(first.values), size=2000)])
    draws = Draws(values, chance.standard_normal((2000, len(UNSURE))))
    return draws, so_far(setting(), draws, humid())


@pytest.mark.parametrize(
    "rows",
    [
        ((7, 15, 0.0), (7, 22, 0.0)),
        ((7, 22, 0.005),),
        ((7, 15, 0.0), (7, 22, 0.02), (7, 29, 0.10)),
    ],
)
def test_the_smoother_finds_what_weighing_the_draws_one_by_one_finds(
    rows: tuple[tuple[int, int, float], ...],
) -> None:
    observed, (draws, acts) = seen(*rows), many()
    moved = moved_draws(setting(), first_draws(FIELD, 1), observed, humid())
    shown = [shown_of(setting(), one, observed, acts) for one in observed.readings]
    gap = scaled(shown, expected_of(shown, acts, draws.values)) - [one.seen for one in shown]
    fit = -0.5 * ((gap / [one.error for one in shown]) ** 2).sum(axis=1)
    weight = np.exp(fit - fit.max()) / np.exp(fit - fit.max()).sum()
    assert 1 / (weight**2).sum() > 200  # else it is no yardstick
    for place in (INOCULUM, SPORULATION):
        mean = float(weight @ draws.unsure[:, place])
        wide = float(np.sqrt(weight @ (draws.unsure[:, place] - mean) ** 2))
        assert moved.draws.unsure[:, place].mean() == pytest.approx(mean, abs=0.25)
        assert moved.draws.unsure[:, place].std() == pytest.approx(wide, rel=0.2)
        assert abs(mean) + 1 - wide > 0.2  # it was told something
    found = so_far(setting(), moved.draws, humid())[:, -1, _A["severity"]]
    assert np.log(found).mean() == pytest.approx(weight @ np.log(acts[:, -1, _A["severity"]]), abs=0.6)


def test_a_clean_field_loses_less_leaf_ahead_and_a_sick_one_more() -> None:
    lost, today = {}, {}
    for name, observed in {"none": seen(), "clean": seen((7, 22, 0.0), (7, 29, 0.0)), "sick": seen((7, 15, 5e-3), (7, 29, 0.3))}.items():  # fmt: skip
        moved = moved_draws(setting(), first_draws(FIELD, 1), observed, humid())
        chances = chances_from(setting(), moved.draws, humid(), (60, 1), 1.0)
        still = replace(setting(), knobs=tuple(replace(one, low=60, high=60) if one.name == "spray_trigger" else one for one in setting().knobs))  # fmt: skip
        counts = play(still, [action_of(still, middle(still))], chances)[1]
        lost[name], today[name] = counts[:, COUNTS_AT["leaf_lost"]].mean(), moved.today["severity"]
    assert lost["clean"] < lost["none"] - 0.05
    assert lost["sick"] > lost["none"] + 0.01
    assert today["clean"][1].high < 0.5 * today["none"][0].high
    assert today["sick"][1].value > today["sick"][0].value


def test_a_reading_is_shown_in_its_own_unit_with_its_deviation() -> None:
    observed = seen((7, 15, 0.0), (7, 22, 0.2), (7, 29, 1.0))
    clean, part, whole = moved_draws(setting(), first_draws(FIELD, 1), observed, humid()).read
    assert (clean.deviation, part.deviation) == (0.001, pytest.approx(0.16))
    assert 0 <= clean.before.low <= clean.before.high <= 1
    assert part.after.value > part.before.value
    assert whole.deviation > 0
    given = seen((7, 15, 0.0), (7, 22, 0.2), deviation=0.05)
    shown = [shown_of(setting(), one, given, many()[1]) for one in given.readings]
    assert [one.deviation for one in shown] == [0.05, 0.05]
    assert shown[0].error == pytest.approx(np.log(2))
    assert shown[0].scale(np.array([0.05]))[0] == pytest.approx(
        np.log(2)
    )  # what may be missed is one deviation off
    assert shown[1].error == pytest.approx(0.05 / 0.16)


def test_more_inoculum_is_more_first_lesions_and_more_inflow() -> None:
    case = FIELD.case(generate_weather("ulanqab", date(2025, 4, 1), date(2025, 10, 31), seed=7))
    values, july = cultivar_values("generic")[0], date(2025, 7, 1)
    for one, other in (
        (LateBlight(lesions=3.0, first=july, parameters={"inflow": 0.0}),
         LateBlight(lesions=1.0, first=july, parameters={"inflow": 0.0, "inoculum": 3.0})),
        (LateBlight(parameters={"inflow": 0.3}), LateBlight(parameters={"inflow": 0.1, "inoculum": 3.0})),
    ):  # fmt: skip
        mine, theirs = (simulate_blighted(case, values, blight).daily["blight_severity"] for blight in (one, other))  # fmt: skip
        assert mine == pytest.approx(theirs, rel=1e-9)
        assert mine[-1] > 0


def test_a_severity_where_blight_is_not_stepped_and_one_above_the_whole(tmp_path: Path) -> None:
    parts = {**FIELD.parts, "plan": {**FIELD.parts["plan"], "blight": False}}
    field: Field = replace(FIELD, parts=parts)
    observed = Observed("x", (*WORKS, Row(date(2025, 7, 22), "severity", 0.1, row=9)))
    with pytest.raises(InputError, match="observed_blight") as refused:
        moved_draws(rest_of(field, humid().first, observed, TODAY), first_draws(field, 1), observed, humid())
    assert (refused.value.where["row"], refused.value.where["field"]) == (9, "what")
    path = tmp_path / "seen.csv"
    path.write_text("date,what,value,unit\n2025-07-22,severity,12,%\n2025-07-23,病情,0,\n", "utf-8")
    assert [one.value for one in read_observed(path).readings] == [0.12, 0.0]
    path.write_text("date,what,value,unit\n2025-07-22,severity,101,%\n", "utf-8")
    with pytest.raises(InputError, match="observed_value"):
        read_observed(path)
