"""Achievements: listed, read, entered, changed, moved from draft to publication."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from tuwei.web.base import access, search
from tuwei.web.rest.auth import ANYONE, MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import In, Page, Pk, Reason, answers

from ..models import Achievement
from ..selectors.records_achievement import achievement_record
from ..services.achievements import LIFE_CYCLE, achievement_move, achievement_save
from .needs import file_out
from .records import AchievementChange, AchievementIn, AchievementOut

router = Router(tags=["achievements"])
State = Literal[tuple(Achievement.State.values)]  # type: ignore[valid-type]
Form = Literal[tuple(Achievement.Form.values)]  # type: ignore[valid-type]
Verb = Literal["submit", "publish", "return", "withdraw", "revive"]


class AchievementsAsked(Paged):
    q: str = Field("", max_length=200, description="检索词 · words to find")
    field: str = Field("", max_length=20)
    industry: str = Field("", max_length=40)
    region: str = Field("", max_length=6)
    form: Form | None = None
    state: State | None = None
    trl: int | None = Field(None, ge=1, le=9, description="就绪度不低于 · readiness at least")
    mine: bool = Field(False, description="只列本人与本单位的 · only mine and my organisation's")


class AchievementStepIn(In):
    reason: Reason = ""


def rows_of() -> Any:
    """Every achievement; only ever handed to `access.get` or `access.scope`."""
    return Achievement.objects.select_related("organisation", "owner").prefetch_related("claims", "people")


def achievement_row(user: Any, pk: int, verb: str = "achievement.view") -> Achievement:
    """One achievement through the door."""
    return access.get(user, verb, rows_of(), pk=pk)


def achievement_out(user: Any, achievement: Achievement) -> dict[str, Any]:
    """An achievement with its files and the steps this person may take."""
    steps = [verb for verb in LIFE_CYCLE[achievement.state] if access.can(user, f"achievement.{verb}", achievement)]
    files = [file_out(file) for file in achievement.attachments.all()]
    return {**achievement_record(achievement), "files": files, "steps": steps}


@router.get("/achievements", auth=ANYONE, response=answers(Page[AchievementOut]), exclude_unset=True,
            operation_id="list_achievements", summary="检索成果 · List achievements")  # fmt: skip
def list_achievements(request: HttpRequest, asked: Query[AchievementsAsked]) -> Any:
    user: Any = request.user
    found = access.scope(user, "achievement.view", rows_of())
    if asked.mine:
        own = found.filter(owner=user.pk)
        found = own | found.filter(organisation=user.organisation_id) if getattr(user, "organisation_id", None) else own
    wanted = {name: getattr(asked, name) for name in ("field", "industry", "region", "form", "state")}
    wanted["trl__gte"] = asked.trl
    found = search.matching(found.filter(**{name: value for name, value in wanted.items() if value}), asked.q)
    rows, following = by_id(found, asked)
    return {"items": [achievement_record(row) for row in rows], "next": following}


@router.post("/achievements", auth=MEMBER, response=answers(AchievementOut, 201), exclude_unset=True,
             operation_id="create_achievement", summary="新建成果(草稿) · Enter an achievement (a draft)")  # fmt: skip
def create_achievement(request: HttpRequest, body: AchievementIn) -> Any:
    saved = achievement_save(actor=request.user, record=body.model_dump(exclude_unset=True))
    return Status(201, achievement_out(request.user, achievement_row(request.user, saved.pk)))


@router.get("/achievements/{int:pk}", auth=ANYONE, response=answers(AchievementOut), exclude_unset=True,
            operation_id="get_achievement", summary="读取成果 · Read an achievement")  # fmt: skip
def get_achievement(request: HttpRequest, pk: Pk) -> Any:
    return achievement_out(request.user, achievement_row(request.user, pk))


@router.patch("/achievements/{int:pk}", auth=MEMBER, response=answers(AchievementOut), exclude_unset=True,
              operation_id="change_achievement", summary="修改成果 · Change an achievement")  # fmt: skip
def change_achievement(request: HttpRequest, pk: Pk, body: AchievementChange) -> Any:
    row = achievement_row(request.user, pk, "achievement.edit")
    achievement_save(actor=request.user, record=body.model_dump(exclude_unset=True), achievement=row)
    return achievement_out(request.user, achievement_row(request.user, pk))


@router.post("/achievements/{int:pk}/steps/{verb}", auth=MEMBER, response=answers(AchievementOut), exclude_unset=True,
             operation_id="move_achievement", summary="推进成果的一步 · Take one step of an achievement's life cycle")  # fmt: skip
def move_achievement(request: HttpRequest, pk: Pk, verb: Verb, body: AchievementStepIn) -> Any:
    """`return` 与 `withdraw` 须写 `reason`。 `return` and `withdraw` need a `reason`."""
    row = achievement_row(request.user, pk, f"achievement.{verb}")
    moved = achievement_move(actor=request.user, achievement=row, verb=verb, reason=body.reason)
    return achievement_out(request.user, moved)
