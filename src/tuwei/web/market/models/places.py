"""What a region pack brings: codes with names, and dated, cited figures."""

from __future__ import annotations

from django.db import models

from .base import Comparator


class Term(models.Model):
    """A code of a scheme (``region``, ``field``, ``industry``) with its names."""

    scheme = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    parent = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    words = models.JSONField(default=list)  # technical words of a field or an industry
    pack = models.CharField(max_length=40)

    class Meta:
        ordering = ["scheme", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["scheme", "code"], name="one_term_per_code")]

    def __str__(self) -> str:
        return self.name_zh


class Figure(models.Model):
    """One published number: what, when, how much, who says so."""

    pack = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=160)
    name_en = models.CharField(max_length=200)
    period = models.CharField(max_length=20)
    comparator = models.CharField(max_length=8, choices=Comparator.choices, default=Comparator.EQ)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    unit = models.CharField(max_length=20, blank=True)
    as_of = models.CharField(
        max_length=10, blank=True
    )  # as exact as the source says: a year, a month or a day
    published = models.CharField(max_length=10, blank=True)
    source_zh = models.CharField(max_length=300)
    source_en = models.CharField(max_length=300)
    note = models.CharField(max_length=300, blank=True)
    note_en = models.CharField(max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code", "period"]
        constraints = [
            models.UniqueConstraint(fields=["pack", "code", "period"], name="one_figure_per_period")
        ]
