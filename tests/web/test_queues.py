"""Queues of work: who is told how much waits, what a queue can be narrowed to, in which order it stands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

CLEAR = {"completeness": 80}


def page_of(client: Any, path: str, **asked: str) -> str:
    response = client.get(path, asked)
    assert response.status_code == 200
    return str(response.content.decode())


def titles(page: str) -> list[str]:
    return re.findall(r'<a href="/(?:needs|achievements)/\d+/">([^<]*)</a>', page)


@pytest.fixture
def waiting(make_need: Any, people: Any) -> dict[str, Any]:
    now = timezone.now()
    rows = [
        ("旧样例", {"is_sample": True, "state_since": now - timedelta(days=9)}),
        ("旧的", {"state_since": now - timedelta(days=5), "field": "energy", "completeness": 30}),
        ("新的", {"state_since": now, "field": "bio", "region": "150122", "completeness": 70}),
        ("最全", {"state_since": now - timedelta(days=2), "completeness": 90,
                "deadline": timezone.localdate() + timedelta(days=3)}),
    ]  # fmt: skip
    return {
        title: make_need(owner=people.owner, title=title, state="clarifying", **more) for title, more in rows
    }


def test_real_needs_come_before_samples_in_every_order(waiting: Any, people: Any, sign_in: Any) -> None:
    client = sign_in(people.commissioner)
    orders = {
        "oldest": ["旧的", "最全", "新的", "旧样例"],
        "newest": ["新的", "最全", "旧的", "旧样例"],
        "completeness": ["最全", "新的", "旧的", "旧样例"],
        "deadline": ["最全", "旧的", "新的", "旧样例"],
    }
    for sort, expected in orders.items():
        page = page_of(client, "/needs/clarifying/", sort=sort)
        assert titles(page) == expected, sort
        assert page.count("样例</span>") == 1


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "最全"}, ["最全"]),
        ({"q": "甲厂"}, ["旧的", "最全", "新的", "旧样例"]),
        ({"field": "bio"}, ["新的"]),
        ({"region": "150122"}, ["新的"]),
        ({"ready": "1"}, ["最全", "新的"]),
        ({"ready": "0"}, ["旧的", "旧样例"]),
        ({"q": "没有这样的词"}, []),
        ({"field": "bio", "sort": "wrong"}, ["新的"]),  # what is wrong is told, the rest stands
    ],
)
def test_a_queue_is_narrowed(
    waiting: Any, people: Any, sign_in: Any, asked: Any, expected: Any, db: None
) -> None:
    from django.core.cache import cache

    from tuwei.web.market.models import Term

    Term.objects.create(scheme="field", code="bio", name_zh="生物", name_en="Biology", pack="t")
    Term.objects.create(scheme="region", code="150122", name_zh="托县", name_en="Togtoh", pack="t")
    cache.clear()
    page = page_of(sign_in(people.officer), "/needs/clarifying/", **asked)
    assert titles(page) == expected
    assert f"共 {len(expected)} 条" in page


def test_a_number_finds_its_need(waiting: Any, people: Any, sign_in: Any) -> None:
    page = page_of(sign_in(people.officer), "/needs/clarifying/", q=f"#{waiting['新的'].pk}")
    assert titles(page) == ["新的"]


def test_the_header_counts_what_waits(waiting: Any, people: Any, sign_in: Any, make_achievement: Any) -> None:
    make_achievement(state="submitted")
    page = page_of(sign_in(people.officer), reverse("home"))
    counts = dict(
        re.findall(r'<a class="nav-link" href="([^"]+)">[^<]*<span class="todo-count[^"]*">(\d+)<', page)
    )
    assert counts["/needs/clarifying/?ready=0"] == "2"
    assert counts["/needs/clarifying/?ready=1"] == "2"
    assert counts["/achievements/reviewing/"] == "1"
    assert counts["/accounts/approvals/"] == "0"
    for path in counts:
        assert sign_in(people.officer).get(path).status_code == 200


@pytest.mark.parametrize("name", ["owner", "researcher"])
def test_who_works_on_no_queue_is_told_of_none(waiting: Any, people: Any, sign_in: Any, name: str) -> None:
    page = page_of(sign_in(getattr(people, name)), reverse("home"))
    assert "ready=0" not in page
    for path in ("/needs/mine/", "/achievements/mine/", "/saved/", "/import/", "/accounts/profile/"):
        assert f'href="{path}"' in page


def test_the_queues_are_counted_once_a_page(
    people: Any, sign_in: Any, django_assert_max_num_queries: Any, rf: Any
) -> None:
    from tuwei.web.base import todo

    request = rf.get("/")
    request.user = people.officer
    with django_assert_max_num_queries(7):
        first = todo.of_request(request)
        assert todo.of_request(request) is first


def test_more_than_the_cap_is_not_counted(
    waiting: Any, people: Any, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tuwei.web.base import todo

    monkeypatch.setattr(todo, "CAP", 3)
    page = page_of(sign_in(people.officer), "/needs/clarifying/")
    assert "超过 3 条" in page
    assert len(titles(page)) == 3


def test_a_step_that_would_be_refused_is_not_offered(people: Any, make_need: Any, sign_in: Any) -> None:
    need = make_need(owner=people.owner, state="clarifying", completeness=20)
    page = page_of(sign_in(people.commissioner), f"/needs/{need.pk}/")
    assert f"/needs/{need.pk}/step/verify/" not in page
    assert "现在还不能“核实通过”" in page
    assert "完整度 20 未达到" in page


def test_without_consent_publishing_is_not_offered(people: Any, make_need: Any, sign_in: Any) -> None:
    held = make_need(owner=people.owner, state="verified", consent_publish=False, **CLEAR)
    ready = make_need(owner=people.owner, state="verified", **CLEAR)
    page = page_of(sign_in(people.officer), "/needs/publishing/")
    assert f"/needs/{held.pk}/step/publish/" not in page
    assert "尚未同意公开" in page
    assert f"/needs/{ready.pk}/step/publish/" in page


def test_the_wait_begins_with_the_last_step(people: Any, make_need: Any) -> None:
    from tuwei.web.market.services.needs import need_move

    long_ago = timezone.now() - timedelta(days=30)
    need = make_need(owner=people.owner, state_since=long_ago)
    assert need_move(actor=people.owner, need=need, verb="submit").state_since > long_ago + timedelta(days=29)


def test_the_desk_has_its_waiting_needs_on_a_page_of_their_own(
    people: Any, make_need: Any, make_user: Any, sign_in: Any
) -> None:
    soon = timezone.localdate() + timedelta(days=3)
    make_need(state="published", title="样例节水", abstract="节水", is_sample=True, search_text="")
    make_need(state="published", title="隐藏的", grade=0, deadline=soon)
    open_one = make_need(state="published", title="公开的", grade=2, deadline=soon)
    client = sign_in(people.broker)
    page = page_of(client, "/desk/waiting/")
    assert "隐藏的" not in page
    assert page.index("公开的") < page.index("样例节水")
    assert "样例</span>" in page
    assert open_one.deadline.isoformat() not in page
    assert "公开的" not in page_of(
        client, "/desk/waiting/", sort="deadline"
    )  # no deadline without a checked identity
    people.broker.identity_checked_at = timezone.now()
    people.broker.save()
    dated = page_of(client, "/desk/waiting/", sort="deadline")
    assert open_one.deadline.isoformat() in dated
    assert "隐藏的" not in dated
    assert open_one.views.filter(user=people.broker, grade=2, channel="list").count() == 1


@pytest.mark.parametrize("name", ["owner", "researcher", "commissioner", "officer"])
def test_only_brokers_take_needs_up(people: Any, sign_in: Any, name: str) -> None:
    assert sign_in(getattr(people, name)).get("/desk/waiting/").status_code == 403


def test_a_source_is_told_in_words() -> None:
    from tuwei.web.market.templatetags.market import source_words

    assert source_words("pack:hohhot/samples") == "本包自造的样例"
    assert source_words("pack:elsewhere/x") == "地区数据包 elsewhere/x"
    assert source_words("import:3") == "导入的表格"


def test_a_request_too_large_is_told_in_a_sentence(people: Any, sign_in: Any) -> None:
    response = sign_in(people.owner).post("/needs/new/", {"text": "很" * 800_000})
    assert response.status_code == 413
    assert "没有保存任何内容" in response.content.decode()


def test_what_happens_many_times_in_a_row_is_one_line(people: Any, make_need: Any, sign_in: Any) -> None:
    from tuwei.web.market.services.needs import need_save

    need = make_need(owner=people.owner, problem="干燥塔太费气")
    for number in range(3):
        need_save(actor=people.owner, need=need, record={"object": f"干燥塔 {number}"})
    assert "连续 3 次" in page_of(sign_in(people.owner), f"/needs/{need.pk}/")
