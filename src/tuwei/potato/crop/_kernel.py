"""A season in one call, and many in one: the day's order, the balances, and what a season is summed up to.

Water, nitrogen and dry matter are summed before and after every day; a difference beyond the tolerance ends the season
with the number of the balance (see ``_layout.ERRORS``).
"""

from __future__ import annotations

from math import erf
from typing import Any

import numpy as np
from numba import prange

from tuwei.potato.crop._compile import compiled, parallel, places
from tuwei.potato.crop._kernel_crop import (
    assimilate,
    content_of,
    develop,
    die_back,
    emerge,
    freeze,
    induction_of,
    kill_vines,
    night_weighted,
    share_out,
    sprout,
    tuber_nitrogen,
    wither,
)  # fmt: skip
from tuwei.potato.crop._kernel_nitrogen import M, X, critical_nitrogen, fertilise, nourish, take_up, transform
from tuwei.potato.crop._kernel_water import (
    P,
    S,
    capillary_rise,
    evaporate,
    infiltrate,
    refill_of,
    root_weights,
    runoff_of,
    transpire,
    wetness_of,
)  # fmt: skip
from tuwei.potato.crop._layout import DAILY, FIELD, FLOWS, LAYERS, POOLS, RESULT, STATE, WEATHER
from tuwei.potato.weather._evapotranspiration import Floats

F: Any = places("F", tuple(FIELD))
W: Any = places("W", tuple(WEATHER))
D: Any = places("D", tuple(DAILY))
R: Any = places("R", tuple(RESULT))
N_STATE, N_DAILY, N_POOLS, N_FLOWS = len(STATE), len(DAILY), len(POOLS), len(FLOWS)
N_RESULT = len(RESULT)
R_TOTALS = N_RESULT - N_FLOWS


@compiled
def season(
    p: Floats, soil: Floats, field: Floats, weather: Floats, management: Floats, daily: Floats, result: Floats
) -> int:
    """Simulate from day 0 to the harvest; write ``daily`` (unless it has no rows) and ``result``; return 0 or an error.

    Shapes and units: ``_layout``. The arrays are only read, but for ``daily`` and ``result``.
    """
    x, today = np.zeros(N_STATE), np.zeros(N_DAILY)
    water, nitrate, ammonium = np.zeros(LAYERS), np.zeros(LAYERS), np.zeros(LAYERS)
    organic, weights = np.zeros(LAYERS), np.zeros(LAYERS)
    start(x, p, soil, field, weather, result, water, nitrate, ammonium, organic)
    for day in range(int(field[F.harvest]) + 1):
        row, work = weather[day], management[day]
        fault = step(
            x, p, soil, field, row, work, water, nitrate, ammonium, organic, weights, today, result, day
        )
        if daily.shape[0] > 0:
            for i in range(N_DAILY):
                daily[day, i] = today[i]
        if fault:
            return fault
    finish(x, p, field, nitrate, ammonium, result)
    return 0


@compiled
def step(
    x: Floats, p: Floats, soil: Floats, field: Floats, row: Floats, work: Floats, water: Floats, nitrate: Floats,
    ammonium: Floats, organic: Floats, weights: Floats, today: Floats, result: Floats, day: int,
) -> int:  # fmt: skip
    """Do one day: what ``season`` and the twin of ``_twin`` share; return 0 or the number of the balance that fails."""
    for i in range(N_DAILY):
        today[i] = 0.0
    held = total(water), held_nitrogen(x, nitrate, ammonium, organic), held_matter(x)
    wet(x, p, soil, field, row, work, water, nitrate, ammonium, today, day, weights)
    grow(x, p, field, row, work, today, result, day)
    feed(x, p, soil, water, nitrate, ammonium, organic, weights, today)
    fault = balance(x, held, water, nitrate, ammonium, organic, today, field[F.tolerance], result)
    note(x, p, soil, water, nitrate, ammonium, organic, today)
    summarise(x, today, result)
    return fault


@compiled
def start(
    x: Floats, p: Floats, soil: Floats, field: Floats, weather: Floats, result: Floats, water: Floats, nitrate: Floats,
    ammonium: Floats, organic: Floats,
) -> None:  # fmt: skip
    """Set the state before the first day."""
    for i in range(N_RESULT):
        result[i] = 0.0
    for i in range(LAYERS):
        water[i] = soil[i, S.water] * soil[i, S.thickness]
        nitrate[i], ammonium[i] = soil[i, S.nitrate], soil[i, S.ammonium]
        organic[i] = (
            soil[i, S.carbon] * soil[i, S.density] * soil[i, S.thickness] * 100 / p[P.carbon_to_nitrogen]
        )
    result[R.emerged] = result[R.initiated] = result[R.vines_dead] = -1.0
    x[X.seed] = field[F.seed]
    x[X.n_shoot] = field[F.seed] * p[P.tuber_nitrogen] / 100
    x[X.soil_temperature] = 0.5 * (weather[0, W.tmin] + weather[0, W.tmax])
    x[X.wetted] = 1.0
    x[X.p_pool], x[X.k_pool] = field[F.phosphorus_supply], field[F.potassium_supply]
    x[X.water_stress] = x[X.n_stress] = x[X.pk_stress] = x[X.nni] = 1.0


