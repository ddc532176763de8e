"""Needs, saved from a record. Their life cycle is in ``need_moves``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse

from tuwei.core.errors import AccessError, ConflictError, InputError, TuweiError
from tuwei.core.money import parse_yuan
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access, events, search

from ..models import Indicator, Need, NeedState
from ..models.need import OPEN
from ..selectors.life_cycle import EDITABLE, both
from ..selectors.needs import log_label
from ..selectors.records_need import DISCLOSED, indicator_record, need_record
from ..selectors.terms import resolve
from ..specs.common import bounds, measures_from_text, parted
from ..specs.need import NEED, without_read_only
from . import clarity, wording
from .faults import Faults
from .indexing import touch
from .need_moves import need_move, owners
from .organisations import organisation_place

__all__ = ["need_move", "need_save"]

MOST_INDICATORS = 30
LOGGED = 2  # the highest grade whose former text goes into the event log
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
        _check_editable(saved)
        before = need_record(saved)
    values, faults = parted(NEED, merged(before, record))
    opened = (saved.consent_publish, saved.grade)
    fill(saved, values, actor=actor, faults=faults)
    if need is not None:
        check_opened(actor, saved, *opened)
    check_standing(saved)
    saved.save()
    indicators_replace(saved, values)
    _tell_saved(actor, saved, before)
    return saved


def need_try(*, actor: Any, record: Mapping[str, Any], need: Need | None = None) -> TuweiError | None:
    """What `need_save` would find wrong; nothing is saved, whatever it finds."""
    try:
        with transaction.atomic():
            need_save(actor=actor, record=record, need=need)
            transaction.set_rollback(True)
    except TuweiError as error:
        return error
    return None


def merged(before: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """What stands, overlaid with what came in; indicators given as text replace the structured ones."""
    given = without_read_only(dict(record))
    kept = without_read_only(dict(before))
    if given.get("indicators_text") and "indicators" not in given:
        kept.pop("indicators", None)
    return {**kept, **given}


def _check_editable(need: Need) -> None:
    if need.state in EDITABLE:
        return
    state = both(NeedState(need.state).label)
    raise ConflictError(
        "need.not_editable",
        "需求现为“{state}”，内容不能再改。",
        "The need is “{state_en}”; its text can no longer be changed.",
        state=state[0],
        state_en=state[1],
    )


def check_opened(actor: Any, need: Need, consent: bool, grade: int) -> None:
    """Who clears a need up for its owner may close it further, never open it: that is the owner's own word."""
    wider = need.grade > grade or (need.consent_publish and not consent)
    if wider and need.owner_id != actor.pk and not access.can(actor, "need.grant", need):
        raise AccessError(
            "need.not_yours_to_open",
            "同意公开与提高披露等级只能由需求方自己决定。",
            "Only the owner's side may consent to publication or raise the grade.",
        )


def check_standing(need: Need) -> None:
    """Refuse what may not be done to a need that stands, by whatever way the change came (form, API, import)."""
    _check_editable(need)
    _check_still_clear(need)


def _check_still_clear(need: Need) -> None:
    """What others may already read must not be emptied below what was needed to publish it."""
    if need.state in OPEN and need.completeness < clarity.threshold():
        raise ConflictError(
            "need.would_be_unclear",
            "已发布的需求完整度不能低于 {expected}，这样修改后为 {got}；请补全，或先撤回。",
            "A published need must stay at completeness {expected}; this change leaves {got}. "
            "Fill it in, or withdraw the need first.",
            expected=clarity.threshold(),
            got=need.completeness,
        )


def fill(
    need: Need,
    values: Mapping[str, Any],
    *,
    actor: Any,
    organisations: Mapping[str, Organisation] | None = None,
    faults: Iterable[InputError] = (),
) -> None:
    """Put checked values into a need (not yet saved) and work out what follows from them.

    Raises
    ------
    InputError
        The first fault, with all of them in ``errors``: of ``faults`` (found before) and of what is found here.
    """
    before = {name: getattr(need, name) for name in wording.PUBLIC}
    found, indicators = Faults(faults), []
    with found.noted():
        indicators = [indicator_record(row) for row in indicators_of(values)]
    values = {**values, "indicators": indicators}
    with found.noted():
        clarity.refuse_secrets(values)
    for name in PLAIN:
        setattr(need, name, values.get(name) or "")
    with found.noted():
        organisation_place(need, values.get("organisation"), actor=actor, known=organisations)
    for scheme in ("field", "industry", "region"):
        with found.noted():
            if values.get(scheme) != getattr(need, scheme):  # a code the pack no longer has may stay
                setattr(need, scheme, resolve(scheme, values.get(scheme)))
    with found.noted():
        _fill_budget(need, values)
    found.add(wording.contacts(values))
    if not (values.get(wording.CONFIRMED) and _may_confirm(need, actor)):
        found.add(wording.tells(values, before, need.organisation.name if need.organisation_id else ""))
    found.raise_all()
    _fill_rest(need, values)


def _may_confirm(need: Need, actor: Any) -> bool:
    """Figures and names in public are the owner's own word, as consent is."""
    return (
        actor is None or need.pk is None or need.owner_id == actor.pk or access.can(actor, "need.grant", need)
    )


def _fill_rest(need: Need, values: Mapping[str, Any]) -> None:
    """What cannot go wrong any more."""
    need.keywords = values.get("keywords") or []
    need.deadline = date.fromisoformat(values["deadline"]) if values.get("deadline") else None
    need.consent_publish = bool(values.get("consent_publish"))
    need.grade = int((values.get("grade") or "L1")[1])
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
            "“{field}”应不小于预算下限 {expected} 元，现为“{got}”。",
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
    # The log is read by officers and never erased: contacts, L3 texts and drafts stay out of it.
    logged = -1 if need.state == NeedState.DRAFT else LOGGED
    told = {name: before[name] for name in changed if name in before and DISCLOSED[name] <= logged}
    events.record(
        actor=actor, verb=verb, obj=need, label=log_label(need), before=told, after={"fields": sorted(changed)},
        notify=owners(need) if before else (), url=reverse("market:need", args=[need.pk]),
    )  # fmt: skip
    if need.state in OPEN:
        touch("need", [need.pk])
