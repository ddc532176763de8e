"""What speaks for a record apart from its text: how new it is, and whether its source answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

HALF_LIFE = 3 * 365.25  # days in which a record's freshness halves
ASKED, ANSWERED = "asked", "answered"


def freshness(records: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return how new records are beside the newest of them: 1 the newest, half for every three years.

    Parameters
    ----------
    records
        With ``updated`` or ``published``, a text that begins with an ISO date. Where neither does, 0.

    Examples
    --------
    >>> freshness([{"updated": "2024-06-01"}, {"published": "2021-06-01T08:00:00+08:00"}, {"updated": "?"}])
    [1.0, 0.5, 0.0]
    """
    days = [_day(record) for record in records]
    newest = max(days, default=0)
    return [round(2 ** ((day - newest) / HALF_LIFE), 3) if day else 0.0 for day in days]


def answering(record: Mapping[str, Any]) -> float:
    """Return the source's record of answering, -1 to 1; 0 where nobody asked.

    The share answered is smoothed by one inquiry answered and one not (Laplace), so that two inquiries
    do not make a reputation.

    Parameters
    ----------
    record
        With ``inquiries``: ``asked`` and ``answered``, whole numbers, 0 <= answered <= asked.

    Examples
    --------
    >>> [answering({"inquiries": {"asked": asked, "answered": 0}}) for asked in (0, 2, 98)]
    [0.0, -0.5, -0.98]
    """
    known = record.get("inquiries")
    if not known:
        return 0.0
    return float(2 * (known[ANSWERED] + 1) / (known[ASKED] + 2) - 1)


def _day(record: Mapping[str, Any]) -> int:
    """Return the day as a number, 0 where none is stated."""
    for name in ("updated", "published"):
        value = record.get(name)
        if value:
            try:
                return date.fromisoformat(str(value)[:10]).toordinal()
            except ValueError:
                pass
    return 0
