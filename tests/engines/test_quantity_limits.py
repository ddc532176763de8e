"""Hostile and strange input: linear time, no exception, honest spans."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuwei.core.quantity import compare, find_quantities, show

_HOSTILE = (
    "1",
    "1,",
    "1,111",
    "1.",
    "a",
    "aA1-",
    "-",
    " ",
    "\n",
    "不超过",
    "每吨",
    "百分之",
    "一",
    "万",
    "1-1-",
    "1~",
    "±",
    "(",
    "1/1",
    "降低到",
    "10^",
    "1×10",
    "1e",
    "第1",
    "GB",
    "kg/",
    "元/",
    "the ",
    "a.b@",
    "T/",
    "ZL 1",
    "not more than ",
    "１",
    "😀1 ",
    "个/",
    "1%",
)


@pytest.mark.parametrize("piece", _HOSTILE)
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    """Four times the text may take about four times as long (ten, with noise), never sixteen."""
    quick = min(_seconds(piece * (4_000 // len(piece))) for _ in range(3))
    slow = min(_seconds(piece * (16_000 // len(piece))) for _ in range(2))
    assert slow < max(10 * quick, 0.05)


@pytest.mark.parametrize(
    "piece", ["1", "1.", "a.b@", "不超过", "每吨水成本降低到以下", "GB/T 1", "(", " ", "aA1-"]
)
def test_a_megabyte_is_read_in_seconds(piece: str) -> None:
    """A megabyte that is nothing but numbers takes about 30 s: 60 µs each; it is not run here."""
    assert _seconds(piece * (1_000_000 // len(piece))) < 30


def _seconds(text: str) -> float:
    begin = time.process_time()
    find_quantities(text)
    return time.process_time() - begin


_PIECES = st.sampled_from(
    [
        *"0123456789.,-~±%％万亿千百成三两吨元℃/每个年月日第不超过以上以下降到由从至约≤≥ \n(),。",
        *["kg", "mg/L", "GB/T", "百分之", "以内", "降低", "提高", " per ", "10^8", "between ", " and ", "pH"],
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=40).map("".join)))
def test_any_text_yields_honest_spans(text: str) -> None:
    found = find_quantities(text)
    last = 0
    for quantity in found:
        assert text[quantity.start : quantity.end] == quantity.text
        assert last <= quantity.end <= len(text)
        last = quantity.end
        assert all((show(quantity), show(quantity, "en")))
        if quantity.comparator in ("le", "lt"):
            assert (quantity.low is None, quantity.high is None) == (True, False)
        elif quantity.comparator in ("ge", "gt"):
            assert (quantity.low is None, quantity.high is None) == (False, True)
        else:
            assert quantity.low is not None
            assert quantity.high is not None
            assert quantity.low <= quantity.high
        assert compare(quantity, found).verdict in ("met", "not_met", "unstated")
