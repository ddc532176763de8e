"""Weights of the kernel by descent on the squared error of cross-validation, exact and in closed form.

With K the kernel and the noise, alpha = K^-1 y, the error of a block b of pairs predicted from all others is
(K^-1)_bb^-1 alpha_b (Rasmussen and Williams 2006, eq. 5.12, for blocks). Its slope with respect to K follows
by differentiating that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from tuwei.match._grader_texts import Floats
from tuwei.match._kernel import FEATURES, Pairing, Product, component, feature_component

Doubles = NDArray[np.float64]
Groups = NDArray[np.int64]
NOISE = "noise"
TUNED_ON = 2_000  # pairs, of whole needs
FEWEST_TUNED = 400  # under which the weights stay as they come
STEPS = 22
PULL = 0.0003  # towards the weights as they come
# Weights to start from: what served on graded pairs made from open papers (docs, explanation/matching).
START = {
    "linear": 5.0,
    "radial": 10.0,
    "same x radial": 3.0,
    "one x one": 0.2,
    "same x one": 0.5,
    "one x same": 0.5,
    NOISE: 6.0,
}
BY_KIND = {"same": 2.0, "both": 0.7, "alone": 0.1}


def start(product: Product | str) -> float:
    """Return the weight from which a kernel's weight is sought."""
    name = product if isinstance(product, str) else product.name
    if name in START or isinstance(product, str):
        return START[name]
    if product.need == "same":
        return BY_KIND["same"]
    return BY_KIND["alone" if "one" in (product.need, product.achievement) else "both"]


def inverse(matrix: Doubles) -> Doubles:
    """Return the inverse of a positive definite matrix, which is overwritten."""
    factor, wrong = linalg.lapack.dpotrf(matrix.T, lower=1, overwrite_a=1, clean=0)
    if wrong:
        raise np.linalg.LinAlgError("kernel is not positive definite")
    found, _ = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    rows = len(found)
    for at in range(0, rows, 512):  # mirror the lower triangle, a strip at a time
        strip = slice(at, min(at + 512, rows))
        found[strip, strip] = np.tril(found[strip, strip]) + np.tril(found[strip, strip], -1).T
        found[strip, strip.stop :] = found[strip.stop :, strip].T
    return np.asarray(found)


def left_out(inverted: Doubles, solved: Doubles, groups: Groups) -> tuple[Doubles, Doubles]:
    """Return the errors of each group predicted from the others, and (K^-1)_bb^-1 times them."""
    errors, further = np.zeros_like(solved), np.zeros_like(solved)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        factor = linalg.cho_factor(inverted[np.ix_(rows, rows)], lower=True)
        errors[rows] = linalg.cho_solve(factor, solved[rows])
        further[rows] = linalg.cho_solve(factor, errors[rows])
    return errors, further


def loss(matrix: Doubles, targets: Doubles, foldings: Sequence[Groups]) -> tuple[float, Doubles]:
    """Return the squared error over foldings, a pair, and its slope with respect to the matrix."""
    inverted = inverse(matrix)
    solved = inverted @ targets
    total, slope = 0.0, np.zeros_like(inverted)
    for groups in foldings:
        errors, further = left_out(inverted, solved, groups)
        total += float((errors**2).sum())
        slope -= 2 * (inverted @ further) @ solved.T
        places = np.arange(len(groups))
        left, right = (
            np.concatenate(
                [sparse.csr_array((values, (groups, places))) @ inverted for values in which.T], axis=0
            )
            for which in (further, errors)
        )
        slope += 2 * left.T @ right
    return total / len(targets), (slope + slope.T) / (2 * len(targets))


def tune(
    pairing: Pairing,
    targets: Doubles,
    foldings: Sequence[Groups],
    named: list[Product],
    tell: Callable[[int, int], None],
) -> dict[str, float]:
    """Return the weights of the kernels and of the noise.

    Parameters
    ----------
    pairing
        Pairs to tune on.
    targets
        Shape (pairs, 3), at mean 0.
    foldings
        Each a group number for each pair, from 0; errors of all foldings count alike.
    named
        The products.
    tell
        Called with steps done and steps there may be.
    """
    from scipy.optimize import minimize

    names = [*(product.name for product in named), *FEATURES, NOISE]
    parts = [component(pairing, product) for product in named]
    parts += [feature_component(pairing, name) for name in FEATURES]
    first = np.log([*(start(product) for product in named), *(start(name) for name in (*FEATURES, NOISE))])
    count = 0

    def measure(logs: Doubles) -> tuple[float, Doubles]:
        nonlocal count
        count += 1
        tell(min(count, STEPS), STEPS)
        weights = np.exp(logs)
        error, slope = loss(_sum(parts, weights), targets, foldings)
        small = slope.astype(np.float32)
        steps = [float(np.vdot(small, part)) for part in parts] + [float(np.trace(slope))]
        away = logs - first
        return error + PULL * float(away @ away) / 2, weights * np.array(steps) + PULL * away

    bounds = [(one - 6, one + 4) for one in first[:-1]] + [(first[-1] - 3, first[-1] + 4)]
    options = {"maxiter": STEPS, "maxfun": STEPS + 4}
    found = minimize(measure, first, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return dict(zip(names, np.exp(found.x).tolist(), strict=True))


def _sum(parts: Sequence[Floats], weights: Doubles) -> Doubles:
    total = np.zeros(parts[0].shape, np.float32)
    for part, weight in zip(parts, weights[:-1], strict=True):
        total += np.float32(weight) * part
    whole = total.astype(np.float64)
    whole[np.diag_indices_from(whole)] += weights[-1]
    return whole
