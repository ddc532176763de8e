"""Who asks: a bearer token, else the session of someone signed in, else a visitor."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django_otp import user_has_device
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from tuwei.core.errors import AccessError

SAFE = ("GET", "HEAD", "OPTIONS")


class SignInError(AccessError):
    """Nobody known asks, and this is not for everybody."""

    status = 401


def sign_in_needed(code: str = "api.sign_in") -> SignInError:
    if code == "api.bad_token":
        return SignInError(
            code, "访问令牌无效、已撤销或已过期。", "The access token is unknown, revoked or expired."
        )
    return SignInError(
        code,
        "需要访问令牌(Authorization: Bearer …)。",
        "An access token is needed (Authorization: Bearer …).",
    )


class Token(AuthBase):
    """``Authorization: Bearer …``; without it, the session cookie (for changes only with the CSRF token)."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "个人资料页创建访问令牌 · Make a token on your profile page"

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization")
        user = _by_session(request) if header is None else _by_token(header)
        if user is not None:
            request.user = user
        return user


def visitor(request: HttpRequest) -> Any:
    """Nobody in particular: may read what is public."""
    request.user = AnonymousUser()
    return request.user


MEMBER = Token()
ANYONE = [MEMBER, visitor]


def _by_token(header: str) -> Any:
    from tuwei.web.accounts.services import tokens

    scheme, _, raw = header.partition(" ")
    if scheme.lower() != "bearer" or not raw.strip() or not raw.isascii() or len(raw) > 200:
        raise sign_in_needed("api.bad_token")
    user = tokens.user_for(raw.strip())
    if user is None or not user.is_active:
        raise sign_in_needed("api.bad_token")
    return user


def _by_session(request: HttpRequest) -> Any:
    user: Any = request.user
    if not user.is_authenticated or not user.is_active:
        return None
    if not user.is_verified() and user_has_device(user):
        return None  # half signed in: the second factor is still owed
    if request.method not in SAFE and check_csrf(request):
        raise AccessError(
            "api.csrf", "用会话修改数据须带 CSRF 令牌；程序请用访问令牌。",
            "Changes by session need the CSRF token; programs should use an access token.",
        )  # fmt: skip
    return user
