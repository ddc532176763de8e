"""The broker's desk: take up, judge, contact, schedule, close; and who may not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import AccessError, ConflictError, InputError, MissingError
from tuwei.web.base.models import Event, Job, Notification
from tuwei.web.deals import selectors, services
from tuwei.web.deals.models import Candidate, Case
from tuwei.web.market.models import NeedView
from tuwei.web.market.selectors import indexed, matching

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    indexed._open.clear()
    return tmp_path


@pytest.fixture
def published(make_need: Callable[..., Any], people: Any) -> Any:
    return make_need(owner=people.enterprise, state="published", grade=2)


@pytest.fixture
def found(make_achievement: Callable[..., Any]) -> list[Any]:
    """Three achievements, indexed; the first is about the same thing as the need."""
    rows = [
        make_achievement(title="粮食烘干余热回收技术", text="回收烘干机余热,天然气消耗降至 55 立方米/吨。"),
        make_achievement(title="马铃薯晚疫病预警", text="根据气象数据预测病害。", field="bio"),
        make_achievement(title="奶牛发情监测项圈", text="加速度传感器。", field="it"),
    ]
    indexed.build("achievement", indexed.records("achievement"))
    return rows


@pytest.fixture
def case(people: Any, published: Any, found: list[Any]) -> Case:
    return services.case_take(actor=people.broker, need=published)


def test_taking_up_lists_the_best_matches_and_tells_the_owner(
    case: Case, people: Any, found: list[Any]
) -> None:
    first = selectors.candidates(selectors.graded(people.broker, [case])[0])[0]
    assert first.achievement == found[0]
    assert first.rank == 1
    assert any("烘干" in str(reason.get("words")) for reason in first.why)
    case.need.refresh_from_db()
    assert case.need.state == "matched"
    assert Notification.objects.filter(user=people.enterprise, event__verb="case.taken").exists()


def test_a_need_is_taken_up_once_by_each_broker(
    case: Case, people: Any, make_user: Callable[..., Any]
) -> None:
    with pytest.raises(ConflictError):
        services.case_take(actor=people.broker, need=case.need)
    services.case_take(actor=make_user(role="broker"), need=case.need)
    assert case.need.cases.count() == 2


@pytest.mark.parametrize("role", ["enterprise", "researcher", "commissioner", "officer", "admin", "stranger"])
def test_only_brokers_take_up(role: str, people: Any, published: Any, found: list[Any]) -> None:
    with pytest.raises((AccessError, MissingError)):
        services.case_take(actor=getattr(people, role), need=published)


def test_a_verdict_is_kept_with_its_reason_and_history(case: Case, people: Any) -> None:
    candidate = case.candidates.first()
    assert candidate is not None
    services.verdict_set(actor=people.broker, candidate=candidate, verdict=3, reason="同一工段")
    services.verdict_set(actor=people.broker, candidate=candidate, verdict=1)
    candidate.refresh_from_db()
    assert candidate.verdict == 1
    grades = [event.after["grade"] for event in Event.objects.filter(verb="case.verdict").order_by("id")]
    assert grades == [3, 1]
    with pytest.raises(InputError):
        services.verdict_set(actor=people.broker, candidate=candidate, verdict=4)


def test_refreshing_keeps_what_was_judged(case: Case, people: Any, found: list[Any]) -> None:
    judged = case.candidates.get(achievement=found[0])
    services.verdict_set(actor=people.broker, candidate=judged, verdict=2)
    services.candidates_refresh(actor=people.broker, case=case)
    judged.refresh_from_db()
    assert judged.verdict == 2
    assert case.candidates.filter(achievement=found[0]).count() == 1


def test_contact_talks_and_contract_move_the_need(case: Case, people: Any) -> None:
    candidate = case.candidates.first()
    assert candidate is not None
    services.contact_record(actor=people.broker, candidate=candidate, kind="phone", text="对方愿意来厂")
    case.need.refresh_from_db()
    assert case.need.state == "in_contact"
    services.case_talk(actor=people.broker, case=case)
    case.need.refresh_from_db()
    assert case.need.state == "negotiating"
    services.case_win(actor=people.broker, case=case)
    case.need.refresh_from_db()
    assert case.need.state == "contracted"
    with pytest.raises(ConflictError):
        services.note_add(actor=people.broker, case=case, kind="note", text="晚了")


def test_giving_up_needs_a_reason(case: Case, people: Any) -> None:
    with pytest.raises(InputError):
        services.case_lose(actor=people.broker, case=case, reason="  ")
    services.case_lose(actor=people.broker, case=case, reason="价格谈不拢")
    case.refresh_from_db()
    assert (case.state, case.lost_reason) == ("lost", "价格谈不拢")


def test_what_is_late_comes_first(
    case: Case, people: Any, make_need: Callable[..., Any], found: list[Any]
) -> None:
    other = services.case_take(actor=people.broker, need=make_need(state="published", grade=2))
    services.next_step_set(
        actor=people.broker, case=other, step="回访", on=timezone.localdate() - timedelta(days=1)
    )
    assert list(selectors.queue(people.broker)) == [other, case]
    assert list(selectors.late(selectors.queue(people.broker))) == [other]


def test_another_broker_sees_nothing_of_the_case(
    case: Case, people: Any, make_user: Callable[..., Any], client: Any
) -> None:
    client.force_login(make_user(role="broker"))
    candidate = case.candidates.first()
    assert candidate is not None
    assert client.get(reverse("deals:case", args=[case.pk])).status_code == 404
    assert client.post(reverse("deals:verdict", args=[candidate.pk]), {"verdict": 3}).status_code == 404
    candidate.refresh_from_db()
    assert candidate.verdict is None


def test_pages_render_and_views_are_logged(case: Case, people: Any, client: Any) -> None:
    client.force_login(people.broker)
    for name, args in (("desk", []), ("case", [case.pk]), ("compare", [case.pk]), ("closed", [])):
        assert client.get(reverse(f"deals:{name}", args=args)).status_code == 200
    assert NeedView.objects.filter(need=case.need, user=people.broker, channel="desk").exists()


def test_posting_through_the_pages(case: Case, people: Any, found: list[Any], client: Any) -> None:
    client.force_login(people.broker)
    candidate = case.candidates.first()
    assert candidate is not None
    answer = client.post(
        reverse("deals:verdict", args=[candidate.pk]),
        {"verdict": 2, "reason": "待核"},
        HTTP_HX_REQUEST="true",
    )
    assert answer.status_code == 200
    assert "已保存" in answer.content.decode()
    client.post(reverse("deals:note", args=[case.pk]), {"kind": "visit", "text": "到厂看过"})
    client.post(reverse("deals:next-step", args=[case.pk]), {"step": "寄样", "on": "2027-01-05"})
    url = reverse("market:achievement", args=[found[2].pk])
    client.post(reverse("deals:add", args=[case.pk]), {"achievement": f"http://testserver{url}"})
    case.refresh_from_db()
    assert case.next_date == date(2027, 1, 5)
    assert case.notes.get().text == "到厂看过"
    assert case.candidates.filter(achievement=found[2]).exists()
    bad = client.post(reverse("deals:note", args=[case.pk]), {"kind": "visit", "text": ""})
    assert bad.status_code == 422


def test_verdicts_leave_as_training_data_for_officers_only(case: Case, people: Any, client: Any) -> None:
    candidate = case.candidates.first()
    assert candidate is not None
    services.verdict_set(actor=people.broker, candidate=candidate, verdict=3)
    client.force_login(people.broker)
    assert client.get(reverse("deals:verdicts")).status_code == 403
    client.force_login(people.officer)
    lines = b"".join(client.get(reverse("deals:verdicts")).streaming_content).decode().splitlines()
    line = json.loads(lines[0])
    assert (line["need"], line["achievement"], line["level"]) == (
        str(case.need_id), str(candidate.achievement_id), 3,
    )  # fmt: skip


def test_reasons_never_quote_what_the_reader_may_not_see(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    """The ranking reads the secret word; a stranger's reasons must not."""
    need = make_need(
        owner=people.enterprise, state="published", grade=1, title="降低成本", abstract="一家企业想降低成本",
        problem="鹅膏蕈烘干塔漏风", keywords=[],
    )  # fmt: skip
    hit = make_achievement(title="鹅膏蕈烘干塔密封", text="解决鹅膏蕈烘干塔漏风。")
    make_achievement(title="别的", text="无关内容")
    indexed.build("achievement", indexed.records("achievement"))
    stranger = matching.achievements_for(user=people.stranger, need=need, filters={})
    assert stranger[0].listing == hit
    assert "鹅膏蕈" not in json.dumps([match.why for match in stranger], ensure_ascii=False)
    assert "鹅膏蕈" not in "".join(match.zh + match.en for match in stranger)
    owner = matching.achievements_for(user=people.enterprise, need=need, filters={})
    assert "鹅膏蕈" in owner[0].zh


