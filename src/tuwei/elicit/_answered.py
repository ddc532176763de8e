"""Read an answer to "how much now, how much wanted": which figure is the present one, which the wanted one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from tuwei.core.quantity import Quantity, find_quantities, polarity, show
from tuwei.core.units import UNIT_PATTERN, same_dimension, to_base
from tuwei.elicit._figures import WISHED, harmful, is_verb, plain, record, typical_for, usable
from tuwei.elicit._lexicon import Indicator, Problem
from tuwei.elicit._spoken import spoken

_ARROW = re.compile(r"\s*(?:→|->|=>|⇒)\s*")
_BRING = re.compile(r"(?:弄|搞|整|做|拉|打|砍|掉|落|干|变)到")
_CUT = re.compile(r"砍掉?|省下来?|省出|少[掉用花死烂跑停]")
_UNIT = re.compile(rf"\s?(?:{UNIT_PATTERN})|\s?(?:成|分之|[万亿]|年|月|号|日)|[.\d]")
_SCALED = re.compile(r"[千百十]?[万亿](?=[,。;!?、 ]|左右|上下|以|$)")
_SHARE = re.compile(
    r"^(?:大概|大约|约|差不多)?\s?(?:\d{1,3}(?:\.\d+)?(?:-\d{1,3})?%(?:-\d{1,3}%)?|[一二两三四五六七八九]成半?|一半)(?:左右|上下|吧|就行|\s|以上)*$"
)
_NUMBER = re.compile(r"(?<![\d.A-Za-z])\d{1,12}(?:\.\d{1,8})?")
_RANGE = re.compile(r"\s?[-–~至到]\s?\d")
_CLAUSE = re.compile(r"[,。;!?、\n]")
_NOW = re.compile(
    r"现在|目前|现状|当前|如今|眼下|今年|平时|一直|\b(?:now|currently|at present|today|presently|used to)\b",
    re.IGNORECASE,
)
_WAS = re.compile("原来|以前|原先|去年|往年|本来|早先")
_NOW_BEHIND = re.compile(r"\s?(?:now|at present|currently|today)\b", re.IGNORECASE)
_ENOUGH = re.compile(r"\s?(?:左右|上下|的样子)?\s?(?:[就才]|也就|那就)(?:行|好|可以|成|够|满意|知足|划算)")
_MEASURE = re.compile(
    r"(?:率|量|度|值|成本|费用|电费|气费|价格|单价|耗|用水|时间|周期|温度|压力|浓度|寿命|产值|COD|BOD|氨氮|盐分|PUE|rate|cost|use|time|yield|content|accuracy|efficiency|moisture)$",
    re.IGNORECASE,
)
_BARE = re.compile("PUE|pH", re.IGNORECASE)  # measures without a unit
_RATE = re.compile(
    r"(?:死亡|发病|腐烂|烂薯|损失|损耗|合格|成活|准确|出成|故障|次品|返工|回收|利用|转化|识别|淘汰|流产|霉变|不良|破损)率"
)
_DYING = re.compile("死得|死了|老死|死一|死亡|dying|die")


@dataclass(frozen=True, slots=True)
class Answered:
    """Indicator records, and the present values told where nothing is wanted yet."""

    rows: tuple[dict[str, Any], ...]
    present: tuple[Quantity, ...]


def answered(text: str, problem: Problem, hint: Quantity | None, told: str = "") -> Answered:
    """Read an answer; a unit left out is the one asked about.

    ``hint`` is the present value told before, when only the wanted one was asked; ``told`` is the problem in
    the person's words: a measure named there (死亡率) names a figure that has no name.
    """
    said = _prepared(text, problem, hint)
    read = usable(said, find_quantities(said))
    beside = [q.unit for q in read if "/" in q.unit]
    usual = ([hint.unit] if hint else []) + [one.unit for one in problem.indicators]
    found = [_whole(q, [*beside, *usual], usual) for q in read]
    found = [q for q in found if _fits(q, problem, hint) or _speaks(said, found)]
    wanted, now = _sorted(found, said, hint)
    rows = [_row(want, _present(want, now, hint), problem, hint, told) for want in wanted]
    return Answered(tuple(rows), tuple(now) if not rows else ())


def _prepared(text: str, problem: Problem, hint: Quantity | None) -> str:
    lower = not problem.indicators or problem.indicators[0].better == "lower"
    move = "降到" if lower else "提高到"
    said = _CUT.sub("降低", _BRING.sub(move, _ARROW.sub(move, spoken(text))))
    said = re.sub(r"(?<=[A-Za-z]{2})(?=\d)(?!2\b)", " ", said)  # COD3000 would read as the name of a model
    if any(one.unit.partition("/")[0].endswith("kWh") for one in problem.indicators):
        said = re.sub(r"度(?!电|数)", "度电", said)
    said = re.sub(r"(?<![A-Za-z])(PUE|pH)(?:值)?\s?(?=\d)", r"\1为", said, flags=re.IGNORECASE)
    usual = hint.unit if hint else problem.indicators[0].unit if problem.indicators else ""
    if _SHARE.match(said) and (usual != "%" or "半" in said):  # 三成: that much less (or more)
        return f"{'降低' if lower else '提高'}{said}"
    filled = _Filler(said, problem, usual).filled()
    if hint is None and re.match(r"\s?[\d.]", filled) and filled != said and not _demanding(filled):
        return f"现在{filled}"
    return filled


class _Filler:
    """ "现在35,25以下" → "现在35m³/吨,25m³/吨以下": a bare number takes the unit told beside it, else the usual one."""

    def __init__(self, text: str, problem: Problem, usual: str) -> None:
        self.text, self.problem = text, problem
        told = [q for q in find_quantities(text) if q.unit not in ("", "倍")]
        self.units = [(q.end, q.unit) for q in told]
        measured = [unit for _, unit in self.units if unit != "%"] or [unit for _, unit in self.units]
        self.unit = measured[0] if measured else usual

    def filled(self) -> str:
        return _NUMBER.sub(self._fill, self.text)

    def _fill(self, match: re.Match[str]) -> str:
        text = self.text
        if _RANGE.match(text, match.end()):
            return match.group()
        if (ten_thousands := _SCALED.match(text, match.end())) is not None:
            money = re.search("[费钱元花]", text + self.problem.texts["ask_zh"])
            return f"{match.group()}{ten_thousands.group()}{'元' if money else ''}"[
                : None if money else len(match.group())
            ]
        if _UNIT.match(text, match.end()):
            self._told(match.end())
            return match.group()
        named = _named_unit(_CLAUSE.split(text[: match.start()])[-1], self.problem)
        self.unit = self.unit if named is None else named
        return match.group() + self.unit

    def _told(self, end: int) -> None:
        """The unit told last is the one the next bare number takes."""
        self.unit = next((unit for last, unit in self.units if last >= end and unit != "%"), self.unit)


def _demanding(text: str) -> bool:
    first = next(iter(find_quantities(text)), None)
    return first is not None and first.comparator in ("le", "lt", "ge", "gt")


def _named_unit(clause: str, problem: Problem) -> str | None:
    """COD 3000: the measure named before the number tells its unit; PUE and pH have none."""
    if _BARE.search(clause):
        return ""
    for one in problem.indicators:
        words = re.findall(r"[A-Z]{2,}", one.zh) or [one.zh[-3:]]
        if any(word in clause for word in words):
            return one.unit
    return None


def _whole(quantity: Quantity, rates: Sequence[str], usual: Sequence[str]) -> Quantity:
    """120 方 where m³/吨 was asked for is 120 方/吨: the question, or the figure beside it, said per what."""
    if not quantity.unit and not _BARE.search(quantity.name):
        return replace(quantity, unit=next(filter(None, usual), ""))
    for unit in rates:
        above, slash, below = unit.partition("/")
        if slash and "/" not in quantity.unit and quantity.unit and same_dimension(above, quantity.unit):
            return replace(quantity, unit=f"{quantity.unit}/{below}")
    return quantity


def _fits(quantity: Quantity, problem: Problem, hint: Quantity | None) -> bool:
    """A span of time answers only a question for a time."""
    if not same_dimension(quantity.unit, "天"):
        return True
    asked = [one.unit for one in problem.indicators] + ([hint.unit] if hint else [])
    return bool(_MEASURE.search(quantity.name)) or any(same_dimension(unit, "天") for unit in asked)


def _speaks(said: str, found: Sequence[Quantity]) -> bool:
    """Two figures, or a word of now or of wishing: a measure, and no date in the wrong place."""
    return len(found) > 1 or bool(_NOW.search(said) or re.search("希望|想|want|hope", said))


def _sorted(
    found: Sequence[Quantity], said: str, hint: Quantity | None
) -> tuple[list[Quantity], list[Quantity]]:
    """Split into what is wanted and what is now, kind of unit by kind of unit."""
    roles = {id(q): _role(q, said, before) for before, q in pairwise([None, *found]) if q is not None}
    wanted: list[Quantity] = []
    now: list[Quantity] = []
    for group in _alike(found):
        settled = _settled([_known(roles, q, group) for q in group], asked=hint is not None)
        for q, role in zip(group, settled, strict=True):
            if role in ("want", "now"):
                (wanted if role == "want" else now).append(q)
    return wanted, now


def _known(roles: dict[int, str], quantity: Quantity, group: Sequence[Quantity]) -> str:
    """What was before counts as the present value where no other is told."""
    role = roles[id(quantity)]
    if role != "was":
        return role
    return (
        "past"
        if any(roles[id(other)] in ("now", "open") for other in group if other is not quantity)
        else "now"
    )


def _alike(found: Sequence[Quantity]) -> list[list[Quantity]]:
    groups: list[list[Quantity]] = []
    for q in found:
        kin = next((group for group in groups if not q.change and _kin(group[0], q)), None)
        if kin is None:
            groups.append([q])
        else:
            kin.append(q)
    return groups


def _kin(left: Quantity, right: Quantity) -> bool:
    named = left.name and right.name and _MEASURE.search(left.name) and _MEASURE.search(right.name)
    return (
        not left.change and same_dimension(left.unit, right.unit) and not (named and left.name != right.name)
    )


def _role(quantity: Quantity, said: str, before: Quantity | None) -> str:
    """``now``, ``want``, ``bound`` (a limit without a word of wishing) or ``open``."""
    start = max(before.end if before else 0, _clause_start(said, quantity.start))
    segment = said[start : quantity.start] + quantity.text
    nows = [m.end() for m in _NOW.finditer(segment)]
    wishes = [m.end() for m in WISHED.finditer(segment)]
    if (
        _ENOUGH.match(said, quantity.end)
        or quantity.change
        or (wishes and (not nows or wishes[-1] > nows[-1]))
    ):
        return "want"
    if nows or quantity.baseline or _NOW_BEHIND.match(said, quantity.end):
        return "was" if _WAS.search(segment) and not nows else "now"
    if _WAS.search(segment):
        return "was"
    if quantity.comparator in ("le", "lt", "ge", "gt"):
        return "now" if harmful(quantity) else "bound"
    return "open"


def _clause_start(said: str, position: int) -> int:
    return max((m.end() for m in _CLAUSE.finditer(said, 0, position)), default=0)


def _settled(roles: list[str], *, asked: bool) -> list[str]:
    """What is not said outright follows from the rest: the present value is told before the wanted one."""
    wants = [number for number, role in enumerate(roles) if role == "want"]
    if wants:
        return [
            role if role in ("want", "now", "past") else "now" if i < wants[0] else ""
            for i, role in enumerate(roles)
        ]
    if "now" in roles or asked:
        settled = ["want" if role in ("open", "bound") else role for role in roles]
        return (
            settled
            if "now" in roles or len(roles) == 1
            else ["now" if r == "open" else r for r in roles[:-1]] + ["want"]
        )
    if "bound" in roles:
        first = roles.index("bound")
        return ["want" if role == "bound" else "now" if i < first else "" for i, role in enumerate(roles)]
    return ["now", "want", *[""] * (len(roles) - 2)] if len(roles) > 1 else ["now"]


def _present(want: Quantity, now: Sequence[Quantity], hint: Quantity | None) -> Quantity | None:
    told = [*now, *([hint] if hint else [])]
    alike = next(
        (q for q in told if same_dimension(q.unit, want.unit) and _kin(q, replace(want, change=None))), None
    )
    return alike or (next(iter(now), None) if want.change else None)


def _row(
    want: Quantity, now: Quantity | None, problem: Problem, hint: Quantity | None, told: str
) -> dict[str, Any]:
    names = (one.name for one in (want, now) if one is not None and _tells(one.name))
    name = next(names, "")
    if not name and hint is not None and same_dimension(hint.unit, want.unit) and not is_verb(hint.name):
        name = hint.name
    typical = _measured(want, now, problem)
    usual = "" if want.change else _usual(want.unit, problem, told)
    moved = _moved(now, replace(want, name=name or usual))
    row = record(moved, None, problem)
    if want.change and not name and typical:
        row["name"] = f"{typical.zh}{'提高' if want.change == 'increase' else '降低'}幅度"
    row["current"] = plain(now, want.unit) if now else ""
    return row


def _usual(unit: str, problem: Problem, told: str) -> str:
    """What a figure without a name measures: named in the problem, usual for the kind, or told by the unit."""
    if unit in ("%", "个点", "个百分点") and (named := _RATE.search(told)):
        return named.group()
    if unit == "%" and _DYING.search(told):
        return "死亡率"
    if typical := typical_for(unit, problem):
        return typical.zh
    counted = unit.partition("/")[0]
    if same_dimension(counted, "元"):
        return "费用"
    if same_dimension(counted, "天"):
        return "时间"
    return "指标" if problem.code == "general" or unit == "%" else problem.indicators[0].zh


def _measured(want: Quantity, now: Quantity | None, problem: Problem) -> Indicator | None:
    unit = now.unit if now is not None and want.change else "" if want.change else want.unit
    return typical_for(unit, problem) or (
        problem.indicators[0] if want.change and problem.indicators else None
    )


def _tells(name: str) -> bool:
    """Whether the words before a figure name a measure ("单位气耗"), not a way of speaking ("算下来得")."""
    return not is_verb(name) and bool(_MEASURE.search(name) or polarity(name) != "none")


def _beyond(now: Quantity, want: Quantity) -> Quantity:
    """现在十天,想二十一天: at least 21, though a time is often better short."""
    if now.high is None or want.low is None or not same_dimension(now.unit, want.unit):
        return want
    before, after = to_base(now.high, now.unit), to_base(want.low, want.unit)
    if before == after:
        return want
    return (
        replace(want, comparator="ge", high=None)
        if after > before
        else replace(want, comparator="le", low=None)
    )


def _moved(now: Quantity | None, want: Quantity) -> Quantity:
    """Which side of the wanted figure is good: the one away from the present value; 降到 70–80 is at most 80."""
    if now is not None and not want.change and want.comparator in ("eq", "approx"):
        return _beyond(now, want)
    if want.comparator != "range" or want.change:
        return want
    if now is not None and now.high is not None and want.high is not None and want.low is not None:
        if want.high < now.high:
            return replace(want, comparator="le", low=None)
        if now.low is not None and want.low > now.low:
            return replace(want, comparator="ge", high=None)
    if re.search(r"[降减压缩少低]\S{0,2}[到至]", want.text):
        return replace(want, comparator="le", low=None)
    if re.search(r"[升提增]\S{0,2}[到至]", want.text):
        return replace(want, comparator="ge", high=None)
    return want


def present_in(said: str, unit: str) -> list[Quantity]:
    """Read an answer to "what is it at present"; a bare number takes the unit asked about.

    >>> [(show(q), q.unit) for q in present_in("一百二十方左右", "方/吨")], present_in("三天", "方/吨")
    ([('≈ 120 方/吨', '方/吨')], [])
    """
    above, slash, _ = unit.partition("/")
    text = (
        re.sub(r"(?<=\d)\s?度(?!电|数)", "度电", spoken(said))
        if above.endswith(("kWh", "度电"))
        else spoken(said)
    )
    filled = _NUMBER.sub(lambda m: m.group() if _skips(text, m) else f"{m.group()}{unit}", text)
    found = find_quantities(filled if unit else re.sub(r"(?<![\d.A-Za-z])(?=\d)", "是", filled, count=1))
    whole = [
        replace(q, unit=unit) if slash and "/" not in q.unit and same_dimension(q.unit, above) else q
        for q in found
    ]
    timed = same_dimension(unit, "天")
    return [q for q in whole if not q.change and (timed or not same_dimension(q.unit, "天"))]


def _skips(text: str, match: re.Match[str]) -> bool:
    return bool(_UNIT.match(text, match.end()) or _RANGE.match(text, match.end()))


def present_line(present: Sequence[Quantity], problem: Problem, told: str = "") -> str:
    """Write present values as a sentence that is read back as such: 单位产品耗气量现在约 120 方/吨."""
    return "，".join(_now_text(q, problem, told) for q in present)


def _now_text(quantity: Quantity, problem: Problem, told: str) -> str:
    name = quantity.name if _tells(quantity.name) else _usual(quantity.unit, problem, told)
    return f"{name}现在{show(quantity).replace('≈', '约').replace(' ', '')}"
