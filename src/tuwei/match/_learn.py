"""Learning the embedding from the collection itself.

Texts that belong together (a title and its body, keywords and body, two halves of a body, and
pairs the caller knows of) are drawn to each other and away from the other texts of the batch
(InfoNCE, van den Oord et al. 2018, eq. 4, in both directions). A text is the sum of its terms'
vectors under TF-IDF weights, at unit length. The start is the latent semantic analysis of the texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tuwei.match._embedding import Embedding, Floats, terms_of, unit
from tuwei.match._records import Record, read_records

FEWEST = 200  # records under which nothing is learned: a table from so few texts misleads
MOST_RECORDS = 15_000  # that are learned from, drawn at random
MOST_PAIRS = 40_000
MOST_TERMS = 60_000
DIMENSIONS = 256
BATCH = 2_048  # pairs, or an eighth of them where they are few
EPOCHS = 2
FEWEST_STEPS = 80  # a small collection is gone through more often
TEMPERATURE = 0.05
RATE = 0.007

Progress = Callable[[str, int, int], None]


def learn_embedding(
    records: Iterable[Mapping[str, Any]],
    *,
    pairs: Iterable[tuple[str, str]] = (),
    seed: int = 0,
    progress: Progress | None = None,
) -> Embedding | None:
    """Learn an embedding from records, None where there are fewer than `FEWEST`.

    Parameters
    ----------
    records
        What to learn from, as in `MatchIndex.build`; of a large collection a sample is used.
    pairs
        Further texts known to belong together, such as past needs and the achievements that met them.
    seed
        Fixes the sample, the start and the order: the same input gives the same table.
    progress
        Called with what is being done, how much is done and how much there is.

    Raises
    ------
    InputError
        As `MatchIndex.build`.

    Notes
    -----
    At most `MOST_RECORDS` records and `MOST_PAIRS` pairs are learned from.
    """
    _, chosen = sample(read_records(records), seed)
    return learn(chosen, pairs=pairs, seed=seed, progress=progress)


def sample(records: Iterable[Record], seed: int) -> tuple[int, list[Record]]:
    """Return how many records there were and an even sample of them (reservoir, Vitter 1985, algorithm R)."""
    random = np.random.default_rng(seed)
    chosen: list[Record] = []
    count = 0
    for record in records:
        count += 1
        if len(chosen) < MOST_RECORDS:
            chosen.append(record)
        elif (at := int(random.integers(count))) < MOST_RECORDS:
            chosen[at] = record
    return count, chosen


def learn(
    records: Sequence[Record],
    *,
    pairs: Iterable[tuple[str, str]],
    seed: int,
    progress: Progress | None,
) -> Embedding | None:
    """Learn from checked records; see `learn_embedding`."""
    if len(records) < FEWEST:
        return None
    random = np.random.default_rng(seed)
    known = [(terms_of(left), terms_of(right)) for left, right in pairs]
    bodies = [terms_of(record.whole) for record in records]
    found = [pair for record in records for pair in pairs_of(record)] + known
    chosen = [found[at] for at in sorted(random.permutation(len(found))[:MOST_PAIRS])]
    terms, weights = vocabulary(bodies + [side for pair in known for side in pair])
    start = Embedding(terms, weights, np.zeros((len(terms), 1), np.float32))
    table = latent(start.matrix(bodies), min(DIMENSIONS, len(bodies) // 4), random)
    left, right = (start.matrix([pair[side] for pair in chosen]) for side in (0, 1))
    return Embedding(terms, weights, contrast(table, left, right, random, progress))


def pairs_of(record: Record) -> list[tuple[list[str], list[str]]]:
    """Return the texts of one record that belong together, each as terms."""
    body = record.body
    half = len(body) // 2
    sides = [(record.title, body), (" ".join(record.keywords), body), (body[:half], body[half:])]
    cut = [(terms_of(left), terms_of(right)) for left, right in sides]
    return [(left, right) for left, right in cut if len(left) > 1 and len(right) > 1]


def vocabulary(texts: Sequence[Sequence[str]]) -> tuple[list[str], Floats]:
    """Return the commonest terms, in a fixed order, and their inverse document frequencies."""
    counts = Counter(term for text in texts for term in set(text))
    least = 2 if len(texts) < 5_000 else 3
    kept = sorted(
        (term for term, count in counts.items() if count >= least), key=lambda term: (-counts[term], term)
    )
    terms = kept[:MOST_TERMS]
    frequencies = np.array([counts[term] for term in terms], np.float32)
    return terms, np.log(1 + len(texts) / frequencies).astype(np.float32)


def latent(matrix: sparse.csr_array, dimensions: int, random: np.random.Generator) -> Floats:
    """Return term vectors by randomised singular value decomposition (Halko et al. 2011, algorithm 5.1)."""
    sketch = np.asarray(matrix.T @ random.standard_normal((matrix.shape[0], dimensions)).astype(np.float32))
    for _ in range(2):
        sketch, _ = np.linalg.qr(matrix.T @ (matrix @ sketch))
    small = matrix @ sketch
    _, _, turn = np.linalg.svd(small, full_matrices=False)
    return np.asarray(sketch @ turn.T, np.float32)


def contrast(
    table: Floats,
    left: sparse.csr_array,
    right: sparse.csr_array,
    random: np.random.Generator,
    progress: Progress | None,
) -> Floats:
    """Return the table after learning, by AdaGrad over shuffled batches."""
    count = left.shape[0]
    batch = min(BATCH, max(32, count // 8))
    steps = max(EPOCHS * -(-count // batch), FEWEST_STEPS)
    squares = np.full(len(table), 1e-8, np.float32)
    for step, chosen in enumerate(_batches(count, batch, steps, random), start=1):
        _step(table, squares, left[chosen], right[chosen], RATE * (1 - (step - 1) / steps))
        if progress:
            progress("embedding", step, steps)
    return table


def _batches(count: int, size: int, steps: int, random: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Yield so many batches, going through all in a new order each time round."""
    while steps > 0:
        order = random.permutation(count)
        for at in range(0, count, size):
            if steps > 0:
                yield order[at : at + size]
            steps -= 1


def _step(
    table: Floats, squares: Floats, left: sparse.csr_array, right: sparse.csr_array, rate: float
) -> None:
    sums_left, sums_right = np.asarray(left @ table, np.float32), np.asarray(right @ table, np.float32)
    near_left, near_right = unit(sums_left), unit(sums_right)
    logits: Floats = near_left @ near_right.T / np.float32(TEMPERATURE)
    both = (_softmax(logits) + _softmax(logits.T).T) / 2
    pull = np.asarray((both - np.eye(len(both))) / (TEMPERATURE * len(both)), np.float32)
    slope = left.T @ _through(np.asarray(pull @ near_right, np.float32), sums_left, near_left)
    slope = slope + right.T @ _through(np.asarray(pull.T @ near_left, np.float32), sums_right, near_right)
    touched = np.unique(np.concatenate([left.indices, right.indices]))
    change = slope[touched]
    squares[touched] += (change**2).mean(axis=1)
    table[touched] -= rate * change / np.sqrt(squares[touched])[:, None]


def _through(slope: Floats, sums: Floats, near: Floats) -> Floats:
    """Carry a slope back through the division by the length."""
    lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), np.float32(1e-9))
    across: Floats = (slope - near * (slope * near).sum(axis=1, keepdims=True)) / lengths
    return across


def _softmax(logits: Floats) -> Floats:
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Floats = grown / grown.sum(axis=1, keepdims=True)
    return found
