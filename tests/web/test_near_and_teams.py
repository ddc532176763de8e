"""People and teams on a need's match page, near-duplicates on listings: each reader gets what they may see, no more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from tuwei.web.accounts.models import Person
from tuwei.web.market.models import Achievement, Need
from tuwei.web.market.selectors import duplicates, indexed, teams

pytestmark = pytest.mark.django_db

TEXT = (
    "采用闭环热泵回收粮食烘干机的尾气余热，预热进风。换热面配自动清灰，停产改造不超过十天。"
    "在日处理300吨的烘干塔上连续运行两个烘干季，吨粮天然气消耗由80立方米降到52立方米，"
    "粮食含水率均匀，爆腰率没有升高。适合北方粮库和加工厂的塔式烘干机改造。"
)
ROLES = ("owner", "colleague", "stranger", "researcher", "broker", "commissioner", "officer", "admin")


@pytest.fixture(autouse=True)
def index_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    indexed._open.clear()
    duplicates._open.clear()
    return tmp_path


def build() -> None:
    for kind in indexed.KINDS:
        indexed.build(kind, indexed.records(kind))
        duplicates.build(kind)


def told(user: Any, kind: str, listing: Any) -> list[duplicates.Near]:
    return duplicates.near(user, kind, [listing]).get(listing.pk, [])


@pytest.fixture
def copies(
    make_achievement: Callable[..., Any], people: Any, make_user: Any
) -> tuple[Achievement, Achievement]:
    """The owner's achievement, published earlier, and another organisation's with the same text."""
    now = timezone.now()
    first = make_achievement(
        owner=people.owner, title="烘干余热回收", text=TEXT, published_at=now - timedelta(days=30)
    )
    other = make_achievement(title="烘干尾气热泵", text=TEXT, published_at=now)
    make_achievement(title="马铃薯晚疫病预警", text="根据气象数据预测病害，提前三天给出喷药建议。")
    build()
    return first, other


def test_owner_broker_and_officer_are_told_of_a_copy_and_others_are_not(copies: Any, people: Any) -> None:
    first, other = copies
    who = {role for role in ROLES if told(getattr(people, role), "achievement", first)}
    assert who == {"owner", "colleague", "broker", "officer", "admin"}
    assert told(AnonymousUser(), "achievement", first) == []
    [near] = told(people.owner, "achievement", first)
    assert (near.listing, near.copied, near.first) == (other, True, "this")
    [near] = told(people.broker, "achievement", other)
    assert (near.listing, near.first) == (first, "other")


def test_the_page_names_the_copy_with_its_passage_in_both_languages(
    copies: Any, people: Any, sign_in: Callable[[Any], Any]
) -> None:
    first, other = copies
    address = reverse("market:achievement", args=[first.pk])
    page = sign_in(people.owner).get(address).content.decode()
    assert "疑似抄录" in page
    assert reverse("market:achievement", args=[other.pk]) in page
    assert "闭环热泵回收粮食烘干机" in page.partition("near-quote")[2]
    page = sign_in(people.owner).get(address, headers={"Accept-Language": "en"}).content.decode()
    assert "perhaps copied" in page
    assert "this one came first" in page
    assert "perhaps copied" not in sign_in(people.stranger).get(address).content.decode()


def test_a_withdrawn_copy_is_named_only_to_who_may_open_it(copies: Any, people: Any) -> None:
    """The signatures still hold it, the one access check does not let it through."""
    first, other = copies
    Achievement.objects.filter(pk=other.pk).update(state="draft")
    for role in ("owner", "broker", "officer"):
        seen = told(getattr(people, role), "achievement", first)
        assert seen == [], role


def test_one_organisation_repeating_itself_is_no_copy_and_figures_are_told(
    make_achievement: Callable[..., Any], people: Any, sign_in: Callable[[Any], Any]
) -> None:
    first = make_achievement(owner=people.owner, title="烘干余热回收", text=TEXT)
    make_achievement(owner=people.owner, title="烘干余热回收", text=TEXT.replace("52立方米", "47立方米"))
    build()
    [near] = told(people.owner, "achievement", first)
    assert (near.kind, near.copied, near.first) == ("figures", False, "")
    assert [(mine, theirs) for _, mine, theirs in near.figures] == [("52", "47")]
    page = sign_in(people.owner).get(reverse("market:achievement", args=[first.pk])).content.decode()
    assert "52 / 47" in page
    assert "疑似抄录" not in page


def test_the_officers_queue_marks_a_submitted_copy(
    copies: Any, make_achievement: Callable[..., Any], people: Any, sign_in: Callable[[Any], Any]
) -> None:
    first, _ = copies
    make_achievement(title="粮食烘干热泵改造", text=TEXT, state="submitted", published_at=None)
    page = sign_in(people.officer).get(reverse("market:reviewing")).content.decode()
    assert "疑似抄录" in page
    assert reverse("market:achievement", args=[first.pk]) in page


PROBLEM = TEXT.replace("采用", "希望")


@pytest.fixture
def needs(make_need: Callable[..., Any], people: Any) -> tuple[Need, Need]:
    """Two organisations' needs with the same text: the owner's open to its figures, the other's not."""
    open_one = make_need(owner=people.owner, state="published", grade=2, title="烘干省气", problem=PROBLEM)
    closed = make_need(owner=people.stranger, state="published", grade=1, title="烘干降耗", problem=PROBLEM)
    build()
    return open_one, closed


