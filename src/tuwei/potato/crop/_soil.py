"""The soil profile: horizons with their water limits, from measurements or from texture, cut into the kernel's layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.crop._layout import LAYERS, SOIL
from tuwei.potato.weather._evapotranspiration import Floats

FIRST = 100.0  # mm, the layer that evaporates: Ze of FAO-56, 0.10-0.15 m
WIDTHS = (1.0, 1.0, 1.5, 1.5, 2.0, 3.0, 3.0)  # of the layers below, relative


@dataclass(frozen=True)
class Horizon:
    """One horizon down to ``bottom`` [cm].

    ``wilting``, ``capacity``, ``saturation`` [m3 m-3] with 0 < wilting < capacity < saturation < 1; ``carbon`` [% mass,
    0..12], ``density`` [g cm-3, 0.6..2]; ``rooting`` 0..1; ``water`` [m3 m-3], ``nitrate`` and ``ammonium`` [mg N per
    kg] at the start.
    """

    bottom: float
    wilting: float
    capacity: float
    saturation: float
    carbon: float = 1.0
    density: float = 1.4
    rooting: float | None = None
    water: float | None = None
    nitrate: float = 5.0
    ammonium: float = 1.0


@dataclass(frozen=True)
class Profile:
    """A soil: horizons from the top, the drained fraction a day [0..1], the SCS curve number [1..99] and pH."""

    horizons: tuple[Horizon, ...]
    drainage: float = 0.5
    curve_number: float = 65.0
    ph: float = 7.0
    name: str = ""

    def __post_init__(self) -> None:
        above = 0.0
        for one in self.horizons:
            if not (
                above < one.bottom and 0 < one.wilting < one.capacity < one.saturation < 1 and one.density > 0
            ):
                raise InputError("potato.soil", "土层（底深 {got} cm）不成立：{expected}。", "The horizon down to {got} cm does not hold: {expected}.",
                                 file=self.name, got=f"{one.bottom:g}", expected="bottom > above, 0 < wilting < capacity < saturation < 1")  # fmt: skip
            above = one.bottom
        if above < 30:
            raise InputError("potato.soil_shallow", "土壤剖面至少 {expected} cm，现为 {got} cm。", "A profile is at least {expected} cm deep, got {got} cm.",
                             file=self.name, expected=30, got=f"{above:g}")  # fmt: skip

    def array(self) -> Floats:
        """Return the kernel's layers, shape (8, columns of ``_layout.SOIL``); horizons are averaged by thickness."""
        depth = 10 * self.horizons[-1].bottom
        widths = np.array([FIRST, *((depth - FIRST) * np.array(WIDTHS) / sum(WIDTHS))])
        edges = np.concatenate([[0.0], np.cumsum(widths)])
        layers = np.zeros((LAYERS, len(SOIL)))
        for place in range(LAYERS):
            layers[place] = self._layer(edges[place], edges[place + 1])
        return layers

    def _layer(self, top: float, bottom: float) -> Floats:
        parts, above = [], 0.0
        for one in self.horizons:
            parts.append(max(0.0, min(bottom, 10 * one.bottom) - max(top, above)))
            above = 10 * one.bottom
        share = np.array(parts) / (bottom - top)
        rows = np.array([self._row(one) for one in self.horizons])
        mean = share @ rows
        mean[-2:] *= bottom - top
        return np.array(
            [bottom - top, *mean[:3], self.drainage, _rooting(mean[3], (top + bottom) / 2), *mean[4:]]
        )

    def _row(self, one: Horizon) -> list[float]:
        water = one.capacity if one.water is None else min(max(one.water, 0.3 * one.wilting), one.saturation)
        rooting = -1.0 if one.rooting is None else one.rooting
        mineral = [one.density * amount / 100 for amount in (one.nitrate, one.ammonium)]  # kg/ha in a mm
        return [one.wilting, one.capacity, one.saturation, rooting, one.carbon, one.density, water, *mineral]


def _rooting(given: float, middle: float) -> float:
    """Return the rooting factor: as given, or exponential with depth [mm] (Stalham & Allen 2001, shape)."""
    return given if given >= 0 else exp(-middle / 350)


def texture_horizon(
    bottom: float, sand: float, clay: float, organic_matter: float = 2.0, **more: float
) -> Horizon:
    """Return a horizon whose water limits and density follow from texture, by Saxton & Rawls 2006.

    Parameters
    ----------
    bottom
        cm.
    sand, clay, organic_matter
        % of mass; 0..100, their sum at most 100; clay under 60 and organic matter under 8 as in the paper.
    more
        Other fields of :class:`Horizon`.

    Raises
    ------
    InputError
        ``potato.texture``: outside those ranges.

    Notes
    -----
    Soil Sci. Soc. Am. J. 70:1569-1578, eq. 1, 2, 3, 5 and 6; without density, gravel and salinity effects.

    Examples
    --------
    >>> loam = texture_horizon(30, sand=40, clay=20, organic_matter=2.5)
    >>> round(loam.wilting, 2), round(loam.capacity, 2), round(loam.saturation, 2)
    (0.14, 0.28, 0.46)
    """
    if not (sand >= 0 and 0 <= clay <= 60 and sand + clay <= 100 and 0 <= organic_matter <= 8):
        raise InputError("potato.texture", "质地不成立：{expected}，现为 {got}。", "The texture does not hold: {expected}, got {got}.",
                         expected="0 ≤ clay ≤ 60, sand + clay ≤ 100, 0 ≤ organic_matter ≤ 8", got=f"sand {sand}, clay {clay}, organic_matter {organic_matter}")  # fmt: skip
    s, c, om = sand / 100, clay / 100, organic_matter
    dry = -0.024 * s + 0.487 * c + 0.006 * om + 0.005 * s * om - 0.013 * c * om + 0.068 * s * c + 0.031
    dry += 0.14 * dry - 0.02
    held = -0.251 * s + 0.195 * c + 0.011 * om + 0.006 * s * om - 0.027 * c * om + 0.452 * s * c + 0.299
    held += 1.283 * held**2 - 0.374 * held - 0.015
    gap = 0.278 * s + 0.034 * c + 0.022 * om - 0.018 * s * om - 0.027 * c * om - 0.584 * s * c + 0.078
    gap += 0.636 * gap - 0.107
    full = held + gap - 0.097 * s + 0.043
    return Horizon(bottom, max(0.02, dry), held, full, carbon=om / 1.724, density=2.65 * (1 - full), **more)


def drainage_of(horizons: Sequence[Horizon]) -> float:
    """Return the fraction of the water above capacity that drains in a day, from the topsoil's pore space.

    It rises with the drainable porosity (Suleiman & Ritchie 2001, Trans. ASAE 44:1515); the slope 3 and the limits
    0.1..0.85 are ours, so that sand drains about 0.7 and clay 0.3 of it.
    """
    return float(min(0.85, max(0.1, 3 * (horizons[0].saturation - horizons[0].capacity))))
