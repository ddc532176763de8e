"""Small middleware: request ids, a strict content policy, errors as sentences."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from tuwei.core.errors import TuweiError

from . import events

Handler = Callable[[HttpRequest], HttpResponse]
# Nothing but our own files; htmx needs no inline script, Tabler has SVG images in data: addresses.
POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def request_id(get_response: Handler) -> Handler:
    """Give each request an id, found again in events, logs and the answer's header."""

    def middleware(request: HttpRequest) -> HttpResponse:
        token = events.request_id.set(uuid.uuid4().hex[:16])
        try:
            response = get_response(request)
            response["X-Request-Id"] = events.request_id.get()
            return response
        finally:
            events.request_id.reset(token)

    return middleware


def content_security_policy(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return middleware


class errors_for_people:
    """Turn a ``TuweiError`` that left a view, and a wrong method, into one clear page (or fragment, or JSON)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content or request.method == "HEAD":
            return response
        page = render(request, "base/405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TuweiError):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(error.as_dict(), status=error.status)
        template = "base/error_fragment.html" if request.headers.get("HX-Request") else "base/error.html"
        context = {"error": error, "sentence": error.sentence(get_language() or "zh")}
        return render(request, template, context, status=error.status)
