"""What waits for a person: one list of queues for the header, the home page and the tabs above each queue.

Each app registers its queues when it starts; a queue is counted through the same scoped selector that its page
shows, so a number and the page behind it cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from . import access

CAP = 1_000  # as in the lists: more are not counted


@dataclass(frozen=True)
class Queue:
    """One queue: who has it (``verb``), where it is, what waits in it."""

    code: str
    label: Any
    verb: str
    page: str
    waiting: Callable[[Any], QuerySet[Any]]
    query: str = ""


@dataclass(frozen=True)
class Waiting:
    """A queue as one person sees it now; at most ``CAP`` are counted."""

    code: str
    label: str
    url: str
    count: int
    capped: bool

    @property
    def shown(self) -> str:
        return f"{self.count}{'+' if self.capped else ''}"


_QUEUES: list[Queue] = []


def register(*queues: Queue) -> None:
    """Add queues, in the order in which people work through them."""
    _QUEUES.extend(queue for queue in queues if queue.code not in {known.code for known in _QUEUES})


def count(waiting: QuerySet[Any]) -> tuple[int, bool]:
    """How many wait, and whether there are more than are counted."""
    found = waiting.order_by().values("pk")[: CAP + 1].count()
    return min(found, CAP), found > CAP


def queues_of(user: Any) -> list[Waiting]:
    """Every queue this person works on, with its count; nothing for those without any."""
    found = []
    for queue in _QUEUES:
        if access.allowed(user, queue.verb):
            number, capped = count(queue.waiting(user))
            url = reverse(queue.page) + queue.query
            found.append(Waiting(queue.code, str(queue.label), url, number, capped))
    return found


def of_request(request: HttpRequest) -> list[Waiting]:
    """The queues of who asks, counted once a request."""
    kept: list[Waiting] | None = getattr(request, "_todo", None)
    if kept is None:
        kept = request._todo = queues_of(request.user)  # type: ignore[attr-defined]
    return kept
