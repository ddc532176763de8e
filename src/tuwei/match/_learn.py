"""Learning the embedding from the collection itself.

Texts that belong together (a title and its body, keywords and body, two halves of a body, and
pairs the caller knows of) are drawn to each other and away from the other texts of the batch
(InfoNCE, van den Oord et al. 2018, eq. 4, in both directions). A text is the sum of its terms'
vectors under TF-IDF weights, at unit length. The start is the latent semantic analysis of the texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tuwei.match._embedding import Embedding, Floats, Numbers, terms_of, unit, weighed
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

Pair = tuple[Numbers, Numbers]
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
    lexicon = Lexicon()
    known = [(lexicon.read(terms_of(left)), lexicon.read(terms_of(right))) for left, right in pairs]
    bodies: list[Numbers] = []
    found: list[Pair] = []
    for record in records:
        bodies.append(lexicon.read(terms_of(record.whole)))
        found += pairs_of(record, lexicon)
    found += known
    chosen = [found[at] for at in sorted(random.permutation(len(found))[:MOST_PAIRS])]
    kept, weights = vocabulary(bodies + [side for pair in known for side in pair], lexicon)
    every = lexicon.terms()
    row = np.full(len(every), -1, np.int32)
    row[kept] = np.arange(len(kept))
    table = latent(weighed(bodies, row, weights), min(DIMENSIONS, len(bodies) // 4), random)
    left, right = (weighed([pair[side] for pair in chosen], row, weights) for side in (0, 1))
    terms = [every[number] for number in kept]
    learned = contrast(table, left, right, random, progress)
    as_kept = learned.astype(np.float16).astype(np.float32)  # on disk: a loaded index must rank alike
    return Embedding(terms, weights, as_kept)


class Lexicon:
    """Numbers for terms, so that a text is an array and not a list of a thousand strings."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}

    def terms(self) -> list[str]:
        """Return the terms by number."""
        return list(self._number)

    def read(self, terms: Sequence[str]) -> Numbers:
        """Return the numbers of terms, in order."""
        return np.array([self._number.setdefault(term, len(self._number)) for term in terms], np.int32)


def pairs_of(record: Record, lexicon: Lexicon) -> list[Pair]:
    """Return the texts of one record that belong together."""
    half = len(record.body) // 2
    texts = record.title, " ".join(record.keywords), record.body[:half], record.body[half:], record.body
    title, keywords, first, second, body = (lexicon.read(terms_of(text)) for text in texts)
    sides = ((title, body), (keywords, body), (first, second))
    return [(left, right) for left, right in sides if len(left) > 1 and len(right) > 1]


def vocabulary(texts: Sequence[Numbers], lexicon: Lexicon) -> tuple[NDArray[np.int64], Floats]:
    """Return the commonest terms' numbers, in a fixed order, and their inverse document frequencies."""
    terms = lexicon.terms()
    counts = np.zeros(len(terms), np.int64)
    for text in texts:
        counts[np.unique(text)] += 1
    least = 2 if len(texts) < 5_000 else 3
    able = np.flatnonzero(counts >= least).tolist()
    kept = np.array(sorted(able, key=lambda number: (-counts[number], terms[number]))[:MOST_TERMS], np.int64)
    return kept, np.log(1 + len(texts) / counts[kept]).astype(np.float32)


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
    """Return the table after learning, by AdaGrad over shuffled batches; as it is where there are no pairs."""
    count = left.shape[0]
    if not count:
        return table
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
