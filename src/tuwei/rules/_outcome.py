"""What `bulk` found, as typed columns of an output table."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np

from tuwei.core.money import yuan_text
from tuwei.rules import _expression as x
from tuwei.rules._bulk import VERDICTS, Bulk
from tuwei.rules._evaluate import EXACT, Evaluator, Value
from tuwei.rules._open import evaluator_of, missing
from tuwei.rules._statutes import Statutes
from tuwei.rules._values import round_half_up

NONE = -(2**63)
"""Stands for “unknown” in whole numbers."""
Array = Any
OutKind = Literal["text", "money", "whole", "number", "flag", "date"]


@dataclass(frozen=True)
class Out:
    """A column of the output.

    Parameters
    ----------
    kind
        ``text`` (str or None), ``money`` (分, `NONE` unknown), ``whole`` (`NONE` unknown), ``number`` (NaN unknown),
        ``flag`` (0, 1, −1 unknown), ``date`` (day number, `NONE` unknown).
    """

    name: str
    kind: OutKind
    values: Array

    def cells(self) -> list[Any]:
        """Return plain Python values: money as decimal text in 元, dates ISO, None unknown."""
        if self.kind == "text":
            return list(self.values)
        cells: list[Any] = self.values.tolist()
        if self.kind == "money":
            return [None if cell == NONE else yuan_text(cell) for cell in cells]
        if self.kind == "date":
            return [None if cell == NONE else datetime.date.fromordinal(cell).isoformat() for cell in cells]
        if self.kind == "flag":
            return [None if cell < 0 else "true" if cell else "false" for cell in cells]
        if self.kind == "whole":
            return [None if cell == NONE else cell for cell in cells]
        return [None if cell != cell else int(cell) if cell.is_integer() else cell for cell in cells]

    def take(self, rows: Array) -> Out:
        """Return the column of some rows."""
        return Out(self.name, self.kind, self.values[rows])


def outcome(found: Bulk, statutes: Statutes) -> list[Out]:
    """Return the columns: verdict, branch, each condition, each value, the score, what is missing.

    Money is called ``<id>_yuan``, points ``<id>_lo`` and ``<id>_hi``; a value named as a condition is called
    ``<id>_value``.
    """
    evaluator = evaluator_of(found)
    score = found.score or (np.full(found.rows, NONE), np.full(found.rows, NONE))
    return [
        Out("verdict", "text", found.verdict),
        Out("branch", "text", _or_none(found.branch)),
        *(Out(id, "text", VERDICTS[np.asarray(one)]) for id, one in found.conditions.items()),
        *_values(found, statutes, evaluator),
        Out("score_lo", "whole", score[0].astype(np.int64)),
        Out("score_hi", "whole", score[1].astype(np.int64)),
        Out("missing", "text", _or_none(missing(found, evaluator))),
    ]


def _or_none(texts: Array) -> Array:
    found = np.array(texts, dtype=object)
    found[found == ""] = None
    return found


def _values(found: Bulk, statutes: Statutes, evaluator: Evaluator) -> Iterator[Out]:
    if found.decision is None:
        return
    labels = statutes.labels_of(found.info.id, found.decision)
    for id, node in found.decision.values.items():
        name = f"{id}_value" if id in found.conditions else id
        value = evaluator(node)
        if isinstance(node, x.Points):
            yield Out(f"{name}_lo", "whole", _spread(value.lo, found.rows).astype(np.int64))
            yield Out(f"{name}_hi", "whole", _spread(value.hi, found.rows).astype(np.int64))
        elif isinstance(node, x.Text):
            yield Out(name, "text", _or_none(_spread(value, found.rows)))
        elif isinstance(node, x.Verdict):
            yield Out(name, "flag", np.array([0, -1, 1], np.int8)[_spread(value, found.rows)])
        else:
            yield _quantity(name, node, evaluator, found.rows, labels.of(node)[2])


def _spread(value: Any, rows: int) -> Array:
    return np.broadcast_to(np.asarray(value), rows)


def _quantity(name: str, node: x.Node, evaluator: Evaluator, rows: int, unit: str) -> Out:
    """Return a quantity: floats that are whole and exact give it at once, the other rows are formed exactly."""
    value: Value = evaluator(node)
    known = _spread(value.known & value.defined, rows)
    num, den = (_spread(part, rows).astype(np.float64) for part in (value.num, value.den))
    size = num if value.size is None else _spread(value.size, rows)
    sure = (np.abs(size) <= EXACT) & (den <= EXACT) & ~_spread(value.unsure, rows)
    whole = unit in ("yuan", "date")
    result = np.full(rows, NONE, np.int64) if whole else np.full(rows, np.nan)
    easy, hard = known & sure, np.flatnonzero(known & ~sure)
    result[easy] = _rounded(num[easy], den[easy]) if whole else num[easy] / den[easy]
    if len(hard):
        result[hard] = _exact(node, evaluator, hard, whole)
    kinds: Mapping[str, tuple[str, OutKind]] = {
        "yuan": ("_yuan", "money"),
        "date": ("", "date"),
        "flag": ("", "flag"),
    }
    suffix, kind = kinds.get(unit, ("", "number"))
    if kind == "flag":
        result = np.where(np.isnan(result), -1, result != 0).astype(np.int8)
    return Out(name + suffix, kind, result)


def _rounded(num: Array, den: Array) -> Array:
    """Round half away from zero, in whole numbers: both are at most 2⁵³."""
    top, below = np.abs(num).astype(np.int64), den.astype(np.int64)
    return np.where(num < 0, -1, 1) * ((2 * top + below) // (2 * below))


def _exact(node: x.Node, evaluator: Evaluator, rows: Array, whole: bool) -> Array:
    value = Evaluator(evaluator.algebra.take(rows))(node)  # type: ignore[union-attr]
    num, den = (np.broadcast_to(np.asarray(part, dtype=object), len(rows)) for part in (value.num, value.den))
    if not whole:
        return (num / den).astype(np.float64)
    return np.array(
        [round_half_up(Fraction(int(a), int(b))) for a, b in zip(num, den, strict=True)], np.int64
    )
