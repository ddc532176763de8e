"""The whole need as one form, and the small forms around it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tuwei.core.errors import TuweiError

from ..models import Indicator, Need
from ..selectors.life_cycle import NEEDS_REASON
from ..selectors.records_need import indicator_record
from ..specs.common import measure_text
from .matching import choices

LONG = ("problem", "constraints", "tried_routes", "solver_conditions", "why_not_inhouse", "abstract")
HINTS = {
    "title": _("一句话：在什么上、要达到什么。"),
    "problem": _("用自己的话写：现在怎样、差在哪里、影响多大。"),
    "indicators_text": _(
        "每行一项：名称 关系 数值 单位(现状 …)，如“单位蒸发量耗气 ≤ 85 立方米/吨(现状 120)”。"
    ),
    "budget_min": _("元；也可写 12.5万。"),
    "keywords": _("用顿号或逗号隔开。"),
    "abstract": _("任何人在 L1 可见：不写数字、名称、联系方式。留空则自动拟一份，供您修改。"),
    "organisation": _("留空即为您所在的单位。"),
}
SECTIONS = (
    (_("问题"), ("title", "problem", "object", "function")),
    (_("要求"), ("indicators_text", "constraints", "tried_routes", "deadline", "budget_min", "budget_max")),
    (_("合作"), ("ip_ownership", "solver_conditions", "why_not_inhouse")),
    (_("归类"), ("organisation", "field", "industry", "region", "keywords")),
    (_("联系人"), ("contact_name", "contact_phone", "contact_email")),
    (_("披露"), ("grade", "abstract", "l1_confirmed", "consent_publish")),
)
CONFIRMED = "l1_confirmed"
CONFIRM_LABEL = _("仍然公开：名称和摘要里的数字、单位名称可以给任何人看")
GRADES = [(f"L{value}", label) for value, label in Need.Grade.choices]


class NeedForm(forms.Form):
    """Every field a need has; checked by the service, whose sentences are shown at the fields."""

    title = forms.CharField(label=_("需求名称"), max_length=120)
    problem = forms.CharField(label=_("问题描述"), max_length=5000)
    object = forms.CharField(label=_("对象"), max_length=200, required=False)
    function = forms.CharField(label=_("期望功能"), max_length=300, required=False)
    indicators_text = forms.CharField(label=_("技术指标"), max_length=3000, required=False)
    constraints = forms.CharField(label=_("约束条件"), max_length=2000, required=False)
    tried_routes = forms.CharField(label=_("已尝试路线"), max_length=2000, required=False)
    deadline = forms.DateField(
        label=_("期限"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    budget_min = forms.CharField(label=_("预算下限（元）"), max_length=30, required=False)
    budget_max = forms.CharField(label=_("预算上限（元）"), max_length=30, required=False)
    ip_ownership = forms.ChoiceField(
        label=_("知识产权归属"), required=False, choices=[("", _("未定")), *Need.Ownership.choices]
    )
    solver_conditions = forms.CharField(label=_("对解决方的要求"), max_length=2000, required=False)
    why_not_inhouse = forms.CharField(label=_("为何不能自行解决"), max_length=2000, required=False)
    organisation = forms.CharField(label=_("需求单位"), max_length=120, required=False)
    field = forms.ChoiceField(label=_("技术领域"), required=False)
    industry = forms.ChoiceField(label=_("产业"), required=False)
    region = forms.ChoiceField(label=_("地区"), required=False)
    keywords = forms.CharField(label=_("关键词"), max_length=300, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)
    contact_email = forms.EmailField(label=_("联系邮箱"), required=False)
    grade = forms.ChoiceField(label=_("披露等级"), choices=GRADES, initial="L1")
    abstract = forms.CharField(label=_("公开摘要(L1)"), max_length=1000, required=False)
    l1_confirmed = forms.BooleanField(label=CONFIRM_LABEL, required=False)
    consent_publish = forms.BooleanField(label=_("同意在所选等级内公开发布"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scheme in ("field", "industry", "region"):
            chosen = self.fields[scheme]
            assert isinstance(chosen, forms.ChoiceField)
            chosen.choices = choices(scheme, _("未定"))
        for name in (*LONG, "indicators_text"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 5 if name == "problem" else 3})
        dress(self, HINTS)

    def clean_deadline(self) -> date | None:
        deadline: date | None = self.cleaned_data["deadline"]
        if deadline and deadline < timezone.localdate() and deadline != self._stood():
            raise forms.ValidationError(_("期限已过，请填今天或以后的日期。"))
        return deadline

    def _stood(self) -> date | None:
        """The deadline as it was: one that passed meanwhile does not hinder other changes."""
        text = self.initial.get("deadline")
        return date.fromisoformat(str(text)) if text else None

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings; to confirm is asked for where there is something to confirm."""
        asks = asks_to_confirm(self)
        return [
            (title, [self[name] for name in names if name != CONFIRMED or asks]) for title, names in SECTIONS
        ]

    def record(self) -> dict[str, Any]:
        """What was filled in, as the service takes it; an emptied field is emptied, a faulty one left out."""
        values = dict(self.cleaned_data)
        if deadline := values.get("deadline"):
            values["deadline"] = deadline.isoformat()
        if "keywords" in values:
            values["keywords"] = [word for word in split_words(values["keywords"]) if word]
        if "indicators_text" in values:
            values["indicators"] = []
        if not values.get("organisation"):
            values.pop("organisation", None)
        return {name: None if value == "" else value for name, value in values.items()}


