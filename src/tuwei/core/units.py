"""Units as they are written in Chinese and English needs, converted exactly through pint.

pint is imported on first use (0.7 s), never at start-up. Magnitudes are fractions, so that
1 亩 = 2000/3 m² holds exactly. A unit that neither pint nor our table knows compares only with the
same spelling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tuwei.core._quantity_atoms import ATOMS, COUNT_UNITS, GUARDS, SCALES

if TYPE_CHECKING:
    import pint

Dimension = tuple[tuple[str, Fraction], ...]

_OWN = "own:"
_MAX_UNIT = 40  # characters; a longer "unit" is not one
_EVERYDAY = frozenset(
    {"[mass]", "[length]", "[time]", "[currency]", "[temperature]", "[length]2", "[length]3"}
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit reduced to base units: ``base = value * factor + offset``.

    ``factor`` counts base units [1]; ``offset`` is non-zero only for ℃ and ℉ [kelvin];
    ``dimension`` holds (name, power) pairs, names of own units start with ``own:``.
    """

    factor: Fraction
    offset: Fraction
    dimension: Dimension


def _alternatives(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def _atom_pattern(name: str) -> str:
    if name == "a":  # a year only in "t/a"; elsewhere an English article
        return r"(?<=/)a(?![A-Za-z0-9])"
    if name[-1].isascii() and name[-1].isalnum():
        return re.escape(name) + "(?![A-Za-z0-9])"
    guard = GUARDS.get(name)
    return re.escape(name) + (f"(?![{guard}])" if guard else "")


_ATOM = rf"(?:{'|'.join(_atom_pattern(n) for n in sorted(ATOMS, key=len, reverse=True))})(?:⁻¹|\^?-1(?!\d))?"
_SCALE = rf"(?:{_alternatives([s for s in SCALES if not s.isascii()])})"
_PERIOD = "(?:second|minute|hour|day|week|month|year|tonne|unit|kilogram)"
#: Matches one whole unit as written: "万元", "元/吨", "mg/L", "W/(m·K)", "yuan per tonne".
UNIT_PATTERN = (
    rf"(?:{_SCALE}?{_ATOM}|{_SCALE}?(?=/\s?(?:{_ATOM})))(?:(?:\s?/\s?|·|\*|每(?!年))\(?{_SCALE}?{_ATOM}(?:[·*]{_ATOM})?\)?"
    rf"|\s(?:per\s(?:(?:an?|one)\s)?|an?\s(?={_PERIOD})){_ATOM}){{0,3}}"
)
_STEP = re.compile(rf"(?P<op>/|·|\*|每|^)\(?(?P<scale>{_SCALE})?(?P<atom>{_ATOM})\)?")
_INVERSE = re.compile(r"(?:⁻¹|\^?-1)$")
_BARE_SCALE = re.compile(rf"{_SCALE}(?=/)")
_WHOLE = re.compile(UNIT_PATTERN)
_OVER = re.compile(rf"\s+per\s+(?:(?:an?|one)\s+)?|\s+an?\s+(?={_PERIOD})|\s*/\s*|每")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def canonical(unit: str) -> str:
    """Return the unit without spaces, ``per`` and ``每`` written as ``/``.

    >>> canonical("yuan per tonne"), canonical("元 / 吨"), canonical("元每吨")
    ('yuan/tonne', '元/吨', '元/吨')
    """
    return _SPACES.sub(" ", _OVER.sub("/", unit.strip()))


def is_unit(text: str) -> bool:
    """Say whether the whole text reads as one known unit.

    >>> is_unit("万元/年"), is_unit("元/吨"), is_unit("猫")
    (True, True, False)
    """
    return len(text) <= _MAX_UNIT and _WHOLE.fullmatch(text) is not None


@lru_cache(maxsize=1)
def _registry() -> pint.UnitRegistry[Any]:
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)
    registry.define("mu = 2000/3 * meter**2")
    registry.define("yuan = [currency]")
    return registry


@lru_cache(maxsize=1024)
def _base(expression: str) -> tuple[Fraction, Fraction, Dimension]:
    """Reduce one pint expression: factor, offset, dimension."""
    registry = _registry()
    if expression in ("degC", "degF"):
        zero, one = (registry.Quantity(Fraction(n), expression).to("kelvin").magnitude for n in (0, 1))
        return Fraction(one - zero), Fraction(zero), (("[temperature]", Fraction(1)),)
    quantity = (Fraction(1) * registry.parse_expression(expression)).to_base_units()
    powers = sorted((str(name), Fraction(power)) for name, power in quantity.dimensionality.items())
    return Fraction(quantity.magnitude), Fraction(0), tuple(powers)


