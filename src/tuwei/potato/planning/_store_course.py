"""The course of a store by itself: what is left each day, what it is worth, and the best day to sell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from statistics import NormalDist
from typing import Any

import numpy as np

from tuwei.potato._words import money_text
from tuwei.potato.field._store import DATED, STORE, filled_store, storage_defaults
from tuwei.potato.storage._prices import price_table
from tuwei.potato.storage._selling import Selling, selling_of

SCHEMA = "tuwei.potato.store/1"
EDGE = NormalDist().inv_cdf(0.95)
EVERY = 15  # days between the lines for people


def store_course(harvest: date, *, tubers: int | None = None, tonnes: float = 1.0, **given: Any) -> dict[str, Any]:  # fmt: skip
    """Return the course of a store and the best day to sell.

    Parameters
    ----------
    harvest
        The day it is filled.
    tubers
        Price of a tonne at 100 % [fen]; that of ``data/prices.toml`` unless given.
    tonnes
        Put in, t; more than 0.
    given
        Keys of ``[store]`` in a FIELD.toml by name: ``celsius``, ``humidity``, ``limit_days``, ``dormancy_days``,
        ``inhibitor``, ``rot``, ``cost_fen_t_day``, ``handling_fen_t``, ``price_percent``, ``price_spread``; None or absent
        is the default.

    Returns
    -------
    dict
        For JSON: ``about``, ``sprouting_day``, ``best`` and ``days``; money is integer fen a tonne put in, with 90 % of what
        the price may be on that day as seen from the harvest. Day 0 is the harvest.

    Raises
    ------
    InputError
        ``potato.store``: outside the ranges of :func:`store`; ``potato.field_value``: ``price_percent``.

    Notes
    -----
    The best day is that of the highest expected value, found by trying every day up to ``limit_days`` and before sprouting.

    Examples
    --------
    >>> found = store_course(date(2025, 9, 20), celsius=8.0)
    >>> found["sprouting_day"], found["best"]["day"] < found["sprouting_day"], type(found["best"]["value_fen_t"]["value"])
    (185, True, <class 'int'>)
    """
    part = filled_store({name: given.get(name) if given.get(name) is not None else key.default for name, key in STORE["store"].items()})  # fmt: skip
    price = price_table({"tubers": tubers})["tubers"]
    selling, dated = selling_of(part, harvest), storage_defaults()
    assumed = [name for name in DATED if dated[name]["assumed"] and part[name] == dated[name]["value"]]
    days = [_day(selling, harvest, day, price.fen) for day in range(len(selling.mass))]
    best = days[int(np.argmax([row["value_fen_t"]["value"] for row in days[: selling.last + 1]]))]
    at_once = days[0]["value_fen_t"]["value"]
    return {
        "schema": SCHEMA,
        "about": {"harvest": harvest.isoformat(), "tonnes": tonnes, "tubers_fen_t": price.fen, **{name: part[name] for name in STORE["store"] if name not in ("on", "capacity_t_ha")},
                  "last_day": selling.last, "prices_of": dated["as_of"], "assumed": [*(["tubers"] if price.assumed else []), *assumed]},
        "sprouting_day": selling.sprouted if selling.sprouted >= 0 else None,
        "best": {**best, "tonnes_left": round(tonnes * best["mass"], 3),
                 "worth_fen_t": {name: value - at_once for name, value in best["value_fen_t"].items()}},
        "days": days,
    }  # fmt: skip


def _day(selling: Selling, harvest: date, day: int, tubers: int) -> dict[str, Any]:
    price, mass, spread = (
        tubers * float(selling.price[day]),
        float(selling.mass[day]),
        float(selling.spread[day]),
    )
    cost, factor = round(float(selling.cost[day])), {"value": 1.0}
    factor |= {
        name: float(np.exp(edge * spread - spread**2 / 2)) for name, edge in (("low", -EDGE), ("high", EDGE))
    }
    return {
        "day": day, "date": (harvest + timedelta(days=day)).isoformat(), "mass": round(mass, 5),
        "dry_matter": round(float(selling.dry_matter[day]), 5), "price_fen_t": round(price), "cost_fen_t": cost,
        "value_fen_t": {name: round(price * mass * one) - cost for name, one in factor.items()},
    }  # fmt: skip


def course_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    """Yield the course in words; money in yuan a tonne put in."""
    about, best = found["about"], found["best"]
    yield (f"store filled on {about['harvest']}, {about['celsius']:g} °C, {about['humidity']:g} %" if english
           else f"{about['harvest']} 入库，{about['celsius']:g} °C，相对湿度 {about['humidity']:g} %")  # fmt: skip
    sprouts = found["sprouting_day"]
    yield (f"sprouts: {'none' if sprouts is None else f'day {sprouts}'}" if english else f"发芽：{'无' if sprouts is None else f'第 {sprouts} 天'}")  # fmt: skip
    yield (
        "day  date  mass %  dry matter %  yuan/t (90 %)"
        if english
        else "天  日期  鲜重 %  干物质 %  元/吨(90 %)"
    )
    for row in found["days"][::EVERY]:
        yield f"{row['day']:>4}  {row['date']}  {100 * row['mass']:.1f}  {100 * row['dry_matter']:.1f}  {money_text(row['value_fen_t'])}"
    yield (f"best day to sell: {best['date']} (day {best['day']}), {best['tonnes_left']:g} t left of {about['tonnes']:g}; waiting is worth {money_text(best['worth_fen_t'])} yuan/t" if english
           else f"最好的出售日：{best['date']}(第 {best['day']} 天)，{about['tonnes']:g} 吨余 {best['tonnes_left']:g} 吨；等待值 {money_text(best['worth_fen_t'])} 元/吨")  # fmt: skip
    names = ", ".join(_name(one, english) for one in about["assumed"])
    yield (
        f"assumed, of {about['prices_of']}: {names or 'none'}"
        if english
        else f"{about['prices_of']} 的假定值：{names or '无'}"
    )


def _name(one: str, english: bool) -> str:
    row, price = storage_defaults().get(one), price_table().get(one)
    return (
        str(row["en" if english else "zh"]) if row else (price.en if english else price.zh) if price else one
    )
