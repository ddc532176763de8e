"""What speaks for a candidate, as numbers that a learned ranker can weigh.

All are free of the collection's size: shares, cosines and rarities over the largest possible one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from tuwei.core.text import fold, normalise
from tuwei.match._first import Candidate
from tuwei.match._grams import Texts, held, runs_in_common
from tuwei.match._records import Record
from tuwei.match._words import position

MOST_PAIRS = 1_000  # character pairs from the start of a need that are weighed
MOST_READ = 5_000  # characters of a record that are weighed
REPEATED = 0.7  # power of a pair's count in the need: a word said five times is not five words
NEIGHBOURS = 100  # best candidates that each one is held against
K1, B = 2.0, 0.9  # of the saturation beside that of the first stage

Doubles = NDArray[np.float64]

NAMES = (
    "lexical",  # the first stage's BM25 over the query's best
    "cosine",
    "cosine_z",  # standing of the cosine among the candidates'
    "bm25",  # pairs with another saturation, over the best candidate's
    "opening",  # likewise with the first third of the need alone
    "middle",
    "ending",
    "local",  # likewise with rarities among the candidates: what tells them apart
    "pairs",  # share of the need's pairs, by the cube of their rarity
    "rarest_pair",  # rarity of the rarest shared pair
    "rarest_pairs_3",  # mean of the three rarest
    "rarest_pairs_10",
    "words",  # share of the need's words, by the square of their rarity
    "rarest_word",
    "rarest_words_3",
    "runs",  # ln(1 + shared runs of four characters)
    "of_record",  # share of the record's pairs that the need has
    "title",  # share of the title's pairs that the need has
    "keywords",  # share of the keywords that stand in the need
    "length",  # ln(1 + pairs of the record)
    "feedback_5",  # cosine with the mean of the best five
    "feedback_20",
    "around",  # mean lexical score of the candidates that are like this one
    "around_cosine",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for in every candidate, worked out once a query.

    Parameters
    ----------
    text
        The need as `plain` gives it.
    row
        The need's character pairs, each with its column.
    counts
        How often each pair counts in the first, middle and last third, shape (3, pairs).
    rarity
        Of each pair, 0-1: ln of the records over those with the pair, by the largest possible.
    words
        The need's words with their rarities, 0-1.
    """

    text: str
    row: dict[str, int]
    counts: Doubles
    rarity: Doubles
    words: dict[str, float]


