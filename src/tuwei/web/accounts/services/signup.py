"""An account from application to decision: apply, confirm the address, approve or refuse."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.core.text import normalise
from tuwei.web.base import access, events, mail

from ..models import Organisation, User
from ..selectors import OPEN_ROLES, officers, organisation_named, user_with_email
from .organisations import organisation_from

CONFIRM_SALT, CONFIRM_LIFE = "tuwei.accounts.confirm", 3 * 24 * 3600  # seconds
MAIL_PATH = "accounts/mail/{}.txt"


def account_apply(
    *,
    email: str,
    password: str,
    name: str,
    role: str,
    organisation: str,
    kind: str = "",
    credit_code: str = "",
    phone: str = "",
    language: str = "zh-hans",
) -> None:
    """Take an application. The answer is the same whether or not the address is known already.

    An unknown address gets a pending account and a link to confirm it; a known one gets a mail that says so.
    """
    if role not in OPEN_ROLES:
        raise InputError(
            "account.role", "不能申请此角色。", "This role cannot be applied for.", field="role", got=role
        )
    known = user_with_email(email)
    if known is not None:
        make_password(password)  # as long as the other path takes
        return _tell_known(known)
    with transaction.atomic():
        user = User(
            email=email.strip().lower(), name=full_name(name), role=role, phone=phone, language=language
        )
        _place(user, organisation, kind, credit_code)
        user.set_password(password)
        user.save()
        events.record(actor=None, verb="account.applied", obj=user, after={"role": role})
        _ask_to_confirm(user)


def full_name(text: str) -> str:
    """Return a person's name in one spelling.

    Raises
    ------
    InputError
        ``account.name``: nothing is left once invisible characters are gone.
    """
    name = normalise(text)
    if not name:
        raise InputError("account.name", "请填写姓名。", "Give a name.", field="name")
    return name


def _place(user: User, organisation: str, kind: str, credit_code: str) -> None:
    """Name the organisation: a registered one, or a proposal an officer will look at."""
    name = normalise(organisation)
    user.organisation = organisation_named(name)
    if name and user.organisation is None:
        user.proposal = {"name": name, "kind": kind, "credit_code": credit_code}


def _tell_known(user: User) -> None:
    if mail.flooded(user.email):
        return
    if user.state == "pending" and user.email_confirmed_at is None:
        return _ask_to_confirm(user)
    mail.queue(to=user.email, language=user.language, template=MAIL_PATH.format("known"), user=user)


def _ask_to_confirm(user: User) -> None:
    token = signing.dumps({"user": user.pk, "email": user.email}, salt=CONFIRM_SALT)
    path = reverse("accounts:confirm", args=[token])
    mail.queue(
        to=user.email, language=user.language, template=MAIL_PATH.format("confirm"), user=user, path=path
    )


def email_confirm(*, token: str) -> User:
    """Note that the address is the applicant's own, and tell the officers.

    Raises
    ------
    MissingError
        ``account.bad_link``: forged, older than three days, or of an application that is gone.
    """
    try:
        wanted = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_LIFE)
    except signing.BadSignature:
        raise _bad_link() from None
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=wanted["user"], email=wanted["email"]).first()
        if user is None:
            raise _bad_link()
        if user.email_confirmed_at is None:
            user.email_confirmed_at = timezone.now()
            user.save(update_fields=["email_confirmed_at"])
            url = reverse("accounts:approvals")
            events.record(actor=None, verb="account.confirmed", obj=user, notify=officers(), url=url)
    return user


def _bad_link() -> MissingError:
    return MissingError(
        "account.bad_link",
        "链接无效或已过期，请重新操作以获取新的链接。",
        "This link is not valid or has expired; start again to get a new one.",
    )


def account_approve(
    *, actor: Any, user: User, organisation: str = "", identity_seen: bool = False, verified: bool = False
) -> User:
    """Open the account; make the proposed organisation real, or put another registered one in its place.

    Parameters
    ----------
    organisation
        Name of a registered organisation to use instead of the proposed one.
    identity_seen
        The officer knows who this is; needed where the address was not confirmed.
    verified
        The officer has checked the proposed organisation.
    """
    access.require(actor, "user.approve", user)
    with transaction.atomic():
        user = _undecided(user)
        if user.email_confirmed_at is None and not identity_seen:
            raise ConflictError(
                "account.unconfirmed",
                "“{name}”还没有确认邮箱；如已通过其他方式核实本人，请勾选“已核验身份”后批准。",
                "“{name}” has not confirmed the address; if you know who it is, tick “identity checked” and approve.",
                name=user.name,
            )
        _settle_organisation(actor, user, organisation, verified)
        now = timezone.now()
        user.is_active, user.approved_at = True, now
        user.identity_checked_at = now if identity_seen else None
        user.save()
        after = {"role": user.role, "identity": identity_seen}
        events.record(actor=actor, verb="account.approved", obj=user, after=after, notify=[user])
        _mail(user, "approved", path=reverse("accounts:login"))
    return user


def _settle_organisation(actor: Any, user: User, chosen: str, verified: bool) -> None:
    if chosen:
        user.organisation = registered(chosen)
    elif user.organisation is None and user.proposal:
        user.organisation = organisation_from(actor=actor, verified=verified, **user.proposal)
    user.proposal = {}


def registered(name: str) -> Organisation:
    """Return the organisation of that name.

    Raises
    ------
    InputError
        ``organisation.unknown``: none is registered under this name.
    """
    found = organisation_named(normalise(name))
    if found is None:
        raise InputError(
            "organisation.unknown",
            "没有名为“{got}”的已登记单位。",
            "No organisation named “{got}” is registered.",
            field="organisation",
            got=name,
        )
    return found


def account_refuse(*, actor: Any, user: User, reason: str) -> None:
    """Refuse with a reason. The application and its personal data are deleted; the event stays."""
    access.require(actor, "user.approve", user)
    if not reason.strip():
        raise InputError("account.reason", "请写明拒绝的原因。", "Say why it is refused.", field="reason")
    with transaction.atomic():
        user = _undecided(user)
        events.record(actor=actor, verb="account.refused", obj=user, reason=reason.strip())
        _mail(user, "refused", reason=reason.strip())
        user.delete()


def _undecided(user: User) -> User:
    """Return the row, locked; two officers may press the button at the same moment."""
    fresh = User.objects.select_for_update().filter(pk=user.pk, is_active=False, approved_at=None).first()
    if fresh is None:
        raise ConflictError(
            "account.decided",
            "“{name}”的申请已由他人处理。",
            "Someone has decided on the application of “{name}” already.",
            name=user.name,
        )
    return fresh


def _mail(user: User, name: str, **context: Any) -> None:
    mail.queue(to=user.email, language=user.language, template=MAIL_PATH.format(name), user=user, **context)