def test_what_would_lift_an_achievement_is_told_among_those_shown_and_not_to_strangers(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    need = make_need(
        owner=people.enterprise, state="published", grade=1, title="烘干塔节气", abstract="想省气",
        problem="烘干塔漏风费气", budget_max=5_000_000, keywords=[],
    )  # fmt: skip
    make_achievement(
        title="烘干塔密封节气", text="烘干塔漏风费气。", state="draft"
    )  # the best, seen by nobody here
    for price in (9_000_000, 4_000_000):
        make_achievement(title="烘干塔节气", text="烘干塔漏风。", price_min=price)
    indexed.build("achievement", indexed.records("achievement"))
    owner = matching.achievements_for(user=people.enterprise, need=need, filters={})
    assert [match.listing.price_min for match in owner] == [4_000_000, 9_000_000]
    assert owner[0].would == []
    assert [(one["kind"], one["rank"]) for one in owner[1].would] == [("budget", 1)]
    assert "可排第 1（现为第 2）" in owner[1].zh
    stranger = matching.achievements_for(user=people.stranger, need=need, filters={})
    assert stranger[1].listing == owner[1].listing
    assert stranger[1].would == []
    assert "可排第" not in stranger[1].zh
    assert "5万元" not in "".join(match.zh for match in stranger)


def test_order_and_levels_are_the_same_for_every_reader(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    """The problem alone, which a stranger may not read, lifts the first result above the rest."""
    need = make_need(
        owner=people.enterprise, state="published", grade=1, title="降低成本", abstract="一家企业想降低成本",
        problem="鹅膏蕈烘干塔漏风，热风外泄", keywords=[],
    )  # fmt: skip
    make_achievement(title="鹅膏蕈烘干塔密封", text="鹅膏蕈烘干塔漏风，热风外泄。")
    make_achievement(title="烘干塔改造", text="烘干塔。", field="it")
    make_achievement(title="成本核算软件", text="降低成本。", field="bio")
    indexed.build("achievement", indexed.records("achievement"))
    read = [
        matching.achievements_for(user=user, need=need, filters={})
        for user in (people.enterprise, people.stranger, people.broker)
    ]
    owner, *others = [
        [(match.listing, match.rank, match.level, match.score) for match in row] for row in read
    ]
    assert owner[0][2] in ("strong", "fair")
    assert others == [owner, owner]
    assert read[1][0].zh.startswith(read[0][0].zh[:3])  # the sentence names the same level
    assert read[1][0].why != read[0][0].why


def test_for_an_achievement_the_needs_figures_are_the_requirement(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    need = make_need(owner=people.enterprise, state="published", grade=2, title="粮食烘干机费气")
    need.indicators.create(name="单位耗气", comparator="le", high=85, unit="立方米/吨")
    achievement = make_achievement(
        owner=people.researcher, title="粮食烘干机余热回收", text="回收烘干机余热，产量提高10%以上。"
    )
    indexed.build("need", indexed.records("need"))
    [match] = matching.needs_for(user=people.enterprise, achievement=achievement, filters={})
    assert [row["required"] for row in match.quantities] == ["单位耗气≤85立方米/吨"]


def test_a_touched_achievement_reaches_the_index(people: Any, make_achievement: Callable[..., Any]) -> None:
    from tuwei.web.base import jobs
    from tuwei.web.market.models import Touched
    from tuwei.web.market.services.indexing import touch

    rows = [make_achievement() for _ in range(5)]
    indexed.build("achievement", indexed.records("achievement"))
    rows[0].title = "量子罗盘"
    rows[0].save()
    rows[1].state = "withdrawn"
    rows[1].save()
    touch("achievement", [rows[0].pk, rows[1].pk])
    job = jobs.enqueue("match.refresh")
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    assert indexed.size("achievement") == 4
    index = indexed.opened("achievement")
    assert index is not None
    assert index.rank("量子罗盘")[0].achievement == str(rows[0].pk)
    assert not Touched.objects.exists()


def test_a_candidate_by_hand_has_no_rank_and_stays(case: Case, people: Any, found: list[Any]) -> None:
    Candidate.objects.filter(achievement=found[2]).delete()
    added = services.candidate_add(actor=people.broker, case=case, achievement=found[2])
    services.candidates_refresh(actor=people.broker, case=case)
    assert Candidate.objects.filter(pk=added.pk).exists()


def test_reasons_are_told_briefly(
    people: Any, make_need: Callable[..., Any], found: list[Any], client: Any
) -> None:
    need = make_need(owner=people.enterprise, state="published", grade=2)
    for name in ("换热面积", "停产天数"):
        need.indicators.create(name=name, comparator="le", high=3, unit="个")
    client.force_login(people.enterprise)
    page = client.get(reverse("market:need-matches", args=[need.pk])).content.decode()
    first = page[page.index('<ol class="match-list">') :].partition("</li>\n</ul>")[0]
    assert "换热面积≤3个 · 停产天数≤3个" in first
    assert "<table" not in page


def test_what_shows_no_relation_is_folded(case: Case, people: Any, found: list[Any], client: Any) -> None:
    for rank, (achievement, level) in enumerate(zip(found, ("none", "none", "strong"), strict=True), start=1):
        row = {"rank": rank, "level": level}
        case.candidates.update_or_create(achievement=achievement, defaults=row)
    client.force_login(people.broker)
    page = client.get(reverse("deals:case", args=[case.pk])).content.decode()
    opened = [
        " open" in part.partition("<details")[2].partition(">")[0] for part in page.split("<article")[1:]
    ]
    assert opened == [True, False, True]  # the first, whatever its level, and what is strong


def test_a_wrong_filter_is_named_and_the_others_stay(
    people: Any, make_need: Callable[..., Any], found: list[Any], client: Any
) -> None:
    need = make_need(owner=people.enterprise, state="published", grade=2)
    client.force_login(people.broker)
    address = reverse("market:need-matches", args=[need.pk])
    answer = client.get(address, {"budget": "abc", "trl": "9"})
    page = answer.content.decode()
    assert "这一项没有用来筛选" in page
    assert found[0].title not in page
    assert found[0].title in client.get(address, {"budget": "abc", "trl": "3"}).content.decode()
    partly = client.get(address, {"budget": "abc", "trl": "9"}, headers={"HX-Request": "true"})
    assert "这一项没有用来筛选" in partly.content.decode()
    assert found[0].title not in partly.content.decode()


def test_a_vague_need_is_matched_by_what_it_comes_to_and_its_readers_are_told(
    make_need: Callable[..., Any], make_achievement: Callable[..., Any], people: Any, client: Any
) -> None:
    answer = make_achievement(title="干燥尾气换热", text="降低燃气消耗,回收排风热量。")
    for title in ("马铃薯晚疫病预警", "奶牛发情监测项圈", "光伏组件清洗", "苜蓿种子加工"):
        make_achievement(title=title, text=title)
    indexed.build("achievement", indexed.records("achievement"))
    vague = {"title": "我们的烘干机太费气", "problem": "我们的烘干机太费气", "object": "", "function": ""}
    need = make_need(owner=people.owner, state="published", grade=1, abstract="", **vague)
    clear = make_need(
        owner=people.owner, state="published", grade=1, **{**vague, "object": "烘干机", "function": "节气"}
    )
    first = matching.achievements_for(user=people.broker, need=need, filters={})[0]
    assert first.listing == answer
    assert "燃气" in str(first.why)
    told = "匹配时按这样理解"
    assert told in client.get(reverse("market:need-matches", args=[need.pk])).content.decode()
    assert matching.understood(need, 0) == []
    assert matching.understood(clear, 3) == []


def test_the_broker_sees_whom_to_call_on_either_side_and_nobody_else_does(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any], client: Any
) -> None:
    told = {"contact_name": "王工", "contact_phone": "13900001111"}
    need = make_need(owner=people.enterprise, state="published", grade=1, **told)
    offered = make_achievement(owner=people.researcher, title="换热")
    case = services.case_take(actor=people.broker, need=need)
    services.candidate_add(actor=people.broker, case=case, achievement=offered)
    client.force_login(people.broker)
    page = client.get(reverse("deals:case", args=[case.pk])).content.decode()
    assert "王工" in page
    assert "13900001111" in page
    assert people.researcher.email in page
    address = reverse("market:achievement", args=[offered.pk])
    assert people.researcher.email in client.get(address).content.decode()
    for reader in (people.stranger, people.enterprise):
        client.force_login(reader)
        assert people.researcher.email not in client.get(address).content.decode()
    client.logout()
    assert people.researcher.email not in client.get(address).content.decode()
