"""The shipped weather generator: daily weather of any years, whose months come out as the normals of a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import (
    Floats,
    day_length,
    extraterrestrial_radiation,
    radiation_of_sunshine,
    saturation_vapour_pressure,
)
from tuwei.potato.weather._read import co2_of, settings
from tuwei.potato.weather._weather import Site, Weather, days_of_year, weather_of

MID_MONTH = np.array([16, 45, 75, 105, 136, 166, 197, 228, 258, 289, 319, 350], float)
LENGTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_MONTH = np.repeat(np.arange(12), LENGTHS)


@dataclass(frozen=True)
class _Normals:
    """What a place's normals say of every day of the year asked for, shape (days,)."""

    tmax: Floats
    tmin: Floats
    tmax_spread: Floats
    tmin_spread: Floats
    wet_share: Floats
    wet_mean: Floats
    srad: Floats
    ceiling: Floats
    wind: Floats


def generate_weather(place: str, start: date, end: date, *, seed: int, co2: float | None = None) -> Weather:
    """Return daily weather drawn from a place's monthly normals.

    Parameters
    ----------
    place
        ``ulanqab``, ``hohhot`` or ``duolun``: see ``data/weather.toml`` for the facts, their sources, and what is
        assumed.
    start, end
        First and last day.
    seed
        The same seed gives the same weather, whatever the machine.
    co2
        ppm; the global mean of the first year unless given.

    Raises
    ------
    InputError
        ``potato.weather_place``: no such place (the nearest name is told); ``potato.weather_dates``: ``end`` before
        ``start``.

    Notes
    -----
    Wet and dry days are a Markov chain and amounts gamma-distributed (Geng, Penning de Vries and Supit 1986);
    temperature and radiation are first-order autoregressive and correlated (Richardson 1981; matrices of WGEN,
    Richardson and Wright 1984). Deviations: each year has one factor on its rain, so that years differ as years do;
    the dew point is the lowest temperature on a wet day and 2 °C below it on a dry one; the wind is gamma-distributed
    and independent from day to day. Hail, fog and hot spells longer than the autoregression gives are not in it.

    Examples
    --------
    >>> weather = generate_weather("ulanqab", date(2030, 5, 1), date(2030, 9, 30), seed=1)
    >>> weather.days, weather.origin
    (153, 'generator ulanqab, seed 1')
    """
    facts: Any = known_place(place)
    if end < start:
        raise InputError("potato.weather_dates", "结束日期 {got} 早于开始日期 {expected}。", "The end {got} is before the start {expected}.",
                         field="end", got=end.isoformat(), expected=start.isoformat())  # fmt: skip
    site = Site(float(facts["latitude"]), float(facts["longitude"]), float(facts["altitude"]))
    days = days_of_year(start, (end - start).days + 1)
    columns: Any = _drawn(_normals(facts, site, days), days, np.random.default_rng([seed, *place.encode()]))
    return weather_of(
        site, start, co2=co2 or co2_of(start.year), origin=f"generator {place}, seed {seed}", **columns
    )


def known_place(place: str, *, file: str = "", field: str = "place") -> Any:
    """Return what the generator knows of a place.

    Raises
    ------
    InputError
        ``potato.weather_place``: no such place (the nearest name is told); ``file`` and ``field`` say where it was written.
    """
    known = settings()["places"]
    if place not in known:
        near, at = get_close_matches(place, known, 1), "{file} {field}: " if file else ""
        raise InputError("potato.weather_place", at + "天气发生器没有“{got}”这个地方，最接近的是 {expected}。",
                         at + "The weather generator knows no place “{got}”; nearest is {expected}.",
                         file=file, field=field, got=place[:40], expected=near[0] if near else ", ".join(known))  # fmt: skip
    return known[place]


def smoothed(monthly: Floats) -> Floats:
    """Return 365 daily values on straight lines between mid-months whose monthly means are ``monthly``."""
    nodes = monthly.astype(float)
    daily = _between(nodes)
    for _ in range(20):
        nodes = nodes + monthly - np.bincount(_MONTH, daily) / LENGTHS
        daily = _between(nodes)
    return daily


@cache
def _year_of(monthly: tuple[float, ...]) -> Floats:
    """Return :func:`smoothed` of a table that every generated year asks for again."""
    return smoothed(np.array(monthly))


def _between(nodes: Floats) -> Floats:
    return np.asarray(np.interp(np.arange(1, 366), MID_MONTH, nodes, period=365), float)


