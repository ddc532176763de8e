"""Which sample needs tell enough for the state they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TOLD = (
    "function", "indicators", "deadline", "budget_max", "constraints", "tried_routes", "why_not_inhouse",
    "solver_conditions",
)  # fmt: skip


def clear_enough(need: Mapping[str, Any]) -> bool:
    """Whether a need tells enough to be verified and published, as the site would have it."""
    return sum(bool(need[name]) for name in TOLD) >= 5
