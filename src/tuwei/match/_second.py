"""The second stage: what both texts say, weighed into a score and a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from tuwei.core.text import normalise, words
from tuwei.match._alike import Alike
from tuwei.match._features import MOST_READ, Doubles, asked, features, named, plain
from tuwei.match._first import Candidate, Floats, Query
from tuwei.match._hit import Hit, Level, Reason
from tuwei.match._measures import Measured, measured, required
from tuwei.match._port import Collection
from tuwei.match._ranker import Ranker
from tuwei.match._reasons import Asking, reasons
from tuwei.match._records import Record
from tuwei.match._shared import common_from
from tuwei.match._standing import answering, freshness
from tuwei.match._weighed import Weighed, levels
from tuwei.match._words import STOP, occurs, position, telling
from tuwei.match._would import would

if TYPE_CHECKING:
    from tuwei.core.quantity import Quantity
    from tuwei.match._grader import Grader
    from tuwei.match._lexicon import Terminology

MOST_WORDS = 1_000  # words from the start of a need that are weighed
MEASURED = 30  # best candidates whose texts are searched for quantities


@dataclass(frozen=True, slots=True)
class Read:
    """Candidates with what is made of their texts once.

    Parameters
    ----------
    found
        The candidates and their records, the first stage's best first.
    texts
        As `_features.plain` gives them.
    rarity
        The need's words, rarest first, with their rarities.
    there
        Which of these words stand in which text, shape (candidates, words).
    """

    found: Sequence[tuple[Candidate, Record]]
    texts: list[str]
    rarity: dict[str, float]
    there: Doubles

    @classmethod
    def of(cls, query: Query, found: Sequence[tuple[Candidate, Record]], store: Collection) -> Read:
        """Read the candidates' texts."""
        rarity = rarities(query, store)
        texts = [plain(record.whole) for _, record in found]
        return cls(found, texts, rarity, named(list(rarity), texts))

    def features(self, query: Query, store: Collection, rows: Floats) -> Doubles:
        """Return the features of the candidates, shape (candidates, features)."""
        whole = normalise(query.record.whole)
        need = asked(whole, query.cut.bigrams, self.rarity, store.pair_frequency, len(store))
        return features(need, self.found, self.texts, self.there, rows)

    def coverage(self, query: Query) -> Doubles:
        """Return the share of the need's words, by rarity, that each record has.

        Where an achievement asks, each record is a need, and it is the share of its words that the
        achievement has.
        """
        if query.turned:
            whole = plain(query.record.whole)
            return np.array([_told(record, whole) for _, record in self.found])
        weights = np.array(list(self.rarity.values()))
        return np.asarray(self.there @ weights / max(float(weights.sum()), 1e-9), np.float64)


def ranked(
    query: Query,
    found: Sequence[tuple[Candidate, Record]],
    store: Collection,
    alike: Alike | None,
    *,
    rows: Floats,
    ranker: Ranker,
    grader: Grader | None,
    terms: Terminology,
    top: int,
    explain: bool,
    compared: bool = True,
) -> list[Hit]:
    """Weigh the candidates, put them in order, and say why.

    Parameters
    ----------
    rows
        Their vectors, in the same order.
    compared
        Whether these are all that could be best, so that levels are held against each other and it can be told
        what would lift one above another.
    """
    if not found:
        return []
    read = Read.of(query, found, store)
    texts = ranker.score(read.features(query, store, rows))
    weighed = _weighed(query, read, texts, _graded(query, found, grader))
    weighed.sort(key=lambda one: (-one.score, one.record.id))
    reached = levels(weighed) if compared else [levels([one])[0] for one in weighed]
    scores = [(one.score, one.record.id) for one in weighed] if compared else []
    chosen = [
        _hit(one, level, at, would(query, one, scores[:at]))
        for at, (one, level) in enumerate(zip(weighed[:top], reached, strict=False))
    ]
    if not explain:
        return chosen
    least = common_from(len(store))
    counted = {word: weight for word, weight in read.rarity.items() if weight >= least and telling(word)}
    asking = Asking.of(query, counted, terms, alike)
    return [
        hit.with_reasons(reasons(asking, one.record, one.measures))
        for hit, one in zip(chosen, weighed, strict=False)
    ]


