"""The kernel's values for new pairs, from the coefficients of the training pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tuwei.match._grader_features import features
from tuwei.match._grader_texts import Side
from tuwei.match._kernel import ONE, SAME, Pairing, Product, Scaled, cosines

Doubles = NDArray[np.float64]


class Solution:
    """Coefficients with all sums over training pairs that do not depend on what is asked.

    Parameters
    ----------
    pairing
        Training pairs.
    scaled
        The maps of the features.
    named, weights
        Products and the weights of all kernels.
    alpha
        Coefficients, shape (pairs, 3).
    """

    def __init__(
        self,
        pairing: Pairing,
        scaled: Scaled,
        named: list[Product],
        weights: dict[str, float],
        alpha: Doubles,
    ) -> None:
        self.pairing, self.scaled, self.weights, self.alpha = pairing, scaled, weights, alpha
        self._linear = weights["linear"] * (pairing.linear.T @ alpha)
        self._radial = weights["radial"] * (pairing.radial.T @ alpha)
        self._own = [product for product in named if product.need == SAME]
        self._shared: dict[str, list[Product]] = {}
        for product in named:
            if product.need != SAME:
                self._shared.setdefault(product.achievement, []).append(product)
        met = set(pairing.need[np.any(alpha != 0, axis=1)].tolist())  # those left out have no coefficient
        self._need_row = {key: row for row, key in enumerate(pairing.needs.keys) if row in met}
        self._achievement_row = {key: row for row, key in enumerate(pairing.achievements.keys)}
        ones = np.ones(len(pairing))
        places = (pairing.achievement, np.arange(len(pairing)))
        self._gather = sparse.csr_array((ones, places), shape=(len(pairing.achievements), len(pairing)))
        self._columns = {
            name: sparse.csr_array(one.T.astype(np.float64))
            for name, one in pairing.achievements.terms.items()
            if name in self._shared
        }

    def seen(self, key: str) -> bool:
        """Tell whether a need with this text was met in training."""
        return key in self._need_row

    def values(self, need: Side, found: Side) -> Doubles:
        """Return the values of one need against achievements, without the mean; shape (achievements, 3)."""
        linear = self.scaled.linear(features(need, found))
        radial = self.scaled.radial(linear)
        total: Doubles = linear @ self._linear + radial @ self._radial
        cache: dict[str, Doubles] = {}
        for view, group in self._shared.items():
            near = [self._need_weights(need, product, cache) for product in group]
            total = total + self._through(view, found, np.sum(near, axis=0))
        row = self._need_row.get(need.keys[0])
        if row is not None:
            total = total + self._within(row, found, radial)
        return total

    def _need_weights(self, need: Side, product: Product, cache: dict[str, Doubles]) -> Doubles:
        view = product.need
        if view not in cache:
            cache[view] = cosines(need, self.pairing.needs, view)[0].astype(np.float64)
        return self.weights[product.name] * cache[view] ** product.need_power

    def _through(self, view: str, found: Side, near: Doubles) -> Doubles:
        """Return the part that is linear in the achievement, summed over training pairs first."""
        sums = self._gather @ (near[self.pairing.need][:, None] * self.alpha)
        if view == ONE:
            return np.asarray(np.broadcast_to(sums.sum(axis=0), (len(found), 3)))
        if view == SAME:
            rows = [self._achievement_row.get(key, -1) for key in found.keys]
            return np.asarray(np.vstack([sums, np.zeros((1, 3))])[rows])
        if view in self._columns:
            return np.asarray(found.terms[view] @ (self._columns[view] @ sums))
        return np.asarray(found.dense[view] @ (self.pairing.achievements.dense[view].T @ sums))

    def _within(self, row: int, found: Side, radial: NDArray[np.float32]) -> Doubles:
        """Return what the need's own judged pairs add."""
        places = np.flatnonzero(self.pairing.need == row)
        alpha = self.alpha[places]
        judged = self.pairing.achievements.take(self.pairing.achievement[places])
        total = self.weights["same x radial"] * (radial @ (self.pairing.radial[places].T @ alpha))
        for product in self._own:
            near = cosines(found, judged, product.achievement) ** product.achievement_power
            total = total + self.weights[product.name] * (near @ alpha)
        return np.asarray(total)
