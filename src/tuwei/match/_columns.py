"""A few numbers a record for what is filtered on, so that vectors can be filtered too.

They lie in parts that are never changed, as the vectors do: see `_vectors`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.match import _folder
from tuwei.match._filters import Filters, region_prefix, region_terms
from tuwei.match._records import Record
from tuwei.match._vectors import merged_from

_CODES = ("region", "field", "industry")
_ROW = np.dtype(
    [
        ("region", np.int32),
        ("field", np.int32),
        ("industry", np.int32),
        ("trl", np.int32),
        ("price", np.int64),
    ]
)

Rows = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring rows; ``path`` is None while they are in memory only."""

    rows: Rows
    path: Path | None = None


class Columns:
    """Rows of one length; row ``key`` belongs to the record stored under that key."""

    def __init__(
        self,
        parts: Sequence[Part] = (),
        codes: Sequence[str] = ("",),
        alive: NDArray[np.bool_] | None = None,
        *,
        folder: Path | None = None,
    ) -> None:
        self.folder = folder
        self.alive = np.zeros(0, np.bool_) if alive is None else alive  # which keys stand for a record
        self._parts = list(parts)
        self._codes = list(codes)
        self._number = {code: at for at, code in enumerate(self._codes)}

    def __len__(self) -> int:
        return len(self.alive)

    def append(self, records: Sequence[Record]) -> None:
        """Add the rows of these records."""
        rows = np.array(
            [
                (*(self._code(getattr(record, name)) for name in _CODES), record.trl, record.price)
                for record in records
            ],
            _ROW,
        )
        self._parts.append(Part(rows))
        self.alive = np.concatenate([self.alive, np.ones(len(rows), np.bool_)])

    def remove(self, keys: Sequence[int]) -> None:
        """Mark these rows as gone."""
        alive = self.alive.copy()  # whoever is searching goes on with the old ones
        alive[list(keys)] = False
        self.alive = alive

    def settle(self) -> None:
        """Write out what is in memory, and put parts together that have become small beside the newer ones."""
        if self.folder is None:
            return
        held = sum(part.path is None for part in self._parts)
        start = merged_from([len(part.rows) for part in self._parts], len(self._parts) - held)
        chosen = self._parts[start:]
        if chosen and (len(chosen) > 1 or held):
            first = sum(len(part.rows) for part in self._parts[:start])
            rows = np.concatenate([part.rows for part in chosen])
            self._parts[start:] = [_write(self.folder, first, rows)]
            for part in chosen:
                if part.path is not None:
                    part.path.unlink()

    def mask(self, filters: Filters) -> NDArray[np.bool_]:
        """Return which keys pass: those that are alive and that the filters admit."""
        if not filters:
            return self.alive
        passed = self.alive.copy()
        if filters.region:
            prefix = region_prefix(filters.region)
            passed &= self._where("region", lambda code: prefix in region_terms(code))
        if filters.field:
            passed &= self._where("field", lambda code: code in filters.field)
        if filters.industry:
            passed &= self._where("industry", lambda code: code in filters.industry)
        if filters.trl:
            passed &= self._column("trl") >= filters.trl
        if filters.budget >= 0:
            passed &= self._column("price") <= filters.budget
        return passed

    def write(self, folder: Path) -> None:
        """Put the columns into a folder: the parts as links where the disk allows."""
        folder.mkdir()
        first = 0
        for part in self._parts:
            if part.path is None:
                _write(folder, first, part.rows)
            else:
                _folder.link(part.path, folder / part.path.name)
            first += len(part.rows)
        np.save(folder / "alive.npy", np.packbits(self.alive, bitorder="little"))
        (folder / "codes.json").write_text(json.dumps(self._codes), "ascii")

    @classmethod
    def read(cls, folder: Path, count: int) -> Columns:
        """Open what `write` wrote, ``count`` rows."""
        parts = [
            Part(np.load(path, mmap_mode="r"), path)
            for path in sorted(folder.glob("*.npy"))
            if path.stem != "alive"
        ]
        alive = np.unpackbits(np.load(folder / "alive.npy"), count=count, bitorder="little").astype(np.bool_)
        if sum(len(part.rows) for part in parts) != count or any(part.rows.dtype != _ROW for part in parts):
            raise ValueError("columns differ in length")
        return cls(parts, json.loads((folder / "codes.json").read_text("ascii")), alive)

    def _code(self, code: str) -> int:
        if code not in self._number:
            self._number[code] = len(self._codes)
            self._codes.append(code)
        return self._number[code]

    def _column(self, name: str) -> NDArray[Any]:
        return np.concatenate([part.rows[name] for part in self._parts])

    def _where(self, name: str, admits: Callable[[str], bool]) -> NDArray[np.bool_]:
        wanted = np.array([admits(code) for code in self._codes], np.bool_)
        return np.concatenate([wanted[part.rows[name]] for part in self._parts])


def _write(folder: Path, first: int, rows: Rows) -> Part:
    path = folder / f"{first:012d}-{len(rows):010d}.npy"
    np.save(path, rows)
    return Part(np.load(path, mmap_mode="r"), path)
