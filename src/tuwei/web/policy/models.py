"""An enterprise's yearly facts, who serves it, and the visits made: what the ladder and the worksheet stand on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class YearFacts(models.Model):
    """What one enterprise says of one year, checked by the rules engine; money as decimal strings of 元.

    A name that is not there is unknown, never zero. Every change is an event with the values before and after.
    """

    class Source(models.TextChoices):
        FORM = "form", _("网页填报")
        IMPORT = "import", _("表格导入")
        API = "api", _("程序接口")
        SAMPLE = "sample", _("样例")

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="year_facts")
    year = models.PositiveSmallIntegerField(_("年度"))
    values = models.JSONField(default=dict)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    source = models.CharField(_("来源"), max_length=8, choices=Source.choices, default=Source.FORM)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["organisation", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year"], name="one_row_of_facts_per_year")
        ]
        indexes = [models.Index(fields=["year", "organisation"], name="facts_of_year")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"


class Assignment(models.Model):
    """A commissioner serves an enterprise: asked for by the commissioner and accepted, or given by an officer."""

    class State(models.TextChoices):
        ASKED = "asked", _("待同意")
        ACTIVE = "active", _("服务中")
        DECLINED = "declined", _("未同意")
        ENDED = "ended", _("已结束")

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="assignments")
    commissioner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("科技特派员")
    )
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ASKED)
    message = models.CharField(_("说明"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    since = models.DateField(_("服务起始"), null=True, blank=True)
    ended_on = models.DateField(_("结束于"), null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "commissioner"],
                condition=models.Q(state__in=["asked", "active"]),
                name="one_open_assignment_per_pair",
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)


# What may follow what; an end is an end, a new assignment begins anew.
MOVES: dict[str, dict[str, str]] = {
    Assignment.State.ASKED: {"accept": Assignment.State.ACTIVE, "decline": Assignment.State.DECLINED},
    Assignment.State.ACTIVE: {"end": Assignment.State.ENDED},
}
OPEN = (Assignment.State.ASKED, Assignment.State.ACTIVE)


class Visit(models.Model):
    """One visit or call: what was seen, the advice given, and what is to follow by when."""

    class Kind(models.TextChoices):
        VISIT = "visit", _("走访")
        PHONE = "phone", _("电话")
        MEETING = "meeting", _("会议")
        MAIL = "mail", _("邮件")

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="visits")
    on = models.DateField(_("日期"), db_index=True)
    kind = models.CharField(_("方式"), max_length=8, choices=Kind.choices, default=Kind.VISIT)
    seen = models.TextField(_("了解到的情况"), max_length=3000, blank=True)
    advice = models.TextField(_("给出的建议"), max_length=3000, blank=True)
    follow_up = models.CharField(_("后续事项"), max_length=200, blank=True)
    follow_up_on = models.DateField(_("约定日期"), null=True, blank=True)
    done_on = models.DateField(_("完成于"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(
                fields=["follow_up_on"],
                condition=models.Q(done_on=None, follow_up_on__isnull=False),
                name="follow_up_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment} {self.on}"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return bool(self.follow_up) and self.done_on is None
