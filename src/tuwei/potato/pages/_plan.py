"""The page of a plan: what to do and when, what it is worth, and what it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from typing import Any

import numpy as np

from tuwei.potato.pages._account import account
from tuwei.potato.pages._balance import Two, blight, nitrogen, water
from tuwei.potato.pages._choices import films, storage, varieties
from tuwei.potato.pages._page import Page, versions
from tuwei.potato.pages._plots import Bar, Row, calendar, distributions, stacked
from tuwei.potato.pages._series import days_of
from tuwei.potato.pages._svg import figures, ticks, width_of
from tuwei.potato.planning._plan import Plan
from tuwei.potato.planning._schedule import Worth
from tuwei.potato.reports._plan import AIMS, STEPS

MU = 15  # mu a hectare
NUMBERED = ("dressing", "irrigation", "spray", "sale")
ROWS = 40  # of the calendar on a sheet of paper
SIZES = {"small": ("75 克以下", "under 75 g", "p3"), "medium": ("75–150 克", "75–150 g", "p0"), "large": ("150–300 克", "150–300 g", "p2"), "oversize": ("300 克以上", "over 300 g", "p4")}  # fmt: skip
LIMITS = {"planting": ("播种日", "planting day"), "harvest": ("收获日", "harvest day"), "density": ("密度", "density"), "depth_young": ("灌水量（结薯前）", "depth of an irrigation (before tubers)"),
          "depth_bulking": ("灌水量（膨大期）", "depth of an irrigation (bulking)"), "depth_late": ("灌水量（后期）", "depth of an irrigation (late)"), "nitrogen": ("氮用量", "nitrogen"),
          "phosphate": ("磷用量", "phosphate"), "potash": ("钾用量", "potash")}  # fmt: skip


def plan_page(found: Mapping[str, Any], plan: Plan, english: bool = False, command: str = "") -> str:
    """Return the page of a plan: one HTML file, whole in itself, to read or to print on A4.

    Parameters
    ----------
    found, plan
        From :func:`plan_dict` and :func:`plan_field`: the plan as for JSON, and the seasons behind it.
    english
        In English, else in Chinese.
    command
        The command that makes it again, shown at the end.

    Raises
    ------
    BalanceError
        ``potato.balance``.

    Examples
    --------
    >>> from importlib.resources import files
    >>> from tuwei.potato import plan_dict, plan_field
    >>> plan = plan_field(str(files("tuwei.potato") / "data" / "FIELD.toml"), seasons=1000, scenarios=4, judged=20)
    >>> page = plan_page(plan_dict(plan), plan, True)
    >>> page.startswith("<!doctype html>"), "<script" in page, "Cost and profit" in page
    (True, False, True)
    """
    told = _Plan(found, plan, english)
    about, page = found["about"], told.page
    title = page.of(f"{about['field']}：一季的方案", f"{about['field']}: the season's plan")
    under = f"{page.of('品种', 'cultivar')} {about['cultivar']} · {AIMS[about['objective']][int(english)]} · {found['rules']['planting']} – {found['rules']['harvest']}"
    return page.html(title, under, told.sections(command))


def origin(text: str, english: bool) -> str:
    """Return where the weather is from; of the generator in the page's language."""
    if english:
        return text
    return re.sub(r"^generator (\S+), (\d+) years, seeds ", r"内置生成器（\1），\2 年，种子 ", text)


