"""A folder of field trials, laid out as tables beside raw weather and soil files, read into cases and observations."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato._dssat import Initial, Setting, read_settings, read_soils
from tuwei.potato._season import Case, Crop, Fertiliser, Irrigation
from tuwei.potato._soil import Horizon, Profile
from tuwei.potato._weather import DAILY, Site, Weather, weather_of
from tuwei.potato._weather_check import CHECKS
from tuwei.potato._weather_dssat import read_dssat
from tuwei.potato._weather_read import read_weather

# Nitrate, ammonium and urea share of the N of DSSAT's materials (its fertiliser code list, FE001..FE012).
MATERIALS = {
    "FE001": (0.5, 0.5, 0.0), "FE002": (0.0, 1.0, 0.0), "FE003": (0.25, 0.75, 0.0), "FE004": (0.0, 1.0, 0.0),
    "FE005": (0.0, 0.0, 1.0), "FE006": (0.0, 1.0, 0.0), "FE007": (0.0, 1.0, 0.0), "FE008": (1.0, 0.0, 0.0),
    "FE009": (0.0, 1.0, 0.0), "FE010": (0.25, 0.25, 0.5), "FE011": (0.5, 0.5, 0.0), "FE012": (0.0, 1.0, 0.0),
}  # fmt: skip
OTHER = (0.5, 0.5, 0.0)
SEED = 100.0  # kg DM ha-1 for a plant m-2: a seed piece of 50 g with 20 % dry matter
CALM = 0.15  # m/s over a year; no station is so still
TABLES = ("treatments", "irrigation", "fertiliser", "observations")


@dataclass(frozen=True)
class Trial:
    """One treatment: its case, and what was observed: ``harvest`` by variable, ``course`` (day, variable, value)."""

    experiment: str
    treatment: int
    name: str
    cultivar: str
    case: Case
    harvest: Mapping[str, float]
    course: tuple[tuple[date, str, float], ...]

    @property
    def tuber(self) -> float:
        """Observed tuber dry matter at harvest, kg/ha: UWAH, else the last UWAD; NaN where there is neither."""
        last = [value for _, variable, value in sorted(self.course) if variable == "UWAD"]
        return self.harvest.get("UWAH", last[-1] if last else float("nan"))


def read_trials(folder: Path | str, *, emergence: str = "recorded") -> list[Trial]:
    """Return the treatments of a folder.

    Parameters
    ----------
    folder
        Holds treatments.csv, irrigation.csv, fertiliser.csv, observations.csv and, there or in ``raw/``, the WTH and
        SOL files, and the PTX files for initial water and nitrogen, automatic irrigation and shading.
    emergence
        ``recorded``: the day of treatments.csv where there is one; ``simulated``: never.

    Raises
    ------
    InputError
        ``potato.trials``: a table, a weather file or a soil is missing, or a cell cannot be read, with its row.

    Notes
    -----
    Missing radiation, humidity and wind are filled by the methods of :func:`read_weather` (``linear-dry`` or
    ``other-year``, ``fao56``); its origin says so. A change of environment that multiplies a Celsius temperature is
    left out: the scale has no physical nought. A harvest that is not dated is at the last observation; an amount of
    irrigation or fertiliser of -99, which is missing, is none.
    """
    root = Path(folder)
    tables = {name: _table(root / f"{name}.csv") for name in TABLES}
    return [
        _trial(root, row, number, tables, emergence) for number, row in enumerate(tables["treatments"], 2)
    ]


def _table(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))
    except OSError:
        raise InputError(
            "potato.trials", "试验文件夹缺 {file}。", "The folder of trials lacks {file}.", file=str(path)
        ) from None


def _trial(
    root: Path, row: dict[str, str], number: int, tables: dict[str, list[dict[str, str]]], emergence: str
) -> Trial:
    try:
        key = (row["exp"], row["trt"])
        mine = {
            name: [one for one in rows if (one["exp"], one["trt"]) == key] for name, rows in tables.items()
        }
        setting = _settings(root, row["exp"]).get(int(row["trt"]), Setting())
        case = _case(root, row, mine, setting, emergence)
        harvest = {
            one["variable"]: float(one["value"]) for one in mine["observations"] if one["kind"] == "harvest"
        }
        course = tuple((date.fromisoformat(one["date"]), one["variable"], float(one["value"]))
                       for one in mine["observations"] if one["kind"] == "timecourse")  # fmt: skip
        return Trial(
            row["exp"], int(row["trt"]), row["name"], cultivar_key(row["cultivar"]), case, harvest, course
        )
    except (KeyError, ValueError) as error:
        raise InputError("potato.trials", "{file} 第 {row} 行读不出：{got}", "{file} row {row} cannot be read: {got}",
                         file="treatments.csv", row=number, got=f"{type(error).__name__} {error}") from None  # fmt: skip


def cultivar_key(name: str) -> str:
    """Return a cultivar's name as the parameter sets have it.

    Examples
    --------
    >>> cultivar_key("RUSSET BURBANK"), cultivar_key(" Hilite Russet")
    ('russet_burbank', 'hilite_russet')
    """
    return "_".join(name.lower().split())


def _case(
    root: Path, row: dict[str, str], mine: dict[str, list[dict[str, str]]], setting: Setting, emergence: str
) -> Case:
    planting = date.fromisoformat(row["planting"])
    harvest = date.fromisoformat(row["harvest"] or max(one["date"] for one in mine["observations"]))
    start = setting.initial.day if setting.initial and setting.initial.day < planting else planting
    weather = changed(weather_of_station(root, row["weather_station"], start, harvest), setting)
    recorded = row.get("emergence_obs") or ""
    density = float(row["plants_per_m2"])
    crop = Crop(
        planting, harvest, density, SEED * density, depth=_positive(row["depth_cm"], 10.0),
        emergence=date.fromisoformat(recorded) if recorded and emergence == "recorded" else None,
        automatic=(*setting.automatic, 1.0) if setting.automatic else None,
    )  # fmt: skip
    return Case(
        crop, with_initial(_soil(root, row["soil_id"]), setting.initial), weather,
        tuple(Irrigation(date.fromisoformat(one["date"]), _positive(one["value_as_recorded"], 0.0), setting.efficiency) for one in mine["irrigation"]),
        tuple(_fertiliser(one) for one in mine["fertiliser"]), start=max(start, weather.start),
        name=f"{row['exp']} {row['trt']}",
    )  # fmt: skip


def _positive(text: str, missing: float) -> float:
    value = float(text or -99)
    return value if value > 0 else missing


def _fertiliser(row: dict[str, str]) -> Fertiliser:
    nitrate, ammonium, urea = MATERIALS.get(row["material_code"], OTHER)
    total = _positive(row["N_kg_ha"], 0.0)
    return Fertiliser(
        date.fromisoformat(row["date"]), nitrate * total, ammonium * total, urea * total, _positive(row["P_kg_ha"], 0.0),
        _positive(row["K_kg_ha"], 0.0), incorporated=1.0 if _positive(row["depth_cm"], 0.0) >= 5 else 0.0,
    )  # fmt: skip


def _raw(root: Path, pattern: str) -> list[Path]:
    return sorted([*root.glob(f"raw/{pattern}"), *root.glob(pattern)])


def _settings(root: Path, experiment: str) -> dict[int, Setting]:
    files = _raw(root, f"{experiment}.PTX")
    return read_settings(files[0]) if files else {}


def _soil(root: Path, name: str) -> Profile:
    for path in _raw(root, "*.SOL"):
        if found := read_soils(path).get(name):
            return found
    raise InputError(
        "potato.trials", "没有土壤 {got}（*.SOL）。", "There is no soil {got} (*.SOL).", got=name
    )


def with_initial(profile: Profile, initial: Initial | None) -> Profile:
    """Return the profile with the initial water and nitrogen; below its last layer the last layer's."""
    if initial is None:
        return profile
    bottoms = sorted({*(one.bottom for one in profile.horizons), *(row[0] for row in initial.layers)})
    deepest = profile.horizons[-1].bottom
    return replace(
        profile, horizons=tuple(_cut(profile, initial, bottom) for bottom in bottoms if bottom <= deepest)
    )


