"""Hours and days: daily values of an hourly file, and hours derived from daily values by a named method."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats, day_length, saturation_vapour_pressure
from tuwei.potato.weather._raw import RawWeather
from tuwei.potato.weather._weather import Hourly, Weather

# Parton and Logan (1981), Agricultural Meteorology 23:205-216, table for 150 cm: lag of the highest temperature after
# noon [h], the night's coefficient, and the lag of the lowest after sunrise [h].
LAG_NOON, NIGHT, LAG_SUNRISE = 1.86, 2.20, -0.17
RAIN_RATE = 2.0  # mm/h that rain is laid out with; the engine's own choice
RAIN_CENTRE = (
    18  # local hour around which it is laid: the showers of summer afternoons; the engine's own choice
)


def whole_days(raw: RawWeather) -> tuple[RawWeather, Hourly]:
    """Return an hourly file as days, and its hours, shape (days, 24); a broken first or last day is left out.

    Raises
    ------
    InputError
        ``potato.weather_absent``: no temperature, no humidity (or dew point, or vapour pressure) or no rain;
        ``potato.weather_empty``: not one whole day.
    """
    for names in (("temperature",), ("humidity", "dew", "vapour"), ("rain",)):
        if not any(name in raw.columns for name in names):
            raise InputError("potato.weather_absent", "{file} 没有 {field} 列。", "{file} has no {field} column.",
                             file=raw.file, field=" / ".join(names), expected="temperature, humidity, rain")  # fmt: skip
    first = (24 - raw.times[0].hour) % 24
    days = (len(raw.times) - first) // 24
    if days < 1:
        raise InputError(
            "potato.weather_empty", "{file} 没有气象数据。", "{file} holds no weather.", file=raw.file
        )
    if len(raw.times) != days * 24:
        raw.notes.append(f"不足一日的 {len(raw.times) - days * 24} 小时未用 hours of broken days left out")
    table = {
        name: values[first : first + days * 24].reshape(days, 24) for name, values in raw.columns.items()
    }
    hourly = _hours(table, raw.file)
    daily = _daily(table, hourly)
    times = [
        datetime.combine(when.date(), datetime.min.time())
        for when in raw.times[first : first + days * 24 : 24]
    ]
    fields = {name: raw.fields.get(name, raw.fields.get("temperature", name)) for name in daily}
    rows = raw.rows[first : first + days * 24 : 24]
    return RawWeather(raw.file, raw.site, times, rows, daily, fields, False, raw.notes), hourly


def _hours(table: dict[str, Floats], file: str) -> Hourly:
    warm = table["temperature"]
    if "humidity" in table:
        humidity = np.minimum(table["humidity"], 100.0)
    else:
        vapour = table["vapour"] if "vapour" in table else saturation_vapour_pressure(table["dew"])
        humidity = np.minimum(100 * vapour / saturation_vapour_pressure(warm), 100.0)
    return Hourly(warm, np.asarray(humidity, float), table["rain"], file)


def _daily(table: dict[str, Floats], hourly: Hourly) -> dict[str, Floats]:
    warm = hourly.temperature
    daily = {"tmin": warm.min(axis=1), "tmax": warm.max(axis=1), "rain": hourly.rain.sum(axis=1)}
    daily["vapour"] = (saturation_vapour_pressure(warm) * hourly.humidity / 100).mean(axis=1)
    if "srad" in table:
        daily["srad"] = table["srad"].sum(axis=1)
    if "wind" in table:
        daily["wind"] = table["wind"].mean(axis=1)
    return {name: np.asarray(values, float) for name, values in daily.items()}


def hourly_from_daily(weather: Weather) -> Hourly:
    """Return hours derived from daily weather by the method ``parton-logan``.

    Parameters
    ----------
    weather
        Daily weather.

    Returns
    -------
    Hourly
        Arrays of shape (days, 24). Temperature: a sine by day, an exponential fall by night. Humidity: the day's
        vapour pressure, held constant, over saturation at the hour's temperature, at most 100 %. Rain: at 2 mm/h
        around 18 h. ``origin`` names the method.

    Notes
    -----
    Source: Parton and Logan (1981), Agricultural Meteorology 23:205–216, with their coefficients for 150 cm
    (a = 1.86 h, b = 2.20, c = −0.17 h). How humidity and rain are spread is the engine's own, and too few hours
    come out above 90 % where dew or fog wets the leaves; measured hours are better.

    Examples
    --------
    >>> from datetime import date
    >>> from tuwei.potato import Site, weather_of
    >>> one = np.array([10.0])
    >>> day = weather_of(Site(41.0, 112.0, 1400.0), date(2024, 7, 1), tmin=one, tmax=one + 14, rain=one, srad=one * 2,
    ...                  wind=one / 5, vapour=one / 8, co2=424.0, origin="example")
    >>> hours = hourly_from_daily(day)
    >>> float(hours.temperature.max().round(1)), int(hours.temperature[0].argmin()), float(hours.rain.sum())
    (24.0, 4, 10.0)
    """
    after = np.append(weather.tmin[1:], weather.tmin[-1:])
    before = np.insert(weather.tmax[:-1], 0, weather.tmax[:1])
    length = np.clip(day_length(weather.site.latitude, weather.day_of_year), 2.0, 22.0)
    shape = (weather.days, 1)
    warm = _temperature(np.arange(0.5, 24.0), weather.tmin.reshape(shape), weather.tmax.reshape(shape),
                        after.reshape(shape), before.reshape(shape), length.reshape(shape))  # fmt: skip
    humidity = np.minimum(100.0 * weather.vapour.reshape(shape) / saturation_vapour_pressure(warm), 100.0)
    return Hourly(
        warm, np.asarray(humidity, float), _rain(weather.rain), f"{weather.origin}; hourly: parton-logan"
    )


def _temperature(
    hour: Floats, low: Floats, high: Floats, next_low: Floats, last_high: Floats, length: Floats
) -> Floats:
    """Parton and Logan's two equations; the night before sunrise hangs on the evening before."""
    sunrise, sunset = 12 - length / 2 + LAG_SUNRISE, 12 + length / 2
    night = 24 - length - LAG_SUNRISE
    wave = np.pi / (length + 2 * LAG_NOON)
    by_day = low + (high - low) * np.sin(wave * (hour - sunrise))
    at_sunset = low + (high - low) * np.sin(wave * (sunset - sunrise))
    evening_before = low + (last_high - low) * np.sin(wave * (sunset - sunrise))
    by_evening = next_low + (at_sunset - next_low) * np.exp(-NIGHT * (hour - sunset) / night)
    by_morning = low + (evening_before - low) * np.exp(-NIGHT * (hour + 24 - sunset) / night)
    return np.asarray(
        np.where(hour < sunrise, by_morning, np.where(hour > sunset, by_evening, by_day)), float
    )


def _rain(daily: Floats) -> Floats:
    hours = np.clip(np.ceil(daily / RAIN_RATE), 1, 24).astype(int)
    first = np.clip(RAIN_CENTRE - hours // 2, 0, 24 - hours)
    place = np.arange(24)
    inside = (place >= first[:, None]) & (place < (first + hours)[:, None])
    return np.asarray(inside * (daily / hours)[:, None], float)
