"""Answers that tell nothing (punctuation, a row of keys, 测试) are refused with what is expected instead."""

from __future__ import annotations

import re

from tuwei.core.errors import InputError
from tuwei.elicit._lexicon import fields, group_examples

_FILLER = re.compile(
    r"(?:哈|呵|嘿|嘻|嗨|啊|嗯|哦|噢|呃|额|呀|唉|哎|哼|测试|试试|试一下|随便|无语|略|来了|你好|您好|没什么|什么|啥|不告诉你|test(?:ing)?|hello|hi|foo|bar|blah|lol|[\W_\d])+",
    re.IGNORECASE,
)
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp", "abcdefghijklmnopqrstuvwxyz")
_LATIN = re.compile(r"[A-Za-z]+")
_OTHER = re.compile(r"[^\W\dA-Za-z_]")
#: Codes whose own reader tells what it expects.
_READ_OTHERWISE = (
    "indicators",
    "current",
    "deadline",
    "budget",
    "ip_ownership",
    "contact",
    "consent_publish",
)


def has_words(text: str) -> bool:
    """Say whether a text holds a letter or a digit at all.

    >>> has_words("\uff1f\uff1f\uff1f"), has_words("无")
    (False, True)
    """
    return any(char.isalnum() for char in text)


def is_junk(text: str) -> bool:
    """Say whether a text tells nothing.

    >>> [is_junk(one) for one in ("asdf", "。", "哈哈哈", "111", "我我我我", "无", "PVC", "加过保温", "no limits")]
    [True, True, True, True, True, False, False, False, False]
    """
    if _FILLER.fullmatch(text) or not has_words(text):
        return True
    other = _OTHER.findall(text)
    if other:
        return 2 < len(other) <= 20 and len(set(other)) == 1
    words = _LATIN.findall(text)
    return bool(words) and all(map(_struck, words))


def _struck(word: str) -> bool:
    """A row of keys rather than a word: asdf, jkl, aaaa, sdfgh."""
    low = word.lower()
    if len(low) > 2 and len(set(low)) == 1:
        return True
    rows = any(low in row or low in row[::-1] for row in _ROWS)
    return (
        len(low) > 3
        and (rows or (low == word and not re.search("[aeiouy]", low)))
        or low in ("asd", "qwe", "zxc", "jkl")
    )


def refuse_junk(code: str, said: str, group: str = "plant") -> None:
    """Refuse what tells nothing, with an example of what does.

    Parameters
    ----------
    code
        The question; one that reads a figure, a date or a contact tells its own expectation.
    said
        The answer.
    group
        The world of the need (``plant``, ``farm`` …), for a fitting example.

    Raises
    ------
    InputError
        ``elicit.no_words``.
    """
    if code in _READ_OTHERWISE or not is_junk(said):
        return
    field = fields().get(code) or fields()["problem"]
    example_zh, example_en = _examples(field.name, group)
    raise InputError(
        "elicit.no_words",
        "从“{got}”里看不出内容，没有记下。请用一句话说说{expected}，例如“{example_zh}”；答不上来可以跳过。",
        "“{got}” tells nothing, so it was not kept. Say {expected_en} in a few words, for instance “{example_en}”, "
        "or skip.",
        field="text",
        got=said[:20],
        expected=field.zh,
        expected_en=field.en,
        example_zh=example_zh,
        example_en=example_en,
    )


_KINDS = {"object": "object", "problem": "problem", "constraints": "constraints", "tried_routes": "tried"}


def _examples(name: str, group: str) -> tuple[str, str]:
    if name in _KINDS:
        chinese, english = group_examples(group, _KINDS[name])
    else:
        chinese, english = fields()[name].examples_zh, fields()[name].examples_en
    return (chinese or ("…",))[0], (english or ("…",))[0]
