"""The judges of the evidence: our model, and simulators that are not ours where they are installed."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from tuwei.core.errors import TuweiError
from tuwei.potato.crop._soil import Profile
from tuwei.potato.evidence._side import Calendar
from tuwei.potato.weather._weather import Weather

JUDGES = ("tuwei", "aquacrop", "wofost", "wofost-n")
PACKAGES = {"aquacrop": "aquacrop", "wofost": "pcse", "wofost-n": "pcse"}
GET = "pip install 'tuwei[bench]'"

Judged = dict[str, float]
Judge = Callable[[Calendar, Weather, Profile], Judged]


def missing_judges(judges: Sequence[str]) -> list[str]:
    """Return those of the judges whose package is not installed."""
    return [one for one in judges if one in PACKAGES and find_spec(PACKAGES[one]) is None]


def judge_of(name: str) -> tuple[Judge, tuple[str, ...]]:
    """Return a judge that is not ours, and the versions of what it runs."""
    if name == "aquacrop":
        from tuwei.potato.evidence import _aquacrop as aquacrop

        return aquacrop.judge_aquacrop, aquacrop.versions()
    if name == "wofost":
        from tuwei.potato.evidence import _wofost as wofost

        return wofost.judge_wofost, wofost.versions()
    from tuwei.potato.evidence import _wofost_n as wofost_n

    return wofost_n.judge_wofost_n, wofost_n.versions()


def judged(
    name: str, calendars: Sequence[Calendar], weather: Sequence[Weather], soil: Profile, kept: Kept, told: Callable[[], None] | None = None
) -> list[Judged]:  # fmt: skip
    """Return every season by one judge, taking from ``kept`` what was reckoned before with the very same input."""
    judge, versions = judge_of(name)
    found = []
    for calendar, year in zip(calendars, weather, strict=True):
        key = _key(versions, calendar, year, soil)
        if (one := kept.get(key)) is None:
            one = asked(name, judge, calendar, year, soil)
            kept.put(key, one)
        found.append(one)
        if told:
            told()
    return found


def asked(name: str, judge: Judge, calendar: Calendar, weather: Weather, soil: Profile) -> Judged:
    """Return a judge's season; what its package warns of is not ours to tell, what it fails at is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return {what: float(value) for what, value in judge(calendar, weather, soil).items()}
        except Exception as error:
            raise TuweiError("potato.judge_failed", "评判“{field}”在 {file} 这一年出错：{got}", "The judge “{field}” failed in the year {file}: {got}",
                             field=name, file=weather.origin, got=f"{type(error).__name__}: {error}"[:200]) from error  # fmt: skip


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


def _key(versions: Sequence[str], calendar: Calendar, weather: Weather, soil: Profile) -> str:
    parts = hashlib.sha256(repr((versions, calendar, soil, weather.site, weather.start)).encode())
    for name in ("tmin", "tmax", "rain", "srad", "wind", "vapour", "et0"):
        parts.update(getattr(weather, name).tobytes())
    return parts.hexdigest()[:24]
