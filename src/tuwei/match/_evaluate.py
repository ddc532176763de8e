"""How good a ranking is, against graded judgements: the measures, need by need and on average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.core.errors import InputError

NAMES = ("ndcg@10", "mrr", "recall@100", "p@1", "p@5", "p@10")
DEEPEST = 10_000  # cut that may be asked for

Run = Mapping[str, Sequence[str]]
Grades = Mapping[str, Mapping[str, int]]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PerNeed:
    """Measures need by need: ``values`` has a row for each of the ``needs``, a column for each of the ``names``."""

    needs: list[str]
    names: list[str]
    values: Floats

    def column(self, name: str) -> Floats:
        """Return one measure, shape (needs,)."""
        found: Floats = self.values[:, self.names.index(name)]
        return found

    def means(self) -> dict[str, float]:
        """Return ``needs`` and the mean of each measure, 0 where no need is judged."""
        means = self.values.mean(axis=0) if self.needs else np.zeros(len(self.names))
        return {"needs": float(len(self.needs)), **dict(zip(self.names, means.tolist(), strict=True))}


def evaluate(
    run: Run, qrels: Grades, *, cuts: Sequence[int] | None = None, judged_only: bool = False
) -> dict[str, float]:
    """Return the mean measures over the judged needs.

    Parameters
    ----------
    run
        For each need the achievements, best first.
    qrels
        For each need the grades of judged achievements, 0 or more; unjudged ones count as 0.
        Needs without a grade above 0 are left out, as no ranking of them can be right;
        needs that the run leaves out count as found nothing.
    cuts
        Ranks k at which to measure, each 1-10,000; without them the names below.
    judged_only
        Drop what nobody judged from the run before measuring (condensed lists, Sakai 2007), so that an
        unjudged achievement is not taken for a wrong one. The value is then an upper bound of a kind: what
        was dropped might have been wrong.

    Returns
    -------
    dict
        ``needs`` (how many were counted), ``ndcg@10`` (gain 2^grade - 1, discount log2(rank + 1);
        Järvelin and Kekäläinen 2002, with the gain of Burges et al. 2005), ``mrr`` (of the first
        grade above 0; Voorhees 1999), ``recall@100`` and ``p@1``, ``p@5``, ``p@10``. All but ``needs`` are
        0-1. With ``cuts`` instead ``ndcg@k``, ``mrr``, ``recall@k`` and ``p@k`` for each.

    Raises
    ------
    InputError
        ``match.bad_cut``: a cut is no whole number in 1-10,000, or there are none.

    Examples
    --------
    >>> evaluate({"n1": ["a", "b"]}, {"n1": {"b": 3}})["mrr"]
    0.5
    >>> found = evaluate({"n1": ["a", "b"]}, {"n1": {"b": 3}}, cuts=[2], judged_only=True)
    >>> found["ndcg@2"], found["p@2"]
    (1.0, 0.5)
    """
    return per_need(run, qrels, names_of(cuts), judged_only=judged_only).means()


def names_of(cuts: Sequence[int] | None) -> list[str]:
    """Return the measures for these cuts, the usual ones without."""
    if cuts is None:
        return list(NAMES)
    if not cuts:
        raise bad_cut("")
    for cut in cuts:
        if isinstance(cut, bool) or not isinstance(cut, int) or not 1 <= cut <= DEEPEST:
            raise bad_cut(cut)
    once = dict.fromkeys(cuts)
    return [*(f"ndcg@{k}" for k in once), "mrr", *(f"recall@{k}" for k in once), *(f"p@{k}" for k in once)]


def per_need(run: Run, qrels: Grades, names: Sequence[str], *, judged_only: bool = False) -> PerNeed:
    """Return the measures of each need that has a grade above 0, in the order of the judgements."""
    judged = {need: grades for need, grades in qrels.items() if any(grade > 0 for grade in grades.values())}
    rows = []
    for need, grades in judged.items():
        ranked = ranked_of(run, need, grades, judged_only)
        rows.append([_measure(name, ranked, grades) for name in names])
    return PerNeed(list(judged), list(names), np.array(rows, np.float64).reshape(len(rows), len(names)))


def ranked_of(run: Run, need: str, grades: Mapping[str, int], judged_only: bool = False) -> list[str]:
    """Return what a run has for a need; an achievement named twice counts where it came first."""
    once = dict.fromkeys(run.get(need, ()))
    return [achievement for achievement in once if achievement in grades] if judged_only else list(once)


def curves(run: Run, qrels: Grades, *, deepest: int, judged_only: bool = False) -> tuple[Floats, Floats]:
    """Return mean precision and mean recall at each rank from 1, shape (ranks,) each.

    It ends at the longest list of the run, or at ``deepest``.
    """
    judged = {need: grades for need, grades in qrels.items() if any(grade > 0 for grade in grades.values())}
    if not judged:
        return np.zeros(0), np.zeros(0)
    lists = {need: ranked_of(run, need, grades, judged_only) for need, grades in judged.items()}
    depth = min(deepest, max((len(ranked) for ranked in lists.values()), default=0))
    found = np.zeros((len(judged), depth))
    for row, (need, ranked) in enumerate(lists.items()):
        hits = [judged[need].get(achievement, 0) > 0 for achievement in ranked[:depth]]
        found[row, : len(hits)] = hits
    relevant = np.array([sum(grade > 0 for grade in grades.values()) for grades in judged.values()])
    running = np.cumsum(found, axis=1)
    return (running / np.arange(1, depth + 1)).mean(axis=0), (running / relevant[:, None]).mean(axis=0)


def bad_cut(got: Any) -> InputError:
    """Return the error of a cut that is none."""
    return InputError(
        "match.bad_cut",
        "截断名次应为 {expected} 的整数,现为“{got}”。",
        "A cut must be a whole number in {expected}, got “{got}”.",
        field="k",
        expected="1-10000",
        got=str(got)[:80],
    )


def _measure(name: str, ranked: Sequence[str], grades: Mapping[str, int]) -> float:
    kind, _, cut = name.partition("@")
    top = ranked[: int(cut)] if cut else ranked
    if kind == "ndcg":
        best = sorted(grades.values(), reverse=True)[: int(cut)]
        return _gain([grades.get(achievement, 0) for achievement in top]) / _gain(best)
    if kind == "judged":
        return sum(achievement in grades for achievement in top) / len(top) if top else 0.0
    hits = [grades.get(achievement, 0) > 0 for achievement in top]
    if kind == "mrr":
        return 1 / (hits.index(True) + 1) if any(hits) else 0.0
    if kind == "recall":
        return sum(hits) / sum(grade > 0 for grade in grades.values())
    return sum(hits) / int(cut)


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0 ** max(grade, 0) - 1) / log2(rank + 1) for rank, grade in enumerate(grades, start=1))
