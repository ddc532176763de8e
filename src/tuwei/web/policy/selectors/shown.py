"""Facts and figures as people read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from tuwei.core.money import format_yuan, parse_yuan
from tuwei.core.tables import Column
from tuwei.web.base.models import Event

from ..models import YearFacts
from . import engine, layout


@dataclass(frozen=True)
class Line:
    """One fact over the years: its label and what each year says."""

    name: str
    label: str
    cells: list[str]


@dataclass(frozen=True)
class Change:
    """One fact before and after an event."""

    label: str
    before: str
    after: str


def facts_table(rows: Sequence[YearFacts]) -> list[tuple[Any, list[Line]]]:
    """The years side by side, by section; facts no year states are left out."""
    columns, found = engine.columns(), []
    stated = [name for name in columns if any(name in row.values for row in rows)]
    for _code, title, names in layout.sections(stated):
        lines = [
            Line(name, label(name), [said(columns[name], row.values.get(name)) for row in rows])
            for name in names
        ]
        found.append((title, lines))
    return found


def label(name: str) -> str:
    """The name of a fact for people; the name itself where the engine knows it no more."""
    column = column_of(name)
    if column is None:
        return engine.fact_names().get(name, (name, name))[engine.language() == "en"]
    words = column.en if engine.language() == "en" else column.zh
    return words if column.name == name else words.partition("：" if words == column.zh else ":")[0]


def column_of(name: str) -> Column | None:
    """The column in which a fact is entered: of points given by item, that of the first item."""
    known = engine.columns()
    bare = name.partition("[")[0]
    return known.get(bare) or next((one for key, one in known.items() if key.startswith(f"{bare}.")), None)


def heading(column: Column) -> str:
    """The name of a column with its unit."""
    if engine.language() == "en":
        return f"{column.en} (CNY)" if column.kind == "yuan" else column.label("en")
    return column.label("zh")


def said(column: Column, value: Any) -> str:
    """One stated value; nothing where nothing is stated."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if column.kind == "yuan":
        return format_yuan(parse_yuan(str(value), negative=True), engine.language())
    if column.kind == "choice" and value in column.choices:
        return column.choices[value][engine.language() == "en"]
    if isinstance(value, list):
        return "–".join(str(one) for one in value)
    return f"{value} {column.unit}".strip()


def changes(events: Sequence[Event]) -> list[tuple[Event, list[Change]]]:
    """The events of a year with what each changed."""
    return [(event, _changes(event)) for event in events]


def _changes(event: Event) -> list[Change]:
    before, after = event.before.get("facts", {}), event.after.get("facts", {})
    columns, found = engine.columns(), []
    for name in {**before, **after}:
        pair = (before.get(name), after.get(name))
        words = [said(columns[name], one) if name in columns else str(one or "") for one in pair]
        found.append(Change(label(name), *words))
    return found


def figure(value: Any, unit: str, exact: Any = None) -> str:
    """A figure of the engine with its unit: 分 as money, a ratio as percent, days as dates."""
    if value is None:
        return ""
    if isinstance(value, dict) and {"lo", "hi"} <= set(value):
        low, high = value["lo"], value["hi"]
        return figure(low, unit) if low == high else f"{low}–{figure(high, unit)}"
    if isinstance(value, list):
        return "–".join(figure(one, unit) for one in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if unit == "yuan" and isinstance(value, int):
        return format_yuan(value, engine.language())
    if unit == "ratio":
        return percent(Fraction(str(exact)) if exact else Fraction(str(value)))
    return f"{value} {_unit(unit)}".strip()


def _unit(code: str) -> str:
    words = {
        "people": _("人"), "points": _("分"), "count": _("项"), "days": _("天"), "months": _("个月"), "years": _("年"),
        "square_metres": _("平方米"),
    }  # fmt: skip
    return words.get(code, "")


def percent(ratio: Fraction) -> str:
    """Exact where two decimals say it; otherwise marked as rounded."""
    hundredths = ratio * 10_000
    rounded = round(hundredths)
    text = f"{rounded / 100:.2f}".rstrip("0").rstrip(".")
    return f"{'' if hundredths == rounded else '≈ '}{text}%"
