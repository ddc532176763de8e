"""The first stage over the files of this machine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tuwei.match._first import Floats, Query
from tuwei.match._life import Parts
from tuwei.match._store import Found


class Stage:
    """The two searches, and a third where a language model takes part: what `_first.FirstStage` asks for."""

    _parts: Parts

    def lexical(self, query: Query, k: int) -> Found:
        """Return the best by words."""
        return self._parts.store.search(query.cut, limit=k, filters=query.filters, settings=query.settings)

    def vectors(self, query: Query, k: int) -> Found:
        """Return the best by direction."""
        if self._parts.vectors is None:
            return []
        return self._parts.vectors.search(query.vector, limit=k, mask=self._parts.columns.mask(query.filters))

    def cosines(self, query: Query, keys: Sequence[int]) -> Floats:
        """Return the cosines of given keys."""
        if self._parts.vectors is None:
            return np.zeros(len(keys), np.float32)
        found: Floats = self.rows(keys) @ query.vector
        return found

    def view(self, query: Query, k: int) -> Found:
        """Return the best by a language model of one's own."""
        if self._parts.view is None:
            return []
        mask = self._parts.columns.mask(query.filters)
        return self._parts.view.search(query.encoded, limit=k, mask=mask)

    def view_cosines(self, query: Query, keys: Sequence[int]) -> Floats:
        """Return these cosines of given keys."""
        if self._parts.view is None:
            return np.zeros(len(keys), np.float32)
        return self._parts.view.cosines(query.encoded, keys)

    def rows(self, keys: Sequence[int]) -> Floats:
        """Return the vectors of given keys."""
        if self._parts.vectors is None:
            return np.zeros((len(keys), 0), np.float32)
        return self._parts.vectors.rows(list(keys))
