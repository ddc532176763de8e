"""A folder of results that appears whole or not at all, and JSON as every command writes it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tuwei.core.errors import ConflictError


def json_text(found: Any) -> str:
    """Return JSON as all commands print and write it."""
    return json.dumps(found, ensure_ascii=False, indent=2)


def check_free(folder: Path) -> None:
    """Refuse a folder that is in use, before long work and not after it.

    Raises
    ------
    ConflictError
        ``potato.out_exists``: the folder is there already and not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConflictError(
            "potato.out_exists",
            "文件夹 {file} 已有内容。",
            "The folder {file} is not empty.",
            file=str(folder),
        )


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, which gets the name at the end, or goes where the writing fails.

    Raises
    ------
    ConflictError
        ``potato.out_exists``: the folder is there already and not empty.
    """
    check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield fresh
        if folder.exists():
            folder.rmdir()
        fresh.chmod(0o755)
        fresh.rename(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
