"""What would have to be different for a record to stand higher: one thing stated otherwise, all else as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tuwei.core.money import format_yuan
from tuwei.match._first import Query
from tuwei.match._hit import Reason, lifted, lifting
from tuwei.match._weighed import Weighed


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a record could state otherwise.

    Parameters
    ----------
    kind
        ``trl``, ``budget`` or ``quantity``.
    part, gain
        The part of the score that moves, and by how much.
    zh, en
        What would have to hold, and what holds now where the record says it.
    """

    kind: str
    part: str
    gain: float
    zh: str
    en: str


def would(query: Query, one: Weighed, ahead: Sequence[tuple[float, str]]) -> list[Reason]:
    """Return what would lift a record, what lifts it most first.

    Each is as `_hit.lifted` gives it: one thing stated otherwise and all else the same. What an achievement that
    asks could change is left out, since that would move all needs at once.

    Parameters
    ----------
    ahead
        Scores and ids of the records that stand before it, best first.
    """
    changes = list(_changes(query, one)) if ahead and not query.turned else []
    found = [lifting(change.kind, change.zh, change.en, _score(one, [change])) for change in changes]
    if len(changes) > 1:
        zh, en = "、".join(change.zh for change in changes), ", ".join(change.en for change in changes)
        found.append(lifting("together", zh, en, _score(one, changes)))
    return lifted(found, ahead, one.record.id)


def _score(one: Weighed, changes: Sequence[Change]) -> float:
    parts = dict(one.parts)
    for change in changes:
        parts[change.part] += change.gain
    return replace(one, parts=parts).score


def _changes(query: Query, one: Weighed) -> Iterator[Change]:
    need, record = query.record, one.record
    if need.trl > record.trl:
        ripe, now = f"TRL ≥ {need.trl}", f"TRL {record.trl}" if record.trl else ""
        yield Change(
            "trl", "trl", 1 - one.parts["trl"], f"成熟度达到 {ripe}{_now_zh(now)}", f"{ripe}{_now(now)}"
        )
    if need.budget >= 0 and not 0 <= record.price <= need.budget:
        zh, en = (f"{format_yuan(need.budget, language)}" for language in ("zh", "en"))
        now, now_en = (
            format_yuan(record.price, language) if record.price >= 0 else "" for language in ("zh", "en")
        )
        gain = 1 - one.parts["budget"]
        yield Change(
            "budget", "budget", gain, f"报价不超过 {zh}{_now_zh(now)}", f"priced at most {en}{_now(now_en)}"
        )
    for measure in one.measures:
        if measure.verdict != "met":
            gain = (1 - measure.sign) / len(one.measures)
            zh, en = f"满足“{measure.required}”", f"meeting “{measure.required}”"
            now = f"“{measure.offered}”" if measure.offered else ""
            yield Change("quantity", "quantities", gain, zh + _now_zh(now), en + _now(now))


def _now_zh(now: str) -> str:
    return f"（现为 {now}）" if now else ""


def _now(now: str) -> str:
    return f" (now {now})" if now else ""