def initial(record: Mapping[str, Any], indicators: list[Indicator]) -> dict[str, Any]:
    """A record as the form shows it."""
    lines = "\n".join(indicator_text(row) for row in indicators)
    return {**record, "indicators_text": lines, "keywords": "、".join(record.get("keywords") or [])}


def indicator_text(row: Indicator) -> str:
    """One indicator on one line, as the form takes it back."""
    return measure_text(indicator_record(row))


def split_words(text: str) -> list[str]:
    for mark in ",,;;\n":
        text = text.replace(mark, "、")
    return [word.strip() for word in text.split("、")]


def dress(form: forms.Form, hints: Mapping[str, Any] | None = None) -> None:
    """Give every widget its class, its hint, and the place where its error will stand."""
    for name, field in form.fields.items():
        field.help_text = (hints or {}).get(name, "") or field.help_text
        plain = {
            "Select": "form-select",
            "CheckboxInput": "form-check-input",
            "ClearableFileInput": "form-control",
        }
        field.widget.attrs["class"] = plain.get(type(field.widget).__name__, "form-control")


def faults(form: forms.Form) -> str:
    """Every fault of a small form in one line, for a message above the page."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)


def asks_to_confirm(form: forms.Form) -> bool:
    """Whether public words were found that a person must confirm, or has confirmed."""
    told = any(
        error.code == "need.tells_in_public" for errors in form.errors.as_data().values() for error in errors
    )
    return told or bool(form.is_bound and form.data.get(form.add_prefix(CONFIRMED)))


def add_error(form: forms.Form, error: TuweiError) -> None:
    """Put each sentence of a service's error at the field it speaks of, else above the form.

    Where the form itself has found a field faulty, that stands: the service never saw what was in it.
    """
    known = set(form.errors)
    for told in error.where.get("errors") or [error.as_dict()]:
        place = _place(form, told)
        if place is None or place not in known:
            form.add_error(place, forms.ValidationError(_told(told), code=told["code"]))


def _told(told: Mapping[str, Any]) -> str:
    """The sentence; at its field it need not repeat which table, row and field it speaks of."""
    english = (get_language() or "zh").startswith("en")
    if told["code"].startswith("table.") and told.get("expected"):
        if english:
            return f"Expected {told.get('expected_en', told['expected'])}, got “{told.get('got', '')}”."
        return f"应为{told['expected']}，现为“{told.get('got', '')}”。"
    return str(told["en" if english else "zh"])


def summary(form: forms.Form) -> list[tuple[str, str, str]]:
    """Every fault for the top of a form: where to (empty: nowhere), the field's name, the sentence."""
    rows = []
    order = list(form.fields)
    for name in sorted(form.errors, key=lambda name: order.index(name) if name in order else -1):
        texts = form.errors[name]
        field = form[name] if name in form.fields else None
        place, label = (field.id_for_label or field.auto_id, str(field.label)) if field else ("", "")
        rows += [(place, label, str(text)) for text in texts]
    return rows


def _place(form: forms.Form, where: Mapping[str, Any]) -> str | None:
    for key in ("name", "field"):
        if where.get(key) in form.fields:
            return str(where[key])
    with translation.override("zh-hans"):  # services name fields in Chinese
        labels = {_bare(field.label): name for name, field in form.fields.items()}
    return labels.get(_bare(where.get("field", "")))


def _bare(label: Any) -> str:
    return re.split(r"[(\uff08]| 第 ", str(label))[0]


class StepForm(forms.Form):
    """One step of the life cycle: a reason where one is asked, a target for a merger."""

    reason = forms.CharField(
        label=_("理由"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    into = forms.IntegerField(label=_("并入的需求编号"), required=False, min_value=1)

    def __init__(self, *args: Any, verb: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{verb}_%s"} | kwargs)
        self.fields["reason"].required = verb in NEEDS_REASON
        if verb != "merge":
            del self.fields["into"]
        dress(self)


class AskForm(forms.Form):
    """Ask for a higher grade."""

    grade = forms.TypedChoiceField(label=_("申请查看至"), coerce=int, choices=Need.Grade.choices[1:])
    message = forms.CharField(label=_("用途说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, above: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grade = self.fields["grade"]
        assert isinstance(grade, forms.ChoiceField)
        grade.choices = [(value, label) for value, label in Need.Grade.choices if value > max(above, 0)]
        dress(self)


class GrantForm(forms.Form):
    """Open a need to an organisation."""

    organisation = forms.CharField(label=_("单位名称"), max_length=120)
    grade = forms.TypedChoiceField(label=_("开放至"), coerce=int, choices=Need.Grade.choices[1:])
    nda_signed_on = forms.DateField(
        label=_("保密协议签署日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    nda_reference = forms.CharField(label=_("保密协议编号"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, {"nda_signed_on": _("开放 L3 时必填。")})


class FileForm(forms.Form):
    """Attach a file."""

    file = forms.FileField(label=_("文件"))
    grade = forms.TypedChoiceField(
        label=_("从哪一级起可见"), coerce=int, choices=Need.Grade.choices[1:], initial=3
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, {"file": _("pdf、docx、xlsx、pptx、png、jpg、txt；不得含宏或脚本。")})
