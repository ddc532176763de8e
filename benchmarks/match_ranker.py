"""Learn the weights that the package ships (src/tuwei/match/data/ranker.json) from the open ChinaXiv texts.

``python benchmarks/match_ranker.py [--data FOLDER] [--out FILE]``. The introduction of a paper stands for a need, the
paper (title, keywords, abstract) for the record that answers it. The 2,000 papers that `match_quality` asks for take
no part at all. What is shipped are 24 weights with the mean and spread of their features, no text.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import match_quality as quality
import numpy as np

from tuwei.match import _learn_ranker as learning
from tuwei.match._features import NAMES
from tuwei.match._learn import sample
from tuwei.match._ranker import Ranker, fit
from tuwei.match._records import read_records

SHIPPED = Path(__file__).parents[1] / "src/tuwei/match/data/ranker.json"
ABOUT = {
    "source": "ChinaXiv 2016-2022 (CC BY 4.0), introductions and papers, without the 2,000 of the benchmark",
    "made_by": "benchmarks/match_ranker.py",
}


def main() -> None:
    """Learn and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=quality.DATA)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    chosen = parser.parse_args()
    taught, _, others, _ = quality.split(chosen.data)
    records = [quality.paper(at, one) for at, one in enumerate(taught + others)]
    _, drawn = sample(read_records(records), 0)
    task = learning._known(
        drawn, [(one["intro"], one["abstract"]) for one in taught if len(one["intro"]) >= 80]
    )
    order = np.random.default_rng(0).permutation(len(task.needs))[:1_500]
    held = [task.needs[at] for at in sorted(order)]
    plain = Ranker(np.zeros(len(NAMES)), np.ones(len(NAMES)), np.zeros(len(NAMES)), {})
    index = learning._trial(task, held, 0, plain)
    lists, right, offsets = learning._asked(index, held, lambda work, done, total: print(work, done, total))
    every = np.concatenate(lists)
    spread = np.maximum(every.std(axis=0), 1e-3)
    start = Ranker(every.mean(axis=0), spread, np.zeros(len(NAMES)), {})
    made = fit(lists, right, offsets, start=start, about={"needs": len(lists), **ABOUT}, cautious=True)
    made.write(chosen.out)
    for name, weight in zip(NAMES, made.weights, strict=True):
        print(f"{name:<18}{weight:>8.3f}")


if __name__ == "__main__":
    main()
