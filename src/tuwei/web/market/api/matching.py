"""Ranked matches with their reasons: of a need, of an achievement, of a text that is not kept."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from tuwei.core.errors import InputError
from tuwei.web.base import access, jobs
from tuwei.web.base.api import JobOut, job_out
from tuwei.web.rest import limits
from tuwei.web.rest.auth import ANYONE, MEMBER
from tuwei.web.rest.schemas import REGION, Asked, In, Out, Pk, Yuan, answers

from ..models import Need
from ..selectors import indexed, matching
from ..selectors.disclosure import grade_for
from ..services.disclosure import view_log
from .achievements import achievement_record, achievement_row
from .needs import get_need_row, need_line
from .records import AchievementOut, IndicatorIn, NeedLine

router = Router(tags=["matching"])
Level = Literal["strong", "fair", "weak", "none"]
Budget = Annotated[Yuan, Field(description="预算不超过（元） · most that may be spent (yuan)")]


class FiltersAsked(Asked):
    top: int = Field(20, ge=1, le=matching.DEPTH)
    region: str = Field("", max_length=6, pattern=REGION)
    field: str = Field("", max_length=20)
    industry: str = Field("", max_length=40)


class AchievementFilters(FiltersAsked):
    trl: int | None = Field(None, ge=1, le=9)
    budget: Budget | None = None


class FiltersIn(In):
    region: str = Field("", max_length=6, pattern=REGION)
    field: str = Field("", max_length=20)
    industry: str = Field("", max_length=40)
    trl: int | None = Field(None, ge=1, le=9)
    budget: Budget | None = None


class RecordIn(In):
    """The part of a need's record that ranking reads."""

    title: str = Field("", max_length=120)
    problem: str = Field("", max_length=5000)
    object: str = Field("", max_length=200)
    function: str = Field("", max_length=300)
    constraints: str = Field("", max_length=2000)
    keywords: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=50)
    indicators: list[IndicatorIn] = Field(default_factory=list, max_length=30)
    field: str = Field("", max_length=20)
    industry: str = Field("", max_length=40)
    region: str = Field("", max_length=6)
    budget_max: Yuan | None = None


class MatchIn(In):
    """A text or a record, never both."""

    text: str = Field("", max_length=5000)
    record: RecordIn | None = None
    filters: FiltersIn | None = None
    top: int = Field(20, ge=1, le=100)


class MatchOut(Out):
    rank: int
    score: float
    level: Level
    why: list[dict[str, Any]]
    quantities: list[dict[str, Any]]
    zh: str
    en: str
    would: list[dict[str, Any]] = Field(
        description="改动哪一项可以排到更前 · what one change would lift it", default_factory=list
    )


class AchievementMatch(MatchOut):
    achievement: AchievementOut


class NeedMatch(MatchOut):
    need: NeedLine


class AchievementMatches(Out):
    ready: bool = Field(description="false：索引尚在建立 · the index is still being built")
    index_version: str
    items: list[AchievementMatch]


class NeedMatches(Out):
    ready: bool
    index_version: str
    items: list[NeedMatch]


def _filters(asked: FiltersAsked | FiltersIn | None) -> dict[str, str]:
    if asked is None:
        return {}
    return {
        name: str(value)
        for name, value in asked.model_dump(exclude={"top"}).items()
        if value not in (None, "")
    }


def _out(match: matching.Match) -> dict[str, Any]:
    names = ("rank", "score", "level", "why", "quantities", "zh", "en", "would")
    return {name: getattr(match, name) for name in names}


def _answer(kind: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    version = indexed.ranked_by(kind)
    return {"ready": bool(version), "index_version": version, "items": items}


def _achievements(found: list[matching.Match]) -> dict[str, Any]:
    items = [{**_out(match), "achievement": achievement_record(match.listing)} for match in found]
    return _answer("achievement", items)


@router.get("/needs/{int:pk}/matches", auth=ANYONE, response=answers(AchievementMatches), exclude_unset=True,
            operation_id="match_need", summary="需求的候选成果及理由 · Ranked achievements for a need")  # fmt: skip
def match_need(request: HttpRequest, pk: Pk, asked: Query[AchievementFilters]) -> Any:
    limits.count_heavy(request)
    need: Need = get_need_row(request.user, pk, "need.rank")
    view_log(user=request.user, need=need, grade=grade_for(request.user, need), channel="api")
    return _achievements(
        matching.achievements_for(user=request.user, need=need, filters=_filters(asked), top=asked.top)
    )


@router.get("/achievements/{int:pk}/matches", auth=MEMBER, response=answers(NeedMatches), exclude_unset=True,
            operation_id="match_achievement", summary="成果可应对的需求 · Ranked needs for an achievement")  # fmt: skip
def match_achievement(request: HttpRequest, pk: Pk, asked: Query[FiltersAsked]) -> Any:
    limits.count_heavy(request)
    row = achievement_row(request.user, pk, "achievement.rank")
    found = matching.needs_for(user=request.user, achievement=row, filters=_filters(asked), top=asked.top)
    return _answer("need", [{**_out(match), "need": need_line(match.listing)} for match in found])


@router.post("/match", auth=ANYONE, response=answers(AchievementMatches), exclude_unset=True, operation_id="match_text",
             summary="一段话或一条记录的候选成果（不保存） · Ranked achievements for a text or a record (not kept)")  # fmt: skip
def match_text(request: HttpRequest, body: MatchIn) -> Any:
    limits.count_heavy(request)
    access.require(request.user, "page.search")
    return _achievements(
        matching.achievements_for_record(
            user=request.user, record=_query(body), filters=_filters(body.filters), top=body.top
        )
    )


def _query(body: MatchIn) -> dict[str, Any]:
    record = body.record.model_dump(exclude_unset=True) if body.record else {}
    text = body.text.strip() or record.pop("problem", "").strip()
    if bool(body.text.strip()) == bool(body.record) or not (text or record.get("title", "").strip()):
        raise InputError(
            "match.one_of", "请给出 text(一段话)或 record(含 title 或 problem)之一。",
            "Give either text or record (with a title or a problem).", field="text", expected="text | record",
        )  # fmt: skip
    return {**record, "text": text}


@router.post("/reindex", auth=MEMBER, response=answers(JobOut), operation_id="reindex",
             summary="重建匹配索引（后台） · Build the match indexes anew (a job)")  # fmt: skip
def reindex(request: HttpRequest) -> Any:
    access.require(request.user, "reindex.start")
    return job_out(jobs.enqueue("match.rebuild", actor=request.user))
