"""Columns of facts to exact columns by slot: whole arrays where they are numbers, cell by cell where they are not."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.rules._assess import known_items, longest_series
from tuwei.rules._evaluate import UNKNOWN, YES
from tuwei.rules._facts import LARGEST, Fact
from tuwei.rules._lists import as_array, is_absent, is_nested, last_year, refuse_two_forms, years_of
from tuwei.rules._read import BESIDE, read_facts

_EPOCH = datetime.date(1970, 1, 1).toordinal()
Array = Any


@dataclass
class Read:
    """Facts of many rows by slot, as `tuwei.rules._evaluate.Columns` takes them, and the faults by row."""

    rows: int
    first: int = 0
    slots: dict[str, Any] = field(default_factory=dict)
    faults: dict[int, list[InputError]] = field(default_factory=dict)

    def note(self, row: int, fault: InputError, **where: Any) -> None:
        """Keep a fault of a row; rows are counted from ``first``."""
        fault.where |= {**where, "row": int(row) + self.first}
        self.faults.setdefault(int(row) + self.first, []).append(fault)


def names_of(fact: Fact) -> list[str]:
    """Return the columns of a table that hold a fact: ``sales_1 … sales_3`` oldest first, ``expert.source`` …

    Examples
    --------
    >>> names_of(Fact("sales", "销售收入", "Sales", "money", series=2))
    ['sales_1', 'sales_2']
    """
    if fact.series:
        return [f"{fact.name}_{year}" for year in range(1, fact.series + 1)]
    if fact.kind == "points":
        return [name for item in fact.items for name in (f"{fact.name}.{item}", f"{fact.name}.{item}_hi")]
    return [fact.name]


def read_columns(
    facts: Sequence[Fact],
    columns: Mapping[str, Any],
    known_elsewhere: Iterable[str] = (),
    where: Mapping[str, Any] | None = None,
) -> Read:
    """Return the columns by slot.

    Parameters
    ----------
    facts
        What the rule declares.
    columns
        Name (`names_of`; a series also as one array of rows × years, or as lists, points also as mappings, as
        `tuwei.rules.assess` takes them) → array: numbers in 元, people …, bool, datetime64, text; None, NaN, NaT
        and ``""`` are unknown.
    known_elsewhere
        Further names that are passed over.
    where
        Put into each fault: ``file``.

    Raises
    ------
    InputError
        ``rules.unknown_fact``: a column nobody knows; ``rules.lengths``: columns of different lengths;
        ``rules.two_forms``: a fact both whole and in parts.
    """
    given = as_arrays(facts, columns, known_elsewhere)
    return read_part(facts, given, where, slice(0, _length(given)))


def as_arrays(
    facts: Sequence[Fact], columns: Mapping[str, Any], known_elsewhere: Iterable[str] = ()
) -> dict[str, Array]:
    """Return the columns as arrays; refuse a column nobody knows, and columns of different lengths."""
    given = {name: as_array(column) for name, column in columns.items()}
    rows = _length(given)
    _refuse_unknown(facts, given, known_elsewhere)
    refuse_two_forms(given)
    for fact in facts:  # the figure of one year is for another rule
        if (
            fact.series
            and (whole := given.get(fact.name)) is not None
            and whole.ndim == 1
            and not is_nested(whole)
        ):
            given[fact.name] = np.full(rows, None)
    return given


def read_part(
    facts: Sequence[Fact], whole: Mapping[str, Array], where: Mapping[str, Any] | None, part: slice
) -> Read:
    """Return some rows of the columns by slot, as `read_columns` does all."""
    given = {name: column[part] for name, column in whole.items()}
    read = Read(part.stop - part.start, part.start)
    for fact in facts:
        for slot, column in _slots(fact, given, read, dict(where or {})):
            read.slots[slot] = column
    return read


def _length(given: Mapping[str, Array]) -> int:
    lengths = {len(column) for column in given.values()}
    if len(lengths) > 1:
        raise InputError("rules.lengths", "各列的行数不同：{got}。", "The columns differ in length: {got}.",
                         got=", ".join(map(str, sorted(lengths))))  # fmt: skip
    return lengths.pop() if lengths else 0


def _refuse_unknown(
    facts: Sequence[Fact], given: Mapping[str, Array], known_elsewhere: Iterable[str]
) -> None:
    known = {name for fact in facts for name in (*names_of(fact), fact.name)} | set(known_elsewhere) | BESIDE
    for name in given:
        if name not in known:
            near = get_close_matches(name, sorted(known), 1, 0.5)
            raise InputError(
                "rules.unknown_fact",
                "没有“{field}”这一列" + ("，是否为“{expected}”？" if near else "。"),
                "There is no column “{field}”" + ("; do you mean “{expected}”?" if near else "."),
                field=name[:60],
                expected=near[0] if near else "",
            )


def _slots(
    fact: Fact, given: Mapping[str, Array], read: Read, where: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    if fact.series:
        yield from _series(fact, given, read, where)
    elif fact.kind == "points":
        yield from _points(fact, given, read, where)
    elif fact.kind == "records":
        yield from _records(fact, given.get(fact.name), read, where)
    else:
        yield fact.name, _column(fact, given.get(fact.name), read, where, fact.name)


def _column(fact: Fact, column: Array | None, read: Read, where: dict[str, Any], name: str) -> Any:
    """Return the one column of a fact of a single value."""
    if fact.kind == "choice":
        return _choices(fact, column, read, where)
    if column is None:
        return (
            np.full(read.rows, UNKNOWN, np.int8)
            if fact.kind == "flag"
            else (np.zeros(read.rows, np.int64), np.zeros(read.rows, bool))
        )
    if fact.kind in ("money", "count") and column.dtype.kind in "iuf":
        return _numbers(fact, column, read, where, name)
    if fact.kind == "flag" and column.dtype.kind == "b":
        return np.multiply(column, YES, dtype=np.int8)
    if fact.kind == "date" and column.dtype.kind == "M":
        return _days(fact, column, read, where, name)
    return _cells(fact, column, read, where, name)


def _numbers(fact: Fact, column: Array, read: Read, where: dict[str, Any], name: str) -> Any:
    """Read an array of numbers: exact, as a float of 元 is taken for the decimal it shows."""
    if column.dtype.kind == "f":
        inner, known, bad = _floats(fact, column)
    else:
        inner, known, bad = _integers(fact, column)
    if bad is not False and bad.any():
        inner = np.where(bad, 0, inner)
        _note(fact, column, np.flatnonzero(bad), read, where, name)
    return inner, known


def _integers(fact: Fact, column: Array) -> tuple[Array, Any, Any]:
    scale, most = _scale(fact)
    low, high = -(most // scale) if fact.low is None else fact.low, most // scale
    bad: Any = False
    column = np.ascontiguousarray(column)
    if not _within(column, low, high):
        bad = (column < low) | (column > high)
        column = np.where(bad, 0, column)
    inner = column.astype(np.int64, copy=False) if scale == 1 else np.multiply(column, scale, dtype=np.int64)
    return inner, True, bad


def _within(column: Array, low: int, high: int) -> bool:
    """Whether all numbers lie within the bounds; without a sign, one pass tells both."""
    if not len(column):
        return True
    if low == 0 and column.dtype == np.int64:
        return int(column.view(np.uint64).max()) <= high  # a number below zero is a huge one without its sign
    return int(column.min()) >= low and int(column.max()) <= high


def _floats(fact: Fact, column: Array) -> tuple[Array, Any, Any]:
    scale, most = _scale(fact)
    known: Any = ~np.isnan(column)
    filled = np.where(known, column, 0).astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        inner = np.rint(filled * scale)
        bad = ~(np.abs(inner) <= most) | (inner / scale != filled)
    if fact.low is not None:
        bad |= inner < fact.low
    return np.where(bad, 0, inner).astype(np.int64), True if known.all() else known, bad


def _days(fact: Fact, column: Array, read: Read, where: dict[str, Any], name: str) -> Any:
    """Read dates of numpy, whose calendar goes beyond the years 1 to 9999."""
    given = column.astype("datetime64[D]")
    days = given.astype(np.int64) + _EPOCH
    known = ~np.isnat(given)
    fits = known & (given >= np.datetime64("0001-01-01")) & (given <= np.datetime64("9999-12-31"))
    if (known & ~fits).any():
        _note(fact, given.astype(str), np.flatnonzero(known & ~fits), read, where, name)
    return (days, True) if fits.all() else (np.where(fits, days, 0), fits)


def _scale(fact: Fact) -> tuple[int, int]:
    return 100 if fact.kind == "money" else 1, LARGEST if fact.high is None else fact.high


def _cells(fact: Fact, column: Array, read: Read, where: dict[str, Any], name: str) -> Any:
    """Read a column of objects or texts cell by cell."""
    single, whole = replace(fact, series=0), name == fact.name and not fact.series
    cells = [plain(last_year(fact, cell) if whole else cell) for cell in column.tolist()]
    values, seen = [], {}
    for row, cell in enumerate(cells):
        key = (type(cell), cell if isinstance(cell, Hashable) else row)  # 1, 1.0 and True are three things
        if key not in seen:
            flat, faults = read_facts([single], {fact.name: cell})
            seen[key] = flat[fact.name], bool(faults)
        value, bad = seen[key]
        if bad:
            _note(fact, column, [row], read, where, name)
        values.append(value)
    if fact.kind == "flag":
        return np.array(values, np.int8)
    known = np.array([value is not None for value in values], bool)
    return np.array(
        [0 if value is None else value for value in values], object if fact.kind == "ratio" else np.int64
    ), known


def plain(cell: Any) -> Any:
    """Return a cell as `read_facts` takes it: what is empty is None, numpy's own kinds are Python's."""
    if (
        cell is None
        or (isinstance(cell, float) and cell != cell)
        or (isinstance(cell, str) and not cell.strip())
    ):
        return None
    return cell.item() if isinstance(cell, np.generic) else cell


def _choices(fact: Fact, column: Array | None, read: Read, where: dict[str, Any]) -> Array:
    if column is None:
        return np.full(read.rows, "", dtype="U1")
    cells = [plain(cell) for cell in column.tolist()]
    codes = {cell: fact.code_of(cell) for cell in {cell for cell in cells if isinstance(cell, str)}}
    coded = [None if cell is None else codes.get(cell) if isinstance(cell, str) else None for cell in cells]
    bad = [row for row, cell in enumerate(cells) if cell is not None and coded[row] is None]
    if bad:
        _note(fact, column, bad, read, where, fact.name)
    return np.array([code or "" for code in coded], dtype=str)


def _series(
    fact: Fact, given: Mapping[str, Array], read: Read, where: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Years stand oldest first; a year before the enterprise existed holds no figure and no unknown either."""
    whole = given.get(fact.name)
    if whole is not None and whole.ndim == 1 and not any(name in given for name in names_of(fact)):
        yield from _lists(fact, whole, read, where)
        return
    if whole is not None and whole.ndim == 2:
        years = [whole[:, at] for at in range(whole.shape[1])]
    else:
        years = [given[name] for name in names_of(fact) if name in given]
    if not years or len(years) != fact.series:
        years = [None] * fact.series if not years else [None] * (fact.series - len(years)) + years
    cells = [
        _column(fact, column, read, where, name) for column, name in zip(years, names_of(fact), strict=True)
    ]
    yield from _aligned(fact, cells, read)


