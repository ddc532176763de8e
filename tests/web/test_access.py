"""The permission matrix: complete, answerable by the database, the same for lists and single objects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.utils import timezone

from tools import permissions
from tuwei.core.errors import AccessError, MissingError
from tuwei.web.accounts.models import ApiToken, Organisation, Person, User
from tuwei.web.base import access, events
from tuwei.web.base.models import Event, Job, Notification
from tuwei.web.deals.models import Case
from tuwei.web.market.models import Achievement, Grant, Need, SavedSearch
from tuwei.web.policy.models import Assignment, Visit

ROOT = Path(__file__).resolve().parents[2]
MODELS: dict[str, type[Model]] = {
    "need": Need,
    "achievement": Achievement,
    "case": Case,
    "ladder": Organisation,
    "assignment": Assignment,
    "visit": Visit,
    "organisation": Organisation,
    "person": Person,
    "user": User,
    "event": Event,
    "job": Job,
    "token": ApiToken,
    "saved_search": SavedSearch,
    "notification": Notification,
}
ROWS = [(row["verb"], row["relation"]) for row in permissions.rows()]
BOUND = [(verb, relation) for verb, relation in ROWS if relation != "any"]
SIGNED_IN = ["enterprise", "researcher", "broker", "commissioner", "officer", "admin"]


def test_the_page_of_the_reference_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "tools/permissions.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_tells_a_row_without_words() -> None:
    row = permissions.rows()[0] | {"verb": "unicorn.ride", "relation": "dreamt"}
    assert len(permissions.faults([row])) == 2
    assert permissions.faults([permissions.rows()[0]] * 2)


def test_cells_hold_y_or_nothing_and_the_columns_are_the_roles() -> None:
    for row in permissions.rows():
        assert list(row) == ["verb", "relation", *access.ROLES]
        assert {row[role] for role in access.ROLES} <= {"y", ""}, row
        assert any(row[role] for role in access.ROLES), f"{row['verb']} {row['relation']} is for nobody"
    assert set(access.ROLES) - {"visitor"} == set(SIGNED_IN)


@pytest.mark.parametrize(("verb", "relation"), BOUND)
def test_every_relation_is_registered_and_answered_by_the_database(
    people: Any, verb: str, relation: str
) -> None:
    model = MODELS[verb.partition(".")[0]]
    function = access._RELATIONS[model][relation]
    for person in [AnonymousUser(), *(getattr(people, role) for role in SIGNED_IN)]:
        if access.role_of(person) in access.matrix()[verb, relation]:
            assert list(model._default_manager.filter(function(person))[:1]) is not None
            assert access.scope(person, verb, model._default_manager.all()).count() >= 0


def test_every_registered_relation_is_used() -> None:
    used = {(MODELS[verb.partition(".")[0]], relation) for verb, relation in BOUND}
    registered = {(model, name) for model, names in access._RELATIONS.items() for name in names}
    assert registered == used


def test_visitors_only_look() -> None:
    looks = {"page.search", "need.view", "need.see_abstract", "achievement.view", "organisation.view"}
    allowed = {verb for (verb, _), roles in access.matrix().items() if "visitor" in roles}
    assert allowed <= looks | {"need.rank", "achievement.rank"}
    for verb in allowed:
        rows = [
            relation
            for (name, relation), roles in access.matrix().items()
            if name == verb and "visitor" in roles
        ]
        assert set(rows) <= {"any", "public", "open_l1"}, verb


def test_documents_are_for_owners_and_grants_alone() -> None:
    relations = {relation for verb, relation in ROWS if verb == "need.see_documents"}
    assert relations == {"own", "org", "granted_l3"}


def test_only_administrators_set_roles_and_purge() -> None:
    for verb in ["user.set_role", "pack.purge", "pack.load"]:
        rows = [roles for (name, _), roles in access.matrix().items() if name == verb]
        assert rows == [frozenset({"admin"})], verb


@pytest.fixture
def world(people: Any, make_need: Any, make_achievement: Any) -> SimpleNamespace:
    """Needs and achievements of Alice in several states, one granted to Charlie's organisation."""
    states = ["draft", "clarifying", "verified", "published", "contracted", "withdrawn"]
    needs = {state: make_need(owner=people.owner, state=state) for state in states}
    granted = make_need(owner=people.owner, state="contracted", title="授权")
    Grant.objects.create(
        need=granted,
        organisation=people.stranger.organisation,
        grade=3,
        granted_by=people.owner,
        nda_signed_on=timezone.now().date(),
    )
    taken = make_need(owner=people.owner, state="contracted", title="接手")
    Case.objects.create(need=taken, broker=people.broker)
    l2 = make_need(owner=people.owner, state="published", grade=2)
    results = {
        state: make_achievement(owner=people.researcher, state=state)
        for state in ["draft", "submitted", "published"]
    }
    return SimpleNamespace(needs=needs, granted=granted, taken=taken, l2=l2, results=results)


