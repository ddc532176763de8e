"""The files of the command line: records and runs as JSON Lines, judgements as TSV, rejects beside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from tuwei.core.errors import InputError
from tuwei.match._records import duplicate, read_record

LONGEST_LINE = 16_000_000  # bytes; a longer one is no record


class Rejects:
    """Rows that could not be used, each with its reason, in ``OUT.rejects.jsonl`` beside the output.

    The file is written when the first row is rejected; one left by an earlier run is removed.
    """

    def __init__(self, source: Path, *, beside: Path) -> None:
        self.source = source
        self.path = beside.with_name(beside.name + ".rejects.jsonl")
        self.count = 0

    def __enter__(self) -> Rejects:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def add(self, error: InputError, line: bytes) -> None:
        """Note one row."""
        self.count += 1
        noted = {**error.as_dict(), "line": line.decode("utf-8", "backslashreplace").rstrip("\r\n")}
        with self.path.open("a", encoding="utf-8", errors="backslashreplace") as lines:
            lines.write(json.dumps(noted, ensure_ascii=False) + "\n")


def objects(path: Path, rejects: Rejects) -> Iterator[dict[str, Any]]:
    """Read records, one a line; bad rows and second uses of an id go to the rejects."""
    seen: set[str] = set()
    for row, line in _lines(path):
        try:
            data = _json(line, path, row)
            record = read_record(data, file=str(path), row=row)
            if record.id in seen:
                raise duplicate(record.id, file=str(path), row=row)
        except InputError as error:
            rejects.add(error, line)
            continue
        seen.add(record.id)
        yield data


def graded(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements: ``need<TAB>achievement<TAB>grade``, grades 0, 1, 2 …

    Raises
    ------
    InputError
        ``match.bad_line`` naming file, row and field; also for a pair judged twice.
    """
    found: dict[str, dict[str, int]] = {}
    for row, line in _lines(path):
        parts = _text(line, path, row).rstrip("\r\n").split("\t")
        if len(parts) != 3:
            raise _bad_line(
                path, row, "need⇥achievement⇥grade", "three columns with tabs between", f"{len(parts)}"
            )
        need, achievement, grade = parts
        if not (grade.strip().isascii() and grade.strip().isdigit() and len(grade.strip()) < 3):
            raise _bad_line(path, row, "grade", "a whole number, 0-99", grade)
        if achievement in found.setdefault(need, {}):
            raise _bad_line(path, row, "achievement", "a pair not judged before", f"{need}, {achievement}")
        found[need][achievement] = int(grade)
    return found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield lines that are not blank, with their numbers; a line beyond the limit comes cut off."""
    with path.open("rb") as lines:
        row = 0
        while line := lines.readline(LONGEST_LINE):
            row += 1
            while not line.endswith(b"\n") and (more := lines.readline(LONGEST_LINE)):
                if more.endswith(b"\n"):
                    break
            line = line.removeprefix(b"\xef\xbb\xbf") if row == 1 else line
            if line.strip():
                yield row, line


def _json(line: bytes, path: Path, row: int) -> Any:
    try:
        return json.loads(_text(line, path, row))
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "too deep")
        raise _bad_line(
            path, row, "", f"one JSON object ({reason})", line[:80].decode("utf-8", "replace")
        ) from None


def _text(line: bytes, path: Path, row: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise _bad_line(path, row, "", "UTF-8", line[:80].decode("utf-8", "replace")) from None


def _bad_line(path: Path, row: int, field: str, expected: str, got: Any) -> InputError:
    return InputError(
        "match.bad_line",
        "{file} 第 {row} 行“{field}”不合格式(应为 {expected}),现为“{got}”。",
        "{file} row {row}: “{field}” must be {expected}, got “{got}”.",
        file=str(path),
        row=row,
        field=field,
        expected=expected,
        got=str(got).strip()[:80],
    )
