"""What an index is made of, and how it is opened, written and taken over for changes."""

from __future__ import annotations

import json
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from tuwei import __version__
from tuwei.core.errors import InputError
from tuwei.match import _folder
from tuwei.match._columns import Columns
from tuwei.match._embedding import Embedding
from tuwei.match._store import Store
from tuwei.match._vectors import Vectors

FORMAT = 2

# What the readers of the parts raise on files that are missing, cut off or not theirs.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RuntimeError, EOFError, BadZipFile, InputError)


@dataclass(slots=True, weakref_slot=True)
class Parts:
    """The parts of one index; row ``key`` of each belongs to the record stored under that key.

    Parameters
    ----------
    tidy
        Removes the working folder; None while the files belong to a generation, which never changes.
    """

    store: Store
    columns: Columns
    vectors: Vectors | None
    embedding: Embedding | None
    tidy: Any = None

    def own(self) -> None:
        """Before the first change, go over to files of our own: those on disk belong to all readers."""
        if self.tidy is not None:
            return
        folder = self._beside()
        _folder.copy_files(self.store.folder, folder / "store")
        self.store = Store(folder / "store")
        self.columns.write(folder / "columns")
        self.columns = Columns.read(folder / "columns", len(self.columns))
        if self.vectors is not None:
            self.vectors.write(folder / "vectors")
            self.vectors = Vectors.read(folder / "vectors", self.vectors.dimensions)
        self.keep(folder)

    def keep(self, folder: Path) -> None:
        """Work in this folder from now on, and remove it when these parts go."""
        self.columns.folder = folder / "columns"
        self.columns.folder.mkdir(exist_ok=True)
        if self.vectors is not None:
            self.vectors.folder = folder / "vectors"
            self.vectors.folder.mkdir(exist_ok=True)
        self.tidy = weakref.finalize(self, _folder.discard, folder)

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


def load(path: Path) -> Parts:
    """Open the generation in force; see `MatchIndex.load`."""
    for attempt in (1, 2):
        generation = _folder.current(path)
        try:
            return opened(generation)
        except UNREADABLE as error:
            if attempt == 2 or generation.exists():
                raise damaged(path, error) from error
    raise AssertionError  # the loop returns or raises


def opened(generation: Path) -> Parts:
    """Open the parts in one generation."""
    about = json.loads((generation / "about.json").read_text("utf-8"))
    if about["format"] != FORMAT:
        raise ValueError(f"format {about['format']}, this version reads {FORMAT}")
    columns = Columns.read(generation / "columns", about["keys"])
    embedding = Embedding.read(generation) if about["embedding"] else None
    vectors = Vectors.read(generation / "vectors", embedding.dimensions) if embedding else None
    store = Store(generation / "store")
    alike = len(store) == int(columns.alive.sum()) == about["records"]
    if not alike or (vectors is not None and len(vectors) != len(columns)):
        raise ValueError("the parts differ in length")
    return Parts(store, columns, vectors, embedding)


def write(parts: Parts, folder: Path) -> None:
    """Write the parts into a new generation."""
    parts.settle()
    _folder.copy_files(parts.store.folder, folder / "store")
    parts.columns.write(folder / "columns")
    if parts.embedding is not None and parts.vectors is not None:
        parts.embedding.write(folder)
        parts.vectors.write(folder / "vectors")
    about = {
        "format": FORMAT,
        "tuwei": __version__,
        "records": len(parts.store),
        "keys": len(parts.columns),
        "embedding": parts.embedding is not None,
    }
    (folder / "about.json").write_text(json.dumps(about), "utf-8")


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
