"""Reference evapotranspiration and what it is made of, after FAO Irrigation and Drainage Paper 56.

Source of every equation: Allen, Pereira, Raes and Smith (1998), Crop evapotranspiration, FAO paper 56; the numbers
in the docstrings are its equation numbers. Arrays and scalars are both taken; a day is one element.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
SOLAR_CONSTANT = 0.0820  # MJ m-2 min-1, below eq. 21
STEFAN_BOLTZMANN = 4.903e-9  # MJ K-4 m-2 d-1, below eq. 39
ALBEDO = 0.23  # of the grass reference, below eq. 38


def saturation_vapour_pressure(temperature: Floats | float) -> Floats:
    """Return the saturation vapour pressure [kPa] at an air temperature [°C], eq. 11.

    Examples
    --------
    >>> float(saturation_vapour_pressure(24.5).round(3))
    3.075
    """
    celsius = np.asarray(temperature, float)
    return np.asarray(0.6108 * np.exp(17.27 * celsius / (celsius + 237.3)), float)


def dew_point(vapour: Floats | float) -> Floats:
    """Return the dew point [°C] of a vapour pressure [kPa], eq. 11 turned round."""
    logarithm = np.log(np.maximum(np.asarray(vapour, float), 1e-6) / 0.6108)
    return np.asarray(237.3 * logarithm / (17.27 - logarithm), float)


def air_pressure(altitude: float) -> float:
    """Return the air pressure [kPa] at an altitude [m], eq. 7.

    Examples
    --------
    >>> round(air_pressure(1800), 1)
    81.8
    """
    return float(101.3 * ((293 - 0.0065 * altitude) / 293) ** 5.26)


def wind_at_two_metres(speed: Floats | float, height: float) -> Floats:
    """Return the wind [m/s] at 2 m from a speed [m/s] measured at a height [m] over grass, eq. 47."""
    return np.asarray(np.asarray(speed, float) * 4.87 / np.log(67.8 * height - 5.42), float)


def day_length(latitude: float, day_of_year: Floats) -> Floats:
    """Return the daylight hours N [h] at a latitude [degrees north, −90..90], eq. 24, 25 and 34."""
    angle, _ = _sunset(latitude, day_of_year)
    return np.asarray(24 / np.pi * angle, float)


def extraterrestrial_radiation(latitude: float, day_of_year: Floats) -> Floats:
    """Return the radiation above the air, Ra [MJ m-2 d-1], at a latitude [degrees north], eq. 21 to 25.

    Examples
    --------
    >>> float(extraterrestrial_radiation(-20.0, np.array([246.0]))[0].round(1))  # example 8
    32.2
    """
    angle, declination = _sunset(latitude, day_of_year)
    phi = np.radians(latitude)
    distance = 1 + 0.033 * np.cos(2 * np.pi * day_of_year / 365)
    path = angle * np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.sin(angle)
    return np.asarray(24 * 60 / np.pi * SOLAR_CONSTANT * distance * path, float)


def _sunset(latitude: float, day_of_year: Floats) -> tuple[Floats, Floats]:
    """Return the sunset hour angle and the declination [rad], eq. 24 and 25; polar night and day are clipped."""
    declination = 0.409 * np.sin(2 * np.pi * day_of_year / 365 - 1.39)
    cosine = np.clip(-np.tan(np.radians(latitude)) * np.tan(declination), -1, 1)
    return np.arccos(cosine), declination


def radiation_of_sunshine(sunshine: Floats, latitude: float, day_of_year: Floats) -> Floats:
    """Return global radiation Rs [MJ m-2 d-1] from hours of bright sunshine [h/d], eq. 35 with a = 0.25, b = 0.50."""
    share = np.clip(sunshine / np.maximum(day_length(latitude, day_of_year), 1e-6), 0, 1)
    return np.asarray((0.25 + 0.50 * share) * extraterrestrial_radiation(latitude, day_of_year), float)


def net_radiation(
    tmin: Floats,
    tmax: Floats,
    srad: Floats,
    vapour: Floats,
    *,
    latitude: float,
    altitude: float,
    day_of_year: Floats,
) -> Floats:
    """Return net radiation Rn [MJ m-2 d-1] over the grass reference, eq. 37 to 40."""
    clear = (0.75 + 2e-5 * altitude) * extraterrestrial_radiation(latitude, day_of_year)
    relative = np.clip(srad / np.maximum(clear, 1e-6), 0, 1)
    fourth = ((tmax + 273.16) ** 4 + (tmin + 273.16) ** 4) / 2
    long_wave = STEFAN_BOLTZMANN * fourth * (0.34 - 0.14 * np.sqrt(vapour)) * (1.35 * relative - 0.35)
    return np.asarray((1 - ALBEDO) * srad - long_wave, float)


def reference_evapotranspiration(
    tmin: Floats, tmax: Floats, srad: Floats, wind: Floats, vapour: Floats,
    *, latitude: float, altitude: float, day_of_year: Floats,
) -> Floats:  # fmt: skip
    """Return ET0 [mm/d] of each day by FAO-56 Penman-Monteith, eq. 6 with no soil heat flux (eq. 42).

    Parameters
    ----------
    tmin, tmax
        Lowest and highest air temperature [°C], shape (days,).
    srad
        Global radiation [MJ m-2 d-1].
    wind
        Wind at 2 m [m/s].
    vapour
        Actual vapour pressure [kPa].
    latitude, altitude
        Of the site, degrees north and metres.
    day_of_year
        1..366, shape (days,).

    Notes
    -----
    A negative result (dew, polar winter) is given as 0, which the paper does not say. Daily means stand for the
    temperature of the radiation term, as in the paper's example 18.

    Examples
    --------
    Example 18 of the paper, Uccle on 6 July: 3.88 mm.

    >>> one = lambda value: np.array([value])
    >>> reference_evapotranspiration(one(12.3), one(21.5), one(22.07), one(2.078), one(1.409),
    ...     latitude=50.8, altitude=100.0, day_of_year=one(187.0)).round(2)
    array([3.88])
    """
    T = (tmin + tmax) / 2
    es = (saturation_vapour_pressure(tmin) + saturation_vapour_pressure(tmax)) / 2  # eq. 12
    delta = 4098 * saturation_vapour_pressure(T) / (T + 237.3) ** 2  # eq. 13
    gamma = 0.665e-3 * air_pressure(altitude)  # eq. 8
    Rn = net_radiation(
        tmin, tmax, srad, vapour, latitude=latitude, altitude=altitude, day_of_year=day_of_year
    )
    wet = 0.408 * delta * Rn + gamma * 900 / (T + 273) * wind * np.maximum(es - vapour, 0)
    return np.asarray(np.maximum(wet / (delta + gamma * (1 + 0.34 * wind)), 0), float)
