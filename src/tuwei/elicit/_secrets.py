"""What must never be held here, and what should not stand in a text that others read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tuwei.core.errors import InputError
from tuwei.elicit._words import load, text_of

BEFORE = 10  # characters before a mark in which a denial ("不涉密") makes it harmless
_KINDS = {
    "mobile": ("手机号", "a mobile number"),
    "telephone": ("电话号码", "a telephone number"),
    "identity": ("身份证号", "an identity number"),
    "email": ("邮箱", "an e-mail address"),
    "wechat": ("社交账号", "a chat account"),
    "bank": ("银行卡号", "a bank card number"),
}


@cache
def _secret() -> re.Pattern[str]:
    return re.compile(
        "|".join(pattern.replace("(?i)", "") for pattern in load("markers")["secret"]["patterns"]), re.I
    )


def refuse_secrets(draft: Mapping[str, Any]) -> None:
    """Raise where a text bears a mark of classification; nothing may be stored then.

    A reminder, not a detector: classified content without a mark is not recognised.

    Raises
    ------
    InputError
        ``need.state_secret`` quoting the mark and saying what to do instead.

    Examples
    --------
    >>> refuse_secrets({"problem": "本项目不涉密"})
    >>> refuse_secrets({"problem": "机密★10年 某型装备"})
    Traceback (most recent call last):
    ...
    tuwei.core.errors.InputError: ...
    """
    text = "\n".join([text_of(draft), str(draft.get("abstract") or "")])
    for hit in _secret().finditer(text):
        if not _denied(text[max(0, hit.start() - BEFORE) : hit.end()]):
            raise InputError(
                "need.state_secret",
                "内容出现“{got}”:本平台不得存放国家秘密或工作秘密,未保存任何内容。请删去涉密内容、只写可公开的技术问题;"
                "涉密需求请通过本单位保密部门按规定渠道办理。",
                "The text says “{got}”: state secrets must not be held here, and nothing was saved. Leave the "
                "classified part out, or take the need through your security office.",
                field="problem",
                got=hit[0][:20],
            )


def _denied(text: str) -> bool:
    low = text.lower()
    return any(denial in low for denial in load("markers")["secret"]["denials"])


def personal_hints(draft: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Sentences about personal data in texts that others will read."""
    text = text_of(draft)
    for kind, (zh, en) in _KINDS.items():
        if re.search(load("markers")["personal"][kind], text):
            yield (
                f"正文里有{zh},建议移到“联系人”一栏。",
                f"The text holds {en}; better move it to the contact fields.",
            )


def masked(text: str) -> str:
    """The text without personal data and names of organisations."""
    for pattern in load("markers")["personal"].values():
        text = re.sub(pattern, "", text)
    return re.sub(load("markers")["organisation"]["pattern"], "某单位", text)
