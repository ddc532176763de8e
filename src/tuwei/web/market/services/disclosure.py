"""Opening a need to others: views are logged, grants given and taken back by the owner."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError
from tuwei.web.accounts.models import Organisation, User
from tuwei.web.base import access, events

from ..models import Grant, Need, NeedView
from ..selectors.disclosure import grade_for

__all__ = ["access_request", "grade_for", "grant_give", "grant_revoke", "view_log"]


def view_log(*, user: Any, need: Need, grade: int, channel: str) -> None:
    """Log one look at a need; the owner's own people leave no trace, they are at home."""
    person = user if getattr(user, "pk", None) else None
    if person and (need.owner_id == person.pk or need.organisation_id == person.organisation_id):
        return
    NeedView.objects.create(need=need, user=person, grade=grade, channel=channel)


@transaction.atomic
def access_request(*, actor: Any, need: Need, grade: int, message: str) -> None:
    """Ask the owner for a higher grade; the owner is told by whom and why."""
    access.require(actor, "need.view", need)
    if not actor.organisation_id:
        raise _no_organisation()
    if grade <= grade_for(actor, need):
        raise ConflictError(
            "disclosure.already_open",
            "您已能看到 L{grade}。",
            "L{grade} is already open to you.",
            grade=grade,
        )
    owners = (
        [need.owner] if need.owner else User.objects.filter(organisation=need.organisation, is_active=True)
    )
    events.record(
        actor=actor, verb="need.access_asked", obj=need, label=str(need), reason=message.strip(),
        after={"grade": f"L{grade}", "organisation": str(actor.organisation)}, notify=owners,
        url=reverse("market:need-disclosure", args=[need.pk]),
    )  # fmt: skip


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
    """Open a need to one organisation up to a grade.

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
    _record(actor, "need.granted", need, organisation, grade)
    return grant


@transaction.atomic
def grant_revoke(*, actor: Any, grant: Grant) -> None:
    """Take a grant back; what was seen was seen, the log says when."""
    access.require(actor, "need.grant", grant.need)
    if grant.revoked is None:
        grant.revoked = timezone.now()
        grant.save(update_fields=["revoked"])
        _record(actor, "need.revoked", grant.need, grant.organisation, grant.grade)


def _check_grant(grade: int, signed: date | None, reference: str) -> None:
    if grade not in (1, 2, 3):
        raise InputError(
            "disclosure.bad_grade",
            "授权等级应为 L1–L3,现为“{got}”。",
            "A grant is for L1–L3, got “{got}”.",
            got=grade,
        )
    if grade == 3 and not (signed and reference.strip()):
        raise InputError(
            "disclosure.needs_nda",
            "开放 L3 须先签署保密协议:请填写签署日期与协议编号。",
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


def _record(actor: Any, verb: str, need: Need, organisation: Organisation, grade: int) -> None:
    events.record(
        actor=actor, verb=verb, obj=need, label=str(need),
        after={"organisation": str(organisation), "grade": f"L{grade}"},
        notify=User.objects.filter(organisation=organisation, is_active=True),
        url=reverse("market:need", args=[need.pk]),
    )  # fmt: skip


def _no_organisation() -> InputError:
    return InputError(
        "disclosure.no_organisation",
        "您的账户未关联单位,不能申请;请先在个人资料中补充。",
        "Your account belongs to no organisation; add one to your profile first.",
    )
