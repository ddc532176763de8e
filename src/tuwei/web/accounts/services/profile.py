"""What people change about their own account."""

from __future__ import annotations

from typing import Any

from axes.utils import reset as end_lockout
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from tuwei.core.text import normalise
from tuwei.web.base import access, events, mail

from ..models import User
from ..selectors import user_with_email
from .signup import MAIL_PATH, full_name


def profile_update(
    *, actor: Any, user: User, name: str, phone: str, language: str, mail_notices: bool
) -> User:
    """Change name, phone, language and whether notices also come by mail."""
    access.require(actor, "user.edit", user)
    with transaction.atomic():
        before = {"name": user.name, "phone": user.phone}
        user.name, user.phone, user.language = full_name(name), normalise(phone), language
        user.mail_notices = mail_notices
        user.save(update_fields=["name", "phone", "language", "mail_notices"])
        after = {"name": user.name, "phone": user.phone}
        events.record(actor=actor, verb="account.profile", obj=user, before=before, after=after)
    return user


def language_keep(*, user: User, language: str) -> None:
    """Remember the language switched to; a taste, not an act: no event."""
    if language in dict(settings.LANGUAGES):
        User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)


def password_changed(*, user: User, told: bool = True) -> None:
    """Note a change of password, tell the person, and end any lock-out of guessers."""
    with transaction.atomic():
        events.record(actor=user, verb="account.password", obj=user)
        template = MAIL_PATH.format("password_changed")
        if told:
            mail.queue(to=user.email, language=user.language, template=template, user=user)
    end_lockout(username=user.email)


def reset_mail(*, email: str) -> bool:
    """Send a link to set a new password, if there is an open account. Called by the worker.

    So the page that asks answers in the same time and words for every address.
    """
    user = user_with_email(email)
    if user is None or not user.is_active or mail.flooded(user.email):
        return False
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("accounts:reset-confirm", args=[uid, default_token_generator.make_token(user)])
    template = MAIL_PATH.format("reset")
    mail.queue(to=user.email, language=user.language, template=template, user=user, path=path)
    return True
