"""The weather years that a plan is made on and judged on, as the kernel reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.blight._rules import blight_rules
from tuwei.potato.crop._season import weather_array
from tuwei.potato.field._field import Field
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._generate import generate_weather
from tuwei.potato.weather._hours import hourly_from_daily
from tuwei.potato.weather._read import read_weather
from tuwei.potato.weather._weather import Weather

KEPT_OUT = 1_000_000  # added to the seed of the generated years that judge
SPLIT_FROM = 6  # years of a file from which every second one is kept to judge


@dataclass(frozen=True)
class Years:
    """Weather of several years laid on the same dates: ``weather`` (years, days, ·), ``hours`` (years, days, 2, 24), ``signs``
    BLITECAST's severity values (years, days); ``first`` for a case; ``origin`` in words; ``every`` year as it was read;
    ``foretold`` day indices of today (below 0 before the first day) and of the first day that no forecast tells."""

    weather: Floats
    hours: Floats
    signs: Floats
    first: Weather
    origin: str
    every: tuple[Weather, ...] = ()
    foretold: tuple[int, int] = (0, 0)


def years_of(
    field: Field, folder: Path, given: Path | None, span: tuple[date, date], count: tuple[int, int], seed: int
) -> tuple[Years, Years]:
    """Return the years to plan on and the years to judge on.

    Parameters
    ----------
    field, folder, given
        The field, where its weather file lies, and a file that goes before it. Without a file years are generated.
    span
        First and last day.
    count
        How many to generate for each.
    seed
        Of the generator; the years that judge are other ones.

    Raises
    ------
    InputError
        ``potato.plan_weather``: the file holds no year that covers the span; and as :func:`read_weather`.

    Notes
    -----
    A file of six years or more is halved, every second year judging; of fewer, all years do both, and the origin says so.
    """
    part = field.parts["weather"]
    if not given and not part["file"]:
        place, base = part["place"] or "hohhot", int(part["seed"]) + 1000 * seed
        return generated(place, span, count, base)
    weather = read_weather(given or folder / part["file"], gaps=part["gaps"], absent=part["absent"])
    return halved(cut(weather, span), weather.origin)


def halved(years: list[Weather], origin: str) -> tuple[Years, Years]:
    """Return the years to plan on and to judge on: every second one judges, of few years all do both."""
    if len(years) < SPLIT_FROM:
        both = laid(
            years, f"{origin}: {len(years)} years, plan and judgement on the same 计划与评判用同样年份"
        )
        return both, both
    return (
        laid(years[::2], f"{origin}: {len(years[::2])} years"),
        laid(years[1::2], f"{origin}: {len(years[1::2])} other years"),
    )


def generated(place: str, span: tuple[date, date], count: tuple[int, int], seed: int) -> tuple[Years, Years]:
    """Return generated years to plan on and, of other seeds, to judge on."""
    return (_generated(place, span, count[0], seed), _generated(place, span, count[1], seed + KEPT_OUT))


def _generated(place: str, span: tuple[date, date], count: int, seed: int) -> Years:
    every = [generate_weather(place, *span, seed=seed + number) for number in range(count)]
    return laid(every, f"generator {place}, {count} years, seeds {seed}–{seed + count - 1}")


def years_in(weather: Weather, span: tuple[date, date], *, without: int | None = None) -> list[Weather]:
    """Return each year of the weather that covers the span, but for ``without``, moved to the span's dates."""
    found, length = [], span[1] - span[0]
    for year in range(weather.start.year, weather.end.year + 1):
        first = span[0] + timedelta(days=(date(year, 3, 1) - date(span[0].year, 3, 1)).days)
        if year != without and weather.start <= first and first + length <= weather.end:
            found.append(replace(weather.between(first, first + length), start=span[0]))
    return found


def cut(weather: Weather, span: tuple[date, date], *, without: int | None = None) -> list[Weather]:
    """Return :func:`years_in`; raises ``potato.plan_weather`` where there is none."""
    found = years_in(weather, span, without=without)
    if not found:
        raise InputError("potato.plan_weather", "气象（{file}）没有一年完整覆盖 {expected}，只有 {got}。",
                         "The weather ({file}) has no year that covers {expected}; it spans {got}.", file=weather.origin,
                         expected=f"{span[0]:%m-%d} – {span[1]:%m-%d}", got=f"{weather.start} – {weather.end}")  # fmt: skip
    return found


def laid(every: Sequence[Weather], origin: str) -> Years:
    """Return years as the kernel reads them."""
    hourly = [one.hourly or hourly_from_daily(one) for one in every]
    hours = np.stack([np.stack([one.temperature, one.humidity], axis=1) for one in hourly])
    signs = np.stack(
        [blight_rules(one, weather.rain).severity for one, weather in zip(hourly, every, strict=True)]
    )
    return Years(
        np.stack([weather_array(one) for one in every]),
        np.ascontiguousarray(hours),
        signs.astype(float),
        every[0],
        origin,
        tuple(every),
    )
