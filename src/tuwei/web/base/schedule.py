"""Periodic jobs: each kind's next time stands in the database, so that two workers do not start one twice."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from django.db import close_old_connections, transaction
from django.utils import timezone

from . import jobs
from .models import Schedule

log = logging.getLogger("tuwei.schedule")
TICK = 30  # seconds between two looks
_EVERY: dict[str, timedelta] = {}


def every(kind: str, interval: timedelta) -> None:
    """Register a kind of job to be queued at this pace, without parameters."""
    _EVERY[kind] = interval


def due(now: datetime | None = None) -> list[str]:
    """Queue the jobs whose time has come; returns their kinds."""
    now = now or timezone.now()
    return [kind for kind, interval in _EVERY.items() if _start(kind, interval, now)]


def _start(kind: str, interval: timedelta, now: datetime) -> bool:
    row, _ = Schedule.objects.get_or_create(kind=kind, defaults={"next_at": now})
    if row.next_at > now:
        return False
    with transaction.atomic():
        # One statement decides who starts it; the job is queued in the same transaction, so neither is lost.
        ours = Schedule.objects.filter(kind=kind, next_at__lte=now).update(next_at=now + interval)
        if ours:
            jobs.enqueue_once(kind)
    return bool(ours)


def run_beside() -> threading.Thread:
    """Look for due jobs, and for jobs of dead workers, in a thread beside the worker, as long as it lives."""
    thread = threading.Thread(target=_loop, name="schedule", daemon=True)
    thread.start()
    return thread


def _loop() -> None:
    pause = threading.Event()
    while True:
        try:
            jobs.recover()
            due()
        except Exception:  # a database that is away for a minute must not end the schedule
            log.exception("periodic jobs could not be started; trying again")
        finally:
            close_old_connections()
        pause.wait(TICK)
