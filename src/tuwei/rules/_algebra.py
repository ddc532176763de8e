"""What quantities, points and verdicts are made of: Python's numbers for one enterprise, numpy for many."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

NO, UNKNOWN, YES = 0, 1, 2


@dataclass(slots=True)
class Value:
    """A quantity: ``num / den`` with ``den > 0``; ``size`` is ``num`` with every term taken positive.

    ``unsure`` marks rows of a float column whose denominator only exact numbers can tell. Of a float column
    ``top`` and ``den_top`` bound size and denominator of all rows: below 2⁵³ nothing was rounded.
    """

    num: Any
    den: Any = 1
    known: Any = True
    defined: Any = True
    size: Any = None
    unsure: Any = False
    top: float = 0.0
    den_top: float = 1.0


@dataclass(slots=True)
class Interval:
    """Whole points, ``lo ≤ hi``."""

    lo: Any
    hi: Any


class Scalars:
    """The algebra of one enterprise: plain Python.

    Parameters
    ----------
    facts
        Name → whole number, verdict, code of a closed list or ``(lo, hi)``; None is unknown, but for verdicts.
    """

    exact = True
    no, unknown, yes = NO, UNKNOWN, YES
    least, most, opposite = staticmethod(min), staticmethod(max), staticmethod(operator.not_)

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts

    def figure(self, fact: str, signed: bool) -> Value:
        """Return a number."""
        value = self.facts[fact]
        return Value(0, known=False) if value is None else Value(value, size=0 if signed else None)

    def interval(self, fact: str, lo: int, hi: int) -> Interval:
        """Return given points, all that are possible while unknown."""
        value = self.facts[fact]
        return Interval(lo, hi) if value is None else Interval(*value)

    def flag(self, fact: str) -> Any:
        """Return the verdict of a yes-or-no fact."""
        return self.facts[fact]

    def among(self, fact: str, values: tuple[str, ...]) -> Any:
        """Return whether a fact of a closed list is one of these."""
        value = self.facts[fact]
        return UNKNOWN if value is None else YES if value in values else NO

    @staticmethod
    def where(mask: Any, yes: Any, no: Any) -> Any:
        """Return ``yes`` where the mask holds, else ``no``."""
        return yes if mask else no

    either = where

    @staticmethod
    def picker(mask: Any) -> Callable[[Any, Any], Any]:
        """Return what picks the first of two numbers where the mask holds, else the second."""
        return lambda yes, no: yes if mask else no

    @staticmethod
    def sign(value: Any) -> Any:
        """Return −1 below zero, else 1."""
        return -1 if value < 0 else 1

    @staticmethod
    def point(value: int) -> int:
        """Return whole points."""
        return value

    @staticmethod
    def verdict(holds: Any) -> int:
        """Return yes where it holds, else no."""
        return YES if holds else NO

    @staticmethod
    def call(function: Callable[..., int], *values: Any) -> Any:
        """Call a function of whole numbers."""
        return function(*values)

    @staticmethod
    def some(mask: Any) -> bool:
        """Whether the mask holds anywhere."""
        return bool(mask)

    every = some


class Columns:
    """The algebra of many enterprises: numpy, in floats, or exact in Python's integers.

    Parameters
    ----------
    facts
        Name → column: numbers ``(int64 values, mask of the known rows or True)``; points ``(int64 lo, int64
        hi)``; verdicts int8; codes of a closed list as str, ``""`` unknown.
    rows
        Number of rows.
    index
        The rows of the columns this is about, all where None; with it quantities are formed in integers.
    """

    no, unknown, yes = np.int8(NO), np.int8(UNKNOWN), np.int8(YES)
    least, most, opposite = staticmethod(np.minimum), staticmethod(np.maximum), staticmethod(np.logical_not)

    def __init__(self, facts: Mapping[str, Any], rows: int, index: Any = None) -> None:
        self.facts, self.rows, self.index = facts, rows, index
        self.exact = index is not None
        self._kind: Any = object if self.exact else np.float64

    def take(self, rows: Any) -> Columns:
        """Return the same facts of some rows, to be evaluated exactly."""
        return Columns(self.facts, len(rows), rows if self.index is None else self.index[rows])

    def _cut(self, column: Any) -> Any:
        return column[self.index] if self.exact and isinstance(column, np.ndarray) else column

    def figure(self, fact: str, signed: bool) -> Value:
        values, known = self.facts[fact]
        num = self._cut(values).astype(self._kind)
        size = np.abs(num) if signed else None
        top = float((num if size is None else size).max()) if len(num) and not self.exact else 0.0
        # a ratio given is a fraction: no float holds it exactly
        unsure = np.ones(len(num), bool) if values.dtype == object and not self.exact else False
        return Value(num, known=self._cut(known), size=size, unsure=unsure, top=top)

    def interval(self, fact: str, lo: int, hi: int) -> Interval:
        low, high = self.facts[fact]
        return Interval(self._cut(low), self._cut(high))

    def flag(self, fact: str) -> Any:
        return self._cut(self.facts[fact])

    def among(self, fact: str, values: tuple[str, ...]) -> Any:
        given = self._cut(self.facts[fact])
        return np.where(given == "", self.unknown, np.where(np.isin(given, values), self.yes, self.no))

    @staticmethod
    def where(mask: Any, yes: Any, no: Any) -> Any:
        if isinstance(mask, np.ndarray):
            return np.where(mask, yes, no)
        return yes if mask else no

    @staticmethod
    def either(mask: Any, yes: Any, no: Any) -> Any:
        """As `where`, for masks: by bits, as branches on a random mask are slow."""
        return (
            (mask & yes) | (np.logical_not(mask) & no)
            if isinstance(mask, np.ndarray)
            else yes
            if mask
            else no
        )

    def picker(self, mask: Any) -> Callable[[Any, Any], Any]:
        """As for one: numbers are blended by products with 0 and 1, which is exact."""
        if not isinstance(mask, np.ndarray):
            return lambda yes, no: yes if mask else no
        one = mask.astype(self._kind) if not self.exact else mask.astype(np.int64).astype(object)
        other = 1 - one
        return lambda yes, no: yes * one + no * other

    def sign(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and not self.exact:
            return np.copysign(1.0, value)
        return (
            np.where(value < 0, -1, 1).astype(object)
            if isinstance(value, np.ndarray)
            else Scalars.sign(value)
        )

    @staticmethod
    def point(value: int) -> Any:
        return np.int32(value)

    @staticmethod
    def verdict(holds: Any) -> Any:
        return np.multiply(holds, YES, dtype=np.int8)

    def call(self, function: Callable[..., int], *values: Any) -> Any:
        results = np.frompyfunc(lambda *given: function(*map(int, given)), len(values), 1)(*values)
        return results.astype(self._kind) if isinstance(results, np.ndarray) else results

    @staticmethod
    def some(mask: Any) -> bool:
        return bool(mask.any()) if isinstance(mask, np.ndarray) else bool(mask)

    @staticmethod
    def every(mask: Any) -> bool:
        return bool(mask.all()) if isinstance(mask, np.ndarray) else bool(mask)
