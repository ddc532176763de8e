"""Pages of needs: one need, its form, its steps, and the queues of who works on them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import AccessError, TuweiError
from tuwei.web.base import access

from ..forms.need import AskForm, FileForm, NeedForm, StepForm, add_error, faults, initial, summary
from ..models import Need
from ..selectors import duplicates, life_cycle
from ..selectors import needs as selectors
from ..selectors.records_need import need_record
from ..services import clarity
from ..services.disclosure import view_log
from ..services.need_moves import refusal
from ..services.needs import need_move, need_save, need_try
from .names import names

PER_PAGE = 30
MAIN_STEPS = ("submit", "verify", "publish", "revive", "deliver", "accept", "evaluate")


def need_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A need, as much of it as this person may see; the look is logged."""
    need = access.get(request.user, "need.view", selectors.all_needs().prefetch_related("indicators"), pk=pk)
    context = selectors.shown(request.user, need)
    view_log(user=request.user, need=need, grade=context["grade"], channel="page")
    context |= {
        "need": need,
        "line": life_cycle.line(need),
        **_steps(request.user, need),
        **_more(request.user, need),
        "near": duplicates.near(request.user, "need", [need]).get(need.pk, []),
    }
    context["ask_form"] = (
        AskForm(above=context["grade"]) if _may_ask(request.user, need, context["grade"]) else None
    )
    return render(request, "market/need_detail.html", context)


def _steps(user: Any, need: Need) -> dict[str, Any]:
    steps = [
        (
            verb,
            life_cycle.STEPS[verb],
            StepForm(verb=verb),
            verb in life_cycle.NEEDS_REASON or verb == "merge",
        )
        for verb in life_cycle.steps_for(user, need)
    ]
    refused = {verb: refusal(need, verb) for verb, *_rest in steps}
    return {
        "main_steps": [step for step in steps if step[0] in MAIN_STEPS and not refused[step[0]]],
        "refused_steps": [(step[1], refused[step[0]]) for step in steps if refused[step[0]]],
        "other_steps": [step for step in steps if step[0] not in MAIN_STEPS],
    }


def _more(user: Any, need: Need) -> dict[str, Any]:
    """What those who work on a need see besides."""
    editable = access.can(user, "need.edit", need)
    reads_log = access.can(user, "need.read_log", need)
    return {
        "editable": editable and need.state in life_cycle.EDITABLE,
        "file_form": FileForm(auto_id="file_%s") if editable else None,
        "reads_log": reads_log,
        "history": selectors.folded(selectors.history(need)[:100]) if reads_log or editable else None,
        "missing": names(clarity.missing(need_record(need))) if editable else None,
        "threshold": clarity.threshold(),
    }


def _may_ask(user: Any, need: Need, grade: int) -> bool:
    return grade < 3 and not access.can(user, "need.grant", need) and access.can(user, "need.ask", need)


@login_required
def need_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The whole form: a new need, or one to change."""
    need = None
    if pk is None:
        access.require(request.user, "need.create")
    else:
        need = access.get(
            request.user, "need.edit", selectors.all_needs().prefetch_related("indicators"), pk=pk
        )
    start = initial(need_record(need), list(need.indicators.all())) if need else {}
    form = NeedForm(request.POST or None, initial=start)
    if request.method == "POST" and (saved := _saved(request.user, form, need)):
        messages.success(request, _("已保存，完整度 %(score)s。") % {"score": saved.completeness})
        return redirect("market:need", pk=saved.pk)
    context = {"form": form, "need": need, "faults": summary(form)}
    return render(request, "market/need_form.html", context, status=422 if form.errors else 200)


def _saved(user: Any, form: NeedForm, need: Need | None) -> Need | None:
    """The need, saved; None where something is wrong, all of which the form then tells."""
    if not form.is_valid():
        if error := need_try(actor=user, record=form.record(), need=need):
            add_error(form, error)
        return None
    try:
        return need_save(actor=user, record=form.record(), need=need)
    except AccessError:
        raise
    except TuweiError as error:
        add_error(form, error)
    return None


@login_required
@require_POST
def need_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one step of the life cycle."""
    need = access.get(request.user, "need.view", selectors.all_needs(), pk=pk)
    form = StepForm(request.POST, verb=verb)
    if not form.is_valid():
        messages.error(request, faults(form))
        return redirect("market:need", pk=pk)
    target = form.cleaned_data.get("into")
    into = (
        access.scope(request.user, "need.view", selectors.all_needs()).filter(pk=target).first()
        if target
        else None
    )
    try:
        need_move(actor=request.user, need=need, verb=verb, reason=form.cleaned_data["reason"], into=into)
    except AccessError:
        raise
    except TuweiError as error:
        messages.error(request, error.sentence(get_language() or "zh"))
    else:
        messages.success(request, _("已完成：%(step)s") % {"step": life_cycle.STEPS[verb]})
    return _after_step(request, need)


def _after_step(request: HttpRequest, need: Need) -> HttpResponse:
    """Back to the need, or, where the step took it out of this person's sight, home."""
    if access.can(request.user, "need.view", need):
        return redirect("market:need", pk=need.pk)
    return redirect("home")


@login_required
def my_needs(request: HttpRequest) -> HttpResponse:
    """What I and my organisation entered."""
    page = Paginator(selectors.my_needs(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "market/need_mine.html", {"page": page, "threshold": clarity.threshold()})
