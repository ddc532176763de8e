"""Who serves an enterprise, and what a commissioner does there: visits, advice, follow-ups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError
from tuwei.web.accounts.models import Organisation, Role, User
from tuwei.web.base import access, events

from ..models import MOVES, OPEN, Assignment, Visit


@transaction.atomic
def assignment_ask(*, actor: Any, organisation: Organisation, message: str = "") -> Assignment:
    """A commissioner asks to serve an enterprise; its facts open once the enterprise or an officer accepts.

    Raises
    ------
    ConflictError
        ``assignment.open``: this commissioner serves the enterprise already, or has asked.
    InputError
        ``assignment.no_enterprise``: the organisation is none.
    """
    access.require(actor, "assignment.ask")
    made = _open(organisation, actor, state=Assignment.State.ASKED, message=message.strip()[:300])
    _tell(actor, "assignment.asked", made, [*_enterprise(organisation), *_officers()])
    return made


@transaction.atomic
def assignment_give(*, actor: Any, organisation: Organisation, commissioner: User) -> Assignment:
    """An officer assigns a commissioner; one who has asked is thereby accepted."""
    access.require(actor, "assignment.assign")
    if commissioner.role != Role.COMMISSIONER or not commissioner.is_active:
        raise InputError(
            "assignment.no_commissioner", "“{got}”不是已开通的科技特派员账号。",
            "“{got}” is not an active commissioner's account.", field="commissioner", got=str(commissioner),
        )  # fmt: skip
    waiting = Assignment.objects.filter(
        organisation=organisation, commissioner=commissioner, state=Assignment.State.ASKED
    ).first()
    if waiting is not None:
        return assignment_move(actor=actor, assignment=waiting, verb="accept")
    made = _open(
        organisation,
        commissioner,
        state=Assignment.State.ACTIVE,
        decided_by=actor,
        since=timezone.localdate(),
    )
    _tell(actor, "assignment.given", made, [commissioner, *_enterprise(organisation)])
    return made


@transaction.atomic
def assignment_move(*, actor: Any, assignment: Assignment, verb: str, reason: str = "") -> Assignment:
    """Accept, decline or end an assignment. Declining and ending want a reason.

    Raises
    ------
    ConflictError
        ``assignment.no_step``: not from where it stands.
    """
    needed = "assignment.end" if verb == "end" else "assignment.accept"
    locked = access.get(actor, needed, Assignment.objects.select_for_update(of=("self",)), pk=assignment.pk)
    target = MOVES.get(locked.state, {}).get(verb)
    if target is None:
        raise ConflictError(
            "assignment.no_step", "现在的状态是“{state}”，不能这样做。",
            "It is “{state_en}” now; this cannot be done.",
            state=str(Assignment.State(locked.state).label), state_en=locked.state,
        )  # fmt: skip
    if verb != "accept" and not reason.strip():
        raise InputError("assignment.no_reason", "请写明原因。", "Say why.", field="reason")
    _moved(locked, target, actor)
    told = [locked.commissioner, *_enterprise(locked.organisation)]
    _tell(actor, TOLD[verb], locked, told, reason.strip()[:300])
    return locked


TOLD = {"accept": "assignment.accepted", "decline": "assignment.declined", "end": "assignment.ended"}


def _moved(assignment: Assignment, target: str, actor: Any) -> None:
    today = timezone.localdate()
    assignment.state, assignment.decided_by = target, actor
    if target == Assignment.State.ACTIVE:
        assignment.since = today
    else:
        assignment.ended_on = today
    assignment.save(update_fields=["state", "decided_by", "since", "ended_on"])


@transaction.atomic
def visit_record(*, actor: Any, assignment: Assignment, values: Mapping[str, Any]) -> Visit:
    """Write a visit down: ``on``, ``kind``, ``seen``, ``advice``, ``follow_up``, ``follow_up_on``.

    The enterprise hears of it where advice was given or something is to follow.
    """
    held = _working(actor, assignment)
    visit = Visit(assignment=held, author=actor, **_checked(values))
    visit.save()
    told = _enterprise(held.organisation) if visit.advice or visit.follow_up else []
    _tell(actor, "visit.recorded", held, told, date=visit.on.isoformat())
    return visit


@transaction.atomic
def follow_up_done(*, actor: Any, visit: Visit, outcome: str = "", on: date | None = None) -> Visit:
    """Note that a follow-up is done, and what came of it."""
    held = _working(actor, visit.assignment)
    locked = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if not locked.is_open:
        raise ConflictError("visit.done", "这一后续事项已经完成。", "This follow-up is done already.")
    locked.done_on, locked.outcome = on or timezone.localdate(), outcome.strip()[:300]
    locked.save(update_fields=["done_on", "outcome"])
    _tell(actor, "visit.done", held, [], what=locked.follow_up, outcome=locked.outcome)
    return locked


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a visit, or every fault in them."""
    text = {name: str(values.get(name) or "").strip() for name in ("seen", "advice", "follow_up")}
    on, due, kind = values["on"], values.get("follow_up_on"), str(values.get("kind") or Visit.Kind.VISIT)
    if not (text["seen"] or text["advice"]):
        raise InputError(
            "visit.empty", "请写下了解到的情况或给出的建议。", "Write what was seen or what was advised.",
            field="seen",
        )  # fmt: skip
    if on > timezone.localdate():
        raise InputError(
            "visit.future", "走访日期不能晚于今天，现为“{got}”；以后的事请写在“后续事项”。",
            "A visit cannot lie in the future, got “{got}”; what is to come belongs to the follow-up.",
            field="on", got=on.isoformat(),
        )  # fmt: skip
    if due and not text["follow_up"]:
        raise InputError(
            "visit.no_follow_up", "约定了日期，请写明要做什么。", "A date is set; say what is to be done.",
            field="follow_up",
        )  # fmt: skip
    if kind not in Visit.Kind.values:
        raise InputError(
            "visit.bad_kind", "不认识的方式“{got}”。", "Unknown kind “{got}”.", field="kind", got=kind[:20]
        )
    return {**text, "on": on, "kind": kind, "follow_up_on": due}


