"""What of a season is done: it stays as it was, counts against the limits, and leaves fewer knobs to turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.crop._layout import FIELD_AT as _F
from tuwei.potato.crop._layout import MANAGEMENT
from tuwei.potato.crop._layout import MANAGEMENT_AT as _M
from tuwei.potato.field._field import K_OF_K2O, MATERIALS, P_OF_P2O5, Field, watering_of
from tuwei.potato.planning._rules import (
    SHORTEST_KILL,
    Action,
    Knob,
    Setting,
    dressing_days,
    dressings_of,
    management_of,
    setting_of,
    span_of,
    windows_of,
)
from tuwei.potato.replanning._observed import Observed, Row
from tuwei.potato.season._layout import RULES_AT as _Q
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._weather import Weather

BASAL = 7  # days after planting up to which nitrogen is no dressing; as the plan's practice
OVERDUE = 7  # days that a dressing of the schedule may be late and still be made; assumed


@dataclass(frozen=True)
class Used:
    """What the work so far took: mm gross, kg/ha, events and hours a hectare."""

    water: float = 0.0
    irrigations: int = 0
    nitrogen: float = 0.0
    phosphate: float = 0.0
    potash: float = 0.0
    dressings: int = 0
    sprays: int = 0
    labour: float = 0.0


@dataclass(frozen=True)
class Done:
    """The season before day index ``today``: its work day by day, its sprays, and the knobs it has fixed.

    ``planted`` and ``killed`` are day indices, -1 while it has not come to that; ``ahead`` the days of the dressings
    that may still be made. It is the ``past`` of a :class:`Setting`.
    """

    today: int
    planted: int
    killed: int
    fixed: Mapping[str, float]
    script: Floats
    management: Floats
    used: Used
    ahead: tuple[int, ...]

    def kept(self, setting: Setting, action: Action) -> Action:
        """Return the action with the past as it was and the rules acting from today."""
        hours, limits = action.work.hours, setting.field.parts["plan.limits"]
        dressings, management = action.dressings, action.management
        given = (action.work.nitrogen, action.work.phosphate, action.work.potash)
        if self.planted >= 0:
            named = action.named
            dressings = dressings_of(self.ahead, named["nitrogen"], named["tilt"], limits["dressing_kg_ha"])
            management = management_of(setting, self.planted, (0.0, 0.0, 0.0), dressings)
            given = (sum(dose for _, dose in dressings), 0.0, 0.0)
        management = management.copy()
        management[: self.today] = self.management[: self.today]
        kill, used = self._kill(action), self.used
        row, rules = action.field.copy(), action.rules.copy()
        row[_F["vine_kill"]] = kill
        rules[_Q["from_day"]] = self.today
        made = used.dressings + len(dressings)
        rules[_Q["labour"]] = limits["labour_hours_ha"] - hours[2] * made
        work = replace(action.work, nitrogen=given[0] + used.nitrogen, phosphate=given[1] + used.phosphate,
                       potash=given[2] + used.potash, dressings=made, vine_kill=kill >= 0)  # fmt: skip
        return Action(action.named, row, rules, management, work, dressings)

    def _kill(self, action: Action) -> int:
        kill, harvest = int(action.field[_F["vine_kill"]]), int(action.field[_F["harvest"]])
        if self.killed >= 0 or kill < 0 or kill >= self.today:
            return self.killed if self.killed >= 0 else kill
        return self.today if harvest - self.today >= SHORTEST_KILL else -1


def rest_of(field: Field, weather: Weather, observed: Observed, today: date) -> Setting:
    """Return the setting of what is left of a season: the plan's, without the knobs that the past has fixed.

    Raises
    ------
    InputError
        ``potato.observed_day``: a row outside the season, not before ``today``, or in an order that cannot be.
        ``potato.replan_planting``: the window of planting is over and no row tells the planting.
        ``potato.replan_day``: ``today`` is after the last day of harvest.
    """
    setting = setting_of(field, weather)
    done = done_of(setting, observed, today)
    base = setting.base.copy()
    for one in observed.of("emergence"):
        base[_F["emergence"]] = (one.day - setting.start).days
    return replace(setting, knobs=tuple(_left(setting, done)), base=base, past=done if done.today else None)


def done_of(setting: Setting, observed: Observed, today: date) -> Done:
    """Return what is done before ``today``, checked; raises as :func:`rest_of`."""
    field, start = setting.field, setting.start
    check_past(field, start, observed, today)
    at = {
        what: max(((one.day - start).days for one in observed.of(what)), default=-1)
        for what in ("planting", "vine_kill")
    }
    [density] = [one.value for one in observed.of("planting")] or [None]
    fixed = {"planting": float(at["planting"]), "density": density or field.parts["crop"]["density"], "basal_share": 0.0}  # fmt: skip
    if at["planting"] < 0:
        fixed = {}
    index = max(0, (today - start).days)
    ahead = _ahead(field, observed, start, at["planting"], index) if fixed else ()
    if fixed and not ahead:
        fixed |= {"nitrogen": 0.0, "tilt": 0.0}
    if at["vine_kill"] >= 0:
        fixed["vine_kill_lead"] = 0.0
    script = np.zeros(setting.days)
    for one in observed.of("spray"):
        script[(one.day - start).days] = 1.0
    work = _work(setting, observed, at["planting"])
    return Done(index, at["planting"], at["vine_kill"], fixed, script, work, _used(field, observed, at["planting"], start), ahead)  # fmt: skip


def check_past(field: Field, start: date, observed: Observed, today: date) -> None:
    """Refuse days and rows that cannot be; raises as :func:`rest_of`."""
    window, end = windows_of(field), span_of(field)[1]
    if today > window["harvest_latest"]:
        raise InputError("potato.replan_day", "{file}：{got} 已过最晚收获日 {expected}，没有可重排的日程。", "{file}: {got} is after the last day of harvest, {expected}; nothing is left to plan.",
                         file=field.file, field="--today", got=str(today), expected=str(window["harvest_latest"]))  # fmt: skip
    for one in observed.rows:
        if not start <= one.day < today or one.day > end:
            raise observed.fault("potato.observed_day", one, "date", "{got} 不在这一季今天之前（{expected}）。", "{got} is not a day of this season before today ({expected}).",
                                 got=str(one.day), expected=f"{start} – {today - timedelta(days=1)}")  # fmt: skip
    planting = observed.of("planting")
    if not planting and today > window["planting_latest"]:
        raise InputError("potato.replan_planting", "{file} 没有播种（planting）一行，而播种窗口在 {expected} 已过。", "{file} has no row planting, and the window of planting ended on {expected}.",
                         file=observed.file, field="planting", expected=str(window["planting_latest"]))  # fmt: skip
    for one in observed.of("emergence", "vine_kill"):
        if not planting or one.day <= planting[0].day:
            raise observed.fault("potato.observed_day", one, "date", "{got} 应在播种之后。", "{got} should be after planting.",
                                 got=str(one.day), expected=f"> {planting[0].day if planting else 'planting'}")  # fmt: skip


def _ahead(field: Field, observed: Observed, start: date, planted: int, today: int) -> tuple[int, ...]:
    """Return the days of the plan's dressings still ahead; one that fell due in the last week unmade comes today."""
    count = field.parts["plan"]["dressings"]
    planned = [planted + day for day in dressing_days(count)]
    made = [day for day in ((one.day - start).days for one in observed.of("nitrogen")) if day > planted + BASAL]  # fmt: skip
    due = [
        max(day, today)
        for day in planned
        if day >= today or (day >= today - OVERDUE and not any(abs(day - other) <= OVERDUE for other in made))
    ]
    return tuple(sorted(set(due)))


