"""What came and went over a season: sums from the first day on, and a balance that closes, as bars and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from tuwei.potato.pages._page import Page
from tuwei.potato.pages._plots import Bar, Layer, days_plot, stacked
from tuwei.potato.pages._svg import figures
from tuwei.potato.weather._evapotranspiration import Floats

Flows = Sequence[tuple[str, str, str, str]]  # name of the flow, zh, en, style
Sums = Mapping[str, Sequence[float]]  # of each flow, for each of the names that are compared
WATER_IN: Flows = (
    ("rain", "降雨", "rain", "p6"),
    ("irrigation", "灌水", "irrigation", "p0"),
    ("capillary", "毛管上升", "capillary rise", "p5"),
)
WATER_OUT: Flows = (("transpiration", "作物蒸腾", "transpiration", "p2"), ("evaporation", "土面蒸发", "soil evaporation", "p1"),
                    ("percolation", "深层渗漏", "percolation", "p4"), ("runoff", "径流", "runoff", "p7"), ("irrigation_loss", "灌水损失", "lost in irrigating", "p3"))  # fmt: skip
NITROGEN_IN: Flows = (
    ("nitrogen_input", "投入", "input", "p0"),
    ("mineralised", "土壤矿化", "mineralised", "p6"),
)
NITROGEN_OUT: Flows = (("nitrogen_uptake", "作物吸收", "uptake", "p2"), ("leached", "淋失", "leached", "p4"),
                       ("volatilised", "氨挥发", "volatilised", "p1"), ("denitrified", "反硝化", "denitrified", "p3"))  # fmt: skip
LINES = "abcdef"
SMALL = 0.005  # of the largest; a smaller flow gets no line


def balance(
    page: Page, names: Sequence[str], sums: Sums, key: str, title: str, unit: str, flows: tuple[Flows, Flows], told: str
) -> str:  # fmt: skip
    """Return what came and went over the season, for each of ``names``, as bars and as a table that closes."""
    every, of = [*flows[0], *flows[1]], page.of
    came, went = (
        np.array([sum(sums[name][at] for name, *_ in side) for at in range(len(names))]) for side in flows
    )
    bars = []
    for at, whose in enumerate(names):
        for side, way, stored in ((flows[0], of("进", "in"), went[at] - came[at]), (flows[1], of("出", "out"), came[at] - went[at])):  # fmt: skip
            parts = [(of(zh, en), float(sums[name][at]), style) for name, zh, en, style in side]
            parts.append((of("土壤存量", "the soil's store"), max(0.0, float(stored)), "p8"))
            named = f"{whose}{of('：', ', ')}{way}" if whose else way
            bars.append(Bar(named, [one for one in parts if one[1] > 0], f"{figures(sum(one[1] for one in parts))} {unit}"))  # fmt: skip
    used = {style for bar in bars for _, _, style in bar.parts}
    legend = [(f"part {style}", of(zh, en)) for _, zh, en, style in every if style in used]
    legend.append(("part p8", of("取自或存入土壤", "from or into the soil")))
    rows = [[of(zh, en), *_cells(sums[name])] for name, zh, en, _ in every]
    rows.append([of("土壤存量的变化（进 − 出）", "change of the soil's store (in − out)"), *_cells([float(one) for one in came - went])])  # fmt: skip
    head = [of("项", "flow"), *(names if len(names) > 1 else [unit]), *([of("差", "difference")] if len(names) > 1 else [])]  # fmt: skip
    return page.figure(key, title, told, stacked(bars, unit), legend, page.table(head, rows))


def _cells(values: Sequence[float]) -> list[str]:
    cells = [figures(value, 1) for value in values]
    if len(values) > 1:
        difference = round(values[0], 1) - round(values[1], 1)
        cells.append(("+" if difference > 0.05 else "") + figures(difference, 1))
    return cells


def summed(
    page: Page, start: date, days: int, names: Sequence[tuple[str, str]], sums: Sequence[Mapping[str, Floats]], flows: Flows, unit: str, key: str
) -> Iterator[str]:  # fmt: skip
    """Yield what has come and gone from the first day on, a plot for each of ``names`` (title, in words), on one scale."""
    ends = {flow[0]: max(float(one[flow[0]][-1]) for one in sums) for flow in flows}
    most = max(ends.values())
    kept = [flow for flow in flows if ends[flow[0]] > SMALL * most]
    legend = [(f"line {style}", page.of(zh, en)) for style, (_, zh, en, _) in zip(LINES, kept, strict=False)]
    for at, (title, told) in enumerate(names):
        layers = [
            Layer("line", sums[at][name], style) for style, (name, *_) in zip(LINES, kept, strict=False)
        ]
        yield page.figure(
            f"{key}-{at}", title, told, days_plot(start, days, layers, unit, page.english, least=most), legend
        )
    columns = [(page.of(zh, en) + (f" · {title}" if len(names) > 1 else ""), sums[at][name]) for name, zh, en, _ in kept for at, (title, _) in enumerate(names)]  # fmt: skip
    yield daily_table(page, start, days, columns)


def daily_table(
    page: Page, start: date, days: int, columns: Sequence[tuple[str, Floats]], digits: int = 0
) -> str:
    """Return the figures of a plot of days on the 1st, 11th, 21st and the last day."""
    rows = []
    for number in range(days):
        when = start + timedelta(days=number)
        if when.day in (1, 11, 21) or number == days - 1:
            cells = [figures(float(one[number]), digits) if number < len(one) else "–" for _, one in columns]
            rows.append([when.isoformat(), *cells])
    return page.folded(page.table([page.of("日期", "day"), *(name for name, _ in columns)], rows))
