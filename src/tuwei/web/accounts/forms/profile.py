"""Forms about one's own account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuwei.core.text import normalise
from tuwei.web.base.forms import StyledForm

from ..models import User
from .entry import NameAndPhone


class ProfileForm(NameAndPhone):
    language = forms.ChoiceField(label=_("语言"), choices=settings.LANGUAGES)
    mail_notices = forms.BooleanField(label=_("通知同时发到我的邮箱"), required=False)


class ChangePasswordForm(StyledForm, PasswordChangeForm):
    """The old password, and a new one twice."""


class PasswordForm(StyledForm):
    """Ask for the password again before something that weakens the account."""

    password = forms.CharField(
        label=_("当前密码"), max_length=128, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise ValidationError(_("密码不正确。"))
        return password


class TokenForm(StyledForm):
    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("例如：本单位科研管理系统。"))
    days = forms.TypedChoiceField(
        label=_("有效期"), coerce=int, initial=90,
        choices=[(30, _("30 天")), (90, _("90 天")), (365, _("一年"))],
    )  # fmt: skip

    def clean_name(self) -> str:
        name = normalise(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("请写明用途。"))
        return name
