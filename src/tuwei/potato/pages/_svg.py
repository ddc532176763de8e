"""Plots as inline SVG: scales with round ticks, and lines, bands, bars and words on them; colours are in ``page.css``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from html import escape
from math import ceil, floor, log10

from tuwei.potato.weather._evapotranspiration import Floats

WIDE, NARROW = 680.0, 340.0  # px; every plot is drawn for both and the style sheet shows one
CHARACTER = 6.4  # px, about, of a Latin letter at the size of the labels; a Chinese one is twice as wide
WIDELY = "·…–“”"  # as wide as a Chinese letter in a Chinese font
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values (1, 2 or 5 times a power of ten) from at or below ``low`` to at or above ``high``.

    Examples
    --------
    >>> ticks(0, 43), ticks(-3, 7, 4)
    ([0.0, 10.0, 20.0, 30.0, 40.0, 50.0], [-5.0, 0.0, 5.0, 10.0])
    """
    span = max(high - low, 1e-9)
    size = 10.0 ** floor(log10(span / most))
    step = next(size * part for part in (1, 2, 5, 10) if span / (size * part) <= most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(step * one, 10) for one in range(first, max(last, first + 1) + 1)]


def thinned(values: Sequence[float], most: int) -> list[float]:
    """Return every second, third … of an axis's ticks, so that at most ``most`` stay and nought does.

    Examples
    --------
    >>> thinned([-20, 0, 20, 40, 60], 4)
    [0, 40]
    """
    step = ceil(len(values) / most)
    begin = list(values).index(0) % step if 0 in values else 0
    return list(values[begin::step])


def figures(value: float, digits: int = 0) -> str:
    """Return a number for people: thousands apart, a true minus, no minus nought.

    Examples
    --------
    >>> figures(-12345.6), figures(-0.04, 1), figures(0.25, 2)
    ('−12,346', '0.0', '0.25')
    """
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def decimals(values: Sequence[float]) -> int:
    """Return how many decimals the ticks of an axis need."""
    return max(0, -floor(log10(values[1] - values[0]) + 1e-9))


