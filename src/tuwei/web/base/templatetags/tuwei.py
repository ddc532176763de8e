"""Template tags every page may use (a builtin library: no ``load`` needed)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tuwei.core.money import format_yuan
from tuwei.web.base import access, events
from tuwei.web.base import todo as queues
from tuwei.web.base import told as results

register = template.Library()
JOB_NAMES = {
    "mail.send": _("发送邮件"),
    "accounts.reset": _("发送重设密码邮件"),
    "match.refresh": _("更新匹配索引"),
    "match.rebuild": _("重建匹配索引"),
    "import": _("导入"),
    "export": _("导出"),
    "policy.import": _("导入年度数据"),
    "grader.train": _("训练评级模型"),
    "saved.mail": _("邮寄保存的检索的新内容"),
    "needs.expire": _("处理到期的需求"),
}
JOB_STATES = {
    "waiting": _("等待"),
    "running": _("进行中"),
    "done": _("完成"),
    "failed": _("失败"),
    "cancelled": _("已取消"),
}


@register.simple_tag
def icon(name: str, css: str = "icon") -> SafeString:
    """One icon of the vendored sprite: decoration only, the text beside it says what it means."""
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css, static("vendor/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
def term(scheme: str, code: str) -> str:
    """The name of a code in the reader's language; the code itself where no pack names it."""
    from tuwei.web.market.selectors.terms import terms  # apps are not loaded when this library is

    zh, en = terms().get((scheme, code), (code, code))
    return en if (get_language() or "zh").startswith("en") else zh


@register.filter
def yuan(fen: int | None) -> str:
    return "" if fen is None else format_yuan(fen, (get_language() or "zh")[:2])


@register.simple_tag
def measure(row: Any) -> str:
    """An indicator or a claim as people write it: "≥ 30 %", "45–60 ℃"; exact, without the database's zeros."""
    low, high = (None if bound is None else _exact(bound) for bound in (row.low, row.high))
    if row.comparator == "range":
        return f"{low}–{high} {row.unit}".strip()
    sign = "" if row.comparator == "eq" else f"{row.get_comparator_display()} "
    return f"{sign}{low if low is not None else high} {row.unit}".strip()


def _exact(value: Any) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def in_language(pair: dict[str, str]) -> str:
    """The ``zh`` or ``en`` entry of a pair, as engines give their sentences."""
    return pair["en" if (get_language() or "zh").startswith("en") else "zh"]


@register.filter
def event_sentence(event: Any) -> str:
    return events.sentence(event)


@register.filter
def as_json(value: Any) -> str:
    """Data of an event or a job as one line people can read."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def job_name(kind: str) -> str:
    """What a kind of job is called; its code where nobody named it."""
    return str(JOB_NAMES.get(kind, kind))


@register.simple_tag(takes_context=True)
def job_told(context: dict[str, Any], job: Any) -> results.Told:
    """``{% job_told job as told %}``: what a job has come to, in words."""
    return results.told(job, context["request"].user)


@register.simple_tag
def mail_folder() -> str:
    """Where mails lie when no server sends them, by its last two names; empty where one does."""
    if "filebased" not in settings.EMAIL_BACKEND:
        return ""
    folder = Path(settings.EMAIL_FILE_PATH)
    return f"{folder.parent.name}/{folder.name}/"


@register.filter
def job_state(job: Any) -> str:
    return str(JOB_STATES[job.state])


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], verb: str, obj: Any = None) -> bool:
    """``{% may "need.edit" need as editable %}``: the same door as the services."""
    user = context["request"].user
    return access.allowed(user, verb) if obj is None else access.can(user, verb, obj)


@register.simple_tag(takes_context=True)
def todo(context: dict[str, Any]) -> list[queues.Waiting]:
    """``{% todo as queues %}``: what waits for the reader, counted once a request."""
    return queues.of_request(context["request"])


@register.filter
def waiting_in_all(found: list[queues.Waiting]) -> str:
    """How many wait in all queues together; empty where none does."""
    number = sum(one.count for one in found)
    return f"{number}{'+' if any(one.capped for one in found) else ''}" if number else ""


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with some values changed (None removes one)."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for name, value in changes.items():
        values.pop(name, None)
        if value not in (None, ""):
            values[name] = str(value)
    return "?" + urlencode(list(values.lists()), doseq=True)
