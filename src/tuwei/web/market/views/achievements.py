"""Pages of achievements: one achievement, its form, its steps, its files, and the queues."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import AccessError, TuweiError
from tuwei.web.base import access

from ..forms.achievement import (
    MOST_CLAIMS,
    AchievementForm,
    ClaimForm,
    Claims,
    FileForm,
    StepForm,
    claim_initial,
)
from ..forms.achievement import initial as form_initial
from ..forms.need import add_error, faults, summary
from ..models import Achievement
from ..selectors import achievements as selectors
from ..selectors import duplicates
from ..selectors.records_achievement import achievement_record
from ..services.achievements import achievement_move, achievement_save, achievement_try

PER_PAGE = 30


def achievement_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An achievement with its claims; history and steps for those who work on it."""
    achievement = access.get(request.user, "achievement.view", selectors.whole(), pk=pk)
    editable = access.can(request.user, "achievement.edit", achievement)
    steps = [
        (verb, selectors.STEPS[verb], StepForm(verb=verb), verb in selectors.NEEDS_REASON)
        for verb in selectors.steps_for(request.user, achievement)
    ]
    context = {
        "achievement": achievement, "editable": editable, "steps": steps,
        "history": list(selectors.history(achievement)[:50]) if editable else None,
        "trl": selectors.TRL.get(achievement.trl or 0), "cooperation": selectors.cooperation_names(achievement),
        "file_form": FileForm(auto_id="file_%s") if editable else None,
        "near": duplicates.near(request.user, "achievement", [achievement]).get(achievement.pk, []),
    }  # fmt: skip
    return render(request, "market/achievement_detail.html", context)


@login_required
def achievement_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The whole form: a new achievement, or one to change. “Add a row” comes back without saving."""
    achievement = None
    if pk is None:
        access.require(request.user, "achievement.create")
    else:
        achievement = access.get(request.user, "achievement.edit", selectors.whole(), pk=pk)
    if request.method == "POST":
        return _posted(request, achievement)
    record = achievement_record(achievement) if achievement else None
    form = AchievementForm(initial=form_initial(record) if record else None)
    claims = Claims(
        initial=[claim_initial(row) for row in record["claims"]] if record else None, prefix="claims"
    )
    return _form_page(request, form, claims, achievement)


def _posted(request: HttpRequest, achievement: Achievement | None) -> HttpResponse:
    if "add_row" in request.POST:
        return _form_page(request, *_with_a_row(request), achievement)
    form, claims = AchievementForm(request.POST), Claims(request.POST, prefix="claims")
    if saved := _saved(request.user, form, claims, achievement):
        messages.success(request, _("已保存。"))
        return redirect("market:achievement", pk=saved.pk)
    return _form_page(request, form, claims, achievement, status=422)


def _saved(
    user: Any, form: AchievementForm, claims: Any, achievement: Achievement | None
) -> Achievement | None:
    """The achievement, saved; None where something is wrong, all of which the forms then tell."""
    if not form.is_valid() & claims.is_valid():
        if error := achievement_try(actor=user, record=form.record([]), achievement=achievement):
            add_error(form, error)
        return None
    rows = [row.row() for row in claims if row.has_changed() and row not in claims.deleted_forms]
    try:
        return achievement_save(actor=user, record=form.record(rows), achievement=achievement)
    except AccessError:
        raise
    except TuweiError as error:
        add_error(form, error)
    return None


def _with_a_row(request: HttpRequest) -> tuple[AchievementForm, Any]:
    """What was typed, unchecked, with one more row for a claim (where no script adds it)."""
    data = request.POST.copy()
    data["claims-TOTAL_FORMS"] = str(min(_rows(data) + 1, MOST_CLAIMS))
    form, claims = AchievementForm(data), Claims(data, prefix="claims")
    for one in (form, *claims):
        one._errors = {}  # type: ignore[attr-defined]  # nothing was handed in yet, so nothing is wrong yet
    return form, claims


def _rows(values: Any) -> int:
    """How many rows for claims the form had."""
    total = values.get("claims-TOTAL_FORMS", "")
    return int(total) if total.isascii() and total.isdigit() and len(total) < 4 else 0


def _form_page(
    request: HttpRequest,
    form: AchievementForm,
    claims: Any,
    achievement: Achievement | None,
    status: int = 200,
) -> HttpResponse:
    told = [*summary(form), *(one for row in claims for one in summary(row))] if status != 200 else []
    context = {"form": form, "claims": claims, "achievement": achievement, "faults": told}
    if status != 200:
        context["others"] = claims.non_form_errors()
    return render(request, "market/achievement_form.html", context, status=status)


@login_required
def claim_row(request: HttpRequest) -> HttpResponse:
    """One empty row for a claim (htmx), and the new number of rows."""
    number = _rows(request.GET)
    if number >= MOST_CLAIMS:
        return HttpResponse("")
    row = ClaimForm(prefix=f"claims-{number}", empty_permitted=True, use_required_attribute=False)
    return render(
        request, "market/achievement_claim_new.html", {"row": row, "number": number, "total": number + 1}
    )


@login_required
@require_POST
def achievement_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take one step of the life cycle."""
    achievement = access.get(request.user, "achievement.view", selectors.all_achievements(), pk=pk)
    form = StepForm(request.POST, verb=verb)
    if verb not in selectors.STEPS or not form.is_valid():
        messages.error(request, faults(form) or verb[:20])
        return redirect("market:achievement", pk=pk)
    try:
        achievement_move(
            actor=request.user, achievement=achievement, verb=verb, reason=form.cleaned_data["reason"]
        )
    except AccessError:
        raise
    except TuweiError as error:
        messages.error(request, error.sentence(get_language() or "zh"))
    else:
        messages.success(request, _("已完成：%(step)s") % {"step": selectors.STEPS[verb]})
    if not access.can(request.user, "achievement.view", achievement):
        return redirect("market:reviewing")
    return redirect("market:achievement", pk=pk)


@login_required
def my_achievements(request: HttpRequest) -> HttpResponse:
    """What I and my organisation entered."""
    page = Paginator(selectors.mine(request.user), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "market/achievement_mine.html", {"page": page})
