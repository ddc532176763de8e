"""Records set aside in a file while a collection is read once: it may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from tuwei.match._learn import Progress, sample
from tuwei.match._records import Record, restored
from tuwei.match._store import pack, unpack

EVERY = 2_000  # records between two reports of progress

Packed = tuple[Record, bytes]


def spooled(
    records: Iterator[Record], path: Path, seed: int, progress: Progress | None
) -> tuple[int, list[Record]]:
    """Write checked records to a file, one a line, and keep a sample to learn from."""
    with path.open("wb") as lines:

        def kept() -> Iterator[Record]:
            for count, record in enumerate(records, start=1):
                lines.write(pack(record.data) + b"\n")
                if progress and count % EVERY == 0:
                    progress("read", count, 0)
                yield record

        return sample(kept(), seed)


def unspooled(path: Path) -> Iterator[Packed]:
    """Read them back, in order, with the bytes that a store keeps of each."""
    with path.open("rb") as lines:
        for line in lines:
            yield restored(unpack(line)), line.rstrip(b"\n")


def packed(records: Iterable[Record]) -> Iterator[Packed]:
    """Return checked records with the bytes that a store keeps of each."""
    return ((record, pack(record.data)) for record in records)
