"""An enterprise's ladder, its policies ranked by money, and the printable report."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tuwei.core.errors import AccessError
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access

from ..forms.facts import DayForm
from ..selectors import engine, facts, worksheet
from ..selectors import ladder as selectors

# The report brings its own few styles and no script; nothing else may come into it.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """To where this person's work begins."""
    if access.allowed(request.user, "assignment.work"):
        return redirect("policy:worksheet")
    if access.allowed(request.user, "zero.view"):
        return redirect("policy:zero")
    access.require(request.user, "ladder.view")
    own: Organisation | None = request.user.organisation  # type: ignore[union-attr]
    if own is None:
        raise AccessError(
            "ladder.no_organisation", "您的账号还没有所属单位，请联系科技局。",
            "Your account belongs to no organisation yet; ask an officer.",
        )  # fmt: skip
    return redirect("policy:ladder", pk=own.pk)


@login_required
def ladder(request: HttpRequest, pk: int) -> HttpResponse:
    place = facts.organisation(request.user, pk)
    form, on = _day(request)
    context = {
        **_context(request, place, form, on), "tab": "ladder",
        "serving": worksheet.serving(request.user, place), "advice": worksheet.advice_for(request.user, place, 3),
    }  # fmt: skip
    return render(request, "policy/ladder.html", context)


@login_required
def finder(request: HttpRequest, pk: int) -> HttpResponse:
    place = facts.organisation(request.user, pk)
    form, on = _day(request)
    return render(request, "policy/finder.html", {**_context(request, place, form, on), "tab": "finder"})


@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole plan as one page to print, made by the engine."""
    place = facts.organisation(request.user, pk)
    _form, on = _day(request)
    answer = HttpResponse(engine.report(engine.plan(facts.yearly(place), on), place.name))
    answer["Content-Security-Policy"] = REPORT_POLICY
    return answer


def _day(request: HttpRequest) -> tuple[DayForm, datetime.date]:
    """The day asked for; today where none is, or where it is no day (the form then says so)."""
    today = timezone.localdate()
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": today})
    return form, (form.is_bound and form.is_valid() and form.cleaned_data["on"]) or today


def _context(request: HttpRequest, place: Organisation, form: DayForm, on: datetime.date) -> dict[str, Any]:
    return {
        "organisation": place, "form": form, "on": on, "years": facts.years(place),
        "found": selectors.ladder(place, on), "today": timezone.localdate(),
        "enters": access.can(request.user, "ladder.enter", place), "title": _("企业阶梯"),
    }  # fmt: skip
