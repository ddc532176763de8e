"""The REST API: one router an app, one form of faults, tokens; OpenAPI 3.1 at ``openapi.json``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, re_path
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from tuwei import __version__
from tuwei.core.errors import AccessError, MissingError, TuweiError
from tuwei.web.accounts.api import router as accounts
from tuwei.web.base import access, events
from tuwei.web.base.api import router as base
from tuwei.web.deals.api import router as deals
from tuwei.web.market.api import router as market
from tuwei.web.policy.api import router as policy
from tuwei.web.rest import faults, limits, parsing
from tuwei.web.rest.auth import sign_in_needed, visitor
from tuwei.web.rest.schemas import FAULTS

log = logging.getLogger("tuwei.api")
UPLOAD_SLACK = 2**20  # what a multipart form may hold beside its file
DESCRIPTION = (
    "突围的全部功能，供程序使用。金额为十进制元字符串；列表按游标翻页；错误一律为 Problem。"
    " · All of Tuwei for programs. Money is a decimal string of yuan; lists page by cursor; every fault is a Problem."
)
TAGS = {
    "needs": "需求 · Needs",
    "clarification": "引导澄清 · Guided clarification",
    "achievements": "成果 · Achievements",
    "matching": "匹配 · Matching",
    "desk": "撮合台 · Matching desk",
    "policy": "政策与企业阶梯 · Policy and the enterprise ladder",
    "disclosure": "披露 · Disclosure",
    "files": "附件 · Attachments",
    "import and export": "导入与导出 · Import and export",
    "saved searches": "保存的检索 · Saved searches",
    "organisations": "单位 · Organisations",
    "region": "地区 · Region",
    "accounts": "账号 · Accounts",
    "notifications": "通知 · Notifications",
    "jobs": "任务 · Jobs",
    "events": "日志 · Event log",
}


class Json(JSONRenderer):
    """Chinese as it stands: answers are read by people too."""

    json_dumps_params = {"ensure_ascii": False, "allow_nan": False}


PROBLEM = {
    "description": "出了什么错，应为什么 · What is wrong, and what was expected",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Api(NinjaAPI):
    """ninja's API with our checks before each operation and our form for each fault."""

    @property
    def urls(self) -> tuple[list[Any], str, str]:
        patterns, app, namespace = super().urls
        for operation in self._operations():
            operation.run = _guarded(operation)  # type: ignore[method-assign]
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = _answering(pattern.callback)
        return [*patterns, re_path("", _no_such_path)], app, namespace

    def validation_error_from_error_contexts(self, error_contexts: list[Any]) -> ValidationError:
        """As ninja's, keeping what was given and which fields are known."""
        found = []
        for context in error_contexts:
            known = _known(context.model)
            for error in context.pydantic_validation_error.errors(include_url=False):
                found.append({**error, "known": known})
        return ValidationError(found)

    def get_openapi_schema(self, **options: Any) -> Any:
        schema = super().get_openapi_schema(**options)
        schema["tags"] = [{"name": name, "description": told} for name, told in TAGS.items()]
        schema["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
        open_ones = {
            operation.operation_id or self.get_openapi_operation_id(operation)
            for operation in self._operations()
            if visitor in operation.auth_callbacks
        }
        for item in schema["paths"].values():
            for told in item.values():
                if told["operationId"] in open_ones:
                    told["security"].append({})
                for status in FAULTS & told["responses"].keys():
                    told["responses"][status] = {"$ref": "#/components/responses/Problem"}
        schema["components"]["responses"] = {"Problem": PROBLEM}
        return schema

    def _operations(self) -> list[Operation]:
        return [
            operation
            for bound in self._get_bound_routers()
            for path_view in bound.path_operations.values()
            for operation in path_view.operations
        ]


def _known(model: Any) -> list[str]:
    """Every field name that a parameter's model and the models in it know."""
    names: set[str] = set(getattr(model, "__ninja_flatten_map__", {}))
    waiting, seen = [model], set()
    while waiting:
        one = waiting.pop()
        for name, field in getattr(one, "model_fields", {}).items():
            names.add(name)
            for inner in _models_in(field.annotation):
                if inner not in seen:
                    seen.add(inner)
                    waiting.append(inner)
    return sorted(names - faults.PLACES)


def _models_in(annotation: Any) -> list[Any]:
    if hasattr(annotation, "model_fields"):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _guarded(operation: Operation) -> Callable[..., Any]:
    """Before an operation runs: how often, how long, in which form, with which parameters."""
    run = operation.run
    sources = {model.__ninja_param_source__ for model in operation.models}
    queries = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    parameters = sorted({name for model in queries for name in model.__ninja_flatten_map__})

    @wraps(run)
    def guarded(request: HttpRequest, **values: Any) -> Any:
        try:
            limits.count(request)
            _check_address(request, parameters)
            _check_body(request, sources)
        except TuweiError as error:
            return answer(request, error)
        return run(request, **values)

    return guarded


def _check_address(request: HttpRequest, parameters: list[str]) -> None:
    for name in request.GET:
        if name not in parameters:
            raise faults.unknown_field(name, parameters)
        parsing.check_text(request.GET.getlist(name))
    if "\x00" in request.path:
        raise _missing()


def _check_body(request: HttpRequest, sources: set[Any]) -> None:
    if "file" in sources:
        from django.conf import settings

        parsing.size(request, settings.UPLOAD_LIMIT + UPLOAD_SLACK)
        parsing.media_type(request, "multipart/form-data")
        parsing.check_text(
            [*request.POST.keys(), *(v for k in request.POST for v in request.POST.getlist(k))]
        )
    elif "body" in sources:
        parsing.size(request, parsing.json_limit())
        parsing.media_type(request, "application/json")


def _answering(view: Callable[..., Any]) -> Callable[..., Any]:
    """After any view of the API: a wrong method is told in our form too."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **values: Any) -> Any:
        response = view(request, *args, **values)
        if response.status_code == 405:
            allowed = response.get("Allow", "")
            response = answer(request, MethodError(
                "api.method", "此地址不接受 {got}，可用：{expected}。", "This address takes {expected}, not {got}.",
                expected=allowed, got=request.method,
            ))  # fmt: skip
            response["Allow"] = allowed
        return response

    answering.csrf_exempt = True  # type: ignore[attr-defined]
    return answering


class MethodError(TuweiError):
    """The address exists, the method does not."""

    status = 405


def _missing() -> MissingError:
    return MissingError("api.no_such_path", "API 没有这个地址。", "The API has no such address.")


def _no_such_path(request: HttpRequest) -> HttpResponse:
    return answer(request, _missing())


_no_such_path.csrf_exempt = True  # type: ignore[attr-defined]


def answer(request: HttpRequest, error: TuweiError) -> HttpResponse:
    """A fault as a response; a visitor who may not is asked to sign in."""
    status = error.status
    nobody = access.role_of(getattr(request, "auth", None)) == "visitor"
    if isinstance(error, AccessError) and nobody and error.code == "access.denied":
        error = sign_in_needed()
        status = 401
    if error.code == "api.bad_token":
        try:
            limits.count_address(request)
        except TuweiError as too_many:
            error, status = too_many, 429
    response = api.create_response(request, faults.as_problem(error), status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if status == 429:
        response["Retry-After"] = str(error.where.get("wait", limits.WINDOW))
    return response


api = Api(title="突围 Tuwei", version=__version__, description=DESCRIPTION, urls_namespace="api", docs_url=None,
          parser=parsing.StrictParser(),
    renderer=Json())  # fmt: skip
for prefix, router in (("", accounts), ("", market), ("", deals), ("", policy), ("", base)):
    api.add_router(prefix, router)


@api.exception_handler(TuweiError)
def error_for_people(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, error)


@api.exception_handler(AuthenticationError)
def not_known(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, sign_in_needed())


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, faults.from_validation(error.errors))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return answer(request, _missing())


@api.exception_handler(HttpError)
def not_readable(request: HttpRequest, error: Any) -> HttpResponse:
    """ninja wraps what the parser raised; anything else of its own is a body we cannot read."""
    if isinstance(error.__cause__, TuweiError):
        return answer(request, error.__cause__)
    return answer(
        request, parsing.MalformedError("api.malformed", "正文无法读取。", "The body cannot be read.")
    )


@api.exception_handler(Exception)
def program_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    """A defect of ours: the details go to the log, the caller gets the request's number to tell us."""
    log.exception("API request %s failed", events.request_id.get(), exc_info=error)
    fault = TuweiError(
        "api.internal", "程序出错，已记入日志（请求 {request}）。", "A program fault; it is in the log (request {request}).",
        request=events.request_id.get(),
    )  # fmt: skip
    return api.create_response(request, faults.as_problem(fault), status=500)
