"""placeholder"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from tuwei.web.base import access


@login_required
def worklist(request: HttpRequest) -> HttpResponse:
    access.require(request.user, "zero.view")
    return HttpResponse("…")
