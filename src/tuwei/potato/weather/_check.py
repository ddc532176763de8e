"""What a weather value cannot be: the first fault of a file is told with its row, its field and what may be meant."""

from __future__ import annotations

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import extraterrestrial_radiation, saturation_vapour_pressure
from tuwei.potato.weather._raw import RawWeather
from tuwei.potato.weather._units import QUANTITIES
from tuwei.potato.weather._weather import Site, days_of_year

CHECKS = ("range", "order", "radiation", "vapour", "rain-unit", "wind-unit")
# A gauge tells 0.1 mm at the least and a wet day has some millimetres: 20 wet days that all stay under 3 with a mean
# under 0.8 are inches. A month whose wind stays under 0.2 m/s everywhere near 2 m has another unit, or is the metres
# a second of a file that should hold kilometres a day. Both limits are the engine's own.
WET_DAYS, WETTEST, WET_MEAN = 20, 3.0, 0.8
CALM_DAYS, CALM = 30, 0.2


def check(raw: RawWeather, waived: frozenset[str]) -> None:
    """Refuse impossible values.

    Parameters
    ----------
    raw
        Daily or hourly, in the engine's units.
    waived
        Of ``CHECKS``, those the user has decided not to make.

    Raises
    ------
    InputError
        ``potato.weather_range``, ``potato.weather_tmin_above_tmax``, ``potato.weather_radiation``,
        ``potato.weather_saturated``, ``potato.weather_inches``, ``potato.weather_calm``.
    """
    for name, one in zip(CHECKS, (_range, _order, _radiation, _vapour, _inches, _calm), strict=True):
        if name not in waived:
            one(raw)


def _range(raw: RawWeather) -> None:
    for name, values in raw.columns.items():
        spec = QUANTITIES[name]
        wrong = np.flatnonzero((values < spec.low) | (values > spec.high))
        if len(wrong):
            index = int(wrong[0])
            hint = (f"；单位是否为 {spec.hint}？", f"; is the unit {spec.hint}?") if spec.hint else ("", "")
            raise raw.fault("potato.weather_range", "{got} 不可能，应在 {expected} 内" + hint[0], "{got} cannot be; the range is {expected}" + hint[1],
                            index, name, got=f"{values[index]:g} {spec.unit}", expected=f"{spec.low:g}…{spec.high:g} {spec.unit}")  # fmt: skip


def _order(raw: RawWeather) -> None:
    if "tmin" not in raw.columns or "tmax" not in raw.columns:
        return
    low, high = raw.columns["tmin"], raw.columns["tmax"]
    wrong = np.flatnonzero(low > high)
    if len(wrong):
        index = int(wrong[0])
        raise raw.fault("potato.weather_tmin_above_tmax", "最低气温 {got} ℃ 高于最高气温 {expected} ℃。", "the lowest, {got} °C, is above the highest, {expected} °C.",
                        index, "tmin", got=f"{low[index]:g}", expected=f"{high[index]:g}")  # fmt: skip


def _radiation(raw: RawWeather) -> None:
    """Hold a day's radiation against what comes to the top of the air."""
    if "srad" not in raw.columns or raw.site is None or raw.hourly:
        return
    values = raw.columns["srad"]
    above = extraterrestrial_radiation(raw.site.latitude, days_of_year(raw.start, len(values)))
    wrong = np.flatnonzero(values > above + 0.5)
    if len(wrong):
        index = int(wrong[0])
        raise raw.fault("potato.weather_radiation", "辐射 {got} 大于大气层外的 {expected} MJ m-2 d-1；单位是否为 W/m2，或纬度有误？",
                        "radiation of {got} is more than the {expected} MJ m-2 d-1 above the air; is the unit W/m2, or the latitude wrong?",
                        index, "srad", got=f"{values[index]:.4g}", expected=f"{above[index]:.4g}")  # fmt: skip


def _vapour(raw: RawWeather) -> None:
    for name in ("vapour", "dew"):
        warm = raw.columns.get("tmax", raw.columns.get("temperature"))
        if name in raw.columns and warm is not None:
            values = raw.columns[name]
            most = saturation_vapour_pressure(warm) * 1.05 if name == "vapour" else warm + 0.75
            wrong = np.flatnonzero(values > most)
            if len(wrong):
                index = int(wrong[0])
                raise raw.fault("potato.weather_saturated", "{got} 超过该日气温下的饱和值 {expected}。", "{got} is above saturation at that day's temperature, {expected}.",
                                index, name, got=f"{values[index]:.4g}", expected=f"{most[index]:.4g}")  # fmt: skip


def _inches(raw: RawWeather) -> None:
    if "rain" not in raw.columns or raw.hourly:
        return
    wet = raw.columns["rain"][raw.columns["rain"] > 0]
    if len(wet) >= WET_DAYS and wet.max() < WETTEST and wet.mean() < WET_MEAN:
        raise raw.fault("potato.weather_inches", "{expected} 个雨日最多只有 {got} mm，似为英寸；确为毫米请免检 rain-unit。",
                        "{expected} wet days and at most {got} mm: inches? If they are millimetres, waive the check rain-unit.",
                        int(np.nanargmax(raw.columns["rain"])), "rain", got=f"{wet.max():g}", expected=len(wet))  # fmt: skip


def _calm(raw: RawWeather) -> None:
    if "wind" not in raw.columns or raw.hourly:
        return
    wind = raw.columns["wind"][~np.isnan(raw.columns["wind"])]
    if len(wind) >= CALM_DAYS and wind.max() < CALM:
        raise raw.fault("potato.weather_calm", "{expected} 天的风速都不超过 {got} m/s，单位似有误；确属实请免检 wind-unit。",
                        "the wind of {expected} days stays at or under {got} m/s: another unit? If it is right, waive the check wind-unit.",
                        0, "wind", got=f"{wind.max():.2g}", expected=len(wind))  # fmt: skip


def known_site(raw: RawWeather) -> Site:
    """Return the site with all its three numbers in range.

    Raises
    ------
    InputError
        ``potato.weather_site``.
    """
    site = raw.site
    numbers = (site.latitude, site.longitude, site.altitude) if site else ()
    if not site or not all(low <= value <= high for value, (low, high) in zip(numbers, ((-90, 90), (-180, 180), (-430, 6000)), strict=True)):  # fmt: skip
        raise InputError("potato.weather_site", "{file} 没有完整的纬度、经度、海拔（现为 {got}），请另行给出。",
                         "{file} does not tell latitude, longitude and altitude (got {got}); give them.",
                         file=raw.file, field="latitude, longitude, altitude", got=str(numbers))  # fmt: skip
    return site
