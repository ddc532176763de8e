"""Figures of a plan as its JSON and its lines have them."""

from __future__ import annotations

from collections.abc import Mapping


def rounded(values: Mapping[str, float]) -> dict[str, float]:
    """Return numbers to four decimals."""
    return {name: round(float(value), 4) for name, value in values.items()}


def range_text(one: Mapping[str, float]) -> str:
    """Return a mean with its 90 % in words."""
    middle, low, high = (f"{one[name]:.1f}" for name in ("value", "low", "high"))
    return middle if low == high else f"{middle} ({low} – {high})"


def money_text(one: Mapping[str, int]) -> str:
    """Return fen as yuan, with their 90 %."""
    return f"{one['value'] / 100:,.0f} ({one['low'] / 100:,.0f} – {one['high'] / 100:,.0f})"
