"""The folder that readings land in: Parquet parts by month, daily roll-ups, rejects, and a journal of finished files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tuwei.core.errors import ConflictError, InputError


@dataclass(frozen=True)
class Batch:
    """One file that was ingested: ``id`` is of its bytes, ``arrival`` its place in the order of arrival."""

    id: str
    arrival: int
    file: str
    accepted: int
    rejected: int
    months: list[str]


class Lake:
    """A folder of readings.

    ``rows/month=YYYY-MM/*.parquet`` are the accepted readings, never rewritten; ``daily/month=YYYY-MM/daily.parquet``
    the roll-ups, made anew where a month has new parts; ``rejects/*.csv`` the rows set aside; ``journal.jsonl`` has a
    line for each finished file, written after its parts are in place: what has no line is removed and done again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows, self.daily, self.rejects = folder / "rows", folder / "daily", folder / "rejects"
        self.work, self._journal, self._rolled = (
            folder / ".work",
            folder / "journal.jsonl",
            folder / "rolled.json",
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder for one writer, and clear away what a broken run left.

        Raises
        ------
        ConflictError
            ``potato.lake_busy``: another process writes. InputError ``potato.lake_folder``: the folder holds
            something else, or cannot be written.
        """
        import fcntl

        if self.folder.exists() and not self._journal.exists() and any(self.folder.iterdir()):
            raise InputError("potato.lake_folder", "{file} 已有其他内容，请换一个文件夹。", "{file} holds other things; choose another folder.",
                             file=str(self.folder))  # fmt: skip
        try:
            for folder in (self.rows, self.daily, self.rejects):
                folder.mkdir(parents=True, exist_ok=True)
            self._journal.touch()
        except OSError as error:
            raise InputError("potato.lake_folder", "{file} 不能写入：{got}", "{file} cannot be written: {got}",
                             file=str(self.folder), got=error.strerror) from None  # fmt: skip
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ConflictError("potato.lake_busy", "{file} 正在被另一个进程写入。", "Another process is writing {file}.",
                                    file=str(self.folder)) from None  # fmt: skip
            self._clear()
            yield
            shutil.rmtree(self.work, ignore_errors=True)

    def _clear(self) -> None:
        shutil.rmtree(self.work, ignore_errors=True)
        known = {batch.id for batch in self.batches()}
        for part in self.rows.glob("month=*/*.parquet"):
            if part.name.split("-")[1] not in known:
                part.unlink()
        for part in self.rejects.iterdir():
            if part.suffix == ".part" or part.stem.rpartition("-")[2] not in known:
                part.unlink()
        self.work.mkdir()

    def batches(self) -> list[Batch]:
        """Return the finished files; a line that a crash cut short is not one."""
        found = []
        for line in self._journal.read_text("utf-8").splitlines() if self._journal.exists() else []:
            try:
                found.append(Batch(**json.loads(line)))
            except (ValueError, TypeError):
                continue
        return found

    def finish(self, batch: Batch, parts: dict[str, list[Path]]) -> None:
        """Put the parts of a batch in place, then its line in the journal."""
        for month, files in parts.items():
            home = self.rows / f"month={month}"
            home.mkdir(exist_ok=True)
            for index, part in enumerate(files):
                _to_disk(part)
                os.replace(part, home / f"{batch.arrival:06}-{batch.id}-{index}.parquet")
        with self._journal.open("r+b") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - 1))
            cut = b"\n" if file.read(1) not in (b"", b"\n") else b""  # a line that a crash cut short
            file.write(cut + json.dumps(asdict(batch), ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def months(self) -> dict[str, list[str]]:
        """Return, of each month, the names of its parts."""
        found: dict[str, list[str]] = {}
        for part in sorted(self.rows.glob("month=*/*.parquet")):
            found.setdefault(part.parent.name.removeprefix("month="), []).append(part.name)
        return found

    def due(self) -> dict[str, list[str]]:
        """Return the months whose roll-up is missing or does not know all of their parts."""
        rolled = self.rolled()
        return {month: parts for month, parts in self.months().items()
                if rolled.get(month, {}).get("parts") != parts or not self.daily_file(month).exists()}  # fmt: skip

    def rolled(self) -> dict[str, dict[str, Any]]:
        """Return what is known of the roll-ups: parts, readings, duplicates, conflicts of each month."""
        return json.loads(self._rolled.read_text("utf-8")) if self._rolled.exists() else {}

    def note_rolled(self, month: str, facts: dict[str, object]) -> None:
        """Write down that a month is rolled up."""
        fresh = self._rolled.with_suffix(".part")
        fresh.write_text(json.dumps(self.rolled() | {month: facts}, indent=1), "utf-8")
        os.replace(fresh, self._rolled)

    def daily_file(self, month: str) -> Path:
        """Return where the month's roll-up lies."""
        return self.daily / f"month={month}" / "daily.parquet"

    def row_files(self, month: str) -> list[str]:
        """Return the month's parts as paths."""
        return [str(part) for part in sorted((self.rows / f"month={month}").glob("*.parquet"))]

    def fresh_files(self, month: str) -> list[str]:
        """Return the month's parts that its roll-up does not know, as paths; all of them where it cannot be added to."""
        old = set(self.rolled().get(month, {}).get("parts", ())) if self.daily_file(month).exists() else set()
        parts = self.row_files(month)
        fresh = [part for part in parts if Path(part).name not in old]
        return fresh if len(fresh) + len(old) == len(parts) else parts


def _to_disk(path: Path) -> None:
    """Wait until a file is on the disk: the journal's line must not outlive a power cut that its parts do not."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
