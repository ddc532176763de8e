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
from django.utils import timezone
from django_tasks import task

from tuwei.core.errors import TuweiError

from .models import Job

log = logging.getLogger("tuwei.jobs")
Handler = Callable[[Job], dict[str, Any] | None]
_HANDLERS: dict[str, Handler] = {}
STALE = timedelta(minutes=10)
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
    job = Job.objects.create(kind=kind, params=params, started_by=person, total=total)
    transaction.on_commit(lambda: run_job.enqueue(job.pk))
    return job


def enqueue_once(kind: str, /, **params: Any) -> Job:
    """Queue a job unless one of the same kind already waits (a re-index asked for twice is one re-index)."""
    waiting = Job.objects.filter(kind=kind, params=params, state=Job.State.WAITING).first()
    return waiting or enqueue(kind, **params)


def save_progress(job: Job, *, done: int, total: int | None = None, **memory: Any) -> None:
    """Remember how far the job is. Raises ``Cancelled`` when it was stopped in the meantime."""
    job.done, job.heartbeat = done, timezone.now()
    job.total = total if total is not None else job.total
    job.memory = {**job.memory, **memory}
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    if not running.update(done=job.done, total=job.total, heartbeat=job.heartbeat, memory=job.memory):
        raise Cancelled


@task()
def run_job(job_id: int) -> None:
    """What the worker calls. A job that is not waiting (already run, cancelled) is left alone."""
    claimed = Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, worker=_me(), heartbeat=timezone.now()
    )
    if claimed:
        _run(Job.objects.get(pk=job_id))


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
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(
        state=Job.State.WAITING, attempts=job.attempts + 1, worker="", error=later.error.as_dict()
    )
    run_job.using(run_after=timezone.now() + later.delay).enqueue(job.pk)


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
    ours = Job.objects.filter(pk=job.pk).exclude(state=Job.State.CANCELLED)
    ours.update(state=state, finished=timezone.now(), **{"error": {}, **values})


def cancel(job: Job) -> None:
    """Stop a job; one at work ends at its next progress call, what it committed stays."""
    open_states = [Job.State.WAITING, Job.State.RUNNING]
    Job.objects.filter(pk=job.pk, state__in=open_states).update(
        state=Job.State.CANCELLED, finished=timezone.now()
    )


def recover() -> int:
    """Queue again the jobs whose worker died; called when a worker starts. Returns how many."""
    dead = [job for job in Job.objects.filter(state=Job.State.RUNNING) if _is_dead(job)]
    lost = list(Job.objects.filter(state=Job.State.WAITING, created__lt=timezone.now() - STALE))
    for job in lost:  # never begun, so no attempt is lost; twice in the queue is once run
        run_job.enqueue(job.pk)
    for job in dead:
        _retry(job)
    return len(dead) + len(lost)


def _retry(job: Job) -> None:
    if job.attempts + 1 >= ATTEMPTS:
        return _finish(job, Job.State.FAILED, error=_internal(job))
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING, attempts=job.attempts + 1, worker="")
    run_job.enqueue(job.pk)


def _me() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _is_dead(job: Job) -> bool:
    """Its process is gone, or (on another host) it has been silent for long."""
    host, _, pid = job.worker.rpartition(":")
    if host == socket.gethostname() and pid.isdigit():
        return int(pid) == os.getpid() or not _alive(int(pid))
    return job.heartbeat is None or job.heartbeat < timezone.now() - STALE


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def run_waiting() -> int:
    """Do every waiting job here and now, in order (command line, tests). Returns how many ran."""
    count = 0
    while (job := Job.objects.filter(state=Job.State.WAITING).order_by("id").first()) is not None:
        run_job.call(job.pk)
        count += 1
    return count
