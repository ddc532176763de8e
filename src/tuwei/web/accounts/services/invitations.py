"""Invite people by mail; only the hash of the link's secret is kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.web.base import access, events, mail

from ..models import Invitation, Role, User
from ..selectors import OFFICE, user_with_email
from .signup import MAIL_PATH, full_name, registered


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_send(
    *, actor: Any, email: str, role: str, organisation: str = "", language: str = "zh-hans"
) -> Invitation:
    """Invite someone to a role; an earlier open invitation of the same address is replaced.

    Officers and administrators are invited by those who may set roles, or an officer could make himself one.
    """
    access.require(actor, "user.invite")
    if role in OFFICE:
        access.require(actor, "user.set_role")
    if role not in Role.values:
        raise InputError("account.role", "没有此角色。", "No such role.", field="role", got=role)
    if user_with_email(email):
        raise ConflictError(
            "invitation.known",
            "{email} 已有账号或正在申请。",
            "{email} has an account or has applied for one.",
            field="email",
            email=email,
        )
    place = registered(organisation) if organisation else None
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Invitation.objects.filter(email__iexact=email, accepted=None).delete()
        made = Invitation.objects.create(
            email=email.strip().lower(),
            role=role,
            organisation=place,
            token_hash=_hash(token),
            invited_by=actor,
            expires=timezone.now() + Invitation.LIFE,
        )
        events.record(actor=actor, verb="account.invited", obj=made, after={"role": role})
        path = reverse("accounts:accept", args=[token])
        template = MAIL_PATH.format("invitation")
        mail.queue(
            to=made.email, language=language, template=template, invitation=made, actor=actor, path=path
        )
    return made


def invitation_withdraw(*, actor: Any, invitation: Invitation) -> None:
    """Make the link useless."""
    access.require(actor, "user.invite")
    with transaction.atomic():
        for row in Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted=None):
            events.record(actor=actor, verb="account.uninvited", obj=row)
            row.delete()


def invitation_open(*, token: str) -> Invitation:
    """Return the invitation behind a link.

    Raises
    ------
    MissingError
        ``invitation.bad_link``: unknown, used, withdrawn, or older than 14 days. They look alike.
    """
    wanted = Invitation.objects.select_related("organisation", "invited_by")
    found = wanted.filter(token_hash=_hash(token), accepted=None, expires__gt=timezone.now()).first()
    if found is None:
        raise MissingError(
            "invitation.bad_link",
            "邀请链接无效、已使用或已过期，请联系邀请人重新发送。",
            "This invitation is not valid, was used or has expired; ask for a new one.",
        )
    return found


def invitation_accept(
    *, token: str, name: str, password: str, phone: str = "", language: str = "zh-hans"
) -> User:
    """Make the account; the link has proved the address. Works once."""
    with transaction.atomic():
        invitation = invitation_open(token=token)
        claimed = Invitation.objects.filter(pk=invitation.pk, accepted=None)
        if not claimed.update(accepted=timezone.now()):
            raise ConflictError("invitation.used", "邀请已使用。", "The invitation was used.")
        if user_with_email(invitation.email):
            raise ConflictError(
                "invitation.known",
                "{email} 已有账号或正在申请。",
                "{email} has an account or has applied for one.",
                email=invitation.email,
            )
        now = timezone.now()
        user = User.objects.create_user(
            email=invitation.email,
            password=password,
            name=full_name(name),
            phone=phone,
            role=invitation.role,
            organisation=invitation.organisation,
            language=language,
            is_active=True,
            approved_at=now,
            email_confirmed_at=now,
        )
        url = reverse("accounts:person", args=[user.pk])
        events.record(actor=user, verb="account.joined", obj=user, notify=[invitation.invited_by], url=url)
    return user
