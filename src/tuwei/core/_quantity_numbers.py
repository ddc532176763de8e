"""Numbers as people write them: 1,200 · 3.5×10^8 · 百分之三十 · 三成 · 两万 · 半小时 · 1/3 · two thirds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from tuwei.core._quantity_atoms import SCALES
from tuwei.core.units import UNIT_PATTERN

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_CN = "[零〇一二两三四五六七八九十百千万亿]"
_ENGLISH = {
    word: value
    for words, values in (
        ("two three four five six seven eight nine ten eleven twelve", range(2, 13)),
        ("fifteen twenty thirty forty fifty sixty seventy eighty ninety", (15, *range(20, 100, 10))),
    )
    for word, value in zip(words.split(), values, strict=True)
}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_VERB_END = "[少低短小省约高加降升减缩长了到]"  # a fraction behind one of these is a share: 减少1/3
_POWER = r"10\s?(?:\^\s?\(?|(?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])|\*\*|的)\s?-?[0-9⁰¹²³⁴⁵⁶⁷⁸⁹⁻]{1,3}\)?(?:次方|次幂)?"
_PLAIN = r"(?:\d{1,3}(?:,\d{3}){1,8}(?![\d])(?:\.\d{1,20})?|\d{1,30}(?:\.\d{1,20})?)"

#: One number, not yet its unit. Every repetition is bounded.
NUMBER = re.compile(
    # Most characters begin no number: one look decides whether the thirteen ways are tried.
    rf"""(?=[\d零〇一二两三四五六七八九十百千万亿半翻aefhnost])(?:
    (?P<power>{_POWER})
  | (?P<slash>(?:(?<={_VERB_END})|(?<={_VERB_END}[约近 ])|(?<=来的)|(?<=by\ ))[1-9]/[2-9](?![\d/.]))
  | (?P<arabic>{_PLAIN}(?:[eE][+-]?\d{{1,3}}(?![\dA-Za-z])|\s?[×xX*]\s?{_POWER})?)
    (?P<tenth>\s?成(?P<half>半)?(?![分本果功份熟品年立交效体员都为]))?
  | (?P<share>(?P<base>[百千万]分之)(?P<of>\d{{1,9}}(?:\.\d{{1,9}})?|{_CN}{{1,9}}(?:点[零〇一二三四五六七八九]{{1,9}})?))
  | (?P<whole>一半)
  | (?P<fraction>[二三四五六七八九十]分之[一二两三四五六七八九])
  | (?P<cnten>[一二两三四五六七八九])成(?P<cnhalf>半)?(?![分本果功份熟品年立交效体员都为])
  | (?P<part>(?<![A-Za-z-])(?:one|two|three|(?<=by\ )an?)[ -](?:third|quarter|fifth|tenth)s?(?![A-Za-z-])|(?<=by\ )half(?![A-Za-z-]))
  | (?P<english>(?<![A-Za-z-])(?:{"|".join(_ENGLISH)})(?![A-Za-z-]))
  | (?P<chinese>(?<![前后上下大])半(?=个?[小年天月周])|{_CN}{{1,12}}(?:点[零〇一二三四五六七八九]{{1,9}})?)
  | (?P<double>翻(?P<times>[一两])?番))
""",
    re.VERBOSE,
)
_UNIT = re.compile(UNIT_PATTERN)
_SCALE_TAIL = re.compile(
    rf"(?:{'|'.join(s for s in SCALES if not s.isascii())})(?!元|分之)|(?:million|billion|thousand)(?![a-z])"
)
_TIMES = re.compile("[×xX*](?=10)")
_BARE_POWER = re.compile(r"10(?:\^|\*\*|的|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])")
_HALF = Decimal("0.5")
_HALF_UNIT = re.compile("半(?P<unit>小时|月|星期|钟头)")
_SPACE = re.compile(r"[ \t\u00a0\u3000]{0,3}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number with what hangs on it: ``value`` [unit], ``scale`` is the spelled multiplier, if apart."""

    start: int
    end: int
    value: Decimal
    unit: str
    chinese: bool
    rounded: bool = False
    number_end: int = 0


def read_number(text: str, match: re.Match[str]) -> Number | None:
    """Turn a match of :data:`NUMBER` into a number with its unit, or ``None`` when it is no number."""
    start, end = match.span()
    fixed = _proportion(match)
    if fixed is not None:
        value, unit, rounded = fixed
        return Number(start, end, value, unit, False, rounded, end)
    spelled = match["chinese"] or match["english"]
    if spelled:
        value_or_none = Decimal(_ENGLISH[spelled]) if spelled in _ENGLISH else parse_chinese(spelled)
        if value_or_none is None:
            return None
        value = value_or_none
    else:
        value = _arabic(match["power"] or match["arabic"])
    return _with_half(text, _with_unit(text, start, end, value, chinese=bool(spelled)))


def _with_half(text: str, number: Number) -> Number:
    """两年半, 一个半小时: the half behind the unit or behind 个."""
    if number.unit in ("年", "天", "周", "倍") and text.startswith("半", number.end):
        return replace(number, end=number.end + 1, value=number.value + _HALF)
    if number.unit == "个" and (unit := _HALF_UNIT.match(text, number.end)):
        return replace(number, end=unit.end(), value=number.value + _HALF, unit=unit["unit"])
    return number


