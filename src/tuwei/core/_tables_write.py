"""Values to cells, safely: what a spreadsheet would run as a formula is written so that it cannot."""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal
from typing import Any

from tuwei.core._tables_cells import EXACT_DIGITS, SEPARATORS, Fault
from tuwei.core._tables_spec import EXAMPLE_MARKS, NUMERIC, Column, Table

_DANGER = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What spreadsheets take for a formula (OWASP, CSV injection), behind any quotes of our own."""


def neutralise(text: str) -> str:
    """Put a quote before a text that a spreadsheet would run; `plain_cell` takes exactly that one off.

    Examples
    --------
    >>> neutralise("=1+1"), plain_cell(neutralise("=1+1")), neutralise("'tis"), plain_cell(neutralise("'=x"))
    ("'=1+1", '=1+1', "'tis", "'=x")
    """
    return "'" + text if _DANGER.match(text) else text


def plain_cell(cell: Any) -> Any:
    """Return a cell as it was before `neutralise`."""
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and _DANGER.match(cell) else cell


def sheet_cell(column: Column, value: Any, language: str) -> Any:
    """Return what a sheet holds for a value: labels for codes, numbers as numbers, the rest as safe text."""
    if value is None or value == []:
        return None
    if column.kind in NUMERIC:
        return _number(value)
    if column.kind == "date":
        return _date(value)
    return neutralise(_text(column, value, language))


def _number(value: Any) -> Any:
    """A number a spreadsheet keeps exactly (15 digits), else its digits as text."""
    number = Decimal(str(value))
    if not number.is_finite() or len(number.as_tuple().digits) > 15 or abs(number) >= EXACT_DIGITS:
        return str(value)
    return int(number) if number == number.to_integral_value() else number


def _date(value: Any) -> Any:
    day = datetime.date.fromisoformat(value) if isinstance(value, str) else value
    return day if day.year > 1900 else day.isoformat()  # earlier days have no serial number


def _text(column: Column, value: Any, language: str) -> str:
    if column.kind == "boolean":
        return {"zh": ("否", "是"), "en": ("No", "Yes")}[language][bool(value)]
    if column.kind == "json":
        return json.dumps(value, ensure_ascii=False)
    if column.kind in ("list", "multi_choice"):
        return _joined([_label(column, item, language) for item in value], language)
    return _label(column, value, language)


def _label(column: Column, value: Any, language: str) -> str:
    labels = column.choices.get(value) if isinstance(value, str) else None
    return labels[language == "en"] if labels else str(value)


def _joined(items: list[str], language: str) -> str:
    """Items under one separator; as a JSON list where an item holds one itself."""
    text = ("; " if language == "en" else "、").join(items)
    unclear = text.startswith("[") or any(SEPARATORS.search(item) for item in items)
    return json.dumps(items, ensure_ascii=False) if unclear else text


def raw_cell(cell: Any) -> Any:
    """Return a cell of a rejected row as a sheet may hold it: the same to read again, and safe."""
    if isinstance(cell, Fault):
        return neutralise(str(cell))
    if isinstance(cell, str):
        return neutralise(plain_cell(cell))
    return cell


_EXAMPLES = {
    "text": ("示例文字", "sample text"), "long_text": ("示例文字", "sample text"), "integer": ("3", "3"),
    "decimal": ("0.5", "0.5"), "yuan": ("12.5万", "125000"), "date": ("2026-12-31", "2026-12-31"),
    "month": ("2026-12", "2026-12"), "boolean": ("是", "Yes"), "list": ("甲、乙", "one; two"), "json": ("[]", "[]"),
    "email": ("name@example.com", "name@example.com"), "phone": ("0471-1234567", "0471-1234567"),
}  # fmt: skip


def example_cells(table: Table, language: str) -> dict[str, str]:
    """Return the template's example row, field → text, its first cell marked."""
    cells = {column.name: _example(column, language) for column in table.columns}
    first = table.columns[0].name
    return cells | {first: f"{EXAMPLE_MARKS[language]}{cells[first]}"}


def _example(column: Column, language: str) -> str:
    if column.choices:
        return (column.choices.get(column.example) or next(iter(column.choices.values())))[language == "en"]
    if said := (language == "en" and column.example_en) or column.example:
        return said
    return _EXAMPLES[column.kind][language == "en"]
