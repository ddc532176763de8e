"""What a need and an achievement have in common, as numbers that say the same for every pair of texts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tuwei.match._grader_texts import Floats, Side

FIRST = 40  # latent directions of the broader cosine


def features(need: Side, found: Side) -> Floats:
    """Return the features of one need against achievements.

    Parameters
    ----------
    need
        One row.
    found
        Achievements in the same views.

    Returns
    -------
    numpy.ndarray
        Shape (achievements, features), float32: for each cut of the texts the root of the cosine, the share
        of each side's terms that the other has (plain and by rarity), their Jaccard index and the rarest
        shared term; cosines of the vectors; the longest common run of characters; lengths.
    """
    blocks = [
        column
        for ours, theirs in matched(list(need.terms))
        for column in overlap(need.terms[ours], found.terms[theirs])
    ]
    for name in need.dense:
        near = found.dense[name] * need.dense[name][0]
        blocks += [near.sum(axis=1), near[:, :FIRST].sum(axis=1)]
    long, theirs = (need.letters > 0).sum(), (found.letters > 0).sum(axis=1)
    run = longest_run(need.letters[0], found.letters)
    blocks += [run, run / max(long, 1), run / np.maximum(theirs, 1)]
    blocks += [np.full(len(found), np.log(1 + long)), np.log(1 + theirs)]
    return np.stack(blocks, axis=1).astype(np.float32)


def matched(names: list[str]) -> list[tuple[str, str]]:
    """Return which view of a need is held against which of an achievement."""
    whole = [name for name in names if name.startswith("whole_")]
    crossed = [pair for name in whole for pair in ((name, name), (name, name[6:]), (name[6:], name))]
    return [(name, name) for name in names if name not in whole] + crossed


def overlap(ours: sparse.csr_array, theirs: sparse.csr_array) -> list[NDArray[np.float64]]:
    """Return seven measures of what one row of terms shares with each of many."""
    mine = np.zeros(theirs.shape[1], np.float32)
    mine[ours.indices] = ours.data
    count = theirs.shape[0]
    sizes = np.diff(theirs.indptr)
    rows = np.repeat(np.arange(count), sizes)
    held = mine[theirs.indices]
    on = held > 0
    rows, held, data = rows[on], held[on], theirs.data[on]
    shared = np.bincount(rows, minlength=count)
    rarest = np.zeros(count)
    np.maximum.at(rarest, rows, held)
    return [
        np.sqrt(np.bincount(rows, held * data, minlength=count)),
        shared / max(ours.nnz, 1),
        shared / np.maximum(sizes, 1),
        shared / np.maximum(ours.nnz + sizes - shared, 1),
        np.sqrt(np.bincount(rows, held**2, minlength=count)),
        np.sqrt(np.bincount(rows, data**2, minlength=count)),
        rarest,
    ]


def longest_run(ours: NDArray[np.int32], theirs: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the length of the longest common run of characters, of one title with each of many.

    Examples
    --------
    >>> longest_run(np.array([5, 6, 7, 0]), np.array([[9, 6, 7, 8], [1, 2, 3, 0]]))
    array([2., 0.])
    """
    count, wide = theirs.shape
    best = np.zeros(count, np.int32)
    before = np.zeros((count, wide + 1), np.int32)
    for letter in ours[ours > 0]:
        now = np.zeros_like(before)
        now[:, 1:] = np.where(theirs == letter, before[:, :-1] + 1, 0)
        np.maximum(best, now.max(axis=1), out=best)
        before = now
    return best.astype(np.float64)
