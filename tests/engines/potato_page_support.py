"""A plan in a few wet seasons, and the pages of it and of a season."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from tuwei.potato import plan_dict, simulate_field
from tuwei.potato.pages._plan import plan_page
from tuwei.potato.pages._season import season_page
from tuwei.potato.planning import _plan
from tuwei.potato.planning._plan import Plan
from tuwei.potato.planning._years import Years, years_of

EXAMPLE = files("tuwei.potato") / "data" / "FIELD.toml"


@cache
def made() -> Plan:
    """Return a plan, searched for as little as may be, of wet seasons: blight comes and sprays are made."""
    more = '[plan]\npractice_sprays = 2\ncultivars = ["generic", "sebago"]\nfilm = [0, 0.6]\n[plan.limits]\nsprays = 9\n[store]\non = true\n'
    text = EXAMPLE.read_text("utf-8").replace("阴山北麓示范田", "A & B") + more
    with tempfile.TemporaryDirectory() as folder, patch.object(_plan, "years_of", wet_years):
        path = Path(folder) / "FIELD.toml"
        path.write_text(text, "utf-8")
        return _plan.plan_field(path, seasons=1000, scenarios=4, judged=20)


def wet_years(*arguments: Any) -> tuple[Years, Years]:
    """Return the years of the planner under days that late blight likes."""
    planned, judged = (_wet(years) for years in years_of(*arguments))
    return planned, judged


def _wet(years: Years) -> Years:
    hours = years.hours.copy()
    hours[:, :, 0], hours[:, :, 1] = 16.0, 95.0
    return replace(years, hours=hours, signs=np.full_like(years.signs, 3.0))


@cache
def page_of(english: bool) -> str:
    return plan_page(plan_dict(made()), made(), english, "tuwei potato plan 'A&B.toml' --seed 1")


@cache
def season_of(english: bool) -> str:
    return season_page(*simulate_field(str(EXAMPLE), members=4), english, "tuwei potato simulate FIELD.toml")


def evidence() -> dict[str, Any]:
    """Return evidence as its reference page lays it out; the figures are made up."""
    targets = {("drip", "water"): -0.3, ("drip", "nitrogen"): -0.2, ("drip", "yield"): -0.03,
               ("flood", "water"): -0.3, ("flood", "nitrogen"): -0.2, ("flood", "yield"): 0.315}  # fmt: skip
    claims = []
    for number, ((practice, what), target) in enumerate(targets.items()):
        for place, judge in enumerate(
            ["tuwei", "aquacrop", "wofost", "wofost-n"] if what == "yield" else ["applied"]
        ):
            value = target + 0.02 * (place + number - 3)
            met = value >= target if what == "yield" else value <= target
            claims.append({"practice": practice, "what": what, "judge": judge, "target": target, "met": met, "surely": False, "value": value,
                           "year_low": value - 0.2, "year_high": value + 0.25, "mean_low": value - 0.03, "mean_high": value + 0.04,
                           "plan_mean": 30.0, "practice_mean": 28.0, "share": 0.64})  # fmt: skip
    elements = ("dates", "density", "method", "schedule", "nitrogen")
    return {
        "schema": "tuwei.potato.evidence/1",
        "about": {"field": "x <b>", "cultivar": "generic", "years": 100, "seed": 1, "weather_planned_on": "generator hohhot", "weather_judged_on": "generator ulanqab",
                  "seasons_simulated": 100_000, "judges": {"tuwei": [], "aquacrop": ["3.1.0"]}, "missing": ["wofost"], "get": "pip install 'tuwei[bench]'"},
        "claims": claims,
        "decomposition": [{"practice": name, "element": one, "first": 0.03 * place - 0.02, "last": 0.05 * place - 0.04, "water": -12.5 * place}
                          for name in ("drip", "flood") for place, one in enumerate(elements)],
        "sensitivity": [{"practice": "flood", "key": "water_mm", "value": value, "usual": 90.0, "changes": {
            "water": {"value": -0.31, "met": True}, "nitrogen": {"value": -0.25, "met": True}, "yield": {"value": 0.2, "met": False}}} for value in (60.0, 120.0)],
        "caveats": [{"zh": "天气是生成的。", "en": "The weather is generated."}],
    }  # fmt: skip
