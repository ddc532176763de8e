"""Forms for coming in: sign in, apply, accept an invitation, ask for a new password, second factor."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuwei.core.text import normalise
from tuwei.web.base.forms import StyledForm

from ..models import Organisation, Role, User
from ..selectors import OPEN_ROLES, organisation_named

PHONE = re.compile(r"[+\d][\d ()\-]{5,28}")
CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")
NEW_PASSWORD = {"autocomplete": "new-password"}


class LoginForm(StyledForm, AuthenticationForm):
    """E-mail and password. Why an account is shut is told only to who knows its password."""

    error_messages = {
        "invalid_login": _("邮箱或密码不正确。连续输错 5 次将暂停登录 15 分钟。"),
        "unconfirmed": _(
            "您的申请已收到，但邮箱还没有确认：请点击确认邮件中的链接；再次提交注册即可重发邮件。"
        ),
        "pending": _("您的账号正在等待科技局审批，结果会发到您的邮箱。"),
        "suspended": _("您的账号已停用，如有疑问请联系科技局。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("电子邮箱"),
            max_length=254,
            widget=forms.EmailInput(
                attrs={"autocomplete": "username", "autofocus": True, "class": "form-control"}
            ),
        )
        self.order_fields(["username", "password"])
        self.fields["password"].label = _("密码")

    def clean_username(self) -> str:
        # One spelling, or each capital letter would give a guesser five more tries.
        return str(self.cleaned_data["username"]).strip().lower()

    def confirm_login_allowed(self, user: Any) -> None:
        if user.is_active:
            return
        unconfirmed = user.state == "pending" and user.email_confirmed_at is None
        code = "unconfirmed" if unconfirmed else user.state
        raise ValidationError(self.error_messages[code], code=code)


class PasswordPair(StyledForm):
    """Two fields for a new password, checked by the site's rules."""

    password = forms.CharField(
        label=_("密码"), max_length=128, strip=False, widget=forms.PasswordInput(attrs=NEW_PASSWORD),
        help_text=_("至少 10 个字符，不能全是数字，也不能是常见密码。"),
    )  # fmt: skip
    password_again = forms.CharField(
        label=_("再输一次密码"), max_length=128, strip=False, widget=forms.PasswordInput(attrs=NEW_PASSWORD)
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, again = data.get("password"), data.get("password_again")
        if first and again and first != again:
            self.add_error("password_again", _("两次输入的密码不一致。"))
        if first:
            self._check_rules(first, data)
        return data

    def _check_rules(self, password: str, data: dict[str, Any]) -> None:
        person = User(email=data.get("email", ""), name=data.get("name", ""))
        try:
            password_validation.validate_password(password, person)
        except ValidationError as error:
            self.add_error("password", error)


class NameAndPhone(StyledForm):
    name = forms.CharField(
        label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("电话"), max_length=30, required=False, widget=forms.TextInput(attrs={"autocomplete": "tel"})
    )

    def clean_name(self) -> str:
        name = normalise(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("请填写姓名。"))
        return name

    def clean_phone(self) -> str:
        phone = normalise(self.cleaned_data["phone"])
        if phone and not PHONE.fullmatch(phone):
            raise ValidationError(
                _("电话应为 6–29 位数字，可含 +、空格和连字符，现为“%(got)s”。"), params={"got": phone}
            )
        return phone


class SignupForm(PasswordPair, NameAndPhone):
    """An application: only the four roles a stranger may ask for."""

    role = forms.ChoiceField(
        label=_("身份"),
        choices=[(role.value, role.label) for role in OPEN_ROLES],
        help_text=_("工作人员账号由科技局邀请开通。"),
    )
    email = forms.EmailField(
        label=_("电子邮箱"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("用作登录名；我们会发一封确认邮件。"),
    )  # fmt: skip
    organisation = forms.CharField(
        label=_("单位全称"), max_length=120,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "organization"}),
        help_text=_("已登记的单位会出现在提示中；没有的，由科技局核验后登记。"),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("单位类型"), choices=[(k.value, k.label) for k in Organisation.Kind if k != Organisation.Kind.BUREAU],
    )  # fmt: skip
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, required=False, help_text=_("18 位；填写后核验更快。")
    )
    field_order = [
        "role",
        "name",
        "organisation",
        "kind",
        "credit_code",
        "email",
        "phone",
        "password",
        "password_again",
    ]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_organisation(self) -> str:
        name = normalise(self.cleaned_data["organisation"])
        if len(name) < 2:
            raise ValidationError(_("请填写单位全称。"))
        return name

    def clean_credit_code(self) -> str:
        code = normalise(self.cleaned_data["credit_code"]).upper()
        if code and not CREDIT_CODE.fullmatch(code):
            raise ValidationError(
                _("统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z）,现为“%(got)s”。"),
                params={"got": code},
            )
        return code

    def application(self) -> dict[str, Any]:
        """What the service takes."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "password_again"}
        if organisation_named(data["organisation"]):
            data |= {"kind": "", "credit_code": ""}
        return data


class AcceptForm(PasswordPair, NameAndPhone):
    """What an invited person adds."""

    field_order = ["name", "phone", "password", "password_again"]


class ResetForm(StyledForm):
    email = forms.EmailField(
        label=_("电子邮箱"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class NewPasswordForm(StyledForm, SetPasswordForm):
    """After a reset mail."""


class CodeForm(StyledForm):
    code = forms.CharField(
        label=_("验证码"), max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True, "spellcheck": "false"}
        ),
    )  # fmt: skip


ROLES = [(role.value, role.label) for role in Role]
