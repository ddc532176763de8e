"""The index on servers: the same scores, filters and reasons as on this machine, and what survives a crash."""

from __future__ import annotations

import json
import random
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools.clickhouse import CLUSTER, temporary_clickhouse
from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.match import MatchIndex
from tuwei.match._filters import Filters, read_filters
from tuwei.match._records import read_query, read_record
from tuwei.match.remote import HttpNode, Places, RemoteIndex
from tuwei.match.remote._rows import key_of, rounded
from tuwei.match.remote._sql import conditions, quoted
from tuwei.match.remote._writer import alone, send

CROPS = ["玉米", "马铃薯", "苜蓿", "小麦", "燕麦", "甜菜", "向日葵", "大豆", "胡麻", "莜麦"]
ACTS = ["节水灌溉", "病害防控", "机械收获", "种质选育", "贮藏保鲜", "土壤改良", "水肥管理"]
MORE = [
    "传感器",
    "余热",
    "滴灌带",
    "无人机",
    "菌剂",
    "基因组",
    "冷链",
    "盐碱地",
    "秸秆",
    "遥感",
    "膜分离",
    "催化剂",
]
NEEDS = ["马铃薯怎么存得住,怕冻也怕烂", "苜蓿 收割 机器 损失", "盐碱地种向日葵要改良土壤", "燕麦 秸秆 菌剂"]
HOSTILE = [
    "it's \\ 'quoted\\' -- ; DROP DATABASE default",
    "\x00\x01\x7f零宽\u200b",
    "\ud800半个",
    "😀" * 40,
    "<script>alert(1)</script>",
    "字" * 50_000,
]


def record(number: int, **more: Any) -> dict[str, Any]:
    """One invented achievement, fixed by its number, its text unlike the others'."""
    drawn = random.Random(number)
    crop, act = drawn.choice(CROPS), drawn.choice(ACTS)
    said = [
        f"{drawn.choice(MORE)}{drawn.choice(ACTS)}{drawn.choice(CROPS)}" for _ in range(drawn.randint(2, 40))
    ]
    return {
        "id": f"a{number}",
        "title": f"{crop}{act}{drawn.choice(MORE)}",
        "text": f"针对{crop}开展{act},产量提高{drawn.randint(5, 40)}%。" + ",".join(said) + "。",
        "keywords": [crop, act],
        "region": str(150100 + drawn.randint(0, 3)),
        "field": drawn.choice(["bio", "materials", ""]),
        "trl": drawn.randint(1, 9),
        **({"price_min": drawn.randint(1, 90) * 10_000} if drawn.random() < 0.5 else {}),
        **more,
    }


@pytest.fixture(scope="module")
def servers() -> Iterator[list[str]]:
    with temporary_clickhouse(2) as (addresses, why):
        if not addresses:
            pytest.skip(why)
        yield addresses


@pytest.fixture
def places(servers: list[str]) -> Iterator[Places]:
    made = Places.at(servers, "tuwei_test", CLUSTER)
    yield made
    made.drop()


@pytest.fixture
def small(places: Places) -> tuple[MatchIndex, RemoteIndex]:
    """A collection too small to learn from, here and on two servers: ranked by words alone."""
    records = [record(number) for number in range(150)]
    return MatchIndex.build(records), RemoteIndex.build(records, places)


def agree(here: MatchIndex, there: RemoteIndex, need: Any, **more: Any) -> None:
    """Compare whole hits; scores to rounding."""
    mine, theirs = here.rank(need, **more), there.rank(need, **more)
    assert [hit.achievement for hit in theirs] == [hit.achievement for hit in mine]
    assert [hit.score for hit in theirs] == pytest.approx([hit.score for hit in mine], rel=1e-5, abs=1e-6)
    assert [(hit.level, hit.why, hit.zh) for hit in theirs] == [(hit.level, hit.why, hit.zh) for hit in mine]


def test_two_servers_rank_explain_and_filter_as_this_machine_does(
    small: tuple[MatchIndex, RemoteIndex],
) -> None:
    here, there = small
    assert len(there) == len(here) == 150
    for need in NEEDS:
        agree(here, there, need)
    for filters in ({"region": "150100"}, {"trl": 7}, {"field": ["bio", "materials"], "budget": "200000"}):
        agree(here, there, NEEDS[0], filters=filters, top=150)
    assert there.explain(NEEDS[0], ["a3", "gone"])[0].why == here.explain(NEEDS[0], ["a3", "gone"])[0].why


