"""Where a comparison can change as one whole number moves: exact breakpoints of polynomials with integer coefficients."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

Poly = tuple[int, ...]
"""Coefficients by rising power; the last is not zero, () is the zero polynomial."""


def trimmed(coefficients: list[int]) -> Poly:
    """Return the coefficients without zeros at the top."""
    while coefficients and coefficients[-1] == 0:
        coefficients.pop()
    return tuple(coefficients)


def add(a: Poly, b: Poly, sign: int = 1) -> Poly:
    """Return ``a + sign·b``.

    Examples
    --------
    >>> add((1, 2), (1, 2), -1)
    ()
    """
    longest = max(len(a), len(b))
    return trimmed([
        (a[at] if at < len(a) else 0) + sign * (b[at] if at < len(b) else 0) for at in range(longest)
    ])  # fmt: skip


def multiply(a: Poly, b: Poly) -> Poly:
    """Return the product.

    Examples
    --------
    >>> multiply((0, 1), (1, 1))
    (0, 1, 1)
    """
    product = [0] * max(len(a) + len(b) - 1, 0)
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            product[i + j] += left * right
    return trimmed(product)


def value(poly: Poly, x: int) -> int:
    """Return the value at a whole number (Horner)."""
    total = 0
    for coefficient in reversed(poly):
        total = total * x + coefficient
    return total


def floors_of_roots(poly: Poly) -> list[int]:
    """Return ⌊r⌋ of every real root r, each once, rising; at times a point between roots too.

    Between two neighbouring roots of the derivative a polynomial is monotone, so that one sign change there is
    found by bisection over whole numbers; all roots lie within Cauchy's bound ``1 + max|aᵢ/aₙ|``.

    Examples
    --------
    >>> floors_of_roots((-7, 2)), floors_of_roots((-2, 0, 1)), floors_of_roots((4, -4, 1))
    ([3], [-2, 0, 1], [2])
    """
    if len(poly) <= 1:
        return []
    if len(poly) == 2:
        return [-poly[0] // poly[1]]
    derivative = tuple(at * coefficient for at, coefficient in enumerate(poly))[1:]
    bound = 2 + max(abs(coefficient) for coefficient in poly[:-1]) // abs(poly[-1])
    turns = [point for floor in floors_of_roots(derivative) for point in (floor, floor + 1)]
    points = sorted({-bound, *turns, bound})
    return sorted(set(_crossings(poly, points)))


def _crossings(poly: Poly, points: list[int]) -> Iterator[int]:
    for low, high in pairwise(points):
        at_low, at_high = value(poly, low), value(poly, high)
        if at_low == 0:
            yield low
        elif at_high and (at_low < 0) != (at_high < 0):
            yield _bisect(poly, low, high)
        elif high - low == 1:
            yield low  # two roots may hide between neighbours: never wrong, at most one point too many
    if value(poly, points[-1]) == 0:
        yield points[-1]


def _bisect(poly: Poly, low: int, high: int) -> int:
    """Return the last whole number before the sign changes, or the root itself."""
    negative = value(poly, low) < 0
    while high - low > 1:
        middle = (low + high) // 2
        at_middle = value(poly, middle)
        if at_middle == 0:
            return middle
        low, high = (middle, high) if (at_middle < 0) == negative else (low, middle)
    return low
