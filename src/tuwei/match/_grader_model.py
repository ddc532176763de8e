"""What a grader has learned."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tuwei.match._grader_levels import Doubles, Scale
from tuwei.match._grader_texts import Side, Text, Views
from tuwei.match._kernel import Pairing, Product, Scaled
from tuwei.match._kernel_solution import Solution
from tuwei.match._pairs import Pair


@dataclass(frozen=True, slots=True)
class Head:
    """One solution, with a scale for needs met in training and one for new ones."""

    solution: Solution
    mean: Doubles
    seen: Scale
    unseen: Scale

    def reached(self, need: Side, found: Side) -> Doubles:
        """Return the probabilities of level >= 2, 3, 4 of one need against achievements, shape (n, 3)."""
        scale = self.seen if self.solution.seen(need.keys[0]) else self.unseen
        return scale.reached(self.mean + self.solution.values(need, found))


@dataclass(frozen=True, slots=True)
class Model:
    """A kernel, its training pairs, and two solutions: from all pairs, and without those kept out.

    ``judged`` never saw the pairs ``kept``, nor any other that the same rule keeps out.
    """

    views: Views
    named: list[Product]
    weights: dict[str, float]
    scaled: Scaled
    pairing: Pairing
    head: Head
    judged: Head
    need_texts: dict[str, Text]
    achievement_texts: dict[str, Text]
    kept: list[Pair]
    card: dict[str, Any] = field(default_factory=dict)