def _normals(facts: Any, site: Site, days: Floats) -> _Normals:
    daily: Any = settings()["daily"]
    at = np.minimum(days, 365).astype(int) - 1
    year = np.arange(1, 366, dtype=float)

    def monthly(values: Any) -> Floats:
        return np.asarray(_year_of(tuple(float(one) for one in values))[at], float)

    share = np.array(facts["rain"], float) / LENGTHS / np.array(facts["wet_mean"], float)
    above = extraterrestrial_radiation(site.latitude, year)
    sun = radiation_of_sunshine(
        _year_of(tuple(map(float, facts["sunshine"]))) * day_length(site.latitude, year), site.latitude, year
    )
    return _Normals(monthly(facts["tmax"]), monthly(facts["tmin"]), monthly(daily["tmax_spread"]), monthly(daily["tmin_spread"]),
                    np.clip(monthly(share), 0.01, 0.9), np.maximum(monthly(facts["wet_mean"]), 1.25), sun[at],
                    ((0.75 + 2e-5 * site.altitude) * above)[at], monthly(facts["wind"]))  # fmt: skip


def _drawn(normals: _Normals, days: Floats, chance: np.random.Generator) -> dict[str, Floats]:
    """Draw the days; the order of the draws is part of what a seed means."""
    daily: Any = settings()["daily"]
    wet, rain = _rain(normals, days, daily, chance)
    residuals = _residuals(len(days), daily, chance)
    wind_spread, share = daily["wind_spread"], normals.wet_share
    cooling = daily["wet_cooling"]
    high = normals.tmax + cooling * share - cooling * wet + residuals[:, 0] * normals.tmax_spread
    low = normals.tmin + residuals[:, 1] * normals.tmin_spread
    low, high = _apart(low, high)
    radiation = _radiation(normals, wet, residuals[:, 2], daily)
    dew = low - daily["dry_dew_depression"] * ~wet
    wind = normals.wind * chance.gamma(1 / wind_spread**2, wind_spread**2, len(days))
    return {
        "tmin": low,
        "tmax": high,
        "rain": rain,
        "srad": radiation,
        "wind": wind,
        "vapour": saturation_vapour_pressure(dew),
    }


def _rain(normals: _Normals, days: Floats, daily: Any, chance: np.random.Generator) -> tuple[Any, Floats]:
    years = np.cumsum(np.insert(np.diff(days) < 0, 0, False))
    shape = 1 / daily["year_spread"] ** 2
    factor = chance.gamma(shape, 1 / shape, int(years[-1]) + 1)[years]
    draws = chance.random(len(days))
    share = np.clip(normals.wet_share, 0.0, 0.95)
    dry_to_wet = daily["wet_after_dry"] * share
    wet_to_wet = daily["persistence"] + dry_to_wet
    wet = np.zeros(len(days), bool)
    before = bool(chance.random() < share[0])
    for index in range(len(days)):
        before = bool(draws[index] < (wet_to_wet[index] if before else dry_to_wet[index]))
        wet[index] = before
    scale = np.maximum(daily["scale_intercept"] + daily["scale_slope"] * normals.wet_mean, 0.1)
    amounts = chance.gamma(normals.wet_mean / scale, scale) * factor
    return wet, np.where(wet, np.maximum(amounts, 0.1), 0.0)


def _residuals(days: int, daily: Any, chance: np.random.Generator) -> Floats:
    """Return standardised residuals of highest, lowest temperature and radiation, shape (days, 3)."""
    lag, shocks = np.array(daily["lag"]), chance.standard_normal((days + 30, 3)) @ np.array(daily["noise"]).T
    found = np.zeros_like(shocks)
    for index in range(1, len(shocks)):
        found[index] = lag @ found[index - 1] + shocks[index]
    return np.asarray(found[30:], float)


def _apart(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Keep the two temperatures a degree apart without moving their mean."""
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 0.5)
    return middle - half, middle + half


def _radiation(normals: _Normals, wet: Any, residual: Floats, daily: Any) -> Floats:
    dry = normals.srad / (1 - normals.wet_share * (1 - daily["wet_radiation"]))
    mean = np.where(wet, dry * daily["wet_radiation"], dry)
    drawn = mean * (1 + daily["radiation_spread"] * residual)
    return np.asarray(np.clip(drawn, 0.05 * normals.ceiling, normals.ceiling), float)
