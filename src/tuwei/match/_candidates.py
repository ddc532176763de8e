"""Which pairs of texts are worth an exact comparison: bands of signatures, and fingerprints in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tuwei.match._kept import Kept
from tuwei.match._minhash import HASHES, Codes, Sketches, rows_a_band

BUCKET = 30  # texts of one band's bucket that are all held against each other; of more, each against two
MOST_OWNERS = 20  # a fingerprint that more texts have is an idiom or boilerplate
LEAST_PRINTS, LEAST_SHARE = (
    2,
    0.25,
)  # fingerprints in common: at least so many, and of the fewer so large a share
SLACK = 0.15  # the estimate of 126 hashes may be this far below the similarity (four standard deviations)

Places = NDArray[np.int64]


def among(kept: Kept, *, threshold: float) -> Places:
    """Return the pairs of places to compare, shape (pairs, 2), sorted; the first is the smaller.

    Texts that differ in figures and marks alone are each paired with the first of them, which stands for all in
    the rest of the search.
    """
    _, first, which = np.unique(kept.digests, return_index=True, return_inverse=True)
    stands = first[which]
    copies = np.flatnonzero(stands != np.arange(len(stands)))
    same = np.stack([stands[copies], copies], axis=1).astype(np.int64)
    heads = np.flatnonzero(stands == np.arange(len(stands)))
    near = _banded(kept.signatures, heads[kept.signatures[heads].any(axis=1)], threshold)
    held = np.isin(kept.owners, heads)
    parts = _sharing(kept.prints[held], kept.owners[held].astype(np.int64), len(stands))
    found = np.concatenate([same, near, parts])
    return np.unique(found, axis=0) if len(found) else found


def of_one(kept: Kept, sketch: Sketches, digest: int, *, threshold: float) -> list[int]:
    """Return the places to compare with one text."""
    count = len(kept.listings)
    near = kept.digests == np.uint64(digest)
    mine = sketch.signatures[0]
    if count and mine.any():
        agree = (kept.signatures == mine).sum(axis=1)
        near |= agree >= (threshold - SLACK) * HASHES
        near |= _held(kept, sketch.prints)
    return np.flatnonzero(near).tolist()


def _held(kept: Kept, prints: Codes) -> NDArray[np.bool_]:
    """Which texts share enough fingerprints with one that has these."""
    asked = np.unique(prints)
    starts, ends = (np.searchsorted(kept.prints, asked, side) for side in ("left", "right"))
    spans = [np.arange(start, end) for start, end in zip(starts, ends, strict=True) if end > start]
    count = len(kept.listings)
    if not spans:
        return np.zeros(count, bool)
    shared = np.bincount(kept.owners[np.concatenate(spans)], minlength=count)
    fewer = np.minimum(np.bincount(kept.owners, minlength=count), len(asked))
    found: NDArray[np.bool_] = (shared >= LEAST_PRINTS) & (shared >= LEAST_SHARE * fewer)
    return found


def _banded(signatures: Codes, heads: NDArray[np.intp], threshold: float) -> Places:
    rows, count = rows_a_band(threshold), len(signatures)
    found = [np.zeros(0, np.int64)]
    for band in range(HASHES // rows):
        keys = _keys(signatures[heads, band * rows : (band + 1) * rows])
        order = np.argsort(keys, kind="stable")
        found.append(np.unique(_within(keys[order], heads[order].astype(np.int64), count, BUCKET)))
    coded = np.unique(np.concatenate(found))
    pairs = np.stack([coded // max(count, 1), coded % max(count, 1)], axis=1)
    return pairs[_agree(signatures, pairs) >= threshold - SLACK]


def _keys(rows: Codes) -> NDArray[np.uint64]:
    mixed = np.zeros(len(rows), np.uint64)
    for column in rows.T:
        mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _within(keys: NDArray[np.generic], owners: Places, count: int, most: int) -> Places:
    """Pairs of owners whose neighbouring keys are equal, coded as ``one * count + other``.

    Runs up to ``most`` give all their pairs; of longer ones each owner is paired with the first and the one before.
    """
    if not len(keys):
        return np.zeros(0, np.int64)
    edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1], [True]]))
    starts, sizes = edges[:-1], np.diff(edges)
    found = [np.zeros(0, np.int64)]
    for size in np.unique(sizes[(sizes > 1) & (sizes <= most)]).tolist():
        block = owners[starts[sizes == size][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, 1)
        found.append(_coded(block[:, one].ravel(), block[:, other].ravel(), count))
    for start, size in zip(starts[sizes > most].tolist(), sizes[sizes > most].tolist(), strict=True):
        run = owners[start : start + size]
        found += [_coded(np.full(size - 1, run[0]), run[1:], count), _coded(run[:-1], run[1:], count)]
    return np.concatenate(found)


def _coded(one: Places, other: Places, count: int) -> Places:
    return np.minimum(one, other) * count + np.maximum(one, other)


def _agree(signatures: Codes, pairs: Places, step: int = 20_000) -> NDArray[np.float64]:
    found = np.zeros(len(pairs))
    for start in range(0, len(pairs), step):
        some = pairs[start : start + step]
        found[start : start + step] = (signatures[some[:, 0]] == signatures[some[:, 1]]).mean(axis=1)
    return found


def _sharing(prints: Codes, owners: Places, count: int) -> Places:
    """Pairs that share enough of their fingerprints; idioms and boilerplate are passed over."""
    if not len(prints):
        return np.zeros((0, 2), np.int64)
    edges = np.flatnonzero(np.concatenate([[True], prints[1:] != prints[:-1], [True]]))
    sizes = np.repeat(np.diff(edges), np.diff(edges))
    telling = sizes <= MOST_OWNERS
    coded = _within(prints[telling], owners[telling], count, MOST_OWNERS)
    found, shared = np.unique(coded, return_counts=True)
    pairs = np.stack([found // max(count, 1), found % max(count, 1)], axis=1)
    own = np.bincount(owners[telling], minlength=count)
    fewer = np.minimum(own[pairs[:, 0]], own[pairs[:, 1]])
    kept: Places = pairs[(shared >= LEAST_PRINTS) & (shared >= LEAST_SHARE * fewer)]
    return kept
