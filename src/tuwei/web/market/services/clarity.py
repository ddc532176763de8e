"""How clear a need is: the elicitation engine, asked by the platform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from django.conf import settings
from django.utils.translation import get_language

from tuwei.core.errors import InputError
from tuwei.core.quantity import show as show_quantity
from tuwei.core.text import normalise

from ..selectors.terms import LABELS, terms
from ..specs.common import measure_text, measures_from_text
from ..specs.need import NEED

PROPOSABLE = (
    "title", "problem", "object", "function", "indicators", "constraints", "tried_routes", "deadline", "budget_min",
    "budget_max", "ip_ownership", "solver_conditions", "why_not_inhouse", "field", "industry", "region", "keywords",
    "abstract", "contact",
)  # fmt: skip
CHOSEN = ("field", "industry", "region")  # proposals chosen from the pack's terms


@dataclass(frozen=True)
class Counted:
    """One thing that counts towards completeness; ``code`` names its question."""

    code: str
    zh: str
    en: str
    weight: int
    state: str  # told, partly, recognised (read from the words, to be confirmed) or absent


@dataclass(frozen=True)
class Question:
    """The next best question, with why it is asked and how others answered."""

    code: str
    zh: str
    en: str
    why_zh: str = ""
    why_en: str = ""
    examples: tuple[str, ...] = ()
    examples_en: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Something read out of the words: never applied before a person says so."""

    field: str
    text: str
    zh: str  # the field's name
    en: str
    why_zh: str
    why_en: str
    origin: str = "rule"  # or "model"

    @property
    def choices(self) -> tuple[str, ...]:
        """The names one of which is to be chosen; none where the words are free."""
        if self.field not in CHOSEN:
            return ()
        return tuple(term_name(scheme, code) for scheme, code in terms() if scheme == self.field)


@dataclass(frozen=True)
class Turn:
    """Where the dialogue stands."""

    score: int
    counted: tuple[Counted, ...]
    question: Question | None
    quantities: tuple[str, ...]
    proposals: tuple[Proposal, ...]

    def with_proposals(self, proposals: tuple[Proposal, ...]) -> Turn:
        return replace(self, proposals=proposals)

    def asking(self, question: Question) -> Turn:
        return replace(self, question=question)


def score(values: Mapping[str, Any]) -> int:
    """Completeness, 0–100."""
    from tuwei import elicit

    return elicit.score(_draft(values))


