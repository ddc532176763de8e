"""Facts by year, as enterprises keep them, to the facts of one legal date; and the table to enter them in."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from tuwei.core.errors import InputError
from tuwei.core.tables import Column, Table
from tuwei.rules._assess import known_names, legal_date
from tuwei.rules._facts import Fact
from tuwei.rules._read import BESIDE, read_facts
from tuwei.rules._rule import registered
from tuwei.rules._sheet import cells_of, column_of
from tuwei.rules._statutes import Statutes, load

SINCE = datetime.date(2021, 1, 1)
"""Versions of rules that ended before this day ask for nothing any more."""
TAXES = frozenset({"super_deduction", "income_tax"})
"""Rules on money that are worked out by the year of an enterprise, as its ladder is."""
CARRIERS = frozenset({"incubator", "maker_space"})
"""Rules that look at places for enterprises, not at an enterprise."""
FIRST_YEAR, LAST_YEAR = 1949, 2999
FIXED = frozenset({"founded"})
"""Facts that never change: any year may tell them."""
YEAR = "year"
WHO = (
    Column("enterprise", "企业名称", "Enterprise", max_length=200, example="某某科技有限公司", example_en="Example Ltd"),
    Column("credit_code", "统一社会信用代码", "Credit code", max_length=18, example="91150100MA0EXAMPLE"),
    Column("year", "年度", "Year", "integer", required=True, low=FIRST_YEAR, high=LAST_YEAR, example="2025"),
)  # fmt: skip


def yearly_table(statutes: Statutes | None = None) -> Table:
    """Return the table in which one row is one enterprise and one year.

    Its columns are whose year it is (``enterprise``, ``credit_code``, ``year``) and one for each fact that the
    rules of the ladder, of 清零 and of the yearly taxes ask for: a series is one column, a points item is
    ``expert.source``; lists of records do not fit a cell and are left out. All but the year may stay empty.

    Parameters
    ----------
    statutes
        With overlays: the facts that their programmes declare follow. The shipped ones unless given.

    Examples
    --------
    >>> [column.name for column in yearly_table().columns][:5]
    ['enterprise', 'credit_code', 'year', 'registered_in_mainland', 'employees']
    """
    return _table(statutes or load())


@lru_cache(maxsize=8)
def _table(statutes: Statutes) -> Table:
    taken = {header for column in WHO for header in column.headers()}
    columns = list(WHO)
    for fact in yearly_facts(statutes).values():
        for name, single in cells_of(fact):
            column = column_of(name, single)
            if {column.zh, column.en} & taken:
                column = replace(column, zh=f"{column.zh}[{name}]", en=f"{column.en} [{name}]")
            taken |= set(column.headers())
            columns.append(column)
    return Table("yearly_facts", "企业年度数据", "Yearly facts of enterprises", tuple(columns))


def yearly_facts(statutes: Statutes | None = None) -> dict[str, Fact]:
    """Return the facts that one year of an enterprise can state, by name, in the order of the ladder.

    What several rules ask for under one name is one fact: a series if one of them asks for several years.
    """
    return dict(_facts(statutes or load()))


@lru_cache(maxsize=8)
def _facts(statutes: Statutes) -> Mapping[str, Fact]:
    from tuwei.rules._programmes import programme_facts

    found: dict[str, Fact] = {}
    for fact in (*_asked(statutes), *programme_facts(statutes)):
        if fact.kind == "records" or fact.name == YEAR:
            continue
        before = found.get(fact.name)
        found[fact.name] = _plain(fact) if before is None else _joined(before, _plain(fact))
    return found


def _asked(statutes: Statutes) -> Iterator[Fact]:
    """Yield the facts of the rules that look at an enterprise year by year."""
    versions = registered()
    for rule in statutes.rules():
        info = statutes.info(rule)
        own = info.rung or info.kind in ("status", "flag") or rule in TAXES
        if not own or rule in CARRIERS:
            continue
        for window in reversed(info.windows):
            made = versions.get((rule, window.words[0]))
            if made and window.valid_to >= SINCE:
                yield from made.facts


_OF_LAST_YEAR = (
    re.compile(r"^(?:上一?年度?|最?近一年)"),
    re.compile(r",? (?:of the )?last (?:financial )?year$"),
)
_YEARS = (re.compile(r"\(近[一二三](?:个?年度?)末?\)"), re.compile(r", last (?:two |three )years$"))


def _plain(fact: Fact) -> Fact:
    """Return the fact as it is called when a row is one year."""
    zh, en = (pattern.sub("", name) for pattern, name in zip(_OF_LAST_YEAR, (fact.zh, fact.en), strict=True))
    if fact.series:
        zh, en = _YEARS[0].sub("", zh), _YEARS[1].sub("", en)
    return replace(fact, zh=zh or fact.zh, en=en or fact.en)


def _joined(one: Fact, other: Fact) -> Fact:
    """Return one fact for two of the same name; what either takes is taken."""
    if one.kind != other.kind:
        return one
    low = None if one.low is None or other.low is None else min(one.low, other.low)
    high = None if one.high is None or other.high is None else max(one.high, other.high)
    return replace(
        one, series=max(one.series, other.series), low=low, high=high, turn=one.turn or other.turn,
        choices={**other.choices, **one.choices}, items={**one.items, **other.items},
        help_zh=one.help_zh or other.help_zh, help_en=one.help_en or other.help_en,
    )  # fmt: skip


def assemble(
    yearly: Mapping[int, Mapping[str, Any]], on: datetime.date | str, statutes: Statutes | None = None
) -> dict[str, Any]:
    """Return what the years of an enterprise say on a legal date, as `assess` and `plan` take it.

    Parameters
    ----------
    yearly
        Year → facts of that year, by the names of `yearly_table`: money in 元, flags, ISO dates; a missing key or
        None is unknown. Every year is checked, also those not used.
    on
        The legal date. The last year used is the latest there is that had ended by then (31 December ends it).
    statutes
        As for `yearly_table`.

    Returns
    -------
    dict
        Single facts are those of the last year used; a fact that rules look at over several years is the list
        of up to three consecutive years, oldest first, ending with it. A year without a row is unknown, unless
        ``founded`` says that the enterprise did not exist yet. What is unknown stays unknown. ``founded`` may be
        told by any year. Values come out as they came in, exact.

    Raises
    ------
    InputError
        The first fault of the years, the earliest first, with all of them in ``errors`` and the year in ``year``.

    Examples
    --------
    >>> assemble({2024: {"employees": 40, "sales": "900.10"}, 2025: {"founded": "2024-02-01", "sales": 1200}}, "2026-03-01")
    {'sales': ['900.10', 1200], 'founded': '2024-02-01'}
    """
    statutes, day = statutes or load(), legal_date(on)
    _refuse_faults(yearly, statutes)
    ended = day.year if (day.month, day.day) == (12, 31) else day.year - 1
    used = sorted(year for year in yearly if year <= ended)
    if not used:
        return {}
    last = used[-1]
    found = {name: _over_years(fact, yearly, last) for name, fact in _facts(statutes).items()}
    return {name: value for name, value in found.items() if value is not None}


def _over_years(fact: Fact, yearly: Mapping[int, Mapping[str, Any]], last: int) -> Any:
    if fact.kind == "points":
        items = {item: yearly[last].get(f"{fact.name}.{item}") for item in fact.items}
        return {item: points for item, points in items.items() if points is not None} or None
    if fact.name in FIXED:
        return _told(fact.name, yearly)
    if not fact.series:
        return yearly[last].get(fact.name)
    first = max(last - fact.series + 1, _began(yearly, last))
    years = [yearly.get(year, {}).get(fact.name) for year in range(first, last + 1)]
    return None if all(value is None for value in years) else years


def _told(name: str, yearly: Mapping[int, Mapping[str, Any]]) -> Any:
    """Return what the latest year says that says anything."""
    told = (yearly[year].get(name) for year in sorted(yearly, reverse=True))
    return next((value for value in told if value is not None), None)


def _began(yearly: Mapping[int, Mapping[str, Any]], last: int) -> int:
    """Return the first year the enterprise existed in; one from which nothing follows while that is unknown."""
    founded = _told("founded", yearly)
    if founded is None:
        return 0
    day = founded if isinstance(founded, datetime.date) else legal_date(founded)
    return min(day.year, last)


def _refuse_faults(yearly: Mapping[int, Mapping[str, Any]], statutes: Statutes) -> None:
    faults = [fault for year in sorted(yearly) for fault in _faults(year, yearly[year], statutes)]
    if faults:
        faults[0].where["errors"] = [fault.as_dict() for fault in faults]
        raise faults[0]


def _faults(year: int, given: Mapping[str, Any], statutes: Statutes) -> Iterator[InputError]:
    singles = _singles(statutes)
    rest = {name: value for name, value in given.items() if name not in _NO_FACTS}
    known = known_names() | singles.keys()
    for fault in read_facts([singles[name] for name in rest if name in singles], rest, known)[1]:
        fault.where["year"] = year
        yield fault


_NO_FACTS = BESIDE | {column.name for column in WHO}


@lru_cache(maxsize=8)
def _singles(statutes: Statutes) -> dict[str, Fact]:
    """Return each cell of a year as a fact of a single value."""
    cells = (cell for fact in _facts(statutes).values() for cell in cells_of(fact))
    return {name: replace(fact, kind="count") if fact.kind == "points" else fact for name, fact in cells}
