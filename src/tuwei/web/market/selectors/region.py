"""Places of the region pack, what is listed in each, and the pack's cited figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count

from ..models import Figure, Term
from .indexed import listed

COUNTS_KEPT = 300  # seconds; counting half a million rows for every look at the map would be waste


@dataclass(frozen=True)
class Place:
    """A place with its centre (degrees, approximate) and the number of public listings in it."""

    code: str
    parent: str
    lat: float | None
    lon: float | None
    needs: int = 0
    achievements: int = 0


def _tree() -> dict[str, str]:
    """Each region code with its parent's, in the pack's order; kept for a minute."""
    found: dict[str, str] | None = cache.get("regions")
    if found is None:
        found = dict(Term.objects.filter(scheme="region").values_list("code", "parent"))
        cache.set("regions", found, 60)
    return found


def within(code: str) -> list[str]:
    """A region and everything inside it; an unknown code stands for itself.

    A pack's codes may not form a circle (its checks refuse that), but a loop here would hang the site: each code
    is taken once.
    """
    tree, found = _tree(), [code]
    for one in found:
        found += [child for child, parent in tree.items() if parent == one and child not in found]
    return found


def depth(code: str) -> int:
    """How many known regions a region lies in (0 for the outermost)."""
    tree, steps = _tree(), 0
    while (code := tree.get(code, "")) in tree and steps < len(tree):
        steps += 1
    return steps


def places() -> list[Place]:
    """Every place with its own counts (not those of the places inside it)."""
    counts = _counts()
    rows = Term.objects.filter(scheme="region").values_list("code", "parent", "lat", "lon")
    return [
        Place(code, parent, lat, lon, counts["need"].get(code, 0), counts["achievement"].get(code, 0))
        for code, parent, lat, lon in rows
    ]


def _counts() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] | None = cache.get("listed-per-region")
    if found is None:
        found = {kind: _count(kind) for kind in ("need", "achievement")}
        cache.set("listed-per-region", found, COUNTS_KEPT)
    return found


def _count(kind: str) -> dict[str, int]:
    grouped = listed(kind).order_by().values("region").annotate(number=Count("pk"))
    return {row["region"]: row["number"] for row in grouped}


def totals() -> dict[str, int]:
    """How many needs and achievements are public."""
    return {kind: sum(rows.values()) for kind, rows in _counts().items()}


def figures(most: int | None = None) -> list[Figure]:
    """The pack's figures, in its order."""
    found = Figure.objects.filter(pack=settings.PACK)
    return list(found if most is None else found[:most])


def headline_figures(most: int) -> list[Figure]:
    """The first few, kept for a minute: the home page shows them to every visitor."""
    found: list[Figure] | None = cache.get("headline-figures")
    if found is None:
        found = figures(most)
        cache.set("headline-figures", found, 60)
    return found


WIDTH, HEIGHT, EDGE = 640.0, 420.0, 60.0  # of the map [units of its viewBox]


def map_points(found: list[Place]) -> list[dict[str, Any]]:
    """Where the innermost places lie on the map, with a radius whose area goes with their listings."""
    inner = [place for place in found if place.lat is not None and not _has_children(place, found)]
    if not inner:
        return []
    lats, lons = [place.lat or 0.0 for place in inner], [place.lon or 0.0 for place in inner]
    most = max(place.needs + place.achievements for place in inner) or 1
    return [
        {
            "place": place,
            "x": round(_scaled(place.lon or 0.0, min(lons), max(lons), WIDTH)),
            "y": round(HEIGHT - _scaled(place.lat or 0.0, min(lats), max(lats), HEIGHT)),
            "r": (radius := round(6 + 22 * ((place.needs + place.achievements) / most) ** 0.5)),
            "label_dy": radius + 16,
        }
        for place in inner
    ]


def _has_children(place: Place, found: list[Place]) -> bool:
    return any(other.parent == place.code for other in found)


def _scaled(value: float, low: float, high: float, size: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return EDGE + share * (size - 2 * EDGE)
