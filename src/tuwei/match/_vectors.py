"""The dense half of the first stage: FAISS, exact to 100,000 records and a graph beyond."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

faiss: Any = _faiss  # its stubs describe the C++ side, not what Python sees
EXACT = 100_000  # rows up to which every vector is compared (7 ms a query, recall 1)
LINKS = 16  # of a graph node; twice as many at the bottom
DEPTH = 128  # nodes held open while the graph is searched
FEW = 20_000  # rows that pass a filter, up to which they are compared one by one

Floats = NDArray[np.float32]


class Vectors:
    """Unit vectors in rows; row ``key`` belongs to the record stored under that key."""

    def __init__(self, dimensions: int, index: Any = None) -> None:
        self._index = index if index is not None else faiss.IndexFlatIP(dimensions)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def copy(self) -> Vectors:
        """Return vectors that may be added to while these are read."""
        return Vectors(self._index.d, faiss.clone_index(self._index))

    def append(self, rows: Floats) -> None:
        """Add rows, and go over to the graph where there are too many to compare one by one."""
        if self._is_flat and len(self) + len(rows) > EXACT:
            self._to_graph(rows)
        self._index.add(np.ascontiguousarray(rows))

    def rows(self, keys: list[int]) -> Floats:
        """Return the vectors of these keys, shape (keys, dimensions)."""
        found: Floats = (
            self._index.reconstruct_batch(np.array(keys, np.int64))
            if keys
            else np.zeros((0, self._index.d), np.float32)
        )
        return found

    def search(self, query: Floats, *, limit: int, mask: NDArray[np.bool_]) -> list[tuple[int, float]]:
        """Return the nearest keys among those that the mask admits, and their cosines."""
        few = np.flatnonzero(mask)
        if not len(few) or not query.any():
            return []
        if not self._is_flat and len(few) <= FEW:
            return self._compared(query, few, limit)
        scores, keys = self._index.search(query[None, :], min(limit, len(few)), params=self._within(mask))
        return [(int(key), float(score)) for key, score in zip(keys[0], scores[0], strict=True) if key >= 0]

    def write(self, path: Path) -> None:
        """Write the vectors to a file."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def read(cls, path: Path) -> Vectors:
        """Read what `write` wrote."""
        index = faiss.read_index(str(path))
        return cls(index.d, index)

    @property
    def _is_flat(self) -> bool:
        return isinstance(self._index, faiss.IndexFlat)

    def _to_graph(self, rows: Floats) -> None:
        held = (
            self._index.reconstruct_n(0, len(self)) if len(self) else np.zeros((0, self._index.d), np.float32)
        )
        graph = faiss.IndexHNSWSQ(
            self._index.d, faiss.ScalarQuantizer.QT_8bit, LINKS, faiss.METRIC_INNER_PRODUCT
        )
        graph.train(np.concatenate([held, rows])[:EXACT])
        if len(held):
            graph.add(held)
        self._index = graph

    def _within(self, mask: NDArray[np.bool_]) -> Any:
        bits = np.packbits(mask, bitorder="little")
        selector = None if mask.all() else faiss.IDSelectorBitmap(bits)
        if self._is_flat:
            return faiss.SearchParameters(sel=selector)
        return faiss.SearchParametersHNSW(sel=selector, efSearch=DEPTH)

    def _compared(self, query: Floats, keys: NDArray[np.int64], limit: int) -> list[tuple[int, float]]:
        cosines = self._index.reconstruct_batch(keys) @ query
        best = np.argsort(-cosines, kind="stable")[:limit]
        return [(int(keys[at]), float(cosines[at])) for at in best]
