"""The public lists of needs and achievements: searched, narrowed, sorted, paged by key.

The lists hold what everyone may know of, so that what is counted can be kept for everyone; people find what is
theirs, or was opened to them, on pages of their own. Of a need a list tells L1 at most (``FIGURES`` of
``facets`` aside: who may see figures may narrow by them, and that look is logged).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, Left
from django.utils import timezone

from tuwei.core.errors import AccessError, InputError
from tuwei.core.text import fold, normalise, words
from tuwei.web.base import access, search
from tuwei.web.base.kept import kept

from ..models import Achievement, Claim, Need
from . import facets
from .disclosure import annotate_grade
from .indexed import listed
from .needs import title_at

PER_PAGE = 25
CAP = 1_000  # hits that are counted, and that relevance is worked out for
KEPT = 60  # seconds that counts are kept
SORTS = {"need": ("newest", "relevance", "deadline"), "achievement": ("newest", "relevance", "trl")}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Key = tuple[int, int]


@dataclass(frozen=True)
class Asked:
    """One question to a list. ``key`` is the place in the order from which on (or up to which) rows are shown."""

    kind: str
    q: str
    facets: tuple[tuple[str, str], ...]
    sort: str
    key: Key | None = None
    backwards: bool = False

    @property
    def figures(self) -> bool:
        """Whether the answer tells figures of needs (L2)."""
        told = any(name in facets.FIGURES for name, _ in self.facets)
        return self.kind == "need" and (told or self.sort == "deadline")

    def url(self, *, key: str = "", back: bool = False, **changes: str | None) -> str:
        """The query string of this question with some facets (or ``q``, ``sort``) changed; None removes one."""
        values = {"q": self.q, **dict(self.facets), "sort": self.sort, **changes}
        if values["sort"] == default_sort(str(values["q"] or "")):
            del values["sort"]
        kept = {name: value for name, value in values.items() if value}
        if key:
            kept["before" if back else "after"] = key
        return "?" + urlencode(kept)

    def saved(self) -> dict[str, str]:
        """What a saved search keeps."""
        return {name: value for name, value in {"q": self.q, **dict(self.facets)}.items() if value}


@dataclass(frozen=True)
class Page:
    """Rows ready to show, and the addresses of the pages before and after."""

    rows: list[Any]
    previous: str
    following: str


@dataclass(frozen=True)
class Summary:
    """How many there are (at most ``CAP`` are counted) and the facets."""

    count: int
    capped: bool
    facets: list[facets.Facet]


def default_sort(q: str) -> str:
    return "relevance" if q else "newest"


def read(kind: str, values: Mapping[str, Any], user: Any) -> Asked:
    """Understand a query string.

    Raises
    ------
    InputError
        ``list.bad_facet``, ``list.bad_sort``, ``list.bad_key``.
    AccessError
        ``list.figures_closed``: narrowing needs by figures that this person may not see.
    """
    q = normalise(str(values.get("q", ""))[: search.QUERY_LIMIT])
    sort = str(values.get("sort") or default_sort(q))
    if sort not in SORTS[kind]:
        raise _bad("sort", ", ".join(SORTS[kind]), sort)
    if sort == "relevance" and not q:
        sort = "newest"
    back = bool(values.get("before"))
    key = _key(str(values.get("before") or values.get("after") or ""))
    asked = Asked(kind, q, tuple(facets.read_facets(kind, values).items()), sort, key, back)
    if asked.figures and _may_see_figures(user) is None:
        raise AccessError(
            "list.figures_closed",
            "按预算、期限或单位筛选需求，须登录并核验身份。",
            "Narrowing needs by budget, deadline or organisation is open to people whose identity was checked.",
        )
    return asked


def _bad(name: str, expected: str, got: str) -> InputError:
    return InputError(
        f"list.bad_{name}",
        "“{field}”应为 {expected}，现为“{got}”。",
        "“{field}” takes {expected}, got “{got}”.",
        field=name,
        expected=expected,
        got=got[:60],
    )


def _key(text: str) -> Key | None:
    if not text:
        return None
    parts = text.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
        raise _bad("key", "a place in the list such as 1700000000000000.42", text)
    return int(parts[0]), int(parts[1])


def _may_see_figures(user: Any) -> Q | None:
    return access.condition(user, "need.see_figures", Need)


def offered(kind: str, user: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The facets and sorts this person is offered."""
    names: tuple[str, ...] = facets.SHOWN[kind]
    sorts: tuple[str, ...] = SORTS[kind]
    if kind == "need" and _may_see_figures(user) is None:
        names = tuple(name for name in names if name not in facets.FIGURES)
        sorts = tuple(sort for sort in sorts if sort != "deadline")
    return names, sorts


