"""How clear a need is: the elicitation engine, asked by the platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
