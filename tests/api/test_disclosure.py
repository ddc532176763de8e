"""What a grade withholds is nowhere in an answer, whoever asks and whichever operation."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.django_db
# One word for each text field of a need; the grade from which it may be read.
CANARIES = {
    "title": 1, "abstract": 1, "problem": 2, "object": 2, "function": 2, "constraints": 2, "tried_routes": 2,
    "solver_conditions": 2, "why_not_inhouse": 2, "contact_name": 3, "contact_phone": 3,
}  # fmt: skip
WORDS = {name: f"zq{name.replace('_', '')}qz" for name in CANARIES}
FIGURES = {"budget_min": 12345678, "budget_max": 23456789}


@pytest.fixture
def secret(make_need: Any, people: Any) -> Any:
    from tuwei.web.market.models import Indicator

    def make(grade: int) -> Any:
        need = make_need(
            owner=people.owner, state="published", grade=grade, deadline="2031-05-17", **WORDS, **FIGURES
        )
        need.contact_email = "canary@example.org"
        need.save()
        Indicator.objects.create(need=need, name="zqindicatorqz", comparator="le", high="77.125", unit="吨")
        return need

    return make


def hidden_from(grade: int) -> list[str]:
    words = [word for name, word in WORDS.items() if CANARIES[name] > grade]
    if grade < 2:
        words += ["123456.78", "234567.89", "2031-05-17", "zqindicatorqz", "77.125", "甲厂"]
    return words if grade >= 3 else [*words, "canary@example.org"]


@pytest.mark.parametrize("grade", range(4))
@pytest.mark.parametrize(
    ("person", "checked", "shown"),
    [
        ("visitor", False, 1), ("stranger", False, 1), ("stranger", True, 2), ("researcher", True, 2),
        ("owner", False, 3), ("colleague", False, 3),
    ],
)  # fmt: skip
def test_no_answer_holds_what_the_grade_withholds(
    grade: int, person: str, checked: bool, shown: int, secret: Any, people: Any, call: Any
) -> None:
    from django.utils import timezone

    need = secret(grade)
    user = None if person == "visitor" else getattr(people, person)
    if checked:
        user.identity_checked_at = timezone.now()
        user.save()
    at = shown if person in ("owner", "colleague") else min(grade, shown)
    one = call(user, "GET", f"/needs/{need.pk}")
    assert one.json()["shown_grade"] == f"L{at}"
    lists = [
        call(user, "GET", path).content.decode()
        for path in (
            "/needs",
            "/needs/mine",
            f"/needs?q={WORDS['title']}",
            f"/needs/{need.pk}/matches",
            "/cases",
        )
    ]
    for word in hidden_from(at):
        assert word not in one.content.decode(), word
    for word in hidden_from(min(at, 1)):
        assert all(word not in text for text in lists), word


def test_figures_are_there_for_those_who_may_see_them(secret: Any, people: Any, call: Any) -> None:
    told = call(people.owner, "GET", f"/needs/{secret(0).pk}").json()
    assert told["budget_max"] == "234567.89"
    assert told["indicators"][0]["high"] == "77.125"
    assert told["contact_email"] == "canary@example.org"


def test_each_look_is_logged_with_its_grade_and_shown_to_the_owner(
    secret: Any, people: Any, call: Any
) -> None:
    need = secret(1)
    call(people.stranger, "GET", f"/needs/{need.pk}")
    call(None, "GET", f"/needs/{need.pk}")
    call(people.owner, "GET", f"/needs/{need.pk}")
    rows = call(people.owner, "GET", f"/needs/{need.pk}/views").json()["items"]
    assert [(row["user"], row["grade"], row["channel"]) for row in rows] == [
        (None, "L1", "api"),
        ("Charlie", "L1", "api"),
    ]


def test_a_grant_opens_and_its_end_closes(secret: Any, people: Any, call: Any) -> None:
    need = secret(0)
    place = people.stranger.organisation.name
    assert call(people.stranger, "GET", f"/needs/{need.pk}").json()["shown_grade"] == "L0"
    body = {"organisation": place, "grade": "L3"}
    assert (
        call(people.owner, "POST", f"/needs/{need.pk}/grants", body).json()["code"] == "disclosure.needs_nda"
    )
    body |= {"nda_signed_on": "2026-01-05", "nda_reference": "NDA-7"}
    given = call(people.owner, "POST", f"/needs/{need.pk}/grants", body)
    assert given.status_code == 201
    told = call(people.stranger, "GET", f"/needs/{need.pk}").json()
    assert told["shown_grade"] == "L3"
    assert told["contact_phone"] == WORDS["contact_phone"]
    assert call(people.owner, "DELETE", f"/needs/{need.pk}/grants/{given.json()['id']}").status_code == 204
    assert call(people.stranger, "GET", f"/needs/{need.pk}").json()["shown_grade"] == "L0"


def test_narrowing_by_budget_is_closed_to_those_who_may_not_see_it(
    secret: Any, people: Any, call: Any
) -> None:
    secret(2)
    assert call(None, "GET", "/needs?budget=10").status_code in (401, 403)
    for path in ("/needs?sort=deadline", "/needs?budget=10", "/needs?kind=enterprise"):
        assert call(people.stranger, "GET", path).json()["items"] == []
