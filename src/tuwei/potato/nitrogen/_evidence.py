"""The exact marginal likelihood of the nitrogen response, from three numbers' worth of statistics a trial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve

from tuwei.potato.nitrogen._data import Floats, NitrogenTrials
from tuwei.potato.nitrogen._terms import BASES, Encoded, Term, basis_of, covariance


@dataclass(frozen=True)
class Statistics:
    """A trial's plots summed up: ``ΦᵀΦ = R Rᵀ`` (roots), ``Φᵀy = R u`` (seen), what is left of ``yᵀy``, and counts."""

    roots: Floats
    seen: Floats
    left: Floats
    counts: Floats

    def scaled(self, log: float) -> tuple[Floats, Floats]:
        """Return roots and seen over the plot deviation ``exp(log)``."""
        return self.roots / np.exp(log), self.seen.ravel() / np.exp(log)

    def without(self, places: list[int]) -> Statistics:
        """Return the statistics with nothing seen of these trials."""
        kept = np.ones(len(self.counts))
        kept[places] = 0.0
        return Statistics(
            self.roots * kept[:, None, None], self.seen * kept[:, None], self.left * kept, self.counts * kept
        )


def statistics_of(trials: NitrogenTrials, curvature: float) -> Statistics:
    """Return the statistics of each trial."""
    size = len(trials.fields)
    roots, seen, left = np.zeros((size, BASES, BASES)), np.zeros((size, BASES)), np.zeros(size)
    for place in range(size):
        mine = trials.field == place
        basis, tubers = basis_of(trials.nitrogen[mine], curvature), trials.tubers[mine]
        values, vectors = np.linalg.eigh(basis.T @ basis)
        values = np.where(values > 1e-9 * values.max(), values, 0.0)
        roots[place] = vectors * np.sqrt(values)
        inverse = np.where(values > 0, 1 / np.sqrt(np.where(values > 0, values, 1.0)), 0.0)
        seen[place] = inverse * (vectors.T @ (basis.T @ tubers))
        left[place] = tubers @ tubers - seen[place] @ seen[place]
    return Statistics(roots, seen, left, np.bincount(trials.field, minlength=size).astype(float))


def gathered(
    terms: tuple[Term, ...], logs: Floats, left: Encoded, right: Encoded
) -> tuple[Floats, list[tuple[int, Floats]]]:
    """Return the covariance of each coefficient (3, left, right) and every derivative with its coefficient."""
    total = np.zeros((BASES, len(left.names), len(right.names)))
    slopes: list[tuple[int, Floats]] = []
    at = 0
    for term in terms:
        found, derivatives = covariance(term, logs[at : at + term.size], left, right)
        total[term.basis] += found
        slopes += [(term.basis, one) for one in derivatives]
        at += term.size
    return total, slopes


def middle(prior: Floats, roots: Floats) -> Floats:
    """Return ``Rᵀ K R`` over all trials: shape (3 trials, 3 trials)."""
    size = BASES * len(roots)
    found: Floats = np.einsum("bij,ibx,jby->ixjy", prior, roots, roots, optimize=True).reshape(size, size)
    return found


def loss(
    logs: Floats,
    terms: tuple[Term, ...],
    prior: tuple[Floats, Floats],
    known: Encoded,
    statistics: Statistics,
) -> tuple[float, Floats]:
    """Return minus the logarithm of marginal likelihood times prior, and its gradient.

    Rasmussen & Williams (2006), eq. 5.8 and 5.9, after Woodbury's identity: with ``B = I + RᵀKR/σ²`` the data enter
    only through B, u and the residual sum, at three dimensions a trial.
    """
    roots, seen = statistics.scaled(logs[-1])
    total, slopes = gathered(terms, logs[:-1], known, known)
    inner = middle(total, roots)
    chol = np.linalg.cholesky(inner + np.eye(len(inner)))
    inverse = cho_solve((chol, True), np.eye(len(inner)))
    weights = inverse @ seen
    plots, left = statistics.counts.sum(), statistics.left.sum() / np.exp(2 * logs[-1])
    away = (logs[:-1] - prior[0]) / prior[1]
    value = plots * logs[-1] + 0.5 * (left + seen @ weights + away @ away) + np.log(np.diag(chol)).sum()
    size = len(roots)
    outer = (np.outer(weights, weights) - inverse).reshape(size, BASES, size, BASES)
    pull = np.einsum("ixjy,ibx,jby->bij", outer, roots, roots, optimize=True)
    gradient = np.array([-0.5 * np.vdot(pull[basis], slope) for basis, slope in slopes]) + away / prior[1]
    noise = plots - left - seen @ weights + weights @ inner @ weights - np.vdot(inverse, inner)
    return float(value), np.append(gradient, noise)
