"""Weather as NASA POWER gives it in CSV, daily or hourly, with its header."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from tuwei.core.errors import InputError
from tuwei.potato.weather._raw import MISSING, RawWeather, numbers
from tuwei.potato.weather._units import converted, unit_key
from tuwei.potato.weather._weather import Site

NAMES = {"T2M_MIN": "tmin", "T2M_MAX": "tmax", "T2M": "temperature", "T2MDEW": "dew", "RH2M": "humidity", "PRECTOTCORR": "rain",
         "PRECTOT": "rain", "ALLSKY_SFC_SW_DWN": "srad", "WS2M": "wind", "WS10M": "wind"}  # fmt: skip
_ORDER = [*NAMES]
_PLACE = re.compile(r"latitude\s+(-?\d+(?:\.\d*)?)\s+longitude\s+(-?\d+(?:\.\d*)?)", re.IGNORECASE)
_HEIGHT = re.compile(r"elevation.*?=\s*(-?\d+(?:\.\d*)?)\s*m", re.IGNORECASE)
_UNIT = re.compile(r"^(\w+)\s.*\(([^()]+)\)\s*$")


def read_power(path: Path, units: Mapping[str, str]) -> RawWeather:
    """Return the weather of a NASA POWER CSV; the header's units are taken, ``units`` (by POWER's name) goes before.

    Raises
    ------
    InputError
        ``potato.weather_column``: no YEAR column, or the header does not end. ``potato.weather_no_unit``: the
        header does not tell a parameter's unit. ``potato.weather_utc``: an hourly file in universal time.
    """
    lines = path.read_text("utf-8-sig").splitlines()
    end = next((index for index, line in enumerate(lines) if "-END HEADER-" in line), None)
    names = (
        [cell.strip() for cell in lines[end + 1].split(",")]
        if end is not None and end + 1 < len(lines)
        else []
    )
    if end is None or "YEAR" not in names:
        raise InputError("potato.weather_column", "{file} 没有 {expected}。", "{file} has no {expected}.",
                         file=path.name, row=(end or 0) + 2, field="YEAR", expected="-END HEADER- / YEAR")  # fmt: skip
    head = lines[:end]
    body = [(end + 3 + index, cells) for index, cells in enumerate(csv.reader(lines[end + 2 :])) if cells]
    rows = [row for row, _ in body]
    hourly = "HR" in names
    if hourly and any("UTC" in line.upper() for line in head) and not any("LST" in line for line in head):
        raise InputError("potato.weather_utc", "{file} 为世界时，请下载地方时(LST)的文件。",
                         "{file} is in universal time; fetch it in local solar time (LST).", file=path.name)  # fmt: skip
    times = [_time(dict(zip(names, cells, strict=False)), path.name, row) for row, cells in body]
    raw = RawWeather(path.name, _site(head), times, rows, {}, {"date": "YEAR"}, hourly)
    declared = _units(head) | dict(units)
    for parameter in sorted(set(names) & set(NAMES), key=_ORDER.index):
        if NAMES[parameter] not in raw.columns:
            index = names.index(parameter)
            _column(
                raw,
                parameter,
                declared,
                [cells[index] if index < len(cells) else "" for _, cells in body],
                end + 2,
            )
    return raw


def _column(raw: RawWeather, parameter: str, declared: Mapping[str, str], cells: list[str], row: int) -> None:
    name, unit = NAMES[parameter], declared.get(parameter, "")
    if not unit:
        raise InputError("potato.weather_no_unit", "{file}：文件头没有给出“{field}”的单位。", "{file}: the header tells no unit of “{field}”.",
                         file=raw.file, row=row, field=parameter)  # fmt: skip
    height = "@10" if parameter == "WS10M" else ""
    raw.fields[name] = parameter
    values = numbers(cells, MISSING, raw.file, raw.rows, parameter)
    values = converted(values, name, unit + height, file=raw.file, row=row, field=parameter)
    raw.columns[name] = values / 24 if raw.hourly and unit_key(unit) == "w/m2" else values


def _units(head: list[str]) -> dict[str, str]:
    found = (_UNIT.match(line.strip()) for line in head)
    return {one[1]: one[2] for one in found if one}


def _site(head: list[str]) -> Site | None:
    text = "\n".join(head)
    place, height = _PLACE.search(text), _HEIGHT.search(text)
    return Site(float(place[1]), float(place[2]), float(height[1])) if place and height else None


def _time(row: Mapping[str, str], file: str, line: int) -> datetime:
    try:
        year = int(row["YEAR"])
        if "DOY" in row:
            if not 1 <= int(row["DOY"]) <= 366:
                raise ValueError
            return datetime(year, 1, 1) + timedelta(days=int(row["DOY"]) - 1)
        return datetime(year, int(row["MO"]), int(row["DY"]), int(row.get("HR", "0")))
    except (KeyError, ValueError):
        raise InputError("potato.weather_time", "{file} 第 {row} 行“{field}”不是日期。", "{file} row {row}, {field}: not a date.",
                         file=file, row=line, field="YEAR, MO, DY / DOY") from None  # fmt: skip
