"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tuwei import __version__

from . import access


def site(request: HttpRequest) -> dict[str, Any]:
    user: Any = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    unread = user.notifications.filter(read_at=None).count() if signed_in else 0
    return {"tuwei_version": __version__, "role": access.role_of(user), "unread_count": unread}
