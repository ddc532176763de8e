"""The water, nitrogen and late blight of a plan on its page: by day against the practice, and where it all went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tuwei.potato.blight._rules import FIRST_SEVERITY
from tuwei.potato.crop._layout import RESULT_AT as _R
from tuwei.potato.pages._flows import (
    NITROGEN_IN,
    NITROGEN_OUT,
    WATER_IN,
    WATER_OUT,
    Flows,
    balance,
    daily_table,
    summed,
)
from tuwei.potato.pages._page import Key, Page
from tuwei.potato.pages._plots import Layer, days_plot
from tuwei.potato.pages._series import Days
from tuwei.potato.pages._svg import figures
from tuwei.potato.planning._schedule import Played
from tuwei.potato.weather._evapotranspiration import Floats


@dataclass(frozen=True)
class Two:
    """The plan and the practice, played and by day; ``span`` days on the axis; ``rules`` of the plan."""

    page: Page
    played: tuple[Played, Played]
    days: tuple[Days, Days]
    rules: Mapping[str, Any]

    @property
    def start(self) -> date:
        """The first day."""
        return self.days[0].start

    @property
    def span(self) -> int:
        """How many days the axis has."""
        return max(one.count for one in self.days)

    @property
    def names(self) -> tuple[str, str]:
        """What the two are called."""
        return self.page.of("方案", "plan"), self.page.of("现行做法", "practice")

    def mean(self, name: str) -> tuple[float, float]:
        """Return a flow's sum over the season, the mean of all seasons that judge."""
        plan, practice = (float(one.outcome.results[:, _R[f"total_{name}"]].mean()) for one in self.played)
        return plan, practice


def banded(two: Two, name: str, factor: float = 1.0) -> tuple[list[Layer], list[Key]]:
    """Return the plan's band and the practice's middle and ends of a series, with the legend."""
    plan, practice = (factor * one.band(name) for one in two.days)
    layers = [
        Layer("band", plan, "plan"),
        *(Layer("line", practice[row], "edge") for row in (0, 2)),
        Layer("line", practice[1], "practice"),
    ]
    of = two.page.of
    legend = [("line plan", of("方案，中位数", "plan, median")), ("band plan", of("方案，90 % 的季", "plan, 90 % of seasons")),
              ("line practice", of("现行做法，中位数", "practice, median")), ("line edge", of("现行做法，90 % 的季", "practice, 90 % of seasons"))]  # fmt: skip
    return layers, legend


def medians(two: Two, series: Sequence[tuple[str, str, float]], digits: int = 0) -> str:
    """Return the figures of plots of days: the medians of series (name, in words, factor), plan and practice."""
    columns = [
        (f"{words} · {whose}", np.asarray(factor * one.band(name)[1]))
        for name, words, factor in series
        for whose, one in zip(two.names, two.days, strict=True)
    ]
    return daily_table(two.page, two.start, two.span, columns, digits)


def balanced(two: Two, key: str, title: str, unit: str, flows: tuple[Flows, Flows]) -> str:
    """Return the balance of the plan and of the practice, over all seasons that judge."""
    sums = {name: two.mean(name) for side in flows for name, *_ in side}
    told = two.page.of("各项为全部评判季的平均；进的总和等于出的总和。", "Each is the mean of all seasons that judge; what came equals what went.")  # fmt: skip
    return balance(two.page, two.names, sums, key, title, unit, flows, told)


