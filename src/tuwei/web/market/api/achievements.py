"""Achievements: listed, read, entered, changed, moved from draft to publication."""

from __future__ import annotations

from typing import Any, Literal

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Status

from tuwei.web.base import access
from tuwei.web.rest.auth import ANYONE, MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import In, Page, Pk, Reason, answers, one_of

from ..models import Achievement
from ..selectors.records_achievement import achievement_record
from ..services.achievements import LIFE_CYCLE, achievement_move, achievement_save
from .listing import AchievementsAsked, public_page
from .needs import file_out
from .records import AchievementChange, AchievementIn, AchievementOut

router = Router(tags=["achievements"])
State: Any = one_of(Achievement.State.values)
Verb = Literal["submit", "publish", "return", "withdraw", "revive"]


class MineAsked(Paged):
    state: State | None = None


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
    steps = [
        verb for verb in LIFE_CYCLE[achievement.state] if access.can(user, f"achievement.{verb}", achievement)
    ]
    files = [file_out(file) for file in achievement.attachments.all()]
    return {**achievement_record(achievement), "files": files, "steps": steps}


@router.get("/achievements", auth=ANYONE, response=answers(Page[AchievementOut]), exclude_unset=True,
            operation_id="list_achievements", summary="检索公开的成果 · List public achievements")  # fmt: skip
def list_achievements(request: HttpRequest, asked: Query[AchievementsAsked]) -> Any:
    shown, following = public_page("achievement", asked, request.user)
    rows = rows_of().in_bulk([row.pk for row in shown])
    return {"items": [achievement_record(rows[row.pk]) for row in shown if row.pk in rows], "next": following}


@router.get("/achievements/mine", auth=MEMBER, response=answers(Page[AchievementOut]), exclude_unset=True,
            operation_id="list_my_achievements", summary="本人与本单位的成果 · My achievements and my organisation's")  # fmt: skip
def list_my_achievements(request: HttpRequest, asked: Query[MineAsked]) -> Any:
    user: Any = request.user
    mine = Q(owner=user.pk) | (Q(organisation=user.organisation_id) if user.organisation_id else Q(pk__in=[]))
    found = access.scope(user, "achievement.view", rows_of().filter(mine))
    rows, following = by_id(found.filter(state=asked.state) if asked.state else found, asked)
    return {"items": [achievement_record(row) for row in rows], "next": following}


@router.get("/achievements/waiting", auth=MEMBER, response=answers(Page[AchievementOut]), exclude_unset=True,
            operation_id="list_waiting_achievements", summary="待审核的成果 · Achievements to review")  # fmt: skip
def list_waiting_achievements(request: HttpRequest, asked: Query[Paged]) -> Any:
    access.require(request.user, "achievement.publish")
    waiting = access.scope(request.user, "achievement.publish", rows_of().filter(state="submitted"))
    rows, following = by_id(waiting, asked, newest=False)
    return {"items": [achievement_record(row) for row in rows], "next": following}


@router.post("/achievements", auth=MEMBER, response=answers(AchievementOut, 201), exclude_unset=True,
             operation_id="create_achievement", summary="新建成果（草稿） · Enter an achievement (a draft)")  # fmt: skip
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
