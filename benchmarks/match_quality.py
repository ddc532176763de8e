"""How well matching ranks, on open Chinese texts, beside bm25s over the same bigrams.

``python benchmarks/match_quality.py [--data FOLDER] [--only chinaxiv|csl|stard]``; needs the extra ``bench``. The data
is no part of the project: without the folder this says so and ends.

What is done, exactly. *ChinaXiv*: 12,225 abstracts (10,225 ChinaXiv, 2,000 CSL) are indexed with the abstract as the
text and a number as the title. 2,000 papers are drawn by the seed named in the data's SOURCE.md; their
introductions, then their titles, then their keywords, are the queries, and the own abstract is the one right answer. The embedding is
learned from the other 8,225 ChinaXiv papers and the 2,000 CSL papers: title, keywords and abstract of each, and
introduction with abstract where there is one. Nothing of the 2,000 papers takes part in learning, not even
document frequencies. *CSL*: the titles of its 2,000 papers ask the same abstracts; the embedding is learned from the
8,225 ChinaXiv papers alone. *STARD*: 1,543 lay questions, 1,445 statute articles, five folds by question: the embedding
is learned from all articles and from the questions of the other folds with their articles.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from tuwei.core.text import bigrams
from tuwei.match import Embedding, MatchIndex, Ranker, evaluate, learn_embedding, learn_ranker

DATA = Path(__file__).parents[2] / "shared" / "data" / "match"
FOLDS = 5


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", choices=("chinaxiv", "csl", "stard"))
    chosen = parser.parse_args()
    if not (chosen.data / "chinaxiv" / "docs.jsonl.gz").exists():
        print(f"No data in {chosen.data}: nothing measured.")
        return
    for name, task in (("chinaxiv", chinaxiv), ("csl", csl), ("stard", stard)):
        if chosen.only in (None, name):
            task(chosen.data)


def split(data: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]], list[int]]:
    """Return the papers to learn from, all ChinaXiv papers, all of CSL, and the numbers of the 2,000 kept out."""
    papers, others = _read(data / "chinaxiv/docs.jsonl.gz"), _read(data / "csl/docs.jsonl.gz")
    able = [
        at for at, paper in enumerate(papers) if len(paper["intro"]) >= 80 and len(paper["keywords"]) >= 2
    ]
    asked = np.random.default_rng(0).choice(able, 2_000, replace=False).tolist()
    kept_out = set(asked)
    return [paper for at, paper in enumerate(papers) if at not in kept_out], papers, others, asked


def chinaxiv(data: Path) -> None:
    """Rank abstracts for introductions and for titles."""
    taught, papers, others, asked = split(data)
    pairs = [(one["intro"], one["abstract"]) for one in taught if len(one["intro"]) >= 30]
    start = time.process_time()
    embedding = learn_embedding([paper(at, one) for at, one in enumerate(taught + others)], pairs=pairs)
    print(f"embedding learned in {time.process_time() - start:.0f} s of processor time")
    start = time.process_time()
    bare = [_bare(at, one["abstract"]) for at, one in enumerate(taught + others)]
    ranker = learn_ranker(bare, pairs=pairs)
    print(f"ranker learned in {time.process_time() - start:.0f} s of processor time")
    corpus = [one["abstract"] for one in papers + others]
    for learned, told in ((None, "shipped weights"), (ranker, "learned weights")):
        index = _index(corpus, embedding, learned)
        for name in ("intro", "title", "keywords"):
            queries = {str(at): _text(papers[at][name]) for at in asked}
            right = {str(at): {str(at): 1} for at in asked}
            _report(f"chinaxiv {name}", told, index, corpus, queries, right)


def csl(data: Path) -> None:
    """Rank abstracts for the titles of CSL, of which nothing was learned from."""
    taught, papers, others, _ = split(data)
    pairs = [(one["intro"], one["abstract"]) for one in taught if len(one["intro"]) >= 30]
    embedding = learn_embedding([paper(at, one) for at, one in enumerate(taught)], pairs=pairs)
    corpus = [one["abstract"] for one in papers + others]
    queries = {str(at): one["title"] for at, one in enumerate(others, start=len(papers))}
    right = {at: {at: 1} for at in queries}
    _report("csl title", "shipped weights", _index(corpus, embedding, None), corpus, queries, right)


def stard(data: Path) -> None:
    """Rank statute articles for lay questions."""
    articles, questions = _read(data / "stard/statutes.jsonl.gz"), _read(data / "stard/queries.jsonl.gz")
    corpus = [f"{article['id']} {article['text']}" for article in articles]
    number = {article["id"]: at for at, article in enumerate(articles)}
    fold = np.random.default_rng(0).permutation(len(questions)) % FOLDS
    runs: list[dict[str, float]] = []
    for out in range(FOLDS):
        pairs = [
            (question["query"], corpus[number[name]])
            for question, its in zip(questions, fold, strict=True)
            if its != out
            for name in question["relevant"]
        ]
        articles_read = [_bare(at, text) for at, text in enumerate(corpus)]
        embedding = learn_embedding(articles_read, pairs=pairs)
        index = _index(corpus, embedding, learn_ranker(articles_read, pairs=pairs))
        held = {str(at): question for at, question in enumerate(questions) if fold[at] == out}
        found = {at: _ranked(index, question["query"]) for at, question in held.items()}
        right = {at: {str(number[name]): 1 for name in question["relevant"]} for at, question in held.items()}
        runs.append(evaluate(found, right))
    everything = {str(at): question["query"] for at, question in enumerate(questions)}
    right = {str(at): {str(number[name]): 1 for name in q["relevant"]} for at, q in enumerate(questions)}
    _line("stard bm25s bigrams", evaluate(_bm25(corpus, everything), right))
    total = sum(run["needs"] for run in runs)
    _line("stard tuwei", {name: sum(run[name] * run["needs"] for run in runs) / total for name in runs[0]})


def _report(
    name: str,
    told: str,
    index: MatchIndex,
    corpus: Sequence[str],
    queries: dict[str, str],
    right: dict[str, dict[str, int]],
) -> None:
    _line(f"{name} bm25s bigrams", evaluate(_bm25(corpus, queries), right))
    start = time.process_time()
    hits = {query: index.rank(text, top=100, explain=False) for query, text in queries.items()}
    spent = (time.process_time() - start) / len(queries) * 1_000
    run = {query: [hit.achievement for hit in found] for query, found in hits.items()}
    _line(f"{name} {told}", evaluate(run, right))
    own = Counter(
        hit.level for query, found in hits.items() for hit in found if hit.achievement in right[query]
    )
    tenth = Counter(found[9].level for query, found in hits.items() if len(found) > 9)
    print(f"  {spent:.1f} ms a query; levels of the right one {dict(own)}, of the tenth hit {dict(tenth)}")


def _line(name: str, means: dict[str, float]) -> None:
    print(
        f"{name:<28} nDCG@10 {means['ndcg@10']:.4f}  MRR {means['mrr']:.4f}  R@100 {means['recall@100']:.4f}",
        flush=True,
    )


def _index(corpus: Sequence[str], embedding: Embedding | None, ranker: Ranker | None) -> MatchIndex:
    records = (_bare(at, text) for at, text in enumerate(corpus))
    return MatchIndex.build(records, embedding=embedding, ranker=ranker)


def _ranked(index: MatchIndex, text: str) -> list[str]:
    return [hit.achievement for hit in index.rank(text, top=100, explain=False)]


def _bm25(corpus: Sequence[str], queries: dict[str, str]) -> dict[str, list[str]]:
    """Rank by bm25s with tantivy's constants, the queries' repeated terms counted as often as they come."""
    engine = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    engine.index([bigrams(text) for text in corpus], show_progress=False)
    found, _ = engine.retrieve([bigrams(text) for text in queries.values()], k=100, show_progress=False)
    return {query: [str(at) for at in row] for query, row in zip(queries, found, strict=True)}


def paper(at: int, one: dict[str, Any]) -> dict[str, Any]:
    """Return a paper as a record."""
    return {"id": str(at), "title": one["title"], "text": one["abstract"], "keywords": one["keywords"]}


def _text(found: str | list[str]) -> str:
    return found if isinstance(found, str) else " ".join(found)


def _bare(at: int, text: str) -> dict[str, Any]:
    return {"id": str(at), "title": str(at), "text": text}


def _read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


if __name__ == "__main__":
    main()