def water(two: Two) -> Iterator[str]:
    """Yield the water: what the root zone holds against the triggers, rain and irrigation by week, sums, balance."""
    page, rules, plan = two.page, two.rules, two.days[0]
    layers, legend = banded(two, "available_water", 100)
    layers.append(_triggers(two))
    legend.append(("line limit", page.of("灌水的触发线", "trigger to irrigate")))
    levels = " → ".join(figures(100 * rules[f"trigger_{stage}"]) for stage in ("young", "bulking", "late"))
    told = page.of(f"根区有效水占最大有效水的比例。低于触发线（结薯前、膨大期、后期：{levels} %）就灌水。", f"Available water of the root zone, share of the most it can hold. Below the trigger (before tubers, bulking, late: {levels} %) water is given.")  # fmt: skip
    yield page.figure(
        "water",
        page.of("根区的水", "Water of the root zone"),
        told,
        days_plot(two.start, two.span, layers, "%", page.english, most=100),
        legend,
    )
    yield medians(two, [("available_water", page.of("有效水 %", "available water %"), 100)])
    bars = [Layer("bars", plan.weekly("rain"), "rain", None, (3, 0)), Layer("bars", plan.weekly("irrigation"), "plan", None, (3, 1)),
            Layer("bars", two.days[1].weekly("irrigation"), "practice", None, (3, 2))]  # fmt: skip
    yield page.figure(
        "weeks", page.of("每周的雨和灌水", "Rain and irrigation by week"),
        page.of("每周的和，评判季的平均；灌水为毛灌水量。", "Sums of weeks, mean of the seasons that judge; irrigation is gross."),
        days_plot(two.start, two.span, bars, page.of("毫米/周", "mm a week"), page.english),
        [("fill rain", page.of("降雨", "rain")), ("fill plan", page.of("灌水，方案", "irrigation, plan")), ("fill practice", page.of("灌水，现行做法", "irrigation, practice"))],
    )  # fmt: skip
    flows = (*WATER_IN[:2], *WATER_OUT[:4])
    names = [(f"{page.of('水的累计', 'Water from the first day on')} · {whose}", page.of(f"{whose}：从第一天累计，{len(one.results)} 季的平均。", f"The {whose}: summed from the first day on, mean of {len(one.results)} seasons."))
             for whose, one in zip(two.names, two.days, strict=True)]  # fmt: skip
    sums = [{name: one.summed(name) for name, *_ in flows} for one in two.days]
    yield from summed(page, two.start, two.span, names, sums, flows, "mm", "water-sum")
    yield balanced(
        two,
        "water-balance",
        page.of("全季水量平衡", "Water balance of the season"),
        "mm",
        (WATER_IN, WATER_OUT),
    )


def _triggers(two: Two) -> Layer:
    """Return the trigger of each stage from planting to the last irrigation."""
    plan, rules, action = two.days[0], two.rules, two.played[0].action
    stop = two.played[0].setting.field.parts["plan.limits"]["last_irrigation_days"]
    planting, lead = action.named["planting"], action.named["vine_kill_lead"] if rules["vine_kill"] else 0.0
    end = action.named["harvest"] - lead
    late = end - rules["late_days"]
    bulking = min(plan.after("stage", 2), late)
    x = np.array([planting, bulking, bulking, late, late, end - stop])
    y = np.repeat([100 * rules[f"trigger_{stage}"] for stage in ("young", "bulking", "late")], 2)
    return Layer("line", y, "limit", x)


def nitrogen(two: Two) -> Iterator[str]:
    """Yield the nitrogen: in the crop, in the soil, leached, and the balance."""
    page, unit = two.page, "kg N/ha"
    plots = (("plant_nitrogen", page.of("作物体内的氮", "Nitrogen in the crop"), page.of("茎叶和块茎里的氮。", "Nitrogen of tops and tubers.")),
             ("mineral", page.of("土壤里的矿质氮", "Mineral nitrogen in the soil"), page.of("硝态氮与铵态氮，全剖面；收获时剩下的可能在冬春淋失。", "Nitrate and ammonium of the whole profile; what is left at harvest may leach in winter and spring.")),
             ("leached_sum", page.of("淋失的氮", "Nitrogen leached"), page.of("随深层渗漏淋失的硝态氮，从第一天累计。", "Nitrate lost with percolation, from the first day on.")))  # fmt: skip
    for name, title, told in plots:
        layers, legend = banded(two, name)
        yield page.figure(f"nitrogen-{name}", title, told, days_plot(two.start, two.span, layers, unit, page.english, least=5), legend)  # fmt: skip
    yield medians(two, [(name, title, 1) for name, title, _ in plots], 1)
    yield balanced(
        two,
        "nitrogen-balance",
        page.of("全季矿质氮平衡", "Balance of mineral nitrogen over the season"),
        unit,
        (NITROGEN_IN, NITROGEN_OUT),
    )


