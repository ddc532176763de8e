"""Where the money of a season goes: income and costs by item, whose sum is the profit to the fen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tuwei.potato.crop._layout import RESULT_AT as _R
from tuwei.potato.crop._season import BalanceError
from tuwei.potato.planning._schedule import Played
from tuwei.potato.storage._prices import Fen
from tuwei.potato.weather._evapotranspiration import Floats

INCOME = (
    "tubers",
    "small_tubers",
    "storage",
)  # the last where a store is planned: what waiting adds, its cost taken off


def items_of(one: Played) -> dict[str, Fen]:
    """Return income (+) and costs (-) of every season by item, integer fen a hectare, shape (seasons,).

    Items that cost a working hour carry it: ``irrigation``, ``spray`` and ``dressing`` hold their labour.

    Raises
    ------
    BalanceError
        ``potato.money``: the items do not sum to the profit within the rounding of each.
    """
    found = {name: np.rint(value).astype(np.int64) for name, value in _items(one).items()}
    rest = one.outcome.profit - sum(found.values())
    if np.abs(rest).max() > len(found):
        raise BalanceError("potato.money", "收支各项之和与利润相差 {got} 分/公顷。", "Income and costs differ from the profit by {got} fen/ha.",
                           got=int(np.abs(rest).max()), expected=f"≤ {len(found)}")  # fmt: skip
    found["tubers"] = found["tubers"] + rest  # what the rounding of each item leaves, a few fen
    return found


def _items(one: Played) -> dict[str, Floats]:
    fen = {name: float(price.fen) for name, price in one.prices.items()}
    outcome, work = one.outcome, one.action.work
    fresh, small = outcome.fresh, outcome.results[:, _R["small"]]
    each = np.ones(len(fresh))
    hours = dict(
        zip(("irrigation", "spray", "dressing"), (fen["labour"] * one for one in work.hours), strict=True)
    )
    wet, sprays = outcome.counts[:, 0], outcome.counts[:, 1]
    gross = fen["tubers"] * (1 - small) + fen["small_tubers"] * small
    return {
        **_kept(one, gross),
        "tubers": fresh * (1 - small) * fen["tubers"],
        "small_tubers": fresh * small * fen["small_tubers"],
        "unset_skin_loss": -fresh * (1 - outcome.results[:, _R["skin_set"]]) * fen["unset_skin_loss"],
        "seed": -each * fen["seed"] * work.seed / 1000,
        "nitrogen": -each * fen["nitrogen"] * work.nitrogen,
        "phosphate": -each * fen["phosphate"] * work.phosphate,
        "potash": -each * fen["potash"] * work.potash,
        "dressing": -each * (fen["dressing"] + hours["dressing"]) * work.dressings,
        "water": -10 * fen["water"] * outcome.results[:, _R["total_irrigation"]],
        "irrigation": -hours["irrigation"] * wet,
        "spray": -(fen["spray"] + hours["spray"]) * sprays,
        "film": -each * fen["film"] * work.mulch,
        "vine_kill": -each * fen["vine_kill"] * work.vine_kill,
        "harvest": -fresh * fen["harvest"],
        "other": -each * fen["other"],
    }


def _kept(one: Played, gross: Floats) -> dict[str, Floats]:
    """Return what selling later adds, where the plan has a store; ``gross`` is the price at harvest [fen/t]."""
    selling = one.action.work.selling
    if not selling:
        return {}
    return {
        "storage": np.asarray(
            selling.income(one.outcome.fresh, gross, one.chances.market)[0] * np.ones(len(gross))
        )
    }


def means_of(items: Mapping[str, Fen], profit: int) -> dict[str, int]:
    """Return the mean of every item in whole fen, which sum to ``profit``; the rounding goes to the tubers.

    Examples
    --------
    >>> means_of({"tubers": np.array([10, 13]), "seed": np.array([-3, -4])}, 8)
    {'tubers': 12, 'seed': -4}
    """
    found = {name: round(float(values.mean())) for name, values in items.items()}
    return {**found, "tubers": found["tubers"] + profit - sum(found.values())}
