"""The achievement as one form, with a row for each claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Achievement, Claim
from ..models.base import Comparator
from ..selectors.achievements import NEEDS_REASON, TRL
from .matching import choices
from .need import dress, split_words

MOST_CLAIMS = 30
LONG = ("text", "trl_evidence", "application", "benefit", "ip_text")
HINTS = {
    "title": _("是什么、用在哪里，一句话。"),
    "text": _("解决什么问题、怎么做、效果如何。有数值的效果请填在“量化指标”里。"),
    "people": _("用顿号隔开。"),
    "ip_text": _("每行一项：种类 号码 状态，如“发明专利 ZL2021… 已授权”。"),
    "keywords": _("用顿号隔开，不超过三个为宜。"),
    "price_min": _("元；也可写 12.5万。"),
    "organisation": _("留空即为您所在的单位。"),
    "trl_evidence": _("凭什么说到了这一级：检测报告、试验记录、用户证明……"),
}
SECTIONS = (
    (_("成果"), ("title", "text", "people", "organisation", "registration_no", "start_month", "end_month")),
    (_("评价"), ("attribute", "form", "level", "stage")),
    (_("知识产权与合作"), ("ip_text", "right_to_dispose", "cooperation", "price_min", "price_max")),
    (_("归类"), ("field", "industry", "region", "keywords")),
    (_("应用"), ("application", "benefit")),
)
MONTH = {"type": "month", "placeholder": "2024-06"}


def _unset(pairs: Any) -> list[tuple[str, Any]]:
    return [("", _("未定")), *pairs]


class AchievementForm(forms.Form):
    """Every field of 成果登记; checked by the service, whose sentences are shown at the fields."""

    title = forms.CharField(label=_("成果名称"), max_length=120)
    text = forms.CharField(label=_("成果简介"), max_length=8000)
    people = forms.CharField(label=_("完成人"), max_length=600, required=False)
    organisation = forms.CharField(label=_("第一完成单位"), max_length=120, required=False)
    registration_no = forms.CharField(label=_("登记号"), max_length=30, required=False)
    start_month = forms.RegexField(
        r"^\d{4}-\d{2}$", label=_("起始年月"), required=False, widget=forms.TextInput(MONTH)
    )
    end_month = forms.RegexField(
        r"^\d{4}-\d{2}$", label=_("完成年月"), required=False, widget=forms.TextInput(MONTH)
    )
    attribute = forms.ChoiceField(
        label=_("成果属性"), required=False, choices=_unset(Achievement.Attribute.choices)
    )
    form = forms.ChoiceField(label=_("成果形式"), required=False, choices=_unset(Achievement.Form.choices))
    level = forms.ChoiceField(
        label=_("成果水平"), required=False, choices=Achievement.Level.choices, initial="unrated"
    )
    stage = forms.ChoiceField(label=_("所处阶段"), required=False, choices=_unset(Achievement.Stage.choices))
    ip_text = forms.CharField(label=_("知识产权"), max_length=2000, required=False)
    trl = forms.TypedChoiceField(
        label=_("技术就绪度"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    trl_evidence = forms.CharField(label=_("就绪度依据"), max_length=2000, required=False)
    right_to_dispose = forms.ChoiceField(
        label=_("处置权"), required=False, choices=_unset(Achievement.Right.choices)
    )
    cooperation = forms.MultipleChoiceField(
        label=_("合作方式"), required=False, choices=Achievement.Cooperation.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    price_min = forms.CharField(label=_("期望价格下限（元）"), max_length=30, required=False)
    price_max = forms.CharField(label=_("期望价格上限（元）"), max_length=30, required=False)
    field = forms.ChoiceField(label=_("技术领域"), required=False)
    industry = forms.ChoiceField(label=_("产业"), required=False)
    region = forms.ChoiceField(label=_("地区"), required=False)
    keywords = forms.CharField(label=_("关键词"), max_length=300, required=False)
    application = forms.CharField(label=_("应用情况"), max_length=3000, required=False)
    benefit = forms.CharField(label=_("效益"), max_length=3000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for scheme in ("field", "industry", "region"):
            self._choice(scheme).choices = choices(scheme, _("未定"))
        levels = [(level, f"TRL {level} {name} — {meaning}") for level, (name, meaning) in TRL.items()]
        self._choice("trl").choices = _unset(levels)
        for name in LONG:
            self.fields[name].widget = forms.Textarea(attrs={"rows": 6 if name == "text" else 3})
        dress(self, HINTS)
        for name in ("trl", "cooperation"):
            self.fields[name].widget.attrs["class"] = "form-check-input"

    def _choice(self, name: str) -> forms.ChoiceField:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        return found

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(title, [self[name] for name in names]) for title, names in SECTIONS]

    def record(self, claims: list[dict[str, Any]]) -> dict[str, Any]:
        """What was filled in, as the service takes it; an emptied field is emptied, a faulty one left out."""
        values = dict(self.cleaned_data)
        values["ip"] = ip_rows(values.pop("ip_text", ""))
        values["claims"] = claims
        for name in ("people", "keywords"):
            values[name] = [word for word in split_words(values.get(name, "")) if word]
        if not values.get("organisation"):
            values.pop("organisation", None)
        return {name: None if value == "" else value for name, value in values.items()}


def ip_rows(text: str) -> list[dict[str, str]]:
    """Lines "种类 号码 状态" as rows; whatever comes after the number belongs to the state.

    >>> ip_rows("发明专利 ZL2021 已授权")
    [{'kind': '发明专利', 'number': 'ZL2021', 'status': '已授权'}]
    """
    parts = [line.split(maxsplit=2) for line in text.splitlines() if line.strip()]
    return [dict(zip(("kind", "number", "status"), [*part, "", ""], strict=False)) for part in parts]


def initial(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as the form shows it."""
    lines = [
        " ".join(filter(None, (row.get("kind"), row.get("number"), row.get("status"))))
        for row in record["ip"]
    ]
    return {
        **record, "ip_text": "\n".join(lines), "people": "、".join(record["people"]),
        "keywords": "、".join(record["keywords"]),
    }  # fmt: skip


