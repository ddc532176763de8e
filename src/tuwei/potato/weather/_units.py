"""Units that a weather file may declare, and what a weather value can be at most."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats, saturation_vapour_pressure, wind_at_two_metres

_FAHRENHEIT = (5 / 9, -32 * 5 / 9)
_TEMPERATURE = {"c": (1.0, 0.0), "°c": (1.0, 0.0), "℃": (1.0, 0.0), "f": _FAHRENHEIT, "°f": _FAHRENHEIT, "℉": _FAHRENHEIT,
                "k": (1.0, -273.15)}  # fmt: skip
_RAIN = {"mm": 1.0, "mm/d": 1.0, "mm/day": 1.0, "mm/hour": 1.0, "mm/h": 1.0, "cm": 10.0, "m": 1000.0, "in": 25.4, "inch": 25.4,
         "inches": 25.4, "kg/m2": 1.0}  # fmt: skip
_WATT_DAY = 0.0864  # MJ m-2 in a day of 1 W m-2
_RADIATION = {"mj/m2/d": 1.0, "mj/m2/day": 1.0, "mj/m2": 1.0, "mj/hr": 1.0, "kj/m2": 1e-3, "j/m2": 1e-6, "kwh/m2": 3.6,
              "kwh/m2/d": 3.6, "kwh/m2/day": 3.6, "kw-hr/m2/day": 3.6, "wh/m2": 3.6e-3, "w/m2": _WATT_DAY, "h": 1.0,
              "hours": 1.0}  # fmt: skip
_WIND = {
    "m/s": 1.0,
    "km/h": 1 / 3.6,
    "km/d": 1000 / 86400,
    "km/day": 1000 / 86400,
    "mph": 0.44704,
    "kn": 0.514444,
}
_PRESSURE = {"kpa": 1.0, "hpa": 0.1, "mbar": 0.1, "pa": 1e-3}
_SHARE = {"%": 1.0, "1": 100.0}


@dataclass(frozen=True)
class Quantity:
    """A column a weather file may have: its units, and the lowest and highest value in the unit reckoned with.

    Source of the limits: the World Meteorological Organization's archive of weather extremes (−89.2 and 56.7 °C;
    1,825 mm of rain in a day, 305 mm in an hour; 113 m/s of wind in a gust); radiation is held against the radiation
    above the air.
    """

    name: str
    units: dict[str, tuple[float, float]]
    unit: str
    low: float
    high: float
    hint: str = ""


def _scaled(units: dict[str, float]) -> dict[str, tuple[float, float]]:
    return {name: (factor, 0.0) for name, factor in units.items()}


_HOT = "°F, K"
QUANTITIES = {
    one.name: one
    for one in (
        Quantity("tmin", _TEMPERATURE, "°C", -89.2, 56.7, _HOT),
        Quantity("tmax", _TEMPERATURE, "°C", -89.2, 56.7, _HOT),
        Quantity("temperature", _TEMPERATURE, "°C", -89.2, 56.7, _HOT),
        Quantity("dew", _TEMPERATURE, "°C", -89.2, 40.0, _HOT),
        Quantity("rain", _scaled(_RAIN), "mm", 0.0, 1825.0, "m"),
        Quantity("srad", _scaled(_RADIATION), "MJ m-2 d-1", 0.0, 50.0, "W/m2"),
        Quantity("sunshine", _scaled({"h": 1.0}), "h", 0.0, 24.0, "MJ/m2/d"),
        Quantity("wind", _scaled(_WIND), "m/s", 0.0, 60.0, "km/h, km/d"),
        Quantity("vapour", _scaled(_PRESSURE), "kPa", 0.0, 8.0, "hPa"),
        Quantity("humidity", _scaled(_SHARE), "%", 0.0, 105.0, ""),
        Quantity("u10", _scaled(_WIND), "m/s", -60.0, 60.0, ""),
        Quantity("v10", _scaled(_WIND), "m/s", -60.0, 60.0, ""),
    )
}


def unit_key(text: str) -> str:
    """Return a unit in the one spelling the tables use: ``MJ m-2 d-1``, ``MJ/m^2/day`` and ``MJ·m⁻²·d⁻¹`` are one."""
    plain = text.strip().lower().replace("^", "").translate(str.maketrans("²⁻¹·*", "2-1  "))
    plain = re.sub(r"\s*/\s*", "/", plain)
    words = plain.split()
    for position, word in enumerate(words[1:], 1):
        if found := re.fullmatch(r"([a-z]+)-(\d)", word):
            words[position] = "/" + found[1] + (found[2] if found[2] != "1" else "")
    return "".join(words)


def converted(values: Floats, quantity: str, unit: str, *, file: str, row: int, field: str) -> Floats:
    """Return values in the unit the engine reckons with; ``@10 m`` after a wind's unit gives its height.

    Raises
    ------
    InputError
        ``potato.weather_unit``: no such unit for this column.
    """
    spec = QUANTITIES[quantity]
    named, _, height = unit.partition("@")
    factor = spec.units.get(unit_key(named))
    metres = re.fullmatch(r"\s*([0-9.]+)\s*m?\s*", height) if height else None
    if factor is None or (height and (metres is None or quantity != "wind")):
        raise InputError("potato.weather_unit", "{file} 第 {row} 行：“{field}”的单位“{got}”无法识别，可用：{expected}。",
                         "{file} row {row}: the unit “{got}” of “{field}” is not known; known are {expected}.",
                         file=file, row=row, field=field, got=unit, expected="、".join(spec.units))  # fmt: skip
    found = values * factor[0] + factor[1]
    return wind_at_two_metres(found, float(metres[1])) if metres else found


def vapour_of_dew(dew: Floats) -> Floats:
    """Return the actual vapour pressure [kPa] of a dew point [°C], FAO-56 eq. 14."""
    return saturation_vapour_pressure(dew)


def vapour_of_humidity(humidity: Floats, tmin: Floats, tmax: Floats) -> Floats:
    """Return the actual vapour pressure [kPa] of the mean relative humidity [%], FAO-56 eq. 19."""
    mean = (saturation_vapour_pressure(tmin) + saturation_vapour_pressure(tmax)) / 2
    return np.asarray(np.minimum(humidity, 100.0) / 100 * mean, float)
