"""Places of the region pack, what is listed in each, and the pack's cited figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count

from tuwei.web.base.kept import kept

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
    rows = Term.objects.filter(scheme="region").values_list("code", "parent")
    return kept("regions", 60, lambda: dict(rows))


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
    return kept(
        "listed-per-region", COUNTS_KEPT, lambda: {kind: _count(kind) for kind in ("need", "achievement")}
    )


def _count(kind: str) -> dict[str, int]:
    grouped = listed(kind).order_by().values("region").annotate(number=Count("pk"))
    return {row["region"]: row["number"] for row in grouped.values("region", "number")}


def totals() -> dict[str, int]:
    """How many needs and achievements are public."""
    return {kind: sum(rows.values()) for kind, rows in _counts().items()}


def figures(most: int | None = None) -> list[Figure]:
    """The pack's figures, in its order."""
    found = Figure.objects.filter(pack=settings.PACK)
    return list(found if most is None else found[:most])


def headline_figures(most: int) -> list[Figure]:
    """The first few, kept for a minute: the home page shows them to every visitor."""
    return kept(f"headline-figures-{most}", 60, lambda: figures(most))


WIDTH, EDGE = 640.0, 70.0  # of a map [units of its viewBox]
LETTER, LINE = 15, 20  # size of a label's letters
STEPS = 200  # of moving overlapping places apart


@dataclass
class Point:
    """A place on a map: where, how large, with how many listings in it and the places inside."""

    code: str
    x: float
    y: float
    radius: int
    needs: int
    achievements: int


@dataclass(frozen=True)
class Map:
    """The places directly inside one region."""

    code: str
    points: list[Point]
    width: int
    height: int


def maps(found: list[Place], names: dict[str, str]) -> list[Map]:
    """A map for each region with at least three places of known centre in it, the innermost regions first."""
    by_parent: dict[str, list[Place]] = {}
    for place in found:
        if place.lat is not None and place.lon is not None and place.parent:
            by_parent.setdefault(place.parent, []).append(place)
    made = [_map(code, inside, found, names) for code, inside in by_parent.items() if len(inside) >= 3]
    return sorted(made, key=lambda one: -depth(one.code))


def _map(code: str, inside: list[Place], found: list[Place], names: dict[str, str]) -> Map:
    own = {place.code: place for place in found}
    sums = {
        place.code: [
            sum(getattr(own[one], kind) for one in within(place.code) if one in own) for kind in KINDS
        ]
        for place in inside
    }
    most = max(map(sum, sums.values())) or 1
    south, west = min(p.lat or 0 for p in inside), min(p.lon or 0 for p in inside)
    tall, wide = max(p.lat or 0 for p in inside) - south, max(p.lon or 0 for p in inside) - west
    per_degree = (WIDTH - 2 * EDGE) / max(wide, tall, 0.01)
    points = [
        Point(
            place.code,
            EDGE + ((place.lon or 0) - west) * per_degree,
            EDGE + (south + tall - (place.lat or 0)) * per_degree,
            round(6 + 22 * (sum(sums[place.code]) / most) ** 0.5),
            *sums[place.code],
        )
        for place in inside
    ]
    _move_apart(points, names)
    return _framed(code, points)


KINDS = ("needs", "achievements")


def _move_apart(points: list[Point], names: dict[str, str]) -> None:
    """Push places apart until no circle or label covers another: always the same way for the same places."""
    for _ in range(STEPS):
        still = True
        for at, one in enumerate(points):
            for other in points[at + 1 :]:
                still &= not _push(one, other, names)
        if still:
            return


def _push(one: Point, other: Point, names: dict[str, str]) -> bool:
    dx, dy = other.x - one.x, other.y - one.y
    over_x = (_width(one, names) + _width(other, names)) / 2 - abs(dx)
    over_y = one.radius + other.radius + LINE - abs(dy)
    if over_x <= 0 or over_y <= 0:
        return False
    if over_x < over_y:
        shift = (over_x / 2 + 0.5) * (1 if dx >= 0 else -1)
        one.x, other.x = one.x - shift, other.x + shift
    else:
        shift = (over_y / 2 + 0.5) * (1 if dy >= 0 else -1)
        one.y, other.y = one.y - shift, other.y + shift
    return True


def _width(point: Point, names: dict[str, str]) -> float:
    name = names.get(point.code, point.code)
    label = sum(LETTER if ord(letter) > 0x2E80 else LETTER * 0.55 for letter in name)
    return max(2.0 * point.radius, label) + 6


def _framed(code: str, points: list[Point]) -> Map:
    """Shift the points so that the frame fits them."""
    left, top = min(point.x for point in points) - EDGE, min(point.y for point in points) - EDGE / 2
    for point in points:
        point.x, point.y = round(point.x - left), round(point.y - top)
    width, height = max(point.x for point in points) + EDGE, max(point.y for point in points) + EDGE
    return Map(code, points, round(width), round(height))
