"""AquaCrop as a judge: the same calendar, weather and soil given to AquaCrop-OSPy (package ``aquacrop``)."""

from __future__ import annotations

from math import log
from typing import Any

from tuwei.potato.crop._soil import Horizon, Profile
from tuwei.potato.evidence._side import Calendar
from tuwei.potato.weather._weather import Weather

# The crop entry of AquaCrop that is calibrated for a temperate summer, in growing degrees: FAO's default in degrees
# ripens at the start of August here, that in days does not know how warm it is. Chosen before any result was seen.
CROP = "PotatoLocalGDD"
COMPARTMENTS = [0.1] * 4 + [0.15] * 4 + [0.2] * 3  # m, 1.6 in all: deeper than the roots of the crop entry


def judge_aquacrop(
    calendar: Calendar, weather: Weather, soil: Profile, crop: str = CROP, water: Any = None
) -> dict[str, float]:
    """Return one season by AquaCrop: dry ``yield`` t/ha, and ``irrigation``, ``transpiration``, ``percolation`` in mm.

    Parameters
    ----------
    calendar
        The season's work. Water is given on its days (method 3) with its efficiency and wetted share; film is a mulch
        that stops evaporation. AquaCrop knows neither nitrogen nor the killing of vines.
    weather
        From planting to harvest at least; ET0 is the weather's own.
    soil
        Horizons; the last goes on to 1.6 m. Saturated conductivity is Saxton & Rawls 2006, eq. 16.
    crop
        An entry of AquaCrop's crop table.
    water
        AquaCrop's irrigation management in place of the calendar's water.

    Notes
    -----
    AquaCrop-OSPy, Kelly & Foster 2021, Agric. Water Manage. 254:106976. The loss of a share 1 - efficiency is
    taken off what infiltrates, as in our model.
    """
    from aquacrop import AquaCropModel, Crop, FieldMngt, InitialWaterContent

    entry = Crop(crop, planting_date=f"{calendar.planting:%m/%d}", harvest_date=f"{calendar.harvest:%m/%d}", PlantPop=1e4 * calendar.density)  # fmt: skip
    start = [one.capacity if one.water is None else one.water for one in soil.horizons]
    held = InitialWaterContent("Num", "Layer", list(range(1, len(start) + 1)), start)
    film = FieldMngt(mulches=calendar.mulch > 0, mulch_pct=100 * calendar.mulch, f_mulch=1.0)
    model = AquaCropModel(f"{calendar.planting:%Y/%m/%d}", f"{calendar.harvest:%Y/%m/%d}", weather_table(weather), _soil(soil), entry, held,
                          irrigation_management=water or _water(calendar), field_management=film)  # fmt: skip
    model.run_model(till_termination=True)
    season, flux = model.get_simulation_results().iloc[0], model.get_water_flux()
    return {
        "yield": float(season["Dry yield (tonne/ha)"]),
        "irrigation": float(season["Seasonal irrigation (mm)"]),
        "transpiration": float(flux["Tr"].sum()),
        "percolation": float(flux["DeepPerc"].sum()),
    }


def weather_table(weather: Weather) -> Any:
    """Return AquaCrop's data frame of daily weather; it takes no ET0 under 0.1 mm."""
    import pandas

    return pandas.DataFrame({
        "MinTemp": weather.tmin, "MaxTemp": weather.tmax, "Precipitation": weather.rain, "ReferenceET": weather.et0.clip(0.1),
        "Date": pandas.date_range(weather.start, periods=weather.days),
    })  # fmt: skip


def conductivity(one: Horizon) -> float:
    """Return the saturated conductivity [mm/d] of a horizon, Saxton & Rawls 2006, Soil Sci. Soc. Am. J. 70:1569, eq. 16 and 18.

    Examples
    --------
    >>> round(conductivity(Horizon(30, wilting=0.10, capacity=0.20, saturation=0.45)))
    931
    """
    slope = (log(one.capacity) - log(one.wilting)) / (log(1500) - log(33))
    return float(24 * 1930 * (one.saturation - one.capacity) ** (3 - slope))


def _soil(soil: Profile) -> Any:
    from aquacrop import Soil

    found, top = Soil("custom", dz=COMPARTMENTS, cn=soil.curve_number), 0.0
    for place, one in enumerate(soil.horizons, 1):
        bottom = sum(COMPARTMENTS) if place == len(soil.horizons) else one.bottom / 100
        found.add_layer(bottom - top, one.wilting, one.capacity, one.saturation, conductivity(one), 100)
        top = bottom
    return found


def _water(calendar: Calendar) -> Any:
    import pandas
    from aquacrop import IrrigationManagement

    if not calendar.water:
        return IrrigationManagement(irrigation_method=0)
    table = pandas.DataFrame({"Date": pandas.to_datetime([day for day, _ in calendar.water]), "Depth": [mm for _, mm in calendar.water]})  # fmt: skip
    return IrrigationManagement(irrigation_method=3, Schedule=table, AppEff=100 * calendar.efficiency, WetSurf=100 * calendar.wetted,
                                MaxIrr=1e3)  # fmt: skip


def versions() -> tuple[str, ...]:
    """Return what runs."""
    from importlib.metadata import version

    return ("aquacrop " + version("aquacrop"), CROP)
