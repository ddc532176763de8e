"""Mail the new hits of saved searches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tuwei.core.errors import TuweiError
from tuwei.web.base import jobs, schedule
from tuwei.web.base.models import Job
from tuwei.web.base.told import Told, teller

from ..services import saved

KIND = "saved.mail"
schedule.every(KIND, timedelta(hours=1))


@teller(KIND)
def tell(job: Job, reader: Any) -> Told:
    if not job.result:
        return Told()
    said = [_("看了 %(searches)s 项保存的检索，寄出 %(hits)s 条新内容。") % job.result]
    if job.result["failed"]:
        said.append(_("%(failed)s 项已不能检索，其页面上写明了原因。") % job.result)
    return Told(said)


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
