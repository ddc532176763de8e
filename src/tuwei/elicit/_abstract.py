"""A text that tells the problem without telling the figures (grade L1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tuwei.core.quantity import find_quantities
from tuwei.core.text import normalise
from tuwei.elicit._secrets import masked

LONGEST = 300  # characters
_DIGITS = re.compile(r"\d+(?:[.,:/~-]\d+)*")
_MODEL = re.compile(r"(?<![A-Za-z])[A-Z]{1,6}[-–]?\d[\w-]*")


def abstract(draft: Mapping[str, Any]) -> str:
    """Propose the public abstract: the problem (and function) with numbers, names and contacts left out.

    A proposal for the person to read and mend: what gives a firm away is not always a number.

    Examples
    --------
    >>> abstract({"problem": "示例乳业有限公司的干燥塔每吨粉用气35立方米,想降到25立方米以下"})
    '某单位的干燥塔每吨粉用气若干,想降到若干'
    """
    parts = [normalise(str(draft.get(name) or "")) for name in ("problem", "function")]
    joined = "\u3002".join(part.rstrip("\u3002. ") for part in parts if part)
    text = _without_numbers(_MODEL.sub("某型号", masked(joined[: LONGEST * 4])))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _without_numbers(text: str) -> str:
    for quantity in reversed(find_quantities(text)):
        told = quantity.text
        digits = re.search(r"[\d一二两三四五六七八九十百千万半几]", told)
        kept = told[: digits.start()] if digits else ""
        comparator = re.sub(
            r"(不超过|不高于|不低于|不少于|不小于|至少|至多|[<>≤≥=≈±]|约|about|at least|at most).*$", "", kept
        )
        text = text[: quantity.start] + comparator + "若干" + text[quantity.end :]
    return _DIGITS.sub("若干", text)
