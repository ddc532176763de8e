"""What must not be stored, and what should not stand in a text that others read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from tuwei.core.errors import InputError
from tuwei.elicit._lexicon import markers
from tuwei.elicit._types import Warning

#: Fields others may come to read; contact fields are guarded by the disclosure grade.
OPEN_TEXT = (
    "title",
    "problem",
    "object",
    "function",
    "constraints",
    "tried_routes",
    "solver_conditions",
    "why_not_inhouse",
    "abstract",
)
_SECRET_ZH = (
    "文字中出现“{got}”。本平台不得存储、处理国家秘密。请不要在这里填写，按本单位保密规定走涉密渠道；"
    "确可公开的部分，请先经保密审查脱密后再提交。"
)
_SECRET_EN = (
    "The text contains “{got}”. This platform must not hold state secrets. Do not enter it here; use the channel "
    "your organisation provides for classified matters, or submit a version cleared by your security office."
)
_NEAR = 8  # characters before a mark in which a denial ("不涉及") makes it harmless


def texts_of(draft: Mapping[str, Any]) -> Iterable[str]:
    """Every string of the draft, nested ones too."""
    for value in draft.values():
        yield from _strings(value)


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from texts_of(value)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _strings(one)


@lru_cache(maxsize=8)
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(markers()[kind]["patterns"]))


def _hits(kind: str, text: str) -> list[str]:
    denials = tuple(markers()["secret"]["denials"])
    return [
        match.group().strip() for match in _pattern(kind).finditer(text) if not _denied(text, match, denials)
    ]


def _denied(text: str, match: re.Match[str], denials: tuple[str, ...]) -> bool:
    before = text[max(0, match.start() - _NEAR) : match.end()].lower()
    return any(word in before for word in denials)


def secret_marks(draft: Mapping[str, Any]) -> list[str]:
    """Return the marks of secrecy found, each once."""
    return list(dict.fromkeys(hit for text in texts_of(draft) for hit in _hits("secret", text)))


def refuse_secrets(draft: Mapping[str, Any]) -> None:
    """Refuse a draft that bears a mark of classification.

    Trade secrets (商业秘密) and plain denials (不涉及国家秘密) are no such mark.

    Raises
    ------
    InputError
        ``elicit.state_secret`` naming the mark and what to do instead.

    Examples
    --------
    >>> refuse_secrets({"problem": "配方属商业秘密,本项目不涉及国家秘密"})
    >>> try:
    ...     refuse_secrets({"problem": "密级:机密★10年"})
    ... except InputError as error:
    ...     error.code
    'elicit.state_secret'
    """
    marks = secret_marks(draft)
    if marks:
        raise InputError("elicit.state_secret", _SECRET_ZH, _SECRET_EN, got="、".join(marks[:3]))


def warnings(draft: Mapping[str, Any]) -> tuple[Warning, ...]:
    """Return warnings: marks of secrecy (refuse), a military context, personal data in open text.

    >>> [w.code for w in warnings({"problem": "烘干机费气,找张工13800000000"})]
    ['personal_data']
    """
    found = []
    if marks := secret_marks(draft):
        got = "、".join(marks[:3])
        found.append(
            Warning(
                "state_secret", _SECRET_ZH.format(got=got), _SECRET_EN.format(got=got), tuple(marks), True
            )
        )
    elif words := list(dict.fromkeys(hit for text in texts_of(draft) for hit in _hits("sensitive", text))):
        found.append(
            Warning(
                "military",
                f"文字提到“{words[0]}”。提交前请确认内容已经本单位保密审查、可以公开；凡涉密内容一律不得填写。",
                f"The text mentions “{words[0]}”. Make sure your security office has cleared it; nothing classified may be entered.",
                tuple(words),
            )
        )
    if people := personal_data(draft):
        found.append(
            Warning(
                "personal_data",
                f"正文里有联系方式或证件号（{masked(people[0])}），公开后人人可见。请移到“联系人”一栏。",
                f"The text holds contact or identity data ({masked(people[0])}) that everybody would see. Move it to the contact fields.",
                tuple(masked(one) for one in people),
            )
        )
    return tuple(found)


def personal_data(draft: Mapping[str, Any]) -> list[str]:
    """Return telephone numbers, identity numbers and addresses standing in open text."""
    text = "\n".join(str(draft.get(name) or "") for name in OPEN_TEXT)
    return [match.group() for match in personal_pattern().finditer(text)]


@lru_cache(maxsize=1)
def personal_pattern() -> re.Pattern[str]:
    """Match any personal identifier."""
    personal = markers()["personal"]
    order = ("identity", "bank", "mobile", "telephone", "email", "wechat")
    return re.compile("|".join(f"(?:{personal[name]})" for name in order), re.IGNORECASE)


def masked(text: str) -> str:
    """Hide the middle of an identifier.

    >>> masked("13812345678")
    '138****78'
    """
    return f"{text[:3]}****{text[-2:]}"
