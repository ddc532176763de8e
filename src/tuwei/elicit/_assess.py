"""How clear is the need, what is missing, and what to ask next."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from tuwei.core.errors import InputError
from tuwei.elicit._lexicon import Field, fields
from tuwei.elicit._propose import proposals_for
from tuwei.elicit._questions import EMPTY, measurable, question_for
from tuwei.elicit._read import Reading, read
from tuwei.elicit._refuse import has_words
from tuwei.elicit._safety import warnings
from tuwei.elicit._types import Assessment, Part, ProblemType, Proposal, Question

#: Completeness from which a need is clear enough to publish; below it only commissioners see it.
THRESHOLD = 60
_ONCE = ("problem", "contact", "consent_publish")
_SHORT, _ENOUGH = 12, 25  # characters of a problem that says next to nothing, and something
_PROPOSED = {"budget": ("budget_min", "budget_max"), "indicators": ("indicators",)}


def assess(draft: Mapping[str, Any], *, skip: Collection[str] = (), today: date | None = None) -> Assessment:
    """Assess a draft.

    Parameters
    ----------
    draft
        Names of the need record; all may be missing. ``answers`` (kept by `answer`) tells which
        questions were put off.
    skip
        Codes of questions not to ask.
    today
        From which "within six months" counts; the present day when left out.

    Returns
    -------
    Assessment
        The score is the sum over the fields of weight × what is told: in full, half for what is only
        recognised in the words and waits to be confirmed, half for a problem of under 25 characters
        or a contact without a number.

    Examples
    --------
    >>> first = assess({"problem": "我们的烘干机太费气"})
    >>> first.score < THRESHOLD, first.next_question.code
    (True, 'indicators')
    >>> [(p.field, p.value) for p in first.proposals][:2]
    [('object', '烘干机'), ('function', '降低烘干机的燃气消耗')]
    """
    reading = read(draft)
    proposals = proposals_for(draft, reading, today or date.today())
    parts = _parts(draft, proposals)
    missing = tuple(
        sorted(
            (part for part in parts if part.got < part.weight), key=lambda p: (-(p.weight - p.got), _order(p))
        )
    )
    put_off = set(skip) | _settled(draft)
    points = _sum(parts)
    return Assessment(
        points,
        parts,
        missing,
        _next(missing, draft, reading, proposals, put_off),
        reading.quantities,
        proposals,
        warnings(draft),
        _type(reading),
        points >= THRESHOLD,
    )


def score(draft: Mapping[str, Any], *, today: date | None = None) -> int:
    """Return the completeness (0–100) that `assess` gives, without the rest of it: for many needs at once.

    Examples
    --------
    >>> score({"problem": "我们的烘干机太费气"}) == assess({"problem": "我们的烘干机太费气"}).score
    True
    """
    return _sum(_parts(draft, proposals_for(draft, read(draft), today or date.today())))


def question_about(draft: Mapping[str, Any], code: str, *, today: date | None = None) -> Question:
    """Word the question for one field, whether it is its turn or not: to tell more, or to put something right.

    Raises
    ------
    InputError
        ``elicit.no_question`` for an unknown code.

    Examples
    --------
    >>> question_about({"problem": "我们的烘干机太费气"}, "deadline").code
    'deadline'
    """
    if code not in fields():
        raise InputError(
            "elicit.no_question",
            "没有“{got}”这个问题。",
            "There is no question “{got}”.",
            field="question",
            got=code[:40],
        )
    code = "indicators" if code == "current" and not measurable(draft) else code
    reading = read(draft)
    proposals = proposals_for(draft, reading, today or date.today())
    return question_for(fields()[code], draft, reading, _proposed(code, proposals))


def _parts(draft: Mapping[str, Any], proposals: tuple[Proposal, ...]) -> tuple[Part, ...]:
    return tuple(_part(field, draft, proposals) for field in fields().values())


def _sum(parts: tuple[Part, ...]) -> int:
    return int(sum(part.got for part in parts))


def _settled(draft: Mapping[str, Any]) -> set[str]:
    """Questions put off, and those that one answer settles as far as it will go."""
    past = [one for one in draft.get("answers") or () if isinstance(one, Mapping)]
    return {str(one.get("question")) for one in past if one.get("put_off") or one.get("question") in _ONCE}


def _order(part: Part) -> int:
    return list(fields()).index(part.name)


def _part(field: Field, draft: Mapping[str, Any], proposals: tuple[Proposal, ...]) -> Part:
    share, state = _share(field.name, draft)
    if share == 0 and field.name != "contact" and _proposed(field.name, proposals):
        share, state = 0.5, "recognised"
    return Part(field.name, field.zh, field.en, field.weight, field.weight * share, state)  # type: ignore[arg-type]


def _share(name: str, draft: Mapping[str, Any]) -> tuple[float, str]:
    """How much of a field is told: 0, ½ or 1."""
    value = _SPECIAL[name](draft) if name in _SPECIAL else float(_told(draft.get(name)))
    return value, "told" if value >= 1 else "partly" if value else "absent"


def _told(value: Any) -> bool:
    """Punctuation alone ("\uff1f\uff1f\uff1f", "-") tells nothing."""
    return has_words(value) if isinstance(value, str) else value not in EMPTY


def _problem_share(draft: Mapping[str, Any]) -> float:
    """A second line was added on being asked: what the person can tell is told."""
    said = str(draft.get("problem") or "").strip()
    text = re.sub(r"\s+", "", said)
    if "\n" in said and has_words(text):
        return 1.0
    length = len(text) if not text.isascii() else len(text) / 3
    return 0.0 if not has_words(text) else 1.0 if length >= _ENOUGH else 0.5 if length >= 4 else 0.25


def _contact_share(draft: Mapping[str, Any]) -> float:
    reach = _told(draft.get("contact_phone")) or _told(draft.get("contact_email"))
    named = _told(draft.get("contact_name"))
    return 1.0 if reach and named else 0.5 if reach or named else 0.0


def _current_share(draft: Mapping[str, Any]) -> float:
    rows = measurable(draft)
    return sum(_told(row.get("current")) for row in rows) / len(rows) if rows else 0.0


_SPECIAL: dict[str, Callable[[Mapping[str, Any]], float]] = {
    "problem": _problem_share,
    "indicators": lambda draft: float(bool(measurable(draft))),
    "current": _current_share,
    "contact": _contact_share,
    "budget": lambda draft: float(any(draft.get(name) not in EMPTY for name in ("budget_min", "budget_max"))),
    "consent_publish": lambda draft: float(draft.get("consent_publish") is True),
}


def _proposed(name: str, proposals: tuple[Proposal, ...]) -> list[Proposal]:
    if name == "current":
        return [p for p in proposals if p.field == "indicators" and p.value.get("current")]
    return [p for p in proposals if p.field in _PROPOSED.get(name, (name,))]


def _type(reading: Reading) -> ProblemType | None:
    if reading.problem.code == "general":
        return None
    better = reading.problem.indicators[0].better
    return ProblemType(
        reading.problem.code,
        reading.problem.zh,
        reading.problem.en,
        "lower" if better == "lower" else "higher",
        reading.problem_words,
    )


def _next(
    missing: tuple[Part, ...],
    draft: Mapping[str, Any],
    reading: Reading,
    proposals: tuple[Proposal, ...],
    put_off: set[str],
) -> Question | None:
    """The most valuable question not put off; what only waits for a click comes after what is unknown."""
    open_parts = [part for part in missing if part.name not in put_off and _askable(part, draft)]
    if not open_parts:
        return None
    first = min(open_parts, key=lambda part: _rank(part, reading))
    return question_for(fields()[first.name], draft, reading, _proposed(first.name, proposals))


def _rank(part: Part, reading: Reading) -> tuple[int, float, int]:
    """Nothing can be asked well before the problem itself is told."""
    if part.name == "problem" and not reading.thing and len(reading.text) < _SHORT:
        return -1, 0, 0
    if part.name == "object" and part.state == "absent":
        return 0, 0, 0
    return 1 + (part.state == "recognised"), -(part.weight - part.got), _order(part)


def _askable(part: Part, draft: Mapping[str, Any]) -> bool:
    """The present value is asked once there is an indicator; the contact's second half is not pressed."""
    if part.name == "current":
        return bool(measurable(draft))
    return part.name != "consent_publish" or bool(draft.get("problem"))
