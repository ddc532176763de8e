"""The room between two dates is told in days, not as a date."""

from __future__ import annotations

from tuwei.rules import assess


def test_a_margin_between_dates_is_days() -> None:
    found = assess("gazelle", {"founded": "2001-05-01"}, "2026-05-01")
    late = next(one for one in found.as_dict()["conditions"] if one["id"] == "large_five")
    assert (late["unit"], late["value"], late["threshold"]) == ("date", "2026-05-01", "2006-05-01")
    assert late["margin"] == -7305  # twenty years, five of them leap years
    assert "(差 7,305 天)" in "\n".join(found.sentences("zh"))


def test_exactly_on_the_day_there_is_no_room_and_no_fault() -> None:
    found = assess("gazelle", {"founded": "2021-05-01"}, "2026-05-01")
    assert "(exactly at the limit)" in "\n".join(found.sentences("en"))
    assert found.as_dict()["rule"] == "gazelle"
