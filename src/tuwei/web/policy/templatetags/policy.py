"""How pages show what the engine says: names, verdicts, figures, gauges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..selectors import engine, shown

register = template.Library()
VERDICTS = {
    "yes": ("check", gettext_lazy("符合")),
    "no": ("x", gettext_lazy("不符合")),
    "unknown": ("help", gettext_lazy("待补数据")),
    "no_rule_in_force": ("clock", gettext_lazy("无有效规定")),
}
STATES = {
    "certain": (gettext_lazy("确定可享受"), gettext_lazy("按已填的数据，条件都符合。")),
    "possible": (gettext_lazy("可能享受"), gettext_lazy("没有不符合的条件，但还缺数据。")),
    "blocked": (gettext_lazy("暂不能享受"), gettext_lazy("至少有一项条件不符合；理由写在下面。")),
}


@register.filter
def named(entry: Mapping[str, Any]) -> str:
    """The name of a rung, a condition or a policy in the reader's language."""
    return str(entry.get(engine.language()) or entry.get("zh") or entry.get("rule") or entry.get("id") or "")


@register.filter
def entry(of: Mapping[str, Any], key: str) -> Any:
    return of.get(key)


@register.filter
def equals(one: Any, other: Any) -> bool:
    return bool(one == other)


@register.filter
def states(_of: str) -> list[tuple[str, Any, Any]]:
    """The three groups of the finder: code, title, what it means."""
    return [(code, *words) for code, words in STATES.items()]


@register.simple_tag
def state_name(code: str) -> str:
    return str(STATES[code][0])


@register.simple_tag
def verdict(code: str) -> SafeString:
    """A verdict as an icon and a word, told apart by more than colour."""
    icon, word = VERDICTS[code]
    return format_html(
        '<span class="rv rv-{}"><svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg> {}</span>',
        code, static("vendor/icons.svg"), icon, word,
    )  # fmt: skip


@register.filter
def gap(rung: Mapping[str, Any]) -> str:
    """How far a rung is: what fails, what is missing, until when it lasts."""
    told = rung
    if rung["verdict"] == "no_rule_in_force":
        return ""
    failed = sum(one["verdict"] == "no" and one.get("needed", True) for one in told.get("conditions", ()))
    missing = len(told.get("missing", ()))
    parts = []
    if failed:
        parts.append(_("%(n)s 项不符合") % {"n": failed})
    if missing and rung["verdict"] != "yes":
        parts.append(_("缺 %(n)s 项数据") % {"n": missing})
    if rung["verdict"] == "yes" and told.get("expires"):
        parts.append(_("若当日取得，至 %(day)s") % {"day": told["expires"]})
    return (" · " if engine.language() == "en" else "，").join(parts)


@register.filter
def amount(policy: Mapping[str, Any]) -> str:
    """What a policy is worth, in the engine's words; "amount not stated" where the rule names none."""
    return str(policy.get(f"amount_text_{engine.language()}") or _("金额未写明"))


@register.filter
def why(policy: Mapping[str, Any]) -> str:
    told = policy.get(f"why_{engine.language()}") or ""
    return told if isinstance(told, str) else " ".join(map(str, told))


@register.filter
def listed(items: Iterable[Any]) -> str:
    """Several things in one line, parted as the language does it."""
    return (", " if engine.language() == "en" else "、").join(str(one) for one in items)


@register.filter
def turning(told: Mapping[str, Any], what: str) -> list[Mapping[str, Any]]:
    """The single changes that turn the verdict, or those that only make one condition hold."""
    return [flip for flip in told.get("flips", ()) if flip["flips"] == what]


@register.simple_tag(takes_context=True)
def missing_facts(context: dict[str, Any], names: list[str]) -> SafeString:
    """Missing facts by name, each linked to its field for who may enter it."""
    parts = [_missing(context, name) for name in names]
    return mark_safe((", " if engine.language() == "en" else "、").join(parts))  # each part is escaped


def _missing(context: dict[str, Any], name: str) -> str:
    label, years = shown.label(name), context.get("years")
    column = shown.column_of(name)
    if column is None or not context.get("enters"):  # what belongs to a contract is no fact of a year
        return conditional_escape(label)
    pk = context["organisation"].pk
    url = reverse("policy:facts-edit", args=[pk, years[0]]) if years else reverse("policy:facts", args=[pk])
    return format_html('<a href="{}#f-{}">{}</a>', url, column.name, label)


@register.simple_tag
def figure(value: Any, unit: str = "") -> str:
    return shown.figure(value, unit)


