"""Notifications, jobs, the event log, and the pages shown when something is wrong."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from . import access, jobs
from .models import Event, Job, Notification


def health(request: HttpRequest) -> JsonResponse:
    """For monitors: the database answers, and nothing waits for a worker that is not there."""
    connection.ensure_connection()
    waiting = Job.objects.filter(state=Job.State.WAITING).count()
    return JsonResponse({"status": "ok", "jobs_waiting": waiting})


@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    notices = access.scope(
        request.user, "notification.view", Notification.objects.select_related("event__actor")
    )
    page = Paginator(notices, 30).get_page(request.GET.get("page"))
    return render(request, "base/notifications.html", {"page": page})


@login_required
@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    notices = access.scope(request.user, "notification.view", Notification.objects.all())
    notices.filter(read_at=None).update(read_at=timezone.now())
    return redirect("notifications")


@login_required
def event_list(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "event.view")
    events = Event.objects.select_related("actor", "organisation")
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    return render(request, "base/events.html", {"page": page})


@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    jobs_seen = access.scope(request.user, "job.view", Job.objects.select_related("started_by"))
    page = Paginator(jobs_seen, 30).get_page(request.GET.get("page"))
    return render(request, "base/jobs.html", {"page": page})


@login_required
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    job = access.get(request.user, "job.view", Job.objects.all(), pk=pk)
    template = "base/job_fragment.html" if request.headers.get("HX-Request") else "base/job.html"
    return render(request, template, {"job": job})


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = access.get(request.user, "job.cancel", Job.objects.all(), pk=pk)
    jobs.cancel(job)
    return redirect("job", pk=job.pk)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "base/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "base/403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "base/500.html", status=500)
