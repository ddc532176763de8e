"""How a question is worded for one need: the recognised thing and kind of problem are put in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tuwei.core.quantity import Quantity, polarity
from tuwei.core.units import resolve
from tuwei.elicit._figures import is_verb, plain, present_values
from tuwei.elicit._lexicon import Field, Problem, group_examples, things
from tuwei.elicit._read import Reading
from tuwei.elicit._types import Proposal, Question

EMPTY: tuple[Any, ...] = (None, "", [], ())


def measurable(draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The indicators that have a name and a figure."""
    rows = draft.get("indicators") or []
    return [
        row
        for row in rows
        if isinstance(row, Mapping)
        and row.get("name")
        and (row.get("low") not in EMPTY or row.get("high") not in EMPTY)
    ]


def question_for(
    field: Field, draft: Mapping[str, Any], reading: Reading, proposed: list[Proposal]
) -> Question:
    """Word one question for this need: the recognised thing and kind of problem are put in."""
    words = _Words(draft, reading)
    zh, en, examples_zh, examples_en = _wording(field, words)
    if proposed and field.name not in ("current",):
        said = "、".join(_short(one) for one in proposed[:3])
        zh = f"按您说的，{field.zh}是“{said}”，对吗？对就回答“是”；也可以写得更准确。"
        en = f"From your words, {field.en} reads “{said}”. Is that right? Answer “yes”, or put it better."
        return Question(field.name, zh, en, field.why_zh, field.why_en, examples_zh, examples_en, said)
    return Question(field.name, zh, en, field.why_zh, field.why_en, examples_zh, examples_en)


def _short(proposal: Proposal) -> str:
    return (
        proposal.zh
        if proposal.field in ("indicators", "budget_min", "budget_max", "ip_ownership", "contact")
        else str(proposal.value)
    )


class _Words:
    """The pieces put into a question."""

    def __init__(self, draft: Mapping[str, Any], reading: Reading) -> None:
        self.draft, self.reading, self.problem = draft, reading, reading.problem
        named = reading.thing if len(reading.thing) <= 24 else ""
        self.zh = named or "这个环节"
        self.en = f"the {english}" if (english := _english(named)) else "it"

    def fill_zh(self, text: str) -> str:
        """Put the thing in; "废水的废水" is said once."""
        if self.zh.endswith("水"):
            text = text.replace("{object}的废水", "{object}")
        return text.replace("{object}", self.zh)

    def fill_en(self, text: str) -> str:
        filled = text.replace("{object}", self.en)
        return filled[:1].upper() + filled[1:]


def _english(named: str) -> str:
    known = things().get(named.lower())
    if known is None and not named.isascii():
        known = next(
            (
                things()[word]
                for word in sorted(things(), key=len, reverse=True)
                if named.lower().endswith(word)
            ),
            None,
        )
    return known.en if known else named.lower() if named.isascii() else ""


_KINDS = {"object": "object", "problem": "problem", "constraints": "constraints", "tried_routes": "tried"}
_Wording = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def _wording(field: Field, words: _Words) -> _Wording:
    if field.name == "indicators":
        return _ask_figures(words)
    if field.name == "current":
        return _ask_current(field, words)
    examples = field.examples_zh, field.examples_en
    if field.name in _KINDS:
        examples = group_examples(words.problem.group, _KINDS[field.name])
    zh, en = _asked(field, words)
    return words.fill_zh(zh), words.fill_en(en), *examples


def _asked(field: Field, words: _Words) -> tuple[str, str]:
    texts = words.problem.texts
    if field.name in ("constraints", "tried_routes"):
        key = "keep" if field.name == "constraints" else "tried"
        return texts[f"{key}_zh"], texts[f"{key}_en"]
    if field.name == "problem" and not words.reading.thing:
        return (
            "请用自己的话说说：什么东西、出了什么问题、带来什么损失？",
            "Tell it in your own words: what thing, what is wrong, what does it cost you?",
        )
    return field.ask_zh, field.ask_en


def _ask_figures(words: _Words) -> _Wording:
    """With the present figure already told, ask only for the wanted one."""
    problem, texts = words.problem, words.problem.texts
    known = present_values(words.reading.quantities, words.reading.text)
    if not known:
        return (
            words.fill_zh(texts["ask_zh"]),
            words.fill_en(texts["ask_en"]),
            problem.examples_zh,
            problem.examples_en,
        )
    now, name = known[0], known[0].name
    about, about_en = ("大约是", "about ") if now.comparator == "approx" else ("是", "")
    value = f"{plain(now)}"
    called = "it" if is_verb(name) else f"“{name}”"
    examples_zh, examples_en = _relative(_side(now), problem)
    return (
        f"您说“{name}”现在{about}{value}，希望做到多少？",
        f"You say {called} is {about_en}{value} now. What should it become?",
        examples_zh,
        examples_en,
    )


def _side(now: Quantity) -> str:
    money = resolve(now.unit.partition("/")[0]).dimension == resolve("元").dimension
    return "lower" if money else polarity(now.name)


def _relative(side: str, problem: Problem) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if side == "none":
        side = problem.indicators[0].better
    if side == "lower":
        return ("降到现在的一半以下就行，最好说个数", "至少降低两成"), (
            "reduce by at least 20 %",
            "half of the present value; say the figure",
        )
    return ("至少提高两成", "和同行好的水平一样，最好说个数"), (
        "increase by at least 20 %",
        "as good as the best in the trade; say the figure",
    )


_BOUNDS = {
    "le": ("不超过", "at most "),
    "lt": ("低于", "below "),
    "ge": ("不低于", "at least "),
    "gt": ("高于", "above "),
}


def _ask_current(field: Field, words: _Words) -> _Wording:
    rows = measurable(words.draft)
    row = next((row for row in rows if not row.get("current")), rows[0])
    target = row.get("high") if row.get("low") in EMPTY else row.get("low")
    bound, bound_en = _BOUNDS.get(str(row.get("comparator")), ("", ""))
    aim = f"{target} {row.get('unit') or ''}".strip()
    name, sample = str(row["name"]), example_value(row)

    def fill(text: str) -> str:
        return text.replace("{indicator}", name).replace("{sample}", sample)

    tail_zh, tail_en = f"目标是{bound}{aim}。", f"The target is {bound_en}{aim}. "
    return (
        tail_zh + fill(field.ask_zh),
        tail_en + fill(field.ask_en),
        tuple(map(fill, field.examples_zh)),
        tuple(map(fill, field.examples_en)),
    )


def example_value(row: Mapping[str, Any]) -> str:
    """Make up a present value for an example: off the target by about a third, on the side that is worse.

    >>> example_value({"comparator": "le", "high": "85", "unit": "方/吨"})
    '120 方/吨'
    """
    target = row.get("high") if row.get("low") in EMPTY else row.get("low")
    try:
        worse = Decimal(str(target)) * (
            Decimal("1.4") if row.get("comparator") in ("le", "lt") else Decimal("0.7")
        )
    except ArithmeticError:
        worse = Decimal(100)
    rounded = worse.quantize(Decimal(1).scaleb(worse.adjusted() - 1)) if worse else worse
    return f"{rounded.normalize():f} {row.get('unit') or ''}".strip()
