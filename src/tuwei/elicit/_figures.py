"""Figures in the person's words: which are targets, which the present state, which money or time."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tuwei.core.quantity import Quantity, find_quantities, parse_chinese, polarity
from tuwei.core.units import resolve, same_dimension, to_base
from tuwei.elicit._lexicon import Indicator, Problem
from tuwei.elicit._types import number

DEMANDS = ("le", "lt", "ge", "gt", "range")
_MONEY = re.compile(r"预算|投入|投资|经费|资金|拿出|出价|费用预计|budget|spend|invest", re.IGNORECASE)
_TIME = re.compile(
    r"期限|工期|完成|交付|上线|投用|用上|之前|前$|deadline|finish|deliver|complete", re.IGNORECASE
)
_DURATION = {"天": 1, "日": 1, "day": 1, "days": 1, "周": 7, "星期": 7, "个星期": 7, "week": 7, "weeks": 7}
_MONTHS = {"月": 1, "个月": 1, "month": 1, "months": 1, "年": 12, "year": 12, "years": 12}
_SPAN = re.compile(
    r"(?P<amount>\d{1,4}|[一二两三四五六七八九十]{1,3})\s?(?P<unit>个月|月|年|天|日|周|星期|个星期|months?|years?|weeks?|days?)(?P<half>半)?"
)
_PLACEHOLDER = re.compile(
    r"^(?:(?:希望|想|要|大概|大约|只?要|能|就|至少|最好|我们|bring|it|to|we|want|is|now|about|current(?:ly)?)\s*)+$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?:^|\s)(?:loses?|uses?|takes?|costs?|needs?|wastes?|consumes?|pays?|gets?|spends?|of)$|^(?:要|花|用|需|清|擦|停|存|放|每)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。;!?\n;!?]|\.\s")
_AIMED = re.compile(r"(?:希望|目标|想要?|争取|要求)(?:值|做)?(?:到|达到|是|为|:)?\s?(?:到|为)?$")
WISHED = re.compile(
    r"希望|要求|想|需要|目标|争取|力争|指标|必须|应|不(?:超过|高于|低于|少于|大于|小于|得|能)|≤|≥|[降减提升增缩压]\S{0,2}[到至]|控制在|要能|want|need|wish|hope|target|must|should|at least|at most|reduce|require|aim|goal",
    re.IGNORECASE,
)
_MONTH_NAMES = {name.lower(): index for index, name in enumerate(calendar.month_abbr) if name}


def _is_money(quantity: Quantity, text: str) -> bool:
    around = text[max(0, quantity.start - 12) : quantity.end]
    return same_dimension(quantity.unit, "元") and bool(_MONEY.search(quantity.name + around))


def _is_term(quantity: Quantity, text: str) -> bool:
    if quantity.unit not in _DURATION and quantity.unit not in _MONTHS:
        return False
    around = text[max(0, quantity.start - 8) : quantity.start] + text[quantity.end : quantity.end + 8]
    return bool(_TIME.search(around)) and not quantity.change


def usable(text: str, quantities: Iterable[Quantity]) -> list[Quantity]:
    """Leave out what is a budget or a date."""
    return [q for q in quantities if not _is_money(q, text) and not _is_term(q, text)]


def targets(text: str, quantities: Sequence[Quantity], problem: Problem) -> list[dict[str, Any]]:
    """Turn the demands in a free text into indicator records, each with its present value where one is told."""
    measured = usable(text, quantities)
    demands = [q for q in measured if _demands(q, text)]
    demands = [q for q in demands if not _only_present(q, demands)]
    present = [
        q for q in measured if q not in demands and q.comparator in ("eq", "approx", "range") and not q.change
    ]
    return [record(demand, _now_for(demand, present), problem) for demand in demands]


def _now_for(demand: Quantity, present: Sequence[Quantity]) -> Quantity | None:
    alike = (q for q in present if same_dimension(q.unit, demand.unit))
    return next((q for q in alike if q.name == demand.name or not demand.name), None)


def _demands(quantity: Quantity, text: str) -> bool:
    """Whether a figure is asked for; "发电量下降 20 %" and "损失率 30 % 以上" tell the damage instead."""
    if quantity.baseline:
        return False
    before = _SENTENCE.split(text[max(0, quantity.start - 40) : quantity.start])[-1]
    if not WISHED.search(before + quantity.text) and harmful(quantity):
        return False
    aimed = bool(_AIMED.search(text[max(0, quantity.start - 8) : quantity.start]))
    return quantity.comparator in DEMANDS or quantity.change is not None or aimed


def _only_present(quantity: Quantity, demands: Sequence[Quantity]) -> bool:
    """损失两成多,希望一成以内: beside a demand of the same kind a bare value is the present one."""
    return (
        quantity.comparator in ("eq", "approx")
        and not quantity.change
        and any(
            other is not quantity
            and (other.comparator in DEMANDS or other.change is not None)
            and same_dimension(other.unit, quantity.unit)
            for other in demands
        )
    )


def harmful(quantity: Quantity) -> bool:
    side = polarity(quantity.name)
    if quantity.change:
        return (side, quantity.change) in (("higher", "decrease"), ("lower", "increase"))
    return (side, quantity.comparator[0]) in (("higher", "l"), ("lower", "g"))


def present_values(quantities: Iterable[Quantity], text: str) -> list[Quantity]:
    """Return what is told of the present state, explicit words first."""
    usable = [
        q
        for q in quantities
        if not q.change
        and q.comparator in ("eq", "approx", "range")
        and not _is_money(q, text)
        and not _is_term(q, text)
        and q.name
    ]
    return sorted(usable, key=lambda q: not q.baseline)


def record(demand: Quantity, now: Quantity | None, problem: Problem) -> dict[str, Any]:
    """Write a demand as an indicator; a bare value becomes a bound on the side that is better."""
    typical = typical_for(demand.unit, problem)
    comparator, low, high = demand.comparator, demand.low, demand.high
    if demand.change:
        comparator, low, high = (
            ("ge", low, None) if comparator in ("eq", "approx", "ge", "gt") else (comparator, low, high)
        )
    elif comparator in ("eq", "approx") and (side := _side(demand, typical)) != "none":
        comparator, low, high = ("le", None, high) if side == "lower" else ("ge", low, None)
    return {
        "name": (now.name if now and not demand.name else "")[:100] or _name(demand, typical, problem),
        "comparator": comparator,
        "low": number(low),
        "high": number(high),
        "unit": demand.unit[:30],
        "current": plain(now, demand.unit) if now else "",
        "note": "",
    }


def _name(demand: Quantity, typical: Indicator | None, problem: Problem) -> str:
    name = "" if _PLACEHOLDER.match(demand.name) else demand.name
    if demand.change:
        verb = "提高" if demand.change == "increase" else "降低"
        fits = bool(re.match(r"[节减降增提省]", name))
        return (name if fits else f"{name or problem.zh}{verb}幅度")[:100]
    return (name or (typical.zh if typical else problem.zh))[:100]


def _side(demand: Quantity, typical: Indicator | None) -> str:
    side = polarity(demand.name)
    return side if side != "none" or typical is None else typical.better


def typical_for(unit: str, problem: Problem) -> Indicator | None:
    """Return the usual measure with this unit; a bare number is no percentage."""
    fitting = (one for one in problem.indicators if same_dimension(one.unit, unit))
    alike = (one for one in fitting if bool(one.unit) == bool(unit) and ("/" in one.unit) == ("/" in unit))
    return next(alike, None)  # kg/t and % are both bare shares, and not the same measure


def is_verb(name: str) -> bool:
    """Whether the words before a number name nothing ("we lose 3 %", "现在每吨要 18 元")."""
    return bool(_VERB.search(name)) or not name or bool(_PLACEHOLDER.match(name))


def plain(quantity: Quantity, unit: str = "") -> str:
    """Write a present value: the number alone where the unit is the indicator's."""
    value = number(quantity.high if quantity.low is None else quantity.low) or ""
    if quantity.comparator == "range":
        value = f"{number(quantity.low)}–{number(quantity.high)}"
    return (
        value
        if quantity.unit == unit or (unit and resolve(quantity.unit) == resolve(unit))
        else f"{value} {quantity.unit}".strip()
    )[:60]


