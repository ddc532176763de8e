"""How a person can stand to accounts, organisations, tokens, jobs and notices."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from tuwei.web.base.access import relation
from tuwei.web.base.models import Job, Notification

from .models import ApiToken, Organisation, User
from .selectors import OFFICE


@relation(User, "own")
def user_own(user: Any) -> Q:
    return Q(pk=user.pk)


@relation(User, "below")
def user_below(user: Any) -> Q:
    """Everyone but the office itself: an officer has no power over officers and administrators."""
    return ~Q(role__in=OFFICE)


@relation(Organisation, "org")
def organisation_org(user: Any) -> Q:
    return Q(pk=user.organisation_id or 0)


@relation(ApiToken, "own")
@relation(Notification, "own")
def owned(user: Any) -> Q:
    return Q(user=user.pk)


@relation(Job, "own")
def job_own(user: Any) -> Q:
    return Q(started_by=user.pk)
