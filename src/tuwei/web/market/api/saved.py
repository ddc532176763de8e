"""Searches a person wants to hear about."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from tuwei.web.base import access
from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.faults import unknown_field
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import In, Moment, Out, Page, Pk, answers

from ..models import SavedSearch
from ..selectors import facets
from ..services import saved as services

router = Router(tags=["saved searches"], auth=MEMBER)
Frequency = Literal["daily", "weekly", "never"]


class SavedIn(In):
    name: str = Field(min_length=1, max_length=60)
    kind: Literal["need", "achievement"]
    query: dict[str, Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=20, description="q 与列表的筛选项 · q and the filters of the list"
    )
    frequency: Frequency = "daily"


class SavedChange(In):
    name: str | None = Field(None, min_length=1, max_length=60)
    frequency: Frequency | None = None


class SavedOut(Out):
    id: int
    name: str
    kind: str
    query: dict[str, str]
    frequency: str
    last_run: Moment | None
    created: Moment


def _out(saved: SavedSearch) -> dict[str, Any]:
    return {name: getattr(saved, name) for name in SavedOut.model_fields}


def _mine(user: Any, pk: int) -> SavedSearch:
    return access.get(user, "saved_search.edit", SavedSearch.objects.all(), pk=pk)


@router.get("/saved-searches", response=answers(Page[SavedOut]), operation_id="list_saved_searches",
            summary="我保存的检索 · My saved searches")  # fmt: skip
def list_saved_searches(request: HttpRequest, asked: Query[Paged]) -> Any:
    rows, following = by_id(access.scope(request.user, "saved_search.view", SavedSearch.objects.all()), asked)
    return {"items": [_out(row) for row in rows], "next": following}


@router.post("/saved-searches", response=answers(SavedOut, 201), operation_id="create_saved_search",
             summary="保存检索，新结果发邮件 · Save a search; new hits are mailed")  # fmt: skip
def create_saved_search(request: HttpRequest, body: SavedIn) -> Any:
    known = ("q", *facets.SHOWN[body.kind], *facets.HIDDEN)
    for name in body.query:
        if name not in known:
            raise unknown_field(f"query.{name}", known)
    return Status(201, _out(services.saved_create(actor=request.user, **body.model_dump())))


@router.patch("/saved-searches/{int:pk}", response=answers(SavedOut), operation_id="change_saved_search",
              summary="改名或改频率 · Rename, or change the pace")  # fmt: skip
def change_saved_search(request: HttpRequest, pk: Pk, body: SavedChange) -> Any:
    saved = _mine(request.user, pk)
    name, frequency = body.name or saved.name, body.frequency or saved.frequency
    return _out(services.saved_change(actor=request.user, saved=saved, name=name, frequency=frequency))


@router.delete("/saved-searches/{int:pk}", response=answers(None, 204), operation_id="delete_saved_search",
               summary="删除保存的检索 · Delete a saved search")  # fmt: skip
def delete_saved_search(request: HttpRequest, pk: Pk) -> Any:
    services.saved_delete(actor=request.user, saved=_mine(request.user, pk))
    return Status(204, None)
