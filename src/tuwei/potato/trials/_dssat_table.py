"""Tables in DSSAT's text files: sections that begin with ``*``, header lines that begin with ``@``, rows under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

MISSING = -99.0


def sections(path: Path) -> dict[str, list[str]]:
    """Return the lines of each section of a file, by its title in capitals; comments (``!``) are left out."""
    return _sections(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _sections(path: Path, changed_at: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text("utf-8-sig", errors="replace").splitlines():
        if line.startswith("*"):
            lines = found.setdefault(re.split(r"\s{2,}|:|\(", line[1:].strip())[0].strip().upper(), [])
        elif line.strip() and line[0] != "!":
            lines.append(line)
    return found


def tables(lines: list[str], has: str = "") -> Iterator[dict[str, str]]:
    """Yield the rows under the header lines that have a column ``has``; names lose the dots that show their width.

    A row with as many words as names is read word by word. With more, the last column is text and takes the rest.
    With fewer, a cell is blank: each word goes to the name it ends nearest to.
    """
    names: list[str] = []
    header = ""
    for line in lines:
        if line.startswith("@"):
            header, names = line, [name.strip(".") for name in line[1:].split()]
        elif names and (not has or has in names) and line.strip() and line[0] not in "!*":
            yield dict(zip(names, _cells(header, len(names), line), strict=False))


def _cells(header: str, count: int, line: str) -> list[str]:
    words = line.split()
    if len(words) > count:
        return [*words[: count - 1], " ".join(words[count - 1 :])]
    if len(words) == count:
        return words
    ends = [one.end() for one in re.finditer(r"\S+", header.replace("@", " ", 1))]
    cells, free = [""] * count, 0
    for word in re.finditer(r"\S+", line):
        free = min(range(free, count), key=lambda place: abs(ends[place] - word.end()), default=count)
        if free == count:
            return words
        cells[free] = word.group()
        free += 1
    return cells


def number(row: dict[str, str], name: str, missing: float) -> float:
    """Return a number of a row; ``missing`` where it is blank, absent or -99."""
    value = float(row.get(name) or MISSING)
    return missing if value <= MISSING else value


def dssat_day(text: str) -> date:
    """Return the day of ``yyddd`` or ``yyyyddd``; two digits from 40 on are 19yy.

    Raises
    ------
    ValueError
        Not a year and a day of it.

    Examples
    --------
    >>> dssat_day("92102"), dssat_day("2013213")
    (datetime.date(1992, 4, 11), datetime.date(2013, 8, 1))
    """
    if not re.fullmatch(r"\d{4,7}", text) or not 1 <= int(text[-3:]) <= 366:
        raise ValueError(f"{text[:20]!r} is not yyddd or yyyyddd")
    year, day = int(text[:-3]), int(text[-3:])
    year += (1900 if year >= 40 else 2000) if year < 100 else 0
    return date(year, 1, 1) + timedelta(days=day - 1)


def known_day(text: str) -> date | None:
    """Return the day, or None where it is blank or -99 (or 0, as old files have it)."""
    return None if text.strip() in ("", "-99", "0") else dssat_day(text.strip())
