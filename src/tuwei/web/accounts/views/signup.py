"""Apply for an account, confirm the address, accept an invitation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuwei.core.text import normalise

from ..forms.entry import AcceptForm, SignupForm
from ..selectors import organisation_names
from ..services.invitations import invitation_accept, invitation_open
from ..services.signup import account_apply, email_confirm
from ..throttle import throttle


def signup(request: HttpRequest) -> HttpResponse:
    """The application form; one answer for known and unknown addresses."""
    if request.user.is_authenticated:
        return redirect("home")
    form = SignupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        throttle(request, "signup", limit=20)
        account_apply(**form.application(), language=get_language() or "zh-hans")
        return redirect("accounts:applied")
    return render(request, "accounts/signup.html", {"form": form})


def applied(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/applied.html")


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail. A button confirms: mail programs fetch links by themselves."""
    if request.method != "POST":
        return render(request, "accounts/confirm.html", {"token": token})
    email_confirm(token=token)
    return render(request, "accounts/confirmed.html")


def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: name and password make the account."""
    invitation = invitation_open(token=token)
    form = AcceptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = {key: form.cleaned_data[key] for key in ("name", "phone", "password")}
        user = invitation_accept(token=token, language=get_language() or "zh-hans", **data)
        login(request, user, backend="tuwei.web.accounts.backends.EmailBackend")
        messages.success(request, _("账号已开通，欢迎使用突围。"))
        return redirect("home")
    return render(request, "accounts/accept.html", {"form": form, "invitation": invitation})


def organisation_options(request: HttpRequest) -> HttpResponse:
    """Suggestions for a name being typed (options of a datalist)."""
    words = normalise(request.GET.get("organisation", ""))[:60]
    return render(request, "accounts/organisation_options.html", {"names": organisation_names(words)})
