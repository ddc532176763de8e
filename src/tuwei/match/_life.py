"""What an index is made of, and how it is opened, written and taken over for changes."""

from __future__ import annotations

import hashlib
import json
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from tuwei import __version__
from tuwei.core.errors import InputError
from tuwei.match import _folder
from tuwei.match._columns import Columns
from tuwei.match._embedding import Embedding
from tuwei.match._lexicon import Terminology
from tuwei.match._ranker import Ranker, shipped
from tuwei.match._settings import DEFAULT, Settings, as_json, read_settings
from tuwei.match._store import Store
from tuwei.match._vectors import Vectors
from tuwei.match._view import View

FORMAT = 3

# What the readers of the parts raise on files that are missing, cut off or not theirs.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RuntimeError, EOFError, BadZipFile)


@dataclass(slots=True)
class Parts:
    """The parts of one index; row ``key`` of each belongs to the record stored under that key.

    Parameters
    ----------
    terms
        Technical terms of the collection, named whole in reasons.
    view
        The vectors of a language model of one's own; None without one.
    tidy
        Removes the working folder; None while the files belong to a generation, which never changes.
    learnt
        Tells one embedding from another; empty where there is none.
    since
        The generation that was opened or saved last; None before the first time.
    """

    store: Store
    columns: Columns
    vectors: Vectors | None
    embedding: Embedding | None
    ranker: Ranker = field(default_factory=shipped)
    settings: Settings = DEFAULT
    terms: Terminology = field(default_factory=Terminology)
    view: View | None = None
    tidy: Any = None
    learnt: str = ""
    since: Path | None = None

    def own(self) -> None:
        """Before the first change, go over to files of our own: those on disk belong to all readers."""
        if self.tidy is not None:
            return
        folder = self._beside()
        try:
            self._take_over(folder)
        except BaseException as error:
            _folder.discard(folder)
            if isinstance(error, FileNotFoundError):
                raise _folder.outdated(self.store.folder.parent.parent) from error
            raise

    def _take_over(self, folder: Path) -> None:
        _folder.copy_files(self.store.folder, folder / "store")
        _keep_embedding(self, folder)
        self.columns.write(folder / "columns")
        columns, vectors = Columns.read(folder / "columns", len(self.columns)), self.vectors
        if vectors is not None:
            vectors.write(folder / "vectors")
            vectors = Vectors.read(folder / "vectors", vectors.dimensions)
        if self.view is not None:
            self.view.write(folder / "view")
            self.view = View.read(folder / "view", encoder=self.view.encoder)
        self.store, self.columns, self.vectors = Store(folder / "store"), columns, vectors
        self.keep(folder)

    def keep(self, folder: Path) -> None:
        """Work in this folder from now on, and remove it when the store in it goes."""
        self.columns.folder = folder / "columns"
        self.columns.folder.mkdir(exist_ok=True)
        if self.vectors is not None:
            self.vectors.folder = folder / "vectors"
            self.vectors.folder.mkdir(exist_ok=True)
        if self.view is not None:
            self.view.keep(folder / "view")
        self.tidy = weakref.finalize(self.store, _folder.discard, folder)

    def _beside(self) -> Path:
        """Make a working folder on the disk of the index, where files can be linked and need no copying."""
        try:
            return _folder.scratch(self.store.folder.parent.parent, hidden=True)
        except OSError:  # may be read there, not written
            return _folder.scratch()

    def settle(self) -> None:
        """Write out what is in memory and put small parts together where they have become many."""
        self.columns.settle()
        if self.vectors is not None:
            self.vectors.settle(self.columns.alive)
        if self.view is not None:
            self.view.vectors.settle(self.columns.alive)

    def drop(self, ids: list[str]) -> int:
        """Mark the records with these ids as gone and return how many there were."""
        keys = self.store.keys_of(ids)
        self.store.delete(ids)
        self.columns.remove(keys)
        return len(keys)

    def close(self) -> None:
        """Forget what was not committed and remove the working files."""
        self.store.close()
        if self.tidy is not None:
            self.tidy()


def load(path: Path, before: Parts | None = None) -> Parts:
    """Open the generation in force; see `MatchIndex.load` and `opened`."""
    for attempt in (1, 2):
        generation = _folder.current(path)
        try:
            return opened(generation, before)
        except InputError as error:
            if error.code.startswith("match.") and "encoder" in error.code:
                raise  # the index is whole, the model is not there
            raise damaged(path, error) from error
        except UNREADABLE as error:
            if attempt == 2 or generation.exists():
                raise damaged(path, error) from error
    raise AssertionError  # the loop returns or raises


