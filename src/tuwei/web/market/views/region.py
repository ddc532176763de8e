"""The region: its places with what is listed in them, and its figures with their sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..selectors import region


def region_page(request: HttpRequest) -> HttpResponse:
    found = region.places()
    context = {"places": found, "points": region.map_points(found), "figures": region.figures()}
    return render(request, "market/region.html", context)
