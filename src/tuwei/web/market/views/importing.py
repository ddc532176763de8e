"""Import and export pages: templates out, files in, rejected rows back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language

from tuwei.core.errors import TuweiError
from tuwei.core.tables import write_rows, write_template
from tuwei.web.base import access
from tuwei.web.base.models import Job

from ..forms.importing import ImportForm
from ..services import importing
from ..services.exporting import exported, written

ENDINGS = ("xlsx", "csv", "jsonl")
SHOWN = 20


@login_required
def import_page(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "need.import")
    may_publish = access.allowed(request.user, "need.publish")
    form = ImportForm(request.POST or None, request.FILES or None, may_publish=may_publish)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = importing.import_start(
                actor=request.user,
                kind=form.cleaned_data["kind"],
                file=file,
                name=file.name,
                publish=form.cleaned_data.get("publish", False),
            )
            return redirect("job", pk=job.pk)
        except TuweiError as error:  # said at the field, where the person is looking
            for part in getattr(error, "errors", [error]):
                form.add_error("file", part.sentence(_language()))
    mine = access.scope(request.user, "job.rejects", Job.objects.filter(kind="import"))[:SHOWN]
    status = 422 if form.errors else 200
    return render(request, "market/import.html", {"form": form, "imports": mine}, status=status)


@login_required
def template(request: HttpRequest, kind: str, ending: str) -> FileResponse:
    """An empty template with its help sheet."""
    importer = importing.kind_of(kind)
    return _file(
        f"tuwei-{kind}-template.{_ending(ending)}",
        lambda path: write_template(path, importer.table, _language()),
    )


@login_required
def rejects(request: HttpRequest, pk: int) -> FileResponse:
    """The rows of an import that were not taken."""
    job = access.get(request.user, "job.rejects", Job.objects.filter(kind="import"), pk=pk)
    found = importing.rejects_of(job)
    if found is None:
        raise Http404
    path, shown = found
    return FileResponse(path.open("rb"), as_attachment=True, filename=shown)


@login_required
def export(request: HttpRequest, kind: str, ending: str) -> FileResponse:
    """What the person may take away, as a table."""
    importer = importing.kind_of(kind)
    rows = exported(kind, request.user)
    return _file(
        f"tuwei-{kind}s.{_ending(ending)}",
        lambda path: write_rows(path, importer.table, rows, language=_language()),
    )


def _file(name: str, write: Callable[[Path], object]) -> FileResponse:
    """Send a file that is written for this answer alone."""
    return FileResponse(written(name, write), as_attachment=True, filename=name)


def _ending(ending: str) -> str:
    if ending not in ENDINGS:
        raise Http404
    return ending


def _language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"
