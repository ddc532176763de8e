"""Which words of a text tell what a text open to everyone should not: figures, names, contacts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tuwei.core.quantity import find_quantities
from tuwei.elicit._lexicon import markers
from tuwei.elicit._safety import personal_pattern

# Where one of these stands before a suffix ("一家公司", "寻求大学"), no name begins before it.
_PLAIN = re.compile(r".*(?:我们|我|本|某|该|贵|各|家|的|与|或|及|到|由|在|请|找|等|求|望|向|是|为|联系)")
_SUFFIX = re.compile(
    r"(?:有限责任|股份有限|有限|集团|牧业|牧场)?公司$|集团$|合作社$|研究院$|研究所$|实验室$|大学$|学院$"
)
_NUMBER = re.compile(r"[\d二三四五六七八九十百千万]")  # “提高一次合格率” counts nothing


@dataclass(frozen=True, slots=True)
class Telling:
    """Words that tell something: a ``figure`` with its unit, an ``organisation``, a ``contact``."""

    kind: Literal["figure", "organisation", "contact"]
    text: str
    start: int


def telling(text: str, *, organisation: str = "") -> tuple[Telling, ...]:
    """Find the figures, organisations and contacts in a text meant for everyone.

    Bare counts ("第 2 项", "工业4.0") tell nothing and are left alone; so are plain words before a suffix
    ("一家公司").

    Parameters
    ----------
    text
        Title or abstract, any length.
    organisation
        The owner's own name, found wherever it stands; "" for none.

    Returns
    -------
    tuple of Telling
        In the order of the text, none inside another.

    Examples
    --------
    >>> found = telling("大青山乳业有限公司耗气120立方米,电话13800000000", organisation="大青山乳业有限公司")
    >>> [(one.kind, one.text) for one in found]
    [('organisation', '大青山乳业有限公司'), ('figure', '120立方米'), ('contact', '13800000000')]
    >>> telling("一家公司的干燥塔太费气")
    ()
    """
    found = list(contacts(text))
    found += _own(text, organisation) or _named(text)
    found += [
        Telling("figure", quantity.text, quantity.start)
        for quantity in find_quantities(text)
        if (quantity.unit or quantity.change) and _NUMBER.search(quantity.text)
    ]
    return tuple(_apart(sorted(found, key=lambda one: (one.start, -len(one.text)))))


def contacts(text: str) -> tuple[Telling, ...]:
    """Find telephone numbers, e-mail addresses, identity numbers and the like alone.

    >>> [one.text for one in contacts("找张工13800000000,耗气120立方米")]
    ['13800000000']
    """
    return tuple(Telling("contact", hit.group(), hit.start()) for hit in personal_pattern().finditer(text))


def _own(text: str, organisation: str) -> list[Telling]:
    at = text.lower().find(organisation.lower()) if len(organisation) > 1 else -1
    return [Telling("organisation", text[at : at + len(organisation)], at)] if at >= 0 else []


def _named(text: str) -> list[Telling]:
    """Names by their suffix, without the plain words the pattern takes along."""
    found = []
    for match in _organisation().finditer(text):
        hit = match.group()
        plain = _PLAIN.match(_SUFFIX.sub("", hit))
        begin = plain.end() if plain else 0
        if len(_SUFFIX.sub("", hit[begin:])) > 1:
            found.append(Telling("organisation", hit[begin:], match.start() + begin))
    return found


@lru_cache(maxsize=1)
def _organisation() -> re.Pattern[str]:
    return re.compile(markers()["organisation"]["pattern"])


def _apart(found: list[Telling]) -> list[Telling]:
    """The first of those that overlap."""
    kept: list[Telling] = []
    for one in found:
        if not kept or one.start >= kept[-1].start + len(kept[-1].text):
            kept.append(one)
    return kept