def blight(two: Two) -> Iterator[str]:
    """Yield the risk of late blight and what it took."""
    page = two.page
    part = two.played[0].setting.field.parts["plan"]
    if not part["blight"]:
        yield page.words(page.of("这块田关闭了晚疫病（`plan.blight = false`），没有计算。", "Late blight is switched off for this field (`plan.blight = false`) and was not computed."))  # fmt: skip
        return
    over = float((two.days[0].values["signs"][:, -1] >= FIRST_SEVERITY).mean())
    lost = [float(one.outcome.counts[:, 2].mean()) for one in two.played]
    sprays = [float(one.sprays.sum(axis=1).mean()) for one in two.played]
    yield page.words(page.of(
        f"有 {figures(100 * over)} % 的季，天气使严重度值累计到 {FIRST_SEVERITY}（BLITECAST 的首次喷药线）以上。平均喷药：方案 {figures(sprays[0], 1)} 次，现行做法 {figures(sprays[1], 1)} 次；病害夺去的叶：{figures(100 * lost[0], 1)} % 对 {figures(100 * lost[1], 1)} %。",
        f"In {figures(100 * over)} % of seasons the weather brings the severity values to {FIRST_SEVERITY} (BLITECAST's first spray) or more. Sprays on average: plan {figures(sprays[0], 1)}, practice {figures(sprays[1], 1)}; leaf lost to blight: {figures(100 * lost[0], 1)} % against {figures(100 * lost[1], 1)} %."))  # fmt: skip
    signs = two.days[0].band("signs")
    limit = Layer("line", np.full(two.span, float(FIRST_SEVERITY)), "limit")
    legend = [("line plan", page.of("中位数", "median")), ("band plan", page.of("90 % 的季", "90 % of seasons")),
              ("line limit", page.of(f"BLITECAST 首次喷药：{FIRST_SEVERITY}", f"BLITECAST's first spray: {FIRST_SEVERITY}"))]  # fmt: skip
    yield page.figure("blight-risk", page.of("天气带来的感染风险", "Infection risk that the weather brings"),
                      page.of(f"从出苗累计的 BLITECAST 严重度值，只由湿润的时数和温度定；方案的触发值为 {figures(two.rules['spray_trigger'])}（从上次喷药算起）。", f"BLITECAST's severity values summed from emergence, from hours of wet leaf and temperature alone; the plan's trigger is {figures(two.rules['spray_trigger'])} since the last spray."),
                      days_plot(two.start, two.span, [Layer("band", signs, "plan"), limit], page.of("严重度值", "severity values"), page.english, least=20), legend)  # fmt: skip
    sprayed = [100 * _weekly(one) for one in two.played]
    if max(float(one.max()) for one in sprayed) > 0:
        bars = [
            Layer("bars", one, style, None, (2, at))
            for at, (one, style) in enumerate(zip(sprayed, ("plan", "practice"), strict=True))
        ]
        yield page.figure("sprays", page.of("喷药的日子", "When sprays are made"), page.of("每周有喷药的季占多少。", "Share of the seasons that are sprayed in each week."),
                          days_plot(two.start, two.span, bars, page.of("% 的季", "% of seasons"), page.english), [("fill plan", two.names[0]), ("fill practice", two.names[1])])  # fmt: skip
    if max(lost) >= 5e-4:
        layers, legend = banded(two, "blight", 100)
        yield page.figure("blight-lost", page.of("晚疫病夺去的叶", "Leaf taken by late blight"), page.of("累计夺去的叶占本来会有的叶的比例。", "Share of the leaf there would have been, summed."),
                          days_plot(two.start, two.span, layers, "%", page.english, least=2), legend)  # fmt: skip
    yield medians(
        two,
        [
            ("signs", page.of("严重度值", "severity values"), 1),
            ("blight", page.of("失叶 %", "leaf lost %"), 100),
        ],
        1,
    )


def _weekly(one: Played) -> Floats:
    """Return the share of seasons that are sprayed in each week."""
    end = one.sprays.shape[1] // 7 * 7
    weeks = one.sprays[:, :end].reshape(len(one.sprays), -1, 7)
    return np.asarray((weeks > 0).any(axis=2).mean(axis=0), float)
