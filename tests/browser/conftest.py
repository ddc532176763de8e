"""A real browser on a real server: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

PASSWORD = "Correct-horse-7"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright's own loop runs in this thread; Django would take our queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Path:
    from tuwei.web.market.selectors import indexed

    settings.DATA = tmp_path
    indexed._open.clear()
    return tmp_path


@pytest.fixture
def site(transactional_db: None, live_server: Any, data_folder: Path) -> SimpleNamespace:
    """The region pack with its samples, one person a role, and built match indexes."""
    from django.core.cache import cache

    from tuwei.packs.loader import load_pack
    from tuwei.web.accounts.models import Organisation, User
    from tuwei.web.market.models import Touched
    from tuwei.web.market.selectors import indexed
    from tuwei.web.market.services.packs import pack_load

    cache.clear()
    pack_load(actor=None, pack=load_pack("hohhot"))
    for kind in indexed.KINDS:
        indexed.build(kind, indexed.records(kind))
    Touched.objects.all().delete()
    place = Organisation.objects.filter(is_sample=True).first()
    for role in ("enterprise", "researcher", "broker", "commissioner", "officer", "admin"):
        person(User, role, place)
    return SimpleNamespace(url=live_server.url)


def person(model: Any, role: str, place: Any) -> None:
    from django.utils import timezone

    now = timezone.now()
    model.objects.create_user(
        email=f"{role}@example.org", password=PASSWORD, name=role, role=role, organisation=place,
        is_active=True, approved_at=now, identity_checked_at=now, email_confirmed_at=now,
    )  # fmt: skip


@pytest.fixture
def open_page(chromium: Any, site: SimpleNamespace) -> Iterator[Callable[..., Any]]:
    """``open_page(role=…, language=…, width=…)``: a page in a window of its own, signed in if asked.

    The test fails at its end if any request left the site or any script failed.
    """
    contexts: list[Any] = []
    foreign: list[str] = []
    faults: list[str] = []

    def make(role: str = "", language: str = "zh", width: int = 1280) -> Any:
        locale = {"zh": "zh-CN", "en": "en-US"}[language]
        context = chromium.new_context(locale=locale, viewport={"width": width, "height": 900})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: foreign.append(request.url) if not _ours(request.url, site.url) else None,
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        if role:  # an account keeps its own language
            _speak(role, language)
            sign_in(page, site.url, role)
        return page

    yield make
    for context in contexts:
        context.close()
    assert foreign == []
    assert faults == []


def _speak(role: str, language: str) -> None:
    from tuwei.web.accounts.models import User

    code = {"zh": "zh-hans", "en": "en"}[language]
    User.objects.filter(email=f"{role}@example.org").update(language=code)


def _ours(url: str, site: str) -> bool:
    return url.startswith((site, "data:", "blob:"))


def sign_in(page: Any, url: str, role: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=username]", f"{role}@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda address: "/login/" not in address)
