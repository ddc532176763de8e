"""Bad records and filters: one sentence each, naming row and field; good ones kept as they are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuwei.core.errors import InputError
from tuwei.match import Filters, MatchIndex
from tuwei.match._filters import read_filters
from tuwei.match._records import read_record

GOOD = {"id": "a1", "title": "题", "text": "文"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "  "}, "id"),
        ({"id": None}, "id"),
        ({"id": 7}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"title": ""}, "title"),
        ({"title": ["题"]}, "title"),
        ({"text": None}, "text"),
        ({"text": 3.5}, "text"),
        ({"text": "长" * 1_000_001}, "text"),
        ({"problem": {}}, "problem"),
        ({"keywords": "灌溉"}, "keywords"),
        ({"keywords": [1]}, "keywords"),
        ({"field": 5}, "field"),
        ({"region": "x" * 201}, "region"),
        ({"trl": 0}, "trl"),
        ({"trl": 10}, "trl"),
        ({"trl": 6.5}, "trl"),
        ({"trl": True}, "trl"),
        ({"trl": "高"}, "trl"),
        ({"trl": "９" * 5_000}, "trl"),
        ({"price_min": "-1"}, "price_min"),
        ({"price_min": "1.005"}, "price_min"),
        ({"price_min": "面议"}, "price_min"),
        ({"price": float("nan")}, "price"),
        ({"price": True}, "price"),
        ({"price": []}, "price"),
        ({"claims": {}}, "claims"),
        ({"claims": ["30%"]}, "claims"),
        ({"claims": [{"low": "三成"}]}, "claims.low"),
        ({"indicators": [{"high": "inf"}]}, "indicators.high"),
        ({"indicators": [{"high": True}]}, "indicators.high"),
        ({"budget_max": "很多"}, "budget_max"),
    ],
)
def test_a_bad_field_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        MatchIndex.build([{"id": "a0", "title": "好", "text": ""}, {**GOOD, **change}])
    error = caught.value
    assert error.code == "match.bad_field"
    assert (error.where["row"], error.where["field"]) == (2, field)
    assert error.where["expected"]
    assert all(str(error.where["field"]) in error.sentence(language) for language in ("zh", "en"))
    assert "{" not in error.sentence("zh").replace("“{}”", "") or change == {"problem": {}}


@pytest.mark.parametrize("record", [None, 5, "text", ["id"], b"{}"])
def test_what_is_no_object_is_refused(record: Any) -> None:
    with pytest.raises(InputError, match="JSON object"):
        MatchIndex.build([record])


def test_a_missing_text_is_refused_and_an_empty_one_taken() -> None:
    with pytest.raises(InputError):
        read_record({"id": "a1", "title": "题"})
    assert read_record({**GOOD, "text": ""}).whole == "题"


def test_a_need_may_state_its_problem_in_place_of_a_text() -> None:
    """As `tuwei export` and the region packs write needs."""
    indicator = {"name": "吨粮耗气", "comparator": "le", "high": "55", "unit": "立方米/吨", "current": "78"}
    need = {
        "id": "n1",
        "title": "费气",
        "problem": "烘干机费气",
        "function": "回收余热",
        "indicators": [indicator],
    }
    whole = read_record(need).whole
    assert all(said in whole for said in ("烘干机费气", "回收余热", "吨粮耗气"))
    assert whole.count("烘干机费气") == 1
    index = MatchIndex.build(
        [{"id": "a", "title": "吨粮耗气低", "text": ""}, {"id": "b", "title": "种薯", "text": ""}]
    )
    assert [hit.achievement for hit in index.rank(need)] == ["a"]


@pytest.mark.parametrize("problem", [None, "", "  ", 5])
def test_neither_text_nor_problem_is_refused_in_words(problem: Any) -> None:
    with pytest.raises(InputError) as caught:
        read_record({"id": "n1", "title": "费气", "problem": problem})
    assert "problem" in caught.value.sentence("zh")
    assert "problem" in caught.value.sentence("en")


@pytest.mark.parametrize("indicators", [5, {}, "x", [5]])
def test_bad_indicators_beside_a_problem_are_named(indicators: Any) -> None:
    with pytest.raises(InputError) as caught:
        read_record({"id": "n1", "title": "费气", "problem": "费气", "indicators": indicators})
    assert caught.value.where["field"] == "indicators"


def test_an_id_twice_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        MatchIndex.build([GOOD, {**GOOD, "title": "又"}])
    assert (caught.value.where["row"], caught.value.where["got"]) == (2, "a1")


@pytest.mark.parametrize("need", ["", "  ", {}, {"title": ""}, {"id": "n1", "keywords": []}, None, 7, [GOOD]])
def test_a_need_that_says_nothing_is_refused(need: Any) -> None:
    with pytest.raises(InputError):
        MatchIndex.build([GOOD]).rank(need)


@pytest.mark.parametrize("need", ["😀", "。。。", "\ud800", "的", "zzz", {"title": "﷽" * 50}])
def test_a_need_without_a_known_term_finds_nothing(need: Any) -> None:
    assert MatchIndex.build([GOOD]).rank(need) == []


@pytest.mark.parametrize("top", [0, -1, 10_001, 2.5, "5", None, True])
def test_a_bad_number_of_hits_is_refused(top: Any) -> None:
    with pytest.raises(InputError) as caught:
        MatchIndex.build([GOOD]).rank("题", top=top)
    assert caught.value.where["field"] == "top"


@pytest.mark.parametrize(
    "filters",
    [
        {"regoin": "15"},
        {"trl": 10},
        {"trl": -1},
        {"trl": "高"},
        {"trl": True},
        {"field": [3]},
        {"budget": "多"},
        {"budget": -5},
    ],
)
def test_a_bad_filter_is_refused(filters: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        MatchIndex.build([GOOD]).rank("题", filters=filters)


HOSTILE = st.text(st.characters(exclude_categories=()), max_size=60)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=3), HOSTILE), max_size=6), HOSTILE)
def test_any_text_can_be_stored_and_asked_for(rows: list[tuple[str, str, list[str], str]], need: str) -> None:
    records = [
        {
            "id": f"{at}{title}",
            "title": f"题{title}",
            "text": text,
            "keywords": keywords,
            "field": code,
            "region": code,
        }
        for at, (title, text, keywords, code) in enumerate(rows)
    ]
    index = MatchIndex.build(records)
    assert len(index) == len(records)
    for record in records:
        hits = index.rank(record, top=100, filters={"field": record["field"], "region": record["region"]})
        assert record["id"].strip() in [hit.achievement for hit in hits]
    if need.strip():
        index.rank(need)
    assert index.remove([record["id"].strip() for record in records]) == len(records)
    assert len(index) == 0


def test_a_megabyte_is_taken() -> None:
    index = MatchIndex.build(
        [{**GOOD, "text": "水泵节能" * 250_000}, {"id": "a2", "title": "水泵", "text": "a" * 1_000_000}]
    )
    assert {hit.achievement for hit in index.rank({"title": "泵", "text": "水泵节能" * 250_000})} == {
        "a1",
        "a2",
    }


def _varied() -> list[dict[str, Any]]:
    regions = ["150100", "150102", "150122", "150200", "150000", "110101", "", "呼和浩特"]
    return [
        {
            "id": f"r{at}",
            "title": "水泵节能" if at % 2 else "水处理",
            "text": f"节水{at}",
            "region": regions[at % 8],
            "field": ["", "energy", "bio"][at % 3],
            "industry": ["", "agrifood"][at // 2 % 2],
            **({"trl": at % 9 + 1} if at % 5 else {}),
            **({"price_min": f"{at * 100}.50"} if at % 4 else {}),
        }
        for at in range(240)
    ]


VARIED = _varied()


@pytest.fixture(scope="module")
def varied() -> MatchIndex:
    """Records of every kind, enough for an embedding, so that both searches are filtered."""
    return MatchIndex.build(VARIED)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "region": st.sampled_from(["150100", "150000", "150102", "150300", "110000", "呼和浩特", ""]),
            "field": st.one_of(st.sampled_from(["energy", "bio", "none"]), st.just(["energy", "bio"])),
            "industry": st.sampled_from(["agrifood", "other"]),
            "trl": st.integers(0, 9),
            "budget": st.sampled_from(["0", "100.50", "5000", "10000.49", "900000"]),
        },
    )
)
def test_filters_let_through_what_they_say(varied: MatchIndex, filters: dict[str, Any]) -> None:
    read = read_filters(filters)
    expected = {record["id"] for record in VARIED if read.admits(read_record(record))}
    assert varied.embedding is not None
    assert {hit.achievement for hit in varied.rank("水 节水 水泵", top=1_000, filters=filters)} == expected
    few = varied.rank("水 节水 水泵", top=3, filters=read)
    assert len(few) == min(3, len(expected))


def test_what_each_filter_means() -> None:
    def admits(filters: dict[str, Any], **fields: Any) -> bool:
        return read_filters(filters).admits(read_record({**GOOD, **fields}))

    assert admits({"region": "150100"}, region="150122")
    assert admits({"region": "150000"}, region="150122")
    assert not admits({"region": "150122"}, region="150100")
    assert not admits({"region": "150100"}, region="150200")
    assert not admits({"region": "150100"})
    assert admits({"trl": 6}, trl=6)
    assert not admits({"trl": 6}, trl=5)
    assert not admits({"trl": 6})
    assert admits({"budget": "100"}, price_min="100.00")
    assert not admits({"budget": "100"}, price_min="100.01")
    assert admits({"budget": "100"})
    assert not Filters()
