"""The people of the web tests: Alice owns, Bob works beside her, Charlie must get nothing; one of each role."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

PASSWORD = "Correct-horse-7"
_number = itertools.count(1)


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """What one test put into the cache is no business of the next."""
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def own_language() -> None:
    """A page asked for in English leaves its thread in English: each test begins in the site's language."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def make_organisation(db: None) -> Callable[..., Any]:
    """``make_organisation(name=…, kind=…)``: verified unless told otherwise."""
    from tuwei.web.accounts.models import Organisation

    def make(**fields: Any) -> Organisation:
        values = {"name": f"单位{next(_number)}", "kind": "enterprise", "region": "150105", "verified": True}
        return Organisation.objects.create(**(values | fields))

    return make


@pytest.fixture
def make_user(db: None, make_organisation: Callable[..., Any]) -> Callable[..., Any]:
    """``make_user(role=…, organisation=…, identity=True)``: an active account; ``organisation=None`` for none."""
    from django.utils import timezone

    from tuwei.web.accounts.models import User

    kinds = {"enterprise": "enterprise", "researcher": "institution", "broker": "agency"}

    def make(role: str = "enterprise", identity: bool = False, **fields: Any) -> User:
        number = next(_number)
        if "organisation" not in fields:
            fields["organisation"] = make_organisation(kind=kinds.get(role, "bureau"))
        values = {
            "email": f"person{number}@example.org",
            "name": f"人员{number}",
            "password": PASSWORD,
            "is_active": True,
            "approved_at": timezone.now(),
            "identity_checked_at": timezone.now() if identity else None,
        }
        return User.objects.create_user(role=role, **(values | fields))

    return make


@pytest.fixture
def people(make_user: Callable[..., Any], make_organisation: Callable[..., Any]) -> SimpleNamespace:
    """Owner, colleague (same enterprise), stranger (another one), and one person for each other role."""
    works = make_organisation(name="甲厂")
    owner = make_user(name="Alice", email="alice@example.org", organisation=works)
    return SimpleNamespace(
        enterprise=owner,
        owner=owner,
        colleague=make_user(name="Bob", email="bob@example.org", organisation=works),
        stranger=make_user(name="Charlie", email="charlie@example.org"),
        researcher=make_user("researcher", name="Rosa", email="rosa@example.org"),
        broker=make_user("broker", name="Boris", email="boris@example.org"),
        commissioner=make_user("commissioner", name="Clara", email="clara@example.org"),
        officer=make_user("officer", name="Olga", email="olga@example.org"),
        admin=make_user("admin", name="Ada", email="ada@example.org"),
    )


@pytest.fixture
def sign_in(client: Any) -> Callable[[Any], Any]:
    """``sign_in(user)`` returns the test client, signed in as that person."""

    def enter(user: Any) -> Any:
        client.force_login(user, backend="tuwei.web.accounts.backends.EmailBackend")
        return client

    return enter


@pytest.fixture
def make_need(make_user: Callable[..., Any]) -> Callable[..., Any]:
    """``make_need(owner=…, state=…)``: a draft; a published one has consent and a date."""
    from django.utils import timezone

    from tuwei.web.market.models import Need

    def make(**fields: Any) -> Need:
        owner = fields.pop("owner", None) or make_user()
        number = next(_number)
        values = {
            "owner": owner,
            "organisation": fields.pop("organisation", None) or owner.organisation,
            "title": f"降低烘干能耗 {number}",
            "problem": "烘干机天然气消耗过大,需把吨产品气耗降到 60 立方米以下。",
            "abstract": "谷物烘干节能技术",
            "field": "energy",
            "industry": "agrifood",
            "region": "150105",
            "grade": 1,
        }
        if fields.get("state", "draft") != "draft":
            values |= {"consent_publish": True, "published_at": timezone.now()}
        return Need.objects.create(**(values | fields))

    return make


@pytest.fixture
def make_achievement(make_user: Callable[..., Any]) -> Callable[..., Any]:
    """``make_achievement(owner=…, state=…)``: published unless told otherwise."""
    from django.utils import timezone

    from tuwei.web.market.models import Achievement

    def make(**fields: Any) -> Achievement:
        owner = fields.pop("owner", None) or make_user("researcher")
        values = {
            "owner": owner,
            "organisation": fields.pop("organisation", None) or owner.organisation,
            "title": f"热泵谷物烘干技术 {next(_number)}",
            "text": "采用闭环热泵回收余热,吨粮气耗下降。",
            "field": "energy",
            "industry": "agrifood",
            "region": "150105",
            "trl": 6,
            "state": "published",
            "published_at": timezone.now(),
        }
        return Achievement.objects.create(**(values | fields))

    return make
