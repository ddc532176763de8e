"""Many enterprises from a table on disk to columns for `bulk`, chunk by chunk: CSV, xlsx, JSON Lines, Parquet."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.tables import Column, Limits, Reading, Row, Table, count_rows, read
from tuwei.rules._assess import legal_date
from tuwei.rules._columns import names_of
from tuwei.rules._facts import Fact
from tuwei.rules._lists import EXACT, is_nested, objects
from tuwei.rules._rule import registered
from tuwei.rules._sheet import column_of, item_fact
from tuwei.rules._statutes import Statutes, load
from tuwei.rules._whole import Wholes, whole_columns, whole_facts

CHUNK = 20_000
"""Rows judged at a time."""
LIMITS = Limits(bytes=4 * 2**30, unpacked=8 * 2**30, rows=10_000_000, columns=1000)
BESIDE = (
    Column("name", "企业名称", "Enterprise", aliases=("enterprise", "名称"), example="某某科技有限公司", example_en="Example Ltd"),
    Column("id", "编号", "Number", example="1"),
    Column("credit_code", "统一社会信用代码", "Credit code", example="91150100MA0EXAMPLE"),
    Column("region", "地区", "Region", example="呼和浩特市", example_en="Hohhot"),
    Column("district", "旗县区", "District", example="赛罕区", example_en="Saihan"),
    Column("note", "备注", "Note", "long_text"),
)  # fmt: skip
"""Columns that say whose facts a row holds; carried through to the output."""
PARQUET = (".parquet", ".pq")


@dataclass
class Chunk:
    """Some rows: their numbers in the file, the columns for `bulk`, what stands beside, and how they came.

    ``rejects`` are the rows that could not be read at all, beside those in ``columns``.
    """

    numbers: list[int]
    columns: dict[str, Any]
    beside: dict[str, list[Any]]
    raw: Callable[[int], dict[str, Any]]
    rejects: list[Row] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """The number of rows taken and not."""
        return len(self.numbers) + len(self.rejects)


@dataclass(frozen=True)
class Asked:
    """The columns a table for a rule may have.

    Parameters
    ----------
    table
        All of them: those beside, the rule's, then those of other rules, which are passed over.
    cells
        Name → fact of a single value, of the rule and of what its programmes ask for.
    last
        A single fact of the rule → the column of its last year in tables made for rules that ask for several.
    nested
        `table` and what a key of JSON Lines or a column of Parquet may hold whole: years as a list, points as a mapping.
    whole
        Name → fact: those of them that are read, also for the last year alone.
    strict
        Those of the rule that one figure is not enough for.
    """

    table: Table
    cells: dict[str, Fact]
    last: dict[str, str]
    nested: Table
    whole: dict[str, Fact]
    strict: frozenset[str]


def asked_columns(
    rule: str, on: datetime.date | str, statutes: Statutes | None = None, *, others: bool = False
) -> Asked:
    """Return what a table for a rule may hold on a day; with ``others`` the columns of all rules are read.

    Examples
    --------
    >>> asked_columns("high_tech", "2024-03-01").table.column("sales_1").label()
    '销售收入 第1年(最早)(元)'
    """
    return _asked(rule, legal_date(on), statutes or load(), others)


@lru_cache(maxsize=8)
def _asked(rule: str, day: datetime.date, statutes: Statutes, all_rules: bool) -> Asked:
    from tuwei.rules._programmes import programme_facts

    statutes.info(rule)
    decision = statutes.decision(rule, day)
    own = decision.facts if decision else ()
    cells = {name: single for fact in own for name, single in _cells(fact)}
    cells |= {fact.name: fact for fact in programme_facts(statutes) if fact.name not in cells}
    others = {name: single for made in registered().values() for fact in made.facts
              for name, single in _cells(fact) if name not in cells}  # fmt: skip
    wanted = [fact for made in registered().values() for fact in made.facts] if all_rules else own
    last = _last_years(
        {fact.name: fact for fact in wanted if not fact.series and fact.kind in ("money", "count")},
        {**cells, **others},
    )
    read = {**others, **cells} if all_rules else cells
    columns = _apart([*BESIDE, *(column_of(name, fact) for name, fact in {**cells, **others}.items())])
    whole = {fact.name: fact for fact in (*wanted, *own) if fact.name in whole_facts()}
    strict = frozenset(fact.name for fact in own if fact.series or fact.kind == "points")
    info, nested = (
        statutes.info(rule),
        _apart([*columns, *whole_columns({column.name for column in columns})]),
    )
    table, wide = (Table(rule, info.zh, info.en, tuple(some)) for some in (columns, nested))
    return Asked(table, read, last, wide, whole, strict)


def _last_years(facts: Mapping[str, Fact], cells: Mapping[str, Fact]) -> dict[str, str]:
    """A table with ``sales_1 … sales_3`` serves a rule that asks for the sales of the last year."""
    found: dict[str, str] = {}
    for name in cells:
        stem, _, year = name.rpartition("_")
        if stem in facts and year.isdigit():
            found[stem] = max(name, found.get(stem, ""))
    return found


def _cells(fact: Fact) -> Iterator[tuple[str, Fact]]:
    """Yield the columns of a fact, each with the fact of a single value it holds, under the headers people see."""
    names = names_of(fact)
    if fact.series:
        yield from ((name, _year(fact, name, at)) for at, name in enumerate(names, 1))
    elif fact.kind == "points":
        for item in fact.items:
            single = replace(item_fact(fact, item), kind="count", unit="points")
            yield single.name, single
            hi = f"{single.name}_hi"
            yield hi, replace(single, name=hi, zh=f"{single.zh}(上限)", en=f"{single.en} (upper)",
                              help_zh="评分为区间时填写", help_en="where the points are an interval")  # fmt: skip
    else:
        yield fact.name, fact


def _year(fact: Fact, name: str, at: int) -> Fact:
    zh = "第1年(最早)" if at == 1 else f"第{at}年" + ("(最近)" if at == fact.series else "")
    en = "year 1 (earliest)" if at == 1 else f"year {at}" + (" (last)" if at == fact.series else "")
    title_zh, title_en = fact.zh.partition("(近")[0], fact.en.partition(", last")[0]
    return replace(fact, name=name, series=0, zh=f"{title_zh} {zh}", en=f"{title_en}, {en}")


def template_table(rule: str, on: datetime.date | str = "", statutes: Statutes | None = None) -> Table:
    """Return the table to fill in for a rule: whose row it is, and what the rule asks for on a day.

    Parameters
    ----------
    on
        The legal date; without it the latest version of the rule.

    Examples
    --------
    >>> [column.name for column in template_table("rd_zero").columns][:3]
    ['name', 'id', 'credit_code']
    """
    statutes = statutes or load()
    info = statutes.info(rule)
    day = legal_date(on) if on else max((row.valid_from for row in info.windows), default=datetime.date.min)
    decision = statutes.decision(rule, day)
    cells = [pair for fact in (decision.facts if decision else ()) for pair in _cells(fact)]
    return Table(rule, info.zh, info.en, tuple(_apart([*BESIDE[:3], *(column_of(*pair) for pair in cells)])))


def _apart(columns: list[Column]) -> list[Column]:
    """Give each header to one column only: the first; later ones are known by their names."""
    taken: set[str] = set()
    found = []
    for column in columns:
        if taken & _folded(column):
            column = replace(column, zh=column.name, en=column.name, aliases=(), unit="")
        taken |= _folded(column)
        found.append(column)
    return found


def _folded(column: Column) -> set[str]:
    return {"".join(header.casefold().split()).rstrip("*") for header in column.headers()}


def chunks(
    path: Path, asked: Asked, progress: Callable[[int], None] = lambda done: None, size: int = CHUNK
) -> Iterator[Chunk]:
    """Yield the rows of a table in chunks.

    Parameters
    ----------
    path
        CSV, xlsx, JSON Lines; Parquet by its ending.
    asked
        Of `asked_columns`.
    progress
        Called with the number of rows done.
    size
        Rows a chunk.

    Raises
    ------
    TuweiError
        The file as a whole cannot be read: ``table.*``, ``rules.bad_parquet``.
    """
    if path.suffix.lower() in PARQUET:
        from tuwei.rules._parquet import parquet_chunks

        yield from parquet_chunks(path, asked, progress, size)
        return
    done = 0
    with closing(_reading(path, asked)) as reading:
        headed, wholes = reading.format != "jsonl", Wholes(asked, path.name)
        while waiting := list(islice(reading, size)):
            yield _chunk(waiting if headed else [wholes.take(row) for row in waiting], asked, headed)
            done += len(waiting)
            progress(done)


def _reading(path: Path, asked: Asked) -> Reading:
    """A key of JSON Lines may hold what takes several columns elsewhere."""
    reading = read(path, asked.table, limits=LIMITS)
    if reading.format != "jsonl":
        return reading
    reading.close()
    return read(path, asked.nested, limits=LIMITS)


def rows_of(path: Path, asked: Asked) -> int:
    """Return how many rows a table has, to show how far the work is."""
    if path.suffix.lower() in PARQUET:
        from tuwei.rules._parquet import parquet_rows

        return parquet_rows(path)
    return count_rows(path, asked.table, limits=LIMITS)


def _chunk(rows: list[Row], asked: Asked, headed: bool) -> Chunk:
    good, values, bad = [], [], []
    for row in rows:
        taken = row.values if not row.errors else _despite(row, asked)
        if taken is None:
            bad.append(row)
        else:
            good.append(row)
            values.append(taken)
    given = list(dict.fromkeys(name for row in rows[: 1 if headed else None] for name in _named(row, asked)))
    if not headed:  # any line may leave fields out
        given = list(dict.fromkeys([*(column.name for column in BESIDE), *given]))
    columns = {name: array_of(asked.cells[name], [row.get(name) for row in values])
               for name in given if name in asked.cells and (headed or name not in asked.whole)}  # fmt: skip
    columns |= _wholes(values, given, asked) if not headed else {}
    for name, column in asked.last.items():
        if name not in columns and column in given:
            columns[name] = array_of(asked.cells[name], [row.get(column) for row in values])
    beside = {
        column.name: [row.get(column.name) for row in values] for column in BESIDE if column.name in given
    }
    return Chunk([row.number for row in good], columns, beside, lambda at: good[at].raw, bad)


def _wholes(rows: list[dict[str, Any]], given: list[str], asked: Asked) -> dict[str, Any]:
    """Return the columns of the facts that may stand whole in a cell, where they do; the last year may stand alone."""
    found = {}
    for name in (name for name in given if name in asked.whole):
        cells = [row.get(name) for row in rows]
        column = objects(cells)
        if is_nested(column) or asked.whole[name].kind == "points" and any(cells):
            found[name] = column
        elif name in asked.cells:
            found[name] = array_of(asked.cells[name], cells)
    return found


def _named(row: Row, asked: Asked) -> Iterator[str]:
    """Yield the columns that the cells of a row stand under."""
    for label in row.raw:
        column = asked.nested.column(label)
        if column is not None:
            yield column.name


def _despite(row: Row, asked: Asked) -> dict[str, Any] | None:
    """What a row says, where all its faults lie in columns that this rule does not look at."""
    needed = asked.cells.keys() | asked.last.values()
    foreign = all(
        isinstance(name := error.where.get("name"), str) and name not in needed for error in row.errors
    )
    return row.partial if foreign else None


def array_of(fact: Fact, cells: list[Any]) -> Any:
    """Return the cells of a column, as `core.tables` gives them, as an array `bulk` takes; nothing is rounded.

    Examples
    --------
    >>> array_of(Fact("sales", "", "", "money"), ["1200.10", None]).tolist()
    [1200.1, nan]
    """
    if fact.kind in ("money", "count", "points"):
        return numbers(fact, cells)
    if fact.kind == "flag" and None not in cells:
        return np.array(cells, bool)
    if fact.kind == "date":
        return np.array(["NaT" if cell is None else cell for cell in cells], dtype="datetime64[D]")
    if fact.kind == "choice":
        return np.array([cell or "" for cell in cells], dtype=str)
    return objects(cells)


def numbers(fact: Fact, cells: list[Any]) -> Any:
    """Return floats where each shows its decimal, so that nothing is lost; else the cells themselves."""
    found = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    size = np.abs(found[~np.isnan(found)])
    return objects(cells) if size.size and size.max() >= exact_below(fact) else found


def exact_below(fact: Fact) -> float:
    """Return the size below which a 64-bit float shows a number of a fact without loss."""
    return EXACT if fact.kind == "money" else 2.0**53