def _lists(fact: Fact, whole: Array, read: Read, where: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """A shorter list is a younger enterprise; a year that is None in it is unknown."""
    years, counts, wrong = years_of(fact, whole)
    found = Read(read.rows)
    cells = [_column(fact, year, found, {}, name) for year, name in zip(years, names_of(fact), strict=True)]
    for row in sorted({*wrong, *found.faults}):
        counts[row] = -1  # nothing of it is known
        _, faults = read_facts([fact], {fact.name: whole[row]}, longest=longest_series())
        for fault in faults or found.faults[row]:
            read.note(row, fault, **where)
    given = counts >= 0
    for at, (values, known) in zip(range(-fact.series, 0), cells, strict=True):
        yield f"{fact.name}[{at}]", (values, given & (known | (counts < -at)))
    yield f"{fact.name}.count", (np.maximum(counts, 0), given)


def _aligned(fact: Fact, cells: list[Any], read: Read) -> Iterator[tuple[str, Any]]:
    if all(known is True for _, known in cells):
        yield from ((f"{fact.name}[{at - fact.series}]", cell) for at, cell in enumerate(cells))
        yield f"{fact.name}.count", (np.full(read.rows, fact.series, np.int64), True)
        return
    masks = [np.broadcast_to(known, read.rows) for _, known in cells]
    anything = np.logical_or.reduce(masks)  # without any year the whole series is unknown
    none_yet = np.ones(read.rows, bool)
    count = np.zeros(read.rows, np.int64)
    for at, (values, _), known in zip(range(-fact.series, 0), cells, masks, strict=True):
        none_yet = none_yet & ~known
        count += ~none_yet
        yield f"{fact.name}[{at}]", (values, True if known.all() else known | none_yet & anything)
    yield f"{fact.name}.count", (count, True if anything.all() else anything)


def _points(
    fact: Fact, given: Mapping[str, Array], read: Read, where: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    if fact.name in given:
        yield from _mappings(fact, given[fact.name], read, where)
        return
    for item, (low, high) in fact.items.items():
        name = f"{fact.name}.{item}"
        bounds = Fact(name, f"{fact.zh}：{item}", f"{fact.en}: {item}", low=low, high=high)
        lo, known = _column(bounds, given.get(name), read, where, name)
        upper = given.get(f"{name}_hi")
        hi, hi_known = (lo, known) if upper is None else _column(bounds, upper, read, where, f"{name}_hi")
        if known is True and upper is None:
            yield name, (lo, lo)
        else:
            yield name, (np.where(known, lo, low), np.where(known, np.where(hi_known, hi, lo), high))


def _mappings(fact: Fact, whole: Array, read: Read, where: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Points as one enterprise gives them: item → points or (low, high)."""
    rows = []
    for row, cell in enumerate(whole.tolist()):
        flat, faults = read_facts(
            [fact], {fact.name: None if is_absent(cell) else cell}, known_items(), longest=longest_series()
        )
        for fault in faults:
            read.note(row, fault, **where)
        rows.append(flat)
    for slot, bounds in zip(fact.slots(), fact.items.values(), strict=True):
        ends = np.array([flat[slot] or bounds for flat in rows], np.int64).reshape(read.rows, 2)
        yield slot, (ends[:, 0], ends[:, 1])


def _records(
    fact: Fact, column: Array | None, read: Read, where: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    cells = [None] * read.rows if column is None else [plain(cell) for cell in column.tolist()]
    rows = []
    for row, cell in enumerate(cells):
        flat, faults = read_facts([fact], {fact.name: cell})
        for fault in faults:
            read.note(row, fault, **where)
        rows.append(flat)
    for slot in fact.slots():
        values = [flat[slot] for flat in rows]
        known = np.array([value is not None for value in values], bool)
        yield slot, (np.array([value or 0 for value in values], np.int64), known)


def _note(
    fact: Fact, column: Array, rows: Iterable[Any], read: Read, where: dict[str, Any], name: str
) -> None:
    """Keep the fault of each bad cell, told as for one enterprise."""
    single, longest = replace(fact, series=0), {} if fact.series else longest_series()
    for row in rows:
        _, faults = read_facts([single], {fact.name: plain(column[row])}, longest=longest)
        for fault in faults:
            read.note(row, fault, **where, field=name)
