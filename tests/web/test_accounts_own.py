"""One's own account: profile, API tokens; mails; the command line."""

from __future__ import annotations

import re
import smtplib
import stat
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.web.accounts import commands
from tuwei.web.accounts.models import ApiToken, Organisation, Role, User
from tuwei.web.accounts.services import demo, direct, office, tokens
from tuwei.web.base import events, jobs, mail
from tuwei.web.base.models import Event, Job, Mail


def test_profile_is_changed_and_the_page_follows_the_language(client: Client, people: Any) -> None:
    client.force_login(people.owner)
    form = {"name": " Alice  B ", "phone": "+86 471 1234567", "language": "en", "mail_notices": "on"}
    assert client.post(reverse("accounts:profile"), form).status_code == 302
    people.owner.refresh_from_db()
    assert (people.owner.name, people.owner.language, people.owner.mail_notices) == ("Alice B", "en", True)
    assert '<html lang="en">' in client.get("/about/").content.decode()


def test_a_profile_cannot_give_itself_more(client: Client, people: Any) -> None:
    client.force_login(people.owner)
    form = {"name": "Alice", "language": "en", "role": "admin", "is_active": "0", "email": "x@example.org"}
    client.post(
        reverse("accounts:profile"), form | {"organisation": "1", "identity_checked_at": "2020-01-01"}
    )
    people.owner.refresh_from_db()
    assert (people.owner.role, people.owner.email) == ("enterprise", "alice@example.org")
    assert people.owner.identity_checked_at is None


# Tokens


def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client, people: Any) -> None:
    client.force_login(people.owner)
    answer = client.post(reverse("accounts:tokens"), {"name": "<b>系统</b>", "days": "30"})
    assert "no-store" in answer.headers["Cache-Control"]
    page = answer.content.decode()
    assert "<b>系统</b>" not in page
    (secret,) = re.findall(r'id="secret">(tuwei_[\w-]{43})<', page)
    assert secret not in client.get(reverse("accounts:tokens")).content.decode()
    kept = ApiToken.objects.get()
    assert secret not in str(vars(kept))
    assert secret.startswith(f"tuwei_{kept.prefix}")
    assert secret not in str(list(Event.objects.values()))
    assert tokens.user_for(secret) == people.owner


def test_a_token_ends_when_revoked_expired_or_its_person_is_suspended(people: Any) -> None:
    made, secret = tokens.token_create(actor=people.owner, name="a", days=1)
    assert tokens.user_for(secret) == people.owner
    for wrong in ["", "tuwei_", secret[:-1], secret + "x", secret.upper(), "\udc80", "x" * 100_000]:
        assert tokens.user_for(wrong) is None
    ApiToken.objects.update(expires=timezone.now())
    assert tokens.user_for(secret) is None
    ApiToken.objects.update(expires=timezone.now() + timedelta(days=1))
    office.account_suspend(actor=people.officer, user=people.owner, reason="x")
    assert tokens.user_for(secret) is None
    office.account_reactivate(actor=people.officer, user=people.owner)
    assert tokens.user_for(secret) == people.owner
    people.owner.refresh_from_db()
    tokens.token_revoke(actor=people.owner, token=made)
    assert tokens.user_for(secret) is None


def test_last_use_is_noted_at_most_once_a_minute(people: Any, django_assert_num_queries: Any) -> None:
    made, secret = tokens.token_create(actor=people.owner, name="a", days=1)
    with django_assert_num_queries(2):
        tokens.user_for(secret)
    with django_assert_num_queries(1):
        tokens.user_for(secret)
    with django_assert_num_queries(1):
        tokens.user_for("tuwei_invented")
    ApiToken.objects.update(last_used=timezone.now() - timedelta(seconds=61))
    with django_assert_num_queries(2):
        tokens.user_for(secret)
    made.refresh_from_db()
    assert timezone.now() - made.last_used < timedelta(seconds=30)


def test_a_token_opens_the_api(client: Client, people: Any) -> None:
    _, secret = tokens.token_create(actor=people.owner, name="a", days=1)
    answer = client.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert answer.json()["email"] == people.owner.email
    office.account_suspend(actor=people.officer, user=people.owner, reason="x")
    assert client.get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401


