"""Codes and names of the region pack."""

from __future__ import annotations

from tuwei.core.errors import InputError

from ..models import Term

LABELS = {"field": "技术领域", "industry": "产业", "region": "地区"}


def resolve(scheme: str, text: str | None) -> str:
    """Return the code for a code or a name (Chinese or English); empty stays empty.

    Raises
    ------
    InputError
        ``term.unknown`` with the nearest names.
    """
    wanted = (text or "").strip()
    if not wanted:
        return ""
    terms = list(Term.objects.filter(scheme=scheme).values_list("code", "name_zh", "name_en"))
    for code, zh, en in terms:
        if wanted in (code, zh) or wanted.lower() == en.lower():
            return str(code)
    names = "、".join(zh for _, zh, _ in terms[:12])
    raise InputError(
        "term.unknown",
        "“{field}”没有“{got}”;可用:{expected}。",
        "There is no {field_en} “{got}”; known: {expected}.",
        field=LABELS[scheme],
        field_en=scheme,
        got=wanted[:40],
        expected=names or "(请先载入地区包 load a region pack first)",
    )
