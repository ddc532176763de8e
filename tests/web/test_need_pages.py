"""The pages of needs, as people of each role use them."""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.web.market.forms.need import indicator_text
from tuwei.web.market.models import AccessRequest, Grant, Indicator, Need, Term
from tuwei.web.market.services.needs import need_save
from tuwei.web.market.specs.common import measures_from_text

pytestmark = pytest.mark.django_db
CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
FORM = {
    "title": "喷雾干燥塔节气", "problem": "烘干机太费气", "indicators_text": "单位蒸发量耗气 ≤ 85 立方米/吨(现状 120)",
    "budget_max": "12.5万", "keywords": "烘干、节能,热泵", "grade": "L1", "deadline": "2031-05-01",
}  # fmt: skip


@pytest.fixture(autouse=True)
def terms(db: None) -> None:
    for scheme, code in (("field", "energy"), ("industry", "agrifood"), ("region", "150105")):
        Term.objects.create(scheme=scheme, code=code, name_zh=code, name_en=code, pack="test")


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


def test_the_whole_form_saves_a_need(people: Any, sign_in: Any) -> None:
    client = sign_in(people.owner)
    assert 'name="problem"' in text(client.get("/needs/new/form/"))
    response = client.post("/needs/new/form/", FORM)
    need = Need.objects.get()
    assert response["Location"] == f"/needs/{need.pk}/"
    assert (need.budget_max, need.keywords) == (12_500_000, ["烘干", "节能", "热泵"])
    assert need.indicators.get().high == 85
    page = text(client.get(f"/needs/{need.pk}/edit/"))
    assert "单位蒸发量耗气 ≤ 85 立方米/吨(现状 120)" in page
    client.post(f"/needs/{need.pk}/edit/", FORM | {"title": "改过", "keywords": ""})
    need.refresh_from_db()
    assert (need.title, need.keywords) == ("改过", [])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"budget_max": "很多"}, "预算上限"),
        ({"indicators_text": "没有数"}, "没有数"),
        ({"problem": "密级:绝密★"}, ""),
        ({"title": ""}, ""),
        ({"deadline": "2031-13-01"}, ""),
    ],
)
def test_a_fault_keeps_what_was_typed_and_saves_nothing(
    people: Any, sign_in: Any, change: dict[str, str], sentence: str
) -> None:
    page = text(sign_in(people.owner).post("/needs/new/form/", FORM | change, **CHINESE), 422)
    assert "没有保存" in page
    assert sentence in page
    assert "热泵" in page
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("单位蒸发量耗气 ≤ 85 立方米/吨(现状 120)", {"comparator": "le", "high": "85", "current": "120"}),
        ("成品含水率 4–5 %", {"comparator": "range", "low": "4", "high": "5", "unit": "%"}),
        ("转化率 ≥ 99.5 %(小试,批次稳定)", {"comparator": "ge", "low": "99.5", "note": "小试、批次稳定"}),
        ("温度 > 20 ℃", {"comparator": "gt", "low": "20"}),
        ("温度 < 20 ℃", {"comparator": "lt", "high": "20"}),
    ],
)
def test_an_indicator_reads_as_it_is_written(make_need: Any, written: str, read: dict[str, str]) -> None:
    from tuwei.web.market.services.needs import indicators_of

    (row,) = measures_from_text(written)
    assert {name: row.get(name) for name in read} == read
    (indicator,) = indicators_of({"indicators": [row]})
    indicator.need = make_need()
    indicator.save()
    again = indicator_text(Indicator.objects.get(pk=indicator.pk))
    (row_again,) = measures_from_text(again)
    assert {name: row_again.get(name) for name in read} == read


ROLES = ("owner", "colleague", "stranger", "researcher", "broker", "commissioner", "officer", "admin")
PAGES = {
    "/needs/new/": set(ROLES),
    "/needs/new/form/": set(ROLES),
    "/needs/mine/": set(ROLES),
    "/needs/clarifying/": {"commissioner", "officer", "admin"},
    "/needs/publishing/": {"officer", "admin"},
}


