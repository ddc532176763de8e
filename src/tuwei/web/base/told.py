"""What a job has come to, in words and with the ways on: each kind of job says it for itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .models import Job


@dataclass(frozen=True)
class Way:
    """A link from the page of a job: where its result is, what to do next."""

    label: str
    url: str
    icon: str
    main: bool = False


@dataclass(frozen=True)
class Told:
    """Sentences in the reader's language, and the ways on."""

    sentences: list[str] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)


Teller = Callable[[Job, Any], Told]
_TELLERS: dict[str, Teller] = {}


def teller(kind: str) -> Callable[[Teller], Teller]:
    """Register what tells jobs of this kind; it takes the job and the reader."""

    def register(function: Teller) -> Teller:
        _TELLERS[kind] = function
        return function

    return register


def told(job: Job, reader: Any) -> Told:
    """What this job has come to; nothing for a kind that has nothing to say."""
    return _TELLERS[job.kind](job, reader) if job.kind in _TELLERS else Told()
