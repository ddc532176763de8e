"""Bring the match index up to date: a rebuild from nothing, and a refresh of what was touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuwei.web.base import at_work, jobs, schedule
from tuwei.web.base.models import Job
from tuwei.web.base.told import Told, teller

from ..models import Touched
from ..selectors import duplicates, indexed
from ..services.indexing import REFRESH

BATCH = 5_000  # touched listings brought in before the index is saved once
REBUILD_SHARE = 2  # more than 1/2 of the index touched: building anew is the shorter way
ONE_WRITER = "match"  # two workers that change the same generation would lose one's changes
# What was noted by a process killed before it could ask for a refresh.
schedule.every(REFRESH, timedelta(hours=1))


@teller("match.rebuild")
@teller(REFRESH)
def tell(job: Job, reader: Any) -> Told:
    if not {*indexed.KINDS} <= job.result.keys():
        return Told()
    return Told([_("更新了 %(need)s 条需求、%(achievement)s 条成果的索引。") % job.result])


@jobs.handler("match.rebuild")
def rebuild(job: Job) -> dict[str, Any]:
    """Build both indexes from the registry; killed half-way, the old ones stay in use."""
    with at_work.held(ONE_WRITER):
        return {kind: _build(job, kind) for kind in indexed.KINDS}


@jobs.handler(REFRESH)
def refresh(job: Job) -> dict[str, Any]:
    """Bring in what changed since the last time."""
    with at_work.held(ONE_WRITER):
        return {kind: _refresh(job, kind) for kind in indexed.KINDS}


def _build(job: Job, kind: str) -> int:
    last = Touched.objects.filter(kind=kind).order_by("-id").values_list("id", flat=True).first() or 0
    total = indexed.listed(kind).count()
    jobs.save_progress(job, done=0, total=total, kind=kind)
    built = indexed.build(kind, _counted(job, kind, total))
    duplicates.build(kind)
    Touched.objects.filter(kind=kind, id__lte=last).delete()
    return built


def _counted(job: Job, kind: str, total: int) -> Iterator[dict[str, Any]]:
    for number, record in enumerate(indexed.records(kind), start=1):
        if number % 500 == 0:
            jobs.save_progress(job, done=number, total=total)
        yield record


def _refresh(job: Job, kind: str) -> int:
    waiting = Touched.objects.filter(kind=kind)
    size = indexed.size(kind)
    if not waiting.exists() and size is not None:
        return 0
    if size is None or waiting.count() * REBUILD_SHARE > size:
        return _build(job, kind)
    count = 0
    while touched := list(waiting.order_by("id").values_list("id", "listing_id")[:BATCH]):
        ids = {listing for _, listing in touched}
        count += indexed.update(kind, ids)
        duplicates.update(kind, ids)
        # Only once the index is safe on disk: a crash before this line repeats the batch, harmlessly.
        with transaction.atomic():
            waiting.filter(id__in=[pk for pk, _ in touched]).delete()
            jobs.save_progress(job, done=job.done + len(touched))
    return count
