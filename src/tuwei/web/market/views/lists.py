"""The public lists, and the search over both."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from ..forms.saved import SaveForm
from ..selectors import facets, lists
from ..selectors.nearest import nearest
from ..services.disclosure import views_log

SORT_NAMES = {
    "newest": _("最新发布"),
    "relevance": _("相关度"),
    "deadline": _("期限最近"),
    "trl": _("就绪度最高"),
}
BOTH = 8  # hits of each kind on the page that searches both


def needs(request: HttpRequest) -> HttpResponse:
    """Public needs, each line at L1 at most."""
    return _list(request, "need")


def achievements(request: HttpRequest) -> HttpResponse:
    """Published achievements."""
    return _list(request, "achievement")


def _list(request: HttpRequest, kind: str) -> HttpResponse:
    asked = lists.read(kind, request.GET, request.user)
    page = lists.page(asked, request.user)
    if asked.figures:
        shown = [row for row in page.rows if row.shown_figures]
        views_log(user=request.user, needs=shown, grade=2, channel="list")
    context = {
        "kind": kind, "asked": asked, "page": page, "summary": lists.summary(asked, request.user),
        "chosen": chosen(asked), "first": asked.url(), "sorts": _sorts(asked, request.user), "cap": lists.CAP,
        "save_form": SaveForm() if request.user.is_authenticated else None,
    }  # fmt: skip
    return render(request, "market/list.html", context)


def chosen(asked: lists.Asked) -> list[dict[str, str]]:
    """The facets in force, each with the address without it."""
    without: dict[str, dict[str, Any]] = {name: {name: None} for name, _ in asked.facets}
    return [
        {
            "label": str(facets.LABELS[name]),
            "value": facets.label_of(asked.kind, name, value),
            "url": asked.url(**without[name]),
        }
        for name, value in asked.facets
    ]


def _sorts(asked: lists.Asked, user: Any) -> list[dict[str, Any]]:
    names = [name for name in lists.offered(asked.kind, user)[1] if name != "relevance" or asked.q]
    return [
        {"name": SORT_NAMES[name], "url": asked.url(sort=name), "chosen": name == asked.sort}
        for name in names
    ]


def search(request: HttpRequest) -> HttpResponse:
    """The first hits of both lists; where the words as they stand are in none, what comes nearest."""
    found: dict[str, dict[str, Any]] = {}
    for kind in ("need", "achievement"):
        asked = lists.read(kind, {"q": request.GET.get("q", "")}, request.user)
        counted = lists.summary(asked, request.user)
        page = lists.page(asked, request.user, BOTH)
        near = nearest(kind, request.user, asked.q) if asked.q and not page.rows else []
        found[kind] = {"asked": asked, "page": page, "summary": counted, "nearest": near}
    return render(
        request, "market/search.html", {"found": found, "q": found["need"]["asked"].q, "cap": lists.CAP}
    )
