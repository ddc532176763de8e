"""The clock of the registration office: calendar days by 063号, working days by the draft for 2026, holidays as data."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuwei import rules
from tuwei.core.errors import InputError
from tuwei.rules import assess
from tuwei.rules.statutes._workdays import calendar, workdays

DAY = "2024-06-03"
NEW = "2026-06-03"


def judged(facts: dict[str, Any], on: str) -> Any:
    """Return the JSON."""
    return assess("tech_contract", facts, on).as_dict()


def due(accepted: str | None, on: str, **facts: Any) -> tuple[str | None, str | None]:
    """Return the day, and how it is counted."""
    basis = {"total_amount": 100, "non_technical": [], **facts}
    found = judged({**basis, "accepted": accepted}, on)["values"]
    return found["due"], found["due_basis"]


@pytest.mark.parametrize(
    ("accepted", "on", "day"),
    [
        ("2000-03-01", "2000-03-01", "2000-03-31"),
        ("2024-01-31", "2024-01-31", "2024-03-01"),
        ("2025-01-31", "2025-01-31", "2025-03-02"),
        ("2026-02-28", "2026-02-28", "2026-03-30"),
    ],
)
def test_thirty_calendar_days(accepted: str, on: str, day: str) -> None:
    """063号 art. 14: from acceptance, to 2026-02-28."""
    assert due(accepted, on) == (day, "calendar_days")


@pytest.mark.parametrize(
    ("accepted", "day", "large"),
    [
        ("2026-03-10", "2026-03-31", "2026-04-22"),  # 清明 4-4..4-6: Monday off
        ("2026-04-27", "2026-05-20", "2026-06-10"),  # 5-1..5-5 off, Saturday 5-9 worked
        ("2026-09-14", "2026-10-10", "2026-10-30"),  # 9-20 and 10-10 worked, 9-25..9-27 and 10-1..10-7 off
        ("2026-12-10", "2026-12-31", None),  # the last day known
        ("2026-12-11", None, None),
    ],
)
def test_working_days_by_the_calendar(accepted: str, day: str | None, large: str | None) -> None:
    """Draft art. 14: 15, or 30 from 500万元; nothing guessed beyond the calendar."""
    known = {True: "working_days", False: "no_holiday_calendar"}
    assert due(accepted, NEW) == (day, known[day is not None])
    assert due(accepted, NEW, total_amount="500万") == (large, known[large is not None])


def test_500_wan_to_the_fen() -> None:
    """技术交易额 counts, not 成交额; at the limit the longer time."""
    assert due("2026-04-27", NEW, total_amount="4999999.99")[0] == "2026-05-20"
    assert due("2026-04-27", NEW, total_amount="500万")[0] == "2026-06-10"
    assert due("2026-04-27", NEW, total_amount="500万", non_technical="0.01")[0] == "2026-05-20"
    assert due("2026-04-27", NEW, total_amount="499万", non_technical=None)[0] == "2026-05-20"
    assert due("2026-04-27", NEW, total_amount="500万", non_technical=None) == (None, None)
    assert due("2026-04-27", NEW, expert_review=True)[0] == "2026-06-10"


def test_due_without_acceptance() -> None:
    """Unknown, and asked for."""
    assert due(None, NEW) == (None, None)
    assert due(None, DAY) == (None, "calendar_days")
    assert "accepted" in judged({"total_amount": 100}, DAY)["missing"]


def shipped_calendar() -> Any:
    """Return the calendar as the rule reads it."""
    statutes = rules.load()

    class _Terms:
        def words(self, id: str) -> tuple[str, ...]:
            return statutes.parameter("parameters", "tech_contract", id, datetime.date(2026, 6, 1)).words

    return calendar(_Terms())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("year", "count"), [(2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
)
def test_working_days_of_a_year(year: int, count: int) -> None:
    """The known totals: 365 less weekends less 11 (from 2025: 13) legal days off."""
    days = map(datetime.date.fromordinal, shipped_calendar().days)
    assert sum(day.year == year for day in days) == count


@pytest.mark.parametrize(("day", "works"), [("2024-02-09", True), ("2024-02-04", True), ("2022-12-31", False),
                                            ("2026-02-14", True), ("2026-02-23", False), ("2025-10-08", False)])  # fmt: skip
def test_single_days(day: str, works: bool) -> None:
    """New Year's Eve of 2024 was a working day."""
    assert (datetime.date.fromisoformat(day).toordinal() in shipped_calendar().days) == works


@given(st.dates(datetime.date(2021, 1, 1), datetime.date(2026, 12, 31)), st.integers(1, 40))
def test_workdays_by_walking(day: datetime.date, count: int) -> None:
    """One day after another gives the same."""
    known = shipped_calendar()
    walked, left = day.toordinal(), count
    while left and walked <= known.last:
        walked += 1
        left -= walked in set(known.days)
    assert known.after(day.toordinal(), count) == walked


def test_days_before_the_calendar_are_not_known() -> None:
    """As those after it."""
    known = workdays([2026], set(), set())
    assert known.after(known.first - 1, 1) == known.last + 1


OVERLAY = """
overlay: holidays-2027
zh: 二〇二七年放假安排
en: Holidays of 2027
parameters:
  tech_contract.calendar_years: {{unit: words, rows: [{{value: [{years}]}}]}}
  tech_contract.days_off_2027: {{unit: words, rows: [{{value: [{off}]}}]}}
  tech_contract.days_worked_2027: {{unit: words, rows: [{{value: [2027-01-09]}}]}}
"""
YEARS = '"2021", "2022", "2023", "2024", "2025", "2026", "2027"'


def test_a_year_is_added_by_an_overlay(tmp_path: Path) -> None:
    """Invented holidays: 1 to 4 January off, Saturday 9 January worked."""
    file = tmp_path / "holidays.yaml"
    file.write_text(OVERLAY.format(years=YEARS, off="2027-01-01..2027-01-04"), "utf-8")
    found = assess(
        "tech_contract",
        {"total_amount": 1, "non_technical": [], "accepted": "2026-12-21"},
        NEW,
        rules.load([file]),
    )
    assert found.as_dict()["values"]["due"] == "2027-01-12"  # 8 to 31 December, 5–9 and 11–12 January


@pytest.mark.parametrize(("years", "off"), [(YEARS, "2027-01-01...2027-01-04"), (YEARS, "spring"), ('"2026", "2025"', "2027-01-01"),
                                            ('"soon"', "2027-01-01")])  # fmt: skip
def test_a_broken_calendar_is_named(tmp_path: Path, years: str, off: str) -> None:
    """The parameter and what is expected."""
    file = tmp_path / "holidays.yaml"
    file.write_text(OVERLAY.format(years=years, off=off), "utf-8")
    with pytest.raises(InputError, match=r"days_off_2027|calendar_years"):
        assess("tech_contract", {}, NEW, rules.load([file]))
