"""What a broker does with a need: take it up, judge candidates, contact, note, schedule, close."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError
from tuwei.web.accounts.models import User
from tuwei.web.base import access, events
from tuwei.web.market.models import Achievement, Need
from tuwei.web.market.models.need import LIFE_CYCLE
from tuwei.web.market.selectors import indexed, matching
from tuwei.web.market.selectors.needs import title_at
from tuwei.web.market.services.needs import need_move

from ..models import Candidate, Case, Note
from . import grading

PROPOSED = 20  # candidates fetched when a case is taken up
ENGLISH = {0: "no match", 1: "weak match", 2: "fair match", 3: "strong match"}
OPEN = (Case.State.OPEN, Case.State.TALKING)


@transaction.atomic
def case_take(*, actor: Any, need: Need) -> Case:
    """Take a published need up; its best matches become the first candidates.

    Raises
    ------
    ConflictError
        ``case.taken``: this broker already works on it.
    """
    access.require(actor, "need.take", need)
    case, created = Case.objects.get_or_create(need=need, broker=actor)
    if not created:
        raise ConflictError(
            "case.taken",
            "您已接手“{label}”，请在撮合台继续。",
            "You have already taken up “{label}”; go on at the desk.",
            label=str(need),
        )
    events.record(
        actor=actor, verb="case.taken", obj=case, label=str(need), notify=_side(need), url=_need_url(need)
    )
    _advance(actor, need, "match", told=_side(need))
    candidates_refresh(actor=actor, case=case)
    return case


@transaction.atomic
def candidates_refresh(*, actor: Any, case: Case) -> int:
    """Fetch the best matches anew. What was judged or contacted stays; the rest is replaced."""
    case = _editable(actor, case)
    found = matching.achievements_for(user=actor, need=case.need, filters={}, top=PROPOSED)
    case.candidates.filter(verdict=None, contacted_at=None, rank__isnull=False, notes=None).delete()
    for match in found:
        Candidate.objects.update_or_create(
            case=case, achievement=match.listing, defaults=_reasons(match), create_defaults=_reasons(match)
        )
    events.record(actor=actor, verb="case.candidates", obj=case, label=str(case), after={"count": len(found)})
    return len(found)


def _reasons(match: matching.Match) -> dict[str, Any]:
    return {
        "rank": match.rank,
        "score": match.score,
        "level": match.level,
        "why": match.why,
        "index_version": indexed.ranked_by("achievement"),
    }


@transaction.atomic
def candidate_add(*, actor: Any, case: Case, achievement: Achievement) -> Candidate:
    """Add an achievement the machine did not propose: a verdict on it teaches the ranking most."""
    case = _editable(actor, case)
    candidate, created = Candidate.objects.get_or_create(case=case, achievement=achievement)
    if created:
        _record(actor, "case.candidate_added", candidate)
    return candidate


@transaction.atomic
def verdict_set(*, actor: Any, candidate: Candidate, verdict: int, reason: str = "") -> Candidate:
    """Judge a candidate on the four levels (0 none … 3 strong); the last word counts, the log keeps all."""
    _editable(actor, candidate.case)
    if verdict not in Candidate.Verdict.values:
        raise InputError(
            "case.bad_verdict",
            "判断应为 0–3，现为“{got}”。",
            "A verdict is 0–3, got “{got}”.",
            got=str(verdict)[:20],
        )
    before = candidate.verdict
    candidate.verdict, candidate.verdict_reason, candidate.judged_at = verdict, reason.strip(), timezone.now()
    candidate.save(update_fields=["verdict", "verdict_reason", "judged_at"])
    told = {
        "verdict": str(Candidate.Verdict(verdict).label),
        "verdict_en": ENGLISH[verdict],
        "grade": verdict,
    }
    _record(actor, "case.verdict", candidate, before={"grade": before}, after=told, reason=reason)
    grading.train_when_due()
    return candidate


@transaction.atomic
def contact_record(*, actor: Any, candidate: Candidate, kind: str, text: str) -> Note:
    """Note that the achievement's side was contacted; the need moves to *in contact*."""
    _editable(actor, candidate.case)
    note = _note(actor, candidate.case, kind, text, candidate)
    if candidate.contacted_at is None:
        candidate.contacted_at = timezone.now()
        candidate.save(update_fields=["contacted_at"])
    _advance(actor, candidate.case.need, "contact")
    listing = candidate.achievement
    url = reverse("market:achievement", args=[listing.pk])
    # The achievement's side is told, and may know no more of the need than it discloses to everyone.
    told = [listing.owner] if listing.owner else []
    label = title_at(candidate.case.need, int(candidate.case.need.grade))
    _record(actor, "case.contacted", candidate, label=label, notify=told, url=url)
    return note