def test_a_need_is_named_only_to_who_reads_the_figures_of_both(needs: Any, people: Any) -> None:
    open_one, closed = needs
    assert told(people.owner, "need", open_one) == []  # may not read the other
    assert (
        told(people.stranger, "need", closed) == []
    )  # identity not checked: may not read the open one's figures
    people.stranger.identity_checked_at = timezone.now()
    people.stranger.save()
    assert [near.listing for near in told(people.stranger, "need", closed)] == [open_one]
    people.broker.identity_checked_at = timezone.now()
    people.broker.save()
    assert told(people.broker, "need", open_one) == []
    assert told(people.broker, "need", closed) == []
    assert [near.listing for near in told(people.officer, "need", open_one)] == [closed]


def test_a_draft_cannot_ask_a_hidden_need_for_its_words(
    needs: Any, make_need: Callable[..., Any], people: Any
) -> None:
    draft = make_need(owner=people.colleague, organisation=people.colleague.organisation, problem=PROBLEM)
    assert {near.listing for near in told(people.colleague, "need", draft)} == {needs[0]}  # their own firm's


def test_the_publishing_queue_marks_a_need_told_twice(
    needs: Any, make_need: Callable[..., Any], people: Any, sign_in: Callable[[Any], Any]
) -> None:
    make_need(state="verified", title="粮食烘干改造", problem=PROBLEM)
    page = sign_in(people.officer).get(reverse("market:publishing")).content.decode()
    assert "疑似抄录" in page


def test_without_signatures_or_with_damaged_ones_pages_open(
    make_achievement: Callable[..., Any], people: Any, sign_in: Callable[[Any], Any]
) -> None:
    made = make_achievement(owner=people.owner, text=TEXT)
    address = reverse("market:achievement", args=[made.pk])
    assert sign_in(people.owner).get(address).status_code == 200
    duplicates.path("achievement").parent.mkdir(parents=True, exist_ok=True)
    duplicates.path("achievement").write_bytes(b"not ours")
    assert sign_in(people.owner).get(address).status_code == 200
    duplicates.update("achievement", {made.pk})  # the worker makes them anew
    assert told(people.owner, "achievement", made) == []


def test_signatures_follow_changes(copies: Any, people: Any) -> None:
    first, other = copies
    Achievement.objects.filter(pk=other.pk).update(
        text="另一项成果的简介，与烘干没有关系，讲的是苜蓿种子加工。"
    )
    duplicates.update("achievement", {other.pk})
    assert told(people.owner, "achievement", first) == []


@pytest.fixture
def works(
    make_achievement: Callable[..., Any], make_organisation: Callable[..., Any], people: Any
) -> list[Any]:
    """Three achievements on drying: two by one team, one by a namesake elsewhere."""
    institute, other = make_organisation(name="甲研究所"), make_organisation(name="乙大学")
    rows = []
    for place, names, title in (
        (institute, ("王伟", "李娜"), "粮食烘干余热回收技术"),
        (institute, ("李娜", "王伟"), "烘干机尾气换热与天然气消耗"),
        (other, ("王伟",), "谷物烘干天然气燃烧器"),
    ):
        made = make_achievement(
            organisation=place, title=title, text=f"{title}，降低粮食烘干机的天然气消耗。"
        )
        made.people.set(Person.objects.get_or_create(name=name, organisation=place)[0] for name in names)
        rows.append(made)
    build()
    return rows


