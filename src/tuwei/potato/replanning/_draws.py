"""The draws of a season under way, moved by what was read of it: parameters, soil, and the doubt of the weather."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tuwei.potato.assimilation._assimilation import quantiles, transformed
from tuwei.potato.blight._parameters import blight_parameters
from tuwei.potato.calibration._cultivars import cultivar_values
from tuwei.potato.crop._ensemble import MEMBERS
from tuwei.potato.crop._layout import FIELD_AT as _F
from tuwei.potato.crop._layout import LAYERS
from tuwei.potato.crop._layout import SOIL_AT as _S
from tuwei.potato.crop._layout import WEATHER_AT as _W
from tuwei.potato.field._field import Field
from tuwei.potato.planning._rules import Setting, action_of
from tuwei.potato.planning._schedule import Range, spread
from tuwei.potato.planning._search import Chances, blight_of, middle, play
from tuwei.potato.planning._years import Years
from tuwei.potato.replanning._observed import Observed, Row
from tuwei.potato.replanning._shown import expected_of, scaled, shown_of
from tuwei.potato.season._layout import ACTS_AT as _A
from tuwei.potato.season._layout import RULES_AT as _Q
from tuwei.potato.season._seen import from_odds, odds_of
from tuwei.potato.weather._evapotranspiration import Floats

STEPS = 4
# What no trial has fitted and a reading may tell, by its standard deviation: the first day's water (share of what a layer
# holds for plants), the field capacity (m3 m-3), rain of the days behind and reference evapotranspiration (of the
# logarithm: the gauge is not in the field), and of late blight (of the logarithm: the inoculum is known to a factor of
# ten) how much of it there is and how much it sporulates: when it begins, and how fast it goes on. All assumed.
UNSURE = {"wetness": 0.15, "capacity": 0.03, "rain": 0.2, "et0": 0.12, "inoculum": 2.3, "sporulation": 0.5}
BLIGHT = ("inoculum", "sporulation")
NARROWEST = 0.02  # m3 m-3 that stay between the limits of a soil's water
_LAYER = slice(_A["layer_0"], _A["layer_0"] + LAYERS)


@dataclass(frozen=True)
class Draws:
    """Draws of the parameters (members, parameters), and of ``UNSURE`` (members, 6), standard normal."""

    values: Floats
    unsure: Floats

    def spread_of(self, name: str) -> Floats:
        """Return one of ``UNSURE`` in its unit, (members,)."""
        place = list(UNSURE).index(name)
        return UNSURE[name] * self.unsure[:, place]

    def soil(self, soil: Floats) -> Floats:
        """Return the kernel's soil of every member, (members, 8, ·)."""
        own = np.repeat(soil[None], len(self.values), axis=0)
        wilting, capacity, most = (soil[:, _S[name]] for name in ("wilting", "capacity", "saturation"))
        shifted = capacity + self.spread_of("capacity")[:, None]
        own[:, :, _S["capacity"]] = np.clip(shifted, wilting + NARROWEST, most - NARROWEST)
        water = soil[:, _S["water"]] + self.spread_of("wetness")[:, None] * (capacity - wilting)
        own[:, :, _S["water"]] = np.clip(water, wilting, most)
        return own

    def blight(self, values: Floats) -> Floats:
        """Return the kernel's parameters of late blight of every member, (members, ·), within their ranges."""
        own = np.repeat(values[None], len(self.values), axis=0)
        for place, one in enumerate(blight_parameters()):
            if one.name in BLIGHT:
                own[:, place] = np.clip(values[place] * np.exp(self.spread_of(one.name)), one.low, one.high)
        return own

    def chances(self, setting: Setting, years: Years, year: NDArray[np.int64], noise: Floats) -> Chances:
        """Return seasons of these members one by one, each with its year, its soil and its doubt of the weather."""
        weather, today = years.weather[year], 0 if setting.past is None else int(setting.past.today)
        weather[:, :today, _W["rain"]] *= np.exp(self.spread_of("rain"))[:, None]
        weather[:, :, _W["et0"]] *= np.exp(self.spread_of("et0"))[:, None]
        own = replace(years, weather=weather, hours=years.hours[year], signs=years.signs[year])
        return Chances(own, self.values, np.arange(len(year)), noise, self.soil(setting.soil),
                       blight=self.blight(blight_of(setting)))  # fmt: skip

    def rows(self, places: NDArray[np.int64]) -> Draws:
        """Return some of the members."""
        return Draws(np.ascontiguousarray(self.values[places]), self.unsure[places])


