"""The page of the evidence: every claim by every judge, what the gain is made of, and what it hangs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from tuwei.potato.pages._page import Page, versions
from tuwei.potato.pages._plots import Point, forest
from tuwei.potato.pages._svg import figures

NAMES = {
    "water": ("灌水", "water"), "nitrogen": ("氮", "nitrogen"), "yield": ("产量", "yield"), "flood": ("漫灌", "flood"), "drip": ("滴灌", "drip"),
    "tuwei": ("本模型", "our model"), "aquacrop": ("AquaCrop", "AquaCrop"), "wofost": ("WOFOST", "WOFOST"), "wofost-n": ("WOFOST 含氮", "WOFOST with N"),
    "applied": ("实际投入", "as applied"), "dates": ("播期", "planting date"), "density": ("密度", "density"), "method": ("灌溉方式", "method"),
    "schedule": ("灌水日程", "schedule of water"), "mulch": ("地膜", "film"), "film": ("地膜", "film"), "waterings": ("灌水次数", "waterings"), "water_mm": ("每次灌水 mm", "mm each watering"),
    "first_days": ("首次灌水，播后天数", "first watering, days"), "every_days": ("间隔天数", "days between"), "basal_share": ("基肥氮比例", "share of N at planting"),
    "dressing_days": ("追肥日", "days of dressings"), "incorporated": ("追肥入土比例", "share washed in"), "planting_days": ("播期推后天数", "planting later, days"), "efficiency": ("灌溉效率", "efficiency"),
}  # fmt: skip


def evidence_page(found: Mapping[str, Any], english: bool = False, command: str = "") -> str:
    """Return the page of the evidence: one HTML file, whole in itself, to read or to print on A4.

    Parameters
    ----------
    found
        ``evidence.json``, of the schema ``tuwei.potato.evidence/1``.
    english
        In English, else in Chinese.
    command
        The command that makes it again, shown at the end.

    Examples
    --------
    >>> about = {"field": "x", "cultivar": "generic", "years": 5, "seed": 1, "weather_planned_on": "a", "weather_judged_on": "b",
    ...     "seasons_simulated": 1000, "judges": {"tuwei": []}, "missing": [], "get": ""}
    >>> claim = {"practice": "drip", "what": "water", "judge": "applied", "target": -0.3, "met": True, "surely": True, "value": -0.4,
    ...     "year_low": -0.5, "year_high": -0.2, "mean_low": -0.45, "mean_high": -0.35, "plan_mean": 200, "practice_mean": 330, "share": 0.9}
    >>> page = evidence_page({"about": about, "claims": [claim], "decomposition": [], "sensitivity": [], "caveats": []}, True)
    >>> page.startswith("<!doctype html>"), "<script" in page, "1 of 1 judgements meets its target" in page
    (True, False, True)
    """
    told, about = _Evidence(found, english), found["about"]
    title = told.page.of(f"{about['field']}：证据", f"{about['field']}: the evidence")
    under = told.page.of(f"{about['years']} 个优化没有见过的天气年", f"{about['years']} weather years that the search never saw")  # fmt: skip
    return told.page.html(title, under, told.sections(command))


class _Evidence:
    """The sections of the page of the evidence."""

    def __init__(self, found: Mapping[str, Any], english: bool) -> None:
        self.found, self.page = found, Page(english)

    def named(self, key: str) -> str:
        """Return the name of a claim, a judge, an element; a key that is not known stays as it is."""
        return self.page.of(*NAMES[key]) if key in NAMES else key

    def sections(self, command: str) -> Iterator[str]:
        """Yield the sections."""
        page, of = self.page, self.page.of
        yield page.section(of("主张与评判", "The claims and the judges"), self.claims())
        if self.found["decomposition"]:
            yield page.section(of("增产从哪里来", "What the gain is made of"), self.parts())
        if self.found["sensitivity"]:
            yield page.section(of("敏感性", "What it hangs on"), self.tried())
        yield page.section(of("依据与限度", "What it stands on, and its limits"), self.basis(command))

    def claims(self) -> Iterator[str]:
        """Yield a forest plot a practice and the table of all claims."""
        page, of, rows = self.page, self.page.of, self.found["claims"]
        met = sum(row["met"] for row in rows)
        yield page.words(of(f"{len(rows)} 个评判中 {met} 个达标。", f"{met} of {len(rows)} judgements {'meets its target' if met == 1 else 'meet their targets'}."), "lead")  # fmt: skip
        legend = [("dot plan", of("达标", "target met")), ("dot open", of("未达标", "not met")), ("line thick", of("均值的 90 %", "90 % of the mean")),
                  ("line whisker", of("90 % 的年份", "90 % of years")), ("line limit", of("目标", "target"))]  # fmt: skip
        told = of("方案比习惯变化的百分比：同样的年份，各评判用自己的模型。", "Change of the plan from the practice, %: the same years, each judge by its own model.")  # fmt: skip
        for practice in dict.fromkeys(row["practice"] for row in rows):
            points = [self.point(row) for row in rows if row["practice"] == practice]
            title = of(f"对农民{self.named(practice)}", f"Against the farmers' {self.named(practice)}")
            yield page.figure(f"claims-{practice}", title, told, forest(points, "%"), legend)
        head = [of("主张", "claim"), of("评判", "judge"), of("变化", "change"), of("均值的 90 %", "90 % of the mean"), of("90 % 的年份", "90 % of years"), of("目标", "target"), of("达标", "met"), of("达标的年份", "years that meet it")]  # fmt: skip
        yield page.table(head, (self.cells(row) for row in rows))

    def point(self, row: Mapping[str, Any]) -> Point:
        """Return a claim as a row of the plot."""
        value, low, high, first, last, target = (100 * row[key] for key in ("value", "mean_low", "mean_high", "year_low", "year_high", "target"))  # fmt: skip
        return Point(f"{self.named(row['what'])} · {self.named(row['judge'])}", value, (low, high), (first, last), target, row["met"])  # fmt: skip

    def cells(self, row: Mapping[str, Any]) -> list[str]:
        """Return a claim as a row of the table."""
        sign = "≥" if row["what"] == "yield" else "≤"
        return [f"{self.named(row['practice'])} · {self.named(row['what'])}", self.named(row["judge"]), signed(row["value"]),
                f"{signed(row['mean_low'])} … {signed(row['mean_high'])}", f"{signed(row['year_low'])} … {signed(row['year_high'])}",
                f"{sign} {signed(row['target'])}", self.page.of("是", "yes") if row["met"] else self.page.of("否", "no"), f"{figures(100 * row['share'])} %"]  # fmt: skip

    def parts(self) -> Iterator[str]:
        """Yield what each element of the plan does to the yield."""
        page, of, rows = self.page, self.page.of, self.found["decomposition"]
        told = of("点：只把这一项换进习惯时的增产；线的另一端：只从方案里换出这一项时的减产；占习惯产量的百分比，本模型。各项相互作用，不必相加为全部。",
                  "The dot: yield gained where this element alone is put into the practice; the line's other end: lost where it alone is taken out of the plan; % of the practice's yield, by our model. The elements work together and need not add up.")  # fmt: skip
        for practice in dict.fromkeys(row["practice"] for row in rows):
            points = [Point(self.named(row["element"]), 100 * row["first"], _ordered(100 * row["first"], 100 * row["last"])) for row in rows if row["practice"] == practice]  # fmt: skip
            yield page.figure(f"parts-{practice}", of(f"对农民{self.named(practice)}", f"Against the farmers' {self.named(practice)}"), told, forest(points, "%"))  # fmt: skip
        head = [
            of("对", "against"),
            of("项", "element"),
            of("单独换入", "put in alone"),
            of("最后换出", "taken out last"),
            of("灌水 mm", "water, mm"),
        ]
        yield page.table(head, ([self.named(row["practice"]), self.named(row["element"]), signed(row["first"]), signed(row["last"]), figures(row["water"])] for row in rows))  # fmt: skip

    def tried(self) -> Iterator[str]:
        """Yield the sensitivity."""
        page, of, rows = self.page, self.page.of, self.found["sensitivity"]
        kinds = list(dict.fromkeys(what for row in rows for what in row["changes"]))
        yield page.words(of("农民习惯中没有来源的数逐个改动，方案不变，本模型；✓ 为达标。", "The practices' figures without a source changed one at a time, the plan being the same, by our model; ✓ where the target is met."))  # fmt: skip
        head = [of("习惯", "practice"), of("数", "figure"), of("改为", "changed to"), of("原为", "from"), *(self.named(what) for what in kinds)]  # fmt: skip
        yield page.table(head, ([self.named(row["practice"]), self.named(row["key"]), f"{row['value']:g}", f"{row['usual']:g}",
                                 *(_marked(row["changes"].get(what)) for what in kinds)] for row in rows))  # fmt: skip

    def basis(self, command: str) -> Iterator[str]:
        """Yield where it is from, the caveats, the command and the versions."""
        page, of, about = self.page, self.page.of, self.found["about"]
        judges = of("；", "; ").join(" ".join([self.named(name), *map(str, told)]) for name, told in about["judges"].items())  # fmt: skip
        lines = [of(f"规划用气象：{about['weather_planned_on']}。评判用气象：{about['weather_judged_on']}。", f"Weather planned on: {about['weather_planned_on']}. Judged on: {about['weather_judged_on']}."),
                 of(f"搜索模拟 {about['seasons_simulated']:,} 季。评判：{judges}。", f"{about['seasons_simulated']:,} seasons simulated in the search. Judges: {judges}.")]  # fmt: skip
        if about["missing"]:
            names = ", ".join(about["missing"])
            lines.append(of(f"未安装，没有评判：{names}；安装：{about['get']}", f"Not installed, so not heard: {names}; get them by {about['get']}"))  # fmt: skip
        yield page.listed([*lines, *(row["en" if page.english else "zh"] for row in self.found["caveats"])])
        if command:
            yield f"<pre><code>{escape(command)}</code></pre>"
        yield page.words(
            of(f"种子 {about['seed']}。{versions()}。", f"Seed {about['seed']}. {versions()}."), "note"
        )


def signed(share: float) -> str:
    """Return a share as a percentage with its sign.

    Examples
    --------
    >>> signed(-0.3041), signed(0.2), signed(0.0)
    ('−30.4 %', '+20.0 %', '0.0 %')
    """
    text = figures(100 * share, 1)
    return f"{'+' if share > 0 and text != '0.0' else ''}{text} %"


def _ordered(one: float, other: float) -> tuple[float, float]:
    return min(one, other), max(one, other)


def _marked(change: Mapping[str, Any] | None) -> str:
    return "–" if change is None else signed(change["value"]) + (" ✓" if change["met"] else "")
