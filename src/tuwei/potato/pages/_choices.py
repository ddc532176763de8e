"""The cultivars and covers of film compared and the store of a plan on its page, where the plan has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tuwei.potato.pages._page import Page
from tuwei.potato.pages._plots import Point, forest
from tuwei.potato.pages._svg import figures
from tuwei.potato.planning._choices import film_words


def varieties(page: Page, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the cultivars, each at its own best in the same seasons, from ``varieties`` of the plan's JSON."""
    of, names = page.of, [row["cultivar"] for row in rows]
    yield _compared(
        page,
        "varieties",
        of("每个品种各取自己的最优方案。", "Each cultivar at its own best plan."),
        names,
        rows,
    )
    yield _table(
        page,
        of("品种", "cultivar"),
        names,
        rows,
        (of("抗病性", "resistance"), [row["resistance"] for row in rows]),
    )


def films(page: Page, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the covers of film, each at its own best in the same seasons, from ``films`` of the plan's JSON."""
    of, names = page.of, [film_words(row["film"], page.english) for row in rows]
    yield _compared(
        page,
        "films",
        of("同一品种，每种覆盖各取自己的最优方案。", "The same cultivar, each cover at its own best plan."),
        names,
        rows,
    )
    water = [figures(row["totals"]["total_irrigation"]["value"]) for row in rows]
    yield _table(page, of("地膜", "film"), names, rows, (of("灌水 mm", "irrigation mm"), water))
    yield page.words(of("模型里地膜只减少土壤蒸发：地温升高带来的早出苗、更长的一季不算，膜下少杂草也不算，这些好处要另加；落在膜上的雨按渗入土里算，所以覆得多时淋失也会多。费用含铺膜和残膜回收。",
                        "In the model film only holds back the soil's evaporation: the earlier emergence and longer season of a warmer soil, and fewer weeds, are not counted and come on top. Rain on the film is taken to reach the soil, so that much film can also mean more leaching. The cost has laying and the recovery of the residue."), "note")  # fmt: skip


def _compared(
    page: Page, key: str, which: str, names: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> str:
    """Return what each choice is behind the chosen in the same season, as a plot: profits differ more by season than by choice."""
    of = page.of
    money = [{name: fen / 100 for name, fen in row["behind_fen_ha"].items()} for row in rows]
    points = [Point(name, one["value"], (one["low"], one["high"]), met=row["chosen"]) for name, one, row in zip(names, money, rows, strict=True)]  # fmt: skip
    told = which + of("点是每公顷平均比所选少多少，粗线是 90 % 的季；零的左边是它更好的季。", " The dot is what it is behind the chosen on average, the thick line 90 % of seasons; left of nought are seasons in which it is the better.")  # fmt: skip
    legend = [("dot plan", of("所选", "chosen")), ("dot open", of("其他", "others"))]
    return page.figure(key, of("同一季里比所选的少挣多少", "How much less than the chosen in the same season"), told, forest(points, of("元/公顷", "yuan/ha")), legend)  # fmt: skip


def _table(
    page: Page,
    what: str,
    names: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    own: tuple[str, Sequence[str]],
) -> str:
    """Return what each choice comes to and what it is behind the chosen, with a column of its ``own``."""
    of = page.of
    head = [what, of("利润，元/公顷", "profit, yuan/ha"), of("比所选少", "behind the chosen"), of("90 % 的季", "90 % of seasons"), of("鲜薯 t/ha", "fresh t/ha"), own[0], of("播种", "planting"), of("收获", "harvest")]  # fmt: skip
    body = ([name, _yuan(row["profit_fen_ha"]["value"]), *_behind(row), figures(row["totals"]["fresh"]["value"], 1), mine, row["planting"][5:], row["harvest"][5:]]
            for name, row, mine in zip(names, rows, own[1], strict=True))  # fmt: skip
    return page.table(head, body)


def _behind(row: Mapping[str, Any]) -> list[str]:
    behind = row["behind_fen_ha"]
    return ["–", ""] if row["chosen"] else [_yuan(behind["value"]), f"{_yuan(behind['low'])} – {_yuan(behind['high'])}"]  # fmt: skip


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
