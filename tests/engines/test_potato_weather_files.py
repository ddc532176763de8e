"""Files of weather: four formats give the same days, and each fault is one line with file, row and field."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tuwei.core.errors import InputError
from tuwei.potato import Site, Weather, read_weather
from tuwei.potato.weather._evapotranspiration import saturation_vapour_pressure

SITE = Site(41.0, 112.0, 1400.0)
HEAD = "# latitude = 41.0\n# 经度：112.0\n# altitude = 1400\n"
COLUMNS = "date,tmin [°C],tmax [°C],rain [mm],srad [MJ m-2 d-1],wind [m/s],vapour [kPa]\n"
GOOD = ["2024-06-30,10,24,0,22,2,1.2", "2024-07-01,12,26,3.5,24,2.5,1.3", "2024-07-02,11,25,0,26,1.5,1.1"]


def written(folder: Path, text: str, name: str = "w.csv") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def own(folder: Path, *rows: str, columns: str = COLUMNS) -> Path:
    return written(folder, HEAD + columns + "\n".join(rows or GOOD) + "\n")


def same(one: Weather, other: Weather, tolerance: float = 1e-9) -> None:
    for name in ("tmin", "tmax", "rain", "srad", "wind", "vapour", "et0"):
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), rtol=0, atol=tolerance, err_msg=name
        )
    assert (one.start, one.days) == (other.start, other.days)


def test_declared_units_give_the_same_weather(tmp_path: Path) -> None:
    plain = read_weather(own(tmp_path))
    assert plain.site == SITE
    assert plain.origin == "w.csv (csv)"
    strange = ["2024-06-30,50,75.2,0,254.62962963,7.2,12", "2024-07-01,53.6,78.8,0.137795276,277.77777778,9,13",
               "2024-07-02,51.8,77,0,300.92592593,5.4,11"]  # fmt: skip
    columns = "日期,最低气温（°F）,最高气温(℉),降水 [in],辐射 [W m⁻²],风速 [km/h],水汽压 [hPa]\n"
    same(read_weather(own(tmp_path, *strange, columns=columns)), plain, 1e-6)
    high = COLUMNS.replace("m/s", "m/s @10 m")
    assert read_weather(own(tmp_path, columns=high)).wind[0] == pytest.approx(2 * 4.87 / np.log(678 - 5.42))


FAULTS = {
    "no unit": (COLUMNS.replace("rain [mm]", "rain"), GOOD, "potato.weather_no_unit", 4, "rain"),
    "unit unknown": (COLUMNS.replace("[mm]", "[cups]"), GOOD, "potato.weather_unit", 4, "rain"),
    "no number": (COLUMNS, [GOOD[0], "2024-07-01,12,x26,3.5,24,2.5,1.3"], "potato.weather_number", 6, "tmax"),
    "no date": (COLUMNS, ["30 June,10,24,0,22,2,1.2"], "potato.weather_time", 5, "date"),
    "fahrenheit": (COLUMNS, ["2024-07-01,53,78.8,0,24,2,1.2"], "potato.weather_range", 5, "tmax"),
    "low above high": (COLUMNS, ["2024-07-01,26,12,0,24,2,1.2"], "potato.weather_tmin_above_tmax", 5, "tmin"),
    "watts": (COLUMNS, ["2024-07-01,12,26,0,49,2,1.2"], "potato.weather_radiation", 5, "srad"),
    "wind in km/d": (COLUMNS, ["2024-07-01,12,26,0,24,173,1.2"], "potato.weather_range", 5, "wind"),
    "hectopascal": (COLUMNS, ["2024-07-01,12,26,0,24,2,7.9"], "potato.weather_saturated", 5, "vapour"),
    "rain below nought": (COLUMNS, ["2024-07-01,12,26,-1,24,2,1.2"], "potato.weather_range", 5, "rain"),
    "twice": (COLUMNS, [GOOD[0], GOOD[0]], "potato.weather_order", 6, "date"),
    "day missing": (COLUMNS, [GOOD[0], GOOD[2]], "potato.weather_gap", 5, "tmin"),
    "cell missing": (COLUMNS, [GOOD[0], "2024-07-01,12,26,,24,2,1.2", GOOD[2]], "potato.weather_gap", 6, "rain"),
    "column twice": (COLUMNS.replace("tmin", "tmax"), GOOD, "potato.weather_column", 4, "tmax"),
    "quote left open": (COLUMNS, ['"2024-07-01,12,26,0,24,2,1.2'], "potato.weather_time", 5, "date"),
    "time zone": (COLUMNS, ["2024-07-01T00:00+09:00,12,26,0,24,2,1.2"], "potato.weather_time", 5, "date"),
    "infinite": (COLUMNS, ["2024-07-01,12,inf,0,24,2,1.2"], "potato.weather_number", 5, "tmax"),
    "no wind column": ("date,tmin [°C],tmax [°C],rain [mm],srad [MJ m-2 d-1],vapour [kPa]\n",
                       ["2024-07-01,12,26,0,24,1.2"], "potato.weather_absent", None, "wind"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_line_with_file_row_and_field(tmp_path: Path, name: str) -> None:
    columns, rows, code, row, field = FAULTS[name]
    with pytest.raises(InputError) as caught:
        read_weather(own(tmp_path, *rows, columns=columns))
    where = caught.value.where
    assert (caught.value.code, where["file"], where.get("row")) == (code, "w.csv", row)
    assert where["field"].startswith(field)
    assert "\n" not in str(caught.value)
    assert "{" not in str(caught.value)


def test_whole_files_in_inches_or_without_a_site_are_refused(tmp_path: Path) -> None:
    days = [f"2024-06-{day:02},10,24,0.{day:02},22,2,1.2" for day in range(1, 31)]
    with pytest.raises(InputError, match="inches") as caught:
        read_weather(own(tmp_path, *days))
    assert caught.value.code == "potato.weather_inches"
    assert read_weather(own(tmp_path, *days), waive=("rain-unit",)).origin.endswith("waived rain-unit")
    with pytest.raises(InputError) as caught:
        read_weather(written(tmp_path, COLUMNS + GOOD[0]))
    assert caught.value.code == "potato.weather_site"
    same(read_weather(written(tmp_path, COLUMNS + "\n".join(GOOD)), site=SITE), read_weather(own(tmp_path)))


def test_gaps_are_filled_only_by_the_method_named_and_the_origin_counts_them(tmp_path: Path) -> None:
    rows = [GOOD[0], "2024-07-01,NA,26,,24,2.5,1.3", GOOD[2]]
    filled = read_weather(own(tmp_path, *rows), gaps="linear-dry")
    assert (filled.tmin[1], filled.rain[1]) == (10.5, 0.0)
    assert "tmin: 1 " in filled.origin
    assert "linear-dry" in filled.origin
    with pytest.raises(InputError) as caught:
        read_weather(own(tmp_path, *rows), gaps="linear")  # a line knows no rain
    assert caught.value.where["field"] == "rain [mm]"
    wide = [GOOD[0], "2024-07-10,12,26,3.5,24,2.5,1.3"]
    with pytest.raises(InputError, match="2024-07-01"):
        read_weather(own(tmp_path, *wide), gaps="linear-dry")  # nine days are too many
    years = [
        f"{when:%Y-%m-%d},10,24,{when.day / 10},9,2,1.2"
        for when in (date(2023, 7, 1) + timedelta(n) for n in range(400))
    ]
    years[366] = "2024-07-01,NA,24,NA,9,2,1.2"
    other = read_weather(own(tmp_path, *years), gaps="other-year")
    assert (other.tmin[366], other.rain[366]) == (10, 0.1)
    with pytest.raises(InputError, match="linear"):
        read_weather(own(tmp_path), gaps="guess")


def test_absent_columns_are_estimated_only_when_asked(tmp_path: Path) -> None:
    columns, row = "date,tmin [°C],tmax [°C],rain [mm]\n", "2024-07-15,14.8,26.6,0"
    with pytest.raises(InputError, match="fao56"):
        read_weather(own(tmp_path, row, columns=columns))
    found = read_weather(own(tmp_path, row, columns=columns), absent="fao56", site=Site(45.72, 5.0, 200.0))
    assert found.srad[0] == pytest.approx(22.3, abs=0.1)  # FAO-56 example 15 and 20: Lyon in July, 22.3 MJ
    assert found.et0[0] == pytest.approx(4.56, abs=0.1)  # and 4.56 mm
    assert found.origin.count("fao56") == 6


POWER = """-BEGIN HEADER-
NASA/POWER Source Native Resolution Daily Data
Dates (month/day/year): 06/30/2024 through 07/02/2024 in LST
Location: Latitude  41.0   Longitude 112.0
Elevation from MERRA-2: Average for 0.5 x 0.625 degree lat/lon region = 1400.0 meters
The value for missing source data that cannot be computed or is outside of the sources availability range: -999
Parameter(s):
T2M_MIN               MERRA-2 Temperature at 2 Meters Minimum (C)
T2M_MAX               MERRA-2 Temperature at 2 Meters Maximum (C)
PRECTOTCORR           MERRA-2 Precipitation Corrected (mm/day)
ALLSKY_SFC_SW_DWN     CERES SYN1deg All Sky Surface Shortwave Downward Irradiance (kW-hr/m^2/day)
WS2M                  MERRA-2 Wind Speed at 2 Meters (m/s)
T2MDEW                MERRA-2 Dew/Frost Point at 2 Meters (C)
-END HEADER-
YEAR,DOY,T2M_MIN,T2M_MAX,PRECTOTCORR,ALLSKY_SFC_SW_DWN,WS2M,T2MDEW
2024,182,10,24,0,6.111111111,2,9.68
2024,183,12,26,3.5,6.666666667,2.5,10.89
2024,184,11,25,0,7.222222222,1.5,8.38
"""


def test_nasa_power(tmp_path: Path) -> None:
    found = read_weather(written(tmp_path, POWER))
    same(found, read_weather(own(tmp_path)), 0.02)
    assert "nasa-power" in found.origin
    with pytest.raises(InputError) as caught:
        read_weather(written(tmp_path, POWER.replace("12,26,3.5", "12,-999,3.5")))
    assert (caught.value.where["row"], caught.value.where["field"]) == (17, "T2M_MAX")


def hours(start: datetime, days: int) -> str:
    """An ERA5 CSV in universal time: 12 °C at 20 h UTC, which is 3 h at 112° E; sun from 6 to 17 h local."""
    rows = ["valid_time,t2m,d2m,tp,ssrd,u10,v10,latitude,longitude"]
    for hour in range(days * 24 + 1):
        when = start + timedelta(hours=hour)
        local = (when.hour + 7) % 24
        ended = (local - 1) % 24
        warm = 285.15 + 7 * (1 - np.cos((local - 3) * np.pi / 12))
        rows.append(
            f"{when:%Y-%m-%d %H:%M:%S},{warm:.5f},283.15,{0.001 if ended == 18 else 0},{2e6 if 6 <= ended < 18 else 0},3,4,41.0,112.0"
        )
    return "\n".join(rows) + "\n"


def test_era5_hours_become_days_of_the_sites_own_time(tmp_path: Path) -> None:
    path = written(tmp_path, hours(datetime(2024, 6, 30, 17), 3))
    with pytest.raises(InputError) as caught:
        read_weather(path)  # no altitude in ERA5
    assert caught.value.code == "potato.weather_site"
    found = read_weather(path, site=SITE)
    assert (found.start, found.days) == (date(2024, 7, 1), 3)
    assert found.hourly is not None
    assert found.hourly.temperature[1].argmin() == 3
    np.testing.assert_allclose(found.hourly.rain[0, 18], 1.0)
    np.testing.assert_allclose((found.tmin, found.tmax), ([12] * 3, [26] * 3), atol=1e-3)
    np.testing.assert_allclose(found.srad, 24.0)
    np.testing.assert_allclose(found.vapour[1], saturation_vapour_pressure(10.0), rtol=1e-6)
    np.testing.assert_allclose(found.wind, 5 * 4.87 / np.log(672.58))
    summed = hours(datetime(2024, 6, 30, 17), 3).replace(",0,3,4", ",9e6,3,4")
    with pytest.raises(InputError) as caught:
        read_weather(written(tmp_path, summed), site=SITE)
    assert caught.value.code == "potato.weather_accumulated"


DSSAT = """*WEATHER DATA : made

