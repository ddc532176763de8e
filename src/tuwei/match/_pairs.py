"""Graded pairs: a need, an achievement, and how well an expert found that they fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tuwei.core.errors import InputError
from tuwei.match._hit import LEVELS, Level
from tuwei.match._lines import Rejects, _json, _lines
from tuwei.match._records import LONGEST_CODE

NAMES: tuple[Level, ...] = ("none", "weak", "fair", "strong")  # by number, from 1
NUMBERS: dict[str, int] = {
    **{name: number for number, name in enumerate(NAMES, start=1)},
    **{LEVELS[name][0]: number for number, name in enumerate(NAMES, start=1)},
    **{str(number): number for number in range(1, len(NAMES) + 1)},
}


class Pair(NamedTuple):
    """One judgement: two ids and a level, 1 (no match) to 4 (strong), 0 where none was given."""

    need: str
    achievement: str
    level: int = 0

    @property
    def ids(self) -> tuple[str, str]:
        """Which need and which achievement."""
        return self.need, self.achievement


class Pairs(list[Pair]):
    """Judgements in the order of the file.

    A pair judged twice alike is here once, and counted in `repeated`. One judged differently is here with
    each of its levels, as opinions of several experts; `disputed` counts such pairs.
    """

    repeated: int = 0
    disputed: int = 0


def level_of(value: Any) -> int | None:
    """Return the number of a level given as 1-4 or by its name in either language, None for anything else.

    Examples
    --------
    >>> [level_of(value) for value in (4, "strong", "较强相关", "2", 5, True, "")]
    [4, 4, 3, 2, None, None, None]
    """
    if isinstance(value, str):
        return NUMBERS.get(value.strip())
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 1 <= value <= len(NAMES) else None


def name_of(level: int) -> Level:
    """Return the name of a level 1-4.

    Examples
    --------
    >>> name_of(3), LEVELS[name_of(3)]
    ('fair', ('较强相关', 'fair match'))
    """
    return NAMES[level - 1]


def read_pairs(
    path: Path,
    rejects: Rejects,
    *,
    needed: bool = True,
    check: Callable[[Pair, int], None] = lambda pair, row: None,
) -> Pairs:
    """Read judgements, ``{"need", "achievement", "level"}`` a line; bad rows go to the rejects.

    Parameters
    ----------
    path
        JSON Lines. The level is 1-4, or ``none``, ``weak``, ``fair``, ``strong``, or 无相关, 弱相关,
        较强相关, 强相关.
    rejects
        Where bad rows go, each with its reason.
    needed
        Whether a row without a level is bad; else it reads as level 0.
    check
        Called with each pair and its row (1-based); an `InputError` it raises rejects the row.
    """
    rows = []
    for row, line in _lines(path):
        try:
            pair = read_pair(_json(line, path, row), needed=needed, file=str(path), row=row)
            check(pair, row)
        except InputError as error:
            rejects.add(error, line)
        else:
            rows.append(pair)
    return once(rows)


def read_pair(data: Any, *, needed: bool = True, file: str = "", row: int = 0) -> Pair:
    """Check one judgement.

    Raises
    ------
    InputError
        ``match.bad_pair`` naming file, row, field, what was expected and what came.

    Examples
    --------
    >>> read_pair({"need": "n1", "achievement": "a1", "level": "强相关"})
    Pair(need='n1', achievement='a1', level=4)
    """
    if not isinstance(data, Mapping):
        raise _bad(file, row, "", "一个 JSON 对象", "a JSON object", data)
    ids = [_identity(data, name, file, row) for name in ("need", "achievement")]
    given = data.get("level")
    if given is None and not needed:
        return Pair(ids[0], ids[1])
    level = level_of(given)
    if level is None:
        zh, en = "1–4 或 无相关、弱相关、较强相关、强相关", "1-4 or none, weak, fair, strong"
        raise _bad(file, row, "level", zh, en, given)
    return Pair(ids[0], ids[1], level)


def once(rows: Iterable[Pair]) -> Pairs:
    """Return judgements without exact repetitions.

    Examples
    --------
    >>> found = once([Pair("n", "a", 3), Pair("n", "a", 3), Pair("n", "a", 4)])
    >>> len(found), found.repeated, found.disputed
    (2, 1, 1)
    """
    kept = Pairs()
    seen: dict[tuple[str, str], set[int]] = {}
    for pair in rows:
        levels = seen.setdefault(pair.ids, set())
        if pair.level in levels:
            kept.repeated += 1
            continue
        levels.add(pair.level)
        kept.append(pair)
    kept.disputed = sum(len(levels - {0}) > 1 for levels in seen.values())
    return kept


def _identity(data: Mapping[str, Any], name: str, file: str, row: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_CODE:
        zh, en = f"编号(至多 {LONGEST_CODE} 字)", f"an id of at most {LONGEST_CODE} characters"
        raise _bad(file, row, name, zh, en, value)
    return value.strip()


def _bad(file: str, row: int, field: str, zh: str, en: str, got: Any) -> InputError:
    shown = got if isinstance(got, str) else repr(got)
    return InputError(
        "match.bad_pair",
        f"{{file}} 第 {{row}} 行“{{field}}”应为{zh},现为“{{got}}”。",
        f"{{file}} row {{row}}: “{{field}}” must be {en}, got “{{got}}”.",
        file=file,
        row=row,
        field=field,
        expected=en,
        got=shown[:80],
    )
