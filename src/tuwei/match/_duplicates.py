"""Near-duplicate listings: a set of signatures that is kept, asked for one record, or grouped as a whole."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from tuwei.core.errors import InputError, MissingError
from tuwei.match import _candidates
from tuwei.match._groups import Group, grouped
from tuwei.match._kept import BUCKETS, Kept
from tuwei.match._minhash import refolded, sketches
from tuwei.match._near import Listing, Pair, Side, compared, listing
from tuwei.match._records import read_query, read_records

BATCH = 256  # texts signed at a time: their shingles fit the processor's cache

FEWEST_COMMON, COMMON_SHARE = 30, 0.02  # shingles of more texts than both are boilerplate
SIDES = 4_096  # listings whose shingles are kept while pairs are compared
UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, InputError)


def groups(records: Iterable[Mapping[str, Any]], *, threshold: float = 0.8, seed: int = 0) -> list[Group]:
    """Group near-duplicate records (Broder 1997).

    Parameters
    ----------
    records
        As for `MatchIndex.build`; also read: ``organisation`` (or ``owner``) and ``date``, ``published``,
        ``created`` or ``year`` (ISO dates).
    threshold
        Least Jaccard similarity of two texts' three-character shingles, 0.5-1; also the least share of a
        shorter text that a longer one must hold to be called containing it.
    seed
        Fixes the signatures: the same records give the same groups.

    Returns
    -------
    list of Group
        Duplicates first, then same texts with other figures, then contained texts.

    Raises
    ------
    InputError
        ``match.bad_threshold``; ``match.bad_field`` for the first bad record.

    Examples
    --------
    >>> text = "挤奶厅清洗水经沉淀、过滤、消毒后用于待挤区冲洗，吨水处理成本2元，节水率35%以上"
    >>> found = groups([{"id": "a", "title": "循环水", "text": text, "organisation": "甲公司", "year": 2020},
    ...                 {"id": "b", "title": "循环水", "text": text, "organisation": "乙公司", "year": 2023}])
    >>> found[0].records, found[0].flag, found[0].first
    (['a', 'b'], 'copied', 'a')
    """
    check_threshold(threshold)
    return Duplicates.build(records, seed=seed).groups(threshold=threshold)


class Duplicates:
    """Texts with their signatures: what is near a new record, and which of them are near each other.

    Memory is about 1.6 KB and the text for each record. Use `build` or `load`.
    """

    def __init__(self, kept: Kept, *, seed: int) -> None:
        self._kept, self._seed = kept, seed

    @classmethod
    def build(cls, records: Iterable[Mapping[str, Any]], *, seed: int = 0) -> Duplicates:
        """Sign records, read once.

        Raises
        ------
        InputError
            ``match.bad_field`` for the first bad record or second use of an id.
        """
        made = cls(Kept.empty(), seed=seed)
        made._extend(listing(record) for record in read_records(records))
        return made

    def __len__(self) -> int:
        return len(self._kept.listings)

    def add(self, records: Iterable[Mapping[str, Any]]) -> int:
        """Add records, in place of those with the same id, and return how many; all are checked first."""
        fresh = [listing(record) for record in read_records(records)]
        self.remove([one.id for one in fresh])
        self._extend(iter(fresh))
        return len(fresh)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove the records with these ids and return how many there were."""
        gone = {*ids}
        stay = np.array([one.id not in gone for one in self._kept.listings], bool)
        if stay.all():
            return 0
        self._kept = self._kept.chosen(stay)
        return int((~stay).sum())

    def find(self, record: Mapping[str, Any] | str, *, threshold: float = 0.8, top: int = 20) -> list[Pair]:
        """Return what is near one record, the most alike first; a stored record of the same id is not compared.

        Raises
        ------
        InputError
            ``match.bad_threshold``, ``match.bad_field``.

        Examples
        --------
        >>> text = "挤奶厅清洗水经沉淀、过滤、消毒后用于待挤区冲洗，吨水处理成本2元"
        >>> known = Duplicates.build([{"id": "a", "title": "循环水", "text": text}])
        >>> [pair.kind for pair in known.find({"title": "循环水", "text": text.replace("2元", "3元")})]
        ['figures']
        """
        check_threshold(threshold)
        asked = listing(read_query(record))
        common = self._common()
        made = Side(asked, common)
        codes = made.folded.codes
        sketch = sketches([codes], seed=self._seed)
        near = _candidates.of_one(self._kept, sketch, made.folded.digest, threshold=threshold)
        pairs = (
            compared(Side(self._kept.listings[at], common), made, threshold=threshold)
            for at in near
            if not asked.id or self._kept.listings[at].id != asked.id
        )
        found = [pair for pair in pairs if pair is not None]
        return sorted(found, key=lambda pair: (-pair.likeness, pair.one, pair.other))[:top]

    def groups(self, *, threshold: float = 0.8) -> list[Group]:
        """Group all that are near each other (see the function `groups`)."""
        check_threshold(threshold)
        return grouped(self._kept.listings, list(self._pairs(threshold)))

    def save(self, path: Path | str) -> None:
        """Write everything into one file, which appears whole or not at all."""
        path = Path(path)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with fresh.open("wb") as file:
                np.savez(file, seed=np.int64(self._seed), **self._kept.arrays())  # type: ignore[arg-type]
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path | str) -> Duplicates:
        """Open what was saved.

        Raises
        ------
        MissingError
            ``match.no_duplicates``: there is no such file.
        InputError
            ``match.damaged_duplicates``: it cannot be read.
        """
        try:
            with Path(path).open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = dict(stored)
            return cls(Kept.of(arrays), seed=int(arrays["seed"]))
        except FileNotFoundError:
            raise _missing(path) from None
        except UNREADABLE as error:
            raise _damaged(path, error) from error

    def _extend(self, listings: Iterator[Listing]) -> None:
        counts = self._kept.counts.copy()
        parts, known = [self._kept], {*self._kept.digests.tolist()}
        while batch := list(islice(listings, BATCH)):
            cut = [refolded(one.text) for one in batch]
            digests = np.array([one.digest for one in cut], np.uint64)
            sketch = sketches([one.codes for one in cut], seed=self._seed)
            for hashes, digest in zip(sketch.sets, digests.tolist(), strict=True):
                if digest not in known:  # copies do not make a text common
                    known.add(digest)
                    counts[np.unique(hashes & np.uint32(BUCKETS - 1))] += 1
            parts.append(Kept.made(batch, digests, sketch))
        self._kept = Kept.joined(parts, counts)

    def _common(self) -> NDArray[np.bool_]:
        """Table of boilerplate: whether shingles of this bucket stand in very many texts."""
        limit = max(FEWEST_COMMON, COMMON_SHARE * len(self))
        found: NDArray[np.bool_] = self._kept.counts > limit
        return found

    def _pairs(self, threshold: float) -> Iterator[Pair]:
        common = self._common()

        @lru_cache(SIDES)
        def side(at: int) -> Side:
            return Side(self._kept.listings[at], common)

        near: NDArray[np.int64] = _candidates.among(self._kept, threshold=threshold)
        for one, other in near.tolist():
            if pair := compared(side(one), side(other), threshold=threshold):
                yield pair


def check_threshold(threshold: float) -> None:
    """Raise ``match.bad_threshold`` for anything but a number from 0.5 to 1."""
    number = isinstance(threshold, int | float) and not isinstance(threshold, bool)
    if not number or not 0.5 <= threshold <= 1:
        raise InputError(
            "match.bad_threshold",
            "相似度下限应在 {expected} 之间,现为“{got}”。",
            "The threshold must be within {expected}, got “{got}”.",
            field="threshold",
            expected="0.5-1",
            got=repr(threshold)[:80],
        )


def _missing(path: Path | str) -> MissingError:
    return MissingError(
        "match.no_duplicates",
        "没有查重文件 {file}。",
        "There is no file of signatures {file}.",
        file=str(path),
    )


def _damaged(path: Path | str, error: BaseException) -> InputError:
    return InputError(
        "match.damaged_duplicates",
        "查重文件 {file} 已损坏或版本不符,请重新生成。",
        "The file of signatures {file} is damaged or of another version; make it again.",
        file=str(path),
        got=str(error)[:200],
    )
