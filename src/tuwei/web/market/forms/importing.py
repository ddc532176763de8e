"""The upload of a table."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("内容"),
        choices=[("need", _("技术需求")), ("achievement", _("科技成果"))],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx、CSV 或 JSON Lines"),
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".xlsx,.csv,.jsonl"}),
    )
    publish = forms.BooleanField(
        label=_("信息完整且同意公开的直接发布"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )

    def __init__(self, *args: Any, may_publish: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_publish:
            del self.fields["publish"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_LIMIT:
            raise ValidationError(
                _("文件为 %(got)s，不能超过 %(limit)s；请分成几个文件，或用命令行导入。"),
                params={"got": filesizeformat(file.size), "limit": filesizeformat(settings.UPLOAD_LIMIT)},
            )
        return file
