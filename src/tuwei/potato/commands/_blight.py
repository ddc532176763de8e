"""``tuwei potato blight --weather FILE``: late blight day by day, by the model and by the classical rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tuwei.potato.commands._told import (
    Absent,
    AsJson,
    Gaps,
    Kind,
    Language,
    Place,
    Units,
    Waive,
    as_date,
    is_english,
    say_json,
    told,
    weather_given,
)

if TYPE_CHECKING:
    from tuwei.potato.blight._blight import BlightSeason

_HEAD = {"zh": "日期        湿润时数  湿温℃  BLITECAST  SIMCAST  Hutton  Smith  药剂  病叶%",
         "en": "date        wet h     °C     BLITECAST  SIMCAST  Hutton  Smith  left  leaf%"}  # fmt: skip


def blight(
    weather: Annotated[Path, typer.Option("--weather", help="气象文件，见文档 · weather file")],
    emergence: Annotated[str, typer.Option("--emergence", help="出苗日期；不给则视为全程满冠层 · emergence; full canopy unless given")] = "",
    spray: Annotated[list[str] | None, typer.Option("--spray", help="打保护剂的日期，可多次 · day of a protectant, repeatable")] = None,
    resistance: Annotated[str, typer.Option("--resistance", help="抗性 S、MS 或 MR · resistance")] = "S",
    leaf_area: Annotated[float, typer.Option("--leaf-area", min=0.1, max=10, help="最大叶面积指数 · largest leaf area index")] = 4.0,
    fungicide_units: Annotated[bool, typer.Option("--fungicide-units", help="SIMCAST 也计药剂单位 · SIMCAST counts fungicide units too")] = False,
    lesions: Annotated[float, typer.Option("--lesions", min=0, max=10000, help="第一天每平方米病斑数 · lesions a square metre on the first day")] = 0.0,
    format: Kind = "", site: Place = "", unit: Units = None, gaps: Gaps = "", absent: Absent = "", waive: Waive = None,
    as_json: AsJson = False, language: Language = "zh",
) -> None:  # fmt: skip
    """晚疫病：逐日病情与 BLITECAST、SIMCAST、Hutton、Smith 规则 · Late blight by the model and the classical rules."""
    from tuwei.potato.blight._blight import blight_season

    with told():
        english = is_english(language)
        days = weather_given(weather, format, site, unit, gaps, absent, waive)
        found = blight_season(
            days, emergence=as_date(emergence, "--emergence") if emergence else None, leaf_area=leaf_area,
            sprays=[as_date(one, "--spray") for one in spray or []], resistance=resistance, lesions=lesions, fungicide_units=fungicide_units,
        )  # fmt: skip
        if as_json:
            say_json(found.as_dict())
            return
        for line in _lines(found, english):
            typer.echo(line)


def _lines(season: BlightSeason, english: bool) -> Iterator[str]:
    table = season.as_dict()
    yield f"{'weather' if english else '气象'}: {table['origin']}"
    yield _HEAD["en" if english else "zh"]
    yield from (_row(day) for day in table["days"])
    for name, dates in table["advice"].items():
        label = ("sprays advised" if name in ("blitecast", "simcast") else "days met") if english else ("建议打药" if name in ("blitecast", "simcast") else "达标日")  # fmt: skip
        yield f"{name}: {label} {len(dates)}" + (": " + " ".join(dates) if dates else "")
    yield _last(season, english)


def _row(day: dict[str, Any]) -> str:
    warm = "–" if day["wet_temperature_c"] is None else f"{day['wet_temperature_c']:.1f}"
    marks = ("●" if day["hutton"] else "·", "●" if day["smith"] else "·")
    return (f"{day['date']}  {day['wet_hours']:>8.0f}  {warm:>5}  {day['severity_values']:>9}  {day['blight_units']:>7}  "
            f"{marks[0]:>6}  {marks[1]:>5}  {day['fungicide']:>4.2f}  {day['severity_pct']:>5.1f}")  # fmt: skip


def _last(season: BlightSeason, english: bool) -> str:
    share = f"{100 * season.severity[-1]:.1f} %"
    return f"diseased leaf area on the last day: {share}" if english else f"最后一天病叶面积：{share}"
