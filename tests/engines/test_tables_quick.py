"""Plain cells take a short way through `core.tables`; it says what the long way says."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tuwei.core import _tables_cells as cells
from tuwei.core.tables import Column

COLUMNS = [
    Column("a", "a", "a", "yuan"), Column("a", "a", "a", "yuan", low=-5), Column("a", "a", "a", "yuan", low=5),
    Column("a", "a", "a", "integer"), Column("a", "a", "a", "integer", low=0, high=20),
    Column("a", "a", "a", "boolean"), Column("a", "a", "a", "date"), Column("a", "a", "a", "date", low="2000-01-01"),
]  # fmt: skip
WRITTEN = ["0", "00", "0.00", "0.5", "1.50", "12.00", "1e5", "-3", "7", "20", "21", "2020-01-02", "2020-13-01", "2020-1-2",
           "1999-12-31", "是", "yes", "Yes", "", "  5", "5 ", "１２", "0x1", "9" * 13, "9" * 14, "9" * 16, "1,200.00",
           "12.5万", "0000-00-00", "2020-W01-1", "٣", "1_0", "nan"]  # fmt: skip


def _converted(column: Column, cell: str) -> Any:
    try:
        return cells.convert(column, cell)
    except cells.BadCell as problem:
        return "bad", problem.code


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.kind}{column.low}")
def test_the_short_way_agrees(column: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    drawn = ["".join(chance.choices("0123456789.-", k=chance.randint(1, 11))) for _ in range(2000)]
    short = [_converted(column, cell) for cell in [*WRITTEN, *drawn]]
    monkeypatch.setattr(cells, "_QUICK", {})
    long = [_converted(column, cell) for cell in [*WRITTEN, *drawn]]
    assert [(type(one), one) for one in short] == [(type(one), one) for one in long]