@register.simple_tag
def condition_figure(condition: Mapping[str, Any], key: str) -> str:
    """A figure of a condition with its unit; of a yes-or-no only what the enterprise says."""
    unit = condition.get("unit") or ""
    if unit == "flag" and key != "value":
        return ""
    text = shown.figure(condition.get(key), unit, condition.get(f"{key}_exact"))
    if key == "threshold" and text:
        text = f"{SIGNS.get(condition.get('operator') or '', '')} {text}".strip()
    return text.replace(" ", NBSP)


NBSP = "\N{NO-BREAK SPACE}"
MARKS = {"yes": "✓", "no": "✗", "unknown": "?"}
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": ""}


@register.filter
def leaves(condition: Mapping[str, Any]) -> list[str]:
    """What a condition is made of, a line each: mark, name, figure, sign, threshold."""
    return [_leaf(part) for part in _leaves(condition)]


def _leaves(node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = node.get("parts") or ()
    return [leaf for part in parts for leaf in (_leaves(part) if part.get("parts") else [part])]


def _leaf(part: Mapping[str, Any]) -> str:
    value = shown.figure(part.get("value"), part.get("unit") or "", part.get("value_exact"))
    name = f"{MARKS[part['verdict']]} {named(part)}"
    if part.get("unit") == "flag" or part.get("threshold") is None:
        return f"{name} {value}".strip()
    mark = shown.figure(part["threshold"], part.get("unit") or "", part.get("threshold_exact"))
    return f"{name} {value or '—'} {SIGNS.get(part.get('operator') or '', '')} {mark}"


@register.simple_tag
def gauge(condition: Mapping[str, Any]) -> SafeString | str:
    """The figure as a bar with a mark at the threshold; a picture of what the row says."""
    value, mark = _number(condition, "value"), _number(condition, "threshold")
    if value is None or mark is None or mark <= 0 or value < 0:
        return ""
    whole = max(value, mark) * Fraction(11, 10)
    width, at = (f"{float(part / whole * 100):.1f}" for part in (value, mark))
    return format_html(
        '<svg class="gauge gauge-{}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="gauge-all" width="100" height="6"></rect><rect class="gauge-part" width="{}" height="6"></rect>'
        '<rect class="gauge-mark" x="{}" width="0.8" height="6"></rect></svg>',
        condition["verdict"], width, at,
    )  # fmt: skip


def _number(condition: Mapping[str, Any], key: str) -> Fraction | None:
    value = condition.get(f"{key}_exact") or condition.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        return None


@register.filter
def branch_name(told: Mapping[str, Any]) -> str:
    """The way by which the rule holds, by the name of its condition where it has one."""
    code = str(told["branch"]).partition(":")[2] or str(told["branch"])
    for condition in told.get("conditions", ()):
        if condition["id"] == code:
            return named(condition)
    return shown.label(code)


FLAGS = {
    "no_rd": gettext_lazy("研发经费"), "no_institution": gettext_lazy("研发机构"), "no_output": gettext_lazy("研发产出"),
}  # fmt: skip
ZERO = {"zero": gettext_lazy("零"), "missing": gettext_lazy("未报"), "fine": gettext_lazy("有")}
SHOWN = {
    "open": gettext_lazy("零或未报"), "zero": gettext_lazy("有一项为零"), "missing": gettext_lazy("有一项未报"),
    "nothing": gettext_lazy("全年未填"), "fine": gettext_lazy("三项都有"), "all": gettext_lazy("全部"),
}  # fmt: skip


@register.simple_tag
def zero_state(code: str) -> str:
    return str(ZERO[code])


@register.simple_tag
def zero_shown(code: str) -> str:
    return str(SHOWN[code])


@register.simple_tag
def zero_name(flag: str) -> str:
    """The name of a flag of the 清零 list; the engine's id where nobody named it."""
    return str(FLAGS.get(flag, flag))


@register.simple_tag
def zero_step(firm: Any) -> str:
    """What to do next at a firm, in words."""
    if firm.step == "follow_up":
        return str(firm.follow_up.follow_up) + (
            f" · {firm.follow_up.follow_up_on:%Y-%m-%d}" if firm.follow_up.follow_up_on else ""
        )
    if firm.step == "report":
        return _("请企业补报：%(what)s") % {"what": listed(zero_name(flag) for flag in firm.missing)}
    words = {
        "report_all": _("请企业填报本年度数据"), "assign": _("指派特派员上门"), "visit": _("约一次走访，帮企业起步"),
        "none": _("无需处理"),
    }  # fmt: skip
    return words[firm.step]
