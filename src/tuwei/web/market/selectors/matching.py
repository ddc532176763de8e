"""Ranked matches with their reasons, as much of them as the reader may see.

The engine ranks with the whole need, so that a need that cannot be told can still be answered: order and level
are the same for every reader. Reasons are another matter: for a reader below L2 they are worked out anew from
the part of the need they may read, or a sentence such as "both texts say 硝酸铵" would tell what the grade withholds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from tuwei.web.base import access

from ..models import Achievement, Need
from . import indexed
from .disclosure import annotate_grade, grade_for
from .reading import reading, with_reading
from .records_need import need_record

FIGURES = 2  # the grade from which a reader sees what the engine saw
DEPTH = 100  # hits kept, so that paging and access checks need no second ranking


@dataclass(frozen=True)
class Match:
    """One ranked listing, ready to show; ``listing.shown_grade`` is set on needs."""

    listing: Any
    rank: int
    score: float
    level: str
    why: list[dict[str, Any]]
    quantities: list[dict[str, Any]]
    zh: str
    en: str
    would: list[dict[str, Any]]


def achievements_for(*, user: Any, need: Need, filters: dict[str, str], top: int = 20) -> list[Match]:
    """Rank achievements for a need. Empty while the index is being built.

    Order and level are the same for every reader; the reasons are those of the grade they read at.
    """
    asked = ("achievement", need.pk, need.updated.isoformat(), str(sorted(filters.items())))
    hits = _cached(asked, lambda: _rank_for_need(need, filters))
    seen = access.scope(user, "achievement.view", Achievement.objects.select_related("organisation"))
    kept = _visible(hits, seen)[:top]
    found = seen.prefetch_related("claims").in_bulk([int(hit.achievement) for hit in kept])
    grade = min(grade_for(user, need), FIGURES)
    shown = (*asked, grade, tuple(hit.achievement for hit in kept))
    return _matches(_cached(shown, lambda: told(need, grade, kept)), found)


def achievements_for_record(
    *, user: Any, record: dict[str, Any], filters: dict[str, str], top: int = 20
) -> list[Match]:
    """Rank achievements for a record that is kept nowhere (a text someone tries out)."""
    index = indexed.opened("achievement")
    hits = [] if index is None else index.rank(record, top=DEPTH, filters=filters)
    seen = access.scope(user, "achievement.view", Achievement.objects.select_related("organisation"))
    kept = _visible(hits, seen)[:top]
    found = seen.prefetch_related("claims", "people").in_bulk([int(hit.achievement) for hit in kept])
    return _matches([hit.told_by(hit, hit.would_among(kept)) for hit in kept], found)


def visible_hits(need: Need, filters: dict[str, str], seen: QuerySet[Any]) -> list[Any]:
    """The engine's hits for a need, without reasons, that are among the achievements ``seen``."""
    asked = ("achievement", need.pk, need.updated.isoformat(), str(sorted(filters.items())))
    return _visible(_cached(asked, lambda: _rank_for_need(need, filters)), seen)


def _visible(hits: list[Any], seen: QuerySet[Any]) -> list[Any]:
    """The hits that this reader may see, asked by their ids alone: most are not shown."""
    ids = set(seen.filter(pk__in=[int(hit.achievement) for hit in hits]).values_list("pk", flat=True))
    return [hit for hit in hits if int(hit.achievement) in ids]


def _rank_for_need(need: Need, filters: dict[str, str]) -> list[Any]:
    index = indexed.opened("achievement")
    if index is None:
        return []
    return index.rank(with_reading(indexed.record(need)), top=DEPTH, filters=filters, explain=False)


def _asked(need: Need, grade: int) -> dict[str, Any]:
    """The need as far as this grade discloses it."""
    if grade >= FIGURES:
        return indexed.record(need)
    return indexed.need_query(need_record(need, grade=grade), need.pk)


def understood(need: Need, grade: int) -> list[str]:
    """What the ranking takes from the need's words beyond what they say, as far as this grade discloses them."""
    return reading(_asked(need, grade)) if grade else []


def told(need: Need, grade: int, hits: list[Any]) -> list[Any]:
    """The same hits with reasons that follow from what this grade discloses.

    What would lift one is told among those shown alone, and only where the figures of the need are.
    """
    index = indexed.plain("achievement")
    found = (
        index.explain(with_reading(_asked(need, grade)), [hit.achievement for hit in hits]) if index else []
    )
    retold = {hit.achievement: hit for hit in found}
    return [
        hit.told_by(retold[hit.achievement], hit.would_among(hits) if grade >= FIGURES else ())
        for hit in hits
        if hit.achievement in retold
    ]


def needs_for(*, user: Any, achievement: Achievement, filters: dict[str, str], top: int = 20) -> list[Match]:
    """Rank needs for an achievement; each need is shown, and explained, at the reader's grade.

    Hidden words are ranked for published achievements alone. Whoever writes a draft could write one word into it,
    look which needs come up, and so ask any need for any word.
    """
    index = indexed.opened("need")
    if index is None:
        return []
    record = indexed.record(achievement)
    hits = index.rank(record, top=DEPTH, filters=filters, explain=False, found="need")
    seen = access.scope(user, "need.view", Need.objects.select_related("organisation"))
    if achievement.state != Achievement.State.PUBLISHED:
        seen = annotate_grade(user, seen).filter(shown_grade__gte=FIGURES)
    kept = _visible(hits, seen)[:top]
    needs = (
        annotate_grade(user, seen)
        .prefetch_related("indicators")
        .in_bulk([int(hit.achievement) for hit in kept])
    )
    full = [hit.achievement for hit in kept if needs[int(hit.achievement)].shown_grade >= FIGURES]
    told = {hit.achievement: hit for hit in index.explain(record, full, found="need")}
    retold = [hit.told_by(told[hit.achievement]) if hit.achievement in told else _untold(hit) for hit in kept]
    return _matches(retold, needs)


def _untold(hit: Any) -> Any:
    """A hit without anything quoted from a text that the reader may not read."""
    return replace(hit, why=[], quantities=[], zh="", en="", would=[])


def _matches(hits: list[Any], listings: dict[int, Any]) -> list[Match]:
    kept = [hit for hit in hits if int(hit.achievement) in listings]
    return [
        Match(
            listings[int(hit.achievement)],
            rank,
            hit.score,
            hit.level,
            hit.why,
            hit.quantities,
            hit.zh,
            hit.en,
            hit.would,
        )
        for rank, hit in enumerate(kept, start=1)
    ]


def _cached(key: tuple[Any, ...], work: Any) -> list[Any]:
    """Keep a ranking until the need, the index or the grader changes (ten minutes at the longest)."""
    parts = repr((*key, indexed.ranked_by(key[0])))  # filters hold what a cache takes for a fault in a name
    name = "match:" + hashlib.sha256(parts.encode()).hexdigest()
    found = cache.get(name)
    if found is None:
        found = work()
        cache.set(name, found, 600)
    return list(found)
