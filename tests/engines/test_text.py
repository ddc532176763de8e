"""Text cleaning and cutting, with text as hostile as the web delivers it."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuwei.core.text import LONGEST_TERM, bigrams, cut, normalise, words

ANY = st.text(st.characters(exclude_categories=()), max_size=200)  # surrogates and controls included


@given(ANY)
def test_normalise_is_stable_and_clean(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in once)
    assert "  " not in once
    assert once == once.strip()
    once.encode("utf-8")


def test_every_control_format_and_surrogate_code_point_goes() -> None:
    kept = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"}
        and normalise(f"水{chr(code)}泵") not in {"水泵", "水 泵"}
    ]
    assert kept == []


@given(ANY)
def test_terms_are_short_lower_and_free_of_space(text: str) -> None:
    for term in words(text) + bigrams(text):
        assert 0 < len(term) <= LONGEST_TERM
        assert not any(c.isspace() for c in term)
        term.encode("utf-8")


@given(st.text("水泵节能盐碱地玉米a1 ,。", max_size=60))
def test_terms_occur_in_the_text(text: str) -> None:
    flat = normalise(text).lower()
    assert all(term in flat for term in words(text) + bigrams(text))
    assert set(bigrams(text)) == set(bigrams(flat))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("。,! \t\n", []),
        ("😀🚜", []),
        ("膜", ["膜"]),
        ("膜\u200b法", ["膜法"]),
        ("ＬｉＦｅＰＯ４电池", ["lifepo4", "电池"]),
        ("机器學習", ["机器", "器學", "學習"]),
        ("3.5%~12元/吨", ["3.5", "12", "元", "吨"]),
        ("ᠮᠣᠩᠭᠣᠯ 奶", ["ᠮᠣᠩᠭᠣᠯ", "奶"]),
        ("\ud800水泵\udfff", ["水泵"]),
    ],
)
def test_bigrams_of_odd_text(text: str, expected: list[str]) -> None:
    assert bigrams(text) == expected


def test_words_of_domain_text() -> None:
    assert {"苦咸水", "淡化", "200"} <= set(words("苦咸水淡化装置,吨水处理成本200元/吨"))
    assert words("\ud83d") == []


@pytest.mark.parametrize("unit", ["水", "a", "1", "水泵节能", " ", "\x00", "，", "1.", "😀", "a水"])
def test_a_megabyte_takes_moments(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    normalise(text), bigrams(text), words(text)
    assert time.process_time() - start < 10


@given(st.one_of(ANY, st.text("水泵节能盐碱地玉米人工智能a1 ,。\n\0カ", max_size=80)))
def test_cutting_once_is_cutting_both_ways(text: str) -> None:
    assert cut(text) == (bigrams(text), words(text))


@given(st.text("水泵节能盐碱地玉米人工智能カa1 ,。", max_size=80))
def test_marks_part_words_whatever_stands_beyond(text: str) -> None:
    parts = text.replace(",", "。").replace(" ", "。").split("。")
    assert words(text) == [word for part in parts for word in words(part)]
