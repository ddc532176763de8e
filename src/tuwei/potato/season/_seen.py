"""A season corrected by what was seen of it: the draws of the parameters are moved, and the season run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tuwei.core.errors import InputError
from tuwei.potato.assimilation._assimilation import Floats, Observation, quantiles, transformed
from tuwei.potato.assimilation._canopy import canopy_observation
from tuwei.potato.crop._ensemble import UNEXPLAINED, Interval
from tuwei.potato.crop._layout import DAILY, POOLS, RESULT
from tuwei.potato.crop._parameters import parameters
from tuwei.potato.crop._season import Arrays, Case, arrays_of, refuse

CANOPY = ("cover", "gli", "ndvi")
EDGE = 1e-6


@dataclass(frozen=True)
class Seen:
    """One reading: ``what`` is a pool of the daily output (``soil_water`` mm, ``lai``, ``stage``) or ``gli``, ``ndvi``.

    ``deviation`` of reading and model together, in the unit of the reading; only ``cover`` (-), ``gli`` and ``ndvi`` have
    one of their own (the reading's alone).
    """

    day: date
    what: str
    value: float
    deviation: float | None = None


@dataclass(frozen=True)
class SeasonSeen:
    """The season before and after: results by name with 90 % intervals; units in ``_layout.RESULT``.

    ``values`` (members, parameters) are the moved draws, for whatever is run next; ``coverage`` the share of readings
    inside their 90 % intervals before any was used, nan without one; ``method`` what was done.
    """

    before: Mapping[str, Interval]
    after: Mapping[str, Interval]
    values: Floats
    coverage: float
    method: str


def season_given(
    case: Case, values: Floats, seen: Sequence[Seen], *, residual: float = 0.0, steps: int = 4, seed: int = 0
) -> SeasonSeen:
    """Return a season's results before and after what was seen of it.

    Parameters
    ----------
    case
        The season, with weather to its harvest (past days as measured, the rest of a year or generator).
    values
        Draws of the parameters (members, parameters), at least 3 that differ.
    seen
        Readings, on days of the season.
    residual
        Standard deviation of ln(observed / simulated) tuber yield that the model leaves unexplained; no reading takes it away.
    steps
        Times the readings are put in, each time with their variance times ``steps``.

    Raises
    ------
    InputError
        ``potato.seen_what``, ``potato.seen_day`` (outside the season), ``potato.seen_deviation``,
        ``potato.seen_members``, and those of a canopy's readings.
    BalanceError
        ``potato.balance``.

    Notes
    -----
    Ensemble smoother with multiple data assimilation: Emerick & Reynolds (2013), Comput. Geosci. 55:3, eq. 8–10, by the
    deterministic transform of ``assimilate``. The parameters are moved on the scale ln((v - low) / (high - v)), so they stay
    within their ranges, and every season is run anew, so water, nitrogen and dry matter still close.

    Examples
    --------
    >>> from importlib.resources import files
    >>> from pathlib import Path
    >>> from tuwei.potato import cultivar_values, read_field
    >>> folder = Path(str(files("tuwei.potato") / "data"))
    >>> field = read_field(folder / "FIELD.toml")
    >>> seen = [Seen(date(2025, 8, 20), "tuber", 7000.0, 300.0)]
    >>> found = season_given(field.case(field.weather(folder)), cultivar_values("generic", 50), seen)
    >>> found.after["tuber"].high - found.after["tuber"].low < found.before["tuber"].high - found.before["tuber"].low
    True
    """
    free: NDArray[np.int64] = np.flatnonzero(values.std(0) > 0)
    if len(values) < 3 or not len(free) or steps < 1:
        raise InputError("potato.seen_members", "至少要 {expected} 组不同的参数，现为 {got} 组。", "At least {expected} differing draws are needed, got {got}.",
                         field="values", expected=3, got=len(values))  # fmt: skip
    arrays = arrays_of(case)
    readings = [_reading(one, arrays) for one in seen]
    daily, first = _run(arrays, values, case.name)
    coverage = _covered(readings, daily, np.random.default_rng(seed))
    moved, result = values, first
    for _ in range(steps if readings else 0):
        expected = np.concatenate([one.expected(daily[:, one.day]) for one in readings], axis=1)
        moved = _moved(moved, free, expected, readings, steps)
        daily, result = _run(arrays, moved, case.name)
    noise = np.exp(residual * np.random.default_rng(seed).standard_normal(len(values)))
    told = f"ES-MDA deterministic, {len(values)} members, {steps} steps, {len(readings)} readings, no localisation, seed {seed}"
    return SeasonSeen(_intervals(first, noise), _intervals(result, noise), moved, coverage, told)


def _reading(one: Seen, arrays: Arrays) -> Observation:
    """Return the reading as an observation of the day's row of the daily output."""
    day, days = (one.day - arrays.start).days, len(arrays.weather)
    if not 0 <= day < days:
        raise InputError("potato.seen_day", "{got} 的读数 {field} 不在这一季内（{expected} 起 {days} 天）。",
                         "The reading {field} of {got} is outside the season ({days} days from {expected}).",
                         field=one.what, got=str(one.day), expected=str(arrays.start), days=days)  # fmt: skip
    names = list(DAILY)
    if one.what in CANOPY:
        return canopy_observation(day, one.value, one.what, names.index("cover"), deviation=one.deviation)
    if one.what not in POOLS:
        raise InputError("potato.seen_what", "没有读数“{got}”，可用：{expected}。", "No reading “{got}”; there are: {expected}.",
                         field="what", got=one.what, expected=", ".join((*POOLS, "gli", "ndvi")))  # fmt: skip
    if one.deviation is None:
        raise InputError("potato.seen_deviation", "{day} 的读数 {field} 要给误差标准差。", "The reading {field} of {day} needs its deviation.",
                         field=one.what, day=str(one.day))  # fmt: skip
    column = names.index(one.what)
    return Observation(
        day, np.array([one.value]), lambda state: state[:, [column]], np.array([one.deviation]), one.what
    )


def _run(arrays: Arrays, values: Floats, name: str) -> tuple[Floats, Floats]:
    """Return the daily output (members, days, columns) and the results (members, columns)."""
    from tuwei.potato.crop import _kernel

    daily = np.zeros((len(values), len(arrays.weather), len(DAILY)))
    result = np.zeros((len(values), len(RESULT)))
    for member, row in enumerate(np.ascontiguousarray(values)):
        code = _kernel.season(
            row, arrays.soil, arrays.field, arrays.weather, arrays.management, daily[member], result[member]
        )
        refuse(code, name)
    return daily, result


def _moved(
    values: Floats, free: NDArray[np.int64], expected: Floats, readings: list[Observation], steps: int
) -> Floats:
    seen = np.concatenate([one.values for one in readings])
    deviation = np.sqrt(steps) * np.concatenate([one.deviation for one in readings])
    return from_odds(values, free, transformed(odds_of(values, free), expected, seen, deviation))


def odds_of(values: Floats, free: NDArray[np.int64]) -> Floats:
    """Return the free parameters (members, free) on the scale ln((v - low) / (high - v))."""
    low, high = _ranges(free)
    share = np.clip((values[:, free] - low) / (high - low), EDGE, 1 - EDGE)
    odds: Floats = np.log(share / (1 - share))
    return odds


def from_odds(values: Floats, free: NDArray[np.int64], odds: Floats) -> Floats:
    """Return ``values`` with the free parameters as :func:`odds_of` has them."""
    low, high = _ranges(free)
    moved = values.copy()
    moved[:, free] = low + (high - low) / (1 + np.exp(-np.clip(odds, -30, 30)))
    return moved


def _ranges(free: NDArray[np.int64]) -> tuple[Floats, Floats]:
    table = [parameters()[place] for place in free.tolist()]
    return np.array([one.low for one in table]), np.array([one.high for one in table])


def _covered(readings: list[Observation], daily: Floats, chance: np.random.Generator) -> float:
    weights, inside = np.full(len(daily), 1 / len(daily)), []
    for one in readings:
        expected = one.expected(daily[:, one.day])
        low, high = quantiles(expected + chance.standard_normal(expected.shape) * one.deviation, weights)
        inside.append(bool((low <= one.values).all() and (one.values <= high).all()))
    return float(np.mean(inside)) if inside else float("nan")


def _intervals(result: Floats, noise: Floats) -> dict[str, Interval]:
    found = {}
    for column, name in enumerate(RESULT):
        mine = result[:, column] * noise if name in UNEXPLAINED else result[:, column]
        low, high = np.quantile(mine, [0.05, 0.95])
        found[name] = Interval(float(result[:, column].mean()), float(low), float(high))
    return found
