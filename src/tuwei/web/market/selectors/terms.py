"""Codes and names of the region pack."""

from __future__ import annotations

from tuwei.core.errors import InputError
from tuwei.web.base.kept import kept

from ..models import Term

LABELS = {"field": "技术领域", "industry": "产业", "region": "地区"}
Names = dict[tuple[str, str], tuple[str, str]]


def terms() -> Names:
    """All codes with their Chinese and English names, kept for a minute (a loaded pack clears it)."""
    rows = Term.objects.values_list("scheme", "code", "name_zh", "name_en")
    return kept("terms", 60, lambda: {(scheme, code): (zh, en) for scheme, code, zh, en in rows})


def words() -> list[str]:
    """The technical words of the pack's fields and industries; names of places and organisations are not among them."""
    rows = Term.objects.filter(scheme__in=("field", "industry")).values_list("words", flat=True)
    return list(dict.fromkeys(word for row in rows for word in row))


def resolve(scheme: str, text: str | None) -> str:
    """Return the code for a code or a name (Chinese or English); empty stays empty.

    Raises
    ------
    InputError
        ``term.unknown`` with what is known.
    """
    wanted = (text or "").strip()
    if not wanted or (scheme, wanted) in terms():
        return wanted
    known = {code: names for (kind, code), names in terms().items() if kind == scheme}
    for code, (zh, en) in known.items():
        if wanted == zh or wanted.lower() == en.lower():
            return code
    raise InputError(
        "term.unknown",
        "“{field}”没有“{got}”；可用：{expected}。",
        "There is no {field_en} “{got}”; known: {expected}.",
        field=LABELS[scheme],
        field_en=scheme,
        got=wanted[:40],
        expected="、".join(zh for zh, _ in list(known.values())[:12])
        or "(请先载入地区包 load a region pack first)",
    )
