"""Reasons for a hit, in sentences. Each is true of the two texts: nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tuwei.core.money import format_yuan
from tuwei.core.text import fold, normalise
from tuwei.match._alike import Alike
from tuwei.match._first import Query
from tuwei.match._hit import Reason
from tuwei.match._lexicon import Terminology
from tuwei.match._measures import Measured
from tuwei.match._records import Record
from tuwei.match._shared import Other, Told, shared
from tuwei.match._words import occurs, position, telling

MOST_WORDS = 6  # shared words named
MOST_RELATED = 2  # pairs of related words named
FEWEST_ASKED = 3  # inquiries to a source before its answers are named
READ = 300  # words of a record that are held against the need's
FIELDS = {
    "it": ("电子信息", "electronics and information"),
    "bio": ("生物与新医药", "biology and new medicine"),
    "aero": ("航空航天", "aviation and space"),
    "materials": ("新材料", "new materials"),
    "services": ("高技术服务", "high-tech services"),
    "energy": ("新能源与节能", "new energy and saving energy"),
    "environment": ("资源与环境", "resources and environment"),
    "manufacturing": ("先进制造与自动化", "advanced manufacturing and automation"),
}
VERDICTS = {"met": ("满足", "met"), "not_met": ("不满足", "not met"), "unstated": ("未说明", "not stated")}


@dataclass(frozen=True, slots=True)
class Asking:
    """A need as its reasons are looked for, worked out once.

    Parameters
    ----------
    query
        The need as it is searched for.
    told
        What it says, for `shared`.
    text
        Normalised, in lower case.
    near
        Its words that other words of the collection go with, with these.
    """

    query: Query
    told: Told
    text: str
    alike: Alike | None
    near: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, query: Query, rarity: Mapping[str, float], terms: Terminology, alike: Alike | None) -> Asking:
        """Read a need; ``rarity`` has the words that may be named."""
        text = normalise(query.record.whole).lower()
        found = {word: alike.near(word) for word in dict.fromkeys(query.cut.words)} if alike else {}
        near = {word: [other for other, _ in others] for word, others in found.items() if others}
        return cls(query, Told.of(text, rarity, terms), text, alike, near)


def reasons(asking: Asking, record: Record, measures: Sequence[Measured]) -> list[Reason]:
    """Return the reasons, weightiest kinds first."""
    need, achievement = asking.query.sides(record)
    other = Other.of(record.whole)
    named = shared(asking.told, other)
    return [
        *_quantities(measures, asking.query.turned),
        *_words(named[:MOST_WORDS]),
        *_related(asking, other, named),
        *_codes(need, achievement),
        *_ripeness(need, achievement),
        *_price(need, achievement),
        *_place(need, achievement),
        *_inquiries(record),
    ]


def _quantities(measures: Sequence[Measured], turned: bool) -> Iterator[Reason]:
    asked = ("对方要求", "they ask") if turned else ("要求", "asked")
    given = ("本成果为", "this offers") if turned else ("对方为", "offered")
    for measure in sorted(measures, key=lambda measure: measure.verdict == "unstated"):
        zh, en = VERDICTS[measure.verdict]
        given_zh = f"，{given[0]}“{measure.offered}”" if measure.offered else ""
        given_en = f", {given[1]} “{measure.offered}”" if measure.offered else ""
        yield {
            "kind": "claim" if measure.claim is not None else "quantity",
            "zh": f"{asked[0]}“{measure.required}”{given_zh}：{zh}",
            "en": f"{asked[1]} “{measure.required}”{given_en}: {en}",
            **measure.as_dict(),
            **(
                {"evidence_state": measure.claim.get("evidence_state", "")}
                if measure.claim is not None
                else {}
            ),
        }


def _words(named: Sequence[str]) -> Iterator[Reason]:
    if named:
        yield {
            "kind": "words",
            "zh": f"都提到“{'”“'.join(named)}”",
            "en": f"both mention “{'”, “'.join(named)}”",
            "words": named,
        }


def _related(asking: Asking, other: Other, named: Sequence[str]) -> Iterator[Reason]:
    """Name words of the need that the record puts in other words, where the collection plainly says so."""
    able = [
        word
        for word, others in asking.near.items()
        if any(position(near, other.text) >= 0 for near in others)
    ]
    if asking.alike is None or not able:  # most records
        return
    ours = _untold(able, asking.text, other.text, named)
    theirs = _untold(other.words[:READ], other.text, asking.text, named)
    for pair in asking.alike.pairs(ours, theirs)[:MOST_RELATED]:
        yield {
            "kind": "related",
            "zh": f"“{pair.ours}”与对方的“{pair.theirs}”相关，库中有 {pair.together} 条同时提到两者",
            "en": f"“{pair.ours}” goes with their “{pair.theirs}”: {pair.together} records name both",
            "need": pair.ours,
            "achievement": pair.theirs,
            "cosine": round(pair.cosine, 3),
            "together": pair.together,
        }


def _untold(found: Sequence[str], told: str, untold: str, named: Sequence[str]) -> list[str]:
    """Return the telling words of one text that the other has not, none that holds a word shared already."""
    kept = (word for word in dict.fromkeys(found) if telling(word))
    return [
        word
        for word in kept
        if occurs(word, told) and not occurs(word, untold) and not any(fold(one) in word for one in named)
    ]


def _codes(need: Record, record: Record) -> Iterator[Reason]:
    if need.field and need.field == record.field:
        zh, en = FIELDS.get(need.field, (need.field, need.field))
        yield {"kind": "field", "zh": f"同属{zh}领域", "en": f"same field: {en}", "code": need.field}
    if need.industry and need.industry == record.industry:
        code = need.industry
        yield {"kind": "industry", "zh": f"同属产业“{code}”", "en": f"same industry: {code}", "code": code}


def _ripeness(need: Record, record: Record) -> Iterator[Reason]:
    if need.trl and record.trl:
        zh, en = ("达到", "reaches") if record.trl >= need.trl else ("低于", "is below")
        yield {
            "kind": "trl",
            "zh": f"成熟度 TRL {record.trl}，{zh}所需的 {need.trl}",
            "en": f"TRL {record.trl} {en} the {need.trl} asked for",
            "required": need.trl,
            "offered": record.trl,
            "verdict": "met" if record.trl >= need.trl else "not_met",
        }


def _price(need: Record, record: Record) -> Iterator[Reason]:
    budget = need.budget
    if budget >= 0 <= record.price:
        zh, en = (
            ("在预算之内", "within the budget")
            if record.price <= budget
            else ("超出预算", "above the budget")
        )
        yield {
            "kind": "budget",
            "zh": f"报价 {format_yuan(record.price)}起，{zh}（{format_yuan(budget)}）",
            "en": f"from {format_yuan(record.price, 'en')}, {en} of {format_yuan(budget, 'en')}",
            "required": _yuan(budget),
            "offered": _yuan(record.price),
            "verdict": "met" if record.price <= budget else "not_met",
        }


def _place(need: Record, record: Record) -> Iterator[Reason]:
    if not need.region or not record.region:
        return
    if need.region == record.region:
        yield {"kind": "region", "zh": "同一地区", "en": "same region", "code": record.region}
    elif len(need.region) == len(record.region) == 6 and need.region[:4] == record.region[:4]:
        yield {"kind": "region", "zh": "同一城市", "en": "same city", "code": record.region}


def _inquiries(record: Record) -> Iterator[Reason]:
    """Say how a source answers, once enough have asked for it to say something."""
    known = record.data.get("inquiries") or {}
    asked, answered = known.get("asked", 0), known.get("answered", 0)
    if asked >= FEWEST_ASKED:
        yield {
            "kind": "inquiries",
            "zh": f"来源收到 {asked} 次询问，答复 {answered} 次",
            "en": f"the source answered {answered} of {asked} inquiries",
            "asked": asked,
            "answered": answered,
        }


def _yuan(fen: int) -> str:
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen / 100:.2f}"
