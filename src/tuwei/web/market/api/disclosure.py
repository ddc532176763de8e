"""Who may see how much of a need: grants, requests for access, the log of looks."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from tuwei.core.errors import InputError, MissingError
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access
from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import Day, In, Moment, Out, Page, Pk, answers

from ..models import AccessRequest, Grant, NeedView
from ..selectors import needs as selectors
from ..services import disclosure
from .needs import get_need_row
from .records import Grade

router = Router(tags=["disclosure"], auth=MEMBER)


class GrantIn(In):
    organisation: str = Field(min_length=1, max_length=120, description="登记的全称 · its registered name")
    grade: Grade
    nda_signed_on: Day | None = None
    nda_reference: str = Field("", max_length=120)


class GrantOut(Out):
    id: int
    organisation: str
    grade: Grade
    nda_signed_on: str | None
    nda_reference: str
    created: Moment
    revoked: Moment | None


class ViewOut(Out):
    at: Moment
    user: str | None
    organisation: str | None
    grade: Grade
    channel: str


class AskIn(In):
    grade: Grade
    message: str = Field(min_length=1, max_length=500)


class DeclineIn(In):
    reason: str = Field("", max_length=300)


class AskOut(Out):
    id: int
    organisation: str
    grade: Grade
    message: str
    answer: str
    reason: str
    asked_at: Moment


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.pk,
        "organisation": str(grant.organisation),
        "grade": f"L{grant.grade}",
        "nda_signed_on": grant.nda_signed_on.isoformat() if grant.nda_signed_on else None,
        "nda_reference": grant.nda_reference,
        "created": grant.created,
        "revoked": grant.revoked,
    }


def _view(view: NeedView) -> dict[str, Any]:
    person = view.user
    place = person.organisation if person else None
    return {
        "at": view.at,
        "user": str(person) if person else None,
        "organisation": str(place) if place else None,
        "grade": f"L{view.grade}",
        "channel": view.channel,
    }


def _asked(asked: AccessRequest) -> dict[str, Any]:
    names = ("id", "message", "answer", "reason", "asked_at")
    return {
        **{name: getattr(asked, name) for name in names},
        "organisation": str(asked.organisation),
        "grade": f"L{asked.grade}",
    }


@router.get("/needs/{int:pk}/views", response=answers(Page[ViewOut]), operation_id="list_views",
            summary="谁看过我的需求 · Who has looked at a need")  # fmt: skip
def list_views(request: HttpRequest, pk: Pk, asked: Query[Paged]) -> Any:
    need = get_need_row(request.user, pk, "need.read_log")
    rows, following = by_id(selectors.views_of(need), asked)
    return {"items": [_view(view) for view in rows], "next": following}


@router.get("/needs/{int:pk}/grants", response=answers(Page[GrantOut]), operation_id="list_grants",
            summary="已开放的等级 · Grants of a need")  # fmt: skip
def list_grants(request: HttpRequest, pk: Pk, asked: Query[Paged]) -> Any:
    need = get_need_row(request.user, pk, "need.read_log")
    rows, following = by_id(selectors.grants_of(need), asked)
    return {"items": [_grant(grant) for grant in rows], "next": following}


@router.post("/needs/{int:pk}/grants", response=answers(GrantOut, 201), operation_id="create_grant",
             summary="向一家单位开放需求 · Open a need to an organisation")  # fmt: skip
def create_grant(request: HttpRequest, pk: Pk, body: GrantIn) -> Any:
    need = get_need_row(request.user, pk, "need.grant")
    places = access.scope(request.user, "organisation.view", Organisation.objects.named(body.organisation))
    place = places.first()
    if place is None:
        raise InputError(
            "organisation.unknown", "没有名为“{got}”的已登记单位。", "No organisation named “{got}” is registered.",
            field="organisation", got=body.organisation,
        )  # fmt: skip
    signed = date.fromisoformat(body.nda_signed_on) if body.nda_signed_on else None
    given = disclosure.grant_give(
        actor=request.user, need=need, organisation=place, grade=int(body.grade[1]), nda_signed_on=signed,
        nda_reference=body.nda_reference,
    )  # fmt: skip
    return Status(201, _grant(given))


@router.delete("/needs/{int:pk}/grants/{int:grant}", response=answers(None, 204), operation_id="revoke_grant",
               summary="收回开放 · Take a grant back")  # fmt: skip
def revoke_grant(request: HttpRequest, pk: Pk, grant: Pk) -> Any:
    need = get_need_row(request.user, pk, "need.grant")
    found = selectors.grants_of(need).filter(pk=grant).first()
    if found is None:
        raise _missing()
    disclosure.grant_revoke(actor=request.user, grant=found)
    return Status(204, None)


@router.post("/needs/{int:pk}/requests", response=answers(AskOut, 201), operation_id="ask_access",
             summary="申请查看更多 · Ask to see more of a need")  # fmt: skip
def ask_access(request: HttpRequest, pk: Pk, body: AskIn) -> Any:
    need = get_need_row(request.user, pk)
    made = disclosure.access_request(
        actor=request.user, need=need, grade=int(body.grade[1]), message=body.message
    )
    return Status(201, _asked(made))


@router.get("/needs/{int:pk}/requests", response=answers(Page[AskOut]), operation_id="list_requests",
            summary="查看申请 · Requests to see more")  # fmt: skip
def list_requests(request: HttpRequest, pk: Pk, asked: Query[Paged]) -> Any:
    need = get_need_row(request.user, pk, "need.grant")
    rows, following = by_id(need.requests.select_related("organisation"), asked)
    return {"items": [_asked(one) for one in rows], "next": following}


@router.post("/needs/{int:pk}/requests/{int:asked}/decline", response=answers(AskOut), operation_id="decline_request",
             summary="婉拒申请 · Decline a request")  # fmt: skip
def decline_request(request: HttpRequest, pk: Pk, asked: Pk, body: DeclineIn) -> Any:
    need = get_need_row(request.user, pk, "need.grant")
    found = need.requests.select_related("organisation").filter(pk=asked).first()
    if found is None:
        raise _missing()
    disclosure.request_decline(actor=request.user, asked=found, reason=body.reason)
    found.refresh_from_db()
    return _asked(found)


def _missing() -> MissingError:
    return MissingError(
        "access.missing", "没有找到该内容，或您无权查看。", "Nothing found here, or nothing you may see."
    )
