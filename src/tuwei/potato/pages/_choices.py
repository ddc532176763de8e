"""The cultivars compared and the store of a plan on its page, where the plan has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tuwei.potato.pages._page import Page
from tuwei.potato.pages._plots import Point, forest
from tuwei.potato.pages._svg import figures


def varieties(page: Page, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the cultivars, each at its own best in the same seasons, from ``varieties`` of the plan's JSON."""
    of = page.of
    points = [Point(row["cultivar"], row["profit_fen_ha"]["value"] / 100, (row["profit_fen_ha"]["low"] / 100, row["profit_fen_ha"]["high"] / 100), met=row["chosen"]) for row in rows]  # fmt: skip
    told = of("每个品种各取自己的最优方案，同样的季；点是平均利润，粗线是 90 % 的季，实心的是所选。", "Each cultivar at its own best plan in the same seasons; the dot is the mean profit, the thick line 90 % of seasons, the filled one is chosen.")  # fmt: skip
    legend = [("dot plan", of("所选", "chosen")), ("dot open", of("其他", "others"))]
    yield page.figure("varieties", of("品种之间", "Between the cultivars"), told, forest(points, of("元/公顷", "yuan/ha")), legend)  # fmt: skip
    head = [of("品种", "cultivar"), of("利润，元/公顷", "profit, yuan/ha"), of("比所选少", "behind the chosen"), of("90 % 的季", "90 % of seasons"), of("鲜薯 t/ha", "fresh t/ha"), of("抗病性", "resistance"), of("播种", "planting"), of("收获", "harvest")]  # fmt: skip
    yield page.table(head, (_variety(row) for row in rows))


def _variety(row: Mapping[str, Any]) -> list[str]:
    behind = ["–", ""] if row["chosen"] else [_yuan(row["behind_fen_ha"]["value"]), f"{_yuan(row['behind_fen_ha']['low'])} – {_yuan(row['behind_fen_ha']['high'])}"]  # fmt: skip
    return [row["cultivar"], _yuan(row["profit_fen_ha"]["value"]), *behind, figures(row["totals"]["fresh"]["value"], 1), row["resistance"], row["planting"][5:], row["harvest"][5:]]  # fmt: skip


def storage(page: Page, one: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is sold when and what waiting is worth, from ``storage`` of the plan's JSON."""
    of, worth = page.of, one["worth_fen_ha"]
    if one["storage_days"] == 0:
        yield page.words(of("收获即售：等待不合算。", "Sell at harvest: waiting does not pay."))
    else:
        yield page.words(of(f"贮藏 {one['storage_days']} 天，{one['sale_date']} 出售；等待每公顷值 {_yuan(worth['value'])} 元（90 %：{_yuan(worth['low'])} – {_yuan(worth['high'])}）。",
                            f"Keep for {one['storage_days']} days and sell on {one['sale_date']}; waiting is worth {_yuan(worth['value'])} yuan/ha (90 %: {_yuan(worth['low'])} – {_yuan(worth['high'])})."))  # fmt: skip
    price = one["price_at_sale_fen_t"]
    rows = [
        [of("入库，t/ha", "stored, t/ha"), figures(one["stored_t_ha"]["value"], 1)],
        [of("收获时出售，t/ha", "sold at harvest, t/ha"), figures(one["sold_at_harvest_t_ha"]["value"], 1)],
        [of("库中出售，t/ha", "sold from store, t/ha"), figures(one["sold_later_t_ha"]["value"], 1)],
        [of("余下的鲜重", "fresh weight left"), f"{figures(100 * one['mass_left'], 1)} %"],
        [of("余下的干物质", "dry matter left"), f"{figures(100 * one['dry_matter_left'], 1)} %"],
        [of("收获时价格，元/t", "price at harvest, yuan/t"), _yuan(one["price_at_harvest_fen_t"])],
        [of("出售时价格，元/t（90 %）", "price at the sale, yuan/t (90 %)"), f"{_yuan(price['value'])} ({_yuan(price['low'])} – {_yuan(price['high'])})"],
        [of("贮藏费用，元/t", "cost of the store, yuan/t"), _yuan(one["cost_fen_t"])],
    ]  # fmt: skip
    yield page.table([of("项", "item"), of("值", "value")], rows)


def _yuan(fen: float) -> str:
    return figures(fen / 100)
