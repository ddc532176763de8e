"""One's own account: details, password, API tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from .. import selectors
from ..forms.profile import ChangePasswordForm, ProfileForm, TokenForm
from ..services import second_factor
from ..services.profile import password_changed, profile_update
from ..services.tokens import token_create, token_revoke
from ..throttle import PASSWORD_TRIES, throttle
from .entry import in_language


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    known = {name: getattr(user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        profile_update(actor=user, user=user, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("已保存。"))
        return in_language(redirect("accounts:profile"), user.language)
    return render(request, "accounts/profile.html", {"form": form, "factor": second_factor.active(user)})


class ChangePassword(LoginRequiredMixin, auth.PasswordChangeView):
    """A new password; every other session of the account ends (its hash is in each session)."""

    template_name = "accounts/password.html"
    form_class = ChangePasswordForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        throttle(request, "password", limit=PASSWORD_TRIES)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        form.save()
        update_session_auth_hash(self.request, form.user)
        password_changed(user=form.user)
        messages.success(
            self.request, _("密码已更改，其他设备上的登录均已退出。访问令牌不受影响，如有疑虑请一并撤销。")
        )
        return redirect("accounts:profile")


@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens, and a form for a new one, whose secret is shown in this one answer only."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _made, secret = token_create(actor=request.user, **form.cleaned_data)
        form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": selectors.tokens(request.user)}
    return render(request, "accounts/tokens.html", context)


@login_required
@require_POST
def token_end(request: HttpRequest, pk: int) -> HttpResponse:
    token_revoke(actor=request.user, token=selectors.token(request.user, pk))
    messages.success(request, _("令牌已撤销。"))
    return redirect("accounts:tokens")