@compiled
def total(layers: Floats) -> float:
    """Return the sum over the layers."""
    found = 0.0
    for i in range(LAYERS):
        found += layers[i]
    return found


@compiled
def held_nitrogen(x: Floats, nitrate: Floats, ammonium: Floats, organic: Floats) -> float:
    """Return all nitrogen in soil, crop and litter [kg/ha]."""
    return float(
        total(nitrate) + total(ammonium) + total(organic) + x[X.n_shoot] + x[X.n_tuber] + x[X.n_litter]
    )


@compiled
def held_matter(x: Floats) -> float:
    """Return all dry matter, the dead and the seed included [kg/ha]."""
    return float(x[X.leaf] + x[X.stem] + x[X.root] + x[X.tuber] + x[X.seed] + x[X.dead])


@compiled
def wet(
    x: Floats, p: Floats, soil: Floats, field: Floats, row: Floats, work: Floats, water: Floats, nitrate: Floats,
    ammonium: Floats, today: Floats, day: int, weights: Floats,
) -> None:  # fmt: skip
    """Do the day's water and what dissolves in it."""
    gross, part, fraction = work[M.irrigation], work[M.efficiency], work[M.wetted]
    if (
        x[X.stage] < 3
        and day >= field[F.planting]
        and wetness_of(water, soil, field[F.auto_depth]) < field[F.auto_threshold]
    ):
        gross, part, fraction = refill_of(water, soil, field[F.auto_depth]), 1.0, field[F.auto_wetted]
    extra = 0.01 * gross * field[F.irrigation_nitrogen] + field[F.deposition]
    brought, lost = fertilise(x, nitrate, ammonium, p, work, field[F.ph], extra)
    today[D.nitrogen_input], today[D.volatilised] = brought, lost
    today[D.rain], today[D.irrigation], today[D.irrigation_loss] = row[W.rain], gross, gross * (1 - part)
    today[D.runoff] = runoff_of(row[W.rain], field[F.curve_number], wetness_of(water, soil, 300.0))
    inflow = row[W.rain] - today[D.runoff] + gross * part
    today[D.percolation], today[D.leached] = infiltrate(water, nitrate, soil, inflow)
    today[D.capillary] = capillary_rise(water, soil, p, field[F.water_table], max(300.0, x[X.depth]))
    if row[W.rain] > 3:
        x[X.wetted] = 1.0
    elif gross > 0:
        x[X.wetted] = fraction
    _evapotranspire(x, p, soil, field, row, water, today, weights)


@compiled
def _evapotranspire(
    x: Floats,
    p: Floats,
    soil: Floats,
    field: Floats,
    row: Floats,
    water: Floats,
    today: Floats,
    weights: Floats,
) -> None:
    climate = (
        0.04 * (row[W.wind] - 2) - 0.004 * (row[W.humidity] - 45)
    ) * 0.2**0.3  # eq. 70 and 72, h = 0.6 m
    cover = 1 - np.exp(-p[P.extinction] * x[X.lai])
    kcb = max(0.0, p[P.crop_coefficient] + climate) * (1 - np.exp(-p[P.cover_rate] * x[X.lai]))
    highest = max(1.2 + climate, kcb + 0.05)
    bare = min(1 - cover, x[X.wetted]) * (1 - field[F.mulch])
    today[D.et0] = row[W.et0]
    today[D.evaporation] = evaporate(water, soil, p, row[W.et0], kcb, highest, bare)
    if x[X.stage] >= 1:
        root_weights(soil, x[X.depth], weights)
        today[D.transpiration], x[X.water_stress] = transpire(water, soil, p, weights, kcb * row[W.et0])


@compiled
def grow(
    x: Floats, p: Floats, field: Floats, row: Floats, work: Floats, today: Floats, result: Floats, day: int
) -> None:
    """Do the day's crop."""
    celsius = 0.5 * (row[W.tmin] + row[W.tmax])
    x[X.soil_temperature] += (celsius - x[X.soil_temperature]) / 7
    if x[X.stage] == 0.0 and day >= field[F.planting]:
        sprout(x, p, field[F.depth])
        again = result[R.emerged] >= 0
        recorded = field[F.emergence] >= 0 and not again
        due = day >= field[F.emergence] if recorded else x[X.sprout] >= 1
        if due:
            emerge(x, p, field[F.density], field[F.depth])
            if not again:
                result[R.emerged] = day
    elif x[X.stage] >= 1.0:
        _grow_on(x, p, field, row, work, today, result, day, celsius)


