"""What a plan chooses before the season, cultivar and film: each planned in the same weather, then the best of them taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tuwei.potato.calibration._cultivars import cultivar_values, residual
from tuwei.potato.crop._ensemble import MEMBERS
from tuwei.potato.field._field import Field
from tuwei.potato.planning._rules import Action, Setting, named_action, setting_of
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
from tuwei.potato.storage._prices import Price, price_table

Told = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Choice:
    """A cultivar under a cover of film, at its own best plan in the seasons that judge: ``profit`` and what it is ``behind``
    the chosen one [fen/ha].

    ``film`` share of the surface; ``seasons`` of the search that were its; ``days`` in store.
    """

    cultivar: str
    film: float
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
    """A cultivar under a cover planned: its field, the best rules, what they came to in other seasons, the loss they were
    chosen by."""

    field: Field
    played: Played
    loss: float
    seasons: int


@dataclass(frozen=True)
class Ready:
    """A field made ready to search: ``chances`` to plan on, ``other`` to judge on."""

    field: Field
    setting: Setting
    prices: dict[str, Price]
    chances: Chances
    other: Chances


def cultivars_of(field: Field) -> tuple[str, ...]:
    """Return the cultivars to choose among: ``plan.cultivars`` and those of ``[[plan.cultivar]]``, else the field's own."""
    named = [
        *(field.parts["plan"]["cultivars"] or ()),
        *(row["name"] for row in field.parts["plan.cultivar"]),
    ]
    return tuple(dict.fromkeys(named)) or (field.cultivar,)


def covers_of(field: Field) -> tuple[float, ...]:
    """Return the covers of film to choose among, shares of the surface: ``plan.film``, else the field's own."""
    return tuple(dict.fromkeys(map(float, field.parts["plan"]["film"] or ()))) or (
        field.parts["crop"]["mulch"],
    )


def as_cultivar(field: Field, name: str) -> Field:
    """Return the field planted with a cultivar, at its own prices, resistance, yield attained and dormancy where given."""
    own: dict[str, Any] = next((row for row in field.parts["plan.cultivar"] if row["name"] == name), {})
    given = {key: value for key, value in own.items() if value is not None}
    parts = dict(field.parts)
    parts["crop"] = {**parts["crop"], "cultivar": name}
    for section, keys in (("plan.prices", ("tubers", "small_tubers", "seed")), ("plan", ("resistance", "attained")), ("store", ("dormancy_days",))):  # fmt: skip
        parts[section] = {**parts[section], **{key: given[key] for key in keys if key in given}}
    return replace(field, parts=parts)


def under_film(field: Field, cover: float) -> Field:
    """Return the field with film over that share of its surface."""
    return replace(field, parts={**field.parts, "crop": {**field.parts["crop"], "mulch": cover}})


def chances_for(field: Field, years: tuple[Years, Years], scenarios: int, judged: int, seed: int) -> tuple[Chances, Chances]:  # fmt: skip
    """Return the seasons to plan and to judge a field's cultivar on; year, draw and noise are the same for every cultivar."""
    values, attained = (
        cultivar_values(field.cultivar, MEMBERS, field.parameters),
        field.parts["plan"]["attained"],
    )
    planned = chances_of(years[0], values[:scenarios], scenarios, residual(), seed, attained)
    return planned, chances_of(years[1], values[::-1].copy(), judged, residual(), seed + 1, attained, market=field.parts["store"]["on"])  # fmt: skip


def ready_of(field: Field, years: tuple[Years, Years], scenarios: int, judged: int, seed: int) -> Ready:
    """Return the field made ready to search."""
    chances, other = chances_for(field, years, scenarios, judged, seed)
    setting = with_nutrients(setting_of(field, years[0].first), chances)
    return Ready(field, setting, price_table(field.parts["plan.prices"]), chances, other)


def tried(
    field: Field, years: tuple[Years, Years], *, seasons: int, scenarios: int, judged: int, seed: int, told: Told | None = None
) -> list[Tried]:  # fmt: skip
    """Return the field's cultivar planned under every cover to choose among, with so many seasons for each.

    Film moves the profit less than the luck of a search does, so each cover also tries the rules found under the others.
    """
    covers = covers_of(field)
    every = [ready_of(under_film(field, cover), years, scenarios, judged, seed) for cover in covers]
    found: list[Action] = []
    spent: list[int] = []
    for one in every:
        begun = told_from(told, sum(spent), seasons * len(covers))
        action, done = search(one.setting, one.chances, one.prices, seasons=seasons, seed=seed, told=begun)
        found.append(action)
        spent.append(done)
    return [best_of(one, found, done) for one, done in zip(every, spent, strict=True)]


def best_of(one: Ready, found: Sequence[Action], spent: int) -> Tried:
    """Return the best of rules in the seasons planned on, played in those that judge.

    The days in store are settled on the seasons planned on: for given rules the best day is found by trying every one
    (:meth:`Selling.best`), so the search over the rules is one over rules and days.
    """
    mine = [named_action(one.setting, action.named) for action in found]
    each = [
        outcome_of(action, one.chances, one.prices, play(one.setting, [action], one.chances))
        for action in mine
    ]
    losses = [loss_of(one.setting, outcome) for outcome in each]
    place = losses.index(min(losses))
    played = played_of(one.setting, settled(mine[place], each[place].days), one.other, one.prices)
    return Tried(one.field, played, losses[place], spent)


def settled(action: Action, days: int) -> Action:
    """Return the action with its days in store; unchanged where there is none."""
    if action.work.selling is None:
        return action
    work = replace(action.work, selling=action.work.selling.kept(days))
    return replace(action, named={**action.named, "storage_days": float(days)}, work=work)


def told_from(told: Told | None, before: int, seasons: int) -> Told | None:
    """Return what tells the progress of one search as part of the whole."""
    return None if told is None else (lambda done, _, best: told(before + done, seasons, best))
