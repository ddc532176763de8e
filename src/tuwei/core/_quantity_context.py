"""What the words around a number say: comparator, change, and the name of the thing measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tuwei.core._quantity_names import polarity
from tuwei.core._quantity_rates import PER, per_named
from tuwei.core._quantity_types import Change, Comparator
from tuwei.core._quantity_words import AFTER, BEFORE, COMPOUND, DOWN, FILLER, LIMIT, NOT, REACH, TO, UP

_WINDOW = 64  # characters read on either side of a number
_WORD = 20  # longest comparator or verb, in characters
_NAME = 24  # longest name kept, in characters


def _ending(words: str) -> re.Pattern[str]:
    """Match words at the end; a latin word must start at a word boundary."""
    return re.compile(rf"(?:(?<![A-Za-z])(?=[A-Za-z])|(?![A-Za-z]))(?:{words})\s*$")


_BEFORE_END = tuple((kind, _ending(words)) for kind, words in BEFORE)
_AFTER_START = tuple((kind, re.compile(rf"\s{{0,2}}(?:{words})(?![A-Za-z])")) for kind, words in AFTER)
_UP_END, _DOWN_END, _FILLER_END = _ending(UP), _ending(DOWN), _ending(FILLER)
_LIMIT_END, _REACH_END, _TO_END, _HIGH_END = (
    _ending(LIMIT),
    _ending(REACH),
    _ending(TO),
    _ending("高达|多达|约达|长达|低至|最高达"),
)
_COMPOUND_END = _ending(COMPOUND)
_BESIDE = re.compile("比(?!例|重|表面|容|强|能|值)|较(?!为)|相比")
_BESIDE_END = _ending("高|低|多|少|大|小|长|短|贵|便宜|轻")  # 比进口产品低 30 %
_NOW_END = _ending("现在|目前|当前|现阶段|如今|现|now|currently|at present")
_LONG_UP, _LONG_DOWN = (
    "|".join(one for one in words.split("|") if len(one) > 1 and "?<!" not in one) for words in (UP, DOWN)
)  # a single character may begin a noun: 减速机, 提供
_COMPARATORS = frozenset(kind for kind, _ in BEFORE)
_ENDINGS = (  # tried in this order
    *_BEFORE_END,
    ("high", _HIGH_END),
    ("limit", _LIMIT_END),
    ("reach", _REACH_END),
    ("compound", _COMPOUND_END),
    ("up", _UP_END),
    ("down", _DOWN_END),
    ("to", _TO_END),
    ("beside", _BESIDE_END),
    ("now", _NOW_END),
    ("filler", _FILLER_END),
)
_UP_START = re.compile(rf"(?:{_LONG_UP})(?:了|of\b|the\b|in\b|\s)*")
_DOWN_START = re.compile(rf"(?:{_LONG_DOWN})(?:了|of\b|the\b|in\b|\s)*")
_EN_CHANGE = re.compile(
    rf"(?<![A-Za-z])(?:(?P<up>{UP[UP.index('increas') :]})|(?P<down>{DOWN[DOWN.index('reduc') :]}))(?![A-Za-z])",
    re.IGNORECASE,
)
_EN_AFTER = re.compile(
    r"\s{1,2}(?:(?P<down>reduction|decrease|savings?|less|lower|fewer|drop|cut|shorter)"
    r"|(?P<up>increase|more|higher|improvement|rise|growth|gain|longer))(?![A-Za-z])(?:\s(?:in|of|for)(?:\sthe)?)?(?P<name>(?:\s[A-Za-z][A-Za-z-]*){0,4})"
)
_NOW_AFTER = re.compile(r"\s(?:now|at present|currently|at the moment|today)(?![A-Za-z])")
_CN_AFTER = re.compile(
    r"\s{0,2}(?:的)(?:(?P<down>降幅|下降|节约|减幅|降低|减少|缩短)|(?P<up>增幅|提升|增长|提高|增加))"
)
_HARD = re.compile(
    r"[,。;!?\n\r\t、,;{}\[\]【】《》“”\"|]|\.\s|(?<![A-Za-z])(?:and|but|while|with|that|which|which\sis)\s|(?:并且|并(?!发|联|网|购|排|行|条)|且|同时|以及|使得|使(?!用)|让|将(?!来)|把(?!手)|其中|但是|但|却|而且|而|则|就会|只要|如果|以便|从而|确保|保证|实现|要求|希望|需要|想要|想把|想|需将|寻求|满足|导致|造成|引起|应有)"
)
_WALLS = (",", "。", ";", "!", "?", "\n", "、")  # no comparator or name reaches across these
_FINE = re.compile("精度|分辨率|偏差|公差")
_ORDINAL = re.compile("[\\d一二三四五六七八九十两几多半]")
_FRONT = re.compile(r"(?:(?P<ge>至少|最少|起码)|(?P<le>至多|最多|顶多))")
_FAR = re.compile(
    rf"(?:(?P<ge>{NOT}(?:低于|少于|小于))|(?P<le>{NOT}(?:高于|超过|大于|多于)))[\u4e00-\u9fff]{{2,8}}$"
)
_LATIN = re.compile("[A-Za-z]")
_LETTER = re.compile(r"[^\W\d_]")
_BRACKET = re.compile(r"\([^()]{0,24}\)")
_NOW = re.compile(
    r"目前|现在|当前|现有|现状|如今|眼下|现阶段|原来|原有|以前|过去|此前|一直|原先|每年都|(?<![A-Za-z])(?:present|current|existing)(?![A-Za-z])|currently|at\spresent|now|today|previously|at\sthe\smoment"
)
_OTHERS = re.compile(
    r"(?:传统|常规|普通|现行|国内同类|国外同类)(?:的)?(?:工艺|方法|设备|技术|产品|方式|做法|检测|模式)"
)
_LEAD = re.compile(
    r"^(?:(?:比对照|比传统|较对照|较传统|相比|比(?!表面|例|重|容|强|能|值|电)|较|与|和|及|或|对(?!比|照|苯|虾|焦|位)|对于|在(?!线|位)|于|其(?!他)|该|我们的?|我公司|我厂|公司|"
    r"本(?!底|地|土|体)|的|由|从|把|将(?!来)|使(?!用)|可(?!用|靠|溶|降|见|追|信|吸|燃|视)|能够|能(?!耗|效|量|源|力|见|级)|可以|需(?!求|氧|水)|需要|要(?!素)|应(?!用|力|答|变|急)|希望|要求|最终|平均|"
    r"年均|其中|整体|综合(?=[\u4e00-\u9fff]{3})|单次|现(?!有|场|金|代|存)|每一?(?![批次])|这|那|已|了|是|有(?!效|机|害|毒|色|用|限)|为|达(?!标|产)|当(?!量|归|地|年)|且|并(?!发|联|网|购|排|行|条)|同比|环比|较?上年|比上年|以及|"
    r"而|就|也|还|都|才|最好|做到|满足|保证|确保|实现|按|用(?!水|电|气|药|肥|工|量|户|料|能|煤|时)|大约|达到|只|一般|目前|想|到)"
    r"|(?:the|a|an|our|its|their|of|in|for|to|by|we|keep|with|is|are|want|need|and|about|have|has|around|at|on|should|must|it|that|bring|get|is)(?![A-Za-z]))\s*",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"(?:的|了|在|由|从|自|为|是|可|能|要|应|需|将|也|都|就|仅|只|约|等|不|再|地|应当|应该|必须|一般|大约|希望|左右|要求|目前|现在|每|也要|均|最好|可以|能够|:|：|\(|\)|-|—|·|\s|is|are|of|the|to|be|by|should|must|a|an|has|have|was|for|per|at|in|with|can|will|down|up)$"
)
_COMPARED = re.compile(
    r"^(?:比|较|与|相比|相较于?|和)[^,。]{0,14}?(?:相比|对照|品种|工艺|传统|设备|方法|常规|系统|产品|现有)(?:的)?"
)
_AFTER_NAME = re.compile(r"(?:的|\s)?(?P<name>[\u4e00-\u9fff]{2,12})")
_STOP_NAME = re.compile(
    r"的|以|之|左|上下|内|及|和|或|并|且|而|但|时|后|前|就|才|也|都|能|可|需|要|为|在|是|到|至|进行|提高|降低|减少|增加|达|不|用于|作为|来|了|吗|呢|吧|才|还|太|就是|完成|建成|实现|投入"
)


@dataclass(slots=True)
class Frame:
    """What was read so far from the words around one number."""

    comparator: str = ""
    change: Change | None = None
    level: bool = False
    reach: bool = False
    limit: bool = False
    baseline: bool = False
    start: int = 0
    end: int = 0
    name: str = ""
    per: str = ""
    taken: int = 0


def read_before(text: str, floor: int, start: int) -> Frame:
    """Peel comparators, verbs and fillers off the words left of ``start``; what remains is the name."""
    frame = Frame(start=start)
    lowest = max(floor, start - _WINDOW)
    lowest += max(map(text[lowest:start].rfind, _WALLS)) + 1
    if lowest and text.startswith("年", lowest) and _ORDINAL.match(text[lowest - 1]):  # 第二年
        lowest += 1
    left = text[lowest:start]
    frame.taken = len(left)
    while left:
        shorter = _peel(frame, left)
        if len(shorter) == len(left):
            break
        left = shorter
    frame.start = lowest + frame.taken
    _settle(frame)
    _name_before(frame, left)
    return frame


def _peel(frame: Frame, left: str) -> str:
    """Take one word off the end, or return ``left`` unchanged."""
    bare = left.rstrip(" \u00a0\u3000")
    if len(bare) != len(left):
        return bare
    if left[-1].isdigit():  # no word ends in a digit
        return left
    near = max(0, len(left) - _WORD)
    for kind, pattern in _may_end(left[-1]):
        match = pattern.search(left, near)
        if match and _fits(frame, kind, left, match):
            return _take(frame, kind, left, match)
    return left


@lru_cache(maxsize=4096)
def _may_end(last: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Keep the kinds of words that can end in this character: a Chinese one must stand in the pattern."""
    return tuple(one for one in _ENDINGS if last.isascii() or last in one[1].pattern)


