"""Statements: fixed texts with places, into which only checked names, numbers and quoted texts are put."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from string import Template

from tuwei.match._filters import Filters, region_prefix
from tuwei.match._store import normalise_id

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\0": "\\0", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def sql(template: str, **places: str) -> str:
    """Fill the places of a statement.

    Examples
    --------
    >>> sql("SELECT key FROM $table WHERE id = $id", table="t.records", id=quoted("it's"))
    "SELECT key FROM t.records WHERE id = 'it\\\\'s'"
    """
    return Template(template).substitute(places)


def quoted(text: str) -> str:
    """Return a text as a literal."""
    return "'" + normalise_id(text).translate(_ESCAPES) + "'"


def listed(texts: Iterable[str]) -> str:
    """Return texts as literals with commas between."""
    return ", ".join(quoted(text) for text in texts)


def numbers(values: Iterable[float]) -> str:
    """Return numbers with commas between."""
    return ", ".join(repr(value) for value in values)


def conditions(filters: Filters) -> str:
    """Return what a record must satisfy, ``1`` where nothing is asked."""
    parts = []
    if filters.region:
        parts.append(sql("has(regions, $prefix)", prefix=quoted(region_prefix(filters.region))))
    for name in ("field", "industry"):
        codes: Sequence[str] = getattr(filters, name)
        if codes:
            parts.append(sql("$name IN ($codes)", name=name, codes=listed(codes)))
    if filters.trl:
        parts.append(sql("trl >= $least", least=str(int(filters.trl))))
    if filters.budget >= 0:
        parts.append(sql("price <= $most", most=str(int(filters.budget))))
    return " AND ".join(parts) or "1"
