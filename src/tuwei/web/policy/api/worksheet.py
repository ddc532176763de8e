"""The worksheet: who serves an enterprise, visits, advice, follow-ups."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from tuwei.core.errors import InputError
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access
from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import Day, Id, In, Moment, Out, Page, Pk, answers, one_of

from ..models import Assignment, Visit
from ..selectors import worksheet as selectors
from ..services import worksheet as services

router = Router(tags=["policy"], auth=MEMBER)
State: Any = one_of(Assignment.State.values)
Kind: Any = one_of(Visit.Kind.values)


class AssignmentsAsked(Paged):
    state: State | None = None


class AssignmentLine(Out):
    id: int
    organisation: int
    name: str
    commissioner: int
    commissioner_name: str
    state: str
    message: str
    since: str | None
    ended_on: str | None
    created: Moment


class VisitOut(Out):
    id: int
    on: str
    kind: str
    seen: str
    advice: str
    follow_up: str
    follow_up_on: str | None
    done_on: str | None
    outcome: str
    author: str
    at: Moment


class AssignmentOut(Out):
    assignment: AssignmentLine
    visits: list[VisitOut]


class AssignIn(In):
    organisation: Id
    commissioner: Id | None = Field(None, description="工作人员指派时必填 · needed when an officer assigns")
    message: str = Field("", max_length=300)


class AssignmentStepIn(In):
    reason: str = Field("", max_length=300)


class VisitIn(In):
    on: Day
    kind: Kind = Visit.Kind.VISIT.value
    seen: str = Field("", max_length=3000)
    advice: str = Field("", max_length=3000)
    follow_up: str = Field("", max_length=200)
    follow_up_on: Day | None = None


class DoneIn(In):
    outcome: str = Field("", max_length=300)
    on: Day | None = None


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _line(row: Assignment) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("id", "state", "message", "created")}
    return {
        **plain, "organisation": row.organisation_id, "name": row.organisation.name,
        "commissioner": row.commissioner_id, "commissioner_name": str(row.commissioner),
        "since": _day(row.since), "ended_on": _day(row.ended_on),
    }  # fmt: skip


def _visit(row: Visit) -> dict[str, Any]:
    plain = {
        name: getattr(row, name) for name in ("id", "kind", "seen", "advice", "follow_up", "outcome", "at")
    }
    days = {name: _day(getattr(row, name)) for name in ("on", "follow_up_on", "done_on")}
    return {**plain, **days, "author": str(row.author)}


def _as_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@router.get("/assignments", response=answers(Page[AssignmentLine]), operation_id="list_assignments",
            summary="特派员服务的企业 · Who serves which enterprise")  # fmt: skip
def list_assignments(request: HttpRequest, asked: Query[AssignmentsAsked]) -> Any:
    access.require(request.user, "assignment.view")
    found = selectors.assignments(request.user)
    rows, following = by_id(found.filter(state=asked.state) if asked.state else found, asked)
    return {"items": [_line(row) for row in rows], "next": following}


@router.post("/assignments", response=answers(AssignmentLine, 201), operation_id="create_assignment",
             summary="申请服务或指派特派员 · Ask to serve, or assign a commissioner")  # fmt: skip
def create_assignment(request: HttpRequest, body: AssignIn) -> Any:
    asks = access.allowed(request.user, "assignment.ask")
    if not asks:
        access.require(request.user, "assignment.assign")
    place = access.get(request.user, "organisation.view", Organisation.objects.all(), pk=body.organisation)
    if asks:
        made = services.assignment_ask(actor=request.user, organisation=place, message=body.message)
        return Status(201, _line(made))
    chosen = selectors.commissioners().filter(pk=body.commissioner or 0).first()
    if chosen is None:
        raise InputError(
            "assignment.no_commissioner", "没有编号为“{got}”的科技特派员账号。",
            "There is no commissioner's account “{got}”.", field="commissioner", got=body.commissioner,
        )  # fmt: skip
    made = services.assignment_give(actor=request.user, organisation=place, commissioner=chosen)
    return Status(201, _line(made))


@router.get("/assignments/{int:pk}", response=answers(AssignmentOut), operation_id="get_assignment",
            summary="走访、建议与后续 · Visits, advice and follow-ups")  # fmt: skip
def get_assignment(request: HttpRequest, pk: Pk) -> Any:
    row = selectors.assignment(request.user, pk)
    return {"assignment": _line(row), "visits": [_visit(one) for one in selectors.visits(request.user, row)]}


@router.post("/assignments/{int:pk}/step/{verb}", response=answers(AssignmentLine), operation_id="move_assignment",
             summary="同意、不同意或结束 · Accept, decline or end")  # fmt: skip
def move_assignment(
    request: HttpRequest, pk: Pk, verb: Literal["accept", "decline", "end"], body: AssignmentStepIn
) -> Any:
    row = selectors.assignment(request.user, pk)
    return _line(services.assignment_move(actor=request.user, assignment=row, verb=verb, reason=body.reason))


@router.post("/assignments/{int:pk}/visits", response=answers(VisitOut, 201), operation_id="record_visit",
             summary="记录一次走访 · Record a visit")  # fmt: skip
def record_visit(request: HttpRequest, pk: Pk, body: VisitIn) -> Any:
    row = selectors.assignment(request.user, pk, "assignment.work")
    values = {**body.model_dump(), "on": _as_day(body.on), "follow_up_on": _as_day(body.follow_up_on)}
    return Status(201, _visit(services.visit_record(actor=request.user, assignment=row, values=values)))


@router.post("/visits/{int:pk}/done", response=answers(VisitOut), operation_id="finish_follow_up",
             summary="完成后续事项 · Finish a follow-up")  # fmt: skip
def finish_follow_up(request: HttpRequest, pk: Pk, body: DoneIn) -> Any:
    rows = Visit.objects.select_related("assignment", "author")
    found = access.get(request.user, "visit.view", rows, pk=pk)
    done = services.follow_up_done(actor=request.user, visit=found, outcome=body.outcome, on=_as_day(body.on))
    return _visit(done)
