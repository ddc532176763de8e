"""WOFOST as a judge: the same calendar, weather and soil given to WOFOST of the package ``pcse``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from tuwei.potato.crop._soil import Profile
from tuwei.potato.evidence._aquacrop import conductivity
from tuwei.potato.evidence._side import Calendar
from tuwei.potato.weather._weather import Weather

POTATO = 7  # the crop's number in pcse's own test data base
ROOTS = 120.0  # cm, most that the soil lets roots go; the crop's own limit is less


def judge_wofost(calendar: Calendar, weather: Weather, soil: Profile) -> dict[str, float]:
    """Return one season by WOFOST 7.2, water-limited: dry ``yield`` t/ha; ``transpiration``, ``irrigation``, ``percolation`` mm.

    Parameters
    ----------
    calendar
        The season's work. Water is given on its days with its efficiency. WOFOST's bucket knows no wetted share and no
        film, this configuration no nitrogen.
    weather
        From planting to harvest at least; ET0 is the weather's own, E0 and ES0 are reckoned by ``pcse``.
    soil
        Its horizons are averaged over their depth into one bucket.

    Notes
    -----
    WOFOST 7.2: de Wit et al. 2019, Agric. Syst. 168:154. The crop's figures are read from the installed ``pcse`` when this
    runs (table ``crop_parameter_value`` of its test data; Boons-Prins et al. 1993, potato of north-west Europe).
    """
    from pcse.base import ParameterProvider
    from pcse.models import Wofost72_WLP_CWB

    parameters = ParameterProvider(cropdata=crop_figures(), soildata=_soil(soil), sitedata=_site(soil))
    model = Wofost72_WLP_CWB(parameters, weather_provider(weather), agenda(calendar))
    model.run_till_terminate()
    [season] = model.get_summary_output()
    end = model.get_terminal_output()
    return {"yield": season["TWSO"] / 1000, "transpiration": 10 * season["CTRAT"], "irrigation": 10 * end["TOTIRR"] / calendar.efficiency,
            "percolation": 10 * end["LOSST"]}  # fmt: skip


@cache
def crop_figures() -> dict[str, Any]:
    """Return WOFOST's potato as the installed ``pcse`` holds it: scalars, and tables as flat lists of x and y."""
    text = (files("pcse") / "tests" / "test_data" / "pcse_dump.sql").read_text("utf-8")
    rows = re.findall(rf"\"crop_parameter_value\" VALUES\({POTATO},'(\w+)',([^,]+),([^)]+)\)", text)
    found: dict[str, Any] = {}
    for name, x, y in sorted(rows):
        base, _, place = name.rpartition("_")
        if not place.isdigit():
            found[name] = float(x)
        elif (table := found.setdefault(base, [])) == [] or float(x) > table[-2]:
            table += [float(x), float(y)]
    ends = {"SSATB": ("SSA", 2.0), "KDIFTB": ("KDIF", 2.0), "EFFTB": ("EFF", 40.0)}
    found |= {table: [0.0, found[name], end, found[name]] for table, (name, end) in ends.items()}
    return {**found, "DVSI": 0.0}


def weather_provider(weather: Weather) -> Any:
    """Return pcse's provider of daily weather, in its units: J m-2, hPa and cm; the last day stands twice, as pcse ends a day later."""
    from pcse.base import WeatherDataContainer, WeatherDataProvider
    from pcse.util import reference_ET

    site, provider = weather.site, WeatherDataProvider()
    provider.latitude, provider.longitude, provider.elevation = site.latitude, site.longitude, site.altitude
    for place in range(weather.days + 1):
        index, day = min(place, weather.days - 1), weather.start + timedelta(days=place)
        row = {
            "TMIN": weather.tmin[index], "TMAX": weather.tmax[index], "IRRAD": 1e6 * weather.srad[index],
            "VAP": max(0.07, 10 * weather.vapour[index]), "WIND": weather.wind[index],
        }  # fmt: skip
        open_water, bare, _ = reference_ET(
            DAY=day, LAT=site.latitude, ELEV=site.altitude, ANGSTA=0.25, ANGSTB=0.50, **row
        )
        wet = {
            "RAIN": weather.rain[index] / 10,
            "E0": open_water / 10,
            "ES0": bare / 10,
            "ET0": weather.et0[index] / 10,
        }
        one = WeatherDataContainer(
            LAT=site.latitude, LON=site.longitude, ELEV=site.altitude, DAY=day, **row, **wet
        )
        provider._store_WeatherDataContainer(one, day)
    return provider


def agenda(calendar: Calendar) -> list[dict[date, Any]]:
    """Return pcse's agromanagement of a calendar; water in cm. The crop ends with the vines where they are killed."""
    end = calendar.vine_kill or calendar.harvest
    water = [{day: {"amount": mm / 10, "efficiency": calendar.efficiency}} for day, mm in calendar.water]
    events = (
        [{"event_signal": "irrigate", "name": "water", "comment": "", "events_table": water}]
        if water
        else None
    )
    crop = {"crop_name": "potato", "variety_name": "potato", "crop_start_date": calendar.planting, "crop_start_type": "sowing",
            "crop_end_date": end, "crop_end_type": "earliest", "max_duration": 300}  # fmt: skip
    return [
        {calendar.planting: {"CropCalendar": crop, "TimedEvents": events, "StateEvents": None}},
        {end + timedelta(days=1): None},
    ]


def bucket(soil: Profile) -> tuple[float, float, float, float]:
    """Return wilting, capacity, saturation and the first water [m3 m-3], means over the horizons' depth."""
    top, sums = 0.0, [0.0] * 4
    for one in soil.horizons:
        values = (one.wilting, one.capacity, one.saturation, one.capacity if one.water is None else one.water)
        sums = [total + (one.bottom - top) * value for total, value in zip(sums, values, strict=True)]
        top = one.bottom
    wilting, capacity, saturation, water = (total / top for total in sums)
    return wilting, capacity, saturation, water


def _soil(soil: Profile) -> dict[str, float]:
    wilting, capacity, saturation, _ = bucket(soil)
    drains = min(conductivity(one) for one in soil.horizons) / 10
    return {"SMW": wilting, "SMFCF": capacity, "SM0": saturation, "CRAIRC": 0.05, "RDMSOL": min(ROOTS, soil.horizons[-1].bottom),
            "SOPE": drains, "KSUB": drains}  # fmt: skip


def _site(soil: Profile) -> dict[str, float]:
    wilting, _, saturation, water = bucket(soil)
    depth = min(ROOTS, soil.horizons[-1].bottom)
    return {
        "IFUNRN": 0,
        "NOTINF": 0.0,
        "SSI": 0.0,
        "SSMAX": 0.0,
        "WAV": (water - wilting) * depth,
        "SMLIM": saturation,
    }


def versions() -> tuple[str, ...]:
    """Return what runs."""
    from importlib.metadata import version

    return ("pcse " + version("pcse"), "WOFOST 7.2, water-limited")