def refreshed(parts: Parts) -> Parts:
    """Return the parts in force now, those given where none came since or they were changed here."""
    if parts.tidy is not None:
        return parts
    generation = parts.store.folder.parent
    now = _folder.current(generation.parent)
    return parts if now == generation else load(generation.parent, parts)


def opened(generation: Path, before: Parts | None = None) -> Parts:
    """Open the parts in one generation; what has not changed since another one is taken from there."""
    about = json.loads((generation / "about.json").read_text("utf-8"))
    if about["format"] != FORMAT:
        raise ValueError(f"format {about['format']}, this version reads {FORMAT}")
    columns = Columns.read(generation / "columns", about["keys"])
    same = before is not None and before.learnt == about["embedding"]
    embedding = before.embedding if before and same else _read_embedding(generation, about["embedding"])
    vectors = Vectors.read(generation / "vectors", embedding.dimensions) if embedding else None
    store = Store(generation / "store")
    alike = len(store) == int(columns.alive.sum()) == about["records"]
    if not alike or (vectors is not None and len(vectors) != len(columns)):
        raise ValueError("the parts differ in length")
    view = _read_view(generation / "view", before) if about["view"] else None
    if view is not None and len(view) != len(columns):
        raise ValueError("the parts differ in length")
    return Parts(
        store,
        columns,
        vectors,
        embedding,
        Ranker.read(generation / "ranker.json"),
        read_settings(generation / "settings.json"),
        _read_terms(generation, before),
        view,
        learnt=about["embedding"],
        since=generation,
    )


def write(parts: Parts, folder: Path) -> None:
    """Write the parts into a new generation."""
    parts.settle()
    try:
        _folder.copy_files(parts.store.folder, folder / "store")
    except FileNotFoundError as error:  # a generation opened long ago, removed since
        raise _folder.outdated(parts.store.folder.parent.parent) from error
    parts.columns.write(folder / "columns")
    if parts.embedding is not None and parts.vectors is not None:
        _keep_embedding(parts, folder)
        parts.vectors.write(folder / "vectors")
    if parts.view is not None:
        parts.view.write(folder / "view")
    parts.terms.write(folder)
    parts.ranker.write(folder / "ranker.json")
    (folder / "settings.json").write_text(as_json(parts.settings), "utf-8")
    about = {
        "format": FORMAT,
        "tuwei": __version__,
        "records": len(parts.store),
        "keys": len(parts.columns),
        "embedding": parts.learnt,
        "view": parts.view is not None,
    }
    (folder / "about.json").write_text(json.dumps(about), "utf-8")


def named(embedding: Embedding) -> str:
    """Return a name that no other embedding has."""
    found = hashlib.blake2b("\n".join(embedding.terms).encode("utf-8", "surrogatepass"), digest_size=16)
    found.update(np.ascontiguousarray(embedding.table).data)
    return found.hexdigest()


def _read_embedding(generation: Path, name: str) -> Embedding | None:
    if not isinstance(name, str):
        raise ValueError("no name of an embedding")
    return Embedding.read(generation) if name else None


def _read_terms(generation: Path, before: Parts | None) -> Terminology:
    """Open the terms; those that are open already are not read again."""
    return before.terms if before and before.terms.same(generation) else Terminology.read(generation)


def _read_view(folder: Path, before: Parts | None) -> View:
    """Open the vectors of a language model; one that is open already is not read again."""
    encoder = before.view.encoder if before and before.view else None
    return View.read(folder, encoder=encoder)


def _keep_embedding(parts: Parts, folder: Path) -> None:
    """Put the embedding into a folder, as links to its files where there are such."""
    for name in ("embedding.npz", "terms.json") if parts.embedding else ():
        _folder.link(parts.store.folder.parent / name, folder / name)


def damaged(path: Path, error: Exception) -> InputError:
    """Return the error for files that cannot be read as an index of this version."""
    return InputError(
        "match.damaged",
        "索引 {file} 已损坏或版本不符,请重新建立:{expected}",
        "The index {file} is damaged or of another version; build it again: {expected}",
        file=str(path),
        expected="tuwei match index ACHIEVEMENTS.jsonl --out DIR",
        got=str(error)[:200],
    )
