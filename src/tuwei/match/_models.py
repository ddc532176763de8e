"""A folder of graders: whole versions, one in force; a new one comes into force only if it is not worse.

The folder is laid out as an index's (see `_folder`). What is compared are two graders that never saw the
pairs kept out: which pairs those are, their ids alone decide, so they are the same in every training.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tuwei.core.errors import ConflictError, InputError, MissingError
from tuwei.match import _folder
from tuwei.match._pairs import Pair

if TYPE_CHECKING:
    from tuwei.match._grader import Grader

KEPT = 20  # versions
CARD = "model.json"
SAMPLES = 2_000  # of the bootstrap


@dataclass(frozen=True, slots=True)
class Version:
    """One version in a folder of models, with its card ({} where it cannot be read)."""

    number: int
    in_force: bool
    card: dict[str, Any]


def in_force(folder: Path) -> Path:
    """Return where the version in force lies.

    Raises
    ------
    MissingError
        ``match.no_model``.
    """
    try:
        return _folder.current(folder)
    except MissingError:
        raise _no_model(folder) from None


def versions(folder: Path) -> list[Version]:
    """Return the versions, oldest first.

    Raises
    ------
    MissingError
        ``match.no_model``.
    """
    ours = in_force(folder).name
    return [
        Version(int(path.name[4:]), path.name == ours, _card(path)) for path in sorted(folder.glob("gen-*"))
    ]


def publish(folder: Path, grader: Grader) -> tuple[int, dict[str, Any]]:
    """Put a grader in force as a new version, if it is not worse than the one there.

    Returns
    -------
    tuple
        Number of the version, and the comparison (``{}`` for the first; see `compare`).

    Raises
    ------
    ConflictError
        ``match.model_worse``: the one in force stays. ``match.model_busy``: another process is writing here.
    InputError
        ``match.not_models``: the folder holds something else. ``match.damaged_model``: so is the one in force.
    """
    compared: dict[str, Any] = {}

    def write(made: Path) -> None:
        compared.update(_held_against(folder, grader))
        if compared.get("difference", 0.0) > 0:
            made.rmdir()
            raise _worse(folder, compared)
        grader.card["created"] = datetime.now(UTC).isoformat(timespec="seconds")
        grader.card["compared"] = compared
        grader.save(made)

    with _told(folder):
        made = _folder.publish(folder, write, kept=KEPT)
    return int(made.name[4:]), compared


def rollback(folder: Path, to: int | None = None) -> int:
    """Put an older version in force, by default the one before; return its number.

    Raises
    ------
    MissingError
        ``match.no_model``; ``match.no_version``: there is none of this number, or none before.
    ConflictError
        ``match.model_busy``.
    """
    ours = int(in_force(folder).name[4:])
    numbers = [int(path.name[4:]) for path in sorted(folder.glob("gen-*"))]
    earlier = [number for number in numbers if number < ours]
    chosen = to if to is not None else (earlier[-1] if earlier else None)
    if chosen not in numbers or chosen is None:
        raise MissingError(
            "match.no_version",
            "{file} 中没有可退回的版本 {got}(现有 {expected})。",
            "There is no version {got} to go back to in {file} (there are {expected}).",
            file=str(folder),
            got="" if to is None else str(to),
            expected=", ".join(map(str, numbers)),
        )
    with _told(folder), _folder._alone(folder):
        _folder._name(folder, f"gen-{chosen:06d}")
    return chosen


def compare(new: Grader, old: Grader) -> dict[str, Any]:
    """Return how two graders judge the pairs kept out of both.

    Of a pair that the old one keeps out its level holds, whatever the new training says: else a file of
    wrong levels would be judged by itself. The new training adds pairs that the old one did not have.

    Returns
    -------
    dict
        ``pairs``; ``new`` and ``old``, their mean absolute errors in levels; ``difference`` (below 0: the new
        one is better) and its 95 % ``interval`` by paired bootstrap over needs.
    """
    held = {pair.ids for pair in old.model.kept}
    pairs = sorted([*old.model.kept, *(pair for pair in new.model.kept if pair.ids not in held)])
    if not pairs:
        return {"pairs": 0}
    errors = [_errors(grader, other, pairs) for grader, other in ((new, old), (old, new))]
    away = errors[0] - errors[1]
    _, need = np.unique([pair.need for pair in pairs], return_inverse=True)
    sums, counts = np.bincount(need, away), np.bincount(need)
    drawn = np.random.default_rng(0).integers(len(sums), size=(SAMPLES, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return {
        "pairs": len(pairs),
        "new": round(float(errors[0].mean()), 6),
        "old": round(float(errors[1].mean()), 6),
        "difference": round(float(away.mean()), 6),
        "interval": [round(float(end), 6) for end in np.quantile(means, (0.025, 0.975))],
    }


def _errors(grader: Grader, other: Grader, pairs: list[Pair]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how far from the experts' level each pair is graded by what never saw it."""
    needs = {**other.model.need_texts, **grader.model.need_texts}
    found = {**other.model.achievement_texts, **grader.model.achievement_texts}
    grades = grader.grade_texts([pair.ids for pair in pairs], needs, found, grader.model.judged)
    return np.array([abs(grade.level - pair.level) for grade, pair in zip(grades, pairs, strict=True)], float)


def _held_against(folder: Path, grader: Grader) -> dict[str, Any]:
    from tuwei.match._grader import Grader

    return compare(grader, Grader.load(folder)) if (folder / "CURRENT").exists() else {}


def _card(path: Path) -> dict[str, Any]:
    try:
        card = loads((path / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return card if isinstance(card, dict) else {}


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say in words of models what the folder's own errors say of an index."""
    try:
        yield
    except ConflictError as error:
        if error.code != "match.index_busy":
            raise
        zh, en = (
            "另一个进程正在写入 {file},请稍后再试。",
            "Another process is writing {file}; try again later.",
        )
        raise ConflictError("match.model_busy", zh, en, file=str(folder)) from None
    except InputError as error:
        if error.code != "match.not_an_index":
            raise
        raise InputError(
            "match.not_models",
            "{file} 中有其他文件,请另选一个空文件夹存放模型。",
            "{file} holds other files; choose an empty folder for the models.",
            file=str(folder),
        ) from None


def _no_model(folder: Path) -> MissingError:
    return MissingError(
        "match.no_model",
        "{file} 中没有模型,请先运行 {expected}",
        "There is no model in {file}; make one first: {expected}",
        file=str(folder),
        expected="tuwei match train --pairs PAIRS --achievements ACH --needs NEEDS --out DIR",
    )


def _worse(folder: Path, compared: dict[str, Any]) -> ConflictError:
    low, high = compared["interval"]
    return ConflictError(
        "match.model_worse",
        "新模型未启用,{file} 中原有版本继续有效:在 {pairs} 对留出的评分上,新模型的平均误差为 {got},原有的为 {expected}"
        "(相差的 95% 区间 {low} 至 {high})。",
        "The new model was not put in force and the one in {file} stays: on {pairs} kept-out pairs its mean error "
        "is {got}, that of the old one {expected} (95% interval of the difference {low} to {high}).",
        file=str(folder),
        pairs=compared["pairs"],
        got=compared["new"],
        expected=compared["old"],
        low=low,
        high=high,
    )
