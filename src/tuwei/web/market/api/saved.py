"""Searches a person wants to hear about."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["saved searches"])
