"""Schemathesis: whatever the OpenAPI document allows, or does not, the API answers as it says it does.

``API_EXAMPLES=100 pytest tests/api/test_fuzz.py`` looks longer than the gate does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from .test_permissions import TABLE, world  # noqa: F401

# "all": what the document allows and what it does not. The systematic phase alone would take the gate's minutes.
CONFIG = {"generation": {"mode": "all"}, "phases": {"coverage": {"enabled": "API_EXAMPLES" in os.environ}}}
SITE = WSGIHandler()
EXAMPLES = int(os.environ.get("API_EXAMPLES", "5"))


def load() -> Any:
    """The document as it is served, asked in-process."""
    from tuwei.web.api import api

    config = schemathesis.Config.from_dict(CONFIG)
    loaded = schemathesis.openapi.from_dict(_plain(api.get_openapi_schema()), config=config)
    loaded.app = whole
    return loaded


def whole(environ: Any, start: Any) -> list[bytes]:
    """The site, each answer read to its end and closed, as a server does."""
    answer = SITE(environ, start)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


def _plain(told: Any) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads(json.dumps(told))
    return found


schema = load()
OPTIONS: dict[str, Any] = {
    "max_examples": EXAMPLES,
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate],
}


@pytest.fixture
def connections_stay(db: None) -> Iterator[None]:
    """A real request closes old connections when it ends; inside a test's transaction it must not."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def no_limits(settings: Any) -> None:
    settings.API_RATES = {"visitor": 10**9, "known": 10**9, "heavy": 10**9}


@pytest.mark.usefixtures("connections_stay", "no_limits")
@pytest.mark.parametrize("person", ["visitor", "owner", "admin"])
@schema.parametrize()
@settings(**OPTIONS)
def test_the_api_keeps_its_promise(case: Any, person: str, world: Any, people: Any, token_of: Any) -> None:  # noqa: F811
    """No 500, and status, headers, type and content of each answer as the document says.

    Left out is ``positive_data_acceptance``: what is well-formed may still be refused by a rule of the domain
    (a lower bound above the upper one, a step that is not open).
    """
    aim(case, world)
    headers = {} if person == "visitor" else {"Authorization": f"Bearer {token_of(getattr(people, person))}"}
    with transaction.atomic():
        response = case.call(headers=headers)
        transaction.set_rollback(True)
    case.validate_response(response, excluded_checks=[positive_data_acceptance], headers=headers)


def aim(case: Any, world: Any) -> None:  # noqa: F811
    """Every other well-formed number in an address becomes that of a thing that is there."""
    name = case.operation.definition.raw["operationId"]
    thing = next((one.thing for key, one in TABLE.items() if key.partition(":")[0] == name and one.thing), "")
    for key, value in (case.path_parameters or {}).items():
        if isinstance(value, int) and value % 2 and 0 < value < 2**63:
            case.path_parameters[key] = world.things.get(thing, {}).get(key, value)
