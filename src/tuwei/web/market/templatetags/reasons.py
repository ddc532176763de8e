"""Reasons of a match in the order people read them: what was compared, what speaks for it, what is not stated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

register = template.Library()
FIGURES = ("quantity", "claim")

Reasons = Iterable[dict[str, Any]]


@register.filter
def compared(why: Reasons) -> list[dict[str, Any]]:
    """The quantities asked for that the other side gives."""
    return [reason for reason in why if reason["kind"] in FIGURES and reason["verdict"] != "unstated"]


@register.filter
def unstated(why: Reasons) -> list[str]:
    """The quantities asked for of which the other side says nothing."""
    found = (
        reason["required"] for reason in why if reason["kind"] in FIGURES and reason["verdict"] == "unstated"
    )
    return list(dict.fromkeys(found))


@register.filter
def others(why: Reasons) -> list[dict[str, Any]]:
    """All reasons but quantities."""
    return [reason for reason in why if reason["kind"] not in FIGURES]
