"""A season learns from what was seen of it: a twin whose parameters are hidden."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import Seen, season_given
from tuwei.potato.calibration._cultivars import cultivar_values
from tuwei.potato.crop._parameters import parameters
from tuwei.potato.crop._season import Case, simulate
from tuwei.potato.field._field import read_field

FOLDER = Path(str(files("tuwei.potato") / "data"))


@pytest.fixture(scope="module")
def case() -> Case:
    field = read_field(FOLDER / "FIELD.toml")
    return field.case(field.weather(FOLDER))


@pytest.fixture(scope="module")
def draws() -> Any:
    return cultivar_values("generic", 140)


def test_readings_bring_the_season_nearer_to_the_hidden_one(case: Case, draws: Any) -> None:
    members, chance, told = draws[:100], np.random.default_rng(1), []
    for hidden in draws[100:115]:
        twin = simulate(case, hidden)
        seen = []
        for after, what, deviation in (
            (40, "cover", 0.04),
            (70, "lai", 0.3),
            (90, "tuber", 300.0),
            (110, "tuber", 300.0),
        ):
            day = case.crop.planting + timedelta(days=after)
            read = twin.on(day, what) + deviation * chance.standard_normal()
            seen.append(Seen(day, what, float(np.clip(read, 0, 1)) if what == "cover" else read, deviation))
        found = season_given(case, members, seen)
        true, before, after_all = twin.result["tuber"], found.before["tuber"], found.after["tuber"]
        told.append((before.value - true, after_all.value - true, (after_all.high - after_all.low) / (before.high - before.low),
                     after_all.low <= true <= after_all.high, found.coverage))  # fmt: skip
    off, better, narrower, covered, coverage = np.array(told, float).T
    assert np.sqrt(np.mean(better**2)) < 0.75 * np.sqrt(np.mean(off**2))
    assert narrower.mean() < 0.85
    assert covered.mean() >= 0.8
    assert coverage.mean() >= 0.8


def test_what_the_model_leaves_unexplained_stays_and_parameters_keep_their_ranges(
    case: Case, draws: Any
) -> None:
    day = case.crop.planting + timedelta(days=50)
    found = season_given(case, draws[:40], [Seen(day, "cover", 1.0, 0.001)], residual=0.2)
    assert found.after["fresh"].high / found.after["fresh"].low > 1.5
    table = parameters()
    assert all(
        one.low <= value <= one.high for row in found.values for one, value in zip(table, row, strict=True)
    )
    assert found.after["balance_water"].high < 1e-6
    assert found.method == "ES-MDA deterministic, 40 members, 4 steps, 1 readings, no localisation, seed 0"


def test_without_readings_nothing_moves(case: Case, draws: Any) -> None:
    found = season_given(case, draws[:10], [])
    assert found.before == found.after
    assert np.isnan(found.coverage)


@pytest.mark.parametrize(
    ("code", "what", "after", "value", "deviation"),
    [
        ("potato.seen_what", "colour", 40, 1.0, 1.0),
        ("potato.seen_day", "lai", 400, 1.0, 1.0),
        ("potato.seen_deviation", "lai", 40, 1.0, None),
        ("potato.canopy_range", "cover", 40, 62.0, None),
        ("potato.observation_value", "lai", 40, float("nan"), 1.0),
    ],
)
def test_a_bad_reading_is_refused(
    case: Case, draws: Any, code: str, what: str, after: int, value: float, deviation: Any
) -> None:
    with pytest.raises(InputError) as caught:
        season_given(
            case, draws[:5], [Seen(case.crop.planting + timedelta(days=after), what, value, deviation)]
        )
    assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        season_given(case, draws[:2], [])
    assert caught.value.code == "potato.seen_members"
