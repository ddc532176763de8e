"""Tables in and out: a file becomes a job, rejected rows come back, what one may take away goes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from django.conf import settings
from django.http import FileResponse, HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from tuwei.core.errors import MissingError, TooLargeError
from tuwei.core.tables import write_rows, write_template
from tuwei.web.base import access
from tuwei.web.base.api import JobOut, job_out
from tuwei.web.base.models import Job
from tuwei.web.rest.auth import ANYONE, MEMBER
from tuwei.web.rest.schemas import Asked, Pk, answers

from ..services import importing
from ..services.exporting import exported, written
from .files import BINARY

router = Router(tags=["import and export"])
Kind = Literal["need", "achievement"]
Ending = Literal["xlsx", "csv", "jsonl"]


class LanguageAsked(Asked):
    language: Literal["zh", "en"] = "zh"


@router.post("/imports/{kind}", auth=MEMBER, response=answers(JobOut, 202), operation_id="start_import",
             summary="导入一个文件（后台任务） · Import a file (a job)")  # fmt: skip
def start_import(
    request: HttpRequest, kind: Kind, file: File[UploadedFile], publish: Form[bool] = False
) -> Any:
    """xlsx、CSV 或 JSON Lines；进度见任务，退回的行见 `/imports/{pk}/rejects`。
    Progress is the job's; rejected rows come from `/imports/{pk}/rejects`.
    """
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        raise TooLargeError(
            "file.too_large", "{file} 超过 {expected} MB。", "{file} is larger than {expected} MB.",
            file=str(file.name)[:100], expected=settings.UPLOAD_LIMIT // 1024**2,
        )  # fmt: skip
    job = importing.import_start(
        actor=request.user, kind=kind, file=cast(BinaryIO, file), name=str(file.name), publish=publish
    )
    return Status(202, job_out(job))


@router.get("/imports/{int:pk}/rejects", auth=MEMBER, response=answers(None), operation_id="get_rejects",
            openapi_extra=BINARY, summary="导入时退回的行 · The rejected rows of an import")  # fmt: skip
def get_rejects(request: HttpRequest, pk: Pk) -> Any:
    job = access.get(request.user, "job.rejects", Job.objects.filter(kind="import"), pk=pk)
    found = importing.rejects_of(job)
    if found is None:
        raise MissingError("import.no_rejects", "这次导入没有退回的行。", "This import rejected no row.")
    path, shown = found
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=shown, content_type="application/octet-stream"
    )


@router.get("/exports/{kind}.{ending}", auth=MEMBER, response=answers(None), operation_id="export",
            openapi_extra=BINARY, summary="导出（留痕） · Export (logged)")  # fmt: skip
def export(request: HttpRequest, kind: Kind, ending: Ending, asked: Query[LanguageAsked]) -> Any:
    rows = exported(kind, request.user)
    table = importing.kind_of(kind).table
    return _file(
        f"tuwei-{kind}s.{ending}", lambda path: write_rows(path, table, rows, language=asked.language)
    )


@router.get("/templates/{kind}.{ending}", auth=ANYONE, response=answers(None), operation_id="get_template",
            openapi_extra=BINARY, summary="导入模板 · The template of an import")  # fmt: skip
def get_template(request: HttpRequest, kind: Kind, ending: Ending, asked: Query[LanguageAsked]) -> Any:
    table = importing.kind_of(kind).table
    return _file(f"tuwei-{kind}-template.{ending}", lambda path: write_template(path, table, asked.language))


def _file(name: str, write: Callable[[Path], object]) -> FileResponse:
    """Send a file that is written for this answer alone."""
    return FileResponse(
        written(name, write), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
