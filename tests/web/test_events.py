"""The event log: append-only, chained, readable; notifications; its pages."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from tuwei.web.base import commands, events
from tuwei.web.base.models import Event, Notification


@pytest.fixture
def chain(people: Any) -> list[Event]:
    """Five events."""
    return [
        events.record(
            actor=people.owner, verb="token.created", label=f"令牌{i}", after={"n": i}, reason="因为"
        )
        for i in range(5)
    ]


def test_the_chain_holds(chain: list[Event]) -> None:
    assert chain[0].previous == events.GENESIS
    assert [e.previous for e in chain[1:]] == [e.digest for e in chain[:-1]]
    assert events.verify_chain() is None


def test_no_events_no_fault(db: None) -> None:
    assert events.verify_chain() is None


FORGERIES = {
    "label": "别的", "verb": "token.revoked", "reason": "", "after": {"n": 9}, "before": {"x": 1},
    "request_id": "x", "object_type": "need", "object_id": 7, "actor_id": None, "organisation_id": None,
    "at": timezone.now() - timedelta(days=1), "previous": "1" * 64, "digest": "2" * 64,
}  # fmt: skip


@pytest.mark.parametrize("field", FORGERIES)
def test_a_changed_field_is_found(chain: list[Event], field: str) -> None:
    Event.objects.filter(pk=chain[2].pk).update(**{field: FORGERIES[field]})
    assert events.verify_chain() == chain[2].pk


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_removed_event_is_found_at_the_next(chain: list[Event], place: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM base_event WHERE id = %s", [chain[place].pk])
    assert events.verify_chain() == chain[place + 1].pk


def test_a_tail_cut_off_is_found_by_a_digest_kept_elsewhere(chain: list[Event]) -> None:
    def run(*args: str) -> Any:
        return CliRunner().invoke(commands.app, list(args))

    number, kept = run("head").output.split()
    assert (int(number), kept) == (chain[-1].pk, chain[-1].digest)
    assert run("verify", "--head", kept).exit_code == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM base_event WHERE id >= %s", [chain[-2].pk])
    assert run("verify").exit_code == 0  # the rest is a chain of its own
    assert run("verify", "--head", kept).exit_code == 1
    assert run("verify", "--head", chain[0].digest).exit_code == 0
    Event.objects.filter(pk=chain[0].pk).update(label="x")
    assert run("verify").exit_code == 1


def test_an_event_cannot_be_saved_again_or_deleted(chain: list[Event]) -> None:
    with pytest.raises(TypeError):
        chain[0].save()
    with pytest.raises(TypeError):
        chain[0].delete()


def test_a_verb_without_a_sentence_is_a_defect(people: Any) -> None:
    with pytest.raises(KeyError):
        events.record(actor=people.owner, verb="no.such")


def test_an_event_goes_with_its_transaction(people: Any) -> None:
    with transaction.atomic():
        events.record(actor=people.owner, verb="token.created", notify=[people.colleague])
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    assert not Notification.objects.exists()


def test_an_event_that_lacks_what_its_sentence_names_still_reads(people: Any) -> None:
    made = events.record(actor=people.owner, verb="case.candidates", label="x", after={"actor": "Mallory"})
    assert events.sentence(made, "zh") == "Alice 为“x”更新候选成果 … 项"


def test_sentences_in_both_languages(people: Any) -> None:
    made = events.record(actor=None, verb="account.applied", label="{actor}")
    assert events.sentence(made, "zh") == "{actor} 申请账号"
    assert events.sentence(made, "en") == "{actor} applied for an account"


def test_the_request_is_found_again(client: Client, people: Any) -> None:
    client.force_login(people.owner)
    answer = client.post(reverse("accounts:tokens"), {"name": "a", "days": "30"})
    assert Event.objects.get(verb="token.created").request_id == answer.headers["X-Request-Id"]


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain(people: Any) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's test database lives in memory and knows no second writer")

    def write() -> None:
        for _ in range(10):
            events.record(actor=people.owner, verb="token.created", label="x")
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Event.objects.count() == 40
    assert events.verify_chain() is None


# The page


@pytest.fixture
def desk(people: Any) -> Client:
    client = Client()
    client.force_login(people.officer)
    return client


def test_the_log_verifies_itself_at_a_button(desk: Client, chain: list[Event]) -> None:
    path = reverse("events-verify")
    assert desk.get(path).status_code == 405
    assert "校验链完整" in desk.post(path, follow=True).content.decode()
    Event.objects.filter(pk=chain[1].pk).update(label="x")
    assert f"第 {chain[1].pk} 号事件处断开" in desk.post(path, follow=True).content.decode()


def shown(page: Any) -> set[str]:
    return {event.label for event in page.context["page"]}


def test_filters(desk: Client, people: Any, chain: list[Event]) -> None:
    events.record(actor=people.broker, verb="token.revoked", label="乙")
    path = reverse("events")
    assert shown(desk.get(path, {"verb": "token.revoked"})) == {"乙"}
    assert shown(desk.get(path, {"person": "boris@"})) == {"乙"}
    assert shown(desk.get(path, {"person": "乙"})) == {"乙"}
    today, tomorrow = timezone.localdate(), timezone.localdate() + timedelta(days=1)
    assert len(shown(desk.get(path, {"since": today, "until": today}))) == 6
    assert shown(desk.get(path, {"since": tomorrow})) == set()
    assert shown(desk.get(path, {"until": today - timedelta(days=1)})) == set()


@pytest.mark.parametrize("query", [{"since": "x"}, {"verb": "no.such"}, {"until": "2026-02-30"}])
def test_a_filter_that_cannot_be_read_is_told(
    desk: Client, chain: list[Event], query: dict[str, str]
) -> None:
    page = desk.get(reverse("events"), query)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert shown(page) == set()


def test_odd_pages_are_the_nearest_page(desk: Client, chain: list[Event]) -> None:
    for number in ["0", "-1", "x", "999999", "1\x00"]:
        assert desk.get(reverse("events"), {"page": number}).status_code == 200


def test_the_log_reads_few_rows(desk: Client, chain: list[Event], django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):  # six of them count an officer's queues
        desk.get(reverse("events"))


# Notifications


def test_notices_reach_others_not_the_actor_and_end_when_read(client: Client, people: Any) -> None:
    events.record(
        actor=people.owner, verb="token.created", label="甲", notify=[people.owner, people.colleague, people.colleague],
        url="/accounts/profile/",
    )  # fmt: skip
    (notice,) = Notification.objects.all()
    assert notice.user == people.colleague
    client.force_login(people.colleague)
    page = client.get(reverse("notifications"), {"new": "1"}).content.decode()
    assert "甲" in page
    assert (
        client.post(reverse("notification-open", args=[notice.pk])).headers["Location"]
        == "/accounts/profile/"
    )
    assert client.get(reverse("notifications"), {"new": "1"}).context["page"].paginator.count == 0
    assert client.get(reverse("notifications")).context["page"].paginator.count == 1


def test_another_persons_notice_is_out_of_reach(client: Client, people: Any) -> None:
    events.record(actor=people.owner, verb="token.created", notify=[people.colleague])
    notice = Notification.objects.get()
    client.force_login(people.stranger)
    assert client.post(reverse("notification-open", args=[notice.pk])).status_code == 404
    client.post(reverse("notifications-read"))
    notice.refresh_from_db()
    assert notice.read_at is None


# Pages when something is wrong


def test_error_pages(client: Client, people: Any) -> None:
    missing = client.get("/no/such/page/")
    assert missing.status_code == 404
    assert "没有找到" in missing.content.decode()
    client.force_login(people.owner)
    refused = client.get(reverse("events"))
    assert refused.status_code == 403
    assert "您的身份" in refused.content.decode()
    fragment = client.get(reverse("events"), HTTP_HX_REQUEST="true")
    assert "<html" not in fragment.content.decode()


def test_a_fault_of_ours_shows_no_inside(client: Client, people: Any, monkeypatch: Any) -> None:
    from tuwei.web.base import views

    client.force_login(people.officer)
    client.raise_request_exception = False
    monkeypatch.setattr(views, "Paginator", lambda *_: 1 / 0)
    answer = client.get(reverse("events"))
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "系统出错" in page
    assert "Something went wrong" in page
    assert "ZeroDivisionError" not in page


def test_a_stale_form_is_told_in_a_page_of_ours(people: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/accounts/login/", {"username": "a@example.org", "password": "x"})
    assert answer.status_code == 403
    assert "刷新后重试" in answer.content.decode()


def test_about_and_health(client: Client, db: None) -> None:
    page = client.get(reverse("about"))
    assert "Apache-2.0" in page.content.decode()
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert client.get("/health").json()["status"] == "ok"
