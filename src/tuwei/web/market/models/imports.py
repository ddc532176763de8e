"""Rows of a file that were not taken, kept until the file of rejects is written."""

from __future__ import annotations

from django.db import models


class ImportReject(models.Model):
    """One rejected row of one import and every error in it; what it held stands in the file itself."""

    job = models.ForeignKey("base.Job", models.CASCADE, related_name="rejects")
    row = models.PositiveBigIntegerField()
    errors = models.JSONField()

    class Meta:
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["job", "row"], name="one_reject_per_row")]
