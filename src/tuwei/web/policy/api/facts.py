"""Yearly facts: read, put, remove, import."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from django.conf import settings
from django.http import FileResponse, HttpRequest
from ninja import File, Path, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from tuwei.core.errors import MissingError, TooLargeError
from tuwei.core.tables import write_template
from tuwei.web.base import access
from tuwei.web.base.api import JobOut, job_out
from tuwei.web.base.models import Job
from tuwei.web.market.api.files import BINARY
from tuwei.web.market.api.transfer import LanguageAsked
from tuwei.web.market.services import importing as kept
from tuwei.web.market.services.exporting import written
from tuwei.web.rest import limits
from tuwei.web.rest.auth import MEMBER
from tuwei.web.rest.schemas import In, Moment, Out, Pk, answers

from ..models import YearFacts
from ..selectors import engine
from ..selectors import facts as selectors
from ..services import facts as services
from ..services import importing

router = Router(tags=["policy"], auth=MEMBER)
Year = Annotated[int, Path(ge=engine.FIRST_YEAR, le=engine.LAST_YEAR)]
MOST_FACTS = 300


class FactsOut(Out):
    year: int
    values: dict[str, Any]
    changed_at: Moment
    changed_by: str | None
    source: str


class YearsOut(Out):
    organisation: int
    name: str
    years: list[FactsOut]


class FactsIn(In):
    values: dict[str, Any] = Field(
        max_length=MOST_FACTS,
        description="名称 → 值；金额为元（数字或十进制字符串），缺少即未知 · name → value; money in yuan, missing is unknown",
    )
    merge: bool = Field(False, description="保留没有给出的项 · keep what is not given")


def _out(row: YearFacts) -> dict[str, Any]:
    return {
        "year": row.year, "values": row.values, "changed_at": row.changed_at, "source": row.source,
        "changed_by": str(row.changed_by) if row.changed_by else None,
    }  # fmt: skip


@router.get("/enterprises/{int:pk}/facts", response=answers(YearsOut), operation_id="list_facts",
            summary="企业的年度数据 · The yearly facts of an enterprise")  # fmt: skip
def list_facts(request: HttpRequest, pk: Pk) -> Any:
    place = selectors.organisation(request.user, pk)
    rows = [_out(row) for row in selectors.of(place)]
    return {"organisation": place.pk, "name": place.name, "years": rows}


@router.put("/enterprises/{int:pk}/facts/{int:year}", response=answers(FactsOut), operation_id="put_facts",
            summary="填报一年的数据 · Enter the facts of a year")  # fmt: skip
def put_facts(request: HttpRequest, pk: Pk, year: Year, body: FactsIn) -> Any:
    place = selectors.organisation(request.user, pk, "ladder.enter")
    saved = services.facts_save(
        actor=request.user, organisation=place, year=year, values=body.values, merge=body.merge,
        source=YearFacts.Source.API,
    )  # fmt: skip
    return _out(saved.row)


@router.delete("/enterprises/{int:pk}/facts/{int:year}", response=answers(None, 204), operation_id="remove_facts",
               summary="删除一年的数据（留痕） · Remove the facts of a year (logged)")  # fmt: skip
def remove_facts(request: HttpRequest, pk: Pk, year: Year) -> Any:
    place = selectors.organisation(request.user, pk, "ladder.enter")
    services.facts_remove(actor=request.user, organisation=place, year=year)
    return Status(204, None)


@router.post("/facts/imports", response=answers(JobOut, 202), operation_id="import_facts",
             summary="导入年度数据（后台任务） · Import yearly facts (a job)")  # fmt: skip
def import_facts(request: HttpRequest, file: File[UploadedFile]) -> Any:
    if (file.size or 0) > settings.UPLOAD_LIMIT:
        raise TooLargeError(
            "file.too_large", "{file} 超过 {expected} MB。", "{file} is larger than {expected} MB.",
            file=str(file.name)[:100], expected=settings.UPLOAD_LIMIT // 1024**2,
        )  # fmt: skip
    limits.count_heavy(request)
    job = importing.import_start(actor=request.user, file=cast(Any, file), name=str(file.name))
    return Status(202, job_out(job))


@router.get("/facts/imports/{int:pk}/rejects", response=answers(None), operation_id="get_facts_rejects",
            openapi_extra=BINARY, summary="导入年度数据时退回的行 · The rejected rows of an import of facts")  # fmt: skip
def get_facts_rejects(request: HttpRequest, pk: Pk) -> Any:
    job = access.get(request.user, "job.rejects", Job.objects.filter(kind=importing.KIND), pk=pk)
    found = kept.rejects_of(job)
    if found is None:
        raise MissingError("import.no_rejects", "这次导入没有退回的行。", "This import rejected no row.")
    path, shown = found
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=shown, content_type="application/octet-stream"
    )


@router.get("/facts/template.{ending}", response=answers(None), operation_id="get_facts_template",
            openapi_extra=BINARY, summary="年度数据模板 · The template of yearly facts")  # fmt: skip
def get_facts_template(
    request: HttpRequest, ending: Literal["xlsx", "csv"], asked: Query[LanguageAsked]
) -> Any:
    access.require(request.user, "facts.import")
    name = f"tuwei-yearly-facts.{ending}"
    made = written(name, lambda path: write_template(path, engine.table(), asked.language))
    return FileResponse(made, as_attachment=True, filename=name, content_type="application/octet-stream")