def _cut(profile: Profile, initial: Initial, bottom: float) -> Horizon:
    horizon = next(one for one in profile.horizons if one.bottom >= bottom)
    _, water, ammonium, nitrate = next(
        (row for row in initial.layers if row[0] >= bottom), initial.layers[-1]
    )
    return replace(horizon, bottom=bottom, water=water, ammonium=ammonium, nitrate=nitrate)


def weather_of_station(root: Path, station: str, start: date, end: date) -> Weather:
    """Return the weather of a station over a season, joined from its files by year.

    Raises
    ------
    InputError
        ``potato.trials``: no file of the station holds a day of the season.
    """
    files = _raw(root, f"{station}*.WTH")
    parts = [
        one
        for one in (_readable(path, path.stat().st_mtime) for path in files)
        if one.start <= end and one.end >= start
    ]
    parts.sort(key=lambda one: one.start)
    if not parts:
        raise InputError("potato.trials", "没有站点 {got} 在 {expected} 的气象文件。", "There is no weather file of station {got} for {expected}.",
                         got=station, expected=f"{start} – {end}")  # fmt: skip
    whole = parts[0]
    for part in parts[1:]:
        if part.start == whole.end + timedelta(days=1):
            whole = _joined(whole, part)
    return whole.between(max(start, whole.start), min(end, whole.end))


