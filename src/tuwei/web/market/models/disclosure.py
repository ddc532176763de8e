"""Who was shown how much of a need, and by whose leave."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .need import Need


class Grant(models.Model):
    """The owner opens a need to one organisation up to a grade (L3 only with a signed NDA)."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="grants")
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    grade = models.PositiveSmallIntegerField(choices=Need.Grade.choices)
    nda_signed_on = models.DateField(null=True, blank=True)
    nda_reference = models.CharField(max_length=120, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    revoked = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "organisation"],
                condition=models.Q(revoked__isnull=True),
                name="one_grant_in_force",
            ),
            models.CheckConstraint(
                condition=models.Q(grade__lt=3) | models.Q(nda_signed_on__isnull=False),
                name="l3_needs_an_nda",
            ),
        ]


class NeedView(models.Model):
    """One look at a need: by whom, through which door, at which grade. The owner can read the list."""

    class Channel(models.TextChoices):
        PAGE = "page", _("网页")
        LIST = "list", _("列表")
        API = "api", "API"
        DESK = "desk", _("撮合台")
        EXPORT = "export", _("导出")
        FILE = "file", _("附件")

    need = models.ForeignKey(Need, models.CASCADE, related_name="views")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    grade = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=12, choices=Channel.choices)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["need", "-id"], name="views_of_need")]


class AccessRequest(models.Model):
    """Someone asks to see more of a need; its owner opens it, or says no."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("等待答复")
        GIVEN = "given", _("已开放")
        DECLINED = "declined", _("已婉拒")

    need = models.ForeignKey(Need, models.CASCADE, related_name="requests")
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    grade = models.PositiveSmallIntegerField(choices=Need.Grade.choices)
    message = models.CharField(_("说明"), max_length=500)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.WAITING)
    reason = models.CharField(_("答复"), max_length=300, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "organisation"],
                condition=models.Q(answer="waiting"),
                name="one_request_at_a_time",
            )
        ]
