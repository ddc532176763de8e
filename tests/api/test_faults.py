"""What comes in wrong gets one clear sentence, in one form, with the right status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .conftest import API, NEED, check_problem

pytestmark = pytest.mark.django_db


def test_an_unknown_field_is_refused_with_the_nearest_name(call: Any, people: Any) -> None:
    answer = call(people.enterprise, "POST", "/needs", {**NEED, "problm": "x"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "api.unknown_field"
    assert answer.json()["field"] == "problm"
    assert answer.json()["expected"] == "problem"


def test_an_unknown_field_inside_a_list_is_refused_too(call: Any, people: Any) -> None:
    row = {"name": "耗气", "comparator": "le", "hihg": "85"}
    answer = call(people.enterprise, "POST", "/needs", {**NEED, "indicators": [row]})
    assert answer.status_code == 422
    assert answer.json()["field"] == "indicators.0.hihg"
    assert answer.json()["expected"] == "high"


def test_an_unknown_parameter_is_refused_with_the_nearest_name(call: Any) -> None:
    answer = call(None, "GET", "/needs?regon=150105")
    assert answer.status_code == 422
    assert answer.json()["expected"] == "region"


def test_all_faults_are_told_at_once(call: Any, people: Any) -> None:
    wrong = {**NEED, "budget_max": "12.345", "deadline": "2026-02-30", "grade": "L9", "title": "长" * 121}
    answer = call(people.enterprise, "POST", "/needs", wrong)
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {"budget_max", "deadline", "grade", "title"}


def test_a_fault_found_by_a_service_names_the_field_of_the_record(call: Any, people: Any) -> None:
    answer = call(people.enterprise, "POST", "/needs", {**NEED, "budget_min": "9", "budget_max": "8"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "need.budget_order"
    assert answer.json()["field"] == "budget_max"


def test_a_money_number_is_refused_a_decimal_string_is_kept_exactly(call: Any, people: Any) -> None:
    assert call(people.enterprise, "POST", "/needs", {**NEED, "budget_max": 1200000.5}).status_code == 422
    made = call(people.enterprise, "POST", "/needs", NEED)
    assert made.status_code == 201
    assert made.json()["budget_max"] == "1200000.50"


HOSTILE = {
    "deep nesting": b'{"title":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep objects": b'{"a":' * 60 + b"1" + b"}" * 60,
    "NaN": b'{"title": NaN}',
    "Infinity": b'{"title": -Infinity}',
    "huge number": b'{"title": ' + b"9" * 5000 + b"}",
    "huge float": b'{"title": 1e999}',
    "invalid UTF-8": b'{"title": "\xff\xfe"}',
    "UTF-16": '{"title": "x"}'.encode("utf-16"),
    "truncated": b'{"title": "x',
    "two values": b"{} {}",
    "repeated name": b'{"title": "a", "title": "b"}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_json_is_malformed(name: str, client: Any, token_of: Any, people: Any) -> None:
    answer = client.post(
        f"{API}/needs",
        HOSTILE[name],
        "application/json",
        headers={"Authorization": f"Bearer {token_of(people.enterprise)}"},
    )
    assert answer.status_code == 400, answer.content
    assert check_problem(answer)["code"] == "api.malformed"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x\udfff"])
def test_characters_no_database_holds_are_refused_everywhere(text: str, call: Any, people: Any) -> None:
    body = json.loads(json.dumps({**NEED, "problem": text}))
    assert call(people.enterprise, "POST", "/needs", body).json()["code"] == "api.bad_character"
    assert call(people.enterprise, "POST", "/needs", {**NEED, text: 1}).json()["code"] == "api.bad_character"


def test_nul_in_an_address_is_refused(call: Any) -> None:
    assert call(None, "GET", "/needs?q=a%00b").json()["code"] == "api.bad_character"
    assert call(None, "GET", "/nee%00ds").status_code == 404


def test_a_body_of_another_type_is_415(client: Any, token_of: Any, people: Any) -> None:
    headers = {"Authorization": f"Bearer {token_of(people.enterprise)}"}
    answer = client.post(f"{API}/needs", "title=x", "application/x-www-form-urlencoded", headers=headers)
    assert answer.status_code == 415
    check_problem(answer)
    answer = client.post(f"{API}/imports/need", "{}", "application/json", headers=headers)
    assert answer.status_code == 415


def test_a_body_that_is_too_long_is_413(client: Any, token_of: Any, people: Any, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = client.post(
        f"{API}/needs", b'{"title": "' + b"x" * 2000 + b'"}', "application/json",
        headers={"Authorization": f"Bearer {token_of(people.enterprise)}"},
    )  # fmt: skip
    assert answer.status_code == 413
    assert check_problem(answer)["code"] == "api.too_large"


def test_a_wrong_method_is_405_and_says_which_are_right(call: Any) -> None:
    answer = call(None, "PUT", "/needs", {})
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer["Allow"].replace(" ", "").split(","))


def test_an_unknown_address_is_404_in_our_form(call: Any) -> None:
    assert call(None, "GET", "/nothing/here").json()["code"] == "api.no_such_path"
    assert call(None, "GET", "/needs/99999999999999999999").status_code in (404, 422)


def test_a_cursor_of_another_making_is_refused(call: Any) -> None:
    for cursor in ("x", "WzEsMl0", "dHJ1ZQ", "LTE", "====", "%F0%9F%98%80"):
        for path in ("/needs", "/achievements", "/organisations"):
            assert call(None, "GET", f"{path}?cursor={cursor}").json()["code"] == "api.bad_cursor"


def test_pages_hold_each_row_once(call: Any, people: Any, make_need: Any) -> None:
    made = {str(make_need(owner=people.owner, state="published").pk) for _ in range(7)}
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = call(None, "GET", f"/needs?limit=3&cursor={cursor}").json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        assert len(page["items"]) <= 3
    assert len(seen) == 7
    assert set(seen) == made
    assert call(None, "GET", "/needs?limit=101").status_code == 422


def test_asking_too_often_is_429_with_the_time_to_wait(call: Any, settings: Any, people: Any) -> None:
    settings.API_RATES = {"visitor": 2, "known": 3}
    assert [call(None, "GET", "/terms").status_code for _ in range(3)] == [200, 200, 429]
    answer = call(None, "GET", "/terms")
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert call(people.enterprise, "GET", "/me").status_code == 200


def test_behind_a_proxy_one_visitor_does_not_use_up_the_others_share(
    client: Any, settings: Any, db: Any
) -> None:
    settings.API_RATES = {"visitor": 2}
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    def ask(address: str) -> int:
        return int(
            client.get("/api/v1/needs", headers={"X-Forwarded-For": f"6.6.6.6, {address}"}).status_code
        )

    assert [ask("1.1.1.1") for _ in range(3)] == [200, 200, 429]
    assert ask("2.2.2.2") == 200


def test_guessing_tokens_is_counted_by_address(client: Any, settings: Any, db: Any) -> None:
    settings.API_RATES = {"visitor": 2}
    headers = [{"Authorization": f"Bearer guess{number}"} for number in range(4)]
    assert [client.get(f"{API}/me", headers=one).status_code for one in headers] == [401, 401, 429, 429]