class ClaimForm(forms.Form):
    """One claim: of what, how much, against what, under which conditions, on what evidence."""

    quantity = forms.CharField(label=_("指标"), max_length=100)
    comparator = forms.ChoiceField(label=_("关系"), choices=Comparator.choices, initial="ge")
    value = forms.DecimalField(label=_("数值"), max_digits=23, decimal_places=8)
    high = forms.DecimalField(label=_("至（区间填）"), max_digits=23, decimal_places=8, required=False)
    unit = forms.CharField(label=_("单位"), max_length=30, required=False)
    baseline = forms.CharField(label=_("对照基准"), max_length=200, required=False)
    conditions = forms.CharField(label=_("条件"), max_length=300, required=False)
    evidence = forms.CharField(label=_("证据"), max_length=300, required=False)
    # An untouched row must count as empty: what its lists show at first is what they hold at first.
    evidence_state = forms.ChoiceField(
        label=_("证据状态"),
        choices=[pair for pair in Claim.Evidence.choices if pair[0] != "reproduced"],
        initial="claimed",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
        for name in ("value", "high"):
            self.fields[name].widget = forms.TextInput(
                attrs={"class": "form-control", "inputmode": "decimal"}
            )

    def row(self) -> dict[str, Any]:
        """The claim as the records hold it."""
        data = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("value", "high", "DELETE")
        }
        value, high = self.cleaned_data["value"], self.cleaned_data.get("high")
        upper = high if data["comparator"] == "range" else value
        falling, rising = data["comparator"] in ("le", "lt"), data["comparator"] in ("ge", "gt")
        bounds = {"low": None if falling else value, "high": None if rising else upper}
        return data | {name: None if bound is None else format(bound, "f") for name, bound in bounds.items()}


class Box(forms.CheckboxInput):
    """A checkbox in the site's dress, where only a class can be named."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-check-input"})


class ClaimRows(forms.BaseFormSet):
    """The rows of all claims."""

    deletion_widget = Box


Claims = forms.formset_factory(
    ClaimForm,
    formset=ClaimRows,
    extra=1,
    max_num=MOST_CLAIMS,
    absolute_max=MOST_CLAIMS + 10,
    validate_max=True,
    can_delete=True,
)


def claim_initial(row: Mapping[str, Any]) -> dict[str, Any]:
    """A claim's record as its row of the form."""
    one = row["low"] if row["low"] is not None else row["high"]
    return {**row, "value": one, "high": row["high"] if row["comparator"] == "range" else None}


class StepForm(forms.Form):
    """A reason, where the step asks for one."""

    reason = forms.CharField(
        label=_("理由"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, verb: str) -> None:
        super().__init__(data, auto_id=f"{verb}_%s")
        self.fields["reason"].required = verb in NEEDS_REASON
        dress(self)


class FileForm(forms.Form):
    """Attach a file: open to everyone once the achievement is published."""

    file = forms.FileField(label=_("文件"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, {"file": _("pdf、docx、xlsx、pptx、png、jpg、txt；不得含宏或脚本。发布后任何人可下载。")})
