"""Changes: a batch is written whole, and in force only once its line stands in the list of commits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from tuwei.core.errors import ConflictError, InputError
from tuwei.match._build import Progress
from tuwei.match._embedding import Embedding
from tuwei.match._records import Record
from tuwei.match._store import Cut
from tuwei.match.remote._collection import RemoteCollection
from tuwei.match.remote._places import Places
from tuwei.match.remote._rows import BATCH_BITS, NOTHING, Sizes, body, counted, key_of, row
from tuwei.match.remote._sql import sql

SENT = 1_000  # records cut, encoded and sent at a time


@contextmanager
def alone(places: Places) -> Iterator[None]:
    """Keep other writers out: a table can be made only once.

    Raises
    ------
    ConflictError
        ``match.index_busy``: another process is writing, or died while it wrote (`RemoteIndex.unlock`).
    """
    lock = sql("CREATE TABLE $lock (at UInt8) ENGINE = Memory", lock=places.table("writing"))
    try:
        places.first.run(lock)
    except InputError as error:
        if "exist" in str(error.where.get("got", "")):
            raise _busy(places.database) from None
        raise
    try:
        yield
    finally:
        unlock(places)


def unlock(places: Places) -> None:
    """Let other writers in."""
    places.first.run(sql("DROP TABLE IF EXISTS $lock", lock=places.table("writing")))


def next_batch(places: Places, last: int) -> int:
    """Return a number that no batch has, not even one whose writer died."""
    asked = [
        sql("SELECT toString(max(batch)) FROM $table", table=places.whole(name)) for name in ("terms", "gone")
    ]
    asked.append(
        sql(
            "SELECT toString(intDiv(max(key), 4294967296)) FROM $table",
            table=places.whole("postings"),
        )
    )
    asked.append(asked[-1].replace(places.whole("postings"), places.whole("records")))
    return max(last, *(int(places.first.rows(one)[0][0]) for one in asked)) + 1


def send(
    places: Places,
    batch: int,
    records: Iterator[Record],
    count: int,
    embedding: Embedding | None,
    progress: Progress | None,
) -> Sizes:
    """Write records under the keys of a batch, spread evenly over the servers."""
    done, sizes = 0, NOTHING
    while some := list(islice(records, SENT)):
        cuts = [Cut.of(record) for record in some]
        vectors = embedding.encode([cut.terms for cut in cuts]) if embedding else [None] * len(some)
        rows = [
            row(key_of(batch, done + at), *parts)
            for at, parts in enumerate(zip(some, cuts, vectors, strict=True))
        ]
        for number, node in enumerate(places.nodes):
            if mine := [one for one in rows if shard_of(one["key"], places) == number]:
                node.run(
                    sql("INSERT INTO $table FORMAT JSONEachRow", table=places.table("incoming")), body(mine)
                )
        done, sizes = done + len(some), sizes + Sizes.of(cuts)
        if progress:
            progress("index", done, count)
    return sizes


def retire(places: Places, batch: int, held: RemoteCollection, ids: Sequence[str]) -> tuple[Sizes, int]:
    """Mark the records with these ids as removed by a batch, and take their terms off the frequencies."""
    records = held.fetch(held.keys_of(ids))
    sizes = NOTHING
    lost: dict[int, Counter[str]] = {}
    for key, record in records.items():
        cut = Cut.of(record)
        sizes += -Sizes.of([cut])
        lost.setdefault(shard_of(key, places), Counter()).update(counted(cut).keys())
    for number, node in enumerate(places.nodes):
        keys = [{"key": key, "batch": batch} for key in records if shard_of(key, places) == number]
        terms = [
            {"term": term, "batch": batch, "records": -count}
            for term, count in lost.get(number, Counter()).items()
        ]
        for name, rows in (("gone", keys), ("terms", terms)):
            if rows:
                node.run(sql("INSERT INTO $table FORMAT JSONEachRow", table=places.table(name)), body(rows))
    return sizes, len(records)


def commit(places: Places, batch: int, sizes: Sizes, removed: int) -> None:
    """Put a batch in force."""
    names = ("bigrams", "words", "title")
    line = {
        "batch": batch,
        "records": sizes.records,
        "removed": removed,
        **dict(zip(names, sizes.terms, strict=True)),
    }
    insert = sql("INSERT INTO $table FORMAT JSONEachRow", table=places.table("commits"))
    places.first.run(insert, json.dumps(line).encode())


def shard_of(key: int, places: Places) -> int:
    """Return the number of the server on which a key lies."""
    return (key & ((1 << BATCH_BITS) - 1)) % len(places.nodes)


def _busy(name: str) -> ConflictError:
    return ConflictError(
        "match.index_busy",
        "另一个进程正在写入索引 {file},请稍后再试;如该进程已中断,请调用 RemoteIndex.unlock。",
        "Another process is writing the index {file}; try again later, or call RemoteIndex.unlock if it died.",
        file=name,
    )
