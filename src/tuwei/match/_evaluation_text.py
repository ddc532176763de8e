"""What ``tuwei match evaluate`` prints: one measure a line, the usual ones first and as they always were."""

from __future__ import annotations

from collections.abc import Iterator

from tuwei.match._bootstrap import Difference
from tuwei.match._evaluation import Evaluation


def line(name: str, value: float | None, after: str = "") -> str:
    """Return the line of one measure."""
    shown = "—" if value is None else f"{value:.0f}" if name == "needs" else f"{value:.4f}"
    return f"{name:<12}{shown:>10}{after}"


def told(found: Evaluation) -> Iterator[str]:
    """Yield the lines of a full evaluation: the usual ones first, as they are without it."""
    for name, value in found.per_need.means().items():
        yield line(name, value, _limits(found, name))
    yield from _levels(found)
    yield from _calibration(found)
    if found.differences:
        yield ""
        yield "与基线之差(95 % 区间,两侧 p:配对自助法、随机化) · against the baseline (95 % interval; two-sided p: paired bootstrap, randomisation)"
    for name, difference in found.differences.items():
        yield _compared(name, difference)


def _limits(found: Evaluation, name: str) -> str:
    limits = found.intervals.get(name)
    return f"  [{limits[0]:.4f}, {limits[1]:.4f}]" if limits else ""


def _levels(found: Evaluation) -> Iterator[str]:
    if found.agreement is None:
        yield ""
        yield "没有可比的等级 · no levels to compare"
        return
    agreed = found.agreement
    yield ""
    yield f"有等级的评分对 {agreed.pairs},结果中没有等级的 {agreed.without} · judged pairs with a level {agreed.pairs}, without one in the run {agreed.without}"
    if found.judgements.repeated or found.judgements.disputed:
        repeated, disputed = found.judgements.repeated, found.judgements.disputed
        yield f"重复的评分 {repeated} 行,评得不同的对 {disputed}(取偏低的中位) · repeated lines {repeated}, disputed pairs {disputed} (lower median taken)"
    for name in ("mae", "score", "accuracy", "kappa"):
        yield line(name, found.values[name], _limits(found, name))
    if (between := found.judgements.experts_mae) is not None:
        yield line("experts_mae", between)
    yield "行为评分,列为结果:无、弱、较强、强 · rows judged, columns run: none, weak, fair, strong"
    for row in agreed.confusion:
        yield "".join(f"{count:>8}" for count in row)


def _calibration(found: Evaluation) -> Iterator[str]:
    if found.calibration is None:
        return
    yield ""
    yield f"概率的校准,{found.calibration.pairs} 对;括号内:全凭偶然也常达到的上限 · calibration; in brackets what chance alone reaches in 19 of 20"
    for name, one in found.calibration.thresholds.items():
        yield line(f"ece>={name}", one.ece, f"  ({one.ece_by_chance:.4f})")
    top = found.calibration.top_level
    yield line("ece top", top.ece, f"  ({top.ece_by_chance:.4f})")
    yield line("ece", found.calibration.ece)
    yield line("brier", found.calibration.brier, _limits(found, "brier"))


def _compared(name: str, difference: Difference | None) -> str:
    if difference is None:
        return line(name, None)
    one = difference
    return (
        f"{name:<12}{one.difference:>+10.4f}  [{one.low:+.4f}, {one.high:+.4f}]  p {one.bootstrap_p:.4f} {one.randomisation_p:.4f}"
        f"  {one.baseline:.4f} → {one.value:.4f}  +{one.better} −{one.worse} ={one.same}"
    )
