"""A need as a record, cut to what a grade discloses.

``DISCLOSED`` is the one table of which field opens at which grade; pages, API, export, search and the reasons
of a match all read it.
"""

from __future__ import annotations

from typing import Any

from tuwei.core.money import yuan_text

from ..models import Need

# L0 field only · L1 the abstract problem · L2 figures, after an identity check · L3 documents and people.
DISCLOSED: dict[str, int] = {
    "id": 0, "field": 0, "industry": 0, "region": 0, "state": 0, "grade": 0, "sample": 0, "completeness": 0,
    "published": 0,
    "title": 1, "abstract": 1, "keywords": 1,
    "organisation": 2, "problem": 2, "object": 2, "function": 2, "indicators": 2, "constraints": 2,
    "tried_routes": 2, "deadline": 2, "budget_min": 2, "budget_max": 2, "ip_ownership": 2,
    "solver_conditions": 2, "why_not_inhouse": 2,
    "contact_name": 3, "contact_phone": 3, "contact_email": 3, "consent_publish": 3, "source": 3,
    "source_id": 3,
}  # fmt: skip


def need_record(need: Need, grade: int = 3) -> dict[str, Any]:
    """Return the record of a need with only what ``grade`` (0–3) discloses."""
    full = _full(need)
    return {name: value for name, value in full.items() if DISCLOSED[name] <= grade}


def _full(need: Need) -> dict[str, Any]:
    return {
        "id": str(need.pk),
        "field": need.field,
        "industry": need.industry,
        "region": need.region,
        "state": need.state,
        "grade": f"L{need.grade}",
        "sample": need.is_sample,
        "completeness": need.completeness,
        "published": need.published_at.isoformat() if need.published_at else None,
        "title": need.title,
        "abstract": need.abstract,
        "keywords": need.keywords,
        "organisation": need.organisation.name,
        "problem": need.problem,
        "object": need.object,
        "function": need.function,
        "indicators": [indicator_record(row) for row in need.indicators.all()],
        "constraints": need.constraints,
        "tried_routes": need.tried_routes,
        "deadline": need.deadline.isoformat() if need.deadline else None,
        "budget_min": yuan_or_none(need.budget_min),
        "budget_max": yuan_or_none(need.budget_max),
        "ip_ownership": need.ip_ownership,
        "solver_conditions": need.solver_conditions,
        "why_not_inhouse": need.why_not_inhouse,
        "contact_name": need.contact_name,
        "contact_phone": need.contact_phone,
        "contact_email": need.contact_email,
        "consent_publish": need.consent_publish,
        "source": need.source,
        "source_id": need.source_id,
    }


def indicator_record(row: Any) -> dict[str, Any]:
    """One indicator (or claim) as the records hold it: exact decimals as strings."""
    return {
        "name": row.name,
        "comparator": row.comparator,
        "low": decimal_text(row.low),
        "high": decimal_text(row.high),
        "unit": row.unit,
        "current": row.current,
        "note": row.note,
    }


def decimal_text(value: Any) -> str | None:
    """A decimal without the zeros the database pads it with."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def yuan_or_none(fen: int | None) -> str | None:
    return None if fen is None else yuan_text(fen)
