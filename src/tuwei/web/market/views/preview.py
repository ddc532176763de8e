"""Who will see what of a need: the owner's preview, the choice of grade, the leave to publish."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tuwei.core.errors import AccessError, TuweiError
from tuwei.web.base import access

from ..forms.need import add_error, summary
from ..forms.need_clarify import DiscloseForm
from ..models import Need
from ..selectors import life_cycle
from ..selectors import needs as selectors
from ..selectors.records_need import need_record
from ..services import clarity
from ..services.needs import need_move, need_save

# As base/permissions.csv and the relations of needs have it; docs/*/explanation/threat-model.md says the same.
EXPLAINED = (
    (0, gettext_lazy("任何人，L0"), gettext_lazy("只知道有这样一个领域的需求。")),
    (1, gettext_lazy("任何人，L1"), gettext_lazy("看到名称、摘要和关键词，看不到数字、单位与原文。")),
    (
        2,
        gettext_lazy("核验过身份的人，L2"),
        gettext_lazy("看到单位名称、问题全文、指标、条件、预算、期限和知识产权归属。"),
    ),
    (3, gettext_lazy("签过保密协议的单位，L3"), gettext_lazy("另看到资料与联系方式；须您逐一授权。")),
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def need_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What each grade discloses, side by side; choose one, consent, submit."""
    rows = selectors.all_needs().prefetch_related("indicators", "answers")
    need = access.get(request.user, "need.edit", rows, pk=pk)
    form = DiscloseForm(request.POST or None, initial=need_record(need))
    if request.method == "POST" and form.is_valid() and _saved(request, need, form):
        messages.success(request, _("已提交。") if "submit" in request.POST else _("已保存。"))
        return redirect("market:need", pk=pk)
    context = {
        "need": need, "form": form, "faults": summary(form), "grades": _grades(need),
        "threshold": clarity.threshold(), "submits": "submit" in life_cycle.steps_for(request.user, need),
    }  # fmt: skip
    return render(request, "market/clarify_preview.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, need: Need, form: DiscloseForm) -> bool:
    """Save, and submit where asked: both or neither."""
    try:
        with transaction.atomic():
            need_save(actor=request.user, record=form.cleaned_data, need=need)
            if "submit" in request.POST:
                need_move(actor=request.user, need=need, verb="submit")
    except AccessError:
        raise
    except TuweiError as error:
        add_error(form, error)
        return False
    return True


def _grades(need: Need) -> list[dict[str, Any]]:
    """For each grade its name, whether it opens by itself, and what it adds."""
    return [
        {
            "grade": grade,
            "name": name,
            "note": note,
            "open": grade <= min(need.grade, 2),
            **selectors.at_grade(need, grade),
        }
        for grade, name, note in EXPLAINED
    ]
