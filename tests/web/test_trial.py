"""Trying the site out: where mail lands, one notice for one happening, patience after a wrong code, quiet logs."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tuwei.web import checks
from tuwei.web.accounts.models import User
from tuwei.web.base.kept import forget, kept
from tuwei.web.base.models import Notification
from tuwei.web.deals import services as deals
from tuwei.web.market.services.packs import pack_purge_samples

pytestmark = pytest.mark.django_db
FILES = "django.core.mail.backends.filebased.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize("name", ["accounts:applied", "accounts:reset-sent"])
def test_the_pages_say_where_mail_lands_only_where_it_lands_in_files(
    client: Any, settings: Any, tmp_path: Path, name: str
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = FILES, tmp_path / "data" / "mail"
    assert "data/mail/" in client.get(reverse(name)).content.decode()
    assert str(tmp_path) not in client.get(reverse(name)).content.decode(), "no path of the server"
    settings.EMAIL_BACKEND = SMTP
    assert "data/mail/" not in client.get(reverse(name)).content.decode()


def _notices(user: User, since: int) -> list[str]:
    found = Notification.objects.filter(user=user, pk__gt=since).order_by("pk")
    return [notice.event.verb for notice in found]


def _last() -> int:
    return Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_each_step_of_a_case_is_one_notice_to_the_owner(people: Any, make_need: Any) -> None:
    need = make_need(owner=people.owner, state="published", completeness=90)
    case = deals.case_take(actor=people.broker, need=need)
    assert _notices(people.owner, 0) == ["case.taken"]
    before = _last()
    deals.case_talk(actor=people.broker, case=case)
    assert _notices(people.owner, before) == ["case.talking"]
    before = _last()
    deals.case_win(actor=people.broker, case=case)
    assert _notices(people.owner, before) == ["case.won"]


def test_another_broker_still_hears_of_the_step(people: Any, make_need: Any, make_user: Any) -> None:
    need = make_need(owner=people.owner, state="published", completeness=90)
    other = make_user(role="broker")
    deals.case_take(actor=other, need=need)
    case = deals.case_take(actor=people.broker, need=need)
    before = _last()
    deals.case_win(actor=people.broker, case=case)
    assert "need.contracted" in _notices(other, before)


def _code(device: TOTPDevice) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time()
    return f"{totp.token():06d}"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_right_code_right_after_a_wrong_one_is_told_to_wait(people: Any, language: str) -> None:
    client = Client()
    client.force_login(people.owner, backend="tuwei.web.accounts.backends.EmailBackend")
    client.cookies["django_language"] = language
    path = reverse("accounts:factor-setup")
    client.get(path)
    device = TOTPDevice.objects.get(user=people.owner)
    wrong = client.post(path, {"code": "000000"}).content.decode()
    assert ("不正确" if language == "zh-hans" else "wrong") in wrong
    soon = client.post(path, {"code": _code(device)}).content.decode()
    assert ("请稍候再试" if language == "zh-hans" else "please try again in about") in soon
    assert ("验证码不正确" if language == "zh-hans" else "is wrong") not in soon
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert (
        "secret" in client.post(path, {"code": _code(device)}).content.decode()
        or TOTPDevice.objects.get().confirmed
    )
    client = Client()
    client.force_login(people.owner, backend="tuwei.web.accounts.backends.EmailBackend")
    client.cookies["django_language"] = language
    TOTPDevice.objects.update(last_t=-1)
    challenge = reverse("accounts:second-factor")
    client.post(challenge, {"code": "000000"})
    told = client.post(challenge, {"code": _code(TOTPDevice.objects.get())}).content.decode()
    assert ("请稍候再试" if language == "zh-hans" else "please try again in about") in told


def test_counts_of_the_first_page_follow_a_purge_in_another_process(
    client: Any, settings: Any, tmp_path: Path, make_need: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.DATA = tmp_path
    make_need(state="published", is_sample=True)
    assert "公开需求 1 项" in client.get("/").content.decode()
    with pytest.MonkeyPatch.context() as other, django_capture_on_commit_callbacks(execute=True):
        # The cache of this process is out of reach for a command's.
        other.setattr("django.core.cache.cache.clear", lambda: None)
        other.setattr("django.core.cache.cache.delete_many", lambda keys: None)
        pack_purge_samples(actor=None)
    assert "公开需求 0 项" in client.get("/").content.decode()


def test_what_is_kept_is_made_once_until_forgotten(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    made: list[int] = []
    for _ in range(2):
        assert kept("x", 60, lambda: made.append(1) or len(made)) == 1
    forget()
    assert kept("x", 60, lambda: made.append(1) or len(made)) == 2


def test_check_names_demo_accounts_where_the_site_is_no_trial(people: Any, settings: Any) -> None:
    def told() -> bool:
        return any("purge-demo" in sentence for sentence in checks.unsafe())

    settings.ALLOWED_HOSTS, settings.BASE_URL = ["127.0.0.1"], "http://127.0.0.1:8000"
    assert not told(), "no demo account at all"
    User.objects.filter(pk=people.owner.pk).update(is_sample=True)
    assert told(), "beside real ones"
    User.objects.update(is_sample=True)
    assert not told(), "a trial on one's own machine"
    settings.ALLOWED_HOSTS = ["tuwei.example.org"]
    assert told(), "open to others"
    User.objects.update(is_active=False)
    assert not told()


@pytest.mark.parametrize("name", ["django_tasks", "django_tasks_db"])
def test_tasks_that_begin_and_end_are_not_logged_but_faults_are(name: str) -> None:
    log = logging.getLogger(
        name
    )  # the worker's command sets the level of the logger itself, so the handler decides
    assert not log.propagate
    ours = [
        handler for handler in log.handlers if type(handler) is logging.StreamHandler
    ]  # pytest adds its own
    assert [handler.level for handler in ours] == [logging.WARNING]
