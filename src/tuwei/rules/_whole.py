"""Rows of JSON Lines in which a key holds several values: years as a list, points as a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from tuwei.core.errors import InputError
from tuwei.core.tables import Column, Row
from tuwei.rules._assess import known_items, longest_series
from tuwei.rules._facts import Fact
from tuwei.rules._lists import EXACT, is_absent, two_forms
from tuwei.rules._read import read_facts
from tuwei.rules._rule import registered

if TYPE_CHECKING:
    from tuwei.rules._population import Asked


@cache
def whole_facts() -> Mapping[str, Fact]:
    """Return the facts of several years and of points that any rule asks for, by name."""
    return {fact.name: fact for made in registered().values() for fact in made.facts
            if fact.series or fact.kind == "points"}  # fmt: skip


@cache
def _parts() -> Mapping[str, str]:
    """Return the column of a year or an item → the fact it is of."""
    years = {f"{name}_{year}": name for name, most in longest_series().items() for year in range(1, most + 1)}
    items = {item: item.partition(".")[0] for item in known_items()}  # of all versions of the rules
    return years | items | {f"{item}_hi": name for item, name in items.items()}


def whole_columns(taken: set[str]) -> list[Column]:
    """Return the columns such keys stand for, but for names taken already."""
    return [
        Column(name, fact.zh, fact.en, "json") for name, fact in whole_facts().items() if name not in taken
    ]


class Wholes:
    """Takes the rows of one file; it gives a fact in one form throughout."""

    def __init__(self, asked: Asked, file: str) -> None:
        self._asked, self._file = asked, file
        self._forms: dict[str, str] = {}

    def take(self, row: Row) -> Row:
        """Return the row with its lists and mappings, as `tuwei.rules.bulk` reads them, in place of faults of single values.

        Raises
        ------
        InputError
            ``rules.two_forms``.
        """
        cells = {
            column.name: cell
            for label, cell in row.raw.items()
            if (column := self._asked.nested.column(label))
        }
        self._refuse_two_forms(cells, row.number)
        wholes = {
            name: cell for name, cell in cells.items() if name in whole_facts() and self._is_whole(name, cell)
        }
        if not wholes:
            return row
        errors = [error for error in row.errors if error.where.get("name") not in wholes]
        for name, cell in wholes.items():
            errors += self._faults(name, cell, any(_parts().get(other) == name for other in cells))
        values = (row.values or row.partial) | wholes
        return Row(row.number, None if errors else values, errors, row.raw, values if errors else {})

    def _is_whole(self, name: str, cell: Any) -> bool:
        return isinstance(cell, list | dict) or (name in self._asked.strict and not is_absent(cell))

    def _faults(self, name: str, cell: Any, in_parts: bool) -> list[InputError]:
        """Return what `tuwei.rules.bulk` cannot see: one figure where years belong, amounts whose digits are lost."""
        fact = self._asked.whole.get(name)
        if fact is None:
            return []
        if fact.series and name in self._asked.strict and not isinstance(cell, list):
            return [] if in_parts and not isinstance(cell, dict) else read_facts([fact], {name: cell})[1]
        ends = cell if isinstance(cell, list) else []
        large = next((end for end in ends if isinstance(end, float) and abs(end) >= EXACT), None)
        return [] if large is None else [_digits_lost(name, large)]

    def _refuse_two_forms(self, cells: Mapping[str, Any], row: int) -> None:
        for column, cell in cells.items():
            name = _parts().get(column)
            if name is not None and cell is not None:
                form = self._forms.setdefault(name, column)
            elif column in whole_facts() and isinstance(cell, list | dict):
                name, form = column, self._forms.setdefault(column, "")
            else:
                continue
            if (form == "") != (name == column):
                raise two_forms(name, form or column, self._file, row=row)


def _digits_lost(name: str, got: float) -> InputError:
    return InputError(
        "rules.digits_lost", "“{field}”中的 {got} 太大，请写成文字(带引号)，以免丢失尾数。",
        "“{field}” holds {got}: write so large an amount as text (in quotes), or its last digits are lost.",
        field=name, got=got,
    )  # fmt: skip
