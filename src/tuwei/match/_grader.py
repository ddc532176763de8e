"""A grader learned from experts' judgements: how well a need and an achievement fit, on four levels.

Ridge regression with the kernel of `_kernel` on three targets, level >= 2, 3, 4; calibrated probabilities and
the median level from predictions of pairs left out, once for needs met in training and once for new ones.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from tuwei.core.errors import InputError
from tuwei.match._grader_files import read, write
from tuwei.match._grader_levels import Doubles, median, probabilities
from tuwei.match._grader_model import Head, Model
from tuwei.match._grader_texts import Side, Text, joined, text_of, texts_of
from tuwei.match._hit import Level
from tuwei.match._pairs import Pair, name_of, once, read_pair

if TYPE_CHECKING:
    from tuwei.match._embedding import Embedding
    from tuwei.match._models import Version
    from tuwei.match._records import Record

Progress = Callable[[str, int, int], None]
Records = Iterable[Mapping[str, Any]]
MOST_REMEMBERED = 20_000  # achievements whose rows are remembered between calls


@dataclass(frozen=True, slots=True)
class Grade:
    """What a pair got.

    Parameters
    ----------
    need, achievement
        Ids.
    level
        1 (none) to 4 (strong): the median of the probabilities.
    expected
        Expected level, 1-4; the score to rank by.
    probabilities
        Of the four levels, lowest first; their sum is 1.
    """

    need: str
    achievement: str
    level: int
    expected: float
    probabilities: tuple[float, ...]

    @property
    def name(self) -> Level:
        """Name of the level."""
        return name_of(self.level)

    def line(self) -> dict[str, Any]:
        """Return the line of a file of grades.

        Examples
        --------
        >>> Grade("n1", "a1", 4, 3.5, (0.0, 0.1, 0.3, 0.6)).line()["name"]
        'strong'
        """
        return {
            "need": self.need,
            "achievement": self.achievement,
            "level": self.level,
            "name": self.name,
            "expected": round(self.expected, 4),
            "probabilities": [round(one, 4) for one in self.probabilities],
        }


class Grader:
    """Grades pairs, of needs and achievements met in training or not.

    Examples
    --------
    >>> needs = [{"id": f"n{at}", "title": word} for at, word in enumerate(["井水淡化", "牛舍降温", "秸秆还田"])]
    >>> achievements = [{"id": f"a{at}", "title": need["title"] + "装置"} for at, need in enumerate(needs)]
    >>> pairs = [{"need": f"n{n}", "achievement": f"a{a}", "level": 4 if n == a else 1}
    ...          for n in range(3) for a in range(3)]
    >>> grader = Grader.fit(pairs, needs, achievements)
    >>> [grade.level for grade in grader.grade([("n0", "a0"), ("n0", "a1")])]
    [4, 1]
    >>> grader.expected({"title": "苦咸水淡化"}, achievements).shape
    (3, 4)
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._place: dict[Text, int] = {}  # rows of texts in `_known`
        self._known: Side | None = None
        self._lock = Lock()  # of the two above

    @classmethod
    def fit(
        cls,
        pairs: Iterable[Mapping[str, Any] | Pair],
        needs: Records,
        achievements: Records,
        *,
        seed: int = 0,
        embedding: Embedding | None = None,
        progress: Progress | None = None,
    ) -> Grader:
        """Learn from judgements.

        Parameters
        ----------
        pairs
            ``need``, ``achievement`` and ``level`` (1-4 or its name). A pair judged differently twice counts
            with both levels.
        needs, achievements
            Records with ``id`` and ``title``, or ``text``; those without a judgement are learned from too
            (which words are rare, which go together).
        seed
            Fixes samples and start: the same input gives the same model.
        embedding
            Vectors learned elsewhere, such as an index's own, as one more view.
        progress
            Called with what is being done, how much is done and how much there is.

        Returns
        -------
        Grader
            With up to 12,000 pairs learned from, drawn as whole needs where there are more.

        Raises
        ------
        InputError
            ``match.bad_pair``, ``match.bad_field``; ``match.unknown_id`` for a pair whose record is missing;
            ``match.too_few_pairs`` under 8 pairs or where all have one level.
        """
        rows = once(pair if isinstance(pair, Pair) else read_pair(pair) for pair in pairs)
        known, found = texts_of(needs), texts_of(achievements)
        missing = next((row for row in rows if row.need not in known or row.achievement not in found), None)
        if missing:
            raise unknown(missing, known)
        tell = progress or (lambda work, done, total: None)
        from tuwei.match._grader_fit import learn

        return cls(learn(rows, known, found, seed=seed, embedding=embedding, tell=tell))

    @property
    def card(self) -> dict[str, Any]:
        """Counts, weights and what the kept-out pairs showed; see the reference of ``model.json``."""
        return self._model.card

    @property
    def model(self) -> Model:
        """What was learned."""
        return self._model

    def knows(self, need: str, achievement: str) -> tuple[bool, bool]:
        """Tell of which of two ids the model holds the text."""
        return need in self._model.need_texts, achievement in self._model.achievement_texts

    def grade(
        self,
        pairs: Iterable[tuple[str, str] | Pair],
        needs: Records = (),
        achievements: Records = (),
    ) -> list[Grade]:
        """Grade pairs given by ids.

        Parameters
        ----------
        pairs
            Ids of need and achievement, a level beside them is ignored.
        needs, achievements
            Records not met in training, or to be read in place of those that were.

        Raises
        ------
        InputError
            ``match.unknown_id``: no such record here nor in the model; ``match.bad_field``.
        """
        rows = [(pair[0], pair[1]) for pair in pairs]
        known = {**self._model.need_texts, **texts_of(needs)}
        found = {**self._model.achievement_texts, **texts_of(achievements)}
        for row in rows:
            if row[0] not in known or row[1] not in found:
                raise unknown(Pair(*row), known)
        return self.grade_texts(rows, known, found, self._model.head)

    def grade_texts(
        self,
        rows: Sequence[tuple[str, str]],
        needs: Mapping[str, Text],
        achievements: Mapping[str, Text],
        head: Head,
    ) -> list[Grade]:
        """Grade pairs whose texts are at hand, by one of the model's two solutions."""
        reached = self._reached(rows, needs, achievements, head)
        levels, chances = median(reached), probabilities(reached)
        return [
            Grade(need, achievement, int(level), float(1 + at.sum()), tuple(chance.tolist()))
            for (need, achievement), level, at, chance in zip(rows, levels, reached, chances, strict=True)
        ]

    def expected(
        self, need: Mapping[str, Any] | Record, achievements: Sequence[Mapping[str, Any] | Record]
    ) -> Doubles:
        """Return the probabilities of the four levels for one need against many achievements.

        Parameters
        ----------
        need, achievements
            Records, met in training or not. What achievements read as is remembered between calls.

        Returns
        -------
        numpy.ndarray
            Shape (achievements, 4). ``probabilities @ [1, 2, 3, 4]`` is the expected level, the score to
            rank by.

        Raises
        ------
        InputError
            ``match.bad_field``.
        """
        if not achievements:
            return np.zeros((0, 4))
        side = self._side([text_of(record) for record in achievements])
        return probabilities(self._model.head.reached(self._model.views.side([text_of(need)]), side))

    def _side(self, texts: Sequence[Text]) -> Side:
        """Return texts in all views; those met before are remembered, by many threads at a time."""
        with self._lock:
            return self._remembered(texts)

    def _remembered(self, texts: Sequence[Text]) -> Side:
        fresh = list(dict.fromkeys(text for text in texts if text not in self._place))
        if len(self._place) + len(fresh) > MOST_REMEMBERED:
            self._place, self._known, fresh = {}, None, list(dict.fromkeys(texts))
        if fresh:
            made = self._model.views.side(fresh)
            self._place |= {text: len(self._place) + at for at, text in enumerate(fresh)}
            self._known = joined([self._known, made]) if self._known else made
        assert self._known is not None
        return self._known.take(np.array([self._place[text] for text in texts], np.int64))

    def _reached(
        self,
        rows: Sequence[tuple[str, str]],
        known: Mapping[str, Text],
        found: Mapping[str, Text],
        head: Head,
    ) -> Doubles:
        names = list(dict.fromkeys(achievement for _, achievement in rows))
        place = {name: at for at, name in enumerate(names)}
        side = self._model.views.side([found[name] for name in names])
        by_need: dict[str, list[int]] = {}
        for at, (need, _) in enumerate(rows):
            by_need.setdefault(need, []).append(at)
        reached = np.zeros((len(rows), 3))
        for need, places in by_need.items():
            ours = side.take(np.array([place[rows[at][1]] for at in places], np.int64))
            reached[places] = head.reached(self._model.views.side([known[need]]), ours)
        return reached

    def save(self, folder: Path) -> None:
        """Write the model's files into a folder that is there."""
        write(self._model, folder)

    @classmethod
    def read(cls, folder: Path) -> Grader:
        """Read what `save` wrote."""
        return cls(read(folder))

    @classmethod
    def load(cls, folder: Path | str) -> Grader:
        """Read the version in force in a folder of models.

        Raises
        ------
        MissingError
            ``match.no_model``.
        """
        from tuwei.match._models import in_force

        return cls.read(in_force(Path(folder)))

    def publish(self, folder: Path | str) -> tuple[int, dict[str, Any]]:
        """Put this grader in force in a folder of models, if it is not worse than the one there.

        Returns
        -------
        tuple
            Number of the version, and how it compares with the one before on the pairs kept out of both
            (``pairs``, ``new`` and ``old`` mean errors in levels, ``difference``, ``interval``); ``{}`` for the
            first.

        Raises
        ------
        ConflictError
            ``match.model_worse``: the one in force stays. ``match.model_busy``: another process writes there.
        InputError
            ``match.not_models``, ``match.damaged_model``.
        """
        from tuwei.match._models import publish

        return publish(Path(folder), self)

    @staticmethod
    def versions(folder: Path | str) -> list[Version]:
        """Return the versions in a folder of models, oldest first: ``number``, ``in_force``, ``card``.

        Raises
        ------
        MissingError
            ``match.no_model``.
        """
        from tuwei.match._models import versions

        return versions(Path(folder))

    @staticmethod
    def rollback(folder: Path | str, to: int | None = None) -> int:
        """Put an older version in force, by default the one before; return its number.

        Raises
        ------
        MissingError
            ``match.no_model``, ``match.no_version``.
        ConflictError
            ``match.model_busy``.
        """
        from tuwei.match._models import rollback

        return rollback(Path(folder), to)


def unknown(pair: Pair, known: Collection[str], *, file: str = "", row: int = 0) -> InputError:
    """Return the error for a pair whose need or achievement has no record."""
    name = "achievement" if pair.need in known else "need"
    zh = {"need": "需求", "achievement": "成果"}[name]
    return InputError(
        "match.unknown_id",
        f"没有编号为“{{got}}”的{zh}记录。",
        f"There is no record of the {name} “{{got}}”.",
        file=file,
        row=row,
        field=name,
        expected="an id of a record",
        got=getattr(pair, name),
    )
