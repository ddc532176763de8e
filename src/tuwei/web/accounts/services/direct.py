"""Accounts made and mended by whoever owns the host, on the command line."""

from __future__ import annotations

import secrets

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.web.base import events

from ..models import Role, User
from ..selectors import user_with_email
from .profile import password_changed
from .signup import full_name, registered


def user_create(
    *, email: str, name: str, role: str, password: str = "", organisation: str = ""
) -> tuple[User, str]:
    """Make an open account; without a password one is drawn. Returns the account and the password."""
    email = _email(email)
    if user_with_email(email):
        raise ConflictError(
            "account.known", "{got} 已有账号。", "{got} has an account.", field="email", got=email
        )
    if role not in Role.values:
        expected = "、".join(Role.values)
        raise InputError(
            "account.role", "没有角色“{got}”，可选：{expected}。", "No role “{got}”; choose from {expected}.",
            field="role", got=role, expected=expected,
        )  # fmt: skip
    place = registered(organisation) if organisation else None
    user = User(email=email, name=full_name(name), role=role, organisation=place, is_active=True)
    user.approved_at = user.email_confirmed_at = timezone.now()
    password = checked(password, user) if password else secrets.token_urlsafe(12)
    with transaction.atomic():
        user.set_password(password)
        user.save()
        events.record(actor=None, verb="account.created", obj=user, after={"role": role})
    return user, password


def user_set_password(*, email: str, password: str = "") -> str:
    """Give an account a new password, drawn where none is given; ends its sessions and lock-outs."""
    user = the_user(email)
    password = checked(password, user) if password else secrets.token_urlsafe(12)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        password_changed(user=user)
    return password


def the_user(email: str) -> User:
    """Return the account of that address.

    Raises
    ------
    MissingError
        ``account.unknown``.
    """
    user = user_with_email(email)
    if user is None:
        raise MissingError(
            "account.unknown", "没有账号 {got}。", "No account {got}.", field="email", got=email
        )
    return user


def _email(text: str) -> str:
    try:
        validate_email(text.strip())
    except ValidationError:
        raise InputError(
            "account.email",
            "“{got}”不是电子邮箱。",
            "“{got}” is not an e-mail address.",
            field="email",
            got=text,
        ) from None
    return text.strip().lower()


def checked(password: str, user: User) -> str:
    """Return the password if it keeps the site's rules.

    Raises
    ------
    InputError
        ``account.password``.
    """
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise InputError(
            "account.password", "密码不合要求：{got}", "The password will not do: {got}",
            field="password", got=" ".join(error.messages),
        ) from None  # fmt: skip
    return password
