"""The weather of a season that is under way: the days behind as measured, the next as forecast, then other years."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuwei.core.errors import InputError
from tuwei.potato.crop._layout import WEATHER_AT as _W
from tuwei.potato.field._field import Field
from tuwei.potato.planning._years import Years, cut, generated, halved, laid, years_in, years_of
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._generate import generate_weather
from tuwei.potato.weather._read import read_weather
from tuwei.potato.weather._weather import Weather

LONGEST = 16  # days that a forecast may reach; as far as the public global ones do
# Of the logarithm of a forecast day's rain: today's, and what each day of lead adds; assumed. Today's is that of a gauge
# outside the field, as ``UNSURE``; by the sixteenth day 90 % of the seasons lie between 0.2 and 2.7 times the forecast.
RAIN_TODAY, RAIN_A_DAY = 0.2, 0.04


@dataclass(frozen=True)
class Forecast:
    """The days of a forecast that the season takes: ``weather`` of them, and rows ``before`` today that it does not."""

    weather: Weather
    before: int


def rest_years(
    field: Field, folder: Path, files: tuple[Path | None, Path | None], span: tuple[date, date], today: date,
    count: tuple[int, int], seed: int,
) -> tuple[Years, Years, str]:  # fmt: skip
    """Return the years to plan on and to judge on, alike before ``today``, and where the days behind are from.

    Parameters
    ----------
    files
        The season's own weather, which goes before the field's file, and a file of other years. Without the second the
        other years of the first are taken, and where it has none, generated ones.

    Raises
    ------
    InputError
        ``potato.weather_span``: the season's weather does not reach from the span's first day to the day before
        ``today``; ``potato.plan_weather``: the file of other years has none; and as :func:`read_weather`.

    Notes
    -----
    Without any file the field's generated season stands in for what was measured, and the text says so.
    """
    part = field.parts["weather"]
    given, history = files
    if today <= span[0]:
        return (*years_of(field, folder, history or given, span, count, seed), "")
    own = given or (folder / part["file"] if part["file"] else None)
    place, base = part["place"] or "hohhot", int(part["seed"]) + 1000 * seed
    if own:
        measured = read_weather(own, gaps=part["gaps"], absent=part["absent"])
        told = f"{measured.origin}: {span[0]} – {today - timedelta(days=1)}"
    else:
        measured = generate_weather(place, *span, seed=int(part["seed"]))
        told = f"没有实测气象，以生成的一季代替 no measured weather, a generated season stands in ({measured.origin})"
    behind = measured.between(span[0], today - timedelta(days=1))
    if history:
        other = read_weather(history, gaps=part["gaps"], absent=part["absent"])
        ahead = halved(cut(other, span, without=span[0].year), other.origin)
    elif own and (found := years_in(measured, span, without=span[0].year)):
        ahead = halved(found, measured.origin)
    else:
        ahead = generated(place, span, count, base)
    planned, judging = (spliced(behind, years) for years in ahead)
    return planned, judging, told


def spliced(part: Weather, years: Years) -> Years:
    """Return the years with the days of ``part`` in place of their own."""
    own, begin = laid([part], ""), (part.start - years.first.start).days
    weather, hours, signs = (getattr(years, name).copy() for name in ("weather", "hours", "signs"))
    for table, given in ((weather, own.weather), (hours, own.hours), (signs, own.signs)):
        table[:, begin : begin + part.days] = given[0]
    first = years.first if begin else replace(years.first, co2=part.co2)
    return Years(np.ascontiguousarray(weather), np.ascontiguousarray(hours), signs, first, years.origin)


def read_forecast(path: Path, field: Field, span: tuple[date, date], today: date) -> Forecast:
    """Return the days of a forecast from ``today`` on, within the season's span.

    Parameters
    ----------
    path
        Daily or hourly weather as :func:`read_weather` reads it; gaps and absent columns as the field's own weather.

    Raises
    ------
    InputError
        ``potato.forecast_span``: it begins after today, does not reach it, or goes on for more than ``LONGEST`` days
        (before the season its first day stands for today); and as :func:`read_weather`.
    """
    part = field.parts["weather"]
    weather, begin = read_weather(path, gaps=part["gaps"], absent=part["absent"]), max(today, span[0])
    for fault, zh, en in ((weather.start > begin, "预报从今天之后才开始", "the forecast begins after today"),
                          (weather.end < begin, "预报没有到今天", "the forecast does not reach today"),
                          ((weather.end - today).days >= LONGEST, f"预报超过 {LONGEST} 天", f"the forecast goes on for more than {LONGEST} days")):  # fmt: skip
        if fault:
            raise InputError("potato.forecast_span", "{file}：" + zh + "（{expected}）：{got}。", "{file}: " + en + " ({expected}): {got}.",
                             file=path.name, field="--forecast", got=f"{weather.start} – {weather.end}", expected=str(begin))  # fmt: skip
    return Forecast(weather.between(begin, min(weather.end, span[1])), (begin - weather.start).days)


def with_forecast(years: Years, forecast: Forecast, today: date) -> Years:
    """Return the years with the forecast's days in every one of them."""
    found, start = spliced(forecast.weather, years), years.first.start
    end = (forecast.weather.end - start).days + 1
    return replace(found, foretold=((today - start).days, end))


def doubt_of_rain(weather: Floats, foretold: tuple[int, int], seed: int) -> Floats:
    """Return weather (seasons, days, ·) with the rain of its forecast days in doubt, each season and day on its own.

    The factor is lognormal with mean 1, so a day that is forecast dry stays dry.
    """
    today, end = foretold
    days: NDArray[np.int64] = np.arange(max(0, today), max(0, end))
    deviation = RAIN_TODAY + RAIN_A_DAY * (days - today)
    drawn = np.random.default_rng([seed, 11]).standard_normal((len(weather), len(days)))
    found = weather.copy()
    found[:, days, _W["rain"]] *= np.exp(deviation * drawn - deviation**2 / 2)
    return found
