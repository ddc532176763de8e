"""The matching desk: queue, case, compare, verdict, contact, notes, next date, what is late."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import InputError
from tuwei.web.base import access
from tuwei.web.base.forms import cleaned
from tuwei.web.market.forms.queue import QueueForm
from tuwei.web.market.models import Achievement, Need
from tuwei.web.market.selectors import queues
from tuwei.web.market.services.disclosure import view_log, views_log

from . import selectors, services
from .forms import LoseForm, NextStepForm, NoteForm, VerdictForm
from .models import Candidate, Case

MOST_COMPARED = 4
LEVELS = list(reversed(Candidate.Verdict.choices))  # the strongest first, as the keys are read


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "case.view")
    cases = selectors.queue(request.user)
    context = {
        "cases": _page(request, cases),
        "late_count": selectors.late(cases).count(),
        "waiting": selectors.waiting(request.user)[: selectors.MOST_WAITING],
        "today": timezone.localdate(),
    }
    return render(request, "deals/desk.html", context)


@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """Needs to take up: searched, narrowed, sorted. Where deadlines are shown, the look is logged."""
    access.require(request.user, "need.take")
    form = QueueForm(request.GET, ready=False)
    asked = form.asked()
    pages = queues.Pages(selectors.waiting(request.user, asked), queues.PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    if dated := asked.sort == "deadline":
        views_log(user=request.user, needs=page.object_list, grade=selectors.FIGURES, channel="list")
    context = {"form": form, "asked": asked, "page": page, "pages": pages, "dated": dated}
    return render(request, "deals/waiting.html", context)


@login_required
def closed(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "case.view")
    return render(request, "deals/closed.html", {"page": _page(request, selectors.closed(request.user))})


@login_required
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    need = access.get(request.user, "need.take", Need.objects.all(), pk=pk)
    made = services.case_take(actor=request.user, need=need)
    messages.success(request, _("已接手，候选成果已列出。"))
    return redirect("deals:case", pk=made.pk)


@login_required
def case(request: HttpRequest, pk: int) -> HttpResponse:
    shown = _shown(request, pk)
    view_log(user=request.user, need=shown.need, grade=shown.need.shown_grade, channel="desk")  # type: ignore[attr-defined]
    return render(request, "deals/case.html", _context(request, shown))


@login_required
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Up to four candidates side by side."""
    shown = _shown(request, pk)
    chosen = [int(value) for value in request.GET.getlist("candidate") if _is_number(value)][:MOST_COMPARED]
    picked = selectors.candidates(shown, chosen) if chosen else selectors.candidates(shown)[:3]
    return render(request, "deals/compare.html", {"case": shown, "candidates": picked})


@login_required
@require_POST
def refresh(request: HttpRequest, pk: int) -> HttpResponse:
    count = services.candidates_refresh(actor=request.user, case=_case(request, pk, "case.edit"))
    messages.success(request, _("已更新候选 {count} 项。").format(count=count))
    return redirect("deals:case", pk=pk)


