"""Choosing the weights of a ranking by judgements, and proving the choice on needs that had no part in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.core.errors import InputError
from tuwei.match._bootstrap import Difference, compared, mean_statistic
from tuwei.match._evaluate import per_need
from tuwei.match._settings import DEFAULT, Settings

MEASURE = "ndcg@10"
TOP = 10  # hits of a ranking that the measure looks at
FEWEST = 20  # needs with a right answer; fewer decide nothing
ROUNDS = 3  # times that all weights are gone through
LEAST_GAIN = 5e-4  # under which a weight is left as it is
# Values tried, one weight at a time.
GRID: dict[str, tuple[float, ...]] = {
    "dense_weight": (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0),
    "second_weight": (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0),
    "word_weight": (0.0, 0.15, 0.3, 0.6, 1.0),
    "title_weight": (0.0, 0.2, 0.4, 0.8, 1.2),
}

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Need = Mapping[str, Any]
RankWith = Callable[[Settings, Need], Sequence[str]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What was chosen and what it is worth.

    Parameters
    ----------
    chosen, default
        The settings chosen, and those they are held against.
    folds
        For each fold nDCG@10 of the settings chosen without it, and of the default, both on that fold.
    kept_out
        nDCG@10 of the choice against the default on the needs that were used for nothing else.
    choosing, kept_out_needs
        How many needs the choice was made and proved on.
    tried
        Settings that were ranked with.
    grid
        The values that were tried of each weight.
    """

    chosen: Settings
    default: Settings
    folds: list[tuple[float, float]]
    kept_out: Difference
    choosing: int
    kept_out_needs: int
    tried: int
    grid: Mapping[str, Sequence[float]]

    @property
    def accepted(self) -> bool:
        """Whether the choice is not worse than the default on the needs kept out."""
        return self.kept_out.difference >= 0

    @property
    def at_the_end(self) -> list[str]:
        """The changed weights that stand at the end of what was tried: beyond may be better still."""
        return [name for name, (_, new) in self.changed.items() if new == max(self.grid[name])]

    @property
    def changed(self) -> dict[str, tuple[float, float]]:
        """The weights that differ: default and chosen value by name."""
        old, new = self.default.as_dict(), self.chosen.as_dict()
        return {name: (old[name], new[name]) for name in old if old[name] != new[name]}


def tune(
    rank_with: RankWith,
    needs: Sequence[Need],
    grades: Mapping[str, Mapping[str, int]],
    *,
    folds: int = 5,
    kept_out: float = 0.25,
    samples: int = 10_000,
    seed: int = 0,
    default: Settings = DEFAULT,
    grid: Mapping[str, Sequence[float]] = GRID,
    progress: Progress | None = None,
) -> Tuned:
    """Choose settings by nDCG@10.

    Parameters
    ----------
    rank_with
        Ranks a need by settings: at least the first ten achievements' ids, best first.
    needs
        With ``id``; those without a grade above 0 are left out.
    grades
        For each need the grades of judged achievements.
    folds
        Parts of the choosing needs, 2-20.
    kept_out
        Share of the needs, drawn by the seed, on which the choice is only proved; 0.05-0.5.
    samples
        Of the bootstrap on the needs kept out.
    seed
        Fixes the parts and the bootstrap; the order of ``needs`` does not matter.
    default
        Where the search starts and what the choice is held against.
    grid
        The values to try of each weight.
    progress
        Called with ``"tune"``, how many settings were ranked with, and 0.

    Raises
    ------
    InputError
        ``match.too_few_needs``: fewer than 20 needs have a right answer.

    Notes
    -----
    The search moves one weight at a time to the value with the best mean, if that gains at least 0.0005, and
    goes through all weights until none moves (at most three times). Cross-validation repeats the whole search
    without each fold in turn: only if what it finds so beats the default on the folds left out is the search
    over all choosing needs believed; otherwise the default is chosen. The needs kept out are ranked with the
    default and with the choice, nothing else, after the choice.
    """
    judged = sorted((need for need in needs if _able(grades, need)), key=lambda need: str(need["id"]))
    if len(judged) < FEWEST:
        raise _too_few(len(judged))
    order = np.random.default_rng([seed, 4]).permutation(len(judged))
    held = max(2, round(len(judged) * kept_out))
    aside, choosing = ([judged[at] for at in part] for part in (order[:held], order[held:]))
    bench = _Bench(rank_with, choosing, grades, progress)
    chosen, scores = _chosen(bench, folds, default, grid)
    return Tuned(
        chosen=chosen,
        default=default,
        folds=scores,
        kept_out=_proved(rank_with, aside, grades, chosen, default, samples, seed),
        choosing=len(choosing),
        kept_out_needs=len(aside),
        tried=len(bench.known),
        grid=grid,
    )


