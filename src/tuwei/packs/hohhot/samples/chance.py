"""Draws that are the same on every machine and every Python version."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

SPREAD = Random.random  # the one source of chance: its sequence is fixed for every Python version


def pick(rng: Random, choices: Sequence[Any], weights: Sequence[int] = ()) -> Any:
    """Return one of the choices; equal chances unless weights are given."""
    weights = weights or [1] * len(choices)
    mark = SPREAD(rng) * sum(weights)
    for choice, weight in zip(choices, weights, strict=True):
        mark -= weight
        if mark < 0:
            return choice
    return choices[-1]


def draw(rng: Random, span: Sequence[float]) -> str:
    """Return a value inside the span as text, rounded as a person would write it."""
    low, high = span
    places = max(len(f"{bound}".partition(".")[2]) if isinstance(bound, float) else 0 for bound in span)
    value = low + SPREAD(rng) * (high - low)
    if places:
        return f"{value:.{places}f}"
    width = high - low
    step = next(
        (step for step, least in ((1000, 10000), (100, 1000), (10, 100), (5, 40)) if width >= least), 1
    )
    return str(min(max(round(value / step) * step, int(low)), int(high)))


def yuan(rng: Random, span: Sequence[int]) -> tuple[str, str]:
    """Return lower and upper amount in yuan for a span in 万元, to the nearest 5 万."""
    low, high = span
    first = low + SPREAD(rng) * (high - low) * 0.5
    last = first + (0.2 + SPREAD(rng) * 0.8) * (high - first)
    least = max(5 * round(first / 5), 5)
    return str(least * 10000), str(max(5 * round(last / 5), least + 5) * 10000)
