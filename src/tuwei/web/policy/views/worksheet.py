"""The commissioner's worksheet: enterprises served, visits and advice, what follows; who asks to serve whom."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import InputError
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access
from tuwei.web.base.forms import cleaned
from tuwei.web.market.forms.need import add_error, summary

from ..forms.worksheet import AskForm, DoneForm, EnterpriseSearch, GiveForm, ReasonForm, VisitForm
from ..models import Assignment, Visit
from ..selectors import facts, worksheet
from ..services import worksheet as services

PER_PAGE = 30


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """The queue: what is due first comes first."""
    access.require(request.user, "assignment.work")
    page = Paginator(worksheet.queue(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = facts.with_years(worksheet.with_next(list(page.object_list)))
    waiting = worksheet.assignments(request.user).filter(state=Assignment.State.ASKED)
    context = {
        "page": page, "rows": rows, "waiting": waiting, "today": timezone.localdate(),
        "late_count": worksheet.late(request.user).count(),
    }  # fmt: skip
    return render(request, "policy/worksheet.html", context)


@login_required
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise served: visits, advice, follow-ups; the enterprise sees it without the notes."""
    shown = worksheet.assignment(request.user, pk)
    return _assignment_page(request, shown, VisitForm())


@login_required
@require_POST
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    shown = worksheet.assignment(request.user, pk, "assignment.work")
    form = VisitForm(request.POST)
    if form.is_valid():
        try:
            services.visit_record(actor=request.user, assignment=shown, values=form.cleaned_data)
        except InputError as error:
            add_error(form, error)
        else:
            messages.success(request, _("已记录。"))
            return redirect("policy:assignment", pk=pk)
    return _assignment_page(request, shown, form)


def _assignment_page(request: HttpRequest, shown: Assignment, form: VisitForm) -> HttpResponse:
    works = access.can(request.user, "assignment.work", shown) and shown.state == Assignment.State.ACTIVE
    context = {
        "assignment": shown, "visits": worksheet.visits(request.user, shown), "form": form, "works": works,
        "done_form": DoneForm(), "reason_form": ReasonForm(), "today": timezone.localdate(),
        "faults": summary(form) if form.is_bound else [], "years": facts.years(shown.organisation),
        "sees_ladder": access.can(request.user, "ladder.view", shown.organisation),
    }  # fmt: skip
    return render(request, "policy/assignment.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """A follow-up is done."""
    found = access.get(request.user, "visit.view", Visit.objects.select_related("assignment"), pk=pk)
    services.follow_up_done(
        actor=request.user, visit=found, **cleaned(DoneForm(request.POST), "policy.bad_form")
    )
    messages.success(request, _("已完成。"))
    return redirect("policy:assignment", pk=found.assignment_id)


@login_required
@require_POST
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept, decline or end."""
    shown = worksheet.assignment(request.user, pk)
    given = {} if verb == "accept" else cleaned(ReasonForm(request.POST), "policy.bad_form")
    services.assignment_move(actor=request.user, assignment=shown, verb=verb, **given)
    messages.success(request, _("已记录。"))
    return redirect("policy:assignment", pk=pk)


@login_required
def asked(request: HttpRequest) -> HttpResponse:
    """For the office: commissioners who ask, and assigning them."""
    access.require(request.user, "assignment.assign")
    page = Paginator(worksheet.asked(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "policy/asked.html", {"page": page, "reason_form": ReasonForm()})


@login_required
def enterprises(request: HttpRequest) -> HttpResponse:
    """Find an enterprise: to open its ladder, to ask to serve it, to assign somebody."""
    if not access.allowed(request.user, "assignment.ask"):
        access.require(request.user, "assignment.assign")
    form = EnterpriseSearch(request.GET)
    words = form.cleaned_data["q"].strip() if form.is_valid() else ""
    page = Paginator(worksheet.enterprises(words), PER_PAGE).get_page(request.GET.get("page"))
    rows = facts.of_enterprises(request.user, list(page.object_list))
    context = {"page": page, "rows": rows, "form": form, "words": words}
    return render(request, "policy/enterprises.html", context)


@login_required
def serve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to serve an enterprise (a commissioner), or assign somebody to it (an officer)."""
    asks = access.allowed(request.user, "assignment.ask")
    if not asks:
        access.require(request.user, "assignment.assign")
    organisation = access.get(request.user, "organisation.view", Organisation.objects.all(), pk=pk)
    form: forms.Form = (AskForm if asks else GiveForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = services.assignment_ask if asks else services.assignment_give
        made = act(actor=request.user, organisation=organisation, **form.cleaned_data)
        messages.success(request, _("已申请，等企业或科技局同意。") if asks else _("已指派。"))
        return redirect("policy:assignment", pk=made.pk)
    context = {"form": form, "organisation": organisation, "asks": asks}
    return render(request, "policy/serve.html", context, status=422 if form.errors else 200)
