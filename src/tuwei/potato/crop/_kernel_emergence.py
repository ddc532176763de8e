"""The day a crop comes up, apart from its season: what calibration compares with the recorded day."""

from __future__ import annotations

from typing import Any

import numpy as np

from tuwei.potato.crop._compile import compiled, places
from tuwei.potato.crop._kernel_crop import sprout
from tuwei.potato.crop._kernel_nitrogen import X
from tuwei.potato.crop._layout import FIELD, STATE, WEATHER
from tuwei.potato.weather._evapotranspiration import Floats

F: Any = places("F", tuple(FIELD))
W: Any = places("W", tuple(WEATHER))
N_STATE = len(STATE)


@compiled
def days_to_emergence(p: Floats, field: Floats, weather: Floats) -> int:
    """Return the days from planting to the model's emergence, as the season would have it; the harvest if it never comes."""
    x = np.zeros(N_STATE)
    x[X.soil_temperature] = 0.5 * (weather[0, W.tmin] + weather[0, W.tmax])
    planted, last = int(field[F.planting]), int(field[F.harvest])
    for day in range(last + 1):
        celsius = 0.5 * (weather[day, W.tmin] + weather[day, W.tmax])
        x[X.soil_temperature] += (celsius - x[X.soil_temperature]) / 7
        if day >= planted:
            sprout(x, p, field[F.depth])
            if x[X.sprout] >= 1:
                return day - planted
    return last - planted
