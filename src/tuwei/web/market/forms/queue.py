"""What a queue of work can be narrowed to and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..selectors.queues import Asked
from .matching import choices

SORTS = {
    "oldest": _("等得最久"), "newest": _("最新到的"), "completeness": _("完整度最高"), "deadline": _("期限最近"),
}  # fmt: skip


class QueueForm(forms.Form):
    """Words, technical field, region, order; a faulty value is told and the others stand."""

    q = forms.CharField(label=_("检索词、单位或编号"), max_length=200, required=False)
    field = forms.ChoiceField(label=_("技术领域"), required=False)
    region = forms.ChoiceField(label=_("地区"), required=False)
    ready = forms.ChoiceField(
        label=_("完整度"), required=False, choices=[("", _("不限")), ("0", _("还不够")), ("1", _("已够"))]
    )
    sort = forms.ChoiceField(label=_("排序"), required=False)

    def __init__(
        self, *args: Any, sorts: Sequence[str] = tuple(SORTS), ready: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("field", "region"):
            self._choice(name).choices = choices(name, _("不限"))
        self._choice("sort").choices = [(name, SORTS[name]) for name in sorts]
        for one in self.fields.values():
            css = "form-select" if isinstance(one, forms.ChoiceField) else "form-control"
            one.widget.attrs["class"] = css
        self.fields["q"].widget.input_type = "search"
        if not ready or "completeness" not in sorts:
            del self.fields["ready"]
        if not ready:  # what everyone may read has neither organisation nor number
            self.fields["q"].label = _("检索词")

    def _choice(self, name: str) -> forms.ChoiceField:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        return found

    def asked(self) -> Asked:
        self.is_valid()
        return Asked.of(self.cleaned_data)
