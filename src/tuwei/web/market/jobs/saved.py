"""Mail the new hits of saved searches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tuwei.core.errors import TuweiError
from tuwei.web.base import jobs, schedule
from tuwei.web.base.models import Job

from ..services import saved

KIND = "saved.mail"
schedule.every(KIND, timedelta(hours=1))


@jobs.handler(KIND)
def mail_new_hits(job: Job) -> dict[str, Any]:
    """One search after the other, each in a transaction of its own; a search that no longer works is passed over."""
    now = timezone.now()
    waiting = saved.due(now)
    counts = {"searches": len(waiting), "hits": 0, "failed": 0}
    for done, pk in enumerate(waiting, start=1):
        try:
            counts["hits"] += saved.saved_mail(pk=pk, now=now)
        except TuweiError:  # say, its person's identity is no longer checked: the page shows it
            counts["failed"] += 1
        jobs.save_progress(job, done=done, total=len(waiting))
    return counts
