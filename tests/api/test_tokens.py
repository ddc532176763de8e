"""Who asks: tokens live until revoked, expired or their person is suspended; sessions need CSRF for changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from .conftest import API, NEED, check_problem

pytestmark = pytest.mark.django_db
BACKEND = "tuwei.web.accounts.backends.EmailBackend"


def test_a_token_made_through_the_api_works_until_it_is_revoked(call: Any, people: Any, client: Any) -> None:
    made = call(people.owner, "POST", "/tokens", {"name": "夜间同步", "days": 3}).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    assert client.get(f"{API}/me", headers=headers).json()["email"] == "alice@example.org"
    assert made["secret"] not in call(people.owner, "GET", "/tokens").content.decode()
    assert call(people.owner, "DELETE", f"/tokens/{made['id']}").status_code == 204
    assert client.get(f"{API}/me", headers=headers).status_code == 401


def test_an_expired_token_and_one_of_a_suspended_person_are_refused(call: Any, people: Any) -> None:
    from tuwei.web.accounts.models import ApiToken

    assert call(people.owner, "GET", "/me").status_code == 200
    ApiToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert call(people.owner, "GET", "/me").json()["code"] == "api.bad_token"
    ApiToken.objects.update(expires=timezone.now() + timedelta(days=1))
    people.owner.is_active = False
    people.owner.save()
    assert call(people.owner, "GET", "/me").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic YTpi", "Bearer ü", "tuwei_x", "Bearer " + "x" * 500, "Bearer a b"]
)
def test_a_wrong_header_is_refused_even_where_visitors_may_read(header: str, client: Any, db: None) -> None:
    answer = client.get(f"{API}/needs", headers={"Authorization": header})
    assert answer.status_code == 401
    assert check_problem(answer)["code"] == "api.bad_token"


def test_a_visitor_reads_what_is_public_and_is_asked_to_sign_in_for_the_rest(
    call: Any, people: Any, make_need: Any
) -> None:
    need = make_need(owner=people.owner, state="published")
    assert call(None, "GET", f"/needs/{need.pk}").status_code == 200
    for method, path, body in (
        ("GET", "/me", None),
        ("POST", "/needs", NEED),
        ("GET", f"/needs/{need.pk}/views", None),
    ):
        assert call(None, method, path, body).json()["code"] == "api.sign_in"


def test_a_session_reads_and_changes_only_with_the_csrf_token(people: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.owner, backend=BACKEND)
    assert browser.get(f"{API}/me").status_code == 200
    answer = browser.patch(f"{API}/me", {"phone": "1"}, "application/json")
    assert answer.status_code == 403
    assert check_problem(answer)["code"] == "api.csrf"
    browser.get("/accounts/profile/")
    token = browser.cookies["csrftoken"].value
    answer = browser.patch(f"{API}/me", {"phone": "1"}, "application/json", headers={"X-CSRFToken": token})
    assert answer.json()["phone"] == "1"


def test_a_session_that_owes_its_second_factor_opens_nothing(people: Any, client: Any) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    TOTPDevice.objects.create(user=people.owner, name="x", confirmed=True)
    client.force_login(people.owner, backend=BACKEND)
    assert client.get(f"{API}/me").status_code == 401


def test_a_token_carries_no_session(call: Any, people: Any, client: Any) -> None:
    call(people.owner, "GET", "/me")
    assert client.get(f"{API}/me").status_code == 401
    assert not client.cookies.get("sessionid")
