"""The account of a plan on its page: where the income goes, every item, and what is gained season by season."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tuwei.potato.pages._page import Page
from tuwei.potato.pages._plots import Bar, distributions, stacked
from tuwei.potato.pages._svg import figures
from tuwei.potato.weather._evapotranspiration import Floats

COSTS = {  # item of the costs: zh, en, the group that the plot shows
    "seed": ("种薯", "seed", "seed"), "nitrogen": ("氮肥", "nitrogen", "fertiliser"), "phosphate": ("磷肥", "phosphate", "fertiliser"),
    "potash": ("钾肥", "potash", "fertiliser"), "dressing": ("追肥作业", "work of dressings", "fertiliser"), "water": ("水费", "water", "water"),
    "irrigation": ("灌水用工", "labour of irrigation", "water"), "spray": ("喷药（药与工）", "sprays with their labour", "crop care"),
    "film": ("地膜", "film", "crop care"), "vine_kill": ("杀秧", "vine kill", "crop care"), "harvest": ("收获与装运", "harvest and loading", "harvest"),
    "unset_skin_loss": ("薯皮未老化的降价", "price lost to unset skin", "unset skin"), "other": ("地租及其他", "rent and other", "other"),
}  # fmt: skip
GROUPS = {"seed": ("种薯", "p0"), "fertiliser": ("肥料", "p1"), "water": ("灌水", "p3"), "crop care": ("植保与地膜", "p5"), "harvest": ("收获", "p4"),
          "unset skin": ("薯皮降价", "p7"), "other": ("地租及其他", "p6")}  # fmt: skip
EARNED = {
    "tubers": ("商品薯", "tubers of 75 g and more"),
    "small_tubers": ("小薯", "small tubers"),
    "storage": ("贮藏后出售多得（已扣费用）", "gained by selling later, its cost taken off"),
}


def account(
    page: Page, names: Sequence[str], money: Sequence[Mapping[str, int]], gain: Floats
) -> Iterator[str]:
    """Yield income, costs and profit, and how the gain is spread.

    Parameters
    ----------
    names, money
        Who is compared, and their items [fen/ha], ``items_fen_ha`` of the plan's JSON.
    gain
        Of every season [yuan/ha].
    """
    of, unit = page.of, page.of("元/公顷", "yuan/ha")
    bars = [bar(page, name, one) for name, one in zip(names, money, strict=True)]
    used = {style for one in bars for _, _, style in one.parts}
    legend = [(f"part {style}", of(zh, name)) for name, (zh, style) in GROUPS.items() if style in used]
    told = of("条由成本和利润组成，全长是收入；评判季的平均。", "A bar is made of costs and profit and as long as the income; mean of the seasons that judge.")  # fmt: skip
    if "profit" in used:
        legend.append(("part profit", of("利润", "profit")))
    if any(one.mark is not None for one in bars):
        legend.append(("line income", of("收入", "income")))
        told += of(
            "亏损时条是成本，粗线是收入。", " Of a loss the bar is the costs, and the thick line the income."
        )
    yield page.figure("money", of("收入的去处", "Where the income goes"), told, stacked(bars, unit), legend)
    yield page.table([unit, *names, of("差", "difference")], lines(page, money[0], money[1]), "money")
    told = of(
        "每一季里方案的利润减现行做法的利润。",
        "Profit of the plan less profit of the practice, season by season.",
    )
    draw = distributions(gain, None, unit, of("% 的季", "% of seasons"))
    yield page.figure("gain", of("同一季里多挣多少", "How much more profit in the same season"), told, draw,
                      [("dot plan", of("平均；细线 90 % 的季", "mean; thin line 90 % of seasons"))])  # fmt: skip


def bar(page: Page, name: str, money: Mapping[str, int]) -> Bar:
    """Return costs by group and the profit as one bar [yuan/ha]."""
    income, profit = sum(money.get(item, 0) for item in EARNED), sum(money.values())
    sums = {
        group: -sum(money[item] for item, (*_, mine) in COSTS.items() if mine == group) for group in GROUPS
    }
    parts = [
        (page.of(zh, group), sums[group] / 100, style)
        for group, (zh, style) in GROUPS.items()
        if sums[group] > 0
    ]
    if profit >= 0:
        parts.append((page.of("利润", "profit"), profit / 100, "profit"))
    came, left = figures(income / 100), figures(profit / 100)
    told = page.of(f"收入 {came}，利润 {left}", f"income {came}, profit {left}")
    return Bar(name, parts, told, income / 100 if profit < 0 else None)


def lines(page: Page, plan: Mapping[str, int], practice: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield the rows of the account [yuan/ha], which sum to the profit."""

    def line(name: str, one: int, other: int) -> list[str]:
        sign = "+" if one > other else ""
        return [name, figures(one / 100), figures(other / 100), sign + figures((one - other) / 100)]

    for item, words in EARNED.items():
        if item in plan or item in practice:
            yield line(page.of(*words), plan.get(item, 0), practice.get(item, 0))
    for item, (zh, en, _) in COSTS.items():
        if plan[item] or practice[item]:
            yield line(page.of(zh, en), plan[item], practice[item])
    yield line(page.of("利润", "profit"), sum(plan.values()), sum(practice.values()))
