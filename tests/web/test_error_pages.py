"""What people see when a request cannot be served: a page of the site and a sentence, never bare text or a code."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from tuwei.web.base.views import bad_request

pytestmark = pytest.mark.django_db


def words_of(page: Any) -> str:
    """What stands on a page between its header and its footer."""
    return re.sub(
        r"<[^>]*>", " ", page.content.decode().split("<main")[1].split("</main>")[0].partition(">")[2]
    )


def test_a_form_far_too_long_gets_a_page_with_one_sentence(people: Any, sign_in: Any) -> None:
    client = sign_in(people.owner)
    for path in (reverse("market:need-new"), reverse("market:achievement-new"), reverse("market:import")):
        answer = client.post(path, {"text": "很" * 300_000, "title": "很" * 300_000})
        page = answer.content.decode()
        assert answer.status_code in (200, 413, 422), path
        assert "<header" in page, path
        if answer.status_code == 413:
            assert "一次最多 2 MB 文字" in page


def test_the_api_tells_a_refused_request_as_a_problem(rf: Any) -> None:
    from django.core.exceptions import BadRequest, RequestDataTooBig

    for fault, status in ((RequestDataTooBig(), 413), (BadRequest(), 400)):
        answer = bad_request(rf.post("/api/v1/needs"), fault)
        assert answer.status_code == status
        problem = json.loads(answer.content)
        assert problem["code"] == "api.refused"
        assert problem["zh"] and problem["en"] and problem["errors"]  # noqa: PT018


def _only_posted(patterns: Any, before: str = "") -> list[str]:
    """Names of the addresses without arguments whose view takes POST alone."""
    found = []
    for one in patterns:
        if hasattr(one, "url_patterns"):
            space = f"{before}{one.namespace}:" if one.namespace else before
            found += _only_posted(one.url_patterns, space)
        elif one.name and "<" not in str(one.pattern):
            found.append(f"{before}{one.name}")
    return [name for name in found if not name.startswith("api:")]


def test_no_address_answers_a_visit_with_nothing(people: Any, sign_in: Any) -> None:
    client, refused = sign_in(people.admin), []
    for name in _only_posted(get_resolver().url_patterns):
        answer = client.get(reverse(name))
        if answer.status_code == 405:
            refused.append(name)
            assert "不能直接打开" in answer.content.decode(), name
            assert "<header" in answer.content.decode(), name
            assert "POST" in answer["Allow"]
    assert "notifications-read" in refused
    assert client.get(reverse("market:need-step", args=[1, "publish"])).status_code == 405
    assert client.put(reverse("home")).status_code in (200, 403, 405)


def test_the_api_tells_a_wrong_method_as_a_problem(client: Any) -> None:
    answer = client.delete("/api/v1/terms")
    assert answer.status_code == 405
    assert answer.json()["code"] == "api.method"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_refusal_names_the_role_in_words_and_no_code(people: Any, sign_in: Any, language: str) -> None:
    client = sign_in(people.owner)
    client.cookies["django_language"] = language
    page = client.get(reverse("accounts:approvals"))
    shown = words_of(page)
    assert page.status_code == 403
    assert ("企业" if language == "zh-hans" else "enterprise") in shown
    assert not re.search(r"[a-z_]+\.[a-z_]+", shown), shown


def test_a_refusal_speaks_one_language(people: Any, sign_in: Any) -> None:
    client = sign_in(people.owner)
    client.cookies["django_language"] = "en"
    shown = words_of(client.get(reverse("accounts:approvals")))
    assert not [letter for letter in shown if "\u4e00" <= letter <= "\u9fff"]
