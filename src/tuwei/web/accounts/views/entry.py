"""Coming in and going out: sign in, lock-out, language, new password."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as switch_language

from tuwei.web.base import jobs

from ..forms.entry import LoginForm, NewPasswordForm, ResetForm
from ..jobs import RESET
from ..services.profile import language_keep, password_changed
from ..throttle import throttle


class Login(auth.LoginView):
    """Sign in by e-mail; the page then speaks the person's language."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        return in_language(response, form.get_user().language)


def in_language(response: HttpResponse, language: str) -> HttpResponse:
    """Remember the language in the browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Too many wrong passwords: say for how long, whether or not there is such an account."""
    cool_off = get_cool_off(request)
    minutes = round(cool_off.total_seconds() / 60) if cool_off else 15
    return render(request, "accounts/locked.html", {"minutes": minutes}, status=429)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Django's switch, kept in the account too."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(language):
        language_keep(user=request.user, language=language)  # type: ignore[arg-type]
    return switch_language(request)


def reset_request(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password. Every address gets the same answer; the worker does the rest."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        throttle(request, "reset", limit=10)
        jobs.enqueue(RESET, email=form.cleaned_data["email"])
        return redirect("accounts:reset-sent")
    return render(request, "accounts/reset.html", {"form": form})


def reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/reset_sent.html")


class ResetConfirm(auth.PasswordResetConfirmView):
    """Set the new password; the secret leaves the address line before the page is shown (Django's way)."""

    template_name = "accounts/reset_confirm.html"
    form_class = NewPasswordForm

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.save()
        password_changed(user=user)
        del self.request.session[auth.INTERNAL_RESET_SESSION_TOKEN]
        messages.success(self.request, _("密码已更改，请用新密码登录。"))
        return redirect("accounts:login")
