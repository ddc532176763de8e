"""What the tests of the statutes share: an assessment laid flat, and the same decision over columns."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from tuwei.rules import assess, facts_of, load
from tuwei.rules._assess import Assessment
from tuwei.rules._evaluate import NAMES, Columns, Evaluator
from tuwei.rules._read import read_facts

Facts = Mapping[str, Any]


def yuan(fen: int) -> str:
    """Return 分 as the decimal string of 元 in which facts are given."""
    sign, (whole, rest) = "-" if fen < 0 else "", divmod(abs(fen), 100)
    return f"{sign}{whole}.{rest:02d}"


def conditions(found: Assessment) -> dict[str, str]:
    """Return condition → yes, no or unknown."""
    return {row["id"]: row["verdict"] for row in found.as_dict()["conditions"]}


def outcome(found: Assessment) -> dict[str, Any]:
    """Return all that columns can say too: verdict, conditions, score and points."""
    assert found.score is not None
    score = found.score.lo, found.score.hi
    return {"verdict": found.verdict, "score": score, "conditions": conditions(found)}


def one_by_one(rule: str, rows: Sequence[Facts], on: str) -> list[dict[str, Any]]:
    """Judge each enterprise by itself."""
    return [outcome(assess(rule, row, on)) for row in rows]


def in_columns(rule: str, rows: Sequence[Facts], on: str, exact: bool = False) -> list[dict[str, Any]]:
    """Judge the same enterprises as columns: in floats with a filter, or all in whole numbers."""
    day = datetime.date.fromisoformat(on)
    decision = load().decision(rule, day)
    assert decision is not None
    assert decision.score is not None
    evaluator = Evaluator(
        Columns(_columns(rule, rows, day), len(rows), np.arange(len(rows)) if exact else None)
    )

    def spread(value: Any) -> list[Any]:
        return np.broadcast_to(value, len(rows)).tolist()  # type: ignore[no-any-return]

    verdicts = [NAMES[one] for one in spread(evaluator(decision.verdict))]
    score = evaluator(decision.score)
    listed = {one.id: spread(evaluator(one.test)) for one in decision.conditions}
    return [
        {"verdict": verdict, "score": (lo, hi), "conditions": {id: NAMES[found[at]] for id, found in listed.items()}}
        for at, (verdict, lo, hi) in enumerate(zip(verdicts, spread(score.lo), spread(score.hi), strict=True))
    ]  # fmt: skip


def _columns(rule: str, rows: Sequence[Facts], day: datetime.date) -> dict[str, Any]:
    declared = facts_of(rule, day)
    flat = []
    for row in rows:
        slots, faults = read_facts(declared, row)
        assert not faults, faults[0].sentence("en")
        flat.append(slots)
    found: dict[str, Any] = {"on": (np.full(len(rows), day.toordinal(), np.int64), True)}
    for fact in declared:
        for slot in fact.slots():
            found[slot] = _column(
                fact.kind, [row[slot] for row in flat], fact.items.get(slot.partition(".")[2])
            )
    return found  # fmt: skip


def _column(kind: str, values: list[Any], widest: tuple[int, int] | None) -> Any:
    if kind == "flag":
        return np.array(values, np.int8)
    if kind == "points":
        ends = [widest if value is None else value for value in values]
        return np.array([lo for lo, _ in ends], np.int64), np.array([hi for _, hi in ends], np.int64)
    return np.array([value or 0 for value in values], np.int64), np.array(
        [value is not None for value in values]
    )


def share(part: int | None, whole: int | None) -> Fraction | None:
    """Return a ratio; None where a figure is unknown, −1 (below every mark) where there is no whole."""
    if part is None or whole is None:
        return None
    return Fraction(part, whole) if whole else Fraction(-1)