def found(asked: Asked, user: Any) -> QuerySet[Any]:
    """All hits of a question, in no order."""
    public = access.scope(None, f"{asked.kind}.view", listed(asked.kind).filter(published_at__isnull=False))
    for name, value in asked.facets:
        public = public.filter(facets.condition(name, value))
    if asked.figures:
        public = public.filter(_may_see_figures(user) or Q(pk__in=[]))
    if asked.sort == "deadline":
        public = public.filter(deadline__gte=timezone.localdate())
    return search.matching(public, asked.q)


# --- counts ---------------------------------------------------------------------------------------------------


def summary(asked: Asked, user: Any) -> Summary:
    """Count the hits and the options of every facet.

    A chosen facet's options are counted as if it were not chosen: they are what one could change to.
    """
    names, _ = offered(asked.kind, user)
    everything = _survey(asked, user)
    chosen = dict(asked.facets)
    made = []
    for name in names:
        counted = _survey(_without(asked, name), user) if name in chosen else everything
        counts = counted.counts.get(name)
        options = facets.options(asked.kind, name, chosen.get(name, ""), counts)
        if options:
            made.append(facets.Facet(name, str(facets.LABELS[name]), options))
    return Summary(min(everything.count, CAP), everything.count > CAP, made)


def _without(asked: Asked, name: str) -> Asked:
    return replace(asked, facets=tuple(pair for pair in asked.facets if pair[0] != name))


@dataclass(frozen=True)
class _Survey:
    """What the newest ``CAP`` hits tell: how many, the counts of each column, and the order by relevance."""

    count: int  # ``CAP`` + 1 where there are more
    counts: dict[str, Counter[Any]]
    ranked: list[Key]  # (score, id), the best first; empty where no words were asked for


def _survey(asked: Asked, user: Any) -> _Survey:
    """One query, kept for a minute."""

    def work() -> _Survey:
        columns = facets.COLUMNS[asked.kind]
        newest = found(asked, user).order_by("-published_at", "-id")
        rows = list(newest.values_list("id", "title", *columns.values())[: CAP + 1])
        by_column = list(zip(*rows[:CAP], strict=True)) or [()] * (len(columns) + 2)
        counts = {name: Counter(by_column[at]) for at, name in enumerate(columns, start=2)}
        return _Survey(len(rows), counts, _ranked(rows[:CAP], asked.q) if asked.q else [])

    return _kept(asked, user, work)


def _ranked(rows: list[tuple[Any, ...]], q: str) -> list[Key]:
    """How many of the words stand in the title; of equals the later number first."""
    asked_words = set(words(q))
    return sorted(((_score(row[1], q, asked_words), row[0]) for row in rows), reverse=True)


def _score(title: str, q: str, asked_words: set[str]) -> int:
    low = fold(title.lower())
    hits = sum(word in low for word in asked_words)
    return hits * 100 // max(len(asked_words), 1) + (100 if fold(q.lower()) in low else 0)


def _kept(asked: Asked, user: Any, work: Callable[[], _Survey]) -> _Survey:
    reader = user.pk if asked.figures else None
    parts = [asked.kind, asked.q, sorted(asked.facets), asked.sort == "deadline", reader]
    name = "list:" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return kept(name, KEPT, work)


# --- one page ---------------------------------------------------------------------------------------------------


def page(asked: Asked, user: Any, size: int = PER_PAGE) -> Page:
    """The rows from the key on, and the keys of the pages around."""
    if asked.sort == "relevance":
        keys, more = _cut(_survey(asked, user).ranked, asked, size)
        rows = _fetch(asked, user, [pk for _, pk in keys])
    else:
        rows, more = _window(asked, user, size)
        keys = [_key_of(asked.sort, row) for row in rows]
    if asked.backwards and not more:  # the beginning of the list: show it as the beginning is shown
        return page(replace(asked, key=None, backwards=False), user, size)
    shown = [_dressed(asked, row) for row in rows]
    before = bool(keys) and (more if asked.backwards else asked.key is not None)
    after = bool(keys) and (more or asked.backwards)
    return Page(
        shown,
        asked.url(key=_text(keys[0]), back=True) if before else "",
        asked.url(key=_text(keys[-1])) if after else "",
    )