def _with_unit(text: str, start: int, end: int, value: Decimal, *, chinese: bool) -> Number:
    gap = _SPACE.match(text, end)
    here = gap.end() if gap else end
    unit = _UNIT.match(text, here)
    if unit:
        return Number(start, unit.end(), value, unit.group(), chinese, False, end)
    scale = _SCALE_TAIL.match(text, here)
    if not scale:
        return Number(start, end, value, "", chinese, False, end)
    value *= SCALES[scale.group()]
    gap = _SPACE.match(text, scale.end())
    unit = _UNIT.match(text, gap.end() if gap else scale.end())
    after = unit.end() if unit else scale.end()
    return Number(start, after, value, unit.group() if unit else "", chinese, False, end)


def _proportion(match: re.Match[str]) -> tuple[Decimal, str, bool] | None:
    """百分之…, …成, …分之一, 1/3, two thirds, 一半: value, unit and whether it had to be rounded."""
    if match["share"]:
        of = match["of"]
        value = Decimal(of) if of[0].isdigit() else parse_chinese(of) or Decimal(0)
        return {"百": (value, "%", False), "千": (value, "‰", False), "万": (value / 100, "%", False)}[
            match["base"][0]
        ]
    if match["cnten"] or match["tenth"]:
        tens = Decimal(_DIGITS[match["cnten"]]) if match["cnten"] else _arabic(match["arabic"])
        return tens * 10 + (5 if match["half"] or match["cnhalf"] else 0), "%", False
    if match["fraction"]:
        below, _, above = match["fraction"].partition("分之")
        return _share(Decimal(_DIGITS[above]), parse_chinese(below) or Decimal(1))
    if match["slash"]:
        return _share(Decimal(match["slash"][0]), Decimal(match["slash"][2]))
    if match["part"]:
        above, _, below = match["part"].replace("-", " ").rpartition(" ")
        return _share(Decimal(_ENGLISH.get(above, 1)), Decimal(_PARTS[below.rstrip("s")]))
    if match["double"]:  # 翻两番 is four times as much
        return Decimal(300 if match["times"] == "两" else 100), "%", False
    return (Decimal(50), "%", False) if match["whole"] else None


def _share(above: Decimal, below: Decimal) -> tuple[Decimal, str, bool]:
    share = 100 * above / below
    rounded = share.quantize(Decimal("0.01"))
    return rounded.normalize() if rounded == share else rounded, "%", rounded != share


def _arabic(text: str) -> Decimal:
    body = text.replace(",", "").replace(" ", "")
    mantissa, times, power = body, "", ""
    if body.isascii() and body.replace(".", "").isdigit():  # the plain case
        return Decimal(body)
    parts = _TIMES.split(body, maxsplit=1)
    if len(parts) == 2:
        mantissa, times, power = parts[0], "x", parts[1]
    elif _BARE_POWER.match(body):
        mantissa, times, power = "1", "x", body
    if not times:
        return Decimal(mantissa)
    exponent = re.search(r"-?\d{1,3}", power[2:].translate(_SUPERSCRIPT))
    return Decimal(f"{mantissa}E{exponent.group() if exponent else 0}")


def parse_chinese(text: str) -> Decimal | None:
    """Read a Chinese numeral exactly; ``None`` when it is not one.

    >>> [str(parse_chinese(t)) for t in ("三十五", "两万", "一千二百", "三点五", "十", "一百零五", "二〇二四")]
    ['35', '20000', '1200', '3.5', '10', '105', '2024']
    >>> [str(parse_chinese(t)) for t in ("一百二", "两万三", "三千零五")]  # 一百二 is short for 一百二十
    ['120', '23000', '3005']
    >>> parse_chinese("万") is None, parse_chinese("十百") is None
    (True, True)
    """
    if text == "半":
        return _HALF
    whole, _, tail = text.partition("点")
    value = _chinese_integer(whole)
    if value is None:
        return None
    return Decimal(f"{value}.{''.join(str(_DIGITS[c]) for c in tail)}") if tail else Decimal(value)


def _chinese_integer(text: str) -> int | None:
    if all(c in _DIGITS for c in text) and (len(text) > 2 or (len(text) == 2 and text[0] in "零〇")):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = 0
    digit: int | None = None
    last_place = 10**5
    for position, char in enumerate(text):
        if char in _DIGITS:
            if digit:  # two digits in a row is a list ("三五个"), not a number
                return None
            digit = _DIGITS[char]
        elif char in _PLACES:
            place = _PLACES[char]
            leads = not position and (char == "十" or text[1:2] in ("万", "亿"))  # 百万, 千万
            if place >= last_place or (digit is None and not leads):
                return None
            section, digit, last_place = section + (digit or 1) * place, None, place
        else:
            section += digit or 0
            if not section:
                return None
            total, section, digit, last_place = (total + section) * SCALES[char], 0, None, 10**5
    return total + section + (digit or 0) * _short_for(text)


def _short_for(text: str) -> int:
    """一百二: a last digit right behind a place of a hundred or more counts the next lower place."""
    before = text[-2:-1]
    size = _PLACES.get(before) or (SCALES.get(before, 1) if before else 1)
    return size // 10 if size > 10 else 1
