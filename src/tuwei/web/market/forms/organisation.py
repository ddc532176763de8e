"""What an organisation says of itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuwei.web.base.forms import StyledForm

from .matching import choices


class OrganisationForm(StyledForm):
    """Everything but the name and the credit code, which were checked at registration."""

    name_en = forms.CharField(label=_("英文名称"), max_length=200, required=False)
    region = forms.ChoiceField(label=_("地区"), required=False)
    industry = forms.ChoiceField(label=_("产业"), required=False)
    intro = forms.CharField(
        label=_("简介"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    website = forms.URLField(label=_("网站"), max_length=200, required=False, assume_scheme="https")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("region", "industry"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices(name, _("未定"))
