"""The grader learned from brokers' verdicts: trained, held against what is in force, rolled back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from tuwei.core.errors import ConflictError, InputError
from tuwei.web.base import access, events, jobs
from tuwei.web.base.models import Job
from tuwei.web.market.selectors import grading, indexed

from .. import selectors

if TYPE_CHECKING:
    from tuwei.match import Grader

FEWEST = 200  # verdicts; with 100 the levels of needs not judged were further off than by words alone
LEVELS = {"none": 1, "weak": 2, "fair": 3, "strong": 4}
Progress = Callable[[str, int, int], None]


def train_ask(*, actor: Any) -> Job:
    """Ask for a training, in the worker; ``actor`` is None on the command line.

    Raises
    ------
    InputError
        ``grader.too_few``.
    """
    if actor is not None:
        access.require(actor, "grader.train")
    _enough(selectors.teaching().count())
    return jobs.enqueue(selectors.TRAIN, actor=actor)


def train_when_due() -> None:
    """Ask for a training once enough verdicts are new; called with each of them."""
    after = settings.TRAIN_AFTER
    if after and selectors.new_verdicts() >= after and selectors.teaching().count() >= FEWEST:
        jobs.enqueue_once(selectors.TRAIN)


def train(*, actor: Any, progress: Progress | None = None) -> dict[str, Any]:
    """Learn from the verdicts; what was learned comes into force if it is not worse than what is in force.

    The first is held against the levels that the words alone give, each later one against its predecessor too.

    Returns
    -------
    dict
        ``version`` (0: not put in force), ``pairs``, the mean errors ``got`` and ``expected`` in levels on the
        verdicts kept out (None where there is nothing to compare), and ``against`` (``words`` or ``grader``).

    Raises
    ------
    InputError
        ``grader.too_few``, ``match.too_few_pairs`` (all of one level), ``match.damaged_model``.
    ConflictError
        ``match.model_busy``.
    """
    from tuwei.match import Grader

    lessons = selectors.lessons()
    _enough(len(lessons.pairs))
    grader = Grader.fit(lessons.pairs, lessons.needs, lessons.achievements, progress=progress)
    by_words = grader.card["words"] = _by_words(grader, lessons)
    told = {"version": 0, "pairs": grader.card["pairs"], "against": "words"}
    told |= {"got": by_words.get("grader"), "expected": by_words.get("mae")}
    if not by_words or by_words["grader"] <= by_words["mae"]:
        told |= _published(grader)
    verb = "grader.trained" if told["version"] else "grader.not_better"
    events.record(actor=actor, verb=verb, after=told)
    return told


def _published(grader: Grader) -> dict[str, Any]:
    try:
        number, compared = grader.publish(grading.folder())
    except ConflictError as error:
        if error.code != "match.model_worse":
            raise
        return {"against": "grader", "got": error.where["got"], "expected": error.where["expected"]}
    if not compared.get("pairs"):
        return {"version": number}
    return {"version": number, "against": "grader", "got": compared["new"], "expected": compared["old"]}


def _by_words(grader: Grader, lessons: selectors.Lessons) -> dict[str, Any]:
    """The mean error on the verdicts kept out: of the levels by words alone (``mae``), and of ``grader``.

    Empty where there is no index, or none of these achievements is in it.
    """
    index, model = indexed.plain("achievement"), grader.model
    needs = {need["id"]: need for need in lessons.needs}
    asked: dict[str, list[str]] = {}
    for pair in model.kept:
        asked.setdefault(pair.need, []).append(pair.achievement)
    words = {
        (need, hit.achievement): LEVELS[hit.level]
        for need, ids in asked.items()
        for hit in (index.explain(needs[need], ids) if index is not None else ())
    }
    pairs = [pair for pair in model.kept if pair.ids in words]
    if not pairs:
        return {}
    texts = model.need_texts, model.achievement_texts
    graded = grader.grade_texts([pair.ids for pair in pairs], *texts, model.judged)
    errors = [
        [abs(level - pair.level) for level, pair in zip(levels, pairs, strict=True)]
        for levels in ([words[pair.ids] for pair in pairs], [grade.level for grade in graded])
    ]
    said, learned = (round(sum(each) / len(pairs), 6) for each in errors)
    return {"pairs": len(pairs), "mae": said, "grader": learned}


@transaction.atomic
def rollback(*, actor: Any, to: int | None = None) -> int:
    """Put an older version in force, by default the one before; return its number.

    Raises
    ------
    MissingError
        ``match.no_model``, ``match.no_version``.
    ConflictError
        ``match.model_busy``.
    """
    from tuwei.match import Grader

    if actor is not None:
        access.require(actor, "grader.rollback")
    before = grading.version()
    number = Grader.rollback(grading.folder(), to)
    events.record(
        actor=actor, verb="grader.rolled_back", before={"version": before}, after={"version": number}
    )
    return number


def _enough(count: int) -> None:
    if count < FEWEST:
        raise InputError(
            "grader.too_few",
            "可用于训练的判断有 {got} 条，至少要 {expected} 条：再判 {missing} 条即可训练。",
            "{got} verdicts can be learned from and at least {expected} are needed: {missing} more to go.",
            got=count,
            expected=FEWEST,
            missing=FEWEST - count,
        )
