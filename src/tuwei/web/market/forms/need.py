"""The whole need as one form, and the small forms around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
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
    (_("披露"), ("grade", "abstract", "consent_publish")),
)
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

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    def record(self) -> dict[str, Any]:
        """What was filled in, as the service takes it; an emptied field is emptied."""
        values = dict(self.cleaned_data)
        values["deadline"] = values["deadline"].isoformat() if values["deadline"] else None
        values["keywords"] = [word for word in split_words(values["keywords"]) if word]
        values["indicators"] = []
        if not values["organisation"]:
            del values["organisation"]
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


def add_error(form: forms.Form, error: TuweiError) -> None:
    """Put each sentence of a service's error at the field it speaks of, else above the form."""
    language = get_language() or "zh"
    rest = error.where.get("errors") or []
    if len(rest) < 2:
        form.add_error(_place(form, error.where), error.sentence(language))
        return
    for told in rest:
        form.add_error(_place(form, told), told["en" if language.startswith("en") else "zh"])


def _place(form: forms.Form, where: Mapping[str, Any]) -> str | None:
    for key in ("name", "field"):
        if where.get(key) in form.fields:
            return str(where[key])
    labels = {str(field.label).split("(")[0]: name for name, field in form.fields.items()}
    return labels.get(str(where.get("field", "")).split("(")[0])


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
