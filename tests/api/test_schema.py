"""The OpenAPI document is a promise: it changes only on purpose, and the API keeps it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SNAPSHOT = Path(__file__).with_name("openapi.json")
FAULTS = {"400", "401", "403", "404", "405", "409", "413", "415", "422", "429"}


def document() -> dict[str, Any]:
    from tuwei.web.api import api

    told: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), ensure_ascii=False))
    told["info"]["version"] = "…"  # a release is no change of the interface
    return told


def test_the_interface_is_what_the_snapshot_says() -> None:
    """On purpose? ``python -m tests.api.snapshot`` writes it anew; say what changed in the changelog."""
    assert document() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_operation_tells_its_faults_names_in_two_languages_and_who_may() -> None:
    seen = set()
    for item in document()["paths"].values():
        for one in item.values():
            assert set(one["responses"]) >= FAULTS, one["operationId"]
            assert len(one["summary"].split(" · ")) == 2, one["operationId"]
            assert {"Token": []} in one["security"]
            assert one["operationId"] not in seen
            seen.add(one["operationId"])
    assert len(seen) > 70


def test_every_body_refuses_the_unknown_and_every_text_has_a_limit() -> None:
    told = document()
    schemas = told["components"]["schemas"]
    bodies = [
        one["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for item in told["paths"].values()
        for one in item.values()
        if "application/json" in one.get("requestBody", {}).get("content", {})
    ]
    for name in bodies:
        assert schemas[name]["additionalProperties"] is False, name
        for field, schema in schemas[name]["properties"].items():
            for part in schema.get("anyOf", [schema]):
                limited = {"maxLength", "pattern", "enum", "const", "format"} & set(part)
                assert part.get("type") != "string" or limited, (name, field)
