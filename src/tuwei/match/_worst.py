"""The needs that a run serves worst, with what it put first and where the right answers stood."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tuwei.match._evaluate import PerNeed, ranked_of
from tuwei.match._judgements import Judgements
from tuwei.match._lines import _lines
from tuwei.match._runs import RunFile

MOST = 12  # needs shown
MOST_RIGHT = 3  # right answers shown of each
MOST_REASONS = 3
LONGEST_TITLE = 120  # characters shown


@dataclass(frozen=True, slots=True)
class Worst:
    """One need.

    Parameters
    ----------
    need, value
        Its id and its measure.
    first, first_grade
        The achievement on top, empty where the run has none; its grade, None where nobody judged it.
    right
        The best judged achievements: id, grade, and rank in the run, None where it is not there.
    """

    need: str
    value: float
    first: str
    first_grade: int | None
    right: list[tuple[str, int, int | None]]


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of needs and achievements beyond their ids: titles, and the reasons of hits on top."""

    needs: Mapping[str, str] = field(default_factory=dict)
    achievements: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)


def worst(found: PerNeed, name: str, run: RunFile, judgements: Judgements, judged_only: bool) -> list[Worst]:
    """Return the needs with the smallest measure, the smallest first, by id where alike."""
    values = zip(found.column(name).tolist(), found.needs, strict=True)
    return [
        _one(need, value, run, judgements.grades[need], judged_only) for value, need in sorted(values)[:MOST]
    ]


def _one(need: str, value: float, run: RunFile, grades: Mapping[str, int], judged_only: bool) -> Worst:
    ranked = ranked_of(run.ranked, need, grades, judged_only)
    rank = {achievement: at for at, achievement in enumerate(ranked, start=1)}
    right = sorted((-grade, name) for name, grade in grades.items() if grade > 0)[:MOST_RIGHT]
    first = ranked[0] if ranked else ""
    return Worst(
        need, value, first, grades.get(first), [(name, -less, rank.get(name)) for less, name in right]
    )


def told(shown: Iterable[Worst], run: Path, needs: Path | None, achievements: Path | None) -> Told:
    """Gather titles and reasons of what is shown; lines that are no records are passed over.

    The files are read once more, line by line, so that a large one costs time and no memory.
    """
    listed = list(shown)
    named = {one.first for one in listed} | {name for one in listed for name, _, _ in one.right}
    return Told(
        _titles(needs, {one.need for one in listed}),
        _titles(achievements, named),
        _reasons(run, {(one.need, one.first) for one in listed}),
    )


def _titles(path: Path | None, wanted: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for data in _objects(path):
        title = data.get("title")
        if data.get("id") in wanted and isinstance(title, str):
            found[data["id"]] = title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE] + "…"
    return found


def _reasons(path: Path, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    found = {}
    for data in _objects(path):
        pair, why = (data.get("need"), data.get("achievement")), data.get("why")
        if pair in wanted and isinstance(why, list):
            told = [one for one in why if isinstance(one, dict)]
            found[pair] = [(str(one.get("zh", "")), str(one.get("en", ""))) for one in told[:MOST_REASONS]]
    return found


def _objects(path: Path | None) -> Iterable[dict[str, Any]]:
    for _, line in _lines(path) if path else ():
        try:
            data = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(data, dict) and all(
            isinstance(data.get(name, ""), str) for name in ("id", "need", "achievement")
        ):
            yield data
