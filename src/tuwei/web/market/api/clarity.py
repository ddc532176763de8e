"""The guided clarification: where a need stands, the next question, answers, proposals."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["clarification"])
