"""The guided dialogue: say it in your own words, answer what is asked, see what others will see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from tuwei.core.errors import AccessError, TuweiError
from tuwei.web.base import access

from ..forms.need_clarify import StartForm
from ..models import Need
from ..selectors import needs as selectors
from ..services import answers, clarity, elicitation

MOST_PROPOSALS = 40


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
    """The dialogue: one question at a time, each answer saved at once.

    ``?question=budget`` asks for a field out of turn; ``?answer=7`` asks an earlier answer's question again.
    """
    need = _need(request, pk)
    if request.method != "POST":
        return _dialogue(request, need, _asked_again(request, need))
    try:
        _take_answer(request, need)
    except AccessError:
        raise
    except TuweiError as error:
        again = Box(
            request.POST.get("question", ""), request.POST.get("text", ""), _number(request.POST, "replaces")
        )
        return _dialogue(request, need, replace(again, fault=_sentence(error)))
    if not request.headers.get("HX-Request"):
        return redirect("market:need-clarify", pk=pk)
    return _dialogue(request, _need(request, pk))


@dataclass(frozen=True)
class Box:
    """The answer's box: the question asked out of turn, what stands in it, which answer it replaces, the fault."""

    question: str = ""
    typed: str = ""
    replaces: int | None = None
    fault: str = ""


@dataclass(frozen=True)
class Refused:
    """A proposal that could not be taken over: all that was typed, which one is at fault, and why."""

    typed: dict[tuple[str, str], str]
    key: tuple[str, str] | None
    sentence: str


def _asked_again(request: HttpRequest, need: Need) -> Box:
    wanted = _number(request.GET, "answer")
    row = next(
        (one for one in need.answers.all() if one.pk == wanted and one.question != elicitation.START), None
    )
    return Box(request.GET.get("question", "")) if row is None else Box(row.question, row.text, row.pk)


def _number(given: QueryDict, name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _take_answer(request: HttpRequest, need: Need) -> None:
    question = request.POST.get("question", "")
    if (undone := _number(request.POST, "undo")) is not None:
        elicitation.answer_undo(actor=request.user, need=need, answer=undone)
    elif "skip" in request.POST:
        elicitation.question_skip(actor=request.user, need=need, question=question)
    else:
        text, replaces = request.POST.get("text", ""), _number(request.POST, "replaces")
        elicitation.answer_save(
            actor=request.user, need=need, question=question, text=text, replaces=replaces
        )


def _dialogue(
    request: HttpRequest,
    need: Need,
    box: Box | None = None,
    proposed: tuple[clarity.Proposal, ...] = (),
    refused: Refused | None = None,
) -> HttpResponse:
    box = box or Box()
    turn = elicitation.turn_for(need, box.question)
    turn = turn.with_proposals((*proposed, *turn.proposals))
    context = {
        "need": need,
        "turn": turn,
        "box": box,
        "proposals": _offered(turn.proposals, refused),
        "refused": refused,
        "said": answers.said(need),
        "similar": selectors.similar_needs(request.user, need, f"{need.title} {need.problem}"),
        "threshold": clarity.threshold(),
        "model": clarity.model_configured(),
    }
    template = "clarify_turn" if request.headers.get("HX-Request") else "clarify"
    status = 422 if box.fault or (refused and refused.sentence) else 200
    return render(request, f"market/{template}.html", context, status=status)


def _offered(proposals: tuple[clarity.Proposal, ...], refused: Refused | None) -> list[dict[str, Any]]:
    """Each proposal with what stands in its box and the fault found there."""
    rows = []
    for one in proposals:
        key = (one.field, one.text)
        typed = refused.typed.get(key, one.text) if refused else one.text
        fault = refused.sentence if refused and refused.key == key else ""
        rows.append({"proposal": one, "typed": typed, "fault": fault})
    return rows


@login_required
@require_POST
def proposal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept proposals (one or all, as they are or edited), or refuse one; all or nothing is written."""
    need = _need(request, pk)
    given = _given(request.POST)
    chosen, refuse = _number(request.POST, "accept"), _number(request.POST, "reject")
    taken = [chosen] if chosen is not None else list(given) if "all" in request.POST else []
    taken = [
        number for number in taken if number in given and (chosen is not None or given[number][2].strip())
    ]
    refused = Refused({(field, proposed): text for field, proposed, text in given.values()}, None, "")
    try:
        if refuse in given:
            field, proposed, _text = given[refuse]
            elicitation.proposal_reject(actor=request.user, need=need, field=field, text=proposed)
        elif taken:
            pairs = [(given[number][0], given[number][2]) for number in taken]
            elicitation.proposals_accept(actor=request.user, need=need, given=pairs)
        else:
            return _dialogue(request, need, refused=refused)
    except AccessError:
        raise
    except TuweiError as error:
        at = given[taken[int(error.where.get("proposal", 0))]] if taken else None
        key = (at[0], at[1]) if at else None
        return _dialogue(request, need, refused=replace(refused, key=key, sentence=_sentence(error)))
    if request.headers.get("HX-Request"):
        return _dialogue(request, _need(request, pk))
    return redirect("market:need-clarify", pk=pk)


def _given(post: QueryDict) -> dict[int, tuple[str, str, str]]:
    """Number of each proposal on the page → its field, what was proposed, what stands in its box."""
    found = {}
    for number in range(1, MOST_PROPOSALS + 1):
        if field := post.get(f"field-{number}"):
            text = post.get(f"text-{number}", "")
            found[number] = (field, post.get(f"proposed-{number}", text), text)
    return found


@login_required
@require_POST
def model_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the optional language model; what it says is shown as proposals, never stored by itself."""
    need = _need(request, pk)
    try:
        return _dialogue(request, need, proposed=elicitation.model_ask(actor=request.user, need=need))
    except TuweiError as error:
        return _dialogue(request, need, Box(fault=_sentence(error)))


def _need(request: HttpRequest, pk: int) -> Need:
    return access.get(
        request.user, "need.edit", selectors.all_needs().prefetch_related("indicators", "answers"), pk=pk
    )


def _sentence(error: TuweiError) -> str:
    return error.sentence(get_language() or "zh")
