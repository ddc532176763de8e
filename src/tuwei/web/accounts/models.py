"""Organisations, people, accounts, invitations and API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuwei.core.text import normalise


class NameKey(models.CharField[str, str]):
    """The name in one spelling, however it was typed; follows ``name`` whatever way the row is written."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        model_instance.name_key = name_key(model_instance.name)
        return super().pre_save(model_instance, add)


def name_key(name: str) -> str:
    """Full-width brackets and latin letters of any case are the same name."""
    return normalise(name).casefold()[:400]


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def named(self, name: str) -> OrganisationQuerySet:
        """Those of this name, however it is spelled."""
        return self.filter(name_key=name_key(name))


class Organisation(models.Model):
    """An enterprise, institution, agency or bureau."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        INSTITUTION = "institution", _("高校院所")
        AGENCY = "agency", _("技术转移机构")
        BUREAU = "bureau", _("政府部门")

    name = models.CharField(_("名称"), max_length=120, unique=True)
    name_key = NameKey(max_length=400, editable=False, default="", db_index=True)
    name_en = models.CharField(_("英文名称"), max_length=200, blank=True)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind.choices)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    region = models.CharField(_("地区"), max_length=6, blank=True, db_index=True)
    industry = models.CharField(_("产业"), max_length=40, blank=True)
    intro = models.TextField(_("简介"), blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    website = models.URLField(_("网站"), blank=True)
    verified = models.BooleanField(_("已核验"), default=False)
    is_sample = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~models.Q(credit_code=""), name="one_organisation_per_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    ENTERPRISE = "enterprise", _("企业")
    RESEARCHER = "researcher", _("科研人员")
    BROKER = "broker", _("技术经纪人")
    COMMISSIONER = "commissioner", _("科技特派员")
    OFFICER = "officer", _("科技局工作人员")
    ADMIN = "admin", _("系统管理员")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, *, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """An account. It may sign in once an officer has approved it; one account has one role."""

    email = models.EmailField(_("电子邮箱"), unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    role = models.CharField(_("角色"), max_length=12, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="users"
    )
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=False)
    # The link in the mail was followed: without it anyone could apply in the name of anyone.
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    # The organisation asked for at sign-up ({name, kind, credit_code}); made real when an officer approves.
    proposal = models.JSONField(default=dict, blank=True)
    mail_notices = models.BooleanField(_("通知同时发邮件"), default=False)
    approved_at = models.DateTimeField(null=True, blank=True)
    # An officer has seen who this person is: opens the figures (L2) of needs that allow it.
    identity_checked_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def state(self) -> str:
        """``pending`` (waits for approval), ``active`` or ``suspended``."""
        if self.is_active:
            return "active"
        return "suspended" if self.approved_at else "pending"


class Person(models.Model):
    """Someone who has made an achievement; may or may not have an account."""

    name = models.CharField(_("姓名"), max_length=60)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people"
    )
    title = models.CharField(_("职称"), max_length=60, blank=True)
    field = models.CharField(_("技术领域"), max_length=20, blank=True)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="person")
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "organisation"],
                condition=models.Q(organisation__isnull=False),
                name="one_person_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(organisation__isnull=True),
                name="one_person_without_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """An offer of an account, sent by mail; only the hash of its token is kept."""

    LIFE = timedelta(days=14)
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="invitations")
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()
    accepted = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.email


class ApiToken(models.Model):
    """A key to the API; only its hash is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("用途"), max_length=60)
    prefix = models.CharField(max_length=8)
    token_hash = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(null=True, blank=True)
    last_used = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
