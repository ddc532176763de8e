"""People, organisations and teams ranked for a need by their works.

Works are found and levelled as always; each then speaks for those it names. This is the document model of expert
search (model 2 of Balog, Azzopardi and de Rijke 2006, 2009: the sum over works of how well the work answers, times
how closely it belongs to the person), with changes: works count less and less in order of weight, a strong match
weighs more than all others together can, roles and years weigh, and people are told apart by organisation and identifier.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from tuwei.core.errors import InputError
from tuwei.match._filters import Filters
from tuwei.match._hit import Hit, Level, Reason
from tuwei.match._team_said import said
from tuwei.match._team_works import Owner, grouped_by

if TYPE_CHECKING:
    from tuwei.match._index import MatchIndex
    from tuwei.match.remote import RemoteIndex

By = Literal["person", "organisation", "team"]
DEPTH = 200  # works looked at
FADING = 0.5  # each next work counts half as much as the one before: all together less than two of the best
HALF_LIFE, LEAST_FRESH, UNDATED = 12.0, 0.5, 0.75  # years; least weight; weight of a work without a year
SHOWN = 5  # works shown for each
STRONG = (0.5, 1.0)  # weight of a strong match, by its score over the best
OTHERS = (
    0.0,
    0.25,
)  # of all others: with FADING less than 0.5 together. Levels below strong rank worse than scores
YEARS = ("year", "end_month", "date", "published", "start_month")
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Work:
    """One work that speaks for a team.

    Parameters
    ----------
    id, title, kind
        Of the record; ``kind`` is ``achievement``, ``paper`` or ``patent``, or what the record says.
    level
        How well the work answers the need.
    year
        0 where unknown.
    role
        How much of the work counts for this team, 0-1.
    weight
        What it adds before works are added up, 0-1: by score, role and year.
    why, zh, en
        Reasons, as in `Hit`; for the works shown.
    """

    id: str
    title: str
    kind: str
    level: Level
    year: int
    role: float
    weight: float
    why: list[Reason] = field(default_factory=list)
    zh: str = ""
    en: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return what the output file holds of the work."""
        return {
            **{name: getattr(self, name) for name in ("id", "title", "kind", "level", "year")},
            "role": round(self.role, 3),
            "weight": round(self.weight, 4),
            "why": self.why,
            "zh": self.zh,
            "en": self.en,
        }


@dataclass(frozen=True, slots=True)
class TeamHit:
    """A person, an organisation or a team, and the works that speak for it.

    Parameters
    ----------
    key
        Tells this one from others of the same name within one ranking.
    name, organisation
        As the works write them; ``""`` where no work names an organisation.
    by
        What was ranked.
    rank, score
        From 1; comparable within one ranking only.
    level
        Of the best work.
    works
        The best works, at most five, best first.
    counts
        ``works`` found for this one, and how many of them are ``strong``, ``fair`` and ``weak``.
    members
        Names, of a team; the lead first.
    note_zh, note_en
        What a reader must know about who this is (works put together by co-authors, others of the same name).
    zh, en
        One sentence.
    """

    key: str
    name: str
    organisation: str
    by: By
    rank: int
    score: float
    level: Level
    works: list[Work]
    counts: dict[str, int]
    members: list[str] = field(default_factory=list)
    note_zh: str = ""
    note_en: str = ""
    zh: str = ""
    en: str = ""

    def line(self, need: str) -> dict[str, Any]:
        """Return the line of the output file."""
        plain = ("by", "key", "name", "organisation", "rank")
        more = ("level", "counts", "members", "note_zh", "note_en", "zh", "en")
        return {
            "need": need,
            **{name: getattr(self, name) for name in plain},
            "score": round(self.score, 6),
            **{name: getattr(self, name) for name in more},
            "works": [work.as_dict() for work in self.works],
        }


def rank_teams(
    index: MatchIndex | RemoteIndex,
    need: Mapping[str, Any] | str,
    *,
    top: int = 20,
    by: By = "person",
    filters: Mapping[str, Any] | Filters | None = None,
    explain: bool = True,
    allowed: Callable[[Sequence[str]], Collection[str]] | None = None,
) -> list[TeamHit]:
    """Return who suits a need best, by the works in an index.

    A work is an achievement, paper or patent whose record names ``people`` (names, or mappings with ``name``,
    ``orcid`` or ``id``, ``organisation``, ``role``), ``organisation`` (one or several) and ``team``. Its weight is
    its score over the best of the ranking, brought to 0.5-1 for a strong match and to 0-0.25 for any other, x role x
    freshness. The works of one person are added up, best first, each next one counting half: any number of others
    stays below one strong match of the same role and year. Whoever has nothing but works of level ``none`` is left out.

    Parameters
    ----------
    top
        At most how many, 1-1,000.
    by
        ``"person"``, ``"organisation"``, or ``"team"``: the record's ``team``, else people joined by works with
        at least two of them in common.
    filters
        Of the works, as in `MatchIndex.rank`.
    explain
        Whether the works shown carry reasons.
    allowed
        Given the ids of the works found, returns those that may count and be shown (all of them).

    Raises
    ------
    InputError
        ``match.bad_by``, ``match.bad_top``; as `MatchIndex.rank`.

    Examples
    --------
    >>> from tuwei.match import MatchIndex
    >>> index = MatchIndex.build([
    ...     {"id": "a1", "title": "挤奶厅节水", "text": "清洗水循环利用", "people": ["王伟"], "organisation": "甲所"},
    ...     {"id": "a2", "title": "挤奶机器人", "text": "自动套杯", "people": ["李娜"], "organisation": "乙所"}])
    >>> [(hit.name, hit.organisation) for hit in rank_teams(index, "挤奶厅清洗用水太多")]
    [('王伟', '甲所'), ('李娜', '乙所')]
    """
    _check(by, top)
    hits = index.rank(need, top=DEPTH, filters=filters, explain=False)
    if allowed is not None:
        may = {*allowed([hit.achievement for hit in hits])}
        hits = [hit for hit in hits if hit.achievement in may]
    found = teams_of(hits, _data_of(index, [hit.achievement for hit in hits]), by=by, top=top)
    return _told(index, need, found) if explain else found


