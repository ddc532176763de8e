"""The broker's desk: a need taken up, its candidates, verdicts, contacts and notes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuwei.web.market.models import Achievement, Need


class Case(models.Model):
    """One need taken up by one broker."""

    class State(models.TextChoices):
        OPEN = "open", _("撮合中")
        TALKING = "talking", _("洽谈中")
        WON = "won", _("已签约")
        LOST = "lost", _("未成")

    need = models.ForeignKey(Need, models.PROTECT, related_name="cases")
    broker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    lost_reason = models.CharField(_("未成原因"), max_length=300, blank=True)
    next_step = models.CharField(_("下一步"), max_length=200, blank=True)
    next_date = models.DateField(_("下次日期"), null=True, blank=True, db_index=True)
    taken_at = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["next_date", "id"]
        constraints = [models.UniqueConstraint(fields=["need", "broker"], name="one_case_per_broker")]

    def __str__(self) -> str:
        return str(self.need)


class Candidate(models.Model):
    """An achievement proposed for a case, with the machine's reasons and the broker's verdict."""

    class Verdict(models.IntegerChoices):
        NONE = 0, _("无相关")
        WEAK = 1, _("弱相关")
        FAIR = 2, _("较强相关")
        STRONG = 3, _("强相关")

    case = models.ForeignKey(Case, models.CASCADE, related_name="candidates")
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="candidates")
    rank = models.PositiveSmallIntegerField(null=True)  # None: added by hand
    score = models.FloatField(null=True)
    level = models.CharField(max_length=8, blank=True)
    why = models.JSONField(default=list)
    index_version = models.CharField(max_length=40, blank=True)
    verdict = models.PositiveSmallIntegerField(_("判断"), choices=Verdict.choices, null=True, blank=True)
    verdict_reason = models.CharField(_("理由"), max_length=300, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "achievement"], name="one_candidate_per_case")]


class Note(models.Model):
    """What was said or done: a call, a visit, a mail, a thought."""

    class Kind(models.TextChoices):
        NOTE = "note", _("备注")
        PHONE = "phone", _("电话")
        VISIT = "visit", _("走访")
        MAIL = "mail", _("邮件")
        MEETING = "meeting", _("会议")

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    candidate = models.ForeignKey(Candidate, models.CASCADE, null=True, blank=True, related_name="notes")
    kind = models.CharField(_("方式"), max_length=8, choices=Kind.choices, default=Kind.NOTE)
    text = models.TextField(_("内容"), max_length=3000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
