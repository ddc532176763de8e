"""Import yearly facts: the template out, a file in, rejected rows back."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tuwei.core.errors import TuweiError
from tuwei.core.tables import write_template
from tuwei.web.base import access
from tuwei.web.base.models import Job
from tuwei.web.market.services import importing as kept
from tuwei.web.market.services.exporting import written

from ..forms.importing import ImportForm
from ..selectors import engine
from ..services import importing

ENDINGS = ("xlsx", "csv")
SHOWN = 20


@login_required
def import_page(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "facts.import")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = importing.import_start(actor=request.user, file=file, name=file.name)
            return redirect("job", pk=job.pk)
        except TuweiError as error:  # said at the field, where the person is looking
            for part in getattr(error, "errors", [error]):
                form.add_error("file", part.sentence(engine.language()))
    mine = access.scope(request.user, "job.rejects", Job.objects.filter(kind=importing.KIND))[:SHOWN]
    context = {"form": form, "imports": mine}
    return render(request, "policy/import.html", context, status=422 if form.errors else 200)


@login_required
def template(request: HttpRequest, ending: str) -> FileResponse:
    """The empty template with its help sheet."""
    access.require(request.user, "facts.import")
    if ending not in ENDINGS:
        raise Http404
    name = f"tuwei-yearly-facts.{ending}"
    made = written(name, lambda path: write_template(path, engine.table(), engine.language()))
    return FileResponse(made, as_attachment=True, filename=name)


@login_required
def rejects(request: HttpRequest, pk: int) -> FileResponse:
    """The rows of an import that were not taken."""
    job = access.get(request.user, "job.rejects", Job.objects.filter(kind=importing.KIND), pk=pk)
    found = kept.rejects_of(job)
    if found is None:
        raise Http404
    path, shown = found
    return FileResponse(path.open("rb"), as_attachment=True, filename=shown)
