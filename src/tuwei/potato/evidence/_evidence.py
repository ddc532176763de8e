"""The evidence: the optimised plan against two farmers' practices, in years that the optimiser never saw, by several judges."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.calibration._cultivars import cultivar_values, residual
from tuwei.potato.crop._ensemble import MEMBERS
from tuwei.potato.crop._soil import Profile
from tuwei.potato.evidence._judges import JUDGES, Judged, Kept, judged, missing_judges
from tuwei.potato.evidence._practice import PRACTICES, Practice, read_practices
from tuwei.potato.evidence._side import (
    Seasons,
    Side,
    play_sides,
    side_of_ample,
    side_of_plan,
    side_of_practice,
)
from tuwei.potato.field._field import Field, read_field
from tuwei.potato.planning._rules import Action, Setting, action_of, setting_of, span_of
from tuwei.potato.planning._search import Chances, chances_of, middle, search
from tuwei.potato.planning._years import years_of
from tuwei.potato.storage._prices import price_table
from tuwei.potato.weather._evapotranspiration import Floats
from tuwei.potato.weather._weather import Weather

SHIPPED = "EVIDENCE.toml"
SCENARIOS = 32
SIDES = ("flood", "plan_flood", "drip", "plan_drip", "ample")
SAVED_WATER, SAVED_NITROGEN, KEPT_YIELD = (
    0.30,
    0.20,
    0.03,
)  # of the targets; the planner is given no other figure of them
Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Aim:
    """What the planner was asked for against a practice: objective, floor [t/ha] or quota [mm], and the limit of nitrogen [kg/ha]."""

    objective: str
    floor: float | None
    quota: float | None
    nitrogen: float


@dataclass(frozen=True)
class Planned:
    """A plan made against a practice."""

    aim: Aim
    setting: Setting
    action: Action
    seasons: int


@dataclass(frozen=True)
class Evidence:
    """All that the evidence is made of: ``sides`` by name and their ``seasons`` by our model in the years that judge.

    ``heard`` by judge and side, a row a year; ``ours`` whether our model judges too; ``missing`` judges not installed;
    ``planned_on`` the years of the search.
    """

    field: Field
    practices: dict[str, Practice]
    plans: dict[str, Planned]
    sides: dict[str, Side]
    chances: Chances
    seasons: dict[str, Seasons]
    heard: dict[str, dict[str, list[Judged]]]
    ours: bool
    missing: tuple[str, ...]
    planned_on: str
    seed: int

    @cached_property
    def yields(self) -> dict[str, dict[str, Floats]]:
        """Yield of every year by judge and side, t/ha: fresh by our model, dry by the others."""
        found = (
            {"tuwei": {name: one.column("fresh") for name, one in self.seasons.items()}} if self.ours else {}
        )
        return found | {
            judge: {name: np.array([row["yield"] for row in rows]) for name, rows in every.items()}
            for judge, every in self.heard.items()
        }


def evidence_case(
    path: Path | str | None = None, *, practices: Path | str | None = None, years: int = 100, judges: Sequence[str] = JUDGES,
    seasons: int = 50_000, seed: int = 1, kept: Path | None = None, told: Told | None = None,
) -> Evidence:  # fmt: skip
    """Plan, play and judge; see the reference page.

    Parameters
    ----------
    path, practices
        The field, and the practices; without them those shipped.
    years
        Weather years to judge on, 3 or more, none of which the search meets.
    judges
        Of ``JUDGES``; a judge whose package is missing is left out and named in the result.
    seasons
        Seasons to simulate in each of the two searches, 1,000 or more.
    seed
        Of weather, draws and search.
    kept
        A file that keeps the slow judges' seasons of an interrupted run.
    told
        Is given what is done, how far and of how many.

    Raises
    ------
    InputError
        ``potato.evidence_judge``: an unknown judge; ``potato.evidence_size``: too few years or seasons;
        ``potato.evidence_years``: the field's weather file has too few years to keep some from the search; and as
        :func:`read_field`, :func:`read_practices`, :func:`plan_field`.

    Examples
    --------
    >>> case = evidence_case(years=3, seasons=1000, judges=("tuwei",))
    >>> sorted(case.yields["tuwei"]), bool((case.seasons["plan_flood"].column("total_irrigation") <= 252).all())
    (['ample', 'drip', 'flood', 'plan_drip', 'plan_flood'], True)
    """
    _check(judges, years, seasons)
    source = Path(str(files("tuwei.potato") / "data" / SHIPPED)) if path is None else Path(path)
    field, farmers = read_field(source), read_practices(practices)
    planned, judging = years_of(field, source.parent, None, span_of(field), (SCENARIOS, years), seed)
    if planned is judging:
        raise InputError("potato.evidence_years", "{file}：气象年份太少，不能留出未用于优化的年份。", "{file}: too few weather years to keep some from the search.",
                         file=field.file, field="weather.file")  # fmt: skip
    values = cultivar_values(field.cultivar, MEMBERS, field.parameters)
    met = chances_of(planned, values[:SCENARIOS], SCENARIOS, residual(), seed)
    plans = {name: _plan(field, farmers[name], met, seasons, seed, told) for name in PRACTICES}
    unseen = chances_of(judging, values[:1], len(judging.every), 0.0, seed)
    played = _played(farmers, plans, unseen)
    sides, lived = (
        {name: one[0] for name, one in played.items()},
        {name: one[1] for name, one in played.items()},
    )
    missing = tuple(missing_judges(judges))
    ready = [one for one in judges if one not in missing and one != "tuwei"]
    heard = _heard(ready, lived, judging.every, field.case(judging.first).soil, Kept(kept), told)
    return Evidence(
        field,
        farmers,
        plans,
        sides,
        unseen,
        lived,
        heard,
        "tuwei" in judges,
        missing,
        planned.origin,
        seed,
    )


def _check(judges: Sequence[str], years: int, seasons: int) -> None:
    if not judges or set(judges) - set(JUDGES):
        raise InputError("potato.evidence_judge", "评判应为 {expected}，现为“{got}”。", "Judges are {expected}, got “{got}”.",
                         field="--judges", expected=", ".join(JUDGES), got=", ".join(judges)[:60])  # fmt: skip
    if years < 3 or seasons < 1000:
        raise InputError("potato.evidence_size", "年数或季数太少：{got}，应为 {expected}。", "Too few years or seasons: {got}; {expected} are needed.",
                         got=f"{years}, {seasons}", expected="years ≥ 3, seasons ≥ 1000")  # fmt: skip


def _plan(
    field: Field, practice: Practice, met: Chances, seasons: int, seed: int, told: Told | None
) -> Planned:
    aim = aim_of(field, practice, met)
    setting = setting_of(aimed(field, aim), met.years.first)
    tell = (lambda done, of, _: told(f"plan {practice.name}", done, of)) if told else None
    action, done = search(
        setting, met, price_table(field.parts["plan.prices"]), seasons=seasons, seed=seed, told=tell
    )
    return Planned(aim, setting, action, done)


def aim_of(field: Field, practice: Practice, met: Chances) -> Aim:
    """Return what is asked of the planner against a practice; why is told in explanation/potato-evidence.

    A farmer who drips already asks for the least water that keeps his yield: the floor is his mean fresh yield, in our
    model and the years of the search, less what the target allows. A farmer who floods asks for the most yield
    within the savings: the water of no year is above the quota. Nitrogen is limited to the target's saving in both.
    """
    limits = field.parts["plan.limits"]
    nitrogen = min(limits["nitrogen_kg_ha"], (1 - SAVED_NITROGEN) * practice["nitrogen"])
    if practice.name != "drip":
        return Aim("yield", None, min(limits["quota_mm"], (1 - SAVED_WATER) * practice.water), nitrogen)
    setting = setting_of(field, met.years.first)
    any_action = action_of(setting, middle(setting))
    [played] = play_sides(setting, any_action, [side_of_practice(setting, practice)], met)
    return Aim("water", float((1 - KEPT_YIELD) * (played.column("fresh") * met.noise).mean()), None, nitrogen)


def aimed(field: Field, aim: Aim) -> Field:
    """Return the field with the aim written into its plan."""
    plan = {**field.parts["plan"], "objective": aim.objective, "floor_t_ha": aim.floor or 0.0}
    limits = {**field.parts["plan.limits"], "nitrogen_kg_ha": aim.nitrogen}
    if aim.quota is not None:
        limits["quota_mm"] = aim.quota
    return replace(field, parts={**field.parts, "plan": plan, "plan.limits": limits})


def _played(
    farmers: dict[str, Practice], plans: dict[str, Planned], unseen: Chances
) -> dict[str, tuple[Side, Seasons]]:
    """Return every side with its seasons in the years that judge."""
    found: dict[str, tuple[Side, Seasons]] = {}
    for name, plan in plans.items():
        mine = {
            name: side_of_practice(plan.setting, farmers[name]),
            f"plan_{name}": side_of_plan(plan.setting, plan.action),
        }
        mine |= {} if found else {"ample": side_of_ample(plan.setting)}
        played = play_sides(plan.setting, plan.action, list(mine.values()), unseen)
        found |= {side: (mine[side], seasons) for side, seasons in zip(mine, played, strict=True)}
    return {name: found[name] for name in SIDES}


def _heard(
    ready: Sequence[str], seasons: dict[str, Seasons], weather: Sequence[Weather], soil: Profile, kept: Kept, told: Told | None
) -> dict[str, dict[str, list[Judged]]]:  # fmt: skip
    """Return what every judge that is ready says of every side."""
    count, done = len(ready) * len(seasons) * len(weather), itertools.count(1)

    def one_more() -> None:
        if told:
            told("judge", next(done), count)

    return {
        judge: {
            name: judged(judge, one.calendars, weather, soil, kept, one_more) for name, one in seasons.items()
        }
        for judge in ready
    }
