"""The weather of a folder of trials: WTH files of a station joined over a season, and an experiment's changes to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.trials._dssat import Setting
from tuwei.potato.weather._dssat import read_dssat
from tuwei.potato.weather._evapotranspiration import Floats, dew_point
from tuwei.potato.weather._read import read_weather
from tuwei.potato.weather._units import vapour_of_dew
from tuwei.potato.weather._weather import DAILY, Site, Weather, weather_of

CALM = 0.15  # m/s over a file; no station is so still
UNIT = {"wind": 1 / 86.4}  # km/d of DSSAT in m/s


@dataclass(frozen=True)
class Filling:
    """How missing weather is made: ``gaps``, methods of :func:`read_weather` tried in order; ``absent``; checks waived."""

    gaps: tuple[str, ...] = ()
    absent: str = "fao56"
    waive: tuple[str, ...] = ()


def weather_of_station(
    files: Sequence[Path], station: str, start: date, end: date, filling: Filling, place: tuple[float, float, float]
) -> Weather:  # fmt: skip
    """Return the weather of a station from ``start``, or its first day, to ``end``, joined from its files.

    Parameters
    ----------
    files
        The WTH files to look in; those whose name begins with the station, else with its first four letters.
    station
        As the experiment has it: four letters, or eight with year and number.
    start, end
        The season.
    filling
        What may be filled, and how.
    place
        Degrees north, east and metres of the field, NaN where not told: taken where the station's file lacks them.

    Raises
    ------
    InputError
        ``potato.trials``: no file of the station holds the season; and as :func:`read_weather`.
    """
    for stem in dict.fromkeys((station, station[:4])):
        mine = [path for path in files if stem and path.stem.upper().startswith(stem.upper())]
        spans = {path: _span(path, path.stat().st_mtime_ns) for path in mine}
        covering = [path for path in mine if spans[path][0] <= end and spans[path][1] >= start]
        if covering and max(spans[path][1] for path in covering) >= end:
            return _joined(covering, spans, start, end, filling, place)
    raise InputError("potato.trials", "没有站点 {got} 在 {expected} 的气象文件。", "There is no weather file of station {got} for {expected}.",
                     got=station, expected=f"{start} – {end}")  # fmt: skip


@lru_cache(maxsize=1024)
def _span(path: Path, changed_at: int) -> tuple[date, date]:
    times = read_dssat(path, {}).times
    return (min(times).date(), max(times).date()) if times else (date.max, date.min)


def _joined(
    files: Sequence[Path], spans: Mapping[Path, tuple[date, date]], start: date, end: date, filling: Filling,
    place: tuple[float, float, float],
) -> Weather:  # fmt: skip
    whole: Weather | None = None
    for path in sorted(files, key=lambda one: (spans[one][0], one.name)):
        first = max(start, spans[path][0]) if whole is None else whole.end + timedelta(days=1)
        last = min(end, spans[path][1])
        if first > last:
            continue
        if whole is not None and first < spans[path][0]:
            break  # a hole between two files
        part = _part(path, path.stat().st_mtime_ns, first, last, filling, str(place))
        whole = part if whole is None else _after(whole, part)
    if whole is None or whole.end < end:
        raise InputError("potato.trials", "气象文件 {file} 只到 {got}，不含 {expected}。", "The weather of {file} ends on {got}, before {expected}.",
                         file=files[0].name, got=str(whole.end if whole else ""), expected=str(end))  # fmt: skip
    return whole


@lru_cache(maxsize=256)
def _part(path: Path, changed_at: int, first: date, last: date, filling: Filling, place: str) -> Weather:
    """Read a part of a file; a station nearly still has its wind in m/s, not in km/d, and the origin tells."""
    raw = read_dssat(path, {})
    north, east, high = (float(part) for part in place.strip("()").split(","))
    site, note = raw.site, ""
    if site is None and not isnan(north + east):
        site, note = Site(north, east, high), "; 位置取自试验文件 place from the experiment file"
    if site is not None and isnan(site.altitude):
        site = replace(site, altitude=0.0 if isnan(high) else high)
        note += f"; 海拔未知，取 {site.altitude:g} m altitude not told, taken as that"
    units = {}
    if "wind" in raw.columns and float(np.nanmean(raw.columns["wind"])) < CALM:
        units, note = {"WIND": "m/s"}, note + "; WIND 按 m/s 读 read as m/s"
    weather = _filled(path, site, units, (first, last), filling)
    return replace(weather, origin=weather.origin + note)


def _filled(
    path: Path, site: Site | None, units: Mapping[str, str], within: tuple[date, date], filling: Filling
) -> Weather:
    waive = tuple(dict.fromkeys((*filling.waive, "wind-unit")))
    for place, method in enumerate(filling.gaps or ("",), 1):
        try:
            return read_weather(
                path, site=site, units=units, gaps=method, absent=filling.absent, waive=waive, within=within
            )
        except InputError as error:
            if error.code != "potato.weather_gap" or place >= len(filling.gaps):
                raise
    raise AssertionError


def _after(first: Weather, then: Weather) -> Weather:
    arrays = {name: np.concatenate([getattr(first, name), getattr(then, name)]) for name in DAILY}
    return replace(first, **arrays, hourly=None, origin=f"{first.origin}; {then.origin}")  # type: ignore[arg-type]


def changed(weather: Weather, setting: Setting) -> tuple[Weather, tuple[str, ...]]:
    """Return the weather with an experiment's changes from their day on, and what of them was left out.

    A Celsius value is never multiplied, for the scale has no physical nought; day length is not changed.
    """
    arrays: dict[str, Any] = {name: getattr(weather, name).copy() for name in DAILY if name != "et0"}
    arrays |= {"dew": dew_point(weather.vapour), "co2": np.array([weather.co2])}
    done, left = [], []
    for day, name, kind, value in setting.changes:
        text = f"{name} {kind} {value:g} from {day}"
        if name == "daylength" or (kind == "M" and name in ("tmax", "tmin", "dew")):
            left.append(f"未用的环境改变 change of environment left out: {text}")
            continue
        from_day = 0 if name == "co2" else max(0, (day - weather.start).days)
        _change(arrays[name][from_day:], kind, value * UNIT.get(name, 1.0) if kind != "M" else value)
        done.append(text)
    if not done:
        return weather, tuple(left)
    if any(name == "dew" for _, name, _, _ in setting.changes):
        arrays["vapour"] = vapour_of_dew(arrays["dew"])
    co2, _ = float(arrays.pop("co2")[0]), arrays.pop("dew")
    origin = "; ".join([weather.origin, *done])
    return weather_of(weather.site, weather.start, **arrays, co2=co2, origin=origin), tuple(left)


def _change(part: Floats, kind: str, value: float) -> None:
    part[:] = {"A": part + value, "S": part - value, "M": part * value, "R": part * 0 + value}[kind]
