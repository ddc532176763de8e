"""Potato over its whole life: weather, crop, water, nutrients, late blight, decisions and the evidence for them.

The names below are the public interface; each is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tuwei.potato._assimilation import Assimilated, Bounds, Observation, assimilate
    from tuwei.potato._blight import BlightSeason, blight_season
    from tuwei.potato._blight_rules import BlightRules, blight_rules
    from tuwei.potato._canopy import canopy_observation
    from tuwei.potato._ingest import IngestReport, ingest
    from tuwei.potato._ingest_cluster import roll_up_cluster
    from tuwei.potato._nitrogen import NitrogenResponse, fit_nitrogen_response, response_curves
    from tuwei.potato._nitrogen_data import Fields, NitrogenTrials, read_nitrogen_fields, read_nitrogen_trials
    from tuwei.potato._nitrogen_optimum import Optimum, Prices, optimum_nitrogen
    from tuwei.potato._nitrogen_shipped import PopulationResponse, shipped_nitrogen_response
    from tuwei.potato._particles import filter_particles
    from tuwei.potato._weather import Hourly, Site, Weather, weather_of
    from tuwei.potato._weather_generate import generate_weather
    from tuwei.potato._weather_hours import hourly_from_daily
    from tuwei.potato._weather_read import read_weather

_WHERE = {
    "Assimilated": "_assimilation",
    "BlightRules": "_blight_rules",
    "BlightSeason": "_blight",
    "Bounds": "_assimilation",
    "Fields": "_nitrogen_data",
    "Hourly": "_weather",
    "IngestReport": "_ingest",
    "NitrogenResponse": "_nitrogen",
    "NitrogenTrials": "_nitrogen_data",
    "Observation": "_assimilation",
    "Optimum": "_nitrogen_optimum",
    "PopulationResponse": "_nitrogen_shipped",
    "Prices": "_nitrogen_optimum",
    "Site": "_weather",
    "Weather": "_weather",
    "assimilate": "_assimilation",
    "blight_rules": "_blight_rules",
    "blight_season": "_blight",
    "canopy_observation": "_canopy",
    "filter_particles": "_particles",
    "fit_nitrogen_response": "_nitrogen",
    "generate_weather": "_weather_generate",
    "hourly_from_daily": "_weather_hours",
    "ingest": "_ingest",
    "optimum_nitrogen": "_nitrogen_optimum",
    "read_nitrogen_fields": "_nitrogen_data",
    "read_nitrogen_trials": "_nitrogen_data",
    "read_weather": "_weather_read",
    "response_curves": "_nitrogen",
    "roll_up_cluster": "_ingest_cluster",
    "shipped_nitrogen_response": "_nitrogen_shipped",
    "weather_of": "_weather",
}

__all__ = [
    "Assimilated",
    "BlightRules",
    "BlightSeason",
    "Bounds",
    "Fields",
    "Hourly",
    "IngestReport",
    "NitrogenResponse",
    "NitrogenTrials",
    "Observation",
    "Optimum",
    "PopulationResponse",
    "Prices",
    "Site",
    "Weather",
    "assimilate",
    "blight_rules",
    "blight_season",
    "canopy_observation",
    "filter_particles",
    "fit_nitrogen_response",
    "generate_weather",
    "hourly_from_daily",
    "ingest",
    "optimum_nitrogen",
    "read_nitrogen_fields",
    "read_nitrogen_trials",
    "read_weather",
    "response_curves",
    "roll_up_cluster",
    "shipped_nitrogen_response",
    "weather_of",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