def ranked(user: Any, need: Need, by: str = "person") -> list[tuple[str, str]]:
    return [
        (shown.hit.name, shown.hit.organisation) for shown in teams.teams_for(user=user, need=need, by=by)
    ]


def test_people_are_ranked_by_what_they_made_and_namesakes_stay_apart(
    works: list[Any], make_need: Callable[..., Any], people: Any
) -> None:
    need = make_need(owner=people.owner, state="published", grade=2)
    found = ranked(people.broker, need)
    assert {("王伟", "甲研究所"), ("王伟", "乙大学"), ("李娜", "甲研究所")} == {*found}
    places = {"甲研究所", "乙大学"}
    assert {name for name, _ in ranked(people.broker, need, "organisation")} == places
    found_teams = {
        frozenset(shown.hit.members): shown
        for shown in teams.teams_for(user=people.broker, need=need, by="team")
    }
    pair = found_teams[frozenset(("王伟", "李娜"))]
    assert {work.listing.pk for work in pair.works} == {works[0].pk, works[1].pk}


def test_nobody_is_named_for_a_work_that_is_hidden(
    works: list[Any], make_need: Callable[..., Any], people: Any, sign_in: Callable[[Any], Any]
) -> None:
    need = make_need(owner=people.owner, state="published", grade=2)
    Achievement.objects.filter(pk=works[2].pk).update(state="withdrawn")
    assert ("王伟", "乙大学") not in ranked(people.broker, need)
    page = sign_in(people.broker).get(reverse("market:need-teams", args=[need.pk])).content.decode()
    assert "乙大学" not in page
    assert works[2].title not in page


@pytest.mark.parametrize("by", ["person", "organisation", "team", "city"])
def test_the_page_shows_people_and_works_but_no_way_to_call(
    works: list[Any], make_need: Callable[..., Any], people: Any, sign_in: Callable[[Any], Any], by: str
) -> None:
    need = make_need(owner=people.owner, state="published", grade=2)
    owner = works[0].owner
    owner.phone = "0471-5550009"
    owner.save()
    for user in (people.owner, people.broker, people.officer):
        answer = sign_in(user).get(reverse("market:need-teams", args=[need.pk]), {"by": by})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert works[0].title in page
        assert owner.email not in page
        assert owner.phone not in page


def test_the_page_follows_the_access_of_the_need(
    works: list[Any], make_need: Callable[..., Any], people: Any, sign_in: Callable[[Any], Any], client: Any
) -> None:
    draft = make_need(owner=people.owner)
    address = reverse("market:need-teams", args=[draft.pk])
    assert sign_in(people.owner).get(address).status_code == 200
    assert sign_in(people.stranger).get(address).status_code == 404
    hidden = make_need(
        owner=people.owner, state="published", grade=0, title="秘密名称", problem="秘密的烘干机"
    )
    client.logout()
    page = client.get(reverse("market:need-teams", args=[hidden.pk])).content.decode()
    assert "秘密" not in page


def test_reasons_of_works_tell_no_word_the_reader_may_not_read(
    works: list[Any], make_need: Callable[..., Any], people: Any
) -> None:
    need = make_need(
        owner=people.owner,
        state="published",
        grade=1,
        title="节能改造",
        abstract="设备节能",
        problem="天然气消耗过大",
    )
    for user, may in ((people.stranger, False), (people.owner, True)):
        said = str(
            [work.why for shown in teams.teams_for(user=user, need=need, by="person") for work in shown.works]
        )
        assert ("天然气" in said) is may


def test_without_people_the_page_says_so(
    make_achievement: Callable[..., Any],
    make_need: Callable[..., Any],
    people: Any,
    sign_in: Callable[[Any], Any],
) -> None:
    make_achievement()
    build()
    need = make_need(owner=people.owner, state="published")
    page = sign_in(people.owner).get(reverse("market:need-teams", args=[need.pk])).content.decode()
    assert "没有写明完成人" in page
