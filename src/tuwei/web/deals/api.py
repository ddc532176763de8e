"""The matching desk: cases, candidates, verdicts, contacts, notes, next steps, ends."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from tuwei.core.errors import MissingError
from tuwei.web.base import access
from tuwei.web.market.api.achievements import achievement_row
from tuwei.web.market.api.needs import get_need_row, need_line
from tuwei.web.market.api.records import NeedLine
from tuwei.web.market.services.disclosure import view_log
from tuwei.web.rest import limits
from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import Day, Id, In, Moment, Out, Page, Pk, answers, one_of

from . import selectors, services
from .models import Candidate, Case, Note

router = Router(tags=["desk"], auth=MEMBER)
CaseState: Any = one_of(Case.State.values)
NoteKind: Any = one_of(Note.Kind.values)
LINES = {"responses": {200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}}}


class CasesAsked(Paged):
    state: CaseState | None = None
    late: bool = Field(False, description="下次日期已过 · the next date has passed")


class CaseLine(Out):
    id: int
    need: int
    broker: str
    state: str
    next_step: str
    next_date: str | None
    lost_reason: str
    taken_at: Moment
    updated: Moment


class CandidateOut(Out):
    id: int
    achievement: int
    title: str
    rank: int | None
    score: float | None
    level: str
    why: list[dict[str, Any]]
    index_version: str
    verdict: int | None
    verdict_reason: str
    judged_at: Moment | None
    contacted_at: Moment | None


class NoteOut(Out):
    id: int
    kind: str
    text: str
    author: str
    at: Moment
    candidate: int | None


class ContactOut(Out):
    achievement: int
    name: str
    phone: str
    email: str


class CaseOut(Out):
    case: CaseLine
    need: NeedLine
    candidates: list[CandidateOut]
    contacts: list[ContactOut]
    notes: list[NoteOut]


class TakeIn(In):
    need: Id


class CandidateIn(In):
    achievement: Id


class VerdictIn(In):
    verdict: int = Field(ge=0, le=3, description="0 无相关 … 3 强相关 · 0 no match … 3 strong match")
    reason: str = Field("", max_length=300)


class NoteIn(In):
    kind: NoteKind
    text: str = Field(min_length=1, max_length=3000)


class NextIn(In):
    step: str = Field(max_length=200)
    on: Day | None = None


class LoseIn(In):
    reason: str = Field(min_length=1, max_length=300)


def _line(case: Case) -> dict[str, Any]:
    plain = ("id", "state", "next_step", "lost_reason", "taken_at", "updated")
    return {
        **{name: getattr(case, name) for name in plain},
        "need": case.need_id,
        "broker": str(case.broker),
        "next_date": case.next_date.isoformat() if case.next_date else None,
    }


def _candidate(row: Candidate) -> dict[str, Any]:
    own = [name for name in CandidateOut.model_fields if name not in ("achievement", "title")]
    return {
        **{name: getattr(row, name) for name in own},
        "achievement": row.achievement_id,
        "title": row.achievement.title,
    }


def _contact(row: Any) -> dict[str, Any]:
    """Whom to call about a candidate's achievement."""
    plain = {name: getattr(row.contact, name) for name in ("name", "phone", "email")}
    return {"achievement": row.achievement_id, **plain}


def _note(note: Note) -> dict[str, Any]:
    plain = {name: getattr(note, name) for name in ("id", "kind", "text", "at")}
    return {**plain, "author": str(note.author), "candidate": note.candidate_id}


def _case(user: Any, pk: int, verb: str = "case.view") -> Case:
    return access.get(user, verb, Case.objects.select_related("need__organisation", "broker"), pk=pk)


def _whole(user: Any, pk: int) -> dict[str, Any]:
    """A case with its need at the reader's grade; the look is logged."""
    case = selectors.graded(user, [_case(user, pk)])[0]
    view_log(user=user, need=case.need, grade=case.need.shown_grade, channel="api")  # type: ignore[attr-defined]
    rows = selectors.with_contacts(user, selectors.candidates(case))
    return {
        "case": _line(case),
        "need": need_line(case.need),
        "candidates": [_candidate(row) for row in rows],
        "contacts": [_contact(row) for row in rows if row.contact],  # type: ignore[attr-defined]
        "notes": [_note(note) for note in case.notes.select_related("author")],
    }


def _candidate_of(user: Any, case: Pk, pk: int) -> Candidate:
    rows = _case(user, case, "case.edit").candidates.select_related("achievement__owner", "case__need")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise MissingError(
            "access.missing", "没有找到该内容，或您无权查看。", "Nothing found here, or nothing you may see."
        )
    return found


@router.get(
    "/cases", response=answers(Page[CaseLine]), operation_id="list_cases", summary="撮合列表 · List cases"
)
def list_cases(request: HttpRequest, asked: Query[CasesAsked]) -> Any:
    access.require(request.user, "case.view")
    cases = access.scope(request.user, "case.view", Case.objects.select_related("broker"))
    cases = cases.filter(state=asked.state) if asked.state else cases
    cases = selectors.late(cases.filter(state__in=selectors.OPEN)) if asked.late else cases
    rows, following = by_id(cases, asked)
    return {"items": [_line(case) for case in rows], "next": following}


