"""Technology needs: fields real calls ask for, and their life cycle."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .base import Listing, Measured, queue_index, register_indexes


class NeedState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    CLARIFYING = "clarifying", _("澄清中")
    VERIFIED = "verified", _("已核实")
    PUBLISHED = "published", _("已发布")
    MATCHED = "matched", _("已匹配")
    IN_CONTACT = "in_contact", _("对接中")
    NEGOTIATING = "negotiating", _("洽谈中")
    CONTRACTED = "contracted", _("已签约")
    DELIVERING = "delivering", _("实施中")
    ACCEPTED = "accepted", _("已验收")
    EVALUATED = "evaluated", _("已评价")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已过期")
    SOLVED_ELSEWHERE = "solved_elsewhere", _("另行解决")
    MERGED = "merged", _("已合并")


OPEN = ("published", "matched", "in_contact", "negotiating")  # states that others may see
PUBLIC = models.Q(state__in=OPEN, consent_publish=True)

_EXITS = {
    "withdraw": "withdrawn",
    "expire": "expired",
    "solve_elsewhere": "solved_elsewhere",
    "merge": "merged",
}
# {state: {verb: next state}}: the whole life cycle, and nothing else changes a state.
LIFE_CYCLE: dict[str, dict[str, str]] = {
    "draft": {"submit": "clarifying", "withdraw": "withdrawn", "merge": "merged"},
    "clarifying": {"verify": "verified", "return": "draft", **_EXITS},
    "verified": {"publish": "published", "return": "clarifying", **_EXITS},
    "published": {"match": "matched", "contact": "in_contact", "return": "clarifying", **_EXITS},
    "matched": {"contact": "in_contact", "return": "clarifying", **_EXITS},
    "in_contact": {"negotiate": "negotiating", "reopen": "published", **_EXITS},
    "negotiating": {"contract": "contracted", "reopen": "published", **_EXITS},
    "contracted": {"deliver": "delivering", "reopen": "published", "withdraw": "withdrawn"},
    "delivering": {"accept": "accepted", "reopen": "published", "withdraw": "withdrawn"},
    "accepted": {"evaluate": "evaluated"},
    "evaluated": {},
    "withdrawn": {"revive": "draft"},
    "expired": {"revive": "draft"},
    "solved_elsewhere": {},
    "merged": {},
}


class Need(Listing):
    """What an enterprise lacks, in its own words and in measurable ones."""

    class Ownership(models.TextChoices):
        DEMANDER = "demander", _("归需求方")
        SOLVER = "solver", _("归解决方")
        SHARED = "shared", _("双方共有")
        NEGOTIABLE = "negotiable", _("面议")

    class Grade(models.IntegerChoices):
        """The highest grade open without the owner's own grant."""

        L0 = 0, _("L0 仅领域")
        L1 = 1, _("L1 抽象问题")
        L2 = 2, _("L2 核验身份后可见指标")
        L3 = 3, _("L3 签署保密协议后可见资料")

    state = models.CharField(_("状态"), max_length=20, choices=NeedState.choices, default=NeedState.DRAFT)
    problem = models.TextField(_("问题描述"), max_length=5000)
    object = models.CharField(_("对象"), max_length=200, blank=True)
    function = models.CharField(_("期望功能"), max_length=300, blank=True)
    constraints = models.TextField(_("约束条件"), max_length=2000, blank=True)
    tried_routes = models.TextField(_("已尝试路线"), max_length=2000, blank=True)
    deadline = models.DateField(_("期限"), null=True, blank=True)
    budget_min = models.BigIntegerField(_("预算下限（分）"), null=True, blank=True)
    budget_max = models.BigIntegerField(_("预算上限（分）"), null=True, blank=True)
    ip_ownership = models.CharField(_("知识产权归属"), max_length=12, choices=Ownership.choices, blank=True)
    solver_conditions = models.TextField(_("对解决方的要求"), max_length=2000, blank=True)
    why_not_inhouse = models.TextField(_("为何不能自行解决"), max_length=2000, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    contact_email = models.EmailField(_("联系邮箱"), blank=True)
    consent_publish = models.BooleanField(_("同意公开发布"), default=False)
    grade = models.PositiveSmallIntegerField(_("披露等级"), choices=Grade.choices, default=Grade.L1)
    abstract = models.TextField(_("公开摘要(L1)"), max_length=1000, blank=True)
    completeness = models.PositiveSmallIntegerField(_("完整度"), default=0)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")

    class Meta:
        ordering = ["-id"]
        indexes = [
            *register_indexes("need", PUBLIC),
            models.Index(fields=["deadline", "id"], condition=PUBLIC, name="need_public_deadline"),
            models.Index(
                fields=["is_sample", "published_at", "id"], condition=PUBLIC, name="need_public_waiting"
            ),
            models.Index(fields=["state", "id"], name="need_state"),
            queue_index("need", models.Q(state__in=("clarifying", "verified"))),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source_id=""), name="need_natural_key"
            ),
            models.CheckConstraint(
                condition=models.Q(budget_min__isnull=True)
                | models.Q(budget_max__isnull=True)
                | models.Q(budget_min__lte=models.F("budget_max")),
                name="need_budget_order",
            ),
        ]


class Indicator(Measured):
    """One measurable requirement of a need."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="indicators")
    name = models.CharField(_("指标"), max_length=100)
    current = models.CharField(_("现状值"), max_length=60, blank=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)

    class Meta:
        ordering = ["id"]


class NeedAnswer(models.Model):
    """One turn of the guided clarification, as it was said."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    text = models.TextField(max_length=5000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    #: The question as it was worded (``asked``), and each field's value before and after (``fields``).
    taken = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]
