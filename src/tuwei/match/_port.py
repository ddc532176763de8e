"""What the second stage and the reasons ask of whatever holds the records.

`_first.FirstStage` finds candidates; a `Collection` tells of the records behind them. An engine that offers
both ranks as the files on this machine do, since all that follows is the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tuwei.match._records import Record


class Collection(Protocol):
    """Records by key, and how many of them name a word."""

    def __len__(self) -> int:
        """Return how many records there are."""

    def fetch(self, keys: Sequence[int]) -> dict[int, Record]:
        """Return the records stored under these keys; keys that are gone are left out."""

    def keys_of(self, ids: Sequence[str]) -> list[int]:
        """Return the keys of the records with these ids, where there are such records."""

    def frequency(self, word: str) -> int:
        """Return in how many records a word occurs."""

    def pair_frequency(self, pair: str) -> int:
        """Return in how many records a character pair occurs."""

    def together(self, one: str, other: str) -> int:
        """Return in how many records both words occur."""
