"""What the person's words tell: kind of problem, object, aim, figures, field and industry."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tuwei.core.quantity import Quantity, find_quantities
from tuwei.elicit._fold import fold
from tuwei.elicit._lexicon import Problem, Thing, problems, thing_pattern, things

_LONGEST = 20_000  # characters read; a need is shorter
_CLAUSE = re.compile(r"[,。;!?\n,;!?、]")
_SUBJECT = re.compile(
    r"^\s*(?:我们|我|咱们?|本)?(?:这里|这边|公司|厂|厂里|家|家里|车间|企业|合作社|牧场|基地|单位)?(?:现在|目前|最近|一直)?(?:用|使用|生产|种|养)?(?:的|里的|里|有)?"
    r"(?P<thing>[\u4e00-\u9fffA-Za-z0-9]{2,12}?)(?:总是|总|老是|老(?!百姓|板|乡|人|师|化|旧)|太|经常|常常|常|容易|一直|不够|不稳|不好|很|特别|有点|越来越|一到|怎么|又|上不去|降不下|达不到|不行|存在|时|招不到|招工|靠人|要等|粘|掉得|坏|漏|堵|飘|断得|烂|裂|太费)"
)
_NOT_THINGS = re.compile(
    r"^(?:周围|附近|百姓|村民|现在|最近|目前|问题|情况|我们|这个|那个|冬天|夏天|春天|秋天|每年|每次|每天|有时|结果|效果|人家|别人|大家|客户|领导|老板|想|希望|能|有|没有|需要|因为|但|就|如果|这|那|用|做|搞|把|被|让|今年|去年)"
)
_ENGLISH = re.compile(
    r"\b(?:our|the|my)\s(?P<thing>[a-z][a-z-]+(?:\s[a-z][a-z-]+){0,2}?)\s(?:is|are|uses?|keeps?|takes?|wastes?|has|have|needs?|consumes?|breaks?|fails?|"
    r"dies?|rots?|gets?|costs?|can|cannot|does|do|suffers?|loses?|varies)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"(?:希望|想要|想|需要|能不能|能否|寻求|打算|计划|要是能|最好能?)(?P<aim>[^,。;!?\n,;!?]{5,40})"
)
_NO_AIM = re.compile(
    r"^(?:能?够?|可以)?(?:找|有人|有没有|知道|了解|咨询|合作|请|问|得到|看看|帮|听|买|专家|老师|技术支持|一个?办法|解决)"
)
_WISH_ENGLISH = re.compile(
    r"(?:want|need|would like|hope|wish|looking)\s(?:to|for)\s(?P<aim>[a-z][^.,;!?\n]{5,80})", re.IGNORECASE
)
_DIGIT = re.compile(r"\d|[一二三四五六七八九十两半]+成|百分之|一半")
_LATIN = re.compile(r"[A-Za-z]{3,}")


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one draft."""

    text: str
    problem: Problem
    problem_words: tuple[str, ...]
    thing: str
    thing_words: tuple[str, ...]
    aim: str
    field: tuple[str, tuple[str, ...]] | None
    industry: tuple[str, tuple[str, ...]] | None
    quantities: tuple[Quantity, ...]


def read(draft: Mapping[str, Any]) -> Reading:
    """Read the person's own words in a draft."""
    text = told(draft)
    problem, hits = kind_of(f"{draft.get('title') or ''}\n{text}\n{draft.get('function') or ''}")
    thing, words = _thing(draft, text, problem)
    field, industry = _codes(f"{draft.get('object') or ''}\n{text}", words)
    return Reading(
        text, problem, hits, thing, words, _aim(text), field, industry, tuple(find_quantities(text))
    )


def told(draft: Mapping[str, Any]) -> str:
    """Join the title, the problem and the aim: the words in which needs are told."""
    parts = [str(draft.get(name) or "").strip() for name in ("title", "problem", "function")]
    kept = [
        part
        for number, part in enumerate(parts)
        if part and not any(part in other for other in parts[number + 1 :])
    ]
    return fold("\n".join(dict.fromkeys(kept))[:_LONGEST])


