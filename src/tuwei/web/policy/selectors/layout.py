"""In which order and under which titles people meet the facts. Only the look: what a fact means is the engine's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

SECTIONS: list[tuple[str, Any, tuple[str, ...]]] = []
REST = ("other", _("其他"))


def sections(names: Iterable[str]) -> list[tuple[str, Any, list[str]]]:
    """The names under their titles, in order; what no section knows comes last."""
    left = list(names)
    found = []
    for code, title, wanted in SECTIONS:
        here = [name for name in wanted if name in left]
        left = [name for name in left if name not in here]
        if here:
            found.append((code, title, here))
    return [*found, (*REST, left)] if left else found
