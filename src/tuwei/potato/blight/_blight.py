"""Late blight over a season: the infection-cycle model and the classical rules on the same hours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from tuwei.potato.blight._parameters import blight_names, blight_values_for
from tuwei.potato.blight._rules import BlightRules, blight_rules
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._hours import hourly_from_daily
from tuwei.potato.weather._weather import Weather

FULL_CANOPY = 4.0  # leaf area index; assumed
HALF_CANOPY, CANOPY_SPEED = 25.0, 6.0  # days after emergence, and days of the logistic curve; assumed


@dataclass(frozen=True)
class BlightSeason:
    """Late blight day by day, arrays of shape (days,).

    ``severity`` diseased share of the leaf area, 0..1; ``lost`` share of the green leaf area lost on that day;
    ``residue`` protectant at the day's beginning as a share of the label's dose; ``leaf_area`` m2 m-2 without
    disease; ``rules`` what the classical rules say; ``origin`` of the hours.
    """

    start: date
    severity: Floats
    lost: Floats
    residue: Floats
    leaf_area: Floats
    rules: BlightRules
    origin: str

    def as_dict(self) -> dict[str, Any]:
        """Return the season, ready for JSON: ``origin``, ``sprays`` of each rule, ``days``."""
        rules = self.rules
        dates = [(self.start + timedelta(days=day)).isoformat() for day in range(len(self.severity))]
        days = [
            {"date": dates[day], "wet_hours": float(rules.wet_hours[day]),
             "wet_temperature_c": None if np.isnan(rules.wet_temperature[day]) else round(float(rules.wet_temperature[day]), 2),
             "severity_values": int(rules.severity[day]), "blight_units": int(rules.units[day]), "fungicide_units": int(rules.fungicide[day]), "hutton": bool(rules.hutton[day]),
             "smith": bool(rules.smith[day]), "fungicide": round(float(self.residue[day]), 4),
             "leaf_area": round(float(self.leaf_area[day]), 3), "severity_pct": round(100 * float(self.severity[day]), 4),
             "lost_pct": round(100 * float(self.lost[day]), 4)}
            for day in range(len(dates))
        ]  # fmt: skip
        sprays = {name: [dates[day] for day in np.flatnonzero(values)] for name, values in (
            ("blitecast", rules.blitecast_spray), ("simcast", rules.simcast_spray), ("hutton", rules.hutton), ("smith", rules.smith))}  # fmt: skip
        return {"origin": self.origin, "advice": sprays, "days": days}


def blight_season(
    weather: Weather, *, emergence: date | None = None, leaf_area: Floats | float = FULL_CANOPY, sprays: Iterable[date] = (),
    resistance: str = "S", lesions: float = 0.0, parameters: Mapping[str, float] | None = None, fungicide_units: bool = False,
) -> BlightSeason:  # fmt: skip
    """Return late blight of a season on given leaves.

    Parameters
    ----------
    weather
        With its hours; where it has none they are derived by ``parton-logan``, and the origin says so.
    emergence
        The canopy grows from then to ``leaf_area`` (a logistic curve, half of it after 25 days); without it the
        canopy is full on every day.
    leaf_area
        Leaf area index without disease [m2 m-2]: the largest, or one of each day.
    sprays
        Days of a protectant at the label's dose, on the leaves from that day on.
    resistance
        ``S``, ``MS`` or ``MR``: infection efficiency 1, 0.5, 0.25, unless ``parameters`` has it; and SIMCAST's table.
    lesions
        Put in on the first day [m-2].
    parameters
        Over the defaults of ``data/blight.toml``, by name.
    fungicide_units
        Whether SIMCAST counts fungicide units of the sprays too, beside blight units.

    Raises
    ------
    InputError
        ``potato.unknown_parameter``, ``potato.parameter_range``, ``potato.blight_resistance``; ``potato.weather_span``
        for an emergence or a spray outside the weather.

    Notes
    -----
    Source: LB2004, see ``blight._kernel``.

    Examples
    --------
    >>> from tuwei.potato import generate_weather
    >>> dry = generate_weather("ulanqab", date(2030, 6, 1), date(2030, 8, 31), seed=2)
    >>> season = blight_season(dry, lesions=0.1)
    >>> bool(season.severity[-1] < 0.5), season.origin.endswith("parton-logan")
    (True, True)
    """
    from tuwei.potato.blight._kernel import STATE_SIZE, infect

    hourly = weather.hourly or hourly_from_daily(weather)
    values = blight_values_for(resistance, parameters)
    canopy = _canopy(weather, emergence, leaf_area)
    sprayed = np.zeros(weather.days, bool)
    sprayed[[weather.day(when) for when in sprays]] = True
    rules = blight_rules(hourly, weather.rain, resistance, sprayed=sprayed if fungicide_units else None)
    state = np.zeros(STATE_SIZE)
    infect(state, lesions * values[blight_names().index("inoculum")])
    lost, severity, residue = _run(
        state, hourly.temperature, hourly.humidity, weather.rain, canopy, sprayed, values
    )
    return BlightSeason(weather.start, severity, lost, residue, canopy, rules, hourly.origin)


def _run(
    state: Floats, warm: Floats, humid: Floats, rain: Floats, canopy: Floats, sprayed: Any, values: Floats
) -> tuple[Floats, Floats, Floats]:
    from tuwei.potato.blight._kernel import DISEASED, blight_day, fungicide_day

    days = len(rain)
    lost, severity, residue, left = np.zeros(days), np.zeros(days), np.zeros(days), 0.0
    warm, humid = np.ascontiguousarray(warm, float), np.ascontiguousarray(humid, float)
    for day in range(days):
        left = 1.0 if sprayed[day] else left
        residue[day] = left
        green = max(float(canopy[day]) - float(state[DISEASED]), 0.0)
        lost[day] = blight_day(state, warm[day], humid[day], green, left, values)
        severity[day] = min(state[DISEASED] / max(canopy[day], 1e-9), 1.0)
        left = fungicide_day(left, float(rain[day]), values)
    return lost, severity, residue


def _canopy(weather: Weather, emergence: date | None, leaf_area: Floats | float) -> Floats:
    most = np.broadcast_to(np.asarray(leaf_area, float), (weather.days,))
    if emergence is None:
        return most.copy()
    age = np.arange(weather.days) - weather.day(emergence)
    return np.asarray(np.where(age < 0, 0.0, most / (1 + np.exp(-(age - HALF_CANOPY) / CANOPY_SPEED))), float)
