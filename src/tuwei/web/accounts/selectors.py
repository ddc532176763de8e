"""Read accounts, organisations, invitations and tokens, each through the door."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q, QuerySet

from tuwei.web.base import access

from .models import ApiToken, Invitation, Organisation, Role, User, name_key

OPEN_ROLES = (Role.ENTERPRISE, Role.RESEARCHER, Role.BROKER, Role.COMMISSIONER)  # what a stranger may ask for
OFFICE = (Role.OFFICER, Role.ADMIN)


def officers() -> QuerySet[User]:
    """Everyone who decides on applications."""
    return User.objects.filter(role__in=OFFICE, is_active=True)


def people(user: Any, *, words: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """The accounts ``user`` may see, filtered."""
    found = access.scope(user, "user.view", User.objects.select_related("organisation"))
    if words:
        named = Q(name__icontains=words) | Q(email__icontains=words) | Q(organisation__name__icontains=words)
        found = found.filter(named)
    if role:
        found = found.filter(role=role)
    states = {
        "active": Q(is_active=True),
        "pending": Q(is_active=False, approved_at=None),
        "suspended": Q(is_active=False, approved_at__isnull=False),
    }
    return found.filter(states.get(state, Q()))


def person(user: Any, pk: int, verb: str = "user.view") -> User:
    return access.get(user, verb, User.objects.select_related("organisation"), pk=pk)


def pending(user: Any) -> QuerySet[User]:
    """Applications to decide, the oldest first; those with a confirmed address before the others."""
    waiting = Q(is_active=False, approved_at=None)
    found = access.scope(user, "user.approve", User.objects.select_related("organisation"))
    return found.filter(waiting).order_by(F("email_confirmed_at").asc(nulls_last=True), "id")


def unverified_organisations(user: Any) -> QuerySet[Organisation]:
    """Those that somebody entered. Samples stand for nobody; what a pack brought waits until it has people."""
    brought = Q(source__startswith="pack:", users=None)
    waiting = Organisation.objects.filter(verified=False, is_sample=False).exclude(brought)
    return access.scope(user, "organisation.verify", waiting)


def organisation(user: Any, pk: int, verb: str) -> Organisation:
    return access.get(user, verb, Organisation.objects.all(), pk=pk)


def organisation_named(name: str) -> Organisation | None:
    return Organisation.objects.named(name).first()


def organisation_names(words: str, limit: int = 10) -> list[str]:
    """Names to offer while someone types; public, as organisations are."""
    if len(words) < 2:
        return []
    return list(
        Organisation.objects.filter(name_key__contains=name_key(words)).values_list("name", flat=True)[:limit]
    )


def similar_organisations(name: str) -> list[str]:
    """Registered names that contain the heart of ``name`` (its first four characters) or are contained in it."""
    heart = name.removeprefix("内蒙古").removeprefix("呼和浩特")[:4]
    return organisation_names(heart, 5) if heart else []


def invitations(user: Any) -> QuerySet[Invitation]:
    found = access.scope(user, "user.invite", Invitation.objects.select_related("organisation", "invited_by"))
    return found.filter(accepted=None)


def invitation(user: Any, pk: int) -> Invitation:
    return access.get(user, "user.invite", Invitation.objects.all(), view="user.invite", pk=pk)


def tokens(user: Any) -> QuerySet[ApiToken]:
    return access.scope(user, "token.view", ApiToken.objects.all())


def token(user: Any, pk: int) -> ApiToken:
    return access.get(user, "token.revoke", ApiToken.objects.all(), pk=pk)


def user_with_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email.strip()).first()