@pytest.mark.parametrize("name", ROLES)
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_who_may_open_which_page(people: Any, sign_in: Any, name: str, language: dict[str, str]) -> None:
    client = sign_in(getattr(people, name))
    for path, roles in PAGES.items():
        assert client.get(path, **language).status_code == (200 if name in roles else 403), path


def test_a_visitor_is_asked_to_sign_in(client: Any, make_need: Any) -> None:
    need = make_need(state="published")
    for path in (
        *PAGES,
        f"/needs/{need.pk}/edit/",
        f"/needs/{need.pk}/clarify/",
        f"/needs/{need.pk}/disclosure/",
    ):
        response = client.get(path)
        assert response.status_code == 302
        assert "login" in response["Location"]


STATES = (
    "draft",
    "clarifying",
    "verified",
    "published",
    "in_contact",
    "contracted",
    "evaluated",
    "withdrawn",
    "merged",
)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_a_need_can_be_read_in_every_state_and_either_language(
    people: Any, make_need: Any, sign_in: Any, state: str, language: dict[str, str]
) -> None:
    need = make_need(owner=people.owner, state=state)
    page = text(sign_in(people.owner).get(f"/needs/{need.pk}/", **language))
    assert need.title in page
    assert ("撤回" in page) == (language is CHINESE and state != "evaluated" and state != "merged")


def test_from_draft_to_published_by_the_buttons(people: Any, sign_in: Any) -> None:
    need = need_save(
        actor=people.owner,
        record={
            "title": "干燥塔节气", "problem": "费气", "object": "塔", "function": "省气", "consent_publish": True,
            "indicators_text": "耗气 ≤ 85 立方米/吨", "constraints": "不加高", "tried_routes": "保温", "budget_max": "1000000",
            "deadline": "2031-05-01", "contact_phone": "0471-1234567", "field": "energy", "industry": "agrifood",
            "region": "150105", "ip_ownership": "shared", "solver_conditions": "有案例", "why_not_inhouse": "没有人手",
            "contact_name": "某人",
        },
    )  # fmt: skip
    for user, verb, queue in (
        (people.owner, "submit", ""), (people.commissioner, "verify", "/needs/clarifying/"),
        (people.officer, "publish", "/needs/publishing/"),
    ):  # fmt: skip
        client = sign_in(user)
        if queue:
            assert "干燥塔节气" in text(client.get(queue))
        assert f"/step/{verb}/" in text(client.get(f"/needs/{need.pk}/"))
        client.post(f"/needs/{need.pk}/step/{verb}/")
    need.refresh_from_db()
    assert need.state == "published"
    assert need.published_at is not None


def test_a_refused_step_says_why(people: Any, make_need: Any, sign_in: Any) -> None:
    need = make_need(owner=people.owner, state="verified", completeness=3)
    client = sign_in(people.officer)
    page = text(client.post(f"/needs/{need.pk}/step/publish/", follow=True, **CHINESE))
    assert "完整度 3" in page
    assert client.post(f"/needs/{need.pk}/step/fly/").status_code in (302, 403, 422)
    assert sign_in(people.stranger).post(f"/needs/{need.pk}/step/publish/").status_code == 404
    need.refresh_from_db()
    assert need.state == "verified"


def test_steps_need_a_post(people: Any, make_need: Any, sign_in: Any) -> None:
    need = make_need(owner=people.owner)
    assert sign_in(people.owner).get(f"/needs/{need.pk}/step/submit/").status_code == 405


