"""Many enterprises against one rule, from the same definition as one: columns in, columns out, exact."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.rules import _expression as x
from tuwei.rules._assess import contradiction, known_names, legal_date
from tuwei.rules._columns import names_of, read_columns
from tuwei.rules._evaluate import NAMES, NO, YES, Columns, Evaluator
from tuwei.rules._facts import Fact
from tuwei.rules._rule import Decision, registered
from tuwei.rules._statutes import RuleInfo, Statutes, load
from tuwei.rules._values import round_half_up

Array = Any


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
    """

    info: RuleInfo
    on: datetime.date
    rows: int
    faults: dict[int, list[InputError]]
    verdict: Array
    conditions: dict[str, Array] = field(default_factory=dict)
    decision: Decision | None = None
    evaluator: Evaluator | None = None

    @cached_property
    def branch(self) -> Array:
        """The way taken by each row, ``""`` where none."""
        taken: Array = np.full(self.rows, "", dtype=object)
        ways = self.decision.ways if self.decision else {}
        for way, test in reversed(list(ways.items())):
            taken[self._whole(test) == YES] = way
        return taken

    @cached_property
    def score(self) -> tuple[Array, Array] | None:
        """The score of each row as (lo, hi), where the rule has one."""
        if self.decision is None or self.evaluator is None or self.decision.score is None:
            return None
        points = self.evaluator(self.decision.score)
        return self._spread(points.lo), self._spread(points.hi)

    @cached_property
    def values(self) -> dict[str, list[Any]]:
        """Id → exact value of each row: 分 and whole numbers int, ratios Fraction, points (lo, hi), None unknown."""
        if self.decision is None or self.evaluator is None or not self.rows:
            return {}
        exact = Evaluator(self.evaluator.algebra.take(np.arange(self.rows)))  # type: ignore[union-attr]
        return {id: self._listed(exact, node) for id, node in self.decision.values.items()}

    def _listed(self, exact: Evaluator, node: x.Node) -> list[Any]:
        value = exact(node)
        if isinstance(node, x.Points):
            return list(zip(self._spread(value.lo).tolist(), self._spread(value.hi).tolist(), strict=True))
        if isinstance(node, x.Text):
            return [word or None for word in self._spread(value).tolist()]
        if isinstance(node, x.Verdict):
            return [{NO: False, YES: True}.get(int(one)) for one in self._spread(value)]
        parts = (self._spread(part) for part in (value.num, value.den, value.known & value.defined))
        return [_number(num, den) if known else None for num, den, known in zip(*parts, strict=True)]

    def _whole(self, node: x.Node) -> Array:
        assert self.evaluator is not None
        return self._spread(self.evaluator(node))

    def _spread(self, value: Any) -> Array:
        return np.broadcast_to(np.asarray(value), self.rows)


def _number(num: Any, den: Any) -> int | Fraction:
    value = Fraction(int(num), int(den))
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
        return Bulk(info, day, rows, {}, np.full(rows, "no_rule_in_force", dtype=object))
    read = read_columns(decision.facts, columns, known_columns(), {"file": file} if file else {})
    facts = {**read.slots, "on": (np.full(read.rows, day.toordinal(), np.int64), True)}
    found = Bulk(info, day, read.rows, read.faults, None, {}, decision, Evaluator(Columns(facts, read.rows)))
    _judge(found, decision, file)
    return found


def _judge(found: Bulk, decision: Decision, file: str) -> None:
    for one in decision.consistency:
        for row in np.flatnonzero(found._whole(one.test) == NO):
            found.faults.setdefault(int(row), []).append(contradiction(one, file, row=int(row)))
    found.conditions = {one.id: found._whole(one.test) for one in decision.conditions}
    found.verdict = _NAMES[found._whole(decision.verdict)]
    if found.faults:
        found.verdict[list(found.faults)] = ""


_NAMES = np.array([NAMES[code] for code in sorted(NAMES)], dtype=object)


def columns_of(
    rule: str, on: datetime.date | str, statutes: Statutes | None = None
) -> list[tuple[str, Fact]]:
    """Return the columns a table for a rule may have, with the fact each belongs to.

    Examples
    --------
    >>> [name for name, _ in columns_of("high_tech", "2024-03-01")][:6]
    ['founded', 'core_ip_owned', 'field_in_catalogue', 'employees', 'tech_staff', 'sales_1']
    """
    decision = (statutes or load()).decision(rule, legal_date(on))
    return [(name, fact) for fact in (decision.facts if decision else ()) for name in names_of(fact)]


def known_columns() -> frozenset[str]:
    """Return the columns of all rules: one table serves them all."""
    listed = {name for made in registered().values() for fact in made.facts for name in names_of(fact)}
    return frozenset(listed | known_names())


def fen(value: int | Fraction | None) -> int | None:
    """Return an amount rounded to 分, as it is shown."""
    return None if value is None else round_half_up(value)
