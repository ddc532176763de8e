"""What a FIELD.toml may say of a store, and the dated defaults of its price and costs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from tuwei.core.errors import InputError
from tuwei.potato.field._plan import Key, number

STORE: dict[str, dict[str, Key]] = {
    "store": {"on": Key(bool, False), "celsius": number(0, 25, 4.0, "°C"), "humidity": number(40, 100, 92.0, "%"), "limit_days": Key(int, 240, 0, 365, "d"),
              "dormancy_days": number(0, 250, 80.0, "d"), "inhibitor": Key(bool, False), "rot": number(0, 0.05, 0.0001, "d-1"),
              "capacity_t_ha": number(0, 200, unit="t/ha"), "cost_fen_t_day": Key(int, None, 0, 10**6, "fen"), "handling_fen_t": Key(int, None, 0, 10**7, "fen"),
              "price_percent": Key(list), "price_spread": number(0, 2)},
}  # fmt: skip
"""Defaults of the air, the limit, the dormancy and the rot are assumed (4 °C and 92 % for ware potatoes)."""
DATED = ("price_percent", "price_spread", "cost_fen_t_day", "handling_fen_t")


@cache
def storage_defaults() -> dict[str, Any]:
    """Return ``data/storage.toml``: ``as_of`` and, by name, value, unit, whether it is assumed, and the source.

    Examples
    --------
    >>> storage_defaults()["as_of"], storage_defaults()["price_percent"]["assumed"]
    ('2025-10', True)
    """
    return tomllib.loads((files("tuwei.potato") / "data" / "storage.toml").read_text("utf-8"))


def filled_store(part: Mapping[str, Any], file: str = "") -> dict[str, Any]:
    """Return ``[store]`` with the dated defaults for what was not given.

    Raises
    ------
    InputError
        ``potato.field_value``: ``price_percent`` is not twelve numbers from 1 to 1000.
    """
    found = {**part, **{name: storage_defaults()[name]["value"] for name in DATED if part[name] is None}}
    percent = found["price_percent"]
    if len(percent) != 12 or not all(type(one) in (int, float) and 1 <= one <= 1000 for one in percent):
        raise InputError("potato.field_value", "{file}：“{field}”应为 {expected}，现为“{got}”。", "{file}: “{field}” is {expected}, got “{got}”.",
                         file=file, field="store.price_percent", expected="12 × 1 – 1000 %", got=str(percent)[:60])  # fmt: skip
    return found
