"""Weather in a CSV of one's own: every column declares its unit, ``tmin [°C]``; the site stands in ``#`` lines."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tuwei.core.errors import InputError
from tuwei.potato.weather._raw import MISSING, RawWeather, numbers
from tuwei.potato.weather._units import QUANTITIES, converted, unit_key
from tuwei.potato.weather._weather import Site

NAMES = {
    "date": "date 日期 day", "time": "time 时间 datetime", "tmin": "tmin 最低气温 最低温度 t_min tn",
    "tmax": "tmax 最高气温 最高温度 t_max tx", "temperature": "temperature 气温 温度 temp t",
    "rain": "rain 降水 降水量 降雨 降雨量 precipitation rainfall prec", "srad": "srad 太阳辐射 辐射 radiation solar",
    "sunshine": "sunshine 日照 日照时数", "wind": "wind 风速 u2", "vapour": "vapour vapor 水汽压 实际水汽压 ea",
    "dew": "dew 露点 dewpoint 露点温度", "humidity": "humidity 相对湿度 湿度 rh",
}  # fmt: skip
_ALIAS = {alias: name for name, aliases in NAMES.items() for alias in aliases.split()}
_HEADER = re.compile(r"^\s*([^\[\](（]+?)\s*(?:[\[(（]\s*(.+?)\s*[\])）])?\s*$")
_SITE = re.compile(r"^\s*(latitude|longitude|altitude|纬度|经度|海拔)\s*[=:：]\s*([-+]?\d+(?:\.\d*)?)\s*$")
_SITE_NAMES = {"纬度": "latitude", "经度": "longitude", "海拔": "altitude"}
Lines = list[tuple[int, list[str]]]


def read_csv(path: Path, units: Mapping[str, str]) -> RawWeather:
    """Return the weather of a CSV of one's own.

    Raises
    ------
    InputError
        ``potato.weather_column``: neither a date nor a time column. ``potato.weather_no_unit``: a column declares no
        unit and ``units`` names none. ``potato.weather_time``, ``potato.weather_number``, ``potato.weather_unit``.
    """
    lines, site = _lines(path)
    header = lines[0][1] if lines else []
    named = [_named(cell) for cell in header]
    for index, (name, _) in enumerate(named):
        if name in QUANTITIES and name in [other for other, _ in named[:index]]:
            raise InputError("potato.weather_column", "{file} 第 {row} 行：“{field}”列重复。", "{file} row {row}: the column “{field}” comes twice.",
                             file=path.name, row=lines[0][0], field=header[index].strip())  # fmt: skip
    at = next((index for index, (name, _) in enumerate(named) if name in ("date", "time")), None)
    if at is None:
        raise InputError("potato.weather_column", "{file} 第 {row} 行没有 {expected} 列。", "{file} row {row} has no column {expected}.",
                         file=path.name, row=lines[0][0] if lines else 1, field="date", expected="date / 日期 / time / 时间")  # fmt: skip
    body = [(row, cells) for row, cells in lines[1:] if any(cell.strip() for cell in cells)]
    rows = [row for row, _ in body]
    hourly = named[at][0] == "time"
    times = [_time(cells[at] if at < len(cells) else "", path.name, row, header[at]) for row, cells in body]
    raw = RawWeather(path.name, site, times, rows, {}, {"date": header[at]}, hourly)
    for index, (name, unit) in enumerate(named):
        if name in QUANTITIES:
            cells = [cells[index] if index < len(cells) else "" for _, cells in body]
            _column(raw, name, header[index], unit or units.get(name, ""), cells, lines[0][0])
        elif index != at:
            raw.notes.append(f"未用的列 column not used: {header[index].strip()}")
    return raw


def _column(raw: RawWeather, name: str, field: str, unit: str, cells: list[str], header_row: int) -> None:
    if not unit:
        raise InputError("potato.weather_no_unit", "{file} 第 {row} 行“{field}”没有写单位，应如 {expected}。",
                         "{file} row {row}: “{field}” declares no unit; write {expected}.",
                         file=raw.file, row=header_row, field=field, expected=f"{name} [{QUANTITIES[name].unit}]")  # fmt: skip
    raw.fields[name] = field.strip()
    values = numbers(cells, MISSING, raw.file, raw.rows, field.strip())
    values = converted(values, name, unit, file=raw.file, row=header_row, field=field.strip())
    raw.columns[name] = values / 24 if raw.hourly and unit_key(unit) == "w/m2" else values


def _lines(path: Path) -> tuple[Lines, Site | None]:
    lines: Lines = []
    place: dict[str, float] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row, text in enumerate(file, 1):
            if text.startswith("#"):
                if found := _SITE.match(text[1:]):
                    place[_SITE_NAMES.get(found[1], found[1])] = float(found[2])
            elif text.strip():
                lines.append((row, next(csv.reader([text]))))
    whole = {"latitude", "longitude", "altitude"} <= set(place)
    return lines, Site(place["latitude"], place["longitude"], place["altitude"]) if whole else None


def _named(cell: str) -> tuple[str, str]:
    found = _HEADER.match(cell)
    name = (found[1] if found else cell).strip().lower()
    return _ALIAS.get(name, name), (found[2] or "") if found else ""


def _time(text: str, file: str, row: int, field: str) -> datetime:
    try:
        when = datetime.fromisoformat(text.strip().replace("/", "-"))
        if when.tzinfo is not None:
            raise ValueError  # local time is meant, and the site's zone is not known
        return when
    except ValueError:
        raise InputError("potato.weather_time", "{file} 第 {row} 行“{field}”：“{got}”不是日期，应如 2024-05-01。",
                         "{file} row {row}, {field}: “{got}” is no date; write 2024-05-01.",
                         file=file, row=row, field=field, got=" ".join(text.split())[:30]) from None  # fmt: skip
