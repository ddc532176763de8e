"""Weather files among the readings: NASA POWER, ERA5 and DSSAT become a table of readings, a station each."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

from tuwei.potato.weather._read import read_weather
from tuwei.potato.weather._weather import Weather

DAILY = (("tmin", "air_temperature_min", "°C"), ("tmax", "air_temperature_max", "°C"), ("rain", "rain", "mm"),
         ("srad", "srad_day", "MJ/m2/d"), ("wind", "wind", "m/s"), ("vapour", "vapour", "kPa"))  # fmt: skip
HOURLY = (("temperature", "air_temperature", "°C"), ("humidity", "humidity", "%"), ("rain", "rain", "mm"))


def is_weather(path: Path) -> bool:
    """Return whether a file is weather of a known format and not a table of readings."""
    if path.suffix.lower() == ".wth":
        return True
    if path.suffix.lower() != ".csv":
        return False
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        head = file.read(4000)
    first = {cell.strip() for cell in head.partition("\n")[0].split(",")}
    return "-BEGIN HEADER-" in head or bool(first & {"t2m", "mn2t", "mx2t", "t2m_min"})


def weather_table(path: Path, folder: Path, gaps: str, absent: str) -> Path:
    """Write a weather file as a table of readings into ``folder`` and return it; its faults are told as always."""
    weather = read_weather(path, gaps=gaps, absent=absent)
    table = folder / f"{path.stem}.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("sensor", "variable", "time", "value", "unit"))
        writer.writerows(_daily(path.stem, weather))
        writer.writerows(_hourly(path.stem, weather))
    return table


def _daily(name: str, weather: Weather) -> list[tuple[str, str, str, float, str]]:
    hours = weather.hourly is not None
    days = [(weather.start + timedelta(days=day)).isoformat() for day in range(weather.days)]
    return [(name, variable, days[day], float(getattr(weather, field)[day]), unit)
            for field, variable, unit in DAILY if not (hours and field == "rain") for day in range(weather.days)]  # fmt: skip


def _hourly(name: str, weather: Weather) -> list[tuple[str, str, str, float, str]]:
    if weather.hourly is None:
        return []
    first = datetime.combine(weather.start, datetime.min.time())
    flat = {field: getattr(weather.hourly, field).ravel() for field, _, _ in HOURLY}
    return [(name, variable, (first + timedelta(hours=hour)).isoformat(), float(value), unit)
            for field, variable, unit in HOURLY for hour, value in enumerate(flat[field])]  # fmt: skip
