"""The sides of the comparison, plan and practices, made of the same five elements, so that one can be swapped at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.crop._layout import FIELD_AT as _F
from tuwei.potato.crop._layout import MANAGEMENT
from tuwei.potato.crop._layout import MANAGEMENT_AT as _M
from tuwei.potato.crop._layout import RESULT_AT as _R
from tuwei.potato.evidence._practice import Practice
from tuwei.potato.field._field import MATERIALS, METHODS, watering_of
from tuwei.potato.planning._rules import Action, Setting
from tuwei.potato.planning._search import Chances, play
from tuwei.potato.season._layout import ACTS_AT as _A
from tuwei.potato.season._layout import RULES_AT as _Q
from tuwei.potato.weather._evapotranspiration import Floats

ELEMENTS = ("dates", "density", "film", "method", "schedule", "nitrogen")


@dataclass(frozen=True)
class Side:
    """A management by its elements, on days counted from the span's start.

    ``dates`` planting, harvest, vine kill (-1 none); ``density`` plants m-2 and dry seed kg/ha; ``film`` 0..1 of the surface; ``method`` efficiency,
    wetted share and share of a dressing that is washed in; ``schedule`` (days after planting, mm gross), None where the
    plan's rules lead; ``nitrogen`` at planting, and (days after planting, kg N/ha) of urea.
    """

    dates: tuple[int, int, int]
    density: tuple[float, float]
    film: float
    method: tuple[float, float, float]
    schedule: tuple[tuple[int, float], ...] | None
    nitrogen: tuple[float, tuple[tuple[int, float], ...]]

    def taking(self, other: Side, *elements: str) -> Side:
        """Return this side with elements of another."""
        return replace(self, **{name: getattr(other, name) for name in elements})

    @property
    def nitrogen_total(self) -> float:
        """Fertiliser nitrogen of the season, kg N/ha."""
        return self.nitrogen[0] + sum(dose for _, dose in self.nitrogen[1])


@dataclass(frozen=True)
class Calendar:
    """What was done in one season, as every judge is given it: dates, (date, mm gross) of water, and nitrogen as (date, kg/ha
    of nitrate, of ammonium with urea)."""

    planting: date
    harvest: date
    vine_kill: date | None
    density: float
    mulch: float
    efficiency: float
    wetted: float
    water: tuple[tuple[date, float], ...]
    nitrogen: tuple[tuple[date, float, float], ...]


@dataclass(frozen=True)
class Seasons:
    """A side in all years: ``results`` (years, results of ``_layout.RESULT``) of our model, and the calendars it led to."""

    results: Floats
    calendars: tuple[Calendar, ...]

    def column(self, name: str) -> Floats:
        """Return one result of all years."""
        return self.results[:, _R[name]]


def side_of_plan(setting: Setting, action: Action) -> Side:
    """Return the plan's side; its rules lead the water."""
    planting = int(action.named["planting"])
    basal = action.work.nitrogen - sum(dose for _, dose in action.dressings)
    dressings = tuple((day - planting, dose) for day, dose in action.dressings)
    dates = tuple(int(action.field[_F[name]]) for name in ("planting", "harvest", "vine_kill"))
    density = float(action.field[_F["density"]]), float(action.field[_F["seed"]])
    _, _, washed = watering_of(setting.field)
    method = float(action.rules[_Q["efficiency"]]), float(action.rules[_Q["wetted"]]), washed
    return Side(dates, density, float(action.field[_F["mulch"]]), method, None, (basal, dressings))  # type: ignore[arg-type]


def side_of_practice(setting: Setting, practice: Practice) -> Side:
    """Return a practice's side; harvest and vine kill are those that the field has as written, the seed goes with the density.

    Raises
    ------
    InputError
        ``potato.practice_season``: a watering or a dressing after the harvest, or a planting before the season's span.
    """
    crop = setting.field.parts["crop"]
    planting, harvest, kill = _dates(setting)
    planting += round(practice["planting_days"])
    seed = 0.2 * crop["seed_kg_ha"] * practice["density"] / crop["density"]
    water = tuple(
        (practice["first_days"] + place * practice["every_days"], float(practice["water_mm"]))
        for place in range(practice["waterings"])
    )
    days = practice["dressing_days"]
    basal = practice["nitrogen"] * (practice["basal_share"] if days else 1.0)
    dressings = tuple(
        (day, (practice["nitrogen"] - basal) / len(days)) for day in days if basal < practice["nitrogen"]
    )
    last = max((day for day, _ in (*water, *dressings)), default=0)
    if planting < 0 or planting + last > harvest:
        raise InputError("potato.practice_season", "{file}：“{field}”播后第 {got} 天已在收获之后（第 {expected} 天）。", "{file}: “{field}” has work on day {got} after planting; the harvest is on day {expected}.",
                         file=setting.field.file, field=practice.name, got=last, expected=harvest - planting)  # fmt: skip
    method = practice["efficiency"], METHODS[practice["method"]][1], practice["incorporated"]
    density = float(practice["density"]), float(seed)
    return Side(
        (planting, harvest, kill), density, float(practice["mulch"]), method, water, (basal, dressings)
    )


