"""Jobs, notifications and the event log."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field

from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import Id, In, Moment, Out, Page, Pk, answers

from . import access, events, jobs
from .models import Event, Job, Notification

router = Router(auth=MEMBER)


class JobOut(Out):
    id: int
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int
    total: int
    percent: int
    result: dict[str, Any]
    error: dict[str, Any]
    created: Moment
    finished: Moment | None


class NoticeOut(Out):
    id: int
    verb: str
    zh: str
    en: str
    url: str
    at: Moment
    read: bool


class EventOut(Out):
    id: int
    at: Moment
    actor: str | None
    organisation: str | None
    verb: str
    object_type: str
    object_id: int | None
    zh: str
    en: str
    reason: str


class NoticesAsked(Paged):
    unread: bool = False


class ReadIn(In):
    ids: list[Id] = Field(default_factory=list, max_length=100, description="空为全部 · empty: all")


class Count(Out):
    count: int


def job_out(job: Job) -> dict[str, Any]:
    names = ("id", "kind", "state", "done", "total", "percent", "result", "error", "created", "finished")
    return {name: getattr(job, name) for name in names}


def _notice(notice: Notification) -> dict[str, Any]:
    event = notice.event
    return {
        "id": notice.pk,
        "verb": event.verb,
        "zh": events.sentence(event, "zh"),
        "en": events.sentence(event, "en"),
        "url": notice.url,
        "at": event.at,
        "read": notice.read_at is not None,
    }


def _event(event: Event) -> dict[str, Any]:
    plain = {
        name: getattr(event, name) for name in ("id", "at", "verb", "object_type", "object_id", "reason")
    }
    return {
        **plain,
        "actor": str(event.actor) if event.actor else None,
        "organisation": str(event.organisation) if event.organisation else None,
        "zh": events.sentence(event, "zh"),
        "en": events.sentence(event, "en"),
    }


@router.get("/jobs", response=answers(Page[JobOut]), operation_id="list_jobs", tags=["jobs"],
            summary="后台任务列表 · List jobs")  # fmt: skip
def list_jobs(request: HttpRequest, asked: Query[Paged]) -> Any:
    rows, following = by_id(access.scope(request.user, "job.view", Job.objects.all()), asked)
    return {"items": [job_out(job) for job in rows], "next": following}


@router.get("/jobs/{int:pk}", response=answers(JobOut), operation_id="get_job", tags=["jobs"],
            summary="后台任务的进度与结果 · A job's progress and result")  # fmt: skip
def get_job(request: HttpRequest, pk: Pk) -> Any:
    return job_out(access.get(request.user, "job.view", Job.objects.all(), pk=pk))


@router.post("/jobs/{int:pk}/cancel", response=answers(JobOut), operation_id="cancel_job", tags=["jobs"],
             summary="取消后台任务 · Cancel a job")  # fmt: skip
def cancel_job(request: HttpRequest, pk: Pk) -> Any:
    job = access.get(request.user, "job.cancel", Job.objects.all(), pk=pk)
    jobs.cancel(job)
    job.refresh_from_db()
    return job_out(job)


@router.get("/notifications", response=answers(Page[NoticeOut]), operation_id="list_notifications",
            tags=["notifications"], summary="我的通知 · My notifications")  # fmt: skip
def list_notifications(request: HttpRequest, asked: Query[NoticesAsked]) -> Any:
    notices = access.scope(
        request.user, "notification.view", Notification.objects.select_related("event__actor")
    )
    rows, following = by_id(notices.filter(read_at=None) if asked.unread else notices, asked)
    return {"items": [_notice(notice) for notice in rows], "next": following}


@router.post("/notifications/read", response=answers(Count), operation_id="read_notifications",
             tags=["notifications"], summary="标记通知为已读 · Mark notifications as read")  # fmt: skip
def read_notifications(request: HttpRequest, body: ReadIn) -> Any:
    notices = access.scope(request.user, "notification.view", Notification.objects.filter(read_at=None))
    if body.ids:
        notices = notices.filter(pk__in=body.ids)
    return {"count": notices.update(read_at=timezone.now())}


@router.get("/events", response=answers(Page[EventOut]), operation_id="list_events", tags=["events"],
            summary="操作日志 · The event log")  # fmt: skip
def list_events(request: HttpRequest, asked: Query[Paged]) -> Any:
    access.require(request.user, "event.view")
    rows, following = by_id(Event.objects.select_related("actor", "organisation"), asked)
    return {"items": [_event(event) for event in rows], "next": following}