@compiled
def _grow_on(
    x: Floats,
    p: Floats,
    field: Floats,
    row: Floats,
    work: Floats,
    today: Floats,
    result: Floats,
    day: int,
    celsius: float,
) -> None:
    before = x[X.stage]
    if before < 3:
        induced = induction_of(p, night_weighted(row[W.tmin], row[W.tmax]), row[W.daylength])
        develop(x, p, celsius, induced)
    if x[X.stage] == 2.0 and before == 1.0:
        result[R.initiated] = day
    today[D.heat_day] = 1.0 if row[W.tmax] > 30 else 0.0
    if x[X.stage] < 3:
        daytime = celsius + 0.25 * (row[W.tmax] - row[W.tmin])
        made, seed = assimilate(x, p, daytime, row[W.srad], field[F.co2])
        today[D.assimilation] = made
        x[X.seed] -= seed
        grown, _ = share_out(x, p, made + seed, celsius, row[W.srad])
        tuber_nitrogen(x, p, grown)
        x[X.depth] += p[P.root_growth] * min(1.0, max(0.0, (celsius - 4) / 14))
        x[X.depth] = min(x[X.depth], p[P.root_deepest])
        today[D.frost_loss] = freeze(p, row[W.tmin])
        wither(x, p, work[M.leaf_loss], today[D.frost_loss])
        if day == field[F.vine_kill]:
            kill_vines(x, p)
        elif x[X.stage] == 1.0 and x[X.lai] < 0.05 * p[P.leaf_start]:
            die_back(x, p)
        elif x[X.stage] >= 2.0 and x[X.lai] < 0.05:
            x[X.stage] = 3.0
        if x[X.stage] >= 3:
            result[R.vines_dead] = day
    else:
        x[X.killed] += 1.0


@compiled
def feed(
    x: Floats, p: Floats, soil: Floats, water: Floats, nitrate: Floats, ammonium: Floats, organic: Floats,
    weights: Floats, today: Floats,
) -> None:  # fmt: skip
    """Do the day's nitrogen in the soil, and the crop's uptake."""
    made, turned, gone = transform(water, organic, ammonium, nitrate, soil, p, x[X.soil_temperature])
    today[D.mineralised], today[D.nitrified], today[D.denitrified] = made, turned, gone
    if 1.0 <= x[X.stage] < 3.0:
        wanted = p[P.luxury_nitrogen] * critical_nitrogen(x, p) - x[X.n_shoot] - x[X.n_tuber]
        wanted = min(wanted, p[P.uptake_highest]) * min(1.0, x[X.lai] / 0.5)
        today[D.nitrogen_uptake] = take_up(water, nitrate, ammonium, soil, p, weights, wanted)
        x[X.n_shoot] += today[D.nitrogen_uptake]
        nourish(x, p)


@compiled
def balance(
    x: Floats, held: tuple[float, float, float], water: Floats, nitrate: Floats, ammonium: Floats, organic: Floats,
    today: Floats, tolerance: float, result: Floats,
) -> int:  # fmt: skip
    """Compare what is held now with before and what came and went; return 0, or the number of the balance that fails."""
    came = (
        today[D.rain] + today[D.irrigation] + today[D.capillary] - today[D.irrigation_loss] - today[D.runoff]
    )
    went = today[D.evaporation] + today[D.transpiration] + today[D.percolation]
    error_water = abs(total(water) - held[0] - came + went)
    went = today[D.leached] + today[D.volatilised] + today[D.denitrified]
    error_nitrogen = abs(
        held_nitrogen(x, nitrate, ammonium, organic) - held[1] - today[D.nitrogen_input] + went
    )
    error_matter = abs(held_matter(x) - held[2] - today[D.assimilation])
    result[R.balance_water] = max(result[R.balance_water], error_water)
    result[R.balance_nitrogen] = max(result[R.balance_nitrogen], error_nitrogen)
    result[R.balance_matter] = max(result[R.balance_matter], error_matter)
    if not np.isfinite(error_water + error_nitrogen + error_matter):
        return 4
    if error_water > tolerance:
        return 1
    if error_nitrogen > tolerance:
        return 2
    if error_matter > tolerance:
        return 3
    return 0