class _Bench:
    """nDCG@10 of the choosing needs by settings, each ranked once."""

    def __init__(
        self,
        rank_with: RankWith,
        needs: Sequence[Need],
        grades: Mapping[str, Mapping[str, int]],
        progress: Progress | None,
    ) -> None:
        self.rank_with, self.needs, self.grades, self.progress = rank_with, needs, grades, progress
        self.known: dict[Settings, Floats] = {}

    def values(self, settings: Settings) -> Floats:
        """Return the measure of each need, shape (needs,)."""
        if settings not in self.known:
            self.known[settings] = _values(self.rank_with, self.needs, self.grades, settings)
            if self.progress:
                self.progress("tune", len(self.known), 0)
        return self.known[settings]

    def mean(self, settings: Settings, part: Numbers) -> float:
        """Return the mean over some of the needs."""
        return float(self.values(settings)[part].mean())


def _chosen(
    bench: _Bench, folds: int, default: Settings, grid: Mapping[str, Sequence[float]]
) -> tuple[Settings, list[tuple[float, float]]]:
    every = np.arange(len(bench.needs))
    scores = []
    for fold in range(folds):  # the needs come shuffled
        out = every[fold::folds]
        found = _searched(bench, np.setdiff1d(every, out), default, grid)
        scores.append((bench.mean(found, out), bench.mean(default, out)))
    ours, theirs = np.mean(scores, axis=0).tolist()
    return (_searched(bench, every, default, grid) if ours > theirs else default), scores


def _searched(bench: _Bench, part: Numbers, start: Settings, grid: Mapping[str, Sequence[float]]) -> Settings:
    best, reached = start, bench.mean(start, part)
    for _ in range(ROUNDS):
        before = best
        for name, values in grid.items():
            for settings in [best.with_values(**{name: value}) for value in values]:
                mean = bench.mean(settings, part)
                if mean >= reached + LEAST_GAIN:
                    best, reached = settings, mean
        if best == before:
            break
    return best


def _proved(
    rank_with: RankWith,
    aside: Sequence[Need],
    grades: Mapping[str, Mapping[str, int]],
    chosen: Settings,
    default: Settings,
    samples: int,
    seed: int,
) -> Difference:
    ours, theirs = (
        [mean_statistic(MEASURE, _values(rank_with, aside, grades, settings))]
        for settings in (chosen, default)
    )
    found = compared(ours, theirs, samples=samples, seed=seed)[MEASURE]
    assert found is not None  # there are two needs at least, and the measure is always defined
    return found


def _values(
    rank_with: RankWith,
    needs: Sequence[Need],
    grades: Mapping[str, Mapping[str, int]],
    settings: Settings,
) -> Floats:
    run = {str(need["id"]): list(rank_with(settings, need))[:TOP] for need in needs}
    return per_need(run, {name: grades[name] for name in run}, [MEASURE]).column(MEASURE)


def _able(grades: Mapping[str, Mapping[str, int]], need: Need) -> bool:
    return any(grade > 0 for grade in grades.get(str(need["id"]), {}).values())


def _too_few(count: int) -> InputError:
    return InputError(
        "match.too_few_needs",
        "选参数至少要 {expected} 条有正确答案(等级高于 0)的需求,现有 {got} 条。",
        "Tuning takes at least {expected} needs with a right answer (a grade above 0), got {got}.",
        expected=str(FEWEST),
        got=str(count),
    )
