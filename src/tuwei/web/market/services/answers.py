"""What an answer changed in a need: remembered, shown back, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuwei.core.errors import ConflictError

from ..models import Need, NeedAnswer
from . import clarity

#: Fields an answer may fill.
FIELDS = (
    "problem", "object", "function", "indicators", "constraints", "tried_routes", "deadline", "budget_min",
    "budget_max", "ip_ownership", "solver_conditions", "why_not_inhouse", "contact_name", "contact_phone",
    "contact_email", "consent_publish",
)  # fmt: skip
Changes = dict[str, list[Any]]  # field → [before, after]


@dataclass(frozen=True)
class Said:
    """One answer as the page shows it: the question, the words, what was understood."""

    answer: NeedAnswer
    asked_zh: str
    asked_en: str
    taken: tuple[Any, ...]
    mark: str  # "start", "later" (put off) or ""

    @property
    def undoable(self) -> bool:
        return bool(self.taken)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Field → its value before and after, where they differ."""
    return {
        name: [before.get(name), after.get(name)] for name in FIELDS if before.get(name) != after.get(name)
    }


def said(need: Need) -> list[Said]:
    """Every answer that stands, in the order given."""
    return [_said(answer) for answer in need.answers.all() if answer.text]


def _said(answer: NeedAnswer) -> Said:
    asked = answer.taken.get("asked") or {"zh": "", "en": ""}
    made: Changes = answer.taken.get("fields") or {}
    before, after = ({name: pair[side] for name, pair in made.items()} for side in (0, 1))
    later = answer.question != "start" and clarity.puts_off(answer.text, answer.question)
    mark = "start" if answer.question == "start" else "later" if later else ""
    return Said(answer, asked["zh"], asked["en"], clarity.understood(before, after, answer.text), mark)


def taken_back(record: Mapping[str, Any], made: Changes) -> dict[str, Any]:
    """The record without what an answer brought; what was changed by hand since then stays.

    Raises
    ------
    ConflictError
        ``elicit.changed_since``: nothing of it stands any more.
    """
    found = {name: _back(record.get(name), *pair) for name, pair in made.items()}
    changed = {name: value for name, value in found.items() if value != record.get(name)}
    if made and not changed:
        raise ConflictError(
            "elicit.changed_since",
            "这一项后来又改过，不能直接撤销；请在完整表单里改。",
            "This was changed since, so it cannot be taken back; change it in the full form.",
        )
    return {**record, **changed}


def _back(now: Any, before: Any, after: Any) -> Any:
    if now == after:
        return before
    if isinstance(after, list):
        brought = [row for row in after if row not in (before or [])]
        return [row for row in now or [] if row not in brought]
    old, new = str(before or ""), str(after or "")
    if old and new.startswith(old) and (piece := new[len(old) :]) and piece in str(now or ""):
        return str(now).replace(piece, "", 1)  # a text that grew on since
    return now
