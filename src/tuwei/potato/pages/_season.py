"""The page of one simulated season: growth, water, nitrogen, stress and totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from tuwei.potato.crop._season import Season
from tuwei.potato.pages._flows import (
    LINES,
    NITROGEN_IN,
    NITROGEN_OUT,
    WATER_IN,
    WATER_OUT,
    balance,
    daily_table,
    summed,
)
from tuwei.potato.pages._page import Page, versions
from tuwei.potato.pages._plots import Bar, Layer, days_plot, stacked
from tuwei.potato.pages._svg import figures
from tuwei.potato.reports._season import DATES

Lines = Sequence[tuple[str, str, str, float]]  # a daily series, zh, en, factor
TILES = (("fresh", "鲜薯", "fresh tubers", "t/ha", 1.0, 1), ("tuber", "薯块干物质", "tuber dry matter", "t/ha", 0.001, 1),
         ("total_transpiration", "蒸腾", "transpiration", "mm", 1.0, 0), ("nitrogen_in_crop", "植株氮", "nitrogen in the crop", "kg/ha", 1.0, 0),
         ("total_percolation", "深层渗漏", "percolation", "mm", 1.0, 0), ("total_leached", "氮淋失", "nitrogen leached", "kg/ha", 1.0, 0))  # fmt: skip
TOTALS = {
    "fresh": ("鲜薯", "fresh tubers"), "tuber": ("薯块干物质", "tuber dry matter"), "content": ("薯块干物质含量", "dry matter content"),
    "number": ("薯块数", "tubers"), "small": ("75 克以下", "under 75 g"), "medium": ("75–150 克", "75–150 g"), "large": ("150–300 克", "150–300 g"),
    "oversize": ("300 克以上", "over 300 g"), "top": ("茎叶干物质", "tops, dry matter"), "lai_max": ("最大叶面积指数", "largest leaf area index"),
    "total_rain": ("降雨", "rain"), "total_irrigation": ("灌水", "irrigation"), "total_et0": ("参考蒸散", "reference evapotranspiration"),
    "total_transpiration": ("蒸腾", "transpiration"), "total_evaporation": ("土面蒸发", "soil evaporation"), "total_percolation": ("深层渗漏", "percolation"),
    "total_runoff": ("径流", "runoff"), "total_nitrogen_input": ("氮投入", "nitrogen input"), "total_mineralised": ("土壤矿化氮", "nitrogen mineralised"),
    "nitrogen_in_crop": ("植株氮", "nitrogen in the crop"), "nitrogen_in_tubers": ("薯块氮", "nitrogen in the tubers"), "total_leached": ("硝态氮淋失", "nitrate leached"),
    "total_volatilised": ("氨挥发", "ammonia volatilised"), "total_denitrified": ("反硝化", "denitrified"), "mineral_nitrogen_left": ("收获时土壤矿质氮", "mineral nitrogen left in the soil"),
    "skin_set": ("薯皮老化程度", "skin set"), "stress_water": ("水分胁迫（1 为无）", "water stress (1 none)"), "stress_nitrogen": ("氮胁迫（1 为无）", "nitrogen stress (1 none)"),
    "total_heat_day": ("高温日（>30 °C）", "hot days (>30 °C)"),
}  # fmt: skip
UNITS = {"t ha-1": "t/ha", "kg DM ha-1": "kg/ha", "kg N ha-1": "kg N/ha", "mean 0-1 after emergence": "0–1", "0-1": "0–1", "m2 m-2": "m²/m²", "tubers m-2": "m⁻²",
         "dry matter fraction": "0–1", "0 or 1, maximum over 30 degC": "d", "mm gross": "mm"}  # fmt: skip
MATTER: Lines = (("tuber", "薯块", "tubers", 0.001), ("leaf", "叶", "leaves", 0.001), ("stem", "茎", "stems", 0.001), ("dead", "枯死", "dead", 0.001))  # fmt: skip
STRESS: Lines = (("water_stress", "水分", "water", 1.0), ("nitrogen_stress", "氮", "nitrogen", 1.0), ("nutrient_stress", "磷、钾", "P and K", 1.0))  # fmt: skip
NITROGEN: Lines = (("plant_nitrogen", "作物", "crop", 1.0), ("tuber_nitrogen", "其中薯块", "of it tubers", 1.0), ("mineral", "土壤矿质氮", "mineral in the soil", 1.0))  # fmt: skip


def season_page(found: Mapping[str, Any], season: Season, english: bool = False, command: str = "") -> str:
    """Return the page of a simulated season: one HTML file, whole in itself, to read or to print on A4.

    Parameters
    ----------
    found, season
        From :func:`simulate_field`: the season as for JSON, and day by day with the best parameters.
    english
        In English, else in Chinese.
    command
        The command that makes it again, shown at the end.

    Examples
    --------
    >>> from importlib.resources import files
    >>> from tuwei.potato import simulate_field
    >>> page = season_page(*simulate_field(str(files("tuwei.potato") / "data" / "FIELD.toml"), members=4), True)
    >>> page.startswith("<!doctype html>"), "<script" in page, "Water balance" in page
    (True, False, True)
    """
    told = _Season(found, season, english)
    about, of = found["about"], told.page.of
    title = of(f"{about['field']}：一季的模拟", f"{about['field']}: a season simulated")
    under = f"{of('品种', 'cultivar')} {about['cultivar']} · {about['planting']} – {about['harvest']}"
    return told.page.html(title, under, told.sections(command))


class _Season:
    """The sections of the page of one season."""

    def __init__(self, found: Mapping[str, Any], season: Season, english: bool) -> None:
        self.found, self.page, self.start = found, Page(english), season.start
        self.daily = {**season.daily, "mineral": season.daily["nitrate"] + season.daily["ammonium"]}
        self.result, self.days = season.result, len(season.daily["lai"])

    def sections(self, command: str) -> Iterator[str]:
        """Yield the sections."""
        page, of = self.page, self.page.of
        yield page.section(of("要点", "In short"), self.short())
        yield page.section(of("生长", "Growth"), self.growth())
        yield page.section(of("水", "Water"), self.water())
        yield page.section(of("氮", "Nitrogen"), self.nitrogen())
        yield page.section(of("胁迫", "Stress"), [self.lines("stress", of("生长受限的程度", "How far growth is limited"), of("1 为不受限，0 为停止。", "1 is not at all, 0 stops it."), STRESS, "0–1", 1.0, 2)])  # fmt: skip
        if "blight" in self.found:
            yield page.section(of("晚疫病", "Late blight"), self.blight(self.found["blight"]))
        yield page.section(of("全季的合计", "Totals of the season"), self.totals())
        yield page.section(
            of("依据与重做", "What it stands on, and how to make it again"), self.basis(command)
        )

    def short(self) -> Iterator[str]:
        """Yield the yield in words, the main figures and the dates."""
        page, of, fresh = self.page, self.page.of, self.found["results"]["fresh"]
        value, low, high = (figures(fresh[name], 1) for name in ("value", "low", "high"))
        yield page.words(of(f"照田块文件的水肥，这一季的鲜薯约 {value} t/ha，90 % 的可能在 {low} – {high} 之间。", f"With the water and fertiliser of the field's file this season gives about {value} t/ha of fresh tubers, 90 % between {low} and {high}."), "lead")  # fmt: skip
        yield page.tiles(self.tile(*row) for row in TILES)
        yield page.table(
            [of("阶段", "stage"), of("日期", "day")],
            [[of("播种", "planting"), self.found["about"]["planting"]]]
            + [[of(zh, en), self.found["dates"][name] or "–"] for name, zh, en in DATES]
            + [[of("收获", "harvest"), self.found["about"]["harvest"]]],
        )

    def tile(
        self, name: str, zh: str, en: str, unit: str, factor: float, digits: int
    ) -> tuple[str, str, str]:
        """Return a main figure with its interval."""
        value, low, high = (
            figures(factor * self.found["results"][name][key], digits) for key in ("value", "low", "high")
        )
        return f"{self.page.of(zh, en)}{self.page.of('，', ', ')}{unit}", value, f"90 %: {low} – {high}"

    def lines(
        self, key: str, title: str, told: str, series: Lines, unit: str, least: float, digits: int = 1
    ) -> str:
        """Return a plot of daily series with their figures."""
        page = self.page
        values = [np.asarray(factor * self.daily[name]) for name, _, _, factor in series]
        layers = [Layer("line", one, style) for one, style in zip(values, LINES, strict=False)]
        legend = [(f"line {layer.style}", page.of(zh, en)) for layer, (_, zh, en, _) in zip(layers, series, strict=True)]  # fmt: skip
        table = daily_table(page, self.start, self.days, [(words, one) for (_, words), one in zip(legend, values, strict=True)], digits)  # fmt: skip
        return page.figure(key, title, told, days_plot(self.start, self.days, layers, unit, page.english, least=least), legend, table)  # fmt: skip

    def growth(self) -> Iterator[str]:
        """Yield canopy and dry matter."""
        of = self.page.of
        yield self.lines("canopy", of("叶面积", "Leaf area"), of("绿叶面积指数。", "Green leaf area index."), [("lai", "叶面积指数", "leaf area index", 1.0)], "m²/m²", 1.0)  # fmt: skip
        yield self.lines("matter", of("干物质", "Dry matter"), of("各器官的干物质。", "Dry matter of each organ."), MATTER, "t/ha", 1.0)  # fmt: skip
        parts = [(name, self.result["fresh"] * self.result[name], style) for name, style in zip(("small", "medium", "large", "oversize"), ("p3", "p0", "p2", "p4"), strict=True)]  # fmt: skip
        bar = Bar(of("鲜薯", "fresh tubers"), [(of(*TOTALS[name]), value, style) for name, value, style in parts], f"{figures(self.result['fresh'], 1)} t/ha")  # fmt: skip
        yield self.page.figure("sizes", of("薯块大小", "Sizes of the tubers"), of("各级薯块的鲜重。", "Fresh weight of each size."), stacked([bar], "t/ha", 1),
                               [(f"part {style}", of(*TOTALS[name])) for name, _, style in parts],
                               self.page.table([of("大小", "size"), "t/ha"], [[of(*TOTALS[name]), figures(value, 1)] for name, value, _ in parts]))  # fmt: skip

    def water(self) -> Iterator[str]:
        """Yield the root zone, rain and irrigation by week, the sums and the balance."""
        page, of = self.page, self.page.of
        yield self.lines("water", of("根区的水", "Water of the root zone"), of("根区有效水占最大有效水的比例。", "Available water of the root zone, share of the most it can hold."), [("available_water", "有效水", "available water", 100.0)], "%", 100.0, 0)  # fmt: skip
        weeks = [
            np.add.reduceat(self.daily[name], np.arange(0, self.days, 7)) for name in ("rain", "irrigation")
        ]
        layers = [Layer("bars", one, style, None, (2, at)) for at, (one, style) in enumerate(zip(weeks, ("rain", "plan"), strict=True))]  # fmt: skip
        yield page.figure("weeks", of("每周的雨和灌水", "Rain and irrigation by week"), of("每周的和；灌水为毛灌水量。", "Sums of weeks; irrigation is gross."),
                          days_plot(self.start, self.days, layers, of("毫米/周", "mm a week"), page.english), [("fill rain", of("降雨", "rain")), ("fill plan", of("灌水", "irrigation"))])  # fmt: skip
        flows = (*WATER_IN[:2], *WATER_OUT[:4])
        sums = {name: np.asarray(self.daily[name].cumsum(), float) for name, *_ in flows}
        names = [
            (
                of("水的累计", "Water from the first day on"),
                of("从第一天累计。", "Summed from the first day on."),
            )
        ]
        yield from summed(page, self.start, self.days, names, [sums], flows, "mm", "water-sum")
        yield self.balance("water-balance", of("水量平衡", "Water balance"), "mm", WATER_IN, WATER_OUT)

    def nitrogen(self) -> Iterator[str]:
        """Yield the nitrogen by day and its balance."""
        of = self.page.of
        yield self.lines("nitrogen", of("作物和土壤里的氮", "Nitrogen in crop and soil"), of("植株与薯块的氮，土壤全剖面的矿质氮。", "Nitrogen of the crop, and mineral nitrogen of the whole profile."), NITROGEN, "kg N/ha", 10.0, 0)  # fmt: skip
        yield self.balance("nitrogen-balance", of("矿质氮平衡", "Balance of mineral nitrogen"), "kg N/ha", NITROGEN_IN, NITROGEN_OUT)  # fmt: skip

    def balance(self, key: str, title: str, unit: str, came: Any, went: Any) -> str:
        """Return the balance of the season of the best parameters."""
        sums = {name: [self.result[f"total_{name}"]] for name, *_ in (*came, *went)}
        told = self.page.of("最优参数的一季；进的总和等于出的总和。", "The season of the best parameters; what came equals what went.")  # fmt: skip
        return balance(self.page, [""], sums, key, title, unit, (came, went), told)

    def blight(self, found: Mapping[str, Any]) -> Iterator[str]:
        """Yield the severity with its interval and the days of sprays, from ``blight`` of the season's JSON."""
        page, of, days = self.page, self.page.of, found["days"]
        lost = [figures(100 * found["results"]["leaf_lost"][key], 1) for key in ("value", "low", "high")]
        band = np.array([[100 * day["severity"][key] for day in days] for key in ("low", "value", "high")])
        guard = np.array([100 * day["fungicide"] for day in days])
        when = of("、", ", ").join(row["date"] for row in found["sprays"]) or of("无", "none")
        yield page.words(of(f"晚疫病夺去绿叶的 {lost[0]} %（90 %：{lost[1]} – {lost[2]}）。抗性 {found['resistance']}；喷药：{when}。小时气象：{found['hours']}。",
                            f"Late blight takes {lost[0]} % of the green leaf (90 %: {lost[1]} – {lost[2]}). Resistance {found['resistance']}; sprays: {when}. Hours: {found['hours']}."))  # fmt: skip
        layers = [Layer("band", band, "plan"), *([Layer("line", guard, "limit")] if guard.any() else [])]
        legend = [("line plan", of("病叶", "diseased leaf")), ("band plan", "90 %"), *([("line limit", of("药剂残留", "fungicide left"))] if guard.any() else [])]  # fmt: skip
        yield page.figure("blight", of("病叶占叶面积的比例", "Share of the leaf that is diseased"), of("最优参数的一季，带为 90 % 的参数；药剂残留为标签剂量的百分比。", "The season of the best parameters, the band 90 % of the draws; fungicide as a share of the label's dose."),
                          days_plot(self.start, self.days, layers, "%", page.english, least=2.0), legend)  # fmt: skip
        yield daily_table(page, self.start, self.days, [(of("病叶 %", "diseased leaf %"), band[1]), ("5 %", band[0]), ("95 %", band[2]), (of("药剂残留 %", "fungicide left %"), guard)], 1)  # fmt: skip

    def totals(self) -> Iterator[str]:
        """Yield every total with its interval."""
        of = self.page.of
        rows = []
        for name, words in TOTALS.items():
            one = self.found["results"][name]
            digits = 0 if abs(one["high"]) >= 100 else 1 if abs(one["high"]) >= 5 else 2
            unit = "0–1" if one["unit"].startswith("mass fraction") else UNITS.get(one["unit"], one["unit"])
            rows.append([of(*words), *(figures(one[key], digits) for key in ("value", "low", "high")), unit])
        yield self.page.table([of("项", "item"), of("值", "value"), "5 %", "95 %", of("单位", "unit")], rows)

    def basis(self, command: str) -> Iterator[str]:
        """Yield weather, members, what the interval holds, the command and the versions."""
        page, of, about = self.page, self.page.of, self.found["about"]
        yield page.listed([
            of(f"气象：{about['weather']}", f"Weather: {about['weather']}"),
            of(f"曲线和“值”是最优参数的一季；区间来自 {about['members']} 组参数，产量的区间还含模型解释不了的部分。", f"The lines and the values are the season of the best parameters; the intervals are from {about['members']} draws of them, and for the yield also hold what the model leaves unexplained."),
        ])  # fmt: skip
        if command:
            yield f"<pre><code>{escape(command)}</code></pre>"
        yield page.words(of(f"种子 {about['seed']}；同样的文件、种子和版本给出同样的数。{versions()}。", f"Seed {about['seed']}; the same file, seed and versions give the same figures. {versions()}."), "note")  # fmt: skip
