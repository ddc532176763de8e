"""Saved searches: kept, changed, mailed once with what is new and may be seen; and the schedule that runs them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.web.base import jobs, schedule, search
from tuwei.web.base.models import Event, Job, Mail, Schedule
from tuwei.web.market.models import Achievement, SavedHit, SavedSearch
from tuwei.web.market.services import saved as services

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(people: Any) -> Callable[..., SavedSearch]:
    """``keep(days=…)``: Alice's search for 滴灌, saved that many days ago."""

    def make(days: float = 2, kind: str = "achievement", user: Any = None, **query: Any) -> SavedSearch:
        frequency = query.pop("frequency", "daily")
        made = services.saved_create(
            actor=user or people.owner, kind=kind, query=query or {"q": "滴灌"}, name=f"检索{SavedSearch.objects.count()}",
            frequency=frequency,
        )  # fmt: skip
        SavedSearch.objects.filter(pk=made.pk).update(created=timezone.now() - timedelta(days=days))
        made.refresh_from_db()
        return made

    return make


@pytest.fixture
def publish(make_achievement: Callable[..., Any]) -> Callable[..., Achievement]:
    def make(title: str = "滴灌技术", **fields: Any) -> Achievement:
        return make_achievement(title=title, search_text=search.tokens(title), **fields)

    return make


def run(later: timedelta = timedelta(0)) -> int:
    """What one turn of the job mails, ``later`` than now."""
    now = timezone.now() + later
    return sum(services.saved_mail(pk=pk, now=now) for pk in services.due(now))


def test_new_hits_are_mailed_once(keep: Callable[..., Any], publish: Callable[..., Any], people: Any) -> None:
    keep()
    publish("滴灌甲")
    publish("疫苗")
    assert run() == 1
    mail = Mail.objects.get()
    assert mail.recipient == people.owner.email
    assert "滴灌甲" in mail.body
    assert "疫苗" not in mail.body
    assert "http" in mail.body
    assert run() == 0
    assert run(timedelta(days=1)) == 0  # nothing new: no mail
    publish("滴灌乙")
    assert run(timedelta(days=2)) == 1
    assert Mail.objects.count() == 2
    assert "滴灌甲" not in Mail.objects.latest("id").body


def test_what_is_published_anew_is_not_mailed_again(
    keep: Callable[..., Any], publish: Callable[..., Any]
) -> None:
    keep()
    made = publish()
    assert run() == 1
    Achievement.objects.filter(pk=made.pk).update(published_at=timezone.now() + timedelta(hours=30))
    assert run(timedelta(days=2)) == 0


def test_what_was_there_before_the_search_was_saved_is_not_new(
    keep: Callable[..., Any], publish: Callable[..., Any]
) -> None:
    publish(published_at=timezone.now() - timedelta(days=3))
    keep(days=2)
    assert run() == 0


def test_weekly_waits_a_week_and_never_is_never(
    keep: Callable[..., Any], publish: Callable[..., Any]
) -> None:
    keep(days=3, frequency="weekly")
    keep(days=30, frequency="never")
    publish()
    assert run() == 0
    assert run(timedelta(days=4)) == 1


def test_people_who_may_not_sign_in_get_no_mail(
    keep: Callable[..., Any], publish: Callable[..., Any], people: Any
) -> None:
    keep()
    publish()
    people.owner.is_active = False
    people.owner.save()
    assert run() == 0


def test_a_mail_tells_no_more_than_the_list(
    keep: Callable[..., Any], make_need: Callable[..., Any], people: Any
) -> None:
    keep(kind="need", user=people.stranger, field="energy")
    for values in (
        {"grade": 0, "title": "机密标题", "abstract": "机密摘要"},
        {"grade": 2, "title": "可见标题", "problem": "机密问题"},
        {"grade": 2, "title": "机密草稿", "state": "draft"},
        {"grade": 2, "title": "机密未同意", "consent_publish": False},
    ):
        make_need(owner=people.owner, **{"state": "published", **values})
    assert run() == 2
    body = Mail.objects.get().body
    assert "可见标题" in body
    assert "机密" not in body
    assert "甲厂" not in body  # whose it is, opens at L2


def test_a_search_by_figures_ends_with_the_right_to_see_them(
    keep: Callable[..., Any],
    make_user: Callable[..., Any],
    make_need: Callable[..., Any],
    people: Any,
    sign_in: Any,
) -> None:
    reader = make_user(identity=True)
    keep(kind="need", user=reader, budget="10")
    make_need(owner=people.owner, state="published", grade=2, budget_max=20_000_000)
    reader.role = "officer"
    reader.save()
    assert run() == 1
    reader.role = "enterprise"
    reader.identity_checked_at = None
    reader.save()
    make_need(owner=people.owner, state="published", grade=2, budget_max=20_000_000)
    assert run(timedelta(days=2)) == 0


