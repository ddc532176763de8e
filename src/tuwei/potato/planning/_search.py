"""The search for the best rules: seasons in batches with common random numbers, and CMA-ES over the knobs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np

from tuwei.potato.crop._layout import FIELD_AT as _F
from tuwei.potato.crop._layout import RESULT
from tuwei.potato.crop._layout import RESULT_AT as _R
from tuwei.potato.crop._parameters import positions
from tuwei.potato.crop._season import refuse
from tuwei.potato.field._blight import blight_values_of
from tuwei.potato.field._field import K_OF_K2O, P_OF_P2O5, supplies
from tuwei.potato.planning._rules import Action, Knob, Setting, action_of
from tuwei.potato.planning._years import Years
from tuwei.potato.season._layout import ACTS, COUNTS
from tuwei.potato.storage._prices import Fen, Price, items_of, profit_of
from tuwei.potato.weather._evapotranspiration import Floats

POPULATION, SPREAD = 16, 0.25


@dataclass(frozen=True)
class Chances:
    """The seasons that every candidate meets alike: season s takes weather ``year[s]``, parameters ``values[s]`` and the
    unexplained factor ``noise[s]`` on its yield; ``soil`` (seasons, 8, ·) and ``blight`` (seasons, ·), late blight's
    parameters, where they differ by season, else the setting's;
    ``market`` of prices after the harvest, None for the expected one."""

    years: Years
    values: Floats
    year: Any
    noise: Floats
    soil: Floats | None = None
    market: Floats | None = None
    blight: Floats | None = None

    @property
    def count(self) -> int:
        """How many seasons."""
        return len(self.noise)


@dataclass(frozen=True)
class Outcome:
    """Seasons of one set of rules, shape (seasons, ·): ``results``, ``counts``, ``acts`` (with days) and profit [fen/ha], the
    sum of its ``items``; ``days`` in store."""

    results: Floats
    counts: Floats
    acts: Floats
    profit: Fen
    items: Mapping[str, Fen]
    fresh: Floats
    days: int

    def column(self, name: str) -> Floats:
        """Return one result of all seasons."""
        return self.results[:, _R[name]]


def chances_of(
    years: Years,
    values: Floats,
    count: int,
    residual: float,
    seed: int,
    attained: float = 1.0,
    *,
    market: bool = False,
) -> Chances:
    """Pair weather years, draws of the parameters and unexplained factors into ``count`` seasons.

    The factors are the quantiles of their distribution in random order, so that a small set is as wide as a large one.
    ``attained`` is the share of the simulated yield that the farm's own records show; ``market``
    gives each season a price after the harvest of its own.
    """
    place = np.arange(count)
    even = np.array([NormalDist().inv_cdf((one + 0.5) / count) for one in place])
    noise = attained * np.exp(residual * np.random.default_rng([seed, 5]).permutation(even))
    prices = np.random.default_rng([seed, 6]).permutation(even) if market else None
    return Chances(years, values[place % len(values)], place % len(years.weather), noise, market=prices)


def play(
    setting: Setting, actions: Sequence[Action], chances: Chances, *, acts: bool = False, script: Floats | None = None,
    management: Floats | None = None,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """Simulate every action in every season; return results, counts and acts, (actions x seasons, ·).

    With ``management`` and ``script`` (seasons, days, ·) a single action is replayed with that season's own work.
    """
    from tuwei.potato.season._kernel import led_seasons

    n = chances.count
    own = np.repeat(np.arange(len(actions)), n)
    season = np.tile(np.arange(n), len(actions))
    work = np.stack([one.management for one in actions]) if management is None else management
    which = np.ascontiguousarray(
        np.stack([season, chances.year[season], own, own if management is None else season], axis=1)
    )
    result, counts = np.zeros((len(which), len(RESULT))), np.zeros((len(which), len(COUNTS)))
    done = np.zeros((len(which), setting.days if acts else 0, len(ACTS)))
    codes = np.zeros(len(which), np.int64)
    sprays = np.repeat(setting.sprayed[None], len(work), axis=0) if script is None else script
    soil = np.repeat(setting.soil[None], n, axis=0) if chances.soil is None else chances.soil
    blight = np.repeat(blight_of(setting)[None], n, axis=0) if chances.blight is None else chances.blight
    led_seasons(chances.values, blight, soil, np.stack([one.field for one in actions]), chances.years.weather, chances.years.hours,
                chances.years.signs, work, sprays, np.stack([one.rules for one in actions]), which, result, counts, done, codes)  # fmt: skip
    refuse(int(codes[np.flatnonzero(codes)[0]]) if codes.any() else 0, setting.field.file)
    return result, counts, done


def blight_of(setting: Setting) -> Floats:
    """Return the kernel's parameters of late blight of the setting's crop."""
    return blight_values_of(setting.field, setting.field.parts["plan"]["resistance"])


def outcome_of(
    action: Action, chances: Chances, prices: dict[str, Price], played: tuple[Floats, Floats, Floats], sprays: Floats | None = None,
    irrigations: Floats | None = None,
) -> Outcome:  # fmt: skip
    """Return what one action came to; counts may be given where the seasons were replayed."""
    results, counts, acts = played
    wet, sprayed = (
        (counts[:, 0] if irrigations is None else irrigations),
        (counts[:, 1] if sprays is None else sprays),
    )
    items, days = items_of(prices, results, chances.noise, wet, sprayed, action.work, chances.market)
    counts = np.stack([wet, sprayed, *counts[:, 2:].T], axis=1)
    return Outcome(
        results, counts, acts, profit_of(items), items, results[:, _R["fresh"]] * chances.noise, days
    )


def with_nutrients(setting: Setting, chances: Chances) -> Setting:
    """Return the setting with P2O5 and K2O as knobs where a soil test is given, from nought to what the supply lacks.

    The lack is what the crop of the middle of the knobs holds where neither limits, less the soil's supply, over the
    recovery (QUEFTS-style); mean over the seasons, rounded up to 5 kg and kept to the limits. Up to there the search
    weighs the response against the price. Without a test the field's own doses stay.
    """
    supply, limits, at = supplies(setting.field), setting.field.parts["plan.limits"], positions()
    free = replace(setting, base=setting.base.copy())
    free.base[[_F["phosphorus_supply"], _F["potassium_supply"]]] = -1.0
    results = play(free, [action_of(free, middle(setting))], chances)[0]
    weight = results[:, _R["tuber"]] + results[:, _R["top"]]
    knobs = list(setting.knobs)
    for place, (name, what, part) in enumerate(
        (("phosphorus", "phosphate", P_OF_P2O5), ("potassium", "potash", K_OF_K2O))
    ):
        if supply[place] >= 0:
            held = chances.values[:, at[f"{name}_content"]] / 100 * weight
            lack = np.maximum(0.0, held - supply[place]) / chances.values[:, at[f"{name}_recovery"]] / part
            most = min(limits[f"{what}_kg_ha"], 5 * float(np.ceil(lack.mean() / 5)))
            knobs.append(Knob(what, 0.0, most, 5, "kg/ha"))
    return replace(setting, knobs=tuple(knobs))


def middle(setting: Setting) -> Floats:
    """Return where the search begins: the middle of every knob."""
    return np.full(len(setting.knobs), 0.5)


def loss_of(setting: Setting, outcome: Outcome) -> float:
    """Return what is minimised; a water or nitrogen aim pays 50 a t/ha below the floor, and profit breaks ties.

    The yield must stand a standard error above the floor, since other years will differ from the few searched on.
    """
    plan: Mapping[str, Any] = setting.field.parts["plan"]
    money, fresh = float(outcome.profit.mean()), float(outcome.fresh.mean())
    if plan["objective"] == "profit":
        return -money / 1e5
    if plan["objective"] == "yield":
        return -fresh - 1e-8 * money
    error = float(outcome.fresh.std() / np.sqrt(len(outcome.fresh)))
    short = 50 * max(0.0, float(plan["floor_t_ha"]) - fresh + error)
    return used_of(plan["objective"], outcome) + short - 1e-7 * money


def used_of(objective: str, outcome: Outcome) -> float:
    """Return the mean water [mm] or nitrogen [kg/ha] of the seasons."""
    name = "total_irrigation" if objective == "water" else "total_nitrogen_input"
    return float(outcome.column(name).mean())


def search(
    setting: Setting, chances: Chances, prices: dict[str, Price], *, seasons: int, seed: int, told: Callable[[int, int, float], None] | None = None,
    first: Floats | None = None,
) -> tuple[Action, int]:  # fmt: skip
    """Return the best rules and how many seasons were simulated: at least ``seasons``.

    CMA-ES (Hansen 2016, arXiv:1604.00772) over the unit cube, population 16, begun at ``first`` (the middle unless
    given); begun anew at random when it has converged before the seasons are spent. Every candidate meets the same
    ``chances``; a point ``first`` that is given is one of them.
    """
    done, best, found, runs = 0, np.inf, middle(setting) if first is None else first, 0
    if first is not None:
        [best], done = _losses(setting, [first], chances, prices), chances.count
    with _quiet() as cma:
        while done < seasons:
            begin = found if runs == 0 else np.random.default_rng([seed, runs]).random(len(setting.knobs))
            strategy = cma.CMAEvolutionStrategy(
                begin,
                SPREAD,
                {"bounds": [0, 1], "seed": 1 + seed + 1000 * runs, "popsize": POPULATION, "verbose": -9},
            )
            runs += 1
            while done < seasons and not strategy.stop():
                points = strategy.ask()
                losses = _losses(setting, points, chances, prices)
                strategy.tell(points, losses)
                done += len(points) * chances.count
                if min(losses) < best:
                    best, found = min(losses), np.array(points[int(np.argmin(losses))])
                if told:
                    told(done, seasons, best)
    return action_of(setting, found), done


def _losses(
    setting: Setting, points: Sequence[Floats], chances: Chances, prices: dict[str, Price]
) -> list[float]:
    actions = [action_of(setting, point) for point in points]
    played = play(setting, actions, chances)
    n, losses = chances.count, []
    for place, action in enumerate(actions):
        part = slice(place * n, (place + 1) * n)
        losses.append(
            loss_of(
                setting,
                outcome_of(action, chances, prices, (played[0][part], played[1][part], played[2][part])),
            )
        )
    return losses


@contextmanager
def _quiet() -> Iterator[Any]:
    """Give cma without what it says of plots and without leaving numpy's global seed changed."""
    kept = np.random.get_state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import cma

        try:
            yield cma
        finally:
            np.random.set_state(kept)
