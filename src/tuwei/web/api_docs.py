"""The API for people: every operation with its parameters and a curl line, made from the OpenAPI document."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from tuwei.web.rest import limits
from tuwei.web.rest.schemas import MOST_A_PAGE

DEPTH = 4  # of an example
_PLAIN = {"integer": 1, "number": 1, "boolean": True, "object": {}, "null": None}


def api_docs(request: HttpRequest) -> HttpResponse:
    """List the operations by subject, in the reader's language."""
    at = 1 if (get_language() or "zh").startswith("en") else 0
    context = {
        "groups": _groups(at),
        "base": settings.BASE_URL,
        "most": MOST_A_PAGE,
        "rates": limits.rates(),
        "upload": settings.UPLOAD_LIMIT // 1024**2,
    }
    return render(request, "base/api_docs.html", context)


@lru_cache(maxsize=2)
def _groups(at: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by tag; ``at`` 0 for Chinese, 1 for English."""
    from tuwei.web.api import api

    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    found: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in schema["tags"]}
    for path, item in schema["paths"].items():
        for method, told in item.items():
            made = _operation(method.upper(), path, told, schema["components"]["schemas"], at)
            found[told["tags"][0]].append(made)
    return [(tag["description"].split(" · ")[at], found[tag["name"]]) for tag in schema["tags"]]


def _operation(
    method: str, path: str, told: dict[str, Any], schemas: dict[str, Any], at: int
) -> dict[str, Any]:
    body = told.get("requestBody", {}).get("content", {})
    visitors = {} in told["security"]
    return {
        "id": told["operationId"],
        "method": method,
        "path": path.removeprefix("/api/v1"),
        "summary": told["summary"].split(" · ")[at],
        "visitors": visitors,
        "parameters": [_parameter(one, schemas, at) for one in told["parameters"]],
        "curl": _curl(method, path.removeprefix("/api/v1"), body, schemas, visitors),
    }


def _parameter(one: dict[str, Any], schemas: dict[str, Any], at: int) -> dict[str, Any]:
    parts = one.get("description", "").split(" · ")
    return {
        "name": one["name"],
        "where": one["in"],
        "required": one["required"],
        "type": _type(one["schema"], schemas),
        "told": parts[min(at, len(parts) - 1)],
    }


def _type(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """What a parameter takes, in a few words: its values, or its type with its bounds."""
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    one = _resolved(kinds[0], schemas)
    if "enum" in one or "const" in one:
        return " | ".join(str(value) for value in one.get("enum", [one.get("const")]))
    low, high = one.get("minimum"), one.get("maximum")
    bounds = f" {low}–{high}" if high is not None and high < 10**9 else ""
    longest = f" ≤ {one['maxLength']}" if one.get("maxLength") else ""
    return f"{one.get('type', '')}{bounds}{longest}"


def _curl(method: str, path: str, body: dict[str, Any], schemas: dict[str, Any], visitors: bool) -> str:
    lines = [f'curl {"" if method == "GET" else f"-X {method} "}"$TUWEI{path}"']
    if not visitors:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if "multipart/form-data" in body:
        names = body["multipart/form-data"]["schema"]["properties"]
        lines += [f"-F {name}={'@FILE' if name == 'file' else names[name].get('default')}" for name in names]
    elif body:
        sample = example(body["application/json"]["schema"], schemas)
        lines += [
            '-H "Content-Type: application/json"',
            f"-d '{json.dumps(sample, ensure_ascii=False)}'",
        ]
    return " \\\n  ".join(lines)


def example(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    """A small value of a schema: required fields only, or, where none is, all of the first level."""
    schema = _resolved(schema, schemas)
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    if "const" in schema:
        return schema["const"]
    if "properties" in schema and depth < DEPTH:
        names = schema.get("required") or (list(schema["properties"])[:3] if depth == 0 else [])
        return {name: example(schema["properties"][name], schemas, depth + 1) for name in names}
    if schema.get("type") == "array":
        return [example(schema["items"], schemas, depth + 1)] if depth < 2 else []
    if schema.get("type") == "string":
        return "2026-12-31" if schema.get("format") == "date" else "…"
    return schema.get("default", _PLAIN.get(schema.get("type", ""), "…"))


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    for key in ("anyOf", "allOf"):
        if key in schema:
            return _resolved(schema[key][0], schemas)
    if "$ref" in schema:
        found: dict[str, Any] = schemas[schema["$ref"].rpartition("/")[2]]
        return found
    return schema
