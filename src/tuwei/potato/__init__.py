"""Potato over its whole life: weather, crop, water, nutrients, late blight, decisions and the evidence for them.

The names below are the public interface; each is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tuwei.potato._blight import BlightSeason, blight_season
    from tuwei.potato._blight_rules import BlightRules, blight_rules
    from tuwei.potato._weather import Hourly, Site, Weather, weather_of
    from tuwei.potato._weather_generate import generate_weather
    from tuwei.potato._weather_hours import hourly_from_daily
    from tuwei.potato._weather_read import read_weather

_WHERE = {
    "BlightRules": "_blight_rules",
    "BlightSeason": "_blight",
    "Hourly": "_weather",
    "Site": "_weather",
    "Weather": "_weather",
    "blight_rules": "_blight_rules",
    "blight_season": "_blight",
    "generate_weather": "_weather_generate",
    "hourly_from_daily": "_weather_hours",
    "read_weather": "_weather_read",
    "weather_of": "_weather",
}

__all__ = [
    "BlightRules",
    "BlightSeason",
    "Hourly",
    "Site",
    "Weather",
    "blight_rules",
    "blight_season",
    "generate_weather",
    "hourly_from_daily",
    "read_weather",
    "weather_of",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
