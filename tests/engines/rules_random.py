"""Random enterprises for any rule, from what the rule declares: figures at its edges, one unit beside them, unknown ones."""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

from tests.engines.rules_support import yuan
from tuwei.rules import Fact, listed, load
from tuwei.rules import _expression as x
from tuwei.rules._assess import Assessment, prepare
from tuwei.rules._evaluate import NO, YES
from tuwei.rules._facts import LARGEST
from tuwei.rules._rule import Decision
from tuwei.rules._statutes import _rows_of

RULES = [info.id for info in listed()]
BASES = [0, 1, 100, 50_000_00, 1_000_000_00, 12_345_678_90, 100_000_000_00]
COUNTS = [0, 0, 1, 2, 3, 4, 5, 9, 10, 30, 50, 100, 101, 300, 500, 501]


@cache
def windows(rule: str) -> list[str]:
    """Return a day inside every stretch in which nothing of a rule changes."""
    days = (day for day in sorted(breakpoints(rule)) if load().version(rule, day))
    return [day.isoformat() for day in days]


@cache
def breakpoints(rule: str) -> frozenset[datetime.date]:
    """Return the first day of every stretch: where a row begins, or has just ended."""
    rows = [row for layer in load().layers for row in _rows_of(layer, rule)]
    ends = {row.valid_to + datetime.timedelta(1) for row in rows if row.valid_to.year < 9000}
    return frozenset({row.valid_from for row in rows} | ends)


class Firms:
    """Draws enterprises for a rule on a day.

    Parameters
    ----------
    good
        How probable it is that a flag stands as the rule wants it.
    unknown
        How probable it is that a fact is not known.
    small
        Amounts of some 元 only, so that every 分 of them can be tried.
    """

    def __init__(
        self, rule: str, on: str, good: float = 0.9, unknown: float = 0.05, small: bool = False
    ) -> None:
        self.small = small
        self.rule, self.on, self.good, self.unknown = rule, datetime.date.fromisoformat(on), good, unknown
        decision = load().decision(rule, self.on)
        assert decision is not None
        self.decision: Decision = decision
        nodes = _nodes(decision)
        numbers = {node.value for node in nodes if isinstance(node, x.Number)}
        self.ratios = sorted({value for value in numbers if 0 < value < 2 and value.denominator > 1})
        self.marks = sorted({int(value) for value in numbers if value.denominator == 1 and value > 2})
        self.unwanted = _unwanted(decision)

    def one(self, draw: random.Random) -> dict[str, Any]:
        """Return the facts of one enterprise."""
        years = draw.choice([1, 2, 3, 3, 3])
        bases = (
            [5_00, 10_00, 20_00] if self.small else [*BASES, *[mark for mark in self.marks if mark > 10_000]]
        )
        base = draw.choice(bases)
        return {fact.name: self._fact(fact, draw, years, base) for fact in self.decision.facts}

    def sound(self, draw: random.Random) -> dict[str, Any]:
        """Return an enterprise without contradictions: figures that quarrel are drawn again, at last left unknown."""
        facts = self.one(draw)
        for attempt in range(40):
            quarrel = self._quarrel(facts)
            if not quarrel:
                return facts
            again = self.one(draw)
            facts |= {name: None if attempt > 30 else again.get(name) for name in quarrel if name in facts}
        return dict.fromkeys(facts)

    def near(self, draw: random.Random, tries: int = 12) -> tuple[dict[str, Any], Assessment]:
        """Return a sound enterprise that fails little: single facts below what fails are drawn again.

        One that came to fail nothing has single facts drawn again until it does.
        """
        facts = self.sound(draw)
        found = prepare(self.rule, facts, self.on, None, "")[0]
        for _ in range(draw.randrange(2 * tries)):
            failing = _failing(found)
            names = self._below(found) if failing else sorted(facts)
            if not names:
                break
            name = draw.choice(names)
            again = {**facts, name: self.one(draw)[name]}
            other, faults = prepare(self.rule, again, self.on, None, "")
            if not faults and 0 < _failing(other) <= max(failing, 1):
                facts, found = again, other
        return facts, found

    def _below(self, found: Assessment) -> list[str]:
        failing = [one.condition.test for one in found.conditions if one.verdict != YES and one.needed]
        slots = {slot for test in failing for slot in self.decision.below(test)}
        return sorted({re.split(r"[.\[]", slot)[0] for slot in slots} - {"on"})

    def _quarrel(self, facts: dict[str, Any]) -> list[str]:
        found, _ = prepare(self.rule, facts, self.on, None, "")
        wrong = [one for one in self.decision.consistency if found.value_of(one.test) == NO]
        return [name for one in wrong for name in one.fields]

    def _fact(self, fact: Fact, draw: random.Random, years: int, base: int) -> Any:
        if draw.random() < self.unknown:
            return None
        if fact.series:
            later = [self._single(fact, draw, base) for _ in range(min(years, fact.series))]
            return later if draw.random() > self.unknown else [later[0], *(None for _ in later[1:])]
        if fact.kind == "points":
            return {
                item: _points(draw, *ends)
                for item, ends in fact.items.items()
                if draw.random() > self.unknown
            }
        if fact.kind == "records":
            return [_record(fact, draw, self.unknown) for _ in range(draw.randrange(3))]
        return self._single(fact, draw, base)

    def _single(self, fact: Fact, draw: random.Random, base: int) -> Any:
        if fact.name == "year":
            return self.on.year
        if fact.kind == "flag":
            return (draw.random() < self.good) != (fact.name in self.unwanted)
        if fact.kind == "choice":
            return draw.choice(list(fact.choices))
        if fact.kind == "date":
            days = draw.choice([0, 1, 31, 364, 365, 366, 730, 731, 1095, 1096, 1826, 3652, 7000])
            return (self.on - datetime.timedelta(days + draw.choice([-1, 0, 0, 1]))).isoformat()
        if fact.kind == "ratio":
            return draw.choice(["0", "9.99%", "10%", "10.01%", "1", *[f"{ratio}" for ratio in self.ratios]])
        if fact.kind == "money":
            return yuan(self._money(fact, draw, base))
        counts = [*COUNTS, *[mark for mark in self.marks if mark < 10_000]]
        return max(
            fact.low or 0, min(draw.choice(counts) + draw.choice([0, 0, 0, 1, -1]), fact.high or LARGEST)
        )

    def _money(self, fact: Fact, draw: random.Random, base: int) -> int:
        """Return an amount: a round share of the base or one of the rule's shares, at times one 分 beside."""
        share = draw.choice(
            [Fraction(1), Fraction(1), Fraction(2), *self.ratios, Fraction(draw.randrange(300), 100)]
        )
        fen = int(base * share) + draw.choice([0, 0, 0, 1, -1])
        if not self.small and draw.random() < 0.05:
            fen = draw.choice([10**17, 10**17 - 1, 10**16 + 1])
        if not self.small and draw.random() < 0.1:
            fen = draw.choice(self.marks or [0]) + draw.choice([0, 1, -1])
        if fact.low is None and draw.random() < 0.2:
            return -fen
        return max(fen, 0 if fact.low is None else fact.low)


