"""One season: a field with its weather and its work in, the days and the harvest out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.util import find_spec
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tuwei.core.errors import InputError, TuweiError
from tuwei.potato.crop._layout import DAILY, ERRORS, FIELD, FLOWS, MANAGEMENT, RESULT, WEATHER
from tuwei.potato.crop._soil import Profile
from tuwei.potato.weather._evapotranspiration import Floats, saturation_vapour_pressure
from tuwei.potato.weather._weather import Weather, days_of_year

TOLERANCE = 1e-6
Backend = Literal["numba", "jax"]


@dataclass(frozen=True)
class Irrigation:
    """Water on a day: ``amount`` mm gross, ``efficiency`` 0..1 of it enters, ``wetted`` 0..1 of the surface."""

    day: date
    amount: float
    efficiency: float = 1.0
    wetted: float = 1.0


@dataclass(frozen=True)
class Fertiliser:
    """Nutrients on a day, kg/ha of the element; ``incorporated`` 0 on the surface .. 1 ten to twenty cm deep."""

    day: date
    nitrate: float = 0.0
    ammonium: float = 0.0
    urea: float = 0.0
    phosphorus: float = 0.0
    potassium: float = 0.0
    incorporated: float = 1.0


@dataclass(frozen=True)
class Crop:
    """What is planted, and how.

    ``density`` plants m-2, ``seed`` kg of dry seed ha-1, ``depth`` cm, ``mulch`` 0..1 of the surface under film.
    ``emergence`` fixes the day; without it the model finds it. ``automatic`` is (fraction of the available water at
    which to irrigate, depth in mm, wetted fraction).
    """

    planting: date
    harvest: date
    density: float = 5.0
    seed: float = 500.0
    depth: float = 10.0
    mulch: float = 0.0
    vine_kill: date | None = None
    emergence: date | None = None
    automatic: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Case:
    """All that a season needs besides parameters: the crop, its soil, weather and work."""

    crop: Crop
    soil: Profile
    weather: Weather
    irrigation: tuple[Irrigation, ...] = ()
    fertiliser: tuple[Fertiliser, ...] = ()
    leaf_loss: Mapping[date, float] = field(default_factory=dict)
    start: date | None = None
    water_table: float = -1.0
    irrigation_nitrogen: float = 0.0
    deposition: float = 10.0  # kg N ha-1 a-1
    phosphorus_supply: float = -1.0
    potassium_supply: float = -1.0
    name: str = ""


@dataclass(frozen=True)
class Arrays:
    """A case as the kernel reads it, see ``_layout``."""

    soil: Floats
    field: Floats
    weather: Floats
    management: Floats
    start: date


@dataclass(frozen=True)
class Season:
    """What a season came to: ``daily`` by name, shape (days,); ``result`` by name; units in ``_layout``."""

    start: date
    daily: Mapping[str, Floats]
    result: Mapping[str, float]

    def on(self, day: date, name: str) -> float:
        """Return one daily value."""
        return float(self.daily[name][(day - self.start).days])


class BalanceError(TuweiError):
    """The water, nitrogen or dry matter of a day does not add up: a fault of the model or of what it was given."""

    status = 500


def arrays_of(case: Case) -> Arrays:
    """Return the case as flat arrays; checks the dates.

    Raises
    ------
    InputError
        ``potato.dates``: harvest not after planting; ``potato.weather_span``: the weather does not cover the season;
        ``potato.not_a_number``: a value is infinite or none.
    """
    crop = case.crop
    start = min(case.start or crop.planting, crop.planting)
    if crop.harvest <= crop.planting:
        raise InputError("potato.dates", "收获（{got}）应晚于播种（{expected}）。", "Harvest ({got}) comes after planting ({expected}).",
                         file=case.name, got=str(crop.harvest), expected=str(crop.planting))  # fmt: skip
    weather = case.weather.between(start, crop.harvest)
    made = Arrays(
        case.soil.array(),
        _field(case, start),
        weather_array(weather),
        _management(case, start, weather.days),
        start,
    )
    for name in ("soil", "field", "weather", "management"):
        if not np.isfinite(getattr(made, name)).all():
            raise InputError("potato.not_a_number", "{file}：{field} 中有不是数的值。", "{file}: {field} holds a value that is not a number.",
                             file=case.name, field=name)  # fmt: skip
    return made


def weather_array(weather: Weather) -> Floats:
    """Return the kernel's weather, shape (days, columns of ``_layout.WEATHER``).

    Humidity is that at the day's warmest; the photoperiod counts civil twilight (sun down to 6 degrees below).
    """
    humidity = np.clip(
        100 * weather.vapour / saturation_vapour_pressure(weather.tmax), 20, 80
    )  # FAO-56, eq. 62
    columns = {"tmin": weather.tmin, "tmax": weather.tmax, "rain": weather.rain, "srad": weather.srad, "et0": weather.et0,
                   "wind": np.clip(weather.wind, 1, 6), "humidity": humidity,
                   "daylength": photoperiod(weather.site.latitude, days_of_year(weather.start, weather.days))}  # fmt: skip
    return np.ascontiguousarray(np.stack([columns[name] for name in WEATHER], axis=1))


def photoperiod(latitude: float, day_of_year: Floats) -> Floats:
    """Return the hours [h] with the sun above 6 degrees below the horizon; declination by FAO-56 eq. 24.

    Examples
    --------
    >>> photoperiod(0.0, np.array([80.0])).round(1).tolist()
    [12.8]
    """
    phi, declination = np.radians(latitude), 0.409 * np.sin(2 * np.pi * day_of_year / 365 - 1.39)
    cosine = (-np.sin(np.radians(6)) - np.sin(phi) * np.sin(declination)) / (
        np.cos(phi) * np.cos(declination)
    )
    return np.asarray(24 / np.pi * np.arccos(np.clip(cosine, -1, 1)), float)


def _field(case: Case, start: date) -> Floats:
    crop = case.crop
    threshold, depth, wetted = crop.automatic or (-1.0, 300.0, 1.0)
    kill = -1 if crop.vine_kill is None else (crop.vine_kill - start).days
    emergence = -1 if crop.emergence is None else (crop.emergence - start).days
    values = {
        "planting": (crop.planting - start).days, "harvest": (crop.harvest - start).days, "vine_kill": kill, "emergence": emergence,
        "density": crop.density, "seed": crop.seed, "depth": crop.depth, "mulch": crop.mulch, "curve_number": case.soil.curve_number,
        "water_table": case.water_table, "auto_threshold": threshold, "auto_depth": depth, "auto_wetted": wetted,
        "irrigation_nitrogen": case.irrigation_nitrogen, "deposition": case.deposition / 365, "co2": case.weather.co2, "ph": case.soil.ph,
        "phosphorus_supply": case.phosphorus_supply, "potassium_supply": case.potassium_supply, "tolerance": TOLERANCE,
    }  # fmt: skip
    return np.array([float(values[name]) for name in FIELD])


def _management(case: Case, start: date, days: int) -> Floats:
    place = {name: index for index, name in enumerate(MANAGEMENT)}
    work = np.zeros((days, len(MANAGEMENT)))
    work[:, place["efficiency"]] = work[:, place["wetted"]] = 1.0
    for water in case.irrigation:
        row = _row(work, (water.day - start).days)
        before, total = row[place["irrigation"]], row[place["irrigation"]] + water.amount
        for name, value in (("efficiency", water.efficiency), ("wetted", water.wetted)):
            row[place[name]] = (
                (row[place[name]] * before + value * water.amount) / total if total > 0 else 1.0
            )
        row[place["irrigation"]] = total
    for spread in case.fertiliser:
        row = _row(work, max(0, (spread.day - start).days))
        before = row[3:6].sum()
        for name in ("nitrate", "ammonium", "urea", "phosphorus", "potassium"):
            row[place[name]] += getattr(spread, name)
        total, deep = row[3:6].sum(), place["incorporated"]
        row[deep] = (
            (row[deep] * before + spread.incorporated * (total - before)) / total if total > 0 else 1.0
        )
    for day, lost in case.leaf_loss.items():
        _row(work, (day - start).days)[place["leaf_loss"]] = lost
    return work


def _row(work: Floats, day: int) -> Floats:
    """Return the day's row; work before the start or after the harvest falls on a row that is thrown away."""
    return work[day] if 0 <= day < len(work) else np.zeros(work.shape[1])


