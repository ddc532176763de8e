"""Filters of the match pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..selectors.terms import terms


def choices(scheme: str, empty: Any) -> list[tuple[str, Any]]:
    """The codes of a scheme with their names in the reader's language."""
    at = 1 if (get_language() or "zh").startswith("en") else 0
    return [("", empty), *((code, names[at]) for (kind, code), names in terms().items() if kind == scheme)]


class FilterForm(forms.Form):
    """Region, field, industry, least readiness and most money."""

    region = forms.ChoiceField(label=_("地区"), required=False)
    field = forms.ChoiceField(label=_("技术领域"), required=False)
    industry = forms.ChoiceField(label=_("产业"), required=False)
    trl = forms.TypedChoiceField(
        label=_("TRL 至少"),
        required=False,
        choices=[("", _("不限")), *((str(level), f"TRL {level}") for level in range(1, 10))],
    )
    budget = forms.DecimalField(
        label=_("预算（万元）"), required=False, min_value=0, max_digits=10, decimal_places=2
    )

    def __init__(self, *args: Any, budget: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("region", "field", "industry"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices(name, _("不限"))
            field.widget.attrs["class"] = "form-select"
        self.fields["trl"].widget.attrs["class"] = "form-select"
        self.fields["budget"].widget.attrs["class"] = "form-control"
        if not budget:  # of an achievement: needs have no readiness and their budget is not a price
            del self.fields["trl"], self.fields["budget"]

    def filters(self) -> dict[str, str]:
        """What the engine takes: values that are stated and in order, the budget in yuan."""
        if not self.is_bound:
            return {}
        self.full_clean()
        stated = {name: str(value) for name, value in self.cleaned_data.items() if value not in (None, "")}
        if "budget" in stated:
            stated["budget"] = str(self.cleaned_data["budget"] * 10_000)
        return stated
