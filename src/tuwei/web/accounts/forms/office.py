"""Forms of the officers' pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tuwei.core.text import normalise
from tuwei.web.base import access
from tuwei.web.base.forms import StyledForm

from ..models import Role
from ..selectors import OPEN_ROLES, organisation_named

OFFER = {"list": "organisations", "autocomplete": "off"}


class OrganisationField(forms.CharField):
    """The name of a registered organisation, typed with suggestions."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("单位"), max_length=120, required=False, widget=forms.TextInput(attrs=OFFER), **kwargs
        )

    def clean(self, value: Any) -> str:
        name = normalise(super().clean(value))
        if name and organisation_named(name) is None:
            raise ValidationError(_("没有名为“%(got)s”的已登记单位。"), params={"got": name})
        return name


class InvitationForm(StyledForm):
    email = forms.EmailField(label=_("电子邮箱"), max_length=254)
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    organisation = OrganisationField()
    language = forms.ChoiceField(label=_("邮件语言"), choices=settings.LANGUAGES)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not access.allowed(user, "user.set_role"):
            self.fields["role"].choices = [(role.value, role.label) for role in OPEN_ROLES]  # type: ignore[attr-defined]


class MoveForm(StyledForm):
    role = forms.ChoiceField(label=_("角色"), choices=Role.choices)
    organisation = OrganisationField()


class PeopleFilter(StyledForm):
    q = forms.CharField(label=_("姓名、邮箱或单位"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=[("", _("全部")), *Role.choices])
    state = forms.ChoiceField(
        label=_("状态"), required=False,
        choices=[("", _("全部")), ("active", _("正常")), ("pending", _("待审批")), ("suspended", _("已停用"))],
    )  # fmt: skip
