"""Working days by the yearly notices of the State Council: a dated calendar as data, nothing beyond it guessed."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from tuwei.core.errors import InputError
from tuwei.rules._rule import Terms
from tuwei.rules._values import parse_date

_SATURDAY = 5  # of datetime.date.weekday


@dataclass(frozen=True)
class Workdays:
    """The working days of whole years, as day numbers.

    Parameters
    ----------
    days
        Ascending.
    first, last
        The first and last day the calendar knows.

    Examples
    --------
    >>> new_year = {datetime.date(2026, 1, day) for day in (1, 2, 3)}
    >>> year = workdays([2026], off=new_year, worked={datetime.date(2026, 1, 4)})
    >>> second = year.after(datetime.date(2026, 1, 1).toordinal(), 2)
    >>> datetime.date.fromordinal(second).isoformat()
    '2026-01-05'
    """

    days: tuple[int, ...]
    first: int
    last: int

    def after(self, day: int, count: int) -> int:
        """Return the ``count``-th working day after a day; the day after the last one where that is not known."""
        at = bisect_right(self.days, day) + count - 1
        return self.days[at] if day >= self.first and at < len(self.days) else self.last + 1


def workdays(years: Iterable[int], off: set[datetime.date], worked: set[datetime.date]) -> Workdays:
    """Return the calendar of these years, which follow each other: weekdays but ``off``, and ``worked``."""
    ordered = sorted(years)
    first, last = datetime.date(ordered[0], 1, 1).toordinal(), datetime.date(ordered[-1], 12, 31).toordinal()
    dates = map(datetime.date.fromordinal, range(first, last + 1))
    days = (day for day in dates if day in worked or (day.weekday() < _SATURDAY and day not in off))
    return Workdays(tuple(day.toordinal() for day in days), first, last)


def calendar(p: Terms) -> Workdays:
    """Return the calendar of ``calendar_years``: parameters ``days_off_<year>`` and ``days_worked_<year>``.

    Raises
    ------
    InputError
        ``rules.bad_calendar``: a word that is no date and no ``first..last``, or years that leave a gap.
    """
    years = p.words("calendar_years")
    if not years[0].isdecimal() or list(years) != [str(int(years[0]) + at) for at in range(len(years))]:
        raise _bad("calendar_years", " ".join(years), "2021 2022 2023")
    off, worked = (
        set[datetime.date]().union(*(_dates(p, f"{kind}_{year}") for year in years))
        for kind in ("days_off", "days_worked")
    )
    return workdays(map(int, years), off, worked)


def _dates(p: Terms, id: str) -> set[datetime.date]:
    found: set[datetime.date] = set()
    for word in p.words(id):
        start, _, end = word.partition("..")
        try:
            first, last = parse_date(start).toordinal(), parse_date(end or start).toordinal()
        except ValueError:
            raise _bad(id, word, "2026-01-01..2026-01-03") from None
        found |= {datetime.date.fromordinal(day) for day in range(first, last + 1)}
    return found


def _bad(id: str, got: str, expected: str) -> InputError:
    return InputError(
        "rules.bad_calendar",
        "参数“{field}”应写如 {expected}，现为“{got}”。",
        "The parameter “{field}” is written as {expected}, got “{got}”.",
        field=id,
        got=got[:60],
        expected=expected,
    )
