"""What a person takes away as a table: each need at the grade they see it, logged for its owner."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from tuwei.web.base import access

from ..selectors import exporting as selectors
from .disclosure import view_log


def exported(kind: str, user: Any) -> Iterator[dict[str, Any]]:
    """Records to export, streamed in the order they were entered.

    Raises
    ------
    AccessError
        This person may not export this kind.
    """
    access.require(user, f"{kind}.export")
    return _needs(user) if kind == "need" else selectors.achievements(user)


def _needs(user: Any) -> Iterator[dict[str, Any]]:
    for need, record in selectors.needs(user):
        view_log(user=user, need=need, grade=need.shown_grade, channel="export")
        yield record


def written(name: str, write: Callable[[Path], object]) -> BinaryIO:
    """Write a file aside and open it; it is gone once it is closed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.open("rb")  # the open file stays readable after its folder is gone
