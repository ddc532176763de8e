"""Quantities asked for, held against quantities offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tuwei.match._records import Record, bound

if TYPE_CHECKING:
    from tuwei.core.quantity import Comparator, Quantity

MOST_ASKED = 12  # quantities of one need that are compared
MOST_READ = 5_000  # characters of a record that are searched for quantities
WRITTEN = {"le": "≤", "lt": "<", "ge": "≥", "gt": ">", "approx": "约", "eq": "", "range": ""}
COMPARATORS = tuple(WRITTEN)
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
    offers = [*(quantity for quantity, _ in claims), *_offers(_text(record))]
    found = []
    for quantity in asked:
        result = compare(quantity, offers)
        claim = next((item for offer, item in claims if offer is result.offered), None)
        offered = result.offered.text if result.offered is not None else ""
        found.append(Measured(quantity.text, offered, result.verdict, claim))
    return found


def structured(item: Mapping[str, Any], name: str) -> Quantity | None:
    """Return an indicator or a claim as a quantity, None where it gives no number.

    It is written out and read as text would be, so that both kinds are compared alike; where reading
    does not give the same bounds back, it is taken field by field.
    """
    from tuwei.core.quantity import Quantity, find_quantities

    low, high = bound(item, "low"), bound(item, "high")
    if low is None and high is None:
        return None
    label = str(item.get(name) or item.get("name") or item.get("quantity") or "").strip()
    comparator = _comparator(item, low, high)
    if comparator in ("le", "lt"):
        low = None
    elif comparator in ("ge", "gt"):
        high = None
    text = _written(label, comparator, low, high, _unit(item))
    for read in find_quantities(text):
        if (read.low, read.high) == (low, high) and len(text) - len(read.text) < 4:
            return replace(read, text=text)
    return Quantity(text, 0, len(text), label, comparator, low, high, _unit(item), None)


def _comparator(item: Mapping[str, Any], low: Decimal | None, high: Decimal | None) -> Comparator:
    """Return the comparator as stated where it fits the bounds given, else the one that does."""
    stated = str(item.get("comparator") or "")
    if low is None:
        return "lt" if stated == "lt" else "le"
    if high is None:
        return (
            "gt" if stated == "gt" else "approx" if stated == "approx" else "eq" if stated == "eq" else "ge"
        )
    if low != high:
        return "range"
    return stated if stated in COMPARATORS else "eq"  # type: ignore[return-value]


def _written(label: str, comparator: Comparator, low: Decimal | None, high: Decimal | None, unit: str) -> str:
    if comparator == "range":
        return f"{label}{low}-{high}{unit}"
    number = high if comparator in ("le", "lt") else low
    return f"{label}{WRITTEN[comparator]}{number}{unit}"


def _unit(item: Mapping[str, Any]) -> str:
    return str(item.get("unit") or "").strip()


def _read(record: Record) -> tuple[Quantity, ...]:
    return _quantities(_text(record))


def _text(record: Record) -> str:
    return "\n".join((record.title, record.body))[:MOST_READ]


@lru_cache(maxsize=4_096)
def _offers(text: str) -> tuple[Quantity, ...]:
    """Return what a text offers: its quantities but the present values, and the changes from those."""
    from tuwei.core.quantity import moves

    found = _quantities(text)
    return (*(one for one in found if not one.baseline), *moves(text, found))


@lru_cache(maxsize=4_096)
def _quantities(text: str) -> tuple[Quantity, ...]:
    """Find quantities, remembering the texts seen last: the same records come up again and again."""
    from tuwei.core.quantity import find_quantities

    return tuple(find_quantities(text))


def _is_demand(quantity: Quantity) -> bool:
    return not quantity.baseline and (quantity.comparator in DEMANDS or quantity.change is not None)
