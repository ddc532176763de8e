"""Weather: FAO-56 evapotranspiration as the paper's worked examples have it, and the days of a site."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import Hourly, Site, Weather, weather_of
from tuwei.potato.weather import _evapotranspiration as fao


def one(value: float) -> np.ndarray:
    return np.array([value])


def test_fao56_worked_examples() -> None:
    """Numbers of the examples of FAO paper 56: 2, 3, 5, 8, 9, 10, 11 and 14."""
    assert fao.air_pressure(1800) == pytest.approx(81.8, abs=0.05)  # 2
    assert (fao.saturation_vapour_pressure(24.5) + fao.saturation_vapour_pressure(15.0)) / 2 == pytest.approx(
        2.39, abs=0.005
    )
    assert fao.dew_point(fao.saturation_vapour_pressure(13.7)) == pytest.approx(13.7, abs=1e-9)
    assert fao.extraterrestrial_radiation(-20.0, one(246.0))[0] == pytest.approx(32.2, abs=0.05)  # 8
    assert fao.day_length(-20.0, one(246.0))[0] == pytest.approx(11.7, abs=0.05)  # 9
    assert fao.radiation_of_sunshine(one(220 / 31), -22.9, one(135.0))[0] == pytest.approx(
        14.5, abs=0.06
    )  # 10
    net = fao.net_radiation(
        one(19.1), one(25.1), one(14.5), one(2.1), latitude=-22.9, altitude=0, day_of_year=one(135.0)
    )
    assert (1 - fao.ALBEDO) * 14.5 - net[0] == pytest.approx(3.5, abs=0.06)  # 11
    assert fao.wind_at_two_metres(3.2, 10.0) == pytest.approx(2.4, abs=0.05)  # 14


def test_fao56_day_of_example_18() -> None:
    """Uccle on 6 July: 10 km/h at 10 m, 9.25 h of sun, RH 84 and 63 %: 3.88 mm (3.9)."""
    vapour = (fao.saturation_vapour_pressure(12.3) * 0.84 + fao.saturation_vapour_pressure(21.5) * 0.63) / 2
    found = fao.reference_evapotranspiration(
        one(12.3), one(21.5), fao.radiation_of_sunshine(one(9.25), 50.8, one(187.0)),
        fao.wind_at_two_metres(one(10 / 3.6), 10.0), vapour, latitude=50.8, altitude=100.0, day_of_year=one(187.0),
    )  # fmt: skip
    assert found[0] == pytest.approx(3.88, abs=0.01)


def sample(days: int = 4) -> Weather:
    low = np.arange(days, dtype=float)
    hours = np.repeat(low[:, None], 24, axis=1)
    return weather_of(Site(41.0, 112.0, 1400.0), date(2024, 2, 28), tmin=low, tmax=low + 10, rain=low * 0, srad=low + 10,
                      wind=low * 0 + 2, vapour=low * 0 + 0.6, co2=424.0, origin="made", hourly=Hourly(hours, hours, hours, "made"))  # fmt: skip


def test_days_across_a_leap_day_and_parts_with_their_hours() -> None:
    whole = sample()
    assert whole.end == date(2024, 3, 2)
    assert whole.day_of_year.tolist() == [59, 60, 61, 62]
    part = whole.between(date(2024, 2, 29), date(2024, 3, 1))
    assert part.tmin.tolist() == [1, 2]
    assert part.hourly is not None
    assert part.hourly.temperature[:, 5].tolist() == [1, 2]
    assert part.et0.tolist() == whole.et0[1:3].tolist()
    assert part.start == date(2024, 2, 29)


def test_a_day_outside_and_arrays_of_other_length_are_refused() -> None:
    with pytest.raises(InputError, match="2024-03-03"):
        sample().day(date(2024, 3, 3))
    with pytest.raises(InputError) as caught:
        Weather(
            **{**{name: getattr(sample(), name) for name in Weather.__dataclass_fields__}, "wind": one(2.0)}
        )
    assert caught.value.where["field"] == "wind"