def teams_of(
    hits: Sequence[Hit], records: Mapping[str, Mapping[str, Any]], *, by: By = "person", top: int = 20
) -> list[TeamHit]:
    """Return who stands behind works ranked before; ``records`` are theirs by id. No work carries reasons."""
    kept = [hit for hit in hits if hit.achievement in records]
    newest = max((_year(records[hit.achievement]) for hit in kept), default=0)
    best = max((hit.score for hit in kept), default=0.0)
    works = {hit.achievement: _work(hit, records[hit.achievement], newest, best) for hit in kept}
    owners = grouped_by(by, {name: records[name] for name in works})
    found = [
        _hit(owner, works, by) for owner in owners if any(works[name].level != "none" for name in owner.works)
    ]
    found.sort(key=lambda hit: (-hit.score, hit.name, hit.key))
    return [replace(hit, rank=rank) for rank, hit in enumerate(found[:top], start=1)]


def _work(hit: Hit, data: Mapping[str, Any], newest: int, best: float) -> Work:
    low, high = STRONG if hit.level == "strong" else OTHERS
    share = max(hit.score, 0.0) / best if best > 0 else 0.0
    year = _year(data)
    fresh = max(LEAST_FRESH, 0.5 ** ((newest - year) / HALF_LIFE)) if year else UNDATED
    kind = str(data.get("kind") or "achievement")
    weight = (low + (high - low) * share) * fresh
    return Work(hit.achievement, str(data.get("title", "")), kind, hit.level, year, 1.0, weight)


def _hit(owner: Owner, works: Mapping[str, Work], by: By) -> TeamHit:
    own = [
        replace(works[name], role=role, weight=works[name].weight * role)
        for name, role in owner.works.items()
    ]
    own.sort(key=lambda work: (-work.weight, work.id))
    score = sum(work.weight * FADING**place for place, work in enumerate(own))
    told = [work for work in own if work.level != "none"]
    levels = [work.level for work in told]
    best: Level = next(level for level in ("strong", "fair", "weak") if level in levels)
    counts = {"works": len(told), **{level: levels.count(level) for level in ("strong", "fair", "weak")}}
    zh, en = said(owner, counts, [work.kind for work in told])
    return TeamHit(
        owner.key, owner.name, owner.organisation, by, 0, score, best, told[:SHOWN], counts,
        owner.members, owner.note_zh, owner.note_en, zh, en,
    )  # fmt: skip


def _told(
    index: MatchIndex | RemoteIndex, need: Mapping[str, Any] | str, found: list[TeamHit]
) -> list[TeamHit]:
    ids = list(dict.fromkeys(work.id for hit in found for work in hit.works))
    told = {hit.achievement: hit for hit in index.explain(need, ids)}
    return [replace(hit, works=[_with_reasons(work, told) for work in hit.works]) for hit in found]


def _with_reasons(work: Work, told: Mapping[str, Hit]) -> Work:
    if work.id not in told:
        return work
    why = told[work.id].why
    zh, en = "；".join(one["zh"] for one in why), "; ".join(one["en"] for one in why)
    return replace(work, why=why, zh=zh, en=en)


def _data_of(index: MatchIndex | RemoteIndex, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    asked: Any = getattr(index, "_asked", index)  # an index on servers ranks through one like ours
    store = asked._parts.store
    found = store.fetch(store.keys_of(ids))
    return {record.id: record.data for record in found.values()}


def _year(data: Mapping[str, Any]) -> int:
    for name in YEARS:
        if found := _YEAR.match(str(data.get(name) or "")):
            return int(found.group())
    return 0


def _check(by: Any, top: Any) -> None:
    if by not in ("person", "organisation", "team"):
        raise InputError(
            "match.bad_by",
            "排序对象应为 {expected} 之一,现为“{got}”。",
            "What is ranked must be one of {expected}, got “{got}”.",
            field="by", expected="person, organisation, team", got=str(by)[:80],
        )  # fmt: skip
    if isinstance(top, bool) or not isinstance(top, int) or not 1 <= top <= 1_000:
        raise InputError(
            "match.bad_top",
            "返回条数应为 {expected} 的整数,现为“{got}”。",
            "The number of hits must be a whole number in {expected}, got “{got}”.",
            field="top", expected="1-1000", got=repr(top)[:80],
        )  # fmt: skip
