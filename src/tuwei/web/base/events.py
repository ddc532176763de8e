"""Record what people do, once, for audit, notifications and statistics alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import get_language

from .models import Event, Notification

GENESIS = "0" * 64
request_id: ContextVar[str] = ContextVar("request_id", default="")
_SENTENCES: dict[str, tuple[str, str]] = {}


def catalogue(sentences: dict[str, tuple[str, str]]) -> None:
    """Register verbs with their Chinese and English sentence (``{actor}``, ``{label}``, ``{reason}``)."""
    _SENTENCES.update(sentences)


def verbs() -> dict[str, tuple[str, str]]:
    return dict(_SENTENCES)


def record(
    *,
    actor: Any,
    verb: str,
    obj: Model | None = None,
    label: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    notify: Iterable[Any] = (),
    url: str = "",
) -> Event:
    """Append one event; must run inside the transaction of the change it tells of.

    ``verb`` must be in the catalogue: an event nobody can read is a defect, found by the first test.
    """
    if verb not in _SENTENCES:
        raise KeyError(f"no sentence for the verb {verb!r}")
    with transaction.atomic():
        _lock_chain()
        event = _build(actor, verb, obj, label, before or {}, after or {}, reason)
        event.save()
    told = [user for user in set(notify) if user != actor]
    Notification.objects.bulk_create(
        [Notification(user=user, event=event, url=url) for user in told], ignore_conflicts=True
    )
    for user in told:
        if user.mail_notices and user.is_active:
            _mail(user, event, url)
    return event


def _mail(user: Any, event: Event, url: str) -> None:
    from .mail import queue  # mail needs jobs, whose handlers record events

    said = sentence(event, user.language)
    queue(to=user.email, language=user.language, template="base/mail/notice.txt", sentence=said, url=url)


def _lock_chain() -> None:
    """One writer at a time, or two events would follow the same one. SQLite's IMMEDIATE does it already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x7475776569])


def _build(
    actor: Any, verb: str, obj: Model | None, label: str, before: Any, after: Any, reason: str
) -> Event:
    person = actor if getattr(actor, "pk", None) else None
    last = Event.objects.values_list("digest", flat=True).first()
    event = Event(
        at=timezone.now(),
        actor=person,
        organisation_id=getattr(person, "organisation_id", None),
        verb=verb,
        object_type=(obj._meta.model_name or "") if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        label=(label or str(obj or ""))[:200],
        before=_plain(before),
        after=_plain(after),
        reason=reason,
        request_id=request_id.get(),
        previous=last or GENESIS,
    )
    event.digest = digest(event)
    return event


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str, ensure_ascii=False))


def digest(event: Event) -> str:
    """SHA-256 over every field and the previous digest, in a fixed order."""
    parts = [
        event.previous, event.at.isoformat(), event.actor_id, event.organisation_id, event.verb,
        event.object_type, event.object_id, event.label, event.before, event.after, event.reason,
        event.request_id,
    ]  # fmt: skip
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain() -> int | None:
    """Return the id of the first event that was tampered with, or None where the chain holds."""
    previous = GENESIS
    for event in Event.objects.order_by("id").iterator():
        if event.previous != previous or event.digest != digest(event):
            return int(event.pk)
        previous = event.digest
    return None


def last() -> tuple[int, str]:
    """Number and digest of the last event: kept outside the database, it tells when the tail is cut off."""
    found = Event.objects.values_list("pk", "digest").first()
    return found or (0, GENESIS)


def holds(head: str) -> bool:
    """Whether the chain still holds an event of this digest; with a chain that verifies, all up to it is as it was."""
    return head.strip().lower() == GENESIS or Event.objects.filter(digest=head.strip().lower()).exists()


def sentence(event: Event, language: str | None = None) -> str:
    """Render the event in the reader's language."""
    zh, en = _SENTENCES.get(event.verb, (event.verb, event.verb))
    english = (language or get_language() or "zh").startswith("en")
    actor = str(event.actor) if event.actor else ("the system" if english else "系统")
    values = {**event.after, "actor": actor, "label": event.label, "reason": event.reason}
    return (en if english else zh).format_map(_Blanks(values))


class _Blanks(dict[str, Any]):
    """An old event may lack what today's sentence names: a gap, not a broken page."""

    def __missing__(self, key: str) -> str:
        return "…"
