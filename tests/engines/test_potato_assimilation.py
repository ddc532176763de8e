"""The filters agree with the exact Kalman filter where it is exact, and their intervals hold what they say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import Bounds, Observation, assimilate, canopy_observation, filter_particles

STEP = np.array([[0.95, 0.10, 0.0], [-0.05, 0.90, 0.1], [0.0, 0.0, 0.97]])
SEEN = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]])
ERROR = np.array([0.3, 0.5])
NAMES = ("moisture", "cover", "leaf_area")


class Linear:
    """A linear model with Gaussian error of the given deviation."""

    names = NAMES

    def __init__(self, deviation: float = 0.0) -> None:
        self.deviation = deviation

    def forecast(self, state: Any, day: int, chance: np.random.Generator) -> Any:
        return state @ STEP.T + self.deviation * chance.standard_normal(state.shape)


class Still:
    """A model in which nothing moves."""

    names = ("one",)

    def forecast(self, state: Any, day: int, chance: np.random.Generator) -> Any:
        return state


def _kalman(mean: Any, spread: Any, deviation: float, days: int, seen: list[Observation]) -> tuple[Any, Any]:
    """The textbook filter (Kalman 1960), written apart from the code under test."""
    for day in range(days):
        mean, spread = STEP @ mean, STEP @ spread @ STEP.T + deviation**2 * np.eye(3)
        for one in (one for one in seen if one.day == day):
            gain = spread @ SEEN.T @ np.linalg.inv(SEEN @ spread @ SEEN.T + np.diag(ERROR**2))
            mean = mean + gain @ (one.values - SEEN @ mean)
            spread = (np.eye(3) - gain @ SEEN) @ spread
    return mean, spread


def _truth(days: int, deviation: float, chance: np.random.Generator) -> tuple[Any, list[Observation]]:
    state, truth, seen = chance.standard_normal(3), [], []
    for day in range(days):
        state = STEP @ state + deviation * chance.standard_normal(3)
        truth.append(state)
        if day % 3 == 1:
            values = SEEN @ state + ERROR * chance.standard_normal(2)
            seen.append(Observation(day, values, lambda ensemble: ensemble @ SEEN.T, ERROR, "both"))
    return np.array(truth), seen


def test_the_deterministic_filter_is_the_kalman_filter_of_its_ensemble() -> None:
    chance = np.random.default_rng(1)
    first = chance.standard_normal((12, 3)) @ np.diag([1.0, 2.0, 0.5])
    _, seen = _truth(10, 0.0, chance)
    found = assimilate(Linear(), first, range(10), seen)
    mean, spread = _kalman(first.mean(0), np.cov(first.T), 0.0, 10, seen)
    np.testing.assert_allclose(found.mean[-1], mean, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(np.cov(found.state.T), spread, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("way", ["deterministic", "stochastic", "particles"])
def test_with_model_error_each_filter_comes_near_the_kalman_filter(way: str) -> None:
    chance = np.random.default_rng(2)
    _, seen = _truth(8, 0.4, chance)
    first = chance.standard_normal((20_000, 3))
    run = filter_particles if way == "particles" else assimilate
    more: dict[str, Any] = {} if way == "particles" else {"method": way}
    found = run(Linear(0.4), first, range(8), seen, seed=3, **more)
    mean, spread = _kalman(np.zeros(3), np.eye(3), 0.4, 8, seen)
    got = found.weights @ (found.state - found.mean[-1]) ** 2
    np.testing.assert_allclose(found.mean[-1], mean, atol=0.05)
    np.testing.assert_allclose(got, np.diag(spread), rtol=0.08)
    np.testing.assert_allclose(found.high[-1] - found.low[-1], 2 * 1.645 * np.diag(spread) ** 0.5, rtol=0.06)


def test_the_intervals_cover_as_often_as_they_say() -> None:
    chance = np.random.default_rng(4)
    truth, seen = _truth(900, 0.4, chance)
    found = assimilate(Linear(0.4), chance.standard_normal((60, 3)), range(900), seen)
    inside = (found.low <= truth) & (truth <= found.high)
    assert 0.86 < inside.mean() < 0.93
    assert 0.86 < found.coverage < 0.94
    assert np.all(
        found.high[seen[0].day] - found.low[seen[0].day] < found.forecast_high[1] - found.forecast_low[1]
    )


def test_the_same_seed_gives_the_same_and_the_method_is_told() -> None:
    _, seen = _truth(6, 0.4, np.random.default_rng(5))
    first = np.random.default_rng(6).standard_normal((20, 3))
    runs = [assimilate(Linear(0.4), first, range(6), seen, inflation=1.1, seed=seed) for seed in (1, 1, 2)]
    assert np.array_equal(runs[0].mean, runs[1].mean)
    assert not np.array_equal(runs[0].mean, runs[2].mean)
    assert runs[0].method == "EnKF deterministic, 20 members, inflation 1.1, no localisation, seed 1"


def test_inflation_widens_the_forecast_before_the_update() -> None:
    first = np.random.default_rng(7).standard_normal((50, 1))
    blind = Observation(0, np.array([0.0]), lambda state: 0 * state, np.array([1.0]))
    plain, wide = (assimilate(Still(), first, [0], [blind], inflation=factor).state for factor in (1.0, 1.5))
    np.testing.assert_allclose(wide.std(), 1.5 * plain.std())


def test_what_is_pushed_beyond_a_limit_is_set_to_it_and_counted() -> None:
    first = np.linspace(0.7, 0.99, 30)[:, None]
    high = Observation(0, np.array([1.4]), lambda state: state, np.array([0.01]))
    found = assimilate(Still(), first, [0], [high], bounds=Bounds(np.array([0.0]), np.array([1.0])))
    assert found.state.max() == 1.0
    assert found.clipped == 30


def test_particles_follow_a_stage_that_steps_and_a_blight_that_came_or_did_not() -> None:
    class Season:
        names = ("stage", "rate", "lesions")

        def forecast(self, state: Any, day: int, chance: np.random.Generator) -> Any:
            grown = state[:, 2] * 1.25
            return np.column_stack([state[:, 0] + state[:, 1], state[:, 1], grown])

    chance = np.random.default_rng(8)
    first = np.column_stack(
        [np.zeros(4000), chance.uniform(0.02, 0.08, 4000), 0.001 * (chance.random(4000) < 0.3)]
    )
    true_rate = 0.05

    def stage(day: int) -> Observation:
        return Observation(
            day,
            np.array([np.floor(true_rate * (day + 1))]),
            lambda state: np.floor(state[:, [0]]),
            np.array([0.2]),
            "stage",
        )

    lesions = Observation(12, np.array([0.0]), lambda state: state[:, [2]], np.array([0.003]), "lesions")
    found = filter_particles(Season(), first, range(60), [*(stage(day) for day in (18, 20, 38, 41)), lesions],
                             jitter=np.array([0.0, 0.0005, 0.0]), seed=9)  # fmt: skip
    assert found.low[-1, 1] < true_rate < found.high[-1, 1]
    assert found.high[-1, 1] - found.low[-1, 1] < 0.25 * 0.054  # a quarter of the first 90 % interval
    blighted = found.weights @ (found.state[:, 2] > 0)
    assert blighted < 0.05  # 0.3 at first; a share of 0.018 would have been seen
    assert "systematic" in found.method


@pytest.mark.parametrize(
    ("code", "values", "deviation", "day"),
    [
        ("potato.observation_value", [float("nan")], [1.0], 0),
        ("potato.observation_deviation", [1.0], [0.0], 0),
        ("potato.observation_shape", [1.0, 2.0], [1.0, 1.0], 0),
        ("potato.observation_day", [1.0], [1.0], 7),
    ],
)
@pytest.mark.parametrize("run", [assimilate, filter_particles])
def test_a_bad_observation_is_refused(
    run: Any, code: str, values: list[float], deviation: list[float], day: int
) -> None:
    one = Observation(day, np.array(values), lambda state: state, np.array(deviation), "probe")
    with pytest.raises(InputError) as caught:
        run(Still(), np.ones((5, 1)), [0], [one])
    assert caught.value.code == code
    assert "probe" in caught.value.sentence("en")


@pytest.mark.parametrize(
    ("code", "call"),
    [
        ("potato.assimilation_method", lambda: assimilate(Still(), np.ones((5, 1)), [0], [], method="4dvar")),
        ("potato.assimilation_inflation", lambda: assimilate(Still(), np.ones((5, 1)), [0], [], inflation=0.9)),
        ("potato.assimilation_members", lambda: assimilate(Still(), np.ones((2, 1)), [0], [])),
        ("potato.assimilation_members", lambda: filter_particles(Still(), np.full((5, 1), np.nan), [0], [])),
        ("potato.particles_threshold", lambda: filter_particles(Still(), np.ones((5, 1)), [0], [], threshold=2.0)),
        ("potato.particles_jitter", lambda: filter_particles(Still(), np.ones((5, 1)), [0], [], jitter=np.array([-1.0]))),
        ("potato.particles_lost", lambda: filter_particles(
            Still(), np.ones((5, 1)), [0], [Observation(0, np.array([90.0]), lambda state: state, np.array([0.1]))])),
        ("potato.canopy_range", lambda: canopy_observation(3, 62.0, "cover", 0)),
        ("potato.canopy_kind", lambda: canopy_observation(3, 0.6, "evi", 0)),
        ("potato.canopy_dying", lambda: canopy_observation(3, 0.6, "ndvi", 0, dying=True)),
    ],
)  # fmt: skip
def test_bad_settings_are_refused(code: str, call: Any) -> None:
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.code == code


def test_a_camera_corrects_the_leaf_area_and_the_soil_water_that_goes_with_it() -> None:
    chance = np.random.default_rng(10)
    leaf_area = chance.normal(2.5, 0.6, 400)
    first = np.column_stack([leaf_area, 0.20 + 0.02 * (leaf_area - 2.5) + chance.normal(0, 0.005, 400)])

    class Field(Still):
        names = ("leaf_area", "moisture")

    seen = canopy_observation(0, 0.70, "cover", 0, of="leaf_area")
    found = assimilate(Field(), first, [0], [seen])
    true = -np.log(1 - 0.70) / 0.65
    assert abs(found.mean[0, 0] - true) < 0.2 < 0.5 < abs(first[:, 0].mean() - true)
    assert found.mean[0, 1] < first[:, 1].mean() - 0.005
