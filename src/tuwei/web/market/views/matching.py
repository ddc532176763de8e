"""Ranked matches of a need or an achievement, with their reasons side by side."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tuwei.web.base import access, jobs

from ..forms.matching import FilterForm
from ..models import Achievement, Need
from ..selectors import indexed, matching, teams
from ..selectors.disclosure import grade_for
from ..services.disclosure import view_log

SHOWN = 20


def need_matches(request: HttpRequest, pk: int) -> HttpResponse:
    """Achievements that may answer a need."""
    need = access.get(request.user, "need.rank", Need.objects.select_related("organisation"), pk=pk)
    need.shown_grade = grade_for(request.user, need)  # type: ignore[attr-defined]
    view_log(user=request.user, need=need, grade=need.shown_grade, channel="page")  # type: ignore[attr-defined]
    form = FilterForm(request.GET or None)
    filters = form.filters()
    found = matching.achievements_for(user=request.user, need=need, filters=filters, top=SHOWN)
    reading = matching.understood(need, need.shown_grade)  # type: ignore[attr-defined]
    return _page(request, "need", need, form, found, reading=reading)


def need_teams(request: HttpRequest, pk: int) -> HttpResponse:
    """People, organisations or teams whose achievements may answer a need."""
    need = access.get(request.user, "need.rank", Need.objects.select_related("organisation"), pk=pk)
    need.shown_grade = grade_for(request.user, need)  # type: ignore[attr-defined]
    view_log(user=request.user, need=need, grade=need.shown_grade, channel="page")  # type: ignore[attr-defined]
    by = request.GET.get("by", "")
    by = by if by in teams.BY else teams.BY[0]
    context = {
        "need": need,
        "by": by,
        "teams": teams.teams_for(user=request.user, need=need, by=by),
        "ready": bool(indexed.version("achievement")),
    }
    return render(request, "market/need_teams.html", context)


def achievement_matches(request: HttpRequest, pk: int) -> HttpResponse:
    """Needs that an achievement may answer, each at the reader's grade."""
    queryset = Achievement.objects.select_related("organisation")
    achievement = access.get(request.user, "achievement.rank", queryset, pk=pk)
    form = FilterForm(request.GET or None, budget=False)
    filters = form.filters()
    found = matching.needs_for(user=request.user, achievement=achievement, filters=filters, top=SHOWN)
    return _page(request, "achievement", achievement, form, found)


def _page(
    request: HttpRequest, kind: str, listing: Any, form: FilterForm, found: list[Any], **more: Any
) -> HttpResponse:
    other = "achievement" if kind == "need" else "need"
    context = {
        kind: listing,
        "form": form,
        "matches": [match for match in found if match.level != "none"],
        "unrelated": [match for match in found if match.level == "none"],
        "ready": bool(indexed.version(other)),
        **more,
    }
    if request.headers.get("HX-Request"):
        return render(request, "market/match_list.html", {**context, "partial": True})
    return render(request, f"market/{kind}_matches.html", context)


@login_required
@require_POST
def reindex(request: HttpRequest) -> HttpResponse:
    """Build the match indexes anew, in the worker."""
    access.require(request.user, "reindex.start")
    return redirect("job", pk=jobs.enqueue("match.rebuild", actor=request.user).pk)