@transaction.atomic
def note_add(*, actor: Any, case: Case, kind: str, text: str) -> Note:
    """Add a note to a case."""
    case = _editable(actor, case)
    note = _note(actor, case, kind, text, None)
    events.record(actor=actor, verb="case.noted", obj=case, label=str(case))
    return note


@transaction.atomic
def next_step_set(*, actor: Any, case: Case, step: str, on: date | None) -> Case:
    """Say what is to be done next, and when."""
    case = _editable(actor, case)
    case.next_step, case.next_date = step.strip(), on
    case.save(update_fields=["next_step", "next_date", "updated"])
    events.record(
        actor=actor,
        verb="case.scheduled",
        obj=case,
        label=str(case),
        after={"date": on.isoformat() if on else "—"},
    )
    return case


@transaction.atomic
def case_talk(*, actor: Any, case: Case) -> Case:
    """Both sides are talking."""
    return _move(actor, case, Case.State.TALKING, "case.talking", ("contact", "negotiate"))


@transaction.atomic
def case_win(*, actor: Any, case: Case) -> Case:
    """A contract is signed."""
    return _move(actor, case, Case.State.WON, "case.won", ("contact", "negotiate", "contract"))


@transaction.atomic
def case_lose(*, actor: Any, case: Case, reason: str) -> Case:
    """Give up, and say why: reasons are what the next matching learns from."""
    if not reason.strip():
        raise InputError(
            "case.no_reason", "请写明未成的原因。", "Say why it came to nothing.", field="reason"
        )
    case.lost_reason = reason.strip()[:300]
    return _move(actor, case, Case.State.LOST, "case.lost", (), reason=case.lost_reason)


def _move(
    actor: Any, case: Case, state: Case.State, verb: str, moves: tuple[str, ...], reason: str = ""
) -> Case:
    lost_reason = case.lost_reason
    case = _editable(actor, case)
    before = case.state
    case.state, case.lost_reason = state, lost_reason
    case.save(update_fields=["state", "lost_reason", "updated"])
    need = case.need
    for move in moves:
        _advance(actor, need, move, told=_side(need))
    events.record(
        actor=actor, verb=verb, obj=case, label=str(case), reason=reason, before={"state": before},
        after={"state": str(state)}, notify=_side(need), url=_need_url(need),
    )  # fmt: skip
    return case


def _editable(actor: Any, case: Case) -> Case:
    """The case, locked, if this person may work on it and it is not closed."""
    locked = access.get(actor, "case.edit", Case.objects.select_for_update(of=("self",)), pk=case.pk)
    if locked.state not in OPEN:
        raise ConflictError(
            "case.closed",
            "这项撮合已结束({state})，不能再修改。",
            "This case is closed ({state}) and cannot be changed.",
            state=locked.get_state_display(),
        )
    return locked


def _advance(actor: Any, need: Need, verb: str, told: list[User] | None = None) -> None:
    """Move the need along if that step is open from where it stands; another broker may be further.

    ``told``: who hears of it by the case's own event; one happening is one notice.
    """
    need.refresh_from_db(fields=["state"])
    if verb in LIFE_CYCLE[need.state]:
        need_move(actor=actor, need=need, verb=verb, told=told or ())


def _note(actor: Any, case: Case, kind: str, text: str, candidate: Candidate | None) -> Note:
    if not text.strip():
        raise InputError("case.empty_note", "请填写内容。", "Write something.", field="text")
    if kind not in Note.Kind.values:
        raise InputError("case.bad_kind", "不认识的方式“{got}”。", "Unknown kind “{got}”.", got=kind[:20])
    return Note.objects.create(case=case, candidate=candidate, kind=kind, text=text.strip(), author=actor)


def _record(
    actor: Any, verb: str, candidate: Candidate, *, after: dict[str, Any] | None = None, **more: Any
) -> None:
    told = {"achievement": str(candidate.achievement), **(after or {})}
    more = {"label": str(candidate.case), **more}
    events.record(actor=actor, verb=verb, obj=candidate.case, after=told, **more)


def _side(need: Need) -> list[User]:
    """Who hears of it on the need's side: whoever entered it, or the whole organisation."""
    if need.owner:
        return [need.owner]
    return list(User.objects.filter(organisation=need.organisation, is_active=True))


def _need_url(need: Need) -> str:
    return reverse("market:need", args=[need.pk])
