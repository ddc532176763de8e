"""Coming in: sign in, lock-out, new password, second factor, and what strangers may not learn from them."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tuwei.web.accounts.models import User
from tuwei.web.accounts.services import second_factor
from tuwei.web.accounts.services.office import account_suspend
from tuwei.web.base import jobs

PASSWORD = "Correct-horse-7"
LOGIN = "/accounts/login/"


def enter(client: Client, user: Any, password: str = PASSWORD, **more: str) -> Any:
    email = user if isinstance(user, str) else user.email
    return client.post(LOGIN, {"username": email, "password": password, **more})


def signed_in(client: Client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


def link_in(body: str) -> str:
    """The path of the first link into the site."""
    found = re.search(r"https?://[^/\s]+(/accounts/\S+)", body)
    assert found, body
    return found[1]


def words(response: Any) -> str:
    """What the page says, without what changes at each request."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return re.sub(r'value="[^"]*@[^"]*"', "", text)


def test_sign_in_and_out(client: Client, people: Any) -> None:
    before = client.session.session_key
    assert enter(client, people.owner).headers["Location"] == "/"
    assert client.session.session_key != before
    assert signed_in(client)
    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).status_code == 302
    assert not signed_in(client)


def test_the_address_may_be_written_in_capitals(client: Client, people: Any) -> None:
    assert enter(client, "  ALICE@Example.org ").status_code == 302


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leads_away(client: Client, people: Any, target: str) -> None:
    assert enter(client, people.owner, next=target).headers["Location"] == "/"


def test_next_leads_to_our_own_page(client: Client, people: Any) -> None:
    asked = client.get(reverse("accounts:tokens"))
    assert asked.headers["Location"] == f"{LOGIN}?next=/accounts/profile/tokens/"
    assert (
        enter(client, people.owner, next="/accounts/profile/tokens/").headers["Location"].endswith("/tokens/")
    )


def test_wrong_password_and_unknown_address_read_alike(client: Client, people: Any) -> None:
    wrong = enter(client, people.owner, "wrong-password")
    unknown = enter(client, "nobody@example.org", "wrong-password")
    assert wrong.status_code == unknown.status_code == 200
    assert words(wrong) == words(unknown)


@pytest.mark.parametrize("state", ["pending", "unconfirmed", "suspended"])
def test_a_shut_account_is_told_only_with_the_right_password(
    client: Client, make_user: Any, state: str, people: Any
) -> None:
    from django.utils import timezone

    now = timezone.now()
    user = make_user(
        is_active=False,
        approved_at=now if state == "suspended" else None,
        email_confirmed_at=None if state == "unconfirmed" else now,
    )
    sentence = {"pending": "正在等待科技局审批", "unconfirmed": "邮箱还没有确认", "suspended": "账号已停用"}[
        state
    ]
    assert sentence in enter(client, user).content.decode()
    assert not signed_in(client)
    wrong = enter(client, user, "wrong-password")
    assert sentence not in wrong.content.decode()
    assert words(wrong) == words(enter(client, "nobody@example.org", "wrong-password"))


def test_lock_out_after_five_wrong_passwords_says_for_how_long(client: Client, people: Any) -> None:
    for spelling in ["alice@example.org", "ALICE@example.org", "Alice@example.org", "aLice@example.org"]:
        assert enter(client, spelling, "wrong-password").status_code == 200
    locked = enter(client, people.owner, "wrong-password")
    assert locked.status_code == 429
    assert "15 分钟" in locked.content.decode()
    assert enter(client, people.owner).status_code == 429, "the right password must not help now"
    assert not signed_in(client)
    assert enter(client, people.colleague).status_code == 302, "others at this address may enter"


def test_an_unknown_address_locks_out_in_the_same_way(client: Client, people: Any) -> None:
    answers = [enter(client, "nobody@example.org", "wrong-password") for _ in range(5)]
    known = [enter(client, people.owner, "wrong-password") for _ in range(5)]
    assert [a.status_code for a in answers] == [a.status_code for a in known]
    assert words(answers[-1]) == words(known[-1])


def test_others_cannot_lock_someone_out_from_elsewhere(client: Client, people: Any) -> None:
    for _ in range(6):
        client.post(LOGIN, {"username": people.owner.email, "password": "x"}, REMOTE_ADDR="203.0.113.9")
    assert enter(client, people.owner).status_code == 302


def test_a_forged_forwarding_header_does_not_escape_the_count(client: Client, people: Any) -> None:
    for number in range(5):
        answer = client.post(
            LOGIN,
            {"username": people.owner.email, "password": "x"},
            HTTP_X_FORWARDED_FOR=f"198.51.100.{number}",
        )
    assert answer.status_code == 429


