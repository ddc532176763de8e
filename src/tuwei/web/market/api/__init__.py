"""REST of the registry, a module a subject."""

from __future__ import annotations

from ninja import Router

from . import achievements, clarity, disclosure, files, matching, needs, saved, terms, transfer

router = Router()
for _module in (needs, clarity, disclosure, achievements, matching, files, transfer, saved, terms):
    router.add_router("", _module.router)
