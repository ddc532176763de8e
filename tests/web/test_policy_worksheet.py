"""Who serves an enterprise, visits, advice, follow-ups; and who sees what of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import AccessError, ConflictError, InputError, MissingError
from tuwei.web.accounts.models import Organisation
from tuwei.web.base import access
from tuwei.web.base.models import Event, Notification
from tuwei.web.policy.models import Assignment, Visit
from tuwei.web.policy.selectors import worksheet
from tuwei.web.policy.services import worksheet as services

pytestmark = pytest.mark.django_db
EVERYBODY = ("owner", "colleague", "stranger", "researcher", "broker", "commissioner", "officer", "admin", "visitor")  # fmt: skip


@pytest.fixture
def works(people: Any) -> Organisation:
    return people.owner.organisation


@pytest.fixture
def served(people: Any, works: Organisation) -> Assignment:
    return services.assignment_give(
        actor=people.officer, organisation=works, commissioner=people.commissioner
    )


def visited(people: Any, served: Assignment, **more: Any) -> Visit:
    values = {
        "on": timezone.localdate(),
        "kind": "visit",
        "seen": "账目混在一起",
        "advice": "设研发辅助账",
        **more,
    }
    return services.visit_record(actor=people.commissioner, assignment=served, values=values)


def seen_by(people: Any, works: Organisation, verb: str) -> set[str]:
    return {name for name in EVERYBODY if access.can(getattr(people, name, AnonymousUser()), verb, works)}


def test_facts_open_to_the_enterprise_and_the_office_alone(people: Any, works: Organisation) -> None:
    expected = {"owner", "colleague", "officer", "admin"}
    assert seen_by(people, works, "ladder.view") == expected
    assert seen_by(people, works, "ladder.enter") == expected


def test_a_commissioner_sees_facts_only_while_serving(
    people: Any, works: Organisation, make_user: Any
) -> None:
    asked = services.assignment_ask(actor=people.commissioner, organisation=works, message="本区")
    assert "commissioner" not in seen_by(people, works, "ladder.view")
    services.assignment_move(actor=people.colleague, assignment=asked, verb="accept")
    assert "commissioner" in seen_by(people, works, "ladder.view")
    assert not access.can(make_user("commissioner"), "ladder.view", works)
    services.assignment_move(actor=people.owner, assignment=asked, verb="end", reason="换人")
    assert "commissioner" not in seen_by(people, works, "ladder.view")
    with pytest.raises(ConflictError):
        services.assignment_move(actor=people.owner, assignment=asked, verb="accept")


def test_nobody_accepts_their_own_asking(people: Any, works: Organisation) -> None:
    asked = services.assignment_ask(actor=people.commissioner, organisation=works)
    with pytest.raises(AccessError):
        services.assignment_move(actor=people.commissioner, assignment=asked, verb="accept")
    with pytest.raises(MissingError):
        services.assignment_move(actor=people.stranger, assignment=asked, verb="accept")
    with pytest.raises(InputError):
        services.assignment_move(actor=people.owner, assignment=asked, verb="decline", reason=" ")


def test_one_open_service_for_a_pair(people: Any, served: Assignment, works: Organisation) -> None:
    with pytest.raises(ConflictError):
        services.assignment_ask(actor=people.commissioner, organisation=works)
    services.assignment_move(actor=people.officer, assignment=served, verb="end", reason="期满")
    assert services.assignment_ask(actor=people.commissioner, organisation=works).state == "asked"


def test_assigning_accepts_who_has_asked(people: Any, works: Organisation) -> None:
    asked = services.assignment_ask(actor=people.commissioner, organisation=works)
    given = services.assignment_give(
        actor=people.officer, organisation=works, commissioner=people.commissioner
    )
    assert (given.pk, given.state) == (asked.pk, "active")


def test_only_commissioners_serve_and_only_enterprises_are_served(people: Any, works: Organisation) -> None:
    with pytest.raises(InputError):
        services.assignment_give(actor=people.officer, organisation=works, commissioner=people.broker)
    with pytest.raises(InputError):
        services.assignment_ask(actor=people.commissioner, organisation=people.researcher.organisation)
    for role in ("owner", "researcher", "broker", "officer"):
        with pytest.raises(AccessError):
            services.assignment_ask(actor=getattr(people, role), organisation=works)
        if role != "officer":
            with pytest.raises(AccessError):
                services.assignment_give(
                    actor=getattr(people, role), organisation=works, commissioner=people.commissioner
                )


def test_the_enterprise_hears_of_advice_but_never_reads_the_notes(people: Any, served: Assignment) -> None:
    visited(people, served)
    assert Notification.objects.filter(user=people.owner, event__verb="visit.recorded").exists()
    seen = {
        name: [visit.seen for visit in worksheet.visits(getattr(people, name), served)]
        for name in ("commissioner", "officer", "owner", "stranger", "broker")
    }
    whole = ["账目混在一起"]
    assert seen == {"commissioner": whole, "officer": whole, "owner": [""], "stranger": [], "broker": []}
    assert worksheet.advice_for(people.owner, served.organisation)[0].advice == "设研发辅助账"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"seen": "", "advice": " "}, "visit.empty"),
        ({"on": timezone.localdate() + timedelta(days=1)}, "visit.future"),
        ({"follow_up_on": timezone.localdate()}, "visit.no_follow_up"),
        ({"kind": "dream"}, "visit.bad_kind"),
    ],
)
def test_what_cannot_be_a_visit(people: Any, served: Assignment, values: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        visited(people, served, **values)
    assert caught.value.code == code
    assert not Visit.objects.exists()


def test_the_most_urgent_enterprise_comes_first(
    people: Any, served: Assignment, make_organisation: Any
) -> None:
    today = timezone.localdate()
    others = [
        services.assignment_give(
            actor=people.officer, organisation=make_organisation(name=name), commissioner=people.commissioner
        )
        for name in ("乙厂", "丙厂")
    ]
    visited(people, others[0], follow_up="看辅助账", follow_up_on=today - timedelta(days=2))
    visited(people, served, follow_up="送政策", follow_up_on=today + timedelta(days=3))
    rows = worksheet.with_next(list(worksheet.queue(people.commissioner)))
    assert [row.organisation.name for row in rows] == ["乙厂", "甲厂", "丙厂"]
    assert [row.next.follow_up if row.next else None for row in rows] == ["看辅助账", "送政策", None]  # type: ignore[attr-defined]
    assert [visit.follow_up for visit in worksheet.late(people.commissioner)] == ["看辅助账"]


def test_a_follow_up_is_done_once_and_leaves_the_queue(people: Any, served: Assignment) -> None:
    visit = visited(
        people, served, follow_up="看辅助账", follow_up_on=timezone.localdate() - timedelta(days=1)
    )
    services.follow_up_done(actor=people.commissioner, visit=visit, outcome="已设")
    assert not worksheet.late(people.commissioner).exists()
    with pytest.raises(ConflictError):
        services.follow_up_done(actor=people.commissioner, visit=visit)
    with pytest.raises(AccessError):
        services.follow_up_done(actor=people.officer, visit=visit)


def test_nothing_is_recorded_once_the_service_has_ended(
    people: Any, served: Assignment, make_user: Any
) -> None:
    with pytest.raises(MissingError):
        services.visit_record(
            actor=make_user("commissioner"),
            assignment=served,
            values={"on": timezone.localdate(), "seen": "x"},
        )
    services.assignment_move(actor=people.commissioner, assignment=served, verb="end", reason="调离")
    with pytest.raises(ConflictError):
        visited(people, served)


def test_the_pages_of_the_worksheet(people: Any, served: Assignment, sign_in: Any) -> None:
    client = sign_in(people.commissioner)
    page = reverse("policy:assignment", args=[served.pk])
    assert client.get(reverse("policy:worksheet")).status_code == 200
    today = timezone.localdate().isoformat()
    sent = {
        "on": today,
        "kind": "phone",
        "seen": "秘密情况",
        "advice": "先补年度数据",
        "follow_up": "回访",
        "follow_up_on": today,
    }
    assert client.post(reverse("policy:visit", args=[served.pk]), sent).status_code == 302
    assert (
        client.post(reverse("policy:visit", args=[served.pk]), {"on": today, "kind": "phone"}).status_code
        == 422
    )
    visit = Visit.objects.get()
    assert "秘密情况" in client.get(page).content.decode()
    assert client.post(reverse("policy:done", args=[visit.pk]), {"outcome": "已补"}).status_code == 302
    shown = sign_in(people.owner).get(page).content.decode()
    assert "先补年度数据" in shown
    assert "秘密情况" not in shown
    assert sign_in(people.stranger).get(page).status_code == 404
    assert sign_in(people.broker).get(page).status_code == 404


def test_asking_and_deciding_through_the_pages(people: Any, works: Organisation, sign_in: Any) -> None:
    client = sign_in(people.commissioner)
    found = client.get(reverse("policy:enterprises"), {"q": "甲"}).content.decode()
    assert "申请服务" in found
    assert client.post(reverse("policy:serve", args=[works.pk]), {"message": "同区"}).status_code == 302
    asked = Assignment.objects.get()
    assert "待同意" in client.get(reverse("policy:enterprises"), {"q": "甲"}).content.decode()
    client = sign_in(people.officer)
    assert str(works) in client.get(reverse("policy:asked")).content.decode()
    assert client.post(reverse("policy:move", args=[asked.pk, "accept"])).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("active", people.officer)
    assert Event.objects.filter(verb="assignment.accepted").exists()


@pytest.mark.parametrize("name", ["owner", "researcher", "broker"])
def test_who_has_no_business_there(people: Any, works: Organisation, sign_in: Any, name: str) -> None:
    client = sign_in(getattr(people, name))
    for page in ("worksheet", "asked", "enterprises", "zero"):
        assert client.get(reverse(f"policy:{page}")).status_code == 403, page
    assert client.get(reverse("policy:serve", args=[works.pk])).status_code == 403
