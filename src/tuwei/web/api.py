"""The REST API: one router an app, one error form, tokens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from tuwei import __version__
from tuwei.core.errors import TuweiError

api = NinjaAPI(title="Tuwei 突围", version=__version__, urls_namespace="api", docs_url=None)


@api.exception_handler(TuweiError)
def error_for_people(request: HttpRequest, error: Any) -> HttpResponse:
    return api.create_response(request, error.as_dict(), status=error.status)
