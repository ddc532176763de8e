"""A run held against judgements, and against another run: all measures with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from tuwei.match._agreement import Agreement, agreement
from tuwei.match._bootstrap import SAMPLES, Difference, Statistic, compared, intervals, mean_statistic
from tuwei.match._calibration import Calibration, calibration, forecasts
from tuwei.match._evaluate import PerNeed, names_of, per_need
from tuwei.match._judgements import Judgements
from tuwei.match._pairs import NAMES
from tuwei.match._runs import RunFile

Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure: the cuts, judged achievements only or not, how many draws from which seed."""

    cuts: tuple[int, ...] | None = None
    judged_only: bool = False
    samples: int = SAMPLES
    seed: int = 0

    @property
    def names(self) -> list[str]:
        """The measures of the ranking, and the share of judged ones among the first at the main cut."""
        named = names_of(self.cuts)
        return [*named, f"judged@{main_cut(named)}"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was found.

    Parameters
    ----------
    per_need
        The measures of the ranking need by need.
    values
        Every measure by name, of the ranking and of the levels; None where it is not defined.
    intervals
        Their 95 % intervals.
    agreement, calibration
        Of levels and of their probabilities, None where the run or the judgements have none.
    differences
        Against the baseline, by measure; empty without one.
    baseline_per_need
        The baseline's measures over the same needs.
    judgements
        What was measured against.
    """

    per_need: PerNeed
    values: dict[str, float | None]
    intervals: dict[str, Interval]
    agreement: Agreement | None
    calibration: Calibration | None
    judgements: Judgements
    options: Options
    differences: dict[str, Difference | None] = field(default_factory=dict)
    baseline_per_need: PerNeed | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints: the means flat, then intervals, levels, calibration, the comparison."""
        flat = {name: round(value, 6) for name, value in self.per_need.means().items()}
        told: dict[str, Any] = {
            **flat,
            "intervals": {name: _round(one) for name, one in self.intervals.items()},
        }
        told |= {
            "samples": self.options.samples,
            "seed": self.options.seed,
            "judged_only": self.options.judged_only,
        }
        told["levels"] = self._levels()
        told["calibration"] = _round(asdict(self.calibration)) if self.calibration else None
        if self.differences:
            told["baseline"] = {
                name: one and _round({**asdict(one), "difference": one.difference})
                for name, one in self.differences.items()
            }
        return told

    def _levels(self) -> dict[str, Any] | None:
        if self.agreement is None:
            return None
        judged = self.judgements
        named = {name: _round(self.values[name]) for name in ("mae", "score", "accuracy", "kappa")}
        counts = {"pairs": self.agreement.pairs, "without": self.agreement.without}
        table = {
            "confusion": self.agreement.confusion,
            "order": list(NAMES),
            "repeated": judged.repeated,
            "disputed": judged.disputed,
            "experts_mae": _round(judged.experts_mae),
        }
        return {**counts, **named, **table}


def main_cut(names: Sequence[str]) -> int:
    """Return the cut that stands for the ranking: 10 where it is measured, else the first."""
    cuts = [int(name.partition("@")[2]) for name in names if name.startswith("ndcg@")]
    return 10 if 10 in cuts else cuts[0]


def evaluated(
    run: RunFile, judgements: Judgements, options: Options, baseline: RunFile | None = None
) -> Evaluation:
    """Measure a run, and where given its difference to a baseline.

    Measures of levels take every judged pair with a level in the run, also of needs that have no grade above
    0; in the comparison every pair that has a level in both.
    """
    ranked = per_need(run.ranked, judgements.grades, options.names, judged_only=options.judged_only)
    agreed = agreement(judgements.grades, run.levels) if judgements.levelled else None
    agreed = agreed if agreed is not None and agreed.pairs else None
    groups = [_of_ranking(ranked), *_of_levels(run, judgements)]
    drawn: dict[str, Interval] = {}
    for group in groups:
        drawn |= intervals(group, samples=options.samples, seed=options.seed)
    found = forecasts(judgements.grades, run.chances) if judgements.levelled else None
    return Evaluation(
        per_need=ranked,
        values={one.name: _known(one.value) for group in groups for one in group},
        intervals=drawn,
        agreement=agreed,
        calibration=calibration(found, seed=options.seed) if found else None,
        judgements=judgements,
        options=options,
        differences=_differences(run, baseline, judgements, options) if baseline else {},
        baseline_per_need=_ranked(baseline, judgements, options) if baseline else None,
    )


def _ranked(run: RunFile, judgements: Judgements, options: Options) -> PerNeed:
    return per_need(run.ranked, judgements.grades, options.names, judged_only=options.judged_only)


def _differences(
    run: RunFile, baseline: RunFile, judgements: Judgements, options: Options
) -> dict[str, Difference | None]:
    levels, chances = _both(run.levels, baseline.levels), _both(run.chances, baseline.chances)
    sides = [
        [_of_ranking(_ranked(one, judgements, options)), *_of_levels(one, judgements, levels, chances)]
        for one in (run, baseline)
    ]
    found: dict[str, Difference | None] = {}
    for ours, theirs in zip(*sides, strict=True):
        found |= compared(ours, theirs, samples=options.samples, seed=options.seed)
    return found


def _of_ranking(found: PerNeed) -> list[Statistic]:
    return [mean_statistic(name, found.column(name)) for name in found.names]


def _of_levels(
    run: RunFile,
    judgements: Judgements,
    levels: set[tuple[str, str]] | None = None,
    chances: set[tuple[str, str]] | None = None,
) -> list[list[Statistic]]:
    """Return the statistics of levels and of probabilities, each over its own needs."""
    if not judgements.levelled:
        return []
    agreed = agreement(judgements.grades, run.levels, levels)
    told = forecasts(judgements.grades, run.chances, chances)
    groups = [agreed.statistics()] if agreed.pairs else []
    return groups + ([[told.statistic()]] if told.needs else [])


def _both(one: dict[str, dict[str, Any]], other: dict[str, dict[str, Any]]) -> set[tuple[str, str]]:
    return {
        (need, achievement)
        for need, found in one.items()
        for achievement in found
        if achievement in other.get(need, {})
    }


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _round(value: Any) -> Any:
    """Round figures to six places wherever they stand; what is not defined becomes null."""
    if isinstance(value, float | np.floating):
        return round(float(value), 6) if isfinite(value) else None
    if isinstance(value, dict):
        return {name: _round(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_round(one) for one in value]
    return value
