"""A person's saved searches."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from tuwei.core.errors import TuweiError
from tuwei.web.base import access

from ..models import SavedSearch
from . import facets, lists


def mine(user: Any) -> QuerySet[SavedSearch]:
    return access.scope(user, "saved_search.view", SavedSearch.objects.all())


def one(user: Any, pk: int) -> SavedSearch:
    return access.get(user, "saved_search.edit", SavedSearch.objects.all(), pk=pk)


def described(user: Any, saved: SavedSearch) -> dict[str, Any]:
    """What a search asks for in words, and the query string that asks it; ``fault`` where it no longer can be asked."""
    try:
        asked = lists.read(saved.kind, saved.query, user)
    except TuweiError as error:
        return {"saved": saved, "fault": error}
    parts = [f"“{asked.q}”"] if asked.q else []
    parts += [
        f"{facets.LABELS[name]}:{facets.label_of(saved.kind, name, value)}" for name, value in asked.facets
    ]
    return {"saved": saved, "parts": parts, "url": asked.url()}
