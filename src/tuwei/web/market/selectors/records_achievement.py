"""An achievement as a record."""

from __future__ import annotations

from typing import Any

from ..models import Achievement, Claim
from .records_need import decimal_text, yuan_or_none

PLAIN = (
    "title", "text", "registration_no", "attribute", "form", "level", "stage", "ip", "trl", "trl_evidence",
    "right_to_dispose", "cooperation", "field", "industry", "region", "application", "benefit", "keywords",
    "state", "source", "source_id",
)  # fmt: skip


def achievement_record(achievement: Achievement) -> dict[str, Any]:
    """Return the record of an achievement (all of it is open once published)."""
    return {
        "id": str(achievement.pk),
        **{name: getattr(achievement, name) for name in PLAIN},
        "organisation": achievement.organisation.name,
        "people": [person.name for person in achievement.people.all()],
        "start_month": _month(achievement.start_month),
        "end_month": _month(achievement.end_month),
        "price_min": yuan_or_none(achievement.price_min),
        "price_max": yuan_or_none(achievement.price_max),
        "claims": [claim_record(claim) for claim in achievement.claims.all()],
        "sample": achievement.is_sample,
        "published": achievement.published_at.isoformat() if achievement.published_at else None,
    }


def claim_record(claim: Claim) -> dict[str, Any]:
    """One claim as the records hold it."""
    return {
        "quantity": claim.quantity,
        "comparator": claim.comparator,
        "low": decimal_text(claim.low),
        "high": decimal_text(claim.high),
        "unit": claim.unit,
        "baseline": claim.baseline,
        "conditions": claim.conditions,
        "evidence": claim.evidence,
        "evidence_state": claim.evidence_state,
    }


def _month(day: Any) -> str | None:
    return str(day)[:7] if day else None
