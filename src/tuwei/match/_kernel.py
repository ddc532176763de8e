"""The kernel of pairs: two pairs are alike where their needs and their achievements are alike.

A sum of products, need kernel x achievement kernel, over several views of the texts, and kernels of the
pair's features (pairwise kernels: Ben-Hur and Noble 2005; Basilico and Hofmann 2004). Each term has a weight.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tuwei.match._grader_texts import Floats, Side, Views

LANDMARKS = 400
SAME, ONE = "same", "one"


@dataclass(frozen=True, slots=True)
class Product:
    """Need kernel to a power x achievement kernel to a power.

    ``same`` is 1 for the same text, else 0; ``one`` is 1 always; any other name is a view's cosine. An
    achievement's power above 1 stands beside ``same`` alone, so that prediction for a need not met in
    training is linear in the achievement.
    """

    need: str
    achievement: str
    need_power: int = 1
    achievement_power: int = 1

    @property
    def name(self) -> str:
        """How the weight is named in the model's card."""
        sides = (self.need, self.need_power), (self.achievement, self.achievement_power)
        return " x ".join(one if power == 1 else f"{one}^{power}" for one, power in sides)


FEATURES = ("linear", "radial", "same x radial")


def products(views: Views) -> list[Product]:
    """Return the products for the views at hand."""
    terms, dense = views.term_names, views.dense_names
    found = [Product(SAME, ONE), Product(ONE, SAME), Product(ONE, ONE)]
    for name in terms:
        found += [Product(SAME, name), Product(name, name)]
    for name in dense:
        found += [Product(SAME, name), Product(SAME, name, 1, 3), Product(name, name), Product(name, name, 3)]
        found += [Product(ONE, name), Product(name, ONE)]
    found += [Product("words", "latent"), Product(ONE, "bigrams"), Product("bigrams", ONE)]
    return found


