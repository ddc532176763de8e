"""The queues of who works on listings: needs to clear and to publish, achievements to review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tuwei.web.base import access

from ..forms.queue import SORTS, QueueForm
from ..selectors import achievements, duplicates, needs, queues
from ..selectors.records_need import need_record
from ..services import clarity
from ..services.need_moves import refusal
from .names import names


@login_required
def clarifying(request: HttpRequest) -> HttpResponse:
    """A commissioner's queue of what waits to be cleared, or is clear and waits to be verified."""
    access.require(request.user, "need.verify")
    context = _queue(request, needs.clarifying(request.user))
    context["rows"] = [(need, names(clarity.missing(need_record(need)))) for need in context["page"]]
    return render(request, "market/need_clarifying.html", context)


@login_required
def publishing(request: HttpRequest) -> HttpResponse:
    """An officer's queue of what waits to be published; where publishing would be refused it says why."""
    access.require(request.user, "need.publish")
    context = _queue(request, needs.to_publish(request.user))
    near = duplicates.near(request.user, "need", list(context["page"]))
    context["rows"] = [(need, refusal(need, "publish"), near.get(need.pk, [])) for need in context["page"]]
    return render(request, "market/need_publishing.html", context)


@login_required
def reviewing(request: HttpRequest) -> HttpResponse:
    """An officer's queue of achievements."""
    access.require(request.user, "achievement.publish")
    context = _queue(request, achievements.reviewing(request.user), ("oldest", "newest"))
    near = duplicates.near(request.user, "achievement", list(context["page"]))
    context["rows"] = [(achievement, near.get(achievement.pk, [])) for achievement in context["page"]]
    return render(request, "market/achievement_reviewing.html", context)


def _queue(
    request: HttpRequest, waiting: QuerySet[Any], sorts: Sequence[str] = tuple(SORTS)
) -> dict[str, Any]:
    """One page of a queue with its form."""
    form = QueueForm(request.GET, sorts=sorts)
    asked = form.asked()
    found = queues.queue(queues.of_clearness(waiting, asked.ready, clarity.threshold()), asked)
    pages = queues.Pages(found, queues.PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return {"form": form, "asked": asked, "page": page, "pages": pages, "threshold": clarity.threshold()}
