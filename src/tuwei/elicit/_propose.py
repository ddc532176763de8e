"""Values read from the words, offered for fields that are still empty."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tuwei.core.quantity import Quantity, show
from tuwei.elicit._contact import contact_text, told_contact
from tuwei.elicit._figures import date_in, money_range, targets
from tuwei.elicit._fold import fold
from tuwei.elicit._labels import FIELDS, INDUSTRIES
from tuwei.elicit._read import Reading, is_english
from tuwei.elicit._types import Proposal

_EMPTY: tuple[Any, ...] = (None, "", [], ())
_MOST = 6  # indicators proposed at once


def proposals_for(draft: Mapping[str, Any], reading: Reading, today: date) -> tuple[Proposal, ...]:
    """Propose values for empty fields only: what the person wrote is never touched."""
    found: list[Proposal] = []
    if reading.thing and draft.get("object") in _EMPTY:
        found.append(
            Proposal(
                "object",
                reading.thing,
                f"对象：{reading.thing}",
                f"Object: {reading.thing}",
                (reading.thing,),
            )
        )
    found += _function(draft, reading)
    found += _indicators(draft, reading)
    found += _terms(draft, reading, today)
    found += _codes(draft, reading)
    found += _contact(draft)
    return tuple(found)


def _contact(draft: Mapping[str, Any]) -> list[Proposal]:
    """A telephone number or e-mail that stood in an answer to something else."""
    if any(draft.get(name) not in _EMPTY for name in ("contact_name", "contact_phone", "contact_email")):
        return []
    past = [one for one in draft.get("answers") or () if isinstance(one, Mapping)]
    for one in past:
        if told := told_contact(fold(str(one.get("text") or ""))):
            shown = contact_text(told)
            return [Proposal("contact", told, shown, shown)]
    return []


def _function(draft: Mapping[str, Any], reading: Reading) -> list[Proposal]:
    if draft.get("function") not in _EMPTY:
        return []
    if reading.aim:
        return [
            Proposal(
                "function", reading.aim, f"想实现的功能：{reading.aim}", f"Aim: {reading.aim}", (reading.aim,)
            )
        ]
    if not reading.thing or reading.problem.code == "general":
        return []
    english = is_english(reading.text)
    value = _aim(reading, "en" if english else "zh")
    return [Proposal("function", value, f"想实现的功能：{value}", f"Aim: {value}", reading.problem_words)]


def _aim(reading: Reading, language: str) -> str:
    template = reading.problem.texts[f"function_{language}"]
    if language == "en":
        return template.replace("{object}", f"the {reading.thing.lower()}")
    if reading.thing.endswith("水"):
        template = template.replace("{object}的废水", "{object}")
    return template.replace("{object}", reading.thing)


def _indicators(draft: Mapping[str, Any], reading: Reading) -> list[Proposal]:
    if draft.get("indicators") not in _EMPTY:
        return []
    rows = targets(reading.text, reading.quantities, reading.problem)
    return [Proposal("indicators", row, *told_row(row), ()) for row in rows[:_MOST]]


def told_row(row: Mapping[str, Any]) -> tuple[str, str]:
    """Write an indicator for people, in Chinese and in English."""
    low, high = (None if row[name] is None else Decimal(row[name]) for name in ("low", "high"))
    quantity = Quantity("", 0, 0, row["name"], row["comparator"], low, high, row["unit"], None)
    now = f"（现状 {row['current']}）" if row["current"] else ""
    now_en = f" (now {row['current']})" if row["current"] else ""
    return f"{row['name']} {show(quantity)}{now}", f"{row['name']} {show(quantity, 'en')}{now_en}"


def _terms(draft: Mapping[str, Any], reading: Reading, today: date) -> list[Proposal]:
    """Budget and deadline where words such as 预算 or 完成 stand beside them."""
    found = []
    if all(draft.get(name) in _EMPTY for name in ("budget_min", "budget_max")) and (
        part := _part_with(reading.text, _BUDGET)
    ):
        low, high = money_range(part) or (None, None)
        low = None if low == high else low
        found += [
            Proposal(
                name,
                value,
                f"预算{'不低于' if name == 'budget_min' else '不超过'}{yuan(value)}",
                f"Budget {'from' if name == 'budget_min' else 'to'} {value} yuan",
                (part,),
            )
            for name, value in (("budget_min", low), ("budget_max", high))
            if value is not None
        ]
    if draft.get("deadline") in _EMPTY and (part := _part_with(reading.text, _DEADLINE)):
        day = date_in(part, today)
        if day is not None and day >= today:
            found.append(
                Proposal(
                    "deadline",
                    day.isoformat(),
                    f"期限 {day.isoformat()}",
                    f"Deadline {day.isoformat()}",
                    (part,),
                )
            )
    return found


def yuan(value: str) -> str:
    """Write a sum for people.

    >>> yuan("3000000.00"), yuan("8500.50")
    ('300万元', '8500.50元')
    """
    amount = Decimal(value)
    if amount >= 10_000 and amount % 100 == 0:
        return f"{(amount / 10_000).normalize():f}万元"
    return f"{amount.normalize():f}元" if amount == amount.to_integral_value() else f"{value}元"


_BUDGET = ("预算", "拿出", "愿意出", "budget")
_DEADLINE = (
    "完成",
    "上线",
    "投用",
    "用上",
    "期限",
    "工期",
    "年底前",
    "底前",
    "交付",
    "deadline",
    "in use by",
    "complete",
)


def _part_with(text: str, words: tuple[str, ...]) -> str:
    """The clause that holds one of the words."""
    for clause in re.split(r"[。,;\n]", text):
        if any(word in clause.lower() for word in words):
            return clause.strip()
    return ""


def _codes(draft: Mapping[str, Any], reading: Reading) -> list[Proposal]:
    found = []
    for name, guess, labels in (("field", reading.field, FIELDS), ("industry", reading.industry, INDUSTRIES)):
        if guess is not None and draft.get(name) in _EMPTY:
            code, words = guess
            zh, en = labels[code]
            kind_zh, kind_en = ("技术领域", "Field") if name == "field" else ("产业", "Industry")
            found.append(
                Proposal(
                    name,
                    code,
                    f"{kind_zh}：{zh}（因为提到{'、'.join(words[:3])}）",
                    f"{kind_en}: {en} (because of {', '.join(words[:3])})",
                    words,
                )
            )
    return found
