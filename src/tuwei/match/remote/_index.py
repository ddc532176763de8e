"""The index on servers: built, changed and asked as one on this machine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from tuwei.match._alike import Alike
from tuwei.match._build import Progress
from tuwei.match._columns import Columns
from tuwei.match._embedding import Embedding, Floats
from tuwei.match._filters import Filters
from tuwei.match._first import Query
from tuwei.match._hit import Hit
from tuwei.match._index import Kind, MatchIndex
from tuwei.match._learn import learn
from tuwei.match._life import Parts
from tuwei.match._ranker import Ranker, shipped
from tuwei.match._records import Record, read_records
from tuwei.match._settings import DEFAULT, Settings, as_json, read_settings
from tuwei.match._spool import spooled, unspooled
from tuwei.match._store import Found, Store
from tuwei.match.remote import _files
from tuwei.match.remote._collection import RemoteCollection, has_product
from tuwei.match.remote._places import Places
from tuwei.match.remote._state import State
from tuwei.match.remote._writer import alone, commit, next_batch, retire, send, unlock


class RemoteIndex:
    """Records on the servers of a ClickHouse cluster, ranked by the code of `MatchIndex`.

    What is asked of the servers is the `FirstStage` and the `Collection`: the lexical score, the cosines,
    the records and how many name a word. The score is that of the index on this machine, to rounding;
    statistics are those of the whole collection, so it does not matter on which server a record lies.

    Reading may go on in many processes while one writes. An object reads the state that it opened until
    `refresh`. Use `build` or `open`; the constructor is not public.
    """

    def __init__(
        self, places: Places, embedding: Embedding | None, ranker: Ranker, settings: Settings
    ) -> None:
        self._places, self._embedding, self._ranker, self._settings = places, embedding, ranker, settings
        self._product = has_product(places)
        self.refresh()

    @classmethod
    def build(
        cls,
        records: Iterable[Mapping[str, Any]],
        places: Places,
        *,
        embedding: Embedding | None = None,
        pairs: Iterable[tuple[str, str]] = (),
        ranker: Ranker | None = None,
        settings: Settings = DEFAULT,
        progress: Progress | None = None,
        seed: int = 0,
    ) -> RemoteIndex:
        """Build an index in a database that is made for it.

        To replace one that is in use, build beside it under another name, then let readers open that one.

        Parameters
        ----------
        records, embedding, pairs, progress, seed
            As in `MatchIndex.build`.
        places
            The servers, the name of the database, the name of the cluster.
        ranker, settings
            Weights of the second stage and of the first; kept with the index.

        Raises
        ------
        ConflictError
            ``match.place_taken``.
        InputError
            ``match.bad_field``, ``match.bad_place``, ``match.unreachable``, ``match.refused``. On a bad
            record nothing stays on the servers.
        """
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            count, chosen = spooled(read_records(records), folder / "spool", seed, progress)
            if embedding is None:
                embedding = learn(chosen, pairs=pairs, seed=seed, progress=progress)
            places.create()
            try:
                stored = (record for record, _ in unspooled(folder / "spool"))
                commit(places, 1, send(places, 1, stored, count, embedding, progress), 0)
                learned = folder / "learned"
                learned.mkdir()
                _write(learned, embedding, ranker or shipped(), settings)
                _files.keep(places, learned)
            except BaseException:
                places.drop()
                raise
        return cls(places, embedding, ranker or shipped(), settings)

    @classmethod
    def open(cls, places: Places) -> RemoteIndex:
        """Open an index that was built before.

        Raises
        ------
        MissingError
            ``match.no_remote_index``.
        """
        places.require()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            kept = _files.bring(places, folder)
            embedding = Embedding.read(folder) if "embedding.npz" in kept else None
            ranker, settings = Ranker.read(folder / "ranker.json"), read_settings(folder / "settings.json")
        return cls(places, embedding, ranker, settings)

    def refresh(self) -> None:
        """Go over to the state that is in force now."""
        held = RemoteCollection(self._places, State.read(self._places), product=self._product)
        self._held, self._asked = held, _Asked(held, self._embedding, self._ranker, self._settings)

    def __len__(self) -> int:
        return len(self._held)

    @property
    def embedding(self) -> Embedding | None:
        """The vectors of words and character pairs; None where the collection is too small to learn any."""
        return self._embedding

    def add(self, records: Iterable[Mapping[str, Any]]) -> int:
        """Add records, in place of those with the same id, and return how many; see `MatchIndex.add`.

        Raises
        ------
        ConflictError
            ``match.index_busy``.
        """
        checked = list(read_records(records))
        self._change([record.id for record in checked], checked)
        return len(checked)

    def remove(self, ids: Iterable[str]) -> int:
        """Remove the records with these ids and return how many there were; raises as `add`."""
        return self._change(list(dict.fromkeys(ids)), [])

    def unlock(self) -> None:
        """Let others write after a writer died. What it left half written is not looked at."""
        unlock(self._places)

    def rank(
        self,
        need: Mapping[str, Any] | str,
        *,
        top: int = 20,
        filters: Mapping[str, Any] | Filters | None = None,
        explain: bool = True,
        found: Kind = "achievement",
    ) -> list[Hit]:
        """Return the records that suit a need best; see `MatchIndex.rank`."""
        return self._asked.rank(need, top=top, filters=filters, explain=explain, found=found)

    def explain(
        self, need: Mapping[str, Any] | str, ids: Sequence[str], *, found: Kind = "achievement"
    ) -> list[Hit]:
        """Say of chosen records why they suit a need; see `MatchIndex.explain`."""
        return self._asked.explain(need, ids, found=found)

    def _change(self, old: Sequence[str], new: Sequence[Record]) -> int:
        with alone(self._places):
            self.refresh()
            batch = next_batch(self._places, self._held.state.batch)
            lost, removed = retire(self._places, batch, self._held, old)
            gained = send(self._places, batch, iter(new), len(new), self._embedding, None)
            commit(self._places, batch, gained + lost, removed)
        self.refresh()
        return removed


class _Asked(MatchIndex):
    """The ranking of `MatchIndex`, its searches answered by the servers."""

    def __init__(
        self, held: RemoteCollection, embedding: Embedding | None, ranker: Ranker, settings: Settings
    ) -> None:
        # It offers what the ranking asks of a store (`Collection`), not what changes one.
        store = cast(Store, held)
        super().__init__(Parts(store, Columns(), None, embedding, ranker, settings))
        self._held = held

    def lexical(self, query: Query, k: int) -> Found:
        return self._held.lexical(query, k)

    def vectors(self, query: Query, k: int) -> Found:
        return self._held.vectors(query, k)

    def cosines(self, query: Query, keys: Sequence[int]) -> Floats:
        return self._held.cosines(query, keys)

    def rows(self, keys: Sequence[int]) -> Floats:
        return self._held.rows(keys, self.embedding.dimensions if self.embedding else 0)

    def _query(self, record: Record, filters: Filters, found: Kind) -> Query:
        query = super()._query(record, filters, found)
        self._held.prepare_query(query.cut)
        return query

    def _alike(self) -> Alike | None:
        if self._words is None and self.embedding is not None:
            self._held.prepare("w" + term[1:] for term in self.embedding.terms if term.startswith("_"))
        return super()._alike()


def _write(folder: Path, embedding: Embedding | None, ranker: Ranker, settings: Settings) -> None:
    if embedding is not None:
        embedding.write(folder)
    ranker.write(folder / "ranker.json")
    (folder / "settings.json").write_text(as_json(settings), "utf-8")
