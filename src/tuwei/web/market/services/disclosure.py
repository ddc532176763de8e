"""Opening a need to others: views are logged; access is asked for, given and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError
from tuwei.web.accounts.models import Organisation, User
from tuwei.web.base import access, events

from ..models import AccessRequest, Grant, Need, NeedView
from ..selectors.disclosure import grade_for
from .need_moves import owners

__all__ = ["access_request", "grade_for", "grant_give", "grant_revoke", "request_decline", "view_log"]
GRANTABLE = (1, 2, 3)


def view_log(*, user: Any, need: Need, grade: int, channel: str) -> None:
    """Log one look at a need (page, api, desk, export, file); the owner's own people are at home."""
    person = user if getattr(user, "pk", None) else None
    at_home = need.organisation_id == getattr(person, "organisation_id", None)
    if person and (need.owner_id == person.pk or at_home):
        return
    NeedView.objects.create(need=need, user=person, grade=grade, channel=channel)


def views_log(*, user: Any, needs: Iterable[Need], grade: int, channel: str) -> None:
    """Log one look at several needs at once (a list that tells figures)."""
    home = getattr(user, "organisation_id", None)
    rows = [
        NeedView(need=need, user=user, grade=grade, channel=channel)
        for need in needs
        if need.owner_id != user.pk and (home is None or need.organisation_id != home)
    ]
    NeedView.objects.bulk_create(rows)


@transaction.atomic
def access_request(*, actor: Any, need: Need, grade: int, message: str) -> AccessRequest:
    """Ask the owner for a higher grade; the owner is told by whom and why.

    Raises
    ------
    ConflictError
        ``disclosure.already_open``, ``disclosure.already_asked``.
    InputError
        ``disclosure.no_organisation``, ``disclosure.bad_grade``, ``disclosure.no_message``.
    """
    access.require(actor, "need.ask", need)
    _check_request(actor, need, grade, message)
    try:
        with transaction.atomic():
            asked = AccessRequest.objects.create(
                need=need,
                organisation=actor.organisation,
                asked_by=actor,
                grade=grade,
                message=message.strip(),
            )
    except IntegrityError:
        raise ConflictError(
            "disclosure.already_asked",
            "贵单位的申请正等待需求方答复。",
            "Your organisation's request is waiting for the owner's answer.",
        ) from None
    events.record(
        actor=actor, verb="need.access_asked", obj=need, label=str(need), reason=asked.message,
        after={"grade": f"L{grade}", "organisation": str(actor.organisation)}, notify=owners(need),
        url=reverse("market:need-disclosure", args=[need.pk]),
    )  # fmt: skip
    return asked


def _check_request(actor: Any, need: Need, grade: int, message: str) -> None:
    if not actor.organisation_id:
        raise InputError(
            "disclosure.no_organisation",
            "您的账户未关联单位，不能申请；请先在个人资料中补充。",
            "Your account belongs to no organisation; add one to your profile first.",
        )
    _check_grade(grade)
    if not message.strip() or len(message.strip()) > 500:
        raise InputError(
            "disclosure.no_message",
            "请说明用途（1–500 字）。",
            "Say what it is for (1–500 characters).",
            field="message",
        )
    if grade <= grade_for(actor, need):
        raise ConflictError(
            "disclosure.already_open",
            "您已能看到 L{grade}。",
            "L{grade} is already open to you.",
            grade=grade,
        )


@transaction.atomic
def grant_give(
    *,
    actor: Any,
    need: Need,
    organisation: Organisation,
    grade: int,
    nda_signed_on: date | None = None,
    nda_reference: str = "",
) -> Grant:
    """Open a need to one organisation up to a grade; answers its waiting request, if there is one.

    Raises
    ------
    InputError
        ``disclosure.needs_nda``: L3 without the date and number of a signed NDA.
    """
    access.require(actor, "need.grant", need)
    _check_grant(grade, nda_signed_on, nda_reference)
    Need.objects.select_for_update().get(
        pk=need.pk
    )  # one grant in force, even when two people give one at once
    need.grants.filter(organisation=organisation, revoked=None).update(revoked=timezone.now())
    grant = Grant.objects.create(
        need=need, organisation=organisation, grade=grade, nda_signed_on=nda_signed_on,
        nda_reference=nda_reference.strip(), granted_by=actor,
    )  # fmt: skip
    need.requests.filter(organisation=organisation, answer="waiting").update(
        answer=AccessRequest.Answer.GIVEN, answered_at=timezone.now()
    )
    _record(actor, "need.granted", need, organisation, grade)
    return grant


@transaction.atomic
def grant_revoke(*, actor: Any, grant: Grant) -> None:
    """Take a grant back; what was seen was seen, the log says when."""
    access.require(actor, "need.grant", grant.need)
    locked = Grant.objects.select_for_update().get(pk=grant.pk)
    if locked.revoked is None:
        locked.revoked = timezone.now()
        locked.save(update_fields=["revoked"])
        _record(actor, "need.revoked", grant.need, grant.organisation, grant.grade)


@transaction.atomic
def request_decline(*, actor: Any, asked: AccessRequest, reason: str = "") -> None:
    """Say no to a request; who asked is told."""
    access.require(actor, "need.grant", asked.need)
    waiting = AccessRequest.objects.filter(pk=asked.pk, answer=AccessRequest.Answer.WAITING)
    answer = {
        "answer": AccessRequest.Answer.DECLINED,
        "reason": reason.strip()[:300],
        "answered_at": timezone.now(),
    }
    if not waiting.update(**answer):
        raise ConflictError("disclosure.answered", "这项申请已经答复。", "This request has been answered.")
    events.record(
        actor=actor, verb="need.access_declined", obj=asked.need, label=f"#{asked.need_id}", reason=reason.strip()[:300],
        after={"grade": f"L{asked.grade}", "organisation": str(asked.organisation)}, notify=[asked.asked_by],
        url=reverse("market:need", args=[asked.need_id]),
    )  # fmt: skip


def _check_grade(grade: int) -> None:
    if grade not in GRANTABLE:
        raise InputError(
            "disclosure.bad_grade",
            "等级应为 L1–L3，现为“{got}”。",
            "The grade must be L1–L3, got “{got}”.",
            got=grade,
        )


def _check_grant(grade: int, signed: date | None, reference: str) -> None:
    _check_grade(grade)
    if grade == 3 and not (signed and reference.strip()):
        raise InputError(
            "disclosure.needs_nda",
            "开放 L3 须先签署保密协议：请填写签署日期与协议编号。",
            "L3 needs a signed NDA: give its date and number.",
            field="nda_signed_on",
        )
    if signed and signed > timezone.localdate():
        raise InputError(
            "disclosure.future_nda",
            "保密协议的签署日期 {got} 在今天之后。",
            "The NDA's date {got} lies in the future.",
            field="nda_signed_on",
            got=signed.isoformat(),
        )
    if len(reference.strip()) > 120:
        raise InputError(
            "disclosure.long_reference",
            "协议编号不超过 120 字。",
            "The NDA's number has at most 120 characters.",
            field="nda_reference",
        )


def _record(actor: Any, verb: str, need: Need, organisation: Organisation, grade: int) -> None:
    # The label goes to people who may not know the title (any more): the number is enough to find it.
    events.record(
        actor=actor, verb=verb, obj=need, label=f"#{need.pk}",
        after={"organisation": str(organisation), "grade": f"L{grade}"},
        notify=User.objects.filter(organisation=organisation, is_active=True),
        url=reverse("market:need", args=[need.pk]),
    )  # fmt: skip