def test_behind_a_proxy_its_own_entry_counts(client: Client, people: Any, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for number in range(5):
        answer = client.post(
            LOGIN,
            {"username": people.owner.email, "password": "x"},
            HTTP_X_FORWARDED_FOR=f"198.51.100.{number}, 203.0.113.9",
        )
    assert answer.status_code == 429


def test_forms_need_the_csrf_token(people: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in [LOGIN, reverse("accounts:signup"), reverse("accounts:reset"), reverse("set_language")]:
        answer = strict.post(path, {"username": people.owner.email, "password": PASSWORD})
        assert answer.status_code == 403, path
    assert not signed_in(strict)


def test_reset_by_mail(client: Client, people: Any, mailoutbox: Any) -> None:
    other = Client()
    enter(other, people.owner)
    assert client.post(reverse("accounts:reset"), {"email": "ALICE@example.org"}).status_code == 302
    jobs.run_waiting()
    (letter,) = mailoutbox
    assert letter.to == ["alice@example.org"]
    path = link_in(letter.body)
    page = client.get(path, follow=True)
    target = page.redirect_chain[-1][0]
    assert people.owner.email not in target
    done = client.post(target, {"new_password1": "New-battery-42", "new_password2": "New-battery-42"})
    assert done.headers["Location"] == LOGIN
    assert not signed_in(other), "a reset ends every session"
    assert enter(client, people.owner).status_code == 200
    assert enter(client, people.owner, "New-battery-42").status_code == 302
    assert "链接无效" in Client().get(path, follow=True).content.decode(), "the link works once"


def test_a_reset_opens_a_lock_out(client: Client, people: Any, mailoutbox: Any) -> None:
    for _ in range(5):
        enter(client, people.owner, "wrong-password")
    client.post(reverse("accounts:reset"), {"email": people.owner.email})
    jobs.run_waiting()
    target = client.get(link_in(mailoutbox[0].body), follow=True).redirect_chain[-1][0]
    client.post(target, {"new_password1": "New-battery-42", "new_password2": "New-battery-42"})
    assert enter(client, people.owner, "New-battery-42").status_code == 302


def test_reset_answers_alike_for_every_address(
    client: Client, people: Any, make_user: Any, mailoutbox: Any
) -> None:
    shut = make_user(is_active=False)
    pages = [
        words(client.post(reverse("accounts:reset"), {"email": email}, follow=True))
        for email in [people.owner.email, "nobody@example.org", shut.email]
    ]
    assert len(set(pages)) == 1
    jobs.run_waiting()
    assert [letter.to for letter in mailoutbox] == [[people.owner.email]]
    from tuwei.web.base.models import Job

    assert not Job.objects.filter(kind="accounts.reset").exclude(params={}).exists(), "addresses are not kept"


def test_reset_cannot_flood_a_mailbox(client: Client, people: Any, mailoutbox: Any) -> None:
    for _ in range(10):
        client.post(reverse("accounts:reset"), {"email": people.owner.email})
    jobs.run_waiting()
    assert len(mailoutbox) == 5
    assert client.post(reverse("accounts:reset"), {"email": "x@example.org"}).status_code == 429


def test_the_page_speaks_the_persons_language_after_sign_in(client: Client, people: Any) -> None:
    User.objects.filter(pk=people.owner.pk).update(language="en")
    enter(client, people.owner)
    assert '<html lang="en">' in client.get("/about/").content.decode()


def test_the_language_switch_is_remembered_in_the_account(client: Client, people: Any) -> None:
    enter(client, people.owner)
    answer = client.post(reverse("set_language"), {"language": "en", "next": "https://evil.example/"})
    assert "evil" not in answer.headers["Location"]
    people.owner.refresh_from_db()
    assert people.owner.language == "en"
    client.post(reverse("set_language"), {"language": "xx", "next": "/"})
    people.owner.refresh_from_db()
    assert people.owner.language == "en"


def test_a_suspended_persons_session_ends_at_once(client: Client, people: Any) -> None:
    enter(client, people.owner)
    assert signed_in(client)
    account_suspend(actor=people.officer, user=people.owner, reason="离职")
    assert not signed_in(client)


def test_changing_the_password_ends_the_other_sessions(client: Client, people: Any, mailoutbox: Any) -> None:
    other = Client()
    enter(client, people.owner)
    enter(other, people.owner)
    form = {"old_password": PASSWORD, "new_password1": "New-battery-42", "new_password2": "New-battery-42"}
    assert client.post(reverse("accounts:password"), {**form, "old_password": "no"}).status_code == 200
    assert client.post(reverse("accounts:password"), form).status_code == 302
    assert signed_in(client)
    assert not signed_in(other)
    jobs.run_waiting()
    assert "密码已更改" in mailoutbox[0].subject


# The second factor


def code_of(device: TOTPDevice, offset: int = 0) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = time.time() + offset
    return f"{totp.token():06d}"


@pytest.fixture
def factor(client: Client, people: Any) -> tuple[TOTPDevice, list[str]]:
    """Alice has turned the second factor on, through the pages."""
    enter(client, people.owner)
    page = client.get(reverse("accounts:factor-setup"))
    device = TOTPDevice.objects.get(user=people.owner)
    assert not device.confirmed
    picture = client.get(reverse("accounts:factor-qr"))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert b"<script" not in picture.content
    assert "no-store" in picture.headers["Cache-Control"]
    assert "no-store" in page.headers["Cache-Control"]
    wrong = client.post(reverse("accounts:factor-setup"), {"code": "000000"})
    assert "验证码不正确" in wrong.content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    shown = client.post(reverse("accounts:factor-setup"), {"code": code_of(device)})
    codes = re.findall(r"<code>(\w{10})</code>", shown.content.decode())
    assert len(set(codes)) == second_factor.CODES
    assert signed_in(client), "who has just shown a code goes on"
    return device, codes


def forget_the_pause() -> None:
    from django_otp.plugins.otp_static.models import StaticDevice

    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None, last_t=-1)
    StaticDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)


