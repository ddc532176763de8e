"""Late blight: the classical rules by hand, and a disease that grows in wet weather, hungers in dry, and is stopped."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import Hourly, Site, Weather, blight_rules, blight_season, weather_of
from tuwei.potato.blight import _kernel as kernel
from tuwei.potato.blight._parameters import blight_values
from tuwei.potato.blight._rules import (
    SEVERITY,
    UNITS,
    blitecast_sprays,
    fungicide_units,
    looked_up,
    rain_favourable,
    simcast_both,
    simcast_sprays,
)


def weather(wet_hours: list[int], warm: float = 17.0, rain: float = 0.0) -> Weather:
    """Days whose first hours are at 95 % humidity and the others at 60 %."""
    days = len(wet_hours)
    humid = np.array([[95.0 if hour < wet else 60.0 for hour in range(24)] for wet in wet_hours])
    one = np.ones(days)
    hourly = Hourly(np.full((days, 24), warm), humid, np.full((days, 24), rain / 24), "made")
    return weather_of(Site(41.0, 112.0, 1400.0), date(2024, 7, 1), tmin=warm - one, tmax=warm + one, rain=rain * one,
                      srad=15 * one, wind=2 * one, vapour=1.2 * one, co2=424.0, origin="made", hourly=hourly)  # fmt: skip


def test_tables_as_printed() -> None:
    """Krause et al. (1975) and Grünwald et al. (2002): corners of the printed tables."""
    cases = [
        (15, 8.0, 0),
        (16, 8.0, 1),
        (24, 8.0, 3),
        (12, 13.0, 0),
        (22, 13.0, 4),
        (9, 20.0, 0),
        (10, 20.0, 1),
        (19, 26.6, 4),
        (24, 27.0, 0),
    ]
    found = looked_up(
        SEVERITY, np.array([one[0] for one in cases], float), np.array([one[1] for one in cases])
    )
    assert found.tolist() == [one[2] for one in cases]
    units = {("S", 7, 15): 5, ("S", 13, 22): 7, ("S", 24, 25): 5, ("S", 9, 5): 0, ("MS", 7, 10): 1, ("MS", 12, 5): 0, ("MS", 24, 18): 6,
             ("MR", 9, 10): 0, ("MR", 16, 10): 3, ("MR", 19, 5): 1, ("MR", 12, 20): 4, ("S", 24, 28): 0}  # fmt: skip
    for (kind, hours, warm), value in units.items():
        assert looked_up(UNITS[kind], np.array([hours], float), np.array([warm], float)).tolist() == [value]


def test_wet_periods_run_from_noon_to_noon_and_the_two_criteria_need_two_days() -> None:
    late = weather([0, 0, 0])
    assert late.hourly is not None
    late.hourly.humidity[0, 20:] = 95.0
    late.hourly.humidity[1, :9] = 95.0
    rules = blight_rules(late.hourly, late.rain)
    assert rules.wet_hours.tolist() == [0, 13, 0]
    assert rules.severity.tolist() == [0, 2, 0]
    for hours, hutton, smith in ((5, 0, 0), (6, 3, 0), (10, 3, 0), (11, 3, 3)):
        four = weather([hours] * 4)
        assert four.hourly is not None
        rules = blight_rules(four.hourly, four.rain)
        assert (rules.hutton.sum(), rules.smith.sum()) == (hutton, smith)
    cold = weather([24] * 4, warm=9.9)
    assert cold.hourly is not None
    assert not blight_rules(cold.hourly, cold.rain).hutton.any()
    with pytest.raises(InputError, match="MS"):
        blight_rules(cold.hourly, cold.rain, "XL")


def test_sprays_of_blitecast_and_simcast() -> None:
    dry, cool = np.zeros(40), np.full(40, 18.0)
    three = np.full(40, 3)
    assert np.flatnonzero(blitecast_sprays(three, dry, cool)).tolist() == list(
        range(5, 40, 5)
    )  # 18 values, then every 5 days
    assert not blitecast_sprays(np.zeros(40, int), dry, cool).any()
    rain = np.full(40, 4.0)  # 30 mm in ten days from the eighth on; ten such days by the seventeenth
    assert np.flatnonzero(rain_favourable(rain, cool))[0] == 7
    assert np.flatnonzero(blitecast_sprays(np.zeros(40, int), rain, cool)).tolist() == [16]
    assert not rain_favourable(rain, cool + 8).any()
    assert np.flatnonzero(simcast_sprays(np.full(20, 7), 30)).tolist() == [4, 9, 14, 19]


def test_fungicide_units_by_days_and_rain() -> None:
    """Fry et al. (1983): corners of the table; the two thresholds, and the sprays made."""
    table = {(1, 0.9): 1, (1, 1.0): 4, (1, 1.5): 5, (1, 6.1): 7, (2, 4.5): 5, (3, 5.1): 5, (5, 2.5): 4, (9, 4.0): 3, (9, 4.1): 4,
             (10, 1.4): 2, (14, 8.1): 4, (15, 8.0): 2, (80, 9.0): 3}  # fmt: skip
    assert {key: fungicide_units(*key) for key in table} == table
    dry, none, clear = np.zeros(60), np.zeros(60, int), np.zeros(60, bool)
    assert not simcast_both(none, dry, clear, "S")[0].any()  # nothing to wash off, no disease
    once = clear.copy()
    once[3] = True
    advised, worn = simcast_both(none, dry, once, "S")
    assert np.flatnonzero(advised).tolist() == [19, 35, 51]  # sixteen dry days exceed 15 units
    assert (worn[:4].any(), worn[4:].tolist()) == (False, [1] * 56)
    assert np.flatnonzero(simcast_both(none, dry, once, "MR")[0]).tolist() == [29, 55]
    wet = np.full(60, 10.0)
    assert np.flatnonzero(simcast_both(none, wet, once, "S")[0])[0] == 8  # washed off, yet five days between
    weekly = np.arange(60) % 7 == 3
    assert not simcast_both(none, dry, weekly, "S")[0].any()
    assert np.flatnonzero(simcast_both(np.full(60, 7), dry, clear, "S")[0])[:2].tolist() == [
        4,
        9,
    ]  # as blight units alone


def test_an_epidemic_needs_wet_hours_of_the_right_warmth() -> None:
    wet = blight_season(weather([16] * 45), lesions=1.0)
    assert wet.severity[-1] > 0.9
    assert (np.diff(wet.severity) >= 0).all()
    assert (wet.lost >= 0).all()
    assert (wet.lost <= 1).all()
    green = np.cumprod(1 - wet.lost)
    np.testing.assert_allclose(1 - green, wet.severity, atol=1e-12)  # what the crop loses is what is diseased
    assert blight_season(weather([5] * 45), lesions=1.0).severity[-1] < 0.01  # too short to shed sporangia
    assert blight_season(weather([16] * 45, warm=30.0), lesions=1.0).severity[-1] < 0.01
    assert blight_season(weather([16] * 45, warm=3.0), lesions=1.0).severity[-1] < 1e-6
    none = blight_season(weather([16] * 45), parameters={"inflow": 0.0})
    assert none.severity.max() == 0.0


def test_resistance_sprays_and_rain_on_them() -> None:
    sure = weather([16] * 40)
    plain = blight_season(sure, lesions=1.0).severity[30]
    assert blight_season(sure, lesions=1.0, resistance="MR").severity[30] < 0.5 * plain
    weekly = [date(2024, 7, 1) + timedelta(days=day) for day in range(0, 40, 7)]
    sprayed = blight_season(sure, lesions=1.0, sprays=weekly)
    assert sprayed.severity[30] < 0.5 * plain
    assert sprayed.residue[7] == 1.0
    assert sprayed.residue[6] == pytest.approx(0.5 ** (6 / 7))
    washed = blight_season(weather([16] * 40, rain=40.0), lesions=1.0, sprays=weekly)
    assert washed.residue[1] == pytest.approx(0.5 * 0.5 ** (1 / 7))
    assert washed.severity[30] > sprayed.severity[30]
    with pytest.raises(InputError, match="latent_period"):
        blight_season(sure, parameters={"latent_perod": 3.0})
    with pytest.raises(InputError, match="inflow"):
        blight_season(sure, parameters={"inflow": -1.0})


def test_rates_of_lb2004() -> None:
    """Best temperatures and limits as the paper's figures show them."""
    degrees = np.arange(0.0, 36.0, 0.1)
    growth = [kernel.lesion_growth(one) for one in degrees]
    assert 20 < degrees[int(np.argmax(growth))] < 24
    assert max(growth) == pytest.approx(1.0, abs=0.05)
    shed = [kernel.sporulation(one) for one in degrees]
    assert 12 < degrees[int(np.argmax(shed))] < 15
    assert max(shed) == pytest.approx(1.0, abs=0.05)
    zoospores = [kernel.germinated(one)[1] for one in degrees]
    assert 9 < degrees[int(np.argmax(zoospores))] < 16
    assert 1 / kernel.latent_progress(23.0) == pytest.approx(1.0, abs=0.05)


def test_a_lesion_shows_after_its_latent_period_and_dies_with_its_cohort() -> None:
    state, values = np.zeros(kernel.STATE_SIZE), blight_values({"inflow": 0.0, "catch": 0.0})
    kernel.infect(state, 10.0)
    dry = np.full(24, 50.0)
    areas = []
    for _ in range(25):
        kernel.blight_day(state, np.full(24, 17.0), dry, 4.0, 0.0, values)
        areas.append(state[kernel.DISEASED])
    assert [area > 0 for area in areas[:4]] == [False, False, True, True]
    assert areas[2] == pytest.approx(10 * np.pi / 4 * kernel.FIRST_DIAMETER**2, rel=1e-3)
    assert areas[-1] == areas[-5] == pytest.approx(state[kernel.REMOVED])
    assert state[: kernel.COHORTS].sum() == 0.0
