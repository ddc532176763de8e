"""Achievements: saved from a record, moved from draft to publication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.money import parse_yuan
from tuwei.web.accounts.models import Organisation, Person, User
from tuwei.web.base import access, events, search

from ..models import Achievement, Claim
from ..selectors.achievements import LIFE_CYCLE, NEEDS_REASON, STEPS
from ..selectors.records_achievement import achievement_record
from ..selectors.terms import resolve
from ..specs.achievement import ACHIEVEMENT, READ_ONLY
from ..specs.common import bounds, measures_from_text, parted
from .faults import Faults
from .indexing import touch
from .life_cycle import next_state
from .organisations import organisation_place

__all__ = ["LIFE_CYCLE", "achievement_move", "achievement_save"]
MOST_CLAIMS = 30
PLAIN = (
    "title", "text", "registration_no", "attribute", "form", "stage", "trl_evidence", "right_to_dispose",
    "application", "benefit",
)  # fmt: skip
_PAST = {
    "submit": "submitted", "publish": "published", "return": "returned", "withdraw": "withdrawn", "revive": "revived",
}  # fmt: skip


@transaction.atomic
def achievement_save(
    *, actor: Any, record: Mapping[str, Any], achievement: Achievement | None = None
) -> Achievement:
    """Create an achievement from a record, or change one; fields that the record leaves out stay as they are.

    Raises
    ------
    InputError
        The first fault, with all of them in ``errors``.
    """
    if achievement is None:
        access.require(actor, "achievement.create")
        saved, before = Achievement(owner=actor), {}
    else:
        queryset = Achievement.objects.select_for_update(of=("self",))
        saved = access.get(actor, "achievement.edit", queryset, pk=achievement.pk)
        before = achievement_record(saved)
    values, faults = parted(ACHIEVEMENT, {**_writable(before), **_writable(record)})
    fill(saved, values, actor=actor, faults=faults)
    saved.save()
    claims_replace(saved, values)
    people_replace(saved, values.get("people") or [])
    _tell_saved(actor, saved, before)
    return saved


def achievement_try(
    *, actor: Any, record: Mapping[str, Any], achievement: Achievement | None = None
) -> TuweiError | None:
    """What `achievement_save` would find wrong; nothing is saved, whatever it finds."""
    try:
        with transaction.atomic():
            achievement_save(actor=actor, record=record, achievement=achievement)
            transaction.set_rollback(True)
    except TuweiError as error:
        return error
    return None


def _writable(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in READ_ONLY}


def fill(
    achievement: Achievement,
    values: Mapping[str, Any],
    *,
    actor: Any,
    organisations: Mapping[str, Organisation] | None = None,
    faults: Iterable[InputError] = (),
) -> None:
    """Put checked values into an achievement (not yet saved).

    Raises
    ------
    InputError
        The first fault, with all of them in ``errors``: of ``faults`` (found before) and of what is found here.
    """
    found = Faults(faults)
    for name in PLAIN:
        setattr(achievement, name, values.get(name) or "")
    with found.noted():
        organisation_place(achievement, values.get("organisation"), actor=actor, known=organisations)
    for scheme in ("field", "industry", "region"):
        with found.noted():
            setattr(achievement, scheme, resolve(scheme, values.get(scheme)))
    for fill_part in (_fill_months, _fill_prices, _fill_ip):
        with found.noted():
            fill_part(achievement, values)
    with found.noted():
        claims_of(values)
    found.raise_all()
    achievement.level = values.get("level") or Achievement.Level.UNRATED
    achievement.trl = values.get("trl")
    achievement.keywords = values.get("keywords") or []
    achievement.cooperation = values.get("cooperation") or []
    achievement.search_text = search_text(achievement)


def _fill_months(achievement: Achievement, values: Mapping[str, Any]) -> None:
    for name in ("start_month", "end_month"):
        month = values.get(name)
        setattr(achievement, name, f"{month}-01" if month else None)
    _check_order("完成年月", values.get("start_month"), values.get("end_month"))


def _fill_prices(achievement: Achievement, values: Mapping[str, Any]) -> None:
    low, high = values.get("price_min"), values.get("price_max")
    achievement.price_min = None if low is None else parse_yuan(low)
    achievement.price_max = None if high is None else parse_yuan(high)
    _check_order("期望价格上限", achievement.price_min, achievement.price_max)


def _fill_ip(achievement: Achievement, values: Mapping[str, Any]) -> None:
    achievement.ip = _ip(values)


def search_text(achievement: Achievement) -> str:
    """Tokens of what a visitor may search: all of an achievement's prose."""
    parts = [achievement.title, achievement.text, achievement.application, *achievement.keywords]
    return search.tokens(" ".join(parts))


