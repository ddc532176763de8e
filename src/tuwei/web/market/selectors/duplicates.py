"""Listings with nearly the same text: signatures on disk beside the match indexes, and who is told of which.

The worker writes (``build``, ``update``); web processes only read. Whoever is told that two texts are alike knows
the one from the other, so a need is named only to readers who see the figures of both (as in `matching.needs_for`:
else a draft would be a way to ask any need for its words).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from tuwei.core.errors import TuweiError
from tuwei.web.base import access

from ..models import Achievement, Need
from . import indexed
from .disclosure import annotate_grade
from .matching import FIGURES

if TYPE_CHECKING:
    from tuwei.match import Duplicates

MOST = 5  # shown for one listing
DEPTH = 50  # found, so that access checks need no second search
MODELS: dict[str, type[Any]] = {"need": Need, "achievement": Achievement}
_open: dict[str, tuple[str, Duplicates]] = {}
_lock = Lock()


@dataclass(frozen=True)
class Near:
    """Another listing with nearly the same text; ``first`` is ``"this"``, ``"other"`` or ``""`` (not known)."""

    listing: Any
    kind: str
    percent: int
    copied: bool
    first: str
    passage: str
    figures: list[tuple[str, str, str]]


def path(kind: str) -> Path:
    return indexed.folder(kind).with_name(f"{kind}.signatures")


def build(kind: str) -> int:
    """Sign all that is listed anew; returns how many."""
    from tuwei.match import Duplicates

    made = Duplicates.build(_records(kind, indexed.listed(kind)))
    path(kind).parent.mkdir(parents=True, exist_ok=True)
    made.save(path(kind))
    return len(made)


def update(kind: str, ids: set[int]) -> None:
    """Bring the given listings up to date; all of them where there are no signatures that can be read."""
    from tuwei.match import Duplicates

    try:
        known = Duplicates.load(path(kind))
    except TuweiError:
        build(kind)
        return
    fresh = list(_records(kind, indexed.listed(kind).filter(pk__in=ids)))
    known.remove({str(pk) for pk in ids} - {record["id"] for record in fresh})
    known.add(fresh)
    known.save(path(kind))


def near(user: Any, kind: str, listings: Sequence[Any]) -> dict[int, list[Near]]:
    """For each listing that this person may compare, what is near it and theirs to see, the most alike first."""
    state = _state(kind)
    if not state or not listings:
        return {}
    mine = _full(user, kind, f"{kind}.compare", [listing.pk for listing in listings])
    pairs = {listing.pk: _pairs(kind, listing, state) for listing in listings if listing.pk in mine}
    others = {int(_other(pair)) for found in pairs.values() for pair in found}
    seen = _full(user, kind, f"{kind}.view", others)
    return {
        pk: [_near(pair, seen[int(_other(pair))]) for pair in found if int(_other(pair)) in seen][:MOST]
        for pk, found in pairs.items()
    }


def _full(user: Any, kind: str, verb: str, ids: Iterable[int]) -> dict[int, Any]:
    """Of these listings those that may be ``verb``-ed and whose whole text this person may read."""
    found: QuerySet[Any] = MODELS[kind].objects.filter(pk__in=ids).select_related("organisation")
    found = access.scope(user, verb, found)
    if kind == "need":
        found = annotate_grade(user, found).filter(shown_grade__gte=FIGURES)
    return {row.pk: row for row in found}


def _records(kind: str, listings: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    children = ("indicators",) if kind == "need" else ("claims", "people")
    rows = listings.select_related("organisation").order_by("pk").prefetch_related(*children)
    return map(_record, rows.iterator(chunk_size=1000))


def _record(listing: Any) -> dict[str, Any]:
    """What is compared: the whole text; which organisation holds it, by number; since when it is there."""
    day = listing.published_at or listing.created
    return {
        **indexed.record(listing),
        "organisation": str(listing.organisation_id),
        "date": timezone.localtime(day).date().isoformat(),
    }


def _pairs(kind: str, listing: Any, state: str) -> list[Any]:
    """What is near a listing, whoever asks (kept until it or the signatures change)."""
    told = repr((kind, listing.pk, listing.updated.isoformat(), state))
    name = "near:" + hashlib.sha256(told.encode()).hexdigest()
    found = cache.get(name)
    if found is None:
        known = _opened(kind, state)
        found = [] if known is None else known.find(_record(listing), top=DEPTH)
        found = [(str(listing.pk), pair) for pair in found]
        cache.set(name, found, 600)
    return list(found)


def _other(found: tuple[str, Any]) -> str:
    own, pair = found
    return str(pair.other if pair.one == own else pair.one)


def _near(found: tuple[str, Any], listing: Any) -> Near:
    own, pair = found
    first = "" if not pair.first else "this" if pair.first == own else "other"
    turned = [(at, one, other) if pair.one == own else (at, other, one) for at, one, other in pair.figures]
    passage = pair.passages[0] if pair.passages else ""
    return Near(listing, pair.kind, round(pair.likeness * 100), pair.flag == "copied", first, passage, turned)


def _state(kind: str) -> str:
    """Which signatures are in force; empty where there are none yet."""
    try:
        told = path(kind).stat()
    except OSError:
        return ""
    return f"{path(kind)}:{told.st_mtime_ns}:{told.st_size}"


def _opened(kind: str, state: str) -> Duplicates | None:
    """The signatures in force, opened once a state of the file; None where they cannot be read."""
    with _lock:
        if _open.get(kind, ("",))[0] != state:
            from tuwei.match import Duplicates

            try:
                _open[kind] = (state, Duplicates.load(path(kind)))
            except TuweiError:
                return None
        return _open[kind][1]
