"""The small forms of the guided dialogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .need import CONFIRM_LABEL, CONFIRMED, GRADES, asks_to_confirm, dress


class StartForm(forms.Form):
    """What is the problem, in your own words?"""

    text = forms.CharField(
        label=_("用您自己的话说：遇到了什么问题？"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, {"text": _("想到哪说到哪：什么东西、出了什么事、有多严重。不要写涉密内容。")})


class DiscloseForm(forms.Form):
    """What others may see, and the leave to show it."""

    title = forms.CharField(label=_("需求名称（L1 起可见）"), max_length=120)
    abstract = forms.CharField(
        label=_("公开摘要(L1)"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    l1_confirmed = forms.BooleanField(label=CONFIRM_LABEL, required=False)
    grade = forms.ChoiceField(label=_("不经我授权，最多可看到"), choices=GRADES)
    consent_publish = forms.BooleanField(label=_("同意在所选等级内公开发布"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, {"abstract": _("不写数字、单位名称和联系方式。")})

    def asked(self) -> list[forms.BoundField]:
        """The fields to show; to confirm is asked for where there is something to confirm."""
        asks = asks_to_confirm(self)
        return [self[name] for name in self.fields if name != CONFIRMED or asks]
