"""How a person can stand to needs, achievements and what hangs on them; used by ``access``."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from tuwei.web.base.access import relation

from .models import Achievement, Grant, Need, SavedSearch
from .models.need import OPEN

NOBODY = Q(pk__in=[])


def _grants(user: Any, grade: int) -> Q:
    if not user.organisation_id:
        return NOBODY
    in_force = Grant.objects.filter(
        need=OuterRef("pk"), organisation=user.organisation_id, revoked=None, grade__gte=grade
    )
    return Q(Exists(in_force))


def _public() -> Q:
    return Q(state__in=OPEN, consent_publish=True)


@relation(Need, "public")
def need_public(user: Any) -> Q:
    return _public()


@relation(Need, "open_l1")
def need_open_l1(user: Any) -> Q:
    return _public() & Q(grade__gte=1)


@relation(Need, "open_l2")
def need_open_l2(user: Any) -> Q:
    """Figures are open to people whose identity an officer has checked."""
    return _public() & Q(grade__gte=2) if user.identity_checked_at else NOBODY


@relation(Need, "own")
def need_own(user: Any) -> Q:
    return Q(owner=user.pk)


@relation(Need, "org")
def need_org(user: Any) -> Q:
    return Q(organisation=user.organisation_id) if user.organisation_id else NOBODY


@relation(Need, "granted")
@relation(Need, "granted_l1")
def need_granted(user: Any) -> Q:
    return _grants(user, 1)


@relation(Need, "granted_l2")
def need_granted_l2(user: Any) -> Q:
    return _grants(user, 2)


@relation(Need, "granted_l3")
def need_granted_l3(user: Any) -> Q:
    return _grants(user, 3)


@relation(Need, "clarifying")
def need_clarifying(user: Any) -> Q:
    """What is not yet clear reaches commissioners, whose work it is to clear it."""
    return Q(state__in=("clarifying", "verified"))


@relation(Need, "submitted")
def need_submitted(user: Any) -> Q:
    """Everything but other people's drafts."""
    return ~Q(state="draft")


@relation(Achievement, "public")
def achievement_public(user: Any) -> Q:
    return Q(state=Achievement.State.PUBLISHED)


@relation(Achievement, "own")
def achievement_own(user: Any) -> Q:
    return Q(owner=user.pk)


@relation(Achievement, "org")
def achievement_org(user: Any) -> Q:
    return Q(organisation=user.organisation_id) if user.organisation_id else NOBODY


@relation(Achievement, "submitted")
def achievement_submitted(user: Any) -> Q:
    return ~Q(state=Achievement.State.DRAFT)


@relation(SavedSearch, "own")
def saved_search_own(user: Any) -> Q:
    return Q(user=user.pk)
