"""Every fault of a listing at once: parts that fail are noted, and raised together at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from tuwei.core.errors import InputError


class Faults:
    """Faults noted so far; the first is the one that is raised, with all of them in ``errors``."""

    def __init__(self, found: Iterable[InputError] = ()) -> None:
        self.first: InputError | None = None
        self.told: list[dict[str, Any]] = []
        self.add(found)

    def add(self, found: Iterable[InputError]) -> None:
        for error in found:
            self.told += error.where.get("errors") or [error.as_dict()]
            self.first = self.first or error

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note an ``InputError`` of the block and go on; anything else goes through."""
        try:
            yield
        except InputError as error:
            self.add([error])

    def raise_all(self) -> None:
        """Raise what was noted; nothing where nothing was."""
        if self.first is not None:
            self.first.where["errors"] = self.told
            raise self.first