def _text(key: Key) -> str:
    return f"{key[0]}.{key[1]}"


def _window(asked: Asked, user: Any, size: int) -> tuple[list[Any], bool]:
    """One page of rows, read from the index in the list's order (against it when going back)."""
    column, falling = {
        "newest": ("published_at", True),
        "deadline": ("deadline", False),
        "trl": ("order", True),
    }[asked.sort]
    hits = found(asked, user)
    if asked.sort == "trl":
        hits = hits.alias(order=Coalesce("trl", 0))
    down = falling != asked.backwards
    if asked.key is not None:
        hits = hits.filter(_beyond(column, asked.sort, asked.key, down))
    ordering: list[Any] = [F(column).desc(), "-id"] if down else [F(column).asc(), "id"]
    rows = list(_columns(asked.kind, user, hits).order_by(*ordering)[: size + 1])
    kept = rows[:size]
    return kept[::-1] if asked.backwards else kept, len(rows) > size


def _beyond(column: str, sort: str, key: Key, down: bool) -> Q:
    """Rows past the key. The first condition alone would do for an index to start at the right place."""
    value, sign = _value(sort, key[0]), "lt" if down else "gt"
    past = Q(**{f"{column}__{sign}": value}) | Q(**{f"id__{sign}": key[1]})
    return Q(**{f"{column}__{sign}e": value}) & past


def _value(sort: str, number: int) -> Any:
    if sort == "trl":
        return number
    try:
        if sort == "deadline":
            return date.fromordinal(number)
        return EPOCH + timedelta(microseconds=number)
    except (OverflowError, ValueError):
        raise _bad("key", "a place in the list", str(number)) from None


def _key_of(sort: str, row: Any) -> Key:
    if sort == "trl":
        return row.trl or 0, row.pk
    if sort == "deadline":
        return row.deadline.toordinal(), row.pk
    return (row.published_at - EPOCH) // timedelta(microseconds=1), row.pk


def _cut(ranked: list[Key], asked: Asked, size: int) -> tuple[list[Key], bool]:
    if asked.key is None:
        return ranked[:size], len(ranked) > size
    if asked.backwards:
        earlier = [key for key in ranked if key > asked.key]
        return earlier[-size:], len(earlier) > size
    later = [key for key in ranked if key < asked.key]
    return later[:size], len(later) > size


def _fetch(asked: Asked, user: Any, ids: list[int]) -> list[Any]:
    hits = access.scope(None, f"{asked.kind}.view", listed(asked.kind))
    rows = _columns(asked.kind, user, hits).in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def _columns(kind: str, user: Any, hits: QuerySet[Any]) -> QuerySet[Any]:
    """Only what a line of the list shows."""
    if kind == "need":
        return annotate_grade(user, hits.select_related("organisation")).only(
            "title", "abstract", "field", "industry", "region", "state", "grade", "is_sample", "published_at",
            "deadline", "budget_min", "budget_max", "owner_id", "organisation__name",
        )  # fmt: skip
    claims = Claim.objects.only("achievement_id", "quantity", "comparator", "low", "high", "unit", "baseline")
    return (
        hits.select_related("organisation")
        .annotate(summary=Left("text", 140))
        .only(
            "title", "field", "industry", "region", "trl", "stage", "price_min", "price_max", "is_sample",
            "published_at", "organisation__name",
        )
        .prefetch_related(Prefetch("claims", queryset=claims))
    )  # fmt: skip


def _dressed(asked: Asked, row: Any) -> Any:
    """A need's line tells L1 at most, and figures only where they were asked for."""
    if isinstance(row, Achievement):
        return row
    row.shown_title = title_at(row, row.shown_grade)
    row.shown_abstract = row.abstract if row.shown_grade >= 1 else ""
    row.shown_figures = asked.figures and row.shown_grade >= 2
    return row


def newest(kind: str, user: Any, most: int) -> list[Any]:
    """The first few lines of a list, for the home page."""
    return page(Asked(kind, "", (), "newest"), user, most).rows


def lines(asked: Asked, user: Any, hits: QuerySet[Any], most: int) -> list[Any]:
    """Given hits as lines of the list, at the reader's grade."""
    return [_dressed(asked, row) for row in _columns(asked.kind, user, hits)[:most]]
