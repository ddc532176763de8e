"""The two match indexes on disk: achievements for a need, needs for an achievement.

The worker writes (``build``, ``update``); web processes only read, and open a new generation when there is one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import QuerySet

from tuwei.core.errors import InputError

from ..models import Achievement, Need
from ..models.need import OPEN
from . import grading, terms

if TYPE_CHECKING:
    from tuwei.match import Grader, MatchIndex

KINDS = ("achievement", "need")
CONTACT = ("contact_name", "contact_phone", "contact_email")  # says nothing about the problem
_open: dict[str, tuple[str, MatchIndex]] = {}
_graded: tuple[MatchIndex, Grader, MatchIndex] | None = (
    None  # an index, a grader, and the first with the second
)
_lock = Lock()
log = logging.getLogger("tuwei.match")


def folder(kind: str) -> Path:
    return Path(settings.DATA) / "index" / kind


def listed(kind: str) -> QuerySet[Any]:
    """The listings that belong into an index: what others may find at all."""
    if kind == "need":
        return Need.objects.filter(state__in=OPEN, consent_publish=True)
    return Achievement.objects.filter(state=Achievement.State.PUBLISHED)


def records(kind: str, ids: Iterable[int] | None = None) -> Iterator[dict[str, Any]]:
    """Records for the engine, streamed; with ``ids`` only those of them that are listed."""
    queryset = listed(kind).select_related("organisation").order_by("pk")
    if ids is not None:
        queryset = queryset.filter(pk__in=list(ids))
    children = ("indicators",) if kind == "need" else ("claims", "people")
    for listing in queryset.prefetch_related(*children).iterator(chunk_size=1000):
        yield record(listing)


def record(listing: Need | Achievement) -> dict[str, Any]:
    """One listing as the engine reads it: everything but who to call."""
    from .records_achievement import achievement_record
    from .records_need import need_record

    if isinstance(listing, Achievement):
        return {**achievement_record(listing), "id": str(listing.pk)}
    return need_query(need_record(listing, grade=3), listing.pk)


def need_query(shown: dict[str, Any], pk: int) -> dict[str, Any]:
    """A need's record, at whatever grade, as the engine reads it."""
    kept = {name: value for name, value in shown.items() if name not in (*CONTACT, "problem")}
    text = shown.get("problem") or shown.get("abstract") or ""
    return {**kept, "id": str(pk), "title": shown.get("title") or "—", "text": text}


def build(kind: str, source: Iterable[dict[str, Any]]) -> int:
    """Make an index anew from records and put it in force; returns how many it holds."""
    from tuwei.match import MatchIndex

    index = MatchIndex.build(source, terms=terms.words())
    index.save(folder(kind))
    return len(index)


def update(kind: str, ids: set[int]) -> int:
    """Bring the given listings up to date (those no longer listed leave); returns how many were looked at."""
    from tuwei.match import MatchIndex

    index = MatchIndex.load(folder(kind))
    fresh = list(records(kind, ids))
    gone = {str(pk) for pk in ids} - {item["id"] for item in fresh}
    index.remove(gone)
    index.add(fresh)
    index.save(folder(kind))
    return len(ids)


def version(kind: str) -> str:
    """The name of the generation in force; empty where there is none yet."""
    try:
        return (folder(kind) / "CURRENT").read_text().strip()
    except OSError:
        return ""


def ranked_by(kind: str) -> str:
    """What a ranking rests on: the generation in force, and the version of the grader where one takes part."""
    number = grading.version() if kind == "achievement" else 0
    return f"{version(kind)}+grader-{number}" if number and version(kind) else version(kind)


def size(kind: str) -> int | None:
    index = plain(kind)
    return None if index is None else len(index)


def opened(kind: str) -> MatchIndex | None:
    """The index in force, with the grader in force where achievements are ranked; None as for `plain`."""
    global _graded
    index = plain(kind)
    grader = grading.opened() if index is not None and kind == "achievement" else None
    if index is None or grader is None:
        return index
    with _lock:
        if _graded is None or _graded[0] is not index or _graded[1] is not grader:
            _graded = (index, grader, index.with_grader(grader))
        return _graded[2]


def plain(kind: str) -> MatchIndex | None:
    """The index in force without a grader, opened once a generation; None before the first build.

    Also None where its files are of an earlier version or damaged: the next refresh then builds it anew.
    """
    if not version(kind):
        return None
    now = f"{folder(kind)}/{version(kind)}"
    with _lock:
        before, index = _open.get(kind, ("", None))
        if before != now:
            from tuwei.match import MatchIndex

            here = index is not None and Path(before).parent == folder(kind)
            try:
                _open[kind] = (now, index.refreshed() if index and here else MatchIndex.load(folder(kind)))
            except InputError as error:
                log.warning("%s", error)
                return None
        return _open[kind][1]
