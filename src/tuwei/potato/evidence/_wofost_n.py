"""WOFOST 8.1 with its soil nitrogen SNOMIN as a judge: the one among the others that knows nitrogen and its leaching."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from math import log10
from typing import Any

from tuwei.potato.crop._soil import Horizon, Profile
from tuwei.potato.evidence._aquacrop import conductivity
from tuwei.potato.evidence._side import Calendar
from tuwei.potato.evidence._wofost import agenda, bucket, crop_figures, weather_provider
from tuwei.potato.weather._weather import Weather

LAYERS = (10.0, 10.0, 10.0, 20.0, 20.0, 30.0)  # cm
CAPACITY, WILTING = 2.53, 4.18  # pF of 33 and 1500 kPa, what the limits of Saxton & Rawls 2006 stand for
CURVE = (-1.0, 1.0, 1.3, 1.7, 2.0, 2.3, CAPACITY, 2.7, 3.0, 3.3, 3.7, 4.0, WILTING, 6.0)
DEPTH = 20.0  # cm that a fertiliser is mixed into; assumed
CARBON_TO_NITROGEN = 11.0  # as in parameters.toml, Brady & Weil 2008
REALLOCATED = {"REALLOC_DVS": 2.0, "REALLOC_EFFICIENCY": 0.0} | {
    f"REALLOC_{organ}_{what}": 0.0 for organ in ("STEM", "LEAF") for what in ("FRACTION", "RATE")
}  # none, as WOFOST 7.2
FLAT = [40.0, 1.0, 2000.0, 1.0]  # no answer to CO2: it is the same on all sides


def judge_wofost_n(calendar: Calendar, weather: Weather, soil: Profile) -> dict[str, float]:
    """Return one season by WOFOST 8.1, limited by water and nitrogen; units as :func:`judge_wofost`, ``leached`` kg N/ha.

    Parameters
    ----------
    calendar, weather
        As :func:`judge_wofost`; nitrate and ammonium (urea too) go into the top 20 cm on their days. SNOMIN loses
        no ammonia to the air.
    soil
        Its limits of water become the curves of six layers down to 1 m: a power law between 33 and 1500 kPa,
        conductivity by Saxton & Rawls 2006, eq. 17.

    Notes
    -----
    Berghuijs et al. 2024, Eur. J. Agron. 154:127099 (SNOMIN). Nitrogen in the crop: ``data/wofost_nitrogen.toml``.
    """
    from pcse.base import ParameterProvider
    from pcse.models import Wofost81_NWLP_MLWB_SNOMIN

    crop = {
        **crop_figures(),
        **nitrogen_figures(),
        **REALLOCATED,
        **dict.fromkeys(("CO2AMAXTB", "CO2EFFTB", "CO2TRATB"), FLAT),
    }
    parameters = ParameterProvider(cropdata=crop, soildata=_soil(soil), sitedata=_site(soil))
    model = Wofost81_NWLP_MLWB_SNOMIN(parameters, weather_provider(weather), _agenda(calendar))
    model.run_till_terminate()
    [season], end, last = model.get_summary_output(), model.get_terminal_output(), model.get_output()[-1]
    return {"yield": season["TWSO"] / 1000, "transpiration": 10 * season["CTRAT"], "irrigation": 10 * end["TOTIRR"] / calendar.efficiency,
            "percolation": 10 * model.get_variable("BOTTOMFLOWT"), "leached": last["NLOSSCUM"], "nitrogen_in_crop": season["NuptakeTotal"]}  # fmt: skip


@cache
def nitrogen_figures() -> dict[str, Any]:
    """Return what ``data/wofost_nitrogen.toml`` holds, by WOFOST's names.

    Examples
    --------
    >>> nitrogen_figures()["NFIX_FR"]
    0.0
    """
    given = tomllib.loads((files("tuwei.potato") / "data" / "wofost_nitrogen.toml").read_text("utf-8"))
    return {name: one["value"] for name, one in given.items()}


def _agenda(calendar: Calendar) -> list[dict[Any, Any]]:
    found = agenda(calendar)
    [(_, campaign)] = found[0].items()
    doses = [
        {day: {"amount": nitrate + ammonium, "application_depth": DEPTH, "cnratio": 0.0, "f_orgmat": 0.0, "initial_age": 0.0,
               "f_NO3N": nitrate / (nitrate + ammonium), "f_NH4N": ammonium / (nitrate + ammonium)}}
        for day, nitrate, ammonium in calendar.nitrogen
    ]  # fmt: skip
    if doses:
        event = {"event_signal": "apply_n_snomin", "name": "nitrogen", "comment": "", "events_table": doses}
        campaign["TimedEvents"] = [*(campaign["TimedEvents"] or []), event]
    return found


def layer_of(one: Horizon, thickness: float, ph: float) -> dict[str, Any]:
    """Return a layer of pcse's soil: water content and log10 of the conductivity [cm/d] by pF."""
    slope = (log10(one.capacity) - log10(one.wilting)) / (WILTING - CAPACITY)
    moisture, flow = [], []
    for pf in CURVE:
        held = one.capacity * 10 ** (-slope * (pf - CAPACITY))
        if pf < CAPACITY:  # straight from pF 1, where it is nearly full, down to capacity
            held = one.capacity + (0.98 * one.saturation - one.capacity) * min(
                1.0, (CAPACITY - pf) / (CAPACITY - 1)
            )
        held = one.saturation if pf < 0 else held
        moisture += [pf, held]
        flow += [pf, log10(conductivity(one) / 10) + (3 + 2 / slope) * log10(held / one.saturation)]
    return {"SMfromPF": moisture, "CONDfromPF": flow, "CRAIRC": 0.05, "CNRatioSOMI": CARBON_TO_NITROGEN, "RHOD": one.density,
            "Soil_pH": ph, "FSOMI": 1.724 * one.carbon / 100, "Thickness": thickness, "SoilID": f"{one.bottom:g}"}  # fmt: skip