def test_the_code_is_owed_after_the_password(factor: Any, people: Any) -> None:
    device, _ = factor
    forget_the_pause()
    client = Client()
    enter(client, people.owner)
    asked = client.get("/accounts/profile/tokens/?x=1")
    assert (
        asked.headers["Location"] == "/accounts/second-factor/?next=%2Faccounts%2Fprofile%2Ftokens%2F%3Fx%3D1"
    )
    assert client.get("/api/v1/me").status_code == 401, (
        "nor does the API let a half-signed-in session through"
    )
    page = client.post("/accounts/second-factor/", {"code": "000000", "next": "/accounts/profile/"})
    assert "验证码不正确" in page.content.decode()
    assert not signed_in(client)
    forget_the_pause()
    before = client.session.session_key
    went = client.post(
        "/accounts/second-factor/", {"code": code_of(device), "next": "/accounts/profile/tokens/"}
    )
    assert went.headers["Location"] == "/accounts/profile/tokens/"
    assert client.session.session_key != before
    assert signed_in(client)


def test_a_code_works_once_and_next_stays_here(factor: Any, people: Any) -> None:
    device, _ = factor
    forget_the_pause()
    code = code_of(device)
    first, second = Client(), Client()
    enter(first, people.owner)
    enter(second, people.owner)
    went = first.post("/accounts/second-factor/", {"code": code, "next": "https://evil.example/"})
    assert went.headers["Location"] == "/"
    second.post("/accounts/second-factor/", {"code": code})
    assert not signed_in(second)


def test_a_backup_code_works_once(factor: Any, people: Any) -> None:
    _, codes = factor
    for expected in (True, False):
        forget_the_pause()
        client = Client()
        enter(client, people.owner)
        client.post("/accounts/second-factor/", {"code": codes[0].upper()})
        assert signed_in(client) is expected


def test_guessing_codes_is_slowed_down(factor: Any, people: Any) -> None:
    device, _ = factor
    forget_the_pause()
    client = Client()
    enter(client, people.owner)
    for _ in range(4):
        client.post("/accounts/second-factor/", {"code": "000000"})
    client.post("/accounts/second-factor/", {"code": code_of(device)})
    assert not signed_in(client), "even the right code must wait after wrong ones"


def test_turning_it_off_asks_for_the_password(client: Client, factor: Any, people: Any) -> None:
    client.post(reverse("accounts:factor"), {"password": "wrong"})
    assert second_factor.active(people.owner)
    client.post(reverse("accounts:factor"), {"password": PASSWORD})
    assert not second_factor.active(people.owner)
    fresh = Client()
    enter(fresh, people.owner)
    assert signed_in(fresh)


def test_new_backup_codes_end_the_old(client: Client, factor: Any, people: Any) -> None:
    _, old = factor
    answer = client.post(reverse("accounts:factor-codes"), {"password": PASSWORD})
    fresh = re.findall(r"<code>(\w{10})</code>", answer.content.decode())
    assert len(fresh) == second_factor.CODES
    assert not set(fresh) & set(old)
    assert second_factor.match(user=people.owner, code=old[0]) is None


def test_mails_are_not_sent_by_the_web_process(client: Client, people: Any) -> None:
    client.post(reverse("accounts:reset"), {"email": people.owner.email})
    assert mail.outbox == []
