"""What a person may take away as a table: each need at the grade they see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from tuwei.web.base import access

from ..models import Achievement, Need, NeedView
from .disclosure import annotate_grade
from .records_achievement import achievement_record
from .records_need import need_record

CHUNK = 500


def exported(kind: str, user: Any) -> Iterator[dict[str, Any]]:
    """Records to export, streamed; each exported need is logged for its owner."""
    access.require(user, f"{kind}.export")
    return _needs(user) if kind == "need" else _achievements(user)


def _needs(user: Any) -> Iterator[dict[str, Any]]:
    queryset = annotate_grade(user, access.scope(user, "need.export", Need.objects.order_by("pk")))
    rows = queryset.select_related("organisation").prefetch_related("indicators")
    for need in rows.iterator(chunk_size=CHUNK):
        log_export(user, need)
        record = need_record(need, grade=need.shown_grade)
        yield {
            **record,
            "id": need.source_id or str(need.pk),
            "indicators_text": measures_text(record.get("indicators")),
        }


def log_export(user: Any, need: Any) -> None:
    if need.organisation_id != user.organisation_id and need.owner_id != user.pk:
        NeedView.objects.create(
            need=need, user=user, grade=need.shown_grade, channel="export", at=timezone.now()
        )


def _achievements(user: Any) -> Iterator[dict[str, Any]]:
    queryset = access.scope(user, "achievement.export", Achievement.objects.order_by("pk"))
    rows = queryset.select_related("organisation").prefetch_related("claims", "people")
    for achievement in rows.iterator(chunk_size=CHUNK):
        record = achievement_record(achievement)
        ip = ";".join(" ".join(filter(None, row.values())) for row in record["ip"])
        yield {
            **record,
            "id": achievement.source_id or str(achievement.pk),
            "claims_text": measures_text(record["claims"]),
            "ip_text": ip,
        }


SIGNS = {"le": "≤ ", "lt": "< ", "ge": "≥ ", "gt": "> ", "eq": "", "approx": "≈ "}
REMARKS = {"current": "现状", "baseline": "对照", "conditions": "条件", "evidence": "证据"}


def measures_text(rows: list[dict[str, Any]] | None) -> str:
    """Indicators or claims in one cell, as `measures_from_text` reads them."""
    return ";".join(_measure_text(row) for row in rows or [])


def _measure_text(row: dict[str, Any]) -> str:
    name = row.get("name") or row.get("quantity")
    low, high = row["low"], row["high"]
    number = f"{low}–{high}" if row["comparator"] == "range" else SIGNS[row["comparator"]] + str(low or high)
    remarks = ",".join(f"{label}:{row[key]}" for key, label in REMARKS.items() if row.get(key))
    return f"{name} {number} {row['unit']}".strip() + (f"({remarks})" if remarks else "")
