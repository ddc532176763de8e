"""Which jobs a process is at: a locked file a job, let go by the system however the process ends.

A process id would not do: after a restart of the machine another process may have it.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def _file(what: int | str) -> Path:
    return Path(settings.DATA) / "jobs" / f"{what}.lock"


@contextmanager
def held(what: int | str) -> Iterator[None]:
    """Be at this job (its id), or at something that must not be done twice at a time; waits for who is."""
    path = _file(what)
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def is_held(job_id: int) -> bool:
    """Whether a living process is at this job."""
    try:
        with _file(job_id).open("r+") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who look do not see each other
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def forget(job_id: int) -> None:
    """Remove the file of a job that nobody will be at again."""
    _file(job_id).unlink(missing_ok=True)
