"""The records on the servers: how many name a word, which lie nearest, and what they say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from tuwei.match._embedding import Floats
from tuwei.match._first import Query
from tuwei.match._records import Record, restored
from tuwei.match._store import (
    FEWEST_TERMS,
    MOST_POSTINGS,
    MOST_READ,
    REPEATED,
    Cut,
    Found,
    normalise_id,
)
from tuwei.match.remote._bm25 import score
from tuwei.match.remote._places import Places
from tuwei.match.remote._rows import DIGITS
from tuwei.match.remote._sql import conditions, listed, numbers, quoted, sql
from tuwei.match.remote._state import State

MOST_ASKED = 20_000  # terms whose frequencies are asked for at a time
EACH = {"distributed_group_by_no_merge": "1"}  # every server sends its own best, not all it has


class RemoteCollection:
    """The `Collection` and the searches of one state; frequencies that were asked for are kept."""

    def __init__(self, places: Places, state: State, *, product: bool) -> None:
        self._places, self.state, self._product = places, state, product
        self._frequencies: dict[str, int] = {}
        self._together: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return self.state.sizes.records

    def frequency(self, word: str) -> int:
        """Return in how many records a word occurs."""
        return self._frequency("w" + normalise_id(word))

    def pair_frequency(self, pair: str) -> int:
        """Return in how many records a character pair occurs."""
        return self._frequency("b" + normalise_id(pair))

    def together(self, one: str, other: str) -> int:
        """Return in how many records both words occur."""
        pair = (min(one, other), max(one, other))
        if pair not in self._together:
            asked = sql(
                "SELECT toString(count()) FROM (SELECT key FROM $postings WHERE term IN ($terms) AND $standing "
                "GROUP BY key HAVING count() = $both)",
                postings=self._places.whole("postings"),
                terms=listed("w" + word for word in pair),
                standing=self.state.standing(self._places),
                both=str(len(set(pair))),
            )
            self._together[pair] = int(self._places.first.rows(asked)[0][0])
        return self._together[pair]

    def prepare(self, terms: Iterable[str]) -> None:
        """Ask for the frequencies of many marked terms at once."""
        new = [term for term in dict.fromkeys(terms) if term not in self._frequencies]
        for at in range(0, len(new), MOST_ASKED):
            some = new[at : at + MOST_ASKED]
            asked = sql(
                "SELECT term, toString(sum(records)) FROM $terms WHERE term IN ($some) AND $batches GROUP BY term",
                terms=self._places.whole("terms"),
                some=listed(some),
                batches=self.state.batches(),
            )
            self._frequencies.update(dict.fromkeys(some, 0))
            self._frequencies.update({term: int(count) for term, count in self._places.first.rows(asked)})

    def fetch(self, keys: Sequence[int]) -> dict[int, Record]:
        """Return the records stored under these keys; keys that are gone are left out."""
        if not keys:
            return {}
        asked = sql(
            "SELECT toString(key), data FROM $records WHERE key IN ($keys) AND $standing",
            records=self._places.whole("records"),
            keys=numbers(keys),
            standing=self.state.standing(self._places),
        )
        return {int(key): restored(json.loads(data)) for key, data in self._places.first.rows(asked)}

    def keys_of(self, ids: Sequence[str]) -> list[int]:
        """Return the keys of the records with these ids, where there are such records."""
        if not ids or not len(self):
            return []
        asked = sql(
            "SELECT toString(key) FROM $records WHERE id IN ($ids) AND $standing",
            records=self._places.whole("records"),
            ids=listed(ids),
            standing=self.state.standing(self._places),
        )
        return sorted(int(key) for (key,) in self._places.first.rows(asked))

    def lexical(self, query: Query, k: int) -> Found:
        """Return the best keys by BM25 over bigrams, words and title, as tantivy scores them."""
        weights = self._weights(query)
        if not weights or not len(self):
            return []
        asked = sql(
            "SELECT toString(key), $score AS score FROM $postings WHERE term IN ($terms) AND $passing "
            "GROUP BY key ORDER BY score DESC, key LIMIT $limit",
            score=score(weights, self.state.sizes),
            postings=self._places.whole("postings"),
            terms=listed(weights),
            passing=self._passing(query),
            limit=str(int(k)),
        )
        return self._best(asked, k)

    def vectors(self, query: Query, k: int) -> Found:
        """Return the best keys by cosine."""
        if not query.vector.any() or not len(self):
            return []
        asked = sql(
            "SELECT toString(key), $cosine AS score FROM $vectors WHERE $passing "
            "ORDER BY score DESC, key LIMIT $limit",
            cosine=self._cosine(query.vector),
            vectors=self._places.whole("vectors"),
            passing=self._passing(query),
            limit=str(int(k)),
        )
        return self._best(asked, k)

    def rows(self, keys: Sequence[int], dimensions: int) -> Floats:
        """Return the vectors of given keys, shape (keys, dimensions), zero where there is none."""
        found = np.zeros((len(keys), dimensions), np.float32)
        if keys and dimensions:
            asked = sql(
                "SELECT toString(key), vector FROM $vectors WHERE key IN ($keys)",
                vectors=self._places.whole("vectors"),
                keys=numbers(keys),
            )
            place = {key: at for at, key in enumerate(keys)}
            for key, vector in self._places.first.rows(asked):
                found[place[int(key)]] = vector
        return found

    def cosines(self, query: Query, keys: Sequence[int]) -> Floats:
        """Return the cosines of given keys, shape (keys,)."""
        if not keys or not query.vector.any():
            return np.zeros(len(keys), np.float32)
        asked = sql(
            "SELECT toString(key), $cosine FROM $vectors WHERE key IN ($keys)",
            cosine=self._cosine(query.vector),
            vectors=self._places.whole("vectors"),
            keys=numbers(keys),
        )
        found = {int(key): float(cosine) for key, cosine in self._places.first.rows(asked)}
        return np.array([found.get(key, 0.0) for key in keys], np.float32)

    def prepare_query(self, cut: Cut) -> None:
        """Ask at once for all frequencies that a ranking of this text will want."""
        pairs, words = cut.bigrams[:MOST_READ], cut.words[:MOST_READ]
        self.prepare(
            mark + normalise_id(term)
            for mark, terms in (("b", pairs), ("w", words), ("t", pairs))
            for term in terms
        )

    def _frequency(self, term: str) -> int:
        if term not in self._frequencies:
            self.prepare([term])
        return self._frequencies[term]

    def _weights(self, query: Query) -> dict[str, float]:
        """Return the marked terms that are searched for, and what one occurrence weighs before BM25."""
        self.prepare_query(query.cut)
        settings = query.settings
        return {
            **self._kept("b", query.cut.bigrams, 1.0),
            **self._kept("w", query.cut.words, settings.word_weight),
            **self._kept("t", query.cut.bigrams, settings.title_weight),
        }

    def _kept(self, mark: str, terms: Sequence[str], weight: float) -> dict[str, float]:
        """Leave the commonest terms out where there are very many postings, as `Store` does."""
        counts = Counter(mark + normalise_id(term) for term in terms[:MOST_READ])
        rare_first = sorted((self._frequency(term), term) for term in counts)
        kept: dict[str, float] = {}
        touched = 0
        for frequency, term in rare_first:
            touched += frequency
            if len(kept) >= FEWEST_TERMS and touched > MOST_POSTINGS:
                break
            if frequency > 0 and weight > 0:
                idf = float(np.log1p((len(self) - frequency + 0.5) / (frequency + 0.5)))
                kept[term] = weight * counts[term] ** REPEATED * idf
        return kept

    def _passing(self, query: Query) -> str:
        standing = self.state.standing(self._places)
        if not query.filters:
            return standing
        admitted = sql(
            " AND key IN (SELECT key FROM $records WHERE $conditions)",
            records=self._places.table("records"),
            conditions=conditions(query.filters),
        )
        return standing + admitted

    def _best(self, asked: str, k: int) -> Found:
        found = [(int(key), float(score)) for key, score in self._places.first.rows(asked, **EACH)]
        return sorted(found, key=lambda one: (-one[1], one[0]))[:k]

    def _cosine(self, vector: Floats) -> str:
        row = numbers(np.round(vector.astype(float), DIGITS).tolist())
        form = (
            "dotProduct(vector, [$row])"
            if self._product
            else ("arraySum(arrayMap((mine, yours) -> mine * yours, vector, [$row]))")
        )
        return sql(form, row=row)


def has_product(places: Places) -> bool:
    """Tell whether the servers have a function for the product of two vectors (2023 and later)."""
    asked = sql("SELECT name FROM system.functions WHERE name = $name", name=quoted("dotProduct"))
    return bool(places.first.rows(asked))
