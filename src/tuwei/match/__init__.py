"""Matching: achievements ranked for a need, and needs for an achievement, with reasons.

The names below are the public interface; modules with a leading underscore are not.
"""

from tuwei.match._duplicates import Duplicates, groups
from tuwei.match._embedding import Embedding
from tuwei.match._encoder import open_encoder
from tuwei.match._evaluate import evaluate
from tuwei.match._filters import Filters
from tuwei.match._grader import Grade, Grader
from tuwei.match._groups import Group
from tuwei.match._hit import Hit
from tuwei.match._index import MatchIndex
from tuwei.match._learn import learn_embedding
from tuwei.match._learn_ranker import learn_ranker
from tuwei.match._lexicon import Terminology
from tuwei.match._near import Pair
from tuwei.match._ranker import Ranker
from tuwei.match._settings import Settings, read_settings
from tuwei.match._teams import TeamHit, rank_teams, teams_of

__all__ = [
    "Duplicates",
    "Embedding",
    "Filters",
    "Grade",
    "Grader",
    "Group",
    "Hit",
    "MatchIndex",
    "Pair",
    "Ranker",
    "Settings",
    "TeamHit",
    "Terminology",
    "evaluate",
    "groups",
    "learn_embedding",
    "learn_ranker",
    "open_encoder",
    "rank_teams",
    "read_settings",
    "teams_of",
]
