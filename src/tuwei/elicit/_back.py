"""What was understood from an answer, said back to the person who gave it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tuwei.elicit._contact import contact_text
from tuwei.elicit._fold import fold
from tuwei.elicit._labels import OWNERSHIP
from tuwei.elicit._lexicon import fields
from tuwei.elicit._propose import told_row, yuan
from tuwei.elicit._spoken import spoken

_TEXTS = (
    "problem", "object", "function", "constraints", "tried_routes", "solver_conditions", "why_not_inhouse",
)  # fmt: skip
_CONTACT = ("contact_name", "contact_phone", "contact_email")
_SHARE = re.compile("%|成|分之|半|个?点|half|third|quarter|percent", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    """One thing taken from an answer: the field's name and the value, in both languages.

    ``added`` is a unit that the answer left out and the question gave, "" else; ``verbatim`` says that the
    words were kept as said.
    """

    field: str
    name_zh: str
    name_en: str
    zh: str
    en: str
    added: str = ""
    verbatim: bool = False


def understood(before: Mapping[str, Any], after: Mapping[str, Any], said: str) -> tuple[Understood, ...]:
    """Tell what an answer changed in a draft.

    Parameters
    ----------
    before, after
        The draft (or the fields concerned) before and after `answer`.
    said
        The words of the answer.

    Examples
    --------
    >>> from tuwei.elicit import answer
    >>> draft, said = {"problem": "我们的烘干机太费气"}, "大概一百二十方左右吧,想降到八十五以下"
    >>> one, = understood(draft, answer(draft, "indicators", said), said)
    >>> one.zh, one.added
    ('单位产品耗气量 ≤ 85 方/吨（现状 120）', '方/吨')
    """
    return tuple(_changes(before, after, said))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], said: str) -> Iterator[Understood]:
    for row in after.get("indicators") or []:
        if row not in (before.get("indicators") or []):
            yield _named("indicators", *told_row(row), added=unit_added(str(row.get("unit") or ""), said))
    for name in _TEXTS:
        if (text := _new(before.get(name), after.get(name))) is not None:
            yield _named(name, text, text, verbatim=text == said.strip())
    yield from _values(before, after)


def _values(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Understood]:
    def new(*names: str) -> bool:
        return any(
            after.get(name) != before.get(name) and after.get(name) not in (None, "") for name in names
        )

    if new("deadline"):
        yield _named("deadline", str(after["deadline"]), str(after["deadline"]))
    if new("budget_min", "budget_max"):
        yield _named("budget", *_budget(after.get("budget_min"), after.get("budget_max")))
    if new("ip_ownership"):
        yield _named("ip_ownership", *OWNERSHIP.get(after["ip_ownership"], (after["ip_ownership"],) * 2))
    if new(*_CONTACT):
        yield _named("contact", contact_text(after), contact_text(after))
    if new("consent_publish"):
        yield _named("consent_publish", *(("同意", "yes") if after["consent_publish"] else ("不同意", "no")))


def _named(field: str, zh: str, en: str, *, added: str = "", verbatim: bool = False) -> Understood:
    return Understood(field, fields()[field].zh, fields()[field].en, zh, en, added, verbatim)


def _new(before: Any, after: Any) -> str | None:
    """What a text gained; the whole where it was replaced."""
    old, text = str(before or "").strip(), str(after or "").strip()
    if old == text or not text:
        return None
    return text.removeprefix(old).strip() if old and text.startswith(old) else text


def _budget(low: Any, high: Any) -> tuple[str, str]:
    if low in (None, "") or high in (None, "") or low == high:
        one = str(high if low in (None, "") else low)
        zh, en = (
            ("不超过", "at most ")
            if low in (None, "")
            else ("不低于", "at least ")
            if high in (None, "")
            else ("", "")
        )
        return f"{zh}{yuan(one)}", f"{en}{one} yuan"
    return f"{yuan(str(low))}至{yuan(str(high))}", f"{low} to {high} yuan"


def unit_added(unit: str, said: str) -> str:
    """Return the unit where the answer left it out, or a part of it.

    >>> unit_added("方/吨", "一百二十方"), unit_added("方/吨", "120方一吨"), unit_added("%", "三成")
    ('方/吨', '', '')
    """
    words = spoken(fold(said)).lower()
    parts = [part.lower() for part in unit.split("/") if part]
    told = [
        part in words or (part == "%" and bool(_SHARE.search(said))) or _other_name(part, words)
        for part in parts
    ]
    return "" if all(told) else unit


def _other_name(part: str, words: str) -> bool:
    """度 for 度电, 万元 said as 万."""
    return (
        part == "度电"
        and "度" in words
        or part.lstrip("千百十万亿") in words
        or part == "万元"
        and "万" in words
    )
