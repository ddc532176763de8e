"""A need's way along its life cycle: one function for every step."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import InputError, TuweiError
from tuwei.web.accounts.models import User
from tuwei.web.base import access, events

from ..models import Need
from ..models.need import LIFE_CYCLE
from ..selectors.life_cycle import NEEDS_REASON, STEPS, overdue
from ..selectors.records_need import need_record
from . import clarity
from .indexing import touch
from .life_cycle import next_state

_PAST = {
    "submit": "submitted", "verify": "verified", "return": "returned", "publish": "published",
    "match": "matched", "contact": "contacted", "negotiate": "negotiating", "contract": "contracted",
    "deliver": "delivering", "accept": "accepted", "evaluate": "evaluated", "reopen": "reopened",
    "withdraw": "withdrawn", "expire": "expired", "solve_elsewhere": "solved_elsewhere", "merge": "merged",
    "revive": "revived",
}  # fmt: skip
_DESK = (
    "contact",
    "negotiate",
    "contract",
    "deliver",
    "accept",
    "reopen",
    "expire",
    *("withdraw", "solve_elsewhere"),
)


@transaction.atomic
def need_move(
    *,
    actor: Any,
    need: Need,
    verb: str,
    reason: str = "",
    into: Need | None = None,
    told: Collection[User] = (),
) -> Need:
    """Take one step of the life cycle (``submit``, ``verify``, ``publish`` …; see ``LIFE_CYCLE``).

    ``told`` hear of it otherwise and get no notice of this step.

    Raises
    ------
    ConflictError
        ``need.wrong_state``: the step is not open from here; says which are.
    InputError
        ``need.no_step``, ``need.unclear``, ``need.no_consent``, ``need.no_reason``, ``need.no_target`` …
    AccessError, MissingError
        As `access.get`.
    """
    if verb not in STEPS:
        raise InputError(
            "need.no_step", "没有这一步：“{got}”。", "There is no step “{got}”.", field="verb", got=verb[:40]
        )
    locked = access.get(actor, f"need.{verb}", Need.objects.select_for_update(of=("self",)), pk=need.pk)
    state = next_state("need", locked, verb, LIFE_CYCLE, STEPS)
    _guard(actor, locked, verb, reason, into)
    return _move(actor, locked, verb, state, reason, into, told)


@transaction.atomic
def need_expire(*, need: Need) -> bool:
    """Expire a need whose deadline has passed; the site does this by itself, no person acts."""
    locked = overdue().select_for_update().filter(pk=need.pk).first()
    if locked is None:  # someone moved it or put the deadline off meanwhile
        return False
    _move(None, locked, "expire", "expired", "", None)
    return True


def _move(
    actor: Any,
    need: Need,
    verb: str,
    state: str,
    reason: str,
    into: Need | None,
    told: Collection[User] = (),
) -> Need:
    before, need.state, need.state_since = need.state, state, timezone.now()
    if verb == "publish":
        need.published_at = need.state_since
    if verb == "merge":
        need.merged_into = into
    need.save(update_fields=["state", "state_since", "published_at", "merged_into", "updated"])
    events.record(
        actor=actor, verb=f"need.{_PAST[verb]}", obj=need, label=str(need), reason=reason.strip()[:1000],
        before={"state": before}, after={"state": state}, notify=[person for person in _hear_of(need, verb) if person not in told],
        url=reverse("market:need", args=[need.pk]),
    )  # fmt: skip
    touch("need", [need.pk])
    return need


def _guard(actor: Any, need: Need, verb: str, reason: str, into: Need | None) -> None:
    if refused := refusal(need, verb):
        raise refused
    if verb in NEEDS_REASON and not reason.strip():
        raise InputError("need.no_reason", "请写明理由。", "Give a reason.", field="reason")
    if verb == "merge":
        _guard_merge(actor, need, into)


def refusal(need: Need, verb: str) -> TuweiError | None:
    """Why ``verify`` or ``publish`` would be refused whoever asked; None where it would not."""
    try:
        if verb in ("verify", "publish"):
            _guard_clear(need)
        if verb == "publish":
            _guard_publish(need)
    except TuweiError as error:
        return error
    return None


def _guard_merge(actor: Any, need: Need, into: Need | None) -> None:
    known = into is not None and access.can(actor, "need.view", into)
    if into is None or not known or into.pk == need.pk or into.state in ("merged", "withdrawn"):
        raise InputError(
            "need.no_target",
            "请指明并入哪一项需求（编号）:须是您可见、未撤回也未合并的另一项。",
            "Say into which need (its number): another one you may see, neither withdrawn nor merged.",
            field="into",
        )


def _guard_clear(need: Need) -> None:
    if need.completeness >= clarity.threshold():
        return
    missing = clarity.missing(need_record(need))[:5]
    raise InputError(
        "need.unclear",
        "完整度 {got} 未达到所需的 {expected}，还缺：{missing}。",
        "Completeness {got} is below the {expected} needed; missing: {missing_en}.",
        got=need.completeness,
        expected=clarity.threshold(),
        missing="、".join(zh for zh, _ in missing),
        missing_en=", ".join(en for _, en in missing),
    )


def _guard_publish(need: Need) -> None:
    if not need.consent_publish:
        raise InputError(
            "need.no_consent",
            "需求方尚未同意公开发布，请先取得同意。",
            "The owner has not consented to publication; obtain it first.",
            field="consent_publish",
        )
    if need.deadline and need.deadline < timezone.localdate():
        raise InputError(
            "need.deadline_passed",
            "期限 {got} 已过，请先更新期限。",
            "The deadline {got} has passed; change it first.",
            field="deadline",
            got=need.deadline.isoformat(),
        )


def _hear_of(need: Need, verb: str) -> list[User]:
    """Who is told: commissioners of what must be cleared, officers of what must be published, owner, brokers."""
    active = User.objects.filter(is_active=True)
    if verb == "submit":  # below the threshold a need reaches commissioners only
        clear = need.completeness >= clarity.threshold()
        return list(active.filter(role__in=["commissioner", "officer"] if clear else ["commissioner"]))
    found = list(owners(need))
    if verb == "verify":
        found += active.filter(role="officer")
    if verb in _DESK:
        found += active.filter(cases__need=need, cases__state__in=("open", "talking")).distinct()
    return found


def owners(need: Need) -> list[User]:
    """Whoever entered the need; where nobody did (an import), everyone of the organisation."""
    if need.owner:
        return [need.owner]
    return list(User.objects.filter(organisation=need.organisation, is_active=True))
