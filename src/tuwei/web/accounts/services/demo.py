"""Demonstration accounts: one for each role and a colleague, all flagged as samples."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count, ProtectedError
from django.utils import timezone

from tuwei.web.base import events

from ..models import Organisation, Role, User

FILE = "demo-accounts.txt"
# login, name, role, kind of organisation, name of the organisation made where no sample one exists
PEOPLE = [
    ("enterprise", "演示·企业甲", Role.ENTERPRISE, "enterprise", "示例企业（样例）"),
    ("colleague", "演示·企业乙", Role.ENTERPRISE, "enterprise", "示例企业（样例）"),
    ("researcher", "演示·科研人员", Role.RESEARCHER, "institution", "示例研究所（样例）"),
    ("broker", "演示·经纪人", Role.BROKER, "agency", "示例技术转移中心（样例）"),
    ("commissioner", "演示·特派员", Role.COMMISSIONER, "institution", "示例研究所（样例）"),
    ("officer", "演示·科技局", Role.OFFICER, "bureau", "示例科技局（样例）"),
    ("admin", "演示·管理员", Role.ADMIN, "bureau", "示例科技局（样例）"),
]
# What other parts of the site add for the demo accounts, by login: something to see on the first run.
ALSO: list[Callable[[dict[str, User]], None]] = []
# … and what they take away before the accounts go.
BEFORE_PURGE: list[Callable[[], None]] = []
DOMAIN = "demo.example"  # reserved: no mail ever leaves for it


def demo_file() -> Path:
    return Path(settings.DATA) / FILE


def demo_create() -> str:
    """Make the accounts and write their passwords down, once; returns the table.

    A second call gives the same table. Where the file is gone, the demo accounts get new passwords.
    """
    path = demo_file()
    if path.exists() and User.objects.filter(is_sample=True, is_active=True).exists():
        return path.read_text(encoding="utf-8")
    with transaction.atomic():
        rows = [_account(*entry) for entry in PEOPLE]
        table = _table(rows)
        people = {user.email.partition("@")[0]: user for user in User.objects.filter(is_sample=True)}
        for add in ALSO:
            add(people)
        _write(path, table)
    return table


def _account(login: str, name: str, role: str, kind: str, fallback: str) -> tuple[str, str, str]:
    now, password = timezone.now(), secrets.token_urlsafe(9)
    email = f"{login}@{DOMAIN}"
    user = User.objects.filter(email=email).first() or User(email=email, is_sample=True)
    user.name, user.role, user.organisation = name, role, _place(kind, fallback)
    user.is_active, user.approved_at, user.email_confirmed_at, user.identity_checked_at = True, now, now, now
    user.set_password(password)
    user.save()
    events.record(actor=None, verb="account.created", obj=user, after={"role": role, "sample": True})
    return str(Role(role).value), email, password


def _place(kind: str, fallback: str) -> Organisation:
    """The sample organisation with the most needs and achievements, so that there is something to see."""
    found = (
        Organisation.objects.filter(is_sample=True, kind=kind)
        .annotate(listings=Count("needs", distinct=True) + Count("achievements", distinct=True))
        .order_by("-listings", "id")
        .first()
    )
    if found is not None:
        return found
    made = {"kind": kind, "is_sample": True, "verified": True}
    return Organisation.objects.get_or_create(name=fallback, defaults=made)[0]


def _table(rows: list[tuple[str, str, str]]) -> str:
    lines = [
        "演示账号，仅供试用；对外开放前请运行 tuwei user purge-demo。",
        "Demo accounts, for trying only; run `tuwei user purge-demo` before opening the site to others.",
        "",
        f"{'role':<14}{'e-mail':<28}password",
        *(f"{role:<14}{email:<28}{password}" for role, email, password in rows),
    ]
    return "\n".join(lines) + "\n"


def _write(path: Path, text: str) -> None:
    """Readable by the owner alone from the first byte on."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def demo_purge() -> tuple[int, int]:
    """Remove the demo accounts; returns how many were deleted and how many only shut.

    Who has left a trace in the event log, which is never changed, stays as a shut account without a password.
    """
    for remove in BEFORE_PURGE:
        remove()
    deleted = shut = 0
    for user in User.objects.filter(is_sample=True):
        try:
            with transaction.atomic():
                user.delete()
            deleted += 1
        except ProtectedError:
            user.is_active = False
            user.set_unusable_password()
            user.save(update_fields=["is_active", "password"])
            shut += 1
    demo_file().unlink(missing_ok=True)
    return deleted, shut
