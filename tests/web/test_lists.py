"""The public lists: what they show to whom, facets, sorting, paging by key, and how many queries that takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import AccessError, InputError
from tuwei.web.base import search
from tuwei.web.market.models import Achievement, Need, NeedView, Term
from tuwei.web.market.selectors import facets, indexed, lists, region

pytestmark = pytest.mark.django_db
CANARY = "<script>alert('canary')</script>"


@pytest.fixture
def fill(make_achievement: Callable[..., Any], people: Any) -> Callable[..., list[Achievement]]:
    """``fill(number)`` achievements, the first the newest, each with its tokens."""

    def make(number: int, **fields: Any) -> list[Achievement]:
        now = timezone.now()
        return [
            make_achievement(
                owner=people.researcher, published_at=now - timedelta(minutes=at), title=f"滴灌技术{at}",
                search_text=search.tokens(f"滴灌技术{at}"), **fields,
            )
            for at in range(number)
        ]  # fmt: skip

    return make


def asked(kind: str = "achievement", user: Any = None, /, **values: Any) -> lists.Asked:
    return lists.read(kind, values, user)


def titles(page: lists.Page) -> list[str]:
    return [getattr(row, "shown_title", row.title) for row in page.rows]


def follow(kind: str, url: str, user: Any = None, size: int = 3) -> lists.Page:
    from django.http import QueryDict

    return lists.page(lists.read(kind, QueryDict(url.lstrip("?")), user), user, size)


def test_every_row_comes_once_and_in_order_whatever_the_sort(fill: Callable[..., Any]) -> None:
    rows = fill(8)
    for at, row in enumerate(rows):  # equal and missing levels: the id must decide
        Achievement.objects.filter(pk=row.pk).update(trl=(None, 5, 5, 9, None, 3, 5, 9)[at])
    for sort, q in (("newest", ""), ("trl", ""), ("relevance", "滴灌")):
        page = lists.page(asked(sort=sort, q=q), None, 3)
        seen = titles(page)
        while page.following:
            page = follow("achievement", page.following)
            seen += titles(page)
        assert sorted(seen) == sorted(row.title for row in rows), sort
        assert len(seen) == 8
    assert [row.trl or 0 for row in lists.page(asked(sort="trl"), None, 8).rows] == [9, 9, 5, 5, 5, 3, 0, 0]


def test_going_back_shows_the_very_pages_one_came_from(fill: Callable[..., Any]) -> None:
    fill(8)
    for sort, q in (("newest", ""), ("trl", ""), ("relevance", "滴灌")):
        first = lists.page(asked(sort=sort, q=q), None, 3)
        second = follow("achievement", first.following)
        third = follow("achievement", second.following)
        assert not third.following
        assert titles(follow("achievement", third.previous)) == titles(second)
        back = follow("achievement", follow("achievement", third.previous).previous)
        assert titles(back) == titles(first)
        assert not back.previous


def test_what_is_published_meanwhile_moves_no_page(
    fill: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    fill(6)
    first = lists.page(asked(), None, 3)
    before = titles(follow("achievement", first.following))
    make_achievement(title="刚刚发布", published_at=timezone.now() + timedelta(minutes=1))
    assert titles(follow("achievement", first.following)) == before
    assert "刚刚发布" in titles(
        follow("achievement", follow("achievement", first.following).previous, size=4)
    )


def test_a_row_withdrawn_between_two_clicks_leaves_the_rest_in_place(fill: Callable[..., Any]) -> None:
    rows = fill(6)
    first = lists.page(asked(), None, 3)
    Achievement.objects.filter(pk=rows[2].pk).update(state="withdrawn")  # the row the key points at
    assert titles(follow("achievement", first.following)) == [row.title for row in rows[3:6]]


def test_rows_of_one_moment_are_told_apart_by_number(make_achievement: Callable[..., Any]) -> None:
    now = timezone.now()
    made = [make_achievement(published_at=now) for _ in range(5)]
    first = lists.page(asked(), None, 2)
    rest = follow("achievement", first.following, size=5)
    assert [row.pk for row in (*first.rows, *rest.rows)] == [row.pk for row in reversed(made)]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"after": "x"}, "list.bad_key"),
        ({"after": "1.2.3"}, "list.bad_key"),
        ({"before": "-1.5"}, "list.bad_key"),
        ({"after": "².1"}, "list.bad_key"),
        ({"after": "9" * 30 + ".1"}, "list.bad_key"),
        ({"sort": "random()"}, "list.bad_sort"),
        ({"trl": "10"}, "list.bad_facet"),
        ({"trl": "6; DROP TABLE"}, "list.bad_facet"),
        ({"region": "1501\x0000"}, "list.bad_facet"),
        ({"field": "<b>"}, "list.bad_facet"),
        ({"price": "7"}, "list.bad_facet"),
        ({"organisation": "x" * 41}, "list.bad_facet"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_sentence(
    values: dict[str, str], code: str, client: Any
) -> None:
    with pytest.raises(InputError) as caught:
        asked(**values)
    assert caught.value.code == code
    answer = client.get(reverse("market:achievements"), values)
    assert answer.status_code == 422
    assert caught.value.sentence("zh").split("“")[0] in answer.content.decode()


def test_a_key_of_another_sort_far_out_of_range_is_refused(people: Any) -> None:
    for sort in ("newest", "trl"):
        assert lists.page(asked(sort=sort, after="99999999999999999.99999999999999999"), None).rows == []
    with pytest.raises(InputError) as caught:
        lists.page(
            asked("need", people.officer, sort="deadline", after="99999999999999999.1"), people.officer
        )
    assert caught.value.code == "list.bad_key"


@pytest.mark.parametrize(
    "q",
    [
        "'",
        '"',
        "\\",
        "%",
        "a:*",
        "a & | !",
        "'; DROP TABLE market_need; --",
        "\x00节水",
        "(" * 500,
        "😀",
        "é" * 300,
        "節\u200b水",
        "* *",
    ],
)
def test_no_search_breaks_the_page(q: str, client: Any, fill: Callable[..., Any]) -> None:
    fill(1)
    for name in ("market:achievements", "market:needs", "market:search"):
        assert client.get(reverse(name), {"q": q}).status_code == 200


def test_words_are_found_wherever_the_text_holds_them(make_achievement: Callable[..., Any]) -> None:
    text = "膜下滴灌水肥一体化 LiFePO4 电池 pH 7.5"
    made = make_achievement(search_text=search.tokens(text))
    make_achievement(search_text=search.tokens("奶牛乳房炎疫苗"))
    every = Achievement.objects.all()
    for q in ("滴灌", "水肥一体化", "膜下滴灌", "lifepo4", "LiFePO4 电池", "7.5", "膜", "滴灌的电池"):
        assert list(search.matching(every, q)) == [made], q
    for q in ("滴水", "LiFe", "滴灌 疫苗", "7", "!!!"):
        assert not search.matching(every, q).exists(), q
    assert search.matching(every, "  ").count() == 2


def test_search_follows_every_change(make_achievement: Callable[..., Any]) -> None:
    made = make_achievement(search_text=search.tokens("滴灌"))
    every = Achievement.objects.all()
    made.search_text = search.tokens("疫苗")
    made.save()
    assert not search.matching(every, "滴灌").exists()
    assert search.matching(every, "疫苗").exists()
    Achievement.objects.filter(pk=made.pk).update(search_text=search.tokens("苜蓿"))
    assert [search.matching(every, q).count() for q in ("疫苗", "苜蓿")] == [0, 1]
    made.delete()
    assert not search.matching(every, "苜蓿").exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="triggers are SQLite's way")
def test_the_triggers_of_search_outlive_migrations() -> None:
    names = {
        f"{table}_fts_{act}"
        for table in ("market_need", "market_achievement")
        for act in ("insert", "update", "delete")
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert names <= {row[0] for row in cursor.fetchall()}
        cursor.execute("DROP TRIGGER market_need_fts_insert")
    search.restore_triggers("market_need")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert names <= {row[0] for row in cursor.fetchall()}


def test_the_better_title_comes_first(make_achievement: Callable[..., Any]) -> None:
    tokens = search.tokens("马铃薯 节水 滴灌")
    other = make_achievement(title="灌溉装置", search_text=tokens)
    whole = make_achievement(
        title="马铃薯节水技术", search_text=tokens, published_at=timezone.now() - timedelta(days=9)
    )
    assert [row.pk for row in lists.page(asked(q="马铃薯 节水"), None).rows] == [whole.pk, other.pk]


# --- what is shown to whom --------------------------------------------------------------------------------------


@pytest.fixture
def secret(make_need: Callable[..., Any], people: Any) -> Need:
    """An L0 need whose every word is a canary."""
    return make_need(
        owner=people.owner, state="published", grade=0, title="机密标题", abstract="机密摘要", problem="机密问题",
        deadline=timezone.localdate() + timedelta(days=30), budget_max=20_000_000,
        search_text=search.tokens(""),
    )  # fmt: skip


def test_the_title_of_an_l0_need_is_never_listed_to_others(
    secret: Need, people: Any, client: Any, sign_in: Any
) -> None:
    pages = [
        reverse("market:needs"),
        reverse("home"),
        reverse("market:search") + "?q=",
        reverse("market:needs") + "?q=机密标题",
    ]
    for user in (None, people.stranger, people.researcher, people.broker):
        if user:
            sign_in(user)
        for page in pages:
            assert "机密" not in client.get(page).content.decode().replace('value="机密标题"', "").replace(
                "：机密标题", ""
            )
        cache.clear()
    sign_in(people.owner)
    assert "机密标题" in client.get(reverse("market:needs")).content.decode()


def test_drafts_and_needs_without_consent_are_on_no_list(make_need: Callable[..., Any], people: Any) -> None:
    now = timezone.now()
    make_need(owner=people.owner, title="草稿")
    make_need(owner=people.owner, state="published", consent_publish=False, title="未同意")
    make_need(owner=people.owner, state="withdrawn", title="已撤回", published_at=now)
    shown = make_need(owner=people.owner, state="matched", title="公开")
    for user in (None, people.owner, people.officer):
        assert titles(lists.page(asked("need", user), user)) == [shown.title]


def test_figures_are_closed_to_whom_they_are_closed(
    people: Any, make_user: Callable[..., Any], client: Any
) -> None:
    for values in ({"budget": "10"}, {"kind": "enterprise"}, {"sort": "deadline"}, {"organisation": "1"}):
        with pytest.raises(AccessError):
            asked("need", None, **values)
        assert client.get(reverse("market:needs"), values).status_code == 403
    assert "deadline" not in lists.offered("need", None)[1]
    assert "budget" in lists.offered("need", people.officer)[0]


def test_narrowing_by_budget_reaches_only_needs_whose_figures_one_may_see_and_is_logged(
    make_need: Callable[..., Any], make_user: Callable[..., Any], people: Any, sign_in: Any
) -> None:
    values = {
        "state": "published",
        "budget_max": 20_000_000,
        "deadline": timezone.localdate() + timedelta(days=9),
    }
    make_need(owner=people.owner, grade=1, title="只到 L1", **values)
    told = make_need(owner=people.owner, grade=2, title="到 L2", **values)
    make_need(owner=people.owner, grade=2, title="预算更大", **{**values, "budget_max": 90_000_000})
    reader = make_user(identity=True)
    assert titles(lists.page(asked("need", reader, budget="10"), reader)) == ["到 L2"]
    assert (
        titles(lists.page(asked("need", people.stranger, budget="10"), people.stranger)) == []
    )  # not checked
    body = sign_in(reader).get(reverse("market:needs"), {"sort": "deadline", "budget": "10"}).content.decode()
    assert "甲厂" in body
    assert list(NeedView.objects.values_list("need", "user", "grade", "channel")) == [
        (told.pk, reader.pk, 2, "list")
    ]
    sign_in(reader).get(reverse("market:needs"))
    assert NeedView.objects.count() == 1  # a plain list tells no figures


def test_deadlines_sort_the_nearest_first_and_leave_out_what_has_passed(
    make_need: Callable[..., Any], make_user: Callable[..., Any], people: Any
) -> None:
    today = timezone.localdate()
    for days in (30, -1, 5, 5, 0, None):
        make_need(
            owner=people.owner,
            state="published",
            grade=2,
            title=f"还有 {days}",
            deadline=today + timedelta(days=days) if days is not None else None,
        )
    reader = make_user(identity=True)
    page = lists.page(asked("need", reader, sort="deadline"), reader, 2)
    rest = follow("need", page.following, reader, 9)
    assert titles(page) + titles(rest) == ["还有 0", "还有 5", "还有 5", "还有 30"]
    assert titles(follow("need", rest.previous, reader, 2)) == titles(page)


# --- facets -------------------------------------------------------------------------------------------------------


@pytest.fixture
def places() -> None:
    tree = [
        ("150000", ""),
        ("150100", "150000"),
        ("150102", "150100"),
        ("150105", "150100"),
        ("150200", "150000"),
    ]
    Term.objects.bulk_create(
        [
            Term(
                scheme="region",
                code=code,
                parent=parent,
                name_zh=f"地{code}",
                name_en=f"P{code}",
                order=at,
                pack="t",
                lat=40 + at / 10,
                lon=110 + at / 10,
            )
            for at, (code, parent) in enumerate(tree)
        ]
    )
    Term.objects.create(scheme="field", code="bio", name_zh="生物", name_en="Biology", pack="t")
    Term.objects.create(scheme="field", code="energy", name_zh="能源", name_en="Energy", pack="t")


def options(summary: lists.Summary, name: str) -> dict[str, int | None]:
    return {
        option.value: option.count
        for facet in summary.facets
        if facet.name == name
        for option in facet.options
    }


def test_a_region_holds_the_places_inside_it(places: None, make_achievement: Callable[..., Any]) -> None:
    for code in ("150102", "150105", "150105", "150200"):
        make_achievement(region=code)
    found = lists.summary(asked(region="150100"), None)
    assert found.count == 3
    assert options(found, "region") == {"150000": 4, "150100": 3, "150102": 1, "150105": 2, "150200": 1}
    assert region.within("150000") == ["150000", "150100", "150200", "150102", "150105"]
    assert region.depth("150105") == 2


def test_a_circle_of_places_ends(places: None) -> None:
    Term.objects.filter(code="150000").update(parent="150105")
    cache.clear()
    assert len(region.within("150000")) == 5
    assert region.depth("150105") <= 5


def test_counts_follow_the_other_facets(places: None, make_achievement: Callable[..., Any]) -> None:
    make_achievement(field="bio", trl=3, price_min=5_000_000)
    make_achievement(field="bio", trl=8, price_min=None, price_max=60_000_000)
    make_achievement(field="energy", trl=8, is_sample=True)
    found = lists.summary(asked(field="bio"), None)
    assert found.count == 2
    assert options(found, "field") == {
        "bio": 2,
        "energy": 1,
    }  # as if none were chosen: what one could change to
    assert options(found, "trl")["4"] == 1
    assert options(found, "price") == {"0": 1, "50": 1}
    assert options(found, "sample") == {"0": 2}
    for name, value in (
        ("trl", "4"),
        ("price", "50"),
        ("sample", "0"),
        ("price", "none"),
        ("kind", "institution"),
    ):
        chosen = asked(field="bio", **{name: value})
        counted = options(found, name).get(value, 0)
        assert lists.found(chosen, None).count() == counted, name


@pytest.mark.parametrize("kind", ["need", "achievement"])
def test_every_option_can_be_asked_for(
    kind: str, places: None, people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    make_need(state="published", grade=1)
    make_achievement()
    for name in facets.SHOWN[kind]:
        for value, label in facets._values(kind, name):
            assert label
            lists.page(asked(kind, people.officer, **{name: value}), people.officer)


def test_counts_stop_where_they_cost_too_much(
    fill: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, client: Any
) -> None:
    fill(5)
    monkeypatch.setattr(lists, "CAP", 4)
    found = lists.summary(asked(), None)
    assert (found.count, found.capped) == (4, True)
    assert "超过 4 条" in client.get(reverse("market:achievements")).content.decode()
    cache.clear()
    monkeypatch.setattr(lists, "CAP", 5)
    found = lists.summary(asked(), None)
    assert (found.count, found.capped) == (5, False)


# --- cost -----------------------------------------------------------------------------------------------------------


def queries(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_a_visitor_costs_few_queries_however_long_the_list(
    places: None, fill: Callable[..., Any], make_need: Callable[..., Any], people: Any, client: Any
) -> None:
    fill(30)
    for _ in range(30):
        make_need(owner=people.owner, state="published")
    cold = {"market:needs": 4, "market:achievements": 5}  # terms, regions, counts, rows (and claims)
    for name, most in cold.items():
        cache.clear()
        assert queries(client, reverse(name)) <= most
        assert queries(client, reverse(name)) == most - 3  # kept: only the rows are read again
        assert queries(client, reverse(name) + "?field=energy&region=150100") <= most
    client.get(reverse("home"))
    assert queries(client, reverse("home")) == 3  # two lists, claims of one


def test_lists_fetch_no_long_texts(fill: Callable[..., Any], make_need: Callable[..., Any]) -> None:
    fill(2)
    make_need(state="published")
    for kind, long in (
        ("achievement", ("text", "search_text", "benefit")),
        ("need", ("problem", "search_text", "constraints")),
    ):
        row = lists.page(asked(kind), None).rows[0]
        assert set(long) <= row.get_deferred_fields()


# --- pages ----------------------------------------------------------------------------------------------------------


def test_nothing_anyone_typed_becomes_markup(
    make_achievement: Callable[..., Any],
    make_need: Callable[..., Any],
    make_organisation: Callable[..., Any],
    client: Any,
) -> None:
    works = make_organisation(name=CANARY)
    listed = {"organisation": works, "title": CANARY, "search_text": search.tokens("script")}
    made = make_achievement(text=CANARY, **listed)
    make_need(state="published", abstract=CANARY, **listed)
    made.claims.create(quantity=CANARY[:100], comparator="ge", low=1, unit="<b>%</b>", baseline=CANARY)
    pages = [
        reverse("home"), reverse("market:needs") + "?q=script", reverse("market:achievements"),
        reverse("market:search") + f"?q={CANARY}", reverse("market:achievement", args=[made.pk]),
        reverse("market:organisation", args=[works.pk]), reverse("market:achievements") + f"?q={CANARY}",
    ]  # fmt: skip
    for page in pages:
        body = client.get(page).content.decode()
        assert "<script>alert" not in body, page
        assert "<b>%" not in body


def test_the_list_links_to_its_neighbours_and_keeps_what_was_asked(
    fill: Callable[..., Any], client: Any
) -> None:
    fill(30)
    body = client.get(
        reverse("market:achievements"), {"q": "滴灌", "sort": "newest", "trl": "5"}
    ).content.decode()
    assert 'rel="next"' in body
    assert 'rel="prev"' not in body
    assert '<input type="hidden" name="trl" value="5">' in body
    assert "共 30 条" in body


def test_both_lists_are_searched_at_once(
    make_achievement: Callable[..., Any], make_need: Callable[..., Any], client: Any
) -> None:
    make_achievement(title="滴灌技术甲", search_text=search.tokens("滴灌"))
    make_need(state="published", title="滴灌堵塞", search_text=search.tokens("滴灌"))
    body = client.get(reverse("market:search"), {"q": "滴灌"}).content.decode()
    assert "滴灌技术甲" in body
    assert "滴灌堵塞" in body


def test_a_sentence_no_listing_holds_finds_what_comes_nearest(
    make_achievement: Callable[..., Any],
    make_need: Callable[..., Any],
    client: Any,
    settings: Any,
    tmp_path: Any,
) -> None:
    settings.DATA = tmp_path
    subjects = (
        "马铃薯脱毒种薯",
        "奶牛乳房炎疫苗",
        "光伏组件清洗",
        "苜蓿种子加工",
        "硅料提纯",
        "羊绒分梳",
        "污水除氟",
        "风机测振",
    )
    for title in ("烘干机余热回收技术", *subjects):
        make_achievement(title=title, text=title * 3, state="published", search_text=search.tokens(title))
    make_need(
        state="published", title="烘干机费气", grade=1, problem="隐藏的钺铒合金",
        search_text=search.tokens("烘干机太费气"),
    )  # fmt: skip
    indexed.build("achievement", indexed.records("achievement"))
    said = "我们的烘干机干燥时太费气"
    body = client.get(reverse("market:search"), {"q": said}).content.decode()
    assert "烘干机余热回收技术" in body
    assert "马铃薯脱毒种薯" not in body
    assert "烘干机费气" in body
    hidden = client.get(reverse("market:search"), {"q": "隐藏的钺铒合金材料"}).content.decode()
    assert "烘干机费气" not in hidden


@pytest.mark.parametrize("said", ["烘干机太费气", "our dryer wastes too much gas"])
def test_a_vague_sentence_is_searched_by_what_it_comes_to(
    said: str, make_need: Callable[..., Any], client: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DATA = tmp_path
    title = "干燥塔降低燃气消耗"
    make_need(state="published", title=title, grade=1, search_text=search.tokens(title))
    assert title in client.get(reverse("market:search"), {"q": said}).content.decode()
