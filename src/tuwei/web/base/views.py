"""Notifications, jobs, the event log, language and about, and the pages shown when something is wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.paginator import Paginator
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import InputError, TooLargeError
from tuwei.web.rest.faults import as_problem

from . import access, events, jobs
from .filters import EventFilter
from .models import Event, Job, Notification


def health(request: HttpRequest) -> JsonResponse:
    """For monitors: the database answers, and nothing waits for a worker that is not there."""
    connection.ensure_connection()
    waiting = Job.objects.filter(state=Job.State.WAITING).count()
    return JsonResponse({"status": "ok", "jobs_waiting": waiting})


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "base/about.html")


def _notices(request: HttpRequest) -> Any:
    found = Notification.objects.select_related("event__actor")
    return access.scope(request.user, "notification.view", found)


@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    notices = _notices(request)
    if only_new := request.GET.get("new") == "1":
        notices = notices.filter(read_at=None)
    page = Paginator(notices, 30).get_page(request.GET.get("page"))
    return render(request, "base/notifications.html", {"page": page, "only_new": only_new})


@login_required
@require_POST
def notifications_read(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    _notices(request).filter(read_at=None).update(read_at=timezone.now())
    return redirect("notifications")


@login_required
@require_POST
def notification_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it points (our own addresses only: we wrote them)."""
    notice = access.get(request.user, "notification.view", Notification.objects.all(), pk=pk)
    Notification.objects.filter(pk=pk, read_at=None).update(read_at=timezone.now())
    return redirect(notice.url if notice.url.startswith("/") else "notifications")


@login_required
def event_list(request: HttpRequest) -> HttpResponse:
    """The log, for officers, with filters."""
    access.require(request.user, "event.view")
    form = EventFilter(request.GET)
    found = form.apply(Event.objects.select_related("actor", "organisation"))
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "base/events.html", {"page": page, "form": form})


@login_required
@require_POST
def events_verify(request: HttpRequest) -> HttpResponse:
    """Check the chain of digests from the first event to the last."""
    access.require(request.user, "event.view")
    broken = events.verify_chain()
    if broken is None:
        count = Event.objects.count()
        messages.success(request, _("%(count)s 条事件的校验链完整，没有被改动。") % {"count": count})
    else:
        messages.error(
            request, _("校验链在第 %(pk)s 号事件处断开：该事件或其前一事件被改动或删除。") % {"pk": broken}
        )
    return redirect("events")


@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    jobs_seen = access.scope(request.user, "job.view", Job.objects.select_related("started_by"))
    page = Paginator(jobs_seen, 30).get_page(request.GET.get("page"))
    return render(request, "base/jobs.html", {"page": page})


@login_required
def job_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One job; htmx asks for the inner part every two seconds while it is open."""
    job = access.get(request.user, "job.view", Job.objects.all(), pk=pk)
    fragment = request.headers.get("HX-Target") == "job"
    context = {"job": job, "open": job.state in (Job.State.WAITING, Job.State.RUNNING)}
    return render(request, "base/job_fragment.html" if fragment else "base/job.html", context)


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    job = access.get(request.user, "job.cancel", Job.objects.all(), pk=pk)
    jobs.cancel(job)
    return redirect("job", pk=job.pk)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "base/404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request the framework refused before any page saw it: mostly one too large, or from a wrong address."""
    too_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    status = 413 if too_large else 400
    if request.path.startswith("/api/"):
        fault = TooLargeError if too_large else InputError
        error = fault(
            "api.refused", "请求太大或不完整，没有处理。", "The request is too large or incomplete; refused."
        )
        return JsonResponse(as_problem(error), status=status, json_dumps_params={"ensure_ascii": False})
    return render(request, "base/400.html", status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    return render(request, "base/403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session: either may be what is broken."""
    return HttpResponse(_page_500(), status=500)


def _page_500() -> str:
    from django.template.loader import render_to_string

    return render_to_string("base/500.html")
