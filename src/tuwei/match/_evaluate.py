"""How good a ranking is, against graded judgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

CUTS = (1, 5, 10)


def evaluate(run: Mapping[str, Sequence[str]], qrels: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """Return the mean measures over the judged needs.

    Parameters
    ----------
    run
        For each need the achievements, best first.
    qrels
        For each need the grades of judged achievements, 0 or more; unjudged ones count as 0.
        Needs without a grade above 0 are left out, as no ranking of them can be right;
        needs that the run leaves out count as found nothing.

    Returns
    -------
    dict
        ``needs`` (how many were counted), ``ndcg@10`` (gain 2^grade - 1, discount log2(rank + 1);
        Järvelin and Kekäläinen 2002, with the gain of Burges et al. 2005), ``mrr`` (of the first
        grade above 0), ``recall@100`` and ``p@1``, ``p@5``, ``p@10``. All but ``needs`` are 0-1.

    Examples
    --------
    >>> evaluate({"n1": ["a", "b"]}, {"n1": {"b": 3}})["mrr"]
    0.5
    """
    judged = {need: grades for need, grades in qrels.items() if any(grade > 0 for grade in grades.values())}
    rows = [_measures(_once(run.get(need, ())), grades) for need, grades in judged.items()]
    names = ["ndcg@10", "mrr", "recall@100", *(f"p@{cut}" for cut in CUTS)]
    means = {name: sum(row[name] for row in rows) / len(rows) if rows else 0.0 for name in names}
    return {"needs": float(len(rows)), **means}


def _once(ranked: Sequence[str]) -> list[str]:
    """An achievement named twice counts where it came first."""
    return list(dict.fromkeys(ranked))


def _measures(ranked: Sequence[str], grades: Mapping[str, int]) -> dict[str, float]:
    hits = [grades.get(achievement, 0) > 0 for achievement in ranked]
    relevant = sum(grade > 0 for grade in grades.values())
    best = sorted(grades.values(), reverse=True)
    return {
        "ndcg@10": _gain([grades.get(achievement, 0) for achievement in ranked]) / _gain(best),
        "mrr": 1 / (hits.index(True) + 1) if any(hits) else 0.0,
        "recall@100": sum(hits[:100]) / relevant,
        **{f"p@{cut}": sum(hits[:cut]) / cut for cut in CUTS},
    }


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0 ** max(grade, 0) - 1) / log2(rank + 1) for rank, grade in enumerate(grades[:10], start=1))
