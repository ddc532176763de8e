"""The facts that programmes declare and use, and the faults of what is written about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, NoReturn, cast

from tuwei.rules import _parameters as rows
from tuwei.rules._facts import Fact, FactKind
from tuwei.rules._values import UNITS
from tuwei.rules._yaml import Entry

RULE = "rule:"
"""Before a rule's id: the slot its verdict stands in."""
FEW = 8
"""Names that fit into a sentence."""
_KEYS = ("name", "zh", "en", "kind", "unit", "choices", "help_zh", "help_en")
_KINDS = ("money", "count", "ratio", "flag", "date", "choice")


def rule_of(slot: str) -> str:
    """Return the id of the rule whose verdict or value a slot holds; any other slot as it is.

    Examples
    --------
    >>> rule_of("rule:station"), rule_of("rule:station.award"), rule_of("sales")
    ('station', 'station', 'sales')
    """
    return slot.removeprefix(RULE).partition(".")[0] if slot.startswith(RULE) else slot


def single(fact: Fact) -> Fact:
    """Return a fact as programmes use it: of several years the last one."""
    return replace(fact, series=0)


def declared(entry: Entry) -> list[Fact]:
    """Return the new facts a programme declares.

    Raises
    ------
    InputError
        ``rules.…`` with file, line and key.
    """
    return [_fact(row) for row in rows._list(entry, "facts")]


def _fact(row: Entry) -> Fact:
    row.allow(_KEYS, ("name", "zh", "en", "kind"))
    kind, unit = among(row, "kind", _KINDS), str(row.get("unit") or "")
    if unit and (kind != "count" or unit not in UNITS):
        refuse(
            row,
            "unit",
            unit,
            f"计数事实的单位 {' | '.join(UNITS)}",
            f"a unit of a count: {' | '.join(UNITS)}",
        )
    choices = {word: _choice(named) for word, named in rows._mapping(row, "choices").items()}
    if bool(choices) != (kind == "choice"):
        refuse(row, "choices", row.get("choices"), "kind: choice 时的“代码: {zh, en}”", "“code: {zh, en}”, with kind: choice alone")  # fmt: skip
    return Fact(
        code(row, "name"),
        str(row["zh"]),
        str(row["en"]),
        cast(FactKind, kind),
        unit,
        choices=choices,
        help_zh=str(row.get("help_zh") or ""),
        help_en=str(row.get("help_en") or ""),
    )


def code(entry: Entry, key: str) -> str:
    """Return the name under a key."""
    text = str(entry[key])
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", text):
        refuse(entry, key, text, "小写字母、数字和下划线", "lower-case letters, digits and underscores")
    return text


def _choice(named: Entry) -> tuple[str, str]:
    named.allow(("zh", "en"), ("zh", "en"))
    return str(named["zh"]), str(named["en"])


def among(entry: Entry, key: str, allowed: tuple[str, ...], otherwise: str = "") -> str:
    """Return the word under a key, one of ``allowed``."""
    word = entry.get(key, otherwise)
    if word not in allowed:
        refuse(entry, key, word, " | ".join(allowed), " | ".join(allowed))
    return str(word)


def refuse(entry: Entry, key: str, got: Any, zh: str, en: str) -> NoReturn:
    """Raise ``rules.bad_value`` with what is expected."""
    entry.fail("bad_value", "应为{expected}，现为“{got}”。", "expected {expected_en}, got “{got}”.", key,
               expected=zh, expected_en=en, got=str(got)[:60])  # fmt: skip


def refuse_unknown(entry: Entry, key: str, got: str, known: Mapping[str, Any], what: str) -> NoReturn:
    """Raise ``rules.unknown_…`` with the nearest name there is."""
    near = get_close_matches(got, list(known), 1, 0.5) or (list(known) if len(known) <= FEW else [])
    hint = ("，应为 {expected}。", "; expected {expected}.") if near else ("。", ".")
    entry.fail(f"unknown_{what}", "没有“{got}”" + hint[0], "there is no “{got}”" + hint[1], key,
               got=got[:60], expected=" | ".join(near))  # fmt: skip
