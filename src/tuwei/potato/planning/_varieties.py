"""The cultivars that a plan chooses among: each planned in the same weather, then the best of them taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tuwei.potato.calibration._cultivars import cultivar_values, residual
from tuwei.potato.crop._ensemble import MEMBERS
from tuwei.potato.field._field import Field
from tuwei.potato.planning._rules import Action, setting_of
from tuwei.potato.planning._schedule import Played, Range, Worth, played_of
from tuwei.potato.planning._search import (
    Chances,
    chances_of,
    loss_of,
    outcome_of,
    play,
    search,
    with_nutrients,
)
from tuwei.potato.planning._years import Years
from tuwei.potato.storage._prices import price_table

Told = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Variety:
    """A cultivar's own best plan in the seasons that judge: ``profit`` and what it is ``behind`` the chosen one [fen/ha].

    ``seasons`` of the search that were its; ``days`` in store.
    """

    cultivar: str
    chosen: bool
    resistance: str
    action: Action
    totals: dict[str, Range]
    profit: Worth
    behind: Worth
    seasons: int
    days: int


@dataclass(frozen=True)
class Tried:
    """A cultivar planned: its field, the best rules, what they came to in other seasons, the loss they were chosen by."""

    field: Field
    played: Played
    loss: float
    seasons: int


def candidates_of(field: Field) -> tuple[str, ...]:
    """Return the cultivars to choose among: ``plan.cultivars`` and those of ``[[plan.cultivar]]``, else the field's own."""
    named = [
        *(field.parts["plan"]["cultivars"] or ()),
        *(row["name"] for row in field.parts["plan.cultivar"]),
    ]
    return tuple(dict.fromkeys(named)) or (field.cultivar,)


def as_cultivar(field: Field, name: str) -> Field:
    """Return the field planted with a cultivar, at its own prices, resistance, yield attained and dormancy where given."""
    own: dict[str, Any] = next((row for row in field.parts["plan.cultivar"] if row["name"] == name), {})
    given = {key: value for key, value in own.items() if value is not None}
    parts = dict(field.parts)
    parts["crop"] = {**parts["crop"], "cultivar": name}
    for section, keys in (("plan.prices", ("tubers", "small_tubers", "seed")), ("plan", ("resistance", "attained")), ("store", ("dormancy_days",))):  # fmt: skip
        parts[section] = {**parts[section], **{key: given[key] for key in keys if key in given}}
    return replace(field, parts=parts)


def chances_for(field: Field, years: tuple[Years, Years], scenarios: int, judged: int, seed: int) -> tuple[Chances, Chances]:  # fmt: skip
    """Return the seasons to plan and to judge a field's cultivar on; year, draw and noise are the same for every cultivar."""
    values, attained = (
        cultivar_values(field.cultivar, MEMBERS, field.parameters),
        field.parts["plan"]["attained"],
    )
    planned = chances_of(years[0], values[:scenarios], scenarios, residual(), seed, attained)
    return planned, chances_of(years[1], values[::-1].copy(), judged, residual(), seed + 1, attained, market=field.parts["store"]["on"])  # fmt: skip


def tried(
    field: Field, years: tuple[Years, Years], *, seasons: int, scenarios: int, judged: int, seed: int, told: Told | None = None
) -> Tried:  # fmt: skip
    """Return the field's cultivar planned with so many seasons.

    The days in store are settled on the seasons planned on: for given rules the best day is found by trying every one
    (:meth:`Selling.best`), so the search over the rules is one over rules and days.
    """
    chances, other = chances_for(field, years, scenarios, judged, seed)
    prices, setting = price_table(field.parts["plan.prices"]), setting_of(field, years[0].first)
    setting = with_nutrients(setting, chances)
    action, done = search(setting, chances, prices, seasons=seasons, seed=seed, told=told)
    outcome = outcome_of(action, chances, prices, play(setting, [action], chances))
    played = played_of(setting, settled(action, outcome.days), other, prices)
    return Tried(field, played, loss_of(setting, outcome), done)


def settled(action: Action, days: int) -> Action:
    """Return the action with its days in store; unchanged where there is none."""
    if action.work.selling is None:
        return action
    work = replace(action.work, selling=action.work.selling.kept(days))
    return replace(action, named={**action.named, "storage_days": float(days)}, work=work)


def told_from(told: Told | None, before: int, seasons: int) -> Told | None:
    """Return what tells the progress of one cultivar as part of the whole."""
    return None if told is None else (lambda done, _, best: told(before + done, seasons, best))