def _own(expression: str) -> tuple[Fraction, Fraction, Dimension]:
    body, _, per = expression[1:].partition("/")
    name, _, factor = body.partition("*")
    dimension: Dimension = ((_OWN + name, Fraction(1)),)
    if not per:
        return Fraction(factor or 1), Fraction(0), dimension
    below, _, powers = _base(per)
    return Fraction(factor or 1) / below, Fraction(0), _merge(dimension, powers, -1)


def _merge(left: Dimension, right: Dimension, sign: int) -> Dimension:
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, Fraction(0)) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


@lru_cache(maxsize=4096)
def resolve(unit: str) -> Unit:
    """Reduce a unit as written to base units.

    Parameters
    ----------
    unit
        As written, up to 40 characters: ``"元/吨"``, ``"万吨/年"``, ``""`` for a bare number.

    Returns
    -------
    Unit
        An unknown unit becomes a unit of its own, equal only to the same spelling.

    Examples
    --------
    >>> resolve("亩").factor, resolve("万元").factor
    (Fraction(2000, 3), Fraction(10000, 1))
    >>> resolve("公斤/亩").dimension == resolve("t/ha").dimension
    True
    >>> resolve("袋鼠").dimension
    (('own:袋鼠', Fraction(1, 1)),)
    """
    text = canonical(unit)
    if not text:
        return Unit(Fraction(1), Fraction(0), ())
    if text in ATOMS:
        return Unit(*_atom(text))
    return _compound(text) or Unit(Fraction(1), Fraction(0), ((_OWN + text, Fraction(1)),))


def _atom(name: str) -> tuple[Fraction, Fraction, Dimension]:
    meaning = ATOMS[name]
    return _own(meaning) if meaning.startswith("#") else _base(meaning)


def _compound(text: str) -> Unit | None:
    if len(text) > _MAX_UNIT or not _WHOLE.fullmatch(text):
        return None
    bare = _BARE_SCALE.match(text)  # 万/毫升: ten thousand of nothing named
    factor, dimension, below = Fraction(1), (), False  # type: tuple[Fraction, Dimension, bool]
    factor *= SCALES[bare.group()] if bare else 1
    for step in _STEP.finditer(text, bare.end() if bare else 0):
        below = below or step["op"] in "/每" and bool(step["op"])
        name = _INVERSE.sub("", step["atom"])
        sign = -1 if below != (name != step["atom"]) else 1
        size, _, powers = _atom("kWh" if name == "度" else name)  # 元/度 is a price of electricity
        factor *= (size * SCALES.get(step["scale"] or "", 1)) ** sign
        dimension = _merge(dimension, powers, sign)
    return Unit(factor, Fraction(0), dimension)


def same_dimension(left: str, right: str) -> bool:
    """Say whether two units can be compared at all.

    >>> same_dimension("元/吨", "yuan/kg"), same_dimension("元/吨", "%")
    (True, False)
    """
    return resolve(left).dimension == resolve(right).dimension


def to_base(value: Decimal, unit: str, *, difference: bool = False) -> Fraction:
    """Convert exactly to base units; a temperature *difference* takes no offset.

    >>> to_base(Decimal("500"), "公斤/亩") == to_base(Decimal("7.5"), "t/ha")
    True
    >>> to_base(Decimal("25"), "℃"), to_base(Decimal("25"), "℃", difference=True)
    (Fraction(5963, 20), Fraction(25, 1))
    """
    reduced = resolve(unit)
    return Fraction(value) * reduced.factor + (0 if difference else reduced.offset)


def is_rare(unit: str) -> bool:
    """Say whether the unit alone hints at what is measured ("CFU/g" does, "%" and "元" do not).

    >>> is_rare("CFU/g"), is_rare("元/吨"), is_rare("%"), is_rare("万元"), is_rare("个")
    (True, True, False, False, False)
    """
    dimension = resolve(unit).dimension
    if len(dimension) != 1:
        return bool(dimension)
    name, power = dimension[0]
    if name.startswith(_OWN):
        return "#" + name.removeprefix(_OWN) not in COUNT_UNITS
    return (name if power == 1 else f"{name}{power}") not in _EVERYDAY
