"""Run files: what a ranking found for each need, with the level of each pair where it says one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isclose, isfinite
from pathlib import Path
from typing import Any

from tuwei.match._lines import _bad_line, _json, _lines
from tuwei.match._pairs import NAMES, level_of

ROUNDED = 1e-3  # by how much four written probabilities may miss the sum of 1

Chances = tuple[float, float, float, float]  # of none, weak, fair, strong


@dataclass(frozen=True, slots=True)
class RunFile:
    """What a run says.

    Parameters
    ----------
    ranked
        For each need its achievements, best first.
    levels
        For each need the level, 1-4, of those achievements whose line has one.
    chances
        For each need the probabilities of the four levels, for those whose line has them.
    """

    ranked: dict[str, list[str]]
    levels: dict[str, dict[str, int]] = field(default_factory=dict)
    chances: dict[str, dict[str, Chances]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class _Line:
    place: float
    achievement: str
    level: int = field(compare=False)
    chances: Chances | None = field(compare=False)


def read_run(path: Path) -> RunFile:
    """Read a run file, one object a line: ``need``, ``achievement``, ``rank``, and what a model adds.

    Parameters
    ----------
    path
        JSON Lines. ``level`` (1-4 or its name) and ``levels`` (the probabilities of ``none``, ``weak``,
        ``fair``, ``strong``; or ``probabilities``, the same as a list) may be there or not. A line with a
        level needs no ``rank``, as in a file of grades: such lines stand by ``score`` or ``expected``,
        without them by the expected level of the probabilities, without those by the level.

    Raises
    ------
    InputError
        ``match.bad_line`` naming file, row and field: the whole run is refused, as measures over what is
        left of one would mislead.
    """
    lines: dict[str, list[_Line]] = {}
    for row, line in _lines(path):
        data = _json(line, path, row)
        for name in ("need", "achievement"):
            if not isinstance(data, dict) or not isinstance(data.get(name), str):
                raise _bad_line(path, row, name, "text", data.get(name) if isinstance(data, dict) else data)
        lines.setdefault(data["need"], []).append(_read(data, path, row))
    return _gathered(lines.items())


def _read(data: dict[str, Any], path: Path, row: int) -> _Line:
    level = 0
    if data.get("level") is not None and not (level := level_of(data["level"]) or 0):
        raise _bad_line(path, row, "level", "1-4 or none, weak, fair, strong", data["level"])
    chances = _chances(data, path, row)
    return _Line(_place(data, level, chances, path, row), data["achievement"], level, chances)


def _place(data: dict[str, Any], level: int, chances: Chances | None, path: Path, row: int) -> float:
    """Return what a line stands by: the smaller, the higher."""
    rank = data.get("rank")
    if isinstance(rank, int) and not isinstance(rank, bool) and abs(rank) < 1e15:
        return float(rank)
    if rank is not None or not level:
        raise _bad_line(path, row, "rank", "a whole number", rank)
    for name in ("score", "expected"):
        if name in data:
            if not _number(data[name]):
                raise _bad_line(path, row, name, "a number", data[name])
            return -float(data[name])
    if chances:
        return -sum(number * chance for number, chance in enumerate(chances, start=1))
    return -float(level)


def _chances(data: dict[str, Any], path: Path, row: int) -> Chances | None:
    """Return the probabilities of ``levels``, by name, or of ``probabilities``, from none to strong."""
    field_name = "levels" if data.get("levels") is not None else "probabilities"
    given = data.get(field_name)
    if given is None:
        return None
    if isinstance(given, list) and len(given) == len(NAMES):
        given = dict(zip(NAMES, given, strict=True))
    if not isinstance(given, dict) or set(given) != set(NAMES):
        raise _bad_line(path, row, field_name, f"probabilities of {', '.join(NAMES)}", given)
    for name in NAMES:
        if not _number(given[name]) or not 0 <= given[name] <= 1:
            raise _bad_line(path, row, f"{field_name}.{name}", "a probability, 0-1", given[name])
    if not isclose(sum(given.values()), 1, rel_tol=0, abs_tol=ROUNDED):
        raise _bad_line(path, row, field_name, "probabilities that add up to 1", sum(given.values()))
    none, weak, fair, strong = (float(given[name]) for name in NAMES)
    return none, weak, fair, strong


def _number(value: Any) -> bool:
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    except OverflowError:
        return False


def _gathered(lines: Iterable[tuple[str, list[_Line]]]) -> RunFile:
    """Put the lines of each need in order; an achievement named twice counts where it stands higher."""
    run = RunFile({})
    for need, found in lines:
        first: dict[str, _Line] = {}
        for line in sorted(found):
            first.setdefault(line.achievement, line)
        run.ranked[need] = list(first)
        run.levels[need] = {name: line.level for name, line in first.items() if line.level}
        run.chances[need] = {name: line.chances for name, line in first.items() if line.chances}
    return run
