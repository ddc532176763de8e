"""Who I am, my tokens, organisations, and what officers do with accounts."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from tuwei.web.base import access
from tuwei.web.rest.auth import ANYONE, MEMBER
from tuwei.web.rest.paging import Paged, by_id
from tuwei.web.rest.schemas import CREDIT_CODE, EMAIL, In, Moment, Out, Page, Pk, answers, one_of

from . import selectors
from .models import ApiToken, Organisation, Role, User, name_key
from .services import invitations, office, organisations, profile, signup, tokens

router = Router()
RoleName: Any = one_of(Role.values)
Kind: Any = one_of(Organisation.Kind.values)
State = Literal["pending", "active", "suspended"]


class UserOut(Out):
    id: int
    email: str
    name: str
    role: str
    state: State
    organisation: str | None
    organisation_id: int | None
    phone: str
    language: str
    identity_checked: bool
    email_confirmed: bool
    proposal: dict[str, Any]
    created: Moment


class MeChange(In):
    name: str | None = Field(None, min_length=1, max_length=60)
    phone: str | None = Field(None, max_length=30)
    language: Literal["zh-hans", "en"] | None = None
    mail_notices: bool | None = None


class TokenIn(In):
    name: str = Field(min_length=1, max_length=60, description="用途 · what it is for")
    days: int = Field(90, ge=1, le=tokens.LONGEST)


class TokenOut(Out):
    id: int
    name: str
    prefix: str
    created: Moment
    expires: Moment | None
    last_used: Moment | None


class NewToken(TokenOut):
    secret: str = Field(description="只显示这一次 · shown this once")


class OrganisationOut(Out):
    id: int
    name: str
    name_en: str
    kind: str
    region: str
    industry: str
    intro: str
    address: str
    website: str
    verified: bool
    sample: bool


class OrganisationIn(In):
    name: str = Field(min_length=2, max_length=120)
    kind: Kind
    credit_code: str = Field("", max_length=18, pattern=CREDIT_CODE)


class OrganisationsAsked(Paged):
    q: str = Field("", max_length=120, description="名称含 · name contains")
    kind: Kind | None = None
    region: str = Field("", max_length=6)
    verified: bool | None = None


class UsersAsked(Paged):
    q: str = Field("", max_length=100)
    role: RoleName | None = None
    state: State | None = None


class ApproveIn(In):
    organisation: str = Field("", max_length=120, description="改用已登记的单位 · a registered one instead")
    identity_seen: bool = False
    verified: bool = False


class WhyIn(In):
    reason: str = Field(min_length=1, max_length=1000)


class SeenIn(In):
    seen: bool = True


class MoveIn(In):
    role: RoleName
    organisation: str = Field("", max_length=120)


class InvitationIn(In):
    email: str = Field(max_length=254, pattern=EMAIL)
    role: RoleName
    organisation: str = Field("", max_length=120)


class InvitationOut(Out):
    id: int
    email: str
    role: str
    organisation: str | None
    created: Moment
    expires: Moment


def user_out(user: User) -> dict[str, Any]:
    plain = (
        "id",
        "email",
        "name",
        "role",
        "state",
        "organisation_id",
        "phone",
        "language",
        "proposal",
        "created",
    )
    return {
        **{name: getattr(user, name) for name in plain},
        "organisation": str(user.organisation) if user.organisation else None,
        "identity_checked": user.identity_checked_at is not None,
        "email_confirmed": user.email_confirmed_at is not None,
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {name: getattr(token, name) for name in TokenOut.model_fields}


def _organisation(place: Organisation) -> dict[str, Any]:
    plain = {name: getattr(place, name) for name in OrganisationOut.model_fields if name != "sample"}
    return {**plain, "sample": place.is_sample}


@router.get("/me", auth=MEMBER, response=answers(UserOut), operation_id="get_me", tags=["accounts"],
            summary="我的账号 · My account")  # fmt: skip
def get_me(request: HttpRequest) -> Any:
    return user_out(selectors.person(request.user, int(request.user.pk or 0)))


@router.patch("/me", auth=MEMBER, response=answers(UserOut), operation_id="change_me", tags=["accounts"],
              summary="修改我的资料 · Change my profile")  # fmt: skip
def change_me(request: HttpRequest, body: MeChange) -> Any:
    user = selectors.person(request.user, int(request.user.pk or 0), "user.edit")
    given = {name: value for name, value in body.model_dump(exclude_unset=True).items() if value is not None}
    now = {name: getattr(user, name) for name in MeChange.model_fields}
    return user_out(profile.profile_update(actor=request.user, user=user, **{**now, **given}))


@router.get("/tokens", auth=MEMBER, response=answers(Page[TokenOut]), operation_id="list_tokens", tags=["accounts"],
            summary="我的访问令牌 · My access tokens")  # fmt: skip
def list_tokens(request: HttpRequest, asked: Query[Paged]) -> Any:
    rows, following = by_id(selectors.tokens(request.user), asked)
    return {"items": [_token(row) for row in rows], "next": following}


@router.post("/tokens", auth=MEMBER, response=answers(NewToken, 201), operation_id="create_token", tags=["accounts"],
             summary="新建访问令牌（只显示一次） · Make an access token (shown once)")  # fmt: skip
def create_token(request: HttpRequest, body: TokenIn) -> Any:
    made, secret = tokens.token_create(actor=request.user, name=body.name, days=body.days)
    return Status(201, {**_token(made), "secret": secret})


@router.delete("/tokens/{int:pk}", auth=MEMBER, response=answers(None, 204), operation_id="revoke_token",
               tags=["accounts"], summary="撤销访问令牌 · Revoke an access token")  # fmt: skip
def revoke_token(request: HttpRequest, pk: Pk) -> Any:
    tokens.token_revoke(actor=request.user, token=selectors.token(request.user, pk))
    return Status(204, None)


@router.get("/organisations", auth=ANYONE, response=answers(Page[OrganisationOut]), operation_id="list_organisations",
            tags=["organisations"], summary="单位列表 · List organisations")  # fmt: skip
def list_organisations(request: HttpRequest, asked: Query[OrganisationsAsked]) -> Any:
    places = access.scope(
        request.user, "organisation.view", Organisation.objects.filter(name_key__contains=name_key(asked.q))
    )
    wanted = {"kind": asked.kind, "region": asked.region or None, "verified": asked.verified}
    places = places.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows, following = by_id(places, asked, newest=False)
    return {"items": [_organisation(place) for place in rows], "next": following}


@router.get("/organisations/{int:pk}", auth=ANYONE, response=answers(OrganisationOut), operation_id="get_organisation",
            tags=["organisations"], summary="读取单位 · Read an organisation")  # fmt: skip
def get_organisation(request: HttpRequest, pk: Pk) -> Any:
    return _organisation(selectors.organisation(request.user, pk, "organisation.view"))


@router.post("/organisations", auth=MEMBER, response=answers(OrganisationOut, 201), operation_id="create_organisation",
             tags=["organisations"], summary="登记单位 · Register an organisation")  # fmt: skip
def create_organisation(request: HttpRequest, body: OrganisationIn) -> Any:
    return Status(
        201, _organisation(organisations.organisation_from(actor=request.user, **body.model_dump()))
    )


@router.post("/organisations/{int:pk}/verify", auth=MEMBER, response=answers(OrganisationOut),
             operation_id="verify_organisation", tags=["organisations"],
             summary="核验单位 · Verify an organisation")  # fmt: skip
def verify_organisation(request: HttpRequest, pk: Pk) -> Any:
    place = selectors.organisation(request.user, pk, "organisation.verify")
    organisations.organisation_verify(actor=request.user, organisation=place)
    place.refresh_from_db()
    return _organisation(place)


@router.get("/users", auth=MEMBER, response=answers(Page[UserOut]), operation_id="list_users", tags=["accounts"],
            summary="账号列表（state=pending 为待审批） · Accounts (state=pending: to approve)")  # fmt: skip
def list_users(request: HttpRequest, asked: Query[UsersAsked]) -> Any:
    people = selectors.people(request.user, words=asked.q, role=asked.role or "", state=asked.state or "")
    rows, following = by_id(people, asked)
    return {"items": [user_out(row) for row in rows], "next": following}


@router.get("/users/{int:pk}", auth=MEMBER, response=answers(UserOut), operation_id="get_user", tags=["accounts"],
            summary="读取账号 · Read an account")  # fmt: skip
def get_user(request: HttpRequest, pk: Pk) -> Any:
    return user_out(selectors.person(request.user, pk))


@router.post("/users/{int:pk}/approve", auth=MEMBER, response=answers(UserOut), operation_id="approve_user",
             tags=["accounts"], summary="批准账号 · Approve an account")  # fmt: skip
def approve_user(request: HttpRequest, pk: Pk, body: ApproveIn) -> Any:
    user = selectors.person(request.user, pk, "user.approve")
    return user_out(signup.account_approve(actor=request.user, user=user, **body.model_dump()))


@router.post("/users/{int:pk}/refuse", auth=MEMBER, response=answers(None, 204), operation_id="refuse_user",
             tags=["accounts"], summary="拒绝申请（申请资料随即删除） · Refuse an application (its data are deleted)")  # fmt: skip
def refuse_user(request: HttpRequest, pk: Pk, body: WhyIn) -> Any:
    signup.account_refuse(
        actor=request.user, user=selectors.person(request.user, pk, "user.approve"), reason=body.reason
    )
    return Status(204, None)


@router.post("/users/{int:pk}/suspend", auth=MEMBER, response=answers(UserOut), operation_id="suspend_user",
             tags=["accounts"], summary="停用账号 · Suspend an account")  # fmt: skip
def suspend_user(request: HttpRequest, pk: Pk, body: WhyIn) -> Any:
    user = selectors.person(request.user, pk, "user.suspend")
    office.account_suspend(actor=request.user, user=user, reason=body.reason)
    return user_out(selectors.person(request.user, pk))


@router.post("/users/{int:pk}/reactivate", auth=MEMBER, response=answers(UserOut), operation_id="reactivate_user",
             tags=["accounts"], summary="恢复账号 · Re-activate an account")  # fmt: skip
def reactivate_user(request: HttpRequest, pk: Pk) -> Any:
    office.account_reactivate(actor=request.user, user=selectors.person(request.user, pk, "user.suspend"))
    return user_out(selectors.person(request.user, pk))


@router.post("/users/{int:pk}/identity", auth=MEMBER, response=answers(UserOut), operation_id="check_identity",
             tags=["accounts"], summary="记录身份核验 · Note that an identity was checked")  # fmt: skip
def check_identity(request: HttpRequest, pk: Pk, body: SeenIn) -> Any:
    user = selectors.person(request.user, pk, "user.check_identity")
    office.identity_check(actor=request.user, user=user, seen=body.seen)
    return user_out(selectors.person(request.user, pk))


@router.post("/users/{int:pk}/move", auth=MEMBER, response=answers(UserOut), operation_id="move_user",
             tags=["accounts"], summary="调整角色与单位 · Change role and organisation")  # fmt: skip
def move_user(request: HttpRequest, pk: Pk, body: MoveIn) -> Any:
    user = selectors.person(request.user, pk, "user.set_role")
    office.account_move(actor=request.user, user=user, **body.model_dump())
    return user_out(selectors.person(request.user, pk))


@router.get("/invitations", auth=MEMBER, response=answers(Page[InvitationOut]), operation_id="list_invitations",
            tags=["accounts"], summary="未接受的邀请 · Open invitations")  # fmt: skip
def list_invitations(request: HttpRequest, asked: Query[Paged]) -> Any:
    access.require(request.user, "user.invite")
    rows, following = by_id(selectors.invitations(request.user), asked)
    return {"items": [_invitation(row) for row in rows], "next": following}


@router.post("/invitations", auth=MEMBER, response=answers(InvitationOut, 201), operation_id="send_invitation",
             tags=["accounts"], summary="发出邀请 · Send an invitation")  # fmt: skip
def send_invitation(request: HttpRequest, body: InvitationIn) -> Any:
    return Status(201, _invitation(invitations.invitation_send(actor=request.user, **body.model_dump())))


@router.delete("/invitations/{int:pk}", auth=MEMBER, response=answers(None, 204), operation_id="withdraw_invitation",
               tags=["accounts"], summary="撤回邀请 · Withdraw an invitation")  # fmt: skip
def withdraw_invitation(request: HttpRequest, pk: Pk) -> Any:
    invitations.invitation_withdraw(actor=request.user, invitation=selectors.invitation(request.user, pk))
    return Status(204, None)


def _invitation(row: Any) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("id", "email", "role", "created", "expires")}
    return {**plain, "organisation": str(row.organisation) if row.organisation else None}