def _work(setting: Setting, observed: Observed, planted: int) -> Floats:
    efficiency, wetted, washed = watering_of(setting.field)
    work = np.zeros((setting.days, len(MANAGEMENT)))
    work[:, [_M["efficiency"], _M["wetted"], _M["incorporated"]]] = 1.0
    for one in observed.of("irrigation", "nitrogen", "phosphate", "potash", "leaf_loss"):
        day, amount = (one.day - setting.start).days, one.value or 0.0
        row = work[day]
        if one.what == "irrigation":
            row[_M["irrigation"]] += amount
            row[_M["efficiency"]], row[_M["wetted"]] = efficiency, wetted
        elif one.what == "nitrogen":
            for name, share in zip(("nitrate", "ammonium", "urea"), MATERIALS[one.material], strict=True):
                row[_M[name]] += share * amount
            row[_M["incorporated"]] = washed if planted >= 0 and day > planted + BASAL else 1.0
        elif one.what == "leaf_loss":
            row[_M["leaf_loss"]] = 1 - (1 - row[_M["leaf_loss"]]) * (1 - amount)
        else:
            row[_M["phosphorus"]] += amount * P_OF_P2O5 * (one.what == "phosphate")
            row[_M["potassium"]] += amount * K_OF_K2O * (one.what == "potash")
    return work


def _used(field: Field, observed: Observed, planted: int, start: date) -> Used:
    limits = field.parts["plan.limits"]

    def total(*what: str) -> float:
        return sum(one.value or 0.0 for one in observed.of(*what))

    def days(rows: list[Row]) -> list[int]:
        return sorted({(one.day - start).days for one in rows})

    wet = days([one for one in observed.of("irrigation") if one.value])
    irrigations = sum(1 for place, day in enumerate(wet) if not place or day - wet[place - 1] > 1)
    dressings = sum(day > planted + BASAL for day in days(observed.of("nitrogen"))) if planted >= 0 else 0
    sprays = len(days(observed.of("spray")))
    labour = (irrigations * limits["irrigation_hours_ha"] + sprays * limits["spray_hours_ha"] + dressings * limits["dressing_hours_ha"])  # fmt: skip
    return Used(total("irrigation"), irrigations, total("nitrogen"), total("phosphate"), total("potash"), dressings, sprays, labour)  # fmt: skip


def _left(setting: Setting, done: Done) -> list[Knob]:
    limits, found = setting.field.parts["plan.limits"], []
    first = {"planting": done.today, "harvest": max(done.today, done.killed)}
    for one in setting.knobs:
        if one.name in done.fixed:
            continue
        low, high = max(one.low, first[one.name]) if one.name in first else one.low, one.high
        if one.name == "nitrogen":
            high = max(0.0, limits["nitrogen_kg_ha"] - done.used.nitrogen)
            if done.planted >= 0:
                high = min(high, limits["dressing_kg_ha"] * len(done.ahead))
        found.append(replace(one, low=low, high=high))
    return found
