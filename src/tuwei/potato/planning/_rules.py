"""What a plan decides: rule parameters within the user's windows and limits, and the work that they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.crop._layout import FIELD_AT as _F
from tuwei.potato.crop._layout import MANAGEMENT
from tuwei.potato.crop._layout import MANAGEMENT_AT as _M
from tuwei.potato.crop._season import Case, Fertiliser, arrays_of
from tuwei.potato.field._blight import lesions_of
from tuwei.potato.field._field import K_OF_K2O, MATERIALS, P_OF_P2O5, Field, watering_of
from tuwei.potato.season._layout import RULES
from tuwei.potato.storage._prices import Work
from tuwei.potato.storage._selling import Selling, selling_of
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._weather import Weather

# Days after planting of the first and the last dressing: emergence to the middle of bulking; assumed.
FIRST_DRESSING, LAST_DRESSING = 35, 80
LATE = 30  # days before the vines go that have their own trigger and depth; assumed
EARLIER, LATER = 7, 10  # days of the windows that are not given
SMALLEST = 3.0  # kg N/ha; a smaller dressing is not made
SHORTEST_KILL = 3  # days before the harvest; a later vine kill is not made


@dataclass(frozen=True)
class Knob:
    """A rule parameter: between ``low`` and ``high``, rounded to ``step``."""

    name: str
    low: float
    high: float
    step: float
    unit: str


class Past(Protocol):
    """What is done before day index ``today`` and no knob can change: the knobs' ``fixed`` values, the sprays by day; and
    the days ``ahead`` of dressings that may still be made."""

    @property
    def today(self) -> int: ...

    @property
    def fixed(self) -> Mapping[str, float]: ...

    @property
    def script(self) -> Floats: ...

    @property
    def ahead(self) -> tuple[int, ...]: ...

    def kept(self, setting: Setting, action: Action) -> Action:
        """Return the action with the past as it was."""
        ...


@dataclass(frozen=True)
class Setting:
    """A field made ready to plan: the windows, the knobs, the arrays that no knob changes, and P2O5 and K2O [kg/ha].

    ``base`` is the field's row, ``soil`` the kernel's soil, ``days`` the span's length from ``start``; ``past`` what is done.
    """

    field: Field
    start: date
    days: int
    knobs: tuple[Knob, ...]
    soil: Floats
    base: Floats
    phosphate: float = 0.0
    potash: float = 0.0
    past: Past | None = None

    @property
    def sprayed(self) -> Floats:
        """The sprays that are made already, shape (days,)."""
        return np.zeros(self.days) if self.past is None else self.past.script


@dataclass(frozen=True)
class Action:
    """One set of rules as the kernel reads it; ``named`` are the knobs' values, ``dressings`` (day index, kg N/ha)."""

    named: Mapping[str, float]
    field: Floats
    rules: Floats
    management: Floats
    work: Work
    dressings: tuple[tuple[int, float], ...]


def windows_of(field: Field) -> dict[str, date]:
    """Return the first and last day of planting and of harvest.

    Raises
    ------
    InputError
        ``potato.plan_window``: a window ends before it begins, or the harvest may come within 60 days of planting.
    """
    plan, crop = field.parts["plan"], field.parts["crop"]
    found = {
        "planting_earliest": plan["planting_earliest"] or crop["planting"] - timedelta(days=EARLIER),
        "planting_latest": plan["planting_latest"] or crop["planting"] + timedelta(days=LATER),
        "harvest_earliest": plan["harvest_earliest"] or crop["harvest"] - timedelta(days=LATER),
        "harvest_latest": plan["harvest_latest"] or crop["harvest"] + timedelta(days=EARLIER),
    }
    order = list(found.values())
    if order[0] > order[1] or order[2] > order[3] or (order[2] - order[1]).days < 60:
        raise InputError("potato.plan_window", "{file}：播种与收获的窗口不成立：{got}。", "{file}: the windows of planting and harvest do not hold: {got}.",
                         file=field.file, field="plan", expected="earliest ≤ latest, planting + 60 d ≤ harvest",
                         got=" ".join(day.isoformat() for day in order))  # fmt: skip
    return found


def span_of(field: Field) -> tuple[date, date]:
    """Return the first and the last day that a season of the plan, or of the field as written, can have."""
    window, crop = windows_of(field), field.parts["crop"]
    return min(window["planting_earliest"], crop["planting"]), max(window["harvest_latest"], crop["harvest"])


