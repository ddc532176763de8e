"""Many enterprises against one rule, from the same definition as one: columns in, columns out, exact."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.rules import _expression as x
from tuwei.rules._assess import contradiction, known_names, legal_date
from tuwei.rules._columns import Read, as_arrays, names_of, read_part
from tuwei.rules._evaluate import NAMES, NO, YES, Columns, Evaluator
from tuwei.rules._facts import Fact
from tuwei.rules._rule import Decision, registered
from tuwei.rules._statutes import RuleInfo, Statutes, load
from tuwei.rules._values import round_half_up

Array = Any


BLOCK = 32768
"""Rows judged at a time: few enough that what is computed on the way stays in the processor's cache."""


@dataclass
class Bulk:
    """What `bulk` found.

    Parameters
    ----------
    info, on
        The rule and the legal date.
    rows
        Number of enterprises.
    faults
        Row → what is wrong with its facts; such a row has no verdict.
    verdict
        Of each row: ``yes``, ``no``, ``unknown``, ``no_rule_in_force``, or ``""`` with a fault.
    conditions
        Condition → 0 no, 1 unknown, 2 yes of each row (int8).
    branch
        The way taken by each row, ``""`` where none.
    score
        The score of each row as (lo, hi), where the rule has one.
    """

    info: RuleInfo
    on: datetime.date
    rows: int
    faults: dict[int, list[InputError]]
    verdict: Array
    conditions: dict[str, Array] = field(default_factory=dict)
    branch: Array = None
    score: tuple[Array, Array] | None = None
    decision: Decision | None = None
    given: Mapping[str, Array] = field(default_factory=dict)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """All facts by slot, as `tuwei.rules._evaluate.Columns` takes them."""
        declared = self.decision.facts if self.decision else ()
        return _dated(read_part(declared, self.given, None, slice(0, self.rows)), self.on)

    @cached_property
    def values(self) -> dict[str, list[Any]]:
        """Id → exact value of each row: 分 and whole numbers int, ratios Fraction, points (lo, hi), None unknown."""
        named = self.decision.values if self.decision else {}
        listed: dict[str, list[Any]] = {id: [] for id in named}
        for read in _blocks(self):
            exact = Evaluator(_columns(read, self.on).take(np.arange(read.rows)))
            for id, node in named.items():
                listed[id] += _listed(exact(node), node, read.rows)
        return listed


def _blocks(found: Bulk, file: str = "") -> Iterator[Read]:
    """Read the facts a block of rows at a time."""
    facts = found.decision.facts if found.decision else ()
    for start in range(0, found.rows, BLOCK):
        part = slice(start, min(start + BLOCK, found.rows))
        yield read_part(facts, found.given, {"file": file} if file else None, part)


def _dated(read: Read, on: datetime.date) -> dict[str, Any]:
    return {**read.slots, "on": (np.full(read.rows, on.toordinal(), np.int64), True)}


def _columns(read: Read, on: datetime.date) -> Columns:
    return Columns(_dated(read, on), read.rows)


def _listed(value: Any, node: x.Node, rows: int) -> list[Any]:
    def spread(part: Any) -> Array:
        return np.broadcast_to(np.asarray(part), rows)

    if isinstance(node, x.Points):
        return list(zip(spread(value.lo).tolist(), spread(value.hi).tolist(), strict=True))
    if isinstance(node, x.Text):
        return [word or None for word in spread(value).tolist()]
    if isinstance(node, x.Verdict):
        return [{NO: False, YES: True}.get(int(one)) for one in spread(value)]
    parts = (spread(part) for part in (value.num, value.den, value.known & value.defined))
    return [_number(num, den) if known else None for num, den, known in zip(*parts, strict=True)]


def _number(num: Any, den: Any) -> int | Fraction:
    # a ratio given is a fraction already
    value = Fraction(*(part if isinstance(part, Fraction) else int(part) for part in (num, den)))
    return value.numerator if value.denominator == 1 else value


