"""Applications, decisions, invitations, and what officers do with accounts."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tuwei.core.errors import AccessError, ConflictError, InputError, MissingError
from tuwei.web.accounts.models import Invitation, Organisation, User
from tuwei.web.accounts.selectors import organisation_named
from tuwei.web.accounts.services import invitations, office, organisations, signup
from tuwei.web.base import jobs
from tuwei.web.base.models import Event, Mail, Notification

FORM = {
    "role": "enterprise",
    "name": "张三",
    "organisation": "新厂有限公司",
    "kind": "enterprise",
    "credit_code": "",
    "email": "zhang@example.org",
    "phone": "0471-1234567",
    "password": "Blue-mountain-9",
    "password_again": "Blue-mountain-9",
}


def apply(client: Client, **changes: str) -> Any:
    return client.post(reverse("accounts:signup"), FORM | changes)


def link_in(body: str) -> str:
    found = re.search(r"https?://[^/\s]+(/accounts/\S+)", body)
    assert found, body
    return found[1]


def applied(client: Client, mailoutbox: Any, **changes: str) -> User:
    """Apply, and follow the link of the mail."""
    assert apply(client, **changes).headers["Location"] == reverse("accounts:applied")
    jobs.run_waiting()
    path = link_in(mailoutbox[-1].body)
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 200
    return User.objects.get(email=(FORM | changes)["email"])


def test_from_application_to_account(client: Client, people: Any, mailoutbox: Any) -> None:
    user = applied(client, mailoutbox)
    assert (user.state, user.organisation) == ("pending", None)
    assert user.proposal == {"name": "新厂有限公司", "kind": "enterprise", "credit_code": ""}
    told = Notification.objects.filter(event__verb="account.confirmed").values_list("user__name", flat=True)
    assert set(told) == {"Olga", "Ada"}
    desk = Client()
    desk.force_login(people.officer)
    page = desk.get(reverse("accounts:approvals")).content.decode()
    assert "新厂有限公司" in page
    done = desk.post(
        reverse("accounts:approve", args=[user.pk]), {"verified": "on", "identity": "on"}, follow=True
    )
    assert "已批准 张三" in done.content.decode()
    user.refresh_from_db()
    assert user.is_active
    assert user.identity_checked_at
    assert (user.organisation.name, user.organisation.verified, user.proposal) == ("新厂有限公司", True, {})
    jobs.run_waiting()
    assert "账号已开通" in mailoutbox[-1].subject
    assert (
        client.post("/accounts/login/", {"username": user.email, "password": FORM["password"]}).status_code
        == 302
    )


def test_a_mail_in_the_applicants_language(client: Client, people: Any, mailoutbox: Any) -> None:
    client.post(reverse("set_language"), {"language": "en"})
    user = applied(client, mailoutbox)
    assert user.language == "en"
    assert not re.search("[\u4e00-\u9fff]", mailoutbox[-1].subject)
    signup.account_approve(actor=people.officer, user=user)  # the officer reads Chinese
    jobs.run_waiting()
    assert not re.search("[\u4e00-\u9fff]", mailoutbox[-1].subject)


def test_a_registered_organisation_is_joined_not_made_again(
    client: Client, people: Any, mailoutbox: Any
) -> None:
    user = applied(client, mailoutbox, organisation=" 甲厂 ")
    assert user.organisation == people.owner.organisation
    assert user.proposal == {}
    from tuwei.web.base import access

    assert access.role_of(user) == "visitor", "a pending account is nobody yet"


def test_known_and_unknown_addresses_get_one_answer(client: Client, people: Any, mailoutbox: Any) -> None:
    new = apply(client)
    known = apply(client, email="ALICE@example.org")
    assert (new.status_code, new.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert User.objects.filter(email__iexact="alice@example.org").count() == 1
    jobs.run_waiting()
    assert {letter.to[0]: letter.subject for letter in mailoutbox} == {
        "zhang@example.org": "请确认您的邮箱",
        "alice@example.org": "您已有账号",
    }
    people.owner.refresh_from_db()
    assert people.owner.check_password("Correct-horse-7"), "the other's password stays"


def test_applying_again_sends_the_link_again(client: Client, db: None, mailoutbox: Any) -> None:
    apply(client)
    apply(client, password="Other-mountain-9", password_again="Other-mountain-9")
    jobs.run_waiting()
    assert [letter.subject for letter in mailoutbox] == ["请确认您的邮箱"] * 2
    assert User.objects.get().check_password(FORM["password"])


@pytest.mark.parametrize("role", ["officer", "admin", "visitor", ""])
def test_office_roles_cannot_be_applied_for(client: Client, db: None, role: str) -> None:
    assert apply(client, role=role).status_code == 200
    with pytest.raises(InputError):
        signup.account_apply(email="a@example.org", password="x", name="A", role=role, organisation="B")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "no-address", "Email 地址"),
        ("password", "short", "密码"),
        ("password", "1234567890", "密码"),
        ("password_again", "different-one-1", "两次输入的密码不一致"),
        ("phone", "abc", "电话应为"),
        ("credit_code", "123", "统一社会信用代码应为"),
        ("name", "\u200b\u200b", "请填写姓名"),
        ("name", "x" * 61, "60"),
        ("organisation", "\u3000", "必填"),
        ("name", "a\x00b", ""),
    ],
)
def test_bad_fields_are_told_and_nothing_is_saved(
    client: Client, db: None, field: str, value: str, sentence: str
) -> None:
    answer = apply(client, **{field: value})
    assert answer.status_code == 200
    errors = answer.context["form"].errors
    assert field in errors
    assert sentence in " ".join(errors[field])
    assert not User.objects.exists()
    assert not Mail.objects.exists()


def test_names_are_shown_as_text_not_run(client: Client, people: Any, mailoutbox: Any) -> None:
    evil = "<script>alert(1)</script>"
    applied(client, mailoutbox, name=evil, organisation=f"厂{evil}")
    desk = Client()
    desk.force_login(people.officer)
    for path in [
        reverse("accounts:approvals"),
        reverse("accounts:people"),
        reverse("events"),
        reverse("notifications"),
    ]:
        page = desk.get(path).content.decode()
        assert evil not in page, path
        assert "&lt;script&gt;" in page, path


def test_a_name_in_a_mail_cannot_add_headers(client: Client, people: Any, mailoutbox: Any) -> None:
    applied(client, mailoutbox, name="张三\r\nBcc: x@example.org")
    assert "\n" not in mailoutbox[-1].subject
    assert mailoutbox[-1].recipients() == ["zhang@example.org"]


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "é"])
def test_a_forged_confirmation_is_refused(client: Client, db: None, token: str) -> None:
    assert client.post(f"/accounts/signup/confirm/{token}/").status_code == 404


def test_an_old_confirmation_is_refused(client: Client, db: None, mailoutbox: Any, monkeypatch: Any) -> None:
    apply(client)
    jobs.run_waiting()
    monkeypatch.setattr(signup, "CONFIRM_LIFE", -1)
    assert client.post(link_in(mailoutbox[0].body)).status_code == 404
    assert User.objects.get().email_confirmed_at is None


def test_an_unconfirmed_application_needs_the_officers_own_check(client: Client, people: Any) -> None:
    apply(client)
    user = User.objects.get(email="zhang@example.org")
    with pytest.raises(ConflictError) as caught:
        signup.account_approve(actor=people.officer, user=user)
    assert caught.value.code == "account.unconfirmed"
    signup.account_approve(actor=people.officer, user=user, identity_seen=True)
    user.refresh_from_db()
    assert user.is_active


def test_refusal_gives_the_reason_and_keeps_no_data(client: Client, people: Any, mailoutbox: Any) -> None:
    user = applied(client, mailoutbox)
    desk = Client()
    desk.force_login(people.officer)
    without = desk.post(reverse("accounts:refuse", args=[user.pk]), {"reason": "  "}, follow=True)
    assert "请写明拒绝的原因" in without.content.decode()
    assert User.objects.filter(pk=user.pk).exists()
    desk.post(reverse("accounts:refuse", args=[user.pk]), {"reason": "单位不存在"})
    assert not User.objects.filter(pk=user.pk).exists()
    assert not Organisation.objects.filter(name="新厂有限公司").exists()
    jobs.run_waiting()
    assert "单位不存在" in mailoutbox[-1].body
    assert apply(client).status_code == 302, "one may apply again"


def test_two_officers_cannot_both_decide(client: Client, people: Any, mailoutbox: Any) -> None:
    user = applied(client, mailoutbox)
    seen_before = User.objects.get(pk=user.pk)
    signup.account_approve(actor=people.officer, user=user)
    with pytest.raises((AccessError, ConflictError, MissingError)):
        signup.account_refuse(actor=people.admin, user=seen_before, reason="晚了")
    assert Event.objects.filter(verb="account.refused").count() == 0


def test_approving_into_another_registered_organisation(client: Client, people: Any, mailoutbox: Any) -> None:
    user = applied(client, mailoutbox, organisation="甲厂有限责任公司")
    with pytest.raises(InputError):
        signup.account_approve(actor=people.officer, user=user, organisation="没有的厂")
    user.refresh_from_db()
    assert not user.is_active, "nothing half done"
    signup.account_approve(actor=people.officer, user=user, organisation="甲厂")
    user.refresh_from_db()
    assert user.organisation == people.owner.organisation


def test_one_credit_code_one_organisation(people: Any, make_organisation: Any) -> None:
    make_organisation(name="老厂", credit_code="91150100MA0N000000")
    with pytest.raises(InputError) as caught:
        organisations.organisation_from(
            actor=people.officer, name="另一个厂", kind="enterprise", credit_code="91150100MA0N000000"
        )
    assert caught.value.where["expected"] == "老厂"


def test_suggestions_of_organisations(client: Client, people: Any) -> None:
    path = reverse("accounts:organisation-options")
    assert "甲厂" in client.get(path, {"organisation": "甲厂"}).content.decode()
    assert client.get(path, {"organisation": "厂"}).content.decode().strip() == ""


# Invitations


def invited(people: Any, mailoutbox: Any, **changes: str) -> str:
    data = {"email": "new@example.org", "role": "broker", "organisation": "甲厂"} | changes
    invitations.invitation_send(actor=people.officer, **data)
    jobs.run_waiting()
    return link_in(mailoutbox[-1].body)


ACCEPT = {"name": "李四", "phone": "", "password": "Green-river-55", "password_again": "Green-river-55"}


def test_an_invitation_makes_an_open_account(client: Client, people: Any, mailoutbox: Any) -> None:
    path = invited(people, mailoutbox)
    assert "new@example.org" in client.get(path).content.decode()
    assert client.post(path, ACCEPT).headers["Location"] == "/"
    user = User.objects.get(email="new@example.org")
    assert (user.state, user.role, user.organisation.name) == ("active", "broker", "甲厂")
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert Client().post(path, ACCEPT).status_code == 404, "it works once"
    assert Notification.objects.filter(user=people.officer, event__verb="account.joined").exists()


def test_the_secret_of_an_invitation_is_not_kept(people: Any, mailoutbox: Any) -> None:
    token = invited(people, mailoutbox).rstrip("/").rsplit("/", 1)[-1]
    stored = (
        str(list(Invitation.objects.values()))
        + str(list(Mail.objects.values()))
        + str(list(Event.objects.values()))
    )
    assert token not in stored


def test_expired_withdrawn_and_invented_invitations_look_alike(
    client: Client, people: Any, mailoutbox: Any
) -> None:
    expired = invited(people, mailoutbox)
    Invitation.objects.update(expires=timezone.now() - timedelta(seconds=1))
    withdrawn = invited(people, mailoutbox, email="other@example.org")
    found = Invitation.objects.get(email="other@example.org")
    invitations.invitation_withdraw(actor=people.officer, invitation=found)
    answers = [client.post(path, ACCEPT) for path in [expired, withdrawn, "/accounts/invitation/invented/"]]
    assert {answer.status_code for answer in answers} == {404}
    assert not User.objects.filter(name="李四").exists()


def test_inviting_again_ends_the_first_link(client: Client, people: Any, mailoutbox: Any) -> None:
    first, second = invited(people, mailoutbox), invited(people, mailoutbox)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_an_officer_cannot_invite_an_administrator(people: Any) -> None:
    with pytest.raises(AccessError):
        invitations.invitation_send(actor=people.officer, email="new@example.org", role="admin")
    desk = Client()
    desk.force_login(people.officer)
    form = {"email": "new@example.org", "role": "admin", "organisation": "", "language": "en"}
    assert "role" in desk.post(reverse("accounts:invitations"), form).context["form"].errors
    assert not Invitation.objects.exists()
    invitations.invitation_send(actor=people.admin, email="new@example.org", role="admin")


def test_inviting_someone_known_is_told(people: Any) -> None:
    desk = Client()
    desk.force_login(people.officer)
    form = {"email": "BOB@example.org", "role": "broker", "organisation": "", "language": "zh-hans"}
    assert "已有账号" in desk.post(reverse("accounts:invitations"), form).content.decode()


# Open accounts


def test_suspension_and_return(client: Client, people: Any, mailoutbox: Any) -> None:
    desk = Client()
    desk.force_login(people.officer)
    path = reverse("accounts:suspend", args=[people.owner.pk])
    assert "请写明停用的原因" in desk.post(path, follow=True).content.decode()
    desk.post(path, {"reason": "违规"})
    people.owner.refresh_from_db()
    assert people.owner.state == "suspended"
    jobs.run_waiting()
    assert "违规" in mailoutbox[-1].body
    desk.post(reverse("accounts:reactivate", args=[people.owner.pk]))
    people.owner.refresh_from_db()
    assert people.owner.state == "active"


def test_nobody_decides_on_oneself_and_officers_not_on_the_office(people: Any, make_user: Any) -> None:
    with pytest.raises(ConflictError):
        office.account_suspend(actor=people.admin, user=people.admin, reason="x")
    with pytest.raises(ConflictError):
        office.identity_check(actor=people.officer, user=people.officer)
    for other in [people.admin, make_user("officer")]:
        with pytest.raises(AccessError):
            office.account_suspend(actor=people.officer, user=other, reason="x")
        with pytest.raises(AccessError):
            office.identity_check(actor=people.officer, user=other)
    with pytest.raises(AccessError):
        office.account_move(actor=people.officer, user=people.owner, role="admin", organisation="")
    assert not Event.objects.filter(verb__startswith="account.").exists()


def test_identity_opens_and_closes(people: Any) -> None:
    office.identity_check(actor=people.officer, user=people.owner)
    people.owner.refresh_from_db()
    assert people.owner.identity_checked_at
    office.identity_check(actor=people.officer, user=people.owner, seen=False)
    people.owner.refresh_from_db()
    assert people.owner.identity_checked_at is None


def test_what_a_pack_brought_waits_for_verification_once_it_has_people(
    people: Any, make_organisation: Any, make_user: Any
) -> None:
    from tuwei.web.accounts import selectors

    make_organisation(name="来源未注明单位", verified=False, source="pack:hohhot")
    claimed = make_organisation(name="某研究院", verified=False, source="pack:hohhot")
    entered = make_organisation(name="乙厂", verified=False)
    make_user(organisation=claimed)
    make_user(organisation=claimed)
    assert list(selectors.unverified_organisations(people.officer).order_by("pk")) == [claimed, entered]


OFFICE_PAGES = ["accounts:approvals", "accounts:people", "accounts:invitations", "events"]


@pytest.mark.parametrize("who", ["owner", "researcher", "broker", "commissioner"])
def test_the_office_pages_are_shut_to_others(client: Client, people: Any, who: str) -> None:
    client.force_login(getattr(people, who))
    for name in OFFICE_PAGES:
        assert client.get(reverse(name)).status_code == 403, name
    target = people.colleague.pk
    assert client.get(reverse("accounts:person", args=[target])).status_code == 403
    for name in ["approve", "refuse", "suspend", "reactivate", "identity", "move"]:
        answer = client.post(reverse(f"accounts:{name}", args=[target]), {"reason": "x", "role": "admin"})
        assert answer.status_code in (403, 404), name
    people.colleague.refresh_from_db()
    assert (people.colleague.state, people.colleague.role) == ("active", "enterprise")


def test_visitors_are_asked_to_sign_in(client: Client, db: None) -> None:
    for name in [*OFFICE_PAGES, "accounts:profile", "accounts:tokens", "notifications", "jobs"]:
        assert client.get(reverse(name)).headers["Location"].startswith("/accounts/login/?next=/"), name


def test_filters_of_the_accounts(people: Any) -> None:
    desk = Client()
    desk.force_login(people.officer)
    page = desk.get(reverse("accounts:people"), {"q": "甲厂"}).content.decode()
    assert "Alice" in page
    assert "Bob" in page
    assert "Charlie" not in page
    assert (
        "Boris"
        in desk.get(reverse("accounts:people"), {"role": "broker", "state": "active"}).content.decode()
    )


@pytest.mark.django_db(transaction=True)
def test_an_invitation_accepted_twice_at_once_makes_one_account(people: Any, mailoutbox: Any) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite's test database lives in memory and knows no second writer")
    token = invited(people, mailoutbox).rstrip("/").rsplit("/", 1)[-1]
    results: list[str] = []

    def accept() -> None:
        try:
            invitations.invitation_accept(token=token, name="李四", password="Green-river-55")
            results.append("made")
        except (ConflictError, MissingError):
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=accept) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["made", "refused", "refused"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["示例大学(样例)", "示例大学\uff08样例\uff09", " 示例大学 (样例) ".replace(" (", "(")]
)
def test_an_organisation_is_found_however_its_brackets_are_typed(typed: str) -> None:
    made = Organisation.objects.create(name="示例大学\uff08样例\uff09", kind="institution")
    assert organisation_named(typed) == made
    Organisation.objects.bulk_create([Organisation(name="牧草中心\uff08筹\uff09", kind="institution")])
    assert organisation_named("牧草中心(筹)") is not None
