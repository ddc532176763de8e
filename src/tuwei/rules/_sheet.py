"""A fact as a column of a table: what its cells hold, its header, its bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tuwei.core.tables import Column, Kind
from tuwei.rules._facts import LARGEST, Fact

KINDS: Mapping[str, Kind] = {
    "money": "yuan", "count": "integer", "points": "integer", "ratio": "text", "flag": "boolean",
    "date": "date", "choice": "choice", "records": "json",
}  # fmt: skip
UNITS = {"yuan": "元", "square_metres": "m²"}
ITEMS = {
    "advancement": ("技术的先进程度", "advancement of the technology"),
    "core_support": ("对主要产品(服务)的核心支持作用", "core support of the main products"),
    "source": ("知识产权获得方式", "how the IP was obtained"),
    "standards": ("参与编制标准或规范", "part in drafting standards"),
    "rd_organisation": ("研究开发组织管理水平", "organisation of R&D"),
    "distinctive": ("特色化指标", "distinctive indicators"),
}  # fmt: skip
"""Items of points as people call them."""


def item_fact(fact: Fact, item: str) -> Fact:
    """Return one item of points as a fact of its own."""
    name, (low, high) = f"{fact.name}.{item}", fact.items[item]
    zh, en = ITEMS.get(item, (item, item))
    return replace(fact, name=name, zh=f"{fact.zh}：{zh}", en=f"{fact.en}: {en}", low=low, high=high)


def cells_of(fact: Fact) -> Iterator[tuple[str, Fact]]:
    """Yield the columns that hold a fact at one time: name, fact of a single value.

    Examples
    --------
    >>> [name for name, _ in cells_of(Fact("expert", "评分", "Points", "points", items={"source": (0, 6)}))]
    ['expert.source']
    """
    if fact.kind != "points":
        yield fact.name, replace(fact, series=0)
        return
    for item in fact.items:
        single = item_fact(fact, item)
        yield single.name, single


def column_of(name: str, fact: Fact) -> Column:
    """Return the column of a table that holds a fact of a single value.

    Examples
    --------
    >>> column_of("sales", Fact("sales", "销售收入", "Sales", "money")).label("en")
    'Sales (元)'
    """
    least, most = _bounds(fact)
    help_zh, help_en = fact.help_zh, fact.help_en
    if fact.kind == "ratio":
        help_zh, help_en = f"{help_zh} 写如 12% 或 0.12".strip(), f"{help_en} written 12% or 0.12".strip()
    return Column(
        name, fact.zh, fact.en, KINDS[fact.kind], choices=fact.choices if fact.kind == "choice" else {},
        unit=UNITS.get(fact.shown_unit, ""), help_zh=help_zh, help_en=help_en, low=least, high=most,
        example="12%" if fact.kind == "ratio" else "",
    )  # fmt: skip


def _bounds(fact: Fact) -> tuple[Any, Any]:
    """Return the least and the most of a cell, in 元 for money."""
    if fact.kind not in ("money", "count", "points"):
        return None, None
    scale = 100 if fact.kind == "money" else 1
    least = -LARGEST if fact.low is None else fact.low
    most = None if fact.high is None or fact.high >= LARGEST else Decimal(fact.high) / scale
    if fact.kind == "money" and least == 0:
        return None, most  # a column of 元 starts at nothing by itself
    return Decimal(least) / scale, most