@compiled
def note(
    x: Floats,
    p: Floats,
    soil: Floats,
    water: Floats,
    nitrate: Floats,
    ammonium: Floats,
    organic: Floats,
    today: Floats,
) -> None:
    """Write the pools of the day's end."""
    today[D.stage], today[D.lai] = x[X.stage], x[X.lai]
    today[D.cover] = 1 - np.exp(-p[P.extinction] * x[X.lai])
    today[D.leaf], today[D.stem], today[D.root] = x[X.leaf], x[X.stem], x[X.root]
    today[D.tuber], today[D.seed], today[D.dead] = x[X.tuber], x[X.seed], x[X.dead]
    today[D.tuber_content] = content_of(x, p)
    today[D.plant_nitrogen], today[D.tuber_nitrogen] = x[X.n_shoot] + x[X.n_tuber], x[X.n_tuber]
    today[D.litter_nitrogen], today[D.nutrition_index] = x[X.n_litter], x[X.nni]
    today[D.water_stress], today[D.nitrogen_stress] = x[X.water_stress], x[X.n_stress]
    today[D.nutrient_stress] = x[X.pk_stress]
    today[D.soil_water], today[D.root_depth] = total(water), x[X.depth]
    today[D.available_water] = wetness_of(water, soil, max(300.0, x[X.depth]))
    today[D.nitrate], today[D.ammonium] = total(nitrate), total(ammonium)
    today[D.organic_nitrogen] = total(organic)
    today[D.thermal_time], today[D.phosphorus], today[D.potassium] = x[X.thermal], x[X.p_crop], x[X.k_crop]


@compiled
def summarise(x: Floats, today: Floats, result: Floats) -> None:
    """Add the day to the season."""
    for i in range(N_FLOWS):
        result[R_TOTALS + i] += today[N_POOLS + i]
    result[R.lai_max] = max(result[R.lai_max], x[X.lai])
    result[R.top] = x[X.leaf] + x[X.stem] if x[X.stage] < 3 else result[R.top]
    if result[R.emerged] >= 0 and x[X.stage] < 3:
        result[R.stress_water] += x[X.water_stress]
        result[R.stress_nitrogen] += x[X.n_stress]


@compiled
def finish(x: Floats, p: Floats, field: Floats, nitrate: Floats, ammonium: Floats, result: Floats) -> None:
    """Sum the season up; tuber weights are log-normal by number around the mean (Struik et al. 1990)."""
    days = 0.0
    if result[R.emerged] >= 0:
        end = result[R.vines_dead] if result[R.vines_dead] >= 0 else field[F.harvest] + 1
        days = max(1.0, end - result[R.emerged])
    result[R.stress_water] = result[R.stress_water] / days if days else 1.0
    result[R.stress_nitrogen] = result[R.stress_nitrogen] / days if days else 1.0
    result[R.tuber], result[R.content] = x[X.tuber], content_of(x, p)
    result[R.fresh] = x[X.tuber] / 1000 / result[R.content]
    result[R.number] = p[P.tubers] * (field[F.density] / 4.5) ** p[P.tuber_density] if x[X.tuber] > 0 else 0.0
    result[R.nitrogen_in_crop], result[R.nitrogen_in_tubers] = x[X.n_shoot] + x[X.n_tuber], x[X.n_tuber]
    result[R.mineral_nitrogen_left] = total(nitrate) + total(ammonium)
    result[R.skin_set] = min(1.0, x[X.killed] / p[P.skin_days])
    if result[R.number] > 0:
        mean = 100 * result[R.fresh] / result[R.number]  # g a tuber
        small, medium, large = _under(mean, p, 75.0), _under(mean, p, 150.0), _under(mean, p, 300.0)
        result[R.small], result[R.medium] = small, medium - small
        result[R.large], result[R.oversize] = large - medium, 1 - large


@compiled
def _under(mean: float, p: Floats, limit: float) -> float:
    """Return the mass fraction of tubers lighter than ``limit`` [g]."""
    spread = np.sqrt(np.log(1 + p[P.tuber_spread] ** 2))
    centre = np.log(mean) + 0.5 * spread**2  # of the mass, not of the number
    return 0.5 * (1 + erf((np.log(limit) - centre) / (spread * np.sqrt(2.0))))


@parallel
def seasons(
    p: Floats,
    soil: Floats,
    field: Floats,
    weather: Floats,
    management: Floats,
    which: Any,
    result: Floats,
    codes: Any,
) -> None:
    """Simulate many seasons, one a thread.

    ``which`` (n, 5), integers: the row of parameters, soil, field, weather and management that season i takes from
    ``p`` (·, n), ``soil`` (·, 8, n), ``field`` (·, n), ``weather`` (·, days, n), ``management`` (·, days, n).
    """
    for i in prange(which.shape[0]):
        a, b, c, d, e = which[i, 0], which[i, 1], which[i, 2], which[i, 3], which[i, 4]
        codes[i] = season(
            p[a], soil[b], field[c], weather[d], management[e], np.empty((0, N_DAILY)), result[i]
        )
