"""Tubers in store: respiration, water loss, sprouting, and what selling them later is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats, saturation_vapour_pressure

# Burton 1989, The Potato, 3rd ed., ch. 9-11, orders of size: respiration 3-4 mg CO2 kg-1 h-1 at 5-10 degC and rising
# below 4 degC; 0.14-0.17 % weight a day per kPa of vapour deficit after curing; twice and more once sprouted.
RESPIRATION = 0.00006  # fraction of fresh weight a day at 5 degC (3.5 mg CO2 kg-1 h-1 as starch)
WATER = 0.0016  # fraction of fresh weight a day and kPa
CONTENT = 0.21  # dry matter of fresh weight, for the loss of dry matter
SPROUTED = 2.0
SPROUT_SUM = 420.0  # degC d above 4 degC after dormancy to sprouts of 5 mm (order; van Ittersum 1992)


@dataclass(frozen=True)
class Store:
    """What a store comes to each day: ``mass`` and ``dry_matter`` as fractions of what went in; ``sprouted`` the day or -1."""

    mass: Floats
    dry_matter: Floats
    sprouted: int


def store(
    celsius: Floats, humidity: Floats, *, dormancy: float = 80.0, inhibitor: bool = False, rot: float = 0.0001
) -> Store:
    """Return the course of a store.

    Parameters
    ----------
    celsius, humidity
        Of the store's air each day: degC (0..25) and % (40..100), shape (days,).
    dormancy
        Days after harvest before sprouts can grow, 0..250; a cultivar's.
    inhibitor
        Whether sprouts are held back.
    rot
        Fraction lost to rot a day, 0..0.05.

    Raises
    ------
    InputError
        ``potato.store``: outside those ranges, or arrays of different length.

    Notes
    -----
    Respiration doubles per 10 degC from 5 degC up and by half more at 0 degC; sources in the module. Rates are orders of
    size from the literature, not fitted.

    Examples
    --------
    >>> cool = store(np.full(180, 4.0), np.full(180, 92.0))
    >>> warm = store(np.full(180, 10.0), np.full(180, 92.0))
    >>> round(float(cool.mass[-1]), 3), cool.sprouted, bool(warm.mass[-1] < cool.mass[-1]), warm.sprouted
    (0.953, -1, True, 149)
    """
    air, damp = np.asarray(celsius, float), np.asarray(humidity, float)
    good = (
        air.shape == damp.shape
        and air.ndim == 1
        and bool(((air >= 0) & (air <= 25) & (damp >= 40) & (damp <= 100)).all())
    )
    if not (good and 0 <= dormancy <= 250 and 0 <= rot <= 0.05):
        raise InputError("potato.store", "贮藏条件超出范围：{expected}。", "The store is outside the range: {expected}.",
                         expected="0–25 °C, 40–100 %, dormancy 0–250 d, rot 0–0.05")  # fmt: skip
    warmth = np.cumsum(np.where(np.arange(len(air)) >= dormancy, np.maximum(0.0, air - 4), 0.0))
    awake = np.zeros(len(air), bool) if inhibitor else warmth >= SPROUT_SUM
    respired = (
        RESPIRATION
        * np.where(air >= 5, 2 ** ((air - 5) / 10), 1 + 0.1 * (5 - air))
        * np.where(awake, SPROUTED, 1)
    )
    dried = WATER * saturation_vapour_pressure(air) * (1 - damp / 100) * np.where(awake, SPROUTED, 1)
    mass = np.asarray(np.cumprod(1 - respired - dried - rot), float)
    return Store(
        mass,
        np.asarray(np.cumprod(1 - respired / CONTENT - rot), float),
        int(np.argmax(awake)) if awake.any() else -1,
    )


def storage_value(mass: Floats, price: Sequence[int], cost: int) -> Floats:
    """Return what a tonne put in is worth on each day [fen]: mass left x price of that day [fen/t] - cost a day [fen/t].

    Examples
    --------
    >>> storage_value(np.array([1.0, 0.9]), [100000, 120000], 500).tolist()
    [99500.0, 107000.0]
    """
    days = np.arange(1, len(mass) + 1)
    return np.asarray(np.asarray(mass) * np.asarray(price, float) - cost * days, float)
