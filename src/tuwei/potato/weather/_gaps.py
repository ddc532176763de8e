"""Gaps and absent columns: filled only by a method the user has named, and counted in the weather's origin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats, extraterrestrial_radiation
from tuwei.potato.weather._raw import RawWeather
from tuwei.potato.weather._units import vapour_of_dew
from tuwei.potato.weather._weather import days_of_year

GAPS = ("linear", "linear-dry", "other-year")
ABSENT = ("fao56",)
LONGEST = 7  # days a straight line may bridge
NEEDED = ("tmin", "tmax", "rain", "srad", "wind", "vapour")


def fill_gaps(raw: RawWeather, method: str, within: tuple[date, date] | None = None) -> None:
    """Fill the missing values of the columns a file has.

    Parameters
    ----------
    raw
        Daily columns; changed in place, with a note of how many values were filled.
    method
        ``""`` fills nothing. ``linear``: a straight line between the neighbours over at most 7 days; missing rain
        stays a fault. ``linear-dry``: the same, and a day without a rain reading is taken as dry. ``other-year``:
        all of a day's missing values from the same date of the nearest year that has them.
    within
        First and last day that matter; a column without any value there is dropped, as one the file lacks.

    Raises
    ------
    InputError
        ``potato.weather_gap``: a value is missing and no method was named, or the method cannot fill it.
        ``potato.weather_method``: no such method.
    """
    if method and method not in GAPS:
        raise _unknown("gaps", method, GAPS)
    wanted = np.array([within is None or within[0] <= when.date() <= within[1] for when in raw.times])
    for name, values in list(raw.columns.items()):
        missing = np.flatnonzero(np.isnan(values) & wanted)
        if within is not None and len(missing) == wanted.sum():
            del raw.columns[name]
            continue
        if not len(missing):
            continue
        filled = _METHODS[method](raw, name, values) if method else values
        left = np.flatnonzero(np.isnan(filled) & wanted)
        if len(left):
            raise _gap(raw, name, int(left[0]), len(left), method)
        raw.columns[name] = filled
        raw.notes.append(f"{name}: {len(missing)} 个缺测值用 {method} 补 missing values filled")


def _linear(raw: RawWeather, name: str, values: Floats) -> Floats:
    if name == "rain":
        return values
    known = np.flatnonzero(~np.isnan(values))
    filled = (
        np.interp(np.arange(len(values)), known, values[known], left=np.nan, right=np.nan)
        if len(known)
        else values.copy()
    )
    longest = LONGEST * (24 if raw.hourly else 1)
    for before, after in pairwise(known):
        if after - before > longest + 1:
            filled[before + 1 : after] = np.nan
    return np.asarray(filled, float)


def _linear_dry(raw: RawWeather, name: str, values: Floats) -> Floats:
    return np.nan_to_num(values, nan=0.0) if name == "rain" else _linear(raw, name, values)


def _other_year(raw: RawWeather, name: str, values: Floats) -> Floats:
    by_date: dict[tuple[int, int, int], list[int]] = {}
    keys = [(when.month, min(when.day, 28) if when.month == 2 else when.day, when.hour) for when in raw.times]
    for index in np.flatnonzero(~np.isnan(values)):
        by_date.setdefault(keys[index], []).append(int(index))
    filled = values.copy()
    for index in np.flatnonzero(np.isnan(values)):
        if found := by_date.get(keys[index]):
            filled[index] = values[min(found, key=lambda other: (abs(other - int(index)), other))]
    return filled


_METHODS: dict[str, Callable[[RawWeather, str, Floats], Floats]] = {
    "linear": _linear, "linear-dry": _linear_dry, "other-year": _other_year}  # fmt: skip


def _day(raw: RawWeather, index: int) -> str:
    return raw.times[index].isoformat(" ")[: 16 if raw.hourly else 10]


def _gap(raw: RawWeather, name: str, index: int, count: int, method: str) -> InputError:
    if method:
        return raw.fault("potato.weather_gap", "{day} 缺测，方法 {got} 补不了（共 {count} 处）。", "{day} is missing and the method {got} cannot fill it ({count} in all).",
                         index, name, day=_day(raw, index), got=method, count=count)  # fmt: skip
    return raw.fault("potato.weather_gap", "{day} 缺测（共 {count} 处）；要补请选方法：{expected}。", "{day} is missing ({count} in all); to fill, name a method: {expected}.",
                     index, name, day=_day(raw, index), expected=", ".join(GAPS), count=count)  # fmt: skip


def add_absent(raw: RawWeather, method: str) -> None:
    """Add the columns a file lacks.

    Parameters
    ----------
    raw
        Daily, without gaps; changed in place, with a note.
    method
        ``""`` adds nothing. ``fao56``: wind of 2 m/s (FAO-56 p. 63), vapour pressure of a dew point equal to
        ``tmin`` (eq. 48), radiation by Hargreaves with 0.16 (eq. 50). Temperature and rain are never added.

    Raises
    ------
    InputError
        ``potato.weather_absent``, ``potato.weather_method``.
    """
    if method and method not in ABSENT:
        raise _unknown("absent", method, ABSENT)
    lacking = [name for name in NEEDED if name not in raw.columns]
    hopeless = [name for name in lacking if not method or name in ("tmin", "tmax", "rain")]
    if hopeless:
        raise InputError("potato.weather_absent", "{file} 没有 {field} 列{advice_zh}。", "{file} has no {field} column{advice_en}.",
                         file=raw.file, field=", ".join(hopeless), expected=", ".join(NEEDED),
                         advice_zh="" if method else "；风、水汽压、辐射可用 fao56 法估计",
                         advice_en="" if method else "; wind, vapour and radiation can be estimated by the method fao56")  # fmt: skip
    for name in lacking:
        raw.columns[name] = _fao56(raw, name)
        raw.notes.append(f"{name}: 用 fao56 法估计 estimated by fao56")


def _fao56(raw: RawWeather, name: str) -> Floats:
    low, high = raw.columns["tmin"], raw.columns["tmax"]
    if name == "wind":
        return np.full(len(low), 2.0)
    if name == "vapour":
        return vapour_of_dew(low)
    above = extraterrestrial_radiation(
        raw.site.latitude if raw.site else 0.0, days_of_year(raw.start, len(low))
    )
    return np.asarray(0.16 * np.sqrt(np.maximum(high - low, 0)) * above, float)


def _unknown(field: str, got: str, known: tuple[str, ...]) -> InputError:
    return InputError("potato.weather_method", "没有名为“{got}”的方法，可用：{expected}。", "No method is called “{got}”; there are {expected}.",
                      field=field, got=got[:30], expected=", ".join(known))  # fmt: skip
