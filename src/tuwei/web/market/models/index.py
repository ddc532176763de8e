"""What changed since the match index was last brought up to date."""

from __future__ import annotations

from django.db import models


class Touched(models.Model):
    """A listing whose entry in the match index is out of date; removed once the index has it."""

    class Kind(models.TextChoices):
        NEED = "need"
        ACHIEVEMENT = "achievement"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    listing_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "id"], name="touched_in_order")]
