"""The form of one year's facts: made from the engine's own columns, so that form, table and API ask the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuwei.core.tables import Column
from tuwei.web.base.forms import StyledForm

from ..selectors import engine, layout, shown

NUMBERS = {"integer": "numeric", "decimal": "decimal", "yuan": "decimal"}


class FactsForm(StyledForm):
    """Everything may stay empty: what is not known is not zero."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, column in engine.columns().items():
            self.fields[name] = field_of(column)

    def sections(self) -> list[tuple[str, Any, list[forms.BoundField], bool]]:
        """Code, title, fields, and whether the section stands open: where something is stated or wrong, or the first."""
        found: list[tuple[str, Any, list[forms.BoundField], bool]] = []
        for code, title, names in layout.sections(self.fields):
            bound = [self[name] for name in names]
            opened = not found or any(field.errors or field.value() not in (None, "") for field in bound)
            found.append((code, title, bound, opened))
        return found

    def record(self) -> dict[str, Any]:
        """What was typed, for the engine to check: an empty field is unknown."""
        given = {name: self.cleaned_data.get(name) for name in self.fields}
        kinds = {name: column.kind for name, column in engine.columns().items()}
        return {
            name: (value == "true" if kinds[name] == "boolean" else value)
            for name, value in given.items()
            if value not in (None, "")
        }


def field_of(column: Column) -> forms.Field:
    """The field of one column; the engine checks what is typed, so a number is taken as text."""
    english = engine.language() == "en"
    told: dict[str, Any] = {
        "label": shown.heading(column),
        "required": False,
        "help_text": column.help_en if english else column.help_zh,
    }
    if column.kind in ("boolean", "choice"):
        return forms.ChoiceField(choices=_choices(column, english), widget=_select(), **told)
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    if column.kind in NUMBERS:
        widget.attrs["inputmode"] = NUMBERS[column.kind]
    if column.kind == "date":
        widget = forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d")
    return forms.CharField(max_length=500, widget=widget, **told)


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select"})


def _choices(column: Column, english: bool) -> list[tuple[str, Any]]:
    if column.kind == "boolean":
        return [("", _("不清楚")), ("true", _("是")), ("false", _("否"))]
    return [("", _("不清楚")), *((code, names[english]) for code, names in column.choices.items())]


def initial(values: Mapping[str, Any]) -> dict[str, Any]:
    """Kept facts as the form shows them."""
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}


class YearForm(StyledForm):
    """Which year to enter next."""

    year = forms.IntegerField(label=_("年度"), min_value=engine.FIRST_YEAR, max_value=engine.LAST_YEAR)

    def __init__(self, *args: Any, known: list[int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = timezone.localdate().year - 1
        free = next(year for year in range(last, engine.FIRST_YEAR - 1, -1) if year not in (known or []))
        self.fields["year"].initial = free


class DayForm(StyledForm):
    """The day of the act on which everything is judged."""

    on = forms.DateField(
        label=_("按哪一天判断"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
