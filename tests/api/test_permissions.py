"""Each person × each operation: the API answers as the permission matrix says, by relations written down here."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from tuwei.web.base import access

from .conftest import ACHIEVEMENT, NEED

pytestmark = pytest.mark.django_db
PEOPLE = (
    "visitor",
    "owner",
    "colleague",
    "stranger",
    "researcher",
    "broker",
    "commissioner",
    "officer",
    "admin",
)
ROLE = {"owner": "enterprise", "colleague": "enterprise", "stranger": "enterprise"}
OFFICE = ("officer", "admin")
DENIED = (401, 403, 404)


@dataclass(frozen=True)
class Operation:
    """``verb`` on ``thing``; ``view`` is what decides between 403 and 404; no verb: everybody (signed in or not)."""

    verb: str = ""
    thing: str = ""
    body: Any = None
    member: bool = True
    view: str = ""
    file: str = ""


def listed(verb: str = "") -> Operation:
    return Operation(verb)


def steps(noun: str, verbs: str) -> dict[str, Operation]:
    return {
        f"move_{noun}:{verb}": Operation(f"{noun}.{verb}", f"{noun}_{state}", {"reason": "试"})
        for verb, state in (pair.split("@") for pair in verbs.split())
    }


NEED_STEPS = (
    "submit@draft verify@clarifying return@clarifying publish@clarifying withdraw@public expire@public "
    "solve_elsewhere@public merge@public revive@draft match@taken contact@taken negotiate@taken contract@taken "
    "deliver@taken accept@public evaluate@public reopen@taken"
)
CASE = "case_of_broker"
TABLE: dict[str, Operation] = {
    # accounts
    "get_me": Operation(), "change_me": Operation(body={"phone": "1"}), "list_tokens": Operation(),
    "create_token": Operation("token.create", body={"name": "x"}),
    "revoke_token": Operation("token.revoke", "token", view="token.view"),
    "list_organisations": Operation(member=False), "get_organisation": Operation(member=False, thing="organisation"),
    "create_organisation": Operation("organisation.create", body={"name": "新单位", "kind": "enterprise"}),
    "verify_organisation": Operation("organisation.verify", "organisation", view="organisation.view"),
    "list_users": Operation(), "get_user": Operation("user.view", "user", view="user.view"),
    "approve_user": Operation("user.approve", "applicant", {"identity_seen": True}, view="user.view"),
    "refuse_user": Operation("user.approve", "applicant", {"reason": "试"}, view="user.view"),
    "suspend_user": Operation("user.suspend", "user", {"reason": "试"}, view="user.view"),
    "reactivate_user": Operation("user.suspend", "user", view="user.view"),
    "check_identity": Operation("user.check_identity", "user", {}, view="user.view"),
    "move_user": Operation("user.set_role", "user", {"role": "broker"}, view="user.view"),
    "list_invitations": Operation("user.invite"),
    "send_invitation": Operation("user.invite", body={"email": "new@example.org", "role": "broker"}),
    "withdraw_invitation": Operation("user.invite", "invitation", view="user.invite"),
    # needs
    "list_needs": Operation(member=False), "list_my_needs": Operation(),
    "list_waiting_needs:clarifying": Operation("need.verify", "any need"),
    "list_waiting_needs:publishing": Operation("need.publish", "any need"),
    "create_need": Operation("need.create", body=NEED), "start_need": Operation("need.create", body={"text": "烘干费气"}),
    "get_need": Operation("need.view", "need_public", member=False),
    "get_need:draft": Operation("need.view", "need_draft", member=False),
    "get_need:clarifying": Operation("need.view", "need_clarifying", member=False),
    "change_need": Operation("need.edit", "need_public", {"title": "新名称"}),
    "get_clarity": Operation("need.edit", "need_draft"),
    "answer_question": Operation("need.edit", "need_draft", {"question": "x", "text": ""}),
    "decide_proposal": Operation("need.edit", "need_draft", {"field": "x", "text": "y", "accept": False}),
    "list_views": Operation("need.read_log", "need_public"),
    "list_grants": Operation("need.read_log", "need_public"),
    "create_grant": Operation("need.grant", "need_public", {"organisation": "丙所", "grade": "L2"}),
    "revoke_grant": Operation("need.grant", "grant"),
    "list_requests": Operation("need.grant", "need_public"),
    "ask_access": Operation("need.ask", "need_public", {"grade": "L3", "message": "合作"}),
    "decline_request": Operation("need.grant", "request", {}),
    **steps("need", NEED_STEPS),
    # achievements
    "list_achievements": Operation(member=False), "list_my_achievements": Operation(),
    "list_waiting_achievements": Operation("achievement.publish", "any achievement"),
    "create_achievement": Operation("achievement.create", body=ACHIEVEMENT),
    "get_achievement": Operation("achievement.view", "achievement_public", member=False),
    "get_achievement:submitted": Operation("achievement.view", "achievement_submitted", member=False),
    "change_achievement": Operation("achievement.edit", "achievement_public", {"trl": 7}),
    **steps("achievement", "submit@draft publish@submitted return@submitted withdraw@public revive@draft"),
    # matching, files, tables, searches
    "match_need": Operation("need.rank", "need_public", member=False),
    "match_achievement": Operation("achievement.rank", "achievement_public"),
    "match_text": Operation("page.search", body={"text": "热泵烘干"}, member=False), "reindex": Operation("reindex.start"),
    "attach_to_need": Operation("need.edit", "need_public", file="a.txt"),
    "attach_to_achievement": Operation("achievement.edit", "achievement_public", file="a.txt"),
    "download_file": Operation("achievement.view", "file", member=False),
    "remove_file": Operation("achievement.edit", "file"),
    "start_import": Operation("need.import", "import", file="a.csv"), "get_rejects": Operation("job.rejects", "job", view="job.view"),
    "export": Operation("need.export", "any need"), "get_template": Operation(member=False, thing="template"),
    "list_saved_searches": Operation(), "list_terms": Operation(member=False), "list_figures": Operation(member=False),
    "create_saved_search": Operation("saved_search.create", body={"name": "x", "kind": "need"}),
    "change_saved_search": Operation("saved_search.edit", "saved", {"name": "y"}, view="saved_search.view"),
    "delete_saved_search": Operation("saved_search.edit", "saved", view="saved_search.view"),
    # the desk
    "list_cases": Operation("case.view", "any case"), "take_case": Operation("need.take", "take", {"need": "public"}),
    "get_case": Operation("case.view", CASE), "refresh_candidates": Operation("case.edit", CASE),
    "add_candidate": Operation("case.edit", CASE, {"achievement": "public"}),
    "set_verdict": Operation("case.edit", CASE, {"verdict": 3}),
    "record_contact": Operation("case.edit", CASE, {"kind": "phone", "text": "通话"}),
    "add_note": Operation("case.edit", CASE, {"kind": "note", "text": "记"}),
    "set_next_step": Operation("case.edit", CASE, {"step": "拜访"}), "talk_case": Operation("case.edit", CASE),
    "win_case": Operation("case.edit", CASE), "lose_case": Operation("case.edit", CASE, {"reason": "价格"}),
    "export_verdicts": Operation("verdict.export"),
    # policy
    "list_facts": Operation("ladder.view", "ladder"), "put_facts": Operation("ladder.enter", "ladder", {"values": {}}, view="ladder.view"),
    "remove_facts": Operation("ladder.enter", "ladder", view="ladder.view"),
    "get_ladder": Operation("ladder.view", "ladder"), "find_policies": Operation("ladder.view", "ladder"),
    "assess_rule": Operation("ladder.view", "ladder"),
    "import_facts": Operation("facts.import", file="a.csv"), "get_facts_template": Operation("facts.import", "facts template"),
    "get_facts_rejects": Operation("job.rejects", "facts job", view="job.view"),
    "list_assignments": Operation("assignment.view", "any assignment"),
    "create_assignment": Operation("assignment.ask|assignment.assign", body={"organisation": "stranger"}),
    "get_assignment": Operation("assignment.view", "assignment"),
    "move_assignment:end": Operation("assignment.end", "assignment", {"reason": "试"}),
    "move_assignment:accept": Operation("assignment.accept", "assignment", {}),
    "record_visit": Operation("assignment.work", "assignment", {"on": "2026-01-05", "advice": "试"}),
    "finish_follow_up": Operation("assignment.work", "visit", {}, view="visit.view"),
    "list_zero": Operation("zero.view"),
    # base
    "list_jobs": Operation(), "get_job": Operation("job.view", "job", view="job.view"),
    "cancel_job": Operation("job.cancel", "job", view="job.view"), "list_notifications": Operation(),
    "read_notifications": Operation(body={}), "list_events": Operation("event.view"),
}  # fmt: skip

# How each person stands to each thing, in the words of the matrix.
ALL = set(PEOPLE)
RELATIONS: dict[str, dict[str, set[str]]] = {
    "need_draft": {"own": {"owner"}, "org": {"owner", "colleague"}},
    "need_clarifying": {"own": {"owner"}, "org": {"owner", "colleague"}, "clarifying": ALL, "submitted": ALL},
    "need_public": {"own": {"owner"}, "org": {"owner", "colleague"}, "public": ALL, "submitted": ALL, "granted": {"stranger"}},
    "need_taken": {"own": {"owner"}, "org": {"owner", "colleague"}, "public": ALL, "submitted": ALL, "assigned": {"broker"}},
    "achievement_draft": {"own": {"researcher"}, "org": {"researcher"}},
    "achievement_submitted": {"own": {"researcher"}, "org": {"researcher"}, "submitted": ALL},
    "achievement_public": {"own": {"researcher"}, "org": {"researcher"}, "public": ALL, "submitted": ALL},
    CASE: {"own": {"broker"}}, "token": {"own": {"owner"}}, "saved": {"own": {"owner"}}, "job": {"own": {"owner"}},
    "user": {"own": {"stranger"}, "below": ALL}, "applicant": {}, "organisation": {"org": {"owner", "colleague"}}, "invitation": {},
}  # fmt: skip
RELATIONS |= {
    "ladder": {"org": {"owner", "colleague"}, "served": {"commissioner"}},
    "assignment": {"org": {"owner", "colleague"}, "own": {"commissioner"}},
    "visit": {"org": {"owner", "colleague"}, "own": {"commissioner"}},
    "facts job": {"own": {"owner"}},
}
RELATIONS |= {"grant": RELATIONS["need_public"], "request": RELATIONS["need_public"], "take": RELATIONS["need_public"],
              "file": RELATIONS["achievement_public"]}  # fmt: skip
EVERY = {name for relations in RELATIONS.values() for name in relations} | {"open_l1", "open_l2"}


def allowed(person: str, verb: str, thing: str) -> bool:
    """By the matrix and the relations above; for "any …" the role alone decides."""
    role = ROLE.get(person, person)
    holds = {name for name, who in RELATIONS.get(thing, {}).items() if person in who} | {"any"}
    if thing.startswith("any ") or not thing:
        holds |= EVERY
    return any(
        role in roles
        for (name, relation), roles in access.matrix().items()
        if name in verb.split("|") and relation in holds
    )


@pytest.fixture
def world(
    people: Any, token_of: Any, make_need: Any, make_achievement: Any, make_organisation: Any, make_user: Any
) -> Any:
    """One of each thing, with the parameters of its address."""
    from tuwei.web.accounts.models import ApiToken, Invitation
    from tuwei.web.base.models import Job
    from tuwei.web.deals.models import Candidate, Case
    from tuwei.web.market.models import AccessRequest, Attachment, Grant, SavedSearch
    from tuwei.web.policy.models import Assignment, Visit, YearFacts

    for person in PEOPLE[1:]:
        token_of(getattr(people, person))  # before the first savepoint that is rolled back
    make_organisation(name="丙所")
    needs = {
        state: make_need(owner=people.owner, state=state) for state in ("draft", "clarifying", "published")
    }
    taken = make_need(owner=people.owner, state="in_contact")
    own = {"owner": people.researcher}
    achievements = {
        state: make_achievement(**own, state=state) for state in ("draft", "submitted", "published")
    }
    case = Case.objects.create(need=taken, broker=people.broker)
    candidate = Candidate.objects.create(case=case, achievement=achievements["published"], rank=1)
    public = needs["published"]
    grant = Grant.objects.create(
        need=public, organisation=people.stranger.organisation, grade=1, granted_by=people.owner
    )
    request = AccessRequest.objects.create(
        need=public,
        organisation=people.researcher.organisation,
        asked_by=people.researcher,
        grade=2,
        message="x",
    )
    file = Attachment(
        achievement=achievements["published"], name="a.txt", content_type="text/plain", size=1, sha256="0",
        uploaded_by=people.researcher,
    )  # fmt: skip
    file.file.save("upload", ContentFile(b"x"))
    works = people.owner.organisation
    YearFacts.objects.create(organisation=works, year=2025, values={"employees": 30}, changed_by=people.owner)
    serving = Assignment.objects.create(organisation=works, commissioner=people.commissioner, state="active")
    visit = Visit.objects.create(
        assignment=serving, on="2026-01-05", advice="设辅助账", follow_up="回访", author=people.commissioner
    )
    applicant = make_user(is_active=False, approved_at=None, email_confirmed_at=timezone.now())
    things = {
        "need_draft": {"pk": needs["draft"].pk}, "need_clarifying": {"pk": needs["clarifying"].pk},
        "need_public": {"pk": public.pk}, "need_taken": {"pk": taken.pk},
        **{f"achievement_{state}": {"pk": row.pk} for state, row in achievements.items()},
        "achievement_public": {"pk": achievements["published"].pk},
        CASE: {"pk": case.pk, "candidate": candidate.pk},
        "token": {"pk": ApiToken.objects.create(user=people.owner, name="x", prefix="x", token_hash="x").pk},
        "saved": {"pk": SavedSearch.objects.create(user=people.owner, name="甲", kind="need").pk},
        "job": {"pk": Job.objects.create(kind="import", started_by=people.owner, params={"name": "a.csv"}).pk},
        "user": {"pk": people.stranger.pk}, "applicant": {"pk": applicant.pk},
        "organisation": {"pk": people.owner.organisation.pk},
        "invitation": {"pk": Invitation.objects.create(email="i@example.org", role="broker", token_hash="x",
                                                       invited_by=people.officer, expires=timezone.now()).pk},
        "grant": {"pk": public.pk, "grant": grant.pk}, "request": {"pk": public.pk, "asked": request.pk},
        "file": {"pk": file.pk}, "import": {"kind": "need"}, "template": {"kind": "need", "ending": "csv"},
        "any need": {"kind": "need", "ending": "csv"},
        "ladder": {"pk": works.pk, "year": 2025, "rule": "tech_sme"}, "assignment": {"pk": serving.pk},
        "visit": {"pk": visit.pk}, "facts template": {"ending": "csv"},
        "facts job": {"pk": Job.objects.create(kind="policy.import", started_by=people.owner, params={"name": "a.csv"}).pk},
    }  # fmt: skip
    return SimpleNamespace(
        things=things,
        need=public,
        achievement=achievements["published"],
        stranger=people.stranger.organisation,
    )


def operations() -> dict[str, tuple[str, str]]:
    from tuwei.web.api import api

    schema = api.get_openapi_schema()
    return {
        one["operationId"]: (method.upper(), path.removeprefix("/api/v1"))
        for path, item in schema["paths"].items()
        for method, one in item.items()
    }


def test_every_operation_stands_in_the_table() -> None:
    assert {name.partition(":")[0] for name in TABLE} == set(operations())


def expected(person: str, one: Operation) -> set[int]:
    """The statuses that a refusal may have; empty where the person may."""
    if person == "visitor" and one.member:
        return {401}
    if not one.verb or allowed(person, one.verb, one.thing):
        return set()
    view = one.view or f"{one.verb.partition('.')[0]}.view"
    if one.thing in RELATIONS and not allowed(person, view, one.thing):
        return {404}
    return {401} if person == "visitor" else {403}


@pytest.mark.parametrize("part", range(4))
def test_each_person_gets_what_the_matrix_says(part: int, world: Any, people: Any, call: Any) -> None:
    known = operations()
    wrong = []
    for name in list(TABLE)[part::4]:
        method, path = known[name.partition(":")[0]]
        for person in PEOPLE:
            user = None if person == "visitor" else getattr(people, person)
            with transaction.atomic():
                answer = ask(call, world, user, name, method, path)
                transaction.set_rollback(True)
            if not fits(name, answer, expected(person, TABLE[name])):
                wrong.append(
                    (name, person, answer.status_code, getattr(answer, "content", b"")[:200].decode())
                )
    assert wrong == []


def ask(call: Any, world: Any, user: Any, name: str, method: str, path: str) -> Any:
    one, verb = TABLE[name], name.partition(":")[2]
    address = path.format_map({"verb": verb, "queue": verb, **world.things.get(one.thing, {})})
    ids = {"need": world.need.pk, "achievement": world.achievement.pk, "organisation": world.stranger.pk}
    body = (
        {key: ids[key] if value in ("public", "stranger") else value for key, value in one.body.items()}
        if one.body
        else one.body
    )
    return call(user, method, address, body, **upload(one))


def fits(name: str, answer: Any, refusals: set[int]) -> bool:
    if refusals:
        return answer.status_code in refusals
    if name in ("get_rejects", "get_facts_rejects"):  # this import has none
        return answer.status_code == 404 and answer.json()["code"] == "import.no_rejects"
    return answer.status_code not in DENIED and answer.status_code < 500


def upload(one: Operation) -> dict[str, Any]:
    """A small file as multipart."""
    if not one.file:
        return {}
    content = "需求名称,问题描述\n烘干,费气\n".encode()
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n--x--\r\n'
    return {"data": body % (one.file.encode(), content), "content_type": "multipart/form-data; boundary=x"}
