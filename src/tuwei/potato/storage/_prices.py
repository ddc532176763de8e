"""Prices and costs: dated defaults of a data file, what a user puts over them, and the profit of a season in fen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.potato.crop._layout import RESULT_AT as _AT
from tuwei.potato.storage._selling import Selling
from tuwei.potato.weather._evapotranspiration import Floats

Fen = NDArray[np.int64]


@dataclass(frozen=True)
class Price:
    """A price: ``fen`` a ``unit``; ``assumed`` where no source gives it; ``given`` where the user did."""

    fen: int
    unit: str
    zh: str
    en: str
    assumed: bool
    source: str
    given: bool = False


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files("tuwei.potato") / "data" / "prices.toml").read_text("utf-8"))


def prices_of() -> str:
    """Return the month of the default prices.

    Examples
    --------
    >>> prices_of()
    '2025-10'
    """
    return str(_file()["as_of"])


def price_names() -> tuple[str, ...]:
    """Return the names of all prices, in the order of ``data/prices.toml``."""
    return tuple(name for name in _file() if name != "as_of")


def price_table(given: Mapping[str, int | None] | None = None) -> dict[str, Price]:
    """Return every price by name: the defaults of ``data/prices.toml``, and over them what is given [fen].

    Examples
    --------
    >>> table = price_table({"tubers": 150000})
    >>> table["tubers"].fen, table["tubers"].given, table["nitrogen"].assumed
    (150000, True, True)
    """
    own = {name: value for name, value in (given or {}).items() if value is not None}
    return {name: Price(own[name], row["unit"], row["zh"], row["en"], False, "FIELD.toml", True)
            if name in own else Price(**row) for name, row in _file().items() if name != "as_of"}  # fmt: skip


@dataclass(frozen=True)
class Work:
    """What of a season's work costs money beside water and sprays, kg/ha, events and hours a hectare.

    ``hours`` are those of an irrigation, a spray and a dressing; ``selling`` the store, None where all is sold at harvest.
    """

    seed: float
    nitrogen: float
    phosphate: float
    potash: float
    dressings: int
    vine_kill: bool
    mulch: float
    hours: tuple[float, float, float]
    selling: Selling | None = None


def profit(
    prices: Mapping[str, Price],
    results: Floats,
    noise: Floats,
    irrigations: Floats,
    sprays: Floats,
    work: Work,
    market: Floats | None = None,
) -> Fen:
    """Return the profit of seasons, integer fen a hectare, shape (n,).

    Parameters
    ----------
    prices
        From :func:`price_table`.
    results
        Of the seasons, (n, ``_layout.RESULT``).
    noise
        What the model leaves unexplained, a factor on the yield, (n,).
    irrigations, sprays
        How many, (n,).
    work
        What else was done, the same in every season.
    market
        Of the price after the harvest, standard normal, (n,); without it the expected price.

    Notes
    -----
    Tubers under 75 g take the small price; all lose ``unset_skin_loss`` in proportion to the skin not set. A millimetre
    is 10 m3/ha.

    Examples
    --------
    >>> from tuwei.potato.crop._layout import RESULT
    >>> seasons = np.zeros((1, len(RESULT)))
    >>> work = Work(2500, 0, 0, 0, 0, False, 0.0, (1.0, 1.0, 1.0))
    >>> profit(price_table(), seasons, np.ones(1), np.zeros(1), np.zeros(1), work).tolist()
    [-1950000]
    """
    return earned(prices, results, noise, irrigations, sprays, work, market)[0]


def earned(
    prices: Mapping[str, Price], results: Floats, noise: Floats, irrigations: Floats, sprays: Floats, work: Work, market: Floats | None = None
) -> tuple[Fen, int]:  # fmt: skip
    """Return the profit as :func:`profit`, and how many days the crop is kept."""
    fen = {name: one.fen for name, one in prices.items()}
    fresh = results[:, _AT["fresh"]] * noise
    small = results[:, _AT["small"]]
    gross = fen["tubers"] * (1 - small) + fen["small_tubers"] * small
    price = gross - fen["unset_skin_loss"] * (1 - results[:, _AT["skin_set"]]) - fen["harvest"]
    irrigation_hours, spray_hours, dressing_hours = work.hours
    fixed = (fen["seed"] * work.seed / 1000 + fen["nitrogen"] * work.nitrogen + fen["phosphate"] * work.phosphate
             + fen["potash"] * work.potash + (fen["dressing"] + fen["labour"] * dressing_hours) * work.dressings
             + fen["vine_kill"] * work.vine_kill + fen["film"] * work.mulch + fen["other"])  # fmt: skip
    moving = (
        fen["water"] * 10 * results[:, _AT["total_irrigation"]]
        + fen["labour"] * irrigation_hours * irrigations
    )
    moving = moving + (fen["spray"] + fen["labour"] * spray_hours) * sprays
    later, days = work.selling.income(fresh, gross, market) if work.selling else (0.0, 0)
    return np.rint(fresh * price + later - moving - fixed).astype(np.int64), days
