"""The index: built, kept, changed and asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tuwei.core.errors import InputError
from tuwei.match import _build, _folder, _life
from tuwei.match._alike import Alike
from tuwei.match._build import Progress
from tuwei.match._embedding import Embedding
from tuwei.match._features import Doubles
from tuwei.match._filters import Filters, read_filters
from tuwei.match._first import NOTHING, Candidate, Query, candidates
from tuwei.match._hit import Hit
from tuwei.match._life import Parts
from tuwei.match._ranker import Ranker
from tuwei.match._records import Record, read_query, read_records
from tuwei.match._second import Read, ranked
from tuwei.match._settings import Settings
from tuwei.match._spool import packed
from tuwei.match._stage import Stage
from tuwei.match._store import Cut, Store

if TYPE_CHECKING:
    from tuwei.match._encoder import Encoder
    from tuwei.match._grader import Grader

MOST_EXPLAINED = 10_000

Kind = Literal["achievement", "need"]


class MatchIndex(Stage):
    """Achievements, ranked for a need; or needs, ranked for an achievement.

    The engine does not mind which of the two it holds: what is indexed is *found*, what is passed to
    `rank` *asks*. Reading (`rank`) may go on in many threads; changing (`add`, `remove`) must not run
    beside anything else on the same object. Other processes that loaded the same folder keep the
    state they loaded until they load again.

    Use `build` or `load`; the constructor is not public.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._words: tuple[Store, Alike] | None = None
        self._source: MatchIndex | None = None
        self._grader: Grader | None = None

    @classmethod
    def build(
        cls,
        records: Iterable[Mapping[str, Any]],
        *,
        embedding: Embedding | None = None,
        ranker: Ranker | None = None,
        encoder: Encoder | None = None,
        terms: Iterable[str] = (),
        pairs: Iterable[tuple[str, str]] = (),
        progress: Progress | None = None,
        seed: int = 0,
        scratch: Path | str | None = None,
    ) -> MatchIndex:
        """Build an index; the records are read once and not kept in memory.

        Parameters
        ----------
        records
            Mappings with ``id``, ``title`` (not empty) and ``text``; optional ``keywords``, ``field``,
            ``industry``, ``region``, ``trl``, ``claims``, ``indicators``, ``price_min``; anything else
            is kept. See the reference page for each.
        embedding
            One learned before (`learn_embedding`); without it one is learned from the records, when
            there are 200 or more.
        ranker
            One learned before (`learn_ranker`); without it one is learned together with the embedding,
            where there is enough to learn from, else the shipped one weighs.
        encoder
            A language model of one's own (`open_encoder`) whose vectors are searched and weighed too.
        terms
            Technical terms known beforehand, such as those of a region's industries; those of the collection
            are found besides.
        pairs
            Texts known to belong together, such as past needs and the achievements that met them:
            the embedding learns from them too.
        progress
            Called with what is being done, how much is done and how much there is in all.
        seed
            Fixes the sample and the learning: the same records give the same vectors.
        scratch
            Where the working files go, about the size of the index (the system's temporary folder).

        Raises
        ------
        InputError
            ``match.bad_field`` for the first bad record or second use of an id.

        Examples
        --------
        >>> index = MatchIndex.build([{"id": "a1", "title": "奶牛场节水", "text": "挤奶厅清洗水循环利用"}])
        >>> [hit.achievement for hit in index.rank({"title": "挤奶厅用水太多", "text": ""})]
        ['a1']
        """
        return cls(
            _build.build(
                records,
                embedding=embedding,
                ranker=ranker,
                encoder=encoder,
                terms=terms,
                pairs=pairs,
                progress=progress,
                seed=seed,
                scratch=scratch,
            )
        )

    @classmethod
    def load(cls, path: Path | str) -> MatchIndex:
        """Open the index that was last saved in a folder.

        Raises
        ------
        MissingError
            ``match.no_index``: there is none.
        InputError
            ``match.damaged``: it was made by a later version, or files of it are missing or changed.
        """
        return cls(_life.load(Path(path)))

    def refreshed(self) -> MatchIndex:
        """Return the index in force now in the folder that this one was loaded from.

        It is this one itself where none came since, which costs the reading of one small file, or where it was
        built or changed here. Otherwise it is opened as by `load`, the vectors of terms taken over where they are
        the same; this one stays as it is for whoever is still asking it.

        Raises
        ------
        MissingError, InputError
            As `load`.
        """
        parts = _life.refreshed(self._parts)
        return self if parts is self._parts else MatchIndex(parts)

    def save(self, path: Path | str) -> None:
        """Write the index into a folder, as one step that happens wholly or not at all.

        The folder must be new, empty, or hold an index, whose last state is then replaced; processes
        that have it open are not disturbed.

        Raises
        ------
        ConflictError
            ``match.index_busy``: another process is writing there. ``match.index_outdated``: one has
            written there since this index was opened; open it again, or its changes would be lost.
        InputError
            ``match.not_an_index``: the folder holds other files.
        """
        parts = self._parts
        parts.since = _folder.publish(
            Path(path), lambda folder: _life.write(parts, folder), since=parts.since
        )

    def close(self) -> None:
        """Remove the working files now, not when the object goes; it cannot be used afterwards.

        What was saved stays. Needed only where a built or changed index is not to wait for the collector.
        """
        self._parts.close()

    def add(self, records: Iterable[Mapping[str, Any]]) -> int:
        """Add records, in place of those with the same id, and return how many.

        All are checked before the first is stored. Vectors come from the embedding as it is: build
        anew when a large share of the collection is new.

        Raises
        ------
        InputError
            As `build`; then nothing has changed.
        """
        checked = list(read_records(records))
        self._parts.own()
        self._parts.drop([record.id for record in checked])
        _build.insert(self._parts, packed(checked), len(checked), None)
        return len(checked)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove the records with these ids and return how many there were."""
        self._parts.own()
        count = self._parts.drop(list(dict.fromkeys(ids)))
        self._parts.store.commit()
        return count

    @property
    def embedding(self) -> Embedding | None:
        """The vectors of words and character pairs; None where the collection is too small to learn any."""
        return self._parts.embedding

    def __len__(self) -> int:
        return len(self._parts.store)

    def rank(
        self,
        need: Mapping[str, Any] | str,
        *,
        top: int = 20,
        filters: Mapping[str, Any] | Filters | None = None,
        explain: bool = True,
        found: Kind = "achievement",
    ) -> list[Hit]:
        """Return the records that suit a need best, best first.

        Parameters
        ----------
        need
            A record as in `build` (``id`` and ``text`` may be left out), or its text alone.
        top
            At most how many, 1-10,000.
        filters
            See `Filters`: ``region``, ``field``, ``industry``, ``trl``, ``budget`` (yuan).
        explain
            Whether hits carry reasons; without them ranking is quicker, scores and levels are the same.
        found
            What the index holds. With ``"need"`` the record given is an achievement: its figures, readiness
            and price are held against what each need asks, not the other way round.

        Returns
        -------
        list of Hit
            Empty where no record shares a term or a direction with the need, or none passes the filters.

        Raises
        ------
        InputError
            ``match.bad_field``, ``match.bad_filter``.
        """
        if isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= 10_000:
            raise _bad_top(top)
        record = read_query(need)
        query = self._query(record, read_filters(filters), found)
        best = candidates(self, query, most=max(query.settings.second, top))
        return self._ranked(query, self._with_records(best), top=top, explain=explain)

    def explain(
        self, need: Mapping[str, Any] | str, ids: Sequence[str], *, found: Kind = "achievement"
    ) -> list[Hit]:
        """Say of chosen records why they suit a need, or that little speaks for them.

        For whoever ranked by one text but may only tell what follows from another: the reasons and the
        level rest on ``need`` as given here alone. `Hit.score` leaves out the first stage, so that only
        the order among these records can be read from it.

        Parameters
        ----------
        need
            As in `rank`.
        found
            As in `rank`.
        ids
            Of the records, at most 10,000; ids that are not in the index are left out.

        Raises
        ------
        InputError
            ``match.bad_field``.

        Examples
        --------
        >>> index = MatchIndex.build([{"id": "a1", "title": "奶牛场节水", "text": "挤奶厅清洗水循环利用"}])
        >>> index.explain({"title": "挤奶厅用水", "text": ""}, ["a1", "gone"])[0].why[0]["words"]
        ['挤奶']
        """
        query = self._query(read_query(need), Filters(), found)
        keys = self._parts.store.keys_of(list(dict.fromkeys(ids))[:MOST_EXPLAINED])
        cosines = self.cosines(query, keys)
        named = [Candidate(key, 0.0, float(cosine), 0.0) for key, cosine in zip(keys, cosines, strict=True)]
        chosen = self._with_records(named)
        return self._ranked(query, chosen, top=len(chosen), explain=True, compared=False)

    def evidence(self, need: Mapping[str, Any] | str) -> tuple[list[str], Doubles, Doubles]:
        """Return what a ranker learns from: ids of the candidates, their features and first scores.

        Shapes (candidates,), (candidates, `_features.NAMES`) and (candidates,).
        """
        query = self._query(read_query(need), Filters(), "achievement")
        found = self._with_records(candidates(self, query, most=query.settings.second))
        store = self._parts.store
        rows = self.rows([candidate.key for candidate, _ in found])
        fused = np.array([candidate.fused for candidate, _ in found])
        made = Read.of(query, found, store).features(query, store, rows)
        return [record.id for _, record in found], made, fused

    def with_settings(self, settings: Settings) -> MatchIndex:
        """Return the same index, not a copy of it, asked with other weights."""
        return self._again(replace(self._parts, settings=settings), self._grader)

    def with_grader(self, grader: Grader | None) -> MatchIndex:
        """Return the same index, not a copy of it, whose hits are ranked and levelled by a grader too.

        A grader is learned from experts' judgements (`Grader.fit`). Where needs are looked for it has no part.
        """
        return self._again(self._parts, grader)

    def _again(self, parts: Parts, grader: Grader | None) -> MatchIndex:
        made = MatchIndex(parts)
        made._source, made._grader = self, grader  # the files are the source's
        return made

    @property
    def settings(self) -> Settings:
        """The weights of a ranking; they are saved with the index."""
        return self._parts.settings

    def _ranked(
        self,
        query: Query,
        found: list[tuple[Candidate, Record]],
        *,
        top: int,
        explain: bool,
        compared: bool = True,
    ) -> list[Hit]:
        rows = self.rows([candidate.key for candidate, _ in found])
        return ranked(
            query,
            found,
            self._parts.store,
            self._alike(),
            rows=rows,
            ranker=self._parts.ranker,
            grader=self._grader,
            terms=self._parts.terms,
            top=top,
            explain=explain,
            compared=compared,
        )

    def _alike(self) -> Alike | None:
        """What the words of the collection have to do with each other, worked out once a state of it."""
        if self.embedding is None:
            return None
        if self._words is None or self._words[0] is not self._parts.store:
            self._words = (self._parts.store, Alike(self._parts.store, self.embedding))
        return self._words[1]

    def _query(self, record: Record, filters: Filters, found: Kind) -> Query:
        cut = Cut.of(record)
        vector = self.embedding.encode([cut.terms])[0] if self.embedding else np.zeros(0, np.float32)
        view = self._parts.view
        encoded = view.asked(record) if view is not None else NOTHING
        return Query(record, cut, vector, filters, found == "need", self._parts.settings, encoded)

    def _with_records(self, found: list[Candidate]) -> list[tuple[Candidate, Record]]:
        records = self._parts.store.fetch([candidate.key for candidate in found])
        return [(candidate, records[candidate.key]) for candidate in found if candidate.key in records]


def _bad_top(top: Any) -> InputError:
    return InputError(
        "match.bad_top",
        "返回条数应为 {expected} 的整数,现为“{got}”。",
        "The number of hits must be a whole number in {expected}, got “{got}”.",
        field="top",
        expected="1-10000",
        got=repr(top)[:80],
    )
