"""Forms of the worksheet: a visit, a follow-up done, asking, assigning, giving a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuwei.web.accounts.models import User
from tuwei.web.base.forms import StyledForm

from ..models import Visit
from ..selectors import worksheet


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class VisitForm(StyledForm):
    """One visit: what was seen, what was advised, what follows."""

    on = forms.DateField(label=_("日期"), widget=_day())
    kind = forms.ChoiceField(label=_("方式"), choices=Visit.Kind.choices)
    seen = forms.CharField(
        label=_("了解到的情况"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("只有您和科技局能看到。"),
    )  # fmt: skip
    advice = forms.CharField(
        label=_("给出的建议"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("企业能看到。"),
    )  # fmt: skip
    follow_up = forms.CharField(label=_("后续事项"), required=False, max_length=200)
    follow_up_on = forms.DateField(label=_("约定日期"), required=False, widget=_day())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": timezone.localdate()})
        super().__init__(*args, **kwargs)


class DoneForm(StyledForm):
    outcome = forms.CharField(label=_("结果"), required=False, max_length=300)


class ReasonForm(StyledForm):
    reason = forms.CharField(label=_("原因"), max_length=300)


class AskForm(StyledForm):
    message = forms.CharField(label=_("说明"), required=False, max_length=300)


class CommissionerChoice(forms.ModelChoiceField):
    """Commissioners by name and organisation."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.organisation}" if obj.organisation else str(obj.name)


class GiveForm(StyledForm):
    commissioner = CommissionerChoice(label=_("科技特派员"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["commissioner"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = worksheet.commissioners().select_related("organisation")


class EnterpriseSearch(StyledForm):
    q = forms.CharField(
        label=_("企业名称或信用代码"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
