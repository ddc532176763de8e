"""Every day: needs whose deadline has passed expire, and their owners hear of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from tuwei.web.base import jobs, schedule
from tuwei.web.base.models import Job
from tuwei.web.base.told import Told, teller

from ..selectors.life_cycle import overdue
from ..services.need_moves import need_expire

EXPIRE = "needs.expire"
schedule.every(EXPIRE, timedelta(days=1))


@teller(EXPIRE)
def tell(job: Job, reader: Any) -> Told:
    return Told([_("%(expired)s 项需求已过期限。") % job.result] if "expired" in job.result else [])


@jobs.handler(EXPIRE)
def expire(job: Job) -> dict[str, Any]:
    """Each need is a transaction of its own: killed half-way, the rest expires the next time."""
    late = list(overdue())
    jobs.save_progress(job, done=0, total=len(late))
    count = 0
    for number, need in enumerate(late, start=1):
        count += need_expire(need=need)
        jobs.save_progress(job, done=number)
    return {"expired": count}
