"""How clear is the need, what is missing, and what to ask next."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tuwei.core.errors import InputError
from tuwei.core.quantity import Quantity, polarity
from tuwei.core.units import resolve
from tuwei.elicit._figures import is_verb, plain, present_values
from tuwei.elicit._lexicon import Field, Problem, fields, group_examples, things
from tuwei.elicit._propose import proposals_for
from tuwei.elicit._read import Reading, read
from tuwei.elicit._refuse import has_words
from tuwei.elicit._safety import warnings
from tuwei.elicit._types import Assessment, Part, ProblemType, Proposal, Question

#: Completeness from which a need is clear enough to publish; below it only commissioners see it.
THRESHOLD = 60
_ONCE = ("problem", "contact", "consent_publish")
_SHORT, _ENOUGH = 12, 25  # characters of a problem that says next to nothing, and something
_PROPOSED = {"budget": ("budget_min", "budget_max"), "indicators": ("indicators",)}
_EMPTY: tuple[Any, ...] = (None, "", [], ())


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
    code = "indicators" if code == "current" and not _measurable(draft) else code
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
    return has_words(value) if isinstance(value, str) else value not in _EMPTY


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


def _measurable(draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = draft.get("indicators") or []
    return [
        row
        for row in rows
        if isinstance(row, Mapping)
        and row.get("name")
        and (row.get("low") not in _EMPTY or row.get("high") not in _EMPTY)
    ]


def _current_share(draft: Mapping[str, Any]) -> float:
    rows = _measurable(draft)
    return sum(_told(row.get("current")) for row in rows) / len(rows) if rows else 0.0


_SPECIAL: dict[str, Callable[[Mapping[str, Any]], float]] = {
    "problem": _problem_share,
    "indicators": lambda draft: float(bool(_measurable(draft))),
    "current": _current_share,
    "contact": _contact_share,
    "budget": lambda draft: float(
        any(draft.get(name) not in _EMPTY for name in ("budget_min", "budget_max"))
    ),
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
        return bool(_measurable(draft))
    return part.name != "consent_publish" or bool(draft.get("problem"))


def question_for(
    field: Field, draft: Mapping[str, Any], reading: Reading, proposed: list[Proposal]
) -> Question:
    """Word one question for this need: the recognised thing and kind of problem are put in."""
    words = _Words(draft, reading)
    zh, en, examples_zh, examples_en = _wording(field, words)
    if proposed and field.name not in ("current",):
        said = "、".join(_short(one) for one in proposed[:3])
        zh = f"按您说的，{field.zh}是“{said}”，对吗？对就回答“是”；也可以写得更准确。"
        en = f"From your words, {field.en} reads “{said}”. Is that right? Answer “yes”, or put it better."
        return Question(field.name, zh, en, field.why_zh, field.why_en, examples_zh, examples_en, said)
    return Question(field.name, zh, en, field.why_zh, field.why_en, examples_zh, examples_en)


def _short(proposal: Proposal) -> str:
    return (
        proposal.zh
        if proposal.field in ("indicators", "budget_min", "budget_max", "ip_ownership", "contact")
        else str(proposal.value)
    )


class _Words:
    """The pieces put into a question."""

    def __init__(self, draft: Mapping[str, Any], reading: Reading) -> None:
        self.draft, self.reading, self.problem = draft, reading, reading.problem
        named = reading.thing if len(reading.thing) <= 24 else ""
        self.zh = named or "这个环节"
        self.en = f"the {english}" if (english := _english(named)) else "it"

    def fill_zh(self, text: str) -> str:
        """Put the thing in; "废水的废水" is said once."""
        if self.zh.endswith("水"):
            text = text.replace("{object}的废水", "{object}")
        return text.replace("{object}", self.zh)

    def fill_en(self, text: str) -> str:
        filled = text.replace("{object}", self.en)
        return filled[:1].upper() + filled[1:]


def _english(named: str) -> str:
    known = things().get(named.lower())
    if known is None and not named.isascii():
        known = next(
            (
                things()[word]
                for word in sorted(things(), key=len, reverse=True)
                if named.lower().endswith(word)
            ),
            None,
        )
    return known.en if known else named.lower() if named.isascii() else ""


_KINDS = {"object": "object", "problem": "problem", "constraints": "constraints", "tried_routes": "tried"}
_Wording = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def _wording(field: Field, words: _Words) -> _Wording:
    if field.name == "indicators":
        return _ask_figures(words)
    if field.name == "current":
        return _ask_current(field, words)
    examples = field.examples_zh, field.examples_en
    if field.name in _KINDS:
        examples = group_examples(words.problem.group, _KINDS[field.name])
    zh, en = _asked(field, words)
    return words.fill_zh(zh), words.fill_en(en), *examples


def _asked(field: Field, words: _Words) -> tuple[str, str]:
    texts = words.problem.texts
    if field.name in ("constraints", "tried_routes"):
        key = "keep" if field.name == "constraints" else "tried"
        return texts[f"{key}_zh"], texts[f"{key}_en"]
    if field.name == "problem" and not words.reading.thing:
        return (
            "请用自己的话说说：什么东西、出了什么问题、带来什么损失？",
            "Tell it in your own words: what thing, what is wrong, what does it cost you?",
        )
    return field.ask_zh, field.ask_en


def _ask_figures(words: _Words) -> _Wording:
    """With the present figure already told, ask only for the wanted one."""
    problem, texts = words.problem, words.problem.texts
    known = present_values(words.reading.quantities, words.reading.text)
    if not known:
        return (
            words.fill_zh(texts["ask_zh"]),
            words.fill_en(texts["ask_en"]),
            problem.examples_zh,
            problem.examples_en,
        )
    now, name = known[0], known[0].name
    about, about_en = ("大约是", "about ") if now.comparator == "approx" else ("是", "")
    value = f"{plain(now)}"
    called = "it" if is_verb(name) else f"“{name}”"
    examples_zh, examples_en = _relative(_side(now), problem)
    return (
        f"您说“{name}”现在{about}{value}，希望做到多少？",
        f"You say {called} is {about_en}{value} now. What should it become?",
        examples_zh,
        examples_en,
    )


def _side(now: Quantity) -> str:
    money = resolve(now.unit.partition("/")[0]).dimension == resolve("元").dimension
    return "lower" if money else polarity(now.name)


def _relative(side: str, problem: Problem) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if side == "none":
        side = problem.indicators[0].better
    if side == "lower":
        return ("降到现在的一半以下就行，最好说个数", "至少降低两成"), (
            "reduce by at least 20 %",
            "half of the present value; say the figure",
        )
    return ("至少提高两成", "和同行好的水平一样，最好说个数"), (
        "increase by at least 20 %",
        "as good as the best in the trade; say the figure",
    )


_BOUNDS = {
    "le": ("不超过", "at most "),
    "lt": ("低于", "below "),
    "ge": ("不低于", "at least "),
    "gt": ("高于", "above "),
}


def _ask_current(field: Field, words: _Words) -> _Wording:
    rows = _measurable(words.draft)
    row = next((row for row in rows if not row.get("current")), rows[0])
    target = row.get("high") if row.get("low") in _EMPTY else row.get("low")
    bound, bound_en = _BOUNDS.get(str(row.get("comparator")), ("", ""))
    aim = f"{target} {row.get('unit') or ''}".strip()
    name, sample = str(row["name"]), example_value(row)

    def fill(text: str) -> str:
        return text.replace("{indicator}", name).replace("{sample}", sample)

    tail_zh, tail_en = f"目标是{bound}{aim}。", f"The target is {bound_en}{aim}. "
    return (
        tail_zh + fill(field.ask_zh),
        tail_en + fill(field.ask_en),
        tuple(map(fill, field.examples_zh)),
        tuple(map(fill, field.examples_en)),
    )


def example_value(row: Mapping[str, Any]) -> str:
    """Make up a present value for an example: off the target by about a third, on the side that is worse.

    >>> example_value({"comparator": "le", "high": "85", "unit": "方/吨"})
    '120 方/吨'
    """
    target = row.get("high") if row.get("low") in _EMPTY else row.get("low")
    try:
        worse = Decimal(str(target)) * (Decimal("1.4") if row.get("comparator") in ("le", "lt") else Decimal("0.7"))
    except ArithmeticError:
        worse = Decimal(100)
    rounded = worse.quantize(Decimal(1).scaleb(worse.adjusted() - 1)) if worse else worse
    return f"{rounded.normalize():f} {row.get('unit') or ''}".strip()