class _Plan:
    """The sections of the page of one plan."""

    def __init__(self, found: Mapping[str, Any], plan: Plan, english: bool) -> None:
        self.found, self.plan, self.page = found, plan, Page(english)
        played = plan.played
        self.two = Two(self.page, played, (days_of(played[0]), days_of(played[1])), found["rules"])
        self.money = [found["items_fen_ha"][name] for name in ("plan", "practice")]

    def sections(self, command: str) -> Iterator[str]:
        """Yield the sections."""
        page, of, played = self.page, self.page.of, self.plan.played
        gain = (played[0].outcome.profit - played[1].outcome.profit) / 100
        yield page.section(of("要点", "In short"), self.short())
        yield page.section(of("作业日历", "Calendar of actions"), self.calendar())
        yield page.section(of("产量", "Yield"), self.yields())
        yield page.section(
            of("成本与利润", "Cost and profit"), account(self.page, self.two.names, self.money, gain)
        )
        if self.found["varieties"]:
            yield page.section(of("品种", "Cultivars"), varieties(page, self.found["varieties"]))
        if self.found["films"]:
            yield page.section(of("地膜", "Film"), films(page, self.found["films"]))
        if self.found["storage"]:
            yield page.section(of("贮藏与出售", "Store and sale"), storage(page, self.found["storage"]))
        yield page.section(of("水", "Water"), water(self.two))
        yield page.section(of("氮", "Nitrogen"), nitrogen(self.two))
        yield page.section(of("晚疫病", "Late blight"), blight(self.two))
        yield page.section(of("依据与限度", "What it stands on, and its limits"), self.basis())
        yield page.section(of("怎样重做", "How to make it again"), self.again(command))

    def yuan(self, fen: float) -> str:
        """Return money of a hectare in yuan."""
        return figures(fen / 100)

    def span(self, one: Worth) -> str:
        """Return the 90 % interval of money."""
        return f"{self.yuan(one.low)} – {self.yuan(one.high)}"

    def short(self) -> Iterator[str]:
        """Yield the headline in words, the main figures and what to do."""
        plan, page = self.plan, self.page
        better = float((plan.played[0].outcome.profit > plan.played[1].outcome.profit).mean())
        mu, count = figures(plan.gain.value / 100 / MU), plan.judged
        more = plan.gain.value >= 0
        gain, made = self.yuan(abs(plan.gain.value)), self.yuan(abs(plan.profit.value))
        lost = plan.profit.value < 0
        yield page.words(page.of(
            f"在没有参与搜索的 {count} 季里，照这个方案平均每公顷{'亏损' if lost else '利润'} {made} 元，比现行做法（田块文件原样）{'多' if more else '少'} {gain} 元（每亩 {mu} 元；90 % 的季在 {self.span(plan.gain)} 元之间）；{figures(100 * better)} % 的季比现行做法好。",
            f"In {count} seasons that the search had not met, this plan {'loses' if lost else 'makes'} {made} yuan/ha on average, {gain} yuan/ha {'more' if more else 'less'} than the practice (the field's file as written); 90 % of seasons lie between {self.span(plan.gain)}. It is the better one in {figures(100 * better)} % of seasons."), "lead")  # fmt: skip
        yield page.tiles(self.tiles())
        yield f"<h3>{page.of('要做的事', 'What to do')}</h3>" + page.listed(self.todo())

    def tiles(self) -> Iterator[tuple[str, str, str]]:
        """Yield the main figures."""
        plan, of, totals, before = (
            self.plan,
            self.page.of,
            self.found["totals"],
            self.found["practice"],
        )
        yield (
            of("利润，元/公顷", "profit, yuan/ha"),
            self.yuan(plan.profit.value),
            f"90 %: {self.span(plan.profit)}",
        )
        yield (
            of("比现行做法", "gain on the practice"),
            self.yuan(plan.gain.value),
            f"90 %: {self.span(plan.gain)}",
        )
        for name, zh, en, unit in (("fresh", "鲜薯", "fresh tubers", "t/ha"), ("total_irrigation", "灌水", "irrigation", "mm"), ("total_nitrogen_input", "氮投入", "nitrogen input", "kg/ha"), ("total_leached", "氮淋失", "nitrogen leached", "kg/ha")):  # fmt: skip
            digits = 1 if name == "fresh" else 0
            yield (
                f"{of(zh, en)}{of('，', ', ')}{unit}",
                figures(totals[name]["value"], digits),
                of("现行 ", "practice ") + figures(before[name]["value"], digits),
            )

    def todo(self) -> Iterator[str]:
        """Yield the rules in words."""
        rules, of, totals, work = (
            self.found["rules"],
            self.page.of,
            self.found["totals"],
            self.plan.action.work,
        )
        dressed = self.plan.action.dressings
        top = figures(sum(dose for _, dose in dressed))
        basal = figures(work.nitrogen - sum(dose for _, dose in dressed))
        yield of(f"{rules['planting']} 播种，每平方米 {figures(rules['density'], 2)} 株；基肥每公顷氮 {basal}、P2O5 {figures(work.phosphate)}、K2O {figures(work.potash)} 千克，{f'追氮 {len(dressed)} 次共 {top} 千克' if dressed else '不追氮'}。",
                 f"Plant on {rules['planting']}, {figures(rules['density'], 2)} plants m⁻²; at planting {basal} kg N, {figures(work.phosphate)} kg P2O5 and {figures(work.potash)} kg K2O per hectare, {f'then {len(dressed)} dressings, {top} kg N together' if dressed else 'no dressings'}.")  # fmt: skip
        if rules["film"]:
            cover = figures(100 * rules["film"])
            yield of(f"地膜覆盖地面的 {cover} %，收后回收残膜。", f"Lay film over {cover} % of the surface, and take up the residue after the harvest.")  # fmt: skip
        elif self.found["films"]:
            yield of("不覆膜。", "Lay no film.")
        stages = ((of("结薯前", "before tubers"), "young"), (of("膨大期", "bulking"), "bulking"), (of(f"最后 {rules['late_days']} 天", f"the last {rules['late_days']} days"), "late"))  # fmt: skip
        when = of("；", "; ").join(of(f"{name}低于 {figures(100 * rules[f'trigger_{stage}'])} % 灌 {figures(rules[f'depth_{stage}'])} 毫米", f"{name}: below {figures(100 * rules[f'trigger_{stage}'])} % give {figures(rules[f'depth_{stage}'])} mm") for name, stage in stages)  # fmt: skip
        yield of(f"看根区有效水灌水：{when}。平均一季 {figures(totals['irrigations']['value'], 1)} 次，{figures(totals['total_irrigation']['value'])} 毫米。",
                 f"Irrigate by the available water of the root zone: {when}. On average {figures(totals['irrigations']['value'], 1)} irrigations and {figures(totals['total_irrigation']['value'])} mm a season.")  # fmt: skip
        if self.plan.field.parts["plan"]["blight"] and totals["sprays"]["value"] < 0.05:
            yield of(
                "评判的季里没有触发喷药；照常看苗防病。",
                "In the seasons that judge no spray was called for; keep scouting.",
            )
        elif self.plan.field.parts["plan"]["blight"]:
            yield of(f"严重度值（从上次喷药算起）累计到 {figures(rules['spray_trigger'])} 就喷药；平均一季 {figures(totals['sprays']['value'], 1)} 次。",
                     f"Spray when the severity values since the last spray reach {figures(rules['spray_trigger'])}; on average {figures(totals['sprays']['value'], 1)} sprays a season.")  # fmt: skip
        kill = next((step["day"] for step in self.found["steps"] if step["what"] == "vine_kill"), None)
        yield of(f"{kill} 杀秧，{rules['harvest']} 收获。" if kill else f"不杀秧，{rules['harvest']} 收获。", f"Kill the vines on {kill}, harvest on {rules['harvest']}." if kill else f"No vine kill; harvest on {rules['harvest']}.")  # fmt: skip

    def calendar(self) -> Iterator[str]:
        """Yield the calendar and its table."""
        page, steps = self.page, self.found["steps"]
        rows = [
            row for row in map(self.row, steps) if row.days[2] <= self.two.span
        ]  # a sale from store comes after
        ends = [end for row in rows if row.worth for end in row.worth] or [0.0]
        scale = ticks(min(0.0, *ends), max(0.0, *ends), 4)
        of = page.of
        told = of(
            "点是中位日期，条是 90 % 的季里的日期，没有条的是定下的日子。宽的页面上，右边是这一步值多少：有它减没有它的利润，细线是 90 % 的季。",
            "The dot is the median day, the bar the days of 90 % of seasons; without a bar the day is fixed. On a wide page, to the right, what the step is worth: profit with it less profit without it, the thin line 90 % of seasons.",
        )
        legend = [("dot fixed", of("定下的日子", "a fixed day")), ("fill always", of("95 % 以上的季有", "in 95 % of seasons or more")), ("fill often", of("一半以上", "in half or more")), ("fill seldom", of("不到一半", "in fewer than half"))]  # fmt: skip
        label = 10 + max(width_of(row.name) for row in rows)
        for number in range(0, len(rows), ROWS):
            draw = calendar(self.two.start, self.two.span, rows[number : number + ROWS], of("值，元/公顷", "worth, yuan/ha"), scale, page.english, label)  # fmt: skip
            title = of("何时做什么", "What to do when") + (of("（续）", ", continued") if number else "")
            yield page.figure(f"calendar-{number // ROWS}", title, told, draw, legend)
        head = [of("作业", "action"), of("日期", "day"), of("90 % 的季", "90 % of seasons"), of("用量", "amount"), of("有它的季", "seasons"), of("值，元/公顷", "worth, yuan/ha"), of("90 % 的季", "90 % of seasons")]  # fmt: skip
        yield page.table(head, (self.cells(step) for step in steps))

    def named(self, step: Mapping[str, Any]) -> str:
        """Return a step's name with its number."""
        name = STEPS[step["what"]][int(self.page.english)]
        return f"{name} {step['number']}" if step["what"] in NUMBERED else name

    def row(self, step: Mapping[str, Any]) -> Row:
        """Return a step as a row of the calendar."""
        days = tuple(
            float((date.fromisoformat(step[name]) - self.two.start).days)
            for name in ("earliest", "day", "latest")
        )
        gain = step["worth_fen_ha"]
        worth = None if gain is None else (gain["value"] / 100, gain["low"] / 100, gain["high"] / 100)
        return Row(self.named(step), (days[0], days[1], days[2]), step["share"], worth, " · ".join(cell for cell in self.cells(step)[1:5] if cell))  # fmt: skip

    def day(self, day: str) -> str:
        """Return a day without its year, unless that is another one than the season's."""
        return day[5:] if day.startswith(f"{self.two.start.year}-") else day

    def cells(self, step: Mapping[str, Any]) -> list[str]:
        """Return a step as a row of the table."""
        amount, gain = step["amount"], step["worth_fen_ha"]
        digits = 0 if step["unit"] in ("mm", "kg/ha") else 1
        unit = {"plants m-2": self.page.of("株/m²", "plants/m²")}.get(step["unit"], step["unit"])
        window = (
            "" if step["earliest"] == step["latest"] else f"{step['earliest'][5:]} – {step['latest'][5:]}"
        )
        worth = ["–", ""] if gain is None else [self.yuan(gain["value"]), f"{self.yuan(gain['low'])} – {self.yuan(gain['high'])}"]  # fmt: skip
        return [self.named(step), self.day(step["day"]), window, f"{figures(amount['value'], digits)} {unit}" if unit else "", f"{figures(100 * step['share'])} %", *worth]  # fmt: skip

    def yields(self) -> Iterator[str]:
        """Yield the two distributions of the yield, their difference, and the sizes."""
        page, of = self.page, self.page.of
        fresh = [one.outcome.fresh for one in self.plan.played]
        share = of("% 的季", "% of seasons")
        whisker = ("dot plan", of("平均；细线 90 % 的季", "mean; thin line 90 % of seasons"))
        told = of(f"同样的 {len(fresh[0])} 季：上面是方案，下面是现行做法。", f"The same {len(fresh[0])} seasons: the plan above, the practice below.")  # fmt: skip
        yield page.figure("yield", of("鲜薯产量的分布", "How the fresh yield is spread"), told, distributions(fresh[0], fresh[1], "t/ha", share),
                          [("fill plan", self.two.names[0]), ("fill practice out", self.two.names[1]), whisker])  # fmt: skip
        more = fresh[0] - fresh[1]
        told = of(f"每一季里方案减现行做法；{figures(100 * float((more > 0).mean()))} % 的季增产。", f"Plan less practice season by season; the yield is higher in {figures(100 * float((more > 0).mean()))} % of seasons.")  # fmt: skip
        yield page.figure(
            "yield-gain",
            of("同一季里多收多少", "How much more in the same season"),
            told,
            distributions(more, None, "t/ha", share),
            [whisker],
        )
        head = ["t/ha", of("平均", "mean"), "5 %", "25 %", "50 %", "75 %", "95 %"]
        yield page.table(head, ([name, figures(float(one.mean()), 1), *(figures(float(value), 1) for value in np.quantile(one, [0.05, 0.25, 0.5, 0.75, 0.95]))]
                                for name, one in (*zip(self.two.names, fresh, strict=True), (of("差", "difference"), more))))  # fmt: skip
        yield self.sizes()

    def sizes(self) -> str:
        """Return the tubers by size."""
        page, of = self.page, self.page.of
        tonnes = [
            {name: float((one.outcome.fresh * one.outcome.column(name)).mean()) for name in SIZES}
            for one in self.plan.played
        ]
        bars = [Bar(whose, [(of(zh, en), mine[name], style) for name, (zh, en, style) in SIZES.items()], f"{figures(sum(mine.values()), 1)} t/ha")
                for whose, mine in zip(self.two.names, tonnes, strict=True)]  # fmt: skip
        legend = [(f"part {style}", of(zh, en)) for zh, en, style in SIZES.values()]
        rows = ([of(zh, en), *(f"{figures(mine[name], 1)} ({figures(100 * mine[name] / max(sum(mine.values()), 1e-9))} %)" for mine in tonnes)] for name, (zh, en, _) in SIZES.items())  # fmt: skip
        told = of(
            "各级薯块的鲜重，评判季的平均。", "Fresh weight of each size, mean of the seasons that judge."
        )
        return page.figure("sizes", of("薯块大小", "Sizes of the tubers"), told, stacked(bars, "t/ha", 1), legend, page.table([of("大小", "size"), *self.two.names], rows))  # fmt: skip

    def basis(self) -> Iterator[str]:
        """Yield what the figures stand on and what limits them."""
        page, of, about, found = self.page, self.page.of, self.found["about"], self.found
        yield page.listed(self.caveats())
        head = [of("价格", "price"), of("元", "yuan"), of("单位", "per"), of("来源", "source")]
        rows = ([price["en" if page.english else "zh"], figures(price["fen"] / 100, 2), price["unit"],
                 of("田块文件", "the field's file") if price["given"] else of("假定", "assumed") if price["assumed"] else price["source"]] for price in found["prices"].values())  # fmt: skip
        since = about["prices_of"]
        yield f"<h3>{of(f'价格（缺省值为 {since}）', f'Prices (defaults of {since})')}</h3>"
        yield page.table(head, rows, "text")

    def caveats(self) -> Iterator[str]:
        """Yield what the reader must know."""
        of, about, part = self.page.of, self.found["about"], self.plan.field.parts["plan"]
        planned, judged = (
            origin(about[f"weather_{name}_on"], self.page.english) for name in ("planned", "judged")
        )
        yield of(
            f"规划用气象：{planned}。评判用气象：{judged}。",
            f"Weather planned on: {planned}. Judged on: {judged}.",
        )
        yield of(f"搜索模拟了 {about['seasons_simulated']:,} 季；本页的数来自另外 {about['seasons_judged']} 季。90 % 区间含年份、品种参数的抽样和模型解释不了的部分，不含价格的变动。",
                 f"{about['seasons_simulated']:,} seasons were simulated in the search; the figures of this page are from {about['seasons_judged']} others. The 90 % intervals hold weather years, draws of the cultivar's parameters and what the model leaves unexplained, not changes of price.")  # fmt: skip
        yield of(
            "逐日的带来自其中最多 100 季，不含模型解释不了的部分。",
            "The bands by day are from at most 100 of them, without what the model leaves unexplained.",
        )
        yield of("“现行做法”是田块文件里的日期、灌水和施肥，不随天气变。某一步的“值”是只拿掉这一步、其余不变时少的利润，各步不能相加。",
                 "The “practice” is the field's file as written, which does not answer to the weather. What a step is worth is the profit lost when it alone is left out and nothing else changes; the worths do not add up.")  # fmt: skip
        if part["attained"] == 1:
            yield of("产量没有按本场的实收折算（`plan.attained = 1`）：模型不知道的损失（其他病虫、缺苗、收获损失）没有扣除，利润偏高。", "The yield is not scaled to the farm's own records (`plan.attained = 1`): losses that the model does not know (other pests, gaps, harvest losses) are not taken off, so profits are on the high side.")  # fmt: skip
        else:
            yield of(f"产量按本场实收折算：模型产量的 {figures(100 * part['attained'])} %。", f"The yield is scaled to the farm's records: {figures(100 * part['attained'])} % of the model's.")  # fmt: skip
        if any(
            step["what"] in ("phosphate", "potash") and step["worth_fen_ha"] is None
            for step in self.found["steps"]
        ):
            yield of("没有土壤磷、钾测定：磷、钾按田块文件原样，模型不判断值多少。", "Without a soil test of P and K their doses are those of the field's file, and the model does not judge what they are worth.")  # fmt: skip
        if self.found["at_limit"]:
            names = of("、", ", ").join(
                of(*LIMITS.get(name, (name, name))) for name in self.found["at_limit"]
            )
            yield of(
                f"已在窗口或限制的边上，放宽可能更好：{names}。",
                f"At the end of its window or limit, where a wider one may be better: {names}.",
            )
        if about["floor_met"] is not None:
            yield of(f"平均产量{'达到' if about['floor_met'] else '没有达到'}下限 {about['floor_t_ha']} t/ha。", f"The mean yield {'keeps' if about['floor_met'] else 'is below'} the floor of {about['floor_t_ha']} t/ha.")  # fmt: skip

    def again(self, command: str) -> Iterator[str]:
        """Yield the command, the seed and the versions."""
        page, of = self.page, self.page.of
        if command:
            yield f"<pre><code>{escape(command)}</code></pre>"
        yield page.words(of(f"种子 {self.found['about']['seed']}；同样的文件、种子和版本给出同样的数。{versions()}。", f"Seed {self.found['about']['seed']}; the same file, seed and versions give the same figures. {versions()}."), "note")  # fmt: skip
