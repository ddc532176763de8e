"""What a reader of an L1 need is told to do to see more must be true for him."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tuwei.web.accounts.models import User
from tuwei.web.market.selectors.disclosure import grade_for

pytestmark = pytest.mark.django_db


def page(need: Any, reader: User | None) -> str:
    client = Client()
    if reader is not None:
        client.force_login(reader, backend="tuwei.web.accounts.backends.EmailBackend")
    return client.get(reverse("market:need", args=[need.pk])).content.decode()


@pytest.mark.parametrize(
    ("grade", "who", "told"),
    [
        (1, "visitor", "只核验身份还不够"),
        (1, "unchecked", "只核验身份还不够"),
        (1, "checked", "您的身份已核验，但需求方只公开到 L1"),
        (2, "visitor", "在登录并由科技局核验身份后可见"),
        (2, "unchecked", "在科技局核验您的身份后即可见"),
    ],
)
def test_the_way_to_the_figures_is_told_as_it_is(
    people: Any, make_need: Any, grade: int, who: str, told: str
) -> None:
    need = make_need(owner=people.owner, state="published", grade=grade)
    reader = None if who == "visitor" else people.researcher
    if who == "checked":
        User.objects.filter(pk=people.researcher.pk).update(identity_checked_at=timezone.now())
        reader.refresh_from_db()
    assert grade_for(reader or Client().get("/").wsgi_request.user, need) == 1
    assert told in page(need, reader)


def test_the_advice_works(people: Any, make_need: Any) -> None:
    """Checked, the reader of an L2 need sees its figures, and of an L1 need still does not."""
    User.objects.filter(pk=people.researcher.pk).update(identity_checked_at=timezone.now())
    people.researcher.refresh_from_db()
    open_one, closed_one = (make_need(owner=people.owner, state="published", grade=grade) for grade in (2, 1))
    assert grade_for(people.researcher, open_one) == 2
    assert grade_for(people.researcher, closed_one) == 1
    assert "您看到的是抽象后的问题" not in page(open_one, people.researcher)


def test_the_office_is_told_what_checking_an_identity_opens(people: Any, make_user: Any) -> None:
    make_user(role="researcher", is_active=False, approved_at=None, email_confirmed_at=timezone.now())
    client = Client()
    client.force_login(people.officer, backend="tuwei.web.accounts.backends.EmailBackend")
    assert "只公开到 L1 的仍须需求方授权" in client.get(reverse("accounts:approvals")).content.decode()
