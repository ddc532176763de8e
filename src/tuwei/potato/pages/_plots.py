"""The kinds of plots on a page: days of a season, two distributions, stacked bars, and the calendar of work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from tuwei.potato.pages._svg import WIDE, Frame, figures, thinned, ticks, width_of
from tuwei.potato.weather._evapotranspiration import Floats

Draw = Callable[[float], Frame]


@dataclass(frozen=True)
class Layer:
    """What a plot of days draws: ``kind`` band (3, days), line (days,) or bars (weeks,); ``x`` [days] where not day by day.

    ``part`` (of, number) puts bars side by side.
    """

    kind: str
    values: Floats
    style: str
    x: Floats | None = None
    part: tuple[int, int] = (1, 0)


def days_plot(
    start: date, days: int, layers: Sequence[Layer], unit: str, english: bool, *, least: float = 0.0, most: float | None = None
) -> Draw:  # fmt: skip
    """Return what draws layers over the season; the scale reaches ``least`` at the least, and ends at ``most`` if given."""
    low = min(0.0, *(float(np.min(one.values)) for one in layers))
    high = max(least, 1e-6, *(float(np.max(one.values)) for one in layers))
    scale = ticks(low, high if most is None else most)

    def draw(width: float) -> Frame:
        frame = Frame(width, 210 if width == WIDE else 190, (0, days), (scale[0], scale[-1]), _edges(scale))
        frame.left_axis(scale, unit)
        frame.day_axis(start, days, english)
        for layer in layers:
            _layer(frame, layer)
        return frame

    return draw


def _edges(scale: Sequence[float]) -> tuple[float, float, float, float]:
    most = max(width_of(figures(value, 1 if scale[1] - scale[0] < 1 else 0)) for value in scale)
    return 10 + most, 10, 30, 26


def _layer(frame: Frame, layer: Layer) -> None:
    if layer.kind == "bars":
        of, number = layer.part
        for week, value in enumerate(layer.values):
            first = 7 * week + 0.5 + number * 6 / of
            if first + 6 / of <= frame.x[1] and value > 0:
                frame.bar(
                    (first, first + 6 / of), (0, float(value)), f"fill {layer.style}", figures(value, 1)
                )
        return
    days = np.arange(layer.values.shape[-1]) + 0.5 if layer.x is None else layer.x
    x = np.asarray(np.clip(days, *frame.x), float)
    if layer.kind == "band":
        frame.band(x, layer.values[0], layer.values[2], layer.style)
        frame.line(x, layer.values[1], layer.style)
    else:
        frame.line(x, layer.values, layer.style)


def distributions(up: Floats, down: Floats | None, unit: str, share: str) -> Draw:
    """Return what draws how often each value came: ``up`` above the line, ``down`` below it, in the same bins."""
    both = up if down is None else np.concatenate([up, down])
    scale = ticks(float(both.min()), float(both.max()), 6)
    each = 10 if len(scale) < 5 else 5
    bins = np.linspace(scale[0], scale[-1], each * (len(scale) - 1) + 1)
    shares = [100 * np.histogram(one, bins)[0] / len(one) for one in (up, down) if one is not None]
    most = ticks(0, 1.25 * max(float(one.max()) for one in shares), 3)[-1]  # room for the whiskers
    y = ticks(0 if down is None else -most, most, 3 if down is None else 5)

    def draw(width: float) -> Frame:
        frame = Frame(
            width, 190 if down is None else 240, (scale[0], scale[-1]), (y[0], y[-1]), (38, 14, 30, 42)
        )
        frame.left_axis(y, share, unsigned=True)
        frame.bottom_axis(thinned(scale, 9 if width == WIDE else 5), unit)
        for values, part, sign, style in zip(
            (up, down), shares, (1, -1), ("plan", "practice out"), strict=False
        ):
            for place, height in enumerate(part):
                if height:
                    frame.bar(
                        (bins[place], bins[place + 1]),
                        (0, sign * height),
                        f"fill {style}",
                        f"{figures(bins[place])} – {figures(bins[place + 1])}: {figures(height, 1)} %",
                    )
            _whisker(
                frame, np.asarray(values), frame.top - 8 if sign > 0 else frame.bottom - 8, style.split()[0]
            )
        return frame

    return draw


def _whisker(frame: Frame, values: Floats, y: float, style: str) -> None:
    """Draw 5 % to 95 % as a line and the mean as a dot."""
    low, high = np.quantile(values, [0.05, 0.95])
    frame.stroke(frame.px(low), y, frame.px(high), y, "whisker")
    for end in (low, high):
        frame.stroke(frame.px(end), y - 3, frame.px(end), y + 3, "whisker")
    frame.mark(frame.px(float(values.mean())), y, f"dot {style}", figures(float(values.mean()), 1))


@dataclass(frozen=True)
class Bar:
    """A bar of parts (name, value, style) one after another; ``told`` stands above it, a thick line at ``mark``."""

    name: str
    parts: Sequence[tuple[str, float, str]]
    told: str
    mark: float | None = None


def stacked(bars: Sequence[Bar], unit: str, digits: int = 0) -> Draw:
    """Return what draws bars under one another, each of parts; a part that is wide enough shows its value."""
    scale = ticks(0, max(sum(value for _, value, _ in bar.parts) for bar in bars) or 1.0, 5)

    def draw(width: float) -> Frame:
        few = thinned(scale, 9 if width == WIDE else 4)
        frame = Frame(width, 46 * len(bars) + 48, (0, scale[-1]), (0, 1), (4, 14, 4, 44))
        frame.bottom_axis(few, unit)
        for number, bar in enumerate(bars):
            top, at = 8 + 46 * number, 0.0
            frame.text(8, top + 10, f"{bar.name} · {bar.told}", kind="on")
            for name, value, style in bar.parts:
                told = figures(value, digits)
                size = frame.px(at + value) - frame.px(at)
                frame.box(frame.px(at), top + 16, size, 20, f"part {style}", f"{name} {told}")
                crossed = bar.mark is not None and at < bar.mark < at + value
                if not crossed and size > width_of(told) + 8 and style in ("p0", "p2", "p4", "p6", "profit"):
                    frame.text(frame.px(at) + size / 2, top + 30, told, "middle", "in")
                at += value
            if bar.mark is not None:
                frame.stroke(frame.px(bar.mark), top + 13, frame.px(bar.mark), top + 40, "line income")
        return frame

    return draw


@dataclass(frozen=True)
class Row:
    """A row of the calendar [days since the start]: the window, the middle day, in which share of seasons; ``worth`` is
    (mean, low, high) or None."""

    name: str
    days: tuple[float, float, float]
    share: float
    worth: tuple[float, float, float] | None
    told: str


def calendar(
    start: date, days: int, rows: Sequence[Row], unit: str, scale: Sequence[float], english: bool, label: float
) -> Draw:  # fmt: skip
    """Return what draws the work over the season; on a wide page with what each piece is worth beside it.

    ``scale`` holds the ticks of the worth, ``label`` the room for the names [px].
    """

    def draw(width: float) -> Frame:
        panel = 190.0 if width == WIDE else 0.0
        height = 20 * len(rows) + 58
        frame = Frame(width, height, (0, days), (0, 1), (label, 10 + panel + (18 if panel else 0), 30, 26))
        frame.day_axis(start, days, english)
        beside = Frame(width, height, (scale[0], scale[-1]), (0, 1), (width - panel, 14, 30, 26))
        if panel:
            beside.bottom_axis(thinned(scale, 4), "")
            beside.text(beside.left, 15, unit, kind="unit")
        for number, row in enumerate(rows):
            y = 42 + 20 * number
            frame.text(label - 8, y + 4, row.name, "end")
            frame.stroke(frame.left, y + 10, frame.right, y + 10, "grid")
            _window(frame, row, y)
            if panel and row.worth is not None:
                _worth(beside, row.worth, y, figures(row.worth[0]))
        frame.parts += beside.parts
        return frame

    return draw


def _window(frame: Frame, row: Row, y: float) -> None:
    first, middle, last = (frame.px(day + 0.5) for day in row.days)
    if last > first:
        often = "always" if row.share >= 0.95 else "often" if row.share >= 0.5 else "seldom"
        frame.box(first, y - 5, last - first, 10, f"fill {often}", row.told)
    frame.mark(middle, y, "dot plan" if last > first else "dot fixed", row.told)


def _worth(frame: Frame, worth: tuple[float, float, float], y: float, told: str) -> None:
    mean, low, high = worth
    frame.bar_at((0, mean), y - 5, 10, "fill worth" if mean >= 0 else "fill cost", told)
    frame.stroke(frame.px(low), y, frame.px(high), y, "whisker")


@dataclass(frozen=True)
class Point:
    """A row of a forest plot: the ``value``; a thick line, and a thin one if given; the ``target``; whether it is ``met``."""

    name: str
    value: float
    thick: tuple[float, float]
    thin: tuple[float, float] | None = None
    target: float | None = None
    met: bool = True


def forest(points: Sequence[Point], unit: str) -> Draw:
    """Return what draws a row a point: thick and thin lines, the dot, and a dotted mark where its target stands."""
    every = [end for one in points for end in (one.value, *one.thick, *(one.thin or ()), *((one.target,) if one.target is not None else ()))]  # fmt: skip
    scale = ticks(min(0.0, *every), max(0.0, *every), 6)
    label = 12 + max(width_of(one.name) for one in points)

    def draw(width: float) -> Frame:
        frame = Frame(width, 26 * len(points) + 52, (scale[0], scale[-1]), (0, 1), (label, 14, 6, 42))
        frame.bottom_axis(thinned(scale, 9 if width == WIDE else 4), unit)
        for number, one in enumerate(points):
            y = 20 + 26 * number
            frame.text(label - 8, y + 4, one.name, "end")
            if one.thin is not None:
                frame.stroke(frame.px(one.thin[0]), y, frame.px(one.thin[1]), y, "whisker")
            frame.stroke(frame.px(one.thick[0]), y, frame.px(one.thick[1]), y, "line thick")
            if one.target is not None:
                frame.stroke(frame.px(one.target), y - 11, frame.px(one.target), y + 11, "line limit")
            frame.mark(frame.px(one.value), y, "dot plan" if one.met else "dot open", f"{one.name}: {figures(one.value, 1)} {unit}")  # fmt: skip
        return frame

    return draw
