"""What a FIELD.toml may say of its plan: the aim, the windows, the limits and the prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tuwei.core.errors import InputError
from tuwei.potato.storage._prices import price_names


@dataclass(frozen=True)
class Key:
    """What a key takes: ``kind`` float, str, date or bool; within ``low`` .. ``high``; ``default`` None is required."""

    kind: type
    default: Any = None
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False


def number(
    low: float, high: float, default: float | None = None, unit: str = "", *, needed: bool = False
) -> Key:
    """Return a key that takes a number."""
    return Key(float, default, low, high, unit, required=needed)


OWN_PRICES = ("tubers", "small_tubers", "seed")  # that a cultivar may have of its own
OBJECTIVES = ("profit", "yield", "water", "nitrogen")
PLAN: dict[str, dict[str, Key]] = {
    "plan": {"objective": Key(str, "profit", choices=OBJECTIVES), "floor_t_ha": number(0, 120, 0.0, "t/ha"),
             "planting_earliest": Key(date), "planting_latest": Key(date), "harvest_earliest": Key(date), "harvest_latest": Key(date),
             "density_lowest": number(1, 15, unit="m-2"), "density_highest": number(1, 15, unit="m-2"),
             "cultivars": Key(list), "film": Key(list), "dressings": Key(int, 3, 0, 6), "attained": number(0.2, 1.2, 1.0), "practice_sprays": Key(int, 0, 0, 30),
             "blight": Key(bool, True), "resistance": Key(str, choices=("S", "MS", "MR"))},
    "plan.limits": {"pump_mm_day": number(0.5, 200, 10.0, "mm/d"), "quota_mm": number(0, 2000, 450.0, "mm"), "irrigation_mm": number(2, 200, 40.0, "mm"),
                    "irrigations": Key(int, 40, 0, 150), "irrigation_interval_days": Key(int, 3, 1, 60), "last_irrigation_days": Key(int, 7, 0, 60, "d"),
                    "driest": number(0.2, 0.8, 0.2),
                    "nitrogen_kg_ha": number(0, 600, 300.0, "kg/ha"), "dressing_kg_ha": number(0, 300, 60.0, "kg/ha"),
                    "phosphate_kg_ha": number(0, 500, 200.0, "kg/ha"), "potash_kg_ha": number(0, 800, 400.0, "kg/ha"),
                    "sprays": Key(int, 6, 0, 30), "spray_interval_days": Key(int, 7, 3, 60, "d"), "labour_hours_ha": number(0, 1000, 120.0, "h/ha"),
                    "irrigation_hours_ha": number(0, 50, 1.0, "h/ha"), "spray_hours_ha": number(0, 50, 1.0, "h/ha"), "dressing_hours_ha": number(0, 50, 1.0, "h/ha")},
    "plan.prices": {name: Key(int, None, 0, 10**9, "fen") for name in price_names()},
    "plan.cultivar": {"name": Key(str, required=True), "resistance": Key(str, choices=("S", "MS", "MR")), "attained": number(0.2, 1.2),
                      "dormancy_days": number(0, 250, unit="d"), **{name: Key(int, None, 0, 10**9, "fen") for name in OWN_PRICES}},
}  # fmt: skip
"""Defaults of the limits are assumed, for drip on a farm near Ulanqab; the pump, the quota and the label are the user's."""


def plan_parts(given: Any) -> dict[str, Any]:
    """Return ``[plan]`` with its tables of limits and prices, as written, by section."""
    if not isinstance(given, dict):
        return {"plan": given, "plan.limits": {}, "plan.prices": {}, "plan.cultivar": []}
    rest = dict(given)
    return {
        "plan.limits": rest.pop("limits", {}),
        "plan.prices": rest.pop("prices", {}),
        "plan.cultivar": rest.pop("cultivar", []),
        "plan": rest,
    }


def check_covers(covers: Any, file: str = "") -> None:
    """Refuse a cover of film to choose among that is no share of the surface.

    Raises
    ------
    InputError
        ``potato.field_value``.
    """
    for number, cover in enumerate(covers or (), 1):
        if type(cover) not in (int, float) or not 0 <= cover <= 1:
            raise InputError("potato.field_value", "{file}：“{field}”应为 {expected}，现为“{got}”。", "{file}: “{field}” is {expected}, got “{got}”.",
                             file=file, field=f"plan.film[{number}]", expected="0 – 1", got=str(cover)[:60])  # fmt: skip
