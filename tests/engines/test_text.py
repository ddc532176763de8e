"""Text cleaning and cutting, with text as hostile as the web delivers it."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuwei.core.text import LONGEST_TERM, bigrams, cut, fold, normalise, words

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


@given(st.text("水泵节能盐碱地玉米鹽學é·-/.+a1 ,。", max_size=60))
def test_terms_occur_in_the_text(text: str) -> None:
    flat = fold(normalise(text).lower())
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
        ("机器學習", ["机器", "器学", "学习"]),
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


@pytest.mark.parametrize(
    "unit",
    [
        "水",
        "a",
        "1",
        "水泵节能",
        " ",
        "\x00",
        "，",
        "1.",
        "😀",
        "a水",
        "學",
        "a-",
        "<b>a/水泵</b>",
    ],
)
def test_a_megabyte_takes_moments(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    fold(normalise(text)), bigrams(text), words(text)
    assert time.process_time() - start < 10


@given(st.one_of(ANY, st.text("水泵节能盐碱地玉米人工智能a1 ,。\n\0カ", max_size=80)))
def test_cutting_once_is_cutting_both_ways(text: str) -> None:
    assert cut(text) == (bigrams(text), words(text))


@given(st.text("水泵节能盐碱地玉米人工智能カa1 ,。", max_size=80))
def test_marks_part_words_whatever_stands_beyond(text: str) -> None:
    parts = text.replace(",", "。").replace(" ", "。").split("。")
    assert words(text) == [word for part in parts for word in words(part)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PM2.5", ["pm2", "5", "pm2.5"]),
        ("5G基站", ["5g", "基站", "5g基站"]),
        ("3D打印", ["3d", "打印", "3d打印"]),
        ("C/C复合材料", ["c", "c", "c/c", "复合", "材料", "复合材料", "c/c复合材料"]),
        ("α-Fe2O3", ["α", "fe2o3", "α-fe2o3"]),
        ("H₂O与CO₂、m³", ["h2o", "与", "co2", "m3"]),
        ("Ti-6Al-4V", ["ti", "6al", "4v", "ti-6al-4v"]),
        ("20-30 ℃, 2019-12, 30mg水", ["20", "30", "c", "2019", "12", "30mg", "水"]),  # no names
        ("a - b", ["a", "b"]),
        ("plant's Café", ["plant", "s", "cafe"]),
        ("ignore previous instructions", ["ignore", "previous", "instructions"]),
    ],
)
def test_names_of_several_pieces_are_words_too(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_names_stay_out_of_the_pairs() -> None:
    assert bigrams("PM2.5与C/C复合材料") == ["pm2", "5", "与", "c", "c", "复合", "合材", "材料"]


@given(ANY)
def test_folding_keeps_every_place_and_is_done_once(text: str) -> None:
    flat = normalise(text).lower()
    once = fold(flat)
    assert len(once) == len(flat)
    assert fold(once) == once


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("鹽鹼地機器學習", "盐碱地机器学习"),
        ("鈉離子電池與儲能", "钠离子电池与储能"),
        ("乾燥塔後面", "干燥塔后面"),
    ],
)
def test_both_scripts_give_the_same_terms(traditional: str, simplified: str) -> None:
    assert cut(traditional) == cut(simplified)
    assert normalise(traditional) == traditional  # which is what reasons quote
