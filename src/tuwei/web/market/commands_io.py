"""Files in and out from the command line, through the same services as the site."""

from __future__ import annotations

import shutil
import threading
from itertools import count
from pathlib import Path
from typing import Any

from django.db import connections
from rich.console import Console
from rich.progress import Progress

from tuwei.core.errors import InputError, MissingError
from tuwei.core.tables import write_rows
from tuwei.web.accounts.models import User
from tuwei.web.base import jobs
from tuwei.web.base.models import Job

from .services import importing
from .services.exporting import exported

POLL = 0.3  # seconds between two looks at the job


def actor_of(account: str) -> User:
    """The active account of an e-mail address."""
    user = User.objects.filter(email__iexact=account, is_active=True).first()
    if user is None:
        raise MissingError(
            "account.missing",
            "没有可用的账号“{got}”;`tuwei user list` 列出全部账号。",
            "There is no active account “{got}”; `tuwei user list` lists them.",
            got=account,
        )
    return user


def import_file(*, kind: str, file: Path, account: str, publish: bool) -> None:
    """Import a file; the rejected rows are left beside it as ``NAME.rejects.ENDING`` (``NAME.rejects-2.ENDING`` …)."""
    if not file.is_file():
        raise MissingError("import.no_file", "没有文件 {file}。", "There is no file {file}.", file=str(file))
    with file.open("rb") as stream:
        job = importing.import_start(
            actor=actor_of(account), kind=kind, file=stream, name=file.name, publish=publish
        )
    job = _watched(job)
    if job.state != Job.State.DONE:
        zh, en = (
            str(job.error.get(language, "")).replace("{", "{{").replace("}", "}}")
            for language in ("zh", "en")
        )
        raise InputError(job.error.get("code", "import.failed"), zh, en)
    _report(job, file)


def _watched(job: Job) -> Job:
    """Run the job in this process (a worker may have taken it: then only watch) and show how far it is."""
    thread = threading.Thread(target=_run, args=(job,))
    thread.start()
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(job.params["name"], total=None)
        while job.state in (Job.State.WAITING, Job.State.RUNNING) or thread.is_alive():
            thread.join(POLL)
            job.refresh_from_db()
            bar.update(task, completed=job.done, total=job.total or None)
    return job


def _run(job: Job) -> None:
    try:
        jobs.run_job.call(job.pk)
    finally:
        connections.close_all()  # this thread's own: nobody else closes them


def _report(job: Job, file: Path) -> None:
    counts: dict[str, Any] = job.result
    print(
        "新增 created {created} · 更新 updated {updated} · 未变 unchanged {unchanged} · 退回 rejected {rejected}".format(
            **counts
        )
    )
    if counts["rejects"]:
        kept = importing.folder() / counts["rejects"]
        target = _copied(kept, file)
        print(f"退回的行连同原因 · rejected rows with reasons: {target}")


def _copied(kept: Path, file: Path) -> Path:
    """The rejects beside the file, under a number of their own where there are some: they may be half mended."""
    for number in count(1):
        target = file.with_name(f"{file.stem}.rejects{'' if number == 1 else f'-{number}'}{kept.suffix}")
        try:
            with kept.open("rb") as source, target.open("xb") as copy:
                shutil.copyfileobj(source, copy)
            return target
        except FileExistsError:
            continue
    raise AssertionError  # unreachable: the numbers do not end


def export_file(*, kind: str, out: Path, account: str, language: str) -> None:
    """Export what the account may export, each need at its grade."""
    importer = importing.kind_of(kind)
    rows = write_rows(out, importer.table, exported(kind, actor_of(account)), language=language)
    print(f"{rows} → {out}")
