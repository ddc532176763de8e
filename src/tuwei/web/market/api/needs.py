"""Needs: listed, read at the caller's grade, entered, changed, moved along their life cycle."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from tuwei.web.base import access, search
from tuwei.web.rest.auth import ANYONE, MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import Id, In, Page, Pk, Reason, answers

from ..models import Attachment, Need, NeedState
from ..selectors import life_cycle
from ..selectors import needs as selectors
from ..selectors.disclosure import annotate_grade
from ..selectors.records_need import need_record
from ..services.disclosure import view_log
from ..services.needs import need_move, need_save
from .records import NeedChange, NeedIn, NeedLine, NeedOut

router = Router(tags=["needs"])
LISTED = 1  # the highest grade a list shows
State = Literal[tuple(NeedState.values)]  # type: ignore[valid-type]
Verb = Literal[tuple(life_cycle.STEPS)]  # type: ignore[valid-type]


class NeedsAsked(Paged):
    q: str = Field("", max_length=200, description="检索词 · words to find")
    field: str = Field("", max_length=20)
    industry: str = Field("", max_length=40)
    region: str = Field("", max_length=6)
    state: State | None = None
    mine: bool = Field(False, description="只列本人与本单位的 · only mine and my organisation's")


class StepIn(In):
    reason: Reason = ""
    into: Id | None = Field(None, description="merge:并入的需求 · merge: the need that stays")


def get_need_row(user: Any, pk: int, verb: str = "need.view") -> Need:
    """One need through the door."""
    return access.get(user, verb, selectors.all_needs().prefetch_related("indicators"), pk=pk)


def file_out(file: Attachment) -> dict[str, Any]:
    plain = {name: getattr(file, name) for name in ("id", "name", "content_type", "size", "sha256")}
    return {**plain, "grade": f"L{file.grade}"}


def need_out(user: Any, need: Need) -> dict[str, Any]:
    """A need as this person may see it; the look is logged."""
    shown = selectors.shown(user, need)
    view_log(user=user, need=need, grade=shown["grade"], channel="api")
    return {
        **shown["record"],
        "shown_grade": f"L{shown['grade']}",
        "files": [file_out(file) for file in shown["files"]],
        "steps": life_cycle.steps_for(user, need),
    }


def need_line(need: Any) -> dict[str, Any]:
    """A need (with ``shown_grade``) as lists show it."""
    return {**need_record(need, grade=min(need.shown_grade, LISTED)), "shown_grade": f"L{need.shown_grade}"}


@router.get("/needs", auth=ANYONE, response=answers(Page[NeedLine]), exclude_unset=True, operation_id="list_needs",
            summary="检索需求 · List needs")  # fmt: skip
def list_needs(request: HttpRequest, asked: Query[NeedsAsked]) -> Any:
    needs = selectors.my_needs(request.user) if asked.mine else access.scope(request.user, "need.view", selectors.all_needs())
    wanted = {name: getattr(asked, name) for name in ("field", "industry", "region", "state")}
    needs = search.matching(needs.filter(**{name: value for name, value in wanted.items() if value}), asked.q)
    rows, following = by_id(annotate_grade(request.user, needs), asked)
    return {"items": [need_line(need) for need in rows], "next": following}


@router.post("/needs", auth=MEMBER, response=answers(NeedOut, 201), exclude_unset=True, operation_id="create_need",
             summary="新建需求(草稿) · Enter a need (a draft)")  # fmt: skip
def create_need(request: HttpRequest, body: NeedIn) -> Any:
    saved = need_save(actor=request.user, record=body.model_dump(exclude_unset=True))
    return Status(201, need_out(request.user, get_need_row(request.user, saved.pk)))


@router.get("/needs/{int:pk}", auth=ANYONE, response=answers(NeedOut), exclude_unset=True, operation_id="get_need",
            summary="读取需求(按本人等级,留痕) · Read a need at your grade (logged)")  # fmt: skip
def get_need(request: HttpRequest, pk: Pk) -> Any:
    return need_out(request.user, get_need_row(request.user, pk))


@router.patch("/needs/{int:pk}", auth=MEMBER, response=answers(NeedOut), exclude_unset=True, operation_id="change_need",
              summary="修改需求 · Change a need")  # fmt: skip
def change_need(request: HttpRequest, pk: Pk, body: NeedChange) -> Any:
    need = get_need_row(request.user, pk, "need.edit")
    need_save(actor=request.user, record=body.model_dump(exclude_unset=True), need=need)
    return need_out(request.user, get_need_row(request.user, pk))


@router.post("/needs/{int:pk}/steps/{verb}", auth=MEMBER, response=answers(NeedOut), exclude_unset=True,
             operation_id="move_need", summary="推进需求的一步 · Take one step of a need's life cycle")  # fmt: skip
def move_need(request: HttpRequest, pk: Pk, verb: Verb, body: StepIn) -> Any:
    """`return`、`withdraw`、`reopen` 须写 `reason`;`merge` 须写 `into`。
    `return`, `withdraw` and `reopen` need a `reason`; `merge` needs `into`.
    """
    need = get_need_row(request.user, pk, f"need.{verb}")
    into = None
    if body.into:
        into = access.scope(request.user, "need.view", selectors.all_needs()).filter(pk=body.into).first()
    moved = need_move(actor=request.user, need=need, verb=verb, reason=body.reason, into=into)
    return need_out(request.user, moved)