def test_the_records_lie_on_both_servers(small: tuple[MatchIndex, RemoteIndex], places: Places) -> None:
    counts = [
        int(node.rows("SELECT toString(count()) FROM tuwei_test.records")[0][0]) for node in places.nodes
    ]
    assert counts == [75, 75]


def test_with_learned_vectors_the_ranking_is_the_same_but_for_the_rounding_of_vectors(places: Places) -> None:
    records = [record(number) for number in range(400)]
    here, there = MatchIndex.build(records), RemoteIndex.build(records, places)
    assert there.embedding is not None
    query = here._query(read_query(NEEDS[0]), Filters(), "achievement")
    theirs = dict(there._asked.lexical(query, 400))
    mine = dict(here.lexical(query, 400))
    assert {key - key_of(1, 0): score for key, score in theirs.items()} == pytest.approx(mine, rel=1e-5)
    for need in NEEDS:
        first, second = here.rank(need, top=10), there.rank(need, top=10)
        both = {hit.achievement for hit in first} & {hit.achievement for hit in second}
        assert len(both) >= 9
        assert second[0].score == pytest.approx(first[0].score, abs=0.3)


def test_another_process_opens_what_was_built(small: tuple[MatchIndex, RemoteIndex], places: Places) -> None:
    agree(small[0], RemoteIndex.open(places), NEEDS[1])


def test_adding_replaces_and_removing_removes(small: tuple[MatchIndex, RemoteIndex], places: Places) -> None:
    here, there = small
    reader = RemoteIndex.open(places)
    changed = [record(5, title="羊绒分梳", text="无毛绒"), record(900, id="new", title="羊绒鉴别", text="")]
    assert there.add(changed) == 2
    assert there.remove(["a7", "nobody", "a7"]) == 1
    assert len(there) == 150
    anew = [one for one in map(record, range(150)) if one["id"] not in ("a5", "a7")] + changed
    for need in ("羊绒", *NEEDS):
        agree(MatchIndex.build(anew), there, need)
    agree(here, reader, NEEDS[0])  # it reads the state that it opened
    reader.refresh()
    assert {hit.achievement for hit in reader.rank("羊绒", top=2)} == {"a5", "new"}


def test_what_a_dead_writer_left_is_not_seen_and_never_comes_back(places: Places) -> None:
    there = RemoteIndex.build([record(number) for number in range(20)], places)
    before = there.rank(NEEDS[0])
    send(places, 2, iter([read_record(record(99, title="羊绒分梳"))]), 1, None, None)  # and no commit
    left = RemoteIndex.open(places)
    assert (len(left), left.rank(NEEDS[0]), left.rank("羊绒")) == (20, before, [])
    assert left._held.frequency("羊绒") == 0
    left.add([record(50)])
    assert len(left) == 21
    assert left.rank("羊绒") == []


def test_two_writers_at_once_are_kept_apart(places: Places) -> None:
    there = RemoteIndex.build([record(1)], places)
    with alone(places), pytest.raises(ConflictError) as caught:
        there.add([record(2)])
    assert caught.value.code == "match.index_busy"
    places.first.run("CREATE TABLE tuwei_test.writing (at UInt8) ENGINE = Memory")  # a writer dies here
    there.unlock()
    assert there.add([record(2)]) == 1


def test_a_bad_record_changes_nothing(places: Places) -> None:
    with pytest.raises(InputError):
        RemoteIndex.build([record(1), {"id": "x", "title": ""}], places)
    assert not places.exists()
    there = RemoteIndex.build([record(1)], places)
    with pytest.raises(InputError):
        there.add([record(2), {"id": "x", "title": ""}])
    assert len(RemoteIndex.open(places)) == 1


def test_hostile_texts_come_back_as_they_were(places: Places) -> None:
    records = [
        {"id": f"{number}{text[:40]}", "title": text, "text": text, "field": text[:40], "region": text[:40]}
        for number, text in enumerate(HOSTILE)
    ]
    here, there = MatchIndex.build(records), RemoteIndex.build(records, places)
    for one in records:
        agree(here, there, {"title": one["title"], "text": ""})
        filters = {"field": [one["field"]], "region": one["region"]}
        agree(here, there, "quoted 半个 零宽 字字 script 😀😀", filters=filters)
        (key,) = there._held.keys_of([one["id"]])
        assert there._held.fetch([key])[key].data == one
    assert there.remove([one["id"] for one in records]) == len(HOSTILE)
    assert len(there) == 0
    assert there.rank("quoted") == []


