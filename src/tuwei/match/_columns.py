"""One number a record for each thing that is filtered on, so that vectors can be filtered too."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tuwei.match._filters import Filters, region_prefix, region_terms
from tuwei.match._records import Record

_CODES = ("region", "field", "industry")
_KINDS: dict[str, Any] = {
    "alive": np.bool_,
    "region": np.int32,
    "field": np.int32,
    "industry": np.int32,
    "trl": np.int8,
    "price": np.int64,
}


class Columns:
    """Arrays of one length; row ``key`` belongs to the record stored under that key."""

    def __init__(self, arrays: dict[str, NDArray[Any]] | None = None, codes: list[str] | None = None) -> None:
        self._arrays = arrays or {name: np.zeros(0, kind) for name, kind in _KINDS.items()}
        self._codes = codes or [""]
        self._number = {code: at for at, code in enumerate(self._codes)}

    def __len__(self) -> int:
        return len(self._arrays["alive"])

    @property
    def alive(self) -> NDArray[np.bool_]:
        """Which keys still stand for a record."""
        return self._arrays["alive"]

    def copy(self) -> Columns:
        """Return columns that may be changed while these are read."""
        return Columns({name: column.copy() for name, column in self._arrays.items()}, list(self._codes))

    def append(self, records: list[Record]) -> None:
        """Add the rows of these records."""
        rows: dict[str, list[int]] = {name: [] for name in _KINDS}
        for record in records:
            rows["alive"].append(1)
            rows["trl"].append(record.trl)
            rows["price"].append(record.price)
            for name in _CODES:
                rows[name].append(self._code(getattr(record, name)))
        for name, kind in _KINDS.items():
            self._arrays[name] = np.concatenate([self._arrays[name], np.array(rows[name], kind)])

    def remove(self, keys: list[int]) -> None:
        """Mark these rows as gone."""
        self._arrays["alive"][keys] = False

    def mask(self, filters: Filters) -> NDArray[np.bool_]:
        """Return which keys pass: those that are alive and that the filters admit."""
        passed = self.alive.copy()
        if filters.region:
            prefix = region_prefix(filters.region)
            passed &= self._where("region", lambda code: prefix in region_terms(code))
        if filters.field:
            passed &= self._where("field", lambda code: code in filters.field)
        if filters.industry:
            passed &= self._where("industry", lambda code: code in filters.industry)
        if filters.trl:
            passed &= self._arrays["trl"] >= filters.trl
        if filters.budget >= 0:
            passed &= self._arrays["price"] <= filters.budget
        return passed

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what must be kept to make these columns again."""
        codes = np.frombuffer(json.dumps(self._codes).encode("ascii"), np.uint8)
        return {**self._arrays, "codes": codes}

    @classmethod
    def of(cls, arrays: dict[str, NDArray[Any]]) -> Columns:
        """Return the columns that `arrays` came from."""
        codes = json.loads(arrays["codes"].tobytes())
        return cls({name: arrays[name] for name in _KINDS}, codes)

    def _code(self, code: str) -> int:
        if code not in self._number:
            self._number[code] = len(self._codes)
            self._codes.append(code)
        return self._number[code]

    def _where(self, name: str, admits: Callable[[str], bool]) -> NDArray[np.bool_]:
        wanted = np.array([admits(code) for code in self._codes], np.bool_)
        found: NDArray[np.bool_] = wanted[self._arrays[name]]
        return found