def knobs_of(field: Field) -> tuple[Knob, ...]:
    """Return the rule parameters that this field leaves free."""
    window, plan, limits, crop = (
        windows_of(field),
        field.parts["plan"],
        field.parts["plan.limits"],
        field.parts["crop"],
    )
    start = span_of(field)[0]
    day = {name: float((when - start).days) for name, when in window.items()}
    most = min(limits["irrigation_mm"], max(limits["quota_mm"], 2.0))
    found = [
        Knob("planting", day["planting_earliest"], day["planting_latest"], 1, "d"),
        Knob("harvest", day["harvest_earliest"], day["harvest_latest"], 1, "d"),
        Knob("vine_kill_lead", 0, 25, 1, "d"),
        Knob("density", plan["density_lowest"] or crop["density"] * 0.85, plan["density_highest"] or crop["density"] * 1.15, 0.05, "m-2"),
        *(Knob(f"trigger_{stage}", limits["driest"], 0.9, 0.01, "0-1") for stage in ("young", "bulking", "late")),
        *(Knob(f"depth_{stage}", min(5.0, most), most, 1, "mm") for stage in ("young", "bulking", "late")),
        Knob("nitrogen", 0, limits["nitrogen_kg_ha"], 1, "kg/ha"),
        Knob("basal_share", 0, 1, 0.01, "0-1"),
        Knob("tilt", -2, 2, 0.01, "-"),
        Knob("spray_trigger", 2, 60, 1, "severity values"),
    ]  # fmt: skip
    return tuple(replace(one, high=max(one.low, one.high)) for one in found)


def setting_of(field: Field, weather: Weather) -> Setting:
    """Return the setting of a field; ``weather`` is any of the years, over the whole span."""
    start, end = span_of(field)
    case = bare_case(field, weather)
    arrays = arrays_of(replace(case, crop=replace(case.crop, harvest=end)))
    rows = field.parts["fertiliser"]
    return Setting(field, start, (end - start).days + 1, knobs_of(field), arrays.soil, arrays.field,
                   sum(row["P2O5"] for row in rows), sum(row["K2O"] for row in rows))  # fmt: skip


def bare_case(field: Field, weather: Weather) -> Case:
    """Return the field's case without its water, its fertiliser and its losses, begun on the span's first day."""
    case = field.case(weather)
    crop = replace(case.crop, vine_kill=None, automatic=None)
    return replace(case, crop=crop, irrigation=(), fertiliser=(), leaf_loss={}, start=span_of(field)[0])


def action_of(setting: Setting, unit: Floats) -> Action:
    """Return the work that a point of the unit cube, shape (knobs,), means; doses are whole kilograms."""
    named = dict(setting.past.fixed) if setting.past else {}
    for knob, part in zip(setting.knobs, unit, strict=True):
        value = knob.low + float(np.clip(part, 0, 1)) * (knob.high - knob.low)
        named[knob.name] = min(knob.high, max(knob.low, round(value / knob.step) * knob.step))
    return named_action(setting, named)


def named_action(setting: Setting, named: Mapping[str, float]) -> Action:
    """Return the work that values of the knobs mean."""
    crop, limits = setting.field.parts["crop"], setting.field.parts["plan.limits"]
    planting, harvest, lead = (int(named[name]) for name in ("planting", "harvest", "vine_kill_lead"))
    kill = harvest - lead if lead >= SHORTEST_KILL else -1
    seed = crop["seed_kg_ha"] * named["density"] / crop["density"]
    row = setting.base.copy()
    for name, value in {
        "planting": planting,
        "harvest": harvest,
        "vine_kill": kill,
        "density": named["density"],
        "seed": 0.2 * seed,
    }.items():
        row[_F[name]] = value
    basal, dressings = doses_of(setting, named, planting)
    phosphate, potash = named.get("phosphate", setting.phosphate), named.get("potash", setting.potash)
    management = management_of(setting, planting, (basal, phosphate, potash), dressings)
    total = basal + sum(dose for _, dose in dressings)
    hours = (limits["irrigation_hours_ha"], limits["spray_hours_ha"], limits["dressing_hours_ha"])
    work = Work(
        seed,
        total,
        phosphate,
        potash,
        len(dressings),
        kill >= 0,
        crop["mulch"],
        hours,
        selling_at(setting, harvest),
    )
    rules = rules_of(setting.field, named, hours[2] * len(dressings))
    action = Action(named, row, rules, management, work, dressings)
    return setting.past.kept(setting, action) if setting.past else action


def selling_at(setting: Setting, harvest: int) -> Selling | None:
    """Return the field's store filled on a day index, None where ``[store]`` is not on."""
    part = setting.field.parts["store"]
    return selling_of(part, setting.start + timedelta(days=harvest)) if part["on"] else None


