"""``tuwei potato store``: the course of a store, and the best day to sell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from tuwei.core.errors import InputError
from tuwei.potato.commands._told import AsJson, Language, as_date, is_english, say, say_json, told


def store(
    field: Annotated[Path | None, typer.Argument(help="FIELD.toml，取其收获日、[store] 和价格；可不给 · its harvest, [store] and prices; optional")] = None,
    harvest: Annotated[str, typer.Option("--harvest", help="入库日期，没有田块文件时必填 · day it is filled; needed without a field")] = "",
    tonnes: Annotated[float, typer.Option("--tonnes", min=0.001, max=10**7, help="入库吨数 · tonnes put in")] = 1.0,
    tubers: Annotated[int | None, typer.Option("--tubers", min=0, max=10**9, help="收获时价格，分/吨 · price at harvest, fen a tonne")] = None,
    celsius: Annotated[float | None, typer.Option("--celsius", min=0, max=25, help="库温 °C(4) · temperature")] = None,
    humidity: Annotated[float | None, typer.Option("--humidity", min=40, max=100, help="相对湿度 %(92) · relative humidity")] = None,
    limit: Annotated[int | None, typer.Option("--days", min=0, max=365, help="最多贮藏几天(240) · most days in store")] = None,
    dormancy: Annotated[float | None, typer.Option("--dormancy", min=0, max=250, help="休眠天数(80) · days of dormancy")] = None,
    inhibitor: Annotated[bool, typer.Option("--inhibitor", help="用抑芽剂 · sprouts are held back")] = False,
    rot: Annotated[float | None, typer.Option("--rot", min=0, max=0.05, help="每天腐烂比例(0.0001) · lost to rot a day")] = None,
    cost: Annotated[int | None, typer.Option("--cost", min=0, max=10**6, help="贮藏费，分/吨·天 · fen a tonne and day")] = None,
    handling: Annotated[int | None, typer.Option("--handling", min=0, max=10**7, help="出入库，分/吨 · fen a tonne in and out")] = None,
    spread: Annotated[float | None, typer.Option("--spread", min=0, max=2, help="一年后 ln 价格的标准差(0.3) · standard deviation of ln price a year on")] = None,
    as_json: AsJson = False, language: Language = "zh",
) -> None:  # fmt: skip
    """贮藏过程：剩多少、何时发芽、哪天出售最好 · What is left in store, when it sprouts, the best day to sell."""
    from tuwei.potato.planning._store_course import course_lines, store_course

    with told():
        english = is_english(language)
        own: dict[str, Any] = {"celsius": celsius, "humidity": humidity, "limit_days": limit, "dormancy_days": dormancy, "inhibitor": inhibitor or None,
                               "rot": rot, "cost_fen_t_day": cost, "handling_fen_t": handling, "price_spread": spread}  # fmt: skip
        own = {name: value for name, value in own.items() if value is not None}
        when, price, part = _of(field, harvest)
        found = store_course(
            when, tubers=price if tubers is None else tubers, tonnes=tonnes, **{**part, **own}
        )
        if as_json:
            say_json(found)
            return
        say(course_lines(found, english))


def _of(path: Path | None, harvest: str) -> tuple[Any, int | None, dict[str, Any]]:
    """Return the day, the price of tubers and the keys of ``[store]``, from a field where there is one."""
    from tuwei.potato.field._field import read_field

    if path is None:
        if not harvest:
            raise InputError("potato.store_harvest", "没有田块文件时须给 {field}。", "Without a field {field} is needed.", field="--harvest", expected="2025-09-20")  # fmt: skip
        return as_date(harvest, "--harvest"), None, {}
    field = read_field(path)
    day = as_date(harvest, "--harvest") if harvest else field.parts["crop"]["harvest"]
    return day, field.parts["plan.prices"]["tubers"], dict(field.parts["store"])
