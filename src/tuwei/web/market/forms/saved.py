"""Keep a search; change how often one hears of it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tuwei.web.base.forms import StyledForm

from ..models import SavedSearch


class SaveForm(StyledForm):
    """Name and pace; what is searched for comes from the list."""

    name = forms.CharField(label=_("名称"), max_length=60)
    frequency = forms.ChoiceField(label=_("邮件通知"), choices=SavedSearch.Frequency.choices, initial="daily")
