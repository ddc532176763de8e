"""The classical rules of late blight: BLITECAST, SIMCAST, the Hutton criteria and the Smith period.

A day's wet period is the longest unbroken run of hours at 90 % relative humidity or more between noon of the day before
and noon of the day, as Wallin's stations read it; the Hutton and Smith rules count hours of the calendar day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tuwei.potato.blight._parameters import check_resistance
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._weather import Hourly

WET = 90.0  # % relative humidity of a wet hour, in all four rules
Table = tuple[tuple[float, float, tuple[tuple[float, int], ...]], ...]

# Krause, Massie and Hyre (1975), Plant Disease Reporter 59:95-98, after Wallin (1962): from that many hours, that many
# severity values, by the mean temperature of the wet period.
SEVERITY: Table = (
    (7.2, 11.65, ((16, 1), (19, 2), (22, 3), (25, 4))),
    (11.65, 15.05, ((13, 1), (16, 2), (19, 3), (22, 4))),
    (15.05, 26.65, ((10, 1), (13, 2), (16, 3), (19, 4))),
)
# Gruenwald et al. (2002), Plant Disease 86:1163-1168, table 3, after Fry, Apple and Bruhn (1983), Phytopathology
# 73:1054-1059: blight units by the rounded mean temperature, for susceptible (S), moderately susceptible (MS) and
# moderately resistant (MR) cultivars.
UNITS: dict[str, Table] = {
    "S": ((2.5, 7.5, ((10, 1), (13, 2), (16, 3), (19, 4))),
          (7.5, 12.5, ((7, 1), (8, 2), (10, 3), (11, 4), (13, 5), (16, 6))),
          (12.5, 22.5, ((7, 5), (10, 6), (13, 7))),
          (22.5, 27.5, ((7, 1), (10, 2), (13, 3), (16, 4), (19, 5)))),
    "MS": ((2.5, 7.5, ((13, 1),)),
           (7.5, 12.5, ((7, 1), (10, 2), (13, 3), (16, 4), (19, 5))),
           (12.5, 22.5, ((7, 1), (8, 2), (9, 3), (10, 4), (11, 5), (13, 6))),
           (22.5, 27.5, ((10, 1), (19, 2)))),
    "MR": ((2.5, 7.5, ((19, 1),)),
           (7.5, 12.5, ((10, 1), (13, 2), (16, 3))),
           (12.5, 22.5, ((7, 1), (8, 2), (9, 3), (10, 4), (13, 5))),
           (22.5, 27.5, ((16, 1),))),
}  # fmt: skip
# Fungicide units of a day by days since the application (from, and the last) and rain [mm]: up to 1 mm one unit, from then
# on those listed. Fry, Apple and Bruhn (1983), for chlorothalonil, as Gruenwald et al. (2002) use it; the numbers were taken
# from the International Potato Center's public implementations of SimCast, which agree, not from the printed page.
FUNGICIDE: Table = (
    (1, 1, ((1.0, 4), (1.45, 5), (3.45, 6), (6.0, 7))),
    (2, 2, ((1.0, 3), (1.45, 4), (4.45, 5), (8.0, 6))),
    (3, 3, ((1.0, 3), (2.45, 4), (5.0, 5))),
    (4, 5, ((1.0, 3), (2.45, 4), (8.0, 5))),
    (6, 9, ((1.0, 3), (4.0, 4))),
    (10, 14, ((1.0, 2), (1.45, 3), (8.0, 4))),
    (15, np.inf, ((1.0, 2), (8.0, 3))),
)
SPRAY_FUNGICIDE_UNITS = {"S": 15, "MS": 20, "MR": 25}  # a spray is due beyond these; as above
SPRAY_UNITS = {"S": 30, "MS": 35, "MR": 40}  # blight units since the last spray, the same paper
FIRST_SEVERITY, FIRST_RAINY_DAYS = 18, 10  # BLITECAST's first spray
# BLITECAST's later advice by severity values of seven days (<3, 3, 4, 5, 6, >6): -1 no spray, 0 alert, 1 spray every
# 7 days, 2 every 5 days; with up to four rain-favourable days of the seven, and with five or more.
FEW_RAINY, MANY_RAINY = (-1, -1, 0, 1, 1, 2), (-1, 0, 1, 2, 2, 2)
INTERVAL = {1: 7, 2: 5}


@dataclass(frozen=True)
class BlightRules:
    """What each rule says of each day, arrays of shape (days,).

    ``wet_hours`` and ``wet_temperature`` [°C] of the wet period; ``severity`` BLITECAST's severity values;
    ``units`` SIMCAST's blight units; ``hutton`` and ``smith`` whether the criterion is met on that day;
    ``blitecast_spray`` and ``simcast_spray`` the days a spray is advised; ``fungicide`` SIMCAST's fungicide units, noughts
    where they are not asked for.
    """

    wet_hours: Floats
    wet_temperature: Floats
    severity: NDArray[np.int64]
    units: NDArray[np.int64]
    hutton: NDArray[np.bool_]
    smith: NDArray[np.bool_]
    blitecast_spray: NDArray[np.bool_]
    simcast_spray: NDArray[np.bool_]
    fungicide: NDArray[np.int64]


def blight_rules(
    hourly: Hourly, rain: Floats, resistance: str = "S", *, sprayed: NDArray[np.bool_] | None = None
) -> BlightRules:
    """Return what the classical rules say.

    Parameters
    ----------
    hourly
        Temperature [°C] and relative humidity [%], shape (days, 24).
    rain
        mm/d, shape (days,).
    resistance
        ``S``, ``MS`` or ``MR``, for SIMCAST.
    sprayed
        Days a spray was made, shape (days,): SIMCAST then counts fungicide units too, since the last spray made or advised,
        and advises by whichever units are reached first. Without it blight units alone.

    Raises
    ------
    InputError
        ``potato.blight_resistance``.

    Notes
    -----
    Sources: Krause, Massie and Hyre (1975) for BLITECAST; Fry, Apple and Bruhn (1983) and Grünwald et al. (2002)
    for SIMCAST; its wet period is BLITECAST's; Hutton criteria: two days running with at least 10 °C and six hours of
    90 % (Dancey et al. 2017); Smith period: eleven hours (Smith 1956).

    Examples
    --------
    >>> wet = Hourly(np.full((3, 24), 16.0), np.full((3, 24), 95.0), np.zeros((3, 24)), "made")
    >>> rules = blight_rules(wet, np.zeros(3))
    >>> rules.severity.tolist(), rules.units.tolist(), rules.smith.tolist()
    ([1, 4, 4], [6, 7, 7], [False, True, True])
    """
    check_resistance(resistance)
    hours, mean = wet_periods(hourly)
    severity = looked_up(SEVERITY, hours, mean)
    units = looked_up(UNITS[resistance], hours, mean)
    lowest, humid = hourly.temperature.min(axis=1), (hourly.humidity >= WET).sum(axis=1)
    daily_mean = hourly.temperature.mean(axis=1)
    if sprayed is None:
        advised, worn = simcast_sprays(units, SPRAY_UNITS[resistance]), np.zeros(len(units), np.int64)
    else:
        advised, worn = simcast_both(units, rain, sprayed, resistance)
    return BlightRules(hours, mean, severity, units, _twice((lowest >= 10) & (humid >= 6)), _twice((lowest >= 10) & (humid >= 11)),
                       blitecast_sprays(severity, rain, daily_mean), advised, worn)  # fmt: skip


def wet_periods(hourly: Hourly) -> tuple[Floats, Floats]:
    """Return length [h] and mean temperature [°C] of each day's longest wet period, noon to noon."""
    days = len(hourly.temperature)
    wet = np.concatenate([np.zeros(12, bool), (hourly.humidity >= WET).ravel()[:-12]]).reshape(days, 24)
    warm = np.concatenate([np.full(12, np.nan), hourly.temperature.ravel()[:-12]]).reshape(days, 24)
    longest, end = _longest(wet)
    mean = np.full(days, np.nan)
    for day in np.flatnonzero(longest):
        mean[day] = warm[day, end[day] - longest[day] : end[day]].mean()
    return longest.astype(float), mean


