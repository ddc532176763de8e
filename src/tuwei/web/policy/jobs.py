"""Read an uploaded table of yearly facts, chunk by chunk."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tuwei.core.tables import count_rows, read
from tuwei.web.base import access, jobs
from tuwei.web.base.models import Job
from tuwei.web.base.told import Told, Way, teller
from tuwei.web.market.jobs.importing import write_rejects
from tuwei.web.market.services import importing as kept

from .selectors import engine
from .services import importing


@jobs.handler(importing.KIND)
def run_import(job: Job) -> dict[str, Any]:
    """Take the rows not yet taken; then write the rejected ones to a file beside."""
    table, path, name = engine.table(), kept.folder() / job.params["path"], job.params["name"]
    if not job.total:
        jobs.save_progress(job, done=0, total=count_rows(path, table, file_name=name))
    with read(path, table, file_name=name, start=job.memory.get("row", 0) + 1) as rows:
        while chunk := list(islice(rows, importing.CHUNK)):
            importing.chunk_save(job=job, actor=job.started_by, rows=chunk)
    rejects = write_rejects(job, path, name, table)
    jobs.save_progress(job, done=job.total)
    importing.import_tell(job=job, actor=job.started_by)
    return {**kept.counts_of(job), "rejects": rejects.name if rejects else ""}


@teller(importing.KIND)
def tell(job: Job, reader: Any) -> Told:
    """The counts so far or at the end; the rejects and the way on for whoever started it."""
    said = [
        _("文件：%(name)s") % {"name": job.params.get("name", "—")},
        _("新增 %(created)s，更新 %(updated)s，未变 %(unchanged)s，退回 %(rejected)s") % kept.counts_of(job),
    ]
    if job.state != Job.State.DONE or not access.can(reader, "job.rejects", job):
        return Told(said)
    ways = []
    if job.result.get("rejects"):
        said.append(_("退回的行没有导入，原因写在文件末尾几栏；改好后只传那个文件。"))
        ways.append(Way(_("下载退回的行"), reverse("policy:rejects", args=[job.pk]), "download", main=True))
    ways.append(Way(_("查看企业阶梯"), reverse("policy:index"), "chart-bar"))
    ways.append(Way(_("再导入一份"), reverse("policy:import"), "upload"))
    return Told(said, ways)
