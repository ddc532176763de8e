"""Keep the match index in step with the registry: changes are noted at once, indexed by the worker."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from tuwei.web.base import jobs

from ..models import Touched

REFRESH = "match.refresh"


def touch(kind: str, ids: Iterable[int]) -> None:
    """Note listings as changed (``kind`` is ``"need"`` or ``"achievement"``); call inside the change's transaction.

    The note commits with the change, so a crash between the two cannot lose it.
    """
    Touched.objects.bulk_create([Touched(kind=kind, listing_id=pk) for pk in ids], batch_size=1000)
    transaction.on_commit(lambda: jobs.enqueue_once(REFRESH))
