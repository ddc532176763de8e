"""Quantities asked for, held against quantities offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tuwei.match._records import Record, bound

if TYPE_CHECKING:
    from tuwei.core.quantity import Quantity

MOST_ASKED = 12  # quantities of one need that are compared
MOST_READ = 5_000  # characters of a record that are searched for quantities
DEMANDS = ("le", "lt", "ge", "gt", "range")  # comparators that ask for something
SIGNS = {"met": 1.0, "not_met": -1.0, "unstated": 0.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """One quantity asked for and what the record offers.

    Parameters
    ----------
    required
        As quoted from the need.
    offered
        As quoted from the record, ``""`` where it says nothing.
    verdict
        ``met``, ``not_met`` or ``unstated``.
    claim
        The structured claim the offer comes from, None where it was read from the text.
    """

    required: str
    offered: str
    verdict: str
    claim: Mapping[str, Any] | None = None

    @property
    def sign(self) -> float:
        """Return 1 for met, -1 for not met, 0 for unstated."""
        return SIGNS[self.verdict]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return {"required": self.required, "offered": self.offered, "verdict": self.verdict}


def required(need: Record) -> list[Quantity]:
    """Return what a need asks for: its indicators, or where it has none what its text demands."""
    stated = [
        quantity for item in need.data.get("indicators") or [] if (quantity := structured(item, "name"))
    ]
    if stated:
        return stated[:MOST_ASKED]
    return [quantity for quantity in _read(need) if _is_demand(quantity)][:MOST_ASKED]


def measured(asked: list[Quantity], record: Record) -> list[Measured]:
    """Compare each quantity asked for with the record's claims and text."""
    if not asked:
        return []
    from tuwei.core.quantity import compare

    claims = [
        (quantity, item)
        for item in record.data.get("claims") or []
        if (quantity := structured(item, "quantity"))
    ]
    offers = [quantity for quantity, _ in claims] + [
        quantity for quantity in _read(record) if not quantity.baseline
    ]
    found = []
    for quantity in asked:
        result = compare(quantity, offers)
        claim = next((item for offer, item in claims if offer is result.offered), None)
        offered = result.offered.text if result.offered is not None else ""
        found.append(Measured(quantity.text, offered, result.verdict, claim))
    return found


def structured(item: Mapping[str, Any], name: str) -> Quantity | None:
    """Return an indicator or a claim as a quantity, None where it gives no number."""
    from tuwei.core.quantity import Quantity

    low, high = bound(item, "low"), bound(item, "high")
    if low is None and high is None:
        return None
    label = str(item.get(name) or item.get("name") or item.get("quantity") or "").strip()
    comparator = str(item.get("comparator") or "") or (
        "range" if None not in (low, high) else "le" if low is None else "ge"
    )
    return Quantity(
        _written(label, item, comparator, low, high), 0, 0, label, comparator, low, high, _unit(item), None
    )  # type: ignore[arg-type]


def _written(
    label: str, item: Mapping[str, Any], comparator: str, low: Decimal | None, high: Decimal | None
) -> str:
    signs = {"le": "≤", "lt": "<", "ge": "≥", "gt": ">", "approx": "约 "}
    if comparator == "range" and low is not None and high is not None:
        return f"{label} {low}–{high} {_unit(item)}".strip()
    number = high if comparator in ("le", "lt") and high is not None else low if low is not None else high
    return f"{label} {signs.get(comparator, '')}{number} {_unit(item)}".strip()


def _unit(item: Mapping[str, Any]) -> str:
    return str(item.get("unit") or "").strip()


def _read(record: Record) -> Iterator[Quantity]:
    text = "\n".join((record.title, record.body))[:MOST_READ]
    if not any(character.isdigit() for character in text) and not any(
        sign in text for sign in "零一二三四五六七八九十百千万"
    ):
        return iter(())
    from tuwei.core.quantity import find_quantities

    return iter(find_quantities(text))


def _is_demand(quantity: Quantity) -> bool:
    return not quantity.baseline and (quantity.comparator in DEMANDS or quantity.change is not None)
