"""Vectors by direction: cells around centres, so that a search looks into a few of them only.

An inverted file (Sivic and Zisserman 2003) over the codes of `_segment`, with centres by k-means on the sphere
(Dhillon and Modha 2001).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE = 32  # rows a cell that the centres are learned from
ROUNDS = 8
BLOCK = 8_192  # rows assigned at a time

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the rows of a segment lie.

    Parameters
    ----------
    centres
        Shape (cells, dimensions), unit length.
    starts
        Shape (cells + 1,): cell ``c`` is the places ``starts[c]`` to ``starts[c + 1]``.
    rows
        Shape (places,): the row at each place.
    places
        Shape (rows,): the place of each row, -1 where it was dropped.
    """

    centres: Floats
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    places: NDArray[np.int32]


def cells_for(count: int) -> int:
    """Return how many cells suit so many rows: a power of two about twice the square root.

    Examples
    --------
    >>> cells_for(60_000), cells_for(1_000_000)
    (512, 2048)
    """
    return int(2 ** round(np.log2(max(2 * np.sqrt(count), 1))))


def gathered(read: Callable[[NDArray[np.int64]], Floats], kept: NDArray[np.int64], count: int) -> Cells:
    """Lay out rows in cells.

    Parameters
    ----------
    read
        Returns the vectors of rows, shape (rows, dimensions).
    kept
        The rows that still stand for a record, ascending; the others are dropped.
    count
        Of all rows.
    """
    centres = _centres(read, kept, min(cells_for(len(kept)), len(kept)))
    cell = np.concatenate(
        [nearest(read(kept[at : at + BLOCK]), centres) for at in range(0, len(kept), BLOCK)]
    )
    order = np.argsort(cell, kind="stable")
    rows = kept[order].astype(np.int32)
    places = np.full(count, -1, np.int32)
    places[rows] = np.arange(len(rows), dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=len(centres)))]).astype(np.int64)
    return Cells(centres, starts, rows, places)


def nearest(vectors: Floats, centres: Floats) -> NDArray[np.int64]:
    """Return the cell of each vector, shape (vectors,)."""
    found: NDArray[np.int64] = (vectors @ centres.T).argmax(axis=1)
    return found


def _centres(read: Callable[[NDArray[np.int64]], Floats], kept: NDArray[np.int64], count: int) -> Floats:
    """Learn centres from a sample drawn by a fixed seed: the same rows give the same cells."""
    random = np.random.default_rng(0)
    size = min(len(kept), SAMPLE * count)
    sample = read(np.sort(random.choice(kept, size, replace=False)))
    centres = sample[random.choice(size, count, replace=False)]
    for _ in range(ROUNDS):
        cell = np.concatenate([nearest(sample[at : at + BLOCK], centres) for at in range(0, size, BLOCK)])
        order = np.argsort(cell, kind="stable")
        filled, begins = np.unique(cell[order], return_index=True)
        centres = centres.copy()  # an empty cell keeps its centre
        centres[filled] = np.add.reduceat(sample[order], begins, axis=0)
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), np.float32(1e-9))
    return centres
