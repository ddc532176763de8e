"""How clear a draft is, what to ask next, and what can be read out of its words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tuwei.core.errors import TuweiError
from tuwei.core.money import parse_yuan, yuan_text
from tuwei.core.quantity import Quantity, find_quantities
from tuwei.elicit._words import load, named, problem_of, text_of, thing_of
from tuwei.elicit._secrets import personal_hints

THRESHOLD = 60
"""From this completeness on a need is clear enough to publish."""
CLEAR_PROBLEM = 20  # characters from which a problem is more than a sigh
ENOUGH_INDICATORS = 2
OF_THE_PROBLEM = {"indicators": "ask", "constraints": "keep", "tried_routes": "tried"}
_TARGET = re.compile(r"le|lt|ge|gt|range|[到达至求]|target")  # a bare number may as well be how it is now
_BUDGET = re.compile(r"(?:预算|投入|budget)[^\d]{0,8}(\d[\d,.]*\s?[万亿]?)")


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that is still open, with what it counts."""

    name: str
    zh: str
    en: str
    weight: int


@dataclass(frozen=True, slots=True)
class Question:
    """The next best question: what, why, and how others answer it. ``code`` is the field it fills."""

    code: str
    zh: str
    en: str
    why_zh: str
    why_en: str
    examples_zh: tuple[str, ...] = ()
    examples_en: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A value read out of the words, with the words that led to it; never applied by itself."""

    field: str
    value: Any
    zh: str
    en: str
    origin: str = "rule"


@dataclass(frozen=True, slots=True)
class Assessment:
    """Where a draft stands.

    Attributes
    ----------
    score
        Completeness, 0-100; `THRESHOLD` is enough to publish.
    missing
        Open fields, the most valuable first.
    next_question
        None once nothing is open.
    quantities
        As recognised in the words.
    proposals, warnings
        For the person to decide; warnings are pairs of a Chinese and an English sentence.
    """

    score: int
    missing: tuple[Missing, ...]
    next_question: Question | None
    quantities: tuple[Quantity, ...]
    proposals: tuple[Proposal, ...]
    warnings: tuple[tuple[str, str], ...] = field(default=())


def assess(draft: Mapping[str, Any], *, skip: Collection[str] = ()) -> Assessment:
    """Assess a draft.

    Parameters
    ----------
    draft
        A need record with any field left out.
    skip
        Question codes the person put off: asked again only when nothing else is open.

    Examples
    --------
    >>> found = assess({"problem": "我们的烘干机太费气"})
    >>> found.score < THRESHOLD, found.next_question.code, found.proposals[0].value
    (True, 'indicators', '烘干机')
    """
    shares = {row["name"]: _share(row["name"], draft) for row in load("fields")["field"]}
    score = sum(row["weight"] * shares[row["name"]] for row in load("fields")["field"])
    rows = sorted((row for row in load("fields")["field"] if shares[row["name"]] < 1), key=_by_weight)
    quantities = tuple(find_quantities(text_of(draft)))
    return Assessment(
        int(score + 0.5),
        tuple(Missing(row["name"], row["zh"], row["en"], row["weight"]) for row in rows),
        _next(rows, draft, skip),
        quantities,
        tuple(_proposals(draft, quantities)),
        tuple(personal_hints(draft)),
    )


def _by_weight(row: Mapping[str, Any]) -> int:
    return -int(row["weight"])


def _share(name: str, draft: Mapping[str, Any]) -> float:
    """Which share of a field's weight a draft has earned, 0-1."""
    if name == "problem":
        return min(1.0, len(str(draft.get("problem") or "").strip()) / CLEAR_PROBLEM)
    if name == "indicators":
        return min(1.0, len(_indicators(draft)) / ENOUGH_INDICATORS)
    if name == "current":
        return float(any(row.get("current") for row in _indicators(draft)))
    if name == "budget":
        return float(any(draft.get(end) is not None for end in ("budget_min", "budget_max")))
    if name == "contact":
        return float(
            bool(draft.get("contact_name")) and any(map(draft.get, ("contact_phone", "contact_email")))
        )
    return float(bool(draft.get(name)))


