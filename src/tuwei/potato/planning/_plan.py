"""From a FIELD.toml to the plan of its season: the best rules under the user's limits, and what they are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.crop._season import arrays_of
from tuwei.potato.field._blight import lesions_of
from tuwei.potato.field._field import Field, read_field
from tuwei.potato.planning._rules import Action, Setting, selling_at, setting_of, span_of
from tuwei.potato.planning._schedule import (
    Played,
    Range,
    Step,
    Worth,
    replayed,
    spread,
    steps_of,
    worth,
)
from tuwei.potato.planning._search import Chances
from tuwei.potato.planning._store import Sale, sale_of, sales
from tuwei.potato.planning._varieties import (
    Choice,
    Tried,
    as_cultivar,
    chances_for,
    covers_of,
    cultivars_of,
    told_from,
    tried,
)
from tuwei.potato.planning._years import years_of
from tuwei.potato.season._layout import RULES
from tuwei.potato.storage._prices import Price, Work, price_table

JUDGE_YEARS = 100
PRACTICE_FIRST, PRACTICE_EVERY = (
    60,
    14,
)  # days after planting, and between, of the sprays of the practice; assumed
TOTALS = {"fresh": "t/ha", "total_irrigation": "mm", "total_nitrogen_input": "kg N/ha", "total_leached": "kg N/ha", "total_percolation": "mm",
          "stress_water": "0-1", "stress_nitrogen": "0-1", "skin_set": "0-1", "irrigations": "", "sprays": "", "leaf_lost": "0-1"}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """A plan and what it came to in seasons that the search had not met.

    ``rules`` knobs by name; ``steps`` the schedule; ``totals`` and ``practice`` by name (the practice is the field as
    written); ``profit`` and ``practice_profit`` [fen/ha]; ``gain`` plan less practice in the same seasons; ``seasons``
    simulated in the search; ``floor_met`` None without a floor; ``prices``; ``weather`` planned on and judged on;
    ``varieties`` each cultivar's own plan and ``films`` the chosen cultivar's under each cover, where there was a choice, ``field``
    being the chosen one's; ``sale`` what is sold when; ``played`` the plan and the practice in the seasons that judge.
    """

    field: Field
    setting: Setting
    action: Action
    steps: tuple[Step, ...]
    totals: dict[str, Range]
    practice: dict[str, Range]
    profit: Worth
    practice_profit: Worth
    gain: Worth
    prices: dict[str, Price]
    seasons: int
    judged: int
    seed: int
    floor_met: bool | None
    weather: tuple[str, str]
    played: tuple[Played, Played]
    varieties: tuple[Choice, ...] = ()
    films: tuple[Choice, ...] = ()
    sale: Sale | None = None


def plan_field(
    path: Path | str, weather: Path | str | None = None, *, seasons: int = 50_000, scenarios: int = 32, judged: int = 300,
    seed: int = 1, told: Callable[[int, int, float], None] | None = None,
) -> Plan:  # fmt: skip
    """Plan the season of a FIELD.toml.

    Parameters
    ----------
    path, weather
        The field's file, and a weather file that goes before the field's; without any, years are generated.
    seasons
        Seasons to simulate in the search, 1,000 or more; cultivars and covers of film to choose among share them alike.
    scenarios
        Seasons (weather year, draw of the parameters, unexplained factor) that every candidate meets, 4 or more.
    judged
        Seasons of other weather years and draws that the schedule, its intervals and the profit are from, 20 or more.
    seed
        Of weather, draws and search; the same seed gives the same plan.
    told
        Is given the seasons done, those to do and the least loss so far.

    Raises
    ------
    InputError
        As :func:`read_field`; ``potato.plan_window``, ``potato.plan_weather``; ``potato.plan_floor``: an aim of water or
        nitrogen without ``floor_t_ha``; ``potato.plan_size``: too few seasons.
    BalanceError
        ``potato.balance``.

    Examples
    --------
    >>> from importlib.resources import files
    >>> plan = plan_field(str(files("tuwei.potato") / "data" / "FIELD.toml"), seasons=1000, scenarios=8, judged=20)
    >>> plan.seasons >= 1000, {step.what for step in plan.steps} >= {"planting", "irrigation", "harvest"}
    (True, True)
    """
    path = Path(path)
    field = read_field(path)
    check_plan(field, seasons, scenarios, judged)
    count, names = (scenarios, min(JUDGE_YEARS, judged)), cultivars_of(field)
    years = years_of(field, path.parent, Path(weather) if weather else None, span_of(field), count, seed)
    every: list[Tried] = []
    for name in names:
        begun = told_from(told, sum(one.seasons for one in every), seasons)
        every += tried(as_cultivar(field, name), years, seasons=-(-seasons // (len(names) * len(covers_of(field)))),
                       scenarios=scenarios, judged=judged, seed=seed, told=begun)  # fmt: skip
    written = as_cultivar(field, field.cultivar)
    _, other = chances_for(written, years, scenarios, judged, seed)
    practice = practice_of(
        setting_of(written, years[0].first), other, price_table(written.parts["plan.prices"])
    )
    return _summed(every, practice, seed, (years[0].origin, years[1].origin))


def check_plan(field: Field, seasons: int, scenarios: int, judged: int) -> None:
    """Raise for an aim without its floor and for too few seasons."""
    plan = field.parts["plan"]
    if plan["objective"] in ("water", "nitrogen") and plan["floor_t_ha"] <= 0:
        raise InputError("potato.plan_floor", "{file}：目标为 {got} 时须给 plan.floor_t_ha（最低鲜薯产量）。", "{file}: the aim {got} needs plan.floor_t_ha, the least fresh yield.",
                         file=field.file, field="plan.floor_t_ha", got=plan["objective"], expected="> 0 t/ha")  # fmt: skip
    if seasons < 1000 or scenarios < 4 or judged < 20:
        raise InputError("potato.plan_size", "模拟的季数太少：{got}，应为 {expected}。", "Too few seasons: {got}; {expected} are needed.",
                         got=f"{seasons}, {scenarios}, {judged}", expected="seasons ≥ 1000, scenarios ≥ 4, judged ≥ 20")  # fmt: skip


def practice_of(setting: Setting, chances: Chances, prices: dict[str, Price]) -> Played:
    """Return the field as written, irrigation and fertiliser on their dates, in the same seasons."""
    field, crop = setting.field, setting.field.parts["crop"]
    case = replace(field.case(chances.years.first), start=setting.start, leaf_loss={})
    arrays, rows = arrays_of(case), field.parts["fertiliser"]
    work = np.zeros((setting.days, arrays.management.shape[1]))
    work[: len(arrays.management)] = arrays.management
    dressings = sum(row["date"] > crop["planting"] + timedelta(days=7) for row in rows)
    limits, store = field.parts["plan.limits"], selling_at(setting, (crop["harvest"] - setting.start).days)
    store = store and store.kept(0)  # as written it is sold at harvest
    costs = Work(crop["seed_kg_ha"], sum(row["N"] for row in rows), setting.phosphate, setting.potash, dressings, crop["vine_kill"] is not None,
                 crop["mulch"], (limits["irrigation_hours_ha"], limits["spray_hours_ha"], limits["dressing_hours_ha"]), store)  # fmt: skip
    rules = np.zeros(len(RULES))
    for name, value in {
        "blight": float(field.parts["plan"]["blight"]),
        **lesions_of(field, setting.start),
    }.items():
        rules[list(RULES).index(name)] = value
    sprays = np.zeros((chances.count, setting.days))
    sprays[:, [min(setting.days - 1, (day - setting.start).days) for day in sprayed_of(field)]] = 1.0
    action = Action({}, arrays.field, rules, work, costs, ())
    irrigations = np.full(chances.count, float(len(field.parts["irrigation.event"])))
    empty: Any = None
    one = Played(
        setting, action, chances, prices, empty, np.repeat(work[None], chances.count, axis=0), sprays
    )
    return replace(one, outcome=replayed(one, irrigations=irrigations))


def sprayed_of(field: Field) -> list[date]:
    """Return the days that the field as written is sprayed: ``[[spray]]``, else ``practice_sprays`` of them."""
    first = field.parts["crop"]["planting"] + timedelta(days=PRACTICE_FIRST)
    every = range(field.parts["plan"]["practice_sprays"])
    return [row["date"] for row in field.parts["spray"]] or [first + timedelta(days=PRACTICE_EVERY * number) for number in every]  # fmt: skip


def _summed(every: Sequence[Tried], practice: Played, seed: int, origins: tuple[str, str]) -> Plan:
    best = min(every, key=lambda one: one.loss)
    field, played, outcome, before = best.field, best.played, best.played.outcome, practice.outcome
    floor, sale = field.parts["plan"]["floor_t_ha"], sale_of(played)
    return Plan(
        field, played.setting, played.action, (*steps_of(played), *sales(played, sale)), totals_of(played), totals_of(practice), worth(outcome.profit),
        worth(before.profit), worth(outcome.profit - before.profit), played.prices, sum(one.seasons for one in every), played.chances.count,
        seed, bool(outcome.fresh.mean() >= floor) if floor else None, origins, (played, practice),
        *beside(every, best), sale,
    )  # fmt: skip


def beside(every: Sequence[Tried], best: Tried) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """Return the cultivars, each under its own best cover, and the chosen one under every cover; empty without a choice."""
    names = dict.fromkeys(one.field.cultivar for one in every)
    own = [
        min((one for one in every if one.field.cultivar == name), key=lambda one: one.loss) for name in names
    ]
    covers = [one for one in every if one.field.cultivar == best.field.cultivar]
    cultivars, films = (
        tuple(_choice(one, best) for one in some) if len(some) > 1 else () for some in (own, covers)
    )
    return cultivars, films


def _choice(one: Tried, best: Tried) -> Choice:
    """Return a choice beside the chosen one, season by season: the seasons are the same."""
    mine, chosen, parts = one.played.outcome, best.played.outcome, one.field.parts
    return Choice(one.field.cultivar, parts["crop"]["mulch"], one is best, parts["plan"]["resistance"], one.played.action,
                  totals_of(one.played), worth(mine.profit), worth(chosen.profit - mine.profit), one.seasons, mine.days)  # fmt: skip


def totals_of(one: Played) -> dict[str, Range]:
    """Return the season's totals over the seasons."""
    outcome = one.outcome
    own = {
        "fresh": outcome.fresh,
        "irrigations": outcome.counts[:, 0],
        "sprays": outcome.counts[:, 1],
        "leaf_lost": outcome.counts[:, 2],
    }
    return {name: spread(own[name] if name in own else outcome.column(name)) for name in TOTALS}
