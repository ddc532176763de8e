"""Late blight of a day: latent, infectious and removed lesions, compiled; the crop's kernel calls ``blight_day``.

Equations and coefficients: LB2004, the LATEBLIGHT model as modified by Andrade-Piedra et al. (2005), Phytopathology
95:1191–1199, after Bruhn and Fry (1981), Phytopathology 71:612–616. The state is a flat array per square metre of
ground: sixteen daily cohorts of lesions, their diameters, how far each is through its latent period, and three sums.
"""

from __future__ import annotations

import math
from typing import Any

from tuwei.potato.blight._parameters import blight_names
from tuwei.potato.crop._compile import compiled, places
from tuwei.potato.weather._evapotranspiration import Floats

B: Any = places("B", blight_names())
COHORTS = 16
DIAMETER, LATENT = COHORTS, 2 * COHORTS  # first places in the state
REMOVED, SPORANGIA, DISEASED = 3 * COHORTS, 3 * COHORTS + 1, 3 * COHORTS + 2
STATE_SIZE = (
    3 * COHORTS + 3
)  # area no longer active, sporangia landed yesterday, diseased area of yesterday: m2 m-2

FIRST_DIAMETER = 0.002  # m, of a lesion that begins to show
MOST_DIRECT, MOST_ZOOSPORES, MOST_ZOOSPORE_GERMINATION = 0.29, 0.81, 0.96
ZOOSPORES = 6.567  # a sporangium
SPORANGIUM_SUCCESS, ZOOSPORE_SUCCESS = 0.10, 0.01
SHORTEST_LATENT, LONGEST_LATENT = 2, 8  # days
HUMID_HOURS_TO_SPORULATE = 6.0
SPORULATION_SHARE = 0.36


@compiled
def blight_day(
    state: Floats, hourly_t: Floats, hourly_rh: Floats, leaf_area: float, fungicide: float, parameters: Floats
) -> float:
    """Step the disease by a day and return the fraction of the green leaf area lost today.

    Parameters
    ----------
    state
        Shape (51,), changed in place; zeros before the disease.
    hourly_t, hourly_rh
        Temperature [°C] and relative humidity [%], shape (24,).
    leaf_area
        Green leaf area index this morning [m2 m-2], without what blight has taken.
    fungicide
        Protectant left on the leaves, as a share of the label's dose.
    parameters
        In the order of ``data/blight.toml``.

    Notes
    -----
    Deviations from LB2004: the whole of the newest visible cohort sheds, not a part of it; sporangia are intercepted by the leaf area there is; sporangia may come from outside the field.
    """
    mean, humid_mean, humid_hours = _humid(hourly_t, hourly_rh, parameters[B.humid])
    diseased = state[DISEASED]
    severity = diseased / max(diseased + leaf_area, 1e-9)
    landed = state[SPORANGIA] + parameters[B.inflow] * parameters[B.inoculum]
    fresh = landed * _success(mean, humid_mean, humid_hours, fungicide, parameters)
    _age(state, fresh, latent_progress(mean))
    _grow(state, mean, severity, parameters)
    area = _area(state)
    today = min(max(area, diseased), diseased + leaf_area)
    state[DISEASED] = today
    state[SPORANGIA] = _landing(state, mean, humid_mean, humid_hours, today, leaf_area, parameters)
    return float((today - diseased) / leaf_area) if leaf_area > 1e-9 else 0.0


@compiled
def infect(state: Floats, lesions: float) -> None:
    """Put lesions [m-2] of today into the state."""
    state[0] += lesions


@compiled
def fungicide_day(residue: float, rain: float, parameters: Floats) -> float:
    """Return what is left of a protectant after a day with ``rain`` [mm]: it weathers and is washed off."""
    weathered = 0.5 ** (1.0 / parameters[B.fungicide_half_life])
    washed = 0.5 ** (rain / parameters[B.fungicide_rain_half])
    return float(residue * weathered * washed)


@compiled
def fungicide_efficacy(residue: float, parameters: Floats) -> float:
    """Return the share of infections that a residue stops, 0..1."""
    return float(residue / (residue + parameters[B.fungicide_half_dose]))


@compiled
def _humid(temperature: Floats, humidity: Floats, threshold: float) -> tuple[float, float, float]:
    total, wet, hours = 0.0, 0.0, 0.0
    for hour in range(24):
        total += temperature[hour]
        if humidity[hour] >= threshold:
            wet += temperature[hour]
            hours += 1.0
    return total / 24.0, wet / hours if hours > 0.0 else total / 24.0, hours


@compiled
def latent_progress(T: float) -> float:
    """Return how far a day at mean temperature T [°C] brings a lesion through its latent period, 1 at best."""
    days = 4.571693 - 0.310652 * T + 0.006755 * T * T
    return 1.0 / max(days, 0.5)


@compiled
def lesion_growth(T: float) -> float:
    """Return the growth of a lesion at mean temperature T [°C], relative to the best."""
    if T < 4.09 or T > 32.94:
        return 0.0
    if T < 8.0:
        return max(0.064246 * T - 0.262690, 0.0)
    return max(0.126636 - 0.038378 * T + 0.008593 * T * T - 0.000229 * T * T * T, 0.0)


@compiled
def sporulation(T: float) -> float:
    """Return sporulation in humid hours of mean temperature T [°C], relative to the best."""
    if T < 7.26 or T > 25.29:
        return 0.0
    return max(-4.796667 + 1.021578 * T - 0.056437 * T * T + 0.000931 * T * T * T, 0.0)