def test_asking_for_more_and_getting_it(people: Any, make_need: Any, make_user: Any, sign_in: Any) -> None:
    need, asker = make_need(owner=people.owner, state="published", grade=0), make_user("researcher")
    client = sign_in(asker)
    assert need.title not in text(client.get(f"/needs/{need.pk}/"))
    client.post(f"/needs/{need.pk}/ask/", {"grade": 2, "message": "我们做过同类项目"})
    assert AccessRequest.objects.get().organisation == asker.organisation
    client = sign_in(people.owner)
    assert "我们做过同类项目" in text(client.get(f"/needs/{need.pk}/disclosure/"))
    given = {"organisation": asker.organisation.name, "grade": 2}
    assert client.post(f"/needs/{need.pk}/disclosure/", given).status_code == 302
    assert need.problem in text(sign_in(asker).get(f"/needs/{need.pk}/"))
    client = sign_in(people.owner)
    client.post(f"/needs/{need.pk}/disclosure/{Grant.objects.get().pk}/revoke/")
    assert need.title not in text(sign_in(asker).get(f"/needs/{need.pk}/"))


def test_l3_without_an_agreement_is_refused_at_the_field(
    people: Any, make_need: Any, make_user: Any, sign_in: Any
) -> None:
    need, partner = make_need(owner=people.owner, state="published"), make_user("researcher").organisation
    client = sign_in(people.owner)
    page = text(
        client.post(f"/needs/{need.pk}/disclosure/", {"organisation": partner.name, "grade": 3}, **CHINESE),
        422,
    )
    assert "须先签署保密协议" in page
    page = text(
        client.post(f"/needs/{need.pk}/disclosure/", {"organisation": "没有", "grade": 1}, **CHINESE), 422
    )
    assert "没有这个单位" in page
    assert not Grant.objects.exists()


def test_a_declined_request_is_told(people: Any, make_need: Any, make_user: Any, sign_in: Any) -> None:
    need, asker = make_need(owner=people.owner, state="published"), make_user("researcher")
    sign_in(asker).post(f"/needs/{need.pk}/ask/", {"grade": 3, "message": "想看资料"})
    asked = AccessRequest.objects.get()
    sign_in(people.owner).post(f"/needs/{need.pk}/disclosure/{asked.pk}/decline/", {"reason": "暂不"})
    asked.refresh_from_db()
    assert (asked.answer, asked.reason) == ("declined", "暂不")
    assert asker.notifications.filter(event__verb="need.access_declined").exists()


def test_my_needs_are_mine_and_my_organisations(people: Any, make_need: Any, sign_in: Any) -> None:
    make_need(owner=people.owner, title="我家的草稿")
    make_need(owner=people.stranger, title="别家的草稿")
    page = text(sign_in(people.colleague).get("/needs/mine/"))
    assert "我家的草稿" in page
    assert "别家的草稿" not in page


def test_the_queue_holds_the_longest_waiting_first(people: Any, make_need: Any, sign_in: Any) -> None:
    from tuwei.web.market.services.needs import need_move

    needs = [make_need(owner=people.owner, title=f"第{number}项") for number in range(3)]
    for number in (2, 0, 1):
        need_move(actor=people.owner, need=needs[number], verb="submit")
    page = text(sign_in(people.commissioner).get("/needs/clarifying/"))
    assert page.index("第2项") < page.index("第0项") < page.index("第1项")


@pytest.mark.parametrize("path", ["/needs/{pk}/", "/needs/mine/", "/needs/clarifying/", "/needs/publishing/"])
def test_a_page_asks_the_database_a_bounded_number_of_times(
    people: Any, make_need: Any, sign_in: Any, django_assert_max_num_queries: Any, path: str
) -> None:
    from django.core.cache import cache

    for state in ("clarifying", "verified"):
        for _ in range(12):
            need = make_need(owner=people.owner, state=state)
            Indicator.objects.create(need=need, name="x", comparator="le", high=1)
    client = sign_in(people.owner if "mine" in path or "pk" in path else people.officer)
    cache.clear()
    with django_assert_max_num_queries(45):
        client.get(path.format(pk=need.pk))
