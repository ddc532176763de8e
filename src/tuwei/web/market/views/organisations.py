"""An organisation's page, edited by its members, verified by officers."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import InputError
from tuwei.web.accounts.services.organisations import organisation_change, organisation_verify

from ..forms.need import add_error
from ..forms.organisation import OrganisationForm
from ..selectors import organisations as selectors
from ..services.disclosure import views_log


def organisation_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What it offers, what it asks (as much as this person may know), its people."""
    organisation = selectors.one(request.user, pk)
    needs = selectors.asks(request.user, organisation)
    if request.user.is_authenticated:
        views_log(user=request.user, needs=needs, grade=2, channel="list")
    context = {
        "organisation": organisation, "needs": needs, "offers": selectors.offers(request.user, organisation),
        "people": selectors.people(request.user, organisation),
    }  # fmt: skip
    return render(request, "market/organisation.html", context)


@login_required
def organisation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = selectors.one(request.user, pk, "organisation.edit")
    names = list(OrganisationForm.base_fields)
    form = OrganisationForm(
        request.POST or None, initial={name: getattr(organisation, name) for name in names}
    )
    if request.method == "POST" and form.is_valid():
        try:
            organisation_change(actor=request.user, organisation=organisation, values=form.cleaned_data)
        except InputError as error:
            add_error(form, error)
        else:
            messages.success(request, _("已保存。"))
            return redirect("market:organisation", pk=pk)
    context = {"form": form, "organisation": organisation}
    return render(request, "market/organisation_form.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def organisation_verified(request: HttpRequest, pk: int) -> HttpResponse:
    organisation_verify(
        actor=request.user, organisation=selectors.one(request.user, pk, "organisation.verify")
    )
    messages.success(request, _("单位已核验。"))
    return redirect("market:organisation", pk=pk)