def simulate(case: Case, values: Floats) -> Season:
    """Simulate one season.

    Parameters
    ----------
    case
        Crop, soil, weather and work.
    values
        The parameters, from :func:`parameter_values`.

    Raises
    ------
    InputError
        ``potato.dates``, ``potato.weather_span``.
    BalanceError
        ``potato.balance``: water, nitrogen or dry matter of a day does not close to 1e-6 mm or kg/ha.
    """
    from tuwei.potato.crop import _kernel

    arrays = arrays_of(case)
    daily, result = np.zeros((len(arrays.weather), len(DAILY))), np.zeros(len(RESULT))
    code = _kernel.season(values, arrays.soil, arrays.field, arrays.weather, arrays.management, daily, result)
    refuse(code, case.name)
    return Season(
        arrays.start, dict(zip(DAILY, daily.T, strict=True)), dict(zip(RESULT, result.tolist(), strict=True))
    )


def simulate_many(cases: Sequence[Case], values: Floats, *, backend: Backend = "numba") -> Floats:
    """Simulate every case with every row of ``values`` (n, parameters); return (cases, n, results of ``_layout.RESULT``).

    ``backend`` ``numba`` runs a season a thread; ``jax`` runs the same step over the whole batch, on an accelerator
    where there is one (extra ``accel``). They agree to 1e-6 of each result.

    Raises as :func:`simulate`, and InputError ``potato.backend``: there is no such back end, or JAX is not installed.
    """
    return run_batch(batch_of(cases), values, backend=backend)


