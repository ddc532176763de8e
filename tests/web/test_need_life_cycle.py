"""Every state × every step of a need: what is open leads where it should, everything else is refused and told."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from tuwei.core.errors import AccessError, ConflictError, InputError, MissingError
from tuwei.web.base import events, jobs
from tuwei.web.base.models import Event, Notification
from tuwei.web.market.models import Need, NeedState, Touched
from tuwei.web.market.models.need import LIFE_CYCLE
from tuwei.web.market.selectors.life_cycle import STEPS, line, steps_for
from tuwei.web.market.services.disclosure import grant_give
from tuwei.web.market.services.need_moves import need_expire
from tuwei.web.market.services.needs import need_move

pytestmark = pytest.mark.django_db
PAIRS = [(state, verb) for state in LIFE_CYCLE for verb in STEPS]
READY = {"completeness": 100, "consent_publish": True}


def who(people: Any, verb: str) -> Any:
    """Someone whose role takes this step."""
    if verb in (
        "submit",
        "revive",
        "negotiate",
        "deliver",
        "accept",
        "evaluate",
        "withdraw",
        "solve_elsewhere",
    ):
        return people.owner
    if verb in ("match", "contact", "reopen"):
        return people.officer
    return people.officer


def test_every_state_and_every_step_has_a_name() -> None:
    assert set(LIFE_CYCLE) == set(NeedState.values)
    assert {verb for steps in LIFE_CYCLE.values() for verb in steps} == set(STEPS)
    assert {state for steps in LIFE_CYCLE.values() for state in steps.values()} <= set(LIFE_CYCLE)


@pytest.mark.parametrize(("state", "verb"), PAIRS)
def test_a_step_leads_where_it_should_or_is_refused(
    people: Any, make_need: Any, state: str, verb: str
) -> None:
    need = make_need(owner=people.owner, state=state, **READY)
    target = make_need(owner=people.owner, state="published")
    before = Event.objects.count()
    actor = who(people, verb)

    def go() -> Need:
        return need_move(actor=actor, need=need, verb=verb, reason="因故", into=target)

    if (
        verb in LIFE_CYCLE[state]
        and state != "draft"
        or (state == "draft" and verb in ("submit", "withdraw"))
    ):
        assert go().state == LIFE_CYCLE[state][verb]
        assert Event.objects.count() == before + 1  # one step, one event
        assert Touched.objects.filter(kind="need", listing_id=need.pk).exists()
    else:
        with pytest.raises((ConflictError, MissingError, AccessError)) as caught:
            go()
        need.refresh_from_db()
        assert (need.state, Event.objects.count()) == (state, before)
        if isinstance(caught.value, ConflictError):
            told = caught.value.sentence("zh"), caught.value.sentence("en")
            assert str(need.get_state_display()) in told[0]
            assert not any("一" <= letter <= "鿿" for letter in told[1])


def test_a_step_nobody_knows_is_refused(people: Any, make_need: Any) -> None:
    for verb in ("edit", "view", "fly", ""):
        with pytest.raises(InputError):
            need_move(actor=people.owner, need=make_need(owner=people.owner), verb=verb)


@pytest.mark.parametrize("verb", ["return", "withdraw", "reopen"])
def test_a_setback_needs_its_reason(people: Any, make_need: Any, verb: str) -> None:
    state = "in_contact" if verb == "reopen" else "clarifying"
    need = make_need(owner=people.owner, state=state)
    with pytest.raises(InputError, match=r"need\.no_reason"):
        need_move(actor=people.officer, need=need, verb=verb, reason="  ")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"completeness": 5}, "need.unclear"),
        ({"completeness": 100, "consent_publish": False}, "need.no_consent"),
        ({"completeness": 100, "deadline": "2020-01-01"}, "need.deadline_passed"),
    ],
)
def test_publishing_says_what_is_missing(
    people: Any, make_need: Any, fields: dict[str, Any], code: str
) -> None:
    need = make_need(owner=people.owner, state="verified", **fields)
    with pytest.raises(InputError) as caught:
        need_move(actor=people.officer, need=Need.objects.get(pk=need.pk), verb="publish")
    assert caught.value.code == code
    assert "{" not in caught.value.sentence("zh") + caught.value.sentence("en")


def test_a_merger_needs_a_target_one_may_see(people: Any, make_need: Any) -> None:
    need = make_need(owner=people.owner, state="clarifying")
    for into in (None, need, make_need(state="merged"), make_need(state="draft")):
        with pytest.raises(InputError, match=r"need\.no_target"):
            need_move(actor=people.officer, need=need, verb="merge", into=into)
    target = make_need(state="published")
    assert need_move(actor=people.officer, need=need, verb="merge", into=target).merged_into == target


def told(verb: str) -> set[str]:
    return set(Notification.objects.filter(event__verb=verb).values_list("user__name", flat=True))


def test_below_the_threshold_only_commissioners_hear_of_it(people: Any, make_need: Any) -> None:
    need_move(actor=people.owner, need=make_need(owner=people.owner, completeness=5), verb="submit")
    assert told("need.submitted") == {"Clara"}


def test_above_it_officers_do_too(people: Any, make_need: Any) -> None:
    need_move(actor=people.owner, need=make_need(owner=people.owner, completeness=100), verb="submit")
    assert told("need.submitted") == {"Clara", "Olga"}


def test_the_owner_hears_of_what_others_did(people: Any, make_need: Any) -> None:
    need = make_need(owner=people.owner, state="clarifying", **READY)
    need_move(actor=people.commissioner, need=need, verb="verify")
    need_move(actor=people.officer, need=need, verb="publish")
    assert told("need.verified") == {"Alice", "Olga"}
    assert told("need.published") == {"Alice"}


def test_of_two_people_who_act_on_what_they_saw_the_second_is_told(people: Any, make_need: Any) -> None:
    need = make_need(owner=people.owner, state="clarifying", **READY)
    seen_by_first, seen_by_second = Need.objects.get(pk=need.pk), Need.objects.get(pk=need.pk)
    need_move(actor=people.commissioner, need=seen_by_first, verb="verify")
    with pytest.raises(ConflictError):
        need_move(actor=people.commissioner, need=seen_by_second, verb="verify")


def test_what_is_overdue_expires_once_and_its_owner_hears(people: Any, make_need: Any) -> None:
    late = make_need(owner=people.owner, state="published", deadline="2020-01-01")
    draft = make_need(owner=people.owner, state="draft", deadline="2020-01-01")
    assert need_expire(need=late)
    assert not need_expire(need=late)
    assert not need_expire(need=draft)
    late.refresh_from_db()
    assert late.state == "expired"
    assert told("need.expired") == {"Alice"}


def test_the_daily_job_expires_what_is_late(people: Any, make_need: Any) -> None:
    late = [make_need(owner=people.owner, state="published", deadline="2020-01-01") for _ in range(3)]
    job = jobs.enqueue("needs.expire")
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"expired": 3})
    assert {need.state for need in Need.objects.filter(pk__in=[need.pk for need in late])} == {"expired"}


def test_the_line_shows_where_a_need_stands(make_need: Any) -> None:
    places = [stop.place for stop in line(make_need(state="published"))]
    assert places == ["passed"] * 3 + ["now"] + ["ahead"] * 7
    assert [stop.place for stop in line(make_need(state="withdrawn"))] == ["now"]


def test_steps_on_offer_are_exactly_those_that_would_be_allowed(people: Any, make_need: Any) -> None:
    need = make_need(owner=people.owner, state="clarifying")
    assert steps_for(people.commissioner, need) == ["verify", "return"]
    assert steps_for(people.owner, need) == ["withdraw", "solve_elsewhere"]
    assert steps_for(people.stranger, need) == []


@pytest.mark.django_db(transaction=True)
def test_of_many_who_act_at_the_same_moment_one_moves_it(people: Any, make_need: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the tests' SQLite lives in one connection's memory")
    need = make_need(owner=people.owner, state="clarifying", **READY)
    gate, outcomes = Barrier(4), []

    def act(number: int) -> None:
        try:
            gate.wait()
            outcomes.append(need_move(actor=people.officer, need=need, verb="verify").state)
        except ConflictError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=act, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["need.wrong_state"] * 3 + ["verified"]
    assert Event.objects.filter(verb="need.verified").count() == 1
    assert events.verify_chain() is None


@pytest.mark.django_db(transaction=True)
def test_of_many_grants_at_the_same_moment_one_stays_in_force(people: Any, make_need: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the tests' SQLite lives in one connection's memory")
    need, partner, gate = make_need(owner=people.owner), people.researcher.organisation, Barrier(4)

    def give(grade: int) -> None:
        gate.wait()
        grant_give(actor=people.owner, need=need, organisation=partner, grade=grade)
        connection.close()

    threads = [Thread(target=give, args=[1 + number % 2]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert need.grants.filter(revoked=None).count() == 1
    assert need.grants.count() == 4