@compiled
def germinated(T: float) -> tuple[float, float]:
    """Return germ tubes of sporangia and of zoospores per sporangium on leaves wet at T [°C]."""
    direct = 0.0
    if 14.0 <= T <= 29.0:
        direct = MOST_DIRECT * max(2.1 + T * (-0.48 + T * (0.031 + T * (-4.5e-4 - 4.4e-6 * T))), 0.0)
    released = 0.0
    if 0.0 <= T <= 24.0:
        shape = 1.314e-2 + T * (6.98e-2 + T * (1.815e-2 + T * (-2.23e-3 + T * (7.48e-5 - 7.68e-7 * T))))
        released = MOST_ZOOSPORES * ZOOSPORES * max(shape, 0.0)
    grown = 0.0
    if 0.0 <= T <= 28.0:
        shape = 4.94e-3 + T * (0.364 + T * (-5.813e-2 + T * (4.52e-3 + T * (-1.617e-4 + 2.068e-6 * T))))
        grown = MOST_ZOOSPORE_GERMINATION * max(shape, 0.0)
    return direct, released * grown


@compiled
def wetness(hours: float, T: float) -> float:
    """Return 0..1 how far leaves wet for ``hours`` at T [°C] let infection through."""
    felt = hours * min(1.0, 0.03 * T + 0.4)
    if felt > 8.0:
        return min(0.8 + 0.0125 * (felt - 8.0), 1.0)
    return max(0.0, 0.16 * (felt - 3.0))


@compiled
def _success(mean: float, T: float, humid_hours: float, fungicide: float, parameters: Floats) -> float:
    """Return lesions per sporangium landed."""
    if humid_hours <= 0.0 or T < 1.5 or T > 30.0:
        return 0.0
    wet_hours = min(humid_hours + parameters[B.dew_hours], 24.0)
    tubes, zoospore_tubes = germinated((mean + T) / 2.0)
    warm = max(-0.4846 + T * (0.3735 + T * (-3.556e-2 + T * (1.509e-3 - 2.405e-5 * T))), 0.0)
    open_ = warm * wetness(wet_hours, T) * parameters[B.infection_efficiency]
    left = 1.0 - fungicide_efficacy(fungicide, parameters)
    return float((tubes * SPORANGIUM_SUCCESS + zoospore_tubes * ZOOSPORE_SUCCESS) * open_ * left)


@compiled
def _age(state: Floats, fresh: float, progress: float) -> None:
    """Move every cohort a day on; the oldest one's area is removed from the active one."""
    last = COHORTS - 1
    state[REMOVED] += state[last] * math.pi / 4.0 * state[DIAMETER + last] ** 2
    for age in range(last, 0, -1):
        state[age] = state[age - 1]
        state[DIAMETER + age] = state[DIAMETER + age - 1]
        state[LATENT + age] = state[LATENT + age - 1] + progress
    state[0], state[DIAMETER], state[LATENT] = fresh, 0.0, 0.0


@compiled
def _shows(state: Floats, age: int, parameters: Floats) -> bool:
    """Return whether a cohort is through its latent period: LB2004 lets it show a day before its sum is full."""
    if age < SHORTEST_LATENT:
        return False
    return age >= LONGEST_LATENT or state[LATENT + age] > parameters[B.latent_period] - 1.0


@compiled
def _grow(state: Floats, mean: float, severity: float, parameters: Floats) -> None:
    """Let visible lesions expand, the less the denser and the more of the leaf is gone."""
    visible = 0.0
    for age in range(COHORTS):
        if _shows(state, age, parameters):
            visible += state[age]
    crowded = min(1.0, 2.7 - 0.32 * math.log10(visible)) if visible > 1e-12 else 1.0
    density = max(crowded * math.exp(-2.1 * min(severity, 0.9)), 0.0)
    daily = lesion_growth(mean) * parameters[B.lesion_growth] * density
    for age in range(COHORTS):
        if _shows(state, age, parameters):
            if state[DIAMETER + age] == 0.0:
                state[DIAMETER + age] = FIRST_DIAMETER * density
            else:
                state[DIAMETER + age] += daily * max(0.0, min(1.0, 1.72 - 0.12 * age))


@compiled
def _area(state: Floats) -> float:
    area = state[REMOVED]
    for age in range(COHORTS):
        area += state[age] * math.pi / 4.0 * state[DIAMETER + age] ** 2
    return float(area)


@compiled
def _landing(
    state: Floats,
    mean: float,
    T: float,
    humid_hours: float,
    diseased: float,
    leaf_area: float,
    parameters: Floats,
) -> float:
    """Return the sporangia that the active lesions shed today and that land on green leaves [m-2 ground]."""
    humid = min(max((humid_hours - HUMID_HOURS_TO_SPORULATE) / (24.0 - HUMID_HOURS_TO_SPORULATE), 0.0), 1.0)
    active = _area(state) - state[REMOVED]
    shed = SPORULATION_SHARE * parameters[B.sporulation] * sporulation(T) * humid * active
    hot = math.exp(6.0 * (0.537 - 0.0256 * mean)) if mean > 21.0 else 1.0
    green = leaf_area / max(leaf_area + diseased, 1e-9)
    caught = 1.0 - math.exp(-parameters[B.interception] * (leaf_area + diseased))
    return float(shed * parameters[B.catch] * hot * green * caught)