@dataclass(slots=True)
class Scaled:
    """Features at mean 0 and spread 1, and how near they are to landmarks (Nyström).

    With landmarks z, exp(-|x - x'|^2 / 2 d) is about k(x, z) k(z, z)^-1 k(z, x'), d the number of features
    (Williams and Seeger 2001): an explicit map.
    """

    mean: Floats
    spread: Floats
    landmarks: Floats
    turn: Floats = field(repr=False)

    @classmethod
    def learn(cls, rows: Floats, seed: int) -> Scaled:
        """Learn scales and draw landmarks."""
        mean, spread = rows.mean(axis=0), rows.std(axis=0)
        spread = np.where(spread > 1e-6, spread, np.float32(1e6)).astype(np.float32)
        random = np.random.default_rng(seed)
        chosen = np.sort(random.permutation(len(rows))[:LANDMARKS])
        made = cls(mean, spread, np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
        made.landmarks = np.unique(made.linear(rows[chosen]), axis=0)
        values, vectors = np.linalg.eigh(made._near(made.landmarks).astype(np.float64))
        kept = values > 1e-5 * values.max()
        made.turn = (vectors[:, kept] / np.sqrt(values[kept])).astype(np.float32)
        return made

    def linear(self, rows: Floats) -> Floats:
        """Return scaled features, over the root of their number."""
        clipped = np.clip((rows - self.mean) / self.spread, -4, 4)
        return np.asarray(clipped / np.sqrt(np.float32(rows.shape[1])), np.float32)

    def radial(self, linear: Floats) -> Floats:
        """Return the map whose products are the radial kernel."""
        return self._near(linear) @ self.turn

    def _near(self, linear: Floats) -> Floats:
        inner = linear @ self.landmarks.T
        far = (linear**2).sum(axis=1)[:, None] + (self.landmarks**2).sum(axis=1) - 2 * inner
        return np.asarray(np.exp(-np.maximum(far, 0) / 2), np.float32)


def cosines(ours: Side, theirs: Side, view: str) -> Floats:
    """Return the kernel of a view between two lists of texts, shape (ours, theirs)."""
    if view == ONE:
        return np.ones((len(ours), len(theirs)), np.float32)
    if view == SAME:
        place = {key: at for at, key in enumerate(ours.keys)}
        found = np.zeros((len(ours), len(theirs)), np.float32)
        for column, key in enumerate(theirs.keys):
            if (row := place.get(key)) is not None:
                found[row, column] = 1
        return found
    if view in ours.dense:
        return np.asarray(ours.dense[view] @ theirs.dense[view].T, np.float32)
    return np.asarray((ours.terms[view] @ theirs.terms[view].T).todense(), np.float32)


@dataclass(frozen=True, slots=True)
class Pairing:
    """Pairs of needs and achievements, those of one need beside each other.

    ``need`` and ``achievement`` are row numbers into the two sides, ``linear`` and ``radial`` the two maps
    of the pair's features. Sides hold each text once.
    """

    needs: Side
    achievements: Side
    need: NDArray[np.int64]
    achievement: NDArray[np.int64]
    linear: Floats
    radial: Floats

    def __len__(self) -> int:
        return len(self.need)

    def take(self, rows: NDArray[np.int64]) -> Pairing:
        """Return some of the pairs with the texts that they name."""
        needs, need = np.unique(self.need[rows], return_inverse=True)
        achievements, achievement = np.unique(self.achievement[rows], return_inverse=True)
        return Pairing(
            self.needs.take(needs),
            self.achievements.take(achievements),
            need.ravel(),
            achievement.ravel(),
            self.linear[rows],
            self.radial[rows],
        )


def component(pairing: Pairing, product: Product) -> Floats:
    """Return one product between all pairs, shape (pairs, pairs)."""
    need = cosines(pairing.needs, pairing.needs, product.need) ** product.need_power
    achievement = cosines(pairing.achievements, pairing.achievements, product.achievement)
    achievement **= product.achievement_power
    left = need[pairing.need][:, pairing.need]
    left *= achievement[pairing.achievement][:, pairing.achievement]
    return left


def feature_component(pairing: Pairing, name: str) -> Floats:
    """Return one kernel of features between all pairs, shape (pairs, pairs)."""
    rows = pairing.linear if name == "linear" else pairing.radial
    found: Floats = rows @ rows.T
    if name == "same x radial":
        found *= pairing.need[:, None] == pairing.need
    return found


def matrix(pairing: Pairing, weights: dict[str, float], named: list[Product]) -> NDArray[np.float64]:
    """Return the weighted sum of all kernels between all pairs, without the noise; float64.

    Products that share the achievement's kernel are added on the needs' side first, and rows are filled a
    need at a time, so that no more than the result is held.
    """
    mapped = np.concatenate(
        [pairing.linear * weights["linear"] ** 0.5, pairing.radial * weights["radial"] ** 0.5], axis=1
    ).astype(np.float64)
    total: NDArray[np.float64] = mapped @ mapped.T
    sides: dict[tuple[str, int], Floats] = {}
    for product in named:
        need = cosines(pairing.needs, pairing.needs, product.need) ** product.need_power
        at = product.achievement, product.achievement_power
        sides[at] = sides.get(at, np.float32(0)) + np.float32(weights[product.name]) * need
    for number in range(len(pairing.needs)):
        rows = np.flatnonzero(pairing.need == number)
        if not len(rows):
            continue
        ours = pairing.achievements.take(pairing.achievement[rows])
        for (view, power), need in sides.items():
            near = cosines(ours, pairing.achievements, view) if view != SAME else _same(pairing, rows)
            total[rows] += need[number][pairing.need] * (near**power)[:, pairing.achievement]
        block = pairing.radial[rows] @ pairing.radial[rows].T
        total[np.ix_(rows, rows)] += weights["same x radial"] * block
    return total


def _same(pairing: Pairing, rows: NDArray[np.int64]) -> Floats:
    found = np.zeros((len(rows), len(pairing.achievements)), np.float32)
    found[np.arange(len(rows)), pairing.achievement[rows]] = 1
    return found
