"""The officers' pages: applications, organisations, invitations, people."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import ConflictError, InputError
from tuwei.web.base import access

from .. import selectors
from ..forms.office import InvitationForm, MoveForm, PeopleFilter
from ..services import invitations, office, organisations, signup

MOST = 50  # organisations shown at once
View = Callable[..., HttpResponse]


def act(back: str, *, with_pk: bool = False) -> Callable[[View], View]:
    """A button: do it, then go back to the list; a mistake is told there in one sentence."""

    def wrap(view: View) -> View:
        @login_required
        @require_POST
        @wraps(view)
        def button(request: HttpRequest, pk: int) -> HttpResponse:
            try:
                messages.success(request, str(view(request, pk)))
            except (ConflictError, InputError) as error:
                messages.error(request, error.sentence(get_language() or "zh"))
            return redirect(back, pk=pk) if with_pk else redirect(back)

        return button

    return wrap


@login_required
def approvals(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a decision, on one page."""
    access.require(request.user, "user.approve")
    page = Paginator(selectors.pending(request.user), 20).get_page(request.GET.get("page"))
    for person in page:
        person.similar = selectors.similar_organisations(person.proposal.get("name", ""))  # type: ignore[attr-defined]
    waiting = selectors.unverified_organisations(request.user)
    context = {"page": page, "organisations": waiting[:MOST], "waiting": waiting.count()}
    return render(request, "accounts/approvals.html", context)


@act("accounts:approvals")
def approve(request: HttpRequest, pk: int) -> Any:
    person = signup.account_approve(
        actor=request.user,
        user=selectors.person(request.user, pk, "user.approve"),
        organisation=request.POST.get("organisation", ""),
        identity_seen="identity" in request.POST,
        verified="verified" in request.POST,
    )
    return _("已批准 %(name)s。") % {"name": person.name}


@act("accounts:approvals")
def refuse(request: HttpRequest, pk: int) -> Any:
    person = selectors.person(request.user, pk, "user.approve")
    signup.account_refuse(actor=request.user, user=person, reason=request.POST.get("reason", "")[:500])
    return _("已拒绝 %(name)s，原因已发到其邮箱。") % {"name": person.name}


@act("accounts:approvals")
def verify(request: HttpRequest, pk: int) -> Any:
    found = selectors.organisation(request.user, pk, "organisation.verify")
    organisations.organisation_verify(actor=request.user, organisation=found)
    return _("已核验“%(name)s”。") % {"name": found.name}


@login_required
def invite(request: HttpRequest) -> HttpResponse:
    """Open invitations, and a form for a new one."""
    access.require(request.user, "user.invite")
    form = InvitationForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = invitations.invitation_send(actor=request.user, **form.cleaned_data)
        except ConflictError as error:
            form.add_error("email", error.sentence(get_language() or "zh"))
        else:
            messages.success(request, _("邀请已发给 %(email)s,14 天内有效。") % {"email": sent.email})
            return redirect("accounts:invitations")
    context = {"form": form, "invitations": selectors.invitations(request.user)}
    return render(request, "accounts/invitations.html", context)


@act("accounts:invitations")
def uninvite(request: HttpRequest, pk: int) -> Any:
    invitations.invitation_withdraw(actor=request.user, invitation=selectors.invitation(request.user, pk))
    return _("邀请已撤回。")


@login_required
def people(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "user.approve")
    form = PeopleFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    found = selectors.people(
        request.user, words=data.get("q", ""), role=data.get("role", ""), state=data.get("state", "")
    )
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"form": form, "page": page})


@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account, with what the officer may do to it."""
    access.require(request.user, "user.approve")
    found = selectors.person(request.user, pk)
    known = {"role": found.role, "organisation": found.organisation.name if found.organisation else ""}
    return render(request, "accounts/person.html", {"person": found, "form": MoveForm(initial=known)})


@act("accounts:person", with_pk=True)
def suspend(request: HttpRequest, pk: int) -> Any:
    found = selectors.person(request.user, pk)
    office.account_suspend(actor=request.user, user=found, reason=request.POST.get("reason", "")[:500])
    return _("已停用，其登录和令牌即刻失效。")


@act("accounts:person", with_pk=True)
def reactivate(request: HttpRequest, pk: int) -> Any:
    office.account_reactivate(actor=request.user, user=selectors.person(request.user, pk))
    return _("已恢复。")


@act("accounts:person", with_pk=True)
def identity(request: HttpRequest, pk: int) -> Any:
    seen = request.POST.get("seen") == "1"
    office.identity_check(actor=request.user, user=selectors.person(request.user, pk), seen=seen)
    return _("已核验身份。") if seen else _("已撤销身份核验。")


@act("accounts:person", with_pk=True)
def move(request: HttpRequest, pk: int) -> Any:
    found = selectors.person(request.user, pk)
    role, organisation = request.POST.get("role", ""), request.POST.get("organisation", "")
    office.account_move(actor=request.user, user=found, role=role, organisation=organisation)
    return _("已调整。")
