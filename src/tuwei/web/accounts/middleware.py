"""Whoever has set up a second factor must show it before going further."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_otp import user_has_device

Handler = Callable[[HttpRequest], HttpResponse]


def second_factor(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        return redirect(_page()) if _owes_it(request) else get_response(request)

    return middleware


def _page() -> str:
    return reverse("accounts:second-factor")


def _owes_it(request: HttpRequest) -> bool:
    free = (_page(), reverse("accounts:logout"), "/static/", "/i18n/", "/api/")
    user = request.user
    if not user.is_authenticated or request.path.startswith(free):
        return False
    return not user.is_verified() and user_has_device(user)  # type: ignore[union-attr]
