"""Saved searches: kept, changed, and their new hits mailed once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError
from tuwei.core.text import normalise
from tuwei.web.base import access, events, mail

from ..models import SavedHit, SavedSearch
from ..selectors import lists

MOST = 50  # per person
PER_MAIL = 20  # hits named in one mail
MOST_HITS = 1_000  # looked at in one run; the rest waits for the next
EVERY = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
EARLY = timedelta(hours=1)  # the scheduler's own unpunctuality must not turn "daily" into every second day
# A listing published just before the last look may have become visible just after it.
OVERLAP = timedelta(days=1)


@transaction.atomic
def saved_create(
    *, actor: Any, kind: str, query: Mapping[str, Any], name: str, frequency: str = "daily"
) -> SavedSearch:
    """Keep a search.

    Parameters
    ----------
    kind
        ``"need"`` or ``"achievement"``.
    query
        ``q`` and facets, as the list's address holds them; anything else is left out.

    Raises
    ------
    InputError
        ``saved.*`` or ``list.bad_facet``.
    ConflictError
        ``saved.too_many``, ``saved.same_name``.
    """
    access.require(actor, "saved_search.create")
    if kind not in SavedSearch.Kind.values:
        raise InputError(
            "saved.bad_kind",
            "“{field}”应为 need 或 achievement。",
            "“{field}” is need or achievement.",
            field="kind",
        )
    mine = SavedSearch.objects.select_for_update().filter(user=actor)
    if len(mine) >= MOST:
        raise ConflictError(
            "saved.too_many",
            "最多保存 {expected} 个检索。",
            "At most {expected} searches can be kept.",
            expected=MOST,
        )
    asked = lists.read(kind, query, actor)
    saved = SavedSearch(user=actor, kind=kind, query=asked.saved())
    _fill(saved, name, frequency)
    saved.save()
    events.record(actor=actor, verb="saved_search.created", obj=saved, label=saved.name)
    return saved


@transaction.atomic
def saved_change(*, actor: Any, saved: SavedSearch, name: str, frequency: str) -> SavedSearch:
    """Rename a search, or hear of it at another pace."""
    changed = access.get(actor, "saved_search.edit", SavedSearch.objects.select_for_update(), pk=saved.pk)
    before = {"name": changed.name, "frequency": changed.frequency}
    _fill(changed, name, frequency)
    changed.save(update_fields=["name", "frequency"])
    after = {"name": changed.name, "frequency": changed.frequency}
    events.record(
        actor=actor, verb="saved_search.changed", obj=changed, label=changed.name, before=before, after=after
    )
    return changed


@transaction.atomic
def saved_delete(*, actor: Any, saved: SavedSearch) -> None:
    gone = access.get(actor, "saved_search.edit", SavedSearch.objects.all(), pk=saved.pk)
    events.record(actor=actor, verb="saved_search.deleted", obj=gone, label=gone.name)
    gone.delete()


def _fill(saved: SavedSearch, name: str, frequency: str) -> None:
    saved.name = normalise(name)
    saved.frequency = frequency
    if not saved.name or len(saved.name) > 60:
        raise InputError(
            "saved.bad_name", "“{field}”应为 1–60 个字。", "“{field}” takes 1–60 characters.", field="name"
        )
    if frequency not in SavedSearch.Frequency.values:
        raise InputError(
            "saved.bad_frequency", "“{field}”应为 {expected}。", "“{field}” is one of {expected}.",
            field="frequency", expected=", ".join(SavedSearch.Frequency.values),
        )  # fmt: skip
    if SavedSearch.objects.filter(user=saved.user, name=saved.name).exclude(pk=saved.pk).exists():
        raise ConflictError(
            "saved.same_name", "您已有名为“{got}”的检索。", "You already have a search named “{got}”.",
            field="name", got=saved.name,
        )  # fmt: skip


def due(now: datetime) -> list[int]:
    """The searches whose turn it is, of people who may sign in."""
    open_ones = SavedSearch.objects.filter(user__is_active=True).exclude(
        frequency=SavedSearch.Frequency.NEVER
    )
    rows = open_ones.order_by("pk").values_list("pk", "frequency", "last_run", "created")
    return [pk for pk, pace, last, created in rows if (last or created) <= now - EVERY[pace] + EARLY]


@transaction.atomic
def saved_mail(*, pk: int, now: datetime) -> int:
    """Mail the new hits of one search; returns how many. Killed half-way, nothing was mailed nor noted."""
    saved = SavedSearch.objects.select_for_update(of=("self",)).select_related("user").filter(pk=pk).first()
    if saved is None or pk not in due(now):  # gone, or done by another worker in the meantime
        return 0
    rows = new_hits(saved)
    SavedSearch.objects.filter(pk=pk).update(last_run=now)
    if not rows:
        return 0
    SavedHit.objects.bulk_create([SavedHit(search=saved, listing_id=row.pk) for row in rows])
    mail.queue(
        to=saved.user.email, language=saved.user.language, template="market/mail/saved.txt", saved=saved,
        rows=rows[:PER_MAIL], more=max(len(rows) - PER_MAIL, 0), count=len(rows),
        list_url=reverse(f"market:{saved.kind}s") + lists.read(saved.kind, saved.query, saved.user).url(),
    )  # fmt: skip
    return len(rows)


def new_hits(saved: SavedSearch) -> list[Any]:
    """Hits published since the last look (or since the search was saved) that were never mailed."""
    asked = lists.read(saved.kind, saved.query, saved.user)
    since = max(saved.created, saved.last_run - OVERLAP) if saved.last_run else saved.created
    fresh = lists.found(asked, saved.user).filter(published_at__gt=since)
    told = SavedHit.objects.filter(search=saved).values("listing_id")
    return lists.lines(
        asked, saved.user, fresh.exclude(pk__in=told).order_by("-published_at", "-id"), MOST_HITS
    )


def upcoming(saved: SavedSearch) -> datetime | None:
    """When a search is looked at next."""
    pace = EVERY.get(saved.frequency)
    return max((saved.last_run or saved.created) + pace, timezone.now()) if pace else None
