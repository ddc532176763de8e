"""Forms of the desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Candidate, Note


class VerdictForm(forms.Form):
    verdict = forms.TypedChoiceField(
        label=_("判断"),
        coerce=int,
        choices=list(reversed(Candidate.Verdict.choices)),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("理由"), required=False, max_length=300)


class NoteForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("方式"), choices=Note.Kind.choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    text = forms.CharField(
        label=_("内容"), max_length=3000, widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"})
    )


class NextStepForm(forms.Form):
    step = forms.CharField(
        label=_("下一步"), max_length=200, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    on = forms.DateField(
        label=_("日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}),
    )


class LoseForm(forms.Form):
    reason = forms.CharField(
        label=_("未成原因"), max_length=300, widget=forms.TextInput(attrs={"class": "form-control"})
    )
