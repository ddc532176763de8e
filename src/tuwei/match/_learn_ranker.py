"""Learning the ranker from needs whose answer is known, or from the collection itself where none are.

A trial index is made with an embedding that has not seen the needs asked of it: what fits the texts it was
learned from too well would be trusted too much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tuwei.match._learn import learn, sample
from tuwei.match._ranker import Ranker, fit, shipped
from tuwei.match._records import Record, read_records

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tuwei.match._features import Doubles
    from tuwei.match._index import MatchIndex

FEWEST_KNOWN = 50  # needs with a known answer under which the collection itself is asked
FEWEST_RECORDS = 2_000  # with texts, under which, without known answers, the shipped weights stay
FEWEST_LISTS = 20  # needs whose answer was among the candidates
MOST_RECORDS = 6_000  # of the trial index
MOST_ASKED = 500  # needs learned from: the weights are few
SHORTEST = 60  # characters of a half that can stand for a need

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Task:
    """Records to search, needs with the records that answer each, and pairs to learn the embedding from."""

    records: list[dict[str, Any]]
    needs: list[tuple[str, frozenset[str]]]
    pairs: list[tuple[str, str]]
    source: str


def learn_ranker(
    records: Iterable[Mapping[str, Any]],
    *,
    pairs: Iterable[tuple[str, str]] = (),
    seed: int = 0,
    progress: Progress | None = None,
    start: Ranker | None = None,
) -> Ranker | None:
    """Learn how to weigh the evidence, None where there is too little to learn from.

    Parameters
    ----------
    records
        What is searched, as in `MatchIndex.build`; of a large collection a sample is used.
    pairs
        Needs as texts, each with the text of the record that answers it. With fewer than `FEWEST_KNOWN`
        that stand among the records, the first half of each record's text stands for a need and its
        title with the second half for the answer; that asks for `FEWEST_RECORDS` records.
    seed
        Fixes the sample and the split: the same input gives the same weights.
    progress
        Called with what is being done, how much is done and how much there is.
    start
        The weights to depart from (those shipped); few needs move them little.

    Raises
    ------
    InputError
        As `MatchIndex.build`.
    """
    _, chosen = sample(read_records(records), seed)
    return ranker_of(chosen, list(pairs), seed, progress, start or shipped())


def ranker_of(
    chosen: Sequence[Record],
    pairs: Sequence[tuple[str, str]],
    seed: int,
    progress: Progress | None,
    start: Ranker,
) -> Ranker | None:
    """Learn from checked records; see `learn_ranker`."""
    random = np.random.default_rng(seed)
    drawn = [chosen[at] for at in sorted(random.permutation(len(chosen))[:MOST_RECORDS])]
    task = _known(drawn, pairs)
    if len(task.needs) < FEWEST_KNOWN:
        task = _halves(drawn)
        if len(task.needs) < FEWEST_RECORDS:
            return None
    most = min(MOST_ASKED, max(FEWEST_KNOWN // 2, len(task.needs) // 3))
    held = [task.needs[at] for at in sorted(random.permutation(len(task.needs))[:most])]
    with closing(_trial(task, held, seed, start)) as index:
        lists, right, offsets = _asked(index, held, progress)
    about = {"needs": len(lists), "source": task.source}
    if len(lists) < FEWEST_LISTS:
        return None
    return fit(lists, right, offsets, start=start, about=about, cautious=task.source == "halves")


def _known(chosen: Sequence[Record], pairs: Sequence[tuple[str, str]]) -> Task:
    """Return the pairs whose answer stands among the records."""
    named: dict[str, str] = {}
    for record in chosen:
        for text in (record.text, record.body, record.whole):
            named.setdefault(text, record.id)
    answers: dict[str, set[str]] = {}
    for left, right in pairs:
        if right in named and left.strip():
            answers.setdefault(left, set()).add(named[right])
    needs = [(need, frozenset(found)) for need, found in answers.items()]
    return Task([dict(record.data) for record in chosen], needs, list(pairs), "pairs")


def _halves(chosen: Sequence[Record]) -> Task:
    """Return the records without the first half of their text, which stands for a need."""
    records, needs = [], []
    for record in chosen:
        half = len(record.body) // 2
        kept = {"id": record.id, "title": record.title, "keywords": list(record.keywords)}
        records.append({**kept, "text": record.body[half:]})
        if half >= SHORTEST:
            needs.append((record.body[:half], frozenset([record.id])))
    return Task(records, needs, [], "halves")


def _trial(task: Task, held: Sequence[tuple[str, frozenset[str]]], seed: int, start: Ranker) -> MatchIndex:
    """Return an index of all records whose embedding has seen neither the held needs nor their answers."""
    from tuwei.match._index import MatchIndex

    asked, answers = {need for need, _ in held}, frozenset().union(*(found for _, found in held))
    unseen = answers if task.source == "halves" else frozenset()
    rest = [record for record in task.records if record["id"] not in unseen]
    pairs = [pair for pair in task.pairs if pair[0] not in asked]
    embedding = learn(list(read_records(rest)), pairs=pairs, seed=seed, progress=None)
    return MatchIndex.build(task.records, embedding=embedding, ranker=start, seed=seed)


def _asked(
    index: MatchIndex, held: Sequence[tuple[str, frozenset[str]]], progress: Progress | None
) -> tuple[list[Doubles], list[NDArray[np.bool_]], list[Doubles]]:
    """Return, for each need whose answer is among the candidates, features, what is right, and first scores."""
    lists, right, offsets = [], [], []
    for count, (need, answers) in enumerate(held, start=1):
        ids, rows, fused = index.evidence(need)
        wanted = np.array([identity in answers for identity in ids], np.bool_)
        if wanted.any():
            lists.append(rows)
            right.append(wanted)
            offsets.append(fused)
        if progress and count % 20 == 0:
            progress("ranker", count, len(held))
    return lists, right, offsets