def _indicators(draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = draft.get("indicators") or []
    found = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    if not found and draft.get("indicators_text"):
        found = [{"name": part.name} for part in find_quantities(str(draft["indicators_text"]))]
    return found


def _next(rows: list[dict[str, Any]], draft: Mapping[str, Any], skip: Collection[str]) -> Question | None:
    """The most valuable open field; what was put off comes last, the present value only beside a target."""
    open_rows = [row for row in rows if row["name"] != "current" or _indicators(draft)]
    fresh = [row for row in open_rows if row["name"] not in skip]
    chosen = (fresh or open_rows)[:1]
    return _question(chosen[0], draft) if chosen else None


def _question(row: Mapping[str, Any], draft: Mapping[str, Any]) -> Question:
    name, kind = row["name"], problem_of(draft)
    key = OF_THE_PROBLEM.get(name)
    zh, en = (kind[f"{key}_zh"], kind[f"{key}_en"]) if key else (row["ask_zh"], row["ask_en"])
    told = kind if name == "indicators" else row
    return Question(
        name,
        _filled(zh, draft, 0),
        _filled(en, draft, 1),
        row["why_zh"],
        row["why_en"],
        tuple(told["examples_zh"]),
        tuple(told["examples_en"]),
    )


def _filled(text: str, draft: Mapping[str, Any], language: int) -> str:
    rows = [row for row in _indicators(draft) if not row.get("current")]
    indicator = str(rows[0].get("name") or "") if rows else ""
    whole = text.replace("{object}", named(draft)[language]).replace("{indicator}", indicator)
    return re.sub(r"([\u4e00-\u9fff]{2,})的\1", r"\1", whole)  # "废水的废水"


def _proposals(draft: Mapping[str, Any], quantities: tuple[Quantity, ...]) -> list[Proposal]:
    return [*_of_thing(draft), *_of_problem(draft), *_of_quantities(draft, quantities), *_of_budget(draft)]


def _of_thing(draft: Mapping[str, Any]) -> list[Proposal]:
    thing = thing_of(draft)
    if thing is None:
        return []
    values = {"object": thing.word, "field": thing.field, "industry": thing.industry}
    return [
        Proposal(name, value, f"您提到“{thing.word}”", f"you mention “{thing.word}”")
        for name, value in values.items()
        if not draft.get(name)
    ]


def _of_problem(draft: Mapping[str, Any]) -> list[Proposal]:
    kind = problem_of(draft)
    if draft.get("function") or kind["code"] == "general":
        return []
    return [
        Proposal(
            "function",
            _filled(kind["function_zh"], draft, 0),
            f"听起来是“{kind['zh']}”",
            f"sounds like “{kind['en']}”",
        )
    ]


def _of_quantities(draft: Mapping[str, Any], quantities: tuple[Quantity, ...]) -> list[Proposal]:
    """Targets found in the words that are not among the indicators yet."""
    known = {
        (row.get("unit"), str(row.get("low") or ""), str(row.get("high") or "")) for row in _indicators(draft)
    }
    found = [indicator_of(quantity) for quantity in quantities if quantity.unit and quantity.name]
    fresh = [row for row in found if (row["unit"], row["low"] or "", row["high"] or "") not in known]
    targets = [
        row for row in fresh if not row["current"] and _TARGET.search(f"{row['comparator']} {row['note']}")
    ]
    return [
        Proposal("indicators", row, f"您写了“{row['note']}”", f"you wrote “{row['note']}”")
        for row in targets[:5]
    ]


def indicator_of(quantity: Quantity) -> dict[str, Any]:
    """A recognised quantity as an indicator; a present value stands in ``current`` only."""
    bounds = {"low": quantity.low, "high": quantity.high}
    shown = {name: None if value is None else format(value, "f") for name, value in bounds.items()}
    change = {"increase": "提高", "decrease": "降低"}.get(quantity.change or "", "")
    return {
        "name": (quantity.name + change)[:100] or "指标",
        "comparator": quantity.comparator,
        **shown,
        "unit": quantity.unit[:30],
        "current": quantity.text[:60] if quantity.baseline else "",
        "note": quantity.text[:200],
    }


def _of_budget(draft: Mapping[str, Any]) -> list[Proposal]:
    found = None if draft.get("budget_max") is not None else _BUDGET.search(text_of(draft))
    if not found:
        return []
    try:
        value = yuan_text(parse_yuan(found[1].strip(" ,.")))
    except TuweiError:
        return []
    return [Proposal("budget_max", value, f"您写了“{found[0]}”", f"you wrote “{found[0]}”")]
