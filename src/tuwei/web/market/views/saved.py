"""Saved searches: keep one, list them, change or delete one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuwei.core.errors import AccessError, TuweiError

from ..forms.saved import SaveForm
from ..models import SavedSearch
from ..selectors import saved as selectors
from ..services import saved as services


@login_required
def saved_list(request: HttpRequest) -> HttpResponse:
    """Mine, each with its form."""
    rows = [
        {
            **selectors.described(request.user, saved),
            "next": services.upcoming(saved),
            "form": SaveForm(
                initial={"name": saved.name, "frequency": saved.frequency}, auto_id=f"saved{saved.pk}_%s"
            ),
        }
        for saved in selectors.mine(request.user)
    ]
    return render(request, "market/saved.html", {"rows": rows})


@login_required
@require_POST
def saved_new(request: HttpRequest) -> HttpResponse:
    """Keep the search of a list page."""
    form = SaveForm(request.POST)
    kind, query = request.POST.get("kind", ""), QueryDict(request.POST.get("query", "").lstrip("?"))
    try:
        _valid(form)
        data = form.cleaned_data
        services.saved_create(
            actor=request.user, kind=kind, query=query.dict(), name=data["name"], frequency=data["frequency"]
        )
    except AccessError:
        raise
    except _Told as told:
        messages.error(request, str(told))
    except TuweiError as error:
        messages.error(request, error.sentence(get_language() or "zh"))
    else:
        messages.success(request, _("检索已保存。"))
        return redirect("market:saved")
    back = redirect(f"market:{kind}s" if kind in SavedSearch.Kind.values else "market:saved")
    if kind in SavedSearch.Kind.values:
        back["Location"] += "?" + query.urlencode()
    return back


class _Told(Exception):
    """What a form says is wrong."""


def _valid(form: SaveForm) -> None:
    if not form.is_valid():
        raise _Told(
            " ".join(f"{form[name].label}:{text}" for name, texts in form.errors.items() for text in texts)
        )


@login_required
@require_POST
def saved_change(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, _("已保存。"), change=True)


@login_required
@require_POST
def saved_delete(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(request, pk, _("检索已删除。"), change=False)


def _done(request: HttpRequest, pk: int, sentence: str, *, change: bool) -> HttpResponse:
    saved: Any = selectors.one(request.user, pk)
    try:
        if change:
            form = SaveForm(request.POST)
            _valid(form)
            services.saved_change(actor=request.user, saved=saved, **form.cleaned_data)
        else:
            services.saved_delete(actor=request.user, saved=saved)
    except AccessError:
        raise
    except _Told as told:
        messages.error(request, str(told))
    except TuweiError as error:
        messages.error(request, error.sentence(get_language() or "zh"))
    else:
        messages.success(request, sentence)
    return redirect("market:saved")
