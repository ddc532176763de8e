"""Searches a person wants to hear about."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedSearch(models.Model):
    """A search with its facets; new hits are mailed daily or weekly."""

    class Kind(models.TextChoices):
        NEED = "need", _("需求")
        ACHIEVEMENT = "achievement", _("成果")

    class Frequency(models.TextChoices):
        DAILY = "daily", _("每天")
        WEEKLY = "weekly", _("每周")
        NEVER = "never", _("不发邮件")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    query = models.JSONField(default=dict)
    frequency = models.CharField(_("频率"), max_length=8, choices=Frequency.choices, default=Frequency.DAILY)
    last_run = models.DateTimeField(
        null=True, blank=True
    )  # looked for new hits, whether or not there were any
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_saved_search_per_name")]


class SavedHit(models.Model):
    """A hit that was mailed: it is never mailed again, even when it is published anew."""

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="hits")
    listing_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "listing_id"], name="one_mail_per_hit")]
