"""The grader in force: learned from brokers' verdicts, it takes part in the ranking of achievements.

The worker writes versions into the data folder; web processes only read, and open another version when it is named.
"""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings

from tuwei.core.errors import InputError, MissingError

if TYPE_CHECKING:
    from tuwei.match import Grader

_open: dict[str, Grader | None] = {}
_lock = Lock()
log = logging.getLogger("tuwei.match")


def folder() -> Path:
    return Path(settings.DATA) / "grader"


def version() -> int:
    """The number of the version in force; 0 where there is none."""
    try:
        return int((folder() / "CURRENT").read_text("ascii").strip().removeprefix("gen-"))
    except (OSError, ValueError):
        return 0


def opened() -> Grader | None:
    """The grader in force, opened once a version; None where there is none, or its files are damaged."""
    number = version()
    if not number:
        return None
    now = f"{folder()}/{number}"
    with _lock:
        if now not in _open:
            from tuwei.match import Grader

            _open.clear()
            try:
                _open[now] = Grader.load(folder())
            except (InputError, MissingError) as error:
                log.warning("%s", error)
                _open[now] = None
        return _open[now]
