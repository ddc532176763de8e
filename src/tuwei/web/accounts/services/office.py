"""What officers do with open accounts: suspend, re-activate, check an identity, move."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError
from tuwei.web.base import access, events, mail

from ..models import Role, User
from .signup import MAIL_PATH, registered


def account_suspend(*, actor: Any, user: User, reason: str) -> None:
    """Shut the account: sessions and tokens stop at once, as both ask for an active account each time."""
    _not_oneself(actor, user)
    access.require(actor, "user.suspend", user)
    if not reason.strip():
        raise InputError("account.reason", "请写明停用的原因。", "Say why it is suspended.", field="reason")
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            raise _not_in_state(user)
        events.record(actor=actor, verb="account.suspended", obj=user, reason=reason.strip())
        _mail(user, "suspended", reason=reason.strip())


def account_reactivate(*, actor: Any, user: User) -> None:
    """Open a suspended account again."""
    access.require(actor, "user.suspend", user)
    with transaction.atomic():
        suspended = User.objects.filter(pk=user.pk, is_active=False, approved_at__isnull=False)
        if not suspended.update(is_active=True):
            raise _not_in_state(user)
        events.record(actor=actor, verb="account.reactivated", obj=user)
        _mail(user, "reactivated", path=reverse("accounts:login"))


def identity_check(*, actor: Any, user: User, seen: bool = True) -> None:
    """Note (or withdraw) that an officer has seen who this is: it opens figures of grade L2."""
    _not_oneself(actor, user)
    access.require(actor, "user.check_identity", user)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(identity_checked_at=timezone.now() if seen else None)
        verb = "account.identity_checked" if seen else "account.identity_withdrawn"
        events.record(actor=actor, verb=verb, obj=user, notify=[user], url=reverse("accounts:profile"))


def account_move(*, actor: Any, user: User, role: str, organisation: str) -> None:
    """Give another role or organisation. What the person owns stays the person's."""
    _not_oneself(actor, user)
    access.require(actor, "user.set_role", user)
    if role not in Role.values:
        raise InputError("account.role", "没有此角色。", "No such role.", field="role", got=role)
    place = registered(organisation) if organisation else None
    with transaction.atomic():
        before = {"role": user.role, "organisation": user.organisation_id}
        user.role, user.organisation = role, place
        user.save(update_fields=["role", "organisation"])
        after = {"role": role, "organisation": user.organisation_id}
        events.record(actor=actor, verb="account.moved", obj=user, before=before, after=after, notify=[user])


def _not_oneself(actor: Any, user: User) -> None:
    """Nobody decides on oneself; so at least one administrator always remains."""
    if actor.pk == user.pk:
        raise ConflictError(
            "account.oneself",
            "不能对自己的账号进行此操作，请由另一位工作人员办理。",
            "You cannot do this to your own account; ask a colleague.",
        )


def _not_in_state(user: User) -> ConflictError:
    return ConflictError(
        "account.state",
        "“{name}”的账号状态已改变，请刷新页面。",
        "The state of “{name}” has changed; reload the page.",
        name=user.name,
    )


def _mail(user: User, name: str, **context: Any) -> None:
    mail.queue(to=user.email, language=user.language, template=MAIL_PATH.format(name), user=user, **context)
