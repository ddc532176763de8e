"""The owner's page of who may see and who saw; asking for more."""

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
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access

from ..forms.need import AskForm, GrantForm, add_error, faults
from ..models import Need
from ..selectors import needs as selectors
from ..services import disclosure


@login_required
def need_disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may see this need, who asks, and who saw what when."""
    need = access.get(request.user, "need.read_log", selectors.all_needs(), pk=pk)
    asked = {name: request.GET[name] for name in ("organisation", "grade") if name in request.GET}
    form = GrantForm(request.POST or None, initial=asked)
    if request.method == "POST" and form.is_valid() and _grant(request, need, form):
        return redirect("market:need-disclosure", pk=pk)
    context = {
        "need": need,
        "form": form if access.can(request.user, "need.grant", need) else None,
        "grants": selectors.grants_of(need),
        "requests": need.requests.select_related("organisation", "asked_by"),
        "page": Paginator(selectors.views_of(need), 50).get_page(request.GET.get("page")),
    }
    return render(request, "market/need_disclosure.html", context, status=422 if form.errors else 200)


def _grant(request: HttpRequest, need: Need, form: GrantForm) -> bool:
    values: dict[str, Any] = dict(form.cleaned_data)
    organisations = access.scope(
        request.user, "organisation.view", Organisation.objects.named(values.pop("organisation"))
    )
    organisation = organisations.first()
    if organisation is None:
        form.add_error("organisation", _("没有这个单位；请填写其登记的全称。"))
        return False
    try:
        disclosure.grant_give(actor=request.user, need=need, organisation=organisation, **values)
    except AccessError:
        raise
    except TuweiError as error:
        add_error(form, error)
        return False
    messages.success(request, _("已开放。"))
    return True


@login_required
@require_POST
def grant_revoke(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    need = access.get(request.user, "need.grant", selectors.all_needs(), pk=pk)
    found = selectors.grants_of(need).filter(pk=grant).first()
    if found:
        disclosure.grant_revoke(actor=request.user, grant=found)
        messages.success(request, _("已收回。"))
    return redirect("market:need-disclosure", pk=pk)


@login_required
@require_POST
def request_decline(request: HttpRequest, pk: int, asked: int) -> HttpResponse:
    need = access.get(request.user, "need.grant", selectors.all_needs(), pk=pk)
    found = need.requests.filter(pk=asked).first()
    if found:
        disclosure.request_decline(actor=request.user, asked=found, reason=request.POST.get("reason", ""))
        messages.success(request, _("已答复。"))
    return redirect("market:need-disclosure", pk=pk)


@login_required
@require_POST
def need_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the owner for more."""
    need = access.get(request.user, "need.view", selectors.all_needs(), pk=pk)
    form = AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, faults(form))
        return redirect("market:need", pk=pk)
    try:
        disclosure.access_request(actor=request.user, need=need, **form.cleaned_data)
    except AccessError:
        raise
    except TuweiError as error:
        messages.error(request, error.sentence(get_language() or "zh"))
    else:
        messages.success(request, _("已把申请转给需求方，答复会出现在通知里。"))
    return redirect("market:need", pk=pk)
