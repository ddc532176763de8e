"""Callers of the API: ``call(user, "GET", "/needs")`` with that person's token, or None for a visitor."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import (  # noqa: F401
    clean_cache,
    make_achievement,
    make_need,
    make_organisation,
    make_user,
    people,
)

API = "/api/v1"


@pytest.fixture
def token_of() -> Callable[[Any], str]:
    """A person's token, made on the first call."""
    from tuwei.web.accounts.services.tokens import token_create

    made: dict[int, str] = {}

    def get(user: Any) -> str:
        if user.pk not in made:
            made[user.pk] = token_create(actor=user, name="tests", days=1)[1]
        return made[user.pk]

    return get


@pytest.fixture
def call(client: Any, token_of: Callable[[Any], str]) -> Callable[..., Any]:
    """Ask the API; the answer of a fault is checked to be in the one form."""

    def ask(user: Any, method: str, path: str, body: Any = None, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {token_of(user)}"} if user else {}
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        data = options.pop("data", "")
        content_type = options.pop("content_type", "application/octet-stream")
        response = client.generic(method, API + path, data, content_type, headers=headers, **options)
        if response.streaming:  # read to the end, as a caller would; the client then closes it
            response.file = b"".join(response.streaming_content)
        if response.status_code >= 400:
            check_problem(response)
        return response

    return ask


def check_problem(response: Any) -> dict[str, Any]:
    """Every fault: a code, two sentences without gaps, where it lies, and all faults in the same form."""
    told = response.json()
    assert {"code", "zh", "en", "field", "expected", "got", "errors"} <= set(told)
    assert told["errors"]
    for one in [told, *told["errors"]]:
        assert one["zh"]
        assert one["en"]
        assert "{" not in one["zh"].replace(str(one["got"]), ""), one
    if response.status_code == 401:
        assert response["WWW-Authenticate"] == "Bearer"
    return dict(told)


NEED = {
    "title": "喷雾干燥塔降低天然气消耗",
    "problem": "我们的喷雾干燥塔每吨产品耗气 120 立方米,希望降到 85 立方米以下。",
    "budget_min": "500000.00",
    "budget_max": "1200000.50",
    "indicators": [
        {"name": "单位耗气", "comparator": "le", "high": "85", "unit": "立方米/吨", "current": "120"}
    ],
    "keywords": ["干燥", "节能"],
    "grade": "L1",
    "consent_publish": True,
}
ACHIEVEMENT = {
    "title": "闭环热泵烘干技术",
    "text": "采用闭环热泵回收余热,吨粮气耗下降 40 %。",
    "trl": 6,
    "price_min": "300000.00",
    "cooperation": ["license", "develop"],
    "claims": [{"quantity": "节气率", "comparator": "ge", "low": "40", "unit": "%"}],
}
