"""The twin on JAX: the same seasons as numba's to 1e-6, from the same source; what it cannot read it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import generate_weather
from tuwei.potato.crop import _season
from tuwei.potato.crop._layout import FIELD, RESULT
from tuwei.potato.crop._parameters import parameters
from tuwei.potato.crop._season import Batch, Case, Crop, Fertiliser, Irrigation, batch_of, run_batch
from tuwei.potato.crop._soil import Profile, texture_horizon

jax = pytest.importorskip("jax")
CASES, DRAWS = 24, 4
TOLERANCE = list(FIELD).index("tolerance")


def random_case(chance: np.random.Generator) -> Case:
    """A season with whatever a season may have: film, flood or drip, a refill, a water table, hail, P and K that run short."""
    day = date(2030, 5, 1) + timedelta(days=int(chance.integers(0, 40)))
    harvest = day + timedelta(days=int(chance.integers(80, 150)))
    kill = harvest - timedelta(days=int(chance.integers(5, 25)))
    maybe = lambda value, other=None: value if chance.random() < 0.5 else other  # noqa: E731
    crop = Crop(day, harvest, chance.uniform(3, 8), 500, chance.uniform(5, 15), chance.uniform(0, 1), maybe(kill),
                maybe(day + timedelta(days=25)), maybe((0.6, 400.0, 0.4)))  # fmt: skip
    soil = Profile(
        (texture_horizon(30, chance.uniform(20, 80), 12, nitrate=chance.uniform(1, 40)), texture_horizon(100, 60, 15)),
        curve_number=chance.uniform(60, 90), ph=chance.uniform(6, 8.5),
    )  # fmt: skip
    water = tuple(Irrigation(day + timedelta(days=at), chance.uniform(5, 90), chance.uniform(0.5, 1), chance.uniform(0.3, 1))
                  for at in range(30, 75, int(chance.integers(5, 15))))  # fmt: skip
    feed = (Fertiliser(day, 10, 20, chance.uniform(0, 120), 20, 50), Fertiliser(day + timedelta(days=45), 0, 15, 30, incorporated=0.0))  # fmt: skip
    place = str(chance.choice(["ulanqab", "hohhot", "duolun"]))
    weather = generate_weather(
        place, date(2030, 4, 20), date(2030, 12, 31), seed=int(chance.integers(1, 1000))
    )
    return Case(crop, soil, weather, maybe(water, ()), maybe(feed, ()), maybe({day + timedelta(days=60): 0.3}, {}), maybe(date(2030, 4, 25)),
                maybe(1500.0, -1.0), 5.0, 10.0, maybe(8.0, -1.0), maybe(60.0, -1.0))  # fmt: skip


@cache
def drawn() -> tuple[Batch, Any]:
    chance = np.random.default_rng(20301)
    cases = [random_case(chance) for _ in range(CASES)]
    table = parameters()
    share = chance.uniform(0.3, 0.7, (DRAWS, len(table)))
    low, high = (np.array([getattr(one, side) for one in table]) for side in ("low", "high"))
    return batch_of(cases), low + share * (high - low)


@cache
def both() -> tuple[Any, Any]:
    batch, values = drawn()
    return run_batch(batch, values), run_batch(batch, values, backend="jax")


def test_every_season_comes_out_as_numba_has_it() -> None:
    numba, twin = both()
    for place, name in enumerate(RESULT):
        if not name.startswith("balance_"):  # these are roundings around nought
            np.testing.assert_allclose(
                twin[..., place], numba[..., place], rtol=1e-6, atol=1e-9, err_msg=name
            )


def test_the_seasons_compared_are_of_many_kinds() -> None:
    result = dict(zip(RESULT, np.moveaxis(both()[0], -1, 0), strict=True))
    for name in ("total_frost_loss", "total_capillary", "total_runoff", "total_percolation", "total_denitrified", "total_heat_day"):  # fmt: skip
        assert (result[name] > 0).any(), name
    assert len(np.unique(result["fresh"].round(3))) > 0.8 * CASES * DRAWS
    assert (result["stress_nitrogen"] < 0.9).any()
    assert (result["stress_water"] < 0.9).any()
    assert (result["vines_dead"] < 0).any()


def test_its_balances_close_every_day_too() -> None:
    for name in ("balance_water", "balance_nitrogen", "balance_matter"):
        assert both()[1][..., list(RESULT).index(name)].max() < 1e-6


def test_a_balance_that_does_not_close_is_told_in_the_same_words() -> None:
    batch, values = drawn()
    field = batch.field.copy()
    field[3, TOLERANCE] = -1.0
    for backend in ("numba", "jax"):
        with pytest.raises(_season.BalanceError) as told:
            run_batch(replace(batch, field=field), values, backend=backend)  # type: ignore[arg-type]
        assert (told.value.code, told.value.where["field"]) == ("potato.balance", "water")


def loops_on(x: list[float]) -> None:
    while x[0] < 1:
        x[0] += 1


def slices(x: list[float]) -> None:
    x[:] = 0.0


def asks_for_a_name(x: list[float]) -> float:
    return sum(x)


def renames_an_array(x: list[float], y: list[float]) -> None:
    if x[0] > 0:
        x = y
    x[0] = 1.0


@pytest.mark.parametrize("function", [loops_on, slices, asks_for_a_name, renames_an_array])
def test_what_it_cannot_carry_over_is_refused(function: Any) -> None:
    from tuwei.potato.crop._twin_trace import UnknownConstructError, traced

    numbers = [[jax.numpy.array([0.0, 1.0])] for _ in range(function.__code__.co_argcount)]
    with pytest.raises(UnknownConstructError):
        traced(function, numbers)


def returns_early(x: list[float], limit: float) -> float:
    found = 0.0
    for i in range(3):
        if x[i] > limit:
            x[i] = limit
            return found + i
        elif 1 < x[i] <= 2 or x[i] < 0:
            found += 10
        found += x[i] if x[i] > 0.5 else -x[i]
    return found


def test_seasons_that_part_each_go_their_own_way() -> None:
    from tuwei.potato.crop._twin_trace import traced

    table = np.random.default_rng(3).uniform(-1, 4, (3, 50))
    plain = [column.tolist() for column in table.T]
    expected = [returns_early(one, 3.0) for one in plain]
    with jax.enable_x64(True):
        lists = [jax.numpy.asarray(row) for row in table]
        found = traced(returns_early, (lists, 3.0))
        np.testing.assert_array_equal(np.asarray(found), expected)
        np.testing.assert_array_equal(np.array([np.asarray(row) for row in lists]).T, plain)


def test_without_jax_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_season, "find_spec", lambda name: None)
    for backend in ("jax", "fortran"):
        with pytest.raises(InputError, match="accel") as told:
            run_batch(*drawn(), backend=backend)  # type: ignore[arg-type]
        assert told.value.code == "potato.backend"
