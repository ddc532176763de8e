"""The tree behind a verdict: condition → the enterprise's figure → the threshold → the margin → the law."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tuwei.rules import _expression as x
from tuwei.rules._evaluate import NAMES, Evaluator, Interval
from tuwei.rules._facts import Fact
from tuwei.rules._parameters import Citation
from tuwei.rules._values import show

SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "="}
_YEARS = {
    -1: ("最近一年", "last year"), -2: ("前一年", "the year before"), -3: ("前两年", "two years before"),
}  # fmt: skip
Label = tuple[str, str, str]
Shown = Fraction | Interval | str | None


@dataclass
class Branch:
    """One node of the tree.

    Parameters
    ----------
    kind
        ``compare``, ``points``, ``flag``, ``choice``, ``all``, ``any``, ``not``.
    verdict
        0 no, 1 unknown, 2 yes.
    zh, en, unit
        Name of the figure; unit of value, threshold and margin.
    value, threshold, margin
        Exact; None unknown. The margin is positive where the comparison holds with room.
    sources
        Parameters it rests on.
    said
        Of a choice: the label of the value in Chinese and English.
    """

    kind: str
    verdict: int
    zh: str = ""
    en: str = ""
    unit: str = ""
    operator: str = ""
    value: Shown = None
    threshold: Shown = None
    margin: Shown = None
    sources: tuple[Citation, ...] = ()
    parts: list[Branch] = field(default_factory=list)
    said: tuple[str, str] = ("", "")

    def leaf(self) -> Branch:
        """Return the leaf that decides: the first with the verdict of the whole."""
        for part in self.parts:
            if part.verdict == self.verdict or self.kind == "not":
                return part.leaf()
        return self.parts[0].leaf() if self.parts else self


class Labels:
    """Names of slots and of quantities.

    Parameters
    ----------
    facts
        Facts the rule declares.
    quantities
        Id → (zh, en, unit).
    sources
        What parameters a node rests on.
    """

    def __init__(
        self,
        facts: Sequence[Fact],
        quantities: Mapping[str, Label],
        sources: Callable[[x.Node], tuple[Citation, ...]],
    ) -> None:
        self.quantities, self.sources = quantities, sources
        self.slots: dict[str, Label] = {"on": ("行为日期", "date of the act", "date")}
        self.fact_of: dict[str, Fact] = {}
        for fact in facts:
            for slot in fact.slots():
                self.slots[slot] = _slot_label(fact, slot)
                self.fact_of[slot] = fact

    def of(self, node: x.Node) -> Label:
        """Return the name and unit of a node; empty where it has none."""
        if isinstance(node, x.Named | x.PointsNamed | x.Part | x.Choice):
            return self.quantities[node.id]
        if isinstance(node, x.Figure | x.Flag | x.Is | x.PointsFigure):
            return self.slots[node.fact]
        if isinstance(node, x.Number) and node.source:
            return node.source.zh, node.source.en, node.source.unit
        return "", "", self.unit(node)

    def unit(self, node: x.Node) -> str:
        """Return the unit of an unnamed quantity: that of its first named part."""
        if isinstance(node, x.Points):
            return "points"
        for below in x.walk(node):
            if below is not node and isinstance(below, x.Named | x.Figure):
                return self.of(below)[2]
        return "number"


def _slot_label(fact: Fact, slot: str) -> Label:
    rest = slot.removeprefix(fact.name)
    if rest == ".count":
        return f"{fact.zh}：年数", f"{fact.en}: years", "years"
    if fact.series:
        zh, en = _YEARS.get(int(rest[1:-1]), (rest, rest))
        return f"{fact.zh}：{zh}", f"{fact.en}: {en}", fact.shown_unit
    if rest:
        zh, en = fact.item_names.get(rest[1:], (rest[1:], rest[1:]))
        return f"{fact.zh}：{zh}", f"{fact.en}: {en}", "yuan" if fact.kind == "records" else "points"
    return fact.zh, fact.en, fact.shown_unit


def tree(node: x.Verdict, evaluator: Evaluator, labels: Labels) -> Branch:
    """Return the tree of a verdict, every figure in it exact."""
    verdict = int(evaluator(node))
    if isinstance(node, x.AllOf | x.AnyOf | x.Not | x.Part):
        tests = node.tests if isinstance(node, x.AllOf | x.AnyOf) else (node.test,)
        kind = {x.AllOf: "all", x.AnyOf: "any", x.Not: "not", x.Part: "all"}[type(node)]
        zh, en = labels.of(node)[:2] if isinstance(node, x.Part) else ("", "")
        return Branch(kind, verdict, zh, en, parts=[tree(test, evaluator, labels) for test in tests])
    if isinstance(node, x.Compare):
        return _comparison(node, verdict, evaluator, labels)
    if isinstance(node, x.Reaches):
        return _reached(node, verdict, evaluator, labels)
    if isinstance(node, x.Is):
        return _listed(node, verdict, evaluator, labels)
    zh, en = labels.of(node)[:2]
    known = None if verdict == 1 else Fraction(verdict == 2)
    return Branch("flag", verdict, zh, en, "flag", "eq", known, Fraction(1))


def _comparison(node: x.Compare, verdict: int, evaluator: Evaluator, labels: Labels) -> Branch:
    zh, en, unit = labels.of(node.left)
    if not zh:
        zh, en = labels.of(node.right)[:2]
    value, threshold = exact(evaluator(node.left)), exact(evaluator(node.right))
    margin = None
    if value is not None and threshold is not None and node.operator != "eq":
        margin = value - threshold if node.operator in ("ge", "gt") else threshold - value
    return Branch(
        "compare", verdict, zh, en, unit, node.operator, value, threshold, margin, labels.sources(node)
    )


def _reached(node: x.Reaches, verdict: int, evaluator: Evaluator, labels: Labels) -> Branch:
    zh, en, _ = labels.of(node.points)
    points, mark = evaluator(node.points), node.mark.value
    margin = Interval(int(points.lo) - mark, int(points.hi) - mark)
    shown = Interval(int(points.lo), int(points.hi))
    return Branch(
        "points", verdict, zh, en, "points", node.operator, shown, mark, margin, labels.sources(node)
    )


def _listed(node: x.Is, verdict: int, evaluator: Evaluator, labels: Labels) -> Branch:
    zh, en, _ = labels.of(node)
    choices = labels.fact_of[node.fact].choices
    code = evaluator.algebra.facts[node.fact]
    branch = Branch("choice", verdict, zh, en, "", "eq", code, " | ".join(node.values))
    branch.said = choices[code] if code else ("", "")
    return branch


def exact(value: Any) -> Fraction | None:
    """Return a quantity of one enterprise; None where it is unknown or undefined."""
    return Fraction(value.num, value.den) if value.known and value.defined else None


def line(branch: Branch, language: str) -> str:
    """Return a branch as one line: name, figure, sign, threshold, margin."""
    english = language.startswith("en")
    name = branch.en if english else branch.zh
    if branch.kind in ("flag", "choice"):
        said = {2: ("是", "yes"), 0: ("否", "no"), 1: ("未知", "unknown")}[branch.verdict][english]
        value = branch.said[english] or said
        return f"{name}: {value}" if english else f"{name}：{value}"
    value, threshold = (shown(one, branch.unit, language) for one in (branch.value, branch.threshold))
    text = f"{name} {value} {SIGNS[branch.operator]} {threshold}"
    if branch.verdict == 0:
        text = text.replace(
            f" {SIGNS[branch.operator]} ",
            "，要求 " + SIGNS[branch.operator] + " "
            if not english
            else f", must be {SIGNS[branch.operator]} ",
            1,
        )
    return text + _margin(branch, language)


def _margin(branch: Branch, language: str) -> str:
    if not isinstance(branch.margin, Fraction):
        return ""
    english = language.startswith("en")
    room = shown(abs(branch.margin), "days" if branch.unit == "date" else branch.unit, language)
    if branch.margin < 0:
        return f" (short by {room})" if english else f"(差 {room})"
    if branch.margin == 0:
        return " (exactly at the limit)" if english else "(恰在界限上)"
    return f" (room {room})" if english else f"(余 {room})"


def shown(value: Shown, unit: str, language: str) -> str:
    """Return a value, an interval or a word for people."""
    if isinstance(value, Interval):
        ends = f"{value.lo}" if value.lo == value.hi else f"{value.lo}–{value.hi}"
        return f"{ends} {'points' if language.startswith('en') else '分'}"
    return value if isinstance(value, str) else show(value, unit, language)


def verdict_name(verdict: int) -> str:
    """Return ``"yes"``, ``"no"`` or ``"unknown"``."""
    return NAMES[int(verdict)]
