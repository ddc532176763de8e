"""The rows of an export: needs at the grade a person sees them, achievements whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuwei.web.base import access

from ..models import Achievement, Need
from ..specs.common import measures_text
from .disclosure import annotate_grade
from .numbers import number_for
from .records_achievement import achievement_record
from .records_need import need_record

CHUNK = 500


def needs(user: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Needs this person may export, each with its row."""
    queryset = annotate_grade(user, access.scope(user, "need.export", Need.objects.order_by("pk")))
    found = queryset.select_related("organisation").prefetch_related("indicators")
    for need in found.iterator(chunk_size=CHUNK):
        record = need_record(need, grade=need.shown_grade)
        cell = measures_text(record.get("indicators") or [])
        yield need, {**record, "id": number_for(user, "need", need), "indicators_text": cell}


def achievements(user: Any) -> Iterator[dict[str, Any]]:
    """Rows of the achievements this person may export."""
    queryset = access.scope(user, "achievement.export", Achievement.objects.order_by("pk"))
    found = queryset.select_related("organisation").prefetch_related("claims", "people")
    for achievement in found.iterator(chunk_size=CHUNK):
        record = achievement_record(achievement)
        ip = ";".join(" ".join(filter(None, row.values())) for row in record["ip"])
        key = number_for(user, "achievement", achievement)
        yield {**record, "id": key, "claims_text": measures_text(record["claims"]), "ip_text": ip}
