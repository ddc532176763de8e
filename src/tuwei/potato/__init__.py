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
    from tuwei.potato._crossvalidate import CrossValidation, cross_validate
    from tuwei.potato._cultivars import cultivar_sets, cultivar_values
    from tuwei.potato._ensemble import Interval, ensemble
    from tuwei.potato._field import Field, read_field
    from tuwei.potato._ingest import IngestReport, ingest
    from tuwei.potato._ingest_cluster import roll_up_cluster
    from tuwei.potato._nitrogen import NitrogenResponse, fit_nitrogen_response, response_curves
    from tuwei.potato._nitrogen_data import Fields, NitrogenTrials, read_nitrogen_fields, read_nitrogen_trials
    from tuwei.potato._nitrogen_optimum import Optimum, Prices, optimum_nitrogen
    from tuwei.potato._nitrogen_shipped import PopulationResponse, shipped_nitrogen_response
    from tuwei.potato._page_evidence import evidence_page
    from tuwei.potato._page_file import write_report
    from tuwei.potato._page_plan import plan_page
    from tuwei.potato._page_season import season_page
    from tuwei.potato._parameters import Parameter, parameter_values, parameters
    from tuwei.potato._particles import filter_particles
    from tuwei.potato._plan import Plan, plan_field
    from tuwei.potato._prices import Price, price_table
    from tuwei.potato._replan import Replan, replan_field
    from tuwei.potato._replan_observed import Observed, read_observed
    from tuwei.potato._run import simulate_field
    from tuwei.potato._scores import Scores, scores
    from tuwei.potato._season import Case, Crop, Fertiliser, Irrigation, Season, simulate, simulate_many
    from tuwei.potato._season_blight import LateBlight, simulate_blighted
    from tuwei.potato._season_seen import SeasonSeen, Seen, season_given
    from tuwei.potato._ship import calibrate
    from tuwei.potato._soil import Horizon, Profile, texture_horizon
    from tuwei.potato._storage import Store, storage_value, store
    from tuwei.potato._store_course import store_course
    from tuwei.potato._trials import Trial, read_trials
    from tuwei.potato._validate import Validation, validate
    from tuwei.potato._weather import Hourly, Site, Weather, weather_of
    from tuwei.potato._weather_generate import generate_weather
    from tuwei.potato._weather_hours import hourly_from_daily
    from tuwei.potato._weather_read import read_weather

_WHERE = {
    "Assimilated": "_assimilation",
    "BlightRules": "_blight_rules",
    "BlightSeason": "_blight",
    "Bounds": "_assimilation",
    "Case": "_season",
    "Crop": "_season",
    "CrossValidation": "_crossvalidate",
    "Fertiliser": "_season",
    "Field": "_field",
    "Fields": "_nitrogen_data",
    "Horizon": "_soil",
    "Hourly": "_weather",
    "IngestReport": "_ingest",
    "Interval": "_ensemble",
    "Irrigation": "_season",
    "LateBlight": "_season_blight",
    "NitrogenResponse": "_nitrogen",
    "NitrogenTrials": "_nitrogen_data",
    "Observation": "_assimilation",
    "Observed": "_replan_observed",
    "Optimum": "_nitrogen_optimum",
    "Parameter": "_parameters",
    "Plan": "_plan",
    "PopulationResponse": "_nitrogen_shipped",
    "Price": "_prices",
    "Prices": "_nitrogen_optimum",
    "Profile": "_soil",
    "Replan": "_replan",
    "Scores": "_scores",
    "Season": "_season",
    "SeasonSeen": "_season_seen",
    "Seen": "_season_seen",
    "Site": "_weather",
    "Store": "_storage",
    "Trial": "_trials",
    "Validation": "_validate",
    "Weather": "_weather",
    "assimilate": "_assimilation",
    "blight_rules": "_blight_rules",
    "blight_season": "_blight",
    "calibrate": "_ship",
    "canopy_observation": "_canopy",
    "cross_validate": "_crossvalidate",
    "cultivar_sets": "_cultivars",
    "cultivar_values": "_cultivars",
    "ensemble": "_ensemble",
    "evidence_page": "_page_evidence",
    "filter_particles": "_particles",
    "fit_nitrogen_response": "_nitrogen",
    "generate_weather": "_weather_generate",
    "hourly_from_daily": "_weather_hours",
    "ingest": "_ingest",
    "optimum_nitrogen": "_nitrogen_optimum",
    "parameter_values": "_parameters",
    "parameters": "_parameters",
    "plan_field": "_plan",
    "plan_page": "_page_plan",
    "price_table": "_prices",
    "read_field": "_field",
    "read_nitrogen_fields": "_nitrogen_data",
    "read_nitrogen_trials": "_nitrogen_data",
    "read_observed": "_replan_observed",
    "read_trials": "_trials",
    "read_weather": "_weather_read",
    "replan_field": "_replan",
    "response_curves": "_nitrogen",
    "roll_up_cluster": "_ingest_cluster",
    "scores": "_scores",
    "season_given": "_season_seen",
    "season_page": "_page_season",
    "shipped_nitrogen_response": "_nitrogen_shipped",
    "simulate": "_season",
    "simulate_blighted": "_season_blight",
    "simulate_field": "_run",
    "simulate_many": "_season",
    "storage_value": "_storage",
    "store": "_storage",
    "store_course": "_store_course",
    "texture_horizon": "_soil",
    "validate": "_validate",
    "weather_of": "_weather",
    "write_report": "_page_file",
}

__all__ = [
    "Assimilated",
    "BlightRules",
    "BlightSeason",
    "Bounds",
    "Case",
    "Crop",
    "CrossValidation",
    "Fertiliser",
    "Field",
    "Fields",
    "Horizon",
    "Hourly",
    "IngestReport",
    "Interval",
    "Irrigation",
    "LateBlight",
    "NitrogenResponse",
    "NitrogenTrials",
    "Observation",
    "Observed",
    "Optimum",
    "Parameter",
    "Plan",
    "PopulationResponse",
    "Price",
    "Prices",
    "Profile",
    "Replan",
    "Scores",
    "Season",
    "SeasonSeen",
    "Seen",
    "Site",
    "Store",
    "Trial",
    "Validation",
    "Weather",
    "assimilate",
    "blight_rules",
    "blight_season",
    "calibrate",
    "canopy_observation",
    "cross_validate",
    "cultivar_sets",
    "cultivar_values",
    "ensemble",
    "evidence_page",
    "filter_particles",
    "fit_nitrogen_response",
    "generate_weather",
    "hourly_from_daily",
    "ingest",
    "optimum_nitrogen",
    "parameter_values",
    "parameters",
    "plan_field",
    "plan_page",
    "price_table",
    "read_field",
    "read_nitrogen_fields",
    "read_nitrogen_trials",
    "read_observed",
    "read_trials",
    "read_weather",
    "replan_field",
    "response_curves",
    "roll_up_cluster",
    "scores",
    "season_given",
    "season_page",
    "shipped_nitrogen_response",
    "simulate",
    "simulate_blighted",
    "simulate_field",
    "simulate_many",
    "storage_value",
    "store",
    "store_course",
    "texture_horizon",
    "validate",
    "weather_of",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
