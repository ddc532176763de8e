"""What the engine hands out. All of it turns into JSON by ``as_dict``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from tuwei.core.quantity import Quantity, show


@dataclass(frozen=True, slots=True)
class Question:
    """One question, with why it is asked and examples of good answers.

    ``code`` is what `answer` takes; ``proposed`` is what the text already suggests, to be confirmed.
    """

    code: str
    zh: str
    en: str
    why_zh: str
    why_en: str
    examples_zh: tuple[str, ...] = ()
    examples_en: tuple[str, ...] = ()
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A field value read from the text (``origin`` "rule") or offered by a language model ("model").

    ``words`` are the words of the text that led to it; it is applied only by `accept`.
    """

    field: str
    value: Any
    zh: str
    en: str
    words: tuple[str, ...] = ()
    origin: Literal["rule", "model"] = "rule"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the score: ``got`` of ``weight`` points; told, only recognised, or absent."""

    name: str
    zh: str
    en: str
    weight: int
    got: float
    state: Literal["told", "partly", "recognised", "absent"]


Missing = Part


@dataclass(frozen=True, slots=True)
class Warning:
    """Something the person should know before others read the text; ``refuse`` means: do not store it."""

    code: str
    zh: str
    en: str
    words: tuple[str, ...]
    refuse: bool = False


@dataclass(frozen=True, slots=True)
class ProblemType:
    """What kind of problem it seems to be, and the words that say so."""

    code: str
    zh: str
    en: str
    better: Literal["lower", "higher"]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """How clear a need is, and what to do next.

    Attributes
    ----------
    score
        Completeness, 0–100; the weighted sum of ``parts``.
    parts
        Every field with its weight and points, in the order of the record.
    missing
        The parts not fully told, the most valuable first.
    next_question
        ``None`` when nothing is left to ask.
    quantities
        Every quantity recognised in the person's words.
    proposals
        Values read from the words for fields still empty.
    warnings
        Marks of secrecy, personal data in public text.
    problem
        The kind of problem, ``None`` when no word tells.
    clear
        Whether the score reaches the threshold for publishing.
    """

    score: int
    parts: tuple[Part, ...]
    missing: tuple[Part, ...]
    next_question: Question | None
    quantities: tuple[Quantity, ...]
    proposals: tuple[Proposal, ...]
    warnings: tuple[Warning, ...]
    problem: ProblemType | None
    clear: bool

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain JSON values."""
        plain = asdict(self)
        plain["quantities"] = [
            {
                "name": q.name,
                "show": show(q),
                "text": q.text,
                "start": q.start,
                "end": q.end,
                "comparator": q.comparator,
                "low": number(q.low),
                "high": number(q.high),
                "unit": q.unit,
                "change": q.change,
                "baseline": q.baseline,
            }
            for q in self.quantities
        ]
        return plain


def number(value: Any) -> str | None:
    """Write an exact decimal as the record does: no exponent.

    >>> from decimal import Decimal
    >>> number(Decimal("1E+8")), number(None)
    ('100000000', None)
    """
    return None if value is None else format(value, "f")
