"""People, organisations and teams behind the achievements that answer a need, as much as the reader may see.

Only achievements that the reader may open count and show, so nobody is named for a work that is hidden. What is shown
of people is what the pages of their achievements show: names and organisations, never how to reach them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tuwei.web.base import access

from ..models import Achievement, Need
from . import indexed, matching
from .disclosure import grade_for

BY = ("person", "organisation", "team")
SHOWN = 10  # people, organisations or teams
WORKS = 3  # works of each


@dataclass(frozen=True)
class Speaking:
    """One achievement that speaks for somebody, with reasons at the reader's grade."""

    listing: Any
    level: str
    why: list[dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    """A person, organisation or team with the works that speak for it; ``hit`` is the engine's."""

    hit: Any
    works: list[Speaking]

    @property
    def note(self) -> dict[str, str]:
        """What a reader must know about who this is."""
        return {"zh": self.hit.note_zh, "en": self.hit.note_en}


def teams_for(*, user: Any, need: Need, by: str) -> list[Shown]:
    """Rank whoever stands behind the achievements found for a need. Empty while the index is being built."""
    from tuwei.match import teams_of

    index = indexed.opened("achievement")
    if index is None:
        return []
    seen = access.scope(user, "achievement.view", Achievement.objects.select_related("organisation"))
    hits = matching.visible_hits(need, {}, seen)
    records = {listing.pk: listing for listing in _listings(seen, hits)}
    data = {str(pk): indexed.record(listing) for pk, listing in records.items()}
    found = teams_of(hits, data, by=by, top=SHOWN)  # type: ignore[arg-type]
    shown = {work.id for hit in found for work in hit.works[:WORKS]}
    told = matching.told(
        need, min(grade_for(user, need), matching.FIGURES), [h for h in hits if h.achievement in shown]
    )
    why = {hit.achievement: hit.why for hit in told}
    return [
        Shown(
            hit,
            [Speaking(records[int(work.id)], work.level, why.get(work.id, [])) for work in hit.works[:WORKS]],
        )
        for hit in found
    ]


def _listings(seen: Any, hits: list[Any]) -> Any:
    chosen = seen.filter(pk__in=[int(hit.achievement) for hit in hits])
    return chosen.prefetch_related("claims", "people")
