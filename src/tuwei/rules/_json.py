"""The stable JSON of an assessment; docs/*/reference/rules.md describes it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tuwei.core.money import yuan_text
from tuwei.rules import _expression as x
from tuwei.rules._evaluate import Interval, Value
from tuwei.rules._tree import Branch, exact, verdict_name
from tuwei.rules._values import round_half_up, show

if TYPE_CHECKING:
    from tuwei.rules._assess import Assessment, Judged


def plain(key: str, value: Any, unit: str) -> dict[str, Any]:
    """Return one value under its key: 分 with 元 beside it, a ratio with its exact fraction beside it.

    Examples
    --------
    >>> plain("base", Fraction(150), "yuan"), plain("rate", Fraction(1, 4), "ratio")
    ({'base': 150, 'base_yuan': '1.50'}, {'rate': 0.25, 'rate_exact': '1/4'})
    """
    if isinstance(value, Interval):
        return {key: {"lo": _integer(value.lo), "hi": _integer(value.hi)}}
    if unit == "yuan":
        fen = None if value is None else round_half_up(value)
        return {key: fen, f"{key}_yuan": None if fen is None else yuan_text(fen)}
    if not isinstance(value, Fraction):
        return {key: value}
    if unit == "date":
        return {key: show(value, unit)}
    if unit == "flag":
        return {key: bool(value)}
    if unit in ("ratio", "number") or value.denominator != 1:
        return {key: float(value), f"{key}_exact": str(value)}
    return {key: int(value)}


def _integer(value: Any) -> Any:
    return int(value) if not isinstance(value, Fraction) or value.denominator == 1 else float(value)


def assessment_dict(found: Assessment) -> dict[str, Any]:
    """Return the whole assessment."""
    rows = [found.window] if found.window else []
    rows += [one.condition.citation for one in found.conditions]
    documents = {row.document.number: row.document for row in rows}
    return {
        "rule": found.rule,
        "zh": found.info.zh,
        "en": found.info.en,
        "on": found.on.isoformat(),
        "verdict": found.verdict,
        "branch": found.branch,
        "values": values_dict(found),
        "score": None if found.score is None else {"lo": found.score.lo, "hi": found.score.hi},
        "conditions": [condition_dict(one) for one in found.conditions],
        "missing": found.missing,
        "flips": [flip.as_dict() for flip in found.flips],
        "choices": found.choices,
        "to_verify": found.to_verify,
        "documents": [{"number": one.number, "zh": one.zh, "en": one.en} for one in documents.values()],
        "expires": None if found.expires is None else found.expires.isoformat(),
    }


def values_dict(found: Assessment) -> dict[str, Any]:
    """Return the values by id."""
    shown: dict[str, Any] = {}
    for id, node in (found.decision.values if found.decision else {}).items():
        shown |= _value(found, id, node)
    return shown


def _value(found: Assessment, id: str, node: x.Node) -> dict[str, Any]:
    value = found.values[id]
    if isinstance(node, x.Points):
        one = value.lo == value.hi and id not in (found.decision.band_values if found.decision else ())
        return {id: int(value.lo)} if one else plain(id, value, "points")
    if isinstance(node, x.Text):
        return {id: value or None}
    if isinstance(node, x.Verdict):
        return {id: {0: False, 1: None, 2: True}[int(value)]}
    return plain(id, exact(value), found.labels.of(node)[2] if found.labels else "")


def condition_dict(one: Judged) -> dict[str, Any]:
    """Return one condition, its figures those of the part that decides."""
    leaf, citation = one.tree.leaf(), one.condition.citation
    return {
        "id": one.condition.id,
        "verdict": verdict_name(one.verdict),
        **_figures(leaf),
        "document": citation.document.number,
        "article": citation.article,
        "status": one.status,
        "zh": citation.zh,
        "en": citation.en,
        "way": one.condition.way or None,
        "needed": one.needed,
        "parts": [branch_dict(part) for part in one.tree.parts],
    }


def branch_dict(branch: Branch) -> dict[str, Any]:
    """Return one node of the tree."""
    return {
        "kind": branch.kind,
        "verdict": verdict_name(branch.verdict),
        "zh": branch.zh,
        "en": branch.en,
        **(_figures(branch) if not branch.parts else {}),
        "sources": [
            {
                "parameter": row.id,
                "document": row.document.number,
                "article": row.article,
                "status": row.status,
            }
            for row in branch.sources
        ],
        "parts": [branch_dict(part) for part in branch.parts],
    }


def _figures(branch: Branch) -> dict[str, Any]:
    return {
        **plain("value", branch.value, branch.unit),
        **plain("threshold", branch.threshold, branch.unit),
        **plain("margin", branch.margin, "days" if branch.unit == "date" else branch.unit),
        "operator": branch.operator,
        "unit": branch.unit,
    }


def choices_of(found: Assessment) -> list[dict[str, Any]]:
    """Return each choice the law gives: its options and the one taken."""
    roots: list[x.Node] = [one.condition.test for one in found.conditions]
    roots += list(found.decision.values.values()) if found.decision else []
    chosen = [node for node in x.walk(*roots) if isinstance(node, x.Choice | x.PointsBest) and node.id]
    return [_choice(found, node) for node in chosen]


def _choice(found: Assessment, node: x.Choice | x.PointsBest) -> dict[str, Any]:
    options = {name: found.value_of(option) for name, option in node.options.items()}
    best = found.value_of(node)
    taken = next((name for name, value in options.items() if _same(value, best)), None)
    labels = found.labels.quantities if found.labels else {}
    zh, en, unit = labels.get(node.id, (node.id, node.id, "points"))
    shown: dict[str, Any] = {}
    for name, value in options.items():
        shown |= plain(name, exact(value) if isinstance(value, Value) else value, unit)
    return {"id": node.id, "zh": zh, "en": en, "taken": taken, "options": shown}


def _same(value: Any, best: Any) -> bool:
    if isinstance(value, Interval):
        return bool(value.lo == best.lo and value.hi == best.hi)
    return exact(value) is not None and exact(value) == exact(best)
