"""The guided dialogue: from one sentence to a need others can answer. What the person said is kept as said."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from tuwei.core.errors import ConflictError, InputError, MissingError, TuweiError
from tuwei.web.base import access, events

from ..models import Need, NeedAnswer
from ..selectors.needs import log_label
from ..selectors.records_need import need_record
from ..specs.need import without_read_only
from . import answers, clarity
from .needs import need_save

LONGEST = 5000
START = "start"


@transaction.atomic
def need_start(*, actor: Any, text: str) -> Need:
    """Make a draft of what a person said in their own words; the words themselves are the problem.

    Raises
    ------
    InputError
        ``elicit.empty``, ``elicit.too_long``, ``elicit.no_words``; what `need_save` raises.
    """
    said = _said(text)
    problem = clarity.opening(said)
    own = actor.organisation.name if actor.organisation else ""
    need = need_save(actor=actor, record={"title": clarity.proposed_title(problem, own), "problem": problem})
    NeedAnswer.objects.create(need=need, question=START, text=said, author=actor)
    return need


@transaction.atomic
def answer_save(*, actor: Any, need: Need, question: str, text: str, replaces: int | None = None) -> Need:
    """Put an answer where its question belongs; the draft is saved, the words and what they changed are kept.

    Parameters
    ----------
    replaces
        An earlier answer that is taken back first.

    Raises
    ------
    InputError
        ``elicit.empty``, ``elicit.too_long``; what the engine and `need_save` raise. Nothing is stored then.
    """
    said = _said(text)
    locked = _locked(actor, need)
    before = without_read_only(need_record(locked))
    earlier = locked.answers.filter(pk=replaces).exclude(question=START).first() if replaces else None
    if earlier is not None:
        before = answers.taken_back(before, earlier.taken.get("fields") or {})
        earlier.delete()
    asked = clarity.asked_about(before, question)
    merged = clarity.answered(before, question, said)
    saved = need_save(actor=actor, record={**before, **merged}, need=need)
    made = answers.changes(before, without_read_only(need_record(saved)))
    taken = {"asked": {"zh": asked.zh, "en": asked.en}, "fields": made}
    NeedAnswer.objects.create(need=saved, question=question[:40], text=said, author=actor, taken=taken)
    return saved


@transaction.atomic
def answer_undo(*, actor: Any, need: Need, answer: int) -> Need:
    """Take an answer back with what it changed; its question may come again.

    Raises
    ------
    MissingError, ConflictError
        No such answer; ``elicit.changed_since``; what `need_save` raises.
    """
    locked = _locked(actor, need)
    row = locked.answers.filter(pk=answer).exclude(question=START).first()
    if row is None:
        raise MissingError(
            "elicit.no_answer", "这条回答已经撤销了。", "This answer was already taken back.", field="answer"
        )
    made = row.taken.get("fields") or {}
    row.delete()
    if not made:
        return locked
    record = answers.taken_back(without_read_only(need_record(locked)), made)
    return need_save(actor=actor, record=record, need=need)


@transaction.atomic
def question_skip(*, actor: Any, need: Need, question: str) -> None:
    """Put a question off; it comes back when nothing else is left to ask."""
    NeedAnswer.objects.create(need=_locked(actor, need), question=question[:40], text="", author=actor)


def proposal_accept(*, actor: Any, need: Need, field: str, text: str) -> Need:
    """Take a proposal over, as it was made or as the person changed it."""
    return proposals_accept(actor=actor, need=need, given=[(field, text)])


@transaction.atomic
def proposals_accept(*, actor: Any, need: Need, given: Sequence[tuple[str, str]]) -> Need:
    """Take several proposals over at once, all or none.

    Raises
    ------
    TuweiError
        The first fault; ``proposal`` in its ``where`` counts the proposal at fault from 0.
    """
    record = without_read_only(need_record(_locked(actor, need)))
    filled = record
    for number, (field, text) in enumerate(given):
        try:
            filled = clarity.with_proposal(filled, field, text)
        except TuweiError as error:
            error.where["proposal"] = number
            raise
    try:
        with transaction.atomic():
            return need_save(actor=actor, record=filled, need=need)
    except TuweiError as error:
        error.where["proposal"] = _at_fault(actor, need, record, given)
        raise


def _at_fault(actor: Any, need: Need, record: dict[str, Any], given: Sequence[tuple[str, str]]) -> int:
    """Which proposal cannot be saved: each is tried alone, nothing stays."""
    for number, (field, text) in enumerate(given):
        mark = transaction.savepoint()
        try:
            need_save(actor=actor, record=clarity.with_proposal(record, field, text), need=need)
        except TuweiError:
            return number
        finally:
            transaction.savepoint_rollback(mark)
    return 0


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


def turn_for(need: Need, about: str = "") -> clarity.Turn:
    """Where the dialogue stands: score, what is missing, the next question, proposals not yet refused.

    ``about`` asks for a field's question out of turn; an unknown one is not heeded.
    """
    past = list(need.answers.values_list("question", "text"))
    skipped = frozenset(question for question, text in past if clarity.puts_off(text, question))
    record = without_read_only(need_record(need))
    turn = clarity.turn(record, skipped=skipped, past=[one for one in past if one[1]])
    if any(item.code == about for item in turn.counted):
        turn = turn.asking(clarity.asked_about(record, about))
    region = None if need.region else _region(need, past)
    proposals = turn.proposals if region is None else (*turn.proposals, region)
    return turn.with_proposals(
        tuple(one for one in proposals if rejection(one.field, one.text) not in skipped)
    )


def _region(need: Need, past: Sequence[tuple[str, str]]) -> clarity.Proposal | None:
    words = " ".join([need.title, need.problem, need.object, need.constraints, *(text for _, text in past)])
    return clarity.region_proposal(words, need.organisation.region)


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
