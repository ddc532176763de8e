"""What comes nearest to words that no listing holds as they stand."""

from __future__ import annotations

from typing import Any

from tuwei.web.base import access

from ..models import Achievement, Need
from . import indexed, lists
from .needs import similar_needs
from .reading import with_reading

MOST = 5


def nearest(kind: str, user: Any, text: str) -> list[Any]:
    """Lines of the listings nearest in meaning, the nearest first; empty while the index is being built.

    Achievements are public as a whole and are ranked by the engine. Needs are found by the words they disclose
    to everyone alone: a ranking over whole needs would answer for hidden words.
    """
    asked = lists.Asked(kind, "", (), "newest")
    said = with_reading({"id": "search", "title": text, "text": text})
    ids = _needs(user, said["text"]) if kind == "need" else _achievements(said)
    model: type[Any] = Need if kind == "need" else Achievement
    seen = access.scope(user, f"{kind}.view", model.objects.filter(pk__in=ids))
    return sorted(lists.lines(asked, user, seen, len(ids)), key=lambda row: ids.index(row.pk))


def _needs(user: Any, text: str) -> list[int]:
    return [need.pk for need in similar_needs(user, None, text, MOST)]


def _achievements(said: dict[str, Any]) -> list[int]:
    index = indexed.opened("achievement")
    if index is None:
        return []
    hits = index.rank(said, top=MOST)
    # Without a single word in common a hit is a guess, and would look like noise under "these come nearest".
    return [int(hit.achievement) for hit in hits if any(why["kind"] == "words" for why in hit.why)]
