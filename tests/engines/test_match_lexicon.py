"""Technical terms: what is learned from records, what is left out, and where terms stand in a text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuwei.core.errors import InputError
from tuwei.core.text import fold, normalise
from tuwei.match import _lexicon as lexicon
from tuwei.match._lexicon import Terminology
from tuwei.match._new_words import new_words
from tuwei.match._records import Record, read_record
from tuwei.match._shared import Other, Told, cut, shared
from tuwei.match._words import occurs, telling

ANY = st.text(st.characters(exclude_categories=()), max_size=200)  # surrogates and controls included
# 垄沟覆膜 stands in many surroundings; 沟覆 always within it; 提高产量 is no name.
BEFORE, AFTER = "春夏秋冬早晚东西南北", "玉米 小麦 马铃薯 向日葵 甜菜 胡麻 荞麦 燕麦 大豆 高粱".split()


def _record(at: int, title: str, text: str = "", keywords: list[str] | None = None) -> Record:
    return read_record({"id": f"r{at}", "title": title, "text": text, "keywords": keywords or []})


def _fields() -> list[Record]:
    draw = random.Random(0)
    texts = [
        f"{draw.choice(AFTER)}{draw.choice(BEFORE)}垄沟覆膜{draw.choice(AFTER)}，{draw.choice(AFTER)}的收成，"
        + "".join(draw.choices("天地山水风云雨雪石土火木", k=30))
        for _ in range(200)
    ]
    return [_record(at, text, text) for at, text in enumerate(texts)]


def test_a_word_of_many_surroundings_is_learned_whole() -> None:
    terms = Terminology.learn(_fields())
    assert "垄沟覆膜" in terms
    assert not {"沟覆", "垄沟覆", "沟覆膜"} & set(terms.terms)


def test_words_of_the_dictionary_are_no_new_words() -> None:
    texts = [f"{after}、人工智能、{before}" for before in BEFORE for after in AFTER]
    assert new_words(texts) == {}


def test_the_order_of_records_changes_nothing() -> None:
    records = _fields()
    turned = Terminology.learn(records[::-1])
    assert Terminology.learn(records).terms == turned.terms


def test_a_keyword_counts_from_two_records_on() -> None:
    records = [
        _record(1, "一", keywords=["膜下滴灌", "钠离子电池", "滚筒烘干机"]),
        _record(2, "二", keywords=["膜下滴灌"]),
        _record(3, "三", "試製鈉離子電池"),
        _record(4, "四", "滚筒 烘干机"),
    ]
    terms = Terminology.learn(records)
    assert "膜下滴灌" in terms  # a keyword of two
    assert "钠离子电池" in terms  # of one, and in the text of another, in the other script
    assert "滚筒烘干机" not in terms


def test_a_keyword_in_its_own_text_alone_is_none() -> None:
    assert (
        len(Terminology.learn([_record(1, "膜下滴灌", "膜下滴灌", ["膜下滴灌"]), _record(2, "另一条")])) == 0
    )


def test_words_that_stand_anywhere_are_no_keywords() -> None:
    records = [_record(at, "条目", keywords=["系统设计", "技术", "优化", "1-2"]) for at in range(3)]
    assert Terminology.learn(records).terms == ()


def test_seeds_come_first_and_the_number_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "MOST_TERMS", 2)
    records = [_record(at, "条目", keywords=["膜下滴灌", "钠离子电池"]) for at in range(2)]
    assert Terminology.learn(records, seeds=["莜麥加工"]).terms[0] == "莜麦加工"
    assert len(Terminology.learn(records, seeds=["莜麦加工"])) == 2


@pytest.mark.parametrize(
    ("terms", "text", "expected"),
    [
        (["滴灌", "膜下滴灌"], "膜下滴灌与滴灌", ["膜下滴灌", "滴灌"]),
        (["离子电池", "钠离子"], "钠离子电池", ["钠离子"]),  # from the left, none overlapping
        (["PM2.5"], "降低ＰＭ２．５,不是 PM2.55,也不是 APM2.5", ["pm2.5"]),
        (["3D打印"], "用3d打印,13D打印", ["3d打印"]),
        (["machine learning"], "Machine  Learning of machine learnings", ["machine learning"]),
        (["鹽鹼地改良"], "盐碱地改良", ["盐碱地改良"]),
        (["膜下滴灌"], "", []),
        (["膜下滴灌"], "膜", []),
        ([], "膜下滴灌", []),
    ],
)
def test_terms_in_a_text(terms: list[str], text: str, expected: list[str]) -> None:
    assert Terminology(terms).find(text) == expected


@given(st.lists(ANY, max_size=20), ANY)
def test_whatever_the_text_what_is_found_stands_there_in_order(terms: list[str], text: str) -> None:
    known = Terminology(terms)
    flat, at = fold(normalise(text).lower()), 0
    for term in known.find(text):
        assert term in known
        at = flat.index(term, at) + len(term)


@given(
    st.text("膜下滴灌a1-. ", max_size=40),
    st.lists(st.text("膜下滴灌a1-.", min_size=2, max_size=5), max_size=8),
)
def test_found_terms_are_the_longest_at_their_place(text: str, terms: list[str]) -> None:
    known = Terminology(terms)
    flat, at = fold(normalise(text).lower()), 0
    while at < len(flat):  # the plain way, over all terms at each place
        here = [
            term
            for term in known.terms
            if flat.startswith(term, at)
            and not (flat[max(at - 1, 0) : at] + term[0]).isascii()
            * (at > 0 and flat[at - 1].isalnum())
            * term[0].isalnum()
            and not (
                (flat[at + len(term) : at + len(term) + 1] + term[-1]).isascii()
                and flat[at + len(term) : at + len(term) + 1].isalnum()
                and term[-1].isalnum()
            )
        ]
        best = max(here, key=len, default="")
        if best:
            assert best in known.find(text)
        at += len(best) or 1


@settings(max_examples=50)
@given(st.lists(st.tuples(ANY, ANY, st.lists(ANY, max_size=3)), max_size=8), st.lists(ANY, max_size=3))
def test_any_records_can_be_learned_from(rows: list[tuple[str, str, list[str]]], seeds: list[str]) -> None:
    records = [_record(at, "题" + title, text, words) for at, (title, text, words) in enumerate(rows)]
    for term in Terminology.learn(records, seeds=seeds).terms:
        assert 1 < len(term) <= lexicon.LONGEST
        term.encode("utf-8")
        assert "\n" not in term


@pytest.mark.parametrize("unit", ["膜下滴灌", "<b>a-</b>", "學"])
def test_a_megabyte_is_learned_from_and_searched(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    terms = Terminology.learn([_record(at, text, text, [text]) for at in range(2)], seeds=["膜下滴灌", text])
    assert all(len(term) <= lexicon.LONGEST for term in terms.terms)
    assert len(terms.find(text)) <= len(text) / 2
    assert shared(Told.of(text, {}, terms), Other.of(text)) == []


def test_terms_outlive_the_disk(tmp_path: Path) -> None:
    terms = Terminology(["膜下滴灌", "PM2.5", "machine learning"])
    terms.write(tmp_path)
    assert Terminology.read(tmp_path).terms == terms.terms
    assert Terminology.read(tmp_path / "none").terms == ()


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / lexicon.FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="terminology"):
        Terminology.read(tmp_path)


def test_shared_terms_are_named_whole() -> None:
    need, record = "推广膜下滴灌和钠离子电池", Other.of("膜下滴灌设备,鈉離子電池")
    rarity = {"滴灌": 3.0, "电池": 1.0}
    assert shared(Told.of(need, rarity), record) == ["滴灌", "電池"]
    terms = Terminology(["膜下滴灌", "钠离子电池"])
    assert shared(Told.of(need, rarity, terms), record) == ["膜下滴灌", "鈉離子電池"]
    assert shared(Told.of(need, rarity, terms), Other.of("滴灌设备,锂离子电池")) == [
        "滴灌",
        "电池",
    ]  # not whole in the record
    assert shared(Told.of(need, {}, terms), record) == []  # nothing that counts


def test_a_word_is_found_in_either_script_and_quoted_as_it_stands() -> None:
    assert occurs("储能", "電網側儲能")
    assert occurs("儲能", "电网侧储能")
    assert occurs("cafe", "a café")
    assert not occurs("cafe", "cafés")
    assert shared(Told.of("储能电站", {"储能": 2.0}), Other.of("電網側儲能")) == ["儲能"]
    assert shared(Told.of("儲能電站", {"储能": 2.0}), Other.of("电网侧储能")) == ["储能"]


@given(ANY, ANY)
def test_what_is_shared_stands_in_both(need: str, record: str) -> None:
    mine, theirs = normalise(need).lower(), normalise(record).lower()
    rarity = dict.fromkeys((word for word in cut(mine) if telling(word)), 1.0)
    for phrase in shared(Told.of(mine, rarity, Terminology([need[:20], record[:20]])), Other.of(record)):
        assert phrase in theirs
        assert fold(phrase) in fold(mine)
