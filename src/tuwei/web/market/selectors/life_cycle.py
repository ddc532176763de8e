"""The life cycle as people see it: names of the steps, where a need stands, what this person may do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from tuwei.web.base import access

from ..models import Need, NeedState
from ..models.need import LIFE_CYCLE

STEPS = {
    "submit": _("提交"), "verify": _("核实通过"), "return": _("退回"), "publish": _("发布"),
    "match": _("标记为已匹配"), "contact": _("开始对接"), "negotiate": _("进入洽谈"), "contract": _("已签约"),
    "deliver": _("开始实施"), "accept": _("验收"), "evaluate": _("完成评价"), "reopen": _("重新开放"),
    "withdraw": _("撤回"), "expire": _("标记为过期"), "solve_elsewhere": _("已另行解决"), "merge": _("并入另一需求"),
    "revive": _("恢复为草稿"),
}  # fmt: skip
NEEDS_REASON = ("return", "withdraw", "reopen")
EXITS = ("withdraw", "expire", "solve_elsewhere", "merge")
LINE = (
    "draft", "clarifying", "verified", "published", "matched", "in_contact", "negotiating", "contracted",
    "delivering", "accepted", "evaluated",
)  # fmt: skip
EDITABLE = LINE[:7]  # a contract is about what was written: from then on nothing changes
EXPIRING = [state for state, steps in LIFE_CYCLE.items() if "expire" in steps]


@dataclass(frozen=True)
class Stop:
    """One state on the line: ``passed``, ``now`` or still ahead."""

    label: str
    place: str


def line(need: Need) -> list[Stop]:
    """The main line with where the need stands; a side exit stands at its end."""
    if need.state not in LINE:
        return [Stop(need.get_state_display(), "now")]
    at = LINE.index(need.state)
    return [
        Stop(str(NeedState(state).label), "passed" if number < at else "now" if number == at else "ahead")
        for number, state in enumerate(LINE)
    ]


def steps_for(user: Any, need: Need) -> list[str]:
    """The steps open from here that this person may take."""
    return [verb for verb in LIFE_CYCLE[need.state] if access.can(user, f"need.{verb}", need)]


def both(label: Any) -> tuple[str, str]:
    """A label in Chinese and in English, for errors that carry both."""
    with translation.override("zh-hans"):
        zh = str(label)
    with translation.override("en"):
        return zh, str(label)


def overdue(today: date | None = None) -> QuerySet[Need]:
    """Needs whose deadline has passed and that may expire."""
    return Need.objects.filter(state__in=EXPIRING, deadline__lt=today or timezone.localdate()).order_by("pk")