def money_range(text: str) -> tuple[str | None, str | None] | None:
    """Read a budget: (from, to) in yuan as decimal strings; ``None`` when no sum is told.

    >>> money_range("30到50万"), money_range("不超过100万元"), money_range("面议")
    (('300000.00', '500000.00'), (None, '1000000.00'), None)
    """
    filled = re.sub(r"(?<=[\d一二三四五六七八九十百两])\s?([百千十]?[万亿])(?!元|块|美)", r"\1元", text)
    filled = re.sub(r"(\d)\s?[wW](?![A-Za-z])", r"\1万元", filled)
    for quantity in find_quantities(filled):
        if same_dimension(quantity.unit, "元"):
            low, high = (
                None if v is None else _yuan(v, quantity.unit) for v in (quantity.low, quantity.high)
            )
            return low, high
    return None


def _yuan(value: Decimal, unit: str) -> str:
    exact = to_base(value, unit)
    return str((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01")))


def date_in(text: str, today: date) -> date | None:
    """Read a deadline: a date, a month, "年底", or a span from ``today``; ``None`` when none is told.

    >>> date_in("2027年9月底前", date(2026, 1, 1)).isoformat(), date_in("半年内", date(2026, 8, 31)).isoformat()
    ('2027-09-30', '2027-02-28')
    >>> date_in("尽快", date(2026, 1, 1)) is None
    True
    """
    return _english_date(text) or _calendar(text, today) or _span(text, today)


def _calendar(text: str, today: date) -> date | None:
    year = {"今年": today.year, "本年": today.year, "明年": today.year + 1, "后年": today.year + 2}
    said = re.sub("今年|本年|明年|后年", lambda m: f"{year[m.group()]}年", text)
    if match := re.search(r"((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})(?:\s?[-/.月]\s?(\d{1,2})[日号]?)?", said):
        return _valid(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
    if match := re.search(r"((?:19|20)\d{2})\s?年?(上半年|年中|中)?", said):
        return _valid(int(match[1]), 6 if match[2] else 12, None)
    if match := re.search(r"(?<!\d)(\d{1,2})月(?!龄)(?:(\d{1,2})[日号])?", said):
        found = _valid(today.year, int(match[1]), int(match[2]) if match[2] else None)
        return (
            found
            if found is None or found >= today
            else _valid(today.year + 1, int(match[1]), int(match[2]) if match[2] else None)
        )
    return (
        date(today.year, 12, 31)
        if re.search("年底|年末|(?<![半一二两三四五六七八九十0-9])年内", said)
        else None
    )


def _english_date(text: str) -> date | None:
    match = re.search(
        r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s(?:(\d{1,2})(?:st|nd|rd|th)?,?\s)?((?:19|20)\d{2})",
        text,
        re.IGNORECASE,
    )
    return (
        _valid(int(match[3]), _MONTH_NAMES[match[1].lower()], int(match[2]) if match[2] else None)
        if match
        else None
    )


def _valid(year: int, month: int, day: int | None) -> date | None:
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if (day or last) <= last else None


def _span(text: str, today: date) -> date | None:
    """ "半年内", "18 个月", "一年半", "within 6 months"."""
    if re.search("半年|half a year", text):
        return _later(today, 6)
    match = _SPAN.search(text)
    amount = _amount(match["amount"]) if match else None
    if match is None or amount is None or not 0 < amount <= 3650:
        return None
    if match["unit"] in _DURATION:
        return today + timedelta(days=amount * _DURATION[match["unit"]])
    months = amount * _MONTHS[match["unit"]]
    return _later(today, months + (6 if match["half"] else 0)) if months <= 240 else None


def _amount(text: str) -> int | None:
    value = Decimal(text) if text.isdecimal() else parse_chinese(text)
    return int(value) if value is not None else None


def _later(today: date, months: int) -> date | None:
    index = today.year * 12 + today.month - 1 + months
    year, month = divmod(index, 12)
    if year > 2100:
        return None
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
