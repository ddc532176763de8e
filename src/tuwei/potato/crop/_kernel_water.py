"""Water of a season's day: runoff, a layered tipping bucket, evaporation and transpiration after FAO-56.

Literature: Allen et al. 1998, FAO-56 ("eq." below); USDA-NRCS National Engineering Handbook 630 ch. 10 and Hawkins et
al. 1985 (curve number); Ritchie 1998 (drainage above field capacity); Jarvis 1989 (compensation between layers).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tuwei.potato.crop._compile import compiled, places
from tuwei.potato.crop._layout import LAYERS, SOIL
from tuwei.potato.crop._parameters import parameters
from tuwei.potato.weather._evapotranspiration import Floats

P: Any = places("P", tuple(one.name for one in parameters()))
S: Any = places("S", tuple(SOIL))


@compiled
def runoff_of(rain: float, curve_number: float, wetness: float) -> float:
    """Return the runoff [mm] of a day's rain [mm]; ``wetness`` 0..1 of the topsoil moves the number from dry to wet."""
    dry = curve_number / (2.281 - 0.01281 * curve_number)
    wet = curve_number / (0.427 + 0.00573 * curve_number)
    if wetness < 0.5:
        number = dry + (curve_number - dry) * 2 * wetness
    else:
        number = curve_number + (wet - curve_number) * (2 * wetness - 1)
    storage = 25400 / number - 254
    if rain <= 0.2 * storage:
        return 0.0
    return (rain - 0.2 * storage) ** 2 / (rain + 0.8 * storage)


@compiled
def wetness_of(water: Floats, soil: Floats, depth: float) -> float:
    """Return the plant-available fraction (0..1) of the soil down to ``depth`` [mm]."""
    held, room, top = 0.0, 0.0, 0.0
    for i in range(LAYERS):
        thick = soil[i, S.thickness]
        part = min(1.0, max(0.0, (depth - top) / thick))
        held += part * (water[i] - soil[i, S.wilting] * thick)
        room += part * (soil[i, S.capacity] - soil[i, S.wilting]) * thick
        top += thick
    return min(1.0, max(0.0, held / max(room, 1e-9)))


@compiled
def refill_of(water: Floats, soil: Floats, depth: float) -> float:
    """Return the water [mm] that brings the soil down to ``depth`` [mm] to field capacity."""
    lack, top = 0.0, 0.0
    for i in range(LAYERS):
        thick = soil[i, S.thickness]
        lack += min(1.0, max(0.0, (depth - top) / thick)) * max(0.0, soil[i, S.capacity] * thick - water[i])
        top += thick
    return lack


@compiled
def infiltrate(water: Floats, nitrate: Floats, soil: Floats, inflow: float) -> tuple[float, float]:
    """Let ``inflow`` [mm] down through the layers; return percolation [mm] and nitrate leached [kg N/ha].

    Above saturation all passes on; between capacity and saturation the drainage fraction of the layer. Nitrate
    leaves a layer in the share that its water does (complete mixing).
    """
    flux, carried = inflow, 0.0
    for i in range(LAYERS):
        thick = soil[i, S.thickness]
        nitrate[i] += carried
        water[i] += flux
        flux = max(0.0, water[i] - soil[i, S.saturation] * thick)
        flux += soil[i, S.drainage] * max(0.0, water[i] - flux - soil[i, S.capacity] * thick)
        carried = nitrate[i] * flux / max(water[i], 1e-9)
        water[i] -= flux
        nitrate[i] -= carried
    return flux, carried


@compiled
def capillary_rise(water: Floats, soil: Floats, p: Floats, table: float, depth: float) -> float:
    """Return what rises [mm] from a water table [mm deep] into the layers the roots hold, and put it there."""
    if table < 0:
        return 0.0
    rise = p[P.capillary_highest] * np.exp(-p[P.capillary_decay] * max(0.0, table - depth))
    left, top = rise, 0.0
    for i in range(LAYERS - 1, -1, -1):
        lack = max(0.0, soil[i, S.capacity] * soil[i, S.thickness] - water[i])
        top = min(lack, left)
        water[i] += top
        left -= top
    return float(rise - left)


@compiled
def evaporate(
    water: Floats, soil: Floats, p: Floats, et0: float, demand: float, highest: float, bare: float
) -> float:
    """Take the soil's evaporation [mm] from the first layer and return it, eq. 71 to 75.

    ``demand`` is Kcb, ``highest`` Kc max (eq. 72), ``bare`` the exposed and wetted fraction (eq. 75).
    """
    thick = soil[0, S.thickness]
    total = (soil[0, S.capacity] - 0.5 * soil[0, S.wilting]) * thick
    ready = p[P.readily_evaporable] * total
    lost = max(0.0, soil[0, S.capacity] * thick - water[0])
    reduction = 1.0 if lost <= ready else max(0.0, (total - lost) / (total - ready))
    ke = min(reduction * (highest - demand), bare * highest)
    taken = min(max(0.0, ke) * et0, max(0.0, water[0] - 0.5 * soil[0, S.wilting] * thick))
    water[0] -= taken
    return float(taken)


@compiled
def root_weights(soil: Floats, depth: float, weights: Floats) -> None:
    """Write the share of the roots in each layer (sum 1) for roots down to ``depth`` [mm]."""
    top, total = 0.0, 0.0
    for i in range(LAYERS):
        thick = soil[i, S.thickness]
        weights[i] = soil[i, S.rooting] * max(0.0, min(depth - top, thick))
        total += weights[i]
        top += thick
    for i in range(LAYERS):
        weights[i] /= max(total, 1e-9)


@compiled
def transpire(water: Floats, soil: Floats, p: Floats, weights: Floats, demand: float) -> tuple[float, float]:
    """Take the transpiration from the rooted layers; return it [mm] and its ratio to ``demand`` [mm], eq. 81 to 84.

    Two changes: wet layers make up for dry ones (Jarvis 1989), and a small demand is met from what moist roots supply.
    """
    if demand <= 0:
        return 0.0, 1.0
    share = min(0.8, max(0.1, p[P.depletion] + 0.04 * (5 - demand)))
    open_ = np.empty(LAYERS)
    total = 0.0
    for i in range(LAYERS):
        thick = soil[i, S.thickness]
        room = (soil[i, S.capacity] - soil[i, S.wilting]) * thick
        ks = (water[i] - soil[i, S.wilting] * thick) / max((1 - share) * room, 1e-9)
        open_[i] = weights[i] * min(1.0, max(0.0, ks))
        total += open_[i]
    wanted = min(demand, max(p[P.compensation] * demand, p[P.root_supply]) * total)
    taken = 0.0
    for i in range(LAYERS):
        part = wanted * open_[i] / max(total, 1e-9)
        part = min(part, max(0.0, water[i] - soil[i, S.wilting] * soil[i, S.thickness]))
        water[i] -= part
        taken += part
    return taken, taken / demand
