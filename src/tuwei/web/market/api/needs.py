"""Needs: listed, read at the caller's grade, entered, changed, moved along their life cycle."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from tuwei.web.base import access
from tuwei.web.rest.auth import ANYONE, MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import Id, In, Page, Pk, Reason, answers, one_of

from ..models import Attachment, Need
from ..selectors import life_cycle
from ..selectors import needs as selectors
from ..selectors.disclosure import annotate_grade
from ..selectors.records_need import need_record
from ..services.disclosure import view_log
from ..services.needs import need_move, need_save
from .listing import NeedsAsked, State, public_page, told_figures
from .records import NeedChange, NeedIn, NeedLine, NeedOut

router = Router(tags=["needs"])
LISTED = 1  # the highest grade a list shows
Verb: Any = one_of(life_cycle.STEPS)


class MineAsked(Paged):
    state: State | None = None


class StepIn(In):
    reason: Reason = ""
    into: Id | None = Field(None, description="merge：并入的需求 · merge: the need that stays")


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


def _lines(user: Any, ids: list[int]) -> list[Any]:
    """Whole rows by id, in this order, each with the reader's grade."""
    found = annotate_grade(user, selectors.all_needs().prefetch_related("indicators")).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


@router.get("/needs", auth=ANYONE, response=answers(Page[NeedLine]), exclude_unset=True, operation_id="list_needs",
            summary="检索公开的需求 · List public needs")  # fmt: skip
def list_needs(request: HttpRequest, asked: Query[NeedsAsked]) -> Any:
    """至多显示到 L1。按预算、期限、单位筛选须核验身份，且每行留痕。
    Shows L1 at most. Narrowing by budget, deadline or organisation needs a checked identity and is logged for each row.
    """
    rows, following = public_page("need", asked, request.user)
    needs = _lines(request.user, [row.pk for row in rows])
    if told_figures(asked, "need"):
        for need in needs:
            view_log(user=request.user, need=need, grade=need.shown_grade, channel="api")
    return {"items": [need_line(need) for need in needs], "next": following}


@router.get("/needs/mine", auth=MEMBER, response=answers(Page[NeedLine]), exclude_unset=True, operation_id="list_my_needs",
            summary="本人与本单位的需求 · My needs and my organisation's")  # fmt: skip
def list_my_needs(request: HttpRequest, asked: Query[MineAsked]) -> Any:
    mine = selectors.my_needs(request.user)
    rows, following = by_id(mine.filter(state=asked.state) if asked.state else mine, asked)
    return {
        "items": [need_line(need) for need in _lines(request.user, [row.pk for row in rows])],
        "next": following,
    }


@router.get("/needs/waiting/{queue}", auth=MEMBER, response=answers(Page[NeedLine]), exclude_unset=True,
            operation_id="list_waiting_needs", summary="待澄清或待发布的需求 · Needs to clarify or to publish")  # fmt: skip
def list_waiting_needs(
    request: HttpRequest, queue: Literal["clarifying", "publishing"], asked: Query[Paged]
) -> Any:
    verb, rows_of = {
        "clarifying": ("need.verify", selectors.clarifying),
        "publishing": ("need.publish", selectors.to_publish),
    }[queue]
    access.require(request.user, verb)
    rows, following = by_id(rows_of(request.user), asked, newest=False)
    return {
        "items": [need_line(need) for need in _lines(request.user, [row.pk for row in rows])],
        "next": following,
    }


@router.post("/needs", auth=MEMBER, response=answers(NeedOut, 201), exclude_unset=True, operation_id="create_need",
             summary="新建需求（草稿） · Enter a need (a draft)")  # fmt: skip
def create_need(request: HttpRequest, body: NeedIn) -> Any:
    saved = need_save(actor=request.user, record=body.model_dump(exclude_unset=True))
    return Status(201, need_out(request.user, get_need_row(request.user, saved.pk)))


@router.get("/needs/{int:pk}", auth=ANYONE, response=answers(NeedOut), exclude_unset=True, operation_id="get_need",
            summary="读取需求（按本人等级，留痕） · Read a need at your grade (logged)")  # fmt: skip
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