def _weighed(query: Query, read: Read, texts: Doubles, graded: list[tuple[float, ...]]) -> list[Weighed]:
    wanted = [] if query.turned else required(query.record)
    covered = read.coverage(query).tolist()
    dense, second = bool(query.vector.size), query.settings.second_weight
    fresh = freshness([record.data for _, record in read.found])
    weighed = []
    for at, (candidate, record) in enumerate(read.found):
        measures = _measures(query, record, wanted) if at < MEASURED else []
        parts = {
            "text": float(texts[at]),
            "cosine": candidate.cosine,
            "coverage": covered[at],
            "fresh": fresh[at],
            **stated(query, record, measures),
        }
        weighed.append(Weighed(candidate, record, measures, parts, dense, second, graded[at]))
    return weighed


def _graded(
    query: Query, found: Sequence[tuple[Candidate, Record]], grader: Grader | None
) -> list[tuple[float, ...]]:
    """Return the probabilities of the four levels, nothing for each without a grader or where needs are found."""
    if grader is None or query.turned:
        return [()] * len(found)
    chances = grader.expected(query.record, [record for _, record in found])
    return [tuple(row) for row in chances.tolist()]


def _measures(query: Query, record: Record, asked: list[Quantity]) -> list[Measured]:
    need, achievement = query.sides(record)
    return measured(required(need) if query.turned else asked, achievement)


def _hit(one: Weighed, level: tuple[Level, dict[str, float]], at: int, lifting: list[Reason]) -> Hit:
    return Hit(
        achievement=one.record.id,
        rank=at + 1,
        score=one.score,
        level=level[0],
        quantities=[measure.as_dict() for measure in one.measures],
        parts={**one.parts, "evidence": one.evidence, "lexical": one.candidate.lexical},
        levels=level[1],
        would=lifting,
    )


def rarities(query: Query, store: Collection) -> dict[str, float]:
    """Return the need's words, rarest first, with their inverse document frequencies."""
    text = normalise(query.record.whole).lower()
    told = dict.fromkeys(word for word in query.cut.words[:MOST_WORDS] if len(word) > 1 and word not in STOP)
    kept = [word for word in told if occurs(word, text)]
    count = len(store)
    found = {word: log(1 + count / (1 + store.frequency(word))) for word in kept}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def stated(query: Query, record: Record, measures: list[Measured]) -> dict[str, float]:
    """Return what the fields of both say, each -1 to 1, 0 where one is silent."""
    need, achievement = query.sides(record)
    return {
        "quantities": sum(measure.sign for measure in measures) / len(measures) if measures else 0.0,
        "field": _same(need.field, achievement.field),
        "industry": _same(need.industry, achievement.industry),
        "region": near(need.region, achievement.region),
        "inquiries": answering(record.data),
        "trl": _reached(achievement.trl, need.trl) if need.trl and achievement.trl else 0.0,
        "budget": _reached(need.budget, achievement.price) if need.budget >= 0 <= achievement.price else 0.0,
    }


def _told(need: Record, achievement: str) -> float:
    """Return the share of a need's words that the text of an achievement has."""
    own = [
        word for word in dict.fromkeys(words(need.whole[:MOST_READ])) if len(word) > 1 and word not in STOP
    ]
    return sum(position(word, achievement) >= 0 for word in own) / len(own) if own else 0.0


def near(one: str, other: str) -> float:
    """Return how near two GB/T 2260 codes are: the same 1, one city 0.7, one province 0.3."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    if len(one) != 6 or len(other) != 6:
        return 0.0
    return 0.7 if one[:4] == other[:4] else 0.3 if one[:2] == other[:2] else 0.0


def _same(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    return 1.0 if one == other else -1.0


def _reached(value: int, least: int) -> float:
    return 1.0 if value >= least else -1.0
