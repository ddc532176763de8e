"""Needs: saved from a record, moved along their life cycle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError
from tuwei.core.money import parse_yuan
from tuwei.web.accounts.models import Organisation, User
from tuwei.web.base import access, events, search

from ..models import Indicator, Need
from ..models.need import LIFE_CYCLE, OPEN
from ..selectors.records_need import DISCLOSED, need_record
from ..selectors.terms import resolve
from ..specs.common import bounds, checked, measures_from_text
from ..specs.need import NEED, without_read_only
from . import clarity
from .indexing import touch

MOST_INDICATORS = 30
PLAIN = (
    "title", "problem", "object", "function", "constraints", "tried_routes", "ip_ownership", "solver_conditions",
    "why_not_inhouse", "contact_name", "contact_phone", "contact_email", "abstract",
)  # fmt: skip


@transaction.atomic
def need_save(*, actor: Any, record: Mapping[str, Any], need: Need | None = None) -> Need:
    """Create a need from a record, or change one; fields that the record leaves out stay as they are.

    Raises
    ------
    InputError
        The first fault, with all of them in ``errors``; ``need.state_secret`` where the text bears a mark of
        classification (nothing is stored then).
    AccessError, MissingError
        As `access.get`.
    """
    if need is None:
        access.require(actor, "need.create")
        saved, before = Need(owner=actor), {}
    else:
        saved = access.get(actor, "need.edit", Need.objects.select_for_update(of=("self",)), pk=need.pk)
        before = need_record(saved)
    values = checked(NEED, {**without_read_only(before), **without_read_only(dict(record))})
    fill(saved, values, actor=actor)
    saved.save()
    indicators_replace(saved, values)
    _tell_saved(actor, saved, before)
    return saved


def fill(need: Need, values: Mapping[str, Any], *, actor: Any) -> None:
    """Put checked values into a need (not yet saved) and work out what follows from them."""
    clarity.refuse_secrets(values)
    for name in PLAIN:
        setattr(need, name, values.get(name) or "")
    need.organisation = organisation_for(actor, values.get("organisation"))
    for scheme in ("field", "industry", "region"):
        setattr(need, scheme, resolve(scheme, values.get(scheme)))
    need.keywords = values.get("keywords") or []
    need.deadline = values.get("deadline")
    need.consent_publish = bool(values.get("consent_publish"))
    need.grade = int((values.get("grade") or "L1")[1])
    _fill_budget(need, values)
    need.abstract = need.abstract or clarity.proposed_abstract(values)
    need.completeness = clarity.score(values)
    need.search_text = search_text(need)


def _fill_budget(need: Need, values: Mapping[str, Any]) -> None:
    low, high = values.get("budget_min"), values.get("budget_max")
    need.budget_min = None if low is None else parse_yuan(low)
    need.budget_max = None if high is None else parse_yuan(high)
    if need.budget_min is not None and need.budget_max is not None and need.budget_min > need.budget_max:
        raise InputError(
            "need.budget_order",
            "“{field}”应不小于预算下限 {expected} 元,现为“{got}”。",
            "“{field}” must not be below the lower bound of {expected} yuan, got “{got}”.",
            field="预算上限",
            expected=low,
            got=high,
        )


def search_text(need: Need) -> str:
    """Tokens of what L1 discloses (of L0 for an L0 need): a search must not answer for hidden words."""
    open_grade = min(int(need.grade), 1)
    names = [name for name in ("title", "abstract") if DISCLOSED[name] <= open_grade]
    words = need.keywords if DISCLOSED["keywords"] <= open_grade else []
    return search.tokens(" ".join([*(getattr(need, name) for name in names), *words]))


def organisation_for(actor: Any, name: str | None) -> Organisation:
    """The organisation of a record: the person's own unless their role enters listings for others."""
    own = getattr(actor, "organisation", None)
    if not name or (own and own.name == name):
        if own is None:
            raise _no_organisation(name)
        return own
    found = Organisation.objects.filter(name=name).first()
    if found is None or (actor is not None and not access.may_enter_for_others(actor)):
        raise _no_organisation(name)
    return found


def _no_organisation(name: str | None) -> InputError:
    return InputError(
        "record.organisation",
        "“{field}”应为您所在的单位(或您可代为录入的已登记单位),现为“{got}”。",
        "“{field}” must be your own organisation, or a registered one you may enter for, got “{got}”.",
        field="需求单位",
        got=name or "",
    )


def indicators_of(values: Mapping[str, Any]) -> list[Indicator]:
    """Indicators of checked values: the structured list, else the text cell."""
    rows = values.get("indicators")
    if not rows and values.get("indicators_text"):
        rows = measures_from_text(values["indicators_text"])
    if rows and (not isinstance(rows, list) or len(rows) > MOST_INDICATORS or not all(map(_named, rows))):
        raise InputError(
            "need.bad_indicators",
            "“{field}”应为至多 {expected} 项、每项有名称(name)的列表。",
            "“{field}” must be a list of at most {expected} items, each with a name.",
            field="技术指标",
            expected=MOST_INDICATORS,
        )
    return [_indicator(row, number) for number, row in enumerate(rows or [], start=1)]