def _longest(wet: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the length and the end of the longest run of each row, the first of equals."""
    run, longest, end = (np.zeros(len(wet), np.int64) for _ in range(3))
    for hour in range(wet.shape[1]):
        run = np.where(wet[:, hour], run + 1, 0)
        longer = run > longest
        longest, end = np.where(longer, run, longest), np.where(longer, hour + 1, end)
    return longest, end


def looked_up(table: Table, hours: Floats, mean: Floats) -> NDArray[np.int64]:
    """Return the values of a table for wet periods of ``hours`` at ``mean`` °C."""
    found = np.zeros(len(hours), np.int64)
    for low, high, steps in table:
        inside = (mean >= low) & (mean < high)
        for least, value in steps:
            found[inside & (hours >= least)] = value
    return found


def _twice(met: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.concatenate([[False], met[1:] & met[:-1]])


def rain_favourable(rain: Floats, mean: Floats) -> NDArray[np.bool_]:
    """Return Hyre's rain-favourable days: 30 mm in ten days and a mean under 25.5 °C in five."""
    total, warm = np.cumsum(np.insert(rain, 0, 0.0)), np.cumsum(np.insert(mean, 0, 0.0))
    day = np.arange(1, len(rain) + 1)
    ten, five = total[day] - total[np.maximum(day - 10, 0)], warm[day] - warm[np.maximum(day - 5, 0)]
    return np.asarray((ten >= 30.0) & (five / np.minimum(day, 5) < 25.5), bool)


def blitecast_sprays(severity: NDArray[np.int64], rain: Floats, mean: Floats) -> NDArray[np.bool_]:
    """Return the days BLITECAST advises a spray, the first at 18 severity values or ten rain-favourable days."""
    rainy = rain_favourable(rain, mean)
    sprays = np.zeros(len(severity), bool)
    total, running, last = 0, 0, -1
    for day in range(len(severity)):
        total += int(severity[day])
        running = running + 1 if rainy[day] else 0
        if last < 0:
            advised = total >= FIRST_SEVERITY or running >= FIRST_RAINY_DAYS
        else:
            week = slice(max(day - 6, 0), day + 1)
            rows = MANY_RAINY if rainy[week].sum() >= 5 else FEW_RAINY
            advice = rows[min(max(int(severity[week].sum()) - 2, 0), 5)]
            advised = advice in INTERVAL and day - last >= INTERVAL[advice]
        if advised:
            sprays[day], last = True, day
    return sprays


def simcast_sprays(units: NDArray[np.int64], threshold: int, least: int = 5) -> NDArray[np.bool_]:
    """Return the days SIMCAST advises a spray: blight units since the last one, and at least ``least`` days."""
    sprays = np.zeros(len(units), bool)
    total, last = 0, -least
    for day in range(len(units)):
        total += int(units[day])
        if total >= threshold and day - last >= least:
            sprays[day], total, last = True, 0, day
    return sprays


def simcast_both(
    units: NDArray[np.int64], rain: Floats, sprayed: NDArray[np.bool_], resistance: str, least: int = 5
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return the days SIMCAST advises a spray, and each day's fungicide units.

    Both units are counted from the last spray, made or advised; a spray is advised when the blight units reach their
    threshold or the fungicide units exceed theirs, ``least`` days or more after it. Before the first there is no fungicide.
    """
    advised, worn = np.zeros(len(units), bool), np.zeros(len(units), np.int64)
    blight, fungicide, last = 0, 0, -1
    for day in range(len(units)):
        if last >= 0:
            worn[day] = fungicide_units(day - last, float(rain[day]))
        blight, fungicide = blight + int(units[day]), fungicide + int(worn[day])
        due = blight >= SPRAY_UNITS[resistance] or fungicide > SPRAY_FUNGICIDE_UNITS[resistance]
        advised[day] = due and not sprayed[day] and (last < 0 or day - last >= least)
        if sprayed[day] or advised[day]:
            blight, fungicide, last = 0, 0, day
    return advised, worn


def fungicide_units(days: int, rain: float) -> int:
    """Return SIMCAST's fungicide units of a day.

    Parameters
    ----------
    days
        Since the application, 1 or more.
    rain
        Of the day [mm].

    Examples
    --------
    >>> fungicide_units(1, 0.0), fungicide_units(1, 7.0), fungicide_units(12, 5.0)
    (1, 7, 3)
    """
    [steps] = [steps for first, last, steps in FUNGICIDE if first <= days <= last]
    return max([1, *(value for least, value in steps if rain > least or rain == least == 1.0)])
