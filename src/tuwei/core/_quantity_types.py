"""The record of one recognised quantity."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Comparator = Literal["le", "lt", "ge", "gt", "eq", "approx", "range"]
Change = Literal["increase", "decrease"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as found in a text.

    Attributes
    ----------
    text, start, end
        The words read, and where they stand: ``source[start:end] == text``.
    name
        The thing measured, as written beside it ("吨水处理成本"), or "".
    comparator
        ``le lt ge gt eq approx range``.
    low, high
        Exact bounds [unit]. ``le``/``lt`` set only ``high``, ``ge``/``gt`` only ``low``;
        ``eq``/``approx`` set both alike; ``range`` sets both. For a change the bounds are its size.
    unit
        As written, without spaces ("元/吨", "%", "℃"); "" for a bare count. 三成 reads as 30 %.
    change
        ``increase`` or ``decrease`` when the number is a difference ("降低 30 %"), else ``None``.
    baseline
        True for a present or starting value ("目前 35", "由 35 降至 25"): no demand and no claim.
    """

    text: str
    start: int
    end: int
    name: str
    comparator: Comparator
    low: Decimal | None
    high: Decimal | None
    unit: str
    change: Change | None
    baseline: bool = False
