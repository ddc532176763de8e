"""A weather file as it was read: columns in the engine's units, the row each value is from, nothing filled."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._weather import Site


@dataclass
class RawWeather:
    """What a reader found.

    ``times`` are the days (or the beginnings of hours), ``rows`` the line of the file each is from, ``columns`` the
    values with NaN where one is missing, ``fields`` the name each column has in the file.
    """

    file: str
    site: Site | None
    times: list[datetime]
    rows: list[int]
    columns: dict[str, Floats]
    fields: dict[str, str]
    hourly: bool = False
    notes: list[str] = field(default_factory=list)

    def fault(self, code: str, zh: str, en: str, index: int, column: str, **more: object) -> InputError:
        """Return an error that names file, row and field of a value."""
        row = self.rows[index] if 0 <= index < len(self.rows) else None
        where = {"file": self.file, "row": row, "field": self.fields.get(column, column), **more}
        place_zh, place_en = ("{file} 第 {row} 行“{field}”：", "{file} row {row}, {field}: ")
        return InputError(code, place_zh + zh, place_en + en, **where)

    @property
    def start(self) -> date:
        """The first day."""
        return self.times[0].date()

    def between(self, first: date, last: date) -> RawWeather:
        """Return the part from ``first`` to ``last``, both included."""
        days = [when.date() for when in self.times]
        part = slice(bisect_left(days, first), bisect_right(days, last))
        columns = {name: values[part] for name, values in self.columns.items()}
        return replace(self, times=self.times[part], rows=self.rows[part], columns=columns)


def in_order(raw: RawWeather) -> RawWeather:
    """Return the weather with every day (hour) from the first to the last, NaN where the file has none.

    Raises
    ------
    InputError
        ``potato.weather_empty``; ``potato.weather_order``: a time comes twice or before the one above it.
    """
    if not raw.times:
        raise InputError(
            "potato.weather_empty", "{file} 没有气象数据。", "{file} holds no weather.", file=raw.file
        )
    step = timedelta(hours=1) if raw.hourly else timedelta(days=1)
    first = raw.times[0]
    places = np.array([(when - first) / step for when in raw.times])
    wrong = np.flatnonzero(np.diff(places) <= 0)
    if len(wrong):
        index = int(wrong[0]) + 1
        raise raw.fault("potato.weather_order", "时间 {got} 重复或早于上一行。", "the time {got} comes twice or before the row above.",
                        index, "date", got=str(raw.times[index]))  # fmt: skip
    odd = np.flatnonzero(places != np.round(places))
    if len(odd):
        raise raw.fault("potato.weather_order", "时间 {got} 不在整点。", "the time {got} is not on the full step.",
                        int(odd[0]), "date", got=str(raw.times[int(odd[0])]))  # fmt: skip
    return _spread(raw, places.astype(int), first, step)


def _spread(raw: RawWeather, places: np.ndarray, first: datetime, step: timedelta) -> RawWeather:
    length = int(places[-1]) + 1
    if length == len(places):
        return _trimmed(raw)
    rows = np.zeros(length, int)
    rows[places] = raw.rows
    rows = np.maximum.accumulate(rows)  # a missing day is told at the row above it
    columns = {}
    for name, values in raw.columns.items():
        wide = np.full(length, np.nan)
        wide[places] = values
        columns[name] = wide
    times = [first + step * index for index in range(length)]
    return _trimmed(
        RawWeather(raw.file, raw.site, times, rows.tolist(), columns, raw.fields, raw.hourly, raw.notes)
    )


def _trimmed(raw: RawWeather) -> RawWeather:
    """Leave out what at the two ends has no value at all; nothing is made up, and a note tells it."""
    empty = [np.isnan(values) for values in raw.columns.values()]
    known = np.flatnonzero(~np.all(empty, axis=0)) if empty else np.array([], int)
    if not len(known) or known[-1] - known[0] + 1 == len(raw.times):
        return raw
    part = slice(int(known[0]), int(known[-1]) + 1)
    left = len(raw.times) - (part.stop - part.start)
    raw.notes.append(f"首尾 {left} 行全为缺测，未用 rows without any value at the ends left out")
    columns = {name: values[part] for name, values in raw.columns.items()}
    return RawWeather(
        raw.file, raw.site, raw.times[part], raw.rows[part], columns, raw.fields, raw.hourly, raw.notes
    )


def numbers(
    cells: Sequence[str], missing: frozenset[str], file: str, rows: Sequence[int], name: str
) -> Floats:
    """Return the cells as numbers, NaN where a cell is one of ``missing``.

    Raises
    ------
    InputError
        ``potato.weather_number``: a cell is neither.
    """
    found = np.full(len(cells), np.nan)
    for index, cell in enumerate(cells):
        text = cell.strip()
        if text in missing:
            continue
        try:
            found[index] = float(text)
        except ValueError:
            found[index] = np.inf
        if not np.isfinite(found[index]):
            raise InputError("potato.weather_number", "{file} 第 {row} 行“{field}”：“{got}”不是数。",
                             "{file} row {row}, {field}: “{got}” is not a number.",
                             file=file, row=rows[index], field=name, got=text[:30])  # fmt: skip
        if found[index] in (-99.0, -999.0):
            found[index] = np.nan
    return found


MISSING = frozenset({"", "NA", "NaN", "nan", "null", "None", ".", "-99", "-99.0", "-999", "-999.0"})
