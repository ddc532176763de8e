"""How an index lies on disk: whole generations, and a file that names the one in force.

``DIR/CURRENT`` holds the name of a folder ``gen-000001``. A new generation is written beside under a
temporary name, renamed when complete, and only then named in ``CURRENT``: a crash at any point leaves the
old one in force. Files of a generation are never changed, so whoever has one open can go on reading.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tuwei.core.errors import ConflictError, InputError, MissingError

KEPT = 2  # generations: the one in force and the one before, for whoever is just opening it
_held: dict[Path, IO[str]] = {}  # the locks of our own working folders
_LINKED_NOT = {"meta.json", ".managed.json"}  # rewritten by tantivy, so copied; all else never changes


def current(folder: Path) -> Path:
    """Return the generation in force.

    Raises
    ------
    MissingError
        ``match.no_index``: there is none.
    """
    try:
        name = (folder / "CURRENT").read_text("ascii").strip()
    except OSError:
        raise _no_index(folder) from None
    generation = folder / name
    if not name.startswith("gen-") or not generation.is_dir():
        raise _no_index(folder)
    return generation


def publish(
    folder: Path, write: Callable[[Path], None], *, kept: int = KEPT, since: Path | None = None
) -> Path:
    """Let ``write`` fill a new generation and put it in force; keep so many of the last.

    Parameters
    ----------
    since
        The generation that the new one was made from; where it lies here it must still be in force.

    Raises
    ------
    ConflictError
        ``match.index_busy``: another process is writing here. ``match.index_outdated``: one has written.
    InputError
        ``match.not_an_index``: the folder holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise _not_an_index(folder)
    folder.mkdir(parents=True, exist_ok=True)
    if any(not path.name.startswith(("gen-", ".", "CURRENT")) for path in folder.iterdir()):
        raise _not_an_index(folder)
    with _alone(folder):
        if since is not None and since.parent.resolve() == folder.resolve() and _overtaken(folder, since):
            raise outdated(folder)
        _sweep(folder)
        made = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
        made.chmod(0o755)
        write(made)
        _settle(made)
        generation = folder / f"gen-{_last(folder) + 1:06d}"
        made.rename(generation)
        _name(folder, generation.name)
        for old in _generations(folder)[:-kept]:
            shutil.rmtree(old, ignore_errors=True)
    return generation


def _overtaken(folder: Path, since: Path) -> bool:
    try:
        return current(folder).name != since.name
    except MissingError:
        return False  # nothing there that could be lost


def outdated(folder: Path) -> ConflictError:
    """Return the error for changes to a state that others have changed meanwhile."""
    return ConflictError(
        "match.index_outdated",
        "索引 {file} 在打开之后已有更新,请重新打开后再修改。",
        "The index {file} has been saved by others since it was opened; open it again before changing it.",
        file=str(folder),
    )


def copy_files(source: Path, target: Path) -> None:
    """Put the files of one folder into another, as links where the disk allows."""
    target.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if path.name.endswith(".lock"):
            continue
        link(path, target / path.name)


def link(source: Path, target: Path) -> None:
    """Put a file under a second name: as a link where the disk allows and the file never changes."""
    if source.name not in _LINKED_NOT:
        try:
            os.link(source, target)
            return
        except OSError:
            pass  # another disk, or one without links
    shutil.copy2(source, target)


def scratch(place: Path | str | None = None, *, hidden: bool = False) -> Path:
    """Make a working folder, and remove those beside it whose process ended without (was killed).

    Whose process lives tells a lock in the folder, which the system lets go however the process ends.
    """
    prefix = f"{'.' * hidden}tuwei-match-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    for other in folder.parent.glob(f"{prefix}*"):
        if other != folder and _abandoned(other):
            shutil.rmtree(other, ignore_errors=True)
    handle = (folder / ".locking").open("w")
    fcntl.flock(handle, fcntl.LOCK_EX)
    (folder / ".locking").rename(folder / ".lock")  # under its name only once it is held
    _held[folder] = handle
    return folder


def discard(folder: Path) -> None:
    """Remove a working folder."""
    if handle := _held.pop(folder, None):
        handle.close()
    shutil.rmtree(folder, ignore_errors=True)


def _abandoned(folder: Path) -> bool:
    if folder.is_symlink():
        return False
    try:
        if folder.stat().st_uid != os.geteuid():
            return False
        with (folder / ".lock").open("r+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held; or another has just removed it; or being made
        return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system lets go when the process ends, however it ends."""
    with (folder / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConflictError(
                "match.index_busy",
                "另一个进程正在写入索引 {file},请稍后再试。",
                "Another process is writing the index {file}; try again later.",
                file=str(folder),
            ) from None
        yield


def _sweep(folder: Path) -> None:
    """Remove what a crash left half written."""
    for left in folder.glob(".new-*"):
        shutil.rmtree(left, ignore_errors=True)


def _generations(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("gen-*") if path.name[4:].isdigit())


def _last(folder: Path) -> int:
    return max((int(path.name[4:]) for path in _generations(folder)), default=0)


def _name(folder: Path, name: str) -> None:
    fresh = folder / ".CURRENT"
    fresh.write_text(name + "\n", "ascii")
    _sync(fresh)
    fresh.replace(folder / "CURRENT")
    _sync(folder)


def _settle(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _no_index(folder: Path) -> MissingError:
    return MissingError(
        "match.no_index",
        "{file} 中没有索引,请先运行 {expected}",
        "There is no index in {file}; make one first: {expected}",
        file=str(folder),
        expected="tuwei match index ACHIEVEMENTS.jsonl --out DIR",
    )


def _not_an_index(folder: Path) -> InputError:
    return InputError(
        "match.not_an_index",
        "{file} 中有其他文件,请另选一个空文件夹存放索引。",
        "{file} holds other files; choose an empty folder for the index.",
        file=str(folder),
    )
