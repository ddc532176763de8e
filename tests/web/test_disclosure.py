"""A word hidden at a grade never reaches anyone below it: on no page, in no list, no search, no record."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tuwei.core.errors import AccessError, ConflictError, InputError
from tuwei.web.base.models import Event, Notification
from tuwei.web.market.models import Grant, Indicator, Need, NeedView
from tuwei.web.market.selectors.disclosure import annotate_grade, grade_for
from tuwei.web.market.selectors.needs import similar_needs
from tuwei.web.market.selectors.records_need import DISCLOSED, need_record
from tuwei.web.market.services import disclosure
from tuwei.web.market.services.needs import search_text

pytestmark = pytest.mark.django_db
# A word of its own for each text field, so that a leak names the field.
TEXTS = (
    "title", "abstract", "problem", "object", "function", "constraints", "tried_routes", "solver_conditions",
    "why_not_inhouse", "contact_name", "contact_phone",
)  # fmt: skip
CANARIES = {name: f"canary{number:02d}x" for number, name in enumerate(TEXTS)} | {
    "contact_email": "canary90x@example.org", "keywords": "canary91x", "indicators": "canary92x",
    "organisation": "canary93x", "source": "canary94x", "source_id": "canary95x", "budget_max": "87,654,321",
    "deadline": "2031-09-17",
}  # fmt: skip
ASIDE = {"id", "field", "industry", "region", "state", "grade", "sample", "completeness", "published"}


@pytest.fixture
def make_marked(people: Any, make_need: Any, make_organisation: Any) -> Any:
    """A need with a word of its own in every field."""
    works = people.owner.organisation
    works.name = CANARIES["organisation"]
    works.save()

    def make(**fields: Any) -> Need:
        texts = {name: CANARIES[name] for name in (*TEXTS, "contact_email", "source", "source_id")}
        need = make_need(
            owner=people.owner,
            keywords=[CANARIES["keywords"]],
            budget_max=8765432100,
            deadline=datetime.date(2031, 9, 17),
            completeness=100,
            **(texts | fields),
        )
        Indicator.objects.create(need=need, name=CANARIES["indicators"], comparator="le", high=3, unit="t")
        need.search_text = search_text(need)
        need.save()
        return need

    return make


def hidden_at(grade: int) -> dict[str, str]:
    return {name: word for name, word in CANARIES.items() if DISCLOSED[name] > grade}


def test_every_field_of_a_record_has_its_grade_and_every_text_its_canary(make_marked: Any) -> None:
    record = need_record(make_marked())
    assert set(record) == set(DISCLOSED)
    assert set(DISCLOSED) - set(CANARIES) - ASIDE <= {"budget_min", "ip_ownership", "consent_publish"}


@pytest.mark.parametrize("grade", [0, 1, 2, 3])
def test_a_record_holds_what_its_grade_discloses(make_marked: Any, grade: int) -> None:
    text = str(need_record(make_marked(), grade=grade)).replace("87654321", "87,654,321")
    for name, word in CANARIES.items():
        assert (word in text) == (DISCLOSED[name] <= grade), name


READERS = (
    "visitor",
    "stranger",
    "checked",
    "researcher",
    "broker",
    "commissioner",
    "officer",
    "admin",
    "granted",
)


def reader(people: Any, make_user: Any, need: Need, name: str) -> Any:
    if name == "visitor":
        return None
    if name == "checked":
        return make_user("researcher", identity=True)
    if name == "granted":
        user = make_user("researcher")
        Grant.objects.create(
            need=need, organisation=user.organisation, grade=3, nda_signed_on="2026-01-01", nda_reference="N1",
            granted_by=people.owner,
        )  # fmt: skip
        return user
    return getattr(people, name)


# need grade → reader → what they see (published)
EXPECTED = {
    0: {
        "visitor": 0,
        "stranger": 0,
        "checked": 0,
        "officer": 2,
        "granted": 3,
        "broker": 0,
        "commissioner": 0,
    },
    1: {
        "visitor": 1,
        "stranger": 1,
        "checked": 1,
        "officer": 2,
        "granted": 3,
        "broker": 1,
        "commissioner": 1,
    },
    2: {
        "visitor": 1,
        "stranger": 1,
        "checked": 2,
        "officer": 2,
        "granted": 3,
        "broker": 1,
        "commissioner": 1,
    },
    3: {
        "visitor": 1,
        "stranger": 1,
        "checked": 2,
        "officer": 2,
        "granted": 3,
        "broker": 1,
        "commissioner": 1,
    },
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("open_grade", [0, 1, 2, 3])
def test_no_page_shows_anyone_more_than_their_grade(
    people: Any, make_user: Any, make_marked: Any, client: Any, sign_in: Any, open_grade: int, name: str
) -> None:
    from django.contrib.auth.models import AnonymousUser

    need = make_marked(state="published", grade=open_grade)
    user = reader(people, make_user, need, name)
    if user:
        sign_in(user)
    grade = grade_for(user or AnonymousUser(), need)
    if name in EXPECTED[open_grade]:
        assert grade == EXPECTED[open_grade][name]
    hidden = hidden_at(grade)
    if name in ("officer", "admin"):  # who answers for publication may call
        hidden = {field: word for field, word in hidden.items() if not field.startswith("contact")}
    word, where = CANARIES["title"], f"/needs/{need.pk}/"
    paths = [where, f"{where}matches/", "/needs/", f"/needs/?q={word}", "/needs/mine/", "/"]
    paths += [f"/api/v1{where[:-1]}", "/api/v1/needs", f"/api/v1/needs?q={word}"]
    paths += [f"/organisations/{need.organisation_id}/"]
    for path in paths:
        text = client.get(path).content.decode()
        told = [field for field, secret in hidden.items() if secret in text and secret not in path]
        # The page of an organisation may say its name; what it lists must still not say more.
        leaked = [field for field in told if not (field == "organisation" and "organisations" in path)]
        assert not leaked, (path, grade)
    page = client.get(f"/needs/{need.pk}/").content.decode()
    if grade >= 1:
        assert CANARIES["title"] in page


@pytest.mark.parametrize("state", ["draft", "clarifying", "verified", "withdrawn"])
def test_what_is_not_published_is_not_there_for_others(
    people: Any, make_marked: Any, sign_in: Any, state: str
) -> None:
    need = make_marked(state=state)
    for name in ("stranger", "researcher", "broker"):
        client = sign_in(getattr(people, name))
        for path in (f"/needs/{need.pk}/", f"/needs/{need.pk}/edit/", f"/needs/{need.pk}/disclosure/"):
            response = client.get(path)
            assert response.status_code == 404, path
            assert not any(word in response.content.decode() for word in CANARIES.values())


def test_without_consent_nothing_is_public(people: Any, make_marked: Any, client: Any) -> None:
    assert (
        client.get(f"/needs/{make_marked(state='published', consent_publish=False).pk}/").status_code == 404
    )


def test_a_search_answers_only_for_words_that_are_open(make_marked: Any) -> None:
    from tuwei.web.base.search import matching

    for open_grade in (0, 1, 2, 3):
        need = make_marked(state="published", grade=open_grade, source_id=f"s{open_grade}")
        for field, word in CANARIES.items():
            found = matching(Need.objects.filter(pk=need.pk), word.split("@")[0]).exists()
            assert not (found and DISCLOSED[field] > min(open_grade, 1)), (open_grade, field)
        assert matching(Need.objects.filter(pk=need.pk), CANARIES["title"]).exists() == (open_grade > 0)


def test_a_title_hidden_at_l0_is_in_no_notice_to_others(
    people: Any, make_user: Any, make_marked: Any
) -> None:
    need = make_marked(state="published", grade=0)
    asker = make_user("researcher")
    asked = disclosure.access_request(actor=asker, need=need, grade=2, message="可以试试")
    disclosure.request_decline(actor=people.owner, asked=asked, reason="暂不")
    grant = disclosure.grant_give(actor=people.owner, need=need, organisation=asker.organisation, grade=1)
    disclosure.grant_revoke(actor=people.owner, grant=grant)
    labels = Notification.objects.filter(user=asker).values_list("event__label", flat=True)
    assert len(labels) == 3
    assert not any(CANARIES["title"] in label for label in labels)


def test_the_event_log_keeps_no_contact_and_no_l3_text(people: Any, make_marked: Any) -> None:
    from tuwei.web.market.services.needs import need_save

    need = make_marked()
    need_save(
        actor=people.owner, need=need, record={"contact_name": "别人", "contact_phone": "", "title": "新名"}
    )
    told = str(list(Event.objects.values_list("before", "after")))
    assert not any(CANARIES[name] in told for name in ("contact_name", "contact_phone", "contact_email"))


def test_similar_needs_tell_nothing_hidden(people: Any, make_marked: Any, make_need: Any) -> None:
    make_marked(state="published", grade=0)
    mine = make_need(owner=people.stranger)
    assert similar_needs(people.stranger, mine, f"{CANARIES['title']} {CANARIES['abstract']}") == []


def test_lists_and_single_answers_agree(people: Any, make_marked: Any) -> None:
    needs = [make_marked(state="published", grade=grade, source_id=f"s{grade}") for grade in range(4)]
    for name in ("owner", "colleague", "stranger", "officer", "broker"):
        user = getattr(people, name)
        listed = {need.pk: need.shown_grade for need in annotate_grade(user, Need.objects.all())}
        assert listed == {need.pk: grade_for(user, need) for need in needs}


def test_every_look_is_logged_and_shown_to_the_owner(
    people: Any, make_marked: Any, client: Any, sign_in: Any
) -> None:
    need = make_marked(state="published", grade=2)
    client.get(f"/needs/{need.pk}/")
    sign_in(people.stranger).get(f"/needs/{need.pk}/")
    sign_in(people.colleague).get(f"/needs/{need.pk}/")  # at home
    assert list(NeedView.objects.values_list("user__name", "grade", "channel").order_by("id")) == [
        (None, 1, "page"), ("Charlie", 1, "page"),
    ]  # fmt: skip
    page = sign_in(people.owner).get(f"/needs/{need.pk}/disclosure/").content.decode()
    assert "Charlie" in page
    assert sign_in(people.stranger).get(f"/needs/{need.pk}/disclosure/").status_code == 403


def test_l3_needs_a_signed_agreement(people: Any, make_marked: Any, make_organisation: Any) -> None:
    need, partner = make_marked(state="published"), make_organisation()
    bad = [{}, {"nda_signed_on": datetime.date(2026, 1, 1)}, {"nda_reference": "N1"},
           {"nda_signed_on": datetime.date(2999, 1, 1), "nda_reference": "N1"}]  # fmt: skip
    for fields in bad:
        with pytest.raises(InputError):
            disclosure.grant_give(actor=people.owner, need=need, organisation=partner, grade=3, **fields)
    assert not Grant.objects.exists()
    disclosure.grant_give(
        actor=people.owner, need=need, organisation=partner, grade=3, nda_signed_on=datetime.date(2026, 1, 1),
        nda_reference="N1",
    )  # fmt: skip
    disclosure.grant_give(actor=people.colleague, need=need, organisation=partner, grade=1)
    assert Grant.objects.filter(revoked=None).count() == 1  # the newer replaces the older
    with pytest.raises(AccessError):
        disclosure.grant_give(actor=people.officer, need=need, organisation=partner, grade=1)


def test_a_grant_taken_back_closes_at_once(people: Any, make_user: Any, make_marked: Any) -> None:
    need, user = make_marked(state="published", grade=0), make_user("researcher")
    grant = disclosure.grant_give(actor=people.owner, need=need, organisation=user.organisation, grade=2)
    assert grade_for(user, need) == 2
    disclosure.grant_revoke(actor=people.owner, grant=grant)
    assert grade_for(user, need) == 0


def test_a_request_is_made_once_and_answered_once(people: Any, make_user: Any, make_marked: Any) -> None:
    need, user = make_marked(state="published", grade=1), make_user("researcher")
    asked = disclosure.access_request(actor=user, need=need, grade=2, message="我们做过")
    with pytest.raises(ConflictError):
        disclosure.access_request(actor=user, need=need, grade=3, message="再问")
    with pytest.raises(ConflictError):
        disclosure.access_request(actor=user, need=need, grade=1, message="已开")
    with pytest.raises(InputError):
        disclosure.access_request(actor=make_user("researcher"), need=need, grade=2, message=" ")
    assert Notification.objects.filter(user=people.owner, event__verb="need.access_asked").exists()
    disclosure.grant_give(actor=people.owner, need=need, organisation=user.organisation, grade=2)
    asked.refresh_from_db()
    assert asked.answer == "given"
    with pytest.raises(ConflictError):
        disclosure.request_decline(actor=people.owner, asked=asked)
