"""What a need's texts may hold, and every fault of a form told at once."""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.core.errors import InputError

GOOD = {"title": "降低干燥塔能耗", "problem": "干燥塔每吨产品耗气 120 立方米，冬天更高。"}


def save(actor: Any, need: Any = None, **record: Any) -> Any:
    from tuwei.web.market.services.needs import need_save

    return need_save(actor=actor, need=need, record=(GOOD if need is None else {}) | record)


@pytest.mark.parametrize("name", ["title", "problem", "constraints", "why_not_inhouse", "abstract"])
@pytest.mark.parametrize("contact", ["13800138000", "wang@example.com"])
def test_a_contact_outside_its_fields_is_refused(people: Any, name: str, contact: str) -> None:
    with pytest.raises(InputError) as caught:
        save(people.owner, **{name: f"请找王工 {contact}"})
    (told,) = caught.value.where["errors"]
    assert (told["code"], told["name"]) == ("need.contact_in_text", name)
    assert contact in told["zh"]


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("title", "耗气降到85立方米以下", "85立方米"),
        ("title", "甲厂干燥塔节能", "甲厂"),
        ("abstract", "示例乳业有限公司的干燥塔", "示例乳业有限公司"),
        ("abstract", "能耗下降30%", "30%"),
    ],
)
def test_public_words_must_be_confirmed(people: Any, name: str, text: str, word: str) -> None:
    with pytest.raises(InputError) as caught:
        save(people.owner, **{name: text})
    (told,) = caught.value.where["errors"]
    assert (told["code"], told["name"]) == ("need.tells_in_public", name)
    assert word in told["zh"]
    assert getattr(save(people.owner, **{name: text}, l1_confirmed=True), name) == text


def test_what_stands_is_not_asked_about_again(people: Any) -> None:
    need = save(people.owner, title="耗气降到85立方米以下", l1_confirmed=True)
    assert save(people.owner, need, object="干燥塔").object == "干燥塔"
    with pytest.raises(InputError):
        save(people.owner, need, title="耗气降到80立方米以下")


def test_only_the_owners_side_confirms(people: Any, make_need: Any) -> None:
    need = make_need(owner=people.owner, state="clarifying")
    with pytest.raises(InputError):
        save(people.commissioner, need, title="耗气降到85立方米以下", l1_confirmed=True)
    assert save(people.colleague, need, title="耗气降到85立方米以下", l1_confirmed=True)


def test_the_form_tells_every_fault_at_its_field(people: Any, sign_in: Any) -> None:
    wrong = {
        "title": "甲厂耗气降到85立方米", "problem": "", "indicators_text": "气耗 小于 很多 方\n产量 再大些",
        "deadline": "2020-01-01", "budget_min": "八十万左右", "contact_phone": "abc", "contact_email": "a@b",
        "why_not_inhouse": "请打 13800138000", "grade": "L1",
    }  # fmt: skip
    response = sign_in(people.owner).post("/needs/new/form/", wrong)
    page = response.content.decode()
    assert response.status_code == 422
    told = {place for place, _, _ in response.context["faults"]}
    assert told == {f"id_{name}" for name in wrong if name != "grade"}
    assert len(response.context["faults"]) == 8 + 1  # two faulty indicators
    for place in told:
        assert f'href="#{place}"' in page
        assert f'id="{place}"' in page
    assert "仍然公开" in page
    assert "技术需求 第 1 行" not in page


def test_the_form_saves_once_public_words_are_confirmed(people: Any, sign_in: Any) -> None:
    from tuwei.web.market.models import Need

    filled = GOOD | {"title": "耗气降到85立方米以下", "grade": "L1"}
    client = sign_in(people.owner)
    first = client.post("/needs/new/form/", filled)
    assert first.status_code == 422
    assert 'name="l1_confirmed"' in first.content.decode()
    assert not Need.objects.exists()
    assert client.post("/needs/new/form/", filled | {"l1_confirmed": "on"}).status_code == 302
    assert Need.objects.get().title == filled["title"]


def test_the_preview_asks_too_and_says_who_sees_what(people: Any, make_need: Any, sign_in: Any) -> None:
    need = make_need(owner=people.owner, budget_max=80_000_000, problem="干燥塔太费气")
    client = sign_in(people.owner)
    page = client.get(f"/needs/{need.pk}/preview/").content.decode()
    assert "接手撮合的技术经纪人" in page
    for name in ("预算", "期限", "知识产权归属"):
        assert name in page
    told = {"title": "甲厂节能", "abstract": "节能", "grade": "L1"}
    refused = client.post(f"/needs/{need.pk}/preview/", told)
    assert refused.status_code == 422
    assert "“甲厂”" in refused.content.decode()
    assert client.post(f"/needs/{need.pk}/preview/", told | {"l1_confirmed": "on"}).status_code == 302


def test_submitting_from_the_preview_is_all_or_nothing(people: Any, make_need: Any, sign_in: Any) -> None:
    need = make_need(owner=people.owner, state="clarifying", problem="干燥塔太费气")
    told = {"title": "干燥节能", "abstract": "节能", "grade": "L1", "submit": "1"}
    assert sign_in(people.owner).post(f"/needs/{need.pk}/preview/", told).status_code == 422
    need.refresh_from_db()
    assert need.title != "干燥节能"


def test_the_achievement_form_tells_every_fault(people: Any, sign_in: Any) -> None:
    wrong = {
        "title": "热泵干燥", "text": "", "price_min": "abc", "start_month": "2026-05", "end_month": "2024-01",
        "level": "unrated", "claims-TOTAL_FORMS": "1", "claims-INITIAL_FORMS": "0", "claims-0-quantity": "节气率",
        "claims-0-comparator": "ge", "claims-0-value": "很多", "claims-0-evidence_state": "claimed",
    }  # fmt: skip
    response = sign_in(people.researcher).post("/achievements/new/", wrong)
    assert response.status_code == 422
    told = {place for place, _, _ in response.context["faults"]}
    assert told == {"id_text", "id_price_min", "id_end_month", "id_claims-0-value"}


def test_the_first_words_of_the_dialogue_make_a_title_without_names(people: Any, sign_in: Any) -> None:
    from tuwei.web.market.models import Need

    sign_in(people.owner).post("/needs/new/", {"text": "甲厂的干燥塔太费气，想省三十吨煤"})
    assert "甲厂" not in Need.objects.get().title
