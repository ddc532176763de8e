"""Keys to the API: shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError
from tuwei.core.text import normalise
from tuwei.web.base import access, events

from ..models import ApiToken, User

MARK = "tuwei_"
MOST = 20  # tokens a person
LONGEST = 366  # days
FRESH = timedelta(minutes=1)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def token_create(*, actor: Any, name: str, days: int) -> tuple[ApiToken, str]:
    """Make a token; the second value is the secret, which nobody can read again."""
    access.require(actor, "token.create")
    if not 1 <= days <= LONGEST:
        raise InputError(
            "token.days",
            "有效期应为 1–{expected} 天，现为 {got}。",
            "A token lives 1–{expected} days, got {got}.",
            field="days",
            expected=LONGEST,
            got=days,
        )
    if ApiToken.objects.filter(user=actor).count() >= MOST:
        raise ConflictError(
            "token.many",
            "每人最多 {most} 个令牌，请先撤销不用的。",
            "At most {most} tokens each; revoke one first.",
            most=MOST,
        )
    secret = MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        made = ApiToken.objects.create(
            user=actor,
            name=normalise(name),
            prefix=secret[len(MARK) : len(MARK) + 6],
            token_hash=_hash(secret),
            expires=timezone.now() + timedelta(days=days),
        )
        events.record(actor=actor, verb="token.created", obj=made)
    return made, secret


def token_revoke(*, actor: Any, token: ApiToken) -> None:
    """End the token at once."""
    access.require(actor, "token.revoke", token)
    with transaction.atomic():
        # The row before the chain of events, as everywhere: two orders would wait for each other.
        for row in ApiToken.objects.select_for_update().filter(pk=token.pk):
            events.record(actor=actor, verb="token.revoked", obj=row)
            row.delete()


def user_for(token: str) -> User | None:
    """Return the active person a token stands for, or None.

    One hash and one indexed query, whatever came in: the answer's time tells nothing of the secret.
    """
    now = timezone.now()
    alive = Q(expires=None) | Q(expires__gt=now)
    found = (
        ApiToken.objects.select_related("user", "user__organisation")
        .filter(alive, token_hash=_hash(token), user__is_active=True)
        .first()
    )
    if found is None:
        return None
    if found.last_used is None or found.last_used < now - FRESH:
        ApiToken.objects.filter(pk=found.pk).update(last_used=now)
    return found.user
