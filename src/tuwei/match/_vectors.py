"""The dense half of the first stage: every vector compared while they are few, cells by direction beyond.

The vectors lie in segments that are never changed. New ones gather in memory, are written as a small segment,
and small segments are put together as they grow, so that adding costs what is added and not what is there
(the log-structured merge of O'Neil et al. 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tuwei.match import _segment
from tuwei.match._segment import Floats, Segment

EXACT = 50_000  # rows of a segment up to which all are compared (6 ms a query)
PROBES = 96  # cells looked into: finds .98 of the 300 nearest among 172,000 passages of papers (6 ms)
FEW = 20_000  # rows that pass a filter, up to which they are compared one by one


class Vectors:
    """Unit vectors in rows; row ``key`` belongs to the record stored under that key."""

    def __init__(
        self, dimensions: int, segments: Sequence[Segment] = (), *, folder: Path | None = None
    ) -> None:
        self.dimensions, self.folder = dimensions, folder
        self._segments = tuple(segments)

    def __len__(self) -> int:
        return sum(segment.count for segment in self._segments)

    def append(self, rows: Floats) -> None:
        """Add rows; where many are in memory they are written out."""
        fresh = _segment.coded(len(self), rows)
        self._segments = (*self._segments, fresh)
        held = [segment for segment in self._segments if segment.path is None]
        if self.folder is not None and sum(segment.count for segment in held) >= EXACT:
            self._replace(len(held), _segment.joined(held).write(self.folder))

    def settle(self, alive: NDArray[np.bool_]) -> None:
        """Write out what is in memory, and put segments together that have become small beside the newer ones.

        Parameters
        ----------
        alive
            Shape (rows,): which rows still stand for a record.
        """
        if self.folder is None:
            return
        unfinished = [
            at
            for at, segment in enumerate(self._segments)
            if segment.path is None or (segment.cells is None and segment.count > EXACT)
        ]
        counts = [segment.count for segment in self._segments]
        chosen = self._segments[merged_from(counts, min(unfinished, default=len(counts))) :]
        if not unfinished and len(chosen) < 2:
            return
        first, count = chosen[0].first, sum(segment.count for segment in chosen)
        if count > EXACT or any(segment.cells for segment in chosen):
            fresh = _segment.in_cells(chosen, alive[first : first + count], self.folder)
        else:
            fresh = _segment.joined(chosen).write(self.folder)
        self._replace(len(chosen), fresh)
        for segment in chosen:
            segment.discard()

    def rows(self, keys: Sequence[int] | NDArray[np.int64]) -> Floats:
        """Return the vectors of these keys, shape (keys, dimensions)."""
        wanted = np.asarray(keys, np.int64)
        found = np.zeros((len(wanted), self.dimensions), np.float32)
        for segment in self._segments:
            here = np.flatnonzero((wanted >= segment.first) & (wanted < segment.first + segment.count))
            if len(here):
                found[here] = segment.vectors(wanted[here] - segment.first)
        return found

    def search(self, query: Floats, *, limit: int, mask: NDArray[np.bool_]) -> list[tuple[int, float]]:
        """Return the nearest keys among those that the mask admits, and their cosines."""
        admitted = int(np.count_nonzero(mask))
        if not admitted or not query.any():
            return []
        if admitted <= FEW < len(mask):
            keys = np.flatnonzero(mask)
            scores = np.concatenate([self.rows(part) @ query for part in _blocks(keys)])
        else:
            probes = -(-PROBES * len(mask) // admitted)  # a filter thins the cells out: look into more
            parts = [
                segment.compared(query, mask[segment.first : segment.first + segment.count], probes)
                for segment in self._segments
            ]
            keys, scores = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
        return _best(keys, scores, limit)

    def write(self, folder: Path) -> None:
        """Put the segments into a folder, as links where the disk allows."""
        folder.mkdir()
        for segment in self._segments:
            segment.place(folder)

    @classmethod
    def read(cls, folder: Path, dimensions: int) -> Vectors:
        """Open what `write` wrote."""
        segments = [_segment.read(path) for path in sorted(folder.iterdir())]
        starts = np.cumsum([0, *(segment.count for segment in segments)]).tolist()
        if [segment.first for segment in segments] != starts[:-1]:
            raise ValueError("vectors are missing")
        if any(segment.codes.shape[1] != dimensions for segment in segments):
            raise ValueError("vectors of another length")
        return cls(dimensions, segments)

    def _replace(self, count: int, fresh: Segment) -> None:
        """Put one segment in the place of the last ones, in one step for whoever is searching."""
        self._segments = (*self._segments[: len(self._segments) - count], fresh)


def merged_from(counts: Sequence[int], at_most: int) -> int:
    """Return from which part on all are to be put together: each kept is more than twice all after it.

    Parameters
    ----------
    counts
        Rows of each part, oldest first.
    at_most
        The first part that has to be written anyway; the number of parts where none has.

    Examples
    --------
    >>> merged_from([1_000_000, 900, 400, 100], 3), merged_from([1_000_000, 900, 100], 2)
    (1, 2)
    """
    later = sum(counts)
    for at, count in enumerate(counts[:at_most]):
        later -= count
        if count <= 2 * later:
            return at
    return at_most


def _blocks(keys: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return [keys[at : at + _segment.BLOCK] for at in range(0, len(keys), _segment.BLOCK)]


def _best(keys: NDArray[np.int64], scores: Floats, limit: int) -> list[tuple[int, float]]:
    """Return the best, ties by key."""
    if len(keys) > limit:
        chosen = np.argpartition(-scores, limit - 1)[:limit]
        keys, scores = keys[chosen], scores[chosen]
    order = np.lexsort((keys, -scores))
    return list(zip(keys[order].tolist(), scores[order].tolist(), strict=True))
