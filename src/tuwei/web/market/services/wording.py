"""What the texts of a need may hold: no contacts where others read, no figures and names in public unawares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuwei.core.errors import InputError

# Field: its name in both languages. Contacts belong to the contact fields, which are guarded by themselves.
READ_BY_OTHERS = {
    "title": ("需求名称", "Title"),
    "problem": ("问题描述", "Problem"),
    "object": ("对象", "Object"),
    "function": ("期望功能", "Function wanted"),
    "constraints": ("约束条件", "Constraints"),
    "tried_routes": ("已尝试路线", "Tried routes"),
    "solver_conditions": ("对解决方的要求", "Conditions on the solver"),
    "why_not_inhouse": ("为何不能自行解决", "Why not in-house"),
    "abstract": ("公开摘要(L1)", "Public abstract (L1)"),
}
PUBLIC = ("title", "abstract")  # read by everyone from L1 on
CONFIRMED = "l1_confirmed"  # the record's word that figures and names in public are meant


def contacts(values: Mapping[str, Any]) -> list[InputError]:
    """A fault for each text that holds a telephone number, an e-mail address and the like."""
    from tuwei import elicit

    found = []
    for name, (zh, en) in READ_BY_OTHERS.items():
        if words := _words(elicit.contacts(str(values.get(name) or "")), ("contact",)):
            found.append(_contact(name, zh, en, words))
    return found


def _contact(name: str, zh: str, en: str, words: str) -> InputError:
    return InputError(
        "need.contact_in_text",
        "“{field}”里有联系方式（{got}），这段文字会给别人看。请从这里删去，填到“联系人”一栏：那里另行保护。",
        "“{field_en}” holds contact details ({got}), and others will read it. Take them out and enter them in the "
        "contact fields, which are guarded.",
        name=name,
        field=zh,
        field_en=en,
        got=words,
    )


def tells(values: Mapping[str, Any], before: Mapping[str, Any], organisation: str) -> list[InputError]:
    """A fault for each public text, new or changed, that tells figures or names."""
    from tuwei import elicit

    found = []
    for name in PUBLIC:
        text = str(values.get(name) or "")
        if text == before.get(name):
            continue
        hits = elicit.telling(text, organisation=organisation)
        if words := _words(hits, ("figure", "organisation")):
            found.append(_tells(name, *READ_BY_OTHERS[name], words))
    return found


def _tells(name: str, zh: str, en: str, words: str) -> InputError:
    return InputError(
        "need.tells_in_public",
        "“{field}”从 L1 起任何人可见，其中有：{got}。请改写；确实要公开的，请确认“仍然公开”。",
        "“{field_en}” is open to everyone from L1 on and tells: {got}. Reword it, or confirm that it shall be "
        "public all the same.",
        name=name,
        field=zh,
        field_en=en,
        got=words,
        expected=f"{CONFIRMED} = true",
    )


def _words(found: Any, kinds: tuple[str, ...]) -> str:
    return "、".join(dict.fromkeys(f"“{one.text}”" for one in found if one.kind in kinds))
