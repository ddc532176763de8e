"""Attachments of needs and achievements: in as multipart, out as downloads."""

from __future__ import annotations

from typing import Any, Literal

from django.http import FileResponse, HttpRequest
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from tuwei.web.rest.auth import ANYONE, MEMBER
from tuwei.web.rest.schemas import Pk, answers

from ..selectors.disclosure import grade_for
from ..services import files
from ..services.disclosure import view_log
from .achievements import achievement_row
from .needs import file_out, get_need_row
from .records import FileOut

router = Router(tags=["files"])
FileGrade = Literal["L1", "L2", "L3"]
BINARY = {
    "responses": {
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    }
}


@router.post("/needs/{int:pk}/files", auth=MEMBER, response=answers(FileOut, 201), operation_id="attach_to_need",
             summary="为需求添加附件 · Attach a file to a need")  # fmt: skip
def attach_to_need(
    request: HttpRequest, pk: Pk, file: File[UploadedFile], grade: Form[FileGrade] = "L3"
) -> Any:
    """pdf、docx、xlsx、pptx、png、jpg、txt；不得含宏或脚本。 No macros, no scripts; `grade`: from which grade it is open."""
    need = get_need_row(request.user, pk, "need.edit")
    added = files.attachment_add(actor=request.user, listing=need, upload=file, grade=int(grade[1]))
    return Status(201, file_out(added))


@router.post("/achievements/{int:pk}/files", auth=MEMBER, response=answers(FileOut, 201),
             operation_id="attach_to_achievement", summary="为成果添加附件 · Attach a file to an achievement")  # fmt: skip
def attach_to_achievement(request: HttpRequest, pk: Pk, file: File[UploadedFile]) -> Any:
    row = achievement_row(request.user, pk, "achievement.edit")
    return Status(201, file_out(files.attachment_add(actor=request.user, listing=row, upload=file)))


@router.get("/files/{int:pk}", auth=ANYONE, response=answers(None), operation_id="download_file", openapi_extra=BINARY,
            summary="下载附件 · Download an attachment")  # fmt: skip
def download_file(request: HttpRequest, pk: Pk) -> Any:
    found = files.attachment_open(user=request.user, pk=pk)
    if found.need:
        view_log(
            user=request.user, need=found.need, grade=grade_for(request.user, found.need), channel="file"
        )
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name,
                            content_type="application/octet-stream")  # fmt: skip
    response["Cache-Control"] = "private, no-store"
    return response


@router.delete("/files/{int:pk}", auth=MEMBER, response=answers(None, 204), operation_id="remove_file",
               summary="删除附件 · Remove an attachment")  # fmt: skip
def remove_file(request: HttpRequest, pk: Pk) -> Any:
    files.attachment_remove(actor=request.user, attachment=files.attachment_open(user=request.user, pk=pk))
    return Status(204, None)
