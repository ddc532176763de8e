"""How an index comes to be: records read once, learned from, cut, encoded and stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuwei.match import _folder
from tuwei.match._columns import Columns
from tuwei.match._embedding import Embedding
from tuwei.match._learn import learn
from tuwei.match._learn_ranker import ranker_of
from tuwei.match._lexicon import Terminology
from tuwei.match._life import Parts, named
from tuwei.match._ranker import Ranker, shipped
from tuwei.match._records import read_records
from tuwei.match._spool import Packed, spooled, unspooled
from tuwei.match._store import Cut, Store
from tuwei.match._vectors import Vectors
from tuwei.match._view import View

BATCH = 2_000  # records cut, encoded and stored at a time

if TYPE_CHECKING:
    from tuwei.match._encoder import Encoder

MOST_LEARNED = 6_000  # records whose technical terms are found

Progress = Callable[[str, int, int], None]


def build(
    records: Iterable[Mapping[str, Any]],
    *,
    embedding: Embedding | None,
    ranker: Ranker | None,
    encoder: Encoder | None,
    terms: Iterable[str],
    pairs: Iterable[tuple[str, str]],
    progress: Progress | None,
    seed: int,
    scratch: Path | str | None,
) -> Parts:
    """Make the parts of a new index in a working folder; see `MatchIndex.build`."""
    folder = _folder.scratch(scratch)
    spool = folder / "spool"
    try:
        count, chosen = spooled(read_records(records), spool, seed, progress)
        if embedding is None:
            known = list(pairs)
            embedding = learn(chosen, pairs=known, seed=seed, progress=progress)
            ranker = ranker or ranker_of(chosen, known, seed, progress, shipped())
        vectors = Vectors(embedding.dimensions) if embedding else None
        parts = Parts(
            Store(folder / "store", create=True),
            Columns(),
            vectors,
            embedding,
            ranker or shipped(),
            terms=Terminology.learn(chosen[:MOST_LEARNED], seeds=terms),
            view=View(encoder) if encoder else None,
        )
        if embedding is not None:
            embedding.write(folder)
            parts.learnt = named(embedding)
        parts.keep(folder)
        insert(parts, unspooled(spool), count, progress)
    except BaseException:
        _folder.discard(folder)
        raise
    spool.unlink()
    return parts


def insert(parts: Parts, records: Iterator[Packed], count: int, progress: Progress | None) -> None:
    """Store checked records under new keys."""
    while batch := list(islice(records, BATCH)):
        numbers = []
        for key, (record, data) in enumerate(batch, start=len(parts.columns)):
            cut = Cut.of(record)  # all that is made of its terms is made while they are at hand
            parts.store.insert(key, record, cut, data)
            if parts.embedding:
                numbers.append(parts.embedding.numbers(cut.bigrams, cut.words))
        if parts.embedding and parts.vectors is not None:
            parts.vectors.append(parts.embedding.encode_numbers(numbers))
        if parts.view is not None:
            parts.view.append([record for record, _ in batch])
        parts.columns.append([record for record, _ in batch])
        if progress:
            progress("index", len(parts.columns), count)
    parts.store.commit()
    parts.settle()