def _fits(frame: Frame, kind: str, left: str, match: re.Match[str]) -> bool:
    if kind == "to":
        return not frame.change
    return kind != "beside" or bool(_BESIDE.search(left, max(0, len(left) - _WORD), match.start()))


def _take(frame: Frame, kind: str, left: str, match: re.Match[str]) -> str:
    """Note what the word says and cut it off."""
    if kind in _COMPARATORS:
        return _take_comparator(frame, kind, left, match.start())
    if kind == "compound":
        return _take_compound(frame, left, match)
    if kind in ("now", "filler"):
        frame.baseline |= kind == "now"
        return left[: match.start()]
    if kind in ("up", "down", "beside"):
        up = kind == "up" or (kind == "beside" and match.group().strip() in "高多大长贵")
        frame.change = frame.change or ("increase" if up else "decrease")
    else:
        frame.level = True
        frame.limit |= kind == "limit"
        frame.reach |= kind == "reach"
    frame.taken = match.start()
    return left[: match.start()]


def _take_comparator(frame: Frame, kind: str, left: str, cut: int) -> str:
    if not frame.comparator or frame.comparator == "approx":
        frame.comparator = kind
    frame.taken = cut
    return left[:cut]


def _take_compound(frame: Frame, left: str, match: re.Match[str]) -> str:
    """节水 30 %: the verb and the thing in one word; the word stays as the name."""
    word = match.group().strip()
    if frame.level and not frame.comparator:  # 节能率达到 75 %: the share saved, at least
        frame.comparator, frame.level = "ge", False
    frame.change = frame.change or ("increase" if word[0] == "增" else "decrease")
    frame.name, frame.taken = frame.name or word, match.start()
    return left[: match.start()]


