"""What an attack found once stays mended."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tuwei.core.errors import AccessError
from tuwei.web.base import access, events, jobs
from tuwei.web.base.models import Event, Job, Notification
from tuwei.web.deals import services as desk
from tuwei.web.market.models import Need
from tuwei.web.market.selectors import indexed, matching
from tuwei.web.market.selectors.disclosure import grade_for
from tuwei.web.market.services import clarity, files, importing
from tuwei.web.market.services.achievements import achievement_save
from tuwei.web.market.services.disclosure import grant_give
from tuwei.web.market.services.needs import need_save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    indexed._open.clear()
    return tmp_path


@pytest.mark.parametrize("role", ["commissioner", "officer"])
def test_who_may_edit_a_need_cannot_move_it_to_their_own_organisation(
    role: str, people: Any, make_need: Callable[..., Any]
) -> None:
    need, actor = make_need(owner=people.owner, state="clarifying"), getattr(people, role)
    with pytest.raises(AccessError):
        need_save(actor=actor, need=need, record={"organisation": actor.organisation.name})
    for blank in ("", None):
        need_save(actor=actor, need=need, record={"organisation": blank, "function": "节能"})
    need.refresh_from_db()
    assert need.organisation == people.owner.organisation
    assert grade_for(actor, need) == 2


def test_whoever_entered_a_listing_for_others_may_move_it(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    need = make_need(owner=people.broker, organisation=people.owner.organisation)
    name = people.stranger.organisation.name
    assert need_save(actor=people.broker, need=need, record={"organisation": name}).organisation.name == name
    achievement = make_achievement()
    with pytest.raises(AccessError):
        achievement_save(actor=people.officer, achievement=achievement, record={"organisation": name})


def test_reasons_kept_for_one_grade_are_not_shown_to_another(
    people: Any,
    make_user: Callable[..., Any],
    make_need: Callable[..., Any],
    make_achievement: Callable[..., Any],
) -> None:
    """A partner granted L1 asks first; a stranger, who may see L0 only, asks next."""
    need = make_need(
        owner=people.owner, state="published", grade=0, title="鹅膏蕈烘干塔密封", abstract="鹅膏蕈烘干塔漏风"
    )
    make_achievement(title="鹅膏蕈烘干塔密封", text="解决鹅膏蕈烘干塔漏风。")
    indexed.build("achievement", indexed.records("achievement"))
    partner = make_user("researcher")
    grant_give(actor=people.owner, need=need, organisation=partner.organisation, grade=1)
    first = matching.achievements_for(user=partner, need=need, filters={})
    assert "鹅膏蕈" in first[0].zh
    second = matching.achievements_for(user=people.stranger, need=need, filters={})
    assert not any("鹅膏蕈" in str(match.why) + match.zh for match in second)


def test_who_is_contacted_about_a_need_is_not_told_its_hidden_title(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    need = make_need(owner=people.owner, state="published", grade=0, title="鹅膏蕈烘干塔密封")
    achievement = make_achievement()
    case = desk.case_take(actor=people.broker, need=need)
    candidate = desk.candidate_add(actor=people.broker, case=case, achievement=achievement)
    desk.contact_record(actor=people.broker, candidate=candidate, kind="phone", text="已通话")
    notice = Notification.objects.get(user=achievement.owner)
    assert notice.event.verb == "case.contacted"
    assert "鹅膏蕈" not in events.sentence(notice.event)


def by_import(actor: Any, kind: str = "need", publish: bool = False, **row: Any) -> Job:
    """Import one row numbered n1."""
    line = json.dumps({"id": "n1", "title": "降低能耗", "problem": "气耗过大", **row}, ensure_ascii=False)
    job = importing.import_start(
        actor=actor, kind=kind, file=io.BytesIO(line.encode()), name="a.jsonl", publish=publish
    )
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    return job


def test_an_import_changes_no_more_than_the_form_may(people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert by_import(people.owner).result["created"] == 1
    need = Need.objects.get()
    Need.objects.update(state="contracted")
    assert by_import(people.owner, title="另一件事").result["rejected"] == 1
    Need.objects.update(state="published", consent_publish=True, completeness=100)
    assert by_import(people.owner, problem="短").result["rejected"] == 1
    need.refresh_from_db()
    assert (need.title, need.problem) == ("降低能耗", "气耗过大")


@pytest.mark.parametrize("state", ["withdrawn", "merged", "contracted", "solved_elsewhere", "in_contact"])
def test_an_import_publishes_nothing_the_life_cycle_has_closed(
    state: str, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clarity, "threshold", lambda: 0)
    assert by_import(people.officer, publish=True, consent_publish=True).result["created"] == 1
    assert Need.objects.get().state == "published"
    Need.objects.update(state=state)
    by_import(people.officer, publish=True, consent_publish=True)
    assert Need.objects.get().state == state


@pytest.mark.parametrize("way", ["/import/{}/rejects/", "/api/v1/imports/{}/rejects"])
def test_rejected_rows_go_to_who_sent_them_alone(
    way: str, people: Any, sign_in: Callable[[Any], Any]
) -> None:
    """They hold what was never entered: contacts, documents' words, all of it unchecked."""
    job = by_import(people.owner, title="", contact_phone="canary")
    assert job.result["rejected"] == 1
    path = way.format(job.pk)
    assert "canary" in b"".join(sign_in(people.owner).get(path).streaming_content).decode()
    for role in ("officer", "admin", "colleague"):
        answer = sign_in(getattr(people, role)).get(path)
        assert answer.status_code in (403, 404), role
    assert "a.jsonl" not in sign_in(people.officer).get("/import/").content.decode()


