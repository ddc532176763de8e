"""The page that tells people of the API."""

from __future__ import annotations

import html
import re
import shlex
from typing import Any

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "检索公开的需求"), ("en", "List public needs")])
def test_the_page_lists_every_operation_in_the_readers_language(
    client: Any, language: str, word: str
) -> None:
    from tuwei.web.api import api

    client.cookies["django_language"] = language
    page = client.get(reverse("api-docs")).content.decode()
    assert word in page
    for item in api.get_openapi_schema()["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page


def test_each_curl_line_of_the_page_is_a_command_a_shell_understands(client: Any) -> None:
    page = client.get(reverse("api-docs")).content.decode()
    lines = [html.unescape(one) for one in re.findall(r"<code>(curl.*?)</code>", page, re.DOTALL)]
    assert len(lines) > 60
    for line in lines:
        assert shlex.split(line)[0] == "curl"


def test_the_openapi_document_is_served_and_is_3_1(client: Any) -> None:
    told = client.get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert told["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"
