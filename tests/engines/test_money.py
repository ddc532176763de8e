"""Money: what people write, exactly, and what they do not mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuwei.core.errors import InputError
from tuwei.core.money import LARGEST_FEN, format_yuan, parse_yuan, yuan_text

AMOUNTS = st.integers(-LARGEST_FEN, LARGEST_FEN)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.5万", 12_500_000),
        ("1,200.00", 120_000),
        ("3亿", 30_000_000_000),
        ("200元", 20_000),
        ("\uff11\uff0c\uff12\uff10\uff10\uff0e\uff15万", 1_200_500_000),
        ("¥ 88", 8_800),
        ("¥0.05", 5),
        ("12.5万元", 12_500_000),
        ("1,200。", None),
        ("0.1", 10),
        ("百万", None),
        ("3千", 300_000),
        ("2百万元", 200_000_000),
        ("0.12345万", 123_450),
        ("1,20", None),
        ("12,345,678", 1_234_567_800),
        ("", None),
        ("面议", None),
        ("10-20万", None),
        ("1e5", None),
        ("NaN", None),
        ("人民币300元", 30_000),
    ],
)
def test_amounts_as_people_write_them(text: str, fen: int | None) -> None:
    if fen is not None:
        assert parse_yuan(text) == fen
        return
    with pytest.raises(InputError) as caught:
        parse_yuan(text)
    assert caught.value.code == "money.bad_amount"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.005", "money.too_precise"),
        ("1.000", "money.too_precise"),
        ("0.1234567万", "money.too_precise"),
        ("12345678901.000000000000000001万", "money.too_precise"),
        ("-1", "money.negative"),
        ("1000001亿亿", "money.bad_amount"),
        ("10000001亿", "money.too_large"),
    ],
)
def test_an_amount_that_is_refused_says_why(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_yuan(text)
    assert caught.value.code == code
    assert text in caught.value.sentence("zh")
    assert text in caught.value.sentence("en")


def test_a_negative_amount_where_it_may_be() -> None:
    assert parse_yuan("-1.5万", negative=True) == -1_500_000


@given(AMOUNTS)
def test_what_is_shown_reads_back_exactly(fen: int) -> None:
    for text in (format_yuan(fen, "zh"), format_yuan(fen, "en"), yuan_text(fen)):
        assert parse_yuan(text, negative=True) == fen


@given(st.text(max_size=60))
def test_any_text_is_an_amount_or_an_input_error(text: str) -> None:
    try:
        fen = parse_yuan(text, negative=True)
    except InputError:
        return
    assert abs(fen) <= LARGEST_FEN
