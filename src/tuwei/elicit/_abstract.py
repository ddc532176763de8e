"""The public abstract (grade L1): the problem without figures, names and contacts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from tuwei.core.quantity import Quantity, find_quantities
from tuwei.elicit._lexicon import markers
from tuwei.elicit._read import is_english
from tuwei.elicit._safety import personal_pattern

_LONGEST = 1000
_MODEL = re.compile(r"(?<![A-Za-z0-9])(?!CO2|H2|O2|N2|NH3|SO2|PM2)[A-Z]{1,6}-?\d{2,}[A-Za-z0-9-]*")
_DATE = re.compile(
    r"(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}(?:\s?[-/.月]\s?\d{1,2}日?|月)?(?:份|底|初)?|(?:19|20)\d{2}\s?年(?:度|底|初)?|\d{1,2}月\d{1,2}[日号]"
)
_ORDINAL = re.compile(r"(?<![A-Za-z\d])\d[\d,]*(?:\.\d+)?")
_MOVE = re.compile(
    r"^(?P<verb>(?:降低|减少|缩短|压缩|下降|提高|提升|增加|延长|缩减|减|降|升|控制|达)(?:到|至|在|为)?)"
)


def abstract(draft: Mapping[str, Any]) -> str:
    """Propose the L1 text: the need told without telling.

    Figures become 若干 or 一定水平, organisations and people fall away, so do models, dates and contacts.
    The result is a proposal to be read by its owner before it is published.

    Parameters
    ----------
    draft
        Any draft; ``organisation`` and ``contact_name`` are removed where they stand in the text.

    Returns
    -------
    str
        At most 1000 characters, no digit left; "" for an empty draft.

    Examples
    --------
    >>> abstract({"problem": "大青山乳业有限公司3台烘干机每吨耗气35立方米,希望降到25立方米以下"})
    '某单位若干台烘干机每吨耗气若干立方米,希望降到一定水平以内'
    """
    text = str(draft.get("problem") or draft.get("title") or "").strip()
    aim = str(draft.get("function") or "").strip()
    english = is_english(text)
    if aim and aim not in text:
        text = f"{text.rstrip('。.;')}。{aim}" if not english else f"{text.rstrip('.')}. {aim}"
    for name in ("organisation", "contact_name"):
        own = str(draft.get(name) or "").strip()
        text = text.replace(own, _someone(english)) if len(own) >= 2 else text
    return _bare(text, english)[:_LONGEST].strip()


def _someone(english: bool) -> str:
    return "the company" if english else "某单位"


@lru_cache(maxsize=1)
def _organisation() -> re.Pattern[str]:
    return re.compile(markers()["organisation"]["pattern"])


def _bare(text: str, english: bool) -> str:
    text = personal_pattern().sub("", text)
    text = _organisation().sub(_someone(english), text)
    text = _figures(text, english)
    text = _DATE.sub("a certain time" if english else "某时", text)
    text = _MODEL.sub("a certain model" if english else "某型号", text)
    text = _ORDINAL.sub("some" if english else "若干", text)
    return re.sub(r"[ \t]{2,}", " ", re.sub(r"(?:若干){2,}", "若干", text))


def _figures(text: str, english: bool) -> str:
    pieces, last = [], 0
    for quantity in find_quantities(text):
        pieces += [text[last : quantity.start], _vague_en(quantity) if english else _vague(quantity)]
        last = quantity.end
    return "".join(pieces) + text[last:]


def _vague(quantity: Quantity) -> str:
    """降到 25 立方米以下 → 降到一定水平以内."""
    verb = _MOVE.match(quantity.text)
    if quantity.change:
        return f"{verb['verb'] if verb else ''}一定幅度"
    head = verb["verb"] if verb else ""
    if quantity.comparator in ("le", "lt"):
        return f"{head or '控制在'}一定水平以内"
    if quantity.comparator in ("ge", "gt"):
        return f"{head or '达到'}一定水平" if head != "达" else "达到一定水平"
    unit = quantity.unit.partition("/")[0]
    if quantity.comparator == "range" or unit in ("%", "‰", "倍", "成"):
        return f"{head}一定范围" if quantity.comparator == "range" else f"{head}一定比例"
    return f"{head}若干{unit.lstrip('万亿千百')}"


def _vague_en(quantity: Quantity) -> str:
    if quantity.change:
        return "a certain share"
    return {
        "le": "within a certain level",
        "lt": "below a certain level",
        "ge": "at least a certain level",
        "gt": "above a certain level",
    }.get(quantity.comparator, "a certain amount")
