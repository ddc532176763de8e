"""What is said of people and teams, in one sentence of either language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tuwei.match._team_works import Owner

LEVELS_ZH = {"strong": "强相关", "fair": "较强相关", "weak": "弱相关"}
LEVELS_EN = {"strong": "strong", "fair": "fair", "weak": "weak"}
KINDS = {
    "achievement": ("成果", "achievement", "achievements"),
    "paper": ("论文", "paper", "papers"),
    "patent": ("专利", "patent", "patents"),
}
MOST_NAMED = 4  # members named


def said(owner: Owner, counts: dict[str, int], kinds: Sequence[str]) -> tuple[str, str]:
    """Return the sentences: who, how many works of which kind, how well they answer, who belongs to it."""
    return _zh(owner, counts, kinds), _en(owner, counts, kinds)


def _zh(owner: Owner, counts: dict[str, int], kinds: Sequence[str]) -> str:
    who = owner.name + (f"（{owner.organisation}）" if owner.organisation not in ("", owner.name) else "")
    works = "、".join(f"{count} 项{KINDS[kind][0]}" for kind, count in _counted(kinds))
    levels = "、".join(f"{name} {counts[level]} 项" for level, name in LEVELS_ZH.items() if counts[level])
    parts = [f"{who}：{works}与需求相关，其中{levels}"]
    if owner.members:
        more = f"等 {len(owner.members)} 人" if len(owner.members) > MOST_NAMED else ""
        parts.append(f"成员：{'、'.join(owner.members[:MOST_NAMED])}{more}")
    return "；".join([*parts, owner.note_zh] if owner.note_zh else parts) + "。"


def _en(owner: Owner, counts: dict[str, int], kinds: Sequence[str]) -> str:
    who = owner.name + (f" ({owner.organisation})" if owner.organisation not in ("", owner.name) else "")
    works = ", ".join(f"{count} {KINDS[kind][1 if count == 1 else 2]}" for kind, count in _counted(kinds))
    levels = ", ".join(f"{counts[level]} {name}" for level, name in LEVELS_EN.items() if counts[level])
    parts = [f"{who}: {works} on the need, {levels}"]
    if owner.members:
        more = f" and {len(owner.members) - MOST_NAMED} more" if len(owner.members) > MOST_NAMED else ""
        parts.append(f"members: {', '.join(owner.members[:MOST_NAMED])}{more}")
    return "; ".join([*parts, owner.note_en] if owner.note_en else parts) + "."


def _counted(kinds: Sequence[str]) -> list[tuple[str, int]]:
    counted = Counter(kind if kind in KINDS else "achievement" for kind in kinds)
    return [(kind, counted[kind]) for kind in KINDS if counted[kind]]