@dataclass(frozen=True)
class Batch:
    """Cases stacked for the kernel; weather and work are padded with noughts after a harvest."""

    soil: Floats
    field: Floats
    weather: Floats
    management: Floats
    names: tuple[str, ...]

    def only(self, place: int) -> Batch:
        """Return the batch of one of the cases."""
        part = slice(place, place + 1)
        return Batch(
            self.soil[part], self.field[part], self.weather[part], self.management[part], self.names[part]
        )


def batch_of(cases: Sequence[Case]) -> Batch:
    """Stack cases."""
    every = [arrays_of(case) for case in cases]
    days = max(len(one.weather) for one in every)
    return Batch(
        np.stack([one.soil for one in every]), np.stack([one.field for one in every]),
        np.stack([_padded(one.weather, days) for one in every]), np.stack([_padded(one.management, days) for one in every]),
        tuple(case.name for case in cases),
    )  # fmt: skip


def _padded(table: Floats, days: int) -> Floats:
    return np.concatenate([table, np.zeros((days - len(table), table.shape[1]))])


def run_batch(batch: Batch, values: Floats, *, backend: Backend = "numba") -> Floats:
    """Simulate a batch with every row of ``values``; see :func:`simulate_many`."""
    rows, cases = len(values), len(batch.names)
    each, every = np.meshgrid(np.arange(cases), np.arange(rows), indexing="ij")
    which = np.stack([every.ravel(), *(each.ravel() for _ in range(4))], axis=1)
    tables = np.ascontiguousarray(values), batch.soil, batch.field, batch.weather, batch.management
    result, codes = _back_end(backend)(*tables, which)
    if codes.any():
        bad = int(np.flatnonzero(codes)[0])
        refuse(int(codes[bad]), batch.names[bad // rows])
    return result.reshape(cases, rows, len(RESULT))


def _back_end(name: str) -> Callable[..., tuple[Floats, NDArray[np.int64]]]:
    if name == "numba":
        return _on_threads
    if name == "jax" and find_spec("jax"):
        from tuwei.potato.crop._twin import twin_seasons

        return twin_seasons
    raise InputError("potato.backend", "没有后端“{got}”：可用 numba；jax 须先安装附加组件 accel（pip install 'tuwei[accel]'）。",
                     "There is no back end “{got}”: take numba; jax needs the extra accel (pip install 'tuwei[accel]').",
                     field="backend", got=name, expected="numba, jax")  # fmt: skip


def _on_threads(
    p: Floats, soil: Floats, field: Floats, weather: Floats, management: Floats, which: NDArray[np.int64]
) -> tuple[Floats, NDArray[np.int64]]:
    from tuwei.potato.crop import _kernel

    result, codes = np.zeros((len(which), len(RESULT))), np.zeros(len(which), np.int64)
    _kernel.seasons(p, soil, field, weather, management, which, result, codes)
    return result, codes


def refuse(code: int, name: str = "") -> None:
    """Raise what a kernel's error code means."""
    if code:
        raise BalanceError("potato.balance", "模型的{field}平衡不闭合（{file}）。", "The model's balance of {field} does not close ({file}).",
                           field=ERRORS[code], file=name)  # fmt: skip


def shifted(case: Case, **changes: Any) -> Case:
    """Return the case with some of its fields changed."""
    return replace(case, **changes)


def season_totals(season: Season) -> dict[str, float]:
    """Return the sums of the flows over the season, by the name of the flow."""
    return {name: season.result[f"total_{name}"] for name in FLOWS}


def day_of(season: Season, name: str) -> date | None:
    """Return the day of ``emerged``, ``initiated`` or ``vines_dead``, or None."""
    index = season.result[name]
    return None if index < 0 else season.start + timedelta(days=int(index))