@ INSI      LAT     LONG  ELEV   TAV   AMP REFHT WNDHT
  MADE   41.000  112.000  1400  -99.0 -99.0 -99.0 -99.0
@DATE  SRAD  TMAX  TMIN  RAIN  DEWP  WIND   PAR  EVAP  RHUM
24182  22.0  24.0  10.0   0.0  9.68 172.8
24183  24.0  26.0a 12.0   3.5 10.89 216.0
24184  26.0  25.0  11.0   0.0  8.38 129.6
24185   -99   -99   -99   -99
"""


def test_dssat(tmp_path: Path) -> None:
    path = written(tmp_path, DSSAT, "MADE2401.WTH")
    with pytest.raises(InputError) as caught:
        read_weather(path)
    assert (caught.value.where["row"], caught.value.where["field"]) == (7, "TMAX")
    found = read_weather(path, gaps="linear")
    plain = read_weather(own(tmp_path))
    assert (found.days, found.tmax[1]) == (3, 24.5)
    np.testing.assert_allclose(found.vapour, plain.vapour, atol=0.02)
    np.testing.assert_allclose(found.wind, plain.wind, atol=1e-9)
    calm = "\n".join(f"24{day:03}  22.0  24.0  10.0   0.0  9.68   3.0" for day in range(150, 190))
    with pytest.raises(InputError) as caught:
        read_weather(written(tmp_path, DSSAT[: DSSAT.index("24182")] + calm, "CALM2401.WTH"))
    assert (caught.value.code, caught.value.where["field"]) == ("potato.weather_calm", "WIND")
    assert read_weather(tmp_path / "CALM2401.WTH", units={"WIND": "m/s"}).wind[0] == 3.0
