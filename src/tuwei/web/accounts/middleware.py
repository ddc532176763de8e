"""Whoever has set up a second factor must show it before going further."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_otp import user_has_device

Handler = Callable[[HttpRequest], HttpResponse]


def second_factor(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        return _ask(request) if _owes_it(request) else get_response(request)

    return middleware


def _page() -> str:
    return reverse("accounts:second-factor")


def _ask(request: HttpRequest) -> HttpResponse:
    """Send to the page that asks for the code; a page being read is come back to, a form sent is not."""
    wanted = (
        request.get_full_path() if request.method == "GET" and not request.headers.get("HX-Request") else "/"
    )
    return redirect(f"{_page()}?{urlencode({'next': wanted})}")


def _owes_it(request: HttpRequest) -> bool:
    """The API asks for itself (``rest.auth``): a token needs no second factor, a session does."""
    free = (_page(), reverse("accounts:logout"), "/static/", "/i18n/", "/api/")
    user: Any = request.user
    if not user.is_authenticated or request.path.startswith(free):
        return False
    return not user.is_verified() and user_has_device(user)