@lru_cache(maxsize=256)
def _readable(path: Path, changed_at: float) -> Weather:
    """Read with gaps filled over a week, or else from another year; an unknown altitude is sea level.

    A station whose wind would be nearly still the year round has it in m/s, not in km/d; the origin tells.
    """
    site = read_dssat(path, {}).site
    if site is not None and isnan(site.altitude):
        site = replace(site, altitude=0.0)
    weather = _filled(path, site, {})
    if weather.wind.mean() < CALM:
        weather = _filled(path, site, {"WIND": "m/s"})
        weather = replace(weather, origin=f"{weather.origin}; WIND 按 m/s 读 read as m/s")
    return weather


def _filled(path: Path, site: Site | None, units: Mapping[str, str]) -> Weather:
    try:
        return read_weather(
            path, site=site, units=units, gaps="linear-dry", absent="fao56", waive=tuple(CHECKS)
        )
    except InputError as error:
        if error.code != "potato.weather_gap":
            raise
        return read_weather(
            path, site=site, units=units, gaps="other-year", absent="fao56", waive=tuple(CHECKS)
        )


def _joined(first: Weather, then: Weather) -> Weather:
    arrays = {name: np.concatenate([getattr(first, name), getattr(then, name)]) for name in DAILY}
    return replace(first, **arrays, hourly=None, origin=f"{first.origin}; {then.origin}")  # type: ignore[arg-type]


def changed(weather: Weather, setting: Setting) -> Weather:
    """Return the weather with the changes of an experiment from their day on; a Celsius value is never multiplied."""
    arrays: dict[str, Any] = {name: getattr(weather, name).copy() for name in DAILY if name != "et0"}
    told = []
    for day, name, kind, value in setting.changes:
        if kind == "M" and name in ("tmax", "tmin"):
            continue
        part = arrays[name][max(0, (day - weather.start).days) :]
        part[:] = {"A": part + value, "S": part - value, "M": part * value, "R": part * 0 + value}[kind]
        told.append(f"{name} {kind} {value:g} from {day}")
    if not told:
        return weather
    origin = "; ".join([weather.origin, *told])
    return weather_of(weather.site, weather.start, **arrays, co2=weather.co2, origin=origin)


def by_experiment(trials: list[Trial]) -> dict[str, list[Trial]]:
    """Return the treatments of each experiment."""
    found: dict[str, list[Trial]] = defaultdict(list)
    for one in trials:
        found[one.experiment].append(one)
    return dict(found)