def _check_order(field: str, low: Any, high: Any) -> None:
    if low is not None and high is not None and low > high:
        raise InputError(
            "achievement.order",
            "“{field}”不应小于对应的下限（起始）。",
            "“{field}” must not be below its lower bound.",
            field=field,
            got=str(high),
        )


def _ip(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """Intellectual property: the structured list, else "种类 号码 状态;…"."""
    rows = values.get("ip")
    if rows is not None:
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise InputError(
                "achievement.bad_ip", "“{field}”应为列表。", "“{field}” must be a list.", field="知识产权"
            )
        return [
            {name: str(row.get(name) or "")[:100] for name in ("kind", "number", "status")}
            for row in rows[:50]
        ]
    text = (values.get("ip_text") or "").replace("\uff1b", ";")
    parts = [part.split() for part in text.split(";") if part.strip()]
    return [dict(zip(("kind", "number", "status"), [*part, "", "", ""], strict=False)) for part in parts[:50]]


def claims_of(values: Mapping[str, Any]) -> list[Claim]:
    """Claims of checked values: the structured list, else the text cell."""
    rows = values.get("claims")
    if not rows and values.get("claims_text"):
        found = measures_from_text(values["claims_text"])
        rows = [{**row, "quantity": row["name"]} for row in found]
    if rows and (not isinstance(rows, list) or len(rows) > MOST_CLAIMS or not all(map(_named, rows))):
        raise InputError(
            "achievement.bad_claims",
            "“{field}”应为至多 {expected} 项、每项有指标名(quantity)的列表。",
            "“{field}” must be a list of at most {expected} items, each with a quantity.",
            field="量化指标",
            expected=MOST_CLAIMS,
        )
    return [_claim(row, number) for number, row in enumerate(rows or [], start=1)]


def _named(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("quantity"), str) and bool(row["quantity"].strip())


def _claim(row: dict[str, Any], number: int) -> Claim:
    """A claim as stated: whether it was reproduced is decided by evidence, never by its author."""
    lengths = {"baseline": 200, "conditions": 300, "evidence": 300}
    text = {name: str(row.get(name) or "")[:length] for name, length in lengths.items()}
    state = Claim.Evidence.DOCUMENTED if row.get("evidence_state") == "documented" else Claim.Evidence.CLAIMED
    measured = bounds(row, f"量化指标第 {number} 项")
    return Claim(quantity=row["quantity"].strip()[:100], evidence_state=state, **measured, **text)


def claims_replace(achievement: Achievement, values: Mapping[str, Any]) -> None:
    rows = claims_of(values)
    achievement.claims.all().delete()
    for row in rows:
        row.achievement = achievement
    Claim.objects.bulk_create(rows)


def people_replace(achievement: Achievement, names: list[str]) -> None:
    people = [
        Person.objects.get_or_create(name=name[:60], organisation=achievement.organisation)[0]
        for name in names[:50]
    ]
    achievement.people.set(people)


def _tell_saved(actor: Any, achievement: Achievement, before: dict[str, Any]) -> None:
    after = achievement_record(achievement)
    changed = sorted(name for name, value in after.items() if before.get(name) != value)
    events.record(
        actor=actor, verb="achievement.changed" if before else "achievement.created", obj=achievement,
        label=str(achievement), before={name: before[name] for name in changed if name in before},
        after={"fields": changed},
    )  # fmt: skip
    if achievement.state == Achievement.State.PUBLISHED:
        touch("achievement", [achievement.pk])


@transaction.atomic
def achievement_move(*, actor: Any, achievement: Achievement, verb: str, reason: str = "") -> Achievement:
    """Take one step: ``submit``, ``publish``, ``return``, ``withdraw`` or ``revive``.

    Raises
    ------
    ConflictError
        ``achievement.wrong_state``: the step is not open from here; says which are.
    """
    queryset = Achievement.objects.select_for_update(of=("self",))
    moved = access.get(actor, f"achievement.{verb}", queryset, pk=achievement.pk)
    before, moved.state = moved.state, next_state("achievement", moved, verb, LIFE_CYCLE, STEPS)
    if verb in NEEDS_REASON and not reason.strip():
        raise InputError("achievement.no_reason", "请写明理由。", "Give a reason.", field="reason")
    moved.state_since = timezone.now()
    if verb == "publish":
        moved.published_at = moved.state_since
    moved.save(update_fields=["state", "state_since", "published_at", "updated"])
    notify = (
        User.objects.filter(role="officer", is_active=True)
        if verb == "submit"
        else filter(None, [moved.owner])
    )
    events.record(
        actor=actor, verb=f"achievement.{_PAST[verb]}", obj=moved, label=str(moved), reason=reason.strip(),
        before={"state": before}, after={"state": moved.state}, notify=notify,
        url=reverse("market:achievement", args=[moved.pk]),
    )  # fmt: skip
    touch("achievement", [moved.pk])
    return moved
