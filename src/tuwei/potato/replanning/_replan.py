"""The plan of a season made anew from what was observed of it: the past is kept, the readings move the draws."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.calibration._cultivars import residual
from tuwei.potato.field._field import Field, read_field
from tuwei.potato.planning._plan import JUDGE_YEARS, check_plan, totals_of
from tuwei.potato.planning._rules import Action, Setting, action_of, span_of
from tuwei.potato.planning._schedule import Played, Range, Step, Worth, played_of, steps_of, worth
from tuwei.potato.planning._search import Chances, chances_of, loss_of, middle, search, with_nutrients
from tuwei.potato.planning._years import Years
from tuwei.potato.replanning._draws import Draws, Moved, first_draws, moved_draws
from tuwei.potato.replanning._observed import Observed, read_observed
from tuwei.potato.replanning._past import Used, check_past, done_of, rest_of
from tuwei.potato.replanning._week import Week, week_of
from tuwei.potato.replanning._years import Forecast, doubt_of_rain, read_forecast, rest_years, with_forecast
from tuwei.potato.storage._prices import Price, price_table
from tuwei.potato.weather._evapotranspiration import Floats

PLANS = ("tuwei.potato.plan/1", "tuwei.potato.replan/1")
Told = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Replan:
    """A plan made anew on the morning of ``today``, and what it came to in seasons that the search had not met.

    ``action`` the rules to follow from today, ``incumbent`` those until now; ``kept`` where the search found none that
    did better in the seasons that judge, so that the incumbent stays. ``before`` and ``after`` the season's totals
    with the incumbent, before and after the readings; ``totals`` with ``action``; ``gain`` ``action`` less the
    incumbent in the same seasons [fen/ha], ``better`` the share of them that gain. ``steps`` those still ahead.
    ``forecast`` the days that every season takes as they were forecast.
    """

    field: Field
    setting: Setting
    observed: Observed
    today: date
    action: Action
    incumbent: Action
    origin: str
    kept: bool
    steps: tuple[Step, ...]
    week: Week
    before: dict[str, Range]
    after: dict[str, Range]
    totals: dict[str, Range]
    profit: Worth
    incumbent_profit: Worth
    gain: Worth
    better: float
    used: Used
    moved: Moved
    prices: dict[str, Price]
    seasons: int
    judged: int
    seed: int
    weather: tuple[str, str, str]
    forecast: Forecast | None = None


def replan_field(
    path: Path | str, observed: Path | str | Observed, weather: Path | str | None = None, *, history: Path | str | None = None,
    forecast: Path | str | None = None, plan: Path | str | None = None, today: date | None = None, seasons: int = 30_000, scenarios: int = 48, judged: int = 300,
    seed: int = 1, told: Told | None = None,
) -> Replan:  # fmt: skip
    """Make the plan of a FIELD.toml's season anew from what was observed.

    Parameters
    ----------
    path
        The field's file.
    observed
        The file of readings and work, see :func:`read_observed`, or what it holds.
    weather, history
        The season's measured weather, which goes before the field's file, and a file of other years for the days ahead;
        by default the other years of the first, else generated ones.
    forecast
        Daily weather of 1 to 16 days from ``today`` on, in place of the other years' days; rows before ``today`` are left.
    plan
        ``plan.json`` or ``replan.json`` made earlier: its rules are the incumbent and where the search begins. Without
        one the middle of every knob.
    today
        The first day that is not yet done; the day after the last row unless given.
    seasons, scenarios, judged, seed, told
        As :func:`plan_field`.

    Raises
    ------
    InputError
        As :func:`read_field`, :func:`read_observed` and :func:`plan_field`; ``potato.observed_day``,
        ``potato.replan_planting``, ``potato.replan_day``, ``potato.replan_plan``, ``potato.observed_dying``;
        ``potato.weather_span`` where the measured weather does not reach today; ``potato.forecast_span``.
    BalanceError
        ``potato.balance``.

    Notes
    -----
    Model predictive control over rule parameters: the season so far is played in every scenario as it was done, under the
    measured weather; from today on the rules act, under the forecast's days, their rain in doubt (:func:`doubt_of_rain`),
    and then under weather of other years. Draws: :func:`moved_draws`.

    Examples
    --------
    >>> from importlib.resources import files
    >>> folder = files("tuwei.potato") / "data"
    >>> found = replan_field(str(folder / "FIELD.toml"), str(folder / "observed.csv"), seasons=1000, scenarios=8, judged=20)
    >>> found.today.isoformat(), found.used.water, min(step.day for step in found.steps) >= found.today
    ('2025-07-14', 70.5, True)
    """
    path, seen = Path(path), observed if isinstance(observed, Observed) else read_observed(observed)
    field = read_field(path)
    check_plan(field, seasons, scenarios, judged)
    span = span_of(field)
    today = today or max((one.day + timedelta(days=1) for one in seen.rows), default=span[0])
    check_past(field, span[0], seen, today)
    ahead = read_forecast(Path(forecast), field, span, today) if forecast else None
    files = (Path(weather) if weather else None, Path(history) if history else None)
    planned, judging, behind = rest_years(
        field, path.parent, files, span, today, (scenarios, min(JUDGE_YEARS, judged)), seed
    )
    if ahead:
        planned, judging = (with_forecast(years, ahead, today) for years in (planned, judging))
    rules = incumbent_rules(Path(plan)) if plan else {}
    found = replanned(field, seen, today, (planned, judging), rules, seasons=seasons, scenarios=scenarios, judged=judged, seed=seed,
                      told=told, origins=(behind, Path(plan).name if plan else ""))  # fmt: skip
    return replace(found, forecast=ahead)


def replanned(
    field: Field, seen: Observed, today: date, years: tuple[Years, Years], rules: Mapping[str, Any], *, seasons: int,
    scenarios: int, judged: int, seed: int, told: Told | None = None, origins: tuple[str, str] = ("", ""),
) -> Replan:  # fmt: skip
    """Return the plan made anew; ``years`` to plan and to judge on, ``rules`` of the incumbent; see :func:`replan_field`."""
    prices, attained = price_table(field.parts["plan.prices"]), field.parts["plan"]["attained"]
    setting = rest_of(field, years[0].first, seen, today)
    first = first_draws(field, seed)
    moved = moved_draws(setting, first, seen, years[0])

    planning = chances_from(setting, moved.draws, years[0], (scenarios, seed), attained)
    if "planting" not in (setting.past.fixed if setting.past else {}):
        setting = with_nutrients(setting, planning)
    used = done_of(setting, seen, today).used
    begin = incumbent_point(setting, used, rules)
    incumbent = action_of(setting, begin)
    action, done = search(setting, planning, prices, seasons=seasons, seed=seed, told=told, first=begin)
    judging = chances_from(setting, moved.draws, years[1], (judged, seed + 1), attained, back=True)
    old, new = (played_of(setting, one, judging, prices) for one in (incumbent, action))
    kept = loss_of(setting, new.outcome) >= loss_of(setting, old.outcome)
    best = old if kept else new
    unread = chances_from(setting, first, years[1], (judged, seed + 1), attained, back=True)
    before = played_of(setting, incumbent, unread, prices)
    gain = best.outcome.profit - old.outcome.profit
    return Replan(
        field, setting, seen, today, best.action, incumbent, origins[1], kept, ahead_of(best, today), week_of(best, today), totals_of(before),
        totals_of(old), totals_of(best), worth(best.outcome.profit), worth(old.outcome.profit), worth(gain), float((gain > 0).mean()),
        used, moved, prices, done, judged, seed, (years[0].origin, years[1].origin, origins[0]),
    )  # fmt: skip


def chances_from(
    setting: Setting,
    draws: Draws,
    years: Years,
    size: tuple[int, int],
    attained: float,
    *,
    back: bool = False,
) -> Chances:
    """Return seasons as ``chances_of`` pairs them, each with its member's own soil and its own doubt of a forecast's rain;
    ``size`` is how many, and the seed."""
    number, seed = size
    plain = chances_of(years, draws.values, number, residual(), seed, attained)
    rows = np.arange(number) % len(draws.values)
    own = draws.rows(len(draws.values) - 1 - rows if back else rows)
    found = own.chances(setting, years, plain.year, plain.noise)
    weather = doubt_of_rain(found.years.weather, years.foretold, seed)
    return replace(found, years=replace(found.years, weather=weather))


def ahead_of(one: Played, today: date) -> tuple[Step, ...]:
    """Return the steps that are not yet done."""
    return tuple(step for step in steps_of(one) if step.latest >= today)


def incumbent_rules(path: Path) -> Mapping[str, Any]:
    """Return the rules of an earlier plan.

    Raises
    ------
    InputError
        ``potato.replan_plan``: not the JSON of a plan.
    """
    try:
        found = json.loads(path.read_text("utf-8"))
        if found["schema"] not in PLANS:
            raise KeyError("schema")
        return {name: _number(value) for name, value in found["rules"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("potato.replan_plan", "{file} 不是 {expected} 的 JSON：{got}", "{file} is not the JSON of {expected}: {got}", file=str(path),
                         expected=" / ".join(PLANS), got=str(getattr(error, "strerror", "") or error)[:60]) from None  # fmt: skip


def _number(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) and value[:4].isdigit() else value


def incumbent_point(setting: Setting, used: Used, rules: Mapping[str, Any]) -> Floats:
    """Return where in the unit cube earlier rules stand; a knob that they do not tell is in its middle.

    ``nitrogen`` of a plan is the season's, that of the rest what is still to give; the ``tilt`` over the dressings left
    keeps the ratio of one to the next.
    """
    found = middle(setting)
    for place, knob in enumerate(setting.knobs):
        value = rules.get(knob.name)
        if isinstance(value, date):
            value = (value - setting.start).days
        if value is None or isinstance(value, str):
            continue
        if knob.name in ("nitrogen", "phosphate", "potash"):
            value -= getattr(used, knob.name)
        if knob.name == "tilt":
            value *= _share_left(setting)
        wide = knob.high - knob.low
        found[place] = np.clip((value - knob.low) / wide, 0, 1) if wide > 0 else 0.0
    return found


def _share_left(setting: Setting) -> float:
    count, past = setting.field.parts["plan"]["dressings"], setting.past
    left = len(past.ahead) if past is not None and "planting" in past.fixed else count
    return (left - 1) / (count - 1) if count > 1 and left > 0 else 1.0