@login_required
@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a candidate by the number in its address."""
    shown = _case(request, pk, "case.edit")
    number = request.POST.get("achievement", "").strip().rstrip("/").rpartition("/")[2]
    if not _is_number(number):
        raise InputError(
            "case.bad_achievement",
            "请填写成果编号或网址，现为“{got}”。",
            "Give the number or address of an achievement, got “{got}”.",
            field="achievement",
            got=number[:40],
        )
    achievement = access.get(request.user, "achievement.view", Achievement.objects.all(), pk=int(number))
    services.candidate_add(actor=request.user, case=shown, achievement=achievement)
    return redirect("deals:case", pk=pk)


@login_required
@require_POST
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    candidate = _candidate(request, pk)
    form = cleaned(VerdictForm(request.POST), "case.bad_form")
    services.verdict_set(actor=request.user, candidate=candidate, **form)
    if request.headers.get("HX-Request"):
        context = {"candidate": candidate, "levels": LEVELS, "saved": True}
        return render(request, "deals/verdict.html", context)
    return redirect("deals:case", pk=candidate.case_id)


@login_required
@require_POST
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    candidate = _candidate(request, pk)
    services.contact_record(
        actor=request.user, candidate=candidate, **cleaned(NoteForm(request.POST), "case.bad_form")
    )
    messages.success(request, _("已记录联系。"))
    return redirect("deals:case", pk=candidate.case_id)


@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    services.note_add(
        actor=request.user,
        case=_case(request, pk, "case.edit"),
        **cleaned(NoteForm(request.POST), "case.bad_form"),
    )
    return redirect("deals:case", pk=pk)


@login_required
@require_POST
def next_step(request: HttpRequest, pk: int) -> HttpResponse:
    form = cleaned(NextStepForm(request.POST), "case.bad_form")
    services.next_step_set(actor=request.user, case=_case(request, pk, "case.edit"), **form)
    return redirect("deals:case", pk=pk)


@login_required
@require_POST
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    services.case_talk(actor=request.user, case=_case(request, pk, "case.edit"))
    return redirect("deals:case", pk=pk)


@login_required
@require_POST
def win(request: HttpRequest, pk: int) -> HttpResponse:
    services.case_win(actor=request.user, case=_case(request, pk, "case.edit"))
    messages.success(request, _("已记为签约。"))
    return redirect("deals:case", pk=pk)


@login_required
@require_POST
def lose(request: HttpRequest, pk: int) -> HttpResponse:
    form = cleaned(LoseForm(request.POST), "case.bad_form")
    services.case_lose(actor=request.user, case=_case(request, pk, "case.edit"), **form)
    return redirect("deals:desk")


@login_required
def verdicts(request: HttpRequest) -> StreamingHttpResponse:
    """All verdicts as training data."""
    access.require(request.user, "verdict.export")
    lines = (json.dumps(line, ensure_ascii=False) + "\n" for line in selectors.verdicts(request.user))
    response = StreamingHttpResponse(lines, content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="verdicts.jsonl"'
    return response


@login_required
def grader(request: HttpRequest) -> HttpResponse:
    """The versions of the grader, how each fared, which is in force."""
    access.require(request.user, "grader.view")
    versions = selectors.versions()
    count = selectors.teaching().count()
    context = {
        "versions": versions,
        "in_force": next((one for one in versions if one["in_force"]), None),
        "count": count,
        "fewest": services.grading.FEWEST,
        "missing": max(0, services.grading.FEWEST - count),
        "new": selectors.new_verdicts(),
        "after": settings.TRAIN_AFTER,
        "last": selectors.last_training(),
    }
    return render(request, "deals/grader.html", context)


@login_required
@require_POST
def grader_train(request: HttpRequest) -> HttpResponse:
    return redirect("job", pk=services.grading.train_ask(actor=request.user).pk)


@login_required
@require_POST
def grader_rollback(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "grader.rollback")
    number = request.POST.get("version", "")
    to = int(number) if _is_number(number) else 0  # there is no such version, which is then told
    messages.success(
        request,
        _("第 %(number)s 版已启用。") % {"number": services.grading.rollback(actor=request.user, to=to)},
    )
    return redirect("deals:grader")


def _page(request: HttpRequest, cases: QuerySet[Case]) -> Any:
    page: Any = Paginator(cases, 30).get_page(request.GET.get("page"))
    page.object_list = selectors.graded(request.user, page.object_list)
    return page


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 18


def _shown(request: HttpRequest, pk: int) -> Case:
    """A case to be shown: its need at the reader's grade."""
    return selectors.graded(request.user, [_case(request, pk)])[0]


def _case(request: HttpRequest, pk: int, verb: str = "case.view") -> Case:
    return access.get(request.user, verb, Case.objects.select_related("need__organisation", "broker"), pk=pk)


def _candidate(request: HttpRequest, pk: int) -> Candidate:
    """A candidate, reached through its case."""
    mine = access.scope(request.user, "case.edit", Case.objects.filter(candidates=pk))
    shown = access.get(request.user, "case.edit", mine)
    return shown.candidates.select_related("achievement__owner", "case__need").get(pk=pk)


def _context(request: HttpRequest, shown: Case) -> dict[str, Any]:
    return {
        "case": shown,
        "candidates": selectors.with_contacts(request.user, selectors.candidates(shown)),
        "notes": shown.notes.select_related("author", "candidate__achievement"),
        "levels": LEVELS,
        "note_form": NoteForm(),
        "lose_form": LoseForm(),
        "next_form": NextStepForm(initial={"step": shown.next_step, "on": shown.next_date}),
        "editable": shown.state in selectors.OPEN and access.can(request.user, "case.edit", shown),
        "today": timezone.localdate(),
    }
