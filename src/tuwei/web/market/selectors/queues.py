"""Queues of work, narrowed and sorted: real listings always before samples, at most ``CAP`` counted and paged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet

from tuwei.core.text import normalise
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import search
from tuwei.web.base.todo import CAP, count

from . import facets

PER_PAGE = 30
ORDERS: dict[str, tuple[Any, ...]] = {
    "oldest": ("is_sample", "state_since", "id"),
    "newest": ("is_sample", "-state_since", "-id"),
    "completeness": ("is_sample", "-completeness", "state_since", "id"),
    "deadline": ("is_sample", F("deadline").asc(nulls_last=True), "id"),
}
NARROWED_BY = ("field", "region")


@dataclass(frozen=True)
class Asked:
    """What a reader asks of a queue; empty strings ask nothing."""

    q: str = ""
    field: str = ""
    region: str = ""
    ready: str = ""  # "1": clear enough for the next step, "0": not yet
    sort: str = "oldest"

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Asked:
        """From the values of a form; those that were faulty are not there."""
        told = {name: str(values.get(name) or "") for name in ("q", *NARROWED_BY, "ready")}
        told["q"] = normalise(told["q"])[: search.QUERY_LIMIT]
        return cls(**told, sort=str(values.get("sort") or "oldest"))

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.field or self.region or self.ready)


def narrowed(waiting: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Keep what lies in the field and the region asked for."""
    for name in NARROWED_BY:
        if value := getattr(asked, name):
            waiting = waiting.filter(facets.condition(name, value))
    return waiting


def of_clearness(needs: QuerySet[Any], ready: str, threshold: int) -> QuerySet[Any]:
    """Needs that are clear enough, or those that are not yet; all where nothing is asked."""
    limits = {"1": Q(completeness__gte=threshold), "0": Q(completeness__lt=threshold)}
    return needs.filter(limits.get(ready, Q()))


def queue(waiting: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """A queue whose readers see all of it: also titles and organisations are searched, whatever their grade."""
    found = narrowed(waiting, asked)
    if asked.q:
        found = found.filter(_named(found, asked.q))
    return found.order_by(*ORDERS[asked.sort])


def _named(waiting: QuerySet[Any], q: str) -> Q:
    """A number, or words of the title, the organisation or what is indexed for everyone.

    What other tables and indexes tell is asked first, in queries of their own: joined by OR they would be slow.
    """
    places = Organisation.objects.filter(name__icontains=q).values_list("pk", flat=True)[: CAP + 1]
    words = search.matching(waiting.order_by(), q).values_list("pk", flat=True)[: CAP + 1]
    told = Q(title__icontains=q) | Q(organisation__in=list(places)) | Q(pk__in=list(words))
    number = q.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 18:
        told |= Q(pk=int(number))
    return told


class Pages(Paginator[Any]):
    """Pages over at most ``CAP`` rows: counting and skipping more would cost more than anyone reads."""

    @cached_property
    def _counted(self) -> tuple[int, bool]:
        return count(self.object_list)  # type: ignore[arg-type]

    @cached_property
    def count(self) -> int:
        return self._counted[0]

    @property
    def capped(self) -> bool:
        return self._counted[1]
