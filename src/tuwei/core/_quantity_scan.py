"""Walk through a text once and read every quantity in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import cast

from tuwei.core._quantity_atoms import ATOMS, COUNT_UNITS, SCALES
from tuwei.core._quantity_context import Frame, comparator_of, name_after, read_after, read_before
from tuwei.core._quantity_folding import FOLD
from tuwei.core._quantity_masks import masked
from tuwei.core._quantity_numbers import NUMBER, Number, read_number
from tuwei.core._quantity_rates import per_named
from tuwei.core._quantity_types import Comparator, Quantity
from tuwei.core.units import canonical

_JOIN = re.compile(r"\s{0,2}(?:-{1,2}|[–—]{1,2}|~|至|到|to(?=\s)|and(?=\s)|与|和)\s{0,2}")
_PLUS_MINUS = re.compile(r"\s{0,2}(?:±|\+/-|\+-)\s{0,2}")
_ALONE = re.compile(r"(?:±|\+/-|\+-)\s?\Z")
_BETWEEN = re.compile(r"(?:between|介于|在)\s?-?\Z")
_MINUS = re.compile(
    r"(?:零下|负|(?:(?<=at )|(?<=of )|(?<=to )|(?<=is )|(?<=om )|(?<=ow )|(?<=an )|(?<=en )|(?<=nd ))-|(?<![\d%℃A-Za-z\u4e00-\u9fff)][ ])(?<![\dA-Za-z%℃)])-\s?)\Z"
)
_SIGN = re.compile(r"(?:-|\+(?=\d)|零下|负)\s?")
_MOVES = re.compile(
    r"[^,。;!?\n]{0,14}?(?:降|减|升|提|增|缩|压|扩|涨|延长|改善|上升|下降|down\sto|up\sto|to\s|[到至])"
)
_SOURCE = re.compile(r"(?:由|从|自|from)\s?(?:目前|现在|当前|原来|原先|现有|此前)?(?:的|约|大约)?\s?\Z")
_RUN = re.compile(r"\d+|[零〇一二两三四五六七八九十百千万亿]+")
_BREAK = re.compile(r"[,，。;；!！?？\n、]")
_MOVE_TO = re.compile(
    r"(?:希望|想要?|目标|争取|要求)(?:到|是|为)?|[降升提减增缩压高少长短低大小加控][到至]|控制在|(?:down|up|reduced?|cut|raised?|lowered?|increased?)\sto"
)
_SOFT_TIME = frozenset(
    {
        "天",
        "日",
        "年",
        "月",
        "周",
        "季",
        "次",
        "回",
        "亩",
        "米",
        "度",
        "路",
        "家",
        "倍",
        "头份",
        "斤",
        "步",
        "分",
        "转",
    }
)
_COUNTED = (
    frozenset(name for name, meaning in ATOMS.items() if meaning.split("*")[0] in COUNT_UNITS) | _SOFT_TIME
)
_BARE_LEVEL = re.compile(
    r"(?:现在|目前|当前|如今|只有|仅|高达|now|currently|为|达|达到|到|至|=|:|是|of|is|reach|pH值?|PH值?|指数|系数|评分|(?<![对相])比|(?<![年季制])度|TRL)\s?\Z"
)
_RATIOS = frozenset({"%", "‰", "倍", "个百分点", "百分点", "℃", "ppm", "rpm", "转/分"})
_DURATIONS = frozenset({"年", "月", "个月", "天", "小时", "分钟", "秒", "h", "min", "s"})
_CURRENCIES = {"¥": "元", "$": "USD", "€": "EUR"}
_CURRENCY = re.compile(r"(CNY|RMB|USD|EUR|[¥$€])\s?\Z")
_FROM = re.compile(
    r"(?:reduc|decreas|lower|cut|drop|fell|fall|rose|ris|increas|grew|grow|improv|rais|shorten|went|goes)[a-z]{0,4}\s(?:[A-Za-z-]{1,16}\s){0,4}from\s\Z"
)
_SIDE_BY_SIDE = re.compile(r"[\s,，、]{0,2}(?:且|并且|并|和|而|and|but)?\s?")
_ENDURES = re.compile(r"(?:期|时间|寿命|周期|年限|保修|质保|工期|续航)(?:为|是|约)?\Z")
_EACH = re.compile(r"(?:每|第)\s?\Z|每(?:生产|加工|处理|制备|制取|烘干|消耗|升高|降低)\s?\Z")
_MASSES = re.compile("吨|公斤|千克|kg|立方|方|升")  # 吨/吨 is a ratio, 天/天 is nothing
_THINGS = frozenset({"件", "片", "台", "套", "批", "批次", "次", "头", "只", "辆"})  # 每件90秒
_FORMULA = 6  # longest formula or short symbol kept inside a name: CO2, PM2.5, D50
_SHORT = 8  # characters of 降至, to, 提高到 between two numbers that share the unit behind the second
_REACH = 40  # characters between a present value and the target that refers back to it


def find_all(text: str) -> Iterator[Quantity]:
    """Yield the quantities of ``text`` from left to right, each knowing the one before it."""
    earlier: Quantity | None = None
    for quantity in _scan(text):
        if earlier is not None and (both := _between_both(text, earlier, quantity)):
            earlier = both
            continue
        if earlier is not None:
            earlier, quantity = _refer(text, earlier, quantity)
            yield earlier
        earlier = quantity
    if earlier is not None:
        yield earlier


def _between_both(text: str, earlier: Quantity, quantity: Quantity) -> Quantity | None:
    """不低于 28 % 且不高于 35 %: a lower and an upper bound side by side are one range."""
    gap = text[earlier.end : quantity.start]
    if (quantity.name and quantity.name != earlier.name) or not _SIDE_BY_SIDE.fullmatch(gap):
        return None
    low, high = (earlier, quantity) if earlier.high is None else (quantity, earlier)
    if low.high is not None or high.low is not None or low.low is None or high.high is None:
        return None
    unit = low.unit or high.unit
    if _split(unit) != _split(high.unit or unit) or low.low >= high.high or earlier.change != quantity.change:
        return None
    words = text[earlier.start : quantity.end]
    return replace(
        earlier, text=words, end=quantity.end, comparator="range", low=low.low, high=high.high, unit=unit
    )


def _refer(text: str, earlier: Quantity, quantity: Quantity) -> tuple[Quantity, Quantity]:
    """消耗 35 立方米,希望降到 25 立方米: the nameless target takes the name, the first is the present value."""
    gap = text[earlier.end : quantity.start]
    if earlier.baseline and not earlier.unit and len(gap) <= _SHORT and not _BREAK.search(gap):
        earlier = replace(earlier, unit=quantity.unit)  # 由500降至400立方米
    carried = earlier.baseline and not _BREAK.search(gap)  # 从 75 % 晾晒到 18 %
    if (quantity.name and not carried) or len(gap) > _REACH or "\n" in gap:
        return earlier, quantity
    moves = bool(_MOVE_TO.search(text[earlier.end : quantity.end]))
    per = earlier.unit.partition("/")[2]
    rated = per and (_rateable(quantity.unit) or earlier.unit == f"{quantity.unit}/{per}")
    unit = f"{quantity.unit}/{per}" if rated else quantity.unit
    unit = unit or earlier.unit  # COD 12000 mg/L,要求降到 500 以下
    if _split(unit)[1] != _split(earlier.unit)[1] or not (moves or earlier.baseline):
        return earlier, quantity
    if earlier.baseline and quantity.comparator == "eq":
        quantity = _towards(earlier, quantity)
    present = replace(earlier, baseline=True) if earlier.comparator in ("eq", "approx", "range") else earlier
    return present, replace(quantity, name=earlier.name, unit=unit)


def _towards(start: Quantity, goal: Quantity) -> Quantity:
    """Fell from 500 to 400: where no word says which way, the two numbers do."""
    if start.low is None or goal.low is None or start.low == goal.low or start.unit != goal.unit:
        return goal
    if goal.low > start.low:
        return replace(goal, comparator="ge", high=None)
    return replace(goal, comparator="le", low=None)


def _scan(text: str) -> Iterator[Quantity]:
    folded = text.translate(FOLD)
    spans, floor, position = masked(folded), 0, 0
    span = next(spans, None)
    while match := NUMBER.search(folded, position):
        while span and span[1] <= match.start():
            floor, span = max(floor, _wall(folded, span)), next(spans, None)
        if span and span[0] < match.end() and match.start() < span[1]:
            position = max(span[1], match.start() + 1)
            continue
        found = _read(text, folded, match, floor)
        if found is None:
            position = _past_run(folded, match.end())
            continue
        quantity, position = found
        if quantity is not None:
            yield quantity
            floor = position


def _past_run(folded: str, position: int) -> int:
    """Skip the rest of an endless row of digits or numerals: no number has so many."""
    run = _RUN.match(folded, position)
    return run.end() if run else position


def _wall(folded: str, span: tuple[int, int]) -> int:
    """A date or number before ends the reach of a name; a formula such as CO2 or PM2.5 belongs to it."""
    first = folded[span[0]]
    return 0 if first.isascii() and first.isalpha() and span[1] - span[0] <= _FORMULA else span[1]


def _read(text: str, folded: str, match: re.Match[str], floor: int) -> tuple[Quantity | None, int] | None:
    first = read_number(folded, match)
    if first is None or _glued(folded, first):
        return None
    if first.unit == "目" and folded[first.start - 1 : first.start] == "-":
        return None, first.end  # -200目: what passes the sieve, a name
    first = _priced(folded, first)
    first, begin = _signed(folded, first)
    second, alone = _second(folded, first), _lone_tolerance(folded, begin)
    end = second[0].end if second else first.end
    frame = read_before(folded, floor, alone or begin)
    if not frame.comparator and _EACH.search(folded[max(0, begin - 4) : begin]):
        return None
    read_after(frame, folded, end)
    if match["double"]:
        frame.change = "increase"
    if not _belongs(folded, first, second[0] if second else None, frame, begin):
        return None, max(frame.end, end)
    return _build(text, folded, first, second, frame, begin, tolerance=alone is not None)


def _priced(folded: str, number: Number) -> Number:
    """CNY 1.5 million, ¥200/吨: the currency stands before."""
    sign = _CURRENCY.search(folded, max(0, number.start - 5), number.start)
    if not sign or (number.unit and not number.unit.startswith("/")):
        return number
    return replace(number, start=sign.start(), unit=_CURRENCIES.get(sign[1], sign[1]) + number.unit)


def _glued(folded: str, number: Number) -> bool:
    """``5G``, ``3D``: a letter right behind that forms no unit."""
    after = folded[number.end : number.end + 1]
    if after.isdigit() and number.number_end - number.start >= 12:
        return True
    return (not number.unit and after.isascii() and after.isalpha() and number.end == number.number_end) or (
        number.number_end - number.start > 40
    )


def _signed(folded: str, number: Number) -> tuple[Number, int]:
    before = folded[max(0, number.start - 5) : number.start]
    sign = _MINUS.search(before)
    if not sign:
        return number, number.start
    value = Number(
        number.start,
        number.end,
        -number.value,
        number.unit,
        number.chinese,
        number.rounded,
        number.number_end,
    )
    return value, number.start - len(sign.group())


def _lone_tolerance(folded: str, begin: int) -> int | None:
    """``±0.1 mm`` without a centre: where the sign stands."""
    match = _ALONE.search(folded[max(0, begin - 4) : begin])
    return begin - len(match.group()) if match else None


def _second(folded: str, first: Number) -> tuple[Number, str] | None:
    """Read the other end of a range or the tolerance behind ±."""
    plus_minus = _PLUS_MINUS.match(folded, first.end)
    join = plus_minus or _JOIN.match(folded, first.end)
    if not join:
        return None
    word = join.group().strip()
    if word == "to" and _FROM.search(folded, max(0, first.start - 60), first.start):
        return None  # fell from 88 % to 93 %: a start and a goal
    if word in ("and", "与", "和") and not _between(folded, first.start):
        return None
    at = join.end()
    prefix = "" if plus_minus else _prefix(folded, at)
    match = NUMBER.match(folded, at + len(prefix))
    number = read_number(folded, match) if match else None
    spelled_share = number is not None and number.chinese and folded.startswith("百分之", first.start)
    if number is None or _glued(folded, number) or (number.chinese != first.chinese and not spelled_share):
        return None
    if prefix and prefix != "+":
        number = Number(
            number.start, number.end, -number.value, number.unit, number.chinese, False, number.number_end
        )
    if first.unit and number.unit and not _alike(first.unit, number.unit):
        return None
    return number, "±" if plus_minus else "-"


def _prefix(folded: str, at: int) -> str:
    match = _SIGN.match(folded, at)
    return match.group() if match else ""


def _between(folded: str, start: int) -> bool:
    return bool(_BETWEEN.search(folded[max(0, start - 10) : start]))


def _split(unit: str) -> tuple[int, str]:
    for scale, size in SCALES.items():
        if unit.startswith(scale) and unit not in ATOMS and len(unit) > len(scale):
            return size, unit[len(scale) :].strip()
    return 1, unit


def _alike(left: str, right: str) -> bool:
    return _split(canonical(left))[1] == _split(canonical(right))[1]


def _belongs(folded: str, first: Number, second: Number | None, frame: Frame, begin: int) -> bool:
    """Keep numbers that measure something; drop bare ones nothing says a word about."""
    unit = canonical((second.unit if second else "") or first.unit)
    told = bool(frame.comparator or frame.change)
    if first.chinese:
        started = bool(_SOURCE.search(folded[max(0, begin - 12) : begin]))  # 从两周缩短到三天
        lasting = unit in _DURATIONS and bool(_ENDURES.search(frame.name))  # 保修三年
        counted = unit in _COUNTED and first.value < 100 and not lasting  # "三个车间" says nothing measurable
        return bool(unit) and (told or started or (not counted and first.value >= 2))
    if first.rounded or unit:
        return True
    if unit == "" and _SOURCE.search(folded[max(0, begin - 12) : begin]) and _MOVES.match(folded, first.end):
        return True  # pH由9.2降至8.5
    named = bool(frame.name) and bool(_BARE_LEVEL.search(folded[max(0, begin - 6) : begin]))
    return told or named or (second is not None and bool(frame.name) and "." in folded[begin : second.end])


def _build(
    text: str,
    folded: str,
    first: Number,
    second: tuple[Number, str] | None,
    frame: Frame,
    begin: int,
    *,
    tolerance: bool,
) -> tuple[Quantity, int]:
    other = second[0] if second else None
    unit = canonical((other.unit if other else "") or first.unit)
    end = frame.end
    _fix_source(folded, frame, begin, end)
    per = frame.per or per_named(frame.name)
    if (
        per
        and (_rateable(unit) or (unit in _DURATIONS and per in _THINGS))
        and (unit != per or _MASSES.match(per))
    ):
        unit = f"{unit}/{per}"
    if not frame.name:
        name_after(frame, folded, end)
    low, high, comparator = _bounds(first, second, frame, unit, tolerance=tolerance)
    start = min(frame.start, begin)
    quantity = Quantity(
        text[start:end],
        start,
        end,
        frame.name,
        cast(Comparator, comparator),
        low,
        high,
        unit,
        frame.change,
        frame.baseline,
    )
    return quantity, end


def _rateable(unit: str) -> bool:
    return bool(unit) and "/" not in unit and unit not in _RATIOS and unit not in _DURATIONS


def _fix_source(folded: str, frame: Frame, begin: int, end: int) -> None:
    """由 35 降至 25: the first number is where it starts."""
    if _SOURCE.search(folded[max(0, begin - 12) : begin]) and _MOVES.match(folded, end):
        frame.baseline, frame.change = True, None


def _bounds(
    first: Number, second: tuple[Number, str] | None, frame: Frame, unit: str, *, tolerance: bool
) -> tuple[Decimal | None, Decimal | None, str]:
    if second:
        low, high = _range(first, second)
        return low, high, "range"
    if tolerance:
        return -first.value, first.value, "range"
    comparator = "approx" if first.rounded and not frame.comparator else comparator_of(frame, unit)
    value = first.value
    low_or_none = None if comparator in ("le", "lt") else value
    high_or_none = None if comparator in ("ge", "gt") else value
    return low_or_none, high_or_none, comparator


def _range(first: Number, second: tuple[Number, str]) -> tuple[Decimal, Decimal]:
    other, kind = second
    if kind == "±":
        share = (
            first.value * other.value / 100
            if other.unit == "%" and first.unit not in ("%", "")
            else other.value
        )
        return first.value - share, first.value + share
    low = first.value
    scale = _split(canonical(other.unit))[0]
    own = _split(canonical(first.unit))[0]
    if scale > 1 and own != scale and (first.unit or abs(low) > abs(other.value) or _spelled(first)):
        low = low * own / scale
    return (low, other.value) if low <= other.value else (other.value, low)


def _spelled(number: Number) -> bool:
    """``10万`` in 10万–20万元: the scale is already in the value."""
    return not number.unit and number.end > number.number_end