def test_another_persons_token_is_out_of_reach(client: Client, people: Any) -> None:
    made, _ = tokens.token_create(actor=people.owner, name="a", days=1)
    client.force_login(people.colleague)
    assert client.post(reverse("accounts:token-revoke", args=[made.pk])).status_code == 404
    assert ApiToken.objects.filter(pk=made.pk).exists()
    client.force_login(people.owner)
    assert client.get(reverse("accounts:token-revoke", args=[made.pk])).status_code == 405
    client.post(reverse("accounts:token-revoke", args=[made.pk]))
    assert not ApiToken.objects.exists()


def test_tokens_have_limits(people: Any) -> None:
    for days in (0, -1, 367):
        with pytest.raises(InputError):
            tokens.token_create(actor=people.owner, name="a", days=days)
    for _ in range(tokens.MOST):
        tokens.token_create(actor=people.owner, name="a", days=1)
    with pytest.raises(ConflictError):
        tokens.token_create(actor=people.owner, name="a", days=1)


# Mail


@pytest.fixture
def letter(db: None) -> Mail:
    return mail.queue(
        to="a@example.org", language="en", template="accounts/mail/reset.txt", path="/secret-link/"
    )


def test_a_sent_mail_keeps_no_text(letter: Mail, mailoutbox: Any) -> None:
    assert mailoutbox == []
    jobs.run_waiting()
    assert "/secret-link/" in mailoutbox[0].body
    letter.refresh_from_db()
    assert letter.sent_at
    assert letter.body == ""
    assert letter.subject == "Reset the password"


def test_a_server_that_is_down_loses_nothing(letter: Mail, monkeypatch: Any, mailoutbox: Any) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError(111, "refused")

    with monkeypatch.context() as patch:
        patch.setattr(mail, "send_mail", refuse)
        assert jobs.run_waiting() == jobs.ATTEMPTS
    job = Job.objects.get(kind="mail.send")
    assert (job.state, job.error["code"]) == ("failed", "mail.not_sent")
    letter.refresh_from_db()
    assert (letter.sent_at, letter.claimed_at, letter.attempts) == (None, None, jobs.ATTEMPTS)
    assert "refused" in letter.error
    mail.queue(to="b@example.org", language="zh-hans", template="accounts/mail/reset.txt", path="/x/")
    jobs.run_waiting()
    assert sorted(sent.to[0] for sent in mailoutbox) == ["a@example.org", "b@example.org"]
    jobs.run_waiting()
    assert len(mailoutbox) == 2, "and nothing is sent twice"


