"""A run of vectors on disk, never changed once written and read through the page cache.

A component is one byte: the row's largest component becomes 127, so a vector of 256 dimensions takes 260 bytes
and a cosine is off by about 0.0006.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.match import _folder
from tuwei.match._cells import Cells, gathered

BLOCK = 1_024  # rows compared at a time: what they unpack to stays in the processor's cache

Floats = NDArray[np.float32]
Codes = NDArray[np.int8]
Scored = tuple[NDArray[np.int64], Floats]  # keys and cosines, in no order


@dataclass(frozen=True, slots=True)
class Segment:
    """The vectors of the keys ``first`` to ``first + count``.

    Parameters
    ----------
    codes, scales
        Shapes (places, dimensions) and (places,); a vector is their product.
    cells
        Where the rows lie; None where they lie in order.
    path
        Of its folder; None in memory.
    """

    first: int
    count: int
    codes: Codes
    scales: Floats
    cells: Cells | None = None
    path: Path | None = None

    def vectors(self, rows: NDArray[np.int64]) -> Floats:
        """Return the vectors of rows counted from the first; zeros where they were dropped."""
        places = rows if self.cells is None else self.cells.places[rows]
        found = self.codes[places].astype(np.float32) * self.scales[places][:, None]
        found[places < 0] = 0
        return found

    def compared(self, query: Floats, mask: NDArray[np.bool_], probes: int) -> Scored:
        """Return the cosines of the rows that the mask admits, in cells the ``probes`` nearest ones only."""
        if self.cells is None:
            rows = np.flatnonzero(mask)
            return rows + self.first, self._scores(query, rows)
        cells = self.cells
        near = np.argsort(-(cells.centres @ query), kind="stable")[:probes]
        places = np.concatenate([np.arange(cells.starts[cell], cells.starts[cell + 1]) for cell in near])
        places = places[mask[cells.rows[places]]]
        return cells.rows[places] + np.int64(self.first), self._scores(query, places)

    def _scores(self, query: Floats, places: NDArray[np.int64]) -> Floats:
        """Return the cosines of the rows at these places, a block at a time."""
        blocks = [places[at : at + BLOCK] for at in range(0, len(places), BLOCK)]
        parts = [self.codes[block].astype(np.float32) @ query for block in blocks]
        found: Floats = np.concatenate([np.zeros(0, np.float32), *parts]) * self.scales[places]
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what is written, by name."""
        found: dict[str, NDArray[Any]] = {"codes": self.codes, "scales": self.scales}
        if self.cells is not None:
            found |= {name: getattr(self.cells, name) for name in Cells.__dataclass_fields__}
        return found

    def write(self, folder: Path) -> Segment:
        """Write it into a folder of its own below this one and return it as read from there."""
        path = folder / f"{self.first:012d}-{self.count:010d}"
        path.mkdir(parents=True)
        for name, array in self.arrays().items():
            np.save(path / f"{name}.npy", array)
        return read(path)

    def place(self, folder: Path) -> None:
        """Put its files into a folder below this one, as links where the disk allows."""
        if self.path is None:
            self.write(folder)
        else:
            _folder.copy_files(self.path, folder / self.path.name)

    def discard(self) -> None:
        """Remove its files; who has them open is not disturbed."""
        if self.path is not None:
            shutil.rmtree(self.path, ignore_errors=True)


def read(path: Path) -> Segment:
    """Open a segment by its folder."""
    first, count = (int(part) for part in path.name.split("-")[:2])
    kept = {name: np.load(path / f"{name}.npy", mmap_mode="r") for name in ("codes", "scales")}
    cells = None
    if (path / "starts.npy").exists():
        kept |= {
            name: np.load(path / f"{name}.npy", mmap_mode="r" if name in ("rows", "places") else None)
            for name in Cells.__dataclass_fields__
        }
        cells = Cells(kept["centres"], kept["starts"], kept["rows"], kept["places"])
    places = int(cells.starts[-1]) if cells else count
    if not len(kept["codes"]) == len(kept["scales"]) == places or (cells and len(cells.places) != count):
        raise ValueError("vectors differ in length")
    return Segment(first, count, kept["codes"], kept["scales"], cells, path)


def coded(first: int, rows: Floats) -> Segment:
    """Return vectors as a segment in memory."""
    scales = np.abs(rows).max(axis=1, initial=0).astype(np.float32) / np.float32(127)
    codes = np.rint(rows / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
    return Segment(first, len(rows), codes, scales)


def joined(segments: Sequence[Segment]) -> Segment:
    """Return neighbouring segments without cells as one, in memory."""
    return Segment(
        segments[0].first,
        sum(segment.count for segment in segments),
        np.concatenate([segment.codes for segment in segments]),
        np.concatenate([segment.scales for segment in segments]),
    )


def in_cells(segments: Sequence[Segment], alive: NDArray[np.bool_], folder: Path) -> Segment:
    """Write neighbouring segments as one in cells, without the rows that are gone; little is held in memory."""
    first, count = segments[0].first, sum(segment.count for segment in segments)
    kept = np.flatnonzero(alive)
    cells = gathered(lambda rows: _across(segments, rows, Segment.vectors), kept, count)
    path = folder / f"{first:012d}-{count:010d}-cells"
    path.mkdir(parents=True)
    for name in Cells.__dataclass_fields__:
        np.save(path / f"{name}.npy", getattr(cells, name))
    shape = (len(cells.rows), segments[0].codes.shape[1])
    codes = np.lib.format.open_memmap(path / "codes.npy", "w+", np.int8, shape)
    scales = np.lib.format.open_memmap(path / "scales.npy", "w+", np.float32, shape[:1])
    for at in range(0, shape[0], 65_536):
        rows = cells.rows[at : at + 65_536].astype(np.int64)
        codes[at : at + len(rows)] = _across(segments, rows, _codes_of)
        scales[at : at + len(rows)] = _across(segments, rows, _scales_of)
    codes.flush()
    scales.flush()
    return read(path)


def _across(
    segments: Sequence[Segment],
    rows: NDArray[np.int64],
    get: Callable[[Segment, NDArray[np.int64]], NDArray[Any]],
) -> NDArray[Any]:
    """Return what ``get`` has for rows counted over all segments, in the order asked."""
    starts = np.array([segment.first - segments[0].first for segment in segments])
    of = np.searchsorted(starts, rows, side="right") - 1
    found: NDArray[Any] | None = None
    for at, segment in enumerate(segments):
        here = np.flatnonzero(of == at)
        if len(here):
            part = get(segment, rows[here] - starts[at])
            found = np.empty((len(rows), *part.shape[1:]), part.dtype) if found is None else found
            found[here] = part
    return np.zeros((0, segments[0].codes.shape[1]), np.float32) if found is None else found


def _codes_of(segment: Segment, rows: NDArray[np.int64]) -> NDArray[Any]:
    return segment.codes[rows if segment.cells is None else segment.cells.places[rows]]


def _scales_of(segment: Segment, rows: NDArray[np.int64]) -> NDArray[Any]:
    return segment.scales[rows if segment.cells is None else segment.cells.places[rows]]
