"""A brake on what strangers can set off."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from tuwei.core.errors import TuweiError

from .lockout import client_address

HOUR = 3600  # seconds


class TooOftenError(TuweiError):
    """The same address asked too often."""

    status = 429


PASSWORD_TRIES = 10  # an hour, by someone signed in: a session left open must not be a place to guess


def throttle(request: HttpRequest, what: str, limit: int) -> None:
    """Count one act of this address; more than ``limit`` an hour (and process) are refused.

    Raises
    ------
    TooOftenError
        ``request.too_often``.
    """
    key = f"throttle:{what}:{client_address(request)}"
    cache.add(key, 0, HOUR)
    if cache.incr(key) > limit:
        raise TooOftenError(
            "request.too_often",
            "此操作过于频繁，请一小时后再试。",
            "Too many requests; try again in an hour.",
        )
