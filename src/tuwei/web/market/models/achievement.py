"""Achievements (科技成果) with the fields of 成果登记, and their quantified claims."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .base import Listing, Measured, queue_index, register_indexes


class Achievement(Listing):
    """A result that could be used by others."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待审核")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Attribute(models.TextChoices):
        ORIGINAL = "original", _("原始创新")
        ABSORBED = "absorbed", _("引进消化吸收")
        SECONDARY = "secondary", _("国内二次开发")

    class Form(models.TextChoices):
        TECHNOLOGY = "technology", _("新技术")
        PROCESS = "process", _("新工艺")
        PRODUCT = "product", _("新产品")
        MATERIAL = "material", _("新材料")
        EQUIPMENT = "equipment", _("新装备")
        VARIETY = "variety", _("新品种")
        SOFTWARE = "software", _("软件")
        STANDARD = "standard", _("标准")
        OTHER = "other", _("其他")

    class Level(models.TextChoices):
        INTERNATIONAL_LEADING = "international_leading", _("国际领先")
        INTERNATIONAL_ADVANCED = "international_advanced", _("国际先进")
        DOMESTIC_LEADING = "domestic_leading", _("国内领先")
        DOMESTIC_ADVANCED = "domestic_advanced", _("国内先进")
        UNRATED = "unrated", _("未评价")

    class Stage(models.TextChoices):
        EARLY = "early", _("初期（实验室、小试）")
        PILOT = "pilot", _("中期（中试）")
        MATURE = "mature", _("成熟应用")

    class Right(models.TextChoices):
        OWN = "own", _("完全拥有")
        SHARED = "shared", _("共有")
        LICENSED = "licensed", _("被许可")
        UNCLEAR = "unclear", _("尚未明确")

    class Cooperation(models.TextChoices):
        TRANSFER = "transfer", _("转让")
        LICENSE = "license", _("许可")
        INVEST = "invest", _("作价入股")
        DEVELOP = "develop", _("合作开发")
        SERVICE = "service", _("技术服务")
        NEGOTIABLE = "negotiable", _("面议")

    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    text = models.TextField(_("成果简介"), max_length=8000)
    people = models.ManyToManyField("accounts.Person", blank=True, related_name="achievements")
    registration_no = models.CharField(_("登记号"), max_length=30, blank=True)
    start_month = models.DateField(_("起始年月"), null=True, blank=True)
    end_month = models.DateField(_("完成年月"), null=True, blank=True)
    attribute = models.CharField(_("成果属性"), max_length=12, choices=Attribute.choices, blank=True)
    form = models.CharField(_("成果形式"), max_length=12, choices=Form.choices, blank=True)
    level = models.CharField(_("成果水平"), max_length=24, choices=Level.choices, default=Level.UNRATED)
    stage = models.CharField(_("所处阶段"), max_length=8, choices=Stage.choices, blank=True)
    ip = models.JSONField(_("知识产权"), default=list, blank=True)
    trl = models.PositiveSmallIntegerField(
        _("技术就绪度"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    trl_evidence = models.TextField(_("就绪度依据"), max_length=2000, blank=True)
    right_to_dispose = models.CharField(_("处置权"), max_length=10, choices=Right.choices, blank=True)
    cooperation = models.JSONField(_("合作方式"), default=list, blank=True)
    price_min = models.BigIntegerField(_("期望价格下限（分）"), null=True, blank=True)
    price_max = models.BigIntegerField(_("期望价格上限（分）"), null=True, blank=True)
    application = models.TextField(_("应用情况"), max_length=3000, blank=True)
    benefit = models.TextField(_("效益"), max_length=3000, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            *register_indexes("achievement", models.Q(state="published")),
            models.Index(
                Coalesce("trl", 0).desc(), F("id").desc(), condition=models.Q(state="published"),
                name="achievement_public_trl",
            ),
            models.Index(fields=["state", "id"], name="achievement_state"),
            queue_index("achievement", models.Q(state="submitted")),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"],
                condition=~models.Q(source_id=""),
                name="achievement_natural_key",
            ),
            models.CheckConstraint(
                condition=models.Q(trl__isnull=True) | models.Q(trl__range=(1, 9)),
                name="achievement_trl_range",
            ),
        ]


class Claim(Measured):
    """One quantified claim: of what, how much, against which baseline, under which conditions, on what evidence."""

    class Evidence(models.TextChoices):
        CLAIMED = "claimed", _("自述")
        DOCUMENTED = "documented", _("有材料")
        REPRODUCED = "reproduced", _("已复现")

    achievement = models.ForeignKey(Achievement, models.CASCADE, related_name="claims")
    quantity = models.CharField(_("指标"), max_length=100)
    baseline = models.CharField(_("对照基准"), max_length=200, blank=True)
    conditions = models.CharField(_("条件"), max_length=300, blank=True)
    evidence = models.CharField(_("证据"), max_length=300, blank=True)
    evidence_state = models.CharField(
        _("证据状态"), max_length=12, choices=Evidence.choices, default=Evidence.CLAIMED
    )

    class Meta:
        ordering = ["id"]
