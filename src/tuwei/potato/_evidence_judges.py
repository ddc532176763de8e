"""The judges of the evidence: our model, and simulators that are not ours where they are installed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tuwei.potato._evidence_side import Calendar
from tuwei.potato._soil import Profile
from tuwei.potato._weather import Weather

JUDGES = ("tuwei", "aquacrop", "wofost")
PACKAGES = {"aquacrop": "aquacrop", "wofost": "pcse"}
GET = "pip install 'tuwei[bench]'"

Judged = dict[str, float]
Told = Callable[[str, int, int], None]


def missing_judges(judges: Sequence[str]) -> list[str]:
    """Return those of the judges whose package is not installed."""
    return [one for one in judges if one in PACKAGES and find_spec(PACKAGES[one]) is None]


def judge_of(name: str) -> tuple[Callable[[Calendar, Weather, Profile], Judged], tuple[str, ...]]:
    """Return a judge that is not ours, and the versions of what it runs."""
    if name == "aquacrop":
        from tuwei.potato import _evidence_aquacrop as aquacrop

        return aquacrop.judge_aquacrop, tuple(aquacrop.versions())
    from tuwei.potato import _evidence_wofost as wofost

    return wofost.judge_wofost, wofost.versions()


def judged(
    name: str, calendars: Sequence[Calendar], weather: Sequence[Weather], soil: Profile, kept: Kept, told: Callable[[], None] | None = None
) -> list[Judged]:  # fmt: skip
    """Return every season by one judge, taking from ``kept`` what was reckoned before with the very same input."""
    judge, versions = judge_of(name)
    found = []
    for calendar, year in zip(calendars, weather, strict=True):
        key = _key(versions, calendar, year, soil)
        if (one := kept.get(key)) is None:
            one = {what: float(value) for what, value in judge(calendar, year, soil).items()}
            kept.put(key, one)
        found.append(one)
        if told:
            told()
    return found


class Kept:
    """Seasons reckoned so far, a JSON line each in a file, so that a run that was cut off goes on where it ended."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.seasons: dict[str, Judged] = {}
        if path is not None and path.exists():
            for line in path.read_text("utf-8").splitlines():
                self._take(line)

    def _take(self, line: str) -> None:
        try:
            row = json.loads(line)
            self.seasons[row["key"]] = row["season"]
        except (ValueError, KeyError, TypeError):
            return  # the line that was being written when the run ended

    def get(self, key: str) -> Judged | None:
        """Return a season, or None."""
        return self.seasons.get(key)

    def put(self, key: str, season: Judged) -> None:
        """Keep a season."""
        self.seasons[key] = season
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps({"key": key, "season": season}) + "\n")

    def forget(self) -> None:
        """Remove the file: the run is whole."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _key(versions: Sequence[str], calendar: Calendar, weather: Weather, soil: Profile) -> str:
    parts = hashlib.sha256(repr((versions, calendar, soil, weather.site, weather.start)).encode())
    for name in ("tmin", "tmax", "rain", "srad", "wind", "vapour", "et0"):
        parts.update(getattr(weather, name).tobytes())
    return parts.hexdigest()[:24]


def as_columns(rows: Sequence[Judged], names: Mapping[str, Any] | Sequence[str]) -> dict[str, list[float]]:
    """Return rows by column."""
    return {name: [row[name] for row in rows] for name in names}
