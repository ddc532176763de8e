"""People and teams by their works: strong before many, apart by organisation, told why, and on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from tuwei.core.errors import InputError
from tuwei.match import Hit, MatchIndex
from tuwei.match._persons import mentions, persons
from tuwei.match._teams import rank_teams, teams_of
from tuwei.match.cli import app

NEED = {"id": "n1", "title": "挤奶厅清洗用水太多", "text": "希望清洗水处理后循环利用，节水率不低于30%"}
WORKS: list[dict[str, Any]] = [
    {
        "id": "w1", "title": "挤奶厅清洗水循环利用装置", "text": "奶牛场挤奶厅清洗水过滤消毒后循环利用，节水率38%。",
        "people": ["王伟", "李娜", "赵敏"], "organisation": "甲所", "end_month": "2024-05",
    },
    {
        "id": "w2", "title": "挤奶厅清洗水的水质", "text": "测定挤奶厅清洗水的浊度与油脂，讨论循环利用的条件。",
        "people": ["李娜", "王伟"], "organisation": "甲所", "year": 2022, "kind": "paper",
    },
    {
        "id": "w3", "title": "一种挤奶机清洗装置", "text": "清洗水回收罐与循环泵，用于挤奶机管路的清洗。",
        "people": ["王伟", "陈刚"], "organisation": "乙公司", "year": 2023, "kind": "patent",
    },
    {
        "id": "w4", "title": "马铃薯贮藏窖通风", "text": "贮藏损失率降至5%。",
        "people": ["周洋"], "organisation": "丙校", "year": 2024,
    },
]  # fmt: skip


def index_of(works: list[dict[str, Any]]) -> MatchIndex:
    return MatchIndex.build(works)


def hit(name: str, level: str, score: float) -> Hit:
    return Hit(name, 1, score, level)  # type: ignore[arg-type]


def work(name: str, *people: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": name,
        "text": "",
        "people": [*people],
        "organisation": "甲所",
        "year": 2024,
        **more,
    }


def test_people_come_by_their_works_with_reasons_and_sentences() -> None:
    found = rank_teams(index_of(WORKS), NEED)
    best = found[0]
    assert (best.rank, best.name, best.organisation) == (1, "王伟", "甲所")
    assert [one.id for one in best.works] == ["w1", "w2"]
    assert best.works[0].why
    assert "节水率38%" in best.works[0].zh
    assert best.counts["works"] == 2
    assert "1 项成果" in best.zh
    assert "1 项论文" in best.zh
    assert "1 achievement, 1 paper" in best.en
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))


def test_two_of_one_name_at_two_organisations_are_two_and_this_is_said() -> None:
    found = {(one.name, one.organisation): one for one in rank_teams(index_of(WORKS), NEED)}
    assert ("王伟", "甲所") in found
    assert ("王伟", "乙公司") in found
    assert "另有同名" in found["王伟", "乙公司"].note_zh
    assert "kept apart" in found["王伟", "甲所"].en
    assert found["李娜", "甲所"].note_zh == ""


@pytest.mark.parametrize("many", [2, 20, 199])
def test_any_number_of_weak_works_stays_below_one_strong(many: int) -> None:
    works = {"s": work("s", "强"), **{f"w{at}": work(f"w{at}", "弱") for at in range(many)}}
    hits = [
        hit("s", "strong", 0.1),
        *(hit(f"w{at}", "weak", 1.7) for at in range(many)),
    ]  # by the first stage's score
    assert [one.name for one in teams_of(hits, works)] == ["强", "弱"]


def test_two_works_of_a_level_count_more_than_one() -> None:
    works = {"a": work("a", "一"), "b": work("b", "二"), "c": work("c", "二")}
    hits = [hit("a", "fair", 0.45), hit("b", "fair", 0.45), hit("c", "fair", 0.4)]
    assert [one.name for one in teams_of(hits, works)] == ["二", "一"]


def test_the_lead_counts_more_than_the_last_and_a_corresponding_author_as_much() -> None:
    people = ["一作", "二作", "三作", {"name": "通讯", "role": "通讯作者"}]
    found = teams_of([hit("a", "strong", 0.8)], {"a": work("a", *people)})
    score = {one.name: one.score for one in found}
    assert score["一作"] == score["通讯"] > score["二作"] > score["三作"]


def test_older_works_count_less_and_never_less_than_half() -> None:
    works = {name: work(name, name, year=year) for name, year in (("新", 2024), ("旧", 2012), ("老", 1950))}
    found = teams_of([hit(name, "strong", 0.8) for name in works], works)
    score = {one.name: one.score for one in found}
    assert score["新"] > score["旧"] == pytest.approx(0.5) == score["老"]


def test_works_without_relation_speak_for_nobody() -> None:
    assert teams_of([hit("a", "none", 0.05)], {"a": work("a", "某人")}) == []
    works = {"a": work("a", "某人"), "b": work("b", "某人")}
    [found] = teams_of([hit("a", "weak", 0.5), hit("b", "none", 0.4)], works)
    assert [one.id for one in found.works] == ["a"]
    assert found.counts["works"] == 1
    assert "周洋" not in {one.name for one in rank_teams(index_of(WORKS), NEED)}


def test_only_allowed_works_count_and_show() -> None:
    found = rank_teams(index_of(WORKS), NEED, allowed=lambda ids: [name for name in ids if name != "w1"])
    assert {one.id for team in found for one in team.works} <= {"w2", "w3"}
    assert "赵敏" not in {team.name for team in found}
    assert "w1" not in json.dumps([team.line("n1") for team in found], ensure_ascii=False)


def test_an_index_on_servers_is_asked_like_one_on_this_machine() -> None:
    class OnServers:
        """As `RemoteIndex`: it ranks through an index whose records lie elsewhere."""

        def __init__(self) -> None:
            self._asked = index_of(WORKS)
            self.rank, self.explain = self._asked.rank, self._asked.explain

    there: Any = OnServers()
    assert rank_teams(there, NEED) == rank_teams(there._asked, NEED)


def test_organisations_are_ranked_by_their_works() -> None:
    found = rank_teams(index_of(WORKS), NEED, by="organisation")
    assert [one.name for one in found][:2] == ["甲所", "乙公司"]
    several = {"a": work("a", organisation=["甲所", "乙公司"])}
    scores = {one.name: one.score for one in teams_of([hit("a", "fair", 0.5)], several, by="organisation")}
    assert scores["甲所"] > scores["乙公司"]


def test_teams_are_those_who_work_together() -> None:
    found = rank_teams(index_of(WORKS), NEED, by="team")
    assert (found[0].members[0], {*found[0].members}) == ("王伟", {"王伟", "李娜", "赵敏"})
    assert {one.id for one in found[0].works} == {"w1", "w2"}
    assert "成员" in found[0].zh
    assert "members" in found[0].en


def test_a_named_team_is_taken_as_named_and_by_organisation() -> None:
    works = {
        "a": work("a", "一", team="水处理团队"),
        "b": work("b", "二", team="水处理 团队"),
        "c": work("c", "三", team="水处理团队", organisation="乙公司"),
    }
    found = teams_of([hit(name, "fair", 0.4) for name in works], works, by="team")
    assert [(one.name, one.organisation, one.counts["works"]) for one in found] == [
        ("水处理团队", "甲所", 2),
        ("水处理团队", "乙公司", 1),
    ]


def everyone(*works: dict[str, Any]) -> dict[str, list[str]]:
    """Works by person key."""
    named = persons(one for data in works for one in mentions(data["id"], data))
    return {person.key: [*person.mentions] for person in named}


def test_without_an_organisation_mentions_stay_apart() -> None:
    found = everyone(work("a", "王伟", organisation=""), work("b", "王伟", organisation=""))
    assert len(found) == 2


def test_without_an_organisation_a_common_coauthor_joins_and_it_is_said() -> None:
    works = {
        "a": work("a", "王伟", "李娜"),
        "b": work("b", "王伟", "李娜", organisation=""),
        "c": work("c", "王伟", "孙丽", organisation=""),
    }
    assert everyone(*works.values())["at:王伟@甲所"] == ["a", "b"]
    found = teams_of([hit(name, "fair", 0.4) for name in works], works)
    joined = next(one for one in found if one.key == "at:王伟@甲所")
    assert "按共同作者归入" in joined.note_zh
    assert "added by co-authors" in joined.note_en


def test_a_coauthor_of_two_namesakes_joins_neither() -> None:
    found = everyone(
        work("a", "王伟", "李娜"),
        work("b", "王伟", "李娜", organisation="乙公司"),
        work("c", "王伟", "李娜", organisation=""),
    )
    assert ["c"] in found.values()


def test_identifiers_join_across_organisations_and_part_within_one() -> None:
    one, other = {"name": "王伟", "orcid": "0000-1"}, {"name": "王伟", "orcid": "0000-2"}
    found = everyone(
        work("a", one), work("b", one, organisation="乙公司"), work("c", other), work("d", "王伟")
    )
    assert found["id:0000-1"] == ["a", "b"]
    assert found["id:0000-2"] == ["c"]
    assert found["at:王伟@甲所"] == ["d"]  # which of the two is not known
    assert everyone(work("a", one), work("d", "王伟"))["id:0000-1"] == ["a", "d"]


def test_several_organisations_of_a_work_are_nobodys_in_particular() -> None:
    assert everyone(work("a", "王伟", organisation=["甲所", "乙公司"])) == {"in:王伟@a": ["a"]}


@pytest.mark.parametrize("people", [None, "王伟", [None, 3.5, [], {}], [{"name": ""}], {"name": "王伟"}, 7])
def test_hostile_people_fields_break_nothing(people: Any) -> None:
    for by in ("person", "organisation", "team"):
        teams_of([hit("a", "fair", 0.4)], {"a": {**work("a"), "people": people, "team": 4}}, by=by)  # type: ignore[arg-type]


@given(st.lists(st.lists(st.text(max_size=3), max_size=4), max_size=5), st.sampled_from(["person", "team"]))
def test_every_named_work_speaks_for_somebody(names: list[list[str]], by: Any) -> None:
    works = {f"w{at}": work(f"w{at}", *people) for at, people in enumerate(names)}
    found = teams_of([hit(name, "fair", 0.4) for name in works], works, by=by, top=1000)
    told = {one.id for team in found for one in team.works}
    named = {name for name, data in works.items() if mentions(name, data)}
    assert told <= named
    assert sum(team.counts["works"] for team in found) >= len(named)
    assert all(0 < team.score < 2 for team in found)  # fading: below twice the best work


def test_the_order_of_equal_people_does_not_depend_on_the_order_of_works() -> None:
    works = {name: work(name, name) for name in "bca"}
    hits = [hit(name, "fair", 0.4) for name in works]
    assert [one.name for one in teams_of(hits, works)] == [one.name for one in teams_of(hits[::-1], works)]


@pytest.mark.parametrize(
    ("more", "code"), [({"by": "city"}, "bad_by"), ({"top": 0}, "bad_top"), ({"top": 1001}, "bad_top")]
)
def test_what_cannot_be_ranked_is_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError, match=code):
        rank_teams(index_of(WORKS[:1]), NEED, **more)


@pytest.mark.parametrize("by", ["person", "organisation", "team"])
def test_the_command_writes_one_line_a_hit(tmp_path: Path, by: str) -> None:
    index_of(WORKS).save(tmp_path / "index")
    needs, out = tmp_path / "needs.jsonl", tmp_path / "teams.jsonl"
    needs.write_text(json.dumps(NEED, ensure_ascii=False) + '\n{"id": 3}\n', "utf-8")
    arguments = ["--index", tmp_path / "index", "--needs", needs, "--out", out, "--by", by, "--top", 2]
    done = CliRunner().invoke(app, ["teams", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [(line["need"], line["rank"], line["by"]) for line in lines] == [("n1", 1, by), ("n1", 2, by)]
    assert {"name", "organisation", "score", "level", "works", "counts", "zh", "en"} <= lines[0].keys()
    assert {"id", "title", "level", "role", "weight", "why"} <= lines[0]["works"][0].keys()
    assert (tmp_path / "teams.jsonl.rejects.jsonl").exists()
