"""How well people are found by their works: a synthetic task over real papers.

``python benchmarks/match_teams.py --texts FOLDER [--needs 300]``; FOLDER holds ``chinaxiv/docs.jsonl.gz``.

The papers name no authors, so people are invented, which makes this a synthetic measure. A *specialist* signs the
papers that share one rare keyword (4 to 12 of them). A *busy* person signs 40 papers drawn at random, as second
of two; every specialist's paper also has a second signer drawn at random. A need is the opening paragraph of a
specialist's paper, which is left out of the index: its specialist should come first. Judged: that one person.

Compared: the engine; the plain sum over its works (model 2 of Balog et al. 2006 with the same weights and no
fading); the best work alone; the number of works found (votes). The engine's weights were chosen on this task.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def main() -> None:
    """Invent people, index, rank, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, required=True, help="folder with chinaxiv/")
    parser.add_argument("--needs", type=int, default=300)
    parser.add_argument("--rows", type=int, default=0, help="papers read (all)")
    chosen = parser.parse_args()
    with gzip.open(chosen.texts / "chinaxiv" / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    measure(papers[: chosen.rows or None], chosen.needs)


def measure(papers: list[dict[str, Any]], count: int) -> None:
    """Print the mean reciprocal rank of the specialist for each way of adding works up."""
    from tuwei.match import MatchIndex
    from tuwei.match import _teams as teams

    works, needs = invented(papers, count)
    index = MatchIndex.build(works)
    print(
        f"{len(works):,} papers, {len(needs)} needs, {len({p for w in works for p in w['people']}):,} people"
    )
    ways: dict[str, Callable[[Any], float]] = {
        "engine": lambda hit: hit.score,
        "plain sum": lambda hit: sum(hit.parts),
        "best work alone": lambda hit: max(hit.parts),
        "number of works": lambda hit: len(hit.parts),
    }
    places: dict[str, list[int]] = defaultdict(list)
    for need, person in needs:
        found = everyone(teams, index, need)
        for way, score in ways.items():
            order = sorted(found, key=lambda hit: (-score(hit), hit.name))
            names = [hit.name for hit in order]
            places[way].append(names.index(person) + 1 if person in names else 10**9)
    for way, got in places.items():
        at = np.array(got)
        print(
            f"{way:<18} MRR {(1 / at).mean():.3f}   first {(at == 1).mean():.3f}   in ten {(at <= 10).mean():.3f}"
        )


class Found:
    """One person with the weights of all their works."""

    def __init__(self, hit: Any, parts: list[float]) -> None:
        self.name, self.score, self.parts = hit.name, hit.score, parts


def everyone(teams: Any, index: Any, need: dict[str, Any]) -> list[Found]:
    """All people found, with the weight of every work, not of the best alone."""
    shown, teams.SHOWN = teams.SHOWN, 10**6
    try:
        hits = teams.rank_teams(index, need, top=1_000, explain=False)
    finally:
        teams.SHOWN = shown
    return [Found(hit, [work.weight for work in hit.works]) for hit in hits]


def invented(
    papers: list[dict[str, Any]], count: int
) -> tuple[list[dict[str, Any]], list[tuple[dict[str, Any], str]]]:
    """Papers signed by invented people, and needs with the person who should be found."""
    chance = np.random.default_rng(11)
    often = Counter(word for paper in papers for word in set(paper["keywords"]))
    owner: dict[str, str] = {}
    for paper in papers:
        rare = [word for word in paper["keywords"] if 4 <= often[word] <= 12]
        if rare:
            owner[paper["id"]] = min(rare, key=lambda word: (often[word], word))
    held = Counter(owner.values())
    signed = {name: word for name, word in owner.items() if held[word] >= 4}
    asked = _asked(papers, signed, count, chance)
    works = [
        {
            "id": paper["id"], "kind": "paper", "title": paper["title"], "text": paper["abstract"],
            "keywords": paper["keywords"],
            "people": [signed.get(paper["id"], f"单篇{at}"), f"多产{chance.integers(0, len(papers) // 40)}"],
            "organisation": "某院",
        }
        for at, paper in enumerate(papers)
        if paper["id"] not in asked
    ]  # fmt: skip
    needs = [
        ({"id": paper["id"], "title": "", "text": paper["intro"]}, signed[paper["id"]])
        for paper in papers
        if paper["id"] in asked
    ]
    return works, needs


def _asked(papers: list[dict[str, Any]], signed: dict[str, str], count: int, chance: Any) -> set[str]:
    """Ids of at most one paper of each specialist, with an opening long enough."""
    found: dict[str, str] = {}
    for at in chance.permutation(len(papers)).tolist():
        paper = papers[at]
        if paper["id"] in signed and len(paper.get("intro") or "") >= 80:
            found.setdefault(signed[paper["id"]], paper["id"])
    return set(list(found.values())[:count])


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    main()
