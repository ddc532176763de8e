"""Quantities in needs and claims: found in Chinese and English text, compared, shown.

>>> [show(q) for q in find_quantities("吨水处理成本不超过200元,COD去除率≥95%")]
['≤ 200 元/吨', '≥ 95 %']
"""

from __future__ import annotations

from decimal import Decimal

from tuwei.core._quantity_compare import Comparison, Verdict, compare
from tuwei.core._quantity_moves import moves
from tuwei.core._quantity_names import polarity
from tuwei.core._quantity_numbers import parse_chinese
from tuwei.core._quantity_scan import find_all
from tuwei.core._quantity_types import Change, Comparator, Quantity

__all__ = [
    "Change",
    "Comparator",
    "Comparison",
    "Quantity",
    "Verdict",
    "compare",
    "find_quantities",
    "moves",
    "parse_chinese",
    "polarity",
    "show",
]

_SIGNS = {"le": "≤ ", "lt": "< ", "ge": "≥ ", "gt": "> ", "eq": "", "approx": "≈ "}
_CHANGES = {
    "zh": {"increase": "提高 ", "decrease": "降低 "},
    "en": {"increase": "increase ", "decrease": "decrease "},
}


def find_quantities(text: str) -> list[Quantity]:
    """Find every quantity in a Chinese or English text.

    Parameters
    ----------
    text
        Any length; the time grows linearly with it.

    Returns
    -------
    list of Quantity
        In the order of the text, never overlapping. Years and dates, telephone numbers, numbers of
        standards, patents and licences, model names and chapter numbers are left out.

    Examples
    --------
    >>> cost, = find_quantities("吨水处理成本不超过200元/吨")
    >>> cost.name, cost.comparator, cost.low, cost.high, cost.unit
    ('吨水处理成本', 'le', None, Decimal('200'), '元/吨')
    >>> saving, = find_quantities("灌溉用水量减少三成以上")
    >>> saving.name, saving.comparator, saving.low, saving.unit, saving.change
    ('灌溉用水量', 'ge', Decimal('30'), '%', 'decrease')
    >>> find_quantities("2023年按 GB/T 34670-2017 检验 BA0711,电话13800000000")
    []
    """
    return list(find_all(text))


def show(quantity: Quantity, language: str = "zh") -> str:
    """Write a quantity for people, without its name.

    >>> show(find_quantities("烘干温度45至60℃")[0])
    '45–60 ℃'
    >>> show(find_quantities("reduce water use by at least 30 %")[0], "en")
    'decrease ≥ 30 %'
    """
    change = _CHANGES["en" if language.startswith("en") else "zh"].get(quantity.change or "", "")
    unit = f" {quantity.unit}" if quantity.unit else ""
    if quantity.comparator == "range":
        return f"{change}{_range(quantity)}{unit}"
    value = quantity.high if quantity.low is None else quantity.low
    return f"{change}{_SIGNS[quantity.comparator]}{_plain(value)}{unit}"


def _range(quantity: Quantity) -> str:
    low, high = quantity.low, quantity.high
    if low is not None and high is not None and low == -high:
        return f"±{_plain(high)}"
    dash = " – " if (low or 0) < 0 or (high or 0) < 0 else "–"
    return f"{_plain(low)}{dash}{_plain(high)}"


def _plain(value: Decimal | None) -> str:
    """Write a decimal without a needless exponent: 100000, but 3.5×10^8."""
    if value is None:
        return "?"
    exponent = value.adjusted()
    if -5 < exponent < 7 or not value:
        text = f"{value:f}"
        return text
    mantissa = value.scaleb(-exponent).normalize()
    return f"{'' if mantissa == 1 else f'{mantissa:f}×'}10^{exponent}"
