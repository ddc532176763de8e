"""The parameters of the crop and the soil: one table with unit, range, default and source of each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from tuwei.core.errors import InputError
from tuwei.potato.weather._evapotranspiration import Floats


@dataclass(frozen=True)
class Parameter:
    """One number of the model: ``low`` ≤ value ≤ ``high`` in ``unit``; ``source`` is the literature."""

    name: str
    unit: str
    low: float
    high: float
    default: float
    source: str


def parameter_table(file: str) -> tuple[Parameter, ...]:
    """Return a table of parameters of the package's data, in the order of the file."""
    text = (files("tuwei.potato") / "data" / file).read_text("utf-8")
    return tuple(
        Parameter(
            name, row["unit"], float(row["low"]), float(row["high"]), float(row["default"]), row["source"]
        )
        for name, row in tomllib.loads(text).items()
    )


@cache
def parameters() -> tuple[Parameter, ...]:
    """Return the table in the kernel's order.

    Examples
    --------
    >>> [(one.name, one.unit, one.default) for one in parameters() if one.name == "depletion"]
    [('depletion', '- p at 5 mm d-1', 0.35)]
    """
    return parameter_table("parameters.toml")


@cache
def positions() -> dict[str, int]:
    """Return each parameter's place in the kernel's array."""
    return {one.name: place for place, one in enumerate(parameters())}


def parameter_values(given: Mapping[str, float], file: str = "") -> Floats:
    """Return the kernel's array: the defaults, and over them what is given.

    Parameters
    ----------
    given
        Values by name, in the unit of the table.
    file
        Named in an error.

    Raises
    ------
    InputError
        ``potato.parameter_unknown``: no such parameter. ``potato.parameter_range``: outside its range.

    Examples
    --------
    >>> parameter_values({"depletion": 0.4})[positions()["depletion"]]
    np.float64(0.4)
    """
    values = np.array([one.default for one in parameters()])
    table = parameters()
    for name, value in given.items():
        place = positions().get(name)
        if place is None:
            raise InputError(
                "potato.parameter_unknown",
                "没有参数“{field}”。",
                "There is no parameter “{field}”.",
                field=name,
                file=file,
            )
        one = table[place]
        if isinstance(value, bool) or not isinstance(value, int | float) or not one.low <= value <= one.high:
            raise InputError("potato.parameter_range", "参数“{field}”应在 {expected} 之间，现为“{got}”。",
                             "Parameter “{field}” lies within {expected}, got “{got}”.",
                             field=name, expected=f"{one.low:g} – {one.high:g} {one.unit}", got=str(value), file=file)  # fmt: skip
        values[place] = float(value)
    return values
