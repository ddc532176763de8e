"""The guided dialogue: say it in your own words, answer what is asked, see what others will see."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import AccessError, TuweiError
from tuwei.web.base import access

from ..forms.need_clarify import DiscloseForm, StartForm
from ..models import Need
from ..selectors import life_cycle
from ..selectors import needs as selectors
from ..selectors.records_need import need_record
from ..services import clarity, elicitation
from ..services.needs import need_move, need_save

EXPLAINED = (
    (0, gettext_lazy("任何人，L0"), gettext_lazy("只知道有这样一个领域的需求。")),
    (1, gettext_lazy("任何人，L1"), gettext_lazy("看到抽象后的问题，看不到数字与名称。")),
    (2, gettext_lazy("核验过身份的人，L2"), gettext_lazy("看到问题全文、指标、条件和单位名称。")),
    (3, gettext_lazy("签过保密协议的单位，L3"), gettext_lazy("另看到资料与联系方式；须您逐一授权。")),
)


@login_required
def need_new(request: HttpRequest) -> HttpResponse:
    """One box: what is the problem, in your own words?"""
    access.require(request.user, "need.create")
    form = StartForm(request.POST or None, initial={"text": request.GET.get("text", "")})
    if request.method == "POST" and form.is_valid():
        try:
            need = elicitation.need_start(actor=request.user, text=form.cleaned_data["text"])
        except AccessError:
            raise
        except TuweiError as error:
            form.add_error(None if error.where.get("field") == "需求单位" else "text", _sentence(error))
        else:
            return redirect("market:need-clarify", pk=need.pk)
    return render(request, "market/clarify_start.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def need_clarify(request: HttpRequest, pk: int) -> HttpResponse:
    """The dialogue: one question at a time, each answer saved at once."""
    need = _need(request, pk)
    fault, typed = "", ""
    if request.method == "POST":
        try:
            _take_answer(request, need)
        except AccessError:
            raise
        except TuweiError as error:
            fault, typed = _sentence(error), request.POST.get("text", "")
        else:
            if not request.headers.get("HX-Request"):
                return redirect("market:need-clarify", pk=pk)
            need = _need(request, pk)
    return _dialogue(request, need, fault, typed)


def _take_answer(request: HttpRequest, need: Need) -> None:
    question = request.POST.get("question", "")
    if "skip" in request.POST:
        elicitation.question_skip(actor=request.user, need=need, question=question)
    else:
        text = request.POST.get("text", "")
        elicitation.answer_save(actor=request.user, need=need, question=question, text=text)


def _dialogue(
    request: HttpRequest,
    need: Need,
    fault: str = "",
    typed: str = "",
    proposed: tuple[clarity.Proposal, ...] = (),
) -> HttpResponse:
    turn = elicitation.turn_for(need)
    turn = turn.with_proposals((*proposed, *turn.proposals))
    context = {
        "need": need,
        "turn": turn,
        "fault": fault,
        "typed": typed,
        "answers": [answer for answer in need.answers.all() if answer.text],
        "similar": selectors.similar_needs(request.user, need, f"{need.title} {need.problem}"),
        "threshold": clarity.threshold(),
        "model": clarity.model_configured(),
    }
    template = "clarify_turn" if request.headers.get("HX-Request") else "clarify"
    return render(request, f"market/{template}.html", context, status=422 if fault else 200)


@login_required
@require_POST
def proposal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a proposal (as it is, or edited), or refuse it."""
    need = _need(request, pk)
    field, text = request.POST.get("field", ""), request.POST.get("text", "")
    fault = ""
    try:
        if "reject" in request.POST:
            proposed = request.POST.get("proposed", text)
            elicitation.proposal_reject(actor=request.user, need=need, field=field, text=proposed)
        else:
            elicitation.proposal_accept(actor=request.user, need=need, field=field, text=text)
    except AccessError:
        raise
    except TuweiError as error:
        fault = _sentence(error)
    if request.headers.get("HX-Request"):
        return _dialogue(request, _need(request, pk), fault)
    if fault:
        messages.error(request, fault)
    return redirect("market:need-clarify", pk=pk)


@login_required
@require_POST
def model_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the optional language model; what it says is shown as proposals, never stored by itself."""
    need = _need(request, pk)
    try:
        return _dialogue(request, need, proposed=elicitation.model_ask(actor=request.user, need=need))
    except TuweiError as error:
        return _dialogue(request, need, _sentence(error))


@login_required
def need_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What each grade discloses, side by side; choose one, consent, submit."""
    need = _need(request, pk)
    form = DiscloseForm(request.POST or None, initial=need_record(need))
    if request.method == "POST" and form.is_valid():
        try:
            need_save(actor=request.user, record=form.cleaned_data, need=need)
            if "submit" in request.POST:
                need_move(actor=request.user, need=need, verb="submit")
        except AccessError:
            raise
        except TuweiError as error:
            form.add_error(None, _sentence(error))
        else:
            messages.success(request, _("已提交。") if "submit" in request.POST else _("已保存。"))
            return redirect("market:need", pk=pk)
    context = {"need": need, "form": form, "grades": _grades(need), "threshold": clarity.threshold()}
    context["submits"] = "submit" in life_cycle.steps_for(request.user, need)
    return render(request, "market/clarify_preview.html", context, status=422 if form.errors else 200)


def _grades(need: Need) -> list[dict[str, Any]]:
    """For each grade its name, whether it opens by itself, and what it adds."""
    return [
        {
            "grade": grade,
            "name": name,
            "note": note,
            "open": grade <= min(need.grade, 2),
            **selectors.at_grade(need, grade),
        }
        for grade, name, note in EXPLAINED
    ]


def _need(request: HttpRequest, pk: int) -> Need:
    return access.get(
        request.user, "need.edit", selectors.all_needs().prefetch_related("indicators", "answers"), pk=pk
    )


def _sentence(error: TuweiError) -> str:
    return error.sentence(get_language() or "zh")
