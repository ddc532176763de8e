"""The policy part of the API: facts, ladder, finder, worksheet, the 清零 list."""

from __future__ import annotations

from ninja import Router

from tuwei.web.rest.auth import MEMBER

from . import facts, ladder, worksheet, zero

router = Router(tags=["policy"], auth=MEMBER)
for _part in (facts, ladder, worksheet, zero):
    router.add_router("", _part.router)
