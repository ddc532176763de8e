"""A simulated season as JSON, as lines for people, and as a folder of files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tuwei.potato._whole import json_text, whole_folder
from tuwei.potato.crop._ensemble import Interval
from tuwei.potato.crop._layout import DAILY, RESULT
from tuwei.potato.crop._season import Season, day_of
from tuwei.potato.reports._blight import blight_lines
from tuwei.potato.season._layout import BLIGHTED

SCHEMA = "tuwei.potato.season/1"
HEAD = (("fresh", "鲜薯", "fresh tubers", "t/ha", 1.0), ("tuber", "薯块干物质", "tuber dry matter", "t/ha", 0.001),
        ("total_transpiration", "蒸腾", "transpiration", "mm", 1.0), ("total_evaporation", "土面蒸发", "soil evaporation", "mm", 1.0),
        ("total_percolation", "深层渗漏", "percolation", "mm", 1.0), ("nitrogen_in_crop", "植株氮", "nitrogen in the crop", "kg/ha", 1.0),
        ("total_leached", "硝态氮淋失", "nitrate leached", "kg N/ha", 1.0), ("lai_max", "最大叶面积指数", "largest leaf area index", "m²/m²", 1.0))  # fmt: skip
DATES = (("emerged", "出苗", "emergence"), ("initiated", "块茎形成", "tuber initiation"), ("vines_dead", "茎叶枯死", "vines dead"))  # fmt: skip


def season_dict(
    season: Season, intervals: Mapping[str, Interval], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the season for JSON: ``schema``, ``about``, ``dates``, and under ``results`` value, low, high, unit."""
    dates = {name: (day.isoformat() if (day := day_of(season, name)) else None) for name, _, _ in DATES}
    places = ("emerged", "initiated", "vines_dead")
    results = {name: {**{key: round(value, 6) for key, value in asdict(intervals[name]).items()}, "unit": unit}
               for name, unit in RESULT.items() if name not in places}  # fmt: skip
    return {"schema": SCHEMA, "about": dict(about), "dates": dates, "results": results}


def season_lines(found: Mapping[str, Any], english: bool) -> Iterator[str]:
    """Yield the season in words."""
    about = found["about"]
    yield f"{about['field']} · {about['cultivar']}"
    yield (f"weather: {about['weather']}" if english else f"气象：{about['weather']}")
    for name, zh, en in DATES:
        yield f"{en if english else zh}: {found['dates'][name] or '–'}"
    for name, zh, en, unit, factor in HEAD:
        row = found["results"][name]
        value, low, high = (factor * row[key] for key in ("value", "low", "high"))
        yield f"{en if english else zh}: {value:.1f} {unit} (90 %: {low:.1f} – {high:.1f})"
    if "blight" in found:
        yield from blight_lines(found["blight"], english)


def write_season(folder: Path, found: Mapping[str, Any], season: Season) -> None:
    """Write season.json and daily.csv; the folder appears whole or not at all.

    Raises
    ------
    ConflictError
        ``potato.out_exists``: the folder is there already and not empty.
    """
    with whole_folder(folder) as fresh:
        (fresh / "season.json").write_text(json_text(found) + "\n", "utf-8")
        _daily(fresh / "daily.csv", season)


def _daily(path: Path, season: Season) -> None:
    from datetime import timedelta

    with path.open("w", encoding="utf-8", newline="") as handle:
        writer, columns = csv.writer(handle, lineterminator="\n"), {**DAILY, **BLIGHTED}
        columns = {name: columns[name] for name in columns if name in season.daily}
        writer.writerow(["date", *(f"{name} [{unit}]" for name, unit in columns.items())])
        for day in range(len(season.daily["lai"])):
            when = (season.start + timedelta(days=day)).isoformat()
            writer.writerow([when, *(f"{season.daily[name][day]:.6g}" for name in columns)])
