"""Achievements as one page and as queues."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tuwei.web.base import access
from tuwei.web.base.models import Event

from ..models import Achievement

# What the nine levels of readiness mean, in plain words; names after GB/T 22900.
TRL: dict[int, tuple[Any, Any]] = {
    1: (_("报告级"), _("发现了原理，写成了报告")),
    2: (_("方案级"), _("想清楚怎么用，提出了技术方案")),
    3: (_("功能级"), _("关键功能在实验中得到证明")),
    4: (_("仿真级"), _("部件在实验室里装到一起，能工作")),
    5: (_("初样级"), _("部件在接近实际的环境里经过试验")),
    6: (_("正样级"), _("样机在接近实际的环境里经过演示")),
    7: (_("环境级"), _("样机在实际使用的环境里经过演示")),
    8: (_("产品级"), _("成品通过检验，可以交付")),
    9: (_("系统级"), _("已在实际使用中反复证明")),
}
LIFE_CYCLE: dict[str, dict[str, str]] = {
    "draft": {"submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {"publish": "published", "return": "draft", "withdraw": "withdrawn"},
    "published": {"return": "draft", "withdraw": "withdrawn"},
    "withdrawn": {"revive": "draft"},
}
NEEDS_REASON = ("return", "withdraw")
STEPS = {
    "submit": _("提交审核"),
    "publish": _("发布"),
    "return": _("退回修改"),
    "withdraw": _("撤回"),
    "revive": _("恢复为草稿"),
}


def all_achievements() -> QuerySet[Achievement]:
    """Every achievement; only ever handed to `access.get` or `access.scope`."""
    return Achievement.objects.select_related("organisation", "owner").defer("search_text")


def whole() -> QuerySet[Achievement]:
    """With everything its page shows."""
    return all_achievements().prefetch_related("claims", "people", "attachments")


def mine(user: Any) -> QuerySet[Achievement]:
    """What this person or their organisation entered, the last changed first."""
    own = Q(owner=user.pk) | (Q(organisation=user.organisation_id) if user.organisation_id else Q(pk__in=[]))
    return access.scope(user, "achievement.view", all_achievements().filter(own)).order_by("-updated", "-id")


def reviewing(user: Any) -> QuerySet[Achievement]:
    """What waits for an officer, real ones before samples, the longest waiting first."""
    waiting = all_achievements().filter(state=Achievement.State.SUBMITTED)
    return access.scope(user, "achievement.publish", waiting).order_by("is_sample", "state_since", "id")


def history(achievement: Achievement) -> QuerySet[Event]:
    """What happened to it, the latest first."""
    found = Event.objects.filter(object_type="achievement", object_id=achievement.pk)
    return found.select_related("actor").order_by("-id")


def steps_for(user: Any, achievement: Achievement) -> list[str]:
    """The steps this person may take now."""
    return [
        verb for verb in LIFE_CYCLE[achievement.state] if access.can(user, f"achievement.{verb}", achievement)
    ]


def cooperation_names(achievement: Achievement) -> list[str]:
    names = dict(Achievement.Cooperation.choices)
    return [str(names.get(code, code)) for code in achievement.cooperation]