def _working(actor: Any, assignment: Assignment) -> Assignment:
    """The assignment, locked, if this person works on it and it has not ended."""
    locked = access.get(
        actor, "assignment.work", Assignment.objects.select_for_update(of=("self",)), pk=assignment.pk
    )
    if locked.state != Assignment.State.ACTIVE:
        raise ConflictError(
            "assignment.not_active", "尚未开始或已结束服务，不能记录。",
            "This service has not begun or has ended; nothing can be recorded.",
        )  # fmt: skip
    return locked


def _open(organisation: Organisation, commissioner: User, **fields: Any) -> Assignment:
    if organisation.kind != Organisation.Kind.ENTERPRISE:
        raise InputError(
            "assignment.no_enterprise", "“{got}”不是企业。", "“{got}” is not an enterprise.",
            field="organisation", got=organisation.name,
        )  # fmt: skip
    pair = {"organisation": organisation, "commissioner": commissioner}
    try:
        with transaction.atomic():
            if Assignment.objects.filter(**pair, state__in=OPEN).exists():
                raise IntegrityError
            return Assignment.objects.create(**pair, **fields)
    except IntegrityError:
        raise ConflictError(
            "assignment.open", "{commissioner} 已在服务“{label}”或已提出申请。",
            "{commissioner} serves “{label}” already, or has asked to.",
            commissioner=str(commissioner), label=organisation.name,
        ) from None  # fmt: skip


def _enterprise(organisation: Organisation) -> list[User]:
    return list(User.objects.filter(organisation=organisation, role=Role.ENTERPRISE, is_active=True))


def _officers() -> list[User]:
    return list(User.objects.filter(role=Role.OFFICER, is_active=True))


def _tell(
    actor: Any, verb: str, assignment: Assignment, told: list[User], reason: str = "", **after: Any
) -> None:
    events.record(
        actor=actor, verb=verb, obj=assignment, label=str(assignment.organisation), reason=reason,
        after={"commissioner": str(assignment.commissioner), "state": assignment.state, **after},
        notify=told, url=reverse("policy:assignment", args=[assignment.pk]),
    )  # fmt: skip