def _settle(frame: Frame) -> None:
    """A change verb followed by 到 is a level: 降到 12 % means ≤ 12 %, 提高到 95 % means ≥ 95 %."""
    if frame.level and frame.change and not frame.comparator:
        frame.comparator = "ge" if frame.change == "increase" else "le"
    if frame.level:
        frame.change = None
    if frame.limit and not frame.comparator:
        frame.comparator = "le"
    if frame.reach and not frame.comparator:
        frame.comparator = "reach"


def _name_before(frame: Frame, left: str) -> None:
    if not _LETTER.search(left):
        return
    region = _BRACKET.sub("", left)
    if region.endswith("(") or region.endswith("（"):
        region = region[:-1]
    pieces = list(_HARD.split(region))
    clause = pieces[-1] if pieces else ""
    frame.baseline = frame.baseline or bool(_NOW.search(clause))
    frame.baseline |= bool(_OTHERS.match(clause)) and frame.change is None
    frame.per = "·".join(per["unit"] for per in PER.finditer(clause))
    clause = PER.sub("", clause)
    verb = _english_change(frame, clause)
    name = _tidy(clause if verb is None else verb)
    name = _leading_bound(frame, clause, name)
    name = _leading_verb(frame, name)
    if frame.name and not frame.per:  # 户均增收 2600 元
        frame.per = per_named(clause.strip() + frame.name)
    if frame.name and name in ("年", "日", "月"):  # 年节电 120 万千瓦时
        frame.per = name
        return
    if name and not (frame.name and len(name) > 12):
        frame.name = name if not frame.name else frame.name


