"""The weather of one site: daily arrays with units, the FAO-56 reference evapotranspiration and where they are from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats, reference_evapotranspiration

DAILY = ("tmin", "tmax", "rain", "srad", "wind", "vapour", "et0")


@dataclass(frozen=True)
class Site:
    """Where a field or a station lies: degrees north, degrees east, metres above the sea."""

    latitude: float
    longitude: float
    altitude: float


@dataclass(frozen=True)
class Hourly:
    """Weather of each hour, shape (days, 24), hour 0 is 0–1 local time.

    ``temperature`` °C, ``humidity`` relative, % (0..100), ``rain`` mm/h; ``origin`` says where they are from.
    """

    temperature: Floats
    humidity: Floats
    rain: Floats
    origin: str


@dataclass(frozen=True)
class Weather:
    """Daily weather of one site, without gaps.

    Parameters
    ----------
    site, start
        The place, and the day of the first element.
    tmin, tmax
        Lowest and highest air temperature, °C, shape (days,).
    rain
        mm/d.
    srad
        Global radiation, MJ m-2 d-1.
    wind
        Wind at 2 m, m/s.
    vapour
        Actual vapour pressure, kPa.
    et0
        FAO-56 reference evapotranspiration, mm/d (:func:`weather_of` reckons it).
    co2
        ppm.
    origin
        The file, or the generator with its seed; and every method that filled something.
    hourly
        Measured or derived hours, for the blight model.

    Raises
    ------
    InputError
        ``potato.weather_shape``: an array is not of the length of ``tmin``. ``potato.weather_span``: from
        :meth:`day` and :meth:`between`, a day outside the weather.

    Examples
    --------
    >>> three = np.array([10.0, 11.0, 12.0])
    >>> weather = weather_of(Site(41.0, 112.0, 1400.0), date(2024, 5, 1), tmin=three, tmax=three + 10, rain=three * 0,
    ...     srad=three + 8, wind=three * 0 + 2, vapour=three * 0 + 1, co2=420.0, origin="example")
    >>> weather.day(date(2024, 5, 2)), weather.between(date(2024, 5, 2), date(2024, 5, 3)).tmin.tolist()
    (1, [11.0, 12.0])
    """

    site: Site
    start: date
    tmin: Floats
    tmax: Floats
    rain: Floats
    srad: Floats
    wind: Floats
    vapour: Floats
    et0: Floats
    co2: float
    origin: str
    hourly: Hourly | None = field(default=None)

    def __post_init__(self) -> None:
        for name in DAILY:
            array = np.ascontiguousarray(getattr(self, name), dtype=float)
            if array.shape != (len(self.tmin),):
                raise InputError("potato.weather_shape", "气象数组“{field}”应有 {expected} 天，现为 {got}。",
                                 "Weather array “{field}” should hold {expected} days, got {got}.",
                                 field=name, expected=len(self.tmin), got=str(array.shape))  # fmt: skip
            object.__setattr__(self, name, array)

    @property
    def days(self) -> int:
        """How many days there are."""
        return len(self.tmin)

    @property
    def end(self) -> date:
        """The last day."""
        return self.start + timedelta(days=self.days - 1)

    @cached_property
    def day_of_year(self) -> Floats:
        """1..366 of every day."""
        return days_of_year(self.start, self.days)

    def day(self, when: date) -> int:
        """Return the index of a day."""
        index = (when - self.start).days
        if not 0 <= index < self.days:
            raise InputError("potato.weather_span", "气象数据（{file}）为 {expected}，不含 {got}。",
                             "The weather ({file}) spans {expected} and does not hold {got}.",
                             file=self.origin, expected=f"{self.start} – {self.end}", got=when.isoformat())  # fmt: skip
        return index

    def between(self, start: date, end: date) -> Weather:
        """Return the weather from ``start`` to ``end``, both included."""
        part = slice(self.day(start), self.day(end) + 1)
        arrays = {name: getattr(self, name)[part] for name in DAILY}
        hourly = self.hourly
        if hourly is not None:
            hourly = Hourly(hourly.temperature[part], hourly.humidity[part], hourly.rain[part], hourly.origin)
        return replace(self, start=start, hourly=hourly, **arrays)


def days_of_year(start: date, days: int) -> Floats:
    """Return 1..366 of each of ``days`` days from ``start``."""
    every = np.datetime64(start) + np.arange(days)
    return np.asarray((every - every.astype("datetime64[Y]")).astype(int) + 1, float)


def weather_of(
    site: Site, start: date, *, tmin: Floats, tmax: Floats, rain: Floats, srad: Floats, wind: Floats, vapour: Floats,
    co2: float, origin: str, hourly: Hourly | None = None,
) -> Weather:  # fmt: skip
    """Return a :class:`Weather` with ET0 reckoned by FAO-56 eq. 6; units as there."""
    et0 = reference_evapotranspiration(
        tmin, tmax, srad, wind, vapour,
        latitude=site.latitude, altitude=site.altitude, day_of_year=days_of_year(start, len(tmin)),
    )  # fmt: skip
    return Weather(site, start, tmin, tmax, rain, srad, wind, vapour, et0, co2, origin, hourly)
