"""The cultivars and covers of film compared and the sale of a plan, for JSON and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from tuwei.potato._words import money_text, rounded
from tuwei.potato.field._store import DATED, storage_defaults
from tuwei.potato.planning._plan import Plan
from tuwei.potato.planning._varieties import Choice


def choices_list(plan: Plan, choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """Return cultivars or covers compared for JSON, the chosen one first, then by what they are behind."""
    order = sorted(choices, key=lambda one: (not one.chosen, one.behind.value))
    return [_choice(plan, one) for one in order]


def _choice(plan: Plan, one: Choice) -> dict[str, Any]:
    named, work = one.action.named, one.action.work
    days = {name: (plan.setting.start + timedelta(days=int(named[name]))).isoformat() for name in ("planting", "harvest")}  # fmt: skip
    return {
        "cultivar": one.cultivar, "film": one.film, "chosen": one.chosen, "resistance": one.resistance, "seasons_simulated": one.seasons, **days,
        "storage_days": one.days, "nitrogen_kg_ha": work.nitrogen, "profit_fen_ha": asdict(one.profit), "behind_fen_ha": asdict(one.behind),
        "totals": {name: rounded(asdict(value)) for name, value in one.totals.items()},
    }  # fmt: skip


def storage_dict(plan: Plan) -> dict[str, Any] | None:
    """Return the sale for JSON, None where there is no store; the defaults that were used and are assumed are named."""
    sale, part = plan.sale, plan.field.parts["store"]
    if sale is None:
        return None
    dated = storage_defaults()
    return {
        "sale_date": sale.day.isoformat(), "storage_days": sale.days, "last_day": sale.last, "at_limit": 0 < sale.days == sale.last,
        "sprouting_day": sale.sprouted if sale.sprouted >= 0 else None, "mass_left": round(sale.mass, 4), "dry_matter_left": round(sale.dry_matter, 4),
        "stored_t_ha": rounded(asdict(sale.stored)), "sold_at_harvest_t_ha": rounded(asdict(sale.at_once)), "sold_later_t_ha": rounded(asdict(sale.later)),
        "price_at_harvest_fen_t": sale.price_at_harvest, "price_at_sale_fen_t": asdict(sale.price), "cost_fen_t": sale.cost,
        "worth_fen_ha": asdict(sale.worth), "prices_of": dated["as_of"],
        "assumed": [name for name in DATED if dated[name]["assumed"] and part[name] == dated[name]["value"]],
    }  # fmt: skip


def film_words(cover: float, english: bool) -> str:
    """Return a cover of film in words.

    Examples
    --------
    >>> film_words(0.6, True), film_words(0, True)
    ('film 60 %', 'no film')
    """
    if cover == 0:
        return "no film" if english else "不覆膜"
    return f"film {100 * cover:.0f} %" if english else f"覆膜 {100 * cover:.0f} %"


def choice_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    """Yield the cultivars, the covers of film and the sale in words; money in yuan."""
    if found["varieties"]:
        yield ("cultivars, each at its own best in the same seasons: profit in yuan/ha; behind the chosen; fresh t/ha; irrigation mm" if english
               else "品种(各取自己的最优，同样的季)：利润 元/公顷；比所选少；鲜薯 吨/公顷；灌水 毫米")  # fmt: skip
        yield from (_choice_line(one["cultivar"], one) for one in found["varieties"])
    if found["films"]:
        yield ("film, each cover at its own best in the same seasons (it only holds back evaporation here; that it warms the soil is not counted): profit in yuan/ha; behind the chosen; fresh t/ha; irrigation mm" if english
               else "地膜(各取自己的最优，同样的季；只算它少蒸发的水，不算增温)：利润 元/公顷；比所选少；鲜薯 吨/公顷；灌水 毫米")  # fmt: skip
        yield from (_choice_line(film_words(one["film"], english), one) for one in found["films"])
    if found["storage"]:
        yield from _storage_lines(found["storage"], english)


def _choice_line(name: str, one: Mapping[str, Any]) -> str:
    behind = "–" if one["chosen"] else money_text(one["behind_fen_ha"])
    fresh, water = one["totals"]["fresh"]["value"], one["totals"]["total_irrigation"]["value"]
    return f"  {'*' if one['chosen'] else ' '} {name}: {money_text(one['profit_fen_ha'])}; {behind}; {fresh:.1f}; {water:.0f}"


def _storage_lines(one: Mapping[str, Any], english: bool) -> Iterator[str]:
    later, left = one["sold_later_t_ha"], 100 * one["mass_left"]
    price = {name: value / 100 for name, value in one["price_at_sale_fen_t"].items()}
    if one["storage_days"] == 0:
        yield "sold at harvest: waiting does not pay" if english else "收获即售：等待不合算"
        return
    yield (f"kept {one['storage_days']} days and sold on {one['sale_date']}: {later['value']:.1f} t/ha left ({left:.1f} %), "
           f"{price['value']:,.0f} ({price['low']:,.0f} – {price['high']:,.0f}) yuan/t; waiting is worth {money_text(one['worth_fen_ha'])} yuan/ha" if english
           else f"贮藏 {one['storage_days']} 天，{one['sale_date']} 出售：余 {later['value']:.1f} 吨/公顷({left:.1f} %)，"
           f"每吨 {price['value']:,.0f} ({price['low']:,.0f} – {price['high']:,.0f}) 元；等待值 {money_text(one['worth_fen_ha'])} 元/公顷")  # fmt: skip
    if one["assumed"]:
        names = ", ".join(storage_defaults()[name]["en" if english else "zh"] for name in one["assumed"])
        yield (
            f"assumed, of {one['prices_of']}: {names}" if english else f"{one['prices_of']} 的假定值：{names}"
        )