def _named(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("name"), str) and bool(row["name"].strip())


def _indicator(row: dict[str, Any], number: int) -> Indicator:
    text = {name: str(row.get(name) or "")[:length] for name, length in (("current", 60), ("note", 200))}
    return Indicator(name=row["name"].strip()[:100], **bounds(row, f"技术指标第 {number} 项"), **text)


def indicators_replace(need: Need, values: Mapping[str, Any]) -> None:
    rows = indicators_of(values)
    need.indicators.all().delete()
    for row in rows:
        row.need = need
    Indicator.objects.bulk_create(rows)


def _tell_saved(actor: Any, need: Need, before: dict[str, Any]) -> None:
    after = need_record(need)
    changed = {name: value for name, value in after.items() if before.get(name) != value}
    verb = "need.changed" if before else "need.created"
    events.record(
        actor=actor, verb=verb, obj=need, label=str(need), before={n: before[n] for n in changed if n in before},
        after={"fields": sorted(changed)},
    )  # fmt: skip
    if need.state in OPEN:
        touch("need", [need.pk])


@transaction.atomic
def need_move(
    *, actor: Any, need: Need, verb: str, reason: str = "", into: Need | None = None
) -> Need:
    """Take one step of the life cycle (``submit``, ``verify``, ``publish`` …; see ``LIFE_CYCLE``).

    Raises
    ------
    ConflictError
        ``need.wrong_state``: the step is not open from here; says which are.
    InputError
        ``need.unclear``, ``need.no_consent``, ``need.no_reason``, ``need.no_target``: what is missing.
    """
    moved = access.get(actor, f"need.{verb}", Need.objects.select_for_update(of=("self",)), pk=need.pk)
    state = _next_state(moved, verb)
    _guard(moved, verb, reason, into)
    before, moved.state = moved.state, state
    if verb == "publish":
        moved.published_at = timezone.now()
    if verb == "merge":
        moved.merged_into = into
    moved.save(update_fields=["state", "published_at", "merged_into", "updated"])
    events.record(
        actor=actor, verb=f"need.{_PAST[verb]}", obj=moved, label=str(moved), reason=reason.strip(),
        before={"state": before}, after={"state": state}, notify=_hear_of(moved, verb),
        url=reverse("market:need", args=[moved.pk]),
    )  # fmt: skip
    touch("need", [moved.pk])
    return moved


_PAST = {
    "submit": "submitted", "verify": "verified", "return": "returned", "publish": "published",
    "match": "matched", "contact": "contacted", "negotiate": "negotiating", "contract": "contracted",
    "deliver": "delivering", "accept": "accepted", "evaluate": "evaluated", "reopen": "reopened",
    "withdraw": "withdrawn", "expire": "expired", "solve_elsewhere": "solved_elsewhere", "merge": "merged",
    "revive": "revived",
}  # fmt: skip
NEEDS_REASON = ("return", "withdraw", "reopen")


def _next_state(need: Need, verb: str) -> str:
    steps = LIFE_CYCLE[need.state]
    if verb not in steps:
        raise ConflictError(
            "need.wrong_state",
            "需求现为“{state}”,不能进行“{verb}”;现在可以:{expected}。",
            "The need is “{state}”; “{verb}” is not open from there. Open now: {expected}.",
            state=need.get_state_display(),
            verb=verb,
            expected="、".join(steps) or "—",
        )
    return steps[verb]


def _guard(need: Need, verb: str, reason: str, into: Need | None) -> None:
    if verb == "publish":
        _guard_publish(need)
    if verb in NEEDS_REASON and not reason.strip():
        raise InputError("need.no_reason", "请写明理由。", "Give a reason.", field="reason")
    if verb == "merge" and (into is None or into.pk == need.pk or into.state == "merged"):
        raise InputError(
            "need.no_target", "请指明并入哪一项需求。", "Say into which need it is merged.", field="into"
        )


def _guard_publish(need: Need) -> None:
    if not need.consent_publish:
        raise InputError(
            "need.no_consent",
            "需求方尚未同意公开发布,请先取得同意。",
            "The owner has not consented to publication; obtain it first.",
            field="consent_publish",
        )
    if need.completeness < clarity.threshold():
        raise InputError(
            "need.unclear",
            "完整度 {got} 未达到发布所需的 {expected},还缺:{missing}。",
            "Completeness {got} is below the {expected} needed to publish; missing: {missing}.",
            got=need.completeness,
            expected=clarity.threshold(),
            missing="、".join(clarity.missing(need_record(need))[:5]),
        )


def _hear_of(need: Need, verb: str) -> list[User]:
    """Who is told: commissioners of what must be cleared, officers of what must be published, else the owner."""
    active = User.objects.filter(is_active=True)
    if verb == "submit":
        return list(active.filter(role="commissioner"))
    owner = [need.owner] if need.owner else []
    return [*owner, *active.filter(role="officer")] if verb == "verify" else owner
