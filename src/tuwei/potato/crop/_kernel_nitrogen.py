"""Nitrogen of a season's day, in the soil and the crop; phosphorus and potassium as seasonal supplies.

Literature: first-order turnover after Stanford & Smith 1972, Gilmour 1984, Bradbury et al. 1993; loss of ammonia after
the EMEP/EEA guidebook 2019; critical dilution after Bélanger et al. 2001; supply and recovery of P and K after QUEFTS
(Janssen et al. 1990).
"""

from __future__ import annotations

from typing import Any

from tuwei.potato.crop._compile import compiled, places
from tuwei.potato.crop._kernel_water import P, S
from tuwei.potato.crop._layout import LAYERS, MANAGEMENT, STATE
from tuwei.potato.weather._evapotranspiration import Floats

M: Any = places("M", tuple(MANAGEMENT))
X: Any = places("X", tuple(STATE))


@compiled
def fertilise(
    x: Floats, nitrate: Floats, ammonium: Floats, p: Floats, today: Floats, ph: float, extra: float
) -> tuple[float, float]:
    """Put the day's nutrients on; return nitrogen brought and ammonia lost [kg N/ha].

    ``extra`` is nitrate [kg N/ha] in the irrigation water and the rain. Urea is ammonium at once. Ammonium salts
    lose twice as much above pH 7 (EMEP/EEA guidebook, normal and high pH).
    """
    open_ = 1 - today[M.incorporated]
    salt = p[P.volatile_ammonium] * (1.0 if ph <= 7 else 2.0)
    lost = open_ * (p[P.volatile_urea] * today[M.urea] + salt * today[M.ammonium])
    kept = today[M.urea] + today[M.ammonium] - lost
    deep = 0.5 * today[M.incorporated]
    nitrate[0] += (1 - deep) * today[M.nitrate] + extra
    nitrate[1] += deep * today[M.nitrate]
    ammonium[0] += (1 - deep) * kept
    ammonium[1] += deep * kept
    if x[X.p_pool] >= 0:
        x[X.p_pool] += p[P.phosphorus_recovery] * today[M.phosphorus]
    if x[X.k_pool] >= 0:
        x[X.k_pool] += p[P.potassium_recovery] * today[M.potassium]
    return today[M.nitrate] + today[M.ammonium] + today[M.urea] + extra, lost


@compiled
def transform(
    water: Floats, organic: Floats, ammonium: Floats, nitrate: Floats, soil: Floats, p: Floats, celsius: float
) -> tuple[float, float, float]:
    """Mineralise, nitrify, denitrify for a day; return the three [kg N/ha]."""
    made, turned, gone = 0.0, 0.0, 0.0
    if celsius <= 0:
        return made, turned, gone
    heat = p[P.warming] ** ((celsius - 20) / 10)
    for i in range(LAYERS):
        theta = water[i] / soil[i, S.thickness]
        capacity, wilting = soil[i, S.capacity], soil[i, S.wilting]
        moist = min(1.0, max(0.0, (theta - wilting) / (capacity - wilting)))
        wet = min(1.0, max(0.0, (theta - capacity) / (soil[i, S.saturation] - capacity)))
        new = min(1.0, p[P.mineralisation] * heat * moist) * organic[i]
        organic[i] -= new
        ammonium[i] += new
        through = min(1.0, p[P.nitrification] * heat * moist * (1 - wet)) * ammonium[i]
        ammonium[i] -= through
        nitrate[i] += through
        out = min(1.0, p[P.denitrification] * heat * wet) * nitrate[i]
        nitrate[i] -= out
        made, turned, gone = made + new, turned + through, gone + out
    return made, turned, gone


@compiled
def take_up(
    water: Floats, nitrate: Floats, ammonium: Floats, soil: Floats, p: Floats, weights: Floats, demand: float
) -> float:
    """Take up to ``demand`` [kg N/ha] from the rooted layers and return it; ammonium moves at half the rate."""
    if demand <= 0:
        return 0.0
    densest = 1e-9
    for i in range(LAYERS):
        densest = max(densest, weights[i] / soil[i, S.thickness])
    supply = 0.0
    for i in range(LAYERS):
        supply += _rate(water, soil, p, weights, densest, i) * (nitrate[i] + 0.5 * ammonium[i])
    part = min(1.0, demand / max(supply, 1e-12))
    taken = 0.0
    for i in range(LAYERS):
        rate = part * _rate(water, soil, p, weights, densest, i)
        taken += rate * (nitrate[i] + 0.5 * ammonium[i])
        nitrate[i] -= rate * nitrate[i]
        ammonium[i] -= 0.5 * rate * ammonium[i]
    return taken


@compiled
def _rate(water: Floats, soil: Floats, p: Floats, weights: Floats, densest: float, i: int) -> float:
    moist = (water[i] / soil[i, S.thickness] - soil[i, S.wilting]) / (
        soil[i, S.capacity] - soil[i, S.wilting]
    )
    return float(p[P.uptake_rate] * weights[i] / soil[i, S.thickness] / densest * min(1.0, max(0.0, moist)))


@compiled
def critical_nitrogen(x: Floats, p: Floats) -> float:
    """Return the crop's nitrogen [kg/ha] on the critical curve, Nc = a W^-b with W [t/ha] of tops and tubers, at least 1."""
    weight = (x[X.leaf] + x[X.stem] + x[X.tuber]) / 1000
    return float(10 * weight * p[P.critical_nitrogen] * max(weight, 1.0) ** -p[P.critical_dilution])


@compiled
def _take(x: Floats, crop: int, pool: int, wanted: float, rate: float) -> float:
    """Take what the crop wants of a nutrient, no more than the pool gives in a day where it is known; return the share held."""
    taken = max(0.0, wanted - x[crop])
    if x[pool] >= 0:
        taken = min(taken, rate * x[pool])
        x[pool] -= taken
    x[crop] += taken
    return float(x[crop] / max(wanted, 1e-9))


@compiled
def nourish(x: Floats, p: Floats) -> None:
    """Take the day's phosphorus and potassium, and set their stress and the nitrogen index and stress."""
    critical = critical_nitrogen(x, p)
    x[X.nni] = (x[X.n_shoot] + x[X.n_tuber]) / critical if critical > 1e-6 else 1.0
    hungry = min(1.0, max(0.0, (x[X.nni] - p[P.nitrogen_least]) / 0.2))
    x[X.n_stress] = hungry * max(0.0, 1 - p[P.nitrogen_sensitivity] * max(0.0, 1 - x[X.nni]))
    weight = x[X.leaf] + x[X.stem] + x[X.tuber]
    phosphorus = _take(x, X.p_crop, X.p_pool, p[P.phosphorus_content] / 100 * weight, p[P.nutrient_rate])
    potassium = _take(x, X.k_crop, X.k_pool, p[P.potassium_content] / 100 * weight, p[P.nutrient_rate])
    shortest = min(1.0, phosphorus, potassium)
    x[X.pk_stress] = max(0.0, 1 - p[P.nutrient_sensitivity] * (1 - shortest)) if weight > 1e-6 else 1.0