def test_a_retry_waits_longer_each_time(letter: Mail, monkeypatch: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    monkeypatch.setattr(mail, "send_mail", lambda *_: (_ for _ in ()).throw(TimeoutError("slow")))
    jobs.run_waiting()
    planned = (
        DBTaskResult.objects.exclude(run_after=None).order_by("run_after").values_list("run_after", flat=True)
    )
    soon = [
        moment
        for moment in planned
        if moment and timezone.now() < moment < timezone.now() + timedelta(days=1)
    ]
    pauses = [(moment - timezone.now()).total_seconds() / 60 for moment in soon]
    assert [round(pause) for pause in pauses] == [1, 4, 16, 64]


def test_one_refused_address_does_not_stop_the_others(
    letter: Mail, monkeypatch: Any, mailoutbox: Any
) -> None:
    mail.queue(to="good@example.org", language="en", template="accounts/mail/reset.txt", path="/x/")
    send = mail.send_mail

    def picky(subject: str, body: str, sender: str, to: list[str]) -> Any:
        if to == ["a@example.org"]:
            raise smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no such user")})
        return send(subject, body, sender, to)

    monkeypatch.setattr(mail, "send_mail", picky)
    jobs.run_waiting()
    assert [sent.to for sent in mailoutbox] == [["good@example.org"]]
    Mail.objects.filter(sent_at=None).update(attempts=mail.TRIES)
    mail.queue(to="good@example.org", language="en", template="accounts/mail/reset.txt", path="/y/")
    jobs.run_waiting()
    assert Job.objects.order_by("-id")[0].state == "done", "a mail refused often enough is left alone"


def test_a_mail_claimed_by_a_dead_worker_is_taken_up_later(letter: Mail, mailoutbox: Any) -> None:
    Mail.objects.update(claimed_at=timezone.now())
    Job.objects.all().delete()
    jobs.enqueue("mail.send")
    jobs.run_waiting()
    assert mailoutbox == [], "someone may be at it"
    Mail.objects.update(claimed_at=timezone.now() - mail.STALE * 2)
    jobs.enqueue("mail.send")
    jobs.run_waiting()
    assert len(mailoutbox) == 1


def test_nothing_is_mailed_of_what_did_not_happen(people: Any) -> None:
    from django.db import transaction

    with transaction.atomic():
        office.account_suspend(actor=people.officer, user=people.owner, reason="x")
        transaction.set_rollback(True)
    assert not Mail.objects.exists()


def test_notices_by_mail_for_who_wants_them(people: Any, mailoutbox: Any) -> None:
    User.objects.filter(pk=people.owner.pk).update(mail_notices=True, language="en")
    for person in (people.owner, people.colleague):
        person.refresh_from_db()
        office.identity_check(actor=people.officer, user=person)
    jobs.run_waiting()
    (sent,) = mailoutbox
    assert sent.to == [people.owner.email]
    assert "Olga checked the identity of Alice" in sent.body
    assert reverse("accounts:profile") in sent.body


# The command line


def run(*arguments: str, typed: str = "") -> Any:
    return CliRunner().invoke(commands.app, list(arguments), input=typed, catch_exceptions=False)


def test_demo_accounts_open_every_role(db: None, client: Client, settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path
    first = run("demo").output
    assert run("demo").output == first
    path = tmp_path / "demo-accounts.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = re.findall(r"^(\w+) +(\S+@demo\.example) +(\S+)$", first, re.M)
    assert {role for role, _, _ in rows} == set(Role.values)
    for role, email, password in rows:
        fresh = Client()
        assert fresh.post("/accounts/login/", {"username": email, "password": password}).status_code == 302
        user = User.objects.get(email=email)
        assert (user.role, user.is_sample, user.organisation.is_sample) == (role, True, True)
    enterprise, colleague = (
        User.objects.get(email=f"{name}@demo.example") for name in ("enterprise", "colleague")
    )
    assert enterprise.organisation == colleague.organisation


def test_demo_accounts_get_new_passwords_when_the_file_is_gone(
    db: None, settings: Any, tmp_path: Any
) -> None:
    settings.DATA = tmp_path
    first = run("demo").output
    (tmp_path / "demo-accounts.txt").unlink()
    assert run("demo").output != first
    assert User.objects.count() == len(demo.PEOPLE)


def test_demo_accounts_live_in_the_packs_samples(
    make_organisation: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DATA = tmp_path
    works = make_organisation(name="示例厂", is_sample=True)
    run("demo")
    assert User.objects.get(email="enterprise@demo.example").organisation == works


def test_purging_demo_accounts_shuts_who_left_traces(db: None, settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path
    run("demo")
    officer = User.objects.get(email="officer@demo.example")
    events.record(actor=officer, verb="token.created", label="x")
    output = run("purge-demo").output
    assert "6 deleted, 1 shut" in output
    officer.refresh_from_db()
    assert not officer.is_active
    assert not officer.has_usable_password()
    assert not (tmp_path / "demo-accounts.txt").exists()


def test_create_and_password(people: Any) -> None:
    output = run("create", "New@Example.org", "--name", "新人", "--role", "officer").output
    password = output.rsplit(" ", 1)[-1].strip()
    user = User.objects.get(email="new@example.org")
    assert user.check_password(password)
    run("password", "new@example.org", "--ask", typed="Purple-lake-77\n")
    user.refresh_from_db()
    assert user.check_password("Purple-lake-77")
    assert "new@example.org\tofficer\tactive" in run("list").output


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "no"}, "account.email"),
        ({"email": "ALICE@example.org"}, "account.known"),
        ({"role": "king"}, "account.role"),
        ({"password": "short"}, "account.password"),
        ({"organisation": "没有"}, "organisation.unknown"),
        ({"name": " "}, "account.name"),
    ],
)
def test_create_tells_what_is_wrong(people: Any, changes: dict[str, str], code: str) -> None:
    before = User.objects.count()
    with pytest.raises((InputError, ConflictError)) as caught:
        direct.user_create(**({"email": "n@example.org", "name": "N", "role": "broker"} | changes))
    assert caught.value.code == code
    assert User.objects.count() == before


def test_unknown_accounts_are_told(db: None) -> None:
    with pytest.raises(MissingError):
        direct.user_set_password(email="x@example.org")
    assert Organisation.objects.count() == 0