def test_the_event_log_tells_officers_nothing_of_drafts_nor_of_l3_files(
    people: Any, make_need: Callable[..., Any]
) -> None:
    need = need_save(actor=people.owner, record={"title": "canary1", "problem": "canary2"})
    need_save(actor=people.owner, need=need, record={"title": "canary3", "problem": "canary4"})
    attach(need, people.owner, "canary5.txt", 1)
    submitted = make_need(owner=people.owner, state="published")
    file = attach(submitted, people.owner, "canary6.txt", 3)
    files.attachment_remove(actor=people.owner, attachment=file)
    attach(submitted, people.owner, "open.txt", 2)
    told = str(list(Event.objects.values_list("label", "before", "after")))
    assert "canary" not in told
    assert "open.txt" in told


def attach(need: Need, actor: Any, name: str, grade: int) -> Any:
    upload = SimpleUploadedFile(name, "说明".encode())
    return files.attachment_add(actor=actor, listing=need, upload=upload, grade=grade)


def test_a_draft_is_no_means_to_ask_a_need_for_its_hidden_words(
    people: Any, make_need: Callable[..., Any], make_achievement: Callable[..., Any]
) -> None:
    hidden = make_need(owner=people.owner, state="published", grade=1, problem="鹅膏蕈烘干塔漏风")
    indexed.build("need", indexed.records("need"))
    words = {"owner": people.researcher, "title": "鹅膏蕈", "text": "鹅膏蕈"}
    draft, published = make_achievement(state="draft", **words), make_achievement(**words)

    def found(user: Any, achievement: Any) -> list[Any]:
        return [m.listing for m in matching.needs_for(user=user, achievement=achievement, filters={})]

    assert found(people.researcher, draft) == []
    assert found(people.researcher, published) == [hidden]  # an officer has looked at this one
    submitted = make_achievement(state="submitted", **words)
    assert found(people.officer, submitted) == [hidden]  # officers read the need anyway


@pytest.mark.parametrize("role", ["commissioner", "officer"])
@pytest.mark.parametrize("wider", [{"consent_publish": True}, {"grade": "L2"}])
def test_only_the_owners_side_opens_a_need_further(
    role: str, wider: dict[str, Any], people: Any, make_need: Callable[..., Any]
) -> None:
    need, actor = (
        make_need(owner=people.owner, state="clarifying", consent_publish=False),
        getattr(people, role),
    )
    with pytest.raises(AccessError):
        need_save(actor=actor, need=need, record=wider)
    need_save(actor=actor, need=need, record={"function": "节能", "grade": "L0"})
    need_save(actor=people.colleague, need=need, record=wider)


def test_a_broker_who_gave_a_need_up_sees_and_moves_it_no_more(
    people: Any, make_need: Callable[..., Any]
) -> None:
    need = make_need(owner=people.owner, state="published", grade=0, title="canary")
    case = desk.case_take(actor=people.broker, need=need)
    assert grade_for(people.broker, need) == 2
    Need.objects.update(state="draft")
    assert grade_for(people.broker, need) == 0
    Need.objects.update(state="in_contact")
    desk.case_lose(actor=people.broker, case=case, reason="没有合适的")
    assert grade_for(people.broker, need) == 0
    assert not access.can(people.broker, "need.reopen", need)
    assert not access.can(people.broker, "need.see_contact", need)


def test_the_desk_tells_of_a_given_up_need_what_its_reader_may_know(
    people: Any, make_need: Callable[..., Any], sign_in: Callable[[Any], Any]
) -> None:
    need = make_need(owner=people.owner, state="published", grade=0, title="canary1", problem="canary2")
    case = desk.case_take(actor=people.broker, need=need)
    desk.case_lose(actor=people.broker, case=case, reason="没有合适的")
    client = sign_in(people.broker)
    for path in (
        f"/desk/cases/{case.pk}/",
        f"/desk/cases/{case.pk}/compare/?candidate=²",
        "/desk/closed/",
        "/desk/",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        for hidden in ("canary", people.owner.organisation.name):
            assert hidden not in answer.content.decode(), (path, hidden)


@pytest.mark.parametrize("path", ["/accounts/profile/password/", "/accounts/profile/second-factor/"])
def test_an_open_session_is_no_place_to_guess_the_password(
    path: str, people: Any, sign_in: Callable[[Any], Any]
) -> None:
    client = sign_in(people.owner)
    guesses = [client.post(path, {"password": "x", "old_password": "x"}).status_code for _ in range(11)]
    assert 429 not in guesses[:10]
    assert guesses[10] == 429