def _leading_bound(frame: Frame, clause: str, name: str) -> str:
    """至少节约成本 100 万元; 造价不高于进口设备的 60 %: the comparator stands apart from the number."""
    if frame.comparator:
        return name
    if match := _FRONT.match(name):
        frame.comparator = "ge" if match["ge"] else "le"
        return _tidy(name[match.end() :])
    if "约占" in name or "约相当" in name:
        frame.comparator = "approx"
    if match := _FAR.search(name):
        frame.comparator = "ge" if match["ge"] else "le"
        return _tidy(name[: match.start()])
    return name


def _english_change(frame: Frame, clause: str) -> str | None:
    """``reduce water use by 30 %``: the verb stands before the name."""
    found = next(iter(list(_EN_CHANGE.finditer(clause))[-1:]), None) if _LATIN.search(clause) else None
    if found is None:
        return None
    if not frame.level:
        frame.change = frame.change or ("increase" if found["up"] else "decrease")
    elif frame.comparator in ("", "reach"):
        frame.comparator = "ge" if found["up"] else "le"
    behind = clause[found.end() :].strip()
    return behind or clause[: found.start()]


def _leading_verb(frame: Frame, name: str) -> str:
    for direction, pattern in (("increase", _UP_START), ("decrease", _DOWN_START)):
        match = pattern.match(name)
        if match and len(name) - match.end() >= 2:
            if frame.level and (not frame.comparator or frame.reach):
                frame.comparator = "ge" if direction == "increase" else "le"
            elif not frame.level and frame.change is None:
                frame.change = "increase" if direction == "increase" else "decrease"
            return _tidy(name[match.end() :])
    return name


def _tidy(name: str) -> str:
    """Strip helper words off both ends and keep the last ``_NAME`` characters."""
    name = _NOW.sub("", name).rsplit(":", 1)[-1].strip(" ()-—·")
    name = _COMPARED.sub("", name)
    for pattern in (_LEAD, _TRAIL):
        for _ in range(6):
            if pattern is _TRAIL and name and not name[-1].isascii() and name[-1] not in pattern.pattern:
                break
            shorter = pattern.sub("", name, count=1).strip(" ()-—·")
            if shorter == name:
                break
            name = shorter
    _head, found, tail = name.rpartition("的")
    if found and len(tail) >= 4:
        name = tail
    name = name if not name.isascii() else " ".join(name.split()[-6:])
    return name if len(name) <= 48 and (name.isascii() or len(name) <= _NAME) else name[-_NAME:]


def read_after(frame: Frame, text: str, end: int) -> None:
    """Read 以上, 左右, "or less", "reduction in …" right of the number."""
    frame.end = end
    for kind, pattern in _AFTER_START:
        if match := pattern.match(text, end):
            if (
                not frame.comparator
                or frame.limit
                or frame.reach
                or frame.level
                or frame.comparator == "approx"
            ):
                frame.comparator = kind
            frame.end = match.end()
            break
    if _NOW_AFTER.match(text, frame.end):
        frame.baseline = True
    match = _EN_AFTER.match(text, frame.end) or _CN_AFTER.match(text, frame.end)
    if match and frame.change is None and not frame.level:
        frame.change = "increase" if match["up"] else "decrease"
        name = match.groupdict().get("name") or ""
        frame.end = match.end() if not name else match.start("name")
        frame.name = _tidy(name) or frame.name


def name_after(frame: Frame, text: str, end: int) -> None:
    """5000 头奶牛: with nothing named before, the noun behind names the thing."""
    match = _AFTER_NAME.match(text, end)
    if match:
        frame.name = _tidy(_STOP_NAME.split(match["name"], maxsplit=1)[0])


def comparator_of(frame: Frame, unit: str) -> Comparator:
    """Settle 优于: smaller is better for sizes and times, larger for shares."""
    if (
        frame.comparator == "reach"
    ):  # 损失率达到 30 % tells damage, 亩产达到 3 吨 a goal, 精度达到 5 mm a size
        fine = _FINE.search(frame.name) and unit not in ("%", "‰", "倍", "")
        return "eq" if fine or polarity(frame.name) == "lower" else "ge"
    if frame.comparator == "better":
        return "ge" if unit in ("%", "‰", "倍", "") else "le"
    known: dict[str, Comparator] = {"le": "le", "lt": "lt", "ge": "ge", "gt": "gt", "approx": "approx"}
    return known.get(frame.comparator, "eq")
