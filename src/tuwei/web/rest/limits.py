"""How often one may ask: fixed windows of a minute, per token, person or address."""

from __future__ import annotations

import hashlib
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from tuwei.core.errors import TuweiError

WINDOW = 60  # seconds
RATES = {"known": 600, "visitor": 120, "heavy": 60}  # requests a window


class TooManyError(TuweiError):
    """Asked too often."""

    status = 429


def count(request: HttpRequest) -> None:
    """Count one request; raise ``TooManyError`` when the window is full."""
    header = request.headers.get("Authorization", "")
    if header:
        _count(hashlib.sha256(header.encode(errors="replace")).hexdigest()[:24], "known")
    elif request.user.is_authenticated:
        _count(f"user{request.user.pk}", "known")
    else:
        _count(f"ip{_address(request)}", "visitor")


def count_address(request: HttpRequest) -> None:
    """Count a wrong token against the address it came from: each guess is another token."""
    _count(f"wrong{_address(request)}", "visitor")


def count_heavy(request: HttpRequest) -> None:
    """Count what costs a ranking apart from what costs a look."""
    _count(f"heavy{request.user.pk or _address(request)}", "heavy")


def _address(request: HttpRequest) -> str:
    """The visitor's own address, or all of them would share the proxy's and one could shut the others out."""
    from tuwei.web.accounts.lockout import client_address

    return client_address(request)


def _count(who: str, kind: str) -> None:
    rate = rates()[kind]
    key = f"api:{who}:{int(time.time()) // WINDOW}"
    cache.add(key, 0, WINDOW * 2)
    try:
        used = cache.incr(key)
    except ValueError:  # thrown out of a full cache between the two calls: begin again
        return
    if used > rate:
        raise TooManyError(
            "api.too_many", "请求过于频繁：每分钟至多 {expected} 次，请 {wait} 秒后再试。",
            "Too many requests: at most {expected} a minute; try again in {wait} s.",
            expected=rate, wait=WINDOW - int(time.time()) % WINDOW,
        )  # fmt: skip


def rates() -> dict[str, int]:
    """The rates in force; ``API_RATES`` of the settings overrides."""
    return {**RATES, **getattr(settings, "API_RATES", {})}