def _horizons(soil: Profile) -> list[Horizon]:
    """Return the horizon in which the middle of each layer lies."""
    found, top = [], 0.0
    for thick in LAYERS:
        middle = top + thick / 2
        found.append(next((one for one in soil.horizons if middle <= one.bottom), soil.horizons[-1]))
        top += thick
    return found


def _soil(soil: Profile) -> dict[str, Any]:
    layers = [layer_of(one, thick, soil.ph) for one, thick in zip(_horizons(soil), LAYERS, strict=True)]
    profile = {"PFWiltingPoint": WILTING, "PFFieldCapacity": CAPACITY, "SurfaceConductivity": conductivity(soil.horizons[0]) / 10,
               "SoilLayers": layers, "SubSoilType": layer_of(soil.horizons[-1], 200.0, soil.ph), "GroundWater": None}  # fmt: skip
    return {"SoilProfileDescription": profile, "RDMSOL": sum(LAYERS), **_limits(soil)}


def _limits(soil: Profile) -> dict[str, float]:
    wilting, capacity, saturation, _ = bucket(soil)
    return {"SMW": wilting, "SMFCF": capacity, "SM0": saturation, "CRAIRC": 0.05}


def _site(soil: Profile) -> dict[str, Any]:
    wilting, _, _, water = bucket(soil)
    mineral = list(zip(_horizons(soil), LAYERS, strict=True))
    return {"IFUNRN": 0, "NOTINF": 0.0, "SSI": 0.0, "SSMAX": 0.0, "WAV": (water - wilting) * sum(LAYERS), "SMLIM": soil.horizons[0].capacity, "CO2": 360.0,
            "A0SOM": 24.0, "CNRatioBio": 9.0, "FASDIS": 0.5, "KDENIT_REF": 0.06, "KNIT_REF": 1.0, "KSORP": 0.0005, "MRCDIS": 0.001, "WFPS_CRIT": 0.8,
            "NH4ConcR": 0.9, "NO3ConcR": 2.1,
            "NO3I": [one.nitrate * one.density * thick / 10 for one, thick in mineral],
            "NH4I": [one.ammonium * one.density * thick / 10 for one, thick in mineral]}  # fmt: skip


def versions() -> tuple[str, ...]:
    """Return what runs."""
    from importlib.metadata import version

    figures = hashlib.sha256(repr(nitrogen_figures()).encode()).hexdigest()[:8]
    return (
        "pcse " + version("pcse"),
        "WOFOST 8.1, water and nitrogen (SNOMIN)",
        f"wofost_nitrogen.toml {figures}",
    )