def test_half_a_run_leaves_nothing_behind(
    keep: Callable[..., Any], publish: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep()
    publish()

    def killed(**_: Any) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(services.mail, "queue", killed)
        with pytest.raises(RuntimeError):
            run()
    assert not SavedHit.objects.exists()
    assert run() == 1


def test_the_mail_speaks_the_reader_s_language(
    keep: Callable[..., Any], publish: Callable[..., Any], people: Any
) -> None:
    people.owner.language = "en"
    people.owner.save()
    keep()
    publish()
    run()
    assert Mail.objects.get().subject.startswith("Tuwei: new hits")


def test_many_hits_make_one_short_mail(
    keep: Callable[..., Any], publish: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "PER_MAIL", 2)
    keep()
    for at in range(5):
        publish(f"滴灌技术{at}")
    assert run() == 5
    body = Mail.objects.get().body
    assert body.count("/achievements/") == 3  # two hits and the list
    assert "3" in body
    assert run(timedelta(days=2)) == 0


# --- keeping and changing -------------------------------------------------------------------------------------------


def test_what_is_kept_is_what_was_asked_and_nothing_else(keep: Callable[..., Any]) -> None:
    made = keep(q="滴灌", field="bio", sort="trl", after="1.1", evil="<script>")
    assert made.query == {"q": "滴灌", "field": "bio"}
    assert Event.objects.filter(verb="saved_search.created").count() == 1


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"kind": "deal"}, InputError),
        ({"name": "  "}, InputError),
        ({"name": "名" * 61}, InputError),
        ({"frequency": "hourly"}, InputError),
        ({"query": {"trl": "99"}}, InputError),
    ],
)
def test_a_bad_search_is_refused_and_not_kept(
    values: dict[str, Any], error: type[Exception], people: Any
) -> None:
    given = {"kind": "achievement", "query": {"q": "滴灌"}, "name": "名", "frequency": "daily", **values}
    with pytest.raises(error):
        services.saved_create(actor=people.owner, **given)
    assert not SavedSearch.objects.exists()


def test_names_are_one_each_and_numbers_are_limited(
    keep: Callable[..., Any], people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = keep()
    with pytest.raises(ConflictError):
        services.saved_create(actor=people.owner, kind="need", query={}, name=made.name)
    services.saved_create(actor=people.stranger, kind="need", query={}, name=made.name)
    monkeypatch.setattr(services, "MOST", 1)
    with pytest.raises(ConflictError):
        services.saved_create(actor=people.owner, kind="need", query={}, name="另一个")


def test_my_searches_are_mine(keep: Callable[..., Any], people: Any, sign_in: Any) -> None:
    made = keep()
    for other in (people.colleague, people.officer, people.admin):
        with pytest.raises(MissingError):
            services.saved_change(actor=other, saved=made, name="偷", frequency="daily")
        with pytest.raises(MissingError):
            services.saved_delete(actor=other, saved=made)
        client = sign_in(other)
        assert made.name not in client.get(reverse("market:saved")).content.decode()
        assert client.post(reverse("market:saved-delete", args=[made.pk])).status_code == 404
    assert SavedSearch.objects.get().name == made.name


def test_a_visitor_is_sent_to_sign_in(client: Any) -> None:
    for name in ("market:saved", "market:saved-new"):
        answer = client.post(reverse(name))
        assert answer.status_code == 302
        assert "login" in answer["Location"]


def test_from_the_list_to_the_page_of_searches_and_away_again(people: Any, sign_in: Any) -> None:
    client = sign_in(people.owner)
    page = client.get(reverse("market:achievements"), {"q": "滴灌", "trl": "5"}).content.decode()
    assert 'name="query" value="?q=%E6%BB%B4%E7%81%8C&amp;trl=5"' in page
    data = {
        "kind": "achievement",
        "query": "?q=%E6%BB%B4%E7%81%8C&trl=5",
        "name": "<b>滴灌</b>",
        "frequency": "weekly",
    }
    body = client.post(reverse("market:saved-new"), data, follow=True).content.decode()
    assert "&lt;b&gt;滴灌&lt;/b&gt;" in body
    assert "<b>滴灌" not in body
    made = SavedSearch.objects.get()
    assert made.query == {"q": "滴灌", "trl": "5"}
    client.post(reverse("market:saved-change", args=[made.pk]), {"name": "新名", "frequency": "never"})
    made.refresh_from_db()
    assert (made.name, made.frequency) == ("新名", "never")
    body = client.post(reverse("market:saved-new"), {**data, "name": ""}, follow=True).content.decode()
    assert "alert-danger" in body
    client.post(reverse("market:saved-delete", args=[made.pk]))
    assert not SavedSearch.objects.exists()


# --- the schedule ---------------------------------------------------------------------------------------------------


def test_the_schedule_starts_each_kind_once_an_interval() -> None:
    now = timezone.now()
    assert "saved.mail" in schedule.due(now)
    assert schedule.due(now) == []
    Job.objects.all().delete()
    assert schedule.due(now + timedelta(minutes=59)) == []
    assert set(schedule.due(now + timedelta(minutes=61))) == {"saved.mail", "match.refresh"}
    assert Job.objects.filter(kind="saved.mail").count() == 1


def test_a_second_worker_at_the_same_moment_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    Schedule.objects.create(kind="saved.mail", next_at=now)
    assert schedule._start("saved.mail", timedelta(hours=1), now)
    assert not schedule._start("saved.mail", timedelta(hours=1), now)


def test_a_job_that_still_waits_is_not_queued_twice() -> None:
    now = timezone.now()
    schedule.due(now)
    schedule.due(now + timedelta(days=2))
    assert Job.objects.filter(kind="saved.mail").count() == 1


def test_the_job_passes_over_a_search_that_no_longer_works(
    keep: Callable[..., Any], publish: Callable[..., Any]
) -> None:
    broken = keep()
    SavedSearch.objects.filter(pk=broken.pk).update(query={"trl": "99"})
    keep()
    publish()
    job = jobs.enqueue("saved.mail")
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    assert job.result == {"searches": 2, "hits": 1, "failed": 1}
