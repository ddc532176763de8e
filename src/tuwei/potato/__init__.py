"""Potato over its whole life: weather, crop, water, nutrients, late blight, decisions and the evidence for them.

The names below are the public interface; each is loaded when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tuwei.potato._weather import Hourly, Site, Weather, weather_of

_WHERE = {
    "Hourly": "_weather",
    "Site": "_weather",
    "Weather": "_weather",
    "weather_of": "_weather",
}

__all__ = ["Hourly", "Site", "Weather", "weather_of"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
