"""The smallest single change that turns a verdict, solved exactly.

Every comparison below a verdict is, in one figure with all others fixed, a polynomial inequality with whole
coefficients (one for each branch of a table). Between the roots of all of them nothing can change, so that the
whole numbers next to the roots are the only places where a smallest change can lie: the rule is judged at each,
nearest first.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, cast

from tuwei.rules import _expression as x
from tuwei.rules._evaluate import NO, UNKNOWN, YES, Evaluator, Scalars
from tuwei.rules._facts import LARGEST, Fact
from tuwei.rules._flip import Flip, given
from tuwei.rules._parameters import Citation
from tuwei.rules._polynomial import Poly, add, floors_of_roots, multiply
from tuwei.rules._rule import Decision
from tuwei.rules._tree import Labels

if TYPE_CHECKING:
    from tuwei.rules._assess import Assessment

MOST_FORMS = 256
"""Branches of one quantity: tables within tables. Beyond them a figure is passed over, never half searched."""
LAST = datetime.date(2200, 1, 1)
_ON = Fact("on", "行为日期", "Date of the act", "date", turn="up", low=1)
Form = tuple[Poly, Poly]


def flips_of(found: Assessment) -> list[Flip]:
    """Return the smallest change of each figure the enterprise can move, those that turn the verdict first.

    Examples
    --------
    >>> from tuwei.rules import assess
    >>> facts = {"registered_in_mainland": True, "employees": 100, "tech_staff": 9, "sales": 1000000,
    ...          "total_assets": 500000, "rd_expense": 60000, "ip_class1": 1, "products_allowed": True,
    ...          "clean_record": True}
    >>> [(flip.fact, flip.before, flip.after) for flip in assess("tech_sme", facts, "2024-03-01").flips
    ...  if flip.condition is None and flip.unit == "people"]
    [('tech_staff', 9, 10)]
    """
    if found.decision is None or found.verdict not in ("no", "unknown"):
        return []
    on = replace(_ON, high=min(LAST, found.until).toordinal())  # from then on the rule is another
    moves = (_Move(found, fact, slot) for fact in (*found.decision.facts, on) for slot in _slots(fact))
    flips = [flip for move in moves for flip in move.flips()]
    return sorted(flips, key=lambda flip: flip.condition is not None)


class _Move:
    """One figure on the move, all others fixed."""

    def __init__(self, found: Assessment, fact: Fact, slot: str) -> None:
        self.found, self.fact, self.slot = found, fact, slot
        self.decision, self.evaluator = cast(Decision, found.decision), cast(Evaluator, found.evaluator)
        self.now = found.flat[slot]
        self.unknown = self.now == UNKNOWN if fact.kind == "flag" else self.now is None
        self._moved: dict[int, Evaluator] = {}

    def flips(self) -> Iterator[Flip]:
        """Yield the change that turns the verdict, else those that turn a failing condition."""
        failing = [one.condition for one in self.found.conditions if one.verdict != YES]
        touched = [one for one in failing if self._touches(one.test)]
        if not touched or not self._movable():
            return
        candidates = list(self._candidates())
        others = any(not one.way and not self._touches(one.test) for one in failing)
        turned = None if others else self._first(candidates, self.decision.verdict, None)
        if turned:
            yield turned
        else:
            firsts = (self._first(candidates, one.test, one.citation) for one in touched)
            yield from (flip for flip in firsts if flip)

    def _touches(self, node: x.Node) -> bool:
        return self.slot in self.decision.below(node)

    def _movable(self) -> bool:
        if self.fact.series and self.found.flat[f"{self.fact.name}.count"] is None:
            return False  # nobody knows how many years there are
        single = self.fact.kind in ("money", "count") and not self.fact.series
        return bool(self.fact.turn) or (single and self.unknown and self.fact.name in self.found.missing)

    def _first(self, candidates: list[int], test: x.Verdict, condition: Citation | None) -> Flip | None:
        for at, candidate in enumerate(candidates):
            if self._turns(candidate, test):
                until = self._until(candidates[at:], test) if self.unknown else None
                return self._flip(candidate, until, condition)
        return None

    def _until(self, candidates: list[int], test: x.Verdict) -> int | None:
        last = candidates[0]
        for candidate in candidates[1:]:
            if not self._turns(candidate, test):
                return last
            last = candidate
        return None

    def _turns(self, candidate: int, test: x.Verdict) -> bool:
        """Whether the test holds, and nothing contradicts itself, with the figure at the candidate."""
        moved = self._at(candidate)
        return bool(moved(test) == YES) and all(moved(one.test) != NO for one in self.decision.consistency)

    def _at(self, candidate: int) -> Evaluator:
        if candidate not in self._moved:
            value = (candidate, candidate) if self.fact.kind == "points" else candidate
            facts = Scalars({**self.found.flat, self.slot: value})
            self._moved[candidate] = Evaluator(facts, self._unmoved.copy())
        return self._moved[candidate]

    @cached_property
    def _unmoved(self) -> dict[int, Any]:
        """What was computed already and does not depend on the figure."""
        dependent = self.decision.above(self.slot)
        return {id: known for id, known in self.evaluator.kept.items() if id not in dependent}

    def _candidates(self) -> Iterator[int]:
        """Yield the values at which something may change, nearest first, in the direction of the fact."""
        if self.fact.kind == "flag":
            yield YES
        elif self.fact.kind == "points":
            low, high = self.fact.items[self.slot.removeprefix(f"{self.fact.name}.")]
            yield from range(low if self.now is None else self.now[0] + 1, high + 1)
        else:
            yield from self._ahead()

    def _ahead(self) -> list[int]:
        fact, now = self.fact, self.now
        low, high = (-LARGEST if fact.low is None else fact.low), LARGEST if fact.high is None else fact.high
        points = {point for point in self._breaks() if low <= point <= high}
        if now is None:
            return sorted(points | {low})
        up, down = fact.turn in ("up", "both"), fact.turn in ("down", "both")
        ahead = [point for point in points if (up and point > now) or (down and point < now)]
        return sorted(ahead, key=lambda point: abs(point - now))

    def _breaks(self) -> set[int]:
        forms = _Forms(self.evaluator, self.slot, self.decision.below)
        try:
            polys = {poly for test in self.decision.compared(self.slot) for poly in forms.borders(test)}
        except _TooManyForms:
            return set()
        return {floor + step for poly in polys for floor in floors_of_roots(poly) for step in (-1, 0, 1)}

    def _flip(self, after: int, until: int | None, condition: Citation | None) -> Flip:
        fact, slot = self.fact, self.slot
        before = self.now[0] if isinstance(self.now, tuple) else None if self.unknown else self.now
        zh, en, unit = cast(Labels, self.found.labels).slots[slot]
        return Flip(fact.name, slot, unit, before, after, until, condition, self._whole(after), zh, en)

    def _whole(self, after: int) -> Any:
        """Return the fact with its new figure, as people give it."""
        fact, slot = self.fact, self.slot
        if fact.series:
            years = fact.slots()[:-1][-self.found.flat[f"{fact.name}.count"] :]
            return [given(fact, after if name == slot else self.found.flat[name]) for name in years]
        if fact.kind == "points":
            items = {name: self.found.flat[f"{fact.name}.{name}"] for name in fact.items}
            items[slot.removeprefix(f"{fact.name}.")] = (after, after)
            return {name: list(pair) for name, pair in items.items() if pair is not None}
        return given(fact, after)


def _slots(fact: Fact) -> list[str]:
    """The figures of a fact that can move: of a series its last year."""
    if fact.series:
        return [f"{fact.name}[-1]"]
    return [] if fact.kind in ("records", "choice", "ratio") else fact.slots()


class _Forms:
    """Quantities as fractions of polynomials in one figure: one form for each branch a table may take."""

    def __init__(self, evaluator: Evaluator, slot: str, below: Callable[[x.Node], frozenset[str]]) -> None:
        self.evaluator, self.slot, self.below = evaluator, slot, below
        self.kept: dict[int, list[Form]] = {}

    def borders(self, test: x.Compare) -> Iterator[Poly]:
        """Yield the polynomials at whose roots the comparison may change."""
        for (num, den), (other_num, other_den) in _pairs(self.of(test.left), self.of(test.right)):
            yield add(multiply(num, other_den), multiply(other_num, den), -1)
            yield from (poly for poly in (den, other_den) if len(poly) > 1)

    def of(self, node: x.Quantity) -> list[Form]:
        """Return the forms of a quantity; none where it is unknown or no polynomial."""
        if id(node) not in self.kept:
            self.kept[id(node)] = list(dict.fromkeys(self._of(node)))
        return self.kept[id(node)]

    def _of(self, node: x.Quantity) -> Iterator[Form]:
        if self.slot not in self.below(node):
            value = self.evaluator(node)
            if value.known and value.defined:
                yield ((value.num,) if value.num else ()), (value.den,)
        elif isinstance(node, x.Figure):
            yield (0, 1), (1,)
        elif isinstance(node, x.Named | x.Choice):
            yield from self.of(node.inner)
        elif isinstance(node, x.Chosen):
            yield from (form for _, quantity in node.cases for form in self.of(quantity))
            yield from self.of(node.otherwise)
        elif isinstance(node, x.Extreme):
            yield from self.of(node.left)
            yield from self.of(node.right)
        elif isinstance(node, x.Sum | x.Difference | x.Product | x.Ratio):
            for left, right in _pairs(self.of(node.left), self.of(node.right)):
                yield _joined(node, left, right)


class _TooManyForms(Exception):
    """A comparison has more branches than are searched."""


def _pairs(left: list[Form], right: list[Form]) -> Iterator[tuple[Form, Form]]:
    if len(left) * len(right) > MOST_FORMS:
        raise _TooManyForms
    return product(left, right)


def _joined(node: x.Quantity, left: Form, right: Form) -> Form:
    (a, b), (c, d) = left, right
    if isinstance(node, x.Product):
        return multiply(a, c), multiply(b, d)
    if isinstance(node, x.Ratio):
        return multiply(a, d), multiply(b, c)
    sign = -1 if isinstance(node, x.Difference) else 1
    return add(multiply(a, d), multiply(c, b), sign), multiply(b, d)
