"""Weather in the WTH format of DSSAT: fixed columns under an ``@DATE`` line, −99 where a value is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tuwei.core.errors import InputError
from tuwei.potato.weather._raw import MISSING, RawWeather, numbers
from tuwei.potato.weather._units import converted
from tuwei.potato.weather._weather import Site

# DSSAT's names, what they are here, and DSSAT's unit (weather file documentation of DSSAT 4.8).
NAMES = {"SRAD": ("srad", "MJ m-2 d-1"), "TMAX": ("tmax", "°C"), "TMIN": ("tmin", "°C"), "RAIN": ("rain", "mm"),
         "DEWP": ("dew", "°C"), "WIND": ("wind", "km/d"), "RHUM": ("humidity", "%"), "VAPR": ("vapour", "kPa")}  # fmt: skip
_PLACE = {"WTHLAT": "LAT", "WTHLONG": "LONG", "WELEV": "ELEV"}
_FLAG = re.compile(r"^[-+0-9.]+[A-Za-z]$")


def read_dssat(path: Path, units: Mapping[str, str]) -> RawWeather:
    """Return the weather of a WTH file.

    Parameters
    ----------
    path
        The file.
    units
        By DSSAT's name, where a file is not in DSSAT's units: ``{"WIND": "m/s"}``.

    Raises
    ------
    InputError
        ``potato.weather_column``: no ``@DATE`` line or no ``@ INSI`` line. ``potato.weather_time``,
        ``potato.weather_number``.

    Notes
    -----
    A value with a letter behind it (``41.0a``, doubtful in DSSAT) is taken as missing. A year of two digits is
    19xx from 40 on, else 20xx.
    """
    lines = path.read_text("utf-8", errors="replace").splitlines()
    top = next((index for index, line in enumerate(lines) if re.match(r"@\s*DATE\b", line)), None)
    if top is None:
        raise InputError("potato.weather_column", "{file} 没有 {expected} 行。", "{file} has no {expected} line.",
                         file=path.name, row=1, field="@DATE", expected="@DATE")  # fmt: skip
    ends = [(found[0].lstrip("@"), found.end()) for found in re.finditer(r"@?\s*\S+", lines[top])]
    ends = [(name.strip(), end) for name, end in ends]
    body = [
        (row, line)
        for row, line in enumerate(lines[top + 1 :], top + 2)
        if line.strip() and line[0] not in "!*@"
    ]
    rows = [row for row, _ in body]
    times = [_time(line.split()[0], path.name, row) for row, line in body]
    raw = RawWeather(path.name, _site(lines[:top]), times, rows, {}, {"date": "DATE"})
    for place, ((_, before), (name, end)) in enumerate(pairwise(ends), 1):
        if name in NAMES:
            cells = [_word(line, place, len(ends)) or _cell(line, before, end) for _, line in body]
            _column(raw, name, cells, units, top + 1)
    return raw


def _word(line: str, place: int, count: int) -> str:
    """Return the word of a column where a line has a word for each; a date of seven digits shifts the columns."""
    words = line.split()
    return words[place] if len(words) == count else ""


def _cell(line: str, before: int, end: int) -> str:
    """Return the text of a column; a flag may stand one place behind it, where the next column's sign would."""
    text = line[before:end]
    flag = line[end : end + 1]
    if before and line[before : before + 1].isalpha():
        text = text[1:]
    return text + flag if flag.isalpha() else text


def _column(raw: RawWeather, name: str, cells: list[str], units: Mapping[str, str], row: int) -> None:
    quantity, unit = NAMES[name]
    flagged = [index for index, cell in enumerate(cells) if _FLAG.match(cell.strip())]
    for index in flagged:
        cells[index] = ""
    if flagged:
        raw.notes.append(f"{name}: {len(flagged)} 个存疑值视为缺测 doubtful values taken as missing")
    values = numbers(cells, MISSING, raw.file, raw.rows, name)
    if not all(value != value for value in values):
        raw.fields[quantity] = name
        raw.columns[quantity] = converted(
            values, quantity, units.get(name, unit), file=raw.file, row=row, field=name
        )


def _site(lines: list[str]) -> Site | None:
    """Return the place of the ``@ INSI`` line; an altitude of −99 is left unknown."""
    top = next((index for index, line in enumerate(lines) if re.match(r"@\s*INSI\b", line)), None)
    if top is None or top + 1 >= len(lines):
        return None
    names = [_PLACE.get(name, name) for name in lines[top].lstrip("@").split()]
    found = dict(zip(names, lines[top + 1].split(), strict=False))
    try:
        latitude, longitude, altitude = (float(found[name]) for name in ("LAT", "LONG", "ELEV"))
    except (KeyError, ValueError):
        return None
    if min(latitude, longitude) < -180 or latitude == -99:
        return None
    return Site(latitude, longitude, altitude if altitude > -99 else float("nan"))


def _time(text: str, file: str, row: int) -> datetime:
    try:
        year, day = int(text[:-3]), int(text[-3:])
        year += (1900 if year >= 40 else 2000) if year < 100 else 0
        if not 1 <= day <= 366:
            raise ValueError
        return datetime(year, 1, 1) + timedelta(days=day - 1)
    except ValueError:
        raise InputError("potato.weather_time", "{file} 第 {row} 行“{field}”：“{got}”不是年和日序，应如 92174。",
                         "{file} row {row}, {field}: “{got}” is not a year and a day of it; write 92174.",
                         file=file, row=row, field="DATE", got=text[:12]) from None  # fmt: skip
