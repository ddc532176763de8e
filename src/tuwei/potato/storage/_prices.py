"""Prices and costs: dated defaults of a data file, what a user puts over them, and the money of a season by item in fen."""

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


def items_of(
    prices: Mapping[str, Price], results: Floats, noise: Floats, irrigations: Floats, sprays: Floats, work: Work, market: Floats | None = None
) -> tuple[dict[str, Fen], int]:  # fmt: skip
    """Return income (+) and costs (-) of seasons by item, integer fen a hectare, each (n,), and the days the crop is kept.

    Their sum is the profit, to the fen.

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
    is 10 m3/ha. ``irrigation``, ``spray`` and ``dressing`` hold their labour; ``storage``, where there is a store, is what
    selling later adds, its cost taken off.

    Examples
    --------
    >>> from tuwei.potato.crop._layout import RESULT
    >>> seasons = np.zeros((1, len(RESULT)))
    >>> work = Work(2500, 0, 0, 0, 0, False, 0.0, (1.0, 1.0, 1.0))
    >>> items, days = items_of(price_table(), seasons, np.ones(1), np.zeros(1), np.zeros(1), work)
    >>> {name: int(fen[0]) for name, fen in items.items() if fen[0]}, profit_of(items).tolist(), days
    ({'seed': -750000, 'other': -1200000}, [-1950000], 0)
    """
    fen = {name: one.fen for name, one in prices.items()}
    fresh, small = results[:, _AT["fresh"]] * noise, results[:, _AT["small"]]
    gross = fen["tubers"] * (1 - small) + fen["small_tubers"] * small
    later, days = work.selling.income(fresh, gross, market) if work.selling else (0.0, 0)
    irrigating, spraying, dressing = (fen["labour"] * hours for hours in work.hours)
    found = {
        "tubers": fresh * (1 - small) * fen["tubers"],
        "small_tubers": fresh * small * fen["small_tubers"],
        **({"storage": later} if work.selling else {}),
        "unset_skin_loss": -fresh * (1 - results[:, _AT["skin_set"]]) * fen["unset_skin_loss"],
        "seed": -fen["seed"] * work.seed / 1000,
        "nitrogen": -fen["nitrogen"] * work.nitrogen,
        "phosphate": -fen["phosphate"] * work.phosphate,
        "potash": -fen["potash"] * work.potash,
        "dressing": -(fen["dressing"] + dressing) * work.dressings,
        "water": -10 * fen["water"] * results[:, _AT["total_irrigation"]],
        "irrigation": -irrigating * irrigations,
        "spray": -(fen["spray"] + spraying) * sprays,
        "film": -fen["film"] * work.mulch,
        "vine_kill": -fen["vine_kill"] * work.vine_kill,
        "harvest": -fresh * fen["harvest"],
        "other": -fen["other"],
    }
    money = np.empty((len(found), len(fresh)))
    for row, value in zip(money, found.values(), strict=True):
        row[:] = value
    return dict(zip(found, np.rint(money).astype(np.int64), strict=True)), days


def profit_of(items: Mapping[str, Fen]) -> Fen:
    """Return the profit of seasons, the sum of their items, integer fen a hectare, (n,)."""
    return np.asarray(np.sum([*items.values()], axis=0), np.int64)


def means_of(items: Mapping[str, Fen]) -> dict[str, int]:
    """Return the mean of every item in whole fen, which sum to the mean profit; what the rounding leaves goes to the tubers.

    Examples
    --------
    >>> means_of({"tubers": np.array([10, 13]), "seed": np.array([-3, -4])})
    {'tubers': 12, 'seed': -4}
    """
    found = {name: round(float(values.mean())) for name, values in items.items()}
    rest = round(float(profit_of(items).mean())) - sum(found.values())
    return {**found, "tubers": found["tubers"] + rest}
