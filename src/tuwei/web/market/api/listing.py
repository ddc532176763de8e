"""The public lists, as the pages have them: same filters, same order, same keys."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import parse_qs

from pydantic import Field

from tuwei.core.errors import InputError
from tuwei.web.rest.paging import Paged, bad_cursor
from tuwei.web.rest.schemas import CODE, one_of

from ..models import Achievement, Need, NeedState
from ..models.need import OPEN
from ..selectors import facets, lists

State: Any = one_of(NeedState.values)
OpenState: Any = one_of(OPEN)
Form: Any = one_of(Achievement.Form.values)
Kind = Literal["enterprise", "institution", "agency", "bureau"]
Band: Any = one_of(facets.BANDS)
PriceBand: Any = one_of((*facets.BANDS, "none"))


class ListAsked(Paged):
    q: str = Field("", max_length=200, description="检索词 · words to find")
    field: str = Field("", max_length=20, pattern=CODE)
    industry: str = Field("", max_length=40, pattern=CODE)
    region: str = Field("", max_length=6, pattern=CODE, description="含下辖地区 · with the places inside it")
    organisation: int | None = Field(None, ge=1, le=10**17 - 1)
    kind: Kind | None = Field(None, description="单位类型 · kind of organisation")
    sample: Literal["0", "1"] | None = Field(None, description="1 只要样例，0 不要 · 1 only samples, 0 none")


class NeedsAsked(ListAsked):
    state: OpenState | None = None
    grade: Literal["0", "1", "2", "3"] | None = None
    budget: Band | None = Field(
        None, description="预算档（万元起）,须核验身份 · band of budget (from, in 10,000 yuan)"
    )
    sort: Literal["newest", "relevance", "deadline"] | None = None


class AchievementsAsked(ListAsked):
    form: Form | None = None
    trl: Literal["1", "2", "3", "4", "5", "6", "7", "8", "9"] | None = Field(
        None, description="不低于 · at least"
    )
    price: PriceBand | None = None
    sort: Literal["newest", "relevance", "trl"] | None = None


def public_page(kind: str, asked: ListAsked, user: Any) -> tuple[list[Need | Achievement], str | None]:
    """One page of the public list, whole rows in its order, and the next cursor."""
    values = {
        name: str(value) for name, value in asked.model_dump(exclude={"limit", "cursor"}).items() if value
    }
    try:
        question = lists.read(kind, {**values, "after": asked.cursor}, user)
    except InputError as error:
        raise bad_cursor(asked.cursor) if error.code == "list.bad_key" else error from None
    page = lists.page(question, user, asked.limit)
    following = parse_qs(page.following.removeprefix("?")).get("after", [None])[0]
    return page.rows, following


def told_figures(asked: ListAsked, kind: str) -> bool:
    """Whether the question itself tells figures of needs: then each line shown counts as a look."""
    sort = getattr(asked, "sort", None)
    return kind == "need" and bool(
        getattr(asked, "budget", None) or asked.kind or asked.organisation or sort == "deadline"
    )
