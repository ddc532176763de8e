"""Judgements to measure against: a table of grades, or pairs with levels by one or several experts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from tuwei.match._lines import _bad_line, _json, _lines, graded
from tuwei.match._pairs import NAMES, read_pair

Votes = dict[tuple[str, str], list[tuple[str, int]]]  # (need, achievement) → (expert or "", level)


@dataclass(frozen=True, slots=True)
class Judgements:
    """What the experts found.

    Parameters
    ----------
    grades
        For each need the grades of its judged achievements: 0 for no match, 3 for a strong one.
    levelled
        Whether grades are levels less 1, so that a run's levels can be held against them.
    pairs
        Whether they came as pairs with levels.
    repeated
        Lines that only repeat another.
    disputed
        Pairs that experts judged differently; the lower median of their levels counts.
    experts
        For each pair of judgements that two named experts gave of one pair, by how many levels they differ.
    """

    grades: dict[str, dict[str, int]]
    levelled: bool
    pairs: bool = False
    repeated: int = 0
    disputed: int = 0
    experts: tuple[int, ...] = ()

    @property
    def experts_mae(self) -> float | None:
        """By how many levels two named experts differ on average over the pairs both judged."""
        return sum(self.experts) / len(self.experts) if self.experts else None


def read_judgements(path: Path) -> Judgements:
    """Read judgements, either ``need<TAB>achievement<TAB>grade`` or pairs as JSON Lines.

    Parameters
    ----------
    path
        Read as JSON Lines where the name ends in ``.jsonl``, or else in neither that nor ``.tsv`` and the first
        line begins with a brace. A pair line is ``{"need", "achievement", "level"}``, as `read_pairs`
        reads it, and may name the expert in ``by``.

    Raises
    ------
    InputError
        ``match.bad_line``, ``match.bad_pair``: the first bad line; nothing is measured on a part. Also where
        one expert judged a pair twice, and in a table where a pair stands twice.

    Notes
    -----
    Several experts may judge one pair in JSON Lines. The level that counts is the lower median: of two, the
    lower; of three, the middle. Lines without ``by`` that agree are one judgement.
    """
    if _is_pairs(path):
        return _pairs(path)
    grades = graded(path)
    highest = max((grade for found in grades.values() for grade in found.values()), default=0)
    return Judgements(grades, levelled=highest < len(NAMES))


def _is_pairs(path: Path) -> bool:
    if path.suffix.lower() in (".jsonl", ".ndjson", ".tsv"):
        return path.suffix.lower() != ".tsv"
    return next((line.lstrip().startswith(b"{") for _, line in _lines(path)), False)


def _pairs(path: Path) -> Judgements:
    votes: Votes = {}
    repeated = 0
    for row, line in _lines(path):
        data = _json(line, path, row)
        pair = read_pair(data, file=str(path), row=row)
        given = votes.setdefault(pair.ids, [])
        vote = (_expert(data, path, row), pair.level)
        if vote[0] and any(name == vote[0] for name, _ in given):
            raise _bad_line(path, row, "by", "an expert who has not judged this pair before", vote[0])
        if vote in given:
            repeated += 1
            continue
        given.append(vote)
    return _settled(votes, repeated)


def _expert(data: dict[str, Any], path: Path, row: int) -> str:
    by = data.get("by")
    if by is None:
        return ""
    if not isinstance(by, str) or not by.strip():
        raise _bad_line(path, row, "by", "a name", by)
    return by.strip()


def _settled(votes: Votes, repeated: int) -> Judgements:
    grades: dict[str, dict[str, int]] = {}
    for (need, achievement), given in votes.items():
        grades.setdefault(need, {})[achievement] = lower_median([level for _, level in given]) - 1
    named = ([level for name, level in given if name] for given in votes.values())
    return Judgements(
        grades,
        levelled=True,
        pairs=True,
        repeated=repeated,
        disputed=sum(len({level for _, level in given}) > 1 for given in votes.values()),
        experts=tuple(abs(one - other) for levels in named for one, other in combinations(levels, 2)),
    )


def lower_median(levels: list[int]) -> int:
    """Return the middle level, of two middle ones the lower.

    Examples
    --------
    >>> lower_median([4, 1, 3]), lower_median([4, 3])
    (3, 3)
    """
    return sorted(levels)[(len(levels) - 1) // 2]
