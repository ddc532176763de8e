"""One written value of a parameter to one exact number, by its unit; and exact numbers back to words."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction

from tuwei.core.errors import TuweiError
from tuwei.core.money import format_yuan, parse_yuan

UNITS = {
    "yuan": ("元", "yuan"), "ratio": ("%", "%"), "people": ("人", "people"), "points": ("分", "points"),
    "count": ("项", ""), "days": ("天", "days"), "months": ("个月", "months"), "years": ("年", "years"),
    "square_metres": ("平方米", "m²"), "number": ("", ""), "date": ("", ""), "flag": ("", ""), "words": ("", ""),
}  # fmt: skip
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(%?)", re.ASCII)
_FRACTION = re.compile(r"\d+/0*[1-9]\d*", re.ASCII)
WHOLE = ("people", "points", "count", "days", "months", "years")


def parse_value(text: str, unit: str) -> Fraction:
    """Return a value of a parameter as written in YAML, exactly.

    Parameters
    ----------
    text
        ``500万元`` (yuan), ``10%`` or ``2/3`` (ratio), ``2026-04-01`` (date: day number), ``30`` (the rest).
    unit
        A key of `UNITS`, not ``words``.

    Raises
    ------
    ValueError
        The text does not fit the unit; the message says what is expected.

    Examples
    --------
    >>> parse_value("2.5万元", "yuan"), parse_value("4%", "ratio"), parse_value("yes", "flag")
    (Fraction(2500000, 1), Fraction(1, 25), Fraction(1, 1))
    >>> parse_value("2/3", "ratio")
    Fraction(2, 3)
    """
    if unit == "yuan":
        try:
            return Fraction(parse_yuan(text, negative=True))
        except TuweiError:
            raise ValueError("500万元") from None
    if unit == "date":
        return Fraction(parse_date(text).toordinal())
    if unit == "flag":
        return Fraction(_choice(text))
    return _plain(text, unit)


def _plain(text: str, unit: str) -> Fraction:
    if unit == "ratio" and _FRACTION.fullmatch(text):
        return Fraction(text)
    found = _NUMBER.fullmatch(text)
    expected = {"ratio": "10%", "number": "1.5"}.get(unit, "30")
    if found is None or (found[2] and unit != "ratio"):
        raise ValueError(expected)
    value = Fraction(found[1]) / (100 if found[2] else 1)
    if unit in WHOLE and value.denominator != 1:
        raise ValueError(expected)
    return value


def _choice(text: str) -> int:
    if text not in ("yes", "no", "true", "false"):
        raise ValueError("yes | no")
    return int(text in ("yes", "true"))


def parse_date(text: str) -> datetime.date:
    """Return an ISO date; ``ValueError`` with an example where it is none.

    Examples
    --------
    >>> parse_date("2026-04-01").year
    2026
    """
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("2026-04-01")
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError("2026-04-01") from None


def show(value: Fraction | int | None, unit: str, language: str = "zh") -> str:
    """Return a value in words people use.

    Parameters
    ----------
    value
        In 分 for ``yuan``, a fraction for ``ratio``, a day number for ``date``; None is unknown.

    Examples
    --------
    >>> show(Fraction(1, 25), "ratio"), show(500_000_000_00, "yuan"), show(None, "people", "en")
    ('4%', '5亿元', 'unknown')
    """
    english = language.startswith("en")
    if value is None:
        return "unknown" if english else "未知"
    if unit == "date":
        return datetime.date.fromordinal(int(value)).isoformat()
    if unit == "flag":
        return ("yes" if value else "no") if english else ("是" if value else "否")
    if unit == "yuan":
        return format_yuan(round_half_up(value), language)
    if unit == "ratio":
        return decimal_text(Fraction(value) * 100, 4) + "%"
    name = UNITS.get(unit, ("", ""))[english]
    return f"{decimal_text(Fraction(value), 4)} {name}".strip()


def round_half_up(value: Fraction | int) -> int:
    """Return the nearest whole number, halves away from zero, as tax forms round 分.

    Examples
    --------
    >>> round_half_up(Fraction(5, 2)), round_half_up(Fraction(-5, 2))
    (3, -3)
    """
    value = Fraction(value)
    nearest = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return nearest if value >= 0 else -nearest


def decimal_text(value: Fraction, places: int) -> str:
    """Return a decimal of at most so many places; “≈” before it where that is not exact.

    Examples
    --------
    >>> decimal_text(Fraction(1, 4), 4), decimal_text(Fraction(1, 3), 4)
    ('0.25', '≈0.3333')
    """
    scaled = value * 10**places
    whole = round_half_up(scaled)
    sign, (units, rest) = "-" if whole < 0 else "", divmod(abs(whole), 10**places)
    text = f"{sign}{units:,}" + (f".{rest:0{places}d}".rstrip("0") if rest else "")
    return text if scaled == whole else "≈" + text
