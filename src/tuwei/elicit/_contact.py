"""Who to reach: read a contact, and keep telephone and e-mail out of what others read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from tuwei.core.errors import InputError
from tuwei.elicit._safety import personal_pattern

_PHONE = re.compile(
    r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[- ]?\d{3,4}[- ]?\d{4}|[48]00[- ]?\d{3,4}[- ]?\d{3,4})(?!\d)"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
_LABELS = re.compile(
    r"联系人|姓名|联系方式|联系电话|办公电话|电话号码|电话|手机号码?|手机|座机|电子邮箱|邮箱|邮件|微信同号|微信|请联系|联系|可以?找|就?找|有事|打给?|加我?|我叫|我是|找我|叫|是|我的|我们?公司的?|本公司|"
    r"\b(?:contact|name|phone|telephone|tel|mobile|e-?mail|mail|write|to|call|ask for|please|reach|at|on|or|and|is|my|me)\b|[:,。;、()/|]",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"[的有要最希望需能会没不想做案例]|高校|行业|团队|专家|经验|资质|大学|学院|研究院|企业|单位|同行|都行|随便|你们|我们|平台|归|谈|方案"
    r"|\b(?:the|a|an|with|best|should|would|have|has|want|university|experience|cases?|any|some|who|team|company|no|not|need)\b",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff·]{2,10}")
_LATIN = re.compile(
    r"(?:(?:Mr|Ms|Mrs|Dr|Prof)\.? )?[A-Z\u00c0-\u024f][\w'’.-]*(?: [A-Z\u00c0-\u024f][\w'’.-]*){0,3}"
)
_TEAM = re.compile(r"(?:部|科|室|处|办|中心|办公室|工程师|经理|主任|厂长|场长|总工|主管)$")
_CLAUSE = re.compile(r"([,;。\n()\uff0c\uff1b\uff08\uff09])")
_BRACKETS, _EDGES = "()\uff08\uff09", " ,;、\uff0c\uff1b\n"


def contact_in(text: str) -> dict[str, str]:
    """Read the name, telephone and e-mail that stand in an answer; what looks like no name is none.

    >>> contact_in("王工 13800138000")
    {'contact_phone': '13800138000', 'contact_name': '王工'}
    >>> contact_in("最好是有同行业案例的高校")
    {}
    """
    phone, email = _PHONE.search(text), _EMAIL.search(text)
    rest = _LABELS.sub(" ", personal_pattern().sub(" ", _PHONE.sub(" ", _EMAIL.sub(" ", text))))
    found = {
        "contact_phone": phone.group() if phone else "",
        "contact_email": email.group() if email else "",
        "contact_name": _name(" ".join(rest.split())),
    }
    return {key: value for key, value in found.items() if value}


def _name(rest: str) -> str:
    """A person's or a department's name, or ""."""
    if not rest or _NO_NAME.search(rest) or re.search(r"\d", rest):
        return ""
    parts = rest.split()
    if all(_CHINESE.fullmatch(part) for part in parts) and (len(rest) <= 10 or _TEAM.search(rest)):
        return rest[:60]
    return rest[:60] if _LATIN.fullmatch(rest) else ""


def contact_of(said: str) -> dict[str, str]:
    """Return the contact told in the answer to the question for one.

    Raises
    ------
    InputError
        ``elicit.no_contact``.
    """
    told = contact_in(said)
    if not told:
        raise InputError(
            "elicit.no_contact",
            "没有看出联系人。请写姓名和电话或邮箱，例如“张工，0471-1234567”；暂时不留可以跳过。",
            "No contact found. Give a name and a telephone number or e-mail, for instance “Ms Zhang, 0471-1234567”, or skip.",
            field="contact",
            got=said[:60],
        )
    return told


def without_contact(text: str) -> str:
    """Cut telephone numbers, e-mail addresses and the like out of a text that others come to read.

    >>> without_contact("没有中试条件,电话13800138000,请找王工"), without_contact("高含水(15 %)时才出现")
    ('没有中试条件,请找王工', '高含水(15 %)时才出现')
    """
    if not holds_contact(text):
        return text
    name = told_contact(text).get("contact_name", "")
    parts = ["", *_CLAUSE.split(text)]
    kept = []
    for mark, clause in zip(parts[::2], parts[1::2], strict=True):
        left = _cut(clause, name) if clause.strip() else clause
        kept.append(f"{mark}{left}" if left or not clause or mark in _BRACKETS else "")
    return re.sub(r"\(\s*\)|\uff08\s*\uff09", "", "".join(kept)).strip(_EDGES)


def holds_contact(text: str) -> bool:
    """Say whether a telephone number, an e-mail address or an identity number stands in a text."""
    return bool(personal_pattern().search(text) or _PHONE.search(text))


def _cut(clause: str, name: str) -> str:
    """The clause without the numbers; nothing where only the name and words such as 电话 would stay."""
    if not holds_contact(clause) and not (name and name in clause):
        return clause
    rest = _PHONE.sub(" ", personal_pattern().sub(" ", clause))
    told = _LABELS.sub("", rest.replace(name, "") if name else rest)
    if len(re.findall(r"\w", told)) > 3:
        return " ".join(rest.split()) if rest != clause else clause
    return ""


def told_contact(text: str) -> dict[str, str]:
    """Return the contact that stands in a text about something else: only beside a telephone number or an e-mail.

    >>> told_contact("烘干机费气,找王工13800138000")["contact_name"]
    '王工'
    """
    clauses = _CLAUSE.split(text)[::2]
    for before, clause in pairwise(["", *clauses]):
        if _PHONE.search(clause) or _EMAIL.search(clause):
            found = contact_in(clause)
            called = re.search("联系|找|姓名|contact", before, re.IGNORECASE) or len(before) <= 8
            named = "contact_name" not in found and called
            return contact_in(f"{before},{clause}") if named else found
    return {}


def contact_text(contact: Mapping[str, Any]) -> str:
    """Write a contact in one line, as `contact_in` reads it."""
    names = ("contact_name", "contact_phone", "contact_email")
    return " ".join(str(contact[name]) for name in names if contact.get(name))