def width_of(text: str) -> float:
    """Return about how wide a label is [px]."""
    return sum(CHARACTER * (1.85 if ord(one) > 0x2E7F or one in WIDELY else 1.0) for one in text)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Frame:
    """A plot being drawn: ``x`` and ``y`` are the ends of its scales, ``edges`` left, right, top and bottom [px]."""

    def __init__(
        self, width: float, height: float, x: tuple[float, float], y: tuple[float, float],
        edges: tuple[float, float, float, float] = (44, 10, 30, 26),
    ) -> None:  # fmt: skip
        self.width, self.height, self.x, self.y = width, height, x, y
        self.left, self.right, self.top, self.bottom = (
            edges[0],
            width - edges[1],
            edges[2],
            height - edges[3],
        )
        self.parts: list[str] = []

    def px(self, x: float) -> float:
        """Return where a value of x lies."""
        return self.left + (x - self.x[0]) / (self.x[1] - self.x[0]) * (self.right - self.left)

    def py(self, y: float) -> float:
        """Return where a value of y lies; more is higher."""
        return self.bottom - (y - self.y[0]) / (self.y[1] - self.y[0]) * (self.bottom - self.top)

    def add(self, part: str) -> None:
        """Draw a part over those before."""
        self.parts.append(part)

    def text(self, x: float, y: float, words: str, anchor: str = "start", kind: str = "") -> None:
        """Write at a place in px."""
        more = (f' text-anchor="{anchor}"' if anchor != "start" else "") + (
            f' class="{kind}"' if kind else ""
        )
        self.add(f'<text x="{_n(x)}" y="{_n(y)}"{more}>{escape(words)}</text>')

    def stroke(self, x: float, y: float, x2: float, y2: float, kind: str) -> None:
        """Draw a straight line between places in px."""
        self.add(f'<line x1="{_n(x)}" y1="{_n(y)}" x2="{_n(x2)}" y2="{_n(y2)}" class="{kind}"/>')

    def box(self, x: float, y: float, width: float, height: float, kind: str, told: str = "") -> None:
        """Draw a rectangle at a place in px; ``told`` shows under the pointer."""
        inner = f"><title>{escape(told)}</title></rect>" if told else "/>"
        self.add(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{max(0.0, width):.2f}" height="{max(0.0, height):.2f}" class="{kind}"{inner}'
        )

    def left_axis(self, values: Sequence[float], unit: str, *, unsigned: bool = False) -> None:
        """Draw the ticks of y with their grid, and the unit above; ``unsigned`` for a plot that goes both ways."""
        for value in values:
            place = self.py(value)
            kind = "axis" if value in (0, self.y[0]) else "grid"
            self.stroke(self.left, place, self.right, place, kind)
            told = figures(abs(value) if unsigned else value, decimals(values))
            self.text(self.left - 5, place + 4, told, "end")
        self.text(2, 15, unit, kind="unit")

    def bottom_axis(self, values: Sequence[float], unit: str) -> None:
        """Draw the ticks of x under the plot and the unit at their end."""
        for value in values:
            kind = "axis" if value == 0 else "grid"
            self.stroke(self.px(value), self.top, self.px(value), self.bottom, kind)
            self.under(self.px(value), figures(value, decimals(values)))
        self.text(self.right, self.height - 4, unit, "end", "unit")

    def under(self, x: float, words: str) -> None:
        """Write under the plot, moved in where it would be cut at the end."""
        half = width_of(words) / 2
        self.text(min(x, self.width - half - 2), self.bottom + 20, words, "middle")

    def day_axis(self, start: date, days: int, english: bool) -> None:
        """Draw months under the plot; x is days since ``start``."""
        for number in range(days + 1):
            when = start + timedelta(days=number)
            if when.day != 1 and number:
                continue
            if number:
                self.stroke(self.px(number), self.top, self.px(number), self.bottom + 4, "grid")
            following = (when.replace(day=28) + timedelta(days=4)).replace(day=1)
            last = min(days, (following - start).days)
            if self.px(last) - self.px(number) > 26:
                name = MONTHS[when.month - 1] if english else f"{when.month}月"
                self.text(self.px(0.5 * (number + last)), self.bottom + 18, name, "middle")

    def line(self, x: Iterable[float], y: Iterable[float], kind: str) -> None:
        """Draw a line through points."""
        self.add(
            f'<polyline points="{" ".join(f"{_n(self.px(a))},{_n(self.py(b))}" for a, b in zip(x, y, strict=True))}" class="line {kind}"/>'
        )

    def band(self, x: Floats, low: Floats, high: Floats, kind: str) -> None:
        """Fill between two lines."""
        points = [*zip(x, low, strict=True), *zip(x[::-1], high[::-1], strict=True)]
        self.add(
            f'<polygon points="{" ".join(f"{_n(self.px(a))},{_n(self.py(b))}" for a, b in points)}" class="band {kind}"/>'
        )

    def bar(self, x: tuple[float, float], y: tuple[float, float], kind: str, told: str = "") -> None:
        """Fill a rectangle between values."""
        top, low = self.py(max(y)), self.py(min(y))
        self.box(self.px(x[0]), top, self.px(x[1]) - self.px(x[0]), low - top, kind, told)

    def bar_at(self, x: tuple[float, float], top: float, height: float, kind: str, told: str = "") -> None:
        """Fill from a value of x to another, at a place in px from the top."""
        self.box(self.px(min(x)), top, self.px(max(x)) - self.px(min(x)), height, kind, told)

    def mark(self, x: float, y: float, kind: str, told: str = "") -> None:
        """Draw a dot at a place in px."""
        self.add(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" class="{kind}"><title>{escape(told)}</title></circle>'
        )

    def svg(self, key: str, kind: str, title: str, told: str) -> str:
        """Return the plot; ``key`` is its name on the page, ``title`` and ``told`` are read out."""
        own = f"{key}-{kind}"
        return (f'<svg class="{kind}" viewBox="0 0 {_n(self.width)} {_n(self.height)}" role="img" aria-labelledby="{own}-t {own}-d">'
                f'<title id="{own}-t">{escape(title)}</title><desc id="{own}-d">{escape(told)}</desc>{"".join(self.parts)}</svg>')  # fmt: skip
