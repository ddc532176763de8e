"""The ladder, one rule, the policies ranked by money, the 清零 list."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from tuwei.web.rest import limits
from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.schemas import CODE, Asked, Day, Out, Pk, answers

from ..selectors import engine, facts
from ..selectors import ladder as selectors

router = Router(tags=["policy"], auth=MEMBER)
Rule = Annotated[str, Path(min_length=1, max_length=40, pattern=CODE)]


class DayAsked(Asked):
    on: Day | None = None


class PoliciesAsked(DayAsked):
    state: Literal["certain", "possible", "blocked"] | None = None


class PlanOut(Out):
    organisation: int
    on: str
    years: list[int]
    plan: dict[str, Any]


class PoliciesOut(Out):
    organisation: int
    on: str
    certain: list[dict[str, Any]]
    possible: list[dict[str, Any]]
    blocked: list[dict[str, Any]]


class AssessmentOut(Out):
    organisation: int
    on: str
    assessment: dict[str, Any]


def _on(asked: DayAsked) -> datetime.date:
    return datetime.date.fromisoformat(asked.on) if asked.on else timezone.localdate()


@router.get("/enterprises/{int:pk}/ladder", response=answers(PlanOut), operation_id="get_ladder",
            summary="企业阶梯：各级判断、差距、政策 · Rungs, gaps and policies")  # fmt: skip
def get_ladder(request: HttpRequest, pk: Pk, asked: Query[DayAsked]) -> Any:
    place, on = facts.organisation(request.user, pk), _on(asked)
    limits.count_heavy(request)
    yearly = facts.yearly(place)
    told = engine.plan(yearly, on).as_dict()
    return {"organisation": place.pk, "on": on.isoformat(), "years": sorted(yearly), "plan": told}


@router.get("/enterprises/{int:pk}/rules/{rule}", response=answers(AssessmentOut), operation_id="assess_rule",
            summary="按一条规则判断 · Judge by one rule")  # fmt: skip
def assess_rule(request: HttpRequest, pk: Pk, rule: Rule, asked: Query[DayAsked]) -> Any:
    place, on = facts.organisation(request.user, pk), _on(asked)
    limits.count_heavy(request)
    told = engine.assess(rule, facts.yearly(place), on).as_dict()
    return {"organisation": place.pk, "on": on.isoformat(), "assessment": told}


@router.get("/enterprises/{int:pk}/policies", response=answers(PoliciesOut), operation_id="find_policies",
            summary="按金额排列的政策 · Policies ranked by money")  # fmt: skip
def find_policies(request: HttpRequest, pk: Pk, asked: Query[PoliciesAsked]) -> Any:
    place, on = facts.organisation(request.user, pk), _on(asked)
    limits.count_heavy(request)
    told = engine.plan(facts.yearly(place), on).as_dict()
    found = selectors.by_state(told["programmes"])
    shown = {state: rows if asked.state in (None, state) else [] for state, rows in found.items()}
    return {"organisation": place.pk, "on": on.isoformat(), **shown}
