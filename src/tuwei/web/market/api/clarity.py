"""The guided clarification: where a need stands, the next question, answers, proposals."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.schemas import In, Out, Pk, answers

from ..models import Need
from ..selectors import needs as selectors
from ..services import clarity, elicitation
from .needs import get_need_row, need_line, need_out
from .records import NeedLine, NeedOut

router = Router(tags=["clarification"], auth=MEMBER)
SIMILAR = 5


class StartIn(In):
    text: str = Field(
        min_length=1, max_length=elicitation.LONGEST, description="用自己的话 · in your own words"
    )


class AnswerIn(In):
    question: str = Field(min_length=1, max_length=40)
    text: str = Field("", max_length=elicitation.LONGEST, description="留空为跳过 · empty: put it off")


class ProposalIn(In):
    field: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=5000)
    accept: bool


class CountedOut(Out):
    zh: str
    en: str
    weight: int
    state: str = Field(description="told | partly | recognised | absent")


class QuestionOut(Out):
    code: str
    zh: str
    en: str
    why_zh: str
    why_en: str
    examples: list[str]
    examples_en: list[str]


class ProposalOut(Out):
    field: str
    text: str
    zh: str
    en: str
    why_zh: str
    why_en: str
    origin: str = Field(description="rule | model")


class TurnOut(Out):
    need: int
    score: int
    threshold: int
    counted: list[CountedOut]
    question: QuestionOut | None
    quantities: list[str]
    proposals: list[ProposalOut]
    similar: list[NeedLine]


def _told(model: type[Out], one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in model.model_fields}


def _turn(user: Any, need: Need) -> dict[str, Any]:
    turn = elicitation.turn_for(need)
    similar = selectors.similar_needs(user, need, f"{need.title} {need.problem}", SIMILAR)
    return {
        "need": need.pk,
        "score": turn.score,
        "threshold": clarity.threshold(),
        "counted": [_told(CountedOut, one) for one in turn.counted],
        "question": _told(QuestionOut, turn.question) if turn.question else None,
        "quantities": list(turn.quantities),
        "proposals": [_told(ProposalOut, one) for one in turn.proposals],
        "similar": [need_line(one) for one in similar],
    }


@router.post("/needs/start", response=answers(NeedOut, 201), exclude_unset=True, operation_id="start_need",
             summary="用自己的话开始一项需求 · Start a need in your own words")  # fmt: skip
def start_need(request: HttpRequest, body: StartIn) -> Any:
    need = elicitation.need_start(actor=request.user, text=body.text)
    return Status(201, need_out(request.user, get_need_row(request.user, need.pk)))


@router.get("/needs/{int:pk}/clarity", response=answers(TurnOut), exclude_unset=True, operation_id="get_clarity",
            summary="完整度与下一个问题 · Completeness and the next question")  # fmt: skip
def get_clarity(request: HttpRequest, pk: Pk) -> Any:
    return _turn(request.user, get_need_row(request.user, pk, "need.edit"))


@router.post("/needs/{int:pk}/answers", response=answers(TurnOut), exclude_unset=True, operation_id="answer_question",
             summary="回答（或跳过）一个问题 · Answer (or put off) a question")  # fmt: skip
def answer_question(request: HttpRequest, pk: Pk, body: AnswerIn) -> Any:
    need = get_need_row(request.user, pk, "need.edit")
    if body.text.strip():
        elicitation.answer_save(actor=request.user, need=need, question=body.question, text=body.text)
    else:
        elicitation.question_skip(actor=request.user, need=need, question=body.question)
    return _turn(request.user, get_need_row(request.user, pk, "need.edit"))


@router.post("/needs/{int:pk}/proposals", response=answers(TurnOut), exclude_unset=True, operation_id="decide_proposal",
             summary="采纳或拒绝一项建议 · Accept or refuse a proposal")  # fmt: skip
def decide_proposal(request: HttpRequest, pk: Pk, body: ProposalIn) -> Any:
    need = get_need_row(request.user, pk, "need.edit")
    decide = elicitation.proposal_accept if body.accept else elicitation.proposal_reject
    decide(actor=request.user, need=need, field=body.field, text=body.text)
    return _turn(request.user, get_need_row(request.user, pk, "need.edit"))
