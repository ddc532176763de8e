"""What a FIELD.toml may say of late blight: whether it is stepped, how it begins, and the sprays against it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from tuwei.potato.blight._parameters import RESISTANCE, blight_values, blight_values_for
from tuwei.potato.field._plan import Key, number

if TYPE_CHECKING:
    from tuwei.potato.field._field import Field
    from tuwei.potato.weather._evapotranspiration import Floats

BLIGHT: dict[str, dict[str, Key]] = {
    "blight": {"on": Key(bool, False), "resistance": Key(str, "S", choices=tuple(RESISTANCE)), "lesions": number(0, 10_000, 0.0, "m-2"),
               "first": Key(date), "parameters": Key(dict)},
    "spray": {"date": Key(date, required=True), "product": Key(str, "")},
}  # fmt: skip
"""``lesions`` are put in on ``first``, at emergence unless given; ``parameters`` go over ``data/blight.toml``."""


def check_blight(part: Mapping[str, Any], file: str) -> None:
    """Refuse parameters of late blight that are not known or outside their range.

    Raises
    ------
    InputError
        ``potato.unknown_parameter``, ``potato.parameter_range``.
    """
    blight_values(part["parameters"], file=file)


def blight_values_of(field: Field, resistance: str) -> Floats:
    """Return the kernel's parameters of late blight for a field whose crop has this resistance."""
    return blight_values_for(resistance, field.parts["blight"]["parameters"])


def lesions_of(field: Field, start: date) -> dict[str, float]:
    """Return the rules ``lesions`` and ``lesion_day``; lesions put in before emergence wait for the leaf."""
    part = field.parts["blight"]
    first = part["first"] or start
    return {"lesions": part["lesions"], "lesion_day": float((first - start).days)}
