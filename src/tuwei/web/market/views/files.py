"""Attachments in and out."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import AccessError, TuweiError
from tuwei.web.base import access

from ..forms.achievement import FileForm as AchievementFileForm
from ..forms.need import FileForm as NeedFileForm
from ..forms.need import faults
from ..models import Achievement, Need
from ..selectors import achievements, needs
from ..selectors.disclosure import grade_for
from ..services import files
from ..services.disclosure import view_log


@login_required
@require_POST
def need_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a file to a need, open from a grade on."""
    need = access.get(request.user, "need.edit", needs.all_needs(), pk=pk)
    return _attach(request, need, NeedFileForm(request.POST, request.FILES))


@login_required
@require_POST
def achievement_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a file to an achievement."""
    achievement = access.get(request.user, "achievement.edit", achievements.all_achievements(), pk=pk)
    return _attach(request, achievement, AchievementFileForm(request.POST, request.FILES))


def _attach(
    request: HttpRequest, listing: Need | Achievement, form: NeedFileForm | AchievementFileForm
) -> HttpResponse:
    page = redirect(f"market:{listing._meta.model_name}", pk=listing.pk)
    if not form.is_valid():
        messages.error(request, faults(form))
        return page
    upload, grade = form.cleaned_data["file"], form.cleaned_data.get("grade", 3)
    try:
        files.attachment_add(actor=request.user, listing=listing, upload=upload, grade=grade)
    except AccessError:
        raise
    except TuweiError as error:
        messages.error(request, error.sentence(get_language() or "zh"))
    else:
        messages.success(request, _("附件已保存。"))
    return page


@login_required
@require_POST
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = files.attachment_open(user=request.user, pk=pk)
    files.attachment_remove(actor=request.user, attachment=attachment)
    messages.success(request, _("附件已删除。"))
    if attachment.need_id:
        return redirect("market:need", pk=attachment.need_id)
    return redirect("market:achievement", pk=attachment.achievement_id)


def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """Hand a file to someone who may read it: always as a download, never shown in the page."""
    found = files.attachment_open(user=request.user, pk=pk)
    if found.need:
        view_log(
            user=request.user, need=found.need, grade=grade_for(request.user, found.need), channel="file"
        )
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
