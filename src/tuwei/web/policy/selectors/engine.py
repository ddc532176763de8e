"""The one place where the site meets ``tuwei.rules``: statutes with the region's overlays, facts in, answers out.

Nothing of a rule is worked out here. The engine is imported when it is first needed: reading the statutes takes
longer than starting the site.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from tuwei.core.errors import InputError, TuweiError
from tuwei.core.tables import Column, Table, read

FIRST_YEAR, LAST_YEAR = 2000, 2099
WHO = ("enterprise", "credit_code", "year")  # the columns that say whose year it is, not facts


@dataclass(frozen=True)
class Who:
    """The enterprise a row of a table names."""

    name: str
    credit_code: str


def language() -> str:
    """``zh`` or ``en``, as the engine's sentences are asked for."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def overlays() -> tuple[Path, ...]:
    """The overlay files of the region pack this site runs with."""
    return _overlays(settings.PACK)


@lru_cache(maxsize=4)
def _overlays(pack: str) -> tuple[Path, ...]:
    from tuwei.packs.loader import overlays_of

    return overlays_of(pack)


def statutes() -> Any:
    """The statutes with the region's overlays; read anew when a file changes."""
    from tuwei import rules

    return rules.load(overlays())


def table() -> Table:
    """One row is one enterprise and one year: for the template, the import and the form."""
    from tuwei import rules

    return rules.yearly_table(statutes())


def columns() -> dict[str, Column]:
    """The facts of a year by name, without the columns that say whose they are."""
    return {column.name: column for column in table().columns if column.name not in WHO}


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that some rule asks for: a region pack may have taken a programme back since they were stated."""
    names = columns()
    return {name: value for name, value in values.items() if name in names}


def asked_by() -> dict[str, tuple[str, str]]:
    """Fact → the rule that first asks for it, and the rule's name in the reader's language."""
    infos = {
        info.id: info.en if language() == "en" else info.zh
        for info in map(statutes().info, statutes().rules())
    }
    return {name: (rule, infos[rule]) for name, (rule, _fact) in _asked(statutes(), _last_year_end()).items()}


def fact_names() -> dict[str, tuple[str, str]]:
    """Fact → its Chinese and English name, also of those that no yearly table holds (a contract's)."""
    return {name: (fact.zh, fact.en) for name, (_rule, fact) in _asked(statutes(), _last_year_end()).items()}


def _last_year_end() -> datetime.date:
    return datetime.date(datetime.date.today().year - 1, 12, 31)


@lru_cache(maxsize=4)
def _asked(laws: Any, day: datetime.date) -> dict[str, tuple[str, Any]]:
    """Fact → the first rule that asks for it on that day or now, and how that rule declares it."""
    from tuwei import rules

    found: dict[str, tuple[str, Any]] = {}
    for on in (datetime.date.today(), day):
        for rule in laws.rules():
            for fact in rules.facts_of(rule, on, laws):
                found.setdefault(fact.name, (rule, fact))
    return found


def split(values: Mapping[str, Any]) -> tuple[Who, int, dict[str, Any]]:
    """A row of the table: whose it is, which year, the facts it states."""
    who = Who(str(values.get("enterprise") or ""), str(values.get("credit_code") or ""))
    return who, int(values["year"]), {name: value for name, value in values.items() if name not in WHO}


def checked_year(year: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one year in exact form, or every fault in them.

    Raises
    ------
    InputError
        ``facts.*`` or the engine's own, with all faults in ``errors``.
    """
    from tuwei import rules

    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InputError(
            "facts.bad_year", "年度应在 {expected} 之间，现为“{got}”。", "The year must lie within {expected}, got “{got}”.",
            field="year", expected=f"{FIRST_YEAR}–{LAST_YEAR}", got=year,
        )  # fmt: skip
    exact = _exact(year, values)
    if not exact:
        raise InputError("facts.empty", "没有填写任何数据。", "Nothing was stated.")
    end = datetime.date(year, 12, 31)
    _raise(rules.plan_faults(rules.assemble({year: exact}, end, statutes()), end, statutes()))
    return exact


def _exact(year: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was stated, read as a row of the table is: every cell exact, or every fault of a cell."""
    alone = replace(table(), columns=tuple(columns().values()))
    line = json.dumps(dict(values), ensure_ascii=False).encode() + b"\n"
    with read(io.BytesIO(line), alone, file_name=str(year)) as rows:
        row = next(rows)
    _raise(row.errors)
    return {name: value for name, value in (row.values or {}).items() if value not in (None, "", [])}


def _raise(faults: Sequence[InputError]) -> None:
    """Raise the first fault with all of them in ``errors``; nothing where there is none."""
    if faults:
        faults[0].where["errors"] = [fault.as_dict() for fault in faults]
        raise faults[0]


def facts_on(yearly: Mapping[int, Mapping[str, Any]], on: datetime.date) -> dict[str, Any]:
    """All years of an enterprise as the facts of one day; what no rule asks for any more is passed over."""
    from tuwei import rules

    return dict(rules.assemble({year: known(values) for year, values in yearly.items()}, on, statutes()))


def plan(yearly: Mapping[int, Mapping[str, Any]], on: datetime.date) -> Any:
    """Every rung and every policy for these facts on that day."""
    from tuwei import rules

    return rules.plan(facts_on(yearly, on), on, statutes())


def assess(rule: str, yearly: Mapping[int, Mapping[str, Any]], on: datetime.date) -> Any:
    from tuwei import rules

    return rules.assess(rule, facts_on(yearly, on), on, statutes())


def report(found: Any, name: str) -> str:
    """A printable page of a plan or an assessment, whole in itself, with whose it is in the title."""
    from tuwei import rules

    return str(rules.report(found, language(), name))


def fault(error: TuweiError) -> str:
    return error.sentence(language())


ZERO = "rd_zero"
_SAID = {2: "zero", 1: "missing", 0: "fine"}  # a flag is a condition: "reported as zero" yes, unknown, no


def zero(rows: Sequence[Mapping[str, Any]], year: int) -> list[tuple[str, dict[str, str]]]:
    """Whether each firm is one of those counted (yes, no, unknown), and its flags: zero, missing or fine."""
    from tuwei import rules

    end, known = datetime.date(year, 12, 31), statutes()
    names = [fact.name for fact in rules.facts_of(ZERO, end, known)]
    found = rules.bulk(ZERO, {name: [row.get(name) for row in rows] for name in names}, end, known)
    flags = [id for id in found.conditions if id != "population"]
    inside = {2: "yes", 1: "unknown", 0: "no"}
    return [
        (
            inside[int(found.conditions["population"][at])],
            {id: _SAID[int(found.conditions[id][at])] for id in flags},
        )
        for at in range(len(rows))
    ]