def kind_of(text: str) -> tuple[Problem, tuple[str, ...]]:
    """Pick the problem type with the most, then the earliest words.

    >>> kind_of("我们的烘干机太费气")[0].code, kind_of("你好")[0].code
    ('gas', 'general')
    """
    best, best_key, best_words = problems()[-1], (0, 0, 0), ()  # type: Problem, tuple[int, int, int], tuple[str, ...]
    for problem in problems():
        hits = list(problem.pattern.finditer(text)) if problem.pattern else []
        words = tuple(dict.fromkeys(hit.group() for hit in hits))
        key = (len(words), -hits[0].start() if hits else 0, 0)
        if hits and key > best_key if best_key[0] else bool(hits):
            best, best_key, best_words = problem, key, words
    return best, best_words


def _thing(draft: Mapping[str, Any], text: str, problem: Problem) -> tuple[str, tuple[str, ...]]:
    given = _CLAUSE.split(fold(str(draft.get("object") or "")).strip())[
        0
    ].strip()  # without its size, place and number
    known = list(thing_pattern().finditer(text))
    words = tuple(dict.fromkeys(match.group() for match in known))
    if given:
        return given, words
    if known:
        return _nearest(known, text, problem), words
    return _subject(text), ()


def _nearest(known: list[re.Match[str]], text: str, problem: Problem) -> str:
    """Of several things the one beside the first problem word; one standing before it is preferred."""
    spans = _joined(known)
    hit = problem.pattern.search(text) if problem.pattern else None
    if hit is None:
        return text[slice(*spans[0])]

    def distance(span: tuple[int, int]) -> tuple[int, int]:
        start, end = span
        overlaps = start < hit.end() and hit.start() < end
        gap = hit.start() - end if end <= hit.start() else 2 * (start - hit.start()) + 4
        return (0 if overlaps else gap), start - end

    return text[slice(*min(spans, key=distance))]


def _joined(known: list[re.Match[str]]) -> list[tuple[int, int]]:
    """马铃薯淀粉 + 废水: things written without a gap are one thing."""
    spans: list[tuple[int, int]] = []
    for match in known:
        if spans and spans[-1][1] == match.start() and match.end() - spans[-1][0] <= 12:
            spans[-1] = (spans[-1][0], match.end())
        else:
            spans.append(match.span())
    return spans


def _subject(text: str) -> str:
    for clause in _CLAUSE.split(text)[:12]:
        match = _SUBJECT.match(clause)
        if match and not _NOT_THINGS.match(match["thing"]):
            return match["thing"].removesuffix("的").removesuffix("得")
    english = _ENGLISH.search(text)
    return english["thing"] if english else ""


def _aim(text: str) -> str:
    """The wish in the person's own words, where it holds no figure and asks for a thing, not for a person."""
    for match in _WISH.finditer(text):
        aim = re.sub(r"^(?:能够?|可以|把|将|要|是)", "", match["aim"]).strip()
        if not _DIGIT.search(aim) and not _NO_AIM.match(aim) and len(aim) >= 5:
            return aim
    english = _WISH_ENGLISH.search(text)
    return english["aim"].strip() if english and not _DIGIT.search(english["aim"]) else ""


def _codes(
    text: str, words: tuple[str, ...]
) -> tuple[tuple[str, tuple[str, ...]] | None, tuple[str, tuple[str, ...]] | None]:
    found = [things()[match.group().lower()] for match in thing_pattern().finditer(text)]
    return _most([(thing.field, thing) for thing in found]), _most(
        [(thing.industry, thing) for thing in found]
    )


def _most(votes: list[tuple[str, Thing]]) -> tuple[str, tuple[str, ...]] | None:
    if not votes:
        return None
    code = Counter(code for code, _ in votes).most_common(1)[0][0]
    return code, tuple(dict.fromkeys(thing.word for vote, thing in votes if vote == code))


def is_english(text: str) -> bool:
    """Say whether the words are English: latin words and no Chinese."""
    return bool(_LATIN.search(text)) and not re.search("[\u4e00-\u9fff]", text)
