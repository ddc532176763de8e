"""Read an uploaded file of needs or achievements, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tuwei.core.errors import InputError
from tuwei.core.tables import Rejects, Row, Table, count_rows, read
from tuwei.web.base import access, jobs
from tuwei.web.base.models import Job
from tuwei.web.base.told import Told, Way, teller

from ..models import ImportReject
from ..services import importing

LISTS = {"need": "market:my-needs", "achievement": "market:my-achievements"}


@teller("import")
def tell(job: Job, reader: Any) -> Told:
    """The counts so far or at the end; the rejects and the way back for whoever started it."""
    counts = importing.counts_of(job)
    said = [
        _("文件：%(name)s") % {"name": job.params.get("name", "—")},
        _("新增 %(created)s，更新 %(updated)s，未变 %(unchanged)s，退回 %(rejected)s") % counts,
    ]
    ours = "kind" in job.params and access.can(reader, "job.rejects", job)
    if job.state != Job.State.DONE or not ours:
        return Told(said)
    ways = []
    if job.result.get("rejects"):
        said.append(_("退回的行没有导入，原因写在文件末尾几栏；改好后只传那个文件。"))
        ways.append(Way(_("下载退回的行"), reverse("market:rejects", args=[job.pk]), "download", main=True))
    ways.append(Way(_("查看导入的内容"), reverse(LISTS[job.params["kind"]]), "list-check"))
    ways.append(Way(_("回到导入与导出"), reverse("market:import"), "chevron-left"))
    return Told(said, ways)


@jobs.handler("import")
def run_import(job: Job) -> dict[str, Any]:
    """Take the rows not yet taken; then write the rejected ones to a file beside."""
    importer = importing.KINDS[job.params["kind"]]
    path, name = importing.folder() / job.params["path"], job.params["name"]
    if not job.total:
        jobs.save_progress(job, done=0, total=count_rows(path, importer.table, file_name=name))
    with read(path, importer.table, file_name=name, start=job.memory.get("row", 0) + 1) as rows:
        while chunk := list(islice(rows, importing.CHUNK)):
            importing.chunk_save(job=job, actor=job.started_by, rows=chunk)
    rejects = write_rejects(job, path, name, importer.table)
    jobs.save_progress(job, done=job.total)
    importing.import_tell(job=job, actor=job.started_by)
    return {**importing.counts_of(job), "rejects": rejects.name if rejects else ""}


def write_rejects(job: Job, path: Path, name: str, table: Table) -> Path | None:
    """The rejected rows with their reasons, beside the file; None where all were taken."""
    noted: Iterator[ImportReject] = job.rejects.order_by("row").iterator()
    reject = next(noted, None)
    if reject is None:
        return None
    with read(path, table, file_name=name) as rows:
        target = path.with_name(f"{path.stem}.rejects.{rows.format}")
        with Rejects(target, table) as rejects:
            for row in rows:
                if reject is not None and row.number == reject.row:
                    rejects.add(_bare(row), [_told(error) for error in reject.errors])
                    reject = next(noted, None)
    return target


def _bare(row: Row) -> Row:
    return Row(row.number, None, [], row.raw)


def _told(error: dict[str, Any]) -> InputError:
    zh, en = (error[language].replace("{", "{{").replace("}", "}}") for language in ("zh", "en"))
    return InputError(error["code"], zh, en)
