"""What two levels say about a change: 亩产由 400 公斤提高到 560 公斤 is an increase of 40 %."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from tuwei.core._quantity_types import Change, Quantity

_REACH = 40  # characters between the start and the goal
_HUNDREDTH = Decimal("0.01")


def moves(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    """Yield the change that each start and goal standing side by side amount to.

    Parameters
    ----------
    text
        The text that was read; the words of a change run from its start to its goal.
    found
        What `find_quantities` found in it, in order.

    Yields
    ------
    Quantity
        Its size is in per cent of the start [%], or in points [个百分点] where both are shares: of the two ways
        to read "accuracy improved by 5 %" the smaller size. ``ge`` where the goal itself is a bound.

    Examples
    --------
    >>> from tuwei.core.quantity import find_quantities
    >>> text = "亩产由400公斤提高到560公斤"
    >>> [(q.text, q.comparator, q.low, q.unit, q.change) for q in moves(text, find_quantities(text))]
    [('400公斤提高到560公斤', 'ge', Decimal('40.00'), '%', 'increase')]
    """
    for start, goal in pairwise(found):
        change = _change(text, start, goal)
        if change is not None:
            yield change


def _change(text: str, start: Quantity, goal: Quantity) -> Quantity | None:
    before, after = start.low, goal.high if goal.low is None else goal.low
    told = start.baseline and not goal.baseline and goal.change is None and goal.comparator != "range"
    alike = start.name == goal.name and start.unit == goal.unit and goal.start - start.end <= _REACH
    if not (told and alike) or before is None or after is None or before != start.high:
        return None
    if before <= 0 or before == after:
        return None
    share = start.unit in ("%", "‰")
    size = abs(after - before) if share else (abs(after - before) / before * 100).quantize(_HUNDREDTH)
    bounded = goal.comparator in (("ge", "gt") if after > before else ("le", "lt"))
    words = text[start.start : goal.end]
    change: Change = "increase" if after > before else "decrease"
    unit = {"%": "个百分点", "‰": "‰"}.get(start.unit, "%")
    high = None if bounded else size
    return Quantity(
        words, start.start, goal.end, start.name, "ge" if bounded else "eq", size, high, unit, change
    )
