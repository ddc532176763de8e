"""The region: its places with what is listed in them, and its figures with their sources."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..selectors import region
from ..selectors.facets import term_name


def region_page(request: HttpRequest) -> HttpResponse:
    found = region.places()
    names = {place.code: term_name("region", place.code) for place in found}
    context = {"places": found, "maps": region.maps(found, names), "figures": region.figures()}
    return render(request, "market/region.html", context)