def _failing(found: Assessment) -> int:
    return sum(one.verdict != YES for one in found.conditions if one.needed) if found.verdict != "yes" else 0


def _points(draw: random.Random, low: int, high: int) -> Any:
    ends = sorted(draw.randint(low, high) for _ in range(2))
    return draw.choice([ends, ends[1], high])


def _record(fact: Fact, draw: random.Random, unknown: float) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, kind in fact.fields.items():
        if kind.startswith(("money", "count")):
            made[name] = (
                None
                if draw.random() < unknown
                else draw.choice([0, 1, 500_000, 5_000_000, draw.randrange(10**6)])
            )
        elif kind.startswith("choice"):
            made[name] = draw.choice(kind.split()[1:])
        elif kind.startswith("flag"):
            made[name] = draw.random() < 0.5
    return made


def _nodes(decision: Decision) -> list[x.Node]:
    tests = [one.test for one in decision.conditions] + [one.test for one in decision.consistency]
    return list(x.walk(*tests, *decision.ways.values(), *decision.values.values()))


def _unwanted(decision: Decision) -> set[str]:
    """Return the flags that the rule wants false: those only below a *not*."""
    wanted: set[str] = set()
    unwanted: set[str] = set()
    for one in decision.conditions:
        for fact, positive in _signs(one.test, True):
            (wanted if positive else unwanted).add(fact)
    return unwanted - wanted


def _signs(node: x.Node, positive: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, x.Flag):
        yield node.fact, positive
    for part in node.parts():
        yield from _signs(part, positive != isinstance(node, x.Not))