def missing(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names (Chinese, English) of what is missing, the most valuable first."""
    from tuwei import elicit

    return [(item.zh, item.en) for item in elicit.assess(_draft(values)).missing]


def threshold() -> int:
    """From which completeness a need may be published."""
    from tuwei import elicit

    return elicit.THRESHOLD


def proposed_abstract(values: Mapping[str, Any]) -> str:
    """A text for L1: the problem without numbers, names and contacts."""
    from tuwei import elicit

    return elicit.abstract(_draft(values))[:1000]


def refuse_secrets(values: Mapping[str, Any]) -> None:
    """Raise ``InputError`` where the text bears a mark of classification."""
    from tuwei import elicit

    elicit.refuse_secrets(_draft(values))


def _draft(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def proposed_title(text: str, organisation: str = "") -> str:
    """The first clause without a number, names left out: a title is open from L1 on, numbers and names from L2."""
    from tuwei import elicit

    clauses = [part.strip() for part in re.split(r"[。;!?,\n:]", normalise(text))]
    part = next((part[:40] for part in clauses if part and not re.search(r"\d", part)), "—")
    if elicit.telling(part, organisation=organisation):
        part = elicit.abstract({"problem": part, "organisation": organisation})[:40]
    return "—" if elicit.telling(part, organisation=organisation) else part


def opening(text: str) -> str:
    """The first words as a problem others may read: without telephone and e-mail.

    Raises
    ------
    InputError
        ``elicit.no_words``: they tell nothing.
    """
    from tuwei import elicit

    elicit.refuse_junk("problem", text)
    clean = elicit.without_contact(text)
    elicit.refuse_junk("problem", clean or "…")
    return clean


def asked_about(values: Mapping[str, Any], code: str) -> Question:
    """The question for one field, as it is worded for this draft."""
    from tuwei import elicit

    return _question(elicit.question_about(_draft(values), code))


def understood(before: Mapping[str, Any], after: Mapping[str, Any], said: str) -> tuple[Any, ...]:
    """What an answer changed in a record, to be said back."""
    from tuwei import elicit

    return elicit.understood(before, after, said)


def answered(values: Mapping[str, Any], question: str, text: str) -> dict[str, Any]:
    """The draft with an answer put where it belongs; the title stays the person's own."""
    from tuwei import elicit

    merged = elicit.answer(_draft(values), question, text)
    return {name: value for name, value in merged.items() if name != "answers"}  # the words are kept as rows


def puts_off(text: str, question: str) -> bool:
    """Whether an answer ("不知道", "skip") puts its question off."""
    from tuwei import elicit

    return not text or elicit.puts_off(text, question)


def turn(
    values: Mapping[str, Any], *, skipped: frozenset[str] = frozenset(), past: Iterable[tuple[str, str]] = ()
) -> Turn:
    """Where the dialogue over a draft stands; when only skipped questions are left, no more is asked.

    ``past`` holds the (question, words) of earlier answers: what is told once is not asked again.
    """
    from tuwei import elicit

    told = [{"question": question, "text": text} for question, text in past]
    assessment = elicit.assess({**_draft(values), "answers": told}, skip=skipped)
    asked = assessment.next_question
    return Turn(
        assessment.score,
        tuple(Counted(part.name, part.zh, part.en, part.weight, part.state) for part in assessment.parts),
        None if asked is None or asked.code in skipped else _question(asked),
        tuple(_quantity_line(quantity) for quantity in assessment.quantities),
        tuple(as_proposal(one) for one in assessment.proposals if one.field in PROPOSABLE),
    )


def _question(asked: Any) -> Question:
    return Question(
        asked.code,
        asked.zh,
        asked.en,
        asked.why_zh,
        asked.why_en,
        tuple(asked.examples_zh),
        tuple(asked.examples_en),
    )


def _quantity_line(quantity: Any) -> str:
    return " ".join(filter(None, [quantity.name, show_quantity(quantity, (get_language() or "zh")[:2])]))


def as_proposal(one: Any) -> Proposal:
    """A proposal of the engine as one editable line, with the field's name and the words that led to it."""
    value = one.value
    if one.field == "contact":
        return Proposal(
            "contact", one.zh, "联系人", "Contact", "您在回答里留了联系方式", "you gave it in an answer"
        )
    if isinstance(value, dict):
        text = measure_text({**value, "note": ""})
    elif one.field in LABELS:
        text = term_name(one.field, str(value))
    else:
        text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    name = "indicators_text" if one.field == "indicators" else one.field
    column = next(column for column in NEED.columns if column.name == name)
    words = "、".join(one.words)
    why = (f"您提到“{words}”", f"you mention “{words}”") if words else ("", "")
    return Proposal(one.field, text, column.zh, column.en.removesuffix(" as text"), *why, one.origin)


def region_proposal(words: str, own: str) -> Proposal | None:
    """Where the need is: a place in the words, else where the organisation sits, else to be chosen.

    ``None`` without a region pack: there is nothing to choose from.
    """
    if not any(scheme == "region" for scheme, _ in terms()):
        return None
    named = [
        (len(short), code, short)
        for (scheme, code), (zh, en) in terms().items()
        if scheme == "region"
        for short in (zh, zh.rstrip("市区县旗") if len(zh) > 2 else zh, en)
        if len(short) > 1 and short.lower() in words.lower()
    ]
    smaller = [one for one in named if not one[1].endswith("00")] or named
    if smaller:
        _, code, short = max(smaller)
        return Proposal(
            "region",
            term_name("region", code),
            "地区",
            "Region",
            f"您提到“{short}”",
            f"you mention “{short}”",
        )
    if ("region", own) in terms():
        return Proposal(
            "region",
            term_name("region", own),
            "地区",
            "Region",
            "按贵单位所在地",
            "where your organisation is",
        )
    return Proposal("region", "", "地区", "Region", "还没有写，请选一个", "not told yet; choose one")


def term_name(scheme: str, code: str) -> str:
    """A code as the reader knows it; a name is taken back as well as its code."""
    zh, en = terms().get((scheme, code), (code, code))
    return en if (get_language() or "zh").startswith("en") else zh


def model_configured() -> bool:
    """Whether an outside language model may be asked at all (off unless an address is set)."""
    return bool(settings.LLM["url"])


def model_grade() -> int:
    """The highest grade the model may be sent."""
    return int(cast(Any, settings.LLM["max_grade"]))


def asked_of_model(draft: Mapping[str, Any]) -> tuple[Proposal, ...]:
    """Proposals of the language model for a draft; always marked as the model's.

    Raises
    ------
    TuweiError
        Where the model may not be sent a draft of this ``grade``, or gave no usable answer.
    """
    from tuwei.elicit import llm

    set_up: dict[str, Any] = settings.LLM
    model = llm.Endpoint(set_up["url"], set_up["key"], set_up["model"], max_grade=f"L{set_up['max_grade']}")
    answer = llm.refine(draft, model)
    if answer.fault is not None:
        raise answer.fault
    return tuple(as_proposal(one) for one in answer.proposals if one.field in PROPOSABLE)


def with_proposal(record: Mapping[str, Any], field: str, text: str) -> dict[str, Any]:
    """The record with a proposal taken over: an indicator is added, anything else is set.

    Raises
    ------
    InputError
        ``elicit.no_field``: nothing may be proposed there.
    """
    if field not in PROPOSABLE:
        raise InputError(
            "elicit.no_field",
            "不能为“{got}”提建议。",
            "Nothing is proposed for “{got}”.",
            field="field",
            got=field[:40],
        )
    if field == "indicators":
        return {**record, "indicators": [*(record.get("indicators") or []), *measures_from_text(text)]}
    if field == "contact":
        return answered(record, "contact", text)
    if field == "keywords":
        return {**record, "keywords": [word.strip() for word in re.split(r"[、,,]", text) if word.strip()]}
    return {**record, field: text.strip() or None}
