"""What is missing, for columns of enterprises: the same walk below what is open as `Assessment.missing`, in masks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tuwei.rules import _expression as x
from tuwei.rules._bulk import Bulk
from tuwei.rules._evaluate import NO, UNKNOWN, YES, Columns, Evaluator, Interval, Value
from tuwei.rules._facts import Fact
from tuwei.rules._rule import Decision

_LEAVES = (x.Figure, x.Flag, x.Is, x.PointsFigure)
_PACKED = 30  # masks packed into a whole number before it is told apart by its rank
Array = Any


def missing(found: Bulk, evaluator: Evaluator | None = None) -> Array:
    """Return, for each row, the facts whose absence leaves something open, joined by “;”.

    Parameters
    ----------
    found
        Of `tuwei.rules.bulk`.
    evaluator
        Of `evaluator_of`, where there is one already.

    Examples
    --------
    >>> from tuwei.rules import bulk
    >>> facts = {"registered_in_mainland": [True, False], "products_allowed": [None, True], "clean_record": [True, True]}
    >>> missing(bulk("tech_sme", facts, "2024-03-01")).tolist()[0][:40]
    'employees;tech_staff;sales;total_assets;'
    """
    if found.decision is None or not found.rows:
        return np.full(found.rows, "", dtype=object)
    used = _Walk(found, evaluator or evaluator_of(found)).slots(found.decision)
    masks = dict(_names(found, found.decision, used))
    code = np.zeros(found.rows, np.int64)
    for at, mask in enumerate(masks.values(), 1):
        code = 2 * code + mask
        if at % _PACKED == 0:
            code = np.unique(code, return_inverse=True)[1]
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    texts = [";".join(name for name, mask in masks.items() if mask[row]) for row in first]
    joined = np.array(texts, dtype=object)[which]
    joined[list(found.faults)] = ""
    return joined


def evaluator_of(found: Bulk) -> Evaluator:
    """Return what evaluates nodes for all rows at once: for chunks, not for millions."""
    return Evaluator(Columns(found.facts, found.rows))


def _names(found: Bulk, decision: Decision, used: dict[str, Array]) -> Iterator[tuple[str, Array]]:
    nowhere = np.zeros(found.rows, bool)
    for fact in decision.facts:
        absent = {slot: _absent(found, fact, slot) for slot in fact.slots()}
        open_ = {slot: absent[slot] & used.get(slot, nowhere) for slot in absent}
        if fact.kind != "points":
            yield fact.name, np.logical_or.reduce(list(open_.values()))
            continue
        whole = np.logical_and.reduce(list(absent.values()))
        yield fact.name, whole & np.logical_or.reduce(list(open_.values()))
        yield from ((slot, mask & ~whole) for slot, mask in open_.items())


def _absent(found: Bulk, fact: Fact, slot: str) -> Array:
    column = found.facts[slot]
    if fact.kind == "flag":
        return column == UNKNOWN
    if fact.kind == "choice":
        return column == ""
    if fact.kind == "points":
        low, high = fact.items[slot.removeprefix(f"{fact.name}.")]
        return (column[0] == low) & (column[1] == high) & (low < high)
    return np.broadcast_to(~np.asarray(column[1]), found.rows)


class _Walk:
    """From what is open down to the facts; each node once, after all nodes above it."""

    def __init__(self, found: Bulk, evaluator: Evaluator) -> None:
        self.found, self.evaluator, self.rows = found, evaluator, found.rows
        self.masks: dict[int, Array] = {}

    def slots(self, decision: Decision) -> dict[str, Array]:
        """Return slot → the rows in which it is looked at and not settled."""
        order = _topological(self._begin(decision))
        used: dict[str, Array] = {}
        for node in order:
            mask = self.masks.get(id(node))
            if mask is None or not (mask := mask & ~self._settled(node)).any():
                continue
            if isinstance(node, _LEAVES):
                used[node.fact] = used.get(node.fact, False) | mask
            self._pass_on(node, mask)
        return used

    def _begin(self, decision: Decision) -> list[x.Node]:
        """Mark the roots: conditions that are open and needed, ways of an open verdict, values of what is no status."""
        verdict = self._spread(self.evaluator(decision.verdict))
        taken = self.found.branch
        roots: list[x.Node] = []
        for one in decision.conditions:
            needed = ~((verdict == YES) & (taken != "") & (taken != one.way)) if one.way else True
            roots.append(self._reach(one.test, (self.found.conditions[one.id] == UNKNOWN) & needed))
        for test in decision.ways.values():
            roots.append(
                self._reach(test, (verdict == UNKNOWN) & (self._spread(self.evaluator(test)) == UNKNOWN))
            )
        if self.found.info.kind != "status":
            roots += [self._reach(node, np.ones(self.rows, bool)) for node in decision.values.values()]
        return roots

    def _reach(self, node: x.Node, mask: Any) -> x.Node:
        before = self.masks.get(id(node))
        self.masks[id(node)] = mask if before is None else before | mask
        return node

    def _pass_on(self, node: x.Node, mask: Array) -> None:
        if not isinstance(node, x.Chosen):
            for part in node.parts():
                self._reach(part, mask)
            return
        for test, quantity in node.cases:
            verdict = self._spread(self.evaluator(test))
            self._reach(test, mask & (verdict != NO))
            self._reach(quantity, mask & (verdict != NO))
            mask = mask & (verdict != YES)
        self._reach(node.otherwise, mask)

    def _settled(self, node: x.Node) -> Array:
        value = self.evaluator(node)
        if isinstance(value, Value):
            return self._spread(value.known)
        if isinstance(value, Interval):
            return self._spread(value.lo == value.hi)
        spread = self._spread(value)
        return spread != "" if isinstance(node, x.Text) else spread != UNKNOWN

    def _spread(self, value: Any) -> Array:
        return np.broadcast_to(np.asarray(value), self.rows)


def _topological(roots: list[x.Node]) -> list[x.Node]:
    """Return all nodes below, each after every node that it is part of."""
    order: list[x.Node] = []
    seen: set[int] = set()

    def visit(node: x.Node) -> None:
        if id(node) not in seen:
            seen.add(id(node))
            for part in node.parts():
                visit(part)
            order.append(node)

    for root in roots:
        visit(root)
    return order[::-1]
