"""Charts of the evaluation page as inline SVG, drawn for 340 units of width: a column of it, or a telephone.

Words stand twice, in Chinese and in English, and the page shows one of them. No font, no script, nothing
fetched. A second run differs in shape and line as well as in colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import log10

import numpy as np
from numpy.typing import NDArray

from tuwei.match._calibration import Reliability

WIDE = 340
Floats = NDArray[np.float64]


def both(zh: str, en: str) -> str:
    """Return a text in the two languages, of which the page shows one."""
    return f'<span class="zh">{escape(zh)}</span><span class="en" lang="en">{escape(en)}</span>'


def words(x: float, y: float, zh: str, en: str, kind: str = "") -> str:
    """Return a text of a chart in the two languages."""
    at = f'x="{x:.1f}" y="{y:.1f}"'
    return f'<text {at} class="zh {kind}">{escape(zh)}</text><text {at} class="en {kind}" lang="en">{escape(en)}</text>'


def forest(
    rows: Sequence[tuple[str, float, tuple[float, float] | None]],
    others: Sequence[float | None] = (),
) -> str:
    """Return measures of 0-1 as points with intervals; those of a baseline as rings."""
    left, step = 92, 24
    high = len(rows) * step
    parts = [_scale_x(left, WIDE - 16, high)]
    for at, (name, value, limits) in enumerate(rows):
        y = at * step + step / 2
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" class="end mono">{escape(name)}</text>')
        if at < len(others) and (other := others[at]) is not None:
            parts.append(f'<circle cx="{_across(other, left):.1f}" cy="{y:.1f}" r="4.5" class="ring"/>')
        if limits:
            ends = [_across(limit, left) for limit in limits]
            parts.append(f'<path d="M{ends[0]:.1f} {y:.1f}H{ends[1]:.1f}" class="whisker"/>')
        parts.append(f'<circle cx="{_across(value, left):.1f}" cy="{y:.1f}" r="3.6" class="dot"/>')
    return _svg(WIDE, high + 22, "各项与区间", "Measures with intervals", parts)


def histogram(values: Floats, others: Floats | None = None) -> str:
    """Return how many needs have a measure in each tenth of 0-1; those of a baseline as a stepped line."""
    counts = [_tenths(each) for each in (values, others) if each is not None]
    left, high, top = 34, 132, max(1, max(int(each.max()) for each in counts))
    wide = (WIDE - 16 - left) / 10
    parts = [_grid_y(left, WIDE - 16, high, top), _scale_x(left, WIDE - 16, high + 8, lines=False)]
    for at, count in enumerate(counts[0].tolist()):
        tall = high * count / top
        parts.append(
            f'<rect x="{left + at * wide + 1.5:.1f}" y="{high + 8 - tall:.1f}" width="{wide - 3:.1f}" height="{tall:.1f}" class="bar"/>'
        )
    if len(counts) > 1:
        steps = "".join(
            f"V{high + 8 - high * count / top:.1f}H{left + (at + 1) * wide:.1f}"
            for at, count in enumerate(counts[1].tolist())
        )
        parts.append(f'<path d="M{left} {high + 8}{steps}V{high + 8}" class="line other"/>')
    parts.append(words(WIDE - 16, high + 42, "每条需求的 nDCG", "nDCG of a need", "end soft"))
    return _svg(WIDE, high + 48, "每条需求的 nDCG 分布", "Distribution of nDCG over needs", parts)


def gains(values: Floats) -> str:
    """Return differences of needs to a baseline, the largest gain first, as one outline above and below 0."""
    order = np.sort(values)[::-1]
    left, high = 34, 150
    middle, wide = high / 2 + 8, (WIDE - 16 - left) / max(len(order), 1)
    parts = []
    for value in (1.0, 0.5, 0.0, -0.5, -1.0):
        y = middle - value * high / 2
        parts.append(
            f'<path d="M{left} {y:.1f}H{WIDE - 16}" class="{"axis" if not value else "hair"}"/>'
            f'<text x="{left - 6}" y="{y + 4:.1f}" class="end soft">{_signed(value)}</text>'
        )
    for kind, kept in (("up", np.maximum(order, 0)), ("down", np.minimum(order, 0))):
        steps = "".join(
            f"V{middle - value * high / 2:.2f}H{left + (at + 1) * wide:.2f}"
            for at, value in enumerate(kept.tolist())
        )
        parts.append(f'<path d="M{left} {middle}{steps}V{middle}Z" class="{kind}"/>')
    parts.append(words(WIDE - 16, high + 28, "需求，按差从大到小", "needs, largest gain first", "end soft"))
    return _svg(WIDE, high + 34, "每条需求与基线之差", "Difference to the baseline by need", parts)


def along_ranks(curves: Sequence[tuple[Floats, Floats]]) -> str:
    """Return precision (solid) and recall (dashed) against the rank, on a logarithmic axis."""
    depth = max((len(precision) for precision, _ in curves), default=0)
    left, high = 34, 160
    span = WIDE - 16 - left

    def at(rank: int) -> float:
        return left + span * (log10(rank) / log10(depth) if depth > 1 else 0)

    parts = [_grid_y(left, WIDE - 16, high, 1.0)]
    for rank in [one for one in (1, 2, 5, 10, 20, 50, 100) if one <= depth]:
        parts.append(f'<text x="{at(rank):.1f}" y="{high + 24}" class="middle soft">{rank}</text>')
        parts.append(f'<path d="M{at(rank):.1f} {high + 8}v4" class="axis"/>')
    for number, pair in enumerate(curves):
        for kind, values in zip(("", "dashed"), pair, strict=True):
            points = " ".join(
                f"{at(rank):.1f},{8 + high * (1 - value):.1f}"
                for rank, value in enumerate(values.tolist(), 1)
            )
            parts.append(f'<polyline points="{points}" class="line {"other" if number else "own"} {kind}"/>')
    parts.append(words(WIDE - 16, high + 40, "名次（对数）", "rank (logarithmic)", "end soft"))
    return _svg(WIDE, high + 46, "各名次的准确率与召回率", "Precision and recall along the ranks", parts)


def diagram(found: Reliability, zh: str, en: str) -> str:
    """Return the reliability diagram of one event: forecast against frequency, the counts of the tenths below."""
    left, side, wide = 30, 180, 226
    top = 22

    def across(value: float) -> float:
        return left + side * value

    def up(value: float) -> float:
        return top + side * (1 - value)

    parts = [words(left, 13, zh, en, "strong")]
    for value in (0, 0.5, 1):
        parts.append(
            f'<path d="M{left} {up(value):.1f}h{side}M{across(value):.1f} {top}v{side}" class="hair"/>'
        )
        parts.append(f'<text x="{left - 5}" y="{up(value) + 4:.1f}" class="end soft">{value:g}</text>')
        parts.append(
            f'<text x="{across(value):.1f}" y="{top + side + 46}" class="middle soft">{value:g}</text>'
        )
    parts.append(f'<path d="M{left} {top + side}L{left + side} {top}" class="ideal"/>')
    most = max(one.count for one in found.bins)
    points = []
    for one in found.bins:
        x = across(one.forecast)
        parts.append(f'<path d="M{x:.1f} {up(one.low):.1f}V{up(one.high):.1f}" class="whisker"/>')
        parts.append(f'<circle cx="{x:.1f}" cy="{up(one.came_true):.1f}" r="3.2" class="dot"/>')
        points.append(f"{x:.1f},{up(one.came_true):.1f}")
        tall = max(1.0, 26 * one.count / most)
        place = left + min(int(one.forecast * 10), 9) * side / 10
        parts.append(
            f'<rect x="{place + 1:.1f}" y="{top + side + 32 - tall:.1f}" width="{side / 10 - 2:.1f}" height="{tall:.1f}" class="bar"/>'
        )
    parts.append(f'<polyline points="{" ".join(points)}" class="line own thin"/>')
    told_zh = f"ECE {found.ece:.3f}（偶然 {found.ece_by_chance:.3f}）"
    told_en = f"ECE {found.ece:.3f} (chance {found.ece_by_chance:.3f})"
    parts.append(words(left, top + side + 64, told_zh, told_en, "soft"))
    return _svg(wide, top + side + 70, f"可靠性图：{zh}", f"Reliability diagram: {en}", parts)


def _svg(wide: float, high: float, zh: str, en: str, parts: Iterable[str]) -> str:
    label = escape(f"{zh} · {en}", quote=True)
    return f'<svg viewBox="0 0 {wide:g} {high:g}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _across(value: float, left: float) -> float:
    return left + (WIDE - 16 - left) * min(max(value, 0.0), 1.0)


def _scale_x(left: float, right: float, high: float, *, lines: bool = True) -> str:
    """Return an axis of 0-1 below."""
    parts = []
    for value in (0, 0.25, 0.5, 0.75, 1):
        x = left + (right - left) * value
        if lines:
            parts.append(f'<path d="M{x:.1f} 0V{high}" class="hair"/>')
        parts.append(f'<text x="{x:.1f}" y="{high + 16}" class="middle soft">{value:g}</text>')
    return "".join(parts)


def _grid_y(left: float, right: float, high: float, top: float) -> str:
    """Return lines and figures of an axis from 0 to ``top``, at 0, the half and the whole."""
    values = sorted({0.0, top if top <= 1 else float(int(top)), top / 2 if top <= 1 else float(int(top / 2))})
    parts = []
    for value in values:
        y = high + 8 - high * value / top
        parts.append(f'<path d="M{left} {y:.1f}H{right}" class="{"axis" if not value else "hair"}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" class="end soft">{value:g}</text>')
    return "".join(parts)


def _tenths(values: Floats) -> NDArray[np.int64]:
    return np.bincount(np.minimum((values * 10).astype(np.int64), 9), minlength=10)


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "−") if value else "0"
