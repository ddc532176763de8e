"""Learning a grader: views, features, weights, one exact solution, and what pairs left out show."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from tuwei.core.errors import InputError
from tuwei.match._embedding import Embedding
from tuwei.match._grader_features import features
from tuwei.match._grader_levels import Doubles, Scale, indicators, measures, reliability
from tuwei.match._grader_model import Head, Model
from tuwei.match._grader_texts import Side, Text, Views
from tuwei.match._kernel import FEATURES, Pairing, Product, Scaled, matrix, products
from tuwei.match._kernel_solution import Solution
from tuwei.match._kernel_tune import FEWEST_TUNED, NOISE, TUNED_ON, inverse, left_out, start, tune
from tuwei.match._pairs import Pair, Pairs

FEWEST = 8  # pairs
MOST = 12_000  # pairs that are solved exactly
FOLDS, NEED_FOLDS = 5, 10
KEPT_NEEDS, KEPT_PAIRS = 0.10, 0.10  # kept out for judging: shares of the needs, and of the others' pairs
Tell = Callable[[str, int, int], None]
Numbers = NDArray[np.int64]
Texts = Mapping[str, Text]


def learn(
    read: Pairs,
    needs: Texts,
    achievements: Texts,
    *,
    seed: int,
    embedding: Embedding | None,
    tell: Tell,
) -> Model:
    """Learn from checked pairs whose records are there; see `Grader.fit`.

    Raises
    ------
    InputError
        ``match.too_few_pairs``.
    """
    used = drawn(read, seed)
    if len(used) < FEWEST or len({pair.level for pair in used}) < 2:
        raise _too_few(used)
    tell("views", 0, 0)
    texts = list(dict.fromkeys([*needs.values(), *achievements.values()]))
    views = Views.learn(texts, seed=seed, learned=embedding)
    pairing, scaled = paired(used, needs, achievements, views, seed, tell)
    levels = np.array([pair.level for pair in used])
    folds = foldings(used, pairing.need)
    named = products(views)
    targets = indicators(levels)
    weights = _weights(pairing, targets - targets.mean(axis=0), folds, named, seed, tell)
    tell("solve", 0, 0)
    kept = kept_out(used)

    def head(alpha: Doubles, guesses: list[Doubles], rows: Numbers) -> Head:
        solution = Solution(pairing, scaled, named, weights, alpha)
        return Head(
            solution, targets.mean(axis=0), *(Scale.fit(guess[rows], levels[rows]) for guess in guesses)
        )

    alpha, guesses, twin, values = solved(pairing, weights, named, targets, folds, kept)
    ours, judged = head(alpha, guesses, np.arange(len(used))), head(twin, guesses, np.flatnonzero(~kept))
    card = {
        **_counts(read, used, needs, achievements),
        "seed": seed,
        "views": [*views.term_names, *views.dense_names],
        "kept_out": judge(judged, values, pairing.need, levels, kept),
        "cross_validated": {
            name: measures(scale.reached(guess), levels)
            for name, scale, guess in zip(("pairs", "needs"), (ours.seen, ours.unseen), guesses, strict=True)
        },
        "weights": {name: round(weight, 5) for name, weight in weights.items()},
    }
    listed = [pair for pair, out in zip(used, kept, strict=True) if out]
    own = dict(needs), dict(achievements)
    return Model(views, named, weights, scaled, pairing, ours, judged, *own, listed, card)


def solved(
    pairing: Pairing,
    weights: dict[str, float],
    named: list[Product],
    targets: Doubles,
    folds: tuple[Numbers, Numbers],
    kept: NDArray[np.bool_],
) -> tuple[Doubles, list[Doubles], Doubles, Doubles]:
    """Solve once.

    Returns
    -------
    tuple
        Coefficients; for both foldings the values that each pair gets from the other folds; coefficients
        without the pairs kept out, and the values that these get from them.
    """
    whole = matrix(pairing, weights, named)
    whole[np.diag_indices_from(whole)] += weights[NOISE]
    inverted = inverse(whole)
    mean = targets.mean(axis=0)
    alpha = inverted @ (targets - mean)
    guesses = [targets - left_out(inverted, alpha, groups)[0] for groups in folds]
    return alpha, guesses, *without(inverted, alpha, targets, kept)


def drawn(read: Pairs, seed: int) -> list[Pair]:
    """Return the pairs by need; whole needs drawn at random where there are more than can be solved."""
    names = sorted({pair.need for pair in read})
    order = np.random.default_rng(seed).permutation(len(names))
    counts: dict[str, int] = {}
    for pair in read:
        counts[pair.need] = counts.get(pair.need, 0) + 1
    ends = np.cumsum([counts[names[at]] for at in order])
    chosen = {names[at] for at, end in zip(order, ends, strict=True) if end <= MOST or end == ends[0]}
    return sorted(pair for pair in read if pair.need in chosen)[:MOST]


def paired(
    used: list[Pair], needs: Texts, achievements: Texts, views: Views, seed: int, tell: Tell
) -> tuple[Pairing, Scaled]:
    """Return the pairs with texts in all views and features, and the maps of the features."""
    need_side, need = _distinct([needs[pair.need] for pair in used], views)
    found_side, found = _distinct([achievements[pair.achievement] for pair in used], views)
    blocks: list[Any] = [None] * len(need_side)
    for number in range(len(need_side)):
        tell("features", number + 1, len(need_side))
        rows = np.flatnonzero(need == number)
        blocks[number] = rows, features(need_side.take(np.array([number])), found_side.take(found[rows]))
    values = np.zeros((len(used), blocks[0][1].shape[1]), np.float32)
    for rows, block in blocks:
        values[rows] = block
    scaled = Scaled.learn(values, seed)
    linear = scaled.linear(values)
    return Pairing(need_side, found_side, need, found, linear, scaled.radial(linear)), scaled


def _distinct(texts: list[Text], views: Views) -> tuple[Side, Numbers]:
    """Return each text once, by what it says, and which one stands at each place."""
    place: dict[str, int] = {}
    once: list[Text] = []
    for text in texts:
        if place.setdefault(text.key, len(place)) == len(once):
            once.append(text)
    return views.side(once), np.array([place[text.key] for text in texts], np.int64)


def foldings(used: list[Pair], need: Numbers) -> tuple[Numbers, Numbers]:
    """Return folds of pairs at random and of whole needs, the same for the same ids in every training."""
    by_pair = np.array([int(_share("fold", *pair.ids) * FOLDS) for pair in used])
    first = {number: pair.need for number, pair in zip(need[::-1].tolist(), used[::-1], strict=True)}
    folds = {number: int(_share("fold", name) * NEED_FOLDS) for number, name in first.items()}
    return by_pair, np.array([folds[number] for number in need.tolist()])


def kept_out(used: list[Pair]) -> NDArray[np.bool_]:
    """Return which pairs are kept out for judging, by their ids alone: the same in every training."""
    return np.array(
        [_share("kept", pair.need) < KEPT_NEEDS or _share("kept", *pair.ids) < KEPT_PAIRS for pair in used]
    )


def _share(*words: str) -> float:
    """Return a number from 0 to 1 that these words alone decide."""
    digest = hashlib.sha256("\x1f".join(words).encode("utf-8", "backslashreplace")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def without(
    inverted: Doubles, alpha: Doubles, targets: Doubles, kept: NDArray[np.bool_]
) -> tuple[Doubles, Doubles]:
    """Return the coefficients had some pairs not been there, and the values that these pairs then get.

    By the inverse of a partitioned matrix: alpha_r - (K^-1)_rk (K^-1)_kk^-1 alpha_k.
    """
    twin, values = alpha.copy(), np.full_like(targets, np.nan)
    rows = np.flatnonzero(kept)
    if len(rows):
        errors = linalg.solve(inverted[np.ix_(rows, rows)], alpha[rows], assume_a="pos")
        twin -= inverted[:, rows] @ errors
        values[rows] = targets[rows] - errors
    twin[rows] = 0
    return twin, values


def judge(
    judged: Head, values: Doubles, need: Numbers, levels: Numbers, kept: NDArray[np.bool_]
) -> dict[str, Any]:
    """Return how the kept-out pairs were graded: all, those of needs met in training, those of new ones.

    ``reliability`` shows what the calibration error of all is made of.
    """
    met = np.isin(need, np.unique(need[~kept]))
    shown: dict[str, Any] = {}
    reached = np.zeros_like(values)
    for rows, scale in ((kept & met, judged.seen), (kept & ~met, judged.unseen)):
        if rows.any():
            reached[rows] = scale.reached(values[rows])
    for name, rows in (("all", kept), ("seen", kept & met), ("unseen", kept & ~met)):
        if rows.any():
            shown[name] = measures(reached[rows], levels[rows])
    if kept.any():
        shown["reliability"] = reliability(reached[kept], levels[kept])
    return shown


def _weights(
    pairing: Pairing,
    targets: Doubles,
    foldings: tuple[Numbers, Numbers],
    named: list[Product],
    seed: int,
    tell: Tell,
) -> dict[str, float]:
    if len(pairing) < FEWEST_TUNED:
        kernels = {product.name: start(product) for product in named}
        return {**kernels, **{name: start(name) for name in (*FEATURES, NOISE)}}
    order = np.random.default_rng(seed).permutation(len(pairing.needs))
    rank = np.argsort(order)[pairing.need]
    rows = np.sort(np.argsort(rank, kind="stable")[:TUNED_ON])
    part = pairing.take(rows)
    return tune(
        part,
        targets[rows] - targets[rows].mean(axis=0),
        [groups[rows] for groups in foldings],
        named,
        lambda done, total: tell("weights", done, total),
    )


def _counts(read: Pairs, used: list[Pair], needs: Texts, achievements: Texts) -> dict[str, Any]:
    return {
        "pairs": len(used),
        "left_out": len(read) - len(used),
        "repeated": read.repeated,
        "disputed": read.disputed,
        "judged_needs": len({pair.need for pair in used}),
        "judged_achievements": len({pair.achievement for pair in used}),
        "needs": len(needs),
        "achievements": len(achievements),
        "levels": np.bincount([pair.level for pair in used], minlength=5)[1:].tolist(),
    }


def _too_few(used: list[Pair]) -> InputError:
    return InputError(
        "match.too_few_pairs",
        "可用的评分对太少(现有 {got},至少 {expected} 对,且不止一个等级)。",
        "Too few usable pairs: {got}; at least {expected}, of more than one level.",
        field="level",
        expected=str(FEWEST),
        got=f"{len(used)} ({len({pair.level for pair in used})} levels)",
    )
