"""Achievements: entered with claims, reviewed, published, shown; organisations and the region; who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tuwei.core.errors import AccessError, ConflictError, InputError, MissingError
from tuwei.web.accounts.models import Organisation
from tuwei.web.accounts.services.organisations import organisation_change
from tuwei.web.base.models import Event
from tuwei.web.market.forms.achievement import ip_rows
from tuwei.web.market.models import Achievement, Claim, Figure, NeedView, Term, Touched
from tuwei.web.market.selectors import achievements as selectors
from tuwei.web.market.selectors import region
from tuwei.web.market.selectors.records_achievement import achievement_record
from tuwei.web.market.services.achievements import achievement_move, achievement_save

pytestmark = pytest.mark.django_db
CLAIM = {
    "quantity": "节水率",
    "comparator": "ge",
    "low": "30",
    "unit": "%",
    "baseline": "漫灌",
    "conditions": "滴灌覆膜",
}


def posted(*claims: dict[str, str], **values: Any) -> dict[str, Any]:
    """What a browser sends for the form."""
    data: dict[str, Any] = {
        "title": "膜下滴灌", "text": "节水增产。", "level": "unrated", "claims-TOTAL_FORMS": str(len(claims)),
        "claims-INITIAL_FORMS": "0", **values,
    }  # fmt: skip
    for at, claim in enumerate(claims):
        row = {"comparator": "ge", "evidence_state": "claimed", **claim}
        data |= {f"claims-{at}-{name}": value for name, value in row.items()}
    return data


def test_the_form_keeps_everything_it_asks_for(people: Any, sign_in: Any) -> None:
    Term.objects.create(scheme="field", code="bio", name_zh="生物", name_en="Biology", pack="t")
    data = posted(
        {"quantity": "节水率", "value": "30.5", "unit": "%", "baseline": "漫灌", "conditions": "覆膜", "evidence": "大田试验", "evidence_state": "documented"},
        {"quantity": "温度", "comparator": "range", "value": "45", "high": "60", "unit": "℃"},
        {"quantity": "耗电", "comparator": "le", "value": "12"},
        {"quantity": "不要了", "value": "1", "DELETE": "on"},
        {},
        people="张三、李四", keywords="滴灌,节水", ip_text="发明专利 ZL2021 已授权\n软件著作权 2022SR1", trl="6",
        trl_evidence="检测报告", cooperation=["license", "develop"], price_min="12.5万", price_max="300000", field="bio",
        start_month="2021-03", end_month="2023-11", right_to_dispose="own", stage="pilot",
    )  # fmt: skip
    answer = sign_in(people.researcher).post(reverse("market:achievement-new"), data)
    assert answer.status_code == 302, answer.content.decode()
    made = Achievement.objects.get()
    assert answer["Location"] == reverse("market:achievement", args=[made.pk])
    record = achievement_record(made)
    assert record["claims"][0] == {
        "quantity": "节水率", "comparator": "ge", "low": "30.5", "high": None, "unit": "%", "baseline": "漫灌",
        "conditions": "覆膜", "evidence": "大田试验", "evidence_state": "documented",
    }  # fmt: skip
    assert [(row["low"], row["high"]) for row in record["claims"][1:]] == [("45", "60"), (None, "12")]
    assert (record["people"], record["keywords"], record["trl"]) == (["张三", "李四"], ["滴灌", "节水"], 6)
    assert record["ip"][0] == {"kind": "发明专利", "number": "ZL2021", "status": "已授权"}
    assert (record["price_min"], record["price_max"], record["start_month"]) == (
        "125000",
        "300000",
        "2021-03",
    )
    assert (made.state, made.owner, made.organisation) == (
        "draft",
        people.researcher,
        people.researcher.organisation,
    )
    # and shows the same when opened again
    page = sign_in(people.researcher).get(reverse("market:achievement-edit", args=[made.pk])).content.decode()
    for text in ("30.5", "张三、李四", "发明专利 ZL2021 已授权", "2021-03", 'value="60"'):
        assert text in page
    assert page.count('class="claim-row"') == 4


@pytest.mark.parametrize(
    ("claims", "values"),
    [
        ([], {"title": ""}),
        ([], {"title": "长" * 121}),
        ([], {"trl": "10"}),
        ([], {"trl": "六"}),
        ([], {"start_month": "2024-13"}),
        ([], {"start_month": "2024-05", "end_month": "2024-04"}),
        ([], {"price_min": "很多"}),
        ([], {"price_min": "200", "price_max": "100"}),
        ([], {"field": "no-such"}),
        ([], {"cooperation": ["steal"]}),
        ([], {"organisation": "别人的单位"}),
        ([{"quantity": "节水率"}], {}),
        ([{"quantity": "节水率", "value": "三十"}], {}),
        ([{"quantity": "节水率", "value": "1e400"}], {}),
        ([{"quantity": "节水率", "value": "NaN"}], {}),
        ([{"value": "30"}], {}),
        ([{"quantity": "温度", "comparator": "range", "value": "60", "high": "45"}], {}),
        ([{"quantity": "温度", "comparator": "range", "value": "60"}], {}),
        ([{"quantity": "节水率", "value": "30", "evidence_state": "reproduced"}], {}),
        ([{"quantity": "节水率", "value": "30", "comparator": "≥"}], {}),
        ([{"quantity": "项", "value": "1"}] * 31, {}),
        ([], {"claims-TOTAL_FORMS": "x"}),
        ([], {"claims-TOTAL_FORMS": "99999999"}),
    ],
)
def test_bad_input_is_told_and_nothing_is_saved(
    claims: list[dict[str, str]], values: dict[str, Any], people: Any, sign_in: Any
) -> None:
    data = {**posted(*claims), **values}
    answer = sign_in(people.researcher).post(reverse("market:achievement-new"), data)
    if values.get("claims-TOTAL_FORMS") == "99999999":  # rows that were never filled in: none of them is kept
        assert Claim.objects.count() == 0
        return
    assert answer.status_code == 422
    assert "没有保存" in answer.content.decode()
    assert not Achievement.objects.exists()


def test_a_row_is_added_without_a_script_and_nothing_typed_is_lost(people: Any, sign_in: Any) -> None:
    data = posted({"quantity": "节水率", "value": "三十"}, add_row="1", title="")
    body = sign_in(people.researcher).post(reverse("market:achievement-new"), data).content.decode()
    assert body.count('class="claim-row"') == 2
    assert 'value="三十"' in body
    assert "field-error" not in body
    assert not Achievement.objects.exists()
    for total in ("x", "²", "", "-1", "999999999999"):
        answer = sign_in(people.researcher).post(
            reverse("market:achievement-new"), {**data, "claims-TOTAL_FORMS": total}
        )
        assert answer.status_code == 200


def test_a_row_is_added_by_htmx(people: Any, sign_in: Any) -> None:
    client = sign_in(people.researcher)
    body = client.get(reverse("market:claim-row"), {"claims-TOTAL_FORMS": "2"}).content.decode()
    assert 'name="claims-2-quantity"' in body
    assert 'value="3" hx-swap-oob="true"' in body
    assert client.get(reverse("market:claim-row"), {"claims-TOTAL_FORMS": "30"}).content == b""


def test_from_draft_to_the_list_and_back(people: Any, sign_in: Any, client: Any) -> None:
    made = achievement_save(
        actor=people.researcher, record={"title": "膜下滴灌", "text": "节水。", "claims": [CLAIM]}
    )
    url = reverse("market:achievement", args=[made.pk])

    def step(person: Any, verb: str, **data: str) -> int:
        return int(
            sign_in(person).post(reverse("market:achievement-step", args=[made.pk, verb]), data).status_code
        )

    assert client.get(url).status_code == 404
    assert sign_in(people.officer).get(url).status_code == 404  # other people's drafts
    assert step(people.researcher, "publish") == 403
    assert step(people.researcher, "submit") == 302
    queue = sign_in(people.officer).get(reverse("market:reviewing")).content.decode()
    assert "膜下滴灌" in queue
    step(people.officer, "return")
    assert Achievement.objects.get().state == "submitted"  # a reason is needed
    step(people.officer, "return", reason="请补充对照")
    assert Achievement.objects.get().state == "draft"
    step(people.researcher, "submit")
    assert step(people.officer, "publish") == 302
    client.logout()
    body = client.get(url).content.decode()
    for text in ("节水率", "≥ 30 %", "漫灌", "滴灌覆膜", "自述"):
        assert text in body
    assert "请补充对照" not in body  # the history is for those who work on it
    assert "膜下滴灌" in client.get(reverse("market:achievements")).content.decode()
    assert Touched.objects.filter(kind="achievement", listing_id=made.pk).exists()
    step(people.officer, "withdraw", reason="所有人要求")
    client.logout()
    assert client.get(url).status_code == 404
    verbs = [event.verb for event in Event.objects.filter(object_type="achievement").order_by("id")]
    assert verbs == [
        "achievement.created", "achievement.submitted", "achievement.returned", "achievement.submitted",
        "achievement.published", "achievement.withdrawn",
    ]  # fmt: skip


def test_every_state_takes_only_its_own_steps(people: Any, make_achievement: Callable[..., Any]) -> None:
    assert set(selectors.LIFE_CYCLE) == set(Achievement.State.values)
    verbs = {verb for steps in selectors.LIFE_CYCLE.values() for verb in steps}
    assert verbs == set(selectors.STEPS)
    for state, steps in selectors.LIFE_CYCLE.items():
        for verb in verbs - set(steps):
            made = make_achievement(owner=people.admin, organisation=people.admin.organisation, state=state)
            with pytest.raises((ConflictError, AccessError, MissingError)):
                achievement_move(actor=people.admin, achievement=made, verb=verb, reason="试")
            made.refresh_from_db()
            assert made.state == state


def test_only_its_own_people_and_the_office_touch_an_achievement(
    people: Any, make_achievement: Callable[..., Any], sign_in: Any
) -> None:
    draft = make_achievement(owner=people.owner, state="draft")
    public = make_achievement(owner=people.owner)
    for name, expected in (
        ("owner", 200),
        ("colleague", 200),
        ("stranger", 403),
        ("researcher", 403),
        ("broker", 403),
    ):
        answer = sign_in(getattr(people, name)).get(reverse("market:achievement-edit", args=[public.pk]))
        assert answer.status_code == expected, name
    for name in ("stranger", "broker", "officer"):
        for url in ("market:achievement", "market:achievement-edit"):
            assert sign_in(getattr(people, name)).get(reverse(url, args=[draft.pk])).status_code == 404
        with pytest.raises(MissingError):
            achievement_save(actor=getattr(people, name), record={"title": "改"}, achievement=draft)
    for name in ("owner", "stranger", "broker"):
        assert sign_in(getattr(people, name)).get(reverse("market:reviewing")).status_code == 403


def test_a_claim_is_never_reproduced_because_its_author_says_so(people: Any) -> None:
    made = achievement_save(
        actor=people.researcher,
        record={"title": "t", "text": "t", "claims": [{**CLAIM, "evidence_state": "reproduced"}]},
    )
    assert made.claims.get().evidence_state == "claimed"


def test_claims_are_read_from_a_cell(people: Any) -> None:
    text = "节水率 ≥ 30 %(对照:漫灌,条件:滴灌覆膜,证据:两年大田试验);烘干温度 45–60 ℃"
    made = achievement_save(actor=people.researcher, record={"title": "t", "text": "t", "claims_text": text})
    first, second = achievement_record(made)["claims"]
    assert (first["quantity"], first["comparator"], first["low"], first["unit"]) == (
        "节水率",
        "ge",
        "30",
        "%",
    )
    assert (first["baseline"], first["conditions"], first["evidence"]) == ("漫灌", "滴灌覆膜", "两年大田试验")
    assert (second["comparator"], second["low"], second["high"]) == ("range", "45", "60")
    with pytest.raises(InputError):
        achievement_save(
            actor=people.researcher, record={"title": "t", "text": "t", "claims_text": "效果很好"}
        )


def test_a_claim_without_a_baseline_says_so(make_achievement: Callable[..., Any], client: Any) -> None:
    made = make_achievement()
    made.claims.create(quantity="增产", comparator="eq", low="31.5", high="31.5", unit="%")
    body = client.get(reverse("market:achievement", args=[made.pk])).content.decode()
    assert "未说明基准" in body
    assert "31.5 %" in body


def test_files_come_and_go(
    people: Any, make_achievement: Callable[..., Any], sign_in: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    made = make_achievement(owner=people.owner)
    client = sign_in(people.owner)
    url = reverse("market:achievement-file", args=[made.pk])
    client.post(url, {"file": SimpleUploadedFile("试验.txt", "两年大田试验".encode())})
    file = made.attachments.get()
    assert "试验.txt" in client.get(reverse("market:achievement", args=[made.pk])).content.decode()
    body = client.post(url, {"file": SimpleUploadedFile("a.exe", b"MZ")}, follow=True).content.decode()
    assert "alert-danger" in body
    assert sign_in(people.stranger).post(url, {"file": SimpleUploadedFile("b.txt", b"b")}).status_code == 403
    answer = sign_in(people.stranger).get(reverse("market:attachment", args=[file.pk]))
    assert b"".join(answer.streaming_content).decode() == "两年大田试验"
    sign_in(people.owner).post(reverse("market:attachment-remove", args=[file.pk]))
    assert not made.attachments.exists()


def test_patents_are_read_line_by_line() -> None:
    assert ip_rows("\n发明专利 ZL2021 已授权 有效\n软著") == [
        {"kind": "发明专利", "number": "ZL2021", "status": "已授权 有效"}, {"kind": "软著", "number": "", "status": ""},
    ]  # fmt: skip


def test_my_achievements_are_mine_and_my_colleagues(
    people: Any, make_achievement: Callable[..., Any], sign_in: Any
) -> None:
    make_achievement(owner=people.owner, state="draft", title="本单位草稿")
    for person, seen in ((people.owner, True), (people.colleague, True), (people.stranger, False)):
        body = sign_in(person).get(reverse("market:my-achievements")).content.decode()
        assert ("本单位草稿" in body) is seen


# --- organisations --------------------------------------------------------------------------------------------------


def test_whose_a_need_is_opens_at_l2_and_is_logged(
    people: Any, make_need: Callable[..., Any], make_user: Callable[..., Any], sign_in: Any, client: Any
) -> None:
    make_need(owner=people.owner, state="published", grade=1, title="只到 L1 的难题")
    told = make_need(owner=people.owner, state="published", grade=2, title="到 L2 的难题")
    url = reverse("market:organisation", args=[people.owner.organisation_id])
    assert "难题" not in client.get(url).content.decode()
    assert "难题" not in sign_in(people.stranger).get(url).content.decode()
    checked = make_user(identity=True)
    body = sign_in(checked).get(url).content.decode()
    assert "到 L2 的难题" in body
    assert "只到 L1" not in body
    assert list(NeedView.objects.values_list("need", "user")) == [(told.pk, checked.pk)]
    assert "只到 L1" in sign_in(people.colleague).get(url).content.decode()
    assert NeedView.objects.count() == 1


def test_members_edit_officers_verify_strangers_neither(
    people: Any, sign_in: Any, make_organisation: Callable[..., Any]
) -> None:
    own = people.owner.organisation
    url = reverse("market:organisation-edit", args=[own.pk])
    assert sign_in(people.stranger).get(url).status_code == 403
    answer = sign_in(people.colleague).post(
        url, {"intro": "<b>做滴灌带</b>", "website": "example.org", "name": "改名"}
    )
    assert answer.status_code == 302
    own.refresh_from_db()
    assert (own.intro, own.website, own.name) == ("<b>做滴灌带</b>", "https://example.org", "甲厂")
    body = sign_in(people.stranger).get(reverse("market:organisation", args=[own.pk])).content.decode()
    assert "&lt;b&gt;做滴灌带" in body
    assert sign_in(people.colleague).post(url, {"website": "javascript:alert(1)"}).status_code == 422
    with pytest.raises(InputError):
        organisation_change(actor=people.owner, organisation=own, values={"website": "javascript:alert(1)"})
    new = make_organisation(verified=False)
    verify = reverse("market:organisation-verify", args=[new.pk])
    assert sign_in(people.stranger).post(verify).status_code == 403
    assert sign_in(people.officer).post(verify).status_code == 302
    assert Organisation.objects.get(pk=new.pk).verified
    assert list(Event.objects.values_list("verb", flat=True).order_by("id")) == [
        "organisation.changed",
        "organisation.verified",
    ]


def test_names_of_people_are_for_those_who_signed_in(
    people: Any, make_achievement: Callable[..., Any], sign_in: Any, client: Any
) -> None:
    achievement_save(actor=people.researcher, record={"title": "t", "text": "t", "people": ["王小明"]})
    url = reverse("market:organisation", args=[people.researcher.organisation_id])
    assert "王小明" not in client.get(url).content.decode()
    assert "王小明" in sign_in(people.stranger).get(url).content.decode()


# --- home and region ------------------------------------------------------------------------------------------------


@pytest.fixture
def figures(settings: Any) -> None:
    settings.PACK = "t"
    common = {
        "pack": "t",
        "period": "2023",
        "source_zh": "某报告",
        "source_en": "A report",
        "published": "2024",
    }
    Figure.objects.create(
        code="a",
        name_zh="企业数",
        name_en="Firms",
        value="1533",
        unit="家",
        comparator="gt",
        note="说明甲",
        **common,
    )
    Figure.objects.create(code="b", name_zh="资金", name_en="Funds", value="7.45", unit="亿元", **common)


def test_every_figure_stands_with_its_period_and_source(figures: None, client: Any) -> None:
    for name in ("home", "market:region"):
        body = client.get(reverse(name)).content.decode()
        for text in ("企业数", "7.45 亿元", "2023", "某报告"):
            assert text in body, (name, text)
        assert "533 家" in body
    body = client.get(reverse("market:region"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "A report" in body
    assert "Firms" in body


def test_home_and_region_stand_on_an_empty_database(client: Any) -> None:
    for name in ("home", "market:region", "market:needs", "market:achievements", "market:search"):
        for language in ("zh-hans", "en"):
            assert client.get(reverse(name), HTTP_ACCEPT_LANGUAGE=language).status_code == 200


@pytest.mark.parametrize("role", ["owner", "researcher", "broker", "commissioner", "officer", "admin"])
def test_home_points_each_role_to_its_work(role: str, people: Any, sign_in: Any) -> None:
    body = sign_in(getattr(people, role)).get(reverse("home")).content.decode()
    own = {
        "broker": "deals:desk",
        "commissioner": "market:clarifying",
        "officer": "market:reviewing",
        "admin": "market:reviewing",
    }
    start = body[body.index('id="begin"') :]
    assert reverse(own.get(role, "market:need-new")) in start
    assert reverse("accounts:signup") not in start


def test_the_map_keeps_places_apart_and_counts_what_is_inside(make_achievement: Callable[..., Any]) -> None:
    rows = [("1", "", 40.8, 111.7), *((f"1{at}", "1", 40.80 + at / 1000, 111.70) for at in range(6))]
    Term.objects.bulk_create(
        [
            Term(
                scheme="region",
                code=code,
                parent=parent,
                lat=lat,
                lon=lon,
                name_zh=f"很长的地名{code}",
                name_en=code,
                pack="t",
            )
            for code, parent, lat, lon in rows
        ]
    )
    make_achievement(region="11")
    names = {code: f"很长的地名{code}" for code, *_ in rows}
    (drawn,) = region.maps(region.places(), names)
    assert drawn.code == "1"
    for at, one in enumerate(drawn.points):
        assert one.x - one.radius >= 0
        assert one.y + one.radius <= drawn.height
        for other in drawn.points[at + 1 :]:
            apart_x = (region._width(one, names) + region._width(other, names)) / 2 - abs(one.x - other.x)
            apart_y = one.radius + other.radius + region.LINE - abs(one.y - other.y)
            assert apart_x <= 2 or apart_y <= 2
    assert {point.code: point.achievements for point in drawn.points}["11"] == 1
