"""What looks like a quantity and is none: dates, phone numbers, standards, patents, models, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STANDARDS = (
    "GB GBZ GBJ NY QB HG DB JB SN LY SB HJ YY MT DL SH SY JG JGJ CJ CJJ NB YD WS SC TB QC FZ YC JJG JJF "
    "ISO IEC EN ASTM IEEE DIN JIS ANSI AOAC RFC CNAS CMA HACCP IATF UL"
).split()
_CUES = "电话|手机|传真|邮编|邮政编码|编号|序号|代码|证号|账号|帐号|信用代码|QQ|微信|单号|房间|工号|批号|Tel|tel|Phone|phone"

_CUED = rf"(?:{_CUES})(?:是|为|No\.?)?\s?[::]?\s?[A-Za-z0-9][\w-]{{2,30}}"
_NUMBERED = r"(?:No|NO|no|№)\.?\s?\d[\w-]{0,24}"
_HEADING = r"(?m:^[ \t]{0,8})(?:\(\d{1,2}\)|\d{1,2}(?:\.\d{1,2}){0,3}[、.)](?!\d))"
_LISTED = r"(?<=[;;。::,,])\s?(?:\(\d{1,2}\)|\d{1,2}[、)])"

_LINKS = (
    r"https?://[^\s,;，；。]{1,300}",
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
)
_DIGIT = (  # begin with a digit
    # dates and times
    r"(?:19|20)\d{2}\s?(?:[-–—~/至到、和]|--)\s?(?:19|20)\d{2}(?:\s?年度?)?",
    r"(?:19|20)\d{2}[-/.年]\s?\d{1,2}(?:[-/.月]\s?\d{1,2}[日号]?|月)(?![\d%])",
    r"(?:19|20)\d{2}\s?年(?:度|代|底|初|末)?",
    r"\d{1,2}月\d{1,2}[日号]",
    r"\d{1,2}月(?![龄])(?:份|底|初|中旬|上旬|下旬|末)?",
    r"(?<![\d.])\d{1,2}:\d{2}(?::\d{2})?(?!\d)",
    r"(?:19|20)\d{2}(?=\s?(?:edition|版))",
    # telephone
    r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)",
    r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?:-\d{1,5})?(?!\d)",
    r"(?<!\d)[48]00[- ]?\d{3,4}[- ]?\d{3,4}(?!\d)",
    # models and formulas: letters glued to digits
    r"(?<![\d.])\d[Dd](?=打印|视觉|建模|模型|扫描|成像|显示|[ -]?print)",
    r"(?<![\d.])[3-6]G(?![A-Za-z])",
    r"(?<![\d.])[248][Kk](?![A-Za-z])",
    r"\dA级?(?=景区|信用)",
    r"\d{2,3}S(?=抗原|颗粒|核糖|[,。;])",
    # headings, ranks, places, ratios
    _HEADING,
    _LISTED,
    r"\d{1,5}强",
    r"\d{1,6}(?:号(?!称)|型(?!号))",
    r"\d{1,2}年(?=级|制)",
    r"(?<![\d.])\d{1,6}(?:\.\d{1,4})?\s?[::]\s?\d{1,6}(?:\.\d{1,4})?(?!\d)",
    r"(?<![\d./])(?<![少低短小省约高加降升减缩长了到])(?<![少低短小省高加降升减缩长了][约近 ])(?<!by )(?<!来的)\d{1,3}/\d{1,3}(?![\d/])",
    r"(?<!\d)7\s?[×xX*]\s?24(?!\d)(?:\s?小时|\s?h)?",
    r"\d{1,4}×\d{1,4}(?:×\d{1,4})?(?=\s?像素|\s?pixels)",
    r"\d{1,3}(?:\.\d{1,3}){2,4}",
)
_LATIN = (  # begin with a letter
    # dates and times
    r"(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Bb]efore|[Aa]fter|during|from)\s(?:early\s|late\s|the\s)?(?:19|20)\d{2}(?![\d%,.]\d)(?!\s?(?:元|yuan|kg|t\b|%|mm|cows|units))",
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sep|Oct|Nov|Dec)\.?\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s(?:19|20)\d{2})?",
    # telephone
    _CUED,
    # standards, patents, licences
    rf"(?<![A-Za-z])(?:{'|'.join(_STANDARDS)})\d{{0,2}}(?:/[A-Z]{{1,4}})?\s?(?:\d[\d.]{{0,11}})(?:\s?[-—–:]\s?\d{{2,4}})?(?!\d)",
    r"(?<![A-Za-z])T/[A-Z]{2,10}\s?\d[\d.]{0,11}(?:[-—–]\d{2,4})?",
    r"(?<![A-Za-z])(?:ZL|CN|US|EP|WO|PCT)\s?[/A-Z]{0,4}\s?\d[\d ,.]{4,24}[A-Z]?\d?(?![\d%])",
    _NUMBERED,
    # models and formulas: letters glued to digits
    r"(?<![A-Za-z0-9])(?!(?:pH|PH|e\d|x\d|X10))[A-Za-z]{1,12}[-_]?\d{1,12}(?:[A-Za-z_-][\w-]{0,20}|\.\d{1,3}|\d{0,12})(?:[A-Za-z]{1,3})?(?![\d%℃])",
    # headings, ranks, places, ratios
    r"(?:Chapter|chapter|Section|section|Table|Figure|Fig\.|Phase|phase|Step|step|Type|type|Version|version|Class|class|Industry)\s?\d{1,4}(?:\.\d{1,3}){0,3}",
)
_OTHER = (  # begin with anything else
    # dates and times
    r"[一二][九零〇][零〇一二三四五六七八九]{2}年",
    # telephone
    r"\+\d{2}[ -]?\d{2,11}(?:[ -]\d{2,8}){0,3}",
    _CUED,
    # standards, patents, licences
    r"[字证]第?\s?\(?\d[\d-]{1,24}\)?号?",
    _NUMBERED,
    r"\(\d{4}\)[^\s\d,,。]{1,12}\d{1,6}号",
    # headings, ranks, places, ratios
    r"第\s?[\d零一二三四五六七八九十百]{1,6}",
    r"[图表式](?:\s?\d{1,3})(?:[-.]\d{1,3})?(?![\d]|\s?[%%吨万元])",
    r"附[件录表]\s?\d{1,3}",
    _HEADING,
    _LISTED,
    r"\(\d{1,2}\)",
    r"前\d{1,5}[名位强]",
    r"[全列居]第?\d{1,4}位",
    r"[东西]经\s?\d[\d.°′″'\" ]{0,16}|[南北]纬\s?\d[\d.°′″'\" ]{0,16}",
    r"[一二两三四五六七八九十]{1,3}(?:带一路|期|号|五规划|定|体化|系列|站式|流|线|方面|旦|般|直|样|切|些|起|致|边|维|甲|氧化|聚|元[酸醇])",
)
_FIRST = r"\dA-Za-z+(№ \t\n\r\f\v一二两三四五六七八九十电手传邮编序代证账帐信微单房工批字第图表式附前全列居东西南北"


def _either(patterns: tuple[str, ...]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


# Most characters begin no pattern: one look at the character decides which of the three lists is tried at all.
_DISPATCH = (
    rf"(?=[{_FIRST}]|\s)(?:(?=\d)(?:{_either(_DIGIT)})|(?=[A-Za-z])(?:{_either(_LATIN)})"
    rf"|(?![A-Za-z\d])(?:{_either(_OTHER)}))"
)
_MASK = re.compile(_DISPATCH)
_MASK_LINKS = re.compile(f"{_either(_LINKS)}|{_DISPATCH}")


def masked(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans, in order and without overlap, where no quantity may begin."""
    links = "@" in text or "://" in text
    return map(re.Match.span, (_MASK_LINKS if links else _MASK).finditer(text))
