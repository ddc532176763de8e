"""The first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..selectors import lists, region

NEWEST = 5
FIGURES = 6


def home(request: HttpRequest) -> HttpResponse:
    """What the site does, the search box, what is new, the region's figures, where each role begins."""
    context = {
        "needs": lists.newest("need", request.user, NEWEST),
        "achievements": lists.newest("achievement", request.user, NEWEST),
        "totals": region.totals(),
        "figures": region.headline_figures(FIGURES),
    }
    return render(request, "market/home.html", context)
