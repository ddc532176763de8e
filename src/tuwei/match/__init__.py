"""Matching: achievements ranked for a need, and needs for an achievement, with reasons.

The names below are the public interface; modules with a leading underscore are not.
"""

from tuwei.match._embedding import Embedding
from tuwei.match._evaluate import evaluate
from tuwei.match._filters import Filters
from tuwei.match._hit import Hit
from tuwei.match._index import MatchIndex
from tuwei.match._learn import learn_embedding

__all__ = ["Embedding", "Filters", "Hit", "MatchIndex", "evaluate", "learn_embedding"]
