"""The 清零 worklist of the office."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ..selectors import zero

PER_PAGE = 30


@login_required
def worklist(request: HttpRequest) -> HttpResponse:
    """Districts counted, firms listed with their next step."""
    years = zero.years(request.user)
    year = next((one for one in years if str(one) == request.GET.get("year")), years[0])
    show = request.GET.get("show", "open")
    show = show if show in zero.SHOWN else "open"
    region = request.GET.get("region", "")[:6]
    found = zero.worklist(request.user, year, region, show)
    page = Paginator(found.firms, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "found": found, "page": page, "firms": zero.with_steps(list(page.object_list)), "years": years,
        "year": year, "show": show, "region": region, "today": timezone.localdate(), "shown": zero.SHOWN,
    }  # fmt: skip
    return render(request, "policy/zero.html", context)
