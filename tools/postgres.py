"""A private PostgreSQL for the tests: a new cluster in a temporary folder, reached by a socket file."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# A test cluster may lose everything when the power fails.
OPTIONS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses= -c jit=off"


def programs() -> Path | None:
    """Return the folder of the newest installed server's programs, as Debian lays them out."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def temporary_postgres() -> Iterator[tuple[str, str]]:
    """Yield the address of a server, and why there is none if the address is empty.

    ``TUWEI_TEST_DATABASE_URL`` names a server of one's own, whose user may create databases.
    """
    if own := os.environ.get("TUWEI_TEST_DATABASE_URL"):
        yield own, ""
        return
    folder, why = programs(), ""
    if folder is None:
        why = "没有 PostgreSQL · no PostgreSQL; apt install postgresql, or set TUWEI_TEST_DATABASE_URL"
    elif os.getuid() == 0 and not _has_account("postgres"):
        why = "root 不能运行 PostgreSQL · PostgreSQL does not run as root and there is no account postgres"
    if folder is None or why:
        yield "", why
        return
    with _cluster(folder) as address:
        yield address, ""


def _has_account(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


@contextmanager
def _cluster(programs: Path) -> Iterator[str]:
    place = Path(tempfile.mkdtemp(prefix="tuwei-pg-"))
    as_other: list[str] = []
    if os.getuid() == 0:
        shutil.chown(place, "postgres")
        as_other = ["runuser", "-u", "postgres", "--"]
    control = [*as_other, str(programs / "pg_ctl"), "-D", str(place / "data"), "-w"]
    initdb = [*as_other, str(programs / "initdb"), "-D", str(place / "data"), "-U", "tuwei", "-A", "trust"]
    try:
        _run([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], place)
        _run([*control, "-l", str(place / "log"), "-o", f"-k {place} {OPTIONS}", "start"], place)
        yield f"postgres://tuwei@{quote(str(place), safe='')}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], cwd=place, capture_output=True)
        shutil.rmtree(place, ignore_errors=True)


def _run(command: list[str], place: Path) -> None:
    # To a file, not a pipe: the server keeps the pipe open and we would wait for ever.
    with (place.parent / f"{place.name}.out").open("w+") as out:
        Path(out.name).unlink()
        done = subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        if done.returncode:
            out.seek(0)
            raise RuntimeError(f"{command[-1]}: {out.read()[-2000:]}")