@router.post("/cases", response=answers(CaseOut, 201), exclude_unset=True, operation_id="take_case",
             summary="接手一项需求 · Take a need up")  # fmt: skip
def take_case(request: HttpRequest, body: TakeIn) -> Any:
    limits.count_heavy(request)
    need = get_need_row(request.user, body.need, "need.take")
    return Status(201, _whole(request.user, services.case_take(actor=request.user, need=need).pk))


@router.get("/cases/{int:pk}", response=answers(CaseOut), exclude_unset=True, operation_id="get_case",
            summary="读取撮合：候选、判断、记录 · A case with candidates, verdicts, notes")  # fmt: skip
def get_case(request: HttpRequest, pk: Pk) -> Any:
    return _whole(request.user, pk)


@router.post("/cases/{int:pk}/candidates/refresh", response=answers(CaseOut), exclude_unset=True,
             operation_id="refresh_candidates", summary="更新候选 · Fetch the candidates anew")  # fmt: skip
def refresh_candidates(request: HttpRequest, pk: Pk) -> Any:
    limits.count_heavy(request)
    services.candidates_refresh(actor=request.user, case=_case(request.user, pk, "case.edit"))
    return _whole(request.user, pk)


@router.post("/cases/{int:pk}/candidates", response=answers(CandidateOut, 201), operation_id="add_candidate",
             summary="手工加入候选 · Add a candidate by hand")  # fmt: skip
def add_candidate(request: HttpRequest, pk: Pk, body: CandidateIn) -> Any:
    case = _case(request.user, pk, "case.edit")
    row = achievement_row(request.user, body.achievement)
    return Status(201, _candidate(services.candidate_add(actor=request.user, case=case, achievement=row)))


@router.post("/cases/{int:pk}/candidates/{int:candidate}/verdict", response=answers(CandidateOut),
             operation_id="set_verdict", summary="判断一项候选 · Judge a candidate")  # fmt: skip
def set_verdict(request: HttpRequest, pk: Pk, candidate: Pk, body: VerdictIn) -> Any:
    row = _candidate_of(request.user, pk, candidate)
    return _candidate(services.verdict_set(actor=request.user, candidate=row, **body.model_dump()))


@router.post("/cases/{int:pk}/candidates/{int:candidate}/contact", response=answers(NoteOut, 201),
             operation_id="record_contact", summary="记录联系 · Record a contact")  # fmt: skip
def record_contact(request: HttpRequest, pk: Pk, candidate: Pk, body: NoteIn) -> Any:
    row = _candidate_of(request.user, pk, candidate)
    return Status(201, _note(services.contact_record(actor=request.user, candidate=row, **body.model_dump())))


@router.post("/cases/{int:pk}/notes", response=answers(NoteOut, 201), operation_id="add_note",
             summary="添加记录 · Add a note")  # fmt: skip
def add_note(request: HttpRequest, pk: Pk, body: NoteIn) -> Any:
    case = _case(request.user, pk, "case.edit")
    return Status(201, _note(services.note_add(actor=request.user, case=case, **body.model_dump())))


@router.post("/cases/{int:pk}/next", response=answers(CaseLine), operation_id="set_next_step",
             summary="定下一步 · Set the next step")  # fmt: skip
def set_next_step(request: HttpRequest, pk: Pk, body: NextIn) -> Any:
    on = date.fromisoformat(body.on) if body.on else None
    case = _case(request.user, pk, "case.edit")
    return _line(services.next_step_set(actor=request.user, case=case, step=body.step, on=on))


@router.post("/cases/{int:pk}/talk", response=answers(CaseLine), operation_id="talk_case",
             summary="进入洽谈 · Both sides are talking")  # fmt: skip
def talk_case(request: HttpRequest, pk: Pk) -> Any:
    return _line(services.case_talk(actor=request.user, case=_case(request.user, pk, "case.edit")))


@router.post("/cases/{int:pk}/win", response=answers(CaseLine), operation_id="win_case",
             summary="已签约 · A contract is signed")  # fmt: skip
def win_case(request: HttpRequest, pk: Pk) -> Any:
    return _line(services.case_win(actor=request.user, case=_case(request.user, pk, "case.edit")))


@router.post("/cases/{int:pk}/lose", response=answers(CaseLine), operation_id="lose_case",
             summary="未成（写明原因） · Close without success (say why)")  # fmt: skip
def lose_case(request: HttpRequest, pk: Pk, body: LoseIn) -> Any:
    case = _case(request.user, pk, "case.edit")
    return _line(services.case_lose(actor=request.user, case=case, reason=body.reason))


@router.get("/verdicts.jsonl", response=answers(None), openapi_extra=LINES, operation_id="export_verdicts",
            summary="全部判断（训练数据） · All verdicts (training data)")  # fmt: skip
def export_verdicts(request: HttpRequest) -> Any:
    access.require(request.user, "verdict.export")
    lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in selectors.verdicts(request.user))
    return StreamingHttpResponse(lines, content_type="application/x-ndjson")
