"""The cultivars compared and the sale of a plan, for JSON and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from tuwei.potato._words import money_text, rounded
from tuwei.potato.field._store import DATED, storage_defaults
from tuwei.potato.planning._plan import Plan
from tuwei.potato.planning._varieties import Variety


def varieties_list(plan: Plan) -> list[dict[str, Any]]:
    """Return the cultivars compared for JSON, the chosen one first, then by what they are behind."""
    order = sorted(plan.varieties, key=lambda one: (not one.chosen, one.behind.value))
    return [_variety(plan, one) for one in order]


def _variety(plan: Plan, one: Variety) -> dict[str, Any]:
    named, work = one.action.named, one.action.work
    days = {name: (plan.setting.start + timedelta(days=int(named[name]))).isoformat() for name in ("planting", "harvest")}  # fmt: skip
    return {
        "cultivar": one.cultivar, "chosen": one.chosen, "resistance": one.resistance, "seasons_simulated": one.seasons, **days,
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


def choice_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    """Yield the cultivars and the sale in words; money in yuan."""
    if found["varieties"]:
        yield ("cultivars, each at its own best in the same seasons: profit in yuan/ha, behind the chosen; fresh t/ha" if english
               else "品种(各取自己的最优，同样的季)：利润 元/公顷；比所选少；鲜薯 吨/公顷")  # fmt: skip
        yield from (_variety_line(one) for one in found["varieties"])
    if found["storage"]:
        yield from _storage_lines(found["storage"], english)


def _variety_line(one: Mapping[str, Any]) -> str:
    behind = "–" if one["chosen"] else money_text(one["behind_fen_ha"])
    return f"  {'*' if one['chosen'] else ' '} {one['cultivar']}: {money_text(one['profit_fen_ha'])}; {behind}; {one['totals']['fresh']['value']:.1f}"


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
