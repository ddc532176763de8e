"""The weather of a season that is under way: the days behind as measured, those ahead of other years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from tuwei.potato.field._field import Field
from tuwei.potato.planning._years import Years, cut, generated, halved, laid, years_in, years_of
from tuwei.potato.weather._generate import generate_weather
from tuwei.potato.weather._read import read_weather
from tuwei.potato.weather._weather import Weather


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


def spliced(behind: Weather, ahead: Years) -> Years:
    """Return the years with their first days replaced by those of ``behind``."""
    own, days = laid([behind], ""), behind.days
    weather, hours, signs = (getattr(ahead, name).copy() for name in ("weather", "hours", "signs"))
    for table, measured in ((weather, own.weather), (hours, own.hours), (signs, own.signs)):
        table[:, :days] = measured[0]
    first = replace(ahead.first, co2=behind.co2)
    return Years(np.ascontiguousarray(weather), np.ascontiguousarray(hours), signs, first, ahead.origin)
