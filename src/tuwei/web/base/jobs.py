"""Long work: runs in the worker, shows progress, survives being killed.

A handler takes a ``Job`` and may be called again after a crash with the ``memory`` it last saved. It commits
its own chunks and calls :func:`save_progress` *inside* the chunk's transaction, so that what is done and what
is remembered as done are one thing: nothing is lost, nothing doubled.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tuwei.core.errors import TuweiError

from . import at_work
from .models import Job

log = logging.getLogger("tuwei.jobs")
Handler = Callable[[Job], dict[str, Any] | None]
_HANDLERS: dict[str, Handler] = {}
OPEN = (Job.State.WAITING, Job.State.RUNNING)
STALE = timedelta(minutes=10)  # silence after which a worker on another host counts as dead
ATTEMPTS = 5


class Cancelled(Exception):
    """The person who started the job stopped it."""


class Later(Exception):
    """Cannot be done now (a mail server is down): try again in a while; ``error`` is told once tries run out."""

    def __init__(self, delay: timedelta, error: TuweiError) -> None:
        super().__init__(error.code)
        self.delay, self.error = delay, error


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind; it returns the result (JSON)."""

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = function
        return function

    return register


def enqueue(kind: str, /, *, actor: Any = None, total: int = 0, **params: Any) -> Job:
    """Queue a job; the worker sees it once the surrounding transaction commits."""
    if kind not in _HANDLERS:
        raise KeyError(f"no handler for jobs of kind {kind!r}")
    person = actor if getattr(actor, "pk", None) else None
    with transaction.atomic():  # the job and its place in the queue come together, or a kill between loses it
        job = Job.objects.create(kind=kind, params=params, started_by=person, total=total)
        run_job.enqueue(job.pk)
    return job


def enqueue_once(kind: str, /, **params: Any) -> Job:
    """Queue a job unless one of the same kind already waits (a re-index asked for twice is one re-index)."""
    same = Job.objects.filter(kind=kind, params=params, state=Job.State.WAITING)
    with transaction.atomic():
        # Locked, it begins only after the surrounding transaction, so it sees what that leaves to be done.
        return same.select_for_update(skip_locked=True).first() or enqueue(kind, **params)


def save_progress(job: Job, *, done: int, total: int | None = None, **memory: Any) -> None:
    """Remember how far the job is.

    Raises ``Cancelled`` when it was stopped in the meantime, or given to another worker because this one
    seemed dead (a machine that slept): the chunk of the surrounding transaction is then not doubled.
    """
    job.done, job.heartbeat = done, timezone.now()
    job.total = total if total is not None else job.total
    job.memory = {**job.memory, **memory}
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    if not running.update(done=job.done, total=job.total, heartbeat=job.heartbeat, memory=job.memory):
        raise Cancelled


@task()
def run_job(job_id: int) -> None:
    """What the worker calls. A job that is not waiting (already run, cancelled) is left alone."""
    waiting = Job.objects.filter(pk=job_id, state=Job.State.WAITING)
    if not waiting.exists():
        return
    with at_work.held(job_id):
        if waiting.update(state=Job.State.RUNNING, worker=_me(), heartbeat=timezone.now()):
            _run(Job.objects.get(pk=job_id))
    if not Job.objects.filter(pk=job_id, state__in=OPEN).exists():
        at_work.forget(job_id)


def _run(job: Job) -> None:
    try:
        result = _HANDLERS[job.kind](job) or {}
        _finish(job, Job.State.DONE, result=result)
    except Cancelled:
        log.info("job %s cancelled", job.pk)
    except Later as later:
        _postpone(job, later)
    except TuweiError as error:
        _finish(job, Job.State.FAILED, error=error.as_dict())
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _finish(job, Job.State.FAILED, error=_internal(job))


def _postpone(job: Job, later: Later) -> None:
    if job.attempts + 1 >= ATTEMPTS:
        return _finish(job, Job.State.FAILED, error=later.error.as_dict())
    _again(job, run_job.using(run_after=timezone.now() + later.delay), error=later.error.as_dict())


def _again(job: Job, queue: Any, **values: Any) -> bool:
    """Back into the queue, unless the job was cancelled or another has put it there."""
    with transaction.atomic():
        ours = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts).update(
            state=Job.State.WAITING, attempts=job.attempts + 1, worker="", **values
        )
        if ours:
            queue.enqueue(job.pk)
    return bool(ours)


def _internal(job: Job) -> dict[str, Any]:
    error = TuweiError(
        "job.internal",
        "任务 {job} 因程序错误中断，管理员可在日志中查到详情。",
        "Job {job} stopped on a program fault; an administrator finds the details in the log.",
        job=job.pk,
    )
    return error.as_dict()


def _finish(job: Job, state: str, **values: Any) -> None:
    """End the job, unless it was cancelled while its last piece was done: cancelled stays cancelled."""
    ours = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    if state == Job.State.DONE:
        values["done"] = F("total")  # done is done, whatever part of it counted its pieces
    ours.update(state=state, finished=timezone.now(), **{"error": {}, **values})


def cancel(job: Job) -> None:
    """Stop a job; one at work ends at its next progress call, what it committed stays."""
    still_open = Job.objects.filter(pk=job.pk, state__in=OPEN)
    still_open.update(state=Job.State.CANCELLED, finished=timezone.now())


def recover() -> int:
    """Queue again what dead workers left; called when a worker starts and now and then. Returns how many."""
    dead = [job for job in Job.objects.filter(state=Job.State.RUNNING) if _is_dead(job)]
    lost = _lost()
    for pk in lost:  # never begun, so no attempt is lost; twice in the queue is once run
        run_job.enqueue(pk)
    return sum(_retry(job) for job in dead) + len(lost)


def _lost() -> list[int]:
    """Jobs that wait without being queued: their worker died between taking one and beginning it."""
    waiting = list(Job.objects.filter(state=Job.State.WAITING).values_list("pk", flat=True))
    queued = DBTaskResult.objects.filter(task_path=run_job.module_path, status=TaskResultStatus.READY)
    ready = {call["args"][0] for call in queued.values_list("args_kwargs", flat=True)} if waiting else set()
    return [pk for pk in waiting if pk not in ready and not at_work.is_held(pk)]


def _retry(job: Job) -> bool:
    if job.attempts + 1 < ATTEMPTS:
        return _again(job, run_job)
    _finish(job, Job.State.FAILED, error=_internal(job))
    return True


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_dead(job: Job) -> bool:
    """No process is at it; of a process on another host, which may not see our locks, only silence tells."""
    if job.worker.rpartition(":")[0] == socket.gethostname():
        return not at_work.is_held(job.pk)
    return job.heartbeat is None or job.heartbeat < timezone.now() - STALE


def run_waiting() -> int:
    """Do every waiting job here and now, in order (command line, tests). Returns how many ran."""
    count = 0
    while (job := Job.objects.filter(state=Job.State.WAITING).order_by("id").first()) is not None:
        run_job.call(job.pk)
        count += 1
    return count
