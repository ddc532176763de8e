"""``read_weather``: a file of weather to checked daily weather, whatever of the known formats it is in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from tomllib import loads

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._check import CHECKS, check, known_site
from tuwei.potato.weather._csv import read_csv
from tuwei.potato.weather._dssat import read_dssat
from tuwei.potato.weather._era5 import NAMES as ERA5_NAMES
from tuwei.potato.weather._era5 import TIMES as ERA5_TIMES
from tuwei.potato.weather._era5 import read_era5
from tuwei.potato.weather._evapotranspiration import radiation_of_sunshine
from tuwei.potato.weather._gaps import add_absent, fill_gaps
from tuwei.potato.weather._hours import whole_days
from tuwei.potato.weather._power import read_power
from tuwei.potato.weather._raw import RawWeather, in_order
from tuwei.potato.weather._units import vapour_of_dew, vapour_of_humidity
from tuwei.potato.weather._weather import Site, Weather, days_of_year, weather_of

FORMATS = ("csv", "nasa-power", "era5", "dssat")


def read_weather(
    path: Path | str, *, format: str = "", site: Site | None = None, units: Mapping[str, str] | None = None,
    gaps: str = "", absent: str = "", waive: tuple[str, ...] = (), co2: float | None = None,
    within: tuple[date, date] | None = None,
) -> Weather:  # fmt: skip
    """Return the weather of a file, checked; nothing is filled unless a method is named.

    Parameters
    ----------
    path
        A CSV with units in its header, a NASA POWER CSV, an ERA5 CSV (each daily or hourly) or a DSSAT WTH.
    format
        ``csv``, ``nasa-power``, ``era5`` or ``dssat``; told from the file unless given.
    site
        Goes before what the file says. ERA5 has no altitude, so there it is needed.
    units
        Unit of a column, by its name in the file (of ``csv``: by the engine's name), where it is not declared.
    gaps
        How missing values are filled: ``linear``, ``linear-dry`` or ``other-year``.
    absent
        How absent columns are made: ``fao56``.
    waive
        Checks not to be made: ``range``, ``order``, ``radiation``, ``vapour``, ``rain-unit``, ``wind-unit``.
    co2
        ppm; the global mean of the first year unless given.
    within
        First and last day to return, of daily weather; what is missing outside them is no fault.

    Raises
    ------
    InputError
        With file, row and field: see the readers, ``weather._check`` and ``weather._gaps``. ``potato.weather_file``:
        the file cannot be read; ``potato.weather_format``: none of the formats.

    Examples
    --------
    >>> import tempfile
    >>> text = '''# latitude = 41.0
    ... # longitude = 112.0
    ... # altitude = 1400
    ... date,tmin [°C],tmax [°C],rain [mm],srad [MJ m-2 d-1],wind [m/s],vapour [kPa]
    ... 2024-07-01,12.0,26.0,0.0,24.0,2.0,1.2
    ... '''
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "weather.csv")
    ...     _ = path.write_text(text, "utf-8")
    ...     weather = read_weather(path)
    >>> float(weather.et0[0].round(1)), weather.origin
    (5.2, 'weather.csv (csv)')
    """
    path = Path(path)
    kind = format or _format(path)
    for given, known in ((kind, FORMATS), *((one, CHECKS) for one in waive)):
        if given not in known:
            raise InputError("potato.weather_format", "“{got}”无法识别，可用：{expected}。", "“{got}” is not known; there are {expected}.",
                             file=path.name, got=given, expected=", ".join(known))  # fmt: skip
    raw = in_order(_read(kind, path, units or {}, site))
    raw.site = site or raw.site
    return _finished(raw, kind, gaps, absent, frozenset(waive), co2, within)


def _finished(
    raw: RawWeather, kind: str, gaps: str, absent: str, waived: frozenset[str], co2: float | None,
    within: tuple[date, date] | None,
) -> Weather:  # fmt: skip
    place = known_site(raw)
    check(raw, waived)
    hourly = None
    if raw.hourly:
        fill_gaps(raw, gaps)
        raw, hourly = whole_days(raw)
        check(raw, waived)
    _derived(raw)
    fill_gaps(raw, gaps, within)
    raw = raw if within is None else raw.between(*within)
    add_absent(raw, absent)
    check(raw, waived)
    origin = f"{raw.file} ({kind})" + "".join(
        f"; {note}" for note in [*raw.notes, *(f"waived {one}" for one in sorted(waived))]
    )
    needed = {name: raw.columns[name] for name in ("tmin", "tmax", "rain", "srad", "wind", "vapour")}
    return weather_of(
        place, raw.start, co2=co2 or co2_of(raw.start.year), origin=origin, hourly=hourly, **needed
    )


def _read(kind: str, path: Path, units: Mapping[str, str], site: Site | None) -> RawWeather:
    try:
        if kind == "era5":
            return read_era5(path, units, site)
        return {"csv": read_csv, "nasa-power": read_power, "dssat": read_dssat}[kind](path, units)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def _format(path: Path) -> str:
    try:
        head = path.read_text("utf-8-sig", errors="replace")[:4000]
    except OSError as error:
        raise _unreadable(path, error) from None
    if "-BEGIN HEADER-" in head:
        return "nasa-power"
    if path.suffix.lower() == ".wth" or "@DATE" in head:
        return "dssat"
    names = {cell.strip() for cell in head.partition("\n")[0].split(",")}
    return "era5" if names & set(ERA5_TIMES) and names & set(ERA5_NAMES) else "csv"


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError("potato.weather_file", "无法读取气象文件 {file}：{got}", "The weather file {file} cannot be read: {got}",
                      file=str(path), got=str(getattr(error, "strerror", "") or "UTF-8?"))  # fmt: skip


def _derived(raw: RawWeather) -> None:
    """Add radiation from sunshine hours, and vapour pressure from the dew point or the humidity."""
    columns = raw.columns
    if "srad" not in columns and "sunshine" in columns and raw.site:
        days = days_of_year(raw.start, len(columns["sunshine"]))
        columns["srad"] = radiation_of_sunshine(columns["sunshine"], raw.site.latitude, days)
        raw.notes.append("srad: 由日照时数 from sunshine hours, FAO-56 eq. 35")
    if "vapour" not in columns and "dew" in columns:
        columns["vapour"] = vapour_of_dew(columns["dew"])
    elif "vapour" not in columns and "humidity" in columns and {"tmin", "tmax"} <= set(columns):
        columns["vapour"] = vapour_of_humidity(columns["humidity"], columns["tmin"], columns["tmax"])
    raw.fields |= {"vapour": raw.fields.get("vapour", raw.fields.get("dew", raw.fields.get("humidity", "vapour"))),
                   "srad": raw.fields.get("srad", raw.fields.get("sunshine", "srad"))}  # fmt: skip
    for name in ("sunshine", "dew", "humidity", "temperature"):
        columns.pop(name, None)


@cache
def settings() -> dict[str, dict[str, object]]:
    """Return ``data/weather.toml``."""
    return loads(resources.files("tuwei.potato").joinpath("data", "weather.toml").read_text("utf-8"))


def co2_of(year: int) -> float:
    """Return the global mean CO2 [ppm] of a year, straight lines between the years of ``data/weather.toml``."""
    table = {int(name): float(str(value)) for name, value in settings()["co2"].items() if name.isdigit()}
    return float(np.interp(year, sorted(table), [table[one] for one in sorted(table)]))
