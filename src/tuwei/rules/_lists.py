"""Cells that hold more than one value: several years as a list, points as a mapping, as `tuwei.rules.assess` takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.rules._assess import longest_series
from tuwei.rules._facts import Fact

EXACT = 1e13
"""Below this a 64-bit float shows an amount in 元 to the 分."""
Array = Any


def as_array(column: Any) -> Array:
    """Return a column as an array; lists and mappings stay one a cell, even where all are of one length.

    Examples
    --------
    >>> as_array([[1, 2], [None, 3]]).shape, as_array(np.ones((2, 3))).shape
    ((2,), (2, 3))
    """
    if isinstance(column, list | tuple) and any(isinstance(cell, _NESTED) for cell in column):
        column = objects(list(column))
    found = np.asarray(column)
    if found.dtype == object and found.ndim == 1 and any(isinstance(cell, np.ndarray) for cell in found):
        return objects([cell.tolist() if isinstance(cell, np.ndarray) else cell for cell in found])
    return found


_NESTED = (list, tuple, Mapping, np.ndarray)


def objects(cells: Sequence[Any]) -> Array:
    """Return an array of objects, one a cell, whatever they are."""
    found = np.empty(len(cells), object)
    found[:] = cells
    return found


def is_nested(column: Array) -> bool:
    """Tell whether a cell of a column is a list or a mapping."""
    return bool(
        column.dtype == object and column.ndim == 1 and any(isinstance(cell, _NESTED) for cell in column)
    )


def parts_of(name: str, given: Mapping[str, Any]) -> list[str]:
    """Return the columns given that hold the years or the items of a fact one by one.

    Examples
    --------
    >>> parts_of("sales", {"sales": 0, "sales_1": 0, "sales_12": 0}), parts_of("expert", {"expert.source": 0})
    (['sales_1'], ['expert.source'])
    """
    years = [f"{name}_{year}" for year in range(1, longest_series().get(name, 0) + 1)]
    return [year for year in years if year in given] or [one for one in given if one.startswith(f"{name}.")]


def refuse_two_forms(given: Mapping[str, Array]) -> None:
    """Refuse a table that gives the years of a fact both as lists and as columns, its points likewise."""
    for name, column in given.items():
        parts = parts_of(name, given)
        if parts and (column.ndim == 2 or is_nested(column) or "." in parts[0]):
            raise two_forms(name, parts[0])


def two_forms(name: str, part: str, file: str = "", **where: Any) -> InputError:
    """Return the error for a table that gives a fact both whole and in parts."""
    before = "{file}：" if file else ""
    return InputError(
        "rules.two_forms",
        before + "“{field}”既整个给出，又分列给出(“{part}”)，请只用一种。",
        before.replace("：", ": ") + "“{field}” is given whole and in columns of its own (“{part}”); use one form.",
        file=file, field=name, part=part, **where,
    )  # fmt: skip


def years_of(fact: Fact, column: Array) -> tuple[list[Array], Array, list[int]]:
    """Return the columns of the years, how many years each row has (−1: unknown), and the rows that hold no such list.

    Examples
    --------
    >>> years, counts, wrong = years_of(Fact("staff", "", "", series=2), as_array([[5, 6], [None], None, 7]))
    >>> [year.tolist() for year in years], counts.tolist(), wrong
    ([[5.0, nan, nan, nan], [6.0, nan, nan, nan]], [2, 1, -1, -1], [3])
    """
    longest = max(longest_series().get(fact.name, 0), fact.series)
    counts, wrong = np.full(len(column), -1), []
    years: list[list[Any]] = [[None] * len(column) for _ in range(fact.series)]
    for row, cell in enumerate(column.tolist()):
        if is_absent(cell):
            continue
        if not isinstance(cell, list | tuple) or not 1 <= len(cell) <= longest or any(map(_is_blank, cell)):
            wrong.append(row)
            continue
        last = cell[-fact.series :]
        counts[row] = len(last)
        for at, year in enumerate(last, -len(last)):
            years[at][row] = year
    return [_narrow(year) for year in years], counts, wrong


def is_absent(cell: Any) -> bool:
    """Tell whether a cell says nothing at all."""
    return cell is None or _is_blank(cell) or (isinstance(cell, float) and cell != cell)


def _is_blank(cell: Any) -> bool:
    """An empty cell of a table is unknown; an empty text inside a list is not what belongs there."""
    return isinstance(cell, str) and not cell.strip()


def _narrow(cells: list[Any]) -> Array:
    """Return numbers as floats where each shows its decimal, else the cells as they are."""
    if not {type(cell) for cell in cells} <= {int, float, type(None)}:
        return objects(cells)
    try:
        found = np.array([np.nan if cell is None else cell for cell in cells], np.float64)
    except OverflowError:
        return objects(cells)
    exact = not (np.abs(found) >= EXACT).any()
    return found if exact else objects(cells)


def last_year(fact: Fact, cell: Any) -> Any:
    """Return what a rule that asks for one year takes of a list: the last one."""
    fits = isinstance(cell, list | tuple) and 1 <= len(cell) <= longest_series().get(fact.name, 0)
    return cell[-1] if fits and not _is_blank(cell[-1]) else cell
