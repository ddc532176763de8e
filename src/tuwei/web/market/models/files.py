"""Files that belong to a need or an achievement."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from .achievement import Achievement
from .need import Need


def stored_name(instance: Attachment, filename: str) -> str:
    """A name nobody can guess or steer: the uploaded name is only ever shown, never used on disk."""
    return f"attachments/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """One file; those of a need are grade L3 unless the owner says otherwise."""

    need = models.ForeignKey(Need, models.CASCADE, null=True, blank=True, related_name="attachments")
    achievement = models.ForeignKey(
        Achievement, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    file = models.FileField(upload_to=stored_name)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    grade = models.PositiveSmallIntegerField(default=3)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(need__isnull=True) ^ models.Q(achievement__isnull=True),
                name="attachment_of_exactly_one",
            )
        ]
