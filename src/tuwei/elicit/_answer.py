"""Merge an answer into the draft; nothing the person said is lost, nothing is taken over unseen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from tuwei.core.errors import InputError
from tuwei.elicit._answered import answered, present_in, present_line
from tuwei.elicit._assess import assess
from tuwei.elicit._contact import contact_of, without_contact
from tuwei.elicit._figures import date_in, money_range, plain, present_values
from tuwei.elicit._fold import fold
from tuwei.elicit._lexicon import fields
from tuwei.elicit._questions import example_value
from tuwei.elicit._read import kind_of, read
from tuwei.elicit._refuse import is_junk, refuse_junk
from tuwei.elicit._safety import refuse_secrets
from tuwei.elicit._spoken import spoken, spoken_date
from tuwei.elicit._types import Proposal, Question

#: Longest text of a field, as the record allows.
LONGEST = {
    "title": 120,
    "object": 200,
    "function": 300,
    "problem": 5000,
    "constraints": 2000,
    "tried_routes": 2000,
    "solver_conditions": 2000,
    "why_not_inhouse": 2000,
}
_PUT_OFF = re.compile(
    r"^(?:暂时|先|还|我|也|真的?)*(?:不知道|不清楚|不太清楚|说不清|说不好|不确定|没想好|没数|跳过|略过?|以后再说|回头再说|先不说|不方便说|待定|未定|不好说|面议|再议|再谈|无可奉告)(?:了|吧|呢|啊|再补)*[。.!]*$"
    r"|^(?:skip|pass|later|(?:i\s)?(?:do\s?n[o']?t|dont)\sknow|no idea|not sure|unknown|n/?a|tbd|to be discussed)[.!]*$",
    re.IGNORECASE,
)
_OPEN = ("deadline", "budget")
_ANY = re.compile(
    r"没(?:有|什么|啥)?要求|^不限|不急|看(?:情况|方案|效果)|尽快|越快越好|尽早|asap|as soon as|no (?:demands|rush|limit)|any time",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^(?:是的?|对的?|没错|正确|好的?|可以|行|嗯+|确认|就这样|同意|y|yes|yep|ok(?:ay)?|right|correct|sure)[,。.!]*$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^(?:不同意|不可以|不行|不|否|先不|暂不(?:公开|同意)?|不公开|n|no|nope)[,。.!]*$", re.IGNORECASE
)
_ADDED = ("problem", "constraints", "tried_routes", "solver_conditions", "why_not_inhouse")
_OWNERS = (
    ("negotiable", r"谈|商量|协商|面议|都行|再议|无所谓|不限|negotia|open|flexible"),
    ("shared", r"共有|共享|双方|一起|各半|对半|共同|shared?|joint|both"),
    (
        "solver",
        r"(?:归|给|属于?|是)(?:对方|研发方?|解决方|他们|高校|院所|老师|学校|团队|乙方)|solver|theirs?|developer|university",
    ),
    (
        "demander",
        r"(?:归|给|属于?|是|要归)?(?:我们?|我方|企业|公司|本公司|厂里?|需求方|甲方|自己)|ours?|us\b|demander|company",
    ),
)
_UNMEASURED = re.compile(
    r"^[^\d,]{0,12}(?:没有?|未|无)(?:单独|专门)?(?:计量|测|统计|数据|量过|记录|算过|称过)[^\d,]{0,8}$|^(?:it is |we )?(?:not metered|not measured|never measured|no data|no figures?)[.!]*$",
    re.IGNORECASE,
)
_FIGURES = ("indicators", "current")


def puts_off(text: str, question: str = "") -> bool:
    """Say whether an answer puts the question off ("不知道", "面议", "skip"; "尽快" for a date).

    >>> puts_off("暂时不清楚"), puts_off("skip"), puts_off("没有特别限制"), puts_off("尽快", "deadline")
    (True, True, False, True)
    >>> puts_off("没有单独计量", "current"), puts_off("没有单耗数据,一年约180万元", "indicators")
    (True, False)
    """
    said = text.strip()
    if _PUT_OFF.match(said) or (question in _OPEN and _ANY.search(said)):
        return True
    return question in _FIGURES and bool(_UNMEASURED.match(said))


def answer(
    draft: Mapping[str, Any], question: str | Question, text: str, *, today: date | None = None
) -> dict[str, Any]:
    """Return the draft with an answer merged in.

    Parameters
    ----------
    draft
        The draft; it is not changed.
    question
        The question or its code: a field of the need, ``current``, ``budget`` or ``contact``.
    text
        What the person said. "是" takes over what was proposed; "不知道" puts the question off.
    today
        From which "within six months" counts.

    Returns
    -------
    dict
        The words as said stand in ``answers``; fields told in several goes grow, single ones
        (object, function, deadline …) take the new words. A telephone number or an e-mail in an answer to
        another question is cut out of the field and proposed as the contact.

    Raises
    ------
    InputError
        ``elicit.no_question`` for an unknown code, ``elicit.empty``, ``elicit.too_long``,
        ``elicit.no_number``, ``elicit.no_date``, ``elicit.no_money``, ``elicit.no_owner``,
        ``elicit.no_yes_no``, ``elicit.no_contact`` where the answer cannot be read, ``elicit.no_words`` where it
        tells nothing ("\uff1f\uff1f", "asdf"), ``elicit.only_contact`` where it is a contact and another was asked,
        ``elicit.state_secret``.

    Examples
    --------
    >>> draft = answer({"problem": "我们的烘干机太费气"}, "indicators", "现在每吨35立方米,希望降到25以下")
    >>> row = draft["indicators"][0]
    >>> row["comparator"], row["high"], row["unit"], row["current"]
    ('le', '25', '立方米/吨', '35')
    """
    code = question.code if isinstance(question, Question) else question
    said = text.strip()
    _check(code, said)
    merged = dict(draft)
    if puts_off(said, code):
        return _kept(merged, code, said, put_off=True)
    if _YES.match(said) and code != "consent_publish":
        return _kept(_confirmed(merged, code, said, today), code, said)
    merged.update(_read(merged, code, said, today or date.today()))
    refuse_secrets(merged)
    return _kept(merged, code, said)


def _read(draft: Mapping[str, Any], code: str, said: str, today: date) -> dict[str, Any]:
    if code == "contact":
        return contact_of(fold(said))
    clean = without_contact(said)
    if clean != said and is_junk(clean):
        raise InputError(
            "elicit.only_contact",
            "这像是联系方式；现在问的是“{expected}”，请先回答它。联系方式请写在“联系人”一栏，只有您同意后对方才能看到。",
            "This looks like a contact, but the question is about {expected_en}. Answer that first; a contact belongs "
            "under “a contact”, shown to others only with your consent.",
            field="text",
            expected=fields()[code].zh if code in fields() else code,
            expected_en=fields()[code].en if code in fields() else code,
        )
    if code in _READ:
        return _READ[code](draft, fold(clean), today)
    refuse_junk(code, clean, kind_of(str(draft.get("problem") or ""))[0].group)
    return _text(draft, code, clean)


def _check(code: str, said: str) -> None:
    if code not in fields() and code != "title":
        raise InputError(
            "elicit.no_question",
            "没有“{got}”这个问题。",
            "There is no question “{got}”.",
            field="question",
            got=code[:40],
        )
    if not said:
        raise InputError(
            "elicit.empty",
            "请写点什么，或跳过这个问题。",
            "Write something, or skip the question.",
            field="text",
        )
    if len(said) > 5000:
        raise InputError(
            "elicit.too_long",
            "最多 {expected} 字，现有 {got} 字。",
            "At most {expected} characters, got {got}.",
            field="text",
            expected=5000,
            got=len(said),
        )
    refuse_secrets({"text": said})


def _kept(draft: dict[str, Any], code: str, said: str, *, put_off: bool = False) -> dict[str, Any]:
    entry: dict[str, Any] = {"question": code, "text": said}
    if put_off:
        entry["put_off"] = True
    return {**draft, "answers": [*(draft.get("answers") or []), entry]}


def _confirmed(draft: dict[str, Any], code: str, said: str, today: date | None) -> dict[str, Any]:
    names = {"budget": ("budget_min", "budget_max")}.get(code, (code,))
    proposed = [one for one in assess(draft, today=today).proposals if one.field in names]
    if not proposed:
        raise InputError(
            "elicit.nothing_proposed",
            "这里没有要确认的内容，请直接回答，或跳过。",
            "There is nothing to confirm here; please answer in words, or skip.",
            field=code,
            got=said[:20],
        )
    for one in proposed:
        draft = accept(draft, one)
    return draft


def accept(draft: Mapping[str, Any], proposal: Proposal) -> dict[str, Any]:
    """Take one proposal over: an indicator is added, anything else is set.

    >>> accept({}, Proposal("object", "烘干机", "", ""))
    {'object': '烘干机'}
    """
    if proposal.field == "contact":
        return {**draft, **proposal.value}
    if proposal.field == "indicators":
        return {**draft, "indicators": [*(draft.get("indicators") or []), proposal.value]}
    return {**draft, proposal.field: proposal.value}


def _text(draft: Mapping[str, Any], code: str, said: str) -> dict[str, Any]:
    before = str(draft.get(code) or "").strip()
    value = said
    if code in _ADDED and before:
        value = before if said in before else f"{before}\n{said}"
    if len(value) > LONGEST[code]:
        raise InputError(
            "elicit.too_long",
            "“{field}”最多 {expected} 字，现有 {got} 字。",
            "“{field}” takes at most {expected} characters, got {got}.",
            field=fields()[code].zh if code in fields() else code,
            expected=LONGEST[code],
            got=len(value),
        )
    return {code: value}


def _indicators(draft: Mapping[str, Any], said: str, today: date) -> dict[str, Any]:
    reading = read(draft)
    known = present_values(reading.quantities, reading.text)
    told = answered(said, reading.problem, known[0] if known else None, reading.text)
    if told.rows:
        named = {(row["name"], row["unit"]) for row in told.rows}
        kept = [
            row for row in draft.get("indicators") or [] if (row.get("name"), row.get("unit")) not in named
        ]
        return {"indicators": [*kept, *told.rows]}
    if told.present:  # only the present state is told: it belongs to the problem, the target is asked next
        return _text(draft, "problem", present_line(told.present, reading.problem, reading.text))
    typical = reading.problem.examples_zh[-1], reading.problem.examples_en[-1]
    raise InputError(
        "elicit.no_number",
        "没有看到数字。给个大概就行，例如“{example_zh}”；实在没有，可以跳过。",
        "No figure found. A rough one will do, for instance “{example_en}”; if there is none, skip.",
        field="indicators",
        got=said[:60],
        example_zh=typical[0],
        example_en=typical[1],
    )


def _current(draft: Mapping[str, Any], said: str, today: date) -> dict[str, Any]:
    rows = [dict(row) for row in draft.get("indicators") or []]
    if not rows:
        return _indicators(draft, said, today)
    empty = [row for row in rows if not row.get("current")] or rows
    asked = str(empty[0].get("unit") or "")
    found = present_in(said, asked)
    if not found:
        sample = example_value(empty[0])
        raise InputError(
            "elicit.no_number",
            "没有看到“{name}”现在的数。估个大概就行，例如“现在大约{sample}”；说不准可以跳过。",
            "No figure for “{name}” found. A rough one will do, for instance “about {sample} now”; or skip.",
            field="current",
            got=said[:60],
            name=str(empty[0].get("name")),
            sample=sample,
        )
    row = next((row for row in empty for q in found if q.name and q.name == row.get("name")), empty[0])
    row["current"] = plain(found[0], str(row.get("unit") or ""))
    return {"indicators": rows}


def _deadline(draft: Mapping[str, Any], said: str, today: date) -> dict[str, Any]:
    day = date_in(spoken_date(said, today), today)
    if day is None:
        raise InputError(
            "elicit.no_date",
            "没有看出日期。可以写“2027年9月底前”“半年内”，不急就跳过。",
            "No date found. Write “2027-09-30” or “within 6 months”, or skip.",
            field="deadline",
            got=said[:60],
        )
    if day < today:
        raise InputError(
            "elicit.past_date",
            "{got} 已经过去了，请写今后的日期。",
            "{got} is in the past; please give a future date.",
            field="deadline",
            got=day.isoformat(),
        )
    return {"deadline": day.isoformat()}


def _budget(draft: Mapping[str, Any], said: str, today: date) -> dict[str, Any]:
    found = money_range(spoken(said))
    if found is None:
        raise InputError(
            "elicit.no_money",
            "没有看出金额。可以写“30万到50万元”“不超过100万元”，面议就跳过。",
            "No sum found. Write “300,000 to 500,000 yuan” or “at most 1 million yuan”, or skip.",
            field="budget",
            got=said[:60],
        )
    return {"budget_min": found[0], "budget_max": found[1]}


def _owner(draft: Mapping[str, Any], said: str, today: date) -> dict[str, Any]:
    for code, pattern in _OWNERS:
        if re.search(pattern, said, re.IGNORECASE):
            return {"ip_ownership": code}
    raise InputError(
        "elicit.no_owner",
        "请回答：归企业、归研发方、双方共有，或者可以谈。",
        "Answer: ours, theirs, shared, or negotiable.",
        field="ip_ownership",
        got=said[:60],
    )


def _consent(draft: Mapping[str, Any], said: str, today: date) -> dict[str, Any]:
    if _YES.match(said):
        return {"consent_publish": True}
    if _NO.match(said):
        return {"consent_publish": False}
    raise InputError(
        "elicit.no_yes_no",
        "请回答“同意”或“不同意”。",
        "Please answer yes or no.",
        field="consent_publish",
        got=said[:40],
    )


_READ = {
    "indicators": _indicators,
    "current": _current,
    "deadline": _deadline,
    "budget": _budget,
    "ip_ownership": _owner,
    "consent_publish": _consent,
}
