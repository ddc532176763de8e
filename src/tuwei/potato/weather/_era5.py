"""Weather as ERA5 or ERA5-Land gives it in CSV, hourly in universal time or daily."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats, wind_at_two_metres
from tuwei.potato.weather._raw import MISSING, RawWeather, numbers
from tuwei.potato.weather._units import converted, unit_key
from tuwei.potato.weather._weather import Site

# ERA5's short names, what they are here, and the unit of the Copernicus store's files.
NAMES = {
    "t2m": ("temperature", "K"), "d2m": ("dew", "K"), "mn2t": ("tmin", "K"), "mx2t": ("tmax", "K"), "t2m_min": ("tmin", "K"),
    "t2m_max": ("tmax", "K"), "tp": ("rain", "m"), "ssrd": ("srad", "J m-2"), "u10": ("u10", "m/s"), "v10": ("v10", "m/s"),
    "si10": ("wind", "m/s@10"),
}  # fmt: skip
TIMES = ("valid_time", "time", "date")
SUMMED = ("rain", "srad")  # over the hour that ends at the time given


def read_era5(path: Path, units: Mapping[str, str], site: Site | None) -> RawWeather:
    """Return the weather of an ERA5 CSV; hours of universal time become hours of the site's own time zone.

    Parameters
    ----------
    path
        Columns ``valid_time`` (or ``time``, ``date``), ERA5's short names, ``latitude`` and ``longitude``.
    units
        By short name, where the file is not in the units of the Copernicus store (K, m, J m-2, m/s).
    site
        The field; its altitude is not in the file.

    Raises
    ------
    InputError
        ``potato.weather_column``: no time column. ``potato.weather_points``: more than one point of the grid.
        ``potato.weather_accumulated``: radiation in the night, so sums since midnight, not of the hour.

    Notes
    -----
    The time zone is that of the longitude, rounded to the hour: 7 h at 112° E, not the legal 8 h.
    """
    lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    names = [cell.strip() for cell in lines[0]] if lines else []
    at = next((names.index(name) for name in TIMES if name in names), None)
    if at is None:
        raise InputError("potato.weather_column", "{file} 第 {row} 行没有 {expected} 列。", "{file} row {row} has no column {expected}.",
                         file=path.name, row=1, field="valid_time", expected=" / ".join(TIMES))  # fmt: skip
    body = [(row, cells) for row, cells in enumerate(lines[1:], 2) if len(cells) > at]
    rows, times = (
        [row for row, _ in body],
        [_time(cells[at], path.name, row, names[at]) for row, cells in body],
    )
    hourly = len(times) > 1 and times[1] - times[0] == timedelta(hours=1)
    raw = RawWeather(
        path.name, site or _point(names, body, path.name), times, rows, {}, {"date": names[at]}, hourly
    )
    for short, (name, unit) in NAMES.items():
        if short in names and name not in raw.columns:
            index = names.index(short)
            _column(
                raw,
                short,
                name,
                units.get(short, unit),
                [cells[index] if index < len(cells) else "" for _, cells in body],
            )
    _wind(raw)
    return _local(raw) if hourly else raw


def _column(raw: RawWeather, short: str, name: str, unit: str, cells: list[str]) -> None:
    raw.fields[name] = short
    values = numbers(cells, MISSING, raw.file, raw.rows, short)
    values = converted(values, name, unit, file=raw.file, row=1, field=short)
    raw.columns[name] = values / 24 if raw.hourly and unit_key(unit) == "w/m2" else values


def _wind(raw: RawWeather) -> None:
    if "u10" in raw.columns and "v10" in raw.columns and "wind" not in raw.columns:
        speed = np.hypot(raw.columns.pop("u10"), raw.columns.pop("v10"))
        raw.columns["wind"], raw.fields["wind"] = wind_at_two_metres(speed, 10.0), "u10, v10"


def _local(raw: RawWeather) -> RawWeather:
    """Shift universal time to the site's, and sums to the beginning of their hour; nights must be dark."""
    offset = round((raw.site.longitude if raw.site else 0.0) / 15)
    raw.columns = {
        name: values[1:] if name in SUMMED else values[:-1] for name, values in raw.columns.items()
    }
    raw.times = [when + timedelta(hours=offset) for when in raw.times[:-1]]
    raw.rows = raw.rows[:-1]
    raw.notes.append(f"UTC{offset:+d}")
    if "srad" in raw.columns:
        _dark(raw, raw.columns["srad"])
    return raw


def _dark(raw: RawWeather, radiation: Floats) -> None:
    hours = np.array([when.hour for when in raw.times])
    night = np.flatnonzero((hours == 23) | (hours == 0))
    latitude = abs(raw.site.latitude) if raw.site else 0.0
    bright = [int(index) for index in night if radiation[index] > 0.05]
    if latitude < 60 and len(bright) > len(night) / 2:
        raise raw.fault("potato.weather_accumulated", "半夜仍有辐射 {got} MJ m-2：数据似为自零时起的累计值，应为每小时的值。",
                        "radiation of {got} MJ m-2 at midnight: the values seem to be sums since 0 h, not of the hour.",
                        bright[0], "srad", got=round(float(radiation[bright[0]]), 3))  # fmt: skip


def _point(names: list[str], body: list[tuple[int, list[str]]], file: str) -> Site | None:
    if "latitude" not in names or "longitude" not in names:
        return None
    at = names.index("latitude"), names.index("longitude")
    points = {(cells[at[0]], cells[at[1]]) for _, cells in body if len(cells) > max(at)}
    if len(points) > 1:
        raise InputError("potato.weather_points", "{file} 有 {got} 个格点，应只有一个。", "{file} holds {got} grid points; give one.",
                         file=file, field="latitude, longitude", got=len(points))  # fmt: skip
    try:
        latitude, longitude = (float(cell) for cell in next(iter(points), ("nan", "nan")))
    except ValueError:
        return None
    return Site(latitude, longitude, float("nan"))


def _time(text: str, file: str, row: int, field: str) -> datetime:
    try:
        when = datetime.fromisoformat(text.strip())
        if when.utcoffset():
            raise ValueError  # ERA5 is in universal time
        return when.replace(tzinfo=None)
    except ValueError:
        raise InputError("potato.weather_time", "{file} 第 {row} 行“{field}”：“{got}”不是日期，应如 2024-05-01。",
                         "{file} row {row}, {field}: “{got}” is no date; write 2024-05-01.",
                         file=file, row=row, field=field, got=" ".join(text.split())[:30]) from None  # fmt: skip