def bulk(
    rule: str,
    columns: Mapping[str, Any],
    on: datetime.date | str,
    statutes: Statutes | None = None,
    file: str = "",
) -> Bulk:
    """Judge many enterprises by one rule.

    Parameters
    ----------
    rule, on, statutes
        As for `tuwei.rules.assess`.
    columns
        Name → array of one length; `columns_of` lists the names. A series is one array of rows × years, or
        ``sales_1 …`` oldest first, where empty leading years are years before the enterprise existed.
    file
        Shown in faults.

    Raises
    ------
    InputError
        A column nobody knows, or of another length. Faults of single rows are in ``faults``, not raised.

    Examples
    --------
    >>> found = bulk("tech_sme", {"registered_in_mainland": [False, True], "employees": [10, 501]}, "2024-03-01")
    >>> found.verdict.tolist(), found.conditions["size"].tolist()
    (['no', 'no'], [1, 0])
    """
    statutes, day = statutes or load(), legal_date(on)
    info, decision = statutes.info(rule), statutes.decision(rule, day)
    if decision is None:
        rows = max((len(column) for column in columns.values()), default=0)
        none = np.full(rows, "no_rule_in_force", dtype=object)
        return Bulk(info, day, rows, {}, none, branch=np.full(rows, "", dtype=object))
    given = as_arrays(decision.facts, columns, known_columns())
    rows = len(next(iter(given.values()))) if given else 0
    found = Bulk(info, day, rows, {}, None, decision=decision, given=given)
    _judge(found, decision, file)
    return found


def _judge(found: Bulk, decision: Decision, file: str) -> None:
    codes = np.empty(found.rows, np.int8)
    found.conditions = {one.id: np.empty(found.rows, np.int8) for one in decision.conditions}
    found.branch = np.full(found.rows, "", dtype=object)
    found.score = (np.zeros(found.rows, np.int32), np.zeros(found.rows, np.int32)) if decision.score else None
    constants: dict[int, Any] = {}
    for read in _blocks(found, file):
        evaluator = Evaluator(_columns(read, found.on), dict(constants), decision.shared)
        part = slice(read.first, read.first + read.rows)
        codes[part] = evaluator(decision.verdict)
        for one in decision.conditions:
            found.conditions[one.id][part] = evaluator(one.test)
        _more(found, decision, evaluator, part)
        found.faults |= read.faults
        _contradictions(found, decision, evaluator, part, file)
        constants = constants or decision.constants(evaluator.kept)
    found.verdict = VERDICTS[codes]
    if found.faults:
        found.verdict[list(found.faults)] = ""


def _more(found: Bulk, decision: Decision, evaluator: Evaluator, part: slice) -> None:
    for way, test in reversed(list(decision.ways.items())):
        found.branch[part][np.broadcast_to(evaluator(test) == YES, part.stop - part.start)] = way
    if found.score and decision.score:
        points = evaluator(decision.score)
        found.score[0][part], found.score[1][part] = points.lo, points.hi


def _contradictions(found: Bulk, decision: Decision, evaluator: Evaluator, part: slice, file: str) -> None:
    for one in decision.consistency:
        wrong = evaluator(one.test) == NO
        if np.any(wrong):
            for row in np.flatnonzero(np.broadcast_to(wrong, part.stop - part.start)) + part.start:
                found.faults.setdefault(int(row), []).append(contradiction(one, file, row=int(row)))


VERDICTS = np.array([NAMES[code] for code in sorted(NAMES)], dtype=object)
"""The word of each verdict, by its code."""


def columns_of(
    rule: str, on: datetime.date | str, statutes: Statutes | None = None
) -> list[tuple[str, Fact]]:
    """Return the columns a table for a rule may have, with the fact each belongs to.

    Examples
    --------
    >>> [name for name, _ in columns_of("high_tech", "2024-03-01")][:6]
    ['founded', 'core_ip_owned', 'field_in_catalogue', 'employees', 'sales_1', 'sales_2']
    """
    decision = (statutes or load()).decision(rule, legal_date(on))
    return [(name, fact) for fact in (decision.facts if decision else ()) for name in names_of(fact)]


@cache
def known_columns() -> frozenset[str]:
    """Return the columns of all rules: one table serves them all."""
    listed = {name for made in registered().values() for fact in made.facts for name in names_of(fact)}
    return frozenset(listed | known_names())


def fen(value: int | Fraction | None) -> int | None:
    """Return an amount rounded to 分, as it is shown."""
    return None if value is None else round_half_up(value)