def asked(
    whole: str, pairs: Sequence[str], words: dict[str, float], frequency: Callable[[str], int], total: int
) -> Asked:
    """Read a need once.

    Parameters
    ----------
    whole
        Its text in the normal form.
    pairs
        Its character pairs in order.
    words
        Its words with their rarities, ln(1 + records / (1 + those with the word)).
    frequency
        Tells in how many records a pair occurs.
    total
        How many records there are.
    """
    text = plain(whole)
    taken = pairs[:MOST_PAIRS]
    row = {pair: at for at, pair in enumerate(dict.fromkeys(taken))}
    counts = np.zeros((3, len(row)))
    for at, pair in enumerate(taken):
        counts[at * 3 // len(taken), row[pair]] += 1
    most = log(1 + max(total, 1))
    rarity = np.array([log(1 + total / (1 + frequency(pair))) for pair in row]) / most
    kept = {word: weight / most for word, weight in words.items()}
    return Asked(text, row, counts, rarity, kept)


def plain(text: str) -> str:
    """Return the first `MOST_READ` characters as they are compared: normal form, lower case, folded."""
    return fold(normalise(text[: 2 * MOST_READ])[:MOST_READ].lower())


def named(words: Sequence[str], texts: Sequence[str]) -> Doubles:
    """Return which words stand in which texts as whole words, shape (texts, words); both are folded."""
    found = [[position(word, text) >= 0 for word in words] for text in texts]
    return np.array(found, np.float64).reshape(len(texts), len(words))


def features(
    need: Asked,
    found: Sequence[tuple[Candidate, Record]],
    texts: Sequence[str],
    there: Doubles,
    rows: NDArray[np.float32],
) -> Doubles:
    """Return the evidence of all candidates of a query, shape (candidates, `NAMES`).

    Parameters
    ----------
    found
        Candidates with their records, the first stage's best first.
    texts
        The records' texts as `plain` gives them.
    there
        Which of the need's words stand in which text, as `named` gives it.
    rows
        Their unit vectors, shape (candidates, dimensions); no columns where nothing was learned.
    """
    laid = Texts.of(texts)
    counts, lengths, titles = held(laid, need.row, [len(plain(record.title)) for _, record in found])
    columns = {
        **_by_first(found),
        **_by_pairs(need, counts, lengths),
        **_by_words(need, there),
        "runs": np.log1p(runs_in_common(need.text, laid)),
        "title": titles,
        "keywords": np.array([_named(need, record.keywords) for _, record in found]),
        "length": np.log1p(lengths),
        **_by_neighbours(found, rows),
    }
    return np.stack([columns[name] for name in NAMES], axis=1)


def _by_first(found: Sequence[tuple[Candidate, Record]]) -> dict[str, Doubles]:
    cosines = np.array([candidate.cosine for candidate, _ in found])
    spread = float(cosines.std())
    return {
        "lexical": np.array([candidate.lexical for candidate, _ in found]),
        "cosine": cosines,
        "cosine_z": (cosines - cosines.mean()) / spread if spread > 1e-9 else np.zeros(len(found)),
    }


def _by_pairs(need: Asked, held: Doubles, lengths: Doubles) -> dict[str, Doubles]:
    mean = max(float(lengths.mean()), 1.0)
    often = held / np.maximum(held + K1 * (1 - B + B * lengths / mean)[:, None], 1e-9)
    weights = need.rarity * need.counts.sum(axis=0) ** REPEATED
    there = held > 0
    local = np.log((1 + len(held)) / (1 + there.sum(axis=0)))
    rarest = -np.sort(-(there * need.rarity), axis=1)
    parts = {
        name: _over_best(often @ (need.rarity * need.counts[at]))
        for at, name in enumerate(("opening", "middle", "ending"))
    }
    return {
        "bm25": _over_best(often @ weights),
        **parts,
        "local": _over_best(often @ (local * weights)),
        "pairs": _part(there, need.rarity**3),
        "of_record": held.sum(axis=1) / np.maximum(lengths, 1),
        **_tops(rarest, {"rarest_pair": 1, "rarest_pairs_3": 3, "rarest_pairs_10": 10}),
    }


def _by_words(need: Asked, there: Doubles) -> dict[str, Doubles]:
    rarity = np.array(list(need.words.values()))
    rarest = -np.sort(-(there * rarity), axis=1)
    return {
        "words": _part(there, rarity**2),
        **_tops(rarest, {"rarest_word": 1, "rarest_words_3": 3}),
    }


def _by_neighbours(
    found: Sequence[tuple[Candidate, Record]], rows: NDArray[np.float32]
) -> dict[str, Doubles]:
    """Return how each stands to the best ones, and how those like it stand to the need."""
    lexical, cosines = (
        np.array([getattr(candidate, name) for candidate, _ in found]) for name in ("lexical", "cosine")
    )
    if not rows.size:
        nothing = np.zeros(len(found))
        return dict.fromkeys(("feedback_5", "feedback_20", "around", "around_cosine"), nothing)
    like = np.maximum(rows @ rows[:NEIGHBOURS].T, 0).astype(np.float64) ** 4
    np.fill_diagonal(like, 0)
    total = like.sum(axis=1) + 1e-6
    return {
        **{f"feedback_{count}": _to_mean(rows, count) for count in (5, 20)},
        "around": like @ lexical[:NEIGHBOURS] / total,
        "around_cosine": like @ cosines[:NEIGHBOURS] / total,
    }


def _to_mean(rows: NDArray[np.float32], count: int) -> Doubles:
    mean = rows[:count].mean(axis=0)
    return np.asarray(rows @ (mean / max(float(np.linalg.norm(mean)), 1e-9)), np.float64)


def _over_best(scores: Doubles) -> Doubles:
    return scores / max(float(scores.max(initial=0.0)), 1e-9)


def _part(there: NDArray[np.bool_] | Doubles, weights: Doubles) -> Doubles:
    """Return the share of the weights that stand there."""
    return np.asarray(there @ weights, np.float64) / max(float(weights.sum()), 1e-9)


def _tops(rarest: Doubles, sizes: dict[str, int]) -> dict[str, Doubles]:
    return {name: rarest[:, :size].sum(axis=1) / size for name, size in sizes.items()}


def _named(need: Asked, keywords: Sequence[str]) -> float:
    told = [plain(word) for word in keywords[:50]]
    return sum(position(word, need.text) >= 0 for word in told if word) / len(told) if told else 0.0