def test_a_list_and_a_single_object_never_disagree(world: Any, people: Any) -> None:
    persons = [AnonymousUser(), *vars(people).values()]
    for verb in sorted({verb for verb, _ in ROWS if verb.partition(".")[0] in ("need", "achievement")}):
        model = MODELS[verb.partition(".")[0]]
        for person in persons:
            listed = set(
                access.scope(person, verb, model._default_manager.all()).values_list("pk", flat=True)
            )
            single = {obj.pk for obj in model._default_manager.all() if access.can(person, verb, obj)}
            assert listed == single, (verb, person)


EVERYBODY = ("owner", "colleague", "stranger", "researcher", "broker", "commissioner", "officer", "admin", "visitor")  # fmt: skip
SEES = [
    ("draft", {"owner", "colleague"}),
    ("clarifying", {"owner", "colleague", "commissioner", "officer", "admin"}),
    (
        "published",
        set(EVERYBODY),
    ),
    ("contracted", {"owner", "colleague", "officer", "admin"}),
    ("withdrawn", {"owner", "colleague", "officer", "admin"}),
]


@pytest.mark.parametrize(("state", "expected"), SEES)
def test_who_sees_a_need(world: Any, people: Any, state: str, expected: set[str]) -> None:
    seen = {
        name
        for name in EVERYBODY
        if access.can(getattr(people, name, AnonymousUser()), "need.view", world.needs[state])
    }
    assert seen == expected


def test_a_grant_opens_one_need_to_one_organisation_until_revoked(world: Any, people: Any) -> None:
    assert access.can(people.stranger, "need.see_documents", world.granted)
    assert not access.can(people.stranger, "need.see_documents", world.taken)
    assert not access.can(people.researcher, "need.see_documents", world.granted)
    Grant.objects.update(revoked=timezone.now())
    assert not access.can(people.stranger, "need.view", world.granted)


def test_a_broker_sees_what_he_took_up(world: Any, people: Any, make_user: Any) -> None:
    assert access.can(people.broker, "need.view", world.taken)
    assert not access.can(make_user("broker"), "need.view", world.taken)


def test_figures_wait_for_the_identity_check(world: Any, people: Any) -> None:
    assert not access.can(people.stranger, "need.see_figures", world.l2)
    User.objects.filter(pk=people.stranger.pk).update(identity_checked_at=timezone.now())
    people.stranger.refresh_from_db()
    assert access.can(people.stranger, "need.see_figures", world.l2)
    assert not access.can(people.stranger, "need.see_figures", world.needs["published"])


def test_a_suspended_person_is_a_visitor(world: Any, people: Any) -> None:
    User.objects.filter(pk=people.owner.pk).update(is_active=False)
    people.owner.refresh_from_db()
    assert access.role_of(people.owner) == "visitor"
    assert not access.can(people.owner, "need.view", world.needs["draft"])


def test_missing_and_hidden_look_alike_and_forbidden_does_not(world: Any, people: Any) -> None:
    needs = Need.objects.all()
    sentences = []
    for pk in [world.needs["draft"].pk, 10**9]:
        with pytest.raises(MissingError) as caught:
            access.get(people.stranger, "need.edit", needs, pk=pk)
        sentences.append(caught.value.as_dict())
    assert sentences[0] == sentences[1]
    with pytest.raises(AccessError):
        access.get(people.stranger, "need.edit", needs, pk=world.needs["published"].pk)


def test_a_lazy_user_can_be_the_object(people: Any) -> None:
    from django.utils.functional import SimpleLazyObject

    lazy = SimpleLazyObject(lambda: people.owner)
    assert access.can(lazy, "user.edit", lazy)  # type: ignore[arg-type]
    assert not access.can(lazy, "user.edit", people.colleague)


def test_every_verb_asked_for_in_the_code_is_in_the_matrix() -> None:
    import re

    calls = re.compile(
        r'access\.(?:require|allowed|can)\([^"()]*(?:\([^()]*\))?[^"()]*"([a-z_]+\.[a-z_0-9]+)"'
    )
    tags = re.compile(r'{% may "([a-z_]+\.[a-z_0-9]+)"')
    known = {verb for verb, _ in ROWS}
    for path in (ROOT / "src/tuwei/web").rglob("*"):
        if path.suffix in (".py", ".html"):
            text = path.read_text(encoding="utf-8")
            asked = set(calls.findall(text)) | set(tags.findall(text))
            assert asked <= known, (path.name, asked - known)


def test_every_event_has_two_sentences_with_the_same_gaps() -> None:
    import re

    for verb, (zh, en) in events.verbs().items():
        assert zh, verb
        assert en, verb
        gaps = [{name.removesuffix("_en") for name in re.findall(r"{(\w+)}", text)} for text in (zh, en)]
        assert gaps[0] == gaps[1], verb