def test_a_name_in_use_is_not_overwritten(places: Places) -> None:
    RemoteIndex.build([record(1)], places)
    with pytest.raises(ConflictError):
        RemoteIndex.build([record(2)], places)
    assert len(RemoteIndex.open(places)) == 1


def test_a_cluster_of_another_size_is_refused(servers: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        RemoteIndex.build([record(1)], Places.at(servers[:1], "tuwei_other", CLUSTER))
    assert (caught.value.code, caught.value.where["got"]) == ("match.bad_place", "2")
    with pytest.raises(MissingError):
        RemoteIndex.open(Places.at(servers[:1], "tuwei_other"))


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(InputError) as caught:
        RemoteIndex.open(Places.at(["http://me:secret@127.0.0.1:9"], "tuwei_test"))
    assert caught.value.code == "match.unreachable"
    assert "secret" not in str(caught.value)
    with pytest.raises(InputError) as caught:
        HttpNode("ftp://me:secret@host")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "Tuwei", "a-b", "x; DROP", "é", "1a", "a" * 64])
def test_only_plain_names_become_databases(name: str) -> None:
    with pytest.raises(InputError):
        Places.at(["http://127.0.0.1:1"], name)
    with pytest.raises(InputError):
        Places.at(["http://127.0.0.1:1", "http://127.0.0.1:2"], "good", name)


def test_lengths_are_rounded_as_lucene_decodes_its_byte() -> None:
    def decoded(byte: int) -> int:
        if byte < 24:
            return byte
        bits, shift = (byte - 24) & 7, ((byte - 24) >> 3) - 1
        return 24 + (bits if shift < 0 else (bits | 8) << shift)

    table = [decoded(byte) for byte in range(256)]
    for length in [*range(3_000), 10**6, 2**30]:
        assert rounded(length) == max(kept for kept in table if kept <= length)


def test_a_literal_ends_where_it_should() -> None:
    assert quoted("a'b\\") == "'a\\'b\\\\'"
    assert conditions(Filters()) == "1"
    filters = read_filters({"field": "x'y", "trl": 3, "budget": "2"})
    assert conditions(filters) == "field IN ('x\\'y') AND trl >= 3 AND price <= 200"


class Embedded:
    """A present-day ClickHouse inside this process, to see that it takes the same statements."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def rows(self, statement: str, **settings: str) -> list[list[Any]]:
        found: list[list[Any]] = json.loads(self.session.query(statement, "JSONCompact").bytes())["data"]
        return found

    def run(self, statement: str, body: bytes = b"") -> None:
        self.session.query(f"{statement} {body.decode()}")


def test_a_present_day_engine_takes_the_same_statements() -> None:
    session = pytest.importorskip("chdb.session").Session()
    try:
        records = [record(number) for number in range(250)]
        here = MatchIndex.build(records)
        there = RemoteIndex.build(records, Places([Embedded(session)], "tuwei_test"))
        for need in NEEDS:
            mine, theirs = here.rank(need, top=10), there.rank(need, top=10)
            assert len({hit.achievement for hit in mine} & {hit.achievement for hit in theirs}) >= 9
        there.add([record(5, title="羊绒分梳")])
        assert there.remove(["a6"]) == 1
        assert there.rank("羊绒分梳")[0].achievement == "a5"
    finally:
        session.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_on_servers_does_what_it_says(
    language: str, servers: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / language / "how-to" / "match-on-servers.md").read_text(
        "utf-8"
    )
    [block] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    for number, address in enumerate(servers, start=1):
        block = block.replace(f"http://10.1.0.{number}:8123", address)
    made = Places.at(servers, "achievements", CLUSTER)
    try:
        exec(compile(textwrap.dedent(block), "match-on-servers.md", "exec"), {})  # noqa: S102 - the page under test
    finally:
        made.drop()
    assert capsys.readouterr().out.split()[:2] == ["1", "a1"]
