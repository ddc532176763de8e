"""An enterprise's facts by year: the table of all years, the form of one, its history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import InputError
from tuwei.web.base import access
from tuwei.web.market.forms.need import add_error, summary

from ..forms.facts import FactsForm, YearForm, initial
from ..selectors import engine, shown
from ..selectors import facts as selectors
from ..services import facts as services


@login_required
def years(request: HttpRequest, pk: int) -> HttpResponse:
    """All years side by side; a year to enter next."""
    place = selectors.organisation(request.user, pk)
    rows = selectors.of(place)
    known = [row.year for row in rows]
    form = YearForm(request.GET if "year" in request.GET else None, known=known)
    if form.is_bound and form.is_valid():
        return redirect("policy:facts-edit", pk=pk, year=form.cleaned_data["year"])
    context = {
        "organisation": place, "rows": rows, "table": shown.facts_table(rows), "form": form,
        "enters": access.can(request.user, "ladder.enter", place), "tab": "facts",
    }  # fmt: skip
    return render(request, "policy/facts.html", context, status=422 if form.errors else 200)


@login_required
def edit(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    place = selectors.organisation(request.user, pk, "ladder.enter")
    if not engine.FIRST_YEAR <= year <= engine.LAST_YEAR:
        raise Http404
    row = selectors.one(place, year)
    form = FactsForm(request.POST or None, initial=initial(row.values if row else {}))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.facts_save(
                actor=request.user, organisation=place, year=year, values=form.record()
            )
        except InputError as error:
            add_error(form, error)
        else:
            said = _("没有改动。") if saved.outcome == "unchanged" else _("已保存 %(year)s 年的数据。")
            messages.success(request, said % {"year": year})
            return redirect("policy:ladder" if "ladder" in request.POST else "policy:facts", pk=pk)
    context: dict[str, Any] = {"organisation": place, "row": row, "year": year, "form": form, "tab": "facts"}
    context["faults"] = summary(form) if form.is_bound else []
    return render(request, "policy/facts_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    place = selectors.organisation(request.user, pk, "ladder.enter")
    services.facts_remove(actor=request.user, organisation=place, year=year)
    messages.success(request, _("已删除 %(year)s 年的数据，事件记录中仍可查到。") % {"year": year})
    return redirect("policy:facts", pk=pk)


@login_required
def history(request: HttpRequest, pk: int, year: int) -> HttpResponse:
    """Who entered and changed what, when."""
    place = selectors.organisation(request.user, pk)
    context = {
        "organisation": place, "year": year, "tab": "facts",
        "changes": shown.changes(selectors.history(place, year)),
    }  # fmt: skip
    return render(request, "policy/facts_history.html", context)
