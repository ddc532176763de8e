"""What a ranking consists of."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Level = Literal["strong", "fair", "weak", "none"]
LEVELS: dict[Level, tuple[str, str]] = {
    "strong": ("强相关", "strong match"),
    "fair": ("较强相关", "fair match"),
    "weak": ("弱相关", "weak match"),
    "none": ("无相关", "no match"),
}
Reason = dict[str, Any]
MOST_LIFTING = 2  # conditions told of one record


@dataclass(frozen=True, slots=True)
class Hit:
    """One ranked record and why it stands there.

    Parameters
    ----------
    achievement
        Id of the record found (of a need, where the index holds needs).
    rank
        From 1.
    score
        What the ranking is by; comparable within one ranking only.
    level
        How well the two texts fit by what both say, comparable between rankings.
    why
        Reasons, each a dict with ``kind``, a ``zh`` and an ``en`` sentence, and its data.
    quantities
        Each quantity asked for: ``required`` and ``offered`` as quoted from the two texts, and a
        ``verdict`` (``met``, ``not_met``, ``unstated``).
    zh, en
        The reasons in one line.
    parts
        The figures behind score and level, by name.
    levels
        The calibrated probability of each level, where a grader took part; else empty.
    would
        What would lift the record, each with ``kind``, the ``score`` and ``rank`` it would have, a ``zh`` and an
        ``en`` sentence: one thing stated otherwise (or all ``together``), everything else as it is.
    """

    achievement: str
    rank: int
    score: float
    level: Level
    why: list[Reason] = field(default_factory=list)
    quantities: list[dict[str, Any]] = field(default_factory=list)
    zh: str = ""
    en: str = ""
    parts: dict[str, float] = field(default_factory=dict)
    levels: dict[str, float] = field(default_factory=dict)
    would: list[Reason] = field(default_factory=list)

    def told_by(self, other: Hit, would: Sequence[Reason] = ()) -> Hit:
        """Return this hit, as it was ranked and levelled, with the reasons of another (see `MatchIndex.explain`).

        What would lift it is left out where it is not given again (`would_among`): it rests on what the text
        that ranked it asks.

        Examples
        --------
        >>> why = [{"kind": "field", "zh": "同属新材料领域", "en": "same field: new materials"}]
        >>> Hit("a1", 1, 1.2, "strong").told_by(Hit("a1", 9, 0.1, "weak", why)).en
        'Strong match: same field: new materials.'
        """
        told = replace(self, quantities=other.quantities, would=list(would))
        return told.with_reasons(other.why)

    def with_reasons(self, why: list[Reason]) -> Hit:
        """Return this hit with reasons, and what they and `would` say in one line."""
        zh, en = (sentence(self.level, why, language, self.would) for language in ("zh", "en"))
        return replace(self, why=why, zh=zh, en=en)

    def would_among(self, hits: Sequence[Hit]) -> list[Reason]:
        """Return what would lift this hit among some of its ranking, such as those that a reader may see.

        Parameters
        ----------
        hits
            Hits of the same ranking in their order, this one among them.
        """
        ahead = [(hit.score, hit.achievement) for hit in hits[: hits.index(self)]]
        return lifted(self.would, ahead, self.achievement)

    def line(self, need: str) -> dict[str, Any]:
        """Return the line of a run file.

        Examples
        --------
        >>> Hit("a1", 1, 1.23456789, "fair").line("n1")
        {'need': 'n1', 'achievement': 'a1', 'rank': 1, 'score': 1.234568, 'level': 'fair', 'why': []}
        """
        return {
            "need": need,
            "achievement": self.achievement,
            "rank": self.rank,
            "score": round(self.score, 6),
            "level": self.level,
            "why": self.why,
            **({"would": self.would} if self.would else {}),
            **({"levels": {name: round(one, 4) for name, one in self.levels.items()}} if self.levels else {}),
        }


def sentence(level: Level, why: Sequence[Reason], language: str, would: Sequence[Reason] = ()) -> str:
    """Return the level, the reasons, and what would lift the record, in one line."""
    zh = language == "zh"
    named = LEVELS[level][0] if zh else LEVELS[level][1].capitalize()
    colon, comma, stop = ("：", "；", "。") if zh else (": ", "; ", ".")
    told = comma.join(reason[language] for reason in why)
    lifting = "".join(f"{'' if zh else ' '}{_upper(one[language])}{stop}" for one in would)
    return f"{named}{colon if told else ''}{told}{stop}{lifting}"


def lifting(kind: str, zh: str, en: str, score: float) -> Reason:
    """Return a condition under which a record would have another score, for `lifted`."""
    return {"kind": kind, "score": score, "if": {"zh": zh, "en": en}}


def lifted(conditions: Sequence[Reason], ahead: Sequence[tuple[float, str]], identity: str) -> list[Reason]:
    """Return the conditions that would lift a record above some that are ahead, what lifts it most first.

    Parameters
    ----------
    conditions
        As `lifting` gives them, the one of ``kind`` "together" last; that one counts only where it lifts more
        than any alone.
    ahead
        Scores and ids of the hits before it, best first.
    identity
        Its own id, which decides between equal scores.

    Returns
    -------
    list of Reason
        At most `MOST_LIFTING`, each with its ``rank``, ``zh`` and ``en``.
    """
    now, order = len(ahead) + 1, [(-score, other) for score, other in ahead]
    ranked = [(1 + bisect_left(order, (-one["score"], identity)), one) for one in conditions]
    alone = sorted((found for found in ranked if found[1]["kind"] != "together"), key=_highest)
    best = min((rank for rank, _ in alone), default=now)
    together = [found for found in ranked if found[1]["kind"] == "together" and found[0] < best]
    kept = [found for found in alone if found[0] < now][: MOST_LIFTING - len(together)]
    return [_lifted(one, rank, now) for rank, one in [*kept, *together]]


def _highest(found: tuple[int, Reason]) -> tuple[int, float]:
    return found[0], -found[1]["score"]


def _lifted(one: Reason, rank: int, now: int) -> Reason:
    condition = one["if"]
    zh = f"若{condition['zh']}，可排第 {rank}（现为第 {now}）"
    en = f"would rank {'first' if rank == 1 else rank} if {condition['en']}, instead of {now}"
    return {**one, "rank": rank, "zh": zh, "en": en}


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
