"""The 清零 worklist for programs."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from tuwei.web.rest import limits
from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.schemas import REGION, Asked, Out, answers

from ..selectors import engine, zero

router = Router(tags=["policy"], auth=MEMBER)


class ZeroAsked(Asked):
    year: int | None = Field(None, ge=engine.FIRST_YEAR, le=engine.LAST_YEAR)
    region: str = Field("", pattern=REGION)
    show: Literal["open", "zero", "missing", "nothing", "fine", "all"] = "open"
    offset: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(50, ge=1, le=100)


class DistrictOut(Out):
    region: str
    zero: int
    missing: int
    nothing: int
    fine: int


class FirmOut(Out):
    organisation: int
    name: str
    region: str
    reported: bool
    inside: str
    flags: dict[str, str]
    step: str
    commissioner: str | None
    follow_up: str | None
    follow_up_on: str | None


class ZeroOut(Out):
    year: int
    total: int
    districts: list[DistrictOut]
    firms: list[FirmOut]


def _firm(firm: zero.Firm) -> dict[str, Any]:
    due = firm.follow_up
    return {
        "organisation": firm.organisation.pk, "name": firm.organisation.name, "region": firm.organisation.region,
        "reported": firm.reported, "inside": firm.inside, "flags": firm.flags, "step": firm.step,
        "commissioner": str(firm.assignment.commissioner) if firm.assignment else None,
        "follow_up": due.follow_up if due else None,
        "follow_up_on": due.follow_up_on.isoformat() if due and due.follow_up_on else None,
    }  # fmt: skip


@router.get("/zero", response=answers(ZeroOut), operation_id="list_zero",
            summary="清零工作单：零、未报、有分开 · Firms without R&D: zero, not reported, fine apart")  # fmt: skip
def list_zero(request: HttpRequest, asked: Query[ZeroAsked]) -> Any:
    years = zero.years(request.user)
    limits.count_heavy(request)
    found = zero.worklist(request.user, asked.year or years[0], asked.region, asked.show)
    page = found.firms[asked.offset : asked.offset + asked.limit]
    return {
        "year": found.year, "total": len(found.firms), "firms": [_firm(one) for one in zero.with_steps(page)],
        "districts": [{"region": one.code, **one.counts} for one in found.districts],
    }  # fmt: skip
