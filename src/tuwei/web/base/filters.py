"""Filters of the event log."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from . import events
from .forms import StyledForm
from .models import Event

BLANK = re.compile(r"[“\"]?\{\w+\}[”\"]?")
DAY = {"type": "date"}


class EventFilter(StyledForm):
    """By kind of act, person (acting or acted on) and days, both included."""

    verb = forms.ChoiceField(label=_("事项"), required=False)
    person = forms.CharField(label=_("人员（姓名或邮箱）"), max_length=80, required=False)
    since = forms.DateField(label=_("从"), required=False, widget=forms.DateInput(attrs=DAY))
    until = forms.DateField(label=_("到"), required=False, widget=forms.DateInput(attrs=DAY))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", _("全部")), *verb_choices()]  # type: ignore[attr-defined]

    def apply(self, found: QuerySet[Event]) -> QuerySet[Event]:
        """Return the events asked for; none while a filter cannot be understood."""
        if not self.is_valid():
            return found.none()
        data = self.cleaned_data
        if data["verb"]:
            found = found.filter(verb=data["verb"])
        if who := data["person"].strip():
            found = found.filter(
                Q(actor__name__icontains=who) | Q(actor__email__icontains=who) | Q(label__icontains=who)
            )
        if data["since"]:
            found = found.filter(at__gte=_midnight(data["since"]))
        if data["until"]:
            found = found.filter(at__lt=_midnight(data["until"] + timedelta(days=1)))
        return found


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def verb_choices() -> list[tuple[str, str]]:
    """Each verb with its sentence, the names of things left as dots."""
    english = (get_language() or "zh").startswith("en")
    pairs = sorted(events.verbs().items())
    return [(verb, f"{_outline(pair[1 if english else 0])} ({verb})") for verb, pair in pairs]


def _outline(sentence: str) -> str:
    return BLANK.sub("…", sentence)
