"""What a vague text comes to: what its writer has not said (yet), searches and rankings take from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuwei import elicit


def reading(record: Mapping[str, Any]) -> list[str]:
    """The object, the aim and the kind of problem, where the record leaves object or aim open.

    "太费气" (wastes gas) is a matter of gas consumption, whichever language it is said in.
    """
    if record.get("object") and record.get("function"):
        return []
    told = {name: record.get(name) for name in ("title", "object", "function")}
    found = elicit.assess({**told, "problem": record.get("text") or ""})
    read = [str(one.value) for one in found.proposals if one.field in ("object", "function")]
    return [*read, *([found.problem.zh] if found.problem else [])]


def with_reading(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record as the engine is asked: what is read from its words stands behind them."""
    return {**record, "text": "\n".join([str(record.get("text") or ""), *reading(record)])}
