"""Potato over its whole life: weather, crop, water, nutrients, late blight, decisions and the evidence for them.

The names below are the public interface; each is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tuwei.potato.assimilation._assimilation import Assimilated, Bounds, Observation, assimilate
    from tuwei.potato.assimilation._canopy import canopy_observation
    from tuwei.potato.assimilation._particles import filter_particles
    from tuwei.potato.blight._blight import BlightSeason, blight_season
    from tuwei.potato.blight._rules import BlightRules, blight_rules
    from tuwei.potato.calibration._crossvalidate import CrossValidation, cross_validate
    from tuwei.potato.calibration._cultivars import cultivar_sets, cultivar_values
    from tuwei.potato.calibration._scores import Scores, scores
    from tuwei.potato.calibration._ship import calibrate
    from tuwei.potato.calibration._validate import Validation, validate
    from tuwei.potato.commands._run import simulate_field
    from tuwei.potato.crop._ensemble import Interval, ensemble
    from tuwei.potato.crop._parameters import Parameter, parameter_values, parameters
    from tuwei.potato.crop._season import Case, Crop, Fertiliser, Irrigation, Season, simulate, simulate_many
    from tuwei.potato.crop._soil import Horizon, Profile, texture_horizon
    from tuwei.potato.evidence._evidence import Evidence, evidence_case
    from tuwei.potato.evidence._practice import read_practices
    from tuwei.potato.field._field import Field, read_field
    from tuwei.potato.lake._cluster import roll_up_cluster
    from tuwei.potato.lake._ingest import IngestReport, ingest
    from tuwei.potato.nitrogen._data import Fields, NitrogenTrials, read_nitrogen_fields, read_nitrogen_trials
    from tuwei.potato.nitrogen._nitrogen import NitrogenResponse, fit_nitrogen_response, response_curves
    from tuwei.potato.nitrogen._optimum import Optimum, Prices, optimum_nitrogen
    from tuwei.potato.nitrogen._shipped import PopulationResponse, shipped_nitrogen_response
    from tuwei.potato.pages._evidence import evidence_page
    from tuwei.potato.pages._file import write_report
    from tuwei.potato.pages._plan import plan_page
    from tuwei.potato.pages._season import season_page
    from tuwei.potato.planning._plan import Plan, plan_field
    from tuwei.potato.planning._store_course import store_course
    from tuwei.potato.replanning._observed import Observed, read_observed
    from tuwei.potato.replanning._replan import Replan, replan_field
    from tuwei.potato.reports._plan import plan_dict
    from tuwei.potato.season._blight import LateBlight, simulate_blighted
    from tuwei.potato.season._seen import SeasonSeen, Seen, season_given
    from tuwei.potato.storage._prices import Price, price_table
    from tuwei.potato.storage._storage import Store, storage_value, store
    from tuwei.potato.trials._trials import Trial, read_folder, read_trials
    from tuwei.potato.trials._weather import Filling
    from tuwei.potato.weather._generate import generate_weather
    from tuwei.potato.weather._hours import hourly_from_daily
    from tuwei.potato.weather._read import read_weather
    from tuwei.potato.weather._weather import Hourly, Site, Weather, weather_of

_WHERE = {
    "Assimilated": "assimilation._assimilation",
    "BlightRules": "blight._rules",
    "BlightSeason": "blight._blight",
    "Bounds": "assimilation._assimilation",
    "Case": "crop._season",
    "Crop": "crop._season",
    "CrossValidation": "calibration._crossvalidate",
    "Fertiliser": "crop._season",
    "Evidence": "evidence._evidence",
    "Field": "field._field",
    "Filling": "trials._weather",
    "Fields": "nitrogen._data",
    "Horizon": "crop._soil",
    "Hourly": "weather._weather",
    "IngestReport": "lake._ingest",
    "Interval": "crop._ensemble",
    "Irrigation": "crop._season",
    "LateBlight": "season._blight",
    "NitrogenResponse": "nitrogen._nitrogen",
    "NitrogenTrials": "nitrogen._data",
    "Observation": "assimilation._assimilation",
    "Observed": "replanning._observed",
    "Optimum": "nitrogen._optimum",
    "Parameter": "crop._parameters",
    "Plan": "planning._plan",
    "PopulationResponse": "nitrogen._shipped",
    "Price": "storage._prices",
    "Prices": "nitrogen._optimum",
    "Profile": "crop._soil",
    "Replan": "replanning._replan",
    "Scores": "calibration._scores",
    "Season": "crop._season",
    "SeasonSeen": "season._seen",
    "Seen": "season._seen",
    "Site": "weather._weather",
    "Store": "storage._storage",
    "Trial": "trials._trials",
    "Validation": "calibration._validate",
    "Weather": "weather._weather",
    "assimilate": "assimilation._assimilation",
    "blight_rules": "blight._rules",
    "blight_season": "blight._blight",
    "calibrate": "calibration._ship",
    "canopy_observation": "assimilation._canopy",
    "cross_validate": "calibration._crossvalidate",
    "cultivar_sets": "calibration._cultivars",
    "cultivar_values": "calibration._cultivars",
    "ensemble": "crop._ensemble",
    "evidence_case": "evidence._evidence",
    "evidence_page": "pages._evidence",
    "filter_particles": "assimilation._particles",
    "fit_nitrogen_response": "nitrogen._nitrogen",
    "generate_weather": "weather._generate",
    "hourly_from_daily": "weather._hours",
    "ingest": "lake._ingest",
    "optimum_nitrogen": "nitrogen._optimum",
    "parameter_values": "crop._parameters",
    "parameters": "crop._parameters",
    "plan_dict": "reports._plan",
    "plan_field": "planning._plan",
    "plan_page": "pages._plan",
    "price_table": "storage._prices",
    "read_field": "field._field",
    "read_nitrogen_fields": "nitrogen._data",
    "read_nitrogen_trials": "nitrogen._data",
    "read_folder": "trials._trials",
    "read_practices": "evidence._practice",
    "read_observed": "replanning._observed",
    "read_trials": "trials._trials",
    "read_weather": "weather._read",
    "replan_field": "replanning._replan",
    "response_curves": "nitrogen._nitrogen",
    "roll_up_cluster": "lake._cluster",
    "scores": "calibration._scores",
    "season_given": "season._seen",
    "season_page": "pages._season",
    "shipped_nitrogen_response": "nitrogen._shipped",
    "simulate": "crop._season",
    "simulate_blighted": "season._blight",
    "simulate_field": "commands._run",
    "simulate_many": "crop._season",
    "storage_value": "storage._storage",
    "store": "storage._storage",
    "store_course": "planning._store_course",
    "texture_horizon": "crop._soil",
    "validate": "calibration._validate",
    "weather_of": "weather._weather",
    "write_report": "pages._file",
}

__all__ = [
    "Assimilated",
    "BlightRules",
    "BlightSeason",
    "Bounds",
    "Case",
    "Crop",
    "CrossValidation",
    "Evidence",
    "Fertiliser",
    "Field",
    "Fields",
    "Filling",
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
    "evidence_case",
    "evidence_page",
    "filter_particles",
    "fit_nitrogen_response",
    "generate_weather",
    "hourly_from_daily",
    "ingest",
    "optimum_nitrogen",
    "parameter_values",
    "parameters",
    "plan_dict",
    "plan_field",
    "plan_page",
    "price_table",
    "read_field",
    "read_folder",
    "read_nitrogen_fields",
    "read_nitrogen_trials",
    "read_observed",
    "read_practices",
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
