"""How clear a need is: the elicitation engine, asked by the platform."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tuwei.core.text import normalise


@dataclass(frozen=True)
class Counted:
    """One thing that counts towards completeness."""

    zh: str
    en: str
    weight: int
    done: bool


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
    zh: str
    en: str
    origin: str = "rule"  # or "model"


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


def score(values: Mapping[str, Any]) -> int:
    """Completeness, 0–100."""
    from tuwei import elicit

    return elicit.assess(_draft(values)).score


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


def proposed_title(text: str) -> str:
    """A title out of a first sentence, until the person gives a better one."""
    first = next((part for part in re.split(r"[。;!?\n]", normalise(text)) if part.strip()), "")
    return first.strip(" ,、")[:40] or "—"


def answered(values: Mapping[str, Any], question: str, text: str) -> dict[str, Any]:
    """The draft with an answer put where it belongs."""
    from tuwei import elicit

    return dict(elicit.answer(_draft(values), question, text))
