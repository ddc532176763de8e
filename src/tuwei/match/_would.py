"""What would have to be different for a record to stand higher: one thing stated otherwise, all else as it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tuwei.core.money import format_yuan
from tuwei.match._first import Query
from tuwei.match._hit import Reason
from tuwei.match._weighed import Weighed

MOST_CHANGES = 2  # told of one record


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


def would(query: Query, weighed: Sequence[Weighed], at: int) -> list[Reason]:
    """Return what would lift the record at place ``at`` (0 is the best) of a ranking, what lifts most first.

    Each is a dict with ``kind``, the ``rank`` that the record would have were it otherwise and all else the
    same, and sentences. Things that lift it by nothing are left out, and so is what an achievement that asks
    could change, since that would move all needs at once.

    Raises
    ------
    IndexError
        There is no such place.
    """
    one = weighed[at]
    if not at or query.turned:
        return []
    ahead = [(-other.score, other.record.id) for other in weighed[:at]]
    found = [(_rank(ahead, _changed(one, [change])), change) for change in _changes(query, one)]
    told = [_told(rank, at, change) for rank, change in sorted(found, key=_first) if rank <= at]
    every = [change for _, change in found]
    together = _rank(ahead, _changed(one, every)) if len(every) > 1 else at + 1
    if together < min((rank for rank, _ in found), default=0):
        told = [*told[: MOST_CHANGES - 1], _told(together, at, _all(every))]
    return told[:MOST_CHANGES]


def _first(found: tuple[int, Change]) -> tuple[int, float]:
    return found[0], -found[1].gain


def _rank(ahead: Sequence[tuple[float, str]], one: Weighed) -> int:
    return 1 + bisect_left(ahead, (-one.score, one.record.id))


def _changed(one: Weighed, changes: Sequence[Change]) -> Weighed:
    parts = dict(one.parts)
    for change in changes:
        parts[change.part] += change.gain
    return replace(one, parts=parts)


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


def _all(changes: Sequence[Change]) -> Change:
    zh, en = "、".join(one.zh for one in changes), ", ".join(one.en for one in changes)
    return Change("together", "", 0.0, zh, en)


def _told(rank: int, at: int, change: Change) -> Reason:
    return {
        "kind": change.kind,
        "rank": rank,
        "zh": f"若{change.zh}，可排第 {rank}（现为第 {at + 1}）",
        "en": f"would rank {'first' if rank == 1 else rank} if {change.en}, instead of {at + 1}",
    }