def _dates(setting: Setting) -> tuple[int, int, int]:
    """Return planting, harvest and vine kill (-1 none) of the field as written, days from the span's start."""
    crop = setting.field.parts["crop"]
    planting, harvest, kill = (
        (crop[name] - setting.start).days if crop[name] else -1
        for name in ("planting", "harvest", "vine_kill")
    )
    return planting, harvest, kill


def side_of_ample(setting: Setting) -> Side:
    """Return what shows how much water and nitrogen could add at all: drip of 16 mm every fourth day, 500 kg N/ha in ten parts.

    Dates and density are the field's as written. It is no plan, and more than anyone would give.
    """
    crop = setting.field.parts["crop"]
    planting, harvest, _ = _dates(setting)
    days = tuple((day, 16.0) for day in range(15, harvest - planting - 5, 4))
    nitrogen = 50.0, tuple((day, 50.0) for day in range(25, 106, 10) if planting + day <= harvest)
    density = crop["density"], 0.2 * crop["seed_kg_ha"]
    return Side((planting, harvest, -1), density, crop["mulch"], (*METHODS["drip"], 1.0), days, nitrogen)


def play_sides(setting: Setting, plan: Action, sides: Sequence[Side], chances: Chances) -> list[Seasons]:
    """Return the seasons of every side in the same years and with the same parameters."""
    actions = [_action(plan, side, setting.days) for side in sides]
    results, _, acts = play(setting, actions, chances, acts=True)
    n, found = chances.count, []
    for place, (side, action) in enumerate(zip(sides, actions, strict=True)):
        part = slice(place * n, (place + 1) * n)
        water = acts[part, :, _A["water"]]
        calendars = tuple(_calendar(setting, side, action, one) for one in water)
        found.append(Seasons(results[part], calendars))
    return found


def _action(plan: Action, side: Side, days: int) -> Action:
    """Return the kernel's work of a side."""
    row, rules = plan.field.copy(), plan.rules.copy()
    for name, day in zip(("planting", "harvest", "vine_kill"), side.dates, strict=True):
        row[_F[name]] = day
    row[_F["density"]], row[_F["seed"]], row[_F["mulch"]] = *side.density, side.film
    rules[_Q["active"]] = float(side.schedule is None)
    rules[_Q["efficiency"]], rules[_Q["wetted"]], washed = side.method
    work = np.zeros((days, len(MANAGEMENT)))
    work[:, _M["efficiency"]], work[:, _M["wetted"]] = side.method[:2]
    work[:, _M["incorporated"]] = 1.0
    planting = side.dates[0]
    for name, share in zip(("nitrate", "ammonium", "urea"), MATERIALS["compound"], strict=True):
        work[planting, _M[name]] += share * side.nitrogen[0]
    for after, dose in side.nitrogen[1]:
        work[planting + after, _M["urea"]] += dose
        work[planting + after, _M["incorporated"]] = washed
    for after, amount in side.schedule or ():
        work[planting + after, _M["irrigation"]] += amount
    return replace(plan, field=row, rules=rules, management=work)


def _calendar(setting: Setting, side: Side, action: Action, water: Floats) -> Calendar:
    planting, harvest, kill = (setting.start + timedelta(days=day) for day in side.dates)
    nitrate, ammonium = (
        action.management[:, _M["nitrate"]],
        action.management[:, [_M["ammonium"], _M["urea"]]].sum(axis=1),
    )
    nitrogen = tuple(
        (setting.start + timedelta(days=int(day)), float(nitrate[day]), float(ammonium[day]))
        for day in np.flatnonzero(nitrate + ammonium)
    )
    watered = tuple(
        (setting.start + timedelta(days=int(day)), float(water[day])) for day in np.flatnonzero(water)
    )
    return Calendar(planting, harvest, kill if side.dates[2] >= 0 else None, side.density[0], side.film, *side.method[:2],
                    watered, nitrogen)  # fmt: skip
