"""How the site's forms look: Tabler's classes on every field. The template is ``base/fields.html``."""

from __future__ import annotations

from typing import Any

from django import forms

from tuwei.core.errors import InputError

CLASSES = {
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.Select: "form-select",
}


class StyledForm(forms.Form):
    """A form whose widgets carry Tabler's classes and whose fields are told apart by ``required``."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            found = [css for kind, css in CLASSES.items() if isinstance(field.widget, kind)]
            field.widget.attrs.setdefault("class", found[0] if found else "form-control")


def cleaned(form: forms.Form, code: str) -> dict[str, Any]:
    """Return the cleaned values; raise the form's first fault as one sentence, under ``code``."""
    if form.is_valid():
        return form.cleaned_data
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else name
    raise InputError(
        code,
        "“{field}”：{problem}",
        "“{field}”: {problem}",
        field=str(label),
        problem=str(errors[0]),
    )
