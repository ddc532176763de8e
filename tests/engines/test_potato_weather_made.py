"""Made weather: the generator's months are the normals, its days hang together, and hours follow from days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import Weather, generate_weather, hourly_from_daily
from tuwei.potato.weather import _evapotranspiration as fao
from tuwei.potato.weather._generate import smoothed
from tuwei.potato.weather._read import co2_of, settings

YEARS = 150
LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@pytest.fixture(scope="module")
def drawn() -> Weather:
    return generate_weather("ulanqab", date(2001, 1, 1), date(2000 + YEARS, 12, 31), seed=5)


def monthly(weather: Weather, values: np.ndarray) -> np.ndarray:
    month = (np.datetime64(weather.start) + np.arange(weather.days)).astype("datetime64[M]").astype(int) % 12
    return np.bincount(month, values) / np.bincount(month)


def test_the_months_are_the_normals(drawn: Weather) -> None:
    facts = settings()["places"]["ulanqab"]
    np.testing.assert_allclose(monthly(drawn, drawn.tmax), facts["tmax"], atol=0.5)
    np.testing.assert_allclose(monthly(drawn, drawn.tmin), facts["tmin"], atol=0.5)
    rain = monthly(drawn, drawn.rain) * np.array(LENGTHS)
    np.testing.assert_allclose(rain, facts["rain"], rtol=0.2, atol=1.0)
    assert rain.sum() == pytest.approx(sum(facts["rain"]), rel=0.08)


@pytest.mark.parametrize(
    ("place", "hours", "rain", "mean"), [("duolun", 3036, 387, 2.8), ("hohhot", 2862, 396, 7.33)]
)
def test_the_years_facts_are_those_of_the_sources(place: str, hours: float, rain: float, mean: float) -> None:
    facts = settings()["places"][place]
    days = np.arange(1, 366, dtype=float)
    sun = smoothed(np.array(facts["sunshine"])) * fao.day_length(facts["latitude"], days)
    assert sun.sum() == pytest.approx(hours, rel=0.01)
    assert sum(facts["rain"]) == pytest.approx(rain, abs=0.6)
    assert sum(facts["rain"][6:8]) > rain / 2
    warm = (np.array(facts["tmax"]) + facts["tmin"]) / 2
    assert np.average(warm, weights=LENGTHS) == pytest.approx(mean, abs=0.3)


def test_days_hang_together(drawn: Weather) -> None:
    wet = drawn.rain > 0
    summer = (drawn.day_of_year > 152) & (drawn.day_of_year < 244)
    after_wet, after_dry = wet[1:][wet[:-1] & summer[:-1]].mean(), wet[1:][~wet[:-1] & summer[:-1]].mean()
    assert after_wet - after_dry == pytest.approx(settings()["daily"]["persistence"], abs=0.03)
    assert drawn.srad[wet & summer].mean() / drawn.srad[~wet & summer].mean() == pytest.approx(0.60, abs=0.04)
    july = drawn.tmax.reshape(-1)[(drawn.day_of_year > 181) & (drawn.day_of_year < 213)]
    assert 0.4 < np.corrcoef(july[:-1], july[1:])[0, 1] < 0.8
    yearly = np.add.reduceat(drawn.rain, np.flatnonzero(drawn.day_of_year == 1))
    assert 0.2 < yearly.std() / yearly.mean() < 0.4
    assert (drawn.tmax > drawn.tmin).all()
    above = fao.extraterrestrial_radiation(drawn.site.latitude, drawn.day_of_year)
    assert (drawn.srad < above).all()


def test_a_seed_is_the_weather(drawn: Weather) -> None:
    again = generate_weather("ulanqab", date(2001, 1, 1), date(2001, 12, 31), seed=5)
    other = generate_weather("ulanqab", date(2001, 1, 1), date(2001, 12, 31), seed=6)
    assert again.tmax.tolist() != other.tmax.tolist()
    repeat = generate_weather("ulanqab", date(2001, 1, 1), date(2001, 12, 31), seed=5)
    assert again.et0.tolist() == repeat.et0.tolist()
    with pytest.raises(InputError, match="ulanqab"):
        generate_weather("ulanqap", date(2001, 1, 1), date(2001, 1, 2), seed=1)
    assert co2_of(2000) < co2_of(2005) < co2_of(2024)


def test_hours_keep_the_days_extremes_rain_and_vapour(drawn: Weather) -> None:
    year = drawn.between(date(2003, 1, 1), date(2003, 12, 31))
    hours = hourly_from_daily(year)
    np.testing.assert_allclose(hours.rain.sum(axis=1), year.rain)
    assert (
        np.abs(hours.temperature.max(axis=1) - year.tmax).max() < 2.5
    )  # a night may begin warmer than its day
    assert np.abs(hours.temperature.max(axis=1) - year.tmax).mean() < 0.1
    assert hours.temperature.argmax(axis=1).tolist().count(13) > 300
    free = hours.humidity < 100
    vapour = fao.saturation_vapour_pressure(hours.temperature) * hours.humidity / 100
    np.testing.assert_allclose(vapour[free], np.repeat(year.vapour[:, None], 24, axis=1)[free])
    assert "parton-logan" in hours.origin