@dataclass(frozen=True)
class Read:
    """A reading beside what the draws would show of it: before any was used, and after all were."""

    row: Row
    deviation: float
    before: Range
    after: Range


@dataclass(frozen=True)
class Moved:
    """The draws after the readings; ``today`` what the crop and the soil hold on the last day, before and after.

    ``coverage`` is the share of readings within their 90 % intervals before any was used, None without one.
    """

    draws: Draws
    read: tuple[Read, ...]
    coverage: float | None
    today: dict[str, tuple[Range, Range]]


def first_draws(field: Field, seed: int) -> Draws:
    """Return the draws before any reading: the cultivar's, and those of ``UNSURE`` as even quantiles in random order."""
    even = np.array([NormalDist().inv_cdf((one + 0.5) / MEMBERS) for one in range(MEMBERS)])
    chance = np.random.default_rng([seed, 9])
    unsure = np.stack([chance.permutation(even) for _ in UNSURE], axis=1)
    return Draws(cultivar_values(field.cultivar, MEMBERS, field.parameters), unsure)


def moved_draws(setting: Setting, draws: Draws, observed: Observed, years: Years) -> Moved:
    """Return the draws moved by the readings, the season so far run with the work that was done.

    Parameters
    ----------
    setting
        Of the rest of the season; its ``past`` holds the work.
    draws
        From :func:`first_draws`.
    observed
        Its readings are put in, all at once and ``STEPS`` times, each time with their variance times ``STEPS``.
    years
        Whose days before today are the measured ones.

    Raises
    ------
    InputError
        ``potato.observed_dying``: an index of a dying canopy; ``potato.canopy_range``.

    Notes
    -----
    As :func:`season_given` (Emerick & Reynolds 2013, eq. 8-10, by the deterministic transform), but by the kernel of the
    plan, late blight and sprays included, and with ``UNSURE`` among what is moved.
    """
    if setting.past is None:
        return Moved(draws, (), None, {})
    acts = first = so_far(setting, draws, years)
    shown = [shown_of(setting, one, observed, first) for one in observed.readings]
    before = expected_of(shown, first, draws.values)
    seen, deviation = np.array([one.seen for one in shown]), np.array([one.error for one in shown])
    free: NDArray[np.int64] = np.flatnonzero(draws.values.std(0) > 0)
    moved, after = draws, before
    for _ in range(STEPS if shown else 0):
        state = np.concatenate([odds_of(moved.values, free), moved.unsure], axis=1)
        state = transformed(state, scaled(shown, after), seen, np.sqrt(STEPS) * deviation)
        moved = Draws(from_odds(moved.values, free, state[:, : len(free)]), state[:, len(free) :])
        acts = so_far(setting, moved, years)
        after = expected_of(shown, acts, moved.values)
    read = tuple(
        Read(row, shown[place].deviation, spread(before[:, place]), spread(after[:, place]))
        for place, row in enumerate(observed.readings)
    )
    return Moved(moved, read, _coverage(scaled(shown, before), seen, deviation), _today(first, acts))


def so_far(setting: Setting, draws: Draws, years: Years) -> Floats:
    """Return ``ACTS`` of the season up to yesterday, (members, days, ·)."""
    action = action_of(setting, middle(setting))
    field, rules, count = action.field.copy(), action.rules.copy(), len(draws.values)
    field[_F["harvest"]] = rules[_Q["from_day"]] - 1
    chances = draws.chances(setting, years, np.zeros(count, np.int64), np.ones(count))
    acts = play(setting, [replace(action, field=field, rules=rules)], chances, acts=True)[2]
    return acts[:, : int(rules[_Q["from_day"]])]


def _coverage(expected: Floats, seen: Floats, deviation: Floats) -> float | None:
    if not len(seen):
        return None
    noisy = expected + np.random.default_rng(0).standard_normal(expected.shape) * deviation
    low, high = quantiles(noisy, np.full(len(expected), 1 / len(expected)))
    return float(((low <= seen) & (seen <= high)).mean())


def _today(before: Floats, after: Floats) -> dict[str, tuple[Range, Range]]:
    last = before[:, -1], after[:, -1]
    found = {"soil_water": (spread(last[0][:, _LAYER].sum(axis=1)), spread(last[1][:, _LAYER].sum(axis=1)))}
    return found | {name: (spread(last[0][:, _A[name]]), spread(last[1][:, _A[name]])) for name in ("stage", "lai", "tuber", "severity")}  # fmt: skip
