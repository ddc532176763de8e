"""Figures as they are spoken in an answer, written out: 两百来块一吨 → 约200元/吨.

Only answers to a question for a figure are read so; in a free text 一直 or 千万 would be no numbers.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from tuwei.core.quantity import parse_chinese
from tuwei.core.units import UNIT_PATTERN

_DIGIT = "一二两三四五六七八九"
_NUMERAL = f"[零〇{_DIGIT}十百千万亿]{{1,12}}(?:点[零〇{_DIGIT}]{{1,9}})?"
_PER = "吨|亩|公顷|公斤|千克|斤|头|只|羽|株|天|年|个月|月|度电|度|小时|分钟|升|方|平方米|平|批|台|件|车|个班|班|锅|炉|釜|户|人"
_UNITS = r"(?:[千万亿]?(?:块钱|块|元|毛钱|毛|分钱|立方米|立方|方|度电|度|公斤|千克|斤|升|吨|kWh|m³|m3))"
_CLOSE = r"\s?(?:以下|以内|之内|以上|左右|上下|封顶|来往|出头|就[行好够]|才[行好够])"
_ENGLISH = (
    (re.compile(r"cubic (?:met(?:re|er)s?)", re.IGNORECASE), "m3"),
    (re.compile(r"kilowatt[- ]hours?", re.IGNORECASE), "kWh"),
    (re.compile(r"(?<=[a-z0-9³%]) (?:an?|every|each|per) (?:metric )?(?:ton|tonne)\b", re.IGNORECASE), "/tonne"),
    (re.compile(r"(?<=[a-z³]) (?:an?|every|each) (?=(?:mu|day|year|month|hour|head|hectare)\b)", re.IGNORECASE), " per "),
    (re.compile(r"\bhalf\b(?! (?:a|an) )", re.IGNORECASE), "50 %"),
    (re.compile(r"\b(?:a|one) third\b", re.IGNORECASE), "33 %"),
    (re.compile(r"\b(?:a|one) quarter\b", re.IGNORECASE), "25 %"),
)  # fmt: skip
_FRONT = re.compile(
    rf"(?<![{_DIGIT}十百千万从由等第到\d])(?:一|1)(?P<per>{_PER})(?![半以内到降缩减])"
    rf"(?P<between>[^\d,。;!?、降缩减停到]{{0,8}}?)(?=(?:约|大概|大约|差不多|也就|得|要|用|花)?\s?(?:\d|{_NUMERAL}))"
)
_BACK = re.compile(
    rf"(?P<unit>{_UNITS})(?P<of>天然气|蒸汽|[气水电煤油药料粮奶])?(?:一|每)(?P<per>{_PER})(?![{_DIGIT}\d半])"
)
_PAIR = re.compile(
    rf"(?<![零〇{_DIGIT}点])(?P<head>(?:[零〇{_DIGIT}十百千万]{{0,8}}[十百千万])?)"
    r"(?P<low>[一两二三四五六七八])(?P<high>[二两三四五六七八九])(?P<place>[十百千万亿]{0,3})"
    rf"(?P<tenth>成)?(?![零〇{_DIGIT}年点])"
)
_NEXT = {"一两", "一二", "两三", "二三", "三四", "三五", "四五", "五六", "六七", "七八", "八九"}
_ABOUT = re.compile(
    rf"(?P<number>{_NUMERAL}|\d{{1,9}})(?:来|多|余|好几|把)(?=\s?(?:[万亿]?(?:{UNIT_PATTERN})|[万亿千百十]|个?点|[,。;!?、 ]|$))"
    rf"(?P<scale>[万亿]?)|(?P<known>{_NUMERAL}|\d{{1,9}})出头"
)
_ROUND = {"百": 100, "千": 1000, "万": 10_000}
_ROUNDLY = re.compile(rf"(?<![零〇{_DIGIT}十百千万分\d])(?P<place>[百千万])(?:八十|十来|把|十把)(?=[^分]|$)")
_HALF_AFTER = re.compile(
    rf"(?P<number>{_NUMERAL}|\d{{1,6}})(?P<unit>个?小时|块|天|年|吨|斤|公斤|个月|亩|方|度|米|倍)半"
)
_HALF_INSIDE = re.compile(rf"(?P<number>{_NUMERAL}|\d{{1,6}})个半(?=小时|月|钟头|点)")
_HALF_ALONE = re.compile(
    rf"(?<![一\d{_DIGIT}十百千万大多])半(?P<unit>个?小时|天|吨|年|斤|公斤|个月|亩|方|度电)(?!多|以上)"
)
_BARE_DIMES = re.compile(rf"(?P<tenth>[{_DIGIT}])毛(?P<hundredth>[{_DIGIT}](?!{_PER}))?(?:钱)?")
_SHORT_MONEY = re.compile(
    rf"(?P<whole>{_NUMERAL}|\d{{1,6}})块(?P<tenth>[{_DIGIT}]|\d(?![\d.%]))(?P<hundredth>[{_DIGIT}](?!{_PER}))?(?![十百千万个])"
)
_YUAN = re.compile(r"(?<=[\d万亿])块钱?(?![板茎儿])")
_OF = re.compile(
    r"(?P<all>\d{1,7})(?P<unit>[头只个株亩件袋箱台次条羽斤吨])\S?(?:里头|里面|当中|里|中)\D{0,6}?(?P<part>\d{1,7})(?:-(?P<most>\d{1,7}))?(?P=unit)?(?![\d%.])"
)
_HALVED = re.compile(r"[减砍](?:一)?半|对半砍")
_WORD = re.compile(_NUMERAL)
_BEFORE = re.compile(
    r"(?:[从由到至约近过于在是为想要A-Za-z]|现在|目前|大概|大约|差不多|不[足满]|[<>=≤≥:,]|最[多少]|至[多少]|顶多|也就)\s?$|^\s?$"
)
_AFTER = re.compile(rf"\s?(?:{UNIT_PATTERN}|[,。;!?、]|$)|{_CLOSE}|个?点|[到至~-]\s?[{_DIGIT}\d十百]")
_NO_NUMBER = re.compile(
    r"分(?!钟|钱)|成(?![分本果功份熟品年立])|半|些|样|直|定|般|共|起|下(?!限)|点(?!都|不|钱)|切|旦|再|律|向|边|面|会儿"
)


def spoken(text: str) -> str:
    """Write the number words of an answer as digits; what is no number stays.

    Parameters
    ----------
    text
        An answer to a question for a figure, half-width punctuation.

    Examples
    --------
    >>> spoken("大概一百二十方左右吧,想降到八十五以下")
    '大概120方左右吧,想降到85以下'
    >>> spoken("两百来块一吨"), spoken("七八十"), spoken("一亩地要二百四十方水")
    ('约200元/吨', '70-80', '每亩地要240方水')
    >>> spoken("三成"), spoken("一直不行"), spoken("两块五一斤")
    ('三成', '一直不行', '2.5元/斤')
    """
    for pattern, written in _ENGLISH:
        text = pattern.sub(written, text)
    text = _FRONT.sub(r"每\g<per>\g<between>", text)
    text = _SHORT_MONEY.sub(_money, text)
    text = _BARE_DIMES.sub(_dimes, text)
    text = _BACK.sub(r"\g<unit>/\g<per>", text)
    text = _ROUNDLY.sub(lambda m: f"约{_ROUND[m['place']]}", text)
    text = _PAIR.sub(_pair, text)
    text = _ABOUT.sub(_about, text)
    for pattern in (_HALF_AFTER, _HALF_INSIDE):
        text = pattern.sub(_half, text)
    text = _HALF_ALONE.sub(r"0.5\g<unit>", text)
    text = _WORD.sub(lambda m: _digits(m, text), text)
    text = _HALVED.sub("减少50%", _shares(_YUAN.sub("元", text)))
    return re.sub(r"约\s?(?:大概|大约|约)|(?:大概|大约|差不多|也就|约)\s?约", "约", text)


_FEASTS = (
    ("元旦", 1, 1),
    ("五一", 5, 1),
    ("国庆|十一(?!月)", 10, 1),
    ("开春|春播|接羔", 4, 1),
    ("入冬|上冻", 10, 31),
)
_SPOKEN_DAY = re.compile(rf"(?P<number>[{_DIGIT}十]{{1,3}})(?=[月号日](?!龄))")
_SPOKEN_YEAR = re.compile(r"[二两][零〇0][一二三][零〇一二三四五六七八九](?=年)")


def spoken_date(text: str, today: date) -> str:
    """Write the words of a date as digits; a feast or a season without a year is the next one.

    >>> spoken_date("明年三月底前", date(2026, 11, 24)), spoken_date("国庆前", date(2026, 11, 24))
    ('明年3月底前', '2027-10-01前')
    """
    text = _SPOKEN_YEAR.sub(lambda m: str(_value(m.group().replace("两", "二"))), text)
    text = _SPOKEN_DAY.sub(lambda m: str(_value(m["number"]) or m["number"]), text)
    if re.search(r"\d", text):
        return text
    for names, month, day in _FEASTS:
        if match := re.search(rf"(?P<year>今年|明年|后年)?(?:{names})", text):
            years = {"今年": today.year, "明年": today.year + 1, "后年": today.year + 2}
            this = date(today.year, month, day)
            year = years.get(match["year"] or "", today.year if this >= today else today.year + 1)
            return f"{text[: match.start()]}{date(year, month, day)}{text[match.end() :]}"
    return text


def _value(text: str) -> Decimal | None:
    return Decimal(text) if text.isdecimal() and text.isascii() else parse_chinese(text)


def _plain(value: Decimal, scale: str = "") -> str:
    """五十万 stays 50万: the unit behind 万 may be left out, the scale not."""
    size = {"万": 10_000, "亿": 10**8}.get(scale, 1)
    return f"{(value / size).normalize():f}{scale if size > 1 else ''}"


def _pair(match: re.Match[str]) -> str:
    """七八十 → 70-80, 一百七八 → 170-180, 七八成 → 70%-80%."""
    low, high = match["low"], match["high"]
    if low + high not in _NEXT:
        return match.group()
    bounds = [_value(f"{match['head']}{digit}{match['place']}") for digit in (low, high)]
    if bounds[0] is None or bounds[1] is None:
        return match.group()
    if match["tenth"]:
        return "-".join(f"{_plain(one * 10)}%" for one in bounds if one is not None)
    if not match["head"] and not match["place"] and not _AFTER.match(match.string, match.end()):
        return match.group()
    return "-".join(_plain(one, match["place"][-1:]) for one in bounds if one is not None)


def _about(match: re.Match[str]) -> str:
    value = _value(match["number"] or match["known"])
    return match.group() if value is None else f"约{_plain(value)}{match['scale'] or ''}"


def _shares(text: str) -> str:
    """100头里有15头,想压到5头 → 15%,想压到5%: what follows counts of the same hundred."""
    match = _OF.search(text)
    whole = Decimal(match["all"]) if match else Decimal(0)
    if match is None or not 0 < Decimal(match["most"] or match["part"]) <= whole:
        return text

    def share(part: str) -> str:
        return f"{_plain((Decimal(part) * 100 / whole).quantize(Decimal('0.1')))}%"

    shares = "-".join(share(part) for part in (match["part"], match["most"]) if part)
    rest = re.sub(rf"(?<![\d.-])(\d{{1,7}}){match['unit']}", lambda m: share(m[1]), text[match.end() :])
    return text[: match.start()] + shares + rest


def _half(match: re.Match[str]) -> str:
    value = _value(match["number"])
    unit = match.groupdict().get("unit") or ""
    return match.group() if value is None else f"{_plain(value + Decimal('0.5'))}{unit}"


def _money(match: re.Match[str]) -> str:
    """两块五 → 2.5块."""
    whole = _value(match["whole"])
    cents = "".join(
        _plain(_value(match[name]) or Decimal(0)) for name in ("tenth", "hundredth") if match[name]
    )
    return match.group() if whole is None else f"{_plain(whole)}.{cents}块"


def _dimes(match: re.Match[str]) -> str:
    cents = "".join(
        _plain(_value(match[name]) or Decimal(0)) for name in ("tenth", "hundredth") if match[name]
    )
    return f"0.{cents}元"


def _digits(match: re.Match[str], text: str) -> str:
    """A numeral where a figure can stand: long, beside a unit, or after 到, 约, 现在."""
    word = match.group()
    if (
        _NO_NUMBER.match(text, match.end())
        or text[match.start() - 2 : match.start()] == "分之"
        and len(word) < 2
    ):
        return word
    value = parse_chinese(word)
    if value is None or word[0] in "百千万亿零":
        return word
    beside = bool(_AFTER.match(text, match.end()))
    placed = beside or bool(_BEFORE.search(text[max(0, match.start() - 4) : match.start()]))
    return _plain(value, word[-1]) if placed and (len(word) > 1 or beside) else word