def at_limit(setting: Setting, named: Mapping[str, float]) -> list[str]:
    """Return the knobs that stand at an end of their range (within 2 %): there the window or the limit decides.

    A trigger, a vine kill, a basal share or a tilt has its ends from the engine and is not told.
    """
    own = ("vine_kill_lead", "basal_share", "tilt")
    wide = [
        one
        for one in setting.knobs
        if one.high > one.low and one.name not in own and "trigger" not in one.name
    ]
    return [one.name for one in wide if not 0.02 < (named[one.name] - one.low) / (one.high - one.low) < 0.98]


def dressing_days(count: int) -> list[int]:
    """Return the days after planting of so many dressings, evenly from the first to the last."""
    when = np.linspace(FIRST_DRESSING, LAST_DRESSING, count) if count > 1 else [float(FIRST_DRESSING)] * count
    return [round(float(day)) for day in when]


def dressing_weights(count: int, tilt: float) -> Floats:
    """Return the weights of so many dressings, the last e^tilt times the first."""
    return np.exp(tilt * np.linspace(-0.5, 0.5, count)) if count > 1 else np.ones(count)


def doses_of(
    setting: Setting, named: Mapping[str, float], planting: int
) -> tuple[float, tuple[tuple[int, float], ...]]:
    """Return the nitrogen at planting [kg/ha] and the dressings; a dressing over the limit is cut, not moved."""
    count, limit = (
        setting.field.parts["plan"]["dressings"],
        setting.field.parts["plan.limits"]["dressing_kg_ha"],
    )
    basal = min(round(named["nitrogen"] * (named["basal_share"] if count else 1.0)), int(named["nitrogen"]))
    days = [planting + day for day in dressing_days(count)]
    return float(basal), dressings_of(days, named["nitrogen"] - basal, named["tilt"], limit)


def dressings_of(
    days: Sequence[int], rate: float, tilt: float, limit: float
) -> tuple[tuple[int, float], ...]:
    """Return a rate [kg N/ha] parted over days in whole kilograms, (day, dose); their sum is never above the rate.

    One over the limit is cut, one under ``SMALLEST`` is not made; neither is moved to another day.
    """
    weight = dressing_weights(len(days), tilt)
    whole = np.diff(np.floor(np.cumsum(rate * weight / weight.sum()) + 1e-9), prepend=0.0)
    made = ((day, float(min(limit, dose))) for day, dose in zip(days, whole, strict=True))
    return tuple((day, dose) for day, dose in made if dose >= SMALLEST)


def management_of(
    setting: Setting,
    planting: int,
    given: tuple[float, float, float],
    dressings: tuple[tuple[int, float], ...],
) -> Floats:
    """Return the kernel's work of the fertilisers: compound banded at planting, urea washed in by drip or sprinkler.

    ``given`` at planting: N, P2O5 and K2O, kg/ha.
    """
    basal, phosphate, potash = given
    work = np.zeros((setting.days, len(MANAGEMENT)))
    work[:, _M["efficiency"]] = work[:, _M["wetted"]] = work[:, _M["incorporated"]] = 1.0
    nitrate, ammonium, urea = MATERIALS["compound"]
    at_planting = Fertiliser(
        setting.start,
        nitrate * basal,
        ammonium * basal,
        urea * basal,
        P_OF_P2O5 * phosphate,
        K_OF_K2O * potash,
    )
    for name in ("nitrate", "ammonium", "urea", "phosphorus", "potassium"):
        work[planting, _M[name]] += getattr(at_planting, name)
    _, _, washed = watering_of(setting.field)
    for day, dose in dressings:
        work[day, _M["urea"]] += dose
        work[day, _M["incorporated"]] = washed
    return work


def rules_of(field: Field, named: Mapping[str, float], spent: float = 0.0) -> Floats:
    """Return the kernel's rules; ``spent`` hours of labour are the dressings' already."""
    limits, plan = field.parts["plan.limits"], field.parts["plan"]
    efficiency, wetted, _ = watering_of(field)
    values: dict[str, Any] = {
        "active": 1.0, **{name: named[name] for name in named if name in RULES}, "efficiency": efficiency,
        "wetted": wetted, "pump": limits["pump_mm_day"], "quota": limits["quota_mm"],
        "interval": limits["irrigation_interval_days"], "irrigations": limits["irrigations"], "late": LATE, "stop": limits["last_irrigation_days"],
        "blight": float(plan["blight"]), "spray_interval": limits["spray_interval_days"], "sprays": limits["sprays"] * plan["blight"],
        "labour": limits["labour_hours_ha"] - spent, "labour_irrigation": limits["irrigation_hours_ha"], "labour_spray": limits["spray_hours_ha"],
        **lesions_of(field, span_of(field)[0]),
        "from_day": 0.0,
    }  # fmt: skip
    return np.array([float(values[name]) for name in RULES])
