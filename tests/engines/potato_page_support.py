"""A plan in a few wet seasons, and the pages of it and of a season."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from tuwei.potato import price_table, simulate_field
from tuwei.potato._cultivars import cultivar_values
from tuwei.potato._field import checked_field
from tuwei.potato._page_plan import plan_page
from tuwei.potato._page_season import season_page
from tuwei.potato._plan import Plan, _summed, practice_of
from tuwei.potato._plan_rules import action_of, setting_of, span_of
from tuwei.potato._plan_schedule import played_of
from tuwei.potato._plan_search import chances_of, middle
from tuwei.potato._plan_years import years_of

EXAMPLE = files("tuwei.potato") / "data" / "FIELD.toml"


@cache
def made(name: str = "A & B", **prices: int) -> Plan:
    """Return a plan that is not searched for, in six wet seasons, so that blight comes and sprays are made."""
    given = tomllib.loads(EXAMPLE.read_text("utf-8")) | {"name": name}
    given.pop("leaf_loss")
    given["plan"] = {"practice_sprays": 2, "limits": {"sprays": 9}, "prices": prices}
    field = checked_field(given, "FIELD.toml")
    years = years_of(field, Path(), None, span_of(field), (6, 1), 3)[0]
    hours = years.hours.copy()
    hours[:, :, 0], hours[:, :, 1] = 16.0, 95.0
    wet = replace(years, hours=hours, signs=np.full_like(years.signs, 3.0))
    chances = chances_of(wet, cultivar_values("generic", 6), 6, 0.1, 1)
    setting, table = setting_of(field, wet.first), price_table(field.parts["plan.prices"])
    played = played_of(setting, action_of(setting, middle(setting)), chances, table)
    return _summed(played, practice_of(setting, chances, table), 6, 1, (wet.origin, wet.origin))


@cache
def page_of(english: bool, name: str = "A & B", **prices: int) -> str:
    return plan_page(made(name, **prices), english, "tuwei potato plan 'A&B.toml' --seed 1")


@cache
def season_of(english: bool) -> str:
    return season_page(*simulate_field(str(EXAMPLE), members=4), english, "tuwei potato simulate FIELD.toml")
