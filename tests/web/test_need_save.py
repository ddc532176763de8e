"""Saving a need from a record: exact, whole or not at all, whatever comes in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tuwei.core.errors import AccessError, ConflictError, InputError, MissingError, TuweiError
from tuwei.web.base.models import Event, Notification
from tuwei.web.market.models import Indicator, Need, Term, Touched
from tuwei.web.market.selectors.records_need import need_record
from tuwei.web.market.services.needs import need_save
from tuwei.web.market.specs.need import NEED, without_read_only

pytestmark = pytest.mark.django_db
RECORD = {
    "title": "喷雾干燥塔降低天然气消耗",
    "problem": "我们的烘干机太费气，冬天成本顶不住。",
    "object": "喷雾干燥塔",
    "function": "降低单位产品耗气量",
    "indicators": [
        {"name": "单位蒸发量耗气", "comparator": "le", "high": "85.5", "unit": "立方米/吨", "current": "120"},
        {"name": "成品含水率", "comparator": "range", "low": "4", "high": "5", "unit": "%"},
    ],
    "constraints": "厂房不能加高",
    "deadline": "2031-05-01",
    "budget_min": "100000",
    "budget_max": "250000.55",
    "ip_ownership": "shared",
    "contact_name": "某人",
    "contact_phone": "0471-1234567",
    "consent_publish": True,
    "grade": "L2",
    "field": "energy",
    "industry": "绿色农畜产品加工",
    "region": "150105",
    "keywords": ["烘干", "节能"],
}


@pytest.fixture(autouse=True)
def terms(db: None) -> None:
    for scheme, code, zh in (
        ("field", "energy", "新能源与节能"), ("industry", "agrifood", "绿色农畜产品加工"), ("region", "150105", "赛罕区"),
    ):  # fmt: skip
        Term.objects.create(scheme=scheme, code=code, name_zh=zh, name_en=code, pack="test")


def test_what_is_saved_comes_back(people: Any) -> None:
    need = need_save(actor=people.owner, record=RECORD)
    shown = need_record(Need.objects.get(pk=need.pk))
    for name in set(RECORD) - {"indicators", "industry"}:
        assert shown[name] == RECORD[name], name
    assert shown["industry"] == "agrifood"  # a name is as good as its code
    assert (need.budget_min, need.budget_max) == (10_000_000, 25_000_055)
    first, second = need.indicators.all()
    assert (first.high, first.low, first.current) == (Decimal("85.5"), None, "120")
    assert (second.low, second.high) == (4, 5)
    assert shown["organisation"] == people.owner.organisation.name
    assert Event.objects.filter(verb="need.created").count() == 1


def test_a_record_read_out_and_saved_again_changes_nothing(people: Any) -> None:
    need = need_save(actor=people.owner, record=RECORD)
    before = need_record(Need.objects.get(pk=need.pk))
    need_save(actor=people.owner, record=without_read_only(before), need=need)
    assert need_record(Need.objects.get(pk=need.pk)) == before


def test_what_a_change_leaves_out_stays(people: Any) -> None:
    need = need_save(actor=people.owner, record=RECORD)
    need_save(actor=people.owner, record={"title": "新名称"}, need=need)
    saved = Need.objects.get(pk=need.pk)
    assert (saved.title, saved.object, saved.indicators.count()) == ("新名称", "喷雾干燥塔", 2)


def test_indicators_as_text_replace_the_structured_ones(people: Any) -> None:
    need = need_save(actor=people.owner, record=RECORD)
    need_save(actor=people.owner, record={"indicators_text": "吨水处理成本 ≤ 200 元/吨(现状 260)"}, need=need)
    (only,) = need.indicators.all()
    assert (only.name, only.comparator, only.high, only.unit, only.current) == (
        "吨水处理成本",
        "le",
        200,
        "元/吨",
        "260",
    )


BAD = [
    ({"title": ""}, "title"),
    ({"problem": None}, "problem"),
    ({"title": "长" * 121}, "title"),
    ({"budget_min": "3e5"}, "budget_min"),
    ({"budget_min": "1.005"}, "budget_min"),
    ({"budget_min": "-1"}, "budget_min"),
    ({"budget_min": "300000"}, ""),  # above the upper bound
    ({"deadline": "2031-02-30"}, "deadline"),
    ({"deadline": "someday"}, "deadline"),
    ({"grade": "L9"}, "grade"),
    ({"contact_email": "nobody"}, "contact_email"),
    ({"field": "alchemy"}, ""),
    ({"organisation": "别人的厂"}, ""),
    ({"unknown": 1}, ""),
    ({"indicators": "many"}, ""),
    ({"indicators": [{"comparator": "le"}]}, ""),
    ({"indicators": [{"name": "x", "comparator": "le", "high": "NaN"}]}, ""),
    ({"indicators": [{"name": "x", "comparator": "range", "low": "5", "high": "4"}]}, ""),
    ({"indicators": [{"name": "x", "comparator": "le", "high": "1"}] * 31}, ""),
    ({"indicators_text": "没有数字", "indicators": None}, ""),
    ({"title": "a\x00b"}, "title"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_a_fault_is_told_in_both_languages_and_nothing_is_saved(
    people: Any, change: dict[str, Any], field: str
) -> None:
    before = Event.objects.count()
    with pytest.raises(InputError) as caught:
        need_save(actor=people.owner, record=RECORD | change)
    assert (Need.objects.count(), Indicator.objects.count(), Event.objects.count()) == (0, 0, before)
    assert field in ("", caught.value.where.get("name"))
    for language in ("zh", "en"):
        assert "{" not in caught.value.sentence(language)


@pytest.mark.parametrize("change", [change for change, _ in BAD])
def test_a_faulty_change_leaves_the_need_as_it_was(people: Any, change: dict[str, Any]) -> None:
    need = need_save(actor=people.owner, record=RECORD)
    before = need_record(Need.objects.get(pk=need.pk))
    with pytest.raises(InputError):
        need_save(actor=people.owner, record=change, need=need)
    assert need_record(Need.objects.get(pk=need.pk)) == before


def test_state_secrets_are_refused_with_the_reason(people: Any) -> None:
    for name in ("title", "problem", "constraints", "abstract", "keywords"):
        text = "密级:绝密★ 某型号装备"
        with pytest.raises(InputError) as caught:
            need_save(actor=people.owner, record=RECORD | {name: [text] if name == "keywords" else text})
        assert "secret" in caught.value.code
    assert not Need.objects.exists()


SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60), st.lists(st.text(max_size=5), max_size=3),
    st.sampled_from(["le", "range", "1", "-1", "1e999", "NaN", "2031-01-01", "L3", "energy", "\ud800", "9" * 40, "绝密"]),
)  # fmt: skip
ROWS = st.lists(
    st.dictionaries(st.sampled_from(["name", "comparator", "low", "high", "unit", "current", "x"]), SCALARS),
    max_size=3,
)
RECORDS = st.dictionaries(
    st.one_of(st.sampled_from([column.name for column in NEED.columns]), st.text(max_size=5)),
    st.one_of(SCALARS, ROWS, st.dictionaries(st.text(max_size=3), SCALARS, max_size=2)),
    max_size=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(record=RECORDS)
def test_whatever_comes_in_is_saved_or_refused_with_a_sentence(people: Any, record: dict[str, Any]) -> None:
    count, refusal = Need.objects.count(), None
    try:
        saved = need_save(actor=people.owner, record={"title": "题", "problem": "问"} | record)
    except TuweiError as error:
        refusal = error
    if refusal is None:
        assert need_record(Need.objects.get(pk=saved.pk))["id"] == str(saved.pk)
    else:
        assert refusal.sentence("zh")
        assert refusal.sentence("en")
        assert Need.objects.count() == count


def test_who_may_save(people: Any, make_need: Any) -> None:
    need = make_need(owner=people.owner, state="published")
    for actor, error in ((people.stranger, AccessError), (people.researcher, AccessError)):
        with pytest.raises(error):
            need_save(actor=actor, record={"title": "别人的"}, need=need)
    draft = make_need(owner=people.owner)
    for actor in (people.stranger, people.officer, people.commissioner):
        with pytest.raises(MissingError):
            need_save(actor=actor, record={"title": "别人的"}, need=draft)
    assert need_save(actor=people.colleague, record={"title": "同事改"}, need=draft).title == "同事改"


def test_only_some_roles_enter_for_other_organisations(people: Any) -> None:
    theirs = RECORD | {"organisation": people.owner.organisation.name}
    assert need_save(actor=people.commissioner, record=theirs).organisation == people.owner.organisation
    with pytest.raises(InputError):
        need_save(actor=people.stranger, record=theirs)


def test_after_a_contract_the_text_stands(people: Any, make_need: Any) -> None:
    need = make_need(owner=people.owner, state="contracted")
    with pytest.raises(ConflictError):
        need_save(actor=people.owner, record={"title": "改"}, need=need)


def test_a_published_need_may_not_be_emptied(people: Any) -> None:
    need = need_save(actor=people.owner, record=RECORD)
    Need.objects.filter(pk=need.pk).update(state="published")
    emptied = {
        name: None
        for name in RECORD
        if name not in ("title", "problem", "grade", "field", "industry", "region")
    }
    with pytest.raises(ConflictError, match=r"need\.would_be_unclear"):
        need_save(actor=people.owner, record=emptied | {"problem": "费气"}, need=need)
    assert Need.objects.get(pk=need.pk).object == RECORD["object"]


def test_a_change_to_what_is_public_reaches_the_index_and_the_owner(people: Any) -> None:
    need = need_save(actor=people.owner, record=RECORD)
    assert not Touched.objects.exists()
    Need.objects.filter(pk=need.pk).update(state="published")
    need_save(actor=people.officer, record={"title": "更清楚的名称"}, need=need)
    assert Touched.objects.filter(listing_id=need.pk).exists()
    assert Notification.objects.filter(user=people.owner, event__verb="need.changed").exists()
