"""What needs and achievements share."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Comparator(models.TextChoices):
    LE = "le", "≤"
    LT = "lt", "<"
    GE = "ge", "≥"
    GT = "gt", ">"
    EQ = "eq", "="
    APPROX = "approx", "≈"
    RANGE = "range", "–"


class Listing(models.Model):
    """A need or an achievement: where it belongs, where it came from, how it is found."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="%(class)ss", verbose_name=_("单位")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    title = models.CharField(_("名称"), max_length=120)
    field = models.CharField(_("技术领域"), max_length=20, blank=True)
    industry = models.CharField(_("产业"), max_length=40, blank=True)
    region = models.CharField(_("地区"), max_length=6, blank=True)
    keywords = models.JSONField(_("关键词"), default=list, blank=True)
    is_sample = models.BooleanField(default=False)
    # The natural key of imported rows: the same file read twice changes nothing.
    source = models.CharField(_("来源"), max_length=200, blank=True)
    source_id = models.CharField(_("来源编号"), max_length=80, blank=True)
    search_text = models.TextField(blank=True, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True)
    state_since = models.DateTimeField(default=timezone.now)  # how long it waits where it stands

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


def register_indexes(noun: str, public: models.Q) -> list[models.Index]:
    """Indexes of the public lists: what is public, newest first, as a whole and within each facet."""
    return [
        models.Index(
            fields=[*facet, "-published_at", "-id"], condition=public, name="_".join([noun, "public", *facet])
        )
        for facet in ([], ["field"], ["industry"], ["region"])
    ]


def queue_index(noun: str, waiting: models.Q) -> models.Index:
    """What waits for somebody: real listings before samples, the longest waiting first."""
    fields = ["state", "is_sample", "state_since", "id"]
    return models.Index(fields=fields, condition=waiting, name=f"{noun}_queue")


class Measured(models.Model):
    """A quantity with comparator, bounds and unit: what a need asks or an achievement claims."""

    comparator = models.CharField(_("关系"), max_length=8, choices=Comparator.choices)
    low = models.DecimalField(_("下限"), max_digits=24, decimal_places=8, null=True, blank=True)
    high = models.DecimalField(_("上限"), max_digits=24, decimal_places=8, null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=30, blank=True)

    class Meta:
        abstract = True
