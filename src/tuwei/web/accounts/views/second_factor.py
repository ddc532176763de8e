"""The second factor: show a code at sign-in; set up, renew, turn off."""

from __future__ import annotations

from base64 import b32encode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp import login as otp_login

from tuwei.core.errors import ConflictError

from ..forms.entry import CodeForm
from ..forms.profile import PasswordForm
from ..services import second_factor as factor
from ..throttle import PASSWORD_TRIES, throttle


def safe_next(request: HttpRequest) -> str:
    """The page asked for before, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else ""


@login_required
@never_cache
def challenge(request: HttpRequest) -> HttpResponse:
    """After the password: a code of the app, or a backup code."""
    if request.user.is_verified() or not factor.active(request.user):  # type: ignore[union-attr, arg-type]
        return redirect(safe_next(request) or "home")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = factor.match(user=request.user, code=form.cleaned_data["code"])  # type: ignore[arg-type]
        except ConflictError as error:
            form.add_error("code", error.sentence(get_language() or "zh"))
            return render(request, "accounts/challenge.html", {"form": form, "next": safe_next(request)})
        if device is not None:
            request.session.cycle_key()  # what was seen before the second factor is worth nothing after it
            otp_login(request, device)
            return redirect(safe_next(request) or "home")
        form.add_error("code", _("验证码不正确或已用过。"))
    return render(request, "accounts/challenge.html", {"form": form, "next": safe_next(request)})


@login_required
@never_cache
def setup(request: HttpRequest) -> HttpResponse:
    """Show the QR code, take the first code, show the backup codes once."""
    device = factor.device_to_confirm(request.user)  # type: ignore[arg-type]
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = factor.confirm(actor=request.user, code=form.cleaned_data["code"])  # type: ignore[arg-type]
        except ConflictError as error:
            form.add_error("code", error.sentence(get_language() or "zh"))
        else:
            if done is not None:
                otp_login(request, done[0])
                return render(request, "accounts/backup_codes.html", {"codes": done[1]})
            form.add_error("code", _("验证码不正确，请核对手机时间后重试。"))
    return render(request, "accounts/factor_setup.html", {"form": form, "secret": grouped(device.bin_key)})


def grouped(key: bytes) -> str:
    """The secret for typing, in groups of four."""
    text = b32encode(key).decode().rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


@login_required
@never_cache
def qr(request: HttpRequest) -> HttpResponse:
    device = factor.device_to_confirm(request.user)  # type: ignore[arg-type]
    return HttpResponse(factor.qr_svg(device), content_type="image/svg+xml")


@login_required
@never_cache
@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """New backup codes, for the password."""
    throttle(request, "password", limit=PASSWORD_TRIES)
    form = PasswordForm(request.user, request.POST)  # type: ignore[arg-type]
    if not form.is_valid():
        messages.error(request, _("密码不正确。"))
        return redirect("accounts:factor")
    fresh = factor.renew_codes(actor=request.user)  # type: ignore[arg-type]
    return render(request, "accounts/backup_codes.html", {"codes": fresh})


@login_required
@never_cache
def manage(request: HttpRequest) -> HttpResponse:
    """On or off, how many codes are left; off only for the password."""
    user = request.user
    if request.method == "POST":
        throttle(request, "password", limit=PASSWORD_TRIES)
    form = PasswordForm(user, request.POST or None)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        factor.turn_off(actor=user, user=user)  # type: ignore[arg-type]
        messages.success(request, _("两步验证已关闭。"))
        return redirect("accounts:profile")
    context = {"form": form, "active": factor.active(user), "left": factor.codes_left(user)}  # type: ignore[arg-type]
    return render(request, "accounts/factor.html", context)
