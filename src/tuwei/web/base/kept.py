"""What is worked out once and kept a while, and forgotten by every process of this host when the data is replaced.

Each process has a cache of its own, so a command (a pack loaded, samples purged) cannot empty the server's. It
touches a file instead, whose time is part of every key.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache

Value = TypeVar("Value")


def kept(name: str, seconds: int, make: Callable[[], Value]) -> Value:
    """The value of ``make``, at most so many seconds old and never older than `forget`."""
    key = f"kept:{name}:{_stamp()}"
    found: Any = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, seconds)
    return found  # type: ignore[no-any-return]


def forget() -> None:
    """Let every process of this host work everything out anew."""
    before = _stamp()
    _file().write_text("")
    if _stamp() == before:  # a disk with coarse clocks
        cache.clear()


def _file() -> Path:
    return Path(settings.DATA) / "kept-since"


def _stamp() -> int:
    try:
        return _file().stat().st_mtime_ns
    except FileNotFoundError:
        return 0
