"""What is in force: the batches that were committed, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass

from tuwei.match.remote._places import Places
from tuwei.match.remote._rows import BATCH_BITS, NOTHING, Sizes
from tuwei.match.remote._sql import numbers, sql


@dataclass(frozen=True, slots=True)
class State:
    """One state of the collection.

    Parameters
    ----------
    batch
        The last that was committed, 0 where none was.
    broken
        Earlier ones that never were: their writer died, and what it left is not looked at.
    sizes
        Records that stand, and their terms in each field.
    removed
        Records that were removed or replaced; their rows are still there.
    """

    batch: int
    broken: tuple[int, ...]
    sizes: Sizes
    removed: int

    @classmethod
    def read(cls, places: Places) -> State:
        """Read which batches are in force."""
        asked = sql(
            "SELECT batch, records, removed, bigrams, words, title FROM $commits ORDER BY batch",
            commits=places.whole("commits"),
        )
        found = [[int(value) for value in row] for row in places.first.rows(asked)]
        last = found[-1][0] if found else 0
        sizes = sum((Sizes(row[1], (row[3], row[4], row[5])) for row in found), NOTHING)
        broken = sorted({*range(1, last + 1)} - {row[0] for row in found})
        return cls(last, tuple(broken), sizes, sum(row[2] for row in found))

    def keys(self) -> str:
        """Return the condition on ``key`` that a row is in force, removed or not."""
        within = sql("key < $end", end=str((self.batch + 1) << BATCH_BITS))
        return within + self._whole("intDiv(key, 4294967296)")

    def batches(self) -> str:
        """Return the condition on ``batch`` that a row is in force."""
        return sql("batch <= $last", last=str(self.batch)) + self._whole("batch")

    def standing(self, places: Places) -> str:
        """Return the condition on ``key`` that its record stands."""
        if not self.removed:
            return self.keys()
        gone = sql(
            " AND key NOT IN (SELECT key FROM $gone WHERE $batches)",
            gone=places.table("gone"),
            batches=self.batches(),
        )
        return self.keys() + gone

    def _whole(self, batch: str) -> str:
        if not self.broken:
            return ""
        return sql(" AND $batch NOT IN ($broken)", batch=batch, broken=numbers(self.broken))
