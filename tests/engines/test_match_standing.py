"""How new a record is and whether its source answers: little beside the text, decisive between equals."""

from __future__ import annotations

from typing import Any

import pytest

from tuwei.core.errors import InputError
from tuwei.match import MatchIndex

TEXT = {"title": "奶牛场节水", "text": "挤奶厅清洗水循环利用"}


def _index(*further: dict[str, Any]) -> MatchIndex:
    return MatchIndex.build([{**TEXT, "id": f"a{at}", **one} for at, one in enumerate(further)])


def _order(index: MatchIndex) -> list[str]:
    return [hit.achievement for hit in index.rank(TEXT["title"])]


def test_of_equals_the_newer_and_the_answering_come_first() -> None:
    assert _order(_index({}, {"updated": "2019-01-01"}, {"published": "2026-01-01T08:00:00+08:00"})) == [
        "a2",
        "a1",
        "a0",
    ]
    silent, answering = {"asked": 9, "answered": 0}, {"asked": 9, "answered": 9}
    assert _order(_index({"inquiries": silent}, {}, {"inquiries": answering})) == ["a2", "a1", "a0"]


def test_the_better_text_still_wins() -> None:
    index = _index({"title": "养鸡场", "text": "节水", "updated": "2026-01-01"}, {"updated": "2001-01-01"})
    assert _order(index)[0] == "a1"


def test_answers_are_a_reason_once_enough_have_asked() -> None:
    hits = _index(
        {"inquiries": {"asked": 2, "answered": 2}}, {"inquiries": {"asked": 5, "answered": 1}}
    ).rank(TEXT["title"])
    told = {hit.achievement: [why for why in hit.why if why["kind"] == "inquiries"] for hit in hits}
    assert told["a0"] == []
    assert (told["a1"][0]["asked"], told["a1"][0]["answered"]) == (5, 1)
    assert "收到 5 次询问，答复 1 次" in next(hit.zh for hit in hits if hit.achievement == "a1")


@pytest.mark.parametrize("updated", ["", None, 7, "去年", "2026-13-01", [], {"a": 1}])
def test_what_is_no_date_is_not_used(updated: Any) -> None:
    assert _order(_index({}, {"updated": updated})) == ["a0", "a1"]


@pytest.mark.parametrize(
    "answers",
    [7, "5/8", [], {"asked": 3}, {"asked": 1, "answered": 2}, {"asked": True, "answered": True}, {"asked": -1, "answered": -1}],
)  # fmt: skip
def test_a_record_of_answering_that_is_none_is_refused(answers: Any) -> None:
    with pytest.raises(InputError) as told:
        _index({"inquiries": answers})
    assert told.value.code == "match.bad_field"
    assert told.value.where["field"] == "inquiries"
    assert "asked" in told.value.sentence("zh")
    assert "asked" in told.value.sentence("en")
