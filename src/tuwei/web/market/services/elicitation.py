"""The guided dialogue: from one sentence to a need others can answer. What the person said is kept as said."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.urls import reverse

from tuwei.core.errors import ConflictError, InputError
from tuwei.web.base import access, events

from ..models import Need, NeedAnswer
from ..selectors.needs import log_label
from ..selectors.records_need import need_record
from ..specs.need import without_read_only
from . import clarity
from .needs import need_save

LONGEST = 5000
START = "start"


@transaction.atomic
def need_start(*, actor: Any, text: str) -> Need:
    """Make a draft of what a person said in their own words; the words themselves are the problem."""
    said = _said(text)
    need = need_save(actor=actor, record={"title": clarity.proposed_title(said), "problem": said})
    NeedAnswer.objects.create(need=need, question=START, text=said, author=actor)
    return need


@transaction.atomic
def answer_save(*, actor: Any, need: Need, question: str, text: str) -> Need:
    """Put an answer where its question belongs; the draft is saved, the words are kept.

    Raises
    ------
    InputError
        ``elicit.empty``, ``elicit.too_long``; what the engine and `need_save` raise. Nothing is stored then.
    """
    said = _said(text)
    draft = clarity.answered(without_read_only(need_record(_locked(actor, need))), question, said)
    saved = need_save(actor=actor, record=draft, need=need)
    NeedAnswer.objects.create(need=saved, question=question[:40], text=said, author=actor)
    return saved


@transaction.atomic
def question_skip(*, actor: Any, need: Need, question: str) -> None:
    """Put a question off; it comes back when nothing else is left to ask."""
    NeedAnswer.objects.create(need=_locked(actor, need), question=question[:40], text="", author=actor)


@transaction.atomic
def proposal_accept(*, actor: Any, need: Need, field: str, text: str) -> Need:
    """Take a proposal over, as it was made or as the person changed it."""
    record = without_read_only(need_record(_locked(actor, need)))
    return need_save(actor=actor, record=clarity.with_proposal(record, field, text), need=need)


@transaction.atomic
def proposal_reject(*, actor: Any, need: Need, field: str, text: str) -> None:
    """Refuse a proposal; it is not made again."""
    NeedAnswer.objects.create(
        need=_locked(actor, need), question=rejection(field, text), text="", author=actor
    )


def rejection(field: str, text: str) -> str:
    """The mark under which a refused proposal is remembered (at most 40 characters)."""
    return "no:" + hashlib.sha256(f"{field}\n{text}".encode()).hexdigest()[:32]


def model_ask(*, actor: Any, need: Need) -> tuple[clarity.Proposal, ...]:
    """Ask the language model, if one is set up, with no more than the need discloses without a grant.

    Raises
    ------
    ConflictError
        ``elicit.no_model``; what `clarity.asked_of_model` raises.
    """
    access.require(actor, "need.edit", need)
    if not clarity.model_configured():
        raise ConflictError("elicit.no_model", "没有设置语言模型。", "No language model is set up.")
    grade = min(int(need.grade), clarity.model_grade())
    draft = model_draft(need, grade)
    events.record(
        actor=actor, verb="need.model_asked", obj=need, label=log_label(need), after={"sent": f"L{grade}"},
        url=reverse("market:need", args=[need.pk]),
    )  # fmt: skip
    return clarity.asked_of_model(draft)


def model_draft(need: Need, grade: int) -> dict[str, Any]:
    """What the model reads: the fields that this grade discloses, as a draft of that grade.

    Raises
    ------
    ConflictError
        ``elicit.nothing_to_send``: this grade discloses no words.
    """
    record = without_read_only(need_record(need, grade=grade))
    draft = {**record, "grade": f"L{grade}", "problem": record.get("problem") or record.get("abstract")}
    if not draft["problem"]:
        raise ConflictError(
            "elicit.nothing_to_send",
            "L{got} 级没有可发送的文字，未发送；可先写公开摘要或调整披露等级。",
            "Grade L{got} discloses no words, so nothing was sent; write a public abstract or change the grade.",
            got=grade,
        )
    return {name: value for name, value in draft.items() if value}


def turn_for(need: Need) -> clarity.Turn:
    """Where the dialogue stands: score, what is missing, the next question, proposals not yet refused."""
    past = list(need.answers.values_list("question", "text"))
    skipped = frozenset(question for question, text in past if clarity.puts_off(text, question))
    turn = clarity.turn(without_read_only(need_record(need)), skipped=skipped)
    kept = tuple(one for one in turn.proposals if rejection(one.field, one.text) not in skipped)
    return turn.with_proposals(kept)


def _locked(actor: Any, need: Need) -> Need:
    return access.get(actor, "need.edit", Need.objects.select_for_update(of=("self",)), pk=need.pk)


def _said(text: str) -> str:
    said = text.strip()
    if not said:
        raise InputError(
            "elicit.empty",
            "请写点什么，或跳过这个问题。",
            "Write something, or skip the question.",
            field="text",
        )
    if len(said) > LONGEST:
        raise InputError(
            "elicit.too_long", "最多 {expected} 字，现有 {got} 字。", "At most {expected} characters, got {got}.",
            field="text", expected=LONGEST, got=len(said),
        )  # fmt: skip
    return said
