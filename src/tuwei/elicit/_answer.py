"""An answer put where its question belongs; what was said before is kept."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from tuwei.core.errors import InputError
from tuwei.core.money import parse_yuan, yuan_text
from tuwei.core.quantity import find_quantities
from tuwei.core.text import normalise
from tuwei.elicit._assess import indicator_of
from tuwei.elicit._words import load

TEXTS = (
    "problem",
    "object",
    "function",
    "constraints",
    "tried_routes",
    "solver_conditions",
    "why_not_inhouse",
)
LENGTHS = {"object": 200, "function": 300}
_DATE = re.compile(r"(20\d\d)\s?[-./年]\s?(?:(\d{1,2})\s?[-./月]?\s?(?:(\d{1,2})\s?日?)?|(底|末|年底|年末))?")
_AMOUNT = re.compile(r"\d[\d,.]*\s?(?:亿元?|万元?|元)?")
_OWNERS = (
    ("shared", "共有|共同|双方|shared|both"),
    ("negotiable", "面议|商量|可谈|可以谈|协商|negotia|open"),
    ("solver", "研发方|解决方|对方|乙方|solver|developer"),
    ("demander", "企业|我们|我方|需求方|甲方|us|ours|demander"),
)
_YES, _NO = re.compile(r"^(是|同意|可以|好|yes|ok|y\b|agree)", re.I), re.compile(r"^(否|不|no|n\b)", re.I)


def answer(draft: Mapping[str, Any], question: str, text: str) -> dict[str, Any]:
    """Return the draft with an answer merged in; the draft given is not changed.

    Parameters
    ----------
    question
        The code of a `Question`.
    text
        What the person said.

    Raises
    ------
    InputError
        ``elicit.no_question``, or ``elicit.not_understood`` saying what such an answer looks like: nothing is
        guessed, and nothing is lost, for the caller keeps the words.

    Examples
    --------
    >>> answer({"problem": "太费气"}, "budget", "30到50万")["budget_max"]
    '500000'
    >>> answer({}, "deadline", "2027年6月")["deadline"]
    '2027-06-30'
    """
    said = text.strip()
    if question in TEXTS:
        return _text(draft, question, said)
    take = _TAKERS.get(question)
    if take is None:
        raise InputError(
            "elicit.no_question",
            "没有问题“{got}”。",
            "There is no question “{got}”.",
            field="question",
            got=question[:40],
        )
    return {**draft, **take(draft, said)}


def _text(draft: Mapping[str, Any], name: str, said: str) -> dict[str, Any]:
    before = str(draft.get(name) or "").strip()
    joined = (
        said
        if not before or before in said
        else f"{before}\n{said}"
        if name == "problem"
        else f"{before}\uff1b{said}"
    )
    limit = LENGTHS.get(name)
    if limit and len(joined) > limit:
        raise _unclear(name, f"至多 {limit} 字", f"at most {limit} characters", joined)
    return {**draft, name: joined}


def _indicators(draft: Mapping[str, Any], said: str) -> dict[str, Any]:
    found = [indicator_of(quantity) for quantity in find_quantities(said)]
    targets = [row for row in found if not row["current"]]
    present = next((row["current"] for row in found if row["current"]), "")
    if not targets:
        raise _unclear("indicators", "带数字的目标(如“每吨用气不超过 25 立方米”);不清楚可先跳过",
                       "a target with a number (“at most 25 m³ per tonne”); skip it if you do not know", said)  # fmt: skip
    targets[0]["current"] = present
    return {"indicators": [*(draft.get("indicators") or []), *targets]}


def _current(draft: Mapping[str, Any], said: str) -> dict[str, Any]:
    rows = [dict(row) for row in draft.get("indicators") or []]
    row = next((row for row in rows if not row.get("current")), None)
    if row is None:
        raise _unclear("current", "先有一项指标", "an indicator first", said)
    row["current"] = said[:60]
    return {"indicators": rows}


def _deadline(draft: Mapping[str, Any], said: str) -> dict[str, Any]:
    found = _DATE.search(normalise(said))
    try:
        if found:
            return {"deadline": _last_day(found).isoformat()}
    except ValueError:
        pass
    raise _unclear("deadline", "日期(如 2027-06-30、2027年6月、2027年底)", "a date such as 2027-06-30", said)


def _last_day(found: re.Match[str]) -> datetime.date:
    year, month, day = int(found[1]), int(found[2] or 12), found[3]
    return datetime.date(year, month, int(day) if day else calendar.monthrange(year, month)[1])


def _budget(draft: Mapping[str, Any], said: str) -> dict[str, Any]:
    amounts = [part.strip(" ,.") for part in _AMOUNT.findall(normalise(said))]
    if not amounts or len(amounts) > 2:
        raise _unclear(
            "budget",
            "一个金额或一个范围(如“30 到 50 万”)",
            "an amount or a range (“300,000 to 500,000”)",
            said,
        )
    unit = re.sub(r"[\d,.\s元]", "", amounts[-1])  # "30到50万": the unit stands once, at the end
    fen = sorted(parse_yuan(part if re.search("[万亿元]", part) else part + unit) for part in amounts)
    if len(fen) == 2:
        return {"budget_min": yuan_text(fen[0]), "budget_max": yuan_text(fen[1])}
    least = re.search("以上|至少|不少于|at least", said)
    return {"budget_min" if least else "budget_max": yuan_text(fen[0])}


def _ownership(draft: Mapping[str, Any], said: str) -> dict[str, Any]:
    for code, words in _OWNERS:
        if said == code or re.search(words, said, re.I):
            return {"ip_ownership": code}
    raise _unclear(
        "ip_ownership", "归企业、归研发方、共有或面议", "yours, the solver's, shared or negotiable", said
    )


def _contact(draft: Mapping[str, Any], said: str) -> dict[str, Any]:
    personal = load("markers")["personal"]
    email = re.search(personal["email"], said)
    phone = re.search(f"{personal['mobile']}|{personal['telephone']}", said)
    if not (email or phone):
        raise _unclear(
            "contact", "姓名和电话或邮箱", "a name with a telephone number or an e-mail address", said
        )
    rest = said
    for hit in filter(None, (email, phone)):
        rest = rest.replace(hit[0], " ")
    name = re.split(r"[\s,\uff0c、:\uff1a;\uff1b]+", re.sub(r"联系人|电话|手机|邮箱", " ", rest).strip())[0]
    return {
        "contact_name": name[:60] or draft.get("contact_name") or "",
        "contact_phone": phone[0] if phone else draft.get("contact_phone") or "",
        "contact_email": email[0] if email else draft.get("contact_email") or "",
    }


def _consent(draft: Mapping[str, Any], said: str) -> dict[str, Any]:
    if _NO.search(said):
        return {"consent_publish": False}
    if _YES.search(said):
        return {"consent_publish": True}
    raise _unclear("consent_publish", "“同意”或“不同意”", "“yes” or “no”", said)


_TAKERS: dict[str, Callable[[Mapping[str, Any], str], dict[str, Any]]] = {
    "indicators": _indicators, "current": _current, "deadline": _deadline, "budget": _budget,
    "ip_ownership": _ownership, "contact": _contact, "consent_publish": _consent,
}  # fmt: skip


def _unclear(field: str, zh: str, en: str, got: str) -> InputError:
    return InputError(
        "elicit.not_understood",
        f"没有读懂:请写{zh},现为“{{got}}”。",
        f"Not understood: give {en}; got “{{got}}”.",
        field=field,
        expected=en,
        got=got[:60],
    )
