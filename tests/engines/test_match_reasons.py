"""Reasons that a person finds true: what is named, what is left out, and how often it was judged right."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tuwei.match import Hit, MatchIndex
from tuwei.match import _alike as alike
from tuwei.match._embedding import Embedding
from tuwei.match._shared import Other, Told, shared

ROOT = Path(__file__).parents[2]
PACK = ROOT / "src" / "tuwei" / "packs" / "hohhot"
JUDGED = ROOT / "tests" / "golden" / "match" / "reasons.tsv"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@cache
def pack_hits() -> tuple[Hit, ...]:
    """The best ten for each sample need of the pack."""
    index = MatchIndex.build(
        [*_lines(PACK / "achievements.jsonl"), *_lines(PACK / "samples" / "achievements.jsonl")]
    )
    needs = [{**need, "text": need["problem"]} for need in _lines(PACK / "samples" / "needs.jsonl")]
    return tuple(hit for need in needs for hit in index.rank(need, top=10))


def judged(kind: str) -> dict[tuple[str, str], bool]:
    """The hand-made judgements of one kind of reason."""
    rows = [line.split("\t") for line in JUDGED.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {(row[1], row[2]): row[4] == "yes" for row in rows if row[0] == kind}


def test_related_words_of_the_pack_are_related() -> None:
    """Of the 120 judged pairs 27 are related; an engine that shows a pair nobody judged is wrong as well."""
    verdicts = judged("related")
    assert len(verdicts) >= 60
    shown = [
        (why["need"], why["achievement"])
        for hit in pack_hits()
        for why in hit.why
        if why["kind"] == "related"
    ]
    wrong = [pair for pair in shown if not verdicts.get(pair, False)]
    assert len(wrong) <= 0.1 * len(shown), wrong[:10]


def test_shared_words_of_the_pack_say_something() -> None:
    verdicts = judged("words")
    shown = Counter(
        word for hit in pack_hits() for why in hit.why if why["kind"] == "words" for word in why["words"]
    )
    known = {word: count for word, count in shown.items() if (word, "") in verdicts}
    right = sum(count for word, count in known.items() if verdicts[word, ""])
    assert sum(known.values()) > 0.6 * shown.total()  # the judgements speak for what is shown
    assert right / sum(known.values()) >= 0.95


def test_most_results_of_the_pack_keep_a_reason() -> None:
    told = [hit for hit in pack_hits() if hit.level in ("strong", "fair")]
    assert sum(bool(hit.why) for hit in told) > 0.95 * len(told)


# 60 records name 灌溉 and 节水 together, 60 name 雷达 and 60 others 天线; the vectors are set so that 雷达 is
# as near to 天线 as 灌溉 to 节水, and 渠道 nearer to three others than to 节水.
VECTORS = {
    "灌溉": (1, 0, 0, 0), "节水": (0.9, 0.3, 0, 0), "渠道": (0.5, 0.8, 0, 0), "田垄": (0.1, 0.9, 0, 0),
    "土壤": (0, 1, 0, 0), "种薯": (0, 0.9, 0.1, 0), "雷达": (0, 0, 1, 0), "天线": (0, 0, 0.9, 0.3),
}  # fmt: skip
TEXTS = (("灌溉、节水", 60), ("渠道、田垄、土壤、种薯", 40), ("渠道、节水", 20), ("雷达", 60), ("天线", 60))


def _collection(count: int) -> MatchIndex:
    bodies = [text for text, times in TEXTS for _ in range(times)]
    bodies += ["没有别的"] * (count - len(bodies))
    records = [{"id": f"r{at}", "title": "条目", "text": text} for at, text in enumerate(bodies)]
    table = np.array([*VECTORS.values()], np.float32)
    weights = np.full(len(table), np.log(1 + 1 / 0.03), np.float32)  # named by 3 % of the records
    embedding = Embedding(["_" + word for word in VECTORS], weights, table)
    return MatchIndex.build(
        [*records, {"id": "x", "title": "节水", "text": ""}, {"id": "y", "title": "天线", "text": ""}],
        embedding=embedding,
    )


@pytest.fixture(scope="module")
def large() -> MatchIndex:
    return _collection(alike.FEWEST_RECORDS)


def _related(index: MatchIndex, need: str, found: str) -> list[tuple[str, str, int]]:
    [hit] = index.explain(need, [found])
    return [(why["need"], why["achievement"], why["together"]) for why in hit.why if why["kind"] == "related"]


def test_a_pair_that_many_records_name_together_is_told(large: MatchIndex) -> None:
    assert _related(large, "灌溉怎么做", "x") == [("灌溉", "节水", 60)]
    [hit] = large.explain("灌溉怎么做", ["x"])
    assert "库中有 60 条同时提到两者" in hit.zh


def test_nearness_alone_is_no_evidence(large: MatchIndex) -> None:
    """No record names both, however near their vectors are."""
    assert _related(large, "雷达怎么做", "y") == []


def test_nearness_must_be_mutual(large: MatchIndex) -> None:
    """渠道 is among the three nearest of 节水, and 20 records name both; but 渠道 itself has three nearer ones."""
    assert _related(large, "渠道怎么做", "x") == []


def test_a_small_collection_tells_no_pair() -> None:
    assert _related(_collection(alike.FEWEST_RECORDS - 3), "灌溉怎么做", "x") == []


@pytest.mark.parametrize(
    ("need", "record", "expected"),
    [
        ("奶粉的喷雾干燥塔", "喷雾干燥塔改造", ["喷雾干燥塔"]),
        ("余热，回收", "余热，回收", ["余热", "回收"]),  # a phrase does not reach over a mark
        ("粮食", "杂粮食品", []),  # letters that meet by chance are no word
        ("pH计", "phosphor", []),
    ],
)
def test_the_longest_phrase_is_named(need: str, record: str, expected: list[str]) -> None:
    rarity = dict.fromkeys(("喷雾", "干燥", "喷雾干燥", "余热", "回收", "粮食", "ph"), 1.0)
    assert sorted(shared(Told.of(need.lower(), rarity), Other.of(record))) == sorted(expected)


def test_a_word_that_every_record_has_is_no_reason() -> None:
    records = [{"id": str(at), "title": "马铃薯贮藏", "text": f"第{at}种"} for at in range(40)]
    records.append({"id": "x", "title": "马铃薯脱毒", "text": ""})
    [hit] = MatchIndex.build(records).rank("马铃薯脱毒苗", top=1)
    assert [why["words"] for why in hit.why] == [["脱毒"]]
    [hit] = MatchIndex.build(records).rank("马铃薯晚疫病", top=1)
    assert hit.why == []


def test_money_is_told_as_people_say_it() -> None:
    index = MatchIndex.build([{"id": "a", "title": "水泵", "text": "", "price_min": "300000"}])
    [hit] = index.rank({"title": "水泵", "budget_max": "800000"})
    assert "30万元" in hit.zh
    assert "80万元" in hit.zh
    assert "300,000" in hit.en


def test_what_a_need_asks_is_the_requirement_whichever_side_asks() -> None:
    indicator = {"name": "节水率", "comparator": "ge", "low": "30", "unit": "%"}
    claim = {"quantity": "节水率", "comparator": "ge", "low": "35", "unit": "%"}
    need = {"id": "n", "title": "滴灌", "text": "", "indicators": [indicator], "trl": 6, "budget_max": "100"}
    offer = {
        "id": "a",
        "title": "滴灌",
        "text": "增产10%以上",
        "claims": [claim],
        "trl": 5,
        "price_min": "90",
    }
    [hit] = MatchIndex.build([need]).rank(offer, found="need")
    assert hit.quantities == [{"required": "节水率≥30%", "offered": "节水率≥35%", "verdict": "met"}]
    assert "对方要求“节水率≥30%”" in hit.zh
    verdicts = {why["kind"]: why["verdict"] for why in hit.why if "verdict" in why}
    assert verdicts == {"claim": "met", "trl": "not_met", "budget": "met"}
    [other] = MatchIndex.build([offer]).rank(need)
    assert other.quantities == hit.quantities
