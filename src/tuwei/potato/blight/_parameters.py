"""The parameters of the late blight model: one table with unit, range, default and source of each."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.crop._parameters import Parameter, parameter_table
from tuwei.potato.weather._evapotranspiration import Floats

RESISTANCE = {
    "S": 1.0,
    "MS": 0.5,
    "MR": 0.25,
}  # of infection_efficiency; assumed steps, LB2004 gives each cultivar's


@cache
def blight_parameters() -> tuple[Parameter, ...]:
    """Return the table in the kernel's order.

    Examples
    --------
    >>> [(one.unit, one.default) for one in blight_parameters() if one.name == "latent_period"]
    [('d at the best temperature', 2.82)]
    """
    return parameter_table("blight.toml")


@cache
def blight_names() -> tuple[str, ...]:
    """Return the names in the kernel's order."""
    return tuple(one.name for one in blight_parameters())


def blight_values(given: Mapping[str, float] | None = None, *, file: str = "") -> Floats:
    """Return the kernel's array: the defaults, and over them what is given by name; ``file`` is told with a fault.

    Raises
    ------
    InputError
        ``potato.unknown_parameter`` (the nearest name is told), ``potato.parameter_range``.
    """
    table, at = {one.name: one for one in blight_parameters()}, "{file} blight.parameters: " if file else ""
    values = np.array([one.default for one in table.values()])
    for name, value in (given or {}).items():
        if name not in table:
            near = get_close_matches(name, table, 1)
            raise InputError("potato.unknown_parameter", at + "没有参数“{got}”，最接近的是 {expected}。", at + "No parameter is called “{got}”; nearest is {expected}.",
                             file=file, field=name[:40], got=name[:40], expected=near[0] if near else ", ".join(table))  # fmt: skip
        one = table[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or not one.low <= value <= one.high:
            raise InputError("potato.parameter_range", at + "参数“{field}”应为 {expected}，现为 {got}。", at + "Parameter “{field}” must be {expected}, got {got}.",
                             file=file, field=name, expected=f"{one.low:g}…{one.high:g} ({one.unit})", got=str(value)[:40])  # fmt: skip
        values[blight_names().index(name)] = value
    return values


def check_resistance(resistance: str) -> None:
    """Refuse a resistance that is not one of ``RESISTANCE``.

    Raises
    ------
    InputError
        ``potato.blight_resistance``.
    """
    if resistance not in RESISTANCE:
        raise InputError("potato.blight_resistance", "抗性“{got}”应为 {expected}。", "Resistance “{got}” must be {expected}.",
                         field="resistance", got=resistance[:20], expected=", ".join(RESISTANCE))  # fmt: skip


def blight_values_for(resistance: str, given: Mapping[str, float] | None = None) -> Floats:
    """Return the kernel's array for a crop of this resistance, and over it what is given by name.

    Raises
    ------
    InputError
        ``potato.blight_resistance``: not one of ``RESISTANCE``; and those of :func:`blight_values`.
    """
    check_resistance(resistance)
    return blight_values({"infection_efficiency": RESISTANCE[resistance], **(given or {})})
