"""Names that come in both languages."""

from __future__ import annotations

from django.utils.translation import get_language


def names(pairs: list[tuple[str, str]]) -> str:
    """Pairs (Chinese, English) as one list in the reader's language."""
    english = (get_language() or "zh").startswith("en")
    return ", ".join(en for _zh, en in pairs) if english else "、".join(zh for zh, _en in pairs)
